/* Box and Muller's way from two even draws to a normal one, with functions whose bits are the same
 * on every machine. */
#include "base/rng.h"

#include <math.h>
#include "base/detmath.h"

double lg_rng_normal(uint64_t a, uint64_t b)
{
    double radius = sqrt(-2.0 * lg_det_log(1.0 - lg_rng_unit(a))); /* 1 - [0, 1) is never 0 */
    return radius * lg_det_cos(2.0 * LG_PI * lg_rng_unit(b));
}
