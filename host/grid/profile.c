/* Values lie on a regular raster, so a look-up is one division whatever the length. */
#include "grid/profile.h"

#include <math.h>

lg_profile *lg_profile_new(lg_mem *mem, uint32_t count, int64_t start_ms, int64_t step_ms,
                           int64_t period_ms, uint32_t unit)
{
    lg_profile *profile = lg_mem_alloc(mem, sizeof *profile + count * sizeof(double));
    if (!profile)
        return NULL;
    *profile = (lg_profile){
        .mem = mem,
        .count = count,
        .unit = unit,
        .start_ms = start_ms,
        .step_ms = step_ms,
        .period_ms = period_ms,
    };
    for (uint32_t i = 0; i < count; i++)
        profile->values[i] = (double)NAN;
    return profile;
}

lg_profile *lg_profile_constant(lg_mem *mem, double value, uint32_t unit)
{
    lg_profile *profile = lg_profile_new(mem, 1, 0, 0, 0, unit);
    if (profile)
        profile->values[0] = value;
    return profile;
}

void lg_profile_free(lg_profile *profile)
{
    if (profile)
        lg_mem_free(profile->mem, profile, sizeof *profile + profile->count * sizeof(double));
}

/* Index of the value that holds at time_ms, or -1. */
static int64_t index_at(const lg_profile *profile, int64_t time_ms)
{
    if (profile->step_ms == 0)
        return 0;
    int64_t offset = time_ms - profile->start_ms;
    if (profile->period_ms > 0) {
        offset %= profile->period_ms;
        if (offset < 0)
            offset += profile->period_ms;
    }
    if (offset < 0)
        return -1;
    int64_t index = offset / profile->step_ms;
    return index < (int64_t)profile->count ? index : -1;
}

/* Where the step that time_ms lies in ends: after step_ms, or earlier where the period ends. */
static int64_t step_end(const lg_profile *profile, int64_t time_ms)
{
    int64_t offset = time_ms - profile->start_ms, period = profile->period_ms;
    if (period > 0)
        offset = (offset % period + period) % period;
    int64_t phase = (offset % profile->step_ms + profile->step_ms) % profile->step_ms;
    int64_t left = profile->step_ms - phase;
    return time_ms + (period > 0 && period - offset < left ? period - offset : left);
}

double lg_profile_at(const lg_profile *profile, int64_t time_ms)
{
    int64_t index = index_at(profile, time_ms);
    return index < 0 ? (double)NAN : profile->values[index];
}

double lg_profile_mean(const lg_profile *profile, int64_t from_ms, int64_t to_ms)
{
    if (profile->step_ms == 0 || to_ms <= from_ms)
        return lg_profile_at(profile, from_ms);
    double sum = 0;
    for (int64_t t = from_ms; t < to_ms;) {
        int64_t next = step_end(profile, t);
        if (next > to_ms)
            next = to_ms;
        sum += lg_profile_at(profile, t) * (double)(next - t);
        t = next;
    }
    return sum / (double)(to_ms - from_ms);
}
