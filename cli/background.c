/* background.c - what stands under a Markdown document: inputs, methods, and how it was made.
 */
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/version.h"

static sn_status write_inputs(const sn_call *call, const sn_table_style *style, sn_out *out,
                              sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "file"},
        {.name = "role"},
        {.name = "rows_used", .heading = "rows used", .type = SN_COLUMN_INTEGER},
        {.name = "rows_read", .heading = "rows read", .type = SN_COLUMN_INTEGER},
        {.name = "sha256", .heading = "SHA-256"}};
    sn_table *table = NULL;
    sn_status status = SN_OK;

    if (call->sources.count == 0)
        return SN_OK;
    SN_TRY(sn_table_new("input", "Inputs", head, sizeof head / sizeof head[0], &table, err));
    for (size_t s = 0; s < call->sources.count; s++) {
        const sn_source *source = &call->sources.source[s];
        sn_table_add_row(table);
        sn_table_set_text(table, 0, source->path);
        sn_table_set_text(table, 1, source->role);
        sn_table_set_number(table, 2, (double)source->rows_used);
        sn_table_set_number(table, 3, (double)source->rows_read);
        sn_table_set_text(table, 4, sn_source_sha256(source));
    }
    sn_out_putc(out, '\n');
    SN_TRY(sn_table_write(table, SN_FORMAT_MARKDOWN, style, out, err));
out:
    sn_table_free(table);
    return status;
}

static sn_status write_methods(const sn_report *report, const sn_table_style *style,
                               sn_out *out, sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "method"}, {.name = "version"}, {.name = "definition"}, {.name = "source"}};
    sn_table *table = NULL;
    sn_status status = SN_OK;

    if (report->method_count == 0)
        return SN_OK;
    SN_TRY(sn_table_new("method", "Methods", head, sizeof head / sizeof head[0], &table, err));
    for (size_t m = 0; m < report->method_count; m++) {
        const sn_method *method = &report->method[m];
        sn_table_add_row(table);
        sn_table_set_text(table, 0, method->id);
        sn_table_set_text(table, 1, method->version);
        sn_table_set_text(table, 2, method->definition);
        sn_table_set_text(table, 3, method->source);
    }
    sn_out_putc(out, '\n');
    SN_TRY(sn_table_write(table, SN_FORMAT_MARKDOWN, style, out, err));
out:
    sn_table_free(table);
    return status;
}

/* The command in a code span: the fence is longer than any run of backticks in it. */
static void write_command(const sn_call *call, sn_out *out)
{
    size_t longest = 0;

    for (int a = 1; a < call->argc; a++)
        for (const char *c = call->argv[a]; *c != '\0';) {
            const size_t run = strspn(c, "`");
            longest = run > longest ? run : longest;
            c += run + (c[run] != '\0');
        }
    sn_out_printf(out, "\nMade with supplynet %s: ", SN_VERSION);
    sn_out_fill(out, "`", longest + 1);
    sn_out_puts(out, longest > 0 ? " supplynet" : "supplynet");
    for (int a = 1; a < call->argc; a++) {
        sn_out_putc(out, ' ');
        for (const char *c = call->argv[a]; *c != '\0'; c++) /* a span is one line */
            sn_out_putc(out, *c == '\n' || *c == '\r' ? ' ' : *c);
    }
    sn_out_puts(out, longest > 0 ? " " : "");
    sn_out_fill(out, "`", longest + 1);
    sn_out_putc(out, '\n');
}

sn_status sn_background_write(const sn_call *call, const sn_report *report,
                              const sn_table_style *style, sn_out *out, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(write_inputs(call, style, out, err));
    SN_TRY(write_methods(report, style, out, err));
    write_command(call, out);
out:
    return status;
}
