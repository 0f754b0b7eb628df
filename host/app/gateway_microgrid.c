/* The doors of a gateway to the microgrids: what changes something is an act of the world, so it is
 * kept before it acts and happens again from the journal; what looks goes straight in. */
#include "app/gateway_parts.h"

#include <string.h>
#include "app/microgrids.h"

/* A door: the gate, and which microgrid it leads to. */
struct lg__micro_door {
    lg_gate *gate;
    uint32_t index;
    lg_microgrid_door door;
};

static lg_station *station_of(const struct lg__micro_door *d)
{
    return lg_microgrids_at(lg_world_microgrids(d->gate->input.world), d->index);
}

/* A struct of theirs may end sooner than ours. */
static void give(void *out, const void *ours, size_t size)
{
    uint32_t theirs;
    memcpy(&theirs, out, sizeof theirs);
    memcpy(out, ours, theirs < size ? theirs : size);
    memcpy(out, &theirs, sizeof theirs);
}

#define GIVE(out, ours) give((out), (ours), sizeof *(ours))

/* ---- what looks ---- */

static void door_clock(void *ctx, lg_microgrid_clock *out)
{
    const struct lg__micro_door *d = ctx;
    const lg_pace *pace = &d->gate->input.helm->pace;
    const lg_microgrid_clock now = {
        .size = sizeof now,
        .permille = pace->simulated_ms ? (uint32_t)(pace->simulated_ms * 1000 / pace->real_ms) : 0,
        .now_ms = lg_station_now_ms(station_of(d)),
        .client_ms = d->gate->measured_wall_ms,
    };
    GIVE(out, &now);
}

static void door_site(void *ctx, lg_microgrid_site *out)
{
    GIVE(out, &lg_station_spec(station_of(ctx))->site);
}

static int32_t door_component(void *ctx, uint32_t index, lg_microgrid_component *out)
{
    const lg_microgrid_spec *spec = lg_station_spec(station_of(ctx));
    if (index >= spec->component_count)
        return false;
    GIVE(out, &spec->facts[index]);
    return true;
}

/* Scenarios have no sensors yet. */
static int32_t door_sensor(void *ctx, uint32_t index, lg_microgrid_component *out)
{
    (void)ctx;
    (void)index;
    (void)out;
    return false;
}

static int32_t door_connection(void *ctx, uint32_t index, lg_microgrid_connection *out)
{
    const lg_microgrid_spec *spec = lg_station_spec(station_of(ctx));
    if (index >= spec->link_count)
        return false;
    const lg_microgrid_connection link = {
        .size = sizeof link,
        .source = spec->links[index].source,
        .destination = spec->links[index].destination,
        .from_ms = LG_MICROGRID_NO_TIME,
        .until_ms = LG_MICROGRID_NO_TIME,
    };
    GIVE(out, &link);
    return true;
}

static int32_t door_find(void *ctx, uint64_t id, lg_microgrid_component *out)
{
    const lg_station *station = station_of(ctx);
    uint32_t index = lg_station_find(station, id);
    if (index == LG_NONE)
        return false;
    GIVE(out, &lg_station_spec(station)->facts[index]);
    return true;
}

static int32_t door_latest(void *ctx, uint64_t id, lg_microgrid_sample *out)
{
    lg_station *station = station_of(ctx);
    uint32_t index = lg_station_find(station, id);
    lg_microgrid_sample sample;
    if (index == LG_NONE || !lg_station_latest(station, index, &sample))
        return false;
    GIVE(out, &sample);
    return true;
}

static uint32_t door_bounds(void *ctx, uint64_t id, uint32_t metric, lg_microgrid_range *out,
                            uint32_t max)
{
    const lg_station *station = station_of(ctx);
    uint32_t index = lg_station_find(station, id);
    return index == LG_NONE ? 0 : lg_station_bounds(station, index, metric, out, max);
}

static uint32_t door_outcome(void *ctx, uint64_t command)
{
    return lg_station_outcome(station_of(ctx), command);
}

/* ---- what changes something ---- */

static uint32_t ask(struct lg__micro_door *d, const lg_micro_ask *what, lg_microgrid_answer *answer)
{
    lg_text bytes;
    lg_gate *g = d->gate;
    lg_text_init(&bytes, g->mem);
    lg_microgrids_pack(what, &bytes);
    lg_outside act = {.kind = LG_OUTSIDE_MICROGRID, .node = d->index};
    lg_status status = lg__gate_act(g, &act, &bytes);
    lg_text_fini(&bytes);
    lg_micro_done done = lg_world_micro_asked(g->input.world);
    if (status != LG_OK)
        done = (lg_micro_done){.why = status == LG_CLOSED ? LG_MICROGRID_OVER_WHY
                                                          : LG_MICROGRID_MEMORY_WHY,
                               .until_ms = LG_MICROGRID_NO_TIME};
    const lg_microgrid_answer ours = lg_micro_answer(&done);
    GIVE(answer, &ours);
    return done.why;
}

static uint32_t door_set_power(void *ctx, const char *who, const lg_microgrid_power *power,
                               lg_microgrid_answer *answer)
{
    const lg_micro_ask what = {
        .kind = LG_MICRO_ASK_POWER,
        .id = power->id,
        .what = power->type,
        .power = power->power,
        .lifetime_s = power->lifetime_s,
        .who = who,
    };
    return ask(ctx, &what, answer);
}

static uint32_t door_augment(void *ctx, const char *who, const lg_microgrid_bounding *bounds,
                             lg_microgrid_answer *answer)
{
    lg_micro_ask what = {
        .kind = LG_MICRO_ASK_AUGMENT,
        .id = bounds->id,
        .what = bounds->metric,
        .ranges = bounds->ranges,
        .range_count = bounds->range_count,
        .lifetime_s = bounds->lifetime_s,
        .token = bounds->token,
        .who = who,
    };
    if (what.range_count > LG_MICROGRID_RANGES_MAX) /* as many as there is room for in a record */
        what.range_count = 0;
    return ask(ctx, &what, answer);
}

static uint32_t door_clear(void *ctx, const char *who, uint64_t id, uint32_t metric,
                           const char *token, lg_microgrid_answer *answer)
{
    const lg_micro_ask what = {
        .kind = LG_MICRO_ASK_CLEAR, .id = id, .what = metric, .token = token, .who = who};
    return ask(ctx, &what, answer);
}

static uint32_t door_act(void *ctx, const char *who, uint64_t id, uint32_t action,
                         lg_microgrid_answer *answer)
{
    const lg_micro_ask what = {.kind = LG_MICRO_ASK_ACT, .id = id, .what = action, .who = who};
    return ask(ctx, &what, answer);
}

/* ---- for the gateway ---- */

static const lg_microgrid_door *microgrid(void *ctx, uint32_t index)
{
    const lg_gate *g = ctx;
    return index < g->micro_count ? &g->micro[index].door : NULL;
}

static void open_door(lg_gate *g, uint32_t index)
{
    struct lg__micro_door *d = &g->micro[index];
    d->gate = g;
    d->index = index;
    d->door = (lg_microgrid_door){
        .size = sizeof d->door,
        .ctx = d,
        .clock = door_clock,
        .site = door_site,
        .component = door_component,
        .sensor = door_sensor,
        .connection = door_connection,
        .find = door_find,
        .latest = door_latest,
        .bounds = door_bounds,
        .set_power = door_set_power,
        .outcome = door_outcome,
        .augment = door_augment,
        .clear = door_clear,
        .act = door_act,
    };
}

static int64_t now_of(const lg_gate *g)
{
    return lg_microgrids_now_ms(lg_world_microgrids(g->input.world));
}

lg_status lg__gate_microgrids(lg_gate *g)
{
    uint32_t count = lg_microgrids_count(lg_world_microgrids(g->input.world));
    g->host.microgrid = microgrid;
    if (!count || g->micro)
        return LG_OK;
    g->micro = lg_mem_zalloc(g->mem, count, sizeof *g->micro);
    if (!g->micro)
        return LG_MEMORY;
    g->micro_count = count;
    for (uint32_t i = 0; i < count; i++)
        open_door(g, i);
    g->measured_ms = now_of(g);
    g->measured_wall_ms = g->host.wall_ms(g);
    return LG_OK;
}

void lg__gate_measured(lg_gate *g)
{
    if (!g->micro || !g->open || now_of(g) == g->measured_ms)
        return;
    g->measured_ms = now_of(g);
    g->measured_wall_ms = g->host.wall_ms(g);
    if (g->kind->size >= offsetof(lg_gateway, measured) + sizeof g->kind->measured)
        LG__GATE_CALL(g, measured);
}

void lg__gate_close_microgrids(lg_gate *g)
{
    lg_mem_free(g->mem, g->micro, g->micro_count * sizeof *g->micro);
}
