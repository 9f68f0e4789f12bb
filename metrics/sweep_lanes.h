/* sweep_lanes.h - eight numbers side by side, in the widest registers compiled for.
 *
 * For sweep_kernel.c only.  Vectors are as wide as the registers are: a compiler that has to
 * cut wider ones to pieces passes them through memory, which costs ten times as much.  Where
 * one operand is no number, larger and smaller give the second one.
 */
#ifndef SN_METRICS_SWEEP_LANES_H
#define SN_METRICS_SWEEP_LANES_H

#include "metrics/sweep_private.h"

/* Each loop is wanted once per kind of row. */
#define SN_INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define SN_WIDTH 8
#elif defined(__AVX2__)
#define SN_WIDTH 4
#else
#define SN_WIDTH 2
#endif
#ifdef __SSE2__
#include <immintrin.h>
#endif

enum { PARTS = SN_LANES / SN_WIDTH };

typedef double part __attribute__((vector_size(SN_WIDTH * sizeof(double)), may_alias));
typedef int64_t part_mask __attribute__((vector_size(SN_WIDTH * sizeof(int64_t)), may_alias));

/* The same eight numbers as an sn_lanes; a mask is 0 or -1 in each lane. */
typedef struct {
    part p[PARTS];
} lanes;

typedef struct {
    part_mask p[PARTS];
} mask;

#define EACH_PART for (int k = 0; k < PARTS; k++)

SN_INLINE part larger_part(part a, part b)
{
#if SN_WIDTH == 8
    return (part)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif SN_WIDTH == 4
    return (part)_mm256_max_pd((__m256d)a, (__m256d)b);
#elif defined(__SSE2__)
    return (part)_mm_max_pd((__m128d)a, (__m128d)b);
#else
    const part_mask m = a > b;
    return (part)((m & (part_mask)a) | (~m & (part_mask)b));
#endif
}

SN_INLINE part smaller_part(part a, part b)
{
#if SN_WIDTH == 8
    return (part)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif SN_WIDTH == 4
    return (part)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif defined(__SSE2__)
    return (part)_mm_min_pd((__m128d)a, (__m128d)b);
#else
    const part_mask m = a < b;
    return (part)((m & (part_mask)a) | (~m & (part_mask)b));
#endif
}

SN_INLINE bool any_part(part_mask m)
{
#if SN_WIDTH == 8
    return _mm512_movepi64_mask((__m512i)m) != 0;
#elif SN_WIDTH == 4
    return _mm256_movemask_pd((__m256d)m) != 0;
#elif defined(__SSE2__)
    return _mm_movemask_pd((__m128d)m) != 0;
#else
    return (m[0] | m[1]) != 0;
#endif
}

SN_INLINE lanes load(const sn_lanes *from)
{
    lanes a;

    EACH_PART a.p[k] = ((const part *)from)[k];
    return a;
}

SN_INLINE void save(sn_lanes *to, lanes a)
{
    EACH_PART ((part *)to)[k] = a.p[k];
}

SN_INLINE lanes all(double a)
{
    lanes x;

    EACH_PART x.p[k] = a - (part){0};
    return x;
}

SN_INLINE lanes plus(lanes a, lanes b)
{
    EACH_PART a.p[k] += b.p[k];
    return a;
}

SN_INLINE lanes minus(lanes a, lanes b)
{
    EACH_PART a.p[k] -= b.p[k];
    return a;
}

SN_INLINE lanes times(lanes a, lanes b)
{
    EACH_PART a.p[k] *= b.p[k];
    return a;
}

SN_INLINE lanes scaled(lanes a, double by)
{
    EACH_PART a.p[k] *= by;
    return a;
}

SN_INLINE lanes over(lanes a, lanes b)
{
    EACH_PART a.p[k] /= b.p[k];
    return a;
}

SN_INLINE lanes larger(lanes a, lanes b)
{
    EACH_PART a.p[k] = larger_part(a.p[k], b.p[k]);
    return a;
}

SN_INLINE lanes smaller(lanes a, lanes b)
{
    EACH_PART a.p[k] = smaller_part(a.p[k], b.p[k]);
    return a;
}

SN_INLINE lanes size_of(lanes a)
{
    EACH_PART a.p[k] = larger_part(a.p[k], -a.p[k]);
    return a;
}

SN_INLINE mask is_above(lanes a, lanes b)
{
    mask m;

    EACH_PART m.p[k] = a.p[k] > b.p[k];
    return m;
}

SN_INLINE bool any(mask m)
{
    part_mask joined = m.p[0];

    for (int k = 1; k < PARTS; k++)
        joined |= m.p[k];
    return any_part(joined);
}

SN_INLINE bool differ(lanes a, lanes b)
{
    mask m;

    EACH_PART m.p[k] = a.p[k] != b.p[k];
    return any(m);
}

SN_INLINE lanes choose(mask m, lanes a, lanes b)
{
    EACH_PART a.p[k] = (part)((m.p[k] & (part_mask)a.p[k]) | (~m.p[k] & (part_mask)b.p[k]));
    return a;
}

#endif /* SN_METRICS_SWEEP_LANES_H */
