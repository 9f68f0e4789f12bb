/* out.h - where reports go: a file, standard output or memory, and whether it got there. */
#ifndef SN_REPORTS_OUT_H
#define SN_REPORTS_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/error.h"

/**
 * sn_out - a sink for text.
 *
 * Writing never fails in the caller's face: the sink remembers its first error, ignores what
 * comes after it, and sn_out_close reports it.  A writer is therefore a straight list of calls:
 *
 *     SN_TRY(sn_out_open(path, &out, err));
 *     write_the_report(out);
 *     SN_TRY(sn_out_close(out, err));
 * out:
 *     sn_out_free(out);
 *
 * The process should ignore SIGPIPE, or a closed pipe ends it before it can say anything.
 */
typedef struct sn_out sn_out;

/**
 * sn_out_open - open a file or standard output for writing.
 *
 * A regular file appears complete or not at all: the text goes to a temporary file in the same
 * directory, which sn_out_close renames.  An existing file keeps its permissions (and must be
 * writable), a new one gets 0666 less the umask, a symbolic link keeps pointing at its target.
 * Anything else, like /dev/null, a terminal or a FIFO, is written in place.
 *
 * path  [in]   the file; NULL, "-" and "/dev/stdout" mean standard output
 * out   [out]  to be released with sn_out_free
 * err   [out]  written on failure only
 *
 * Returns  SN_OK; SN_EIO naming the file; SN_ENOMEM.
 */
sn_status sn_out_open(const char *path, sn_out **out, sn_error *err);

/** sn_out_memory - a sink that keeps its text for sn_out_text.  Otherwise as sn_out_open. */
sn_status sn_out_memory(sn_out **out, sn_error *err);

/** sn_out_write - append count bytes. */
void sn_out_write(sn_out *out, const void *bytes, size_t count);

/** sn_out_puts - append a string; unlike puts(3) no newline is added. */
void sn_out_puts(sn_out *out, const char *text);

/** sn_out_putc - append one byte. */
void sn_out_putc(sn_out *out, char byte);

/** sn_out_fill - append the same string so many times. */
void sn_out_fill(sn_out *out, const char *text, size_t times);

/**
 * sn_out_printf - append formatted text.  Not for doubles: reports/number.h prints those.
 */
void sn_out_printf(sn_out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * sn_out_flush - hand over what is buffered, so that a reader of a long stream sees it now.
 * Nothing happens to a sink in memory.
 */
void sn_out_flush(sn_out *out);

/** sn_out_failed - whether something went wrong already; lets a long loop stop early. */
bool sn_out_failed(const sn_out *out);

/**
 * sn_out_broken_pipe - whether the first error was a reader that went away (EPIPE).
 *
 * After `supplynet sweep | head` that is no reason to complain: when sn_out_close returns
 * SN_EIO and this is true, the CLI ends without a word.
 */
bool sn_out_broken_pipe(const sn_out *out);

/**
 * sn_out_text - the text of a sink in memory so far.
 *
 * length  [out]  bytes, without the terminating NUL; may be NULL
 *
 * Returns  a string, lent until the next call that writes to out or frees it.
 */
const char *sn_out_text(const sn_out *out, size_t *length);

/**
 * sn_out_close - write out the rest, and make the file appear under its name.
 *
 * Standard output itself stays open.  Call it once; what follows may only be sn_out_free,
 * sn_out_failed, sn_out_broken_pipe and sn_out_text.
 *
 * err  [out]  written on failure only
 *
 * Returns  SN_OK; SN_EIO for the first error since opening, with its reason and the file's
 * name; SN_ENOMEM.  After a failure a regular file is as it was before sn_out_open.
 */
sn_status sn_out_close(sn_out *out, sn_error *err);

/** sn_out_abandon - remove what is written so far of all files that are not complete.  For a
 *  signal handler that ends the process: async-signal-safe, and nothing may follow it. */
void sn_out_abandon(void);

/**
 * sn_out_free - release the sink; NULL is fine.
 *
 * A sink that was not closed is abandoned: its temporary file is removed and an existing file
 * is left as it was.
 */
void sn_out_free(sn_out *out);

#endif /* SN_REPORTS_OUT_H */
