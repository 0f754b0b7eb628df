/* include/lunagrid/detmath.h — exp, sin and cos with the same bits on every machine
 *
 * The C library picks variants of these by processor, and their last bits differ; a run must not.
 * These use only IEEE additions, multiplications and exact scaling, and are compiled with
 * -ffp-contract=off. Accurate to about 1e-14 relative (exp, |x| < 700) and 1e-13 absolute (sin,
 * cos, |x| < 1e5): more than any device model here needs. The series are sums of x^n / n! with the
 * factorials' reciprocals written out by the compiler (constants, correctly rounded), so that
 * nothing is divided while a run goes on.
 */
#ifndef LUNAGRID_DETMATH_H
#define LUNAGRID_DETMATH_H

#include <stdint.h>
#include <string.h>

#define LG_PI 3.14159265358979323846

/** 2^k for -1022 <= k <= 1023. */
static inline double lg_det_pow2(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** The largest whole number that is not above @p x, |x| < 2^62. */
static inline double lg_det_floor(double x)
{
    double whole = (double)(int64_t)x;
    return whole > x ? whole - 1.0 : whole;
}

/** e^x: x = k ln2 + r, |r| <= ln2/2, Taylor series of degree 14 in r. 0 below -700, e^700 above
 * 700. */
static inline double lg_det_exp(double x)
{
    static const double c[] = {
        1.0 / 87178291200.0,
        1.0 / 6227020800.0,
        1.0 / 479001600.0,
        1.0 / 39916800.0,
        1.0 / 3628800.0,
        1.0 / 362880.0,
        1.0 / 40320.0,
        1.0 / 5040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        1.0 / 2.0,
        1.0,
        1.0,
    };
    const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    if (!(x > -700.0))
        return 0.0;
    if (x > 700.0)
        x = 700.0;
    double scaled = x * 1.44269504088896338700;
    int k = (int)(scaled + (scaled >= 0 ? 0.5 : -0.5));
    double r = (x - k * ln2_high) - k * ln2_low;
    double sum = c[0];
    for (int n = 1; n < (int)(sizeof c / sizeof c[0]); n++)
        sum = sum * r + c[n];
    return sum * lg_det_pow2(k);
}

/** sin(x): reduced to |r| <= pi/2, Taylor series of degree 21. */
static inline double lg_det_sin(double x)
{
    static const double c[] = {
        1.0 / 51090942171709440000.0,
        -1.0 / 121645100408832000.0,
        1.0 / 355687428096000.0,
        -1.0 / 1307674368000.0,
        1.0 / 6227020800.0,
        -1.0 / 39916800.0,
        1.0 / 362880.0,
        -1.0 / 5040.0,
        1.0 / 120.0,
        -1.0 / 6.0,
        1.0,
    };
    const double pi_high = 3.14159265160560607910, pi_low = 1.98418714791870343106e-09;
    double turns = x * (1.0 / LG_PI);
    int64_t k = (int64_t)(turns + (turns >= 0 ? 0.5 : -0.5));
    double r = (x - (double)k * pi_high) - (double)k * pi_low;
    double square = r * r, sum = c[0];
    for (int n = 1; n < (int)(sizeof c / sizeof c[0]); n++)
        sum = sum * square + c[n];
    return (k & 1) ? -(r * sum) : r * sum;
}

static inline double lg_det_cos(double x)
{
    return lg_det_sin(x + LG_PI / 2);
}

#endif
