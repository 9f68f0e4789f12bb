/* memory.c - what the system offers beyond malloc. */
#define _DEFAULT_SOURCE /* madvise */

#include "graph/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

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

void *sn_large_zero(size_t bytes)
{
    if (bytes < SN_LARGE)
        return calloc(1, bytes);
    void *block = sn_large_alloc(bytes);
    if (block != NULL)
        memset(block, 0, bytes);
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

/* What counts against RLIMIT_DATA; stacks, which do not, are in it but small.  0: not known. */
static double data_in_use(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    char line[256] = "", *at = line;

    if (file == NULL)
        return 0;
    const bool read = fgets(line, sizeof line, file) != NULL;
    (void)fclose(file);
    for (int k = 0; k < 5 && read; k++)
        (void)strtoul(at, &at, 10);
    return (double)strtoul(at, NULL, 10) * (double)sysconf(_SC_PAGESIZE);
}

#ifdef __has_feature
#define SN_HAS_FEATURE(feature) __has_feature(feature)
#else
#define SN_HAS_FEATURE(feature) 0
#endif

void sn_memory_limit(uint64_t bytes, int threads)
{
#if defined(__SANITIZE_ADDRESS__) || SN_HAS_FEATURE(address_sanitizer)
    (void)bytes, (void)threads;
#else
    struct rlimit limit;
    volatile int started = 0;

    (void)threads;
#pragma omp parallel num_threads(threads)
#pragma omp atomic
    started++;
    const double most = data_in_use() + (double)bytes;
    if (getrlimit(RLIMIT_DATA, &limit) != 0 ||
        (limit.rlim_cur != RLIM_INFINITY && (double)limit.rlim_cur <= most))
        return; /* the system's own is tighter */
    limit.rlim_cur = (rlim_t)most;
    (void)setrlimit(RLIMIT_DATA, &limit);
#endif
}

sn_status sn_memory_need(double bytes, const char *what, sn_error *err)
{
    const double gib = (double)(1 << 30), mib = (double)(1 << 20);
    struct rlimit limit;

    if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        data_in_use() + bytes <= (double)limit.rlim_cur)
        return SN_OK;
    return sn_fail(err, SN_ENOMEM, "out of memory: %s take about %.3g %s", what,
                   bytes < gib ? bytes / mib : bytes / gib, bytes < gib ? "MiB" : "GiB");
}
