/* What scripts see of the microgrids, and how they ask. */
#include "app/microgrids_desk.h"

static lg_station *station_of(void *ctx, uint32_t microgrid)
{
    return lg_microgrids_at(((lg_microgrids_eye *)ctx)->microgrids, microgrid);
}

static bool component(void *ctx, uint32_t microgrid, uint32_t index, lg_microgrid_component *out)
{
    const lg_station *station = station_of(ctx, microgrid);
    if (!station || index >= lg_station_spec(station)->component_count)
        return false;
    *out = lg_station_spec(station)->facts[index];
    return true;
}

static bool connection(void *ctx, uint32_t microgrid, uint32_t index, lg_microgrid_connection *out)
{
    const lg_station *station = station_of(ctx, microgrid);
    if (!station || index >= lg_station_spec(station)->link_count)
        return false;
    const lg_component_link *link = &lg_station_spec(station)->links[index];
    *out = (lg_microgrid_connection){
        .size = sizeof *out, .source = link->source, .destination = link->destination};
    return true;
}

static bool latest(void *ctx, uint32_t microgrid, uint64_t id, lg_microgrid_sample *out)
{
    lg_station *station = station_of(ctx, microgrid);
    uint32_t index = station ? lg_station_find(station, id) : LG_NONE;
    return index != LG_NONE && lg_station_latest(station, index, out);
}

static uint32_t bounds(void *ctx, uint32_t microgrid, uint64_t id, uint32_t metric,
                       lg_microgrid_range *out, uint32_t max)
{
    const lg_station *station = station_of(ctx, microgrid);
    uint32_t index = station ? lg_station_find(station, id) : LG_NONE;
    return index == LG_NONE ? 0 : lg_station_bounds(station, index, metric, out, max);
}

/* Whether @p index is component @p above, or hangs from it. */
static bool hangs_from(const lg_graph *graph, uint32_t index, uint32_t above)
{
    while (index != above) {
        uint32_t count;
        const uint32_t *before = lg_graph_before(graph, index, &count);
        for (uint32_t i = 0; i < count; i++)
            if (before[i] == above)
                return true;
        if (!count)
            return false;
        index = before[0];
    }
    return true;
}

static bool behind(void *ctx, uint32_t microgrid, uint64_t id, uint32_t nth, uint32_t *asset)
{
    const lg_station *station = station_of(ctx, microgrid);
    uint32_t index = station ? lg_station_find(station, id) : LG_NONE;
    if (index == LG_NONE)
        return false;
    const lg_microgrid_spec *spec = lg_station_spec(station);
    for (uint32_t b = 0; b < spec->backed_count; b++)
        for (uint32_t k = 0; k < spec->backed[b].count; k++)
            if (hangs_from(lg_station_graph(station), index, spec->backed[b].components[k]) &&
                nth-- == 0) {
                *asset = spec->backed[b].asset;
                return true;
            }
    return false;
}

static lg_micro_done ask(void *ctx, const lg_micro_ask *what)
{
    const lg_microgrids_eye *eye = ctx;
    return lg_microgrids_ask(eye->microgrids, eye->turn, *eye->store, what);
}

void lg_microgrids_show(lg_microgrids_eye *eye)
{
    eye->desk = (lg_desk_microgrids){
        .ctx = eye,
        .component = component,
        .connection = connection,
        .latest = latest,
        .bounds = bounds,
        .behind = behind,
        .ask = ask,
    };
    lg_turn_set_microgrids(eye->turn, &eye->desk);
}

void lg_microgrids_grant(const lg_scenario *scenario, const lg_agent_spec *agent, lg_desk *desk)
{
    for (uint32_t i = 0; i < scenario->microgrid_count; i++)
        for (uint32_t k = 0; k < scenario->microgrids[i].backed_count; k++)
            for (uint32_t a = 0; a < agent->asset_count; a++)
                if (agent->assets[a] == scenario->microgrids[i].backed[k].asset)
                    lg_desk_grant_microgrid(desk, i);
}
