/* Offers the same amount in every slot, whatever was sold before. */
#include "device.h"

#include <math.h>

int32_t commercial_producer_change(void *device, const lg_device_info *info)
{
    commercial_producer *producer = device;
    const lg_value *rate = lg_value_at(info, OPTION_RATE);
    producer->rate_ct = rate->number;
    producer->rates = rate->profile;
    return LG_OK;
}

int32_t commercial_producer_open(const lg_host *host, const lg_device_info *info, void **device)
{
    commercial_producer *producer = host->alloc(host->ctx, sizeof *producer);
    if (!producer)
        return LG_MEMORY;
    producer->host = host;
    *device = producer;
    return commercial_producer_change(producer, info);
}

void commercial_producer_close(void *device)
{
    commercial_producer *producer = device;
    producer->host->free(producer->host->ctx, producer);
}

int32_t commercial_producer_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const commercial_producer *producer = device;
    const lg_host *host = producer->host;
    plan->supply_kWh = LG_UNLIMITED_KWH;
    plan->sell_rate_ct = producer->rate_ct;
    if (producer->rates)
        plan->sell_rate_ct = host->profile_at(host->ctx, producer->rates, slot->start_ms);
    if (!isnan(plan->sell_rate_ct))
        return LG_OK;
    host->refuse(host->ctx, "energy_rate has no value for this slot; it must cover the whole run");
    return LG_INVALID;
}
