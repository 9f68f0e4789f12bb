/* call.c - what every verb does before and after its own work. */
#define _DEFAULT_SOURCE /* struct winsize */
#include "cli/call.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "reports/number.h"

/* Inputs whose notes say nothing that must be known. */
static bool is_quiet_role(const char *role)
{
    return strcmp(role, "stages") == 0 || strcmp(role, "image") == 0;
}

/* What was left out of each input and why, on stderr; with --verbose every note as well. */
void sn_call_tell_sources(const sn_call *call)
{
    if (sn_call_is_quiet(call))
        return;
    for (size_t s = 0; s < call->sources.count; s++) {
        const sn_source *source = &call->sources.source[s];
        size_t left_out = 0;
        for (size_t d = 0; d < source->dropped_count; d++)
            left_out += strcmp(source->dropped[d].reason, "blank") == 0 ||
                                strcmp(source->dropped[d].reason, "other commodity") == 0
                            ? 0
                            : source->dropped[d].count;
        if (source->preset != NULL && sn_options_flag(&call->options, "verbose"))
            fprintf(stderr, "supplynet: %s: read as %s\n", source->path, source->preset);
        if (left_out > 0) {
            fprintf(stderr, "supplynet: %s: %zu of %zu rows left out:", source->path, left_out,
                    source->rows_read);
            for (size_t d = 0; d < source->dropped_count; d++)
                fprintf(stderr, "%s %zu %s", d > 0 ? "," : "", source->dropped[d].count,
                        source->dropped[d].reason);
            fputc('\n', stderr);
        }
        for (size_t k = 0; k < source->note_count; k++)
            if (!is_quiet_role(source->role) || sn_options_flag(&call->options, "verbose"))
                fprintf(stderr, "supplynet: %s: %s\n", source->path, source->note[k]);
    }
}

/* Which of the words of a choice was taken. */
static int choice_of(const sn_options *options, const char *name, const char *const *words)
{
    const char *text = sn_options_text(options, name);
    int k = 0;

    while (words[k] != NULL && strcmp(words[k], text) != 0)
        k++;
    return k;
}

sn_import_options sn_call_import(const sn_options *options)
{
    static const char *const measures[] = {"value", "quantity", NULL};
    static const char *const reports[] = {"importer", "exporter", "max", "mean", NULL};
    sn_import_options import = {
        .preset = sn_options_text(options, "preset"),
        .product = sn_options_text(options, "product"),
        .measure = (sn_trade_amount)choice_of(options, "measure", measures),
        .report_of = (sn_report_of)choice_of(options, "basis", reports),
        .estimate_quantity = sn_options_flag(options, "estimate-quantity"),
    };

    while (import.map_count < SN_PRESET_COLUMNS &&
           (import.map[import.map_count] = sn_options_list(options, "map", import.map_count)) !=
               NULL)
        import.map_count++;
    while (import.where_count < SN_PRESET_COLUMNS &&
           (import.where[import.where_count] =
                sn_options_list(options, "where", import.where_count)) != NULL)
        import.where_count++;
    return import;
}

int sn_exit_code(sn_status status)
{
    switch (status) {
    case SN_OK:
        return 0;
    case SN_EUSAGE:
        return 2;
    case SN_EDATA:
        return 3;
    case SN_EIO:
    case SN_ENUMERIC:
    case SN_ENOMEM:
        return 4;
    case SN_EINTERNAL:
        return 70;
    }
    return 70;
}

/* What the options say about the network. */
static sn_status read_load_options(const sn_call *call, sn_load_options *load, sn_error *err)
{
    const sn_options *options = &call->options;

    *load = (sn_load_options){
        .network = sn_options_text(options, "network"),
        .flows = sn_options_text(options, "flows"),
        .nodes = sn_options_text(options, "nodes"),
        .recipes = sn_options_text(options, "recipes"),
        .owners = sn_options_text(options, "owners"),
        .commodity = sn_options_text(options, "commodity"),
        .year = (int)sn_options_integer(options, "year"),
        .stages = sn_options_text(options, "stages"),
        .production = sn_options_text(options, "production"),
        .production_year = (int)sn_options_integer(options, "production-year"),
        .import = sn_call_import(options),
    };
    const bool loose = load->flows != NULL;
    load->import.judge = call->verb->judges;
    if (!loose && (load->nodes != NULL || load->recipes != NULL || load->owners != NULL))
        return sn_fail(err, SN_EUSAGE,
                       "--nodes, --recipes and --owners go with --flows FILE");
    if (options->word_count > 1)
        return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\"", options->words[1]);
    if (options->word_count == 1) {
        if (loose || sn_options_given(options, "network"))
            return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\": the network is given already",
                           options->words[0]);
        load->network = options->words[0];
    }
    if (loose && sn_options_given(options, "network"))
        return sn_fail(err, SN_EUSAGE, "give either --network or --flows, not both");
    if (loose)
        load->network = NULL;
    return SN_OK;
}

static sn_status load_of(sn_call *call, int year, sn_network **net, sn_sources *sources,
                         sn_error *err)
{
    sn_load_options load;
    sn_status status = SN_OK;

    SN_TRY(read_load_options(call, &load, err));
    if (year != 0)
        load.year = year;
    status = sn_load(&load, net, sources, err);
    if (status == SN_EIO) /* an input that cannot be read */
        status = SN_EDATA;
out:
    return status;
}

sn_status sn_call_load_latest(sn_call *call, int year, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(load_of(call, year, &call->net, &call->sources, err));
    SN_TRY(sn_coalitions_load(&call->coalitions, err));
    sn_call_tell_sources(call);
out:
    return status;
}

sn_status sn_call_load(sn_call *call, sn_error *err)
{
    return sn_call_load_latest(call, 0, err);
}

sn_status sn_call_load_year(sn_call *call, int year, sn_network **net, sn_error *err)
{
    sn_sources sources = {0}; /* the same files as the call's own */
    const sn_status status = load_of(call, year, net, &sources, err);

    sn_sources_clear(&sources);
    return status;
}

const char *sn_call_place(const char *code)
{
    static sn_countries countries; /* read once; freed with the process */
    sn_error err = {0};

    if (code == NULL)
        return NULL;
    if (countries.count == 0 && sn_countries_load(&countries, &err) != SN_OK)
        return NULL;
    const sn_country *country = sn_countries_find(&countries, code);
    return country != NULL ? country->name : NULL;
}

const char *sn_call_dataset(const sn_call *call)
{
    if (sn_options_text(&call->options, "flows") != NULL)
        return "";
    return call->options.word_count > 0 ? call->options.words[0]
                                        : sn_options_text(&call->options, "network");
}

void sn_call_clear(sn_call *call)
{
    sn_options_clear(&call->options);
    sn_network_free(call->net);
    sn_sources_clear(&call->sources);
    sn_coalitions_clear(&call->coalitions);
    free(call->finding);
}

sn_status sn_call_find(sn_call *call, sn_level_of_finding level, const char *rule,
                       const char *subject, double value, double threshold, sn_error *err,
                       const char *fmt, ...)
{
    va_list args;

    if (call->finding_count == call->finding_room) {
        const size_t room = call->finding_room == 0 ? 16 : call->finding_room * 2;
        sn_finding *grown = realloc(call->finding, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "findings");
        call->finding = grown;
        call->finding_room = room;
    }
    sn_finding *finding = &call->finding[call->finding_count++];
    *finding = (sn_finding){.rule = rule, .level = level, .value = value, .threshold = threshold};
    (void)snprintf(finding->subject, sizeof finding->subject, "%s", subject);
    va_start(args, fmt);
    (void)vsnprintf(finding->message, sizeof finding->message, fmt, args);
    va_end(args);
    return SN_OK;
}

sn_ownership sn_call_ownership(const sn_call *call)
{
    return strcmp(sn_options_text(&call->options, "ownership"), "equity") == 0 ? SN_EQUITY
                                                                              : SN_LARGEST;
}

const char *sn_call_text(const sn_call *call, sn_column column, int32_t code)
{
    return code == SN_NONE ? NULL : sn_dict_text(sn_network_dict(call->net, column), code);
}

sn_status sn_call_select(const sn_call *call, const char *text, sn_selection *selection,
                         sn_error *err)
{
    return sn_selector_apply(call->net, text, &call->coalitions.list, sn_call_ownership(call),
                             selection, err);
}

/* Where the report goes; NULL: standard output. */
static const char *report_path(const sn_call *call)
{
    return call->verb->output_is_folder ? NULL : sn_options_text(&call->options, "output");
}

static sn_table_style style_for(const sn_call *call)
{
    const char *when = sn_options_text(&call->options, "color"), *term = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    const bool terminal = report_path(call) == NULL && !call->is_launched &&
                          isatty(STDOUT_FILENO);
    sn_table_style style = {.width = 80};
    struct winsize size;

    if (sn_options_given(&call->options, "width"))
        style.width = (size_t)sn_options_integer(&call->options, "width");
    else if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        style.width = size.ws_col;
    style.color = strcmp(when, "always") == 0 ||
                  (strcmp(when, "auto") == 0 && terminal && (no_color == NULL || *no_color == '\0') &&
                   (term == NULL || strcmp(term, "dumb") != 0));
    return style;
}

static void write_findings(const sn_call *call, size_t width, sn_out *out)
{
    static const char *const mark[] = {"Note", "Warning", "Error"};
    char text[sizeof call->finding->message + 16];

    for (size_t f = 0; f < call->finding_count; f++) {
        (void)snprintf(text, sizeof text, "%s: %s.", mark[call->finding[f].level],
                       call->finding[f].message);
        if (f == 0)
            sn_out_putc(out, '\n');
        sn_write_paragraph(out, text, call->format == SN_FORMAT_TEXT ? width : 0);
    }
}

static sn_status write_tables(const sn_call *call, const sn_report *report, sn_out *out,
                              sn_error *err)
{
    const bool people = call->format == SN_FORMAT_TEXT || call->format == SN_FORMAT_MARKDOWN;
    const bool rows_only = call->format == SN_FORMAT_CSV || call->format == SN_FORMAT_TSV;
    const sn_table_style style = style_for(call);
    sn_status status = SN_OK;

    for (size_t t = 0, written = 0; t < report->table_count; t++) {
        if (rows_only ? t != report->main
                      : people && t != report->main && sn_table_row_count(report->table[t]) == 0)
            continue;
        if (people && written++ > 0)
            sn_out_putc(out, '\n');
        SN_TRY(sn_table_write(report->table[t], call->format, &style, out, err));
    }
    if (people)
        write_findings(call, style.width, out);
    if (call->format == SN_FORMAT_MARKDOWN)
        SN_TRY(sn_background_write(call, report, &style, out, err));
out:
    return status;
}

/* One --fail-if: NAME OP NUMBER over the rows of the main table. */
typedef struct {
    char name[64], op[3];
    double threshold;
} sn_rule;

static sn_status parse_rule(const char *text, sn_rule *rule, sn_error *err)
{
    static const char *const ops[] = {">=", "<=", "==", "!=", ">", "<"};
    const size_t length = strcspn(text, "<>=!");
    char *end;

    for (size_t o = 0; o < sizeof ops / sizeof ops[0]; o++) {
        if (strncmp(text + length, ops[o], strlen(ops[o])) != 0)
            continue;
        (void)snprintf(rule->name, sizeof rule->name, "%.*s", (int)length, text);
        for (size_t n = strlen(rule->name); n > 0 && isspace((unsigned char)rule->name[n - 1]); n--)
            rule->name[n - 1] = '\0';
        memmove(rule->name, rule->name + strspn(rule->name, " "),
                strlen(rule->name + strspn(rule->name, " ")) + 1);
        (void)snprintf(rule->op, sizeof rule->op, "%s", ops[o]);
        const char *number = text + length + strlen(ops[o]);
        rule->threshold = strtod(number, &end);
        if (end != number && *end == '\0' && isfinite(rule->threshold))
            return SN_OK;
        break;
    }
    return sn_fail(err, SN_EUSAGE, "option --fail-if: \"%s\" is not of the form loss > 0.5", text);
}

static bool holds(const sn_rule *rule, double x)
{
    switch (rule->op[0]) {
    case '>':
        return rule->op[1] == '=' ? x >= rule->threshold : x > rule->threshold;
    case '<':
        return rule->op[1] == '=' ? x <= rule->threshold : x < rule->threshold;
    case '=':
        return !(x < rule->threshold) && !(x > rule->threshold);
    default:
        return x < rule->threshold || x > rule->threshold;
    }
}

/* The first table that has the number which the rule names. */
static sn_status find_rule_column(const sn_rule *rule, const sn_report *report,
                                  const sn_table **table, size_t *column, sn_error *err)
{
    char names[400] = "";

    for (size_t t = 0; t < report->table_count; t++)
        for (size_t c = 0; c < sn_table_column_count(report->table[t]); c++) {
            const sn_table_head *head = sn_table_column(report->table[t], c);
            if (head->type == SN_COLUMN_TEXT)
                continue;
            if (strcmp(head->name, rule->name) == 0) {
                *table = report->table[t];
                *column = c;
                return SN_OK;
            }
            if (strlen(names) + strlen(head->name) + 3 < sizeof names) {
                strcat(names, *names != '\0' ? ", " : "");
                strcat(names, head->name);
            }
        }
    return sn_fail(err, SN_EUSAGE, "option --fail-if: no number is called \"%s\" here (%s)",
                   rule->name, names);
}

/* Say which row of a table meets the rule. */
static void tell_rule(const sn_rule *rule, const sn_table *table, size_t row, double value)
{
    char number[SN_NUMBER_SIZE], limit[SN_NUMBER_SIZE], where[300] = "";

    for (size_t c = 0; c < sn_table_column_count(table); c++) {
        const sn_cell *name = sn_table_cell(table, row, c);
        if (name->kind == SN_CELL_TEXT && strlen(where) + strlen(name->text) + 2 < 120) {
            strcat(where, *where != '\0' ? " " : "");
            strcat(where, name->text);
        }
    }
    fprintf(stderr, "supplynet: %s = %s %s %s (%s)\n", rule->name, sn_number_json(value, number),
            rule->op, sn_number_json(rule->threshold, limit), where);
}

/* Check all rules before anything is written, so that a slip costs nothing; then apply them. */
static sn_status check_rules(sn_call *call, const sn_report *report, bool apply, sn_error *err)
{
    sn_status status = SN_OK;
    const char *text;

    for (size_t k = 0; (text = sn_options_list(&call->options, "fail-if", k)) != NULL; k++) {
        const sn_table *table = NULL;
        sn_rule rule;
        size_t column = 0;
        bool met = false;
        SN_TRY(parse_rule(text, &rule, err));
        SN_TRY(find_rule_column(&rule, report, &table, &column, err));
        for (size_t r = 0; apply && !met && r < sn_table_row_count(table); r++) {
            const sn_cell *cell = sn_table_cell(table, r, column);
            met = cell->kind == SN_CELL_NUMBER && holds(&rule, cell->number);
            if (met && !sn_call_is_quiet(call))
                tell_rule(&rule, table, r, cell->number);
        }
        call->answer_is_no |= met;
    }
out:
    return status;
}

bool sn_call_is_quiet(const sn_call *call)
{
    return call->capture != NULL || sn_options_flag(&call->options, "quiet");
}

sn_status sn_call_open(const sn_call *call, sn_out **out, sn_error *err)
{
    return call->capture != NULL ? sn_out_memory(out, err)
                                 : sn_out_open(report_path(call), out, err);
}

sn_status sn_call_done(const sn_call *call, sn_out *out, sn_error *err)
{
    const sn_status status = sn_out_close(out, err);

    if (status == SN_OK && call->capture != NULL) {
        size_t length;
        const char *text = sn_out_text(out, &length);
        sn_out_write(call->capture, text, length);
    }
    if (status != SN_EIO || !sn_out_broken_pipe(out))
        return status;
    *err = (sn_error){0}; /* the reader has what it wanted */
    return SN_OK;
}

sn_status sn_call_emit(sn_call *call, const sn_report *report, sn_error *err)
{
    sn_out *out = NULL;
    sn_status status = SN_OK;

    SN_TRY(check_rules(call, report, false, err));
    SN_TRY(sn_call_open(call, &out, err));
    if (call->format == SN_FORMAT_JSON)
        SN_TRY(sn_document_write(call, report, out, err));
    else
        SN_TRY(write_tables(call, report, out, err));
    SN_TRY(sn_call_done(call, out, err));
    SN_TRY(check_rules(call, report, true, err));
out:
    sn_out_free(out);
    return status;
}

/* What a captured answer may not be asked for. */
static sn_status check_words(const sn_call *call, bool lent, sn_error *err)
{
    if (sn_options_given(&call->options, "output") && !call->verb->output_is_folder &&
        call->verb->run != sn_verb_find("convert")->run)
        return sn_fail(err, SN_EUSAGE, "--output has no meaning here: the answer is returned");
    for (const sn_option *option = sn_shared_options; lent && option->name != NULL; option++)
        if (option->of_network && sn_options_given(&call->options, option->name))
            return sn_fail(err, SN_EUSAGE, "--%s has no meaning here: the network is given",
                           option->name);
    return SN_OK;
}

sn_status sn_call_ask(const sn_call *lender, const sn_verb *verb, int argc, char **argv,
                      sn_out *out, bool *is_no, sn_error *err)
{
    sn_call call = {.verb = verb, .argc = argc, .argv = argv, .capture = out,
                    .format = SN_FORMAT_JSON};
    sn_status status = SN_OK;

    (void)clock_gettime(CLOCK_REALTIME, &call.started);
    SN_TRY(sn_options_parse(argc, argv, verb->options, sn_shared_options, &call.options, err));
    SN_TRY(check_words(&call, lender != NULL, err));
    if (sn_options_given(&call.options, "format"))
        SN_TRY(sn_format_parse(sn_options_text(&call.options, "format"), &call.format, err));
    if (lender != NULL) {
        SN_TRY(sn_sources_lend(&lender->sources, &call.sources, err)); /* a verb may add its own */
        call.net = lender->net;
        call.coalitions = lender->coalitions;
    } else if (verb->takes_network && !verb->loads_itself) {
        SN_TRY(sn_call_load(&call, err));
    }
    SN_TRY(verb->run(&call, err));
    if (is_no != NULL)
        *is_no = call.answer_is_no;
out:
    if (lender != NULL) { /* they stay the lender's */
        sn_sources_return(&call.sources, lender->sources.count);
        call.net = NULL;
        call.coalitions = (sn_coalition_list){0};
    }
    sn_call_clear(&call);
    return status;
}
