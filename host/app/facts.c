/* Joins what the store may not know of: devices and the scenario. Plans are those of the running
 * slot, so what a storage holds is what it held when the slot opened. */
#include "app/facts.h"

#include <math.h>
#include "grid/unit.h"

bool lg_facts_init(lg_facts *facts, lg_mem *mem, const lg_scenario *scenario)
{
    *facts = (lg_facts){.mem = mem, .scenario = scenario};
    if (!scenario->keep_assets)
        return true;
    facts->assets = lg_mem_zalloc(mem, scenario->site.asset_count, sizeof *facts->assets);
    return facts->assets;
}

void lg_facts_fini(lg_facts *facts)
{
    if (facts->assets)
        lg_mem_free(facts->mem, facts->assets,
                    facts->scenario->site.asset_count * sizeof *facts->assets);
    facts->assets = NULL;
}

/* The mean over the outside grid's assets of one of their rates; @p otherwise when none says it. */
static double mean_rate(const lg_site *site, const lg_fleet *fleet, bool sell, double otherwise)
{
    double sum = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < site->asset_count; i++) {
        uint32_t role = site->assets[i].role;
        if (role != LG_ROLE_BUS && role != LG_ROLE_MARKET_MAKER)
            continue;
        const lg_plan *plan = lg_fleet_plan_of(fleet, i);
        double rate = sell ? plan->sell_rate_ct : plan->buy_rate_ct;
        if (!isnan(rate)) {
            sum += rate;
            count++;
        }
    }
    return count ? sum / count : otherwise;
}

static void fill_assets(lg_facts *facts, const lg_fleet *fleet, const lg_caps *caps)
{
    const lg_site *site = &facts->scenario->site;
    for (uint32_t i = 0; i < site->asset_count; i++) {
        lg_asset_slot *asset = &facts->assets[i];
        *asset =
            (lg_asset_slot){.demand_uwh = caps[i].demand_uwh, .supply_uwh = caps[i].supply_uwh};
        const lg_plan *plan = lg_fleet_plan_of(fleet, i);
        if (site->assets[i].role != LG_ROLE_STORAGE ||
            !lg_uwh_from_kwh(plan->stored_kWh, &asset->stored_uwh) ||
            !lg_uwh_from_kwh(plan->capacity_kWh, &asset->capacity_uwh))
            asset->stored_uwh = asset->capacity_uwh = 0;
    }
}

lg_slot_facts lg_facts_of(lg_facts *facts, const lg_moment *moment, const lg_fleet *fleet,
                          const lg_caps *caps)
{
    const lg_scenario *scenario = facts->scenario;
    double maker_ct = moment->market_maker_rate_ct, feed_in_ct = moment->feed_in_tariff_rate_ct;
    if (scenario->rules.compat_gsy) {
        maker_ct = mean_rate(&scenario->site, fleet, true, maker_ct);
        feed_in_ct = mean_rate(&scenario->site, fleet, false, feed_in_ct);
    }
    lg_slot_facts slot = {.carbon_g_per_kwh = NAN, .assets = facts->assets};
    bool known = lg_uct_from_ct(maker_ct, &slot.market_maker_uct) &&
                 lg_uct_from_ct(feed_in_ct, &slot.feed_in_uct);
    LG_ASSERT(known); /* run.c has looked at every slot's rates; the fleet refuses rates past all */
    if (scenario->carbon_ratio)
        slot.carbon_g_per_kwh = lg_profile_at(scenario->carbon_ratio, moment->slot_start_ms);
    if (facts->assets)
        fill_assets(facts, fleet, caps);
    return slot;
}
