/* json_file.h - JSON input that is checked member by member, with messages that say where. */
#ifndef SN_DATASETS_JSON_FILE_H
#define SN_DATASETS_JSON_FILE_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "datasets/bytes.h"
#include "graph/error.h"

/** sn_json_place - where in a file the reader is, for messages. */
typedef struct {
    const char *name; /* of the file */
    char where[80];   /* "events[2]", or "" at the top */
} sn_json_place;

/**
 * sn_json_file_parse - the value of a JSON file; comments as in C and C++ are allowed.
 *
 * root  [out]  released with cJSON_Delete
 *
 * Returns  SN_OK; SN_EDATA naming file, line and column; SN_ENOMEM.
 */
sn_status sn_json_file_parse(const sn_bytes *bytes, cJSON **root, sn_error *err);

/** sn_json_bad - SN_EDATA: a member is not what was expected. */
sn_status sn_json_bad(const sn_json_place *place, const char *member, const char *expected,
                      sn_error *err);

/** sn_json_check_members - only known members, each once; SN_EDATA with the nearest known name.
 */
sn_status sn_json_check_members(const sn_json_place *place, const cJSON *object,
                                const char *const *known, size_t count, sn_error *err);

/** sn_json_read_text - a member that is a text and not empty, copied to the heap; *text is left
 *  alone where it is absent. */
sn_status sn_json_read_text(const sn_json_place *place, const cJSON *object, const char *member,
                            char **text, sn_error *err);

/** sn_json_read_number - a member that is a number within 0..most; fallback where it is absent
 * or null. */
sn_status sn_json_read_number(const sn_json_place *place, const cJSON *object,
                              const char *member, double most, double fallback, double *number,
                              sn_error *err);

/** sn_json_check_word - a word, or NULL, is one of a few. */
sn_status sn_json_check_word(const sn_json_place *place, const char *member, const char *word,
                             const char *const *known, size_t count, const char *expected,
                             sn_error *err);

#endif /* SN_DATASETS_JSON_FILE_H */
