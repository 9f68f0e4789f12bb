/* cmd_report.c - one HTML file that people read: a network, reports made earlier, or what
 * moved. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/call.h"
#include "cli/certificates.h"
#include "cli/report_documents.h"
#include "cli/report_model.h"
#include "cli/verbs.h"
#include "datasets/embedded.h"
#include "reports/html.h"

static const sn_option options[] = {
    {.name = "title", .kind = SN_OPTION_TEXT, .argument = "TEXT", .help = "title of the page"},
    {.name = "by",
     .kind = SN_OPTION_CHOICE,
     .argument = "LEVEL",
     .choices = "country|owner|firm|node",
     .help =
         "what may stop: country, owner, firm or node (default: country where there are some)"},
    {.name = "remove",
     .letter = 'r',
     .kind = SN_OPTION_LIST,
     .argument = "SELECTOR",
     .help = "a what-if of its own, shown first"},
    {.name = "mode",
     .kind = SN_OPTION_CHOICE,
     .argument = "MODE",
     .choices = "production|exports|imports|transit",
     .fallback = "production",
     .help = "how things stop: production, exports, imports or transit"},
    {.name = "scenario",
     .kind = SN_OPTION_LIST,
     .argument = "NAME|FILE",
     .help = "also play a dated scenario day by day"},
    {.name = "mitigate",
     .kind = SN_OPTION_LIST,
     .argument = "KEY=V,...",
     .help = "with --scenario: play it again with stock=60d and the like"},
    {.name = "compare",
     .kind = SN_OPTION_FLAG,
     .help = "two words: what moved between two networks, years or reports"},
    SN_OPTION_BUYER,
    SN_OPTION_RESPONSE,
    SN_OPTION_WEIGHT,
    SN_OPTION_OWNERSHIP,
    SN_OPTION_TOLERANCE,
    SN_OPTION_SPARE,
    SN_OPTION_OPEN_MARKET,
    SN_OPTION_BOUNDS,
    {.name = NULL},
};

static const sn_method methods[] = {
    {"page", "1",
     "a what-if for every country (owner, firm) that takes most of a commodity; the amounts of nodes "
     "beside the largest of a column are joined; the page works out nothing itself",
     "docs/report.md"},
    {"layout", "1",
     "flow diagram: columns by stage, barycentre order; network: Kamada-Kawai; world: Equal Earth",
     "Sugiyama et al. 1981; Kamada and Kawai 1989; Savric et al. 2019"},
};
enum {
    OWN_METHODS = sizeof methods / sizeof methods[0],
    METHODS = OWN_METHODS + SN_LOSS_METHODS + 1 + SN_EXPOSURE_METHODS + SN_CONCENTRATION_METHODS
};

/* All methods behind a page of a network. */
static void list_methods(sn_method all[METHODS])
{
    const sn_method_list *list = sn_verb_report.methods;

    for (size_t l = 0; l < sizeof sn_verb_report.methods / sizeof *list; l++)
        for (size_t m = 0; m < list[l].count; m++)
            *all++ = list[l].method[m];
}

/* Everything that one page is about. */
typedef struct {
    sn_page *page; /* NULL: no network */
    sn_documents documents;
    cJSON *document[64];
    const char *name[64];
    sn_anchors anchors;
    char title[300];
    char (*lead)[600];
    const char **lines;
    size_t leads;
} sn_brief;

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_brief *brief = data;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "kind", brief->page != NULL ? "network" : "documents");
    sn_json_kv_string(json, "title", brief->title);
    if (brief->page != NULL)
        sn_page_write(json, call, brief->page);
    sn_documents_write(json, call, &brief->documents);
    sn_page_write_globe(json, &brief->anchors);
    sn_json_end_object(json);
}

static bool is_document(const char *word)
{
    const size_t length = strlen(word);

    return length > 5 && strcmp(word + length - 5, ".json") == 0;
}

static sn_status add_document(sn_brief *brief, cJSON *document, const char *name, sn_error *err)
{
    if (brief->documents.count == sizeof brief->document / sizeof brief->document[0]) {
        cJSON_Delete(document);
        return sn_fail(err, SN_EUSAGE, "more than %zu reports on one page",
                       brief->documents.count);
    }
    brief->name[brief->documents.count] = name;
    brief->document[brief->documents.count++] = document;
    brief->documents.document = brief->document;
    brief->documents.name = brief->name;
    return SN_OK;
}

/* Sort the words: what names no report names the network.  Returns how many reports there are,
 * which are moved behind. */
static size_t sort_words(sn_options *given, char **report)
{
    size_t left = 0, reports = 0;

    for (size_t w = 0; w < given->word_count; w++) {
        if (is_document(given->words[w]))
            report[reports++] = given->words[w];
        else
            given->words[left++] = given->words[w];
    }
    given->word_count = left;
    return reports;
}

/* --compare BEFORE AFTER, asked of the verb `compare`. */
static sn_status compare(sn_call *call, sn_brief *brief, sn_error *err)
{
    const sn_options *given = &call->options;
    char *argv[64];
    int argc = 0;
    cJSON *document = NULL;
    const char *buyer = sn_options_list(given, "buyer", 0), *by = sn_options_text(given, "by");
    sn_status status = SN_OK;

    if (given->word_count != 2)
        return sn_fail(err, SN_EUSAGE,
                       "--compare takes two networks or two JSON reports: BEFORE AFTER");
    if (sn_options_list(given, "buyer", 1) != NULL)
        return sn_fail(err, SN_EUSAGE, "--compare takes one --buyer");
    argv[argc++] = given->words[0];
    argv[argc++] = given->words[1];
    if (buyer != NULL) {
        argv[argc++] = (char *)"--buyer";
        argv[argc++] = (char *)buyer;
    }
    if (by != NULL) {
        argv[argc++] = (char *)"--by";
        argv[argc++] = (char *)by;
    }
    argv[argc++] = (char *)"--mode";
    argv[argc++] = (char *)sn_options_text(given, "mode");
    if (sn_options_text(given, "commodity") != NULL) {
        argv[argc++] = (char *)"--commodity";
        argv[argc++] = (char *)sn_options_text(given, "commodity");
    }
    SN_TRY(sn_ask(NULL, &sn_verb_compare, argc, argv, &document, err));
    SN_TRY(add_document(brief, document, "compare", err));
out:
    return status;
}

/* --scenario, asked of the verb `simulate`, once each. */
static sn_status simulate(sn_call *call, sn_brief *brief, sn_error *err)
{
    const sn_options *given = &call->options;
    const char *scenario, *one;
    sn_status status = SN_OK;

    for (size_t k = 0; (scenario = sn_options_list(given, "scenario", k)) != NULL; k++) {
        char *argv[64] = {(char *)"--series", (char *)"--scenario", (char *)scenario};
        int argc = 3;
        cJSON *document = NULL;
        for (size_t m = 0; (one = sn_options_list(given, "mitigate", m)) != NULL && argc < 60;
             m++) {
            argv[argc++] = (char *)"--mitigate";
            argv[argc++] = (char *)one;
        }
        SN_TRY(sn_ask(call, &sn_verb_simulate, argc, argv, &document, err));
        SN_TRY(add_document(brief, document, scenario, err));
    }
out:
    return status;
}

/* A page of a network, of reports, or of both. */
static sn_status read_all(sn_call *call, sn_brief *brief, sn_page *whole, sn_error *err)
{
    sn_options *given = &call->options;
    char **report = malloc((given->word_count + 1) * sizeof *report);
    const size_t reports = report != NULL ? sort_words(given, report) : 0;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(report, "a page");
    const bool network = reports == 0 || call->net != NULL || given->word_count > 0 ||
                         sn_options_given(given, "network") || sn_options_given(given, "flows");
    if (!network && sn_options_list(given, "scenario", 0) != NULL) {
        status = sn_fail(err, SN_EUSAGE, "--scenario needs a network: give -n");
        goto out;
    }
    if (network && call->net == NULL) /* else it is lent */
        SN_TRY(sn_call_load(call, err));
    for (size_t r = 0; r < reports; r++) {
        cJSON *document = NULL;
        SN_TRY(sn_read_document(call, report[r], &document, err));
        SN_TRY(add_document(brief, document, report[r], err));
    }
    SN_TRY(sn_documents_check(&brief->documents, err));
    if (!network)
        goto out;
    brief->page = whole;
    SN_TRY(sn_page_make(call, whole, err));
    SN_TRY(simulate(call, brief, err));
out:
    free(report);
    return status;
}

static const char *network_name(const sn_call *call)
{
    const char *flows = sn_options_text(&call->options, "flows");

    return flows != NULL                  ? flows
           : call->options.word_count > 0 ? call->options.words[0]
                                          : sn_options_text(&call->options, "network");
}

/* Sentences for readers without scripts, and the page's first lines: headlines, or all notes.
 */
static sn_status make_leads(const sn_call *call, sn_brief *brief, sn_error *err)
{
    brief->lead = calloc(call->finding_count + 1, sizeof *brief->lead);
    brief->lines = calloc(call->finding_count + 1, sizeof *brief->lines);
    if (brief->lead == NULL || brief->lines == NULL)
        return sn_nomem(err, "a page");
    for (size_t f = 0; f < call->finding_count && brief->leads < 6; f++) {
        const sn_finding *finding = &call->finding[f];
        if (brief->page != NULL ? strncmp(finding->rule, "headline", 8) != 0
                                : finding->level != SN_NOTE)
            continue;
        char *lead = brief->lead[brief->leads];
        (void)snprintf(lead, sizeof *brief->lead, "%s.", finding->message);
        lead[0] = (char)toupper((unsigned char)lead[0]);
        brief->lines[brief->leads++] = lead;
    }
    return SN_OK;
}

static void make_title(const sn_call *call, sn_brief *brief)
{
    const char *title = sn_options_text(&call->options, "title");

    if (title != NULL)
        (void)snprintf(brief->title, sizeof brief->title, "%s", title);
    else if (brief->page != NULL)
        (void)snprintf(brief->title, sizeof brief->title, "Who can stop supply: %s",
                       network_name(call));
    else if (sn_options_flag(&call->options, "compare"))
        (void)snprintf(brief->title, sizeof brief->title, "What moved: %s to %s",
                       call->options.words[0], call->options.words[1]);
    else
        (void)snprintf(brief->title, sizeof brief->title, "Report from %s%s", brief->name[0],
                       brief->documents.count > 1 ? " and more" : "");
}

static sn_status part(const char *name, sn_html_text *text, sn_error *err)
{
    const sn_embedded_file *file = sn_embedded_find("reports/html", name);

    if (file == NULL)
        return sn_fail(err, SN_EINTERNAL, "reports/html/%s is not built in", name);
    *text = (sn_html_text){file->data, file->size};
    return SN_OK;
}

/* All our scripts are one element, in the order of their files. */
static sn_status write_page(sn_call *call, const sn_report *report, const sn_brief *brief,
                            sn_error *err)
{
    static const char *const scripts[] = {"base.js", "flow.js", "world.js", "charts.js",
                                          "page.js"};
    sn_html_page page = {
        .title = brief->title, .scripts = 2, .lead = brief->lines, .leads = brief->leads};
    sn_out *data = NULL, *script = NULL, *out = NULL;
    sn_status status = SN_OK;

    SN_TRY(part("shell.html", &page.shell, err));
    SN_TRY(part("style.css", &page.style, err));
    SN_TRY(part("d3.min.js", &page.script[0], err));
    SN_TRY(part("LICENSE", &page.licence, err));
    SN_TRY(sn_out_memory(&script, err));
    for (size_t s = 0; s < sizeof scripts / sizeof scripts[0]; s++) {
        sn_html_text one = {0};
        SN_TRY(part(scripts[s], &one, err));
        sn_out_write(script, one.text, one.length);
    }
    SN_TRY(sn_out_close(script, err));
    page.script[1].text = sn_out_text(script, &page.script[1].length);
    SN_TRY(sn_out_memory(&data, err));
    SN_TRY(sn_document_write(call, report, data, err));
    SN_TRY(sn_out_close(data, err));
    page.data.text = sn_out_text(data, &page.data.length);
    SN_TRY(sn_call_open(call, &out, err));
    SN_TRY(sn_html_write(&page, out, err));
    SN_TRY(sn_call_done(call, out, err));
out:
    sn_out_free(data);
    sn_out_free(script);
    sn_out_free(out);
    return status;
}

static sn_status make_table(const sn_call *call, const sn_page *page, sn_table **table,
                            sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "id", .heading = "stops"},
        {.name = "label", .heading = "name", .detail = 2},
        {.name = "loss", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "loss_best", .heading = "at best", .type = SN_COLUMN_PERCENT},
        {.name = "loss_others", .heading = "others'", .type = SN_COLUMN_PERCENT, .detail = 1},
        {.name = "lost", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"},
        {.name = "only_way_for",
         .heading = "only way for",
         .type = SN_COLUMN_INTEGER,
         .detail = 1}};
    const size_t top = (size_t)sn_options_integer(&call->options, "top");
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("stop", "What stops most, by commodity", head,
                        sizeof head / sizeof head[0], table, err));
    for (size_t v = 0; v < page->views; v++) {
        const sn_view *view = &page->view[v];
        for (size_t k = 0; k < view->outcomes && (top == 0 || k < top) &&
                           (top == 0 || page->views == 1 || k < 3);
             k++) {
            const sn_outcome *outcome = &view->outcome[k];
            const sn_stop *stop = &page->stop[outcome->stop];
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, view->commodity));
            sn_table_set_text(*table, 1, stop->name);
            sn_table_set_text(*table, 2, sn_page_stop_name(call, page, stop));
            sn_table_set_number(*table, 3, outcome->loss);
            sn_table_set_number(*table, 4, outcome->low);
            sn_table_set_number(*table, 5, outcome->loss_others);
            sn_table_set_number(*table, 6, outcome->lost);
            sn_table_set_text(*table, 7, sn_network_unit(call->net, view->commodity));
            sn_table_set_number(*table, 8,
                                outcome->asked > 0 ? (double)outcome->dominated : (double)NAN);
        }
    }
out:
    return status;
}

/* Without -f it is a page; a page does not belong on a terminal. */
static sn_status check_output(const sn_call *call, bool page, sn_error *err)
{
    if (page && sn_options_text(&call->options, "output") == NULL && isatty(STDOUT_FILENO))
        return sn_fail(err, SN_EUSAGE,
                       "the page is for a browser: give -o FILE.html (or -f text)");
    return SN_OK;
}

static sn_status emit(sn_call *call, const sn_brief *brief, bool page, sn_error *err)
{
    sn_method all[METHODS];
    sn_table *table = NULL;
    sn_report report = {all, METHODS, {NULL}, 0, write_results, brief, 0};
    sn_status status = SN_OK;

    list_methods(all);
    if (brief->page == NULL)
        report.method_count = 1;
    if (page) {
        status = write_page(call, &report, brief, err);
        goto out;
    }
    if (brief->page == NULL && call->format != SN_FORMAT_JSON) {
        status = sn_fail(err, SN_EUSAGE,
                         "of reports there is html and json only; for tables ask the verb");
        goto out;
    }
    if (brief->page != NULL) {
        SN_TRY(make_table(call, brief->page, &table, err));
        report.table[report.table_count++] = table;
    }
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const bool page = call->capture == NULL && !sn_options_given(&call->options, "format");
    sn_brief brief = {0};
    sn_page whole = {0};
    sn_status status = SN_OK;

    SN_TRY(check_output(call, page, err));
    SN_TRY(sn_anchors_load(&brief.anchors, err));
    SN_TRY(sn_options_flag(&call->options, "compare") ? compare(call, &brief, err)
                                                      : read_all(call, &brief, &whole, err));
    make_title(call, &brief);
    if (brief.page == NULL)
        SN_TRY(sn_documents_lead(call, &brief.documents, err));
    SN_TRY(make_leads(call, &brief, err));
    SN_TRY(emit(call, &brief, page, err));
out:
    for (size_t d = 0; d < brief.documents.count; d++)
        cJSON_Delete(brief.document[d]);
    free(brief.lead);
    free(brief.lines);
    sn_anchors_clear(&brief.anchors);
    sn_page_clear(&whole);
    return status;
}

const sn_verb sn_verb_report = {
    .name = "report",
    .summary = "One HTML file to read: chokepoints, flows, what-ifs, sources; works offline",
    .words = "[A.json B.json ... | --compare BEFORE AFTER]",
    .options = options,
    .about =
        "Of a network: headlines, flow diagram, world, chokepoints, concentration, "
        "dependences,\n"
        "a network drawing, sources and methods; commodity, buyer and what stops are chosen in "
        "the\n"
        "page among what-ifs worked out beforehand.  Of JSON reports made earlier: their "
        "findings,\n"
        "tables and charts.  --compare: what moved.  The file asks no server for anything and\n"
        "prints well; -f json writes its data alone, -f text and md a summary.",
    .examples = "supplynet report -o minerals.html\n"
                "supplynet report -c gallium --remove 'CHN&stage=refining' -o gallium.html\n"
                "supplynet report -c cobalt --scenario cod-cobalt-2025 --mitigate stock=60d -o "
                "cobalt.html\n"
                "supplynet report -f text -c nickel",
    .takes_network = true,
    .loads_itself = true,
    .unused = "threads",
    .methods = {{methods, OWN_METHODS},
                {sn_loss_methods, SN_LOSS_METHODS},
                {&sn_certificate_method, 1},
                {sn_exposure_methods, SN_EXPOSURE_METHODS},
                {sn_concentration_methods, SN_CONCENTRATION_METHODS}},
    .run = run,
};
