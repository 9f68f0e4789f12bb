/* sweep_floor.c - which removals are tried, and what each costs at least. */
#include <gsl/gsl_rng.h>

#include "metrics/sweep_private.h"

sn_status sn_sweep_sample(size_t count, size_t wanted, uint64_t seed, bool *chosen,
                          sn_error *err)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t left = wanted < count ? wanted : count;

    if (rng == NULL)
        return sn_nomem(err, "a sample");
    gsl_rng_set(rng, (unsigned long)seed);
    for (size_t k = 0; k < count; k++) {
        chosen[k] = gsl_rng_uniform(rng) * (double)(count - k) < (double)left;
        left -= chosen[k];
    }
    gsl_rng_free(rng);
    return SN_OK;
}

/* Whether an essential input of a node comes from lost suppliers alone. */
static bool is_starved(const sn_system *s, size_t node, const uint8_t *lost, size_t *visits)
{
    if (s->row[node].passed < 1)
        return false;
    for (size_t a = s->row[node].first; a < s->row[node].end; a++) {
        size_t e = s->entry_first[a];

        if (s->group[a] == SN_NONE) /* not essential */
            continue;
        while (e < s->entry_first[a + 1] && lost[s->peer[e]])
            e++;
        *visits += e - s->entry_first[a] + 1;
        if (e == s->entry_first[a + 1])
            return true;
    }
    return false;
}

double sn_sweep_floor(const sn_sweep_plan *plan, const int32_t *hit, const double *left,
                      size_t hit_count, size_t visits, uint8_t *scratch, int32_t *queue)
{
    const sn_network *net = plan->net;
    const sn_system *s = &plan->cascade->system[SN_DOWN];
    size_t filled = 0, visited = 0;
    double weight = 0;

    for (size_t k = 0; k < hit_count; k++)
        if ((left == NULL || left[k] <= 0) && !scratch[hit[k]]) {
            scratch[hit[k]] = 1;
            queue[filled++] = hit[k];
        }
    for (size_t at = 0; at < filled && visited < visits; at++)
        for (size_t e = net->out_first[queue[at]];
             e < net->out_first[queue[at] + 1] && visited < visits; e++) {
            const int32_t buyer = net->buyer[e];
            visited++;
            if (scratch[buyer] || !is_starved(s, (size_t)buyer, scratch, &visited))
                continue;
            scratch[buyer] = 1;
            queue[filled++] = buyer;
        }
    for (size_t k = 0; k < filled; k++) {
        weight += plan->weight[queue[k]];
        scratch[queue[k]] = 0;
    }
    return weight;
}
