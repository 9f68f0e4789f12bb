/* verify.h - published numbers, computed again: what `supplynet verify` runs and tests feed.
 *
 * A check reads built-in tables, computes each of their numbers with the functions that the
 * other verbs use, and enters a row for each.  Nothing here knows a formula of its own, but for
 * the wrong ones: they show that a check can tell.
 */
#ifndef SN_CLI_VERIFY_H
#define SN_CLI_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/source.h"
#include "graph/arena.h"
#include "graph/error.h"
#include "graph/network.h"
#include "metrics/indicators.h"

/** sn_outcome - what became of a published number. */
typedef enum {
    SN_AGREES,
    SN_KNOWN, /* it does not, the reason is on record, and the difference is the recorded one */
    SN_LACKING, /* the published tables lack something that it is made of */
    SN_WRONG /* it does not agree, or no longer misses as recorded                           */
} sn_outcome;
enum { SN_OUTCOMES = SN_WRONG + 1 };

/** sn_outcome_word - "agrees", "known", "lacking", "wrong". */
const char *sn_outcome_word(sn_outcome outcome);

/** sn_verify_row - one published number; texts live as long as the sn_verify. */
typedef struct {
    size_t check;
    const char *subject, *measure;
    double published;
    double half;          /* computed and published agree within this                      */
    sn_interval computed; /* a point, but where published inputs are rounded; NaN: lacking  */
    sn_outcome outcome;
    bool exact;         /* agrees to the printed digit, where half is wider than that    */
    const char *reason; /* of SN_KNOWN, SN_LACKING and SN_WRONG; NULL                    */
} sn_verify_row;

/** sn_wrong_formula - a formula that must not pass, and how many rows it would. */
typedef struct {
    size_t check;
    const char *formula; /* static text */
    size_t passes, rows;
} sn_wrong_formula;

/** sn_verify_patch - bytes that take the place of a built-in table. */
typedef struct {
    const char *dataset, *file;
    const char *data;
    size_t size;
} sn_verify_patch;

/** sn_verify - a run; zeroed but for `patch` and `only` it is ready. */
typedef struct sn_verify {
    const char *only;             /* name of one check; NULL = all */
    const sn_verify_patch *patch; /* or NULL                       */

    sn_verify_row *row;
    size_t count, room;
    sn_wrong_formula wrong[16];
    size_t wrong_count;
    sn_sources sources;
    sn_arena texts;
    size_t check; /* the one that runs */
} sn_verify;

/** sn_verify_check - a check; all texts are static. */
typedef struct {
    const char *name;   /* "eu-sr-2017"                                    */
    const char *title;  /* what is computed again, for people              */
    const char *within; /* what "agrees" means                             */
    const char *source;
    sn_status (*run)(sn_verify *verify, sn_error *err);
} sn_verify_check;

/** sn_verify_checks - all of them, in the order in which they run. */
const sn_verify_check *sn_verify_checks(size_t *count);

/**
 * sn_verify_run - run the checks.
 *
 * Returns  SN_OK, whatever the rows say; SN_EUSAGE for an unknown check (nearest name in the
 *          message); SN_EINTERNAL when a built-in table is not sound; SN_EDATA when a patched
 *          one is not; SN_ENUMERIC, SN_ENOMEM.
 */
sn_status sn_verify_run(sn_verify *verify, sn_error *err);
void sn_verify_clear(sn_verify *verify);

/** sn_verify_count - rows of a check with an outcome. */
size_t sn_verify_count(const sn_verify *verify, size_t check, sn_outcome outcome);

/** sn_verify_failed - rows that are wrong, and wrong formulas that pass everywhere. */
size_t sn_verify_failed(const sn_verify *verify);

#endif /* SN_CLI_VERIFY_H */
