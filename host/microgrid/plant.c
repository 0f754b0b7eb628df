/* Every change of limits, bounds, set points or stages ends in settle(), which tells the device
 * what it is to do if that differs from what it was told last.
 */
#include "microgrid/plant.h"

#include <math.h>
#include <string.h>

typedef struct bounds {
    lg_power_type type;
    lg_ranges ranges;
    int64_t until_ms;
    char token[LG_BOUNDS_TOKEN_MAX + 1];
} bounds;

typedef struct set_point {
    bool live;
    double commanded;
    int64_t until_ms;
    double told;        /* to the device; NaN: its default */
    int64_t told_until; /* and until when: devices end by themselves what is not renewed */
} set_point;

typedef struct unit {
    lg_plant_stage stage;
    lg_ranges limits[LG_POWER_TYPES];
    set_point points[LG_POWER_TYPES];
    bounds *bounds;
    uint32_t bounds_count, bounds_capacity;
} unit;

struct lg_plant {
    lg_mem *mem;
    const lg_graph *graph;
    lg_plant_actions actions;
    unit *units; /* one a component */
};

lg_plant *lg_plant_open(lg_mem *mem, const lg_graph *graph, const lg_plant_actions *actions)
{
    lg_plant *plant = lg_mem_zalloc(mem, 1, sizeof *plant);
    unit *units = lg_mem_zalloc(mem, (size_t)graph->count + 1, sizeof *units);
    if (!plant || !units) {
        lg_mem_free(mem, plant, sizeof *plant);
        lg_mem_free(mem, units, ((size_t)graph->count + 1) * sizeof *units);
        return NULL;
    }
    *plant = (lg_plant){.mem = mem, .graph = graph, .actions = *actions, .units = units};
    for (uint32_t i = 0; i < graph->count; i++) {
        units[i].stage = LG_STAGE_RUNNING;
        for (int type = 0; type < LG_POWER_TYPES; type++) {
            units[i].limits[type] = lg_ranges_all();
            units[i].points[type].told = (double)NAN;
            units[i].points[type].told_until = LG_PLANT_NEVER;
        }
    }
    return plant;
}

void lg_plant_close(lg_plant *plant)
{
    if (!plant)
        return;
    for (uint32_t i = 0; i < plant->graph->count; i++)
        lg_mem_free(plant->mem, plant->units[i].bounds,
                    (size_t)plant->units[i].bounds_capacity * sizeof(bounds));
    lg_mem_free(plant->mem, plant->units, ((size_t)plant->graph->count + 1) * sizeof(unit));
    lg_mem_free(plant->mem, plant, sizeof *plant);
}

/* ---- what holds now ---- */

lg_ranges lg_plant_bounds(const lg_plant *plant, uint32_t index, lg_power_type type)
{
    const unit *u = &plant->units[index];
    lg_ranges allowed = u->limits[type];
    for (uint32_t i = 0; i < u->bounds_count; i++)
        if (u->bounds[i].type == type)
            allowed = lg_ranges_cut(&allowed, &u->bounds[i].ranges);
    return allowed;
}

double lg_plant_power(const lg_plant *plant, uint32_t index, lg_power_type type)
{
    return plant->units[index].points[type].told;
}

lg_plant_stage lg_plant_stage_of(const lg_plant *plant, uint32_t index)
{
    return plant->units[index].stage;
}

/* What @p power becomes within what is allowed; 0 W always is. */
static double allowed_power(const lg_plant *plant, uint32_t index, lg_power_type type, double power)
{
    lg_ranges allowed = lg_plant_bounds(plant, index, type);
    return lg_ranges_clamp(&allowed, power);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* @return whether the device does what it is to do */
static bool settle(lg_plant *plant, uint32_t index, lg_power_type type)
{
    set_point *p = &plant->units[index].points[type];
    double power = p->live ? allowed_power(plant, index, type, p->commanded) : (double)NAN;
    int64_t until_ms = p->live ? p->until_ms : LG_PLANT_NEVER;
    if (same(power, p->told) && until_ms == p->told_until)
        return true;
    if (!plant->actions.power(plant->actions.ctx, index, type, power, until_ms))
        return false;
    p->told = power;
    p->told_until = until_ms;
    return true;
}

static void settle_both(lg_plant *plant, uint32_t index)
{
    for (int type = 0; type < LG_POWER_TYPES; type++)
        settle(plant, index, (lg_power_type)type);
}

void lg_plant_limit(lg_plant *plant, uint32_t index, lg_power_type type, const lg_ranges *limits)
{
    plant->units[index].limits[type] = *limits;
    settle(plant, index, type);
}

/* ---- commands ---- */

static lg_plant_refusal find(const lg_plant *plant, uint64_t id, uint32_t *index)
{
    *index = lg_graph_find(plant->graph, id);
    return *index == LG_GRAPH_NONE ? LG_PLANT_UNKNOWN : LG_PLANT_OK;
}

static bool end_of(uint64_t lifetime_s, uint64_t min, uint64_t max, uint64_t otherwise,
                   int64_t now_ms, int64_t *until_ms)
{
    uint64_t seconds = lifetime_s ? lifetime_s : otherwise;
    if (seconds < min || seconds > max)
        return false;
    *until_ms = now_ms + (int64_t)seconds * 1000;
    return true;
}

lg_plant_refusal lg_plant_set_power(lg_plant *plant, uint64_t id, lg_power_type type, double power,
                                    uint64_t lifetime_s, int64_t now_ms, int64_t *until_ms)
{
    uint32_t index;
    int64_t until;
    lg_plant_refusal refusal = find(plant, id, &index);
    if (refusal != LG_PLANT_OK)
        return refusal;
    if (!isfinite(power) || !end_of(lifetime_s, LG_POWER_LIFETIME_MIN, LG_POWER_LIFETIME_MAX,
                                    LG_POWER_LIFETIME_DEFAULT, now_ms, &until))
        return LG_PLANT_ARGUMENT;
    unit *u = &plant->units[index];
    if (!lg_category_takes_power(plant->graph->components[index].category) ||
        u->stage == LG_STAGE_ERROR || u->stage == LG_STAGE_STOPPED)
        return LG_PLANT_STATE;
    lg_ranges allowed = lg_plant_bounds(plant, index, type);
    if (power != 0 && !lg_ranges_hold(&allowed, power))
        return LG_PLANT_RANGE;
    if (u->stage == LG_STAGE_STANDBY)
        refusal = lg_plant_start(plant, id);
    if (refusal != LG_PLANT_OK)
        return refusal;
    set_point before = u->points[type];
    u->points[type].live = true;
    u->points[type].commanded = power + 0.0; /* never -0 */
    u->points[type].until_ms = *until_ms = until;
    if (settle(plant, index, type))
        return LG_PLANT_OK;
    u->points[type] = before;
    return LG_PLANT_REFUSED;
}

/* A battery is bounded where its power flows, as direct current. */
static bool type_of(const lg_plant *plant, uint32_t index, lg_metric metric, lg_power_type *type)
{
    lg_category category = plant->graph->components[index].category;
    *type = metric == LG_METRIC_AC_POWER_REACTIVE ? LG_POWER_REACTIVE : LG_POWER_ACTIVE;
    if (category == LG_CATEGORY_BATTERY)
        return metric == LG_METRIC_DC_POWER;
    return lg_category_takes_power(category) &&
           (metric == LG_METRIC_AC_POWER_ACTIVE || metric == LG_METRIC_AC_POWER_REACTIVE);
}

static bounds *with_token(unit *u, lg_power_type type, const char *token)
{
    for (uint32_t i = 0; token && i < u->bounds_count; i++)
        if (u->bounds[i].type == type && strcmp(u->bounds[i].token, token) == 0)
            return &u->bounds[i];
    return NULL;
}

lg_plant_refusal lg_plant_augment(lg_plant *plant, const lg_plant_bounding *request, int64_t now_ms,
                                  int64_t *until_ms)
{
    uint32_t index;
    lg_plant_refusal refusal = find(plant, request->id, &index);
    if (refusal != LG_PLANT_OK)
        return refusal;
    bounds made = {.until_ms = 0};
    size_t length = request->token ? strlen(request->token) : 0;
    if (!type_of(plant, index, request->metric, &made.type) || length > LG_BOUNDS_TOKEN_MAX ||
        !lg_ranges_make(request->ranges, request->range_count, &made.ranges) ||
        !end_of(request->lifetime_s, LG_BOUNDS_LIFETIME_MIN, LG_BOUNDS_LIFETIME_MAX,
                LG_BOUNDS_LIFETIME_DEFAULT, now_ms, &made.until_ms))
        return LG_PLANT_ARGUMENT;
    if (length)
        memcpy(made.token, request->token, length + 1);
    unit *u = &plant->units[index];
    bounds *at = with_token(u, made.type, length ? request->token : NULL);
    if (!at && (u->bounds_count == LG_BOUNDS_MAX ||
                !LG_GROW(plant->mem, u->bounds, u->bounds_capacity, u->bounds_count + 1)))
        return LG_PLANT_FULL;
    if (!at)
        at = &u->bounds[u->bounds_count++];
    *at = made;
    *until_ms = made.until_ms;
    settle(plant, index, made.type);
    return LG_PLANT_OK;
}

lg_plant_refusal lg_plant_clear(lg_plant *plant, uint64_t id, lg_metric metric, const char *token)
{
    uint32_t index;
    lg_power_type type;
    lg_plant_refusal refusal = find(plant, id, &index);
    if (refusal != LG_PLANT_OK)
        return refusal;
    if (!type_of(plant, index, metric, &type) || !*token)
        return LG_PLANT_ARGUMENT;
    unit *u = &plant->units[index];
    bounds *at = with_token(u, type, token);
    if (!at)
        return LG_PLANT_UNKNOWN;
    *at = u->bounds[--u->bounds_count];
    settle(plant, index, type);
    return LG_PLANT_OK;
}

/* ---- stages ---- */

static bool has_stages(lg_category category)
{
    return lg_category_takes_power(category) || category == LG_CATEGORY_BATTERY ||
           category == LG_CATEGORY_BREAKER || category == LG_CATEGORY_PRECHARGER;
}

static lg_plant_refusal enter(lg_plant *plant, uint32_t index, lg_plant_stage stage)
{
    unit *u = &plant->units[index];
    if (u->stage == stage)
        return LG_PLANT_OK;
    bool live[LG_POWER_TYPES];
    for (int type = 0; type < LG_POWER_TYPES; type++) {
        live[type] = u->points[type].live;
        u->points[type].live = live[type] && stage == LG_STAGE_RUNNING;
    }
    settle_both(plant, index);
    if (!plant->actions.stage(plant->actions.ctx, index, stage) && stage != LG_STAGE_ERROR) {
        for (int type = 0; type < LG_POWER_TYPES; type++)
            u->points[type].live = live[type];
        settle_both(plant, index);
        return LG_PLANT_REFUSED;
    }
    u->stage = stage;
    return LG_PLANT_OK;
}

static lg_plant_refusal find_staged(const lg_plant *plant, uint64_t id, uint32_t *index)
{
    lg_plant_refusal refusal = find(plant, id, index);
    if (refusal == LG_PLANT_OK && !has_stages(plant->graph->components[*index].category))
        return LG_PLANT_UNSUPPORTED;
    return refusal;
}

lg_plant_refusal lg_plant_start(lg_plant *plant, uint64_t id)
{
    uint32_t index;
    lg_plant_refusal refusal = find_staged(plant, id, &index);
    if (refusal != LG_PLANT_OK)
        return refusal;
    if (plant->units[index].stage == LG_STAGE_ERROR)
        return LG_PLANT_STATE;
    return enter(plant, index, LG_STAGE_RUNNING);
}

lg_plant_refusal lg_plant_standby(lg_plant *plant, uint64_t id)
{
    uint32_t index;
    lg_plant_refusal refusal = find_staged(plant, id, &index);
    if (refusal != LG_PLANT_OK)
        return refusal;
    if (plant->graph->components[index].category != LG_CATEGORY_INVERTER)
        return LG_PLANT_UNSUPPORTED;
    if (plant->units[index].stage == LG_STAGE_ERROR ||
        plant->units[index].stage == LG_STAGE_STOPPED)
        return LG_PLANT_STATE;
    return enter(plant, index, LG_STAGE_STANDBY);
}

/* A battery's relays open only while its inverters give and take nothing. */
static bool is_loaded(const lg_plant *plant, uint32_t index)
{
    uint32_t count;
    const uint32_t *before = lg_graph_before(plant->graph, index, &count);
    for (uint32_t i = 0; i < count; i++) {
        double told = plant->units[before[i]].points[LG_POWER_ACTIVE].told;
        if (!isnan(told) && told != 0)
            return true;
    }
    return false;
}

lg_plant_refusal lg_plant_stop(lg_plant *plant, uint64_t id)
{
    uint32_t index;
    lg_plant_refusal refusal = find_staged(plant, id, &index);
    if (refusal != LG_PLANT_OK)
        return refusal;
    if (plant->units[index].stage == LG_STAGE_ERROR ||
        (plant->graph->components[index].category == LG_CATEGORY_BATTERY &&
         is_loaded(plant, index)))
        return LG_PLANT_STATE;
    return enter(plant, index, LG_STAGE_STOPPED);
}

lg_plant_refusal lg_plant_acknowledge(lg_plant *plant, uint64_t id)
{
    uint32_t index;
    lg_plant_refusal refusal = find_staged(plant, id, &index);
    if (refusal == LG_PLANT_OK && plant->units[index].stage == LG_STAGE_ERROR)
        refusal = enter(plant, index, LG_STAGE_STOPPED);
    return refusal;
}

void lg_plant_fail(lg_plant *plant, uint32_t index)
{
    (void)enter(plant, index, LG_STAGE_ERROR); /* nobody is asked */
}

/* ---- time ---- */

/* What of a component ends first, a set point before bounds; both NULL: nothing. */
typedef struct ending {
    int64_t at_ms;
    set_point *point;
    bounds *bounds;
} ending;

static ending first_ending(unit *u)
{
    ending first = {.at_ms = LG_PLANT_NEVER};
    for (int type = 0; type < LG_POWER_TYPES; type++)
        if (u->points[type].live && u->points[type].until_ms < first.at_ms)
            first = (ending){.at_ms = u->points[type].until_ms, .point = &u->points[type]};
    for (uint32_t i = 0; i < u->bounds_count; i++)
        if (u->bounds[i].until_ms < first.at_ms)
            first = (ending){.at_ms = u->bounds[i].until_ms, .bounds = &u->bounds[i]};
    return first;
}

void lg_plant_advance(lg_plant *plant, int64_t now_ms)
{
    for (uint32_t i = 0; i < plant->graph->count; i++) {
        ending e;
        while ((e = first_ending(&plant->units[i])).at_ms <= now_ms && (e.point || e.bounds)) {
            if (e.point)
                e.point->live = false;
            else
                *e.bounds = plant->units[i].bounds[--plant->units[i].bounds_count];
        }
        settle_both(plant, i);
    }
}

int64_t lg_plant_next_end(const lg_plant *plant)
{
    int64_t first = LG_PLANT_NEVER;
    for (uint32_t i = 0; i < plant->graph->count; i++) {
        int64_t end = first_ending(&plant->units[i]).at_ms;
        first = end < first ? end : first;
    }
    return first;
}
