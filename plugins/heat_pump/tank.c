/* A tank of water, from which the home takes its heat.
 *
 *   heat of the tank, above that at min_temp_C    H = V * rho * c * (T - min_temp_C)
 *   water: c = 4.186 kJ/(kg K), rho = 1 kg/l, so that 50 l hold 0.05814 kWh/K
 *   in a slot that puts E kWh of current into it  H' = H + COP * E - Q
 *
 * With phase change material in it, latent_kWh of that heat melt it at melting_temp_C, and the tank
 * stays at that temperature as long as some of it is solid and some molten.
 *
 * Between the E that ends the slot with H' = 0 (need: what cannot wait) and the E that ends it with
 * the tank at max_temp_C (demand) the market decides.
 *
 * If less than the need is bought the tank would fall below min_temp_C. It does not: the home goes
 * without that heat, once, and the tank stays at its minimum. H is rounded to whole
 * micro-watt-hours after each slot, so that it does not drift. No losses are modelled. */
#include "device.h"

#include "lunagrid/detmath.h"

#define WATER_KJ_PER_KG_K 4.186
#define WATER_KG_PER_L    1.0
#define KJ_PER_KWH        3600.0

/* Less heat than this is the rounding of what was bought. */
#define SLACK_KWH 2e-8

double heat_pump_whole_uwh(double kwh)
{
    return lg_det_floor(kwh * 1e9 + 0.5) / 1e9;
}

double heat_pump_kWh_per_K(double volume_l)
{
    return volume_l * WATER_KG_PER_L * WATER_KJ_PER_KG_K / KJ_PER_KWH;
}

void heat_pump_tank_init(heat_pump_tank *tank, const heat_pump_tank_info *info)
{
    bool molten = info->initial_C > info->melting_C;
    tank->min_temp_C = info->min_C;
    tank->kWh_per_K = heat_pump_kWh_per_K(info->volume_l);
    tank->latent_kWh = info->latent_kWh;
    tank->solid_kWh = (info->melting_C - info->min_C) * tank->kWh_per_K;
    tank->full_kWh =
        heat_pump_whole_uwh((info->max_C - info->min_C) * tank->kWh_per_K + info->latent_kWh);
    tank->heat_kWh = heat_pump_whole_uwh((info->initial_C - info->min_C) * tank->kWh_per_K +
                                         (molten ? info->latent_kWh : 0));
}

double heat_pump_tank_C(const heat_pump_tank *tank)
{
    double melts_kWh = tank->latent_kWh > 0
                           ? heat_pump_within(tank->heat_kWh - tank->solid_kWh, 0, tank->latent_kWh)
                           : 0;
    return tank->min_temp_C + (tank->heat_kWh - melts_kWh) / tank->kWh_per_K;
}

void heat_pump_tank_plan(heat_pump_tank *tank)
{
    double least_kWh = tank->taken_kWh - tank->heat_kWh;
    double most_kWh = least_kWh + tank->full_kWh;
    tank->need_kWh = least_kWh > 0 ? least_kWh / tank->cop : 0;
    tank->demand_kWh = most_kWh > 0 ? most_kWh / tank->cop : 0;
}

double heat_pump_tank_settle(heat_pump_tank *tank, double current_kWh)
{
    double heat_kWh =
        heat_pump_whole_uwh(tank->heat_kWh + tank->cop * current_kWh - tank->taken_kWh);
    tank->heat_kWh = heat_kWh < 0 ? 0 : heat_kWh > tank->full_kWh ? tank->full_kWh : heat_kWh;
    return heat_kWh < -SLACK_KWH ? -heat_kWh : 0;
}
