/* The sign of the power says what the household is in a slot. With the mean over the slot, what is
 * fed in and what is used within it cancel, as they do in a meter that counts the balance. */
#include "device.h"

#include "lunagrid/sample.h"

#include <math.h>
#include <string.h>

int32_t smart_meter_change(void *device, const lg_device_info *info)
{
    smart_meter *meter = device;
    const lg_value *sampling = lg_value_at(info, OPTION_SAMPLING);
    meter->profile = lg_value_at(info, OPTION_PROFILE)->profile;
    meter->mean_of_slot = sampling->text && strcmp(sampling->text, "mean") == 0;
    if (meter->profile)
        return LG_OK;
    meter->host->refuse(meter->host->ctx, "smart_meter_profile is missing");
    return LG_INVALID;
}

int32_t smart_meter_open(const lg_host *host, const lg_device_info *info, void **device)
{
    smart_meter *meter = host->alloc(host->ctx, sizeof *meter);
    if (!meter)
        return LG_MEMORY;
    meter->host = host;
    *device = meter;
    return smart_meter_change(meter, info);
}

void smart_meter_close(void *device)
{
    smart_meter *meter = device;
    meter->host->free(meter->host->ctx, meter);
}

int32_t smart_meter_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    smart_meter *meter = device;
    const lg_host *host = meter->host;
    double power_W = lg_sample(host, meter->profile, slot, meter->mean_of_slot);
    if (isnan(power_W)) {
        host->refuse(host->ctx,
                     "smart_meter_profile has no value for this slot; it must cover the whole run");
        return LG_INVALID;
    }
    meter->power_W = power_W;
    if (power_W > 0)
        plan->demand_kWh = power_W / 1000 * slot->hours;
    else if (power_W < 0)
        plan->supply_kWh = -power_W / 1000 * slot->hours;
    return LG_OK;
}

int32_t smart_meter_poll(void *device, int64_t now_ms)
{
    const smart_meter *meter = device;
    meter->host->post(meter->host->ctx, POINT_POWER, meter->power_W, now_ms);
    return LG_OK;
}
