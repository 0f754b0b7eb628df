/* A heat pump warms one or more tanks (tank.c), from which the home takes its heat Q:
 *
 *   heat_demand_kW_profile * hours; or
 *   COP * consumption_kWh_profile, the current that a heat pump without a tank would use in the
 * slot, as the reference exchange has it (so a warmer tank, whose COP is less, gives a little
 * less); or V * rho * c * (supply - return) for water_flow_m3_profile and its two temperatures:
 * what a meter of district heat counts, in whose place the pump stands. Water that comes back no
 * colder than it went takes nothing.
 *
 * Of several tanks each gives in proportion to the heat it holds when full. What was bought goes to
 * their needs first and then to what fills them, in proportion to both; so between need and demand
 * no tank is below its minimum or above its maximum. Need and demand together are at most power *
 * hours. Tanks change when the slot is over.
 *
 * What of the need was not bought counts as unserved (in kWh of current); the heat that was missing
 * is the point unserved_heat. Heat that the pump's power could not have made either is in the point
 * only.
 *
 * How much heat a kWh of current makes: cop.c. */
#include "device.h"

#include <math.h>
#include <stdio.h>

#define L_PER_M3 1000.0

static int32_t refuse(const lg_host *host, const char *sentence)
{
    host->refuse(host->ctx, sentence);
    return LG_INVALID;
}

static int32_t check_tank(const lg_host *host, const char *where, const heat_pump_tank_info *tank,
                          bool initial_given)
{
    double min_C = tank->min_C, max_C = tank->max_C, initial_C = tank->initial_C;
    char sentence[240];
    if (min_C >= max_C) {
        snprintf(sentence, sizeof sentence,
                 "%smin_temp_C is %g, expected less than max_temp_C, which is %g", where, min_C,
                 max_C);
        return refuse(host, sentence);
    }
    if (initial_C < min_C || initial_C > max_C) {
        snprintf(sentence, sizeof sentence,
                 "%sinitial_temp_C is %g%s, expected min_temp_C to max_temp_C, %g to %g", where,
                 initial_C, initial_given ? "" : " (the default)", min_C, max_C);
        return refuse(host, sentence);
    }
    if (tank->latent_kWh > 0 && (tank->melting_C < min_C || tank->melting_C > max_C)) {
        snprintf(sentence, sizeof sentence,
                 "%smelting_temp_C is %g, expected min_temp_C to max_temp_C, %g to %g, where "
                 "latent_kWh is given",
                 where, tank->melting_C, min_C, max_C);
        return refuse(host, sentence);
    }
    return LG_OK;
}

static bool is_given(const lg_device_info *info, uint32_t option)
{
    return lg_value_at(info, option)->profile != NULL;
}

static int32_t check_heat(const lg_host *host, const lg_device_info *info)
{
    int ways = is_given(info, OPTION_CONSUMPTION) + is_given(info, OPTION_HEAT_DEMAND) +
               is_given(info, OPTION_FLOW);
    bool supply = is_given(info, OPTION_SUPPLY_TEMP), back = is_given(info, OPTION_RETURN_TEMP);
    if (ways > 1)
        return refuse(host, "heat_demand_kW_profile, consumption_kWh_profile and "
                            "water_flow_m3_profile say the same twice; give one of them");
    if (ways == 0)
        return refuse(host, "it does not say what heat the home takes: give "
                            "heat_demand_kW_profile, consumption_kWh_profile or "
                            "water_flow_m3_profile");
    if (is_given(info, OPTION_FLOW) != supply || supply != back)
        return refuse(host, "water_flow_m3_profile, water_supply_temp_C_profile and "
                            "water_return_temp_C_profile go together; give all three or none");
    return LG_OK;
}

/* What is said of one tank where tanks has all of them. */
static int32_t check_single(const lg_host *host, const lg_device_info *info)
{
    static const uint32_t options[] = {OPTION_MIN_TEMP, OPTION_MAX_TEMP, OPTION_INITIAL_TEMP,
                                       OPTION_VOLUME,   OPTION_LATENT,   OPTION_MELTING_TEMP};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (lg_value_at(info, options[i])->given)
            return refuse(host, "temperatures and volume of a tank stand in tanks, or beside it "
                                "when there is one tank only; not both");
    return LG_OK;
}

/* Each tank of the scenario, checked, into the device. */
static int32_t read_tanks(heat_pump_device *pump, const lg_device_info *info)
{
    const lg_value *rows = lg_value_at(info, OPTION_TANKS);
    const lg_host *host = pump->host;
    char where[40];
    double full_kWh = 0;
    if (!rows->given) {
        const lg_value *initial = lg_value_at(info, OPTION_INITIAL_TEMP);
        const heat_pump_tank_info only = {
            .volume_l = lg_value_at(info, OPTION_VOLUME)->number,
            .min_C = lg_value_at(info, OPTION_MIN_TEMP)->number,
            .max_C = lg_value_at(info, OPTION_MAX_TEMP)->number,
            .initial_C = initial->number,
            .latent_kWh = lg_value_at(info, OPTION_LATENT)->number,
            .melting_C = lg_value_at(info, OPTION_MELTING_TEMP)->number,
        };
        heat_pump_tank_init(pump->tanks, &only);
        pump->tanks[0].share = 1;
        return check_tank(host, "", &only, initial->given);
    }
    for (uint32_t i = 0; i < pump->tank_count; i++) {
        const double *cell = rows->list + (size_t)i * COLUMN_COUNT;
        const heat_pump_tank_info one = {
            .volume_l = cell[COLUMN_VOLUME],
            .min_C = cell[COLUMN_MIN_TEMP],
            .max_C = cell[COLUMN_MAX_TEMP],
            .initial_C = cell[COLUMN_INITIAL_TEMP],
            .latent_kWh = cell[COLUMN_LATENT],
            .melting_C = cell[COLUMN_MELTING_TEMP],
        };
        snprintf(where, sizeof where, "tanks[%u]: ", i + 1);
        int32_t status = check_tank(host, where, &one, true);
        if (status != LG_OK)
            return status;
        heat_pump_tank_init(&pump->tanks[i], &one);
        full_kWh += pump->tanks[i].full_kWh;
    }
    for (uint32_t i = 0; i < pump->tank_count; i++)
        pump->tanks[i].share = pump->tanks[i].full_kWh / full_kWh;
    return check_single(host, info);
}

static int32_t read_cop(heat_pump_device *pump, const lg_device_info *info)
{
    const lg_value *rows = lg_value_at(info, OPTION_COP_POINTS);
    uint64_t count = rows->given ? rows->list_count / COP_COLUMN_COUNT : 0;
    heat_pump_cop_model *model = &pump->cop;
    model->ground = lg_value_at(info, OPTION_SOURCE_TYPE)->text[0] == 'g';
    model->factor = lg_value_at(info, OPTION_COP_FACTOR)->number;
    if (count > HEAT_PUMP_POINTS_MAX || (rows->given && count == 0))
        return refuse(pump->host,
                      "cop_points are 1 to 32 tables: { difference_K = 30, cop = 4.1 }");
    for (uint32_t i = 0; i < count; i++) {
        const double *cell = rows->list + (size_t)i * COP_COLUMN_COUNT;
        model->points[i] = (heat_pump_cop_point){cell[COP_COLUMN_DIFFERENCE], cell[COP_COLUMN_COP]};
        if (i && model->points[i].difference_K <= model->points[i - 1].difference_K)
            return refuse(pump->host, "difference_K of cop_points rises from each to the next");
    }
    model->count = (uint32_t)count;
    return LG_OK;
}

int32_t heat_pump_open(const lg_host *host, const lg_device_info *info, void **device)
{
    const lg_value *rows = lg_value_at(info, OPTION_TANKS);
    size_t tanks = rows->given ? rows->list_count / COLUMN_COUNT : 1;
    int32_t status = check_heat(host, info);
    if (status == LG_OK && tanks == 0)
        status = refuse(host, "tanks is empty, expected at least one: {tank_volume_l = 200}");
    if (status != LG_OK)
        return status;
    heat_pump_device *pump = host->alloc(host->ctx, sizeof *pump + tanks * sizeof *pump->tanks);
    if (!pump)
        return LG_MEMORY;
    pump->host = host;
    pump->tank_count = (uint32_t)tanks;
    status = read_tanks(pump, info);
    if (status == LG_OK)
        status = read_cop(pump, info);
    if (status != LG_OK) {
        host->free(host->ctx, pump);
        return status;
    }
    pump->consumption = lg_value_at(info, OPTION_CONSUMPTION)->profile;
    pump->heat_demand = lg_value_at(info, OPTION_HEAT_DEMAND)->profile;
    pump->flow = lg_value_at(info, OPTION_FLOW)->profile;
    pump->supply_temp = lg_value_at(info, OPTION_SUPPLY_TEMP)->profile;
    pump->return_temp = lg_value_at(info, OPTION_RETURN_TEMP)->profile;
    pump->source_temp = lg_value_at(info, OPTION_SOURCE_TEMP)->profile;
    pump->max_power_kW = lg_value_at(info, OPTION_POWER)->number;
    *device = pump;
    return LG_OK;
}

void heat_pump_close(void *device)
{
    heat_pump_device *pump = device;
    pump->host->free(pump->host->ctx, pump);
}

/* What a profile says at the start of the slot; NaN where it says nothing. */
static double at(const heat_pump_device *pump, const lg_profile *profile, const lg_slot *slot)
{
    return pump->host->profile_at(pump->host->ctx, profile, slot->start_ms);
}

/* The heat the home takes from one tank if it takes all there; NaN where a profile says nothing. */
static double heat_taken(const heat_pump_device *pump, const heat_pump_tank *tank,
                         const lg_slot *slot)
{
    if (pump->consumption)
        return at(pump, pump->consumption, slot) * tank->cop;
    if (pump->heat_demand)
        return at(pump, pump->heat_demand, slot) * slot->hours;
    double cooled_K = at(pump, pump->supply_temp, slot) - at(pump, pump->return_temp, slot);
    double volume_l = at(pump, pump->flow, slot) * L_PER_M3;
    return cooled_K < 0 ? 0 * volume_l : heat_pump_kWh_per_K(volume_l) * cooled_K;
}

int32_t heat_pump_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    heat_pump_device *pump = device;
    double most_kWh = heat_pump_whole_uwh(pump->max_power_kW * slot->hours);
    double source_C = pump->source_temp  ? at(pump, pump->source_temp, slot)
                      : pump->cop.ground ? 10
                                         : 7;
    double need_kWh = 0, demand_kWh = 0;
    for (uint32_t i = 0; i < pump->tank_count; i++) {
        heat_pump_tank *tank = &pump->tanks[i];
        tank->cop = heat_pump_cop(&pump->cop, heat_pump_tank_C(tank), source_C);
        tank->taken_kWh = heat_pump_whole_uwh(heat_taken(pump, tank, slot) * tank->share);
        if (!isfinite(tank->cop) || !isfinite(tank->taken_kWh)) {
            pump->host->refuse(pump->host->ctx, "a profile of it says nothing about this slot");
            return LG_INVALID;
        }
        heat_pump_tank_plan(tank);
        need_kWh += tank->need_kWh;
        demand_kWh += tank->demand_kWh;
    }
    plan->need_kWh = heat_pump_whole_uwh(heat_pump_within(need_kWh, 0, most_kWh));
    plan->demand_kWh = heat_pump_whole_uwh(heat_pump_within(demand_kWh, 0, most_kWh));
    return LG_OK;
}

int32_t heat_pump_settle(void *device, const lg_slot *slot, const lg_settlement *done)
{
    heat_pump_device *pump = device;
    double need_kWh = 0, room_kWh = 0, missing_kWh = 0, left_kWh = done->bought_kWh;
    for (uint32_t i = 0; i < pump->tank_count; i++) {
        need_kWh += pump->tanks[i].need_kWh;
        room_kWh += pump->tanks[i].demand_kWh - pump->tanks[i].need_kWh;
    }
    double needed_kWh = heat_pump_within(done->bought_kWh, 0, need_kWh);
    double served = need_kWh > 0 ? needed_kWh / need_kWh : 0;
    double filled = room_kWh > 0 ? (done->bought_kWh - needed_kWh) / room_kWh : 0;
    for (uint32_t i = 0; i < pump->tank_count; i++) {
        heat_pump_tank *tank = &pump->tanks[i];
        double current_kWh = served * tank->need_kWh + filled * (tank->demand_kWh - tank->need_kWh);
        if (i + 1 == pump->tank_count) /* nothing is lost to rounding */
            current_kWh = left_kWh;
        left_kWh -= current_kWh;
        missing_kWh += heat_pump_tank_settle(tank, current_kWh);
    }
    pump->unserved_kWh = heat_pump_whole_uwh(pump->unserved_kWh + missing_kWh);
    pump->power_W = done->bought_kWh / slot->hours * 1000;
    return LG_OK;
}

int32_t heat_pump_poll(void *device, int64_t now_ms)
{
    const heat_pump_device *pump = device;
    const lg_host *host = pump->host;
    double warmth = 0, per_K = 0, cop = 0;
    for (uint32_t i = 0; i < pump->tank_count; i++) {
        const heat_pump_tank *tank = &pump->tanks[i];
        warmth += heat_pump_tank_C(tank) * tank->kWh_per_K;
        per_K += tank->kWh_per_K;
        cop += tank->cop * tank->share;
    }
    host->post(host->ctx, POINT_POWER, pump->power_W, now_ms);
    host->post(host->ctx, POINT_TANK_TEMP, warmth / per_K, now_ms);
    host->post(host->ctx, POINT_COP, cop, now_ms);
    host->post(host->ctx, POINT_UNSERVED_HEAT, pump->unserved_kWh, now_ms);
    return LG_OK;
}
