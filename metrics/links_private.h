/* links_private.h - between links.c and links_core.c only. */
#ifndef SN_METRICS_LINKS_PRIVATE_H
#define SN_METRICS_LINKS_PRIVATE_H

#include "metrics/links.h"

typedef struct {
    int32_t to;
    double amount;
} sn_link;

/* Take over links, those of vertex v at first[v] .. first[v + 1], each vertex's in ascending order
 * of the other end, and list them by the vertex they enter.  `first` is the links' afterwards, also
 * after a failure. */
sn_status sn_links_fill(sn_links *links, size_t n, size_t *first, const sn_link *list,
                        sn_error *err);

#endif /* SN_METRICS_LINKS_PRIVATE_H */
