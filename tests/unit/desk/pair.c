/* The smallest site on which everybody may do something. */
#include "pair.h"

void pair_init(pair *p)
{
    *p = (pair){
        .areas = {{.name = "Home", .parent = LG_NONE, .asset_count = 3}},
        .assets = {{.name = "Load", .role = LG_ROLE_CONSUMER},
                   {.name = "PV", .role = LG_ROLE_PRODUCER},
                   {.name = "Battery", .role = LG_ROLE_STORAGE}},
        .caps = {{.buy_uwh = KWH(1), .demand_uwh = KWH(1)},
                 {.sell_uwh = KWH(2), .supply_uwh = KWH(2)},
                 {.buy_uwh = KWH(0.5), .sell_uwh = KWH(0.5)}},
        .rules = {.match = LG_PAY_AS_BID,
                  .keep_age = true,
                  .slot_ms = 900000,
                  .tick_ms = 90000,
                  .ticks_per_slot = 10},
    };
    p->site = (lg_site){.name = "pair",
                        .seed = 7,
                        .areas = p->areas,
                        .area_count = 1,
                        .assets = p->assets,
                        .asset_count = 3,
                        .level_first = {0, 1},
                        .level_count = 1};
}

lg_moment pair_moment(uint32_t slot, uint32_t tick)
{
    return (lg_moment){.slot = slot,
                       .tick = tick,
                       .slot_start_ms = (int64_t)slot * 900000,
                       .now_ms = (int64_t)slot * 900000 + tick * 90000,
                       .slot_completion = tick / 10.0,
                       .tenth = true,
                       .market_maker_rate_ct = 30,
                       .feed_in_tariff_rate_ct = 8};
}
