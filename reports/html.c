/* html.c - the shell of a page, its parts, and the policy that lets only them run. */
#include "reports/html.h"

#include <nettle/sha2.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

const char *sn_html_hash(sn_html_text text, char hash[SN_HTML_HASH])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t digest[SHA256_DIGEST_SIZE + 1] = {0};
    struct sha256_ctx sha;
    char *to = hash;

    sha256_init(&sha);
    sha256_update(&sha, text.length, (const uint8_t *)text.text);
    sha256_digest(&sha, SHA256_DIGEST_SIZE, digest);
    memcpy(to, "'sha256-", 8);
    to += 8;
    for (size_t k = 0; k < SHA256_DIGEST_SIZE; k += 3) { /* 32 bytes: the last group has two */
        const unsigned bits = (unsigned)digest[k] << 16 | (unsigned)digest[k + 1] << 8 | digest[k + 2];
        *to++ = digits[bits >> 18 & 63];
        *to++ = digits[bits >> 12 & 63];
        *to++ = digits[bits >> 6 & 63];
        *to++ = k + 2 < SHA256_DIGEST_SIZE ? digits[bits & 63] : '=';
    }
    *to++ = '\'';
    *to = '\0';
    return hash;
}

static void write_escaped(sn_out *out, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            sn_out_puts(out, "&amp;");
            break;
        case '<':
            sn_out_puts(out, "&lt;");
            break;
        case '>':
            sn_out_puts(out, "&gt;");
            break;
        case '"':
            sn_out_puts(out, "&quot;");
            break;
        case '\'':
            sn_out_puts(out, "&#39;");
            break;
        default:
            sn_out_putc(out, *text);
        }
}

/* JSON inside an element, without the white space of its layout.  Only strings can hold what
 * would end the element. */
static void write_data(sn_out *out, sn_html_text data)
{
    bool in_string = false;
    size_t from = 0;

    sn_out_puts(out, "<script type=\"application/json\" id=\"data\">");
    for (size_t k = 0; k < data.length; k++) {
        const char *at = data.text + k;
        const bool blank = !in_string && (*at == ' ' || *at == '\n');
        const bool separator = k + 2 < data.length && memcmp(at, "\xe2\x80", 2) == 0 &&
                               (at[2] == '\xa8' || at[2] == '\xa9');
        if (*at == '\\' && in_string)
            k++; /* whatever is escaped is no quote */
        else if (*at == '"')
            in_string = !in_string;
        if (*at != '<' && !blank && !separator)
            continue;
        sn_out_write(out, data.text + from, k - from);
        if (!blank)
            sn_out_puts(out, *at == '<' ? "\\u003c" : at[2] == '\xa8' ? "\\u2028" : "\\u2029");
        k += separator ? 2 : 0;
        from = k + 1;
    }
    sn_out_write(out, data.text + from, data.length - from);
    sn_out_puts(out, "</script>");
}

static void write_policy(sn_out *out, const sn_html_page *page)
{
    char hash[SN_HTML_HASH];

    sn_out_puts(out, "default-src 'none'; script-src");
    for (size_t s = 0; s < page->scripts; s++)
        sn_out_printf(out, " %s", sn_html_hash(page->script[s], hash));
    sn_out_printf(out, "; style-src %s; img-src data:; base-uri 'none'; form-action 'none'",
                  sn_html_hash(page->style, hash));
}

/* In a comment "--" may not stand. */
static void write_comment(sn_out *out, sn_html_text text)
{
    for (size_t k = 0; k < text.length; k++) {
        sn_out_putc(out, text.text[k]);
        if (text.text[k] == '-' && k + 1 < text.length && text.text[k + 1] == '-')
            sn_out_putc(out, ' ');
    }
}

static void write_element(sn_out *out, const char *name, sn_html_text text)
{
    sn_out_printf(out, "<%s>", name);
    sn_out_write(out, text.text, text.length);
    sn_out_printf(out, "</%s>\n", name);
}

static bool write_part(sn_out *out, const sn_html_page *page, const char *name, size_t length)
{
    const struct {
        const char *name;
        int part;
    } parts[] = {{"TITLE", 0}, {"POLICY", 1}, {"STYLE", 2},  {"SCRIPTS", 3},
                 {"DATA", 4},  {"LEAD", 5},   {"LICENCE", 6}};

    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
        if (strlen(parts[p].name) != length || memcmp(parts[p].name, name, length) != 0)
            continue;
        switch (parts[p].part) {
        case 0:
            write_escaped(out, page->title);
            break;
        case 1:
            write_policy(out, page);
            break;
        case 2:
            write_element(out, "style", page->style);
            break;
        case 3:
            for (size_t s = 0; s < page->scripts; s++)
                write_element(out, "script", page->script[s]);
            break;
        case 4:
            write_data(out, page->data);
            break;
        case 5:
            for (size_t k = 0; k < page->leads; k++) {
                sn_out_puts(out, "<li>");
                write_escaped(out, page->lead[k]);
                sn_out_puts(out, "</li>\n");
            }
            break;
        default:
            write_comment(out, page->licence);
        }
        return true;
    }
    return false;
}

/* Whether a text holds a word, whatever the case. */
static bool holds(sn_html_text text, const char *word)
{
    const size_t length = strlen(word);

    for (size_t k = 0; k + length <= text.length; k++)
        if (strncasecmp(text.text + k, word, length) == 0)
            return true;
    return false;
}

sn_status sn_html_write(const sn_html_page *page, sn_out *out, sn_error *err)
{
    const char *at = page->shell.text, *end = at + page->shell.length;

    if (holds(page->style, "</style"))
        return sn_fail(err, SN_EINTERNAL, "the style of the page ends its own element");
    for (size_t s = 0; s < page->scripts; s++)
        if (holds(page->script[s], "</script") || holds(page->script[s], "<!--"))
            return sn_fail(err, SN_EINTERNAL, "a script of the page ends its own element");
    while (at < end) {
        const char *mark = memchr(at, '@', (size_t)(end - at));
        const char *close =
            mark != NULL ? memchr(mark + 1, '@', (size_t)(end - mark - 1)) : NULL;
        if (close == NULL)
            break;
        sn_out_write(out, at, (size_t)(mark - at));
        if (!write_part(out, page, mark + 1, (size_t)(close - mark - 1)))
            return sn_fail(err, SN_EINTERNAL, "the page has no part \"%.*s\"",
                           (int)(close - mark - 1), mark + 1);
        at = close + 1;
    }
    sn_out_write(out, at, (size_t)(end - at));
    return SN_OK;
}
