/* sweep_lanes.h - eight numbers side by side, in the widest registers compiled for.
 *
 * For sweep_kernel.c only.
 */
#ifndef SN_METRICS_SWEEP_LANES_H
#define SN_METRICS_SWEEP_LANES_H

#include "metrics/lanes.h"
#include "metrics/sweep_private.h"

enum { PARTS = SN_LANES / SN_WIDTH };

/* The same eight numbers as an sn_lanes; a mask is 0 or -1 in each lane. */
typedef struct {
    pack p[PARTS];
} lanes;

typedef struct {
    pack_mask p[PARTS];
} mask;

#define EACH_PART for (int k = 0; k < PARTS; k++)

SN_INLINE lanes load(const sn_lanes *from)
{
    lanes a;

    EACH_PART a.p[k] = ((const pack *)from)[k];
    return a;
}

SN_INLINE void save(sn_lanes *to, lanes a)
{
    EACH_PART((pack *)to)[k] = a.p[k];
}

SN_INLINE lanes all(double a)
{
    lanes x;

    EACH_PART x.p[k] = a - (pack){0};
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
    EACH_PART a.p[k] = pack_larger(a.p[k], b.p[k]);
    return a;
}

SN_INLINE lanes smaller(lanes a, lanes b)
{
    EACH_PART a.p[k] = pack_smaller(a.p[k], b.p[k]);
    return a;
}

SN_INLINE lanes size_of(lanes a)
{
    EACH_PART a.p[k] = pack_larger(a.p[k], -a.p[k]);
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
    pack_mask joined = m.p[0];

    for (int k = 1; k < PARTS; k++)
        joined |= m.p[k];
    return pack_any(joined);
}

SN_INLINE bool differ(lanes a, lanes b)
{
    mask m;

    EACH_PART m.p[k] = a.p[k] != b.p[k];
    return any(m);
}

SN_INLINE lanes choose(mask m, lanes a, lanes b)
{
    EACH_PART a.p[k] = pack_choose(m.p[k], a.p[k], b.p[k]);
    return a;
}

#endif /* SN_METRICS_SWEEP_LANES_H */
