/* Offers the same in every slot, whatever was sold before. */
#include "device.h"

int32_t commercial_producer_open(const lg_host *host, const lg_device_info *info, void **device)
{
    commercial_producer *producer = host->alloc(host->ctx, sizeof *producer);
    if (!producer)
        return LG_MEMORY;
    producer->host = host;
    producer->rate_ct = lg_value_at(info, OPTION_RATE)->number;
    *device = producer;
    return LG_OK;
}

void commercial_producer_close(void *device)
{
    commercial_producer *producer = device;
    producer->host->free(producer->host->ctx, producer);
}

int32_t commercial_producer_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const commercial_producer *producer = device;
    (void)slot;
    plan->supply_kWh = LG_UNLIMITED_KWH;
    plan->sell_rate_ct = producer->rate_ct;
    return LG_OK;
}
