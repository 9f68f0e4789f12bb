/* memory.c - what the system offers beyond malloc. */
#define _DEFAULT_SOURCE /* madvise */

#include "graph/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef _OPENMP
#include <omp.h>
#endif

void *sn_large_alloc(size_t bytes)
{
    const size_t page = (size_t)2 << 20;

    if (bytes < SN_LARGE)
        return malloc(bytes);
    if (bytes > SIZE_MAX - page)
        return NULL;
    bytes = (bytes + page - 1) / page * page;
    void *block = aligned_alloc(page, bytes);
#ifdef MADV_HUGEPAGE
    if (block != NULL)
        (void)madvise(block, bytes, MADV_HUGEPAGE); /* a wish: small pages do as well */
#endif
    return block;
}

bool sn_grow(void *array, size_t room, size_t size)
{
    void *old, *larger;

    memcpy(&old, array, sizeof old);
    larger = realloc(old, room * size);
    if (larger == NULL)
        return false;
    memcpy(array, &larger, sizeof larger);
    return true; /* cppcheck-suppress memleak ; *array has it */
}

int sn_threads(void)
{
#ifdef _OPENMP
    const int threads = omp_get_max_threads();
    return threads < SN_MOST_THREADS ? threads : SN_MOST_THREADS;
#else
    return 1;
#endif
}

int sn_threads_for(size_t items, size_t worth)
{
    const size_t useful = items / worth + 1;
    const int threads = sn_threads();

    return useful < (size_t)threads ? (int)useful : threads;
}
