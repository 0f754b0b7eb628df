/* The naive market behind the engine's own header, so that tests written for the engine run on it.
 *
 * Only what those tests ask for is here; a program links either this or the engine. */
#include "fuzz/naive_market.h"

struct lg_market {
    naive_market *naive;
    lg_market_sink sink;
};

lg_market *lg_market_new(lg_mem *mem, const lg_site *site, const lg_rules *rules,
                         const lg_market_sink *sink)
{
    (void)mem; /* the naive market takes the system's memory */
    lg_market *market = lg_mem_zalloc(lg_mem_system(), 1, sizeof *market);
    LG_ASSERT(market);
    market->naive = naive_market_new(site, rules);
    if (sink)
        market->sink = *sink;
    return market;
}

void lg_market_free(lg_market *market)
{
    if (!market)
        return;
    naive_market_free(market->naive);
    lg_mem_free(lg_mem_system(), market, sizeof *market);
}

lg_status lg_market_open_slot(lg_market *market, uint32_t slot, int64_t start_ms,
                              const lg_caps *caps)
{
    return naive_market_open_slot(market->naive, slot, start_ms, caps);
}

lg_status lg_market_place(lg_market *market, uint32_t asset, lg_side side, int64_t energy_uwh,
                          int64_t rate_uct, bool replace, lg_placed *placed)
{
    return naive_market_place(market->naive, asset, side, energy_uwh, rate_uct, replace, placed);
}

lg_status lg_market_cancel(lg_market *market, uint32_t asset, lg_side side, uint64_t id,
                           uint32_t *cancelled)
{
    return naive_market_cancel(market->naive, asset, side, id, cancelled);
}

lg_status lg_market_tick(lg_market *market, uint32_t tick)
{
    uint32_t before = market->naive->trade_count;
    lg_status status = naive_market_tick(market->naive, tick);
    for (uint32_t i = before; market->sink.trade && i < market->naive->trade_count; i++) {
        lg_trade trade = market->naive->trades[i].trade;
        trade.legs = market->naive->trades[i].legs;
        market->sink.trade(market->sink.ctx, &trade);
    }
    return status;
}

lg_status lg_market_close_slot(lg_market *market)
{
    return naive_market_close_slot(market->naive);
}

lg_status lg_market_set_fee_constant(lg_market *market, uint32_t area, int64_t fee_uct)
{
    return naive_market_set_fee(market->naive, area, LG_FEE_CONSTANT, fee_uct);
}

lg_status lg_market_set_fee_percentage(lg_market *market, uint32_t area, int64_t fee_ppb)
{
    return naive_market_set_fee(market->naive, area, LG_FEE_PERCENTAGE, fee_ppb);
}

lg_status lg_market_set_connected(lg_market *market, uint32_t area, bool connected)
{
    naive_market_set_connected(market->naive, area, connected);
    return LG_OK;
}

lg_status lg_market_set_enabled(lg_market *market, uint32_t area, bool enabled)
{
    naive_market_set_enabled(market->naive, area, enabled);
    return LG_OK;
}

lg_status lg_market_set_asset_enabled(lg_market *market, uint32_t asset, bool enabled)
{
    naive_market_set_asset_enabled(market->naive, asset, enabled);
    return LG_OK;
}

const lg_position *lg_market_position(const lg_market *market, uint32_t asset)
{
    return &market->naive->positions[asset];
}

int64_t lg_market_fee_running(const lg_market *market, uint32_t area)
{
    return market->naive->fee[area];
}

int64_t lg_market_fee_next(const lg_market *market, uint32_t area)
{
    return market->naive->fee_next[area];
}

int64_t lg_market_fees_uct(const lg_market *market, uint32_t area)
{
    return market->naive->fees_uct[area];
}

uint32_t lg_market_orders(const lg_market *market, uint32_t asset, lg_side side, lg_order *orders,
                          uint32_t max)
{
    return naive_market_orders(market->naive, asset, side, orders, max);
}
