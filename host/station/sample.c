/* What components say: kept as it is for those who look, and believed only as far as its times go
 * forward. Energy comes from a component's own counters, which know what flowed while it was
 * silent; without counters from its power, held for as long as it is fresh. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "station/room.h"

static bool make_room(lg_station *s, lg__unit *u, const lg_device_sample *sample)
{
    uint32_t ranges = 0;
    for (uint32_t i = 0; i < sample->value_count; i++)
        ranges += sample->values[i].range_count;
    bool room = LG_GROW(s->mem, u->values, u->value_capacity, sample->value_count + 1) &&
                LG_GROW(s->mem, u->ranges, u->range_capacity, ranges + 1);
    s->exhausted = s->exhausted || !room;
    return room;
}

static uint32_t keep_troubles(lg__trouble *out, const lg_microgrid_diagnostic *list, uint32_t count)
{
    uint32_t kept = count < LG__DIAGNOSTICS_MAX ? count : LG__DIAGNOSTICS_MAX;
    for (uint32_t i = 0; i < kept; i++) {
        out[i].code = list[i].code;
        out[i].has_vendor = list[i].vendor_code != NULL;
        snprintf(out[i].vendor, sizeof out[i].vendor, "%s",
                 list[i].vendor_code ? list[i].vendor_code : "");
        snprintf(out[i].message, sizeof out[i].message, "%s",
                 list[i].message ? list[i].message : "");
    }
    return kept;
}

static void keep(lg__unit *u, const lg_device_sample *sample)
{
    u->number++;
    u->time_ms = sample->time_ms;
    u->value_count = u->range_count = 0;
    for (uint32_t i = 0; i < sample->value_count; i++) {
        const lg_microgrid_value *value = &sample->values[i];
        if (!isfinite(value->value))
            continue;
        u->values[u->value_count++] = *value;
        if (value->range_count)
            memcpy(&u->ranges[u->range_count], value->ranges,
                   value->range_count * sizeof *value->ranges);
        u->range_count += value->range_count;
    }
    u->state_count = sample->state_count < LG__STATES_MAX ? sample->state_count : LG__STATES_MAX;
    if (u->state_count)
        memcpy(u->states, sample->states, u->state_count * sizeof *u->states);
    u->warning_count = keep_troubles(u->warnings, sample->warnings, sample->warning_count);
    u->error_count = keep_troubles(u->errors, sample->errors, sample->error_count);
}

/* The component's own limits, from the ranges of @p value. */
static void limit(lg_station *s, uint32_t index, const lg_microgrid_value *value,
                  lg_power_type type)
{
    lg_range given[LG_RANGES_MAX];
    lg_ranges limits;
    uint32_t count = value->range_count < LG_RANGES_MAX ? value->range_count : LG_RANGES_MAX;
    for (uint32_t i = 0; i < count; i++)
        given[i] = (lg_range){value->ranges[i].lower, value->ranges[i].upper};
    if (!count || !lg_ranges_make(given, count, &limits))
        return;
    s->units[index].limits[type] = limits;
    s->units[index].limits_due[type] = true;
}

/* Energy of the time since the sample before, from its power. */
static void count_power(lg__unit *u, int64_t time_ms)
{
    if (u->good_ms == INT64_MIN || isnan(u->power_W))
        return;
    int64_t held_ms = time_ms - u->good_ms;
    held_ms = held_ms > LG__FRESH_MS ? LG__FRESH_MS : held_ms;
    double energy_Wh = u->power_W * (double)held_ms / 3600000;
    if (energy_Wh > 0)
        u->consumed_Wh += energy_Wh;
    else
        u->delivered_Wh -= energy_Wh;
}

static void believe_value(lg_station *s, uint32_t index, const lg_microgrid_value *value)
{
    lg__unit *u = &s->units[index];
    switch (value->metric) {
    case LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED:
        u->consumed_Wh = value->value;
        return;
    case LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED:
        u->delivered_Wh = value->value;
        return;
    case LG_METRIC_AC_POWER_REACTIVE:
        u->vars = value->value;
        limit(s, index, value, LG_POWER_REACTIVE);
        return;
    case LG_METRIC_BATTERY_SOC_PCT:
        u->soc = value->value;
        return;
    default:
        if (value->metric != (uint32_t)lg__power_metric(s->spec->components[index].category))
            return;
        u->power_W = value->value;
        limit(s, index, value, LG_POWER_ACTIVE);
    }
}

static bool has(const lg_device_sample *sample, uint32_t metric)
{
    for (uint32_t i = 0; i < sample->value_count; i++)
        if (sample->values[i].metric == metric && isfinite(sample->values[i].value))
            return true;
    return false;
}

static void believe(lg_station *s, uint32_t index, const lg_device_sample *sample)
{
    lg__unit *u = &s->units[index];
    bool failed = false;
    u->counts = u->counts || (has(sample, LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED) &&
                              has(sample, LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED));
    if (!u->counts)
        count_power(u, sample->time_ms);
    u->good_ms = sample->time_ms;
    for (uint32_t i = 0; i < sample->value_count; i++)
        if (isfinite(sample->values[i].value))
            believe_value(s, index, &sample->values[i]);
    for (uint32_t i = 0; i < sample->state_count; i++)
        failed = failed || sample->states[i] == LG_STATE_ERROR;
    u->failure_due = u->failure_due || (failed && !u->failed);
    u->failed = failed;
    if (isnan(u->power_W))
        return;
    u->sum_W += u->power_W;
    u->min_W = u->samples ? fmin(u->min_W, u->power_W) : u->power_W;
    u->max_W = u->samples ? fmax(u->max_W, u->power_W) : u->power_W;
    u->samples++;
}

void lg__station_take(lg_station *s, uint32_t index, const lg_device_sample *sample)
{
    lg__unit *u = &s->units[index];
    if (!make_room(s, u, sample))
        return;
    keep(u, sample);
    if (sample->time_ms > u->good_ms && sample->time_ms <= s->now_ms)
        believe(s, index, sample);
    else
        u->bad++;
}

void lg__station_settle(lg_station *s)
{
    for (uint32_t i = 0; i < s->spec->component_count; i++) {
        lg__unit *u = &s->units[i];
        for (int type = 0; type < LG_POWER_TYPES; type++)
            if (u->limits_due[type])
                lg_plant_limit(s->plant, i, (lg_power_type)type, &u->limits[type]);
        if (u->failure_due)
            lg_plant_fail(s->plant, i);
        u->limits_due[LG_POWER_ACTIVE] = u->limits_due[LG_POWER_REACTIVE] = false;
        u->failure_due = false;
    }
}

/* ---- who looks ---- */

uint32_t lg_station_bounds(const lg_station *s, uint32_t index, uint32_t metric,
                           lg_microgrid_range *out, uint32_t max)
{
    const lg__unit *u = &s->units[index];
    bool reactive = metric == LG_METRIC_AC_POWER_REACTIVE;
    if (reactive || metric == (uint32_t)lg__power_metric(s->spec->components[index].category)) {
        bool said = false;
        for (uint32_t i = 0; i < u->value_count; i++)
            said = said || (u->values[i].metric == metric && u->values[i].range_count);
        lg_ranges now =
            lg_plant_bounds(s->plant, index, reactive ? LG_POWER_REACTIVE : LG_POWER_ACTIVE);
        for (uint32_t i = 0; i < now.count && i < max; i++)
            out[i] = (lg_microgrid_range){now.at[i].lower, now.at[i].upper};
        return said ? now.count : 0;
    }
    for (uint32_t i = 0, at = 0; i < u->value_count; at += u->values[i++].range_count) {
        if (u->values[i].metric != metric)
            continue;
        for (uint32_t k = 0; k < u->values[i].range_count && k < max; k++)
            out[k] = u->ranges[at + k];
        return u->values[i].range_count;
    }
    return 0;
}

static void lend_troubles(const lg__trouble *list, uint32_t count, lg_microgrid_diagnostic *out)
{
    for (uint32_t i = 0; i < count; i++)
        out[i] = (lg_microgrid_diagnostic){
            .code = list[i].code,
            .vendor_code = list[i].has_vendor ? list[i].vendor : NULL,
            .message = list[i].message,
        };
}

bool lg_station_latest(lg_station *s, uint32_t index, lg_microgrid_sample *out)
{
    lg__unit *u = &s->units[index];
    uint32_t used = 0;
    if (!u->number ||
        !LG_GROW(s->mem, s->lent_values, s->lent_values_capacity, u->value_count + 1) ||
        !LG_GROW(s->mem, s->lent_ranges, s->lent_ranges_capacity,
                 u->range_count + u->value_count * LG_RANGES_MAX + 1))
        return false;
    for (uint32_t i = 0; i < u->value_count; i++) {
        lg_microgrid_value *value = &s->lent_values[i];
        uint32_t room = u->values[i].range_count + LG_RANGES_MAX;
        *value = u->values[i];
        if (!value->range_count)
            continue;
        value->ranges = s->lent_ranges + used;
        value->range_count =
            lg_station_bounds(s, index, value->metric, s->lent_ranges + used, room);
        used += value->range_count;
    }
    lend_troubles(u->warnings, u->warning_count, s->lent_warnings);
    lend_troubles(u->errors, u->error_count, s->lent_errors);
    *out = (lg_microgrid_sample){
        .size = sizeof *out,
        .value_count = u->value_count,
        .id = s->spec->components[index].id,
        .number = u->number,
        .time_ms = u->time_ms,
        .values = s->lent_values,
        .states = u->states,
        .warnings = s->lent_warnings,
        .errors = s->lent_errors,
        .state_count = u->state_count,
        .warning_count = u->warning_count,
        .error_count = u->error_count,
    };
    return true;
}

double lg_station_power(const lg_station *s, uint32_t index)
{
    const lg__unit *u = &s->units[index];
    bool fresh = u->good_ms != INT64_MIN && s->now_ms - u->good_ms <= LG__FRESH_MS;
    return fresh ? u->power_W : (double)NAN;
}
