/* A step, in this order: the clock goes on; what is over ends; faults of the schedule begin;
 * devices live on, those farthest from the grid first, so that a meter sums what flows now;
 * components without a device sum what hangs from them; what was said is acted upon. */
#include "station/station.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "station/room.h"

/* ---- devices speak ---- */

uint32_t lg__station_component(const lg_station *s, uint32_t device, uint32_t part)
{
    return lg_graph_find(&s->graph, s->spec->machines[device].components[part].id);
}

static void hear_sample(void *ctx, uint32_t device, const lg_device_sample *sample)
{
    lg__station_take(ctx, lg__station_component(ctx, device, sample->component), sample);
}

static void hear_done(void *ctx, uint32_t device, uint64_t number, int32_t status,
                      const char *sentence)
{
    (void)device;
    (void)sentence;
    lg__station_answered(ctx, number, status);
}

static void hear_flow(void *ctx, uint32_t device, uint32_t component, double watts, double vars)
{
    lg_station *s = ctx;
    lg__unit *u = &s->units[lg__station_component(s, device, component)];
    u->flow_W = watts;
    u->flow_VAr = vars;
    u->flows = true;
}

/* What really flows; of a live device what it measured. */
static void flow_of(const lg_station *s, uint32_t index, double *watts, double *vars)
{
    const lg__unit *u = &s->units[index];
    *watts = u->flows ? u->flow_W : isnan(u->power_W) ? 0 : u->power_W;
    *vars = u->flows ? u->flow_VAr : isnan(u->vars) ? 0 : u->vars;
}

static void sum_below(const lg_station *s, uint32_t index, double *watts, double *vars)
{
    uint32_t count;
    const uint32_t *next = lg_graph_next(&s->graph, index, &count);
    *watts = *vars = 0;
    for (uint32_t i = 0; i < count; i++) {
        double w, v;
        if (s->spec->components[next[i]].category == LG_CATEGORY_BATTERY)
            continue; /* direct current, which its inverter counts */
        flow_of(s, next[i], &w, &v);
        *watts += w;
        *vars += v;
    }
}

static void hear_flow_below(void *ctx, uint32_t device, uint32_t component, double *watts,
                            double *vars)
{
    sum_below(ctx, lg__station_component(ctx, device, component), watts, vars);
}

static int64_t hear_now(void *ctx)
{
    return ((const lg_station *)ctx)->now_ms;
}

static void hear_fault(void *ctx, uint32_t device, const char *sentence)
{
    const lg_station *s = ctx;
    if (s->input.fault)
        s->input.fault(s->input.ctx, s->spec->machines[device].name, sentence);
}

static void hear_log(void *ctx, uint32_t level, const char *sentence)
{
    const lg_station *s = ctx;
    if (level >= LG_LOG_WARN && s->input.fault)
        s->input.fault(s->input.ctx, "device", sentence);
}

/* ---- opening ---- */

/* How far a component is from the grid at most. */
static uint32_t depth_of(const lg_graph *graph, uint32_t index)
{
    uint32_t count, deepest = 0;
    const uint32_t *before = lg_graph_before(graph, index, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t depth = 1 + depth_of(graph, before[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* The depth of a device is that of its component nearest to the grid. */
static uint32_t depth_of_device(const lg_station *s, uint32_t device)
{
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; i < s->spec->machines[device].component_count; i++) {
        uint32_t depth = depth_of(&s->graph, lg__station_component(s, device, i));
        least = depth < least ? depth : least;
    }
    return least;
}

static bool make_order(lg_station *s)
{
    uint32_t machines = s->spec->machine_count, all = machines + s->spec->component_count;
    uint32_t *depths = lg_mem_alloc(s->mem, ((size_t)all + 1) * sizeof *depths);
    s->order = lg_mem_alloc(s->mem, ((size_t)all + 1) * sizeof *s->order);
    if (!depths || !s->order) {
        lg_mem_free(s->mem, depths, ((size_t)all + 1) * sizeof *depths);
        return false;
    }
    for (uint32_t i = 0; i < all; i++) {
        bool device = i < machines;
        if (!device && s->spec->devices[i - machines] != LG_NONE)
            continue;
        depths[i] = device ? depth_of_device(s, i) : depth_of(&s->graph, i - machines);
        uint32_t at = s->order_count++;
        for (; at && depths[s->order[at - 1]] < depths[i]; at--)
            s->order[at] = s->order[at - 1];
        s->order[at] = i;
    }
    lg_mem_free(s->mem, depths, ((size_t)all + 1) * sizeof *depths);
    return true;
}

static lg_status open_equipment(lg_station *s, lg_diag *diag)
{
    const lg_microgrid_spec *spec = s->spec;
    const lg_equipment_input input = {
        .devices = spec->machines,
        .count = spec->machine_count,
        .file = s->input.file,
        .seed = lg_rng(s->input.seed, spec->site.id, 0, 0),
        .site_seed = s->input.seed,
        .start_ms = s->input.start_ms,
        .step_ms = (uint32_t)spec->step_ms,
        .slot_s = s->input.slot_s,
        .latitude_deg = spec->site.latitude,
        .longitude_deg = spec->site.longitude,
        .voltage_V = spec->voltage_V,
        .frequency_Hz = spec->frequency_Hz,
        .loop = s->input.loop,
        .ears = {.ctx = s,
                 .sample = hear_sample,
                 .done = hear_done,
                 .flow = hear_flow,
                 .flow_below = hear_flow_below,
                 .now_ms = hear_now,
                 .fault = hear_fault,
                 .log = hear_log},
    };
    return lg_equipment_open(s->mem, &input, diag, &s->equipment);
}

static lg_status open_all(lg_station *s, lg_diag *diag)
{
    const lg_microgrid_spec *spec = s->spec;
    const lg_graph_input graph = {
        .file = s->input.file,
        .components = spec->components,
        .component_count = spec->component_count,
        .connections = spec->links,
        .connection_count = spec->link_count,
        .islanded = spec->islanded,
    };
    const lg_plant_actions actions = {s, lg__station_tell_power, lg__station_tell_stage};
    lg_status status = lg_graph_build(s->mem, &graph, diag, &s->graph);
    if (status != LG_OK)
        return status;
    s->units = lg_mem_zalloc(s->mem, spec->component_count, sizeof *s->units);
    s->plant = lg_plant_open(s->mem, &s->graph, &actions);
    if (!s->units || !s->plant || !make_order(s))
        return LG_MEMORY;
    for (uint32_t i = 0; i < spec->component_count; i++)
        s->units[i] = (lg__unit){
            .good_ms = INT64_MIN,
            .power_W = (double)NAN,
            .vars = (double)NAN,
            .soc = (double)NAN,
            .before_W = (double)NAN,
        };
    return open_equipment(s, diag);
}

lg_status lg_station_open(lg_mem *mem, const lg_station_input *input, lg_diag *diag,
                          lg_station **out)
{
    *out = NULL;
    lg_station *s = lg_mem_zalloc(mem, 1, sizeof *s);
    if (!s)
        return LG_MEMORY;
    s->mem = mem;
    s->input = *input;
    s->spec = input->spec;
    s->now_ms = input->start_ms;
    lg_status status = open_all(s, diag);
    if (status == LG_OK)
        *out = s;
    else
        lg_station_close(s);
    return status;
}

void lg_station_close(lg_station *s)
{
    if (!s)
        return;
    lg_mem *mem = s->mem;
    uint32_t components = s->spec->component_count;
    lg_equipment_close(s->equipment);
    lg_plant_close(s->plant);
    for (uint32_t i = 0; s->units && i < components; i++) {
        lg__unit *u = &s->units[i];
        lg_mem_free(mem, u->values, u->value_capacity * sizeof *u->values);
        lg_mem_free(mem, u->ranges, u->range_capacity * sizeof *u->ranges);
    }
    lg_mem_free(mem, s->units, components * sizeof *s->units);
    lg_mem_free(mem, s->order,
                ((size_t)s->spec->machine_count + components + 1) * sizeof *s->order);
    lg_mem_free(mem, s->lent_values, s->lent_values_capacity * sizeof *s->lent_values);
    lg_mem_free(mem, s->lent_ranges, s->lent_ranges_capacity * sizeof *s->lent_ranges);
    lg_graph_fini(&s->graph);
    lg_mem_free(mem, s, sizeof *s);
}

const lg_microgrid_spec *lg_station_spec(const lg_station *s)
{
    return s->spec;
}

int64_t lg_station_now_ms(const lg_station *s)
{
    return s->now_ms;
}

const lg_graph *lg_station_graph(const lg_station *s)
{
    return &s->graph;
}

uint32_t lg_station_find(const lg_station *s, uint64_t id)
{
    return lg_graph_find(&s->graph, id);
}

/* ---- a step ---- */

static void begin_faults(lg_station *s, int64_t before_ms)
{
    for (uint32_t i = 0; i < s->spec->fault_count; i++) {
        const lg_fault_spec *fault = &s->spec->faults[i];
        int64_t at_ms = fault->at_ms;
        if ((double)at_ms < LG_OPTION_TIME_DATE) /* every day */
            at_ms += s->now_ms / LG_DAY_MS * LG_DAY_MS;
        if (at_ms < before_ms || at_ms >= s->now_ms)
            continue;
        const lg_device_fault show = {
            .size = sizeof show,
            .kind = fault->kind,
            .component = fault->component,
            .until_ms = fault->length_ms ? at_ms + fault->length_ms : INT64_MAX,
        };
        (void)lg_equipment_fault(s->equipment, fault->device, &show);
    }
}

/* A component without a device says what flows through it. */
static void measure_below(lg_station *s, uint32_t index)
{
    const lg_component *c = &s->spec->components[index];
    lg__unit *u = &s->units[index];
    uint32_t next;
    (void)lg_graph_next(&s->graph, index, &next);
    if (!next || c->category == LG_CATEGORY_INVERTER)
        return;
    double hours = (double)s->spec->step_ms / (double)LG_HOUR_MS;
    sum_below(s, index, &u->flow_W, &u->flow_VAr);
    u->flows = true;
    double consumed = u->consumed_Wh + (u->flow_W > 0 ? u->flow_W * hours : 0);
    double delivered = u->delivered_Wh - (u->flow_W < 0 ? u->flow_W * hours : 0);
    const lg_microgrid_value values[] = {
        {.metric = LG_METRIC_AC_POWER_ACTIVE, .value = u->flow_W},
        {.metric = LG_METRIC_AC_POWER_REACTIVE, .value = u->flow_VAr},
        {.metric = LG_METRIC_AC_FREQUENCY, .value = s->spec->frequency_Hz},
        {.metric = LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED, .value = consumed},
        {.metric = LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED, .value = delivered},
    };
    const uint32_t ready = LG_STATE_READY;
    const lg_device_sample sample = {
        .size = sizeof sample,
        .time_ms = s->now_ms,
        .values = values,
        .value_count = sizeof values / sizeof *values,
        .states = &ready,
        .state_count = 1,
    };
    lg__station_take(s, index, &sample);
}

void lg_station_step(lg_station *s)
{
    int64_t before_ms = s->now_ms;
    s->now_ms += s->spec->step_ms;
    lg_plant_advance(s->plant, s->now_ms);
    lg__station_expire(s);
    begin_faults(s, before_ms);
    for (uint32_t i = 0; i < s->order_count; i++) {
        if (s->order[i] < s->spec->machine_count)
            lg_equipment_step(s->equipment, s->order[i], s->now_ms);
        else
            measure_below(s, s->order[i] - s->spec->machine_count);
    }
    lg__station_settle(s);
}
