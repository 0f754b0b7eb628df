/* include/lunagrid/sample.h — what a profile is worth in a slot */
#ifndef LUNAGRID_SAMPLE_H
#define LUNAGRID_SAMPLE_H

#include "lunagrid/calendar.h"
#include "lunagrid/driver.h"

/** The value of @p profile at the start of @p slot or, with @p mean_of_slot, its mean over the
 * slot; in the option's unit, NaN where it says nothing. */
static inline double lg_sample(const lg_host *host, const lg_profile *profile, const lg_slot *slot,
                               int mean_of_slot)
{
    int64_t end_ms = slot->start_ms + (int64_t)(slot->hours * (double)LG_CAL_HOUR_MS + 0.5);
    return mean_of_slot ? host->profile_mean(host->ctx, profile, slot->start_ms, end_ms)
                        : host->profile_at(host->ctx, profile, slot->start_ms);
}

#endif
