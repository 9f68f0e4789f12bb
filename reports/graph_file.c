/* graph_file.c - the same walk over nodes and flows, spelt in four ways. */
#include "reports/graph_file.h"

#include <string.h>

#include "reports/json.h"
#include "reports/number.h"
#include "reports/utf8.h"

enum { ID, LABEL, FIRST_OF_NODE };               /* columns of nodes */
enum { SUPPLIER, BUYER, AMOUNT, FIRST_OF_FLOW }; /* columns of flows */

typedef struct {
    const sn_table *nodes, *flows;
    bool parallel;
    sn_out *out;
} graph;

static const char *text_of(const sn_table *table, size_t row, size_t column)
{
    return sn_table_cell(table, row, column)->text;
}

static const char *label_of(const graph *g, size_t row)
{
    const sn_cell *label = sn_table_cell(g->nodes, row, LABEL);

    return label->kind == SN_CELL_TEXT ? label->text : text_of(g->nodes, row, ID);
}

static const char *number_of(const sn_table *table, size_t row, size_t column,
                             char text[SN_NUMBER_SIZE])
{
    return sn_number_json(sn_table_cell(table, row, column)->number, text);
}

static bool is_number(const sn_table *table, size_t column)
{
    return sn_table_column(table, column)->type != SN_COLUMN_TEXT;
}

/* The bytes from start to end, or what stands for a code point that the file cannot hold. */
static void put_point(sn_out *out, uint32_t point, const char *start, const char *end)
{
    if (point == 0xFFFD)
        sn_out_puts(out, SN_UTF8_REPLACEMENT);
    else
        sn_out_write(out, start, (size_t)(end - start));
}

/* Text inside an element or between the quotes of an attribute (XML 1.0, 2.2 and 2.4). */
static void put_xml(sn_out *out, const char *text)
{
    const char *start = text;

    for (uint32_t point; (point = sn_utf8_next(&text)) != 0; start = text) {
        if (point == '&')
            sn_out_puts(out, "&amp;");
        else if (point == '<')
            sn_out_puts(out, "&lt;");
        else if (point == '>')
            sn_out_puts(out, "&gt;");
        else if (point == '"')
            sn_out_puts(out, "&quot;");
        else if (point == '\t' || point == '\n' || point == '\r')
            sn_out_printf(out, "&#%u;", (unsigned)point);
        else if (point < 0x20 || point == 0xFFFE || point == 0xFFFF)
            sn_out_puts(out, SN_UTF8_REPLACEMENT);
        else
            put_point(out, point, start, text);
    }
}

static void put_xml_cell(const graph *g, const sn_table *table, size_t row, size_t column)
{
    char number[SN_NUMBER_SIZE];

    if (is_number(table, column))
        sn_out_puts(g->out, number_of(table, row, column, number));
    else
        put_xml(g->out, text_of(table, row, column));
}

/* ---- GraphML: keys n0, n1 ... for nodes and e0, e1 ... for flows. ---- */

static void put_graphml_keys(const graph *g, const sn_table *table, size_t first,
                             const char *domain)
{
    for (size_t c = first; c < sn_table_column_count(table); c++) {
        sn_out_printf(g->out, "  <key id=\"%c%zu\" for=\"%s\" attr.name=\"", domain[0], c, domain);
        put_xml(g->out, domain[0] == 'e' && c == AMOUNT ? "weight"
                                                        : sn_table_column(table, c)->name);
        sn_out_printf(g->out, "\" attr.type=\"%s\"/>\n",
                      is_number(table, c) ? "double" : "string");
    }
}

static void put_graphml_data(const graph *g, const sn_table *table, size_t row, size_t first,
                             char domain)
{
    for (size_t c = first; c < sn_table_column_count(table); c++) {
        if (sn_table_cell(table, row, c)->kind == SN_CELL_MISSING)
            continue;
        sn_out_printf(g->out, "<data key=\"%c%zu\">", domain, c);
        put_xml_cell(g, table, row, c);
        sn_out_puts(g->out, "</data>");
    }
}

static void write_graphml(const graph *g)
{
    sn_out_puts(g->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
    put_graphml_keys(g, g->nodes, LABEL, "node");
    put_graphml_keys(g, g->flows, AMOUNT, "edge");
    sn_out_puts(g->out, "  <graph edgedefault=\"directed\">\n");
    for (size_t r = 0; r < sn_table_row_count(g->nodes); r++) {
        sn_out_puts(g->out, "    <node id=\"");
        put_xml(g->out, text_of(g->nodes, r, ID));
        sn_out_puts(g->out, "\"><data key=\"n1\">");
        put_xml(g->out, label_of(g, r));
        sn_out_puts(g->out, "</data>");
        put_graphml_data(g, g->nodes, r, FIRST_OF_NODE, 'n');
        sn_out_puts(g->out, "</node>\n");
    }
    for (size_t r = 0; r < sn_table_row_count(g->flows); r++) {
        sn_out_puts(g->out, "    <edge source=\"");
        put_xml(g->out, text_of(g->flows, r, SUPPLIER));
        sn_out_puts(g->out, "\" target=\"");
        put_xml(g->out, text_of(g->flows, r, BUYER));
        sn_out_puts(g->out, "\">");
        put_graphml_data(g, g->flows, r, AMOUNT, 'e');
        sn_out_puts(g->out, "</edge>\n");
    }
    sn_out_puts(g->out, "  </graph>\n</graphml>\n");
}

/* ---- GEXF ---- */

static void put_gexf_attributes(const graph *g, const sn_table *table, size_t first,
                                const char *class)
{
    sn_out_printf(g->out, "    <attributes class=\"%s\">\n", class);
    for (size_t c = first; c < sn_table_column_count(table); c++) {
        sn_out_printf(g->out, "      <attribute id=\"%zu\" title=\"", c);
        put_xml(g->out, sn_table_column(table, c)->name);
        sn_out_printf(g->out, "\" type=\"%s\"/>\n", is_number(table, c) ? "double" : "string");
    }
    sn_out_puts(g->out, "    </attributes>\n");
}

static void put_gexf_values(const graph *g, const sn_table *table, size_t row, size_t first)
{
    sn_out_puts(g->out, "<attvalues>");
    for (size_t c = first; c < sn_table_column_count(table); c++) {
        if (sn_table_cell(table, row, c)->kind == SN_CELL_MISSING)
            continue;
        sn_out_printf(g->out, "<attvalue for=\"%zu\" value=\"", c);
        put_xml_cell(g, table, row, c);
        sn_out_puts(g->out, "\"/>");
    }
    sn_out_puts(g->out, "</attvalues>");
}

static void write_gexf(const graph *g)
{
    char number[SN_NUMBER_SIZE];

    sn_out_puts(g->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<gexf xmlns=\"http://www.gexf.net/1.2draft\" version=\"1.2\">\n"
                        "  <graph defaultedgetype=\"directed\" mode=\"static\">\n");
    put_gexf_attributes(g, g->nodes, FIRST_OF_NODE, "node");
    put_gexf_attributes(g, g->flows, FIRST_OF_FLOW, "edge");
    sn_out_puts(g->out, "    <nodes>\n");
    for (size_t r = 0; r < sn_table_row_count(g->nodes); r++) {
        sn_out_puts(g->out, "      <node id=\"");
        put_xml(g->out, text_of(g->nodes, r, ID));
        sn_out_puts(g->out, "\" label=\"");
        put_xml(g->out, label_of(g, r));
        sn_out_puts(g->out, "\">");
        put_gexf_values(g, g->nodes, r, FIRST_OF_NODE);
        sn_out_puts(g->out, "</node>\n");
    }
    sn_out_puts(g->out, "    </nodes>\n    <edges>\n");
    for (size_t r = 0; r < sn_table_row_count(g->flows); r++) {
        sn_out_printf(g->out, "      <edge id=\"%zu\" source=\"", r);
        put_xml(g->out, text_of(g->flows, r, SUPPLIER));
        sn_out_puts(g->out, "\" target=\"");
        put_xml(g->out, text_of(g->flows, r, BUYER));
        sn_out_printf(g->out, "\" weight=\"%s\">", number_of(g->flows, r, AMOUNT, number));
        put_gexf_values(g, g->flows, r, FIRST_OF_FLOW);
        sn_out_puts(g->out, "</edge>\n");
    }
    sn_out_puts(g->out, "    </edges>\n  </graph>\n</gexf>\n");
}

/* ---- DOT ---- */

/* A quoted string.  Graphviz reads \" as a quote and keeps every other stroke as it is, but reads
 * strokes in pairs: an odd number of them before a quote, a line end or the closing quote gets one
 * more.  A label has escapes of its own, so there each stroke is doubled. */
static void put_dot(sn_out *out, const char *text, bool is_label)
{
    const char *start = text;
    size_t strokes = 0;

    sn_out_putc(out, '"');
    for (uint32_t point; (point = sn_utf8_next(&text)) != 0; start = text) {
        strokes = point == '\\' ? strokes + 1 : 0;
        if (point == '"')
            sn_out_puts(out, "\\\"");
        else if (point == '\\')
            sn_out_puts(out, is_label || (strokes % 2 == 1 && strchr("\"\n", *text) != NULL)
                                 ? "\\\\"
                                 : "\\");
        else if (point < 0x20 && is_label)
            sn_out_putc(out, ' ');
        else
            put_point(out, point, start, text);
    }
    sn_out_putc(out, '"');
}

static void put_dot_attributes(const graph *g, const sn_table *table, size_t row, size_t first)
{
    char number[SN_NUMBER_SIZE];

    for (size_t c = first; c < sn_table_column_count(table); c++) {
        const char *name = sn_table_column(table, c)->name;

        if (sn_table_cell(table, row, c)->kind == SN_CELL_MISSING)
            continue;
        sn_out_puts(g->out, ", ");
        put_dot(g->out, name, false);
        sn_out_putc(g->out, '=');
        if (is_number(table, c))
            sn_out_printf(g->out, "\"%s\"", number_of(table, row, c, number));
        else
            put_dot(g->out, text_of(table, row, c), false);
    }
}

static void write_dot(const graph *g)
{
    char number[SN_NUMBER_SIZE];

    sn_out_puts(g->out, "digraph supplynet {\n");
    for (size_t r = 0; r < sn_table_row_count(g->nodes); r++) {
        sn_out_puts(g->out, "  ");
        put_dot(g->out, text_of(g->nodes, r, ID), false);
        sn_out_puts(g->out, " [label=");
        put_dot(g->out, label_of(g, r), true);
        put_dot_attributes(g, g->nodes, r, FIRST_OF_NODE);
        sn_out_puts(g->out, "];\n");
    }
    for (size_t r = 0; r < sn_table_row_count(g->flows); r++) {
        sn_out_puts(g->out, "  ");
        put_dot(g->out, text_of(g->flows, r, SUPPLIER), false);
        sn_out_puts(g->out, " -> ");
        put_dot(g->out, text_of(g->flows, r, BUYER), false);
        sn_out_printf(g->out, " [weight=\"%s\"", number_of(g->flows, r, AMOUNT, number));
        put_dot_attributes(g, g->flows, r, FIRST_OF_FLOW);
        sn_out_puts(g->out, "];\n");
    }
    sn_out_puts(g->out, "}\n");
}

/* ---- node-link JSON ---- */

static void put_json_cells(sn_json *json, const sn_table *table, size_t row, size_t first)
{
    for (size_t c = first; c < sn_table_column_count(table); c++) {
        const char *name = sn_table_column(table, c)->name;
        const sn_cell *cell = sn_table_cell(table, row, c);

        if (cell->kind == SN_CELL_TEXT)
            sn_json_kv_string(json, name, cell->text);
        else if (cell->kind == SN_CELL_NUMBER)
            sn_json_kv_number(json, name, cell->number);
    }
}

static void write_node_link(const graph *g)
{
    sn_json json;

    sn_json_init(&json, g->out);
    sn_json_begin_object(&json);
    sn_json_kv_bool(&json, "directed", true);
    sn_json_kv_bool(&json, "multigraph", g->parallel);
    sn_json_kv_object(&json, "graph");
    sn_json_end_object(&json);
    sn_json_kv_array(&json, "nodes");
    for (size_t r = 0; r < sn_table_row_count(g->nodes); r++) {
        sn_json_begin_object_inline(&json);
        sn_json_kv_string(&json, "id", text_of(g->nodes, r, ID));
        sn_json_kv_string(&json, "label", label_of(g, r));
        put_json_cells(&json, g->nodes, r, FIRST_OF_NODE);
        sn_json_end_object(&json);
    }
    sn_json_end_array(&json);
    sn_json_kv_array(&json, "edges");
    for (size_t r = 0; r < sn_table_row_count(g->flows); r++) {
        sn_json_begin_object_inline(&json);
        sn_json_kv_string(&json, "source", text_of(g->flows, r, SUPPLIER));
        sn_json_kv_string(&json, "target", text_of(g->flows, r, BUYER));
        if (g->parallel)
            sn_json_kv_integer(&json, "key", (int64_t)r);
        sn_json_kv_number(&json, "weight", sn_table_cell(g->flows, r, AMOUNT)->number);
        put_json_cells(&json, g->flows, r, FIRST_OF_FLOW);
        sn_json_end_object(&json);
    }
    sn_json_end_array(&json);
    sn_json_end_object(&json);
    sn_json_finish(&json);
}

sn_status sn_graph_write(const sn_table *nodes, const sn_table *flows, bool parallel,
                         sn_graph_format format, sn_out *out, sn_error *err)
{
    const graph g = {.nodes = nodes, .flows = flows, .parallel = parallel, .out = out};
    sn_status status = SN_OK;

    SN_TRY(sn_table_status(nodes, err));
    SN_TRY(sn_table_status(flows, err));
    switch (format) {
    case SN_GRAPHML:
        write_graphml(&g);
        break;
    case SN_GEXF:
        write_gexf(&g);
        break;
    case SN_DOT:
        write_dot(&g);
        break;
    case SN_NODE_LINK:
        write_node_link(&g);
        break;
    }
out:
    return status;
}
