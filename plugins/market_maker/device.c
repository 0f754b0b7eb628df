/* A rate that is not given stays NaN in the plan: whoever trades for it then takes the scenario's.
 */
#include "device.h"

#include <math.h>

int32_t market_maker_change(void *device, const lg_device_info *info)
{
    market_maker *maker = device;
    const lg_value *rate = lg_value_at(info, OPTION_RATE);
    const lg_profile *profile = lg_value_at(info, OPTION_PROFILE)->profile;
    if (rate->given && profile) {
        maker->host->refuse(maker->host->ctx,
                            "only one of energy_rate and energy_rate_profile may be given");
        return LG_INVALID;
    }
    maker->profile = profile;
    maker->rate_ct = rate->given ? rate->number : (double)NAN;
    maker->connected = lg_value_at(info, OPTION_CONNECTED)->number != 0;
    return LG_OK;
}

int32_t market_maker_open(const lg_host *host, const lg_device_info *info, void **device)
{
    market_maker *maker = host->alloc(host->ctx, sizeof *maker);
    if (!maker)
        return LG_MEMORY;
    maker->host = host;
    *device = maker;
    return market_maker_change(maker, info);
}

void market_maker_close(void *device)
{
    market_maker *maker = device;
    maker->host->free(maker->host->ctx, maker);
}

int32_t market_maker_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const market_maker *maker = device;
    const lg_host *host = maker->host;
    plan->sell_rate_ct = maker->rate_ct;
    if (maker->profile) {
        plan->sell_rate_ct = host->profile_at(host->ctx, maker->profile, slot->start_ms);
        if (isnan(plan->sell_rate_ct)) {
            host->refuse(host->ctx, "energy_rate_profile has no value for this slot; it must cover "
                                    "the whole run");
            return LG_INVALID;
        }
    }
    plan->supply_kWh = maker->connected ? LG_UNLIMITED_KWH : 0;
    return LG_OK;
}
