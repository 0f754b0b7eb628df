/* A rate that is not given stays NaN in the plan: whoever trades for the bus then takes the
 * scenario's. */
#include "device.h"

#include <math.h>

static int32_t refuse(const lg_host *host, const char *sentence)
{
    host->refuse(host->ctx, sentence);
    return LG_INVALID;
}

int32_t infinite_bus_change(void *device, const lg_device_info *info)
{
    infinite_bus *bus = device;
    const lg_value *sell = lg_value_at(info, OPTION_SELL), *buy = lg_value_at(info, OPTION_BUY);
    const lg_profile *sell_profile = lg_value_at(info, OPTION_SELL_PROFILE)->profile;
    const lg_profile *buy_profile = lg_value_at(info, OPTION_BUY_PROFILE)->profile;
    if (sell->given && sell_profile)
        return refuse(bus->host,
                      "only one of energy_sell_rate and energy_rate_profile may be given");
    if (buy->given && buy_profile)
        return refuse(bus->host,
                      "only one of energy_buy_rate and buying_rate_profile may be given");
    bus->sell = (bus_rate){sell_profile, sell->given ? sell->number : (double)NAN};
    bus->buy = (bus_rate){buy_profile, buy->given ? buy->number : (double)NAN};
    return LG_OK;
}

int32_t infinite_bus_open(const lg_host *host, const lg_device_info *info, void **device)
{
    infinite_bus *bus = host->alloc(host->ctx, sizeof *bus);
    if (!bus)
        return LG_MEMORY;
    bus->host = host;
    *device = bus;
    return infinite_bus_change(bus, info);
}

void infinite_bus_close(void *device)
{
    infinite_bus *bus = device;
    bus->host->free(bus->host->ctx, bus);
}

static double rate_at(const lg_host *host, const bus_rate *rate, int64_t time_ms)
{
    return rate->profile ? host->profile_at(host->ctx, rate->profile, time_ms) : rate->ct;
}

int32_t infinite_bus_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const infinite_bus *bus = device;
    plan->supply_kWh = LG_UNLIMITED_KWH;
    plan->demand_kWh = LG_UNLIMITED_KWH;
    plan->sell_rate_ct = rate_at(bus->host, &bus->sell, slot->start_ms);
    plan->buy_rate_ct = rate_at(bus->host, &bus->buy, slot->start_ms);
    if (bus->sell.profile && isnan(plan->sell_rate_ct))
        return refuse(bus->host,
                      "energy_rate_profile has no value for this slot; it must cover the "
                      "whole run");
    if (bus->buy.profile && isnan(plan->buy_rate_ct))
        return refuse(bus->host,
                      "buying_rate_profile has no value for this slot; it must cover the "
                      "whole run");
    return LG_OK;
}
