/* A load is one of five kinds, chosen once in open(): the keys that were given decide, and keys
 * that the kind does not read are refused, because a key without effect is a mistake somebody will
 * look for. */
#include "device.h"

#include "lunagrid/calendar.h"

#include <math.h>
#include <string.h>

#define WEEKS_A_YEAR (LG_CAL_YEAR_DAYS / 7)
#define HOURS_A_YEAR (LG_CAL_YEAR_DAYS * 24)

static int32_t refuse(const lg_host *host, const char *sentence)
{
    host->refuse(host->ctx, sentence);
    return LG_INVALID;
}

static int given(const lg_device_info *info, uint32_t option)
{
    return lg_value_at(info, option)->given != 0;
}

static int text_is(const lg_value *value, const char *text)
{
    return value->text && strcmp(value->text, text) == 0;
}

static int has_shape(const lg_device_info *info)
{
    const lg_value *shape = lg_value_at(info, OPTION_SHAPE);
    return shape->text && !text_is(shape, "none");
}

/* The first thing wrong with the combination of keys; NULL when nothing is. */
static const char *wrong_keys(const lg_device_info *info)
{
    int power = given(info, OPTION_AVG_POWER);
    int profile = lg_value_at(info, OPTION_PROFILE)->profile != NULL;
    int shape = has_shape(info);
    if (power + profile + shape == 0)
        return "one of avg_power_W, daily_load_profile and shape must be given";
    if (power + profile + shape > 1)
        return "only one of avg_power_W, daily_load_profile and shape may be given";
    if (!power && given(info, OPTION_HOURS))
        return "hrs_of_day goes with avg_power_W only";
    if (!profile && given(info, OPTION_SAMPLING))
        return "sampling goes with daily_load_profile only";
    if (!shape && given(info, OPTION_ANNUAL))
        return "annual_kWh goes with a shape only";
    if (given(info, OPTION_CHARGING_POWER) && !text_is(lg_value_at(info, OPTION_SHAPE), "ev"))
        return "charging_power_kW goes with shape = \"ev\" only";
    return NULL;
}

static int32_t read_hours(const lg_host *host, const lg_value *value, uint32_t *hours)
{
    *hours = UINT32_C(0xffffff);
    if (!value->given)
        return LG_OK;
    *hours = 0;
    for (uint64_t i = 0; i < value->list_count; i++) {
        double hour = value->list[i];
        if (!(hour >= 0 && hour <= 23) || hour != (double)(int)hour)
            return refuse(host, "hrs_of_day must hold whole hours from 0 to 23");
        *hours |= UINT32_C(1) << (int)hour;
    }
    return *hours ? LG_OK : refuse(host, "hrs_of_day is empty; leave it away for all hours");
}

static int32_t read_shape(load_device *load, const lg_device_info *info)
{
    const lg_value *shape = lg_value_at(info, OPTION_SHAPE);
    const lg_value *annual = lg_value_at(info, OPTION_ANNUAL);
    double annual_kWh = 3500;
    load->kind = LOAD_HOUSEHOLD;
    if (text_is(shape, "heat_pump")) {
        load->kind = LOAD_HEAT_PUMP;
        annual_kWh = 4000;
    } else if (text_is(shape, "ev")) {
        load->kind = LOAD_EV;
        annual_kWh = 2500;
    }
    if (annual->given)
        annual_kWh = annual->number;
    load->mean_W = annual_kWh * 1000 / HOURS_A_YEAR;
    if (load->kind != LOAD_EV)
        return LG_OK;
    load->charging_W = lg_value_at(info, OPTION_CHARGING_POWER)->number * 1000;
    load->sessions_a_week = load_ev_sessions(load);
    if (load->sessions_a_week == 0)
        return refuse(load->host, "annual_kWh would take more than 10 hours on every day of the "
                                  "year at charging_power_kW");
    return LG_OK;
}

int32_t load_change(void *device, const lg_device_info *info)
{
    load_device *load = device;
    const char *wrong = wrong_keys(info);
    if (wrong)
        return refuse(load->host, wrong);
    if (has_shape(info))
        return read_shape(load, info);
    load->profile = lg_value_at(info, OPTION_PROFILE)->profile;
    load->kind = load->profile ? LOAD_PROFILE : LOAD_HOURS;
    load->mean_of_slot = (uint8_t)text_is(lg_value_at(info, OPTION_SAMPLING), "mean");
    load->mean_W = lg_value_at(info, OPTION_AVG_POWER)->number;
    return read_hours(load->host, lg_value_at(info, OPTION_HOURS), &load->hours);
}

int32_t load_open(const lg_host *host, const lg_device_info *info, void **device)
{
    load_device *load = host->alloc(host->ctx, sizeof *load);
    if (!load)
        return LG_MEMORY;
    load->host = host;
    load->seed = info->seed;
    load->site_seed = info->site_seed;
    load->south = info->latitude_deg < 0;
    load->day = INT64_MIN;
    *device = load;
    return load_change(load, info);
}

void load_close(void *device)
{
    load_device *load = device;
    load->host->free(load->host->ctx, load);
}

static double profile_W(const load_device *load, const lg_slot *slot)
{
    const lg_host *host = load->host;
    int64_t end_ms = slot->start_ms + (int64_t)(slot->hours * (double)LG_CAL_HOUR_MS + 0.5);
    return load->mean_of_slot ? host->profile_mean(host->ctx, load->profile, slot->start_ms, end_ms)
                              : host->profile_at(host->ctx, load->profile, slot->start_ms);
}

static double hours_W(const load_device *load, const lg_slot *slot)
{
    int hour = (int)lg_cal_hour(slot->start_ms);
    return (load->hours >> hour) & 1 ? load->mean_W : 0;
}

int32_t load_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    load_device *load = device;
    int64_t middle_ms = slot->start_ms + (int64_t)(slot->hours * (double)LG_CAL_HOUR_MS / 2);
    double power_W = 0;
    switch ((load_kind)load->kind) {
    case LOAD_HOURS:
        power_W = hours_W(load, slot);
        break;
    case LOAD_PROFILE:
        power_W = profile_W(load, slot);
        if (isnan(power_W))
            return refuse(load->host,
                          "daily_load_profile has no value for this slot; it must cover "
                          "the whole run");
        break;
    case LOAD_HOUSEHOLD:
        power_W = load_household_W(load, middle_ms);
        break;
    case LOAD_HEAT_PUMP:
        power_W = load_heat_pump_W(load, middle_ms);
        break;
    case LOAD_EV:
        power_W = load_ev_W(load, slot);
        break;
    }
    load->power_W = power_W;
    plan->demand_kWh = power_W / 1000 * slot->hours;
    return LG_OK;
}

int32_t load_poll(void *device, int64_t now_ms)
{
    const load_device *load = device;
    load->host->post(load->host->ctx, POINT_POWER, load->power_W, now_ms);
    return LG_OK;
}
