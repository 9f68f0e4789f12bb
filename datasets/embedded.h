/* embedded.h - the files that are built into the program: datasets/data/<name>/. */
#ifndef SN_DATASETS_EMBEDDED_H
#define SN_DATASETS_EMBEDDED_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/bytes.h"

/** sn_embedded_file - one file; everything is static. */
typedef struct {
    const char *dataset; /* "critical-minerals-2024" */
    const char *name;    /* "flows.csv"              */
    const char *data;
    size_t size;
} sn_embedded_file;

/** sn_embedded_count, sn_embedded_name - the datasets, networks first, in the order in which they
 *  are listed to people. */
size_t sn_embedded_count(void);
const char *sn_embedded_name(size_t dataset);

/** sn_embedded_is_network - whether a dataset has flows; others are tables of reference. */
bool sn_embedded_is_network(const char *dataset);

/** sn_embedded_files - the files of a dataset, count of them; NULL when there is no such dataset. */
const sn_embedded_file *sn_embedded_files(const char *dataset, size_t *count);

/** sn_embedded_find - a file of a dataset, or NULL. */
const sn_embedded_file *sn_embedded_find(const char *dataset, const char *name);

/** sn_embedded_title, sn_embedded_summary - the first line of a dataset's SOURCE.md, and the first
 *  paragraph after it, which may have line breaks; empty when there is none. */
sn_slice sn_embedded_title(const char *dataset);
sn_slice sn_embedded_summary(const char *dataset);

/** sn_embedded_open - a file of a dataset as an input, named "dataset/file". */
sn_status sn_embedded_open(const sn_embedded_file *file, sn_bytes *bytes, sn_error *err);

/* Made by datasets/embed.cmake: all files, those of one dataset together. */
extern const sn_embedded_file sn_embedded_all[];
extern const size_t sn_embedded_all_count;

#endif /* SN_DATASETS_EMBEDDED_H */
