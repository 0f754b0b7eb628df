/* host/base/rng.h — randomness as a pure function of where it is asked for
 *
 * There is no shared stream: a draw is a hash of (seed, purpose, place, time, number), so one
 * asset's draws never shift another's and any draw can be repeated alone.
 */
#ifndef LG_BASE_RNG_H
#define LG_BASE_RNG_H

#include <stdint.h>

/** Finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes every bit. */
static inline uint64_t lg_mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/** 64 random bits for the place (a, b, c) under @p seed. */
static inline uint64_t lg_rng(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
    return lg_mix(lg_mix(lg_mix(lg_mix(seed) ^ a) ^ b) ^ c);
}

/** A number in [0, 1) with 53 random bits, exact on every machine. */
static inline double lg_rng_unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1.0p-53;
}

/** A number in [0, n), n > 0, without modulo bias worth measuring (multiply-shift). */
static inline uint32_t lg_rng_below(uint64_t bits, uint32_t n)
{
    return (uint32_t)(((bits >> 32) * n) >> 32);
}

/** A draw from the normal distribution, mean 0 and deviation 1, out of two draws of 64 bits each;
 * the same bits on every machine. Never beyond 8.6. */
double lg_rng_normal(uint64_t a, uint64_t b);

#endif
