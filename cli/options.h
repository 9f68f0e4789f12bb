/* options.h - one table of options per verb: it parses, it is the help, it is the record. */
#ifndef SN_CLI_OPTIONS_H
#define SN_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"

typedef enum {
    SN_OPTION_FLAG,    /* no value                                   */
    SN_OPTION_TEXT,    /* any text                                   */
    SN_OPTION_CHOICE,  /* one of `choices`                           */
    SN_OPTION_NUMBER,  /* a finite number within least..most         */
    SN_OPTION_INTEGER, /* a whole number within least..most          */
    SN_OPTION_SIZE,    /* bytes within least..most: 512M, 1.5G       */
    SN_OPTION_LIST     /* any text, as often as one likes            */
} sn_option_kind;

/** sn_option - one row of an option table; the table ends with a row whose name is NULL. */
typedef struct {
    const char *name; /* long name, without the dashes                        */
    char letter;      /* short name, or 0                                     */
    sn_option_kind kind;
    const char *argument; /* how the help calls the value: FILE               */
    const char *help;     /* what it does, without a full stop                */
    const char *fallback; /* value when not given, or NULL                    */
    const char *choices;  /* SN_OPTION_CHOICE: "a|b|c"                        */
    double least, most;   /* numbers; both 0: any                             */
    bool silent;          /* cannot change a result: kept out of provenance   */
    bool of_network;      /* says which network, or what of it                */
} sn_option;

/** sn_options - what a command line says, read against two tables. */
typedef struct {
    const sn_option *table[2]; /* the verb's, then those that all verbs share */
    struct sn_option_value *value;
    size_t count;
    char **words; /* what is not an option */
    size_t word_count;
} sn_options;

/**
 * sn_options_parse - read a verb's arguments.
 *
 * argc, argv  [in]   the words after the verb; borrowed for as long as `options` is in use
 * verb_table, shared_table  [in]  the two tables
 * options     [out]  cleared by sn_options_clear, also after a failure
 *
 * Returns  SN_OK; SN_EUSAGE for an unknown option (with the nearest one), a missing or
 *          superfluous value, or a value out of range; SN_ENOMEM.
 */
sn_status sn_options_parse(int argc, char **argv, const sn_option *verb_table,
                           const sn_option *shared_table, sn_options *options, sn_error *err);
void sn_options_clear(sn_options *options);

/* Values by long name; asking for a name that no table has is a bug (assert). */
bool sn_options_given(const sn_options *options, const char *name);
bool sn_options_flag(const sn_options *options, const char *name);
const char *sn_options_text(const sn_options *options, const char *name); /* or NULL */
double sn_options_number(const sn_options *options, const char *name);
int64_t sn_options_integer(const sn_options *options, const char *name);
double sn_options_size(const sn_options *options, const char *name); /* [bytes] */
/* The k-th value of a list, or NULL past the end. */
const char *sn_options_list(const sn_options *options, const char *name, size_t k);

#endif /* SN_CLI_OPTIONS_H */
