/* Requests, and what becomes of them. What the plant refuses is said in the words of the door; what
 * the plant tells devices goes out here. */
#include <math.h>
#include <string.h>

#include "microgrid/kind.h"
#include "station/room.h"

/* ---- the plant tells devices ---- */

static bool tell(lg_station *s, uint32_t index, uint32_t kind, double power, int64_t until_ms)
{
    uint32_t device = s->spec->devices[index];
    if (device == LG_NONE) /* nothing is behind it that could do otherwise */
        return true;
    const lg_device_command command = {
        .size = sizeof command,
        .kind = kind,
        .component = s->spec->parts[index],
        .number = s->command_count + 1,
        .power = power,
        .until_ms = until_ms,
    };
    s->status = lg_equipment_command(s->equipment, device, &command);
    s->later = s->later || s->status == LG_DEVICE_LATER;
    return s->status == LG_OK || s->status == LG_DEVICE_LATER;
}

bool lg__station_tell_power(void *ctx, uint32_t index, lg_power_type type, double power,
                            int64_t until_ms)
{
    return tell(ctx, index,
                type == LG_POWER_ACTIVE ? LG_DEVICE_POWER_ACTIVE : LG_DEVICE_POWER_REACTIVE, power,
                until_ms);
}

bool lg__station_tell_stage(void *ctx, uint32_t index, lg_plant_stage stage)
{
    lg_station *s = ctx;
    bool acknowledges = lg_plant_stage_of(s->plant, index) == LG_STAGE_ERROR;
    if (stage == LG_STAGE_ERROR) /* that is what it has said itself */
        return true;
    return tell(s, index,
                stage == LG_STAGE_RUNNING   ? (uint32_t)LG_DEVICE_START
                : stage == LG_STAGE_STANDBY ? (uint32_t)LG_DEVICE_STANDBY
                : acknowledges              ? (uint32_t)LG_DEVICE_ACKNOWLEDGE
                                            : (uint32_t)LG_DEVICE_STOP,
                (double)NAN, LG_PLANT_NEVER);
}

/* ---- commands of power ---- */

static lg__command *command_of(lg_station *s, uint64_t number)
{
    lg__command *c = &s->commands[number % LG__COMMANDS_KEPT];
    return number && c->number == number ? c : NULL;
}

uint32_t lg_station_outcome(const lg_station *s, uint64_t number)
{
    const lg__command *c = &s->commands[number % LG__COMMANDS_KEPT];
    return number && c->number == number ? c->outcome : (uint32_t)LG_MICROGRID_FORGOTTEN;
}

uint64_t lg_station_commands(const lg_station *s)
{
    return s->command_count;
}

void lg__station_answered(lg_station *s, uint64_t number, int32_t status)
{
    lg__command *c = command_of(s, number);
    if (c && c->outcome == LG_MICROGRID_ACCEPTED)
        c->outcome = status == LG_OK ? LG_MICROGRID_SUCCESS : LG_MICROGRID_FAILED;
}

void lg__station_expire(lg_station *s)
{
    for (uint32_t i = 0; i < LG__COMMANDS_KEPT; i++)
        if (s->commands[i].outcome == LG_MICROGRID_ACCEPTED && s->commands[i].until_ms <= s->now_ms)
            s->commands[i].outcome = LG_MICROGRID_FAILED;
}

/* A newer command of the same power takes over from those that are still awaited. */
static void remember(lg_station *s, uint32_t index, uint32_t type, int64_t until_ms)
{
    for (uint32_t i = 0; i < LG__COMMANDS_KEPT; i++)
        if (s->commands[i].outcome == LG_MICROGRID_ACCEPTED && s->commands[i].index == index &&
            s->commands[i].type == type)
            s->commands[i].outcome = LG_MICROGRID_OVERRIDDEN;
    uint64_t number = ++s->command_count;
    s->commands[number % LG__COMMANDS_KEPT] = (lg__command){
        .number = number,
        .index = index,
        .type = type,
        .outcome = s->later ? LG_MICROGRID_ACCEPTED : LG_MICROGRID_SUCCESS,
        .until_ms = until_ms,
    };
}

/* ---- requests ---- */

/* Why a set point was refused; what the plant has already looked at comes in its order. */
static uint32_t why_power(const lg_station *s, lg_plant_refusal refusal, uint32_t index,
                          const lg_micro_ask *ask)
{
    switch (refusal) {
    case LG_PLANT_OK:
        return LG_MICROGRID_OK_WHY;
    case LG_PLANT_UNKNOWN:
        return LG_MICROGRID_COMPONENT_WHY;
    case LG_PLANT_ARGUMENT:
        return isfinite(ask->power) ? LG_MICROGRID_LIFETIME_WHY : LG_MICROGRID_POWER_WHY;
    case LG_PLANT_RANGE:
        return LG_MICROGRID_BOUNDS_WHY;
    case LG_PLANT_REFUSED:
        return s->status == LG_GONE ? LG_MICROGRID_SILENT_WHY : LG_MICROGRID_REJECTED_WHY;
    case LG_PLANT_STATE:
        if (!lg_category_takes_power(s->spec->components[index].category))
            return LG_MICROGRID_CATEGORY_WHY;
        return lg_plant_stage_of(s->plant, index) == LG_STAGE_ERROR ? LG_MICROGRID_ERROR_WHY
                                                                    : LG_MICROGRID_STAGE_WHY;
    default:
        return LG_MICROGRID_MEMORY_WHY;
    }
}

static lg_micro_done ask_power(lg_station *s, uint32_t index, const lg_micro_ask *ask)
{
    lg_micro_done done = {.until_ms = LG_MICROGRID_NO_TIME};
    if (ask->what != LG_MICROGRID_ACTIVE && ask->what != LG_MICROGRID_REACTIVE) {
        done.why = LG_MICROGRID_TYPE_WHY;
        return done;
    }
    lg_power_type type = ask->what == LG_MICROGRID_ACTIVE ? LG_POWER_ACTIVE : LG_POWER_REACTIVE;
    int64_t until_ms = 0;
    s->later = false;
    s->status = LG_OK;
    lg_plant_refusal refusal = lg_plant_set_power(s->plant, ask->id, type, ask->power,
                                                  ask->lifetime_s, s->now_ms, &until_ms);
    done.why = why_power(s, refusal, index, ask);
    if (refusal != LG_PLANT_OK)
        return done;
    s->units[index].of_market = s->units[index].of_market && type != LG_POWER_ACTIVE;
    remember(s, index, ask->what, until_ms);
    done.until_ms = until_ms;
    done.command = s->command_count;
    return done;
}

static lg_micro_done ask_bounds(lg_station *s, const lg_micro_ask *ask)
{
    enum { RANGES_MAX = LG_MICROGRID_RANGES_MAX };
    lg_micro_done done = {.until_ms = LG_MICROGRID_NO_TIME};
    lg_range ranges[RANGES_MAX];
    size_t token = ask->token ? strlen(ask->token) : 0;
    if (ask->token && (!token || token > LG_MICROGRID_TOKEN_MAX)) {
        done.why = LG_MICROGRID_TOKEN_WHY;
        return done;
    }
    if (ask->range_count > RANGES_MAX) {
        done.why = LG_MICROGRID_RANGES_WHY;
        return done;
    }
    for (uint32_t i = 0; i < ask->range_count; i++)
        ranges[i] = (lg_range){ask->ranges[i].lower, ask->ranges[i].upper};
    const lg_plant_bounding request = {
        .id = ask->id,
        .metric = (lg_metric)ask->what,
        .ranges = ranges,
        .range_count = ask->range_count,
        .lifetime_s = ask->lifetime_s,
        .token = ask->token,
    };
    lg_ranges made;
    int64_t until_ms = 0;
    bool sound = lg_ranges_make(ranges, ask->range_count, &made);
    bool lives = !ask->lifetime_s || (ask->lifetime_s >= LG_BOUNDS_LIFETIME_MIN &&
                                      ask->lifetime_s <= LG_BOUNDS_LIFETIME_MAX);
    lg_plant_refusal refusal = lg_plant_augment(s->plant, &request, s->now_ms, &until_ms);
    done.why = refusal == LG_PLANT_OK         ? LG_MICROGRID_OK_WHY
               : refusal == LG_PLANT_UNKNOWN  ? LG_MICROGRID_COMPONENT_WHY
               : refusal != LG_PLANT_ARGUMENT ? LG_MICROGRID_FULL_WHY
               : !sound                       ? LG_MICROGRID_RANGES_WHY
               : !lives                       ? LG_MICROGRID_LIFETIME_WHY
                                              : LG_MICROGRID_METRIC_WHY;
    if (refusal == LG_PLANT_OK)
        done.until_ms = until_ms;
    return done;
}

static lg_micro_done ask_clear(lg_station *s, const lg_micro_ask *ask)
{
    lg_micro_done done = {.until_ms = LG_MICROGRID_NO_TIME};
    if (!ask->token || !*ask->token || strlen(ask->token) > LG_MICROGRID_TOKEN_MAX) {
        done.why = LG_MICROGRID_TOKEN_WHY;
        return done;
    }
    lg_plant_refusal refusal = lg_plant_clear(s->plant, ask->id, (lg_metric)ask->what, ask->token);
    done.why = refusal == LG_PLANT_OK        ? LG_MICROGRID_OK_WHY
               : refusal == LG_PLANT_UNKNOWN ? LG_MICROGRID_NO_TOKEN_WHY
                                             : LG_MICROGRID_METRIC_WHY;
    return done;
}

static lg_micro_done ask_act(lg_station *s, uint32_t index, const lg_micro_ask *ask)
{
    lg_micro_done done = {.until_ms = LG_MICROGRID_NO_TIME};
    bool failed = lg_plant_stage_of(s->plant, index) == LG_STAGE_ERROR;
    s->status = LG_OK;
    lg_plant_refusal refusal =
        ask->what == LG_MICROGRID_START         ? lg_plant_start(s->plant, ask->id)
        : ask->what == LG_MICROGRID_STANDBY     ? lg_plant_standby(s->plant, ask->id)
        : ask->what == LG_MICROGRID_STOP        ? lg_plant_stop(s->plant, ask->id)
        : ask->what == LG_MICROGRID_ACKNOWLEDGE ? lg_plant_acknowledge(s->plant, ask->id)
                                                : LG_PLANT_UNSUPPORTED;
    done.why = refusal == LG_PLANT_OK            ? LG_MICROGRID_OK_WHY
               : refusal == LG_PLANT_UNSUPPORTED ? LG_MICROGRID_ACTION_WHY
               : refusal == LG_PLANT_REFUSED
                   ? (s->status == LG_GONE ? LG_MICROGRID_SILENT_WHY : LG_MICROGRID_REJECTED_WHY)
               : failed ? LG_MICROGRID_ERROR_WHY
                        : LG_MICROGRID_STAGE_WHY;
    return done;
}

static lg_micro_done ask_fault(lg_station *s, uint32_t index, const lg_micro_ask *ask)
{
    lg_micro_done done = {.until_ms = LG_MICROGRID_NO_TIME};
    uint32_t device = s->spec->devices[index];
    const lg_device_fault fault = {
        .size = sizeof fault,
        .kind = ask->what,
        .component = s->spec->parts[index],
        .until_ms = ask->lifetime_s ? s->now_ms + (int64_t)ask->lifetime_s * 1000 : INT64_MAX,
    };
    int32_t status = device == LG_NONE || ask->what > LG_DEVICE_FAULT_TRIP
                         ? (int32_t)LG_UNSUPPORTED
                         : lg_equipment_fault(s->equipment, device, &fault);
    done.why = status == LG_OK            ? LG_MICROGRID_OK_WHY
               : status == LG_UNSUPPORTED ? LG_MICROGRID_ACTION_WHY
                                          : LG_MICROGRID_REJECTED_WHY;
    return done;
}

lg_micro_done lg_station_ask(lg_station *s, const lg_micro_ask *ask)
{
    lg_micro_done done = {.until_ms = LG_MICROGRID_NO_TIME, .why = LG_MICROGRID_COMPONENT_WHY};
    uint32_t index = lg_graph_find(&s->graph, ask->id);
    if (index == LG_GRAPH_NONE)
        return done;
    if (ask->kind != LG_MICRO_ASK_FAULT && s->spec->facts[index].mode != 4) {
        done.why = LG_MICROGRID_WATCHED_WHY;
        return done;
    }
    switch (ask->kind) {
    case LG_MICRO_ASK_POWER:
        return ask_power(s, index, ask);
    case LG_MICRO_ASK_AUGMENT:
        return ask_bounds(s, ask);
    case LG_MICRO_ASK_CLEAR:
        return ask_clear(s, ask);
    case LG_MICRO_ASK_ACT:
        return ask_act(s, index, ask);
    case LG_MICRO_ASK_FAULT:
        return ask_fault(s, index, ask);
    default:
        done.why = LG_MICROGRID_ACTION_WHY;
        return done;
    }
}
