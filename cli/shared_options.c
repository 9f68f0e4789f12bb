/* shared_options.c - the options that every verb knows. */
#include "cli/call.h"

#include <string.h>

const sn_option sn_shared_options[] = {
    {.name = "network", .letter = 'n', .kind = SN_OPTION_TEXT, .argument = "NAME|DIR|FILE",
     .help = "network: a built-in one, a directory, a zip, flows or a matrix (CSV, XLSX#SHEET), a "
             "graph (GraphML, JSON), an image, or - for stdin",
     .fallback = "critical-minerals-2024", .silent = true, .of_network = true},
    {.name = "flows", .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "flows: source, target, value, ...", .silent = true, .of_network = true},
    {.name = "nodes", .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "nodes: id, kind, country, owner, ...", .silent = true, .of_network = true},
    {.name = "recipes", .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "recipes: buyer, input, need, ...", .silent = true, .of_network = true},
    {.name = "owners", .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "ownership shares: id, owner, share", .silent = true, .of_network = true},
    {.name = "commodity", .letter = 'c', .kind = SN_OPTION_TEXT, .argument = "NAME[|NAME]",
     .help = "only these commodities", .of_network = true},
    {.name = "year", .kind = SN_OPTION_INTEGER, .argument = "YEAR", .least = 1, .most = 9999,
     .help = "only flows of this year", .of_network = true},
    {.name = "preset", .kind = SN_OPTION_TEXT, .argument = "NAME",
     .help = "layout of the flows (default: found from the header); help import lists them",
     .of_network = true},
    {.name = "map", .kind = SN_OPTION_LIST, .argument = "COLUMN=HEADER",
     .help = "header that stands for a column: value=OBS_VALUE",
     .of_network = true},
    {.name = "where", .kind = SN_OPTION_LIST, .argument = "COLUMN=VALUE",
     .help = "only rows with this value; VALUE may end in *", .of_network = true},
    {.name = "product", .kind = SN_OPTION_TEXT, .argument = "CODE[|CODE]",
     .help = "trade tables: only products whose code begins so",
     .of_network = true},
    {.name = "measure", .kind = SN_OPTION_CHOICE, .argument = "WHAT", .choices = "value|quantity",
     .fallback = "value", .help = "trade tables: flows by value or by quantity", .of_network = true},
    {.name = "basis", .kind = SN_OPTION_CHOICE, .argument = "WHOSE",
     .choices = "importer|exporter|max|mean", .fallback = "importer",
     .help = "trade tables: whose report counts where both sides have one",
     .of_network = true},
    {.name = "estimate-quantity", .kind = SN_OPTION_FLAG,
     .help = "trade tables: fill missing tonnes from median unit values; marked estimated",
     .of_network = true},
    {.name = "stages", .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "trade tables: build the stages of this table: commodity, stage, next, hs, content",
     .of_network = true},
    {.name = "production", .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "with --stages: who makes how much (production.csv, USGS, EU CRM)",
     .of_network = true},
    {.name = "production-year", .kind = SN_OPTION_INTEGER, .argument = "YEAR", .least = 1,
     .most = 9999, .help = "with --stages: year of the production (default: as --year)",
     .of_network = true},
    {.name = "format", .letter = 'f', .kind = SN_OPTION_CHOICE, .argument = "FORMAT",
     .choices = "text|json|csv|tsv|ndjson|md", .fallback = "text",
     .help = "text, json, csv, tsv, ndjson or md", .silent = true},
    {.name = "output", .letter = 'o', .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "write there instead of standard output", .silent = true},
    {.name = "top", .letter = 't', .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0,
     .most = 1e9, .fallback = "20", .help = "show at most N rows a table; 0 shows all"},
    {.name = "seed", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0,
     .most = 9007199254740991, .fallback = "1", .help = "seed of anything random"},
    {.name = "threads", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 1, .most = 1024,
     .help = "threads (default all cores); never changes a result", .silent = true},
    {.name = "max-memory", .kind = SN_OPTION_SIZE, .argument = "SIZE", .least = 0x1p20,
     .most = 0x1p50, .help = "take no more memory, such as 512M or 4G; exit 4 rather than that",
     .silent = true},
    {.name = "color", .kind = SN_OPTION_CHOICE, .argument = "WHEN", .choices = "auto|always|never",
     .fallback = "auto", .help = "colour in text: auto, always or never", .silent = true},
    {.name = "width", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0, .most = 100000,
     .help = "columns of text; 0: as many as it takes (default: the terminal's, else 80)",
     .silent = true},
    {.name = "fail-if", .kind = SN_OPTION_LIST, .argument = "EXPR",
     .help = "exit 1 if a row of a table meets it: 'loss > 0.5'"},
    {.name = "quiet", .letter = 'q', .kind = SN_OPTION_FLAG, .help = "no remarks on stderr",
     .silent = true},
    {.name = "verbose", .letter = 'v', .kind = SN_OPTION_FLAG, .help = "more remarks on stderr",
     .silent = true},
    {.name = "help", .letter = 'h', .kind = SN_OPTION_FLAG, .help = "this page", .silent = true},
    {.name = NULL},
};

static bool lists(const char *names, const char *name)
{
    const size_t length = strlen(name);

    for (const char *at = names; at != NULL; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strncmp(at, name, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return true;
    return false;
}

bool sn_verb_ignores(const sn_verb *verb, const sn_option *option)
{
    return lists(verb->unused, option->name) ||
           (option->of_network && lists(verb->unused, "NETWORK"));
}
