/* html.h - one HTML file that opens anywhere, asks nobody for anything, and runs no one's code.
 */
#ifndef SN_REPORTS_HTML_H
#define SN_REPORTS_HTML_H

#include <stddef.h>

#include "reports/out.h"

enum { SN_HTML_SCRIPTS = 8, SN_HTML_HASH = 64 };

/** sn_html_text - bytes and how many; lent. */
typedef struct {
    const char *text;
    size_t length;
} sn_html_text;

/** sn_html_page - what a page is made of. */
typedef struct {
    sn_html_text shell; /* the document, with @NAME@ where parts go (see below)          */
    const char *title;  /* plain text                                                    */
    sn_html_text style; /* CSS, without "</style"                                        */
    sn_html_text script[SN_HTML_SCRIPTS]; /* without "</script" and "<!--"                  */
    size_t scripts;
    sn_html_text licence;    /* plain text, kept in a comment: "--" is broken up              */
    sn_html_text data;       /* JSON                                                          */
    const char *const *lead; /* sentences, plain text: what a reader without scripts gets   */
    size_t leads;
} sn_html_page;

/**
 * sn_html_hash - what a Content-Security-Policy calls an inline script or style.
 *
 * hash  [out]  'sha256-<base64>', with the quotes
 *
 * Returns  hash.
 */
const char *sn_html_hash(sn_html_text text, char hash[SN_HTML_HASH]);

/**
 * sn_html_write - put a page together.
 *
 * @TITLE@    the title, escaped
 * @POLICY@   default-src 'none' and the hashes of the very bytes that follow
 * @STYLE@    a style element
 * @SCRIPTS@  script elements
 * @DATA@     a script element of type application/json with id "data"; `<` is written as \u003c
 * and U+2028, U+2029 are escaped too, so that nothing in it ends the element
 * @LEAD@     list items, escaped
 * @LICENCE@  the licence text
 *
 * Any other text of the shell stays as it is.
 *
 * Returns  SN_OK; SN_EINTERNAL where a style or script could end its own element, or the shell
 *          names an unknown part.
 * Source   W3C, Content Security Policy Level 3.
 */
sn_status sn_html_write(const sn_html_page *page, sn_out *out, sn_error *err);

#endif /* SN_REPORTS_HTML_H */
