/* Energy moves in settle() only, so what is bought in a slot cannot be sold in it.
 *
 * The state is kept in kWh as a double, and it does not drift: after every step it is rounded to a
 * whole micro-watt-hour, the unit the market trades in. A step errs by far less than half of that,
 * so rounding gives back exactly the integer that exact arithmetic would hold; only the losses
 * themselves are rounded, once a slot. Below 10^6 kWh such numbers have more than enough bits.
 *
 * Invariant: 0 <= stored <= capacity. Selling s takes s * (1 + discharging_loss), and plan() offers
 * no more than leaves the reserve after that; so no sale is larger than what it cost. Only
 * self-discharge may carry the battery below the reserve, and it takes no more than there is;
 * nothing is sold then. With kept_loss = 0, as in the gsy-e exchange, the loss of a sale may do so
 * too, and what of it exceeds the energy in the battery is lost to nobody.
 */
#include "device.h"

#include "lunagrid/detmath.h"

#include <stdio.h>

static double to_whole_uwh(double kwh)
{
    return lg_det_floor(kwh * 1e9 + 0.5) / 1e9;
}

/* kwh / by, cut to whole micro-watt-hours; the same number when by is 1. */
static double down_to_whole_uwh(double kwh, double by)
{
    return lg_det_floor(lg_det_floor(kwh * 1e9 + 0.5) / by) / 1e9;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void read_values(storage_device *storage, const lg_device_info *info)
{
    storage->capacity_kWh = to_whole_uwh(lg_value_at(info, OPTION_CAPACITY)->number);
    storage->max_power_kW = lg_value_at(info, OPTION_POWER)->number;
    storage->reserve_kWh =
        to_whole_uwh(storage->capacity_kWh * lg_value_at(info, OPTION_MIN_SOC)->number / 100);
    storage->charging_loss = lg_value_at(info, OPTION_CHARGING_LOSS)->number;
    storage->discharging_loss = lg_value_at(info, OPTION_DISCHARGING_LOSS)->number;
    storage->self_discharge_per_day = lg_value_at(info, OPTION_SELF_DISCHARGE)->number;
    storage->kept_loss =
        lg_value_at(info, OPTION_KEEPS_LOSS)->number != 0 ? storage->discharging_loss : 0;
}

int32_t storage_open(const lg_host *host, const lg_device_info *info, void **device)
{
    const lg_value *initial = lg_value_at(info, OPTION_INITIAL_SOC);
    const lg_value *lowest = lg_value_at(info, OPTION_MIN_SOC);
    if (initial->number < lowest->number) {
        char sentence[160];
        snprintf(sentence, sizeof sentence,
                 "initial_soc is %g %%%s, below min_allowed_soc, which is %g %%%s", initial->number,
                 initial->given ? "" : " (the default)", lowest->number,
                 lowest->given ? "" : " (the default)");
        host->refuse(host->ctx, sentence);
        return LG_INVALID;
    }
    storage_device *storage = host->alloc(host->ctx, sizeof *storage);
    if (!storage)
        return LG_MEMORY;
    storage->host = host;
    read_values(storage, info);
    storage->stored_kWh = to_whole_uwh(storage->capacity_kWh * initial->number / 100);
    *device = storage;
    return LG_OK;
}

/* What it holds stays, as far as there is room for it. */
int32_t storage_change(void *device, const lg_device_info *info)
{
    storage_device *storage = device;
    read_values(storage, info);
    storage->stored_kWh = least(storage->stored_kWh, storage->capacity_kWh);
    return LG_OK;
}

void storage_close(void *device)
{
    storage_device *storage = device;
    storage->host->free(storage->host->ctx, storage);
}

int32_t storage_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const storage_device *storage = device;
    double most_kWh = to_whole_uwh(storage->max_power_kW * slot->hours);
    double above_kWh = down_to_whole_uwh(to_whole_uwh(storage->stored_kWh - storage->reserve_kWh),
                                         1 + storage->kept_loss);
    double room_kWh = to_whole_uwh(storage->capacity_kWh - storage->stored_kWh);
    plan->supply_kWh = above_kWh > 0 ? least(above_kWh, most_kWh) : 0;
    plan->demand_kWh = least(room_kWh, most_kWh);
    plan->stored_kWh = storage->stored_kWh;
    plan->capacity_kWh = storage->capacity_kWh;
    plan->reserve_kWh = storage->reserve_kWh;
    return LG_OK;
}

int32_t storage_settle(void *device, const lg_slot *slot, const lg_settlement *done)
{
    storage_device *storage = device;
    double loss_kWh = done->bought_kWh * storage->charging_loss +
                      done->sold_kWh * storage->discharging_loss +
                      storage->self_discharge_per_day * (slot->hours / 24) * storage->capacity_kWh;
    double stored_kWh =
        to_whole_uwh(storage->stored_kWh + done->bought_kWh - done->sold_kWh - loss_kWh);
    if (stored_kWh < 0)
        stored_kWh = 0;
    storage->stored_kWh = least(stored_kWh, storage->capacity_kWh);
    storage->power_W = (done->sold_kWh - done->bought_kWh) / slot->hours * 1000;
    return LG_OK;
}

int32_t storage_poll(void *device, int64_t now_ms)
{
    const storage_device *storage = device;
    storage->host->post(storage->host->ctx, POINT_POWER, storage->power_W, now_ms);
    storage->host->post(storage->host->ctx, POINT_STORED, storage->stored_kWh, now_ms);
    return LG_OK;
}
