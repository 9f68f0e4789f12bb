/* options.c - getopt_long fed from option tables. */
#define _GNU_SOURCE /* getopt_long */
#include "cli/options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/selector.h"

struct sn_option_value {
    const sn_option *option;
    const char **text; /* [count] */
    size_t count;
};

static size_t table_length(const sn_option *table)
{
    size_t length = 0;

    while (table[length].name != NULL)
        length++;
    return length;
}

static struct sn_option_value *find(const sn_options *options, const char *name)
{
    for (size_t i = 0; i < options->count; i++)
        if (strcmp(options->value[i].option->name, name) == 0)
            return &options->value[i];
    assert(false && "an option that no table has");
    return NULL;
}

static bool is_choice(const char *choices, const char *text)
{
    const size_t length = strlen(text);

    for (const char *at = choices; at != NULL; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strncmp(at, text, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return length > 0;
    return false;
}

static sn_status check_number(const sn_option *option, const char *text, sn_error *err)
{
    char *end;

    errno = 0;
    const double x = strtod(text, &end);
    const bool whole = option->kind != SN_OPTION_INTEGER || floor(x) == x;
    const bool bounded = option->least != 0 || option->most != 0;
    if (end == text || *end != '\0' || !isfinite(x) || !whole)
        return sn_fail(err, SN_EUSAGE, "option --%s: \"%s\" is not a %snumber", option->name, text,
                       option->kind == SN_OPTION_INTEGER ? "whole " : "");
    if (bounded && (x < option->least || x > option->most))
        return sn_fail(err, SN_EUSAGE, "option --%s: %s is not in %g..%g", option->name, text,
                       option->least, option->most);
    return SN_OK;
}

/* Bytes with an optional unit, powers of 1024 as everywhere where memory is counted; NaN for
 * anything else. */
static double read_size(const char *text)
{
    static const char units[] = "KMGT";
    char *end;
    double x = strtod(text, &end);
    const char *unit = *end != '\0' ? strchr(units, toupper((unsigned char)*end)) : NULL;

    if (end == text)
        return (double)NAN;
    if (unit != NULL) {
        x = ldexp(x, 10 * (int)(unit - units + 1));
        end += strncmp(end + 1, "iB", 2) == 0 ? 3 : 1;
    }
    return *end == '\0' ? x : (double)NAN;
}

static sn_status check_size(const sn_option *option, const char *text, sn_error *err)
{
    const double x = read_size(text);

    if (!(x >= option->least && x <= option->most))
        return sn_fail(err, SN_EUSAGE,
                       "option --%s: \"%s\" is not a size of 1M to 1024T, such as 512M or 4G",
                       option->name, text);
    return SN_OK;
}

static sn_status check(const sn_option *option, const char *text, sn_error *err)
{
    switch (option->kind) { /* NOLINT: getopt tells one of the table */
    case SN_OPTION_CHOICE:
        if (!is_choice(option->choices, text))
            return sn_fail(err, SN_EUSAGE, "option --%s: \"%s\" is none of %s", option->name, text,
                           option->choices);
        return SN_OK;
    case SN_OPTION_NUMBER:
    case SN_OPTION_INTEGER:
        return check_number(option, text, err);
    case SN_OPTION_SIZE:
        return check_size(option, text, err);
    default:
        return SN_OK;
    }
}

static sn_status take(struct sn_option_value *value, const char *text, sn_error *err)
{
    const sn_status status = check(value->option, text, err);

    if (status != SN_OK)
        return status;
    if (value->option->kind != SN_OPTION_LIST)
        value->count = 0; /* the last one counts */
    const char **grown = realloc(value->text, (value->count + 1) * sizeof *grown);
    if (grown == NULL)
        return sn_nomem(err, "the command line");
    value->text = grown;
    value->text[value->count++] = text;
    return SN_OK;
}

static sn_status refuse(const sn_options *options, char **argv, int at, int answer, sn_error *err)
{
    const char *word = argv[at];

    if (answer == ':')
        return sn_fail(err, SN_EUSAGE, "option %s needs a value", word);
    if (word[0] == '-' && word[1] == '-') {
        char name[64];
        const char *names[128];
        size_t count = 0;
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
        for (; count < options->count && count < 128; count++) {
            names[count] = options->value[count].option->name;
            if (strcmp(names[count], name) == 0)
                return sn_fail(err, SN_EUSAGE, "option --%s takes no value", name);
        }
        const char *near = sn_nearest(name, names, count);
        return sn_fail(err, SN_EUSAGE, "unknown option --%s%s%s%s", name,
                       near != NULL ? "; did you mean --" : "", near != NULL ? near : "",
                       near != NULL ? "?" : "");
    }
    return sn_fail(err, SN_EUSAGE, "unknown option -%c", optopt != 0 ? optopt : '?');
}

static sn_status prepare(sn_options *options, struct option **longs, char **shorts,
                         sn_error *err)
{
    const size_t lengths[2] = {table_length(options->table[0]), table_length(options->table[1])};
    const size_t count = lengths[0] + lengths[1];
    size_t at = 0;

    options->value = calloc(count + 1, sizeof *options->value);
    *longs = calloc(count + 1, sizeof **longs);
    *shorts = calloc(count + 1, 2);
    if (options->value == NULL || *longs == NULL || *shorts == NULL)
        return sn_nomem(err, "the command line");
    char *letter = *shorts;
    *letter++ = ':'; /* tell a missing value from an unknown option */
    for (int t = 0; t < 2; t++)
        for (size_t i = 0; i < lengths[t]; i++, at++) {
            const sn_option *option = &options->table[t][i];
            const int argument = option->kind == SN_OPTION_FLAG ? no_argument : required_argument;
            options->value[at].option = option;
            (*longs)[at] = (struct option){option->name, argument, NULL, (int)(256 + at)};
            if (option->letter != 0) {
                *letter++ = option->letter;
                if (argument == required_argument)
                    *letter++ = ':';
            }
        }
    options->count = at;
    return SN_OK;
}

static struct sn_option_value *by_answer(const sn_options *options, int answer)
{
    if (answer >= 256)
        return &options->value[answer - 256];
    for (size_t i = 0; i < options->count; i++)
        if (options->value[i].option->letter == answer)
            return &options->value[i];
    return NULL;
}

sn_status sn_options_parse(int argc, char **argv, const sn_option *verb_table,
                           const sn_option *shared_table, sn_options *options, sn_error *err)
{
    struct option *longs = NULL;
    char *shorts = NULL, **args = NULL;
    sn_status status = SN_OK;

    *options = (sn_options){.table = {verb_table, shared_table}};
    SN_TRY(prepare(options, &longs, &shorts, err));
    args = malloc(((size_t)argc + 2) * sizeof *args);
    SN_TRY_ALLOC(args, "the command line");
    args[0] = (char *)"supplynet"; /* getopt skips the program's name */
    memcpy(args + 1, argv, (size_t)argc * sizeof *args);
    args[argc + 1] = NULL;
    opterr = 0;
    optind = 0; /* GNU: start afresh */
    for (int before = 1;; before = optind > 1 ? optind : 1) {
        const int answer = getopt_long(argc + 1, args, shorts, longs, NULL);
        if (answer == -1)
            break;
        struct sn_option_value *value = by_answer(options, answer);
        if (answer == '?' || answer == ':' || value == NULL) {
            status = refuse(options, args, optind > before ? optind - 1 : before, answer, err);
            goto out;
        }
        SN_TRY(take(value, optarg != NULL ? optarg : "", err));
    }
    options->word_count = (size_t)(argc + 1 - optind);
    options->words = malloc((options->word_count + 1) * sizeof *options->words);
    SN_TRY_ALLOC(options->words, "the command line");
    memcpy(options->words, args + optind, options->word_count * sizeof *options->words);
out:
    free(longs);
    free(shorts);
    free(args);
    return status;
}

void sn_options_clear(sn_options *options)
{
    for (size_t i = 0; i < options->count; i++)
        free(options->value[i].text);
    free(options->value);
    free(options->words);
    memset(options, 0, sizeof *options);
}

bool sn_options_given(const sn_options *options, const char *name)
{
    return find(options, name)->count > 0;
}

bool sn_options_flag(const sn_options *options, const char *name)
{
    return find(options, name)->count > 0;
}

const char *sn_options_text(const sn_options *options, const char *name)
{
    const struct sn_option_value *value = find(options, name);

    return value->count > 0 ? value->text[0] : value->option->fallback;
}

double sn_options_number(const sn_options *options, const char *name)
{
    const char *text = sn_options_text(options, name);

    return text != NULL ? strtod(text, NULL) : (double)NAN;
}

int64_t sn_options_integer(const sn_options *options, const char *name)
{
    const char *text = sn_options_text(options, name);

    return text != NULL ? (int64_t)strtod(text, NULL) : 0;
}

double sn_options_size(const sn_options *options, const char *name)
{
    const char *text = sn_options_text(options, name);

    return text != NULL ? read_size(text) : (double)NAN;
}

const char *sn_options_list(const sn_options *options, const char *name, size_t k)
{
    const struct sn_option_value *value = find(options, name);

    return k < value->count ? value->text[k] : NULL;
}
