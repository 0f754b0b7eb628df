/* A moment is computed from the scenario alone: no clock of this machine has a part in it. */
#include "app/moments.h"

#include <math.h>
#include "base/clock.h"

lg_moment lg_moments_at(const lg_scenario *scenario, uint32_t slot, uint32_t tick)
{
    const lg_rules *rules = &scenario->rules;
    int64_t start_ms = scenario->start_ms + slot * (int64_t)rules->slot_ms;
    return (lg_moment){
        .slot = slot,
        .tick = tick,
        .slot_start_ms = start_ms,
        .now_ms = start_ms + tick * (int64_t)rules->tick_ms,
        .slot_completion = (double)tick / rules->ticks_per_slot,
        .tenth = tick % (rules->ticks_per_slot / 10) == 0,
        .market_maker_rate_ct = lg_profile_at(scenario->market_maker_rate, start_ms),
        .feed_in_tariff_rate_ct = lg_profile_at(scenario->feed_in_tariff, start_ms),
    };
}

lg_status lg_moments_check(const lg_scenario *scenario, lg_err *err)
{
    for (uint32_t slot = 0; slot < scenario->slot_count; slot++) {
        lg_moment moment = lg_moments_at(scenario, slot, 0);
        const char *key = isnan(moment.market_maker_rate_ct)     ? "market_maker_rate"
                          : isnan(moment.feed_in_tariff_rate_ct) ? "feed_in_tariff"
                                                                 : NULL;
        if (key) {
            char when[32];
            lg_clock_format_slot(moment.slot_start_ms, when);
            return lg_fail(err, LG_SCENARIO,
                           "%s: %s: the profile says nothing about %s; the run needs every slot",
                           scenario->file, key, when);
        }
    }
    return LG_OK;
}
