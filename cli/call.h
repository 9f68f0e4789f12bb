/* call.h - one run of one verb: its options, its network, what it found. */
#ifndef SN_CLI_CALL_H
#define SN_CLI_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "cli/options.h"
#include "datasets/load.h"
#include "graph/network.h"
#include "graph/selector.h"
#include "reports/json.h"
#include "reports/table.h"
#include "reports/write.h"

struct sn_call;

/** sn_method - how a number was made; docs/methods.md says more about each. */
typedef struct {
    const char *id, *version, *definition, *source;
} sn_method;

/** sn_method_list - methods that stand together. */
typedef struct {
    const sn_method *method;
    size_t count;
} sn_method_list;

/** sn_verb - a row of the verb table in main.c. */
typedef struct sn_verb {
    const char *name;
    const char *summary;     /* one line for `supplynet help`                            */
    const char *words;       /* what else it takes on the command line: "[NAME]", or NULL */
    const sn_option *options;
    const char *about;       /* a paragraph or two for `supplynet help VERB`             */
    const char *examples;    /* runnable lines on the built-in data, one a line          */
    bool takes_network;      /* a first word is then the network, like -n                */
    bool output_is_folder;   /* -o is where its files go; its report goes to standard output */
    bool judges;             /* wants to know what a trade table is worth                */
    bool loads_itself;       /* and it is loaded by the verb, where its options need one */
    const char *unused;      /* shared options that mean nothing here: "seed|threads"; NETWORK:
                              * all that say which network                               */
    sn_method_list methods[6];  /* all that its documents may name, for `supplynet methods` */
    sn_status (*run)(struct sn_call *call, sn_error *err);
} sn_verb;

typedef enum { SN_NOTE, SN_WARNING, SN_ERROR } sn_level_of_finding;

/** sn_finding - something the reader should know, with the rule that says so. */
typedef struct {
    const char *rule; /* static text */
    sn_level_of_finding level;
    char subject[256];
    double value, threshold; /* NaN: none */
    char message[512];       /* one sentence */
} sn_finding;

/** sn_call - everything that belongs to one run; the verbs read it, call.c owns it. */
typedef struct sn_call {
    const sn_verb *verb;
    sn_options options;
    int argc;
    char **argv; /* the whole command line */
    sn_format format;
    struct timespec started;

    sn_network *net; /* NULL until sn_call_load */
    sn_sources sources;
    sn_coalition_list coalitions;

    sn_finding *finding;
    size_t finding_count, finding_room;
    int threads;        /* used; 0: one */
    int ranks;          /* of an MPI run, or 0 */
    bool is_launched;   /* by mpirun: standard output is a pipe, whatever it looks like */
    int interrupted_by; /* a signal's number, or 0 */
    sn_out *capture;    /* where the answer goes instead of to the user, without a word beside
                         * it and without watching for signals; lent, or NULL */
    bool answer_is_no; /* exit 1: --fail-if met, or the input is unsound */
} sn_call;

/** sn_report - what a verb hands over for writing. */
typedef struct {
    const sn_method *method;
    size_t method_count;
    const sn_table *table[8];
    size_t table_count;
    void (*write)(sn_json *json, const sn_call *call, const void *data); /* the value of `results` */
    const void *data;
    size_t main; /* the table whose rows are csv and tsv */
} sn_report;

/** sn_call_load - load the network that the options name, and the coalitions.  SN_EUSAGE,
 *  SN_EDATA, SN_ENOMEM as sn_load; SN_EDATA too for what cannot be opened. */
sn_status sn_call_load(sn_call *call, sn_error *err);

/** sn_call_import - the options on foreign tables. */
sn_import_options sn_call_import(const sn_options *options);

/** sn_call_tell_sources - say on stderr what was left out of the inputs. */
void sn_call_tell_sources(const sn_call *call);

/** sn_call_load_latest - the same with the flows of a year of the verb's choice;
 *  sn_call_load_year - those of a further year, into a network of its own (sn_network_free).  The
 *  options name no year then. */
sn_status sn_call_load_latest(sn_call *call, int year, sn_error *err);
sn_status sn_call_load_year(sn_call *call, int year, sn_network **net, sn_error *err);

/** sn_call_emit - write a report in the asked format to the asked place, then hold each --fail-if
 *  against the first table that has the number it names. */
sn_status sn_call_emit(sn_call *call, const sn_report *report, sn_error *err);

/** sn_call_open - where the answer goes: --output, standard output, or memory for whoever asked.
 *  sn_call_done ends it, and a reader that has gone away is no failure.  Free it with sn_out_free,
 *  also after a failure. */
sn_status sn_call_open(const sn_call *call, sn_out **out, sn_error *err);
sn_status sn_call_done(const sn_call *call, sn_out *out, sn_error *err);

/** sn_call_is_quiet - whether nothing but the answer is wanted: --quiet, or it is captured. */
bool sn_call_is_quiet(const sn_call *call);

/** sn_call_find - add a finding; the message is a printf format. */
sn_status sn_call_find(sn_call *call, sn_level_of_finding level, const char *rule,
                       const char *subject, double value, double threshold, sn_error *err,
                       const char *fmt, ...) __attribute__((format(printf, 8, 9)));

/** sn_call_ownership - the rule of --ownership. */
sn_ownership sn_call_ownership(const sn_call *call);

/** sn_call_text - a code of a text column as text; NULL for SN_NONE. */
const char *sn_call_text(const sn_call *call, sn_column column, int32_t code);

/** sn_call_select - sn_selector_apply with the call's network, coalitions and --ownership. */
sn_status sn_call_select(const sn_call *call, const char *text, sn_selection *selection,
                         sn_error *err);

/** sn_call_dataset - the name under which the network may be built in. */
const char *sn_call_dataset(const sn_call *call);

/** sn_call_place - the name of a country code, or NULL. */
const char *sn_call_place(const char *code);

/**
 * sn_call_ask - let a verb answer into memory: JSON, unless its words ask for another format.
 *
 * lender      [in]   lends its network, sources and coalitions, so that the words must not name
 *                    a network; NULL: the verb loads what the words name
 * argc, argv  [in]   the words after the verb
 * out         [in]   where the answer goes
 * is_no       [out]  whether the answer is no (--fail-if, unsound input); may be NULL
 *
 * Returns  as the verb; SN_EUSAGE where the words name an output or a network they must not.
 */
sn_status sn_call_ask(const sn_call *lender, const sn_verb *verb, int argc, char **argv,
                      sn_out *out, bool *is_no, sn_error *err);

/** sn_exit_code - the exit code of a status. */
int sn_exit_code(sn_status status);

/** sn_call_clear - free what a call holds. */
void sn_call_clear(sn_call *call);

extern const sn_option sn_shared_options[];

/* Whether a verb has no use for a shared option. */
bool sn_verb_ignores(const sn_verb *verb, const sn_option *option);

/* document.c: the JSON document around `results`. */
sn_status sn_document_write(const sn_call *call, const sn_report *report, sn_out *out,
                            sn_error *err);

/* background.c: under a Markdown document, its inputs, methods and command. */
sn_status sn_background_write(const sn_call *call, const sn_report *report,
                              const sn_table_style *style, sn_out *out, sn_error *err);

/* help.c */
void sn_help_verb(const sn_verb *verb, sn_out *out);
void sn_help_all(const sn_verb *const *verbs, sn_out *out);

/* manual.c: the same as pages for man(1), supplynet-VERB(1) and supplynet(1). */
void sn_manual_verb(const sn_verb *verb, sn_out *out);
void sn_manual_all(const sn_verb *const *verbs, sn_out *out);

#endif /* SN_CLI_CALL_H */
