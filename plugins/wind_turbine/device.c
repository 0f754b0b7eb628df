/* Power by a profile, or wind through the power curve: measured wind, or the site's own. */
#include "device.h"

#include "lunagrid/sample.h"
#include "wind.h"

#include <math.h>
#include <string.h>

/* A slot is looked at this often, at the middles of equal parts. */
enum { SAMPLES = 3 };

static int32_t refuse(const lg_host *host, const char *sentence)
{
    host->refuse(host->ctx, sentence);
    return LG_INVALID;
}

int32_t wind_turbine_change(void *device, const lg_device_info *info)
{
    wind_turbine *turbine = device;
    const lg_profile *power = lg_value_at(info, OPTION_PROFILE)->profile;
    const lg_profile *speed = lg_value_at(info, OPTION_SPEED)->profile;
    const lg_value *sampling = lg_value_at(info, OPTION_SAMPLING);
    const lg_value *capacity = lg_value_at(info, OPTION_CAPACITY);
    if (power && speed)
        return refuse(turbine->host,
                      "only one of power_profile and wind_speed_profile may be given");
    if (power && capacity->given)
        return refuse(turbine->host, "capacity_kW has no effect on a power_profile, which is in W");
    if (sampling->given && !power && !speed)
        return refuse(turbine->host, "sampling goes with a profile only");
    turbine->profile = power ? power : speed;
    turbine->is_speed = speed != NULL;
    turbine->mean_of_slot = sampling->text && strcmp(sampling->text, "mean") == 0;
    turbine->capacity_kW = capacity->number;
    turbine->count = lg_value_at(info, OPTION_COUNT)->number;
    return LG_OK;
}

int32_t wind_turbine_open(const lg_host *host, const lg_device_info *info, void **device)
{
    wind_turbine *turbine = host->alloc(host->ctx, sizeof *turbine);
    if (!turbine)
        return LG_MEMORY;
    turbine->host = host;
    turbine->site_seed = info->site_seed;
    turbine->south = info->latitude_deg < 0;
    *device = turbine;
    return wind_turbine_change(turbine, info);
}

void wind_turbine_close(void *device)
{
    wind_turbine *turbine = device;
    turbine->host->free(turbine->host->ctx, turbine);
}

/* What the profile is worth in the slot: W or m/s. */
static double profile_value(const wind_turbine *turbine, const lg_slot *slot)
{
    return lg_sample(turbine->host, turbine->profile, slot, turbine->mean_of_slot);
}

static double own_wind_share(const wind_turbine *turbine, const lg_slot *slot)
{
    double part_ms = slot->hours * (double)LG_CAL_HOUR_MS / SAMPLES, sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
        int64_t time_ms = slot->start_ms + (int64_t)(part_ms * (i + 0.5));
        sum += wind_share(wind_speed(turbine->site_seed, turbine->south, time_ms));
    }
    return sum / SAMPLES;
}

int32_t wind_turbine_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    wind_turbine *turbine = device;
    double power_kW;
    if (!turbine->profile)
        power_kW = turbine->capacity_kW * own_wind_share(turbine, slot);
    else if (turbine->is_speed)
        power_kW = profile_value(turbine, slot);
    else
        power_kW = profile_value(turbine, slot) / 1000;
    if (isnan(power_kW))
        return refuse(turbine->host, turbine->is_speed
                                         ? "wind_speed_profile has no value for this slot; it must "
                                           "cover the whole run"
                                         : "power_profile has no value for this slot; it must "
                                           "cover the whole run");
    if (turbine->is_speed)
        power_kW = turbine->capacity_kW * wind_share(power_kW);
    plan->supply_kWh = power_kW * slot->hours * turbine->count;
    turbine->power_W = power_kW * turbine->count * 1000;
    return LG_OK;
}

int32_t wind_turbine_poll(void *device, int64_t now_ms)
{
    const wind_turbine *turbine = device;
    turbine->host->post(turbine->host->ctx, POINT_POWER, turbine->power_W, now_ms);
    return LG_OK;
}
