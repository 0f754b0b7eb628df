/* What commands reach beside the spot market. When a slot opens, in this order: measurements that
 * came count, the settlement market whose time is over closes, the market of the slot before opens,
 * and what the new slot is opened with is noted for its own. Markets of other slots (future,
 * forward) have their place here too: commands find them by their time slot alone.
 */
#include "desk/room.h"

bool lg__venue_init(struct lg__venue *venue, lg_mem *mem, lg_market *spot, const lg_rules *rules,
                    const lg_market_sink *sink)
{
    const lg_site *site = lg_market_site(spot);
    lg_market_sink settlement = *sink;
    settlement.cleared = NULL; /* its ticks are not those of its slot */
    venue->spot = spot;
    venue->slot = LG_NONE;
    venue->forecasts = lg_slot_values_new(mem, site->asset_count);
    venue->measured = lg_slot_values_new(mem, site->asset_count);
    if (rules->settlement_slots) {
        lg_market_share_ids(spot, &venue->ids);
        venue->settling = lg_settling_new(mem, site, rules, &settlement, &venue->ids);
    }
    return venue->forecasts && venue->measured && (venue->settling || !rules->settlement_slots);
}

void lg__venue_fini(struct lg__venue *venue)
{
    lg_board_free(venue->board);
    lg_settling_free(venue->settling);
    lg_slot_values_free(venue->forecasts);
    lg_slot_values_free(venue->measured);
}

/* What was measured is an input of the run, or drawn from its seed: it counts in the digest. */
static void hash_deviations(const struct lg__venue *venue, lg_chain *chain)
{
    uint32_t assets = lg_market_site(venue->spot)->asset_count;
    for (uint32_t k = 0; k < lg_settling_count(venue->settling); k++) {
        uint32_t slot = lg_settling_slot(venue->settling, k);
        for (uint32_t i = 0; i < assets; i++) {
            int64_t deviation = lg_settling_deviation(venue->settling, slot, i);
            lg_chain_add(chain, &deviation, sizeof deviation);
        }
    }
}

/* Measurements that came count, also for a market that closes now. */
static lg_status measure(struct lg__venue *venue, lg_chain *chain)
{
    if (!venue->settling || !lg_slot_values_count(venue->measured))
        return LG_OK;
    lg_status status = lg_settling_measure(venue->settling, venue->measured);
    hash_deviations(venue, chain);
    return status;
}

lg_status lg__venue_settle(struct lg__venue *venue, bool all, lg_chain *chain,
                           lg__settled_told *told, void *ctx)
{
    lg_settled settled;
    uint32_t slot;
    lg_status status = measure(venue, chain);
    while (status == LG_OK && venue->settling && lg_settling_oldest(venue->settling, all, &slot)) {
        lg_settling_describe(venue->settling, slot, &settled);
        status = lg_settling_close(venue->settling, slot);
        if (status == LG_OK)
            status = told(ctx, &settled);
    }
    return status;
}

lg_status lg__venue_open_slot(struct lg__venue *venue, uint32_t slot, int64_t start_ms,
                              const lg_caps *caps, lg_chain *chain)
{
    uint32_t before = venue->slot;
    lg_status status = LG_OK;
    venue->slot = slot;
    if (!venue->settling)
        return LG_OK;
    if (before != LG_NONE) {
        status = lg_settling_open(venue->settling, venue->spot, venue->measured);
        if (status == LG_OK)
            hash_deviations(venue, chain);
    }
    lg_settling_plan(venue->settling, venue->spot, slot, start_ms, caps);
    return status;
}

bool lg__venue_forecast(struct lg__venue *venue, uint32_t asset, uint32_t slot, lg_caps *caps)
{
    int64_t energy;
    if (!lg_slot_values_take(venue->forecasts, asset, slot, &energy))
        return false;
    *caps = lg_market_site(venue->spot)->assets[asset].role == LG_ROLE_PRODUCER
                ? (lg_caps){.sell_uwh = energy, .supply_uwh = energy}
                : (lg_caps){.buy_uwh = energy, .demand_uwh = energy};
    return true;
}
