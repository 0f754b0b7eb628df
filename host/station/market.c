/* What stands behind an asset, in the market's words, and what was traded, in words of devices.
 *
 * An asset promises what its components are expected to do. A component that is silent or has
 * failed promises nothing. What was traded and has not flowed yet becomes power over the rest of
 * the slot, shared by what each component can still take or give. */
#include <math.h>

#include "microgrid/kind.h"
#include "microgrid/pool.h"
#include "station/room.h"

static double or_else(double value, double otherwise)
{
    return isnan(value) ? otherwise : value;
}

/* Whether anything is to be expected of a component: it works, and was heard of lately. */
static bool is_sound(const lg_station *s, uint32_t index)
{
    const lg__unit *u = &s->units[index];
    bool first = u->good_ms == INT64_MIN && s->now_ms == s->input.start_ms;
    return first || (!u->failed && !isnan(lg_station_power(s, index)));
}

static lg_device_forecast forecast(lg_station *s, uint32_t index, int64_t from_ms, int64_t until_ms)
{
    const lg__unit *u = &s->units[index];
    uint32_t device = s->spec->devices[index];
    lg_device_forecast out = {.size = 0};
    const lg_device_span span = {
        .size = sizeof span,
        .component = s->spec->parts[index],
        .from_ms = from_ms,
        .until_ms = until_ms,
    };
    if (device != LG_NONE && lg_equipment_forecast(s->equipment, device, &span, &out) && out.size)
        return out;
    double none = (double)NAN;
    double usual_W = or_else(u->before_W, or_else(u->power_W, 0));
    return (lg_device_forecast){sizeof out, 0,    usual_W, usual_W, usual_W, none, none,
                                none,       none, none,    none,    none,    none};
}

/* Sums over the components of an asset; energies in kWh. */
typedef struct sums {
    double used, made; /* without commands */
    double stored, capacity, reserve, charge, discharge, efficiency;
    double due, due_hours, need;
    bool due_any;
} sums;

static void add_due(sums *sum, const lg_device_forecast *f, const lg_slot *slot)
{
    double most = fmax(f->max_W, 0) * slot->hours / 1000, due = f->need_Wh / 1000;
    double left_hours = (f->due_ms - (double)slot->start_ms) / 3600000;
    double later = fmax(f->max_W, 0) * fmax(left_hours - slot->hours, 0) / 1000;
    sum->charge += fmin(most, due);
    sum->due += due;
    sum->need += fmin(fmax(due - later, 0), most);
    sum->due_hours = sum->due_any ? fmin(sum->due_hours, left_hours) : left_hours;
    sum->due_any = true;
}

static void add(sums *sum, const lg_device_forecast *f, const lg_slot *slot)
{
    double power_W = or_else(f->power_W, 0);
    sum->used += fmax(power_W, 0) * slot->hours / 1000;
    sum->made += fmax(-power_W, fmax(-or_else(f->min_W, 0), 0)) * slot->hours / 1000;
    if (isnan(f->stored_Wh) || isnan(f->capacity_Wh))
        return;
    double in = or_else(f->charged_part, 1), out = or_else(f->delivered_part, 1);
    double stored = fmin(fmax(f->stored_Wh, 0), f->capacity_Wh);
    double room = fmax(or_else(f->upper_Wh, f->capacity_Wh) - stored, 0) / in;
    double above = fmax(stored - or_else(f->lower_Wh, 0), 0) * out;
    sum->stored += stored / 1000;
    sum->capacity += f->capacity_Wh / 1000;
    sum->reserve += or_else(f->lower_Wh, 0) / 1000;
    sum->charge += fmin(fmax(or_else(f->max_W, 0), 0) * slot->hours, room) / 1000;
    sum->discharge += fmin(fmax(-or_else(f->min_W, 0), 0) * slot->hours, above) / 1000;
    sum->efficiency = in;
}

void lg_station_plan(lg_station *s, uint32_t backed, const lg_slot *slot, lg_plan *plan)
{
    const lg_backed_spec *b = &s->spec->backed[backed];
    uint32_t role = s->input.site->assets[b->asset].role;
    int64_t until_ms = slot->start_ms + (int64_t)(slot->hours * 3600000 + 0.5);
    sums sum = {.efficiency = 1};
    for (uint32_t i = 0; i < b->count; i++) {
        lg_device_forecast f = forecast(s, b->components[i], slot->start_ms, until_ms);
        if (!is_sound(s, b->components[i]))
            continue;
        if (s->spec->facts[b->components[i]].mode != 4) { /* watched: it goes its own way */
            f.stored_Wh = f.need_Wh = (double)NAN;
            f.min_W = f.max_W = or_else(f.power_W, 0);
        }
        if (role == LG_ROLE_CONSUMER && !isnan(f.need_Wh))
            add_due(&sum, &f, slot);
        else
            add(&sum, &f, slot);
    }
    switch (role) {
    case LG_ROLE_CONSUMER:
        plan->demand_kWh = sum.used + sum.charge;
        if (sum.due_any) {
            plan->need_kWh = sum.used + sum.need;
            plan->due_kWh = sum.due;
            plan->due_hours = sum.due_hours;
        }
        return;
    case LG_ROLE_PRODUCER:
        plan->supply_kWh = sum.made;
        return;
    case LG_ROLE_STORAGE:
        plan->stored_kWh = sum.stored;
        plan->capacity_kWh = sum.capacity;
        plan->reserve_kWh = sum.reserve;
        plan->demand_kWh = sum.charge;
        plan->supply_kWh = fmin(sum.discharge, sum.stored);
        plan->efficiency = sum.efficiency;
        return;
    default:
        plan->demand_kWh = fmax(sum.used - sum.made, 0);
        plan->supply_kWh = fmax(sum.made - sum.used, 0);
    }
}

double lg_station_measured(const lg_station *s, uint32_t backed)
{
    const lg_backed_spec *b = &s->spec->backed[backed];
    double sum_Wh = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        const lg__unit *u = &s->units[b->components[i]];
        sum_Wh += u->consumed_Wh - u->slot_consumed_Wh;
        sum_Wh -= u->delivered_Wh - u->slot_delivered_Wh;
    }
    return sum_Wh;
}

/* ---- set points ---- */

/* Whether the market may say what the component does: it takes power, and nobody else's set point
 * holds. What the weather makes is not curtailed: what is not sold flows out all the same. */
static bool may_command(const lg_station *s, uint32_t index)
{
    const lg_component *c = &s->spec->components[index];
    bool weather = (c->category == LG_CATEGORY_INVERTER && c->type == LG_INVERTER_PV) ||
                   c->category == LG_CATEGORY_WIND_TURBINE;
    double told = lg_plant_power(s->plant, index, LG_POWER_ACTIVE);
    return lg_category_takes_power(c->category) && !weather && s->spec->facts[index].mode == 4 &&
           lg_plant_stage_of(s->plant, index) == LG_STAGE_RUNNING && is_sound(s, index) &&
           (isnan(told) || s->units[index].of_market);
}

static void command(lg_station *s, uint32_t index, double power_W, uint64_t lifetime_s)
{
    int64_t until_ms;
    s->later = false;
    if (lg_plant_set_power(s->plant, s->spec->components[index].id, LG_POWER_ACTIVE, power_W,
                           lifetime_s, s->now_ms, &until_ms) == LG_PLANT_OK)
        s->units[index].of_market = true;
}

void lg_station_dispatch(lg_station *s, uint32_t backed, double traded_Wh, int64_t end_ms)
{
    const lg_backed_spec *b = &s->spec->backed[backed];
    double hours = (double)(end_ms - s->now_ms) / 3600000;
    lg_share shares[LG_BACKED_MAX];
    uint32_t indices[LG_BACKED_MAX], count = 0;
    if (!b->follow || hours <= 0)
        return;
    for (uint32_t i = 0; i < b->count && count < LG_BACKED_MAX; i++) {
        uint32_t index = b->components[i];
        if (!may_command(s, index))
            continue;
        shares[count] = (lg_share){
            .weight = 1,
            .allowed = lg_plant_bounds(s->plant, index, LG_POWER_ACTIVE),
        };
        indices[count++] = index;
    }
    if (!count)
        return;
    (void)lg_pool_share(shares, count, (traded_Wh - lg_station_measured(s, backed)) / hours);
    double seconds = hours * 3600 + 1;
    uint64_t lifetime_s = seconds < LG_POWER_LIFETIME_MIN   ? LG_POWER_LIFETIME_MIN
                          : seconds > LG_POWER_LIFETIME_MAX ? LG_POWER_LIFETIME_MAX
                                                            : (uint64_t)seconds;
    for (uint32_t i = 0; i < count; i++)
        command(s, indices[i], shares[i].power, lifetime_s);
}
