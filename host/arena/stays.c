/* A session with a time of day comes every day, and has come the day before the run; one with a
 * date comes once. The car takes part in the slots that lie wholly within its stay, and comes with
 * the same charge whether or not the run began while it was there.
 *
 * What it lacks when it leaves is charged slot by slot, as soon as it cannot be caught up: for each
 * kWh that was not bought when it had to be, what the utility takes for it then. So not buying it
 * is buying it from the utility, and every car of a bound leaves with what it needs, or with as
 * much as the stay is long enough for. Of a stay that is longer than the run the slots after the
 * run can still give all that the charger can. */
#include "arena/stays.h"

#include <math.h>
#include <string.h>
#include "base/num.h"
#include "grid/unit.h"
#include "lunagrid/calendar.h"

/* A device rounds to whole micro-watt-hours what is stored, what it needs and what a slot takes: a
 * car may so get along with this much less in each slot of its stay. */
#define ROUNDING_UWH 2

typedef struct charger {
    const lg_stays_run *run;
    lg_bound_storage *stays;
    uint32_t most, count;
    lg_bound_storage car; /* what all stays have in common */
} charger;

typedef struct session {
    int64_t plug_in_ms, duration_ms;
    bool daily;
    int64_t capacity_uwh, initial_uwh, required_uwh;
} session;

static charger charger_of(const lg_asset *asset, const lg_stays_run *run)
{
    double hours = (double)run->slot_ms / (double)LG_CAL_HOUR_MS;
    double efficiency = lg_site_value(asset, "charging_efficiency")->number;
    const char *charging = lg_site_value(asset, "charging")->text;
    return (charger){
        .run = run,
        .car = {.power_uwh =
                    lg_bound_uwh(lg_site_value(asset, "maximum_power_rating_kW")->number * hours),
                .charging_loss_ppb = LG_ONE_PPB - llround(efficiency * (double)LG_ONE_PPB),
                .sells = charging && strcmp(charging, "bidirectional") == 0,
                .car = true},
    };
}

/* What the slots after the run can still bring it. */
static int64_t later_uwh(const lg_bound_storage *car, int64_t slots)
{
    __int128 sum = (__int128)car->power_uwh * (LG_ONE_PPB - car->charging_loss_ppb) * slots;
    sum = sum / LG_ONE_PPB + 1;
    return sum < LG_BOUND_UWH_MAX ? (int64_t)sum : LG_BOUND_UWH_MAX;
}

static void add_stay(charger *c, const session *s, int64_t from_ms)
{
    const lg_stays_run *run = c->run;
    int64_t since_ms = lg_max64(from_ms - run->start_ms, 0);
    int64_t until_ms = from_ms + s->duration_ms - run->start_ms;
    if (until_ms <= 0)
        return;
    int64_t first = (since_ms + run->slot_ms - 1) / run->slot_ms, past = until_ms / run->slot_ms;
    int64_t end = lg_min64(past, run->slot_count);
    if (first >= end)
        return;
    if (c->count < c->most) {
        lg_bound_storage *stay = &c->stays[c->count];
        int64_t less = ROUNDING_UWH * (end - first);
        *stay = c->car;
        stay->first = (uint32_t)first;
        stay->end = (uint32_t)end;
        stay->capacity_uwh = s->capacity_uwh;
        stay->initial_uwh = s->initial_uwh;
        stay->reserve_uwh = s->required_uwh;
        if (past > end)
            less += later_uwh(stay, past - end);
        stay->leave_uwh = lg_max64(0, s->required_uwh - less);
    }
    c->count += c->count < UINT32_MAX;
}

static void add_session(charger *c, const session *s)
{
    if (!s->daily) {
        add_stay(c, s, s->plug_in_ms);
        return;
    }
    int64_t last_ms = c->run->start_ms + (int64_t)c->run->slot_count * c->run->slot_ms;
    for (int64_t day = lg_cal_day(c->run->start_ms) - 1; day <= lg_cal_day(last_ms); day++)
        add_stay(c, s, day * LG_CAL_DAY_MS + s->plug_in_ms);
}

/* The cell of @p row under the name @p column; 0 when there is none of that name. */
static double cell(const lg_param *sessions, uint64_t row, const char *column)
{
    const lg_array *columns = &sessions->option->columns;
    for (uint64_t i = 0; i < columns->count; i++) {
        const lg_option *option =
            (const lg_option *)((const char *)columns->items + i * columns->stride);
        if (strcmp(option->name, column) == 0)
            return sessions->value.list[row * columns->count + i];
    }
    return 0;
}

static session session_of(const lg_param *sessions, uint64_t row)
{
    double plug_in_ms = cell(sessions, row, "plug_in_time");
    int64_t capacity_uwh = lg_bound_uwh(cell(sessions, row, "battery_capacity_kWh"));
    double kwh = (double)capacity_uwh / (double)LG_KWH_UWH;
    return (session){
        .plug_in_ms = (int64_t)plug_in_ms,
        .daily = plug_in_ms < LG_OPTION_TIME_DATE,
        .duration_ms = llround(cell(sessions, row, "duration_minutes") * 60000),
        .capacity_uwh = capacity_uwh,
        .initial_uwh = lg_bound_uwh(kwh * cell(sessions, row, "initial_soc_percent") / 100),
        .required_uwh = lg_bound_uwh(kwh * cell(sessions, row, "min_soc_percent") / 100),
    };
}

uint32_t lg_stays(const lg_asset *asset, const lg_stays_run *run, lg_bound_storage *stays,
                  uint32_t most)
{
    charger c = charger_of(asset, run);
    const lg_param *sessions = lg_site_param(asset, "sessions");
    c.stays = stays;
    c.most = most;
    if (!sessions || sessions->option->columns.count == 0)
        return 0;
    uint64_t rows = sessions->value.list_count / sessions->option->columns.count;
    for (uint64_t i = 0; i < rows; i++) {
        const session s = session_of(sessions, i);
        add_session(&c, &s);
    }
    return c.count;
}
