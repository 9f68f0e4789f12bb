/* network.h - a generated firm network, ready for timings. */
#ifndef SN_BENCH_NETWORK_H
#define SN_BENCH_NETWORK_H

#include <stddef.h>

#include "graph/network.h"

/** bench_network - draw a network of 60 sectors with a fixed seed (firms.h); ends the program
 *  when memory runs out. */
sn_network *bench_network(size_t firms, size_t degree);

#endif /* SN_BENCH_NETWORK_H */
