/* lanes.h - numbers side by side: as many as a register of the instruction set compiled for
 * holds.
 *
 * For loops that are compiled once per instruction set.  Vectors are as wide as the registers
 * are: a compiler that has to cut wider ones to pieces passes them through memory, which costs
 * ten times as much.  With SN_WIDTH set to 1 a pack is a plain double.  Where one operand is no
 * number, pack_larger and pack_smaller give the second one.
 */
#ifndef SN_METRICS_LANES_H
#define SN_METRICS_LANES_H

#include <stdbool.h>
#include <stdint.h>

/* Each loop is wanted once per kind of row. */
#define SN_INLINE static inline __attribute__((always_inline))

#ifndef SN_WIDTH
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define SN_WIDTH 8
#elif defined(__AVX2__)
#define SN_WIDTH 4
#else
#define SN_WIDTH 2
#endif
#endif
#if SN_WIDTH > 1 && defined(__SSE2__)
#include <immintrin.h>
#endif

#if SN_WIDTH == 1
typedef double pack;
typedef int pack_mask; /* 0 or 1 */
#else
typedef double pack __attribute__((vector_size(SN_WIDTH * sizeof(double))));
/* 0 or -1 in each lane */
typedef int64_t pack_mask __attribute__((vector_size(SN_WIDTH * sizeof(int64_t))));
#endif

SN_INLINE pack pack_choose(pack_mask m, pack a, pack b)
{
#if SN_WIDTH == 1
    return m ? a : b;
#elif SN_WIDTH == 4
    return (pack)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)m);
#elif SN_WIDTH == 2 && defined(__SSE2__)
    return (pack)_mm_or_pd(_mm_and_pd((__m128d)m, (__m128d)a),
                           _mm_andnot_pd((__m128d)m, (__m128d)b));
#else
    return (pack)((m & (pack_mask)a) | (~m & (pack_mask)b));
#endif
}

SN_INLINE pack pack_larger(pack a, pack b)
{
#if SN_WIDTH == 8
    return (pack)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif SN_WIDTH == 4
    return (pack)_mm256_max_pd((__m256d)a, (__m256d)b);
#elif SN_WIDTH == 2 && defined(__SSE2__)
    return (pack)_mm_max_pd((__m128d)a, (__m128d)b);
#else
    return pack_choose(a > b, a, b);
#endif
}

SN_INLINE pack pack_smaller(pack a, pack b)
{
#if SN_WIDTH == 8
    return (pack)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif SN_WIDTH == 4
    return (pack)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif SN_WIDTH == 2 && defined(__SSE2__)
    return (pack)_mm_min_pd((__m128d)a, (__m128d)b);
#else
    return pack_choose(a < b, a, b);
#endif
}

SN_INLINE bool pack_any(pack_mask m)
{
#if SN_WIDTH == 8
    return _mm512_movepi64_mask((__m512i)m) != 0;
#elif SN_WIDTH == 4
    return _mm256_movemask_pd((__m256d)m) != 0;
#elif SN_WIDTH == 2 && defined(__SSE2__)
    return _mm_movemask_pd((__m128d)m) != 0;
#elif SN_WIDTH == 2
    return (m[0] | m[1]) != 0;
#else
    return m != 0;
#endif
}

#endif /* SN_METRICS_LANES_H */
