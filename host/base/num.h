/* host/base/num.h — integer arithmetic that neither overflows nor hides what it rounds */
#ifndef LG_BASE_NUM_H
#define LG_BASE_NUM_H

#include <math.h>
#include <stdint.h>
#include "base/status.h"

/** a * b / c through 128 bits, rounded half away from zero; c > 0. A result past int64 is a bug:
 * asserts. */
static inline int64_t lg_muldiv(int64_t a, int64_t b, int64_t c)
{
    __int128 product = (__int128)a * b;
    __int128 half = c / 2;
    __int128 result = (product >= 0 ? product + half : product - half) / c;
    LG_ASSERT(result >= INT64_MIN && result <= INT64_MAX);
    return (int64_t)result;
}

/** a + b; overflow is a bug: asserts. */
static inline int64_t lg_add(int64_t a, int64_t b)
{
    int64_t sum;
    LG_ASSERT(!__builtin_add_overflow(a, b, &sum));
    return sum;
}

/** Adds @p more to *@p sum; false, and *@p sum as it was, when that leaves -@p max to @p max. */
static inline bool lg_sum_within(int64_t *sum, int64_t more, int64_t max)
{
    int64_t result;
    if (__builtin_add_overflow(*sum, more, &result) || result > max || result < -max)
        return false;
    *sum = result;
    return true;
}

/** @p value as it is shown: NaN without the sign that the processor happens to give it. */
static inline double lg_shown(double value)
{
    return isnan(value) ? (double)NAN : value;
}

static inline int64_t lg_min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t lg_max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

#endif
