/* host/grid/profile.h — a value over time: constant, a repeating day, or a series */
#ifndef LG_GRID_PROFILE_H
#define LG_GRID_PROFILE_H

#include <stdint.h>
#include "base/mem.h"
#include "lunagrid/host.h" /* names lg_profile for plugins */

/**
 * Points in time order; each value holds until the next point, the last one for `step_ms`. With a
 * period the points lie in [0, period_ms) counted from midnight UTC and repeat; without, they are
 * absolute and outside of them there is no value (NaN). A constant has one point, no period and no
 * end.
 */
struct lg_profile {
    lg_mem *mem;
    uint32_t count;
    uint32_t unit;     /* LG_UNIT_... of the values */
    int64_t start_ms;  /* of the first point */
    int64_t step_ms;   /* between points; 0: constant */
    int64_t period_ms; /* 0: does not repeat */
    double values[];
};

/** A profile with room for @p count values, all NaN; NULL when exhausted. */
lg_profile *lg_profile_new(lg_mem *mem, uint32_t count, int64_t start_ms, int64_t step_ms,
                           int64_t period_ms, uint32_t unit);
/** A profile that is @p value at all times. */
lg_profile *lg_profile_constant(lg_mem *mem, double value, uint32_t unit);
void lg_profile_free(lg_profile *profile);

/** The value at @p time_ms; NaN where the profile says nothing. */
double lg_profile_at(const lg_profile *profile, int64_t time_ms);
/** Mean over [from_ms, to_ms), weighted by time; NaN when any part of it is not covered. */
double lg_profile_mean(const lg_profile *profile, int64_t from_ms, int64_t to_ms);

#endif
