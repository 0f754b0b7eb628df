/* host/base/detmath.h — log, atan2 and pow with the same bits on every machine
 *
 * What Lua scripts and scenarios have beside the functions that plugins have too; those are in
 * lunagrid/detmath.h. Accurate to about 1e-14 relative.
 */
#ifndef LG_BASE_DETMATH_H
#define LG_BASE_DETMATH_H

#include "lunagrid/detmath.h"

/** The natural logarithm; -inf of 0, NaN below. */
double lg_det_log(double x);
/** The angle of the point (@p x, @p y), -pi..pi; 0 of the origin. */
double lg_det_atan2(double y, double x);
/** @p x to the power of @p y; exact for a whole @p y up to 1024 as long as the result is; NaN of a
 * negative @p x and a @p y that is not whole. */
double lg_det_pow(double x, double y);

#endif
