/* A heat pump makes less heat of a kWh the warmer its tank is. Between 15 K and 87.5 K above its
 * source the COP is a parabola that opens upwards, so it lies below the chord from the tank's
 * coldest to its warmest, and above every tangent; where the tank crosses 15 K it is only known to
 * lie between its least and its most. The chord is taken for what is gained, the tangent for what
 * is taken out when that is told as current (consumption_kWh_profile), so nobody does better.
 *
 * Heat in the tank has no value at the end: no bill has one, and a home takes its heat from the
 * tank that the next day finds. Hydrogen has: its store is told as a battery's content is, and
 * valued so.
 */
#include "arena/tanks.h"

#include <math.h>
#include <string.h>
#include "base/num.h"
#include "grid/profile.h"
#include "grid/unit.h"

#define WATER_KJ_PER_KG_K 4.186 /* and a kilogram is a litre */
#define KJ_PER_KWH        3600.0
#define DIFFERENCE_MIN_K  15.0
#define DIFFERENCE_MAX_K  87.5

/* A device rounds what it holds, needs and takes to whole micro-watt-hours, and what it needs
 * counts up to eight times in heat: it may so get along with this much less in a slot. */
#define ROUNDING_UWH 10

bool lg_tanks_know(const char *name)
{
    return strcmp(name, "heat_pump") == 0 || strcmp(name, "electrolyzer") == 0;
}

static double hours_of(const lg_stays_run *run)
{
    return (double)run->slot_ms / 3600000.0;
}

static int64_t start_of(const lg_stays_run *run, uint32_t slot)
{
    return run->start_ms + (int64_t)slot * run->slot_ms;
}

static bool is_range(double kwh)
{
    return kwh >= 0 && kwh <= (double)LG_BOUND_UWH_MAX / (double)LG_KWH_UWH;
}

/* ---- heat pumps ---- */

/* The regressions of Staffell et al. (2012) that the plugin has. */
static double cop(bool ground, double sink_C, double source_C)
{
    double k = sink_C - source_C;
    k = k < DIFFERENCE_MIN_K ? DIFFERENCE_MIN_K : k > DIFFERENCE_MAX_K ? DIFFERENCE_MAX_K : k;
    return ground ? 10.29 - 0.21 * k + 0.0012 * k * k : 6.08 - 0.09 * k + 0.0005 * k * k;
}

typedef struct pump {
    const lg_profile *consumption, *heat, *source;
    bool ground;
    double min_C, max_C, full_kWh, most_kWh, hours;
} pump;

static pump pump_of(const lg_asset *asset, const lg_stays_run *run)
{
    const char *type = lg_site_value(asset, "source_type")->text;
    pump p = {
        .consumption = lg_site_value(asset, "consumption_kWh_profile")->profile,
        .heat = lg_site_value(asset, "heat_demand_kW_profile")->profile,
        .source = lg_site_value(asset, "source_temp_C_profile")->profile,
        .ground = type && type[0] == 'g',
        .min_C = lg_site_value(asset, "min_temp_C")->number,
        .max_C = lg_site_value(asset, "max_temp_C")->number,
        .hours = hours_of(run),
    };
    double kWh_per_K =
        lg_site_value(asset, "tank_volume_l")->number * WATER_KJ_PER_KG_K / KJ_PER_KWH;
    p.full_kWh = (p.max_C - p.min_C) * kWh_per_K;
    p.most_kWh = lg_site_value(asset, "maximum_power_rating_kW")->number * p.hours;
    return p;
}

/* What is taken as current: at least the tangent in the middle of the tank's range. */
static void take_current(const pump *p, double kwh, double source_C, lg_bound_tank_slot *s)
{
    double most = cop(p->ground, p->min_C, source_C), least = cop(p->ground, p->max_C, source_C);
    double middle_C = (p->min_C + p->max_C) / 2, range_K = p->max_C - p->min_C;
    double k = middle_C - source_C, fall = 0, empty = least;
    if (p->min_C - source_C >= DIFFERENCE_MIN_K && k < DIFFERENCE_MAX_K) {
        double slope = p->ground ? -0.21 + 0.0024 * k : -0.09 + 0.001 * k; /* a kelvin */
        fall = -slope * range_K;
        empty = cop(p->ground, middle_C, source_C) + fall / 2;
    }
    s->taken_uwh = (int64_t)floor(kwh * empty * (double)LG_KWH_UWH);
    s->less_uwh = (int64_t)ceil(kwh * fall * (double)LG_KWH_UWH);
    s->free_uwh = kwh > p->most_kWh ? lg_bound_uwh((kwh - p->most_kWh) * most) + ROUNDING_UWH : 0;
}

static void take_heat(const pump *p, double kwh, double least, lg_bound_tank_slot *s)
{
    s->taken_uwh = lg_bound_uwh(kwh);
    s->less_uwh = 0;
    double lacking = kwh - least * p->most_kWh;
    s->free_uwh = lacking > 0 ? lg_bound_uwh(lacking) + ROUNDING_UWH : 0;
}

static bool fill_pump_slot(const pump *p, int64_t at_ms, lg_bound_tank_slot *s)
{
    double source_C = p->source ? lg_profile_at(p->source, at_ms) : p->ground ? 10 : 7;
    double told = lg_profile_at(p->consumption ? p->consumption : p->heat, at_ms);
    if (!isfinite(source_C) || !is_range(told) || !is_range(told * p->hours))
        return false;
    double most = cop(p->ground, p->min_C, source_C), least = cop(p->ground, p->max_C, source_C);
    bool convex = p->min_C - source_C >= DIFFERENCE_MIN_K;
    s->gain_ppb = (int64_t)ceil(most * (double)LG_ONE_PPB);
    s->fall_ppb = convex ? (int64_t)floor((most - least) * (double)LG_ONE_PPB) : 0;
    if (p->consumption)
        take_current(p, told, source_C, s);
    else
        take_heat(p, told * p->hours, least, s);
    s->taken_uwh = lg_max64(0, s->taken_uwh - ROUNDING_UWH);
    /* what fills an empty tank as badly as the fullest would */
    double taken_kWh = p->consumption ? told * most : told * p->hours;
    double fits_kWh = (p->full_kWh + taken_kWh) / least;
    s->most_uwh = lg_bound_uwh(fits_kWh < p->most_kWh ? fits_kWh : p->most_kWh) + ROUNDING_UWH;
    return true;
}

static bool fill_pump(const lg_asset *asset, const lg_stays_run *run, lg_bound_tank_slot *slots,
                      lg_bound_tank *tank)
{
    const pump p = pump_of(asset, run);
    double range_K = p.max_C - p.min_C,
           initial_K = lg_site_value(asset, "initial_temp_C")->number - p.min_C;
    if ((!p.consumption && !p.heat) || !(range_K > 0) || !is_range(p.full_kWh) ||
        !is_range(p.most_kWh))
        return false;
    *tank = (lg_bound_tank){
        .capacity_uwh = lg_bound_uwh(p.full_kWh),
        .slots = slots,
    };
    tank->initial_uwh =
        lg_min64(lg_bound_uwh(p.full_kWh * initial_K / range_K), tank->capacity_uwh);
    for (uint32_t t = 0; t < run->slot_count; t++)
        if (!fill_pump_slot(&p, start_of(run, t), &slots[t]))
            return false;
    return true;
}

/* ---- electrolysers ---- */

/* Energies are those of the current that makes the hydrogen. What is told of the store at the start
 * is what the first slot has left in it. */
static bool fill_electrolyzer(const lg_asset *asset, const lg_stays_run *run,
                              lg_bound_tank_slot *slots, lg_bound_tank *tank)
{
    const lg_profile *taken = lg_site_value(asset, "discharge_profile")->profile;
    double per_kg = lg_site_value(asset, "conversion_kWh_per_kg")->number;
    double capacity_kWh = lg_site_value(asset, "hydrogen_capacity_kg")->number * per_kg;
    double most_kWh = lg_site_value(asset, "maximum_power_rating_kW")->number * hours_of(run);
    if (!taken || !is_range(capacity_kWh) || !is_range(most_kWh))
        return false;
    *tank = (lg_bound_tank){
        .capacity_uwh = lg_bound_uwh(capacity_kWh),
        .initial_uwh = lg_bound_uwh(lg_site_value(asset, "initial_hydrogen_kg")->number * per_kg),
        .valued = true,
        .slots = slots,
    };
    for (uint32_t t = 0; t < run->slot_count; t++) {
        double kwh = lg_profile_at(taken, start_of(run, t)) * per_kg;
        if (!is_range(kwh))
            return false;
        int64_t uwh = lg_bound_uwh(kwh);
        slots[t] = (lg_bound_tank_slot){
            .most_uwh = lg_bound_uwh(most_kWh),
            .taken_uwh = uwh,
            .free_uwh = lg_max64(0, uwh - lg_bound_uwh(most_kWh)),
            .gain_ppb = LG_ONE_PPB,
        };
    }
    tank->valued_from_uwh =
        run->slot_count ? lg_max64(0, tank->initial_uwh - slots[0].taken_uwh) : tank->initial_uwh;
    return true;
}

bool lg_tank_of(const lg_asset *asset, const char *name, const lg_stays_run *run,
                lg_bound_tank_slot *slots, lg_bound_tank *tank)
{
    return strcmp(name, "heat_pump") == 0 ? fill_pump(asset, run, slots, tank)
                                          : fill_electrolyzer(asset, run, slots, tank);
}
