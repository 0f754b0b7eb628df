/* Only IEEE arithmetic, the exact frexp and floor, and sqrt, which IEEE rounds correctly. */
#include "base/detmath.h"

#include <math.h>
#include <stdint.h>

/* log(x): x = m * 2^k with m in [0.7, 1.4), 2 atanh((m - 1) / (m + 1)) as a series. */
double lg_det_log(double x)
{
    if (!(x > 0))
        return x == 0 ? -HUGE_VAL : NAN;
    if (x > 1.7976931348623157e308)
        return x;
    int k;
    double m = frexp(x, &k);
    if (m < 0.70710678118654752440) {
        m *= 2;
        k--;
    }
    double s = (m - 1) / (m + 1), square = s * s, sum = 0;
    for (int n = 27; n >= 1; n -= 2)
        sum = sum * square + 1.0 / n;
    return 2 * s * sum + k * 0.69314718055994530942;
}

/* atan(x): halved three times until small, then the series. */
static double from_tangent(double x)
{
    if (x != x)
        return x;
    if (x < 0)
        return -from_tangent(-x);
    if (x > 1)
        return LG_PI / 2 - from_tangent(1 / x);
    for (int i = 0; i < 3; i++)
        x = x / (1 + sqrt(1 + x * x));
    double square = x * x, sum = 0;
    for (int n = 19; n >= 1; n -= 2)
        sum = 1.0 / n - sum * square;
    return 8 * x * sum;
}

double lg_det_atan2(double y, double x)
{
    if (x > 0)
        return from_tangent(y / x);
    if (x < 0)
        return (y < 0 ? -LG_PI : LG_PI) + from_tangent(y / x);
    return y == 0 ? 0 : y < 0 ? -LG_PI / 2 : LG_PI / 2;
}

/* x^y for a whole y: the squarings that make it up, exact as long as the result is. */
static double pow_whole(double x, double y)
{
    double result = 1;
    for (uint64_t n = (uint64_t)fabs(y); n; n >>= 1) {
        if (n & 1)
            result *= x;
        x *= x;
    }
    return y < 0 ? 1 / result : result;
}

double lg_det_pow(double x, double y)
{
    if (x != x || y != y)
        return NAN;
    if (fabs(y) <= 1024 && y == floor(y))
        return pow_whole(x, y);
    if (x < 0)
        return NAN;
    if (x == 0)
        return y > 0 ? 0 : HUGE_VAL;
    return lg_det_exp(y * lg_det_log(x));
}
