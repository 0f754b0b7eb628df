/* The types of resources follow the drivers of assets, as far as the wire has a word for them. */
#include "app/coordination.h"

#include <string.h>
#include "base/num.h"

static lg_coord_resource_type type_of(const char *driver)
{
    static const struct {
        const char *driver;
        lg_coord_resource_type type;
    } types[] = {
        {"ev_charger", LG_COORD_RESOURCE_Charger},
        {"heat_pump", LG_COORD_RESOURCE_HVAC},
        {"pv", LG_COORD_RESOURCE_SolarInverter},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(driver, types[i].driver) == 0)
            return types[i].type;
    return LG_COORD_RESOURCE_Generic;
}

static bool can_help(const lg_asset *asset)
{
    return asset->role != LG_ROLE_BUS && asset->role != LG_ROLE_MARKET_MAKER;
}

static lg_coord_result add_assets(lg_scene *scene, const lg_scenario *scenario,
                                  const lg_driver *const *drivers, uint32_t aggregator,
                                  lg_coord_why *why)
{
    const lg_agent_spec *agent = &scenario->agents[scenario->coordination->agents[aggregator]];
    lg_coord_result result = LG_COORD_DONE;
    for (uint32_t i = 0; i < agent->asset_count && result == LG_COORD_DONE; i++) {
        const lg_asset *asset = &scenario->site.assets[agent->assets[i]];
        const lg_scene_resource resource = {
            .id = asset->name,
            .home = scenario->site.areas[asset->area].name,
            .type = type_of(drivers[asset->driver]->name),
            .feeds_in = asset->role != LG_ROLE_CONSUMER,
            .aggregator = aggregator,
            .asset = agent->assets[i],
        };
        if (can_help(asset))
            result = lg_scene_add(scene, &resource, why);
    }
    return result;
}

lg_status lg_coordination_open(lg_mem *mem, const lg_scenario *scenario,
                               const lg_driver *const *drivers, lg_scene **out, lg_err *err)
{
    const lg_coordination_spec *spec = scenario->coordination;
    lg_coord_result result = LG_COORD_DONE;
    lg_coord_why why = {.text = ""};
    *out = lg_scene_new(mem, &spec->rules);
    if (!*out)
        return lg_fail(err, LG_MEMORY, "out of memory for the coordination");
    for (uint32_t i = 0; i < spec->rules.aggregator_count && result == LG_COORD_DONE; i++)
        result = add_assets(*out, scenario, drivers, i, &why);
    if (result == LG_COORD_DONE)
        return LG_OK;
    lg_scene_free(*out);
    *out = NULL;
    return result == LG_COORD_MEMORY
               ? lg_fail(err, LG_MEMORY, "out of memory for the coordination")
               : lg_fail(err, LG_SCENARIO, "%s: coordination: %s", scenario->file, why.text);
}

uint32_t lg_coordination_part(const lg_scenario *scenario, uint32_t agent)
{
    const lg_coordination_spec *spec = scenario->coordination;
    for (uint32_t i = 0; spec && i < spec->rules.aggregator_count; i++)
        if (spec->agents[i] == agent)
            return i;
    return spec && spec->operator_agent == agent ? LG_SCENE_OPERATOR : LG_SCENE_NOBODY;
}

static int64_t used(const lg_market *market, const lg_caps *caps, uint32_t asset)
{
    const lg_position *p = lg_market_position(market, asset);
    if (lg_market_site(market)->assets[asset].role == LG_ROLE_STORAGE)
        return lg_add(p->bought_uwh, -p->sold_uwh);
    return lg_add(caps[asset].demand_uwh, -caps[asset].supply_uwh);
}

lg_status lg_coordination_slot(lg_mem *mem, lg_turn *turn, const lg_moment *moment,
                               const lg_caps *caps, lg_store *store)
{
    const lg_market *market = lg_turn_market(turn);
    const lg_scene *scene = lg_turn_scene(turn);
    uint32_t count;
    const lg_scene_resource *resources = lg_scene_resources(scene, &count);
    int64_t *energies = lg_mem_zalloc(mem, count + 1, sizeof *energies);
    lg_scene_ruling *rulings = lg_mem_zalloc(mem, count + 1, sizeof *rulings);
    lg_status status = energies && rulings ? LG_OK : LG_MEMORY;
    for (uint32_t i = 0; status == LG_OK && i < count; i++)
        energies[i] = used(market, caps, resources[i].asset);
    if (status == LG_OK)
        status = lg_turn_measure_resources(turn, moment->slot, energies, count);
    if (status == LG_OK) {
        lg_scene_rule(scene, LG_SCENE_NOBODY, moment->slot, rulings);
        for (uint32_t i = 0; i < count; i++)
            if (rulings[i].curve || rulings[i].limit)
                lg_store_signalled(store, moment->slot, i, energies[i], &rulings[i]);
    }
    lg_mem_free(mem, energies, (count + 1) * sizeof *energies);
    lg_mem_free(mem, rulings, (count + 1) * sizeof *rulings);
    return status;
}
