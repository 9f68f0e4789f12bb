/* test_scan.c - tables read in pieces by several threads give what the row-by-row reader gives.
 */
#include "sn_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include <zlib.h>

#include "datasets/csv_private.h"
#include "datasets/scan.h"

enum { ID, VALUE, NOTE, COLUMNS };

static const sn_csv_column columns[COLUMNS] = {
    {"id", NULL, true}, {"value", NULL, true}, {"note", NULL, false}};

/* ---- a text that is told: every field of every row with its line, then what the reader saw
 * ---- */

typedef struct {
    char *text;
    size_t size, room;
} tale;

static void tell(tale *t, const char *text, size_t length)
{
    if (length > SIZE_MAX / 4) /* a sprintf that failed */
        fail_msg("nothing to tell");
    while (t->size + length + 1 > t->room) {
        t->room = t->room < 1024 ? 1024 : t->room * 2;
        t->text = realloc(t->text, t->room);
        assert_non_null(t->text);
    }
    for (size_t k = 0; k < length; k++) /* not memcpy: gcc sees a length that cannot be */
        t->text[t->size + k] = text[k];
    t->size += length;
    t->text[t->size] = '\0';
}

static sn_status tell_row(tale *t, sn_csv *row, size_t lines, sn_error *err)
{
    const sn_slice id = sn_csv_text(row, ID), note = sn_csv_text(row, NOTE);
    char number[80];
    double value;
    const sn_status status = sn_csv_amount(row, VALUE, &value, err);

    if (status != SN_OK)
        return status;
    tell(t, number, (size_t)sprintf(number, "%zu:", sn_csv_line(row) + lines));
    tell(t, id.text, id.length);
    tell(t, number, (size_t)sprintf(number, "|%.17g|", value));
    tell(t, note.text, note.length);
    tell(t, "\n", 1);
    return SN_OK;
}

static void tell_end(tale *t, const sn_csv *csv, sn_status status, const sn_error *err)
{
    char line[700];

    if (status == SN_OK)
        tell(t, line,
             (size_t)sprintf(line, "%zu rows, %zu blank, mark %d, not UTF-8 %zu\n",
                             sn_csv_rows(csv), sn_csv_blank_rows(csv),
                             sn_csv_decimal_comma(csv), sn_csv_not_utf8_line(csv)));
    else
        tell(t, line, (size_t)sprintf(line, "failed %d: %s\n", (int)status, err->message));
}

/* ---- row by row, in pieces, and with a filter that keeps all: three tales ---- */

static void by_rows(sn_csv *csv, tale *t)
{
    sn_error err = {0};
    sn_status status = SN_OK;
    bool more = true;

    while (status == SN_OK && more) {
        status = sn_csv_next(csv, &more, &err);
        if (status == SN_OK && more)
            status = tell_row(t, csv, 0, &err);
    }
    tell_end(t, csv, status, &err);
}

/* The state of a piece: its lines are not known yet, so rows are kept apart. */
typedef struct {
    tale rows;
    size_t line[1 << 16], end[1 << 16], count;
} part;

static sn_status read_part(const void *context, void *state, sn_csv *row, sn_error *err)
{
    part *p = state;
    (void)context;

    p->line[p->count] = sn_csv_line(row);
    const sn_status status = tell_row(&p->rows, row, (size_t)0 - sn_csv_line(row), err);
    if (status == SN_OK)
        p->end[p->count++] = p->rows.size;
    return status;
}

static sn_status take_part(void *context, void *state, size_t lines, sn_error *err)
{
    part *p = state;
    char number[40];
    size_t at = 0;
    (void)err;

    for (size_t k = 0; k < p->count; k++) {
        tell(context, number, (size_t)sprintf(number, "%zu", p->line[k] + lines));
        tell(context, p->rows.text + at + 1, p->end[k] - at - 1); /* after its "0" */
        at = p->end[k];
    }
    return SN_OK;
}

static void empty_part(void *state)
{
    part *p = state;
    p->rows.size = p->count = 0;
}

static void clear_part(void *state)
{
    part *p = state;
    free(p->rows.text);
    p->rows = (tale){0};
}

static const sn_scan_plan plan = {.state_size = sizeof(part),
                                  .read = read_part,
                                  .take = take_part,
                                  .empty = empty_part,
                                  .clear = clear_part};

static void by_pieces(sn_csv *csv, tale *t)
{
    sn_error err = {0};
    const sn_status status = sn_csv_scan(csv, &plan, t, &err);

    tell_end(t, csv, status, &err);
}

static void by_filter(sn_csv *csv, tale *t)
{
    sn_error err = {0};
    const sn_status status =
        sn_csv_set_filter(csv, &(sn_csv_filter){.noted = {SN_CSV_ROW, SN_CSV_ROW}}, &err);

    if (status == SN_OK)
        by_rows(csv, t);
}

static void use_threads(int threads)
{
#ifdef _OPENMP
    omp_set_num_threads(threads);
#else
    (void)threads;
#endif
}

static void tell_by(void (*way)(sn_csv *, tale *), const sn_bytes *bytes, tale *t)
{
    sn_csv *csv = NULL;
    sn_error err = {0};
    const sn_status status = sn_csv_open(bytes, columns, COLUMNS, &csv, &err);

    if (status == SN_OK)
        way(csv, t);
    else
        tell_end(t, csv, status, &err);
    sn_csv_free(csv);
}

static char folder[] = "/tmp/sn_scan_XXXXXX";

/* The text packed in a file and opened as a table: read window by window. */
static sn_bytes pack(const char *text, size_t size)
{
    sn_bytes bytes = {0};
    char path[100];

    (void)snprintf(path, sizeof path, "%s/t.csv", folder);
    gzFile file = gzopen(path, "wb0");
    if (file == NULL || gzwrite(file, text, (unsigned)size) != (int)size ||
        gzclose(file) != Z_OK)
        fail_msg("cannot write %s", path);
    if (sn_bytes_open_table(path, NULL, SN_BYTES_LIMIT, &bytes, NULL) != SN_OK)
        fail_msg("cannot open %s", path);
    strcpy(bytes.name, "t.csv");
    return bytes;
}

/* All ways, threads and packings tell the same; returns the tale. */
static char *check_same(const char *text, size_t size)
{
    static const struct {
        void (*way)(sn_csv *, tale *);
        int threads;
        bool is_packed;
    } runs[] = {{by_rows, 3, true},   {by_pieces, 1, false}, {by_pieces, 3, false},
                {by_pieces, 3, true}, {by_filter, 1, true},  {by_filter, 3, false}};
    sn_bytes plain = {0}, packed = pack(text, size);
    tale expected = {0};

    assert_int_equal(sn_bytes_memory("t.csv", text, size, &plain, NULL), SN_OK);
    tell_by(by_rows, &plain, &expected);
    for (size_t r = 0; r < sizeof runs / sizeof runs[0]; r++) {
        tale told = {0};
        size_t at = 0;
        use_threads(runs[r].threads);
        tell_by(runs[r].way, runs[r].is_packed ? &packed : &plain, &told);
        while (told.text[at] != '\0' && told.text[at] == expected.text[at])
            at++;
        if (told.text[at] != expected.text[at])
            fail_msg("run %zu: at %zu \"%.80s\", expected \"%.80s\"", r, at, told.text + at,
                     expected.text + at);
        free(told.text);
    }
    sn_bytes_clear(&plain);
    sn_bytes_clear(&packed);
    return expected.text;
}

/* ---- texts ---- */

static uint64_t seed;

static unsigned next_random(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

/* What the rows of a text are made of. */
typedef struct {
    size_t bytes;
    unsigned
        quoted;     /* one in so many notes is quoted, with line ends, doubled quotes, commas */
    unsigned blank; /* one in so many rows is blank */
    const char *line_end, *beyond_ascii;
    char delimiter, mark;
} recipe;

static void add_note(tale *t, const recipe *r)
{
    static const char *const odd[] = {"a\nb", "\"\"", ",;", "\r\n", "\n\n\n", "x\"\"y\n"};

    if (r->quoted == 0 || next_random(r->quoted) != 0) {
        tell(t, "5\" pipe", 7);
        return;
    }
    tell(t, "\"", 1);
    for (unsigned k = next_random(5); k > 0; k--) {
        const char *piece = odd[next_random(6)];
        tell(t, piece, strlen(piece));
    }
    tell(t, "\"", 1);
}

static tale make_text(const recipe *r)
{
    tale t = {0};
    char row[100];

    tell(&t, row,
         (size_t)sprintf(row, "# made\nid%cvalue%cnote%s", r->delimiter, r->delimiter,
                         r->line_end));
    while (t.size < r->bytes) {
        if (r->blank > 0 && next_random(r->blank) == 0)
            tell(&t, row, (size_t)sprintf(row, " %c %s", r->delimiter, r->line_end));
        tell(&t, row,
             (size_t)sprintf(
                 row, "F%u%s%c%u%c%u%c", next_random(100000),
                 r->beyond_ascii != NULL && next_random(50) == 0 ? r->beyond_ascii : "",
                 r->delimiter, next_random(1000), r->mark, next_random(100), r->delimiter));
        add_note(&t, r);
        tell(&t, r->line_end, strlen(r->line_end));
    }
    return t;
}

enum { LONG = 1200000 }; /* more than the head of a packed table */

static void scan__tells_what_the_row_by_row_reader_tells(void **state)
{
    static const recipe recipes[] = {
        {LONG, 0, 0, "\n", NULL, ',', '.'},
        {LONG, 3, 20, "\n", NULL, ',',
         '.'}, /* every third note is quoted: cuts fall into them */
        {LONG, 1, 3, "\r\n", "\xc3\xa9", ';', ','},
        {LONG, 5, 9, "\r", "\xc2\xa0", '\t', ','},
        {LONG, 40, 9, "\n", "\xe9", '|', '.'}, /* Windows-1252 */
        {200, 3, 3, "\n", "\xe9", ',', '.'},
    };
    (void)state;
    for (size_t r = 0; r < sizeof recipes / sizeof recipes[0]; r++) {
        seed = r;
        tale t = make_text(&recipes[r]);
        free(check_same(t.text, t.size));
        free(t.text);
    }
}

static void scan__of_one_quoted_field_that_holds_the_rest_is_the_same(void **state)
{
    tale t = {0};
    (void)state;
    tell(&t, "id,value,note\nA,1,\"", 19);
    for (int k = 0; k < 100000; k++)
        tell(&t, "B,2,x\n", 6);
    tell(&t, "\"\nC,3,\n", 7);
    char *told = check_same(t.text, t.size);
    assert_non_null(strstr(told, "\n100003:C|3|\n2 rows, 0 blank"));
    free(told);
    free(t.text);
}

static void scan__fails_where_the_row_by_row_reader_fails(void **state)
{
    static const char *const bad[] = {"A,-1,\n", "A,1,2,3\n", "A,\"1\"x,\n",
                                      "A\n",     "A,\"1\n",   "A,x,"};
    static const char *const what[] = {"is negative", "4 fields",     "after a closing quote",
                                       "1 field,",    "never closed", "is not a number"};
    (void)state;
    for (size_t b = 0; b < sizeof bad / sizeof bad[0]; b++)
        for (size_t where = 1000; where <= LONG; where += LONG - 1000) {
            tale t;
            seed = b + where;
            t = make_text(&(recipe){where, 3, 9, "\n", NULL, ',', '.'});
            tell(&t, bad[b], strlen(bad[b]));
            if (b != 4) { /* and another mistake after it */
                tale more = make_text(&(recipe){LONG / 8, 3, 9, "\n", NULL, ',', '.'});
                const char *rows = strchr(strchr(more.text, '\n') + 1, '\n') + 1;
                tell(&t, "\n", b == 5);
                tell(&t, rows, strlen(rows));
                tell(&t, "B,-1,\n", 6);
                free(more.text);
            }
            char *told = check_same(t.text, t.size);
            if (strstr(told, what[b]) == NULL)
                fail_msg("no \"%s\" in \"%s\"", what[b], strstr(told, "failed"));
            free(told);
            free(t.text);
        }
}

static void scan__notices_two_decimal_marks_far_apart(void **state)
{
    tale t;
    (void)state;
    seed = 7;
    t = make_text(&(recipe){LONG, 0, 0, "\n", NULL, ';', ','});
    tell(&t, "Z;1.5;\n", 7);
    char *told = check_same(t.text, t.size);
    assert_non_null(
        strstr(told, "value \"1.5\" has a decimal point, but line 3 has a decimal comma"));
    free(told);
    free(t.text);
}

static void windows__cut_characters_anywhere_and_are_still_utf_8(void **state)
{
    tale t = {0};
    (void)state;
    tell(&t, "id,value,note\n", 14);
    while (t.size < 3 * LONG)
        tell(&t, "\xe2\x82\xac\xe2\x82\xac\xf0\x9f\x9a\xa2,1,\n", 14);
    char *told = check_same(t.text, t.size);
    assert_non_null(strstr(told, "not UTF-8 0"));
    free(told);
    free(t.text);
}

/* ---- filters ---- */

static int judge(const void *context, const sn_csv *row)
{
    const sn_slice id = sn_csv_text(row, ID);
    const char *wanted = context;

    if (id.length != strlen(wanted) || memcmp(id.text, wanted, id.length) != 0)
        return sn_csv_text(row, NOTE).length > 0 ? 1 : 2;
    return 0;
}

static void filter__visits_wanted_rows_and_counts_the_others_by_reason(void **state)
{
    tale t = {0}, told = {0};
    sn_csv *csv = NULL;
    sn_error err = {0};
    (void)state;
    tell(&t, "id,value,note\n", 14);
    for (int k = 0; k < 200000; k++) {
        char row[60];
        const char *id = k % 50000 == 7 ? "wanted" : k % 3 == 0 ? "other" : "another";
        tell(&t, row,
             (size_t)sprintf(row, "%s,%d,%s\n", id, k, k % 2 ? "\"say \"\"so\"\"\"" : ""));
    }
    tell(&t, "wanted,-5,\n", 11);
    for (int p = 0; p < 2; p++) {
        sn_bytes bytes = {0};
        told.size = 0;
        if (p == 0)
            (void)sn_bytes_memory("t.csv", t.text, t.size, &bytes, NULL);
        else
            bytes = pack(t.text, t.size);
        assert_int_equal(sn_csv_open(&bytes, columns, COLUMNS, &csv, &err), SN_OK);
        assert_int_equal(
            sn_csv_set_filter(csv, &(sn_csv_filter){judge, "wanted", {ID, NOTE}}, &err), SN_OK);
        by_rows(csv, &told);
        assert_string_equal(told.text, "9:wanted|7|say \"so\"\n50009:wanted|50007|say \"so\"\n"
                                       "100009:wanted|100007|say \"so\"\n"
                                       "150009:wanted|150007|say \"so\"\n"
                                       "failed 3: t.csv:200002:2: value \"-5\" is negative "
                                       "(column \"value\")\n");
        assert_int_equal(sn_csv_rows(csv), 200001);
        assert_int_equal(sn_csv_left_out(csv, 1), 99996);
        assert_int_equal(sn_csv_left_out(csv, 2), 100000);
        assert_int_equal(sn_csv_noted(csv, 0)->count, 3);
        assert_string_equal(sn_csv_noted(csv, 0)->text[2], "wanted");
        assert_int_equal(sn_csv_noted(csv, 1)->count, 1);
        assert_string_equal(sn_csv_noted(csv, 1)->text[0], "say \"so\"");
        sn_csv_free(csv);
        sn_bytes_clear(&bytes);
    }
    free(t.text);
    free(told.text);
}

static void filter__gives_the_rows_before_an_error_first(void **state)
{
    tale t = {0}, told = {0};
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    (void)state;
    tell(&t, "id,value,note\nwanted,1,\nother,x,\nwanted,2,\nother\nwanted,3,\n", 59);
    (void)sn_bytes_memory("t.csv", t.text, t.size, &bytes, NULL);
    assert_int_equal(sn_csv_open(&bytes, columns, COLUMNS, &csv, NULL), SN_OK);
    assert_int_equal(
        sn_csv_set_filter(csv, &(sn_csv_filter){judge, "wanted", {SN_CSV_ROW, SN_CSV_ROW}},
                          NULL),
        SN_OK);
    by_rows(csv, &told);
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    assert_string_equal(told.text, "2:wanted|1|\n4:wanted|2|\n"
                                   "failed 3: t.csv:5: 1 field, but the header has 3\n");
    free(t.text);
    free(told.text);
}

/* ---- windows ---- */

/* Rows that go on over the end of a window, at every place of a row, and text beyond ASCII that
 * begins only in the third window. */
static void windows__cut_rows_anywhere_without_a_trace(void **state)
{
    enum { BYTES = 3 << 20 };
    static const char *const ends[] = {"", "Z\xc3\xa9,1,\n", "Z\xe9,1,\n", "Z,1,\"a\r\n",
                                       "Z,\0,\n"};
    char *text = malloc(BYTES + 100);
    (void)state;
    for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
        const size_t length = e == 4 ? 5 : strlen(ends[e]);
        size_t size = (size_t)sprintf(text, "id,value,note\n"), rows = 0;
        while (size < BYTES - 100)
            size +=
                (size_t)sprintf(text + size, "F%zu,%zu,\"a,\r\n%zu\"\r\n", rows++, size, size);
        memcpy(text + size, ends[e], length);
        sn_bytes packed = pack(text, size + length);
        sn_csv *csv = NULL;
        double value;
        bool more = true;
        size_t seen = 0;
        sn_status status;
        sn_error err = {0};

        assert_true(packed.is_partial);
        assert_int_equal(sn_csv_open(&packed, columns, COLUMNS, &csv, NULL), SN_OK);
        while ((status = sn_csv_next(csv, &more, &err)) == SN_OK && more) {
            (void)sn_csv_amount(csv, VALUE, &value, NULL);
            seen++;
        }
        if (e <= 2) {
            assert_int_equal(status, SN_OK);
            assert_int_equal(seen, rows + (e > 0));
            assert_int_equal(sn_csv_not_utf8_line(csv), e == 2 ? 2 + 2 * rows : 0);
        } else {
            assert_int_equal(status, SN_EDATA);
            if (e == 3) {
                char place[80];
                (void)sprintf(place, "t.csv:%zu:3: the quote that begins", 2 + 2 * rows);
                assert_non_null(strstr(err.message, place));
            } else {
                char place[80];
                (void)sprintf(place, "byte %zu is NUL", size + 3);
                assert_non_null(strstr(err.message, place));
            }
        }
        sn_csv_free(csv);
        sn_bytes_clear(&packed);
    }
    free(text);
}

static int make_folder(void **state)
{
    (void)state;
    sn_csv_window = 70001;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    char command[300];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan__tells_what_the_row_by_row_reader_tells),
        cmocka_unit_test(scan__of_one_quoted_field_that_holds_the_rest_is_the_same),
        cmocka_unit_test(scan__fails_where_the_row_by_row_reader_fails),
        cmocka_unit_test(scan__notices_two_decimal_marks_far_apart),
        cmocka_unit_test(windows__cut_characters_anywhere_and_are_still_utf_8),
        cmocka_unit_test(filter__visits_wanted_rows_and_counts_the_others_by_reason),
        cmocka_unit_test(filter__gives_the_rows_before_an_error_first),
        cmocka_unit_test(windows__cut_rows_anywhere_without_a_trace),
    };
    return cmocka_run_group_tests_name("scan", tests, make_folder, remove_folder);
}
