/* centrality_private.h - searches for shortest paths, for the centralities only. */
#ifndef SN_METRICS_CENTRALITY_PRIVATE_H
#define SN_METRICS_CENTRALITY_PRIVATE_H

#include <stdint.h>

#include "metrics/centrality.h"

/** sn_length - of a path.  Extended precision: sums of lengths from ten and more decades. */
typedef long double sn_length;

/** sn_lengths - the length of every link, in the order of out_to and of in_from. */
typedef struct {
    sn_length *out, *in; /* [m]; NULL: every link is 1 */
} sn_lengths;

sn_status sn_lengths_make(const sn_links *links, sn_link_weight weight, sn_lengths *lengths,
                          sn_error *err);
void sn_lengths_clear(sn_lengths *lengths);

/** sn_search - one search from a vertex; scratch of one thread. */
typedef struct {
    const size_t *first; /* of the links to follow */
    const int32_t *end;
    const sn_length *length; /* NULL: hops */
    bool sorted;             /* the links of a vertex come in ascending order of length */
    sn_length limit;         /* vertices farther than this are not looked at            */
    sn_length *distance;     /* [n] valid where state is not NEW */
    double *paths;           /* [n] shortest paths from the start */
    uint8_t *state;          /* [n] 0 new, 1 seen, 2 settled */
    int32_t *settled;        /* [n] in order of distance */
    size_t settled_count;
    int32_t *touched; /* [n] all that is not new */
    size_t touched_count;
    int32_t *heap; /* [n] indices, the nearest first */
    int32_t *place; /* [n] where a seen vertex stands in the heap */
    size_t heap_count;
} sn_search;

enum { SN_NEW, SN_SEEN, SN_SETTLED };

sn_status sn_search_new(size_t n, sn_search *search, sn_error *err);
void sn_search_clear(sn_search *search);

/** sn_search_start - forget the last search and begin at a vertex, without a limit. */
void sn_search_start(sn_search *search, int32_t start);

/** sn_search_step - settle the next vertex and look along its links.  Returns it, or -1. */
int32_t sn_search_step(sn_search *search);

/** sn_same_length - whether two paths are equally long: within rounding, 2^-58 of the longer. */
static inline int sn_same_length(sn_length a, sn_length b)
{
    const sn_length difference = a > b ? a - b : b - a;

    return difference <= (a > b ? a : b) * 0x1p-58L;
}

#endif /* SN_METRICS_CENTRALITY_PRIVATE_H */
