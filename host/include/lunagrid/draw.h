/* include/lunagrid/draw.h — randomness for device models: a pure function of where it is asked for
 *
 * There is no stream to advance: a draw is a hash of (seed, what it is for, place in time), so it
 * can be repeated alone, and one device's draws never shift another's. Give each use its own
 * `purpose`.
 */
#ifndef LUNAGRID_DRAW_H
#define LUNAGRID_DRAW_H

#include <stdint.h>
#include "lunagrid/detmath.h"

/** Finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes every bit. */
static inline uint64_t lg_draw_mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/** 64 random bits for (@p purpose, @p place) under @p seed. */
static inline uint64_t lg_draw_bits(uint64_t seed, uint64_t purpose, int64_t place)
{
    return lg_draw_mix(lg_draw_mix(seed ^ lg_draw_mix(purpose)) ^ (uint64_t)place);
}

/** A number in [0, 1), even. */
static inline double lg_draw_unit(uint64_t seed, uint64_t purpose, int64_t place)
{
    return (double)(lg_draw_bits(seed, purpose, place) >> 11) * 0x1.0p-53;
}

/**
 * Smooth noise: even draws at whole numbers, joined by smooth steps. In [0, 1), mean 0.5; @p
 * position in any unit, one new draw a unit.
 */
static inline double lg_draw_smooth(uint64_t seed, uint64_t purpose, double position)
{
    double knot = lg_det_floor(position), part = position - knot;
    double from = lg_draw_unit(seed, purpose, (int64_t)knot);
    double to = lg_draw_unit(seed, purpose, (int64_t)knot + 1);
    return from + (to - from) * (part * part * (3.0 - 2.0 * part));
}

#endif
