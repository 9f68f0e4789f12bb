/* selector.c - key=value|value & ... over the typed columns of a network. */
#include "graph/selector.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "graph/network_private.h"

typedef enum {
    KEY_ID,
    KEY_COUNTRY,
    KEY_OWNER,
    KEY_KIND,
    KEY_COMMODITY,
    KEY_STAGE,
    KEY_SECTOR,
    KEY_COALITION,
    KEY_COUNT
} key;

static const char *const key_names[] = {"id",        "country", "owner",  "kind",
                                        "commodity", "stage",   "sector", "coalition"};
static const char *const kind_names[] = {"country", "firm", "stage"};
static const sn_column column_of[] = {[KEY_COUNTRY] = SN_COUNTRY,
                                      [KEY_OWNER] = SN_OWNER,
                                      [KEY_COMMODITY] = SN_COMMODITY,
                                      [KEY_STAGE] = SN_STAGE,
                                      [KEY_SECTOR] = SN_SECTOR};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein distance, case ignored; words over 63 bytes are compared by their beginning. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[65];
    const size_t la = least(strlen(a), 63), lb = least(strlen(b), 63);

    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            const size_t above = row[j];
            const bool same =
                tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            row[j] = least(least(row[j], row[j - 1]) + 1, diagonal + !same);
            diagonal = above;
        }
    }
    return row[lb];
}

const char *sn_nearest(const char *word, const char *const *candidate, size_t count)
{
    const size_t length = strlen(word), limit = length / 3 > 1 ? length / 3 : 1;
    size_t best = limit + 1;
    const char *nearest = NULL;

    for (size_t c = 0; c < count; c++) {
        const size_t distance = edit_distance(word, candidate[c]);
        if (distance < best) {
            best = distance;
            nearest = candidate[c];
        }
    }
    return nearest;
}

/* Kinds and coalitions are the same for every network; the rest is looked for in this one. */
sn_status sn_choose(const char *what, const char *word, const char *const *known, size_t count,
                    size_t *chosen, sn_error *err)
{
    const char *near = sn_nearest(word, known, count);
    char list[400] = "";

    for (size_t k = 0; k < count; k++) {
        const size_t length = strlen(list);
        if (strcmp(word, known[k]) == 0) {
            *chosen = k;
            return SN_OK;
        }
        (void)snprintf(list + length, sizeof list - length, "%s%s", k > 0 ? ", " : "", known[k]);
    }
    return sn_fail(err, SN_EUSAGE, "unknown %s \"%s\"%s%s%s (%s)", what, word,
                   near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?" : "", list);
}

static sn_status unknown_value(const char *what, bool in_network, const char *value,
                               const char *const *candidate, size_t count, sn_error *err)
{
    const char *near = sn_nearest(value, candidate, count);
    const char *where = in_network ? " in the network" : "";

    if (near != NULL)
        return sn_fail(err, SN_EUSAGE, "no %s \"%s\"%s; did you mean \"%s\"?", what, value,
                       where, near);
    if (count > 0 && count <= 12) { /* few enough to name them all */
        char list[256] = "";
        for (size_t c = 0; c < count && strlen(list) + strlen(candidate[c]) + 3 < sizeof list;
             c++) {
            strcat(list, c > 0 ? ", " : "");
            strcat(list, candidate[c]);
        }
        return sn_fail(err, SN_EUSAGE, "no %s \"%s\"%s (it %s %s)", what, value, where,
                       in_network ? "has" : "is one of", list);
    }
    return sn_fail(err, SN_EUSAGE, "no %s \"%s\"%s (of %zu)", what, value, where, count);
}

/* A dictionary code, matched exactly; places also in any case. */
static int32_t find_code(const sn_dict *dict, const char *value, bool any_case)
{
    int32_t code = sn_dict_find(dict, value, strlen(value));

    for (int32_t c = 0; code == SN_NONE && any_case && c < dict->count; c++)
        if (strcasecmp(dict->text[c], value) == 0)
            code = c;
    return code;
}

struct matcher {
    const sn_network *net;
    const sn_coalitions *coalitions;
    sn_ownership rule;
    sn_selection *selection;
    double *term;  /* [n] weight of the current term                                  */
    bool *counted; /* [places] owners that the current term has named already        */
};

static void match_owner(const struct matcher *m, int32_t owner)
{
    if (m->counted[owner])
        return;
    m->counted[owner] = true;
    for (size_t i = 0; i < m->net->node_count; i++) {
        size_t count;
        const sn_owner_share *share = sn_network_owners(m->net, m->rule, i, &count);
        for (size_t k = 0; k < count; k++)
            if (share[k].owner == owner)
                m->term[i] += share[k].share;
        if (m->term[i] > 1)
            m->term[i] = 1; /* shares may exceed 1 by a rounding */
    }
}

static sn_status match_id(const struct matcher *m, const char *value, sn_error *err)
{
    const int64_t node = sn_network_find(m->net, value);

    if (node < 0)
        return unknown_value("node", true, value, m->net->ids.text, m->net->node_count, err);
    m->term[node] = 1;
    return SN_OK;
}

static sn_status match_kind(const struct matcher *m, const char *value, sn_error *err)
{
    for (size_t k = 0; k < 3; k++) {
        if (strcasecmp(value, kind_names[k]) != 0)
            continue;
        for (size_t i = 0; i < m->net->node_count; i++)
            if (m->net->kind[i] == k)
                m->term[i] = 1;
        return SN_OK;
    }
    return unknown_value("kind", false, value, kind_names, 3, err);
}

/* Whether a code of a text column means any node; its nodes are matched. */
static bool match_code(const struct matcher *m, sn_column column, int32_t code)
{
    bool any = false;

    for (size_t i = 0; code != SN_NONE && i < m->net->node_count; i++)
        if (sn_network_code(m->net, column, i) == code) {
            m->term[i] = 1;
            any = true;
        }
    return any;
}

static sn_status match_coalition(const struct matcher *m, const char *value, sn_error *err)
{
    const sn_coalitions *list = m->coalitions;
    const char *name[64];
    size_t names = 0;
    bool found = false;

    if (list == NULL)
        return sn_fail(err, SN_EUSAGE, "no list of coalitions is loaded");
    for (size_t r = 0; r < list->count; r++) {
        if (names == 0 || strcmp(list->row[r].coalition, name[names - 1]) != 0)
            if (names < 64)
                name[names++] = list->row[r].coalition;
        if (strcasecmp(list->row[r].coalition, value) != 0)
            continue;
        found = true;
        (void)match_code(m, SN_COUNTRY,
                         find_code(&m->net->dict[SN_COUNTRY], list->row[r].country, false));
    }
    return found ? SN_OK : unknown_value("coalition", false, value, name, names, err);
}

static sn_status match_value(const struct matcher *m, key k, const char *value, sn_error *err)
{
    if (k == KEY_ID)
        return match_id(m, value, err);
    if (k == KEY_KIND)
        return match_kind(m, value, err);
    if (k == KEY_COALITION)
        return match_coalition(m, value, err);

    const sn_dict *dict = sn_network_dict(m->net, column_of[k]);
    const int32_t code = find_code(dict, value, k == KEY_COUNTRY || k == KEY_OWNER);
    if (code == SN_NONE)
        return unknown_value(key_names[k], true, value, dict->text, (size_t)dict->count, err);
    if (k == KEY_OWNER)
        match_owner(m, code);
    else
        (void)match_code(m, column_of[k], code);
    return SN_OK;
}

/* A bare word: a country if the network has it, else a node, else a country in another case.
 * A code that is known as an owner only is no country. */
static sn_status match_word(const struct matcher *m, const char *word, sn_error *err)
{
    const sn_dict *places = &m->net->dict[SN_COUNTRY];
    const int64_t node = sn_network_find(m->net, word);

    if (match_code(m, SN_COUNTRY, find_code(places, word, false)))
        return SN_OK;
    if (node >= 0) {
        m->selection->names_node = true;
        m->term[node] = 1;
        return SN_OK;
    }
    if (match_code(m, SN_COUNTRY, find_code(places, word, true)))
        return SN_OK;
    if (sn_nearest(word, places->text, (size_t)places->count) != NULL)
        return unknown_value("country or node", true, word, places->text, (size_t)places->count,
                             err);
    return unknown_value("country or node", true, word, m->net->ids.text, m->net->node_count,
                         err);
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    for (size_t n = strlen(text); n > 0 && isspace((unsigned char)text[n - 1]); n--)
        text[n - 1] = '\0';
    return text;
}

static sn_status find_key(const char *word, key *k, sn_error *err)
{
    for (*k = KEY_ID; *k < KEY_COUNT; (*k)++)
        if (strcmp(word, key_names[*k]) == 0)
            return SN_OK;
    const char *near = sn_nearest(word, key_names, KEY_COUNT);
    return sn_fail(err, SN_EUSAGE,
                   "unknown selector key \"%s\"%s%s%s (id, country, owner, kind, commodity, "
                   "stage, sector, coalition)",
                   word, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?" : "");
}

/* One term: fills m->term with its weights. */
static sn_status match_term(const struct matcher *m, char *term, sn_error *err)
{
    char *equals = strchr(term, '='), *value = term;
    const char *word = NULL;
    key k = KEY_COUNT; /* no key: words */
    sn_status status = SN_OK;

    if (equals != NULL) {
        *equals = '\0';
        word = trim(term);
        value = equals + 1;
        SN_TRY(find_key(word, &k, err));
        m->selection->by_owner |= k == KEY_OWNER;
        m->selection->names_node |= k == KEY_ID || k == KEY_STAGE;
    }
    for (char *next; value != NULL; value = next) {
        next = strchr(value, '|');
        if (next != NULL)
            *next++ = '\0';
        value = trim(value);
        if (*value == '\0' && word != NULL)
            return sn_fail(err, SN_EUSAGE, "selector key \"%s\" has an empty value", word);
        if (*value == '\0')
            return sn_fail(err, SN_EUSAGE,
                           "a word of the selector, before or after |, is empty");
        SN_TRY(k == KEY_COUNT ? match_word(m, value, err) : match_value(m, k, value, err));
    }
out:
    return status;
}

/* How much of the selected nodes' ownership nobody knows. */
static size_t count_unknown_owners(const sn_network *net, sn_ownership rule,
                                   const double *asked)
{
    size_t unknown = 0;

    for (size_t i = 0; i < net->node_count; i++)
        unknown += asked[i] > 0 && net->sales[i] > 0 &&
                   sn_network_owner_known(net, rule, i) < 1 - 1e-6;
    return unknown;
}

static sn_status apply_terms(struct matcher *m, char *text, double *asked, sn_error *err)
{
    const size_t n = m->net->node_count, places = (size_t)m->net->dict[SN_COUNTRY].count;
    sn_selection *selection = m->selection;
    sn_status status = SN_OK;

    for (char *term = text, *next; term != NULL; term = next) {
        next = strchr(term, '&');
        if (next != NULL)
            *next++ = '\0';
        if (*trim(term) == '\0')
            return sn_fail(err, SN_EUSAGE, "a selector, or a part of it between &, is empty");
        const bool asked_before = selection->by_owner;
        selection->by_owner = false;
        memset(m->term, 0, n * sizeof *m->term);
        memset(m->counted, 0, places * sizeof *m->counted);
        SN_TRY(match_term(m, term, err));
        const bool owner = selection->by_owner;
        selection->by_owner |= asked_before;
        for (size_t i = 0; i < n; i++) {
            selection->weight[i] *= m->term[i];
            if (!owner)
                asked[i] *= m->term[i];
        }
    }
out:
    return status;
}

sn_status sn_selector_apply(const sn_network *net, const char *text,
                            const sn_coalitions *coalitions, sn_ownership rule,
                            sn_selection *selection, sn_error *err)
{
    const size_t n = net->node_count;
    char *words = malloc(strlen(text) + 1); /* cut into terms and values in place */
    double *term = malloc((n + 1) * sizeof *term);
    double *asked = malloc((n + 1) * sizeof *asked); /* the selection, owners left out */
    bool *counted = malloc((size_t)net->dict[SN_COUNTRY].count + 1);
    struct matcher m = {net, coalitions, rule, selection, term, counted};
    sn_status status = SN_OK;

    memset(selection, 0, sizeof *selection);
    selection->weight = malloc((n + 1) * sizeof *selection->weight);
    if (words == NULL || term == NULL || asked == NULL || counted == NULL ||
        selection->weight == NULL) {
        status = sn_nomem(err, "a selection");
        goto out;
    }
    strcpy(words, text);
    const int64_t whole = strpbrk(text, "&|=") != NULL ? sn_network_find(net, text) : -1;
    for (size_t i = 0; i < n; i++)
        selection->weight[i] = asked[i] = whole < 0 || (size_t)whole == i;
    selection->names_node = whole >= 0;
    if (whole < 0)
        SN_TRY(apply_terms(&m, words, asked, err));
    for (size_t i = 0; i < n; i++)
        selection->matched += selection->weight[i] > 0;
    if (selection->by_owner)
        selection->unknown = count_unknown_owners(net, rule, asked);
    if (selection->matched == 0)
        status = sn_fail(err, SN_EUSAGE, "selector \"%s\" matches no node", text);
out:
    free(words);
    free(term);
    free(asked);
    free(counted);
    if (status != SN_OK)
        sn_selection_clear(selection);
    return status;
}

void sn_selection_clear(sn_selection *selection)
{
    free(selection->weight);
    memset(selection, 0, sizeof *selection);
}
