/* verify_table.c - built-in tables for the checks, or the bytes that a test puts in their
 * place. */
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verify_private.h"
#include "datasets/csv.h"
#include "datasets/embedded.h"
#include "datasets/native.h"

enum { MOST_COLUMNS = 16 };

/* Opens a file of a dataset; a built-in one that is not there is our bug. */
static sn_status open_bytes(sn_verify *verify, const char *dataset, const char *file,
                            sn_bytes *bytes, sn_error *err)
{
    const sn_verify_patch *patch = verify->patch;
    const sn_embedded_file *built_in = sn_embedded_find(dataset, file);
    char name[128];

    (void)snprintf(name, sizeof name, "%s/%s", dataset, file);
    if (patch != NULL && strcmp(patch->dataset, dataset) == 0 && strcmp(patch->file, file) == 0)
        return sn_bytes_memory(name, patch->data, patch->size, bytes, err);
    if (built_in == NULL)
        return sn_fail(err, SN_EINTERNAL, "%s is not built in", name);
    return sn_embedded_open(built_in, bytes, err);
}

static bool is_entered(const sn_verify *verify, const char *name)
{
    for (size_t s = 0; s < verify->sources.count; s++)
        if (strcmp(verify->sources.source[s].path, name) == 0)
            return true;
    return false;
}

/* A table counts as an input once, however many checks read it. */
static sn_status enter(sn_verify *verify, sn_bytes *bytes, const sn_csv *csv, sn_error *err)
{
    sn_source *source;
    sn_status status = SN_OK;

    if (is_entered(verify, bytes->name))
        return SN_OK;
    SN_TRY(sn_sources_add(&verify->sources, "table", bytes, &source, err));
    source->rows_used = sn_csv_rows(csv);
    SN_TRY(sn_source_finish(source, csv, err));
out:
    return status;
}

static sn_status read_row(sn_verify *verify, sn_csv *csv, const bool *is_number,
                          sn_verify_table *table, sn_error *err)
{
    const size_t first = table->rows * table->columns;
    sn_status status = SN_OK;

    for (size_t c = 0; c < table->columns; c++) {
        const sn_slice slice = sn_csv_text(csv, c);
        table->text[first + c] = sn_arena_copy(&verify->texts, slice.text, slice.length);
        SN_TRY_ALLOC(table->text[first + c], "a table");
        table->number[first + c] = NAN;
        if (is_number[c])
            SN_TRY(sn_csv_number(csv, c, &table->number[first + c], err));
    }
    table->rows++;
out:
    return status;
}

static sn_status read_rows(sn_verify *verify, sn_csv *csv, const bool *is_number,
                           sn_verify_table *table, sn_error *err)
{
    size_t room = 0;
    bool more;
    sn_status status = SN_OK;

    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        if (table->rows == room) {
            room = room == 0 ? 64 : 2 * room;
            const char **text = realloc(table->text, room * table->columns * sizeof *text);
            SN_TRY_ALLOC(text, "a table");
            table->text = text;
            double *number = realloc(table->number, room * table->columns * sizeof *number);
            SN_TRY_ALLOC(number, "a table");
            table->number = number;
        }
        SN_TRY(read_row(verify, csv, is_number, table, err));
    }
out:
    return status;
}

sn_status sn_verify_open(sn_verify *verify, const char *dataset, const char *file,
                         const char *columns, sn_verify_table *table, sn_error *err)
{
    sn_csv_column column[MOST_COLUMNS];
    bool is_number[MOST_COLUMNS];
    char names[256];
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    sn_status status = SN_OK;

    *table = (sn_verify_table){0};
    (void)snprintf(names, sizeof names, "%s", columns);
    for (char *rest = NULL, *name = strtok_r(names, "|", &rest); name != NULL;
         name = strtok_r(NULL, "|", &rest)) {
        assert(table->columns < MOST_COLUMNS);
        is_number[table->columns] = *name == '#';
        column[table->columns] = (sn_csv_column){name + (*name == '#'), NULL, true};
        table->columns++;
    }
    SN_TRY(open_bytes(verify, dataset, file, &bytes, err));
    SN_TRY(sn_csv_open(&bytes, column, table->columns, &csv, err));
    SN_TRY(read_rows(verify, csv, is_number, table, err));
    SN_TRY(enter(verify, &bytes, csv, err));
out:
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    return status;
}

void sn_verify_table_clear(sn_verify_table *table)
{
    free(table->text);
    free(table->number);
    *table = (sn_verify_table){0};
}

const char *sn_verify_text(const sn_verify_table *table, size_t row, size_t column)
{
    assert(row < table->rows && column < table->columns);
    return table->text[row * table->columns + column];
}

double sn_verify_number(const sn_verify_table *table, size_t row, size_t column)
{
    assert(row < table->rows && column < table->columns);
    return table->number[row * table->columns + column];
}

sn_status sn_verify_adopt(sn_verify *verify, sn_sources *sources, sn_error *err)
{
    sn_sources *all = &verify->sources;

    for (size_t s = 0; s < sources->count; s++) {
        if (is_entered(verify, sources->source[s].path))
            continue;
        sn_source *grown = realloc(all->source, (all->count + 1) * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "inputs");
        all->source = grown;
        all->source[all->count++] = sources->source[s];
        sources->source[s] = (sn_source){0}; /* moved */
    }
    return SN_OK;
}

sn_status sn_verify_network(sn_verify *verify, const char *dataset, const char *flows,
                            const char *nodes, const char *recipes, sn_network **net,
                            sn_error *err)
{
    const char *const name[3] = {flows, nodes, recipes};
    sn_bytes bytes[3] = {{0}, {0}, {0}};
    sn_sources sources = {0};
    sn_status status = SN_OK;

    for (int f = 0; f < 3; f++)
        if (name[f] != NULL)
            SN_TRY(open_bytes(verify, dataset, name[f], &bytes[f], err));
    const sn_native_files files = {&bytes[0], nodes != NULL ? &bytes[1] : NULL,
                                   recipes != NULL ? &bytes[2] : NULL, NULL, NULL};
    const sn_native_filter everything = {0};
    SN_TRY(sn_native_load(&files, &everything, net, &sources, err));
    SN_TRY(sn_verify_adopt(verify, &sources, err));
out:
    sn_sources_clear(&sources);
    for (int f = 0; f < 3; f++)
        sn_bytes_clear(&bytes[f]);
    return status;
}

const char *sn_verify_format(sn_verify *verify, const char *fmt, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, fmt);
    (void)vsnprintf(text, sizeof text, fmt, arguments);
    va_end(arguments);
    return sn_arena_copy(&verify->texts, text, strlen(text));
}
