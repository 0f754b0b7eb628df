/* The same offer in every slot as far as the scenario says the same; nothing is carried over. */
#include "device.h"

#include <math.h>

static generator_figure figure_of(const lg_device_info *info, uint32_t option)
{
    const lg_value *value = lg_value_at(info, option);
    return (generator_figure){value->profile, value->number};
}

int32_t generator_change(void *device, const lg_device_info *info)
{
    generator *g = device;
    g->power_kW = figure_of(info, OPTION_POWER);
    g->rate_ct = figure_of(info, OPTION_RATE);
    return LG_OK;
}

int32_t generator_open(const lg_host *host, const lg_device_info *info, void **device)
{
    generator *g = host->alloc(host->ctx, sizeof *g);
    if (!g)
        return LG_MEMORY;
    g->host = host;
    *device = g;
    return generator_change(g, info);
}

void generator_close(void *device)
{
    generator *g = device;
    g->host->free(g->host->ctx, g);
}

static double figure_at(const generator *g, const generator_figure *figure, int64_t time_ms)
{
    const lg_host *host = g->host;
    return figure->profile ? host->profile_at(host->ctx, figure->profile, time_ms) : figure->number;
}

int32_t generator_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    generator *g = device;
    double power_kW = figure_at(g, &g->power_kW, slot->start_ms);
    double rate_ct = figure_at(g, &g->rate_ct, slot->start_ms);
    if (isnan(power_kW) || isnan(rate_ct)) {
        g->host->refuse(g->host->ctx, isnan(power_kW)
                                          ? "max_available_power_kW has no value for this slot; it "
                                            "must cover the whole run"
                                          : "energy_rate has no value for this slot; it must cover "
                                            "the whole run");
        return LG_INVALID;
    }
    g->planned_W = power_kW * 1000;
    plan->supply_kWh = power_kW * slot->hours;
    plan->sell_rate_ct = rate_ct;
    return LG_OK;
}

int32_t generator_poll(void *device, int64_t now_ms)
{
    const generator *g = device;
    g->host->post(g->host->ctx, POINT_POWER, g->planned_W, now_ms);
    return LG_OK;
}
