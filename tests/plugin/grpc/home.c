/* A plant of host/microgrid whose devices do at once what they are told. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home_parts.h"

static const double capacity_Wh = 10000, house_W = 500, sun_W = -3000;

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

uint32_t home_place(const home *h, uint64_t id)
{
    for (uint32_t i = 0; i < h->part_count; i++)
        if (h->parts[i].id == id)
            return i;
    return id == 9 ? SENSOR : ALL;
}

static int32_t find(void *ctx, uint64_t id, lg_microgrid_component *out)
{
    const home *h = ctx;
    uint32_t index = home_place(h, id);
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
    uint32_t index = home_place(h, id);
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
    uint32_t index = home_place(h, id);
    if (index >= h->part_count ||
        metric != (index == BATTERY ? LG_METRIC_DC_POWER : LG_METRIC_AC_POWER_ACTIVE))
        return 0;
    lg_ranges ranges = lg_plant_bounds(h->plant, index, LG_POWER_ACTIVE);
    for (uint32_t i = 0; i < ranges.count && i < max; i++)
        out[i] = (lg_microgrid_range){ranges.at[i].lower, ranges.at[i].upper};
    return ranges.count;
}

/* ---- what tests do to it ---- */

void home_clock(home *h, int64_t shift_ms, uint32_t permille)
{
    h->shift_ms = shift_ms;
    h->permille = permille;
}

void home_silence(home *h, uint64_t id, bool is_silent)
{
    h->said[home_place(h, id)].is_silent = is_silent;
}

void home_fail(home *h, uint64_t id)
{
    uint32_t index = home_place(h, id);
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
                                  .bounds = bounds};
    home_obey(&h->door);
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
