/* Sums over a slot, before it closes. */
#include "app/balance.h"

#include "base/num.h"
#include "grid/unit.h"

static int64_t measured_of(const lg_scenario *scenario, const lg_market *market,
                           const lg_caps *caps, uint32_t agent)
{
    const lg_agent_spec *spec = &scenario->agents[agent];
    int64_t measured = 0;
    for (uint32_t i = 0; i < spec->asset_count; i++) {
        uint32_t asset = spec->assets[i];
        const lg_position *p = lg_market_position(market, asset);
        const lg_caps *c = &caps[asset];
        if (scenario->site.assets[asset].role == LG_ROLE_STORAGE)
            continue;
        measured = lg_add(measured, lg_max64(0, c->supply_uwh - p->sold_uwh));
        measured = lg_add(measured, -lg_max64(0, c->demand_uwh - p->bought_uwh));
    }
    return measured;
}

bool lg_balance_of(const lg_scenario *scenario, const lg_market *market, const lg_trading *trading,
                   const lg_moment *moment, const lg_caps *caps, uint32_t gridpool, uint32_t area,
                   lg_balance *out)
{
    const lg_intraday_spec *spec = scenario->intraday;
    int64_t start_ms = moment->slot_start_ms, end_ms = start_ms + scenario->rules.slot_ms;
    bool home = spec->homes[gridpool] == area && spec->agents[gridpool] != LG_NONE;
    *out = (lg_balance){.slot = moment->slot, .gridpool = gridpool, .area = area};
    out->sold_uwh = lg_trading_net_uwh(trading, gridpool, area, start_ms, end_ms);
    if (home)
        out->measured_uwh = measured_of(scenario, market, caps, spec->agents[gridpool]);
    out->imbalance_uwh = lg_add(out->measured_uwh, -out->sold_uwh);
    const lg_profile *rate = out->imbalance_uwh < 0 ? spec->short_rate : spec->long_rate;
    lg_uct_from_ct(lg_profile_mean(rate, start_ms, end_ms), &out->rate_uct);
    out->amount_uct = lg_muldiv(out->imbalance_uwh, out->rate_uct, INT64_C(1000000000));
    return out->sold_uwh || out->measured_uwh;
}

static void count_balance(lg_turn *turn, const lg_balance *b)
{
    const int64_t figures[] = {b->gridpool,      b->area,     b->sold_uwh,  b->measured_uwh,
                               b->imbalance_uwh, b->rate_uct, b->amount_uct};
    lg_turn_balance(turn, figures, sizeof figures / sizeof *figures);
}

void lg_balance_tell(const lg_scenario *scenario, lg_turn *turn, const lg_moment *moment,
                     const lg_caps *caps, lg_store *store)
{
    const lg_market *market = lg_turn_market(turn);
    lg_trading *trading = lg_turn_trading(turn);
    const lg_trading_rules *rules = &scenario->intraday->rules;
    for (uint32_t pool = 0; pool < rules->gridpool_count; pool++)
        for (uint32_t area = 0; area < rules->area_count; area++) {
            lg_balance balance;
            if (!lg_balance_of(scenario, market, trading, moment, caps, pool, area, &balance))
                continue;
            count_balance(turn, &balance);
            lg_trading_settle(trading, pool, balance.imbalance_uwh, balance.amount_uct);
            lg_store_balance(store, &balance);
        }
}
