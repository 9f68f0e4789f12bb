/* cmd_simulate.c - the same disruption day by day: how long supply lasts, and how soon it is back. */
#include "cli/call.h"
#include "cli/simulate_report.h"
#include "cli/verbs.h"
#include "cli/whatif_options.h"

static const sn_option options[] = {
    {.name = "remove", .letter = 'r', .kind = SN_OPTION_LIST, .argument = "SELECTOR",
     .help = "take it away; SUPPLIERS->BUYERS takes away the flows between"},
    {.name = "cut", .kind = SN_OPTION_LIST, .argument = "SELECTOR=F",
     .help = "take the share F of it away"},
    {.name = "mode", .kind = SN_OPTION_CHOICE, .argument = "MODE",
     .choices = "production|exports|imports|transit|flow", .fallback = "production",
     .help = "production, exports, imports, transit or flow"},
    {.name = "start", .kind = SN_OPTION_NUMBER, .argument = "DAY", .least = 0, .most = 1e6,
     .fallback = "0", .help = "day on which --remove and --cut begin"},
    {.name = "duration", .kind = SN_OPTION_NUMBER, .argument = "DAYS", .least = 0, .most = 1e6,
     .help = "how long they last (default: they do not end)"},
    {.name = "recovery", .kind = SN_OPTION_TEXT, .argument = "SHAPE:DAYS",
     .help = "way back: step, linear, concave, convex or exponential, in so many days"},
    {.name = "scenario", .kind = SN_OPTION_LIST, .argument = "NAME|FILE",
     .help = "dated events of a built-in scenario or a file"},
    {.name = "days", .kind = SN_OPTION_NUMBER, .argument = "N", .least = 1e-3, .most = 1e6,
     .fallback = "365", .help = "horizon (default: the scenario's, else 365)"},
    {.name = "step", .kind = SN_OPTION_NUMBER, .argument = "DAYS", .least = 1e-3, .most = 365,
     .fallback = "1", .help = "length of a step; 7 is weekly"},
    {.name = "model", .kind = SN_OPTION_CHOICE, .argument = "MODEL",
     .choices = "default|inoue-todo|ario|inoue-todo-conserving", .fallback = "default",
     .help = "default, inoue-todo (2019), ario (Hallegatte 2008, 2013) or "
             "inoue-todo-conserving (all that is made goes to someone)"},
    {.name = "rationing", .kind = SN_OPTION_CHOICE, .argument = "RULE",
     .choices = "proportional|final-last|final-first|allies-first|water-filling|"
                "water-filling-final-last",
     .fallback = "proportional",
     .help = "proportional, final-last, final-first, allies-first, water-filling or "
             "water-filling-final-last"},
    {.name = "allies", .kind = SN_OPTION_LIST, .argument = "SELECTOR",
     .help = "whom --rationing allies-first serves first"},
    {.name = "binding", .kind = SN_OPTION_CHOICE, .argument = "RULE",
     .choices = "share|leontief|strong|half|weak|linear", .fallback = "share",
     .help = "how inputs bind: share, leontief, strong, half, weak or linear"},
    {.name = "stock", .kind = SN_OPTION_NUMBER, .argument = "DAYS", .least = 0, .most = 1e5,
     .help = "stock of buyers without inventory_days (default 0; inoue-todo 15, ario 90)"},
    {.name = "adjust", .kind = SN_OPTION_NUMBER, .argument = "DAYS", .least = 1e-3, .most = 1e5,
     .fallback = "6", .help = "a gap in stock is ordered over so many days"},
    {.name = "psi", .kind = SN_OPTION_NUMBER, .argument = "SHARE", .least = 0, .most = 1,
     .fallback = "0.8", .help = "ario: stock below this share of its target binds"},
    {.name = "overproduction", .kind = SN_OPTION_TEXT, .argument = "MOST:DAYS",
     .help = "scarcity raises capacity up to MOST times normal within DAYS"},
    {.name = "mitigate", .kind = SN_OPTION_LIST, .argument = "KEY=V,...",
     .help = "run again with: stock=60d, reserve=60d, recycle=0.2, spare=0.1, switch=30:60"},
    {.name = "runs", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 1, .most = 1e7,
     .help = "so many runs with what --vary draws"},
    {.name = "vary", .kind = SN_OPTION_TEXT, .argument = "KEY=LOW:HIGH,...",
     .help = "factors on duration, stock, fraction, recovery, drawn evenly"},
    {.name = "series", .kind = SN_OPTION_FLAG, .help = "show every step"},
    SN_OPTION_BUYER,
    SN_OPTION_OWNERSHIP,
    {.name = NULL},
};

static const sn_method methods[] = {
    {"simulate", "1",
     "stocks, orders, production and rationing step by step; time to survive: first loss; time to "
     "recover: delivered >= 99 % of normal for good; area: days of normal supply lost",
     "Inoue & Todo 2019; Hallegatte 2008, 2013; Pichler et al. 2022; Simchi-Levi et al. 2015; "
     "docs/simulation.md"},
};

static sn_status run(sn_call *call, sn_error *err)
{
    sn_sim_job job = {0};
    sn_table *totals = NULL, *buyers = NULL, *series = NULL, *gap = NULL;
    sn_report report = {methods, 1, {NULL}, 2, sn_sim_write, &job, 1};
    sn_status status = SN_OK;

    SN_TRY(sn_sim_job_run(call, &job, err));
    SN_TRY(sn_sim_table_totals(call, &job, &totals, err));
    SN_TRY(sn_sim_table_buyers(call, &job, &buyers, err));
    SN_TRY(sn_sim_table_gap(call, &job, &gap, err));
    SN_TRY(sn_sim_table_series(call, &job, &series, err));
    report.table[0] = totals;
    report.table[1] = buyers;
    if (gap != NULL)
        report.table[report.table_count++] = gap;
    if (series != NULL) {
        report.main = report.table_count;
        report.table[report.table_count++] = series;
    }
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(totals);
    sn_table_free(buyers);
    sn_table_free(series);
    sn_table_free(gap);
    sn_sim_job_clear(&job);
    return status;
}

const sn_verb sn_verb_simulate = {
    .name = "simulate",
    .summary = "The same day by day: how long supply lasts, how soon it is back, what helps",
    .options = options,
    .about = "Stocks, orders and rationing day by day.  For each buyer: days until the first loss,\n"
             "days until delivered >= 99 % of normal for good, depth, and days of normal supply lost.\n"
             "Stocks come from inventory_days or --stock.  --mitigate runs the same events once more.",
    .examples = "supplynet simulate --remove 'country=CHN&commodity=gallium' --mode exports --duration 90 --stock 60 --buyer JPN\n"
                "supplynet simulate --cut 'IDN&commodity=nickel=0.5' --recovery linear:90 --duration 30 --mitigate stock=60d --mitigate recycle=0.2,spare=0.1\n"
                "supplynet simulate --remove COD --commodity cobalt --duration 120 --stock 30 --runs 100 --vary duration=0.5:2 -f json",
    .takes_network = true,
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
