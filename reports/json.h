/* json.h - JSON, written as it is known. */
#ifndef SN_REPORTS_JSON_H
#define SN_REPORTS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/out.h"

enum { SN_JSON_DEPTH = 64 };

/**
 * sn_json - a position in a JSON text.
 *
 * The calls follow the text from left to right; each value inside an object needs its key
 * first. Calls that cannot lead to JSON are a bug of the caller and caught by assert.  Nothing
 * is ever allocated, and failures of the sink are the sink's to report.
 *
 * Containers put one member on a line, indented by two spaces.  Those begun with `_inline`, and
 * everything inside them, stay on one line.
 */
typedef struct {
    sn_out *out;
    int depth;    /* open containers                                      */
    bool has_key; /* a key was written, its value not yet                 */
    bool is_done; /* the outermost value is complete                      */
    struct {
        bool is_object, is_inline, has_members;
    } open[SN_JSON_DEPTH];
} sn_json;

/** sn_json_init - start a text that goes to out.  There is nothing to clear afterwards. */
void sn_json_init(sn_json *json, sn_out *out);

/**
 * sn_json_finish - end the line after the outermost value.
 *
 * The next value may follow; this is how NDJSON is written.
 */
void sn_json_finish(sn_json *json);

void sn_json_begin_object(sn_json *json);
void sn_json_begin_object_inline(sn_json *json);
void sn_json_end_object(sn_json *json);

void sn_json_begin_array(sn_json *json);
void sn_json_begin_array_inline(sn_json *json);
void sn_json_end_array(sn_json *json);

/** sn_json_key - the key of the next value.  Keeping keys unique is the caller's task. */
void sn_json_key(sn_json *json, const char *key);

/** sn_json_string - a string; bytes that are not UTF-8 become U+FFFD; NULL becomes null. */
void sn_json_string(sn_json *json, const char *text);

/** sn_json_number - the shortest exact decimal; NaN and the infinities become null. */
void sn_json_number(sn_json *json, double x);

void sn_json_integer(sn_json *json, int64_t x);
void sn_json_bool(sn_json *json, bool x);
void sn_json_null(sn_json *json);

/** sn_json_raw - a value that is JSON already, for example a number kept as text. */
void sn_json_raw(sn_json *json, const char *text);

/* A key and its value in one call. */
void sn_json_kv_string(sn_json *json, const char *key, const char *text);
void sn_json_kv_number(sn_json *json, const char *key, double x);
void sn_json_kv_integer(sn_json *json, const char *key, int64_t x);
void sn_json_kv_bool(sn_json *json, const char *key, bool x);
void sn_json_kv_null(sn_json *json, const char *key);

/** sn_json_kv_object - a key, and the beginning of an object.  Its end is sn_json_end_object.
 */
void sn_json_kv_object(sn_json *json, const char *key);

/** sn_json_kv_array - a key, and the beginning of an array.  Its end is sn_json_end_array. */
void sn_json_kv_array(sn_json *json, const char *key);

/**
 * sn_json_kv_numbers - a key and an array of numbers on one line, like an interval.
 *
 * x      [in]  count doubles; NaN becomes null
 */
void sn_json_kv_numbers(sn_json *json, const char *key, const double *x, size_t count);

/**
 * sn_json_kv_number_or_reason - a number, or null and why it is unknown.
 *
 * Writes "key": x.  When x is NaN or infinite it writes "key": null, "key_reason": reason.
 *
 * reason  [in]  a clause for people, lower case, no full stop; NULL leaves the second member
 * out
 */
void sn_json_kv_number_or_reason(sn_json *json, const char *key, double x, const char *reason);

#endif /* SN_REPORTS_JSON_H */
