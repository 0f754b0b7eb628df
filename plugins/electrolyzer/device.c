/* Current becomes hydrogen, the store keeps it, and a profile takes it out.
 *
 *   at the start of a slot  taken = discharge kg * conversion, first from the store
 *   lack                    what the store did not have of it
 *   demand                  the lack and what fits into the store, at most power * hours
 *   need                    the lack, at most the demand: as far as it is not bought it is unserved
 *   when the slot is over   what was bought serves the lack first, the rest is stored
 *
 * A lack beyond power * hours never could be made. It is warned of once and is neither used nor
 * unserved: nobody could have bought the current for it. The point missed counts it.
 *
 * A kilogram of hydrogen is counted as the current it takes to make it, 50 kWh unless the scenario
 * says otherwise: what electrolyzers of today need with their auxiliaries (IRENA 2020, "Green
 * hydrogen cost reduction": 50 to 78 kWh/kg alkaline, 50 to 83 PEM). Its own heating value
 * is less, 33.33 kWh/kg (lower) or 39.41 (higher). Energy that is used is told as demand in the
 * slot that takes it.
 *
 * The store is rounded to whole micro-watt-hours after each step, so that it does not drift. */
#include "device.h"

#include "lunagrid/detmath.h"

#include <stdio.h>

static double to_whole_uwh(double kwh)
{
    return lg_det_floor(kwh * 1e9 + 0.5) / 1e9;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

int32_t electrolyzer_open(const lg_host *host, const lg_device_info *info, void **device)
{
    double capacity_kg = lg_value_at(info, OPTION_CAPACITY)->number;
    double initial_kg = lg_value_at(info, OPTION_INITIAL)->number;
    double kWh_per_kg = lg_value_at(info, OPTION_CONVERSION)->number;
    if (initial_kg > capacity_kg) {
        char sentence[160];
        snprintf(sentence, sizeof sentence,
                 "initial_hydrogen_kg is %g, more than hydrogen_capacity_kg, which is %g",
                 initial_kg, capacity_kg);
        host->refuse(host->ctx, sentence);
        return LG_INVALID;
    }
    electrolyzer_device *made = host->alloc(host->ctx, sizeof *made);
    if (!made)
        return LG_MEMORY;
    made->host = host;
    made->discharge = lg_value_at(info, OPTION_DISCHARGE)->profile;
    made->max_power_kW = lg_value_at(info, OPTION_POWER)->number;
    made->kWh_per_kg = kWh_per_kg;
    made->capacity_kWh = to_whole_uwh(capacity_kg * kWh_per_kg);
    made->stored_kWh = to_whole_uwh(initial_kg * kWh_per_kg);
    *device = made;
    return LG_OK;
}

void electrolyzer_close(void *device)
{
    electrolyzer_device *plant = device;
    plant->host->free(plant->host->ctx, plant);
}

static void warn_once(electrolyzer_device *plant, double most_kWh)
{
    char sentence[200];
    if (plant->warned)
        return;
    plant->warned = true;
    snprintf(sentence, sizeof sentence,
             "discharge_profile takes %g kg more than is stored, but %g kW make only %g kg in a "
             "slot; what is beyond is missed and counts nowhere else",
             plant->lacking_kWh / plant->kWh_per_kg, plant->max_power_kW,
             most_kWh / plant->kWh_per_kg);
    plant->host->log(plant->host->ctx, LG_LOG_WARN, sentence);
}

int32_t electrolyzer_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    electrolyzer_device *plant = device;
    const lg_host *host = plant->host;
    double kg = host->profile_at(host->ctx, plant->discharge, slot->start_ms);
    if (!(kg >= 0)) {
        host->refuse(host->ctx, "discharge_profile says nothing about this slot");
        return LG_INVALID;
    }
    double taken_kWh = to_whole_uwh(kg * plant->kWh_per_kg);
    double from_store_kWh = least(taken_kWh, plant->stored_kWh);
    plant->stored_kWh = to_whole_uwh(plant->stored_kWh - from_store_kWh);
    plant->lacking_kWh = to_whole_uwh(taken_kWh - from_store_kWh);
    double most_kWh = to_whole_uwh(plant->max_power_kW * slot->hours);
    double room_kWh = plant->capacity_kWh - plant->stored_kWh;
    plan->demand_kWh = least(most_kWh, to_whole_uwh(plant->lacking_kWh + room_kWh));
    plan->need_kWh = least(plant->lacking_kWh, plan->demand_kWh);
    plan->used_kWh = to_whole_uwh(from_store_kWh + plan->need_kWh);
    if (plant->lacking_kWh > most_kWh)
        warn_once(plant, most_kWh);
    plan->stored_kWh = plant->stored_kWh;
    plan->capacity_kWh = plant->capacity_kWh;
    return LG_OK;
}

int32_t electrolyzer_settle(void *device, const lg_slot *slot, const lg_settlement *done)
{
    electrolyzer_device *plant = device;
    double served_kWh = least(done->bought_kWh, plant->lacking_kWh);
    plant->missed_kWh = to_whole_uwh(plant->missed_kWh + plant->lacking_kWh - served_kWh);
    plant->stored_kWh =
        least(plant->capacity_kWh, to_whole_uwh(plant->stored_kWh + done->bought_kWh - served_kWh));
    plant->power_W = done->bought_kWh / slot->hours * 1000;
    return LG_OK;
}

int32_t electrolyzer_poll(void *device, int64_t now_ms)
{
    const electrolyzer_device *plant = device;
    const lg_host *host = plant->host;
    host->post(host->ctx, POINT_POWER, plant->power_W, now_ms);
    host->post(host->ctx, POINT_HYDROGEN, plant->stored_kWh / plant->kWh_per_kg, now_ms);
    host->post(host->ctx, POINT_MISSED, plant->missed_kWh / plant->kWh_per_kg, now_ms);
    return LG_OK;
}
