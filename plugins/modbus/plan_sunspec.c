/* From the models that a device has to what is read of it, and to what a command writes. */
#include "plan.h"

#include <stdio.h>
#include <string.h>

#include "speakers.h"

/* ---- what is there ---- */

typedef struct maker {
    plan *p;
    const sunspec_scan *scan;
    const plan_signs *signs;
    int32_t at[SUNSPEC_MODELS_MAX]; /* of each model in the image; -1: not read */
} maker;

static void read_always(plan *p, int32_t at, uint32_t size)
{
    for (uint32_t i = 0; i < p->block_count; i++)
        if (p->blocks[i].at >= (uint32_t)at && p->blocks[i].at < (uint32_t)at + size)
            p->blocks[i].is_once = false;
}

/* Where model @p number begins in the image, which it is made part of. */
static int32_t use(maker *m, const sunspec_model *model, bool is_once)
{
    uint32_t index = (uint32_t)(model - m->scan->models);
    if (m->at[index] >= 0) {
        if (!is_once)
            read_always(m->p, m->at[index], 2 + (uint32_t)model->length);
        return m->at[index];
    }
    uint32_t block = m->p->block_count;
    int32_t at = plan_add_block(m->p, FRAME_READ_HOLDING, model->address,
                                2 + (uint32_t)model->length, is_once);
    if (at < 0)
        return -1;
    m->p->blocks[block].is_model = true;
    m->p->image[at] = model->number;
    m->p->image[at + 1] = model->length;
    m->at[index] = at;
    return at;
}

/* A point in the image; at -1: the device has no such. */
static plan_value value_of(maker *m, uint16_t number, uint32_t nth, const char *path, bool is_once,
                           const sunspec_point **point)
{
    plan_value value = {.at = -1, .scale_at = -1, .is_sunspec = true, .factor = 1};
    const sunspec_model *model = sunspec_model_of(m->scan, number, nth);
    sunspec_place place;
    if (!model || !sunspec_find(model, NULL, path, &place))
        return value;
    int32_t at = use(m, model, is_once);
    if (at < 0)
        return value;
    value.at = at + (int32_t)place.at;
    value.scale_at = place.scale_at < 0 ? -1 : at + place.scale_at;
    value.type = place.point->type;
    if (point)
        *point = place.point;
    return value;
}

static double factor_of(const maker *m, const row *r)
{
    switch (r->sign) {
    case GIVEN:
        return -1; /* SunSpec counts what an inverter gives as positive */
    case OF_METER:
        return m->signs->meter;
    case OF_BATTERY:
        return m->signs->battery;
    default:
        return 1;
    }
}

static bool has_metric(const plan *p, uint32_t component, uint32_t metric)
{
    for (uint32_t i = 0; i < p->reading_count; i++)
        if (p->readings[i].component == component && p->readings[i].metric == metric)
            return true;
    return false;
}

/* Models that only say how large something is are read once. */
static bool is_rating(uint16_t number)
{
    return number == 120;
}

static void listen(maker *m, const speaker *s, uint32_t nth, uint32_t component)
{
    plan_reading reading = {.component = component};
    for (uint32_t i = 0; i < s->row_count; i++) {
        const row *r = &s->rows[i];
        if (has_metric(m->p, component, r->metric))
            continue;
        reading.metric = r->metric;
        reading.value = value_of(m, s->number, nth, r->path, is_rating(s->number), NULL);
        reading.value.factor = factor_of(m, r);
        if (reading.value.at >= 0)
            plan_add_reading(m->p, &reading);
    }
    if (!s->state)
        return;
    reading.metric = 0;
    reading.value = value_of(m, s->number, nth, s->state, false, NULL);
    reading.words = s->words;
    reading.word_count = s->word_count;
    if (reading.value.at >= 0)
        plan_add_reading(m->p, &reading);
}

/* ---- what may be written ---- */

static const plan_value no_base = {.at = -1, .scale_at = -1};

/* A step of a command: the point that is written, and with what. False: the device has no such. */
static bool set(maker *m, uint16_t number, uint32_t component, plan_when when, const char *path,
                plan_what what, double constant, plan_value base)
{
    const sunspec_point *point = NULL;
    plan_value value = value_of(m, number, 0, path, true, &point);
    const sunspec_model *model = sunspec_model_of(m->scan, number, 0);
    if (value.at < 0 || !point->is_set)
        return false;
    plan_write write = {
        .component = component,
        .when = when,
        .what = what,
        .function = FRAME_WRITE_MANY,
        .address = (uint16_t)(model->address + (value.at - use(m, model, true))),
        .type = value.type,
        .is_sunspec = true,
        .constant = constant,
        .factor = what == PLAN_POWER ? constant : 1,
        .scale_at = value.scale_at,
        .base = base,
    };
    return plan_add_write(m->p, &write);
}

/* One point of a command; the constant of a power is its sign. */
typedef struct move {
    plan_when when;
    const char *path;
    plan_what what;
    double constant;
} move;

/* Half a command is none: what was added goes again unless all of it is there. Only the device's
 * own time-out may be missing. */
static bool set_all(maker *m, uint16_t number, uint32_t component, const move *moves,
                    uint32_t count, plan_value base)
{
    uint32_t had = m->p->write_count;
    bool had_watchdog = m->p->has_watchdog;
    for (uint32_t i = 0; i < count; i++) {
        const move *v = &moves[i];
        if (set(m, number, component, v->when, v->path, v->what, v->constant,
                v->what == PLAN_POWER ? base : no_base) ||
            v->what == PLAN_SECONDS)
            continue;
        m->p->write_count = had;
        m->p->has_watchdog = had_watchdog;
        return false;
    }
    return true;
}

#define MOVES(moves) moves, (uint32_t)(sizeof(moves) / sizeof *(moves))

/* Model 704: watts, positive is given. */
static bool control_704(maker *m, uint32_t component)
{
    static const move active[] = {
        {PLAN_ACTIVE, "WSetMod", PLAN_CONSTANT, 1},
        {PLAN_ACTIVE, "WSet", PLAN_POWER, -1},
        {PLAN_ACTIVE, "WSetEnaRvrt", PLAN_CONSTANT, 0},
        {PLAN_ACTIVE, "WSetRvrtTms", PLAN_SECONDS, 0},
        {PLAN_ACTIVE, "WSetEna", PLAN_CONSTANT, 1},
        {PLAN_RELEASE, "WSetEna", PLAN_CONSTANT, 0},
    };
    static const move reactive[] = {
        {PLAN_REACTIVE, "VarSetMod", PLAN_CONSTANT, 4},
        {PLAN_REACTIVE, "VarSet", PLAN_POWER, -1},
        {PLAN_REACTIVE, "VarSetEnaRvrt", PLAN_CONSTANT, 0},
        {PLAN_REACTIVE, "VarSetRvrtTms", PLAN_SECONDS, 0},
        {PLAN_REACTIVE, "VarSetEna", PLAN_CONSTANT, 1},
        {PLAN_REACTIVE_RELEASE, "VarSetEna", PLAN_CONSTANT, 0},
    };
    set_all(m, 704, component, MOVES(reactive), no_base);
    return set_all(m, 704, component, MOVES(active), no_base);
}

/* Model 124: two rates in percent of WChaMax, of charging and of discharging. A rate below 0 asks
 * for the contrary of the other, so that both together leave one way to go. */
static bool control_124(maker *m, uint32_t component)
{
    static const move moves[] = {
        {PLAN_ACTIVE, "InWRte", PLAN_POWER, 1},
        {PLAN_ACTIVE, "OutWRte", PLAN_POWER, -1},
        {PLAN_ACTIVE, "InOutWRte_RvrtTms", PLAN_SECONDS, 0},
        {PLAN_ACTIVE, "StorCtl_Mod", PLAN_CONSTANT, 3},
        {PLAN_RELEASE, "StorCtl_Mod", PLAN_CONSTANT, 0},
    };
    plan_value base = value_of(m, 124, 0, "WChaMax", true, NULL);
    return base.at >= 0 && set_all(m, 124, component, MOVES(moves), base);
}

/* Model 123: less than the sun would give, in percent of what the inverter could. */
static bool control_123(maker *m, uint32_t component)
{
    static const move moves[] = {
        {PLAN_ACTIVE, "WMaxLimPct", PLAN_POWER, -1},
        {PLAN_ACTIVE, "WMaxLimPct_RvrtTms", PLAN_SECONDS, 0},
        {PLAN_ACTIVE, "WMaxLim_Ena", PLAN_CONSTANT, 1},
        {PLAN_RELEASE, "WMaxLim_Ena", PLAN_CONSTANT, 0},
    };
    plan_value base = value_of(m, 121, 0, "WMax", true, NULL);
    if (base.at < 0)
        base = value_of(m, 120, 0, "WRtg", true, NULL);
    return base.at >= 0 && set_all(m, 123, component, MOVES(moves), base);
}

static void control(maker *m, const lg_device_component *c, uint32_t index)
{
    static const move connect[] = {{PLAN_START, "Conn", PLAN_CONSTANT, 1},
                                   {PLAN_STOP, "Conn", PLAN_CONSTANT, 0}};
    static const move enter[] = {{PLAN_START, "ES", PLAN_CONSTANT, 1},
                                 {PLAN_STOP, "ES", PLAN_CONSTANT, 0}};
    bool is_pv = c->type == LG_INVERTER_PV;
    if (!(is_pv && control_123(m, index)) && !control_704(m, index) && !is_pv)
        control_124(m, index);
    if (!set_all(m, 123, index, MOVES(connect), no_base))
        set_all(m, 703, index, MOVES(enter), no_base);
}

static void find_ratings(maker *m)
{
    const struct {
        uint16_t number;
        const char *upper, *lower;
    } known[] = {
        {702, "WChaRteMaxRtg", "WMaxRtg"}, {120, "MaxChaRte", "WRtg"}, {124, "WChaMax", "WChaMax"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (m->p->upper_W.at < 0)
            m->p->upper_W = value_of(m, known[i].number, 0, known[i].upper, true, NULL);
        if (m->p->lower_W.at < 0)
            m->p->lower_W = value_of(m, known[i].number, 0, known[i].lower, true, NULL);
    }
}

/* How many components of its category come before it: the second meter is the second model. */
static uint32_t before(const lg_device_site *site, uint32_t index)
{
    uint32_t count = 0, category = lg_device_component_at(site, index)->category;
    for (uint32_t i = 0; i < index; i++)
        count += lg_device_component_at(site, i)->category == category;
    return count;
}

bool plan_of_sunspec(plan *p, const sunspec_scan *scan, const lg_device_site *site,
                     const plan_signs *signs, char *why, size_t size)
{
    maker m = {.p = p, .scan = scan, .signs = signs};
    plan_clear(p);
    memset(m.at, -1, sizeof m.at);
    for (uint32_t i = 0; i < site->components.count; i++) {
        const lg_device_component *c = lg_device_component_at(site, i);
        uint32_t nth = before(site, i), had = p->reading_count;
        for (size_t s = 0; s < speaker_count; s++)
            if (speakers[s].category == c->category)
                listen(&m, &speakers[s], nth, i);
        if (p->reading_count == had) {
            snprintf(why, size, "it has no SunSpec model that speaks for \"%s\"", c->name);
            return false;
        }
        if (c->category == LG_CATEGORY_INVERTER && nth == 0)
            control(&m, c, i);
    }
    find_ratings(&m);
    return true;
}
