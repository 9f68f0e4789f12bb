/* memory.h - memory for long arrays, and how many threads fill them. */
#ifndef SN_GRAPH_MEMORY_H
#define SN_GRAPH_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"

/**
 * sn_large_alloc - memory for a long array that is read and written all over.
 *
 * From SN_LARGE bytes on it is asked for in large pages, where the system has them: a page
 * fault and an address look-up for each 4 KiB cost more than the work on 10^7 flows.  Smaller
 * blocks come from malloc.
 *
 * Returns  memory that free() gives back, not cleared; NULL when there is none.
 */
enum { SN_LARGE = 4 << 20 };
void *sn_large_alloc(size_t bytes);

/** sn_large_zero - the same, cleared. */
void *sn_large_zero(size_t bytes);

/** sn_grow - `room` items of `size` bytes for *array, a pointer to objects of any type; false, and
 *  *array as it was, when memory runs out. */
bool sn_grow(void *array, size_t room, size_t size);

/** sn_threads - how many threads may work on one network: what OpenMP says (OMP_NUM_THREADS),
 *  at most SN_MOST_THREADS; 1 where the program is built without it. */
enum { SN_MOST_THREADS = 64 };
int sn_threads(void);

/** sn_threads_for - as many of them as `items` items are worth, `worth` for each. */
int sn_threads_for(size_t items, size_t worth);

/**
 * sn_memory_limit - from now on the process takes no more than so many bytes beyond what it
 * holds.
 *
 * The system keeps the limit (RLIMIT_DATA): every allocation beyond it fails like one for which
 * there is no memory.  Mapped files and the stacks of OpenMP's threads, which are started here,
 * do not count; `threads` are the most that will be asked for.  Without effect under the
 * address sanitizer, whose shadow would count.
 */
void sn_memory_limit(uint64_t bytes, int threads);

/** sn_memory_need - SN_ENOMEM where what is about to be taken piece by piece is more than the
 *  limit leaves (of sn_memory_limit, or of `ulimit -d`); what: "1000000 flows". */
sn_status sn_memory_need(double bytes, const char *what, sn_error *err);

#endif /* SN_GRAPH_MEMORY_H */
