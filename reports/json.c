/* json.c - a JSON writer without a tree.
 *
 * Every value passes through begin_value, which writes what must stand before it (comma, line,
 * indentation), and through end_value, which notices that the outermost value is complete.  A
 * key takes the place of begin_value for its value. */
#include "reports/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/number.h"
#include "reports/utf8.h"

void sn_json_init(sn_json *json, sn_out *out)
{
    *json = (sn_json){.out = out};
}

void sn_json_finish(sn_json *json)
{
    assert(json->depth == 0 && json->is_done);
    sn_out_putc(json->out, '\n');
    json->is_done = false;
}

static void break_line(sn_json *json)
{
    sn_out_putc(json->out, '\n');
    sn_out_fill(json->out, "  ", (size_t)json->depth);
}

/* Go to where the next member of the innermost container stands. */
static void begin_member(sn_json *json)
{
    const int top = json->depth - 1;
    const bool is_first = !json->open[top].has_members;

    json->open[top].has_members = true;
    if (!is_first)
        sn_out_putc(json->out, ',');
    if (!json->open[top].is_inline)
        break_line(json);
    else if (!is_first)
        sn_out_putc(json->out, ' ');
}

static void begin_value(sn_json *json)
{
    if (json->has_key) {
        json->has_key = false;
    } else if (json->depth == 0) {
        assert(!json->is_done && "one outermost value, then sn_json_finish");
    } else {
        assert(!json->open[json->depth - 1].is_object && "in an object a value needs a key");
        begin_member(json);
    }
}

static void end_value(sn_json *json)
{
    json->is_done = json->depth == 0;
}

static void begin_container(sn_json *json, bool is_object, bool is_inline)
{
    begin_value(json);
    assert(json->depth < SN_JSON_DEPTH);
    if (json->depth > 0 && json->open[json->depth - 1].is_inline)
        is_inline = true;
    json->open[json->depth].is_object = is_object;
    json->open[json->depth].is_inline = is_inline;
    json->open[json->depth].has_members = false;
    json->depth++;
    sn_out_putc(json->out, is_object ? '{' : '[');
}

static void end_container(sn_json *json, bool is_object)
{
    assert(json->depth > 0 && json->open[json->depth - 1].is_object == is_object);
    assert(!json->has_key && "a key without a value");
    json->depth--;
    if (json->open[json->depth].has_members && !json->open[json->depth].is_inline)
        break_line(json);
    sn_out_putc(json->out, is_object ? '}' : ']');
    end_value(json);
}

void sn_json_begin_object(sn_json *json)
{
    begin_container(json, true, false);
}

void sn_json_begin_object_inline(sn_json *json)
{
    begin_container(json, true, true);
}

void sn_json_end_object(sn_json *json)
{
    end_container(json, true);
}

void sn_json_begin_array(sn_json *json)
{
    begin_container(json, false, false);
}

void sn_json_begin_array_inline(sn_json *json)
{
    begin_container(json, false, true);
}

void sn_json_end_array(sn_json *json)
{
    end_container(json, false);
}

static bool is_plain(char c)
{
    const unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* Write one code point that cannot be copied blindly: `taken` is where its bytes stand. */
static void put_escaped(sn_out *out, uint32_t point, const char *taken, size_t length)
{
    static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = point < 0x80 ? strchr(named, (int)point) : NULL;

    if (found != NULL) {
        sn_out_putc(out, '\\');
        sn_out_putc(out, letters[found - named]);
    } else if (point < 0x20) {
        sn_out_printf(out, "\\u%04" PRIX32, point);
    } else if (point == 0xFFFD) {
        sn_out_puts(out, SN_UTF8_REPLACEMENT);
    } else {
        sn_out_write(out, taken, length);
    }
}

/* Write what stands between the quotes. */
static void put_text(sn_out *out, const char *text)
{
    while (*text != '\0') {
        const char *start = text;

        while (is_plain(*text))
            text++;
        sn_out_write(out, start, (size_t)(text - start));
        if (*text != '\0') {
            const char *taken = text;
            const uint32_t point = sn_utf8_next(&text);

            put_escaped(out, point, taken, (size_t)(text - taken));
        }
    }
}

/* Write a key made of two parts. */
static void put_key(sn_json *json, const char *key, const char *ending)
{
    assert(json->depth > 0 && json->open[json->depth - 1].is_object && !json->has_key);
    begin_member(json);
    sn_out_putc(json->out, '"');
    put_text(json->out, key);
    put_text(json->out, ending);
    sn_out_puts(json->out, "\": ");
    json->has_key = true;
}

void sn_json_key(sn_json *json, const char *key)
{
    put_key(json, key, "");
}

void sn_json_raw(sn_json *json, const char *text)
{
    assert(text[0] != '\0');
    begin_value(json);
    sn_out_puts(json->out, text);
    end_value(json);
}

void sn_json_string(sn_json *json, const char *text)
{
    if (text == NULL) {
        sn_json_null(json);
        return;
    }
    begin_value(json);
    sn_out_putc(json->out, '"');
    put_text(json->out, text);
    sn_out_putc(json->out, '"');
    end_value(json);
}

void sn_json_number(sn_json *json, double x)
{
    char text[SN_NUMBER_SIZE];
    sn_json_raw(json, sn_number_json(x, text));
}

void sn_json_integer(sn_json *json, int64_t x)
{
    begin_value(json);
    sn_out_printf(json->out, "%" PRId64, x);
    end_value(json);
}

void sn_json_bool(sn_json *json, bool x)
{
    sn_json_raw(json, x ? "true" : "false");
}

void sn_json_null(sn_json *json)
{
    sn_json_raw(json, "null");
}

void sn_json_kv_string(sn_json *json, const char *key, const char *text)
{
    sn_json_key(json, key);
    sn_json_string(json, text);
}

void sn_json_kv_number(sn_json *json, const char *key, double x)
{
    sn_json_key(json, key);
    sn_json_number(json, x);
}

void sn_json_kv_integer(sn_json *json, const char *key, int64_t x)
{
    sn_json_key(json, key);
    sn_json_integer(json, x);
}

void sn_json_kv_bool(sn_json *json, const char *key, bool x)
{
    sn_json_key(json, key);
    sn_json_bool(json, x);
}

void sn_json_kv_null(sn_json *json, const char *key)
{
    sn_json_key(json, key);
    sn_json_null(json);
}

void sn_json_kv_object(sn_json *json, const char *key)
{
    sn_json_key(json, key);
    sn_json_begin_object(json);
}

void sn_json_kv_array(sn_json *json, const char *key)
{
    sn_json_key(json, key);
    sn_json_begin_array(json);
}

void sn_json_kv_numbers(sn_json *json, const char *key, const double *x, size_t count)
{
    sn_json_key(json, key);
    sn_json_begin_array_inline(json);
    for (size_t k = 0; k < count; k++)
        sn_json_number(json, x[k]);
    sn_json_end_array(json);
}

void sn_json_kv_number_or_reason(sn_json *json, const char *key, double x, const char *reason)
{
    sn_json_kv_number(json, key, x);
    if (!isfinite(x) && reason != NULL) {
        put_key(json, key, "_reason");
        sn_json_string(json, reason);
    }
}
