/* xlsx.c - the parts of a workbook: which sheets there are, where they lie, the shared texts. */
#include "datasets/xlsx_private.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 16, MOST_SHEETS = 1000, LONGEST_NAME = 200, LONGEST_TEXT = 1 << 20, MOST_TEXT = 1 << 30 };

static const char book_part[] = "xl/workbook.xml";

bool sn_xlsx_is_one(zip_t *archive)
{
    return zip_name_locate(archive, book_part, 0) >= 0;
}

sn_status sn_xlsx_append(sn_xlsx_text *text, const char *more, size_t length, sn_error *err)
{
    if (length > text->room - text->size) {
        const size_t room = (text->size + length) * 2;
        char *grown = realloc(text->data, room);
        if (grown == NULL)
            return sn_nomem(err, "the text of a sheet");
        text->data = grown;
        text->room = room;
    }
    memcpy(text->data + text->size, more, length);
    text->size += length;
    return SN_OK;
}

static sn_status fail_damaged(const sn_xlsx *book, const char *part, const char *reason)
{
    return sn_fail(book->err, SN_EDATA, "\"%s\" is a damaged workbook: %.100s: %s",
                   book->bytes->name, part, reason);
}

/* ---- parts ---- */

static sn_status feed_part(sn_xlsx *book, const char *part, zip_file_t *file)
{
    char piece[PIECE];
    sn_status status = SN_OK;
    zip_int64_t got;

    while ((got = zip_fread(file, piece, sizeof piece)) > 0) {
        if ((uint64_t)got > book->left)
            return sn_bytes_refuse(book->block->name, book->block->limit, book->err);
        book->left -= (uint64_t)got;
        SN_TRY(sn_xml_feed(book->xml, piece, (size_t)got));
    }
    if (got < 0)
        return fail_damaged(book, part, zip_file_strerror(file));
    SN_TRY(sn_xml_finish(book->xml));
out:
    return status;
}

sn_status sn_xlsx_part(sn_xlsx *book, const char *part, bool optional, const sn_xml_events *events,
                       void *context)
{
    const zip_int64_t index = zip_name_locate(book->archive, part, 0);
    char name[400];
    sn_status status = SN_OK;

    if (index < 0)
        return optional ? SN_OK : fail_damaged(book, part, "it is not there");
    zip_file_t *file = zip_fopen_index(book->archive, (zip_uint64_t)index, 0);
    if (file == NULL)
        return fail_damaged(book, part, zip_strerror(book->archive));
    (void)snprintf(name, sizeof name, "%.200s#%.100s", book->bytes->name, part);
    book->xml = sn_xml_new(name, events, context, book->err);
    if (book->xml == NULL) {
        status = sn_nomem(book->err, "an XML parser");
        goto out;
    }
    SN_TRY(feed_part(book, part, file));
out:
    sn_xml_free(book->xml);
    book->xml = NULL;
    (void)zip_fclose(file);
    return status;
}

/* ---- xl/workbook.xml ---- */

typedef struct {
    char name[LONGEST_NAME], id[LONGEST_NAME];
} sheet;

typedef struct {
    sn_xlsx *book;
    sheet *sheet; /* [count]: the visible ones */
    size_t count;
} sheet_list;

static bool copy(char to[LONGEST_NAME], sn_slice text)
{
    if (text.text == NULL || text.length >= LONGEST_NAME)
        return false;
    memcpy(to, text.text, text.length);
    to[text.length] = '\0';
    return true;
}

static void begin_book(void *context, const char *name, const sn_xml_tag *tag)
{
    sheet_list *list = context;
    sn_xml *xml = list->book->xml;
    const sn_slice state = sn_xml_attribute(tag, "state");
    sheet one;

    if (strcmp(name, "sheet") != 0 ||
        (state.text != NULL && !sn_xml_is(state, "visible"))) /* hidden ones hold workings */
        return;
    if (!copy(one.name, sn_xml_attribute(tag, "name")) ||
        !copy(one.id, sn_xml_attribute(tag, "id")) || list->count == MOST_SHEETS) {
        sn_xml_fail(xml, "a sheet without a name and an id of less than %d bytes, or sheet %d",
                    LONGEST_NAME, MOST_SHEETS + 1);
        return;
    }
    sheet *grown = realloc(list->sheet, (list->count + 1) * sizeof *grown);
    if (grown == NULL) {
        sn_xml_stop(xml, sn_nomem(list->book->err, "the sheets of a workbook"));
        return;
    }
    list->sheet = grown;
    list->sheet[list->count++] = one;
}

static void ignore_end(void *context, const char *name)
{
    (void)context, (void)name;
}

static void ignore_text(void *context, const char *text, size_t length)
{
    (void)context, (void)text, (void)length;
}

static sn_status list_sheets(sn_xlsx *book, sheet_list *list)
{
    static const sn_xml_events events = {begin_book, ignore_end, ignore_text};

    list->book = book;
    return sn_xlsx_part(book, book_part, false, &events, list);
}

static bool means(const char *pattern, const char *name)
{
    char with_ending[LONGEST_NAME + 4];

    (void)snprintf(with_ending, sizeof with_ending, "%s.csv", name);
    return pattern == NULL || strcmp(pattern, name) == 0 || fnmatch(pattern, name, 0) == 0 ||
           fnmatch(pattern, with_ending, 0) == 0;
}

/* The one sheet that is meant; an exact name beats a pattern. */
static sn_status choose(const sn_xlsx *book, const sheet_list *list, const char *pattern,
                        const sheet **chosen)
{
    char names[256] = "";
    size_t matches = 0, used = 0;

    for (size_t s = 0; s < list->count; s++) {
        if (means(pattern, list->sheet[s].name)) {
            *chosen = &list->sheet[s];
            matches++;
        }
        if (used + strlen(list->sheet[s].name) + 8 < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", s > 0 ? ", " : "",
                                     list->sheet[s].name);
    }
    for (size_t s = 0; pattern != NULL && s < list->count; s++)
        if (strcmp(pattern, list->sheet[s].name) == 0) {
            *chosen = &list->sheet[s];
            return SN_OK;
        }
    if (matches == 1)
        return SN_OK;
    if (pattern == NULL)
        return sn_fail(book->err, SN_EDATA, "\"%s\" holds several sheets (%s); name one: \"%s#%s\"",
                       book->bytes->name, names, book->bytes->name,
                       list->count > 0 ? list->sheet[0].name : "Sheet");
    return sn_fail(book->err, SN_EDATA, "\"%s\" holds %s sheet \"%s\" (it holds %s)",
                   book->bytes->name, matches == 0 ? "no" : "more than one", pattern, names);
}

/* ---- xl/_rels/workbook.xml.rels: where the part of an id lies ---- */

typedef struct {
    sn_xlsx *book;
    const char *id;
    char part[LONGEST_NAME + 8];
} relation;

static void begin_relation(void *context, const char *name, const sn_xml_tag *tag)
{
    relation *r = context;
    char target[LONGEST_NAME];

    if (strcmp(name, "Relationship") != 0 || !sn_xml_is(sn_xml_attribute(tag, "Id"), r->id))
        return;
    if (sn_xml_is(sn_xml_attribute(tag, "TargetMode"), "External") ||
        !copy(target, sn_xml_attribute(tag, "Target")) || strstr(target, "..") != NULL) {
        sn_xml_fail(r->book->xml, "the sheet lies outside the workbook");
        return;
    }
    (void)snprintf(r->part, sizeof r->part, "%s%s", target[0] == '/' ? "" : "xl/",
                   target + (target[0] == '/'));
}

/* ---- xl/sharedStrings.xml ---- */

typedef struct {
    sn_xlsx *book;
    sn_xlsx_shared *shared;
    bool in_text;
    size_t aid_at; /* depth of a reading aid for Japanese, 0: none */
} shared_reader;

static void begin_shared(void *context, const char *name, const sn_xml_tag *tag)
{
    shared_reader *r = context;
    (void)tag;

    if (r->aid_at == 0 && strcmp(name, "rPh") == 0)
        r->aid_at = sn_xml_depth(r->book->xml);
    r->in_text = r->aid_at == 0 && strcmp(name, "t") == 0;
}

static void end_shared(void *context, const char *name)
{
    shared_reader *r = context;
    sn_xlsx_shared *shared = r->shared;

    r->in_text = false;
    if (r->aid_at == sn_xml_depth(r->book->xml))
        r->aid_at = 0;
    if (strcmp(name, "si") != 0)
        return;
    if (shared->count == shared->room) {
        const size_t room = shared->room == 0 ? 1024 : shared->room * 2;
        size_t *grown = realloc(shared->end, room * sizeof *grown);
        if (grown == NULL) {
            sn_xml_stop(r->book->xml, sn_nomem(r->book->err, "the texts of a workbook"));
            return;
        }
        shared->end = grown;
        shared->room = room;
    }
    shared->end[shared->count++] = shared->all.size;
}

static void text_of_shared(void *context, const char *text, size_t length)
{
    shared_reader *r = context;
    const size_t begin = r->shared->count > 0 ? r->shared->end[r->shared->count - 1] : 0;

    if (!r->in_text)
        return;
    if (r->shared->all.size - begin + length > LONGEST_TEXT)
        sn_xml_fail(r->book->xml, "a text of more than 1 MiB");
    else
        sn_xml_stop(r->book->xml,
                    sn_xlsx_append(&r->shared->all, text, length, r->book->err));
}

static sn_status read_shared(sn_xlsx *book, sn_xlsx_shared *shared)
{
    static const sn_xml_events events = {begin_shared, end_shared, text_of_shared};
    shared_reader r = {.book = book, .shared = shared};

    return sn_xlsx_part(book, "xl/sharedStrings.xml", true, &events, &r);
}

/* ---- the whole ---- */

sn_status sn_xlsx_count(const sn_bytes *bytes, zip_t *archive, const char *pattern, size_t *count,
                        sn_error *err)
{
    sn_block none = {.limit = SN_BYTES_LIMIT, .name = bytes->name};
    sn_xlsx book = {.bytes = bytes, .archive = archive, .left = SN_BYTES_LIMIT, .block = &none,
                    .err = err};
    sheet_list list = {0};
    const sn_status status = list_sheets(&book, &list);

    *count = 0;
    for (size_t s = 0; s < list.count; s++)
        *count += means(pattern, list.sheet[s].name);
    free(list.sheet);
    return status;
}

sn_status sn_xlsx_unpack(const sn_bytes *bytes, zip_t *archive, const char *pattern,
                         sn_block *block, char **found, sn_error *err)
{
    static const sn_xml_events events = {begin_relation, ignore_end, ignore_text};
    sn_xlsx book = {.bytes = bytes, .archive = archive, .left = block->limit, .block = block,
                    .err = err};
    relation where = {.book = &book};
    sn_xlsx_shared shared = {0};
    const sheet *chosen = NULL;
    sheet_list list = {0};
    sn_status status = SN_OK;

    if (block->limit > MOST_TEXT) /* a sheet has a limit of rows; a few far cells could fill it */
        book.left = block->limit = MOST_TEXT;
    SN_TRY(list_sheets(&book, &list));
    SN_TRY(choose(&book, &list, pattern, &chosen));
    where.id = chosen->id;
    SN_TRY(sn_xlsx_part(&book, "xl/_rels/workbook.xml.rels", false, &events, &where));
    if (where.part[0] == '\0') {
        status = fail_damaged(&book, chosen->name, "nothing says where the sheet lies");
        goto out;
    }
    *found = strdup(chosen->name);
    SN_TRY_ALLOC(*found, "a file name");
    SN_TRY(read_shared(&book, &shared));
    SN_TRY(sn_xlsx_sheet(&book, where.part, &shared));
out:
    free(list.sheet);
    free(shared.all.data);
    free(shared.end);
    return status;
}
