/* test_xlsx.c - sheets as text, and workbooks that nobody should send. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zip.h>

#include "datasets/bytes.h"

static char path[] = "/tmp/sn_xlsx_XXXXXX";

#define BOOK(sheets)                                                                           \
    "<workbook xmlns=\"m\" xmlns:r=\"r\"><sheets>" sheets "</sheets></workbook>"
#define ONE_SHEET BOOK("<sheet name=\"Trade\" sheetId=\"1\" r:id=\"rId1\"/>")
#define LINKS                                                                                  \
    "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"                \
    "<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"
#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

/* The parts of a workbook; NULL: not there. */
typedef struct {
    const char *book, *links, *texts, *sheet1, *sheet2;
    size_t sheet1_size;
} parts;

static void write_book(const parts *p)
{
    const char *const name[] = {"[Content_Types].xml", "xl/workbook.xml",
                                "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml",
                                "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"};
    const char *const text[] = {"<Types/>", p->book, p->links, p->texts, p->sheet1, p->sheet2};
    int code = 0;
    zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);

    for (size_t k = 0; archive != NULL && k < 6; k++) {
        if (text[k] == NULL)
            continue;
        const size_t size = k == 4 && p->sheet1_size > 0 ? p->sheet1_size : strlen(text[k]);
        if (zip_file_add(archive, name[k], zip_source_buffer(archive, text[k], size, 0), 0) < 0)
            fail_msg("cannot add %s", name[k]);
    }
    if (archive == NULL || zip_close(archive) != 0)
        fail_msg("cannot write %s", path);
}

/* What the named sheet of the workbook reads as, or the message; the path as FILE. */
static const char *text_of(const parts *p, const char *sheet, uint64_t limit)
{
    static char text[4096];
    sn_bytes bytes = {0};
    sn_error err = {0};

    write_book(p);
    const sn_status status = sn_bytes_open(path, sheet, limit, &bytes, &err);
    if (status == SN_OK)
        (void)snprintf(text, sizeof text, "%.*s", (int)bytes.size, bytes.data);
    else
        (void)snprintf(text, sizeof text, "%s", err.message);
    sn_bytes_clear(&bytes);
    for (char *at; (at = strstr(text, path)) != NULL;) {
        memcpy(at, "FILE", 4);
        memmove(at + 4, at + strlen(path), strlen(at + strlen(path)) + 1);
    }
    return text;
}

static const char *text_of_cells(const char *sheet1, const char *texts)
{
    return text_of(&(parts){.book = ONE_SHEET, .links = LINKS, .texts = texts, .sheet1 = sheet1},
                   NULL, SN_BYTES_LIMIT);
}

static void xlsx__every_kind_of_cell_has_its_place(void **state)
{
    (void)state;
    assert_string_equal(
        text_of_cells(
            SHEET("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>a "
                  "\"b\"</t></is></c><c r=\"D2\" t=\"str\"><f>A1&amp;B1</f><v>x,\ny</v></c></row>"
                  "<row r=\"4\"><c r=\"B4\"><v>0.30000000000000004</v></c><c r=\"C4\" t=\"b\"><v>1</v>"
                  "</c></row><row r=\"5\" spans=\"1:4\"/>"
                  "<row r=\"6\"><c r=\"A6\" t=\"s\"><v>1</v></c><c r=\"B6\" s=\"3\"/><c r=\"AA6\" "
                  "t=\"e\"><v>#N/A</v></c></row>"),
            "<sst><si><t>C\xc3\xb4te</t><rPh><t>reading aid</t></rPh></si>"
            "<si><r><t xml:space=\"preserve\"># rich </t></r><r><t>text</t></r></si></sst>"),
        "\n\"C\xc3\xb4te\",\"a \"\"b\"\"\",,\"x, y\"\n\n,0.30000000000000004,TRUE,\n\n# rich text"
        ",,,,,,,,,,,,,,,,,,,,,,,,,,\"#N/A\"");
}

static void xlsx__without_references_cells_follow_one_another(void **state)
{
    (void)state;
    assert_string_equal(text_of_cells(SHEET("<row><c t=\"str\"><v>a</v></c><c t=\"str\"><v>b</v></c></row>"
                                            "<row><c><v>1</v></c></row>"),
                                      NULL),
                        "\"a\",\"b\"\n1,");
}

static void xlsx__sheets_are_chosen_by_name(void **state)
{
    const parts two = {.book = BOOK("<sheet name=\"flows\" sheetId=\"1\" r:id=\"rId2\"/>"
                                    "<sheet name=\"Notes\" sheetId=\"2\" r:id=\"rId1\"/>"
                                    "<sheet name=\"old\" sheetId=\"3\" state=\"hidden\" r:id=\"rId1\"/>"),
                       .links = LINKS,
                       .sheet1 = SHEET("<row><c><v>1</v></c></row>"),
                       .sheet2 = SHEET("<row><c><v>2</v></c></row>")};
    char with_part[80];
    size_t count = 9;
    (void)state;

    assert_string_equal(text_of(&two, "flows", SN_BYTES_LIMIT), "2");
    assert_string_equal(text_of(&two, "flows.csv", SN_BYTES_LIMIT), "2");
    assert_string_equal(text_of(&two, "N*", SN_BYTES_LIMIT), "1");
    assert_string_equal(text_of(&two, "old", SN_BYTES_LIMIT),
                        "\"FILE\" holds no sheet \"old\" (it holds flows, Notes)");
    assert_string_equal(text_of(&two, NULL, SN_BYTES_LIMIT),
                        "\"FILE\" holds several sheets (flows, Notes); name one: \"FILE#flows\"");
    assert_int_equal(sn_bytes_zip_holds(path, "flows.csv", &count, NULL), SN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(sn_bytes_zip_holds(path, "nodes.csv", &count, NULL), SN_OK);
    assert_int_equal(count, 0);

    sn_bytes bytes = {0};
    (void)snprintf(with_part, sizeof with_part, "%s#Notes", path);
    assert_int_equal(sn_bytes_open(with_part, NULL, SN_BYTES_LIMIT, &bytes, NULL), SN_OK);
    const int same = bytes.size == 1 && bytes.data[0] == '1' && strcmp(bytes.name, with_part) == 0;
    sn_bytes_clear(&bytes);
    assert_true(same);
}

static void check_fails(const char *sheet1, const char *texts, const char *message)
{
    assert_string_equal(text_of_cells(sheet1, texts), message);
}

#define PART "FILE#xl/worksheets/sheet1.xml"

static void xlsx__that_is_no_table_is_refused(void **state)
{
    (void)state;
    check_fails("<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><mergeCells><mergeCell "
                "ref=\"A1:C1\"/></mergeCells></worksheet>", NULL,
                PART ":1: the cells A1:C1 are merged: a table needs one cell for each value");
    check_fails(SHEET("<row r=\"3\"/><row r=\"3\"/>"), NULL, PART ":1: row \"3\" does not follow row 3");
    check_fails(SHEET("<row r=\"99999999999999999999\"/>"), NULL,
                PART ":1: row \"99999999999999999999\" does not follow row 0");
    check_fails(SHEET("<row r=\"1048577\"/>"), NULL, PART ":1: more than 1048576 rows");
    check_fails(SHEET("<row r=\"1\"><c r=\"XFE1\"/></row>"), NULL,
                PART ":1: cell \"XFE1\" does not follow column 0 of row 1");
    check_fails(SHEET("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>"), NULL,
                PART ":1: cell \"A1\" does not follow column 2 of row 1");
    check_fails(SHEET("<row r=\"1\"><c r=\"A2\"/></row>"), NULL,
                PART ":1: cell \"A2\" does not follow column 0 of row 1");
    check_fails(SHEET("<c/>"), NULL, PART ":1: a cell outside a row, or more than 16384 columns");
    check_fails(SHEET("<row><c t=\"s\"><v>1</v></c></row>"), "<sst><si><t>a</t></si></sst>",
                PART ":1: there is no text number 1");
    check_fails(SHEET("<row><c t=\"s\"><v>0</v></c></row>"), NULL,
                PART ":1: there is no text number 0");
    check_fails(SHEET(""), NULL, "\"FILE#Trade\" is empty");
    check_fails(NULL, NULL, "\"FILE\" is a damaged workbook: xl/worksheets/sheet1.xml: it is not there");
}

static void xlsx__tricks_of_xml_are_refused(void **state)
{
    (void)state;
    check_fails("<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>" SHEET(""), NULL,
                PART ":1: the entity \"a\" is declared; entities are not read");
    check_fails("<worksheet>&xxe;</worksheet>", NULL,
                PART ":1: not well-formed XML: Entity 'xxe' not defined");
    check_fails("<worksheet><row>", NULL,
                PART ":1: not well-formed XML: Extra content at the end of the document");
    assert_string_equal(
        text_of(&(parts){.book = ONE_SHEET,
                         .links = "<R><Relationship Id=\"rId1\" Target=\"../../etc/passwd\"/></R>"},
                NULL, SN_BYTES_LIMIT),
        "FILE#xl/_rels/workbook.xml.rels:1: the sheet lies outside the workbook");
    assert_string_equal(
        text_of(&(parts){.book = ONE_SHEET, .links = "<R><Relationship Id=\"rId1\" TargetMode="
                                                     "\"External\" Target=\"http://x/\"/></R>"},
                NULL, SN_BYTES_LIMIT),
        "FILE#xl/_rels/workbook.xml.rels:1: the sheet lies outside the workbook");
    assert_string_equal(text_of(&(parts){.book = ONE_SHEET, .links = "<R/>"}, NULL, SN_BYTES_LIMIT),
                        "\"FILE\" is a damaged workbook: Trade: nothing says where the sheet lies");
}

static void xlsx__that_unpacks_beyond_the_limit_is_refused(void **state)
{
    enum { SIZE = 8 << 20 };
    static char blanks[SIZE];
    static const char head[] = "<worksheet><sheetData><row><c><v>1</v></c></row>";
    (void)state;

    memset(blanks, ' ', SIZE);
    memcpy(blanks, head, sizeof head - 1);
    const parts bomb = {.book = ONE_SHEET, .links = LINKS, .sheet1 = blanks, .sheet1_size = SIZE};
    assert_string_equal(text_of(&bomb, NULL, 1 << 20),
                        "\"FILE\" takes more than 1048576 bytes of memory, the limit");
    /* a far cell costs little in the file and a line for each row before it */
    const parts far = {.book = ONE_SHEET, .links = LINKS,
                       .sheet1 = SHEET("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>")};
    assert_string_equal(text_of(&far, NULL, 1 << 20),
                        "\"FILE\" takes more than 1048576 bytes of memory, the limit");
}

static void xlsx__cut_short_anywhere_is_an_error(void **state)
{
    static char whole[4096];
    (void)state;

    write_book(&(parts){.book = ONE_SHEET, .links = LINKS,
                        .sheet1 = SHEET("<row><c><v>1</v></c></row>")});
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(whole, 1, sizeof whole, file);
    (void)fclose(file);
    for (size_t cut = 4; cut < size; cut++) {
        sn_bytes bytes = {0};
        sn_error err = {0};
        file = fopen(path, "wb");
        if (file == NULL || fwrite(whole, 1, cut, file) != cut || fclose(file) != 0)
            fail_msg("cannot write %s", path);
        const sn_status status = sn_bytes_open(path, NULL, SN_BYTES_LIMIT, &bytes, &err);
        sn_bytes_clear(&bytes);
        if (status != SN_EDATA)
            fail_msg("cut at %zu of %zu: status %d, \"%s\"", cut, size, status, err.message);
    }
}

static int make_file(void **state)
{
    const int fd = mkstemp(path);
    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xlsx__every_kind_of_cell_has_its_place),
        cmocka_unit_test(xlsx__without_references_cells_follow_one_another),
        cmocka_unit_test(xlsx__sheets_are_chosen_by_name),
        cmocka_unit_test(xlsx__that_is_no_table_is_refused),
        cmocka_unit_test(xlsx__tricks_of_xml_are_refused),
        cmocka_unit_test(xlsx__that_unpacks_beyond_the_limit_is_refused),
        cmocka_unit_test(xlsx__cut_short_anywhere_is_an_error),
    };
    return cmocka_run_group_tests_name("xlsx", tests, make_file, remove_file);
}
