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
