/* trace.c - the tracing matrix of a network and its strong components. */
#include "metrics/trace.h"

#include <math.h>
#include <stdlib.h>

#include "graph/network_private.h"

/* A country's self-flow is its own production, not a purchase. */
static bool is_home_use(const sn_network *net, size_t flow)
{
    return net->supplier[flow] == net->buyer[flow] &&
           net->kind[net->buyer[flow]] == SN_KIND_COUNTRY;
}

/* The column of one buyer: what it buys, gets and hands on. */
static void read_buyer(sn_trace *t, size_t j)
{
    const sn_network *net = t->net;
    const bool firm = net->kind[j] == SN_KIND_FIRM;
    double bought = 0, made = net->primary[j];

    for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++)
        if (!is_home_use(net, net->in_flow[k]))
            bought += net->value[net->in_flow[k]];
    if (net->kind[j] == SN_KIND_COUNTRY && made < net->self[j])
        made = net->self[j]; /* what is used at home was made, whatever the column says */
    t->supply[j] = bought + made;
    t->own[j] = t->supply[j] > 0 ? made / t->supply[j] : 0;
    t->handed[j] = firm && net->output[j] > t->supply[j] ? net->output[j] : t->supply[j];
    t->made[j] = t->handed[j] > 0 ? (t->handed[j] - bought) / t->handed[j] : 0;
    for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
        const size_t e = net->in_flow[k];
        t->input[e] = is_home_use(net, e) ? 0 : net->value[e] / t->handed[j];
    }
}

/* Tarjan's search along the flows into each node, without recursion.  Components come out
 * suppliers first; they are written from the back, so that `order` has buyers first. */
struct search {
    const sn_network *net;
    int32_t *number; /* [n] order of discovery, 0 = not yet met                 */
    int32_t *low;    /* [n] least number in reach; INT32_MAX once in a component */
    int32_t *open;   /* [n] nodes met and not yet in a component                */
    int32_t *path;   /* [n] the nodes being searched                            */
    size_t *next;    /* [n] next place in in_flow to look at, along the path    */
    size_t open_count, path_count, room;
    int32_t met;
};

static void enter(struct search *s, int32_t node)
{
    s->number[node] = s->low[node] = ++s->met;
    s->open[s->open_count++] = node;
    s->next[s->path_count] = s->net->in_first[node];
    s->path[s->path_count++] = node;
}

/* Every node of a finished component; the sizes are noted in first[] counted from its end. */
static void close_component(sn_trace *t, struct search *s, int32_t root)
{
    int32_t node;

    do {
        node = s->open[--s->open_count];
        s->low[node] = INT32_MAX;
        t->order[--s->room] = node;
        t->place[node] = (int32_t)s->room;
    } while (node != root);
    t->first[t->net->node_count - t->component_count++] = s->room;
}

static void search_from(sn_trace *t, struct search *s, int32_t root)
{
    enter(s, root);
    while (s->path_count > 0) {
        const int32_t j = s->path[s->path_count - 1];
        size_t *next = &s->next[s->path_count - 1];

        if (*next < s->net->in_first[j + 1]) {
            const int32_t i = s->net->supplier[s->net->in_flow[(*next)++]];
            if (s->number[i] == 0)
                enter(s, i);
            else if (s->low[i] != INT32_MAX && s->number[i] < s->low[j])
                s->low[j] = s->number[i];
            continue;
        }
        s->path_count--;
        if (s->path_count > 0) {
            int32_t *low = &s->low[s->path[s->path_count - 1]];
            *low = s->low[j] < *low ? s->low[j] : *low;
        }
        if (s->low[j] == s->number[j])
            close_component(t, s, j);
    }
}

static sn_status find_components(sn_trace *t, sn_error *err)
{
    const size_t n = t->net->node_count;
    struct search s = {.net = t->net, .room = n};
    sn_status status = SN_OK;

    s.number = calloc(n + 1, sizeof *s.number);
    s.low = malloc((n + 1) * sizeof *s.low);
    s.open = malloc((n + 1) * sizeof *s.open);
    s.path = malloc((n + 1) * sizeof *s.path);
    s.next = malloc((n + 1) * sizeof *s.next);
    if (s.number == NULL || s.low == NULL || s.open == NULL || s.path == NULL ||
        s.next == NULL) {
        status = sn_nomem(err, "the search for loops");
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        if (s.number[i] == 0)
            search_from(t, &s, (int32_t)i);
    /* The starts stand at the end of first[], in order: move them to the front. */
    for (size_t c = 0; c < t->component_count; c++)
        t->first[c] = t->first[n - t->component_count + 1 + c];
    t->first[t->component_count] = n;
out:
    free(s.number);
    free(s.low);
    free(s.open);
    free(s.path);
    free(s.next);
    return status;
}

sn_status sn_trace_new(const sn_network *net, sn_trace **trace, sn_error *err)
{
    const size_t n = net->node_count, m = net->flow_count;
    sn_trace *t = calloc(1, sizeof *t);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(t, "the tracing matrix");
    t->net = net;
    double **column[] = {&t->handed, &t->supply, &t->own, &t->made, &t->input};
    for (size_t c = 0; c < 5; c++)
        SN_TRY_ALLOC(*column[c] = malloc((c < 4 ? n + 1 : m + 1) * sizeof(double)),
                     "the tracing matrix");
    SN_TRY_ALLOC(t->order = malloc((n + 1) * sizeof *t->order), "the tracing matrix");
    SN_TRY_ALLOC(t->place = malloc((n + 1) * sizeof *t->place), "the tracing matrix");
    SN_TRY_ALLOC(t->first = malloc((n + 2) * sizeof *t->first), "the tracing matrix");
    for (size_t j = 0; j < n; j++)
        read_buyer(t, j);
    SN_TRY(find_components(t, err));
    *trace = t;
    t = NULL;
out:
    sn_trace_free(t);
    return status;
}

void sn_trace_free(sn_trace *trace)
{
    if (trace == NULL)
        return;
    free(trace->handed);
    free(trace->supply);
    free(trace->own);
    free(trace->made);
    free(trace->input);
    free(trace->order);
    free(trace->place);
    free(trace->first);
    free(trace);
}

double sn_trace_first_step(const sn_trace *trace, size_t flow)
{
    const sn_network *net = trace->net;

    return is_home_use(net, flow) ? 0 : net->value[flow] / trace->supply[net->buyer[flow]];
}

bool sn_trace_once(const sn_trace *trace, size_t node)
{
    const size_t place = (size_t)trace->place[node];
    size_t low = 0, high = trace->component_count; /* first[low] <= place < first[high] */

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (trace->first[middle] <= place)
            low = middle;
        else
            high = middle;
    }
    return trace->first[high] - trace->first[low] == 1 &&
           (trace->net->self[node] <= 0 || trace->net->kind[node] == SN_KIND_COUNTRY);
}
