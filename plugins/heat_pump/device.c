/* A heat pump warms a tank of water, from which the home takes its heat.
 *
 *   heat of the tank, above that at min_temp_C    H = V * rho * c * (T - min_temp_C)
 *   water: c = 4.186 kJ/(kg K), rho = 1 kg/l, so that 50 l hold 0.05814 kWh/K
 *   in a slot that buys E kWh                     H' = H + COP * E - Q
 *
 * Q, the heat taken in the slot, is heat_demand_kW_profile * hours; or COP times
 * consumption_kWh_profile, the current that a heat pump without a tank would use in the slot, as
 * the reference exchange has it (so a warmer tank, whose COP is less, gives a little less heat).
 * Between the E that ends the slot with H' = 0 (need: what cannot wait) and the E that ends it with
 * the tank at max_temp_C (demand), both at most power * hours, the market decides; the tank's
 * temperature moves with what was bought when the slot is over.
 *
 * If less than the need is bought the tank would fall below min_temp_C. It does not: the home goes
 * without that heat, once, and the tank stays at its minimum. What of the need was not bought
 * counts as unserved (in kWh of current); the heat that was missing is the point unserved_heat.
 * Heat that the pump's power could not have made either is in the point only.
 *
 * COP from the difference dT = T - source temperature in K at the start of the slot, by the
 * quadratic regressions of Staffell et al. (2012), "A review of domestic heat pumps", Energy &
 * Environmental Science 5, 9291-9306, as used by Ruhnau et al. (2019), "Time series of heat demand
 * and heat pump efficiency for energy system modeling", Scientific Data 6:189:
 *
 *   air      6.08  - 0.09 dT + 0.0005 dT^2          ground   10.29 - 0.21 dT + 0.0012 dT^2
 *
 * They were fitted for dT of 15 to 60 K; dT is held between 15 K and 87.5 K, from where on the
 * second parabola would rise again. No losses of the tank are modelled.
 *
 * H is rounded to whole micro-watt-hours after each slot, so that it does not drift. */
#include "device.h"

#include "lunagrid/detmath.h"

#include <math.h>
#include <stdio.h>

#define WATER_KJ_PER_KG_K 4.186
#define WATER_KG_PER_L    1.0
#define KJ_PER_KWH        3600.0

#define DIFFERENCE_MIN_K 15.0
#define DIFFERENCE_MAX_K 87.5

/* Less heat than this is the rounding of what was bought. */
#define SLACK_KWH 2e-8

static double to_whole_uwh(double kwh)
{
    return lg_det_floor(kwh * 1e9 + 0.5) / 1e9;
}

static double within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

double heat_pump_cop(bool ground, double sink_C, double source_C)
{
    double difference = within(sink_C - source_C, DIFFERENCE_MIN_K, DIFFERENCE_MAX_K);
    if (ground)
        return 10.29 - 0.21 * difference + 0.0012 * difference * difference;
    return 6.08 - 0.09 * difference + 0.0005 * difference * difference;
}

static double tank_C(const heat_pump_device *pump)
{
    return pump->min_temp_C + pump->heat_kWh / pump->kWh_per_K;
}

static int32_t refuse(const lg_host *host, const char *sentence)
{
    host->refuse(host->ctx, sentence);
    return LG_INVALID;
}

static int32_t check(const lg_host *host, const lg_device_info *info)
{
    double min_C = lg_value_at(info, OPTION_MIN_TEMP)->number;
    double max_C = lg_value_at(info, OPTION_MAX_TEMP)->number;
    const lg_value *initial = lg_value_at(info, OPTION_INITIAL_TEMP);
    char sentence[200];
    if (min_C >= max_C) {
        snprintf(sentence, sizeof sentence,
                 "min_temp_C is %g, expected less than max_temp_C, which is %g", min_C, max_C);
        return refuse(host, sentence);
    }
    if (initial->number < min_C || initial->number > max_C) {
        snprintf(sentence, sizeof sentence,
                 "initial_temp_C is %g%s, expected min_temp_C to max_temp_C, %g to %g",
                 initial->number, initial->given ? "" : " (the default)", min_C, max_C);
        return refuse(host, sentence);
    }
    bool current = lg_value_at(info, OPTION_CONSUMPTION)->profile != NULL;
    bool heat = lg_value_at(info, OPTION_HEAT_DEMAND)->profile != NULL;
    if (current == heat)
        return refuse(host, current ? "consumption_kWh_profile and heat_demand_kW_profile say the "
                                      "same twice; give one of them"
                                    : "it does not say what heat the home takes: give "
                                      "heat_demand_kW_profile or consumption_kWh_profile");
    return LG_OK;
}

int32_t heat_pump_open(const lg_host *host, const lg_device_info *info, void **device)
{
    int32_t status = check(host, info);
    if (status != LG_OK)
        return status;
    heat_pump_device *pump = host->alloc(host->ctx, sizeof *pump);
    if (!pump)
        return LG_MEMORY;
    pump->host = host;
    pump->consumption = lg_value_at(info, OPTION_CONSUMPTION)->profile;
    pump->heat_demand = lg_value_at(info, OPTION_HEAT_DEMAND)->profile;
    pump->source_temp = lg_value_at(info, OPTION_SOURCE_TEMP)->profile;
    pump->max_power_kW = lg_value_at(info, OPTION_POWER)->number;
    pump->min_temp_C = lg_value_at(info, OPTION_MIN_TEMP)->number;
    pump->ground = lg_value_at(info, OPTION_SOURCE_TYPE)->text[0] == 'g';
    pump->kWh_per_K =
        lg_value_at(info, OPTION_VOLUME)->number * WATER_KG_PER_L * WATER_KJ_PER_KG_K / KJ_PER_KWH;
    double range_K = lg_value_at(info, OPTION_MAX_TEMP)->number - pump->min_temp_C;
    double initial_K = lg_value_at(info, OPTION_INITIAL_TEMP)->number - pump->min_temp_C;
    pump->full_kWh = to_whole_uwh(range_K * pump->kWh_per_K);
    pump->heat_kWh = to_whole_uwh(initial_K * pump->kWh_per_K);
    *device = pump;
    return LG_OK;
}

void heat_pump_close(void *device)
{
    heat_pump_device *pump = device;
    pump->host->free(pump->host->ctx, pump);
}

/* The heat the home takes in the slot; NaN where the profile says nothing. */
static double heat_taken(const heat_pump_device *pump, const lg_slot *slot)
{
    const lg_host *host = pump->host;
    if (pump->consumption)
        return host->profile_at(host->ctx, pump->consumption, slot->start_ms) * pump->cop;
    return host->profile_at(host->ctx, pump->heat_demand, slot->start_ms) * slot->hours;
}

int32_t heat_pump_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    heat_pump_device *pump = device;
    const lg_host *host = pump->host;
    double source_C = pump->source_temp
                          ? host->profile_at(host->ctx, pump->source_temp, slot->start_ms)
                      : pump->ground ? 10
                                     : 7;
    pump->cop = heat_pump_cop(pump->ground, tank_C(pump), source_C);
    pump->taken_kWh = to_whole_uwh(heat_taken(pump, slot));
    if (!isfinite(pump->cop) || !isfinite(pump->taken_kWh)) {
        host->refuse(host->ctx, "a profile of it says nothing about this slot");
        return LG_INVALID;
    }
    double most_kWh = to_whole_uwh(pump->max_power_kW * slot->hours);
    double least_heat_kWh = pump->taken_kWh - pump->heat_kWh;
    double most_heat_kWh = least_heat_kWh + pump->full_kWh;
    plan->need_kWh = to_whole_uwh(within(least_heat_kWh / pump->cop, 0, most_kWh));
    plan->demand_kWh = to_whole_uwh(within(most_heat_kWh / pump->cop, 0, most_kWh));
    return LG_OK;
}

int32_t heat_pump_settle(void *device, const lg_slot *slot, const lg_settlement *done)
{
    heat_pump_device *pump = device;
    double heat_kWh = to_whole_uwh(pump->heat_kWh + pump->cop * done->bought_kWh - pump->taken_kWh);
    if (heat_kWh < -SLACK_KWH)
        pump->unserved_kWh = to_whole_uwh(pump->unserved_kWh - heat_kWh);
    pump->heat_kWh = within(heat_kWh, 0, pump->full_kWh);
    pump->power_W = done->bought_kWh / slot->hours * 1000;
    return LG_OK;
}

int32_t heat_pump_poll(void *device, int64_t now_ms)
{
    const heat_pump_device *pump = device;
    const lg_host *host = pump->host;
    host->post(host->ctx, POINT_POWER, pump->power_W, now_ms);
    host->post(host->ctx, POINT_TANK_TEMP, tank_C(pump), now_ms);
    host->post(host->ctx, POINT_COP, pump->cop, now_ms);
    host->post(host->ctx, POINT_UNSERVED_HEAT, pump->unserved_kWh, now_ms);
    return LG_OK;
}
