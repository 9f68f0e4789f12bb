/* source.h - what was read from where, and what became of every row: the provenance of a report. */
#ifndef SN_DATASETS_SOURCE_H
#define SN_DATASETS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/bytes.h"
#include "datasets/csv.h"
#include "graph/error.h"

enum { SN_SOURCE_REASONS = 24, SN_SOURCE_NOTES = 128 };

/** sn_dropped - rows that were left out for one reason. */
typedef struct {
    const char *reason; /* static text: "zero", "missing value", "other year" */
    size_t count;
} sn_dropped;

/** sn_source - one input file; rows_read = rows_used + the sum of the dropped. */
typedef struct {
    const char *role;     /* static text: "flows", "nodes", "recipes", "owners" */
    char *path;           /* as the user wrote it, "net.zip#flows.csv" for a file in an archive */
    uint64_t bytes;       /* as stored                                           */
    char sha256[65];      /* of the bytes as stored; read it by sn_source_sha256 */
    const char *preset;   /* static text: the layout it was read by, or NULL     */
    const char *encoding; /* "utf-8" or "windows-1252"                           */
    char delimiter;
    size_t rows_read, rows_used; /* rows after the header */
    sn_dropped dropped[SN_SOURCE_REASONS]; /* in the order of first sight */
    size_t dropped_count;
    char *note[SN_SOURCE_NOTES]; /* one line each, for people */
    size_t note_count;
    sn_bytes *hashing; /* where the hash will come from, or NULL */
    struct sn_trades_quality *trade; /* of a trade table, where it was asked for; or NULL */
} sn_source;

/** sn_sources - all input files of a network; zeroed it is empty and may be cleared. */
typedef struct {
    sn_source *source;
    size_t count;
    bool later; /* hashes that are being made are waited for by sn_sources_settle alone */
} sn_sources;

/**
 * sn_sources_add - enter an input.
 *
 * role    [in]   static text
 * bytes   [in]   the input; hashed here, O(its size), unless sources->later is set and the
 *                hash is being made: the input must then live until sn_sources_settle
 * source  [out]  the entry, valid until the next one is added
 */
sn_status sn_sources_add(sn_sources *sources, const char *role, sn_bytes *bytes,
                         sn_source **source, sn_error *err);

/** sn_source_sha256 - the hash of an input, waited for where it is still being made. */
const char *sn_source_sha256(const sn_source *source);

/** sn_sources_settle - wait for every hash that is still being made. */
void sn_sources_settle(sn_sources *sources);

/** sn_source_drop - count a row that is left out.  At most SN_SOURCE_REASONS reasons. */
void sn_source_drop(sn_source *source, const char *reason, size_t rows);

/** sn_source_note - say something about the input; beyond SN_SOURCE_NOTES nothing is kept. */
sn_status sn_source_note(sn_source *source, sn_error *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/** sn_source_finish - take over what the reader saw: rows, blank rows (dropped as "blank"),
 *  encoding, delimiter, notes on encoding and decimal commas.  rows_used must be set. */
sn_status sn_source_finish(sn_source *source, const sn_csv *csv, sn_error *err);

/**
 * sn_sources_lend - the same inputs in a list of its own, to which more may be added.
 * sn_sources_return - free such a list, and of its entries those beyond the first `lent`.
 *
 * to  [out]  its entries up to from->count are from's, and must not be changed
 */
sn_status sn_sources_lend(const sn_sources *from, sn_sources *to, sn_error *err);
void sn_sources_return(sn_sources *sources, size_t lent);

/** sn_sources_clear - free everything. */
void sn_sources_clear(sn_sources *sources);

#endif /* SN_DATASETS_SOURCE_H */
