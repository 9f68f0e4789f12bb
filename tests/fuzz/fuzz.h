/* fuzz.h - what the fuzz targets share.  A target reads some bytes as a stranger's file: it must
 * come back with a status, and with a message exactly when that is a failure. */
#ifndef SN_TESTS_FUZZ_H
#define SN_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/native.h"
#include "datasets/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** fuzz_judge - end the process where status and message do not belong together. */
static inline void fuzz_judge(sn_status status, const sn_error *err)
{
    if (status == SN_EINTERNAL || (status == SN_OK) != (err->status == SN_OK) ||
        (status == SN_OK) != (err->message[0] == '\0') || strchr(err->message, '\n') != NULL)
        abort();
}

/** fuzz_load - the network of a file of flows and of another one, each NULL or opened here;
 *  `role` of the other: 0 nodes, 1 recipes, 2 owners. */
static inline void fuzz_load(const void *flows, size_t flows_size, const char *preset,
                             const void *other, size_t other_size, int role, int year,
                             const char *commodity)
{
    const sn_native_filter filter = {.year = year, .commodity = commodity,
                                     .import = {.preset = preset}};
    sn_bytes first = {0}, second = {0};
    sn_native_files files = {.flows = &first};
    sn_network *net = NULL;
    sn_sources sources = {0};
    sn_error err = {0};
    sn_status status = sn_bytes_memory("flows", flows, flows_size, &first, &err);

    if (status == SN_OK && other != NULL) {
        status = sn_bytes_memory("other", other, other_size, &second, &err);
        *(role == 0 ? &files.nodes : role == 1 ? &files.recipes : &files.owners) = &second;
    }
    if (status == SN_OK)
        status = sn_native_load(&files, &filter, &net, &sources, &err);
    fuzz_judge(status, &err);
    if ((status == SN_OK) != (net != NULL))
        abort();
    for (size_t s = 0; status == SN_OK && s < sources.count; s++) {
        size_t rows = sources.source[s].rows_used;
        for (size_t d = 0; d < sources.source[s].dropped_count; d++)
            rows += sources.source[s].dropped[d].count;
        if (rows != sources.source[s].rows_read)
            abort(); /* a row that nobody accounts for */
    }
    sn_network_free(net);
    sn_sources_clear(&sources);
    sn_bytes_clear(&first);
    sn_bytes_clear(&second);
}

/** fuzz_is_packed - whether bytes would be unpacked: the target of its own does that. */
static inline int fuzz_is_packed(const uint8_t *data, size_t size)
{
    return size >= 2 && (memcmp(data, "PK", 2) == 0 || memcmp(data, "\x1f\x8b", 2) == 0 ||
                         memcmp(data, "\x28\xb5", 2) == 0 || memcmp(data, "\xfd" "7", 2) == 0);
}

#endif /* SN_TESTS_FUZZ_H */
