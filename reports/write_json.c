/* write_json.c - tables as one JSON document, as an array inside another, and as NDJSON. */
#include "reports/write_private.h"

static const char *const type_names[] = {
    [SN_COLUMN_TEXT] = "text",       [SN_COLUMN_NUMBER] = "number",
    [SN_COLUMN_PERCENT] = "share",   [SN_COLUMN_AMOUNT] = "amount",
    [SN_COLUMN_INTEGER] = "integer",
};

/* Write the members of a row into the object that is open. */
static void put_cells(sn_json *json, const sn_table *table, size_t row)
{
    for (size_t c = 0; c < sn_table_column_count(table); c++) {
        const char *name = sn_table_column(table, c)->name;
        const sn_cell *cell = sn_table_cell(table, row, c);

        if (cell->kind == SN_CELL_TEXT)
            sn_json_kv_string(json, name, cell->text);
        else
            sn_json_kv_number_or_reason(json, name, cell->number, cell->text);
    }
}

void sn_table_write_rows(const sn_table *table, sn_json *json)
{
    sn_json_begin_array(json);
    for (size_t r = 0; r < sn_table_row_count(table); r++) {
        sn_json_begin_object_inline(json);
        put_cells(json, table, r);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void put_column(sn_json *json, const sn_table_head *column)
{
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "name", column->name);
    sn_json_kv_string(json, "heading", column->heading);
    sn_json_kv_string(json, "type", type_names[column->type]);
    sn_json_kv_string(json, "unit", column->unit);
    sn_json_end_object(json);
}

void sn_write_json(const sn_table *table, sn_out *out)
{
    sn_json json;

    sn_json_init(&json, out);
    sn_json_begin_object(&json);
    sn_json_kv_string(&json, "title", sn_table_title(table));
    sn_json_kv_array(&json, "columns");
    for (size_t c = 0; c < sn_table_column_count(table); c++)
        put_column(&json, sn_table_column(table, c));
    sn_json_end_array(&json);
    sn_json_key(&json, "rows");
    sn_table_write_rows(table, &json);
    sn_json_kv_array(&json, "notes");
    for (size_t k = 0; k < sn_table_note_count(table); k++)
        sn_json_string(&json, sn_table_note(table, k));
    sn_json_end_array(&json);
    sn_json_end_object(&json);
    sn_json_finish(&json);
}

void sn_write_ndjson(const sn_table *table, sn_out *out)
{
    sn_json json;

    sn_json_init(&json, out);
    for (size_t r = 0; r < sn_table_row_count(table); r++) {
        sn_json_begin_object_inline(&json);
        sn_json_kv_string(&json, "type", sn_table_record(table));
        put_cells(&json, table, r);
        sn_json_end_object(&json);
        sn_json_finish(&json);
    }
}
