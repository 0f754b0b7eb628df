/* A plant of host/microgrid whose devices do at once what they are told. */
#include "home.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "microgrid/plant.h"

enum { GRID, METER, STORE_METER, STORE, BATTERY, SUN_METER, SUN, CAR, TURBINE, PARTS };
enum { SENSOR = PARTS, ALL, VALUES_MAX = 32, STATES_MAX = 4, COMMANDS_MAX = 1024 };

static const double capacity_Wh = 10000, house_W = 500, sun_W = -3000;

/* What one of them said last. */
typedef struct saying {
    uint64_t number;
    int64_t time_ms;
    lg_microgrid_value values[VALUES_MAX];
    lg_microgrid_range ranges[3][LG_RANGES_MAX];
    uint32_t states[STATES_MAX];
    uint32_t value_count, state_count, ranges_count;
    lg_microgrid_diagnostic error;
    bool is_silent, failed;
    bool told_error; /* that it has failed */
} saying;

struct home {
    lg_microgrid_door door;
    lg_component parts[PARTS];
    lg_component_link wires[PARTS];
    uint32_t part_count;
    lg_diag diag;
    lg_graph graph;
    lg_plant *plant;
    saying said[ALL];
    double stored_Wh;
    int64_t now_ms, shift_ms;
    uint32_t permille;
    bool rejects, holds;
    uint8_t outcomes[COMMANDS_MAX];
    uint64_t commands, newest[PARTS][LG_POWER_TYPES];
    char commander[64];
};

/* ---- what is there ---- */

static void describe(const home *h, uint32_t index, lg_microgrid_component *out)
{
    static const lg_microgrid_design contract = {.metric = LG_METRIC_AC_POWER_ACTIVE,
                                                 .range = {-20000, 30000}};
    *out = (lg_microgrid_component){.size = sizeof *out,
                                    .index = index,
                                    .name = "thermometer",
                                    .id = 9,
                                    .mode = 2,
                                    .manufacturer = "Lunar",
                                    .model = "T1",
                                    .from_ms = LG_MICROGRID_NO_TIME,
                                    .until_ms = LG_MICROGRID_NO_TIME};
    if (index == SENSOR) {
        out->index = 0;
        return;
    }
    out->id = h->parts[index].id;
    out->name = h->parts[index].name;
    out->category = (uint32_t)h->parts[index].category;
    out->type = h->parts[index].type;
    out->mode = lg_category_takes_power(h->parts[index].category) ? 4 : 2;
    if (index == GRID) {
        out->fuse_A = 63;
        out->designs = &contract;
        out->design_count = 1;
        out->from_ms = INT64_C(1600000000000);
    }
}

static int32_t component(void *ctx, uint32_t index, lg_microgrid_component *out)
{
    const home *h = ctx;
    if (index >= h->part_count)
        return false;
    describe(h, index, out);
    return true;
}

static int32_t sensor(void *ctx, uint32_t index, lg_microgrid_component *out)
{
    if (index > 0)
        return false;
    describe(ctx, SENSOR, out);
    return true;
}

static int32_t connection(void *ctx, uint32_t index, lg_microgrid_connection *out)
{
    const home *h = ctx;
    if (index + 1 >= h->part_count)
        return false;
    *out = (lg_microgrid_connection){.size = sizeof *out,
                                     .source = h->wires[index].source,
                                     .destination = h->wires[index].destination,
                                     .from_ms = LG_MICROGRID_NO_TIME,
                                     .until_ms = LG_MICROGRID_NO_TIME};
    return true;
}

/* Its place among all; ALL: there is none. */
static uint32_t place_of(const home *h, uint64_t id)
{
    for (uint32_t i = 0; i < h->part_count; i++)
        if (h->parts[i].id == id)
            return i;
    return id == 9 ? SENSOR : ALL;
}

static int32_t find(void *ctx, uint64_t id, lg_microgrid_component *out)
{
    const home *h = ctx;
    uint32_t index = place_of(h, id);
    if (index == ALL)
        return false;
    describe(h, index, out);
    return true;
}

static void clock_of(void *ctx, lg_microgrid_clock *out)
{
    const home *h = ctx;
    *out = (lg_microgrid_clock){.size = sizeof *out,
                                .permille = h->permille,
                                .now_ms = h->now_ms,
                                .client_ms = h->now_ms + h->shift_ms};
}

static void site(void *ctx, lg_microgrid_site *out)
{
    (void)ctx;
    *out = (lg_microgrid_site){.size = sizeof *out,
                               .id = 42,
                               .enterprise_id = 7,
                               .name = "Luna home",
                               .area_code = "10YDE-EON------1",
                               .area_code_type = 1,
                               .country_code = "DE",
                               .latitude = 52.52,
                               .longitude = 13.4,
                               .created_ms = INT64_C(1600000000000)};
}

/* ---- what it measures ---- */

static lg_microgrid_value *put(saying *s, uint32_t metric, double value)
{
    s->values[s->value_count] = (lg_microgrid_value){.metric = metric, .value = value};
    return &s->values[s->value_count++];
}

static void put_ranges(saying *s, lg_microgrid_value *value, const lg_ranges *ranges)
{
    lg_microgrid_range *kept = s->ranges[s->ranges_count++];
    for (uint32_t i = 0; i < ranges->count; i++)
        kept[i] = (lg_microgrid_range){ranges->at[i].lower, ranges->at[i].upper};
    value->ranges = kept;
    value->range_count = ranges->count;
}

/* Alternating current on three phases alike. */
static void put_ac(saying *s, double watts)
{
    put(s, LG_METRIC_AC_FREQUENCY, 50);
    put(s, LG_METRIC_AC_POWER_ACTIVE, watts);
    put(s, LG_METRIC_AC_POWER_REACTIVE, 0);
    for (uint32_t i = 0; i < 3; i++) {
        put(s, LG_METRIC_AC_VOLTAGE_PHASE_1_N + i, 230);
        put(s, LG_METRIC_AC_CURRENT_PHASE_1 + i, watts / 3 / 230);
        put(s, LG_METRIC_AC_POWER_ACTIVE_PHASE_1 + i, watts / 3);
        put(s, LG_METRIC_AC_POWER_REACTIVE_PHASE_1 + i, 0);
    }
}

static double flow_of(const home *h, uint32_t index)
{
    double told = lg_plant_power(h->plant, index, LG_POWER_ACTIVE);
    double natural = index == SUN ? sun_W : 0;
    if (lg_plant_stage_of(h->plant, index) != LG_STAGE_RUNNING)
        return 0;
    return isnan(told) ? natural : index == SUN && told < natural ? natural : told;
}

static void put_states(const home *h, uint32_t index, saying *s, double watts)
{
    static const uint32_t of_stage[] = {LG_STATE_OFF, LG_STATE_STANDBY, LG_STATE_READY,
                                        LG_STATE_ERROR};
    uint32_t state = of_stage[lg_plant_stage_of(h->plant, index)];
    if (state == LG_STATE_READY && watts != 0)
        state = watts > 0 ? LG_STATE_CHARGING : LG_STATE_DISCHARGING;
    s->states[s->state_count++] = state;
    if (index == BATTERY)
        s->states[s->state_count++] =
            state == LG_STATE_OFF ? LG_STATE_RELAY_OPEN : LG_STATE_RELAY_CLOSED;
    if (index == CAR) {
        s->states[s->state_count++] = LG_STATE_EV_CHARGING_CABLE_LOCKED_AT_STATION;
        s->states[s->state_count++] = LG_STATE_EV_CHARGING_CABLE_LOCKED_AT_EV;
    }
}

static void put_power_bounds(const home *h, uint32_t index, saying *s, uint32_t metric)
{
    lg_ranges ranges = lg_plant_bounds(h->plant, index, LG_POWER_ACTIVE);
    for (uint32_t i = 0; i < s->value_count; i++)
        if (s->values[i].metric == metric)
            put_ranges(s, &s->values[i], &ranges);
}

static void measure(home *h, uint32_t index)
{
    static const lg_ranges usable = {.count = 1, .at = {{10, 90}}};
    saying *s = &h->said[index];
    double store = flow_of(h, STORE), sun = flow_of(h, SUN), car = flow_of(h, CAR);
    double watts = index == METER         ? house_W + store + sun + car
                   : index == STORE_METER ? store
                   : index == SUN_METER   ? sun
                   : index == BATTERY     ? store
                   : index == SENSOR      ? 0
                                          : flow_of(h, index);
    s->value_count = s->state_count = s->ranges_count = 0;
    if (index == SENSOR) {
        put(s, LG_METRIC_SENSOR_TEMPERATURE, 21.5);
        s->states[s->state_count++] = LG_STATE_READY;
        return;
    }
    put_states(h, index, s, watts);
    if (index == BATTERY) {
        put(s, LG_METRIC_DC_POWER, watts);
        put(s, LG_METRIC_DC_VOLTAGE, 400);
        put(s, LG_METRIC_DC_CURRENT, watts / 400);
        put(s, LG_METRIC_BATTERY_CAPACITY, capacity_Wh);
        put(s, LG_METRIC_BATTERY_TEMPERATURE, 25);
        put_ranges(s, put(s, LG_METRIC_BATTERY_SOC_PCT, 100 * h->stored_Wh / capacity_Wh), &usable);
        put_power_bounds(h, index, s, LG_METRIC_DC_POWER);
    } else {
        put_ac(s, watts);
        if (lg_category_takes_power(h->parts[index].category))
            put_power_bounds(h, index, s, LG_METRIC_AC_POWER_ACTIVE);
    }
}

void home_advance(home *h, int64_t now_ms)
{
    h->stored_Wh += flow_of(h, STORE) * (double)(now_ms - h->now_ms) / 3600000;
    h->now_ms = now_ms;
    lg_plant_advance(h->plant, now_ms);
    for (uint32_t i = METER; i < ALL; i++) { /* the grid itself has no device */
        saying *s = &h->said[i];
        if (s->is_silent || (i < PARTS && i >= h->part_count))
            continue;
        measure(h, i);
        s->time_ms = now_ms;
        s->told_error = s->failed;
        s->number++;
    }
}

static int32_t latest(void *ctx, uint64_t id, lg_microgrid_sample *out)
{
    const home *h = ctx;
    uint32_t index = place_of(h, id);
    const saying *s = index == ALL ? NULL : &h->said[index];
    if (!s || s->number == 0)
        return false;
    *out = (lg_microgrid_sample){.size = sizeof *out,
                                 .id = id,
                                 .number = s->number,
                                 .time_ms = s->time_ms,
                                 .values = s->values,
                                 .value_count = s->value_count,
                                 .states = s->states,
                                 .state_count = s->state_count,
                                 .errors = &s->error,
                                 .error_count = s->told_error};
    return true;
}

static uint32_t bounds(void *ctx, uint64_t id, uint32_t metric, lg_microgrid_range *out,
                       uint32_t max)
{
    const home *h = ctx;
    uint32_t index = place_of(h, id);
    if (index >= h->part_count ||
        metric != (index == BATTERY ? LG_METRIC_DC_POWER : LG_METRIC_AC_POWER_ACTIVE))
        return 0;
    lg_ranges ranges = lg_plant_bounds(h->plant, index, LG_POWER_ACTIVE);
    for (uint32_t i = 0; i < ranges.count && i < max; i++)
        out[i] = (lg_microgrid_range){ranges.at[i].lower, ranges.at[i].upper};
    return ranges.count;
}

/* ---- what it is told ---- */

static uint32_t answered(uint32_t why, int64_t until_ms, uint64_t command,
                         lg_microgrid_answer *answer)
{
    static const struct {
        const char *word, *words;
        uint32_t kind;
    } known[] = {
#define X(name, word, sentence, kind) {word, sentence, LG_MICROGRID_KIND_##kind},
        LG_MICROGRID_WHY_MAP(X)
#undef X
    };
    *answer = (lg_microgrid_answer){.size = sizeof *answer,
                                    .why = why,
                                    .kind = known[why].kind,
                                    .word = known[why].word,
                                    .words = known[why].words,
                                    .until_ms = until_ms,
                                    .command = command};
    return why;
}

static uint32_t refused(uint32_t why, lg_microgrid_answer *answer)
{
    return answered(why, LG_MICROGRID_NO_TIME, 0, answer);
}

static void is_told_by(home *h, const char *who)
{
    snprintf(h->commander, sizeof h->commander, "%s", who);
}

static uint32_t why_not(const home *h, uint32_t index, lg_plant_refusal refusal)
{
    if (refusal == LG_PLANT_UNSUPPORTED)
        return LG_MICROGRID_ACTION_WHY;
    return lg_plant_stage_of(h->plant, index) == LG_STAGE_ERROR ? LG_MICROGRID_ERROR_WHY
                                                                : LG_MICROGRID_STAGE_WHY;
}

static uint64_t number_of(home *h, uint32_t index, lg_power_type type)
{
    uint64_t *newest = &h->newest[index][type];
    if (h->outcomes[*newest % COMMANDS_MAX] == LG_MICROGRID_ACCEPTED)
        h->outcomes[*newest % COMMANDS_MAX] = LG_MICROGRID_OVERRIDDEN;
    *newest = ++h->commands;
    h->outcomes[*newest % COMMANDS_MAX] = h->holds ? LG_MICROGRID_ACCEPTED : LG_MICROGRID_SUCCESS;
    return *newest;
}

static uint32_t set_power(void *ctx, const char *who, const lg_microgrid_power *power,
                          lg_microgrid_answer *answer)
{
    home *h = ctx;
    uint32_t index = place_of(h, power->id);
    int64_t until_ms;
    is_told_by(h, who);
    if (index >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    if (power->type != LG_MICROGRID_ACTIVE && power->type != LG_MICROGRID_REACTIVE)
        return refused(LG_MICROGRID_TYPE_WHY, answer);
    if (h->rejects)
        return refused(LG_MICROGRID_REJECTED_WHY, answer);
    lg_power_type type = power->type == LG_MICROGRID_ACTIVE ? LG_POWER_ACTIVE : LG_POWER_REACTIVE;
    lg_plant_refusal refusal = lg_plant_set_power(h->plant, power->id, type, power->power,
                                                  power->lifetime_s, h->now_ms, &until_ms);
    switch (refusal) {
    case LG_PLANT_OK:
        return answered(LG_MICROGRID_OK_WHY, until_ms, number_of(h, index, type), answer);
    case LG_PLANT_ARGUMENT:
        return refused(isfinite(power->power) ? LG_MICROGRID_LIFETIME_WHY : LG_MICROGRID_POWER_WHY,
                       answer);
    case LG_PLANT_RANGE:
        return refused(LG_MICROGRID_BOUNDS_WHY, answer);
    default:
        return refused(lg_category_takes_power(h->parts[index].category)
                           ? why_not(h, index, refusal)
                           : LG_MICROGRID_CATEGORY_WHY,
                       answer);
    }
}

static uint32_t outcome(void *ctx, uint64_t command)
{
    const home *h = ctx;
    return command + COMMANDS_MAX > h->commands ? h->outcomes[command % COMMANDS_MAX]
                                                : (uint32_t)LG_MICROGRID_FORGOTTEN;
}

static uint32_t augment(void *ctx, const char *who, const lg_microgrid_bounding *bounding,
                        lg_microgrid_answer *answer)
{
    home *h = ctx;
    int64_t until_ms;
    lg_range ranges[LG_MICROGRID_RANGES_MAX];
    is_told_by(h, who);
    if (place_of(h, bounding->id) >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    for (uint32_t i = 0; i < bounding->range_count; i++)
        ranges[i] = (lg_range){bounding->ranges[i].lower, bounding->ranges[i].upper};
    const lg_plant_bounding request = {.id = bounding->id,
                                       .metric = (lg_metric)bounding->metric,
                                       .ranges = ranges,
                                       .range_count = bounding->range_count,
                                       .lifetime_s = bounding->lifetime_s,
                                       .token = bounding->token};
    switch (lg_plant_augment(h->plant, &request, h->now_ms, &until_ms)) {
    case LG_PLANT_OK:
        return answered(LG_MICROGRID_OK_WHY, until_ms, 0, answer);
    case LG_PLANT_FULL:
        return refused(LG_MICROGRID_FULL_WHY, answer);
    default:
        return refused(LG_MICROGRID_RANGES_WHY, answer);
    }
}

static uint32_t clear(void *ctx, const char *who, uint64_t id, uint32_t metric, const char *token,
                      lg_microgrid_answer *answer)
{
    home *h = ctx;
    is_told_by(h, who);
    if (place_of(h, id) >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    switch (lg_plant_clear(h->plant, id, (lg_metric)metric, token)) {
    case LG_PLANT_OK:
        return answered(LG_MICROGRID_OK_WHY, LG_MICROGRID_NO_TIME, 0, answer);
    case LG_PLANT_UNKNOWN:
        return refused(LG_MICROGRID_NO_TOKEN_WHY, answer);
    default:
        return refused(LG_MICROGRID_TOKEN_WHY, answer);
    }
}

static uint32_t act(void *ctx, const char *who, uint64_t id, uint32_t action,
                    lg_microgrid_answer *answer)
{
    static lg_plant_refusal (*const steps[])(lg_plant *, uint64_t) = {
        NULL, lg_plant_start, lg_plant_standby, lg_plant_stop, lg_plant_acknowledge};
    home *h = ctx;
    uint32_t index = place_of(h, id);
    is_told_by(h, who);
    if (index >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    lg_plant_refusal refusal = steps[action](h->plant, id);
    if (refusal != LG_PLANT_OK)
        return refused(why_not(h, index, refusal), answer);
    if (action == LG_MICROGRID_ACKNOWLEDGE)
        h->said[index].failed = false;
    return answered(LG_MICROGRID_OK_WHY, LG_MICROGRID_NO_TIME, 0, answer);
}

static bool tell_power(void *ctx, uint32_t index, lg_power_type type, double power,
                       int64_t until_ms)
{
    (void)ctx, (void)index, (void)type, (void)power; /* looked up when it is measured */
    (void)until_ms;
    return true;
}

static bool tell_stage(void *ctx, uint32_t index, lg_plant_stage stage)
{
    (void)ctx, (void)index, (void)stage;
    return true;
}

/* ---- what tests do to it ---- */

void home_clock(home *h, int64_t shift_ms, uint32_t permille)
{
    h->shift_ms = shift_ms;
    h->permille = permille;
}

void home_silence(home *h, uint64_t id, bool is_silent)
{
    h->said[place_of(h, id)].is_silent = is_silent;
}

void home_fail(home *h, uint64_t id)
{
    uint32_t index = place_of(h, id);
    lg_plant_fail(h->plant, index);
    h->said[index].failed = true;
    h->said[index].error =
        (lg_microgrid_diagnostic){.code = 8, .vendor_code = "E17", .message = "it is too warm"};
}

void home_reject(home *h, bool rejects)
{
    h->rejects = rejects;
}

void home_hold(home *h, bool holds)
{
    h->holds = holds;
}

void home_confirm(home *h, uint64_t command, uint32_t outcome_of)
{
    h->outcomes[command % COMMANDS_MAX] = (uint8_t)outcome_of;
}

const char *home_commander(const home *h)
{
    return h->commander;
}

/* ---- life ---- */

static const lg_component all_parts[PARTS] = {
    {1, LG_CATEGORY_GRID_CONNECTION_POINT, 0, "grid", 1},
    {2, LG_CATEGORY_METER, 0, "main meter", 2},
    {3, LG_CATEGORY_METER, 0, "battery meter", 3},
    {4, LG_CATEGORY_INVERTER, LG_INVERTER_BATTERY, "battery inverter", 4},
    {5, LG_CATEGORY_BATTERY, LG_BATTERY_LI_ION, "battery", 5},
    {6, LG_CATEGORY_METER, 0, "sun meter", 6},
    {7, LG_CATEGORY_INVERTER, LG_INVERTER_PV, "sun inverter", 7},
    {8, LG_CATEGORY_EV_CHARGER, LG_EV_CHARGER_AC, "charger", 8},
    {10, LG_CATEGORY_WIND_TURBINE, 0, "turbine", 9},
};
static const lg_component_link all_wires[PARTS - 1] = {{1, 2, 1}, {2, 3, 2}, {3, 4, 3}, {4, 5, 4},
                                                       {2, 6, 5}, {6, 7, 6}, {2, 8, 7}, {2, 10, 8}};

static void limit(home *h, uint32_t index, double lower, double upper)
{
    const lg_ranges ranges = {.count = 1, .at = {{lower, upper}}};
    lg_plant_limit(h->plant, index, LG_POWER_ACTIVE, &ranges);
}

home *home_open(int64_t now_ms, bool turbine)
{
    home *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    memcpy(h->parts, all_parts, sizeof all_parts);
    memcpy(h->wires, all_wires, sizeof all_wires);
    h->part_count = turbine ? PARTS : TURBINE;
    h->now_ms = now_ms;
    h->permille = 1000;
    h->stored_Wh = capacity_Wh / 2;
    const lg_graph_input input = {.file = "home",
                                  .components = h->parts,
                                  .component_count = h->part_count,
                                  .connections = h->wires,
                                  .connection_count = h->part_count - 1};
    const lg_plant_actions actions = {.ctx = h, .power = tell_power, .stage = tell_stage};
    lg_diag_init(&h->diag, lg_mem_system());
    if (lg_graph_build(lg_mem_system(), &input, &h->diag, &h->graph) != LG_OK ||
        !(h->plant = lg_plant_open(lg_mem_system(), &h->graph, &actions)))
        abort();
    limit(h, STORE, -10000, 10000);
    limit(h, BATTERY, -10000, 10000);
    limit(h, SUN, -5000, 0);
    limit(h, CAR, 0, 11000);
    h->door = (lg_microgrid_door){.size = sizeof h->door,
                                  .ctx = h,
                                  .clock = clock_of,
                                  .site = site,
                                  .component = component,
                                  .sensor = sensor,
                                  .connection = connection,
                                  .find = find,
                                  .latest = latest,
                                  .bounds = bounds,
                                  .set_power = set_power,
                                  .outcome = outcome,
                                  .augment = augment,
                                  .clear = clear,
                                  .act = act};
    return h;
}

void home_close(home *h)
{
    lg_plant_close(h->plant);
    lg_graph_fini(&h->graph);
    lg_diag_fini(&h->diag);
    free(h);
}

const lg_microgrid_door *home_door(const home *h)
{
    return &h->door;
}
