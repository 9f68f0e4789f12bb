/* error.h - how every function of supplynet says that it failed. */
#ifndef SN_GRAPH_ERROR_H
#define SN_GRAPH_ERROR_H

/** sn_status - why a call failed; the CLI turns it into an exit code. */
typedef enum {
    SN_OK = 0,
    SN_EUSAGE,   /* the caller asked for something that is not offered    */
    SN_EIO,      /* a file could not be opened, read or written           */
    SN_EDATA,    /* the input was read, but is not valid                  */
    SN_ENUMERIC, /* no convergence, overflow, undefined result            */
    SN_ENOMEM,   /* memory ran out, or a stated limit would be passed     */
    SN_EINTERNAL /* a bug in this program; never the user's fault         */
} sn_status;

/** sn_error - one line for people: lower case, no full stop, names the culprit in quotes. */
typedef struct {
    sn_status status;
    char message[512];
} sn_error;

/**
 * sn_fail - fill *err and return status, so that `return sn_fail(...)` reads well.
 *
 * err     [out]  may be NULL; the first failure wins, so *err is overwritten only while its
 *                status is SN_OK
 * status  [in]   the reason; not SN_OK
 * fmt     [in]   printf format of the one-line message; longer text is cut, and control
 *                characters become `?`
 *
 * Returns  status.
 */
sn_status sn_fail(sn_error *err, sn_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * sn_nomem - sn_fail(err, SN_ENOMEM, "out of memory for <what>").
 *
 * what  [in]  what was to be allocated, for example "1000000 nodes" or "a path"
 */
sn_status sn_nomem(sn_error *err, const char *what);

/* What they return, said where static analysis sees it without their bodies: that a failure is
 * never SN_OK.  `status` is taken twice. */
#define sn_fail(err, status, ...) (sn_fail((err), (status), __VA_ARGS__), (sn_status)(status))
#define sn_nomem(err, what) (sn_nomem((err), (what)), (sn_status)SN_ENOMEM)

/* Leave through the function's one exit.  Needs a local `status` and a label `out`. */
#define SN_TRY(expr)                                                                           \
    do {                                                                                       \
        if ((status = (expr)) != SN_OK)                                                        \
            goto out;                                                                          \
    } while (0)

/* The same for an allocation: leaves with SN_ENOMEM when `pointer` is NULL.  Needs `err`. */
#define SN_TRY_ALLOC(pointer, what)                                                            \
    do {                                                                                       \
        if ((pointer) == NULL) {                                                               \
            status = sn_nomem(err, (what));                                                    \
            goto out;                                                                          \
        }                                                                                      \
    } while (0)

#endif /* SN_GRAPH_ERROR_H */
