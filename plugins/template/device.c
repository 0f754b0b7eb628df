/* Tea is made in the hours from seven, from four or five (drawn for each day) and from eight; each
 * takes a third of the day's energy, spread over its hour. Whatever is drawn comes from the seed
 * and the time, so the same run is always the same. */
#include "device.h"

#include "lunagrid/calendar.h"
#include "lunagrid/draw.h"

enum { DRAW_AFTERNOON = 1 };

int32_t kettle_open(const lg_host *host, const lg_device_info *info, void **device)
{
    double daily_kWh = lg_value_at(info, OPTION_DAILY)->number;
    double rated_W = lg_value_at(info, OPTION_POWER)->number * 1000;
    if (daily_kWh / 3 * 1000 > rated_W) {
        /* Nothing is held yet, and if it were, the host would take it back after a failed open. */
        host->refuse(host->ctx, "daily_kWh is more than power_kW can give in three hours");
        return LG_INVALID;
    }
    kettle_device *kettle = host->alloc(host->ctx, sizeof *kettle);
    if (!kettle)
        return LG_MEMORY;
    kettle->host = host;
    kettle->seed = info->seed;
    kettle->daily_kWh = daily_kWh;
    kettle->rated_W = rated_W;
    kettle->limit_W = rated_W;
    *device = kettle;
    return LG_OK;
}

void kettle_close(void *device)
{
    kettle_device *kettle = device;
    kettle->host->free(kettle->host->ctx, kettle);
}

static int is_tea_time(const kettle_device *kettle, int64_t time_ms)
{
    int hour = (int)lg_cal_hour(time_ms);
    int late = lg_draw_unit(kettle->seed, DRAW_AFTERNOON, lg_cal_day(time_ms)) < 0.5;
    return hour == 7 || hour == (late ? 17 : 16) || hour == 20;
}

int32_t kettle_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    kettle_device *kettle = device;
    double power_W = is_tea_time(kettle, slot->start_ms) ? kettle->daily_kWh / 3 * 1000 : 0;
    kettle->power_W = power_W < kettle->limit_W ? power_W : kettle->limit_W;
    plan->demand_kWh = kettle->power_W / 1000 * slot->hours;
    return LG_OK;
}

int32_t kettle_poll(void *device, int64_t now_ms)
{
    const kettle_device *kettle = device;
    const lg_host *host = kettle->host;
    host->post(host->ctx, POINT_POWER, kettle->power_W, now_ms);
    host->post(host->ctx, POINT_LIMIT, kettle->limit_W, now_ms);
    return LG_OK;
}

int32_t kettle_write(void *device, uint32_t point, double value)
{
    kettle_device *kettle = device;
    if (point != POINT_LIMIT)
        return LG_UNSUPPORTED;
    kettle->limit_W = value;
    return LG_OK;
}
