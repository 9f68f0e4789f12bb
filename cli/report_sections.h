/* report_sections.h - which tables and charts the documents of each verb give a page. */
#ifndef SN_CLI_REPORT_SECTIONS_H
#define SN_CLI_REPORT_SECTIONS_H

#include <stddef.h>

enum { SN_SECTION_FIELDS = 9 };

/* A column: where its value stands in the row's object, or in one around it. */
typedef struct {
    const char *path, *heading;
    char type; /* t text, p percent, d difference of shares, n number, a amount, i integer */
} sn_section_field;

/* Objects of a list as rows; "groups/suppliers" are the lists inside lists. */
typedef struct {
    const char *verb, *list, *title, *chart, *note;
    const char *only; /* rows whose `verb` and `field` are these: "concentration groups.hhi" */
    sn_section_field field[SN_SECTION_FIELDS];
} sn_section;

extern const sn_section sn_sections[];
extern const size_t sn_section_count;

#endif /* SN_CLI_REPORT_SECTIONS_H */
