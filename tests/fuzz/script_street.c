/* The street of script_street.h. */
#include "fuzz/script_street.h"

#include "grid/unit.h"

enum { START_MS_DAY = 19877 }; /* 2024-06-03 */

static const lg_option forecasts = {.name = "forecast_stream_enabled", .type = LG_OPTION_BOOL};
static union {
    lg_params params;
    char room[sizeof(lg_params) + sizeof(lg_param)];
} told;

static lg_area areas[] = {
    {.name = "Grid", .parent = LG_NONE, .child_first = 1, .child_count = 1, .uuid = {{1}}},
    {.name = "Home", .parent = 0, .depth = 1, .asset_count = 2, .uuid = {{2}}},
};
static lg_asset assets[] = {
    {.name = "Load", .area = 1, .role = LG_ROLE_CONSUMER, .uuid = {{3}}, .params = &told.params},
    {.name = "PV", .area = 1, .role = LG_ROLE_PRODUCER, .uuid = {{4}}, .params = &told.params},
};
static const lg_site site = {.name = "fuzz",
                             .seed = 1,
                             .areas = areas,
                             .area_count = 2,
                             .assets = assets,
                             .asset_count = 2,
                             .level_first = {0, 1, 2},
                             .level_count = 2};
static const lg_rules rules = {.match = LG_PAY_AS_BID,
                               .keep_age = true,
                               .slot_ms = 900000,
                               .tick_ms = 90000,
                               .ticks_per_slot = 10,
                               .settlement_slots = 2};
static const lg_caps planned[2] = {{.buy_uwh = LG_KWH_UWH, .demand_uwh = LG_KWH_UWH},
                                   {.sell_uwh = LG_KWH_UWH, .supply_uwh = LG_KWH_UWH}};

void street_open(street *s, lg_mem *mem)
{
    told.params.count = told.params.driver_count = 1;
    told.params.items[0] = (lg_param){.option = &forecasts, .value.number = 1};
    *s = (street){.mem = mem, .site = &site, .rules = &rules};
    s->turn = lg_turn_new(mem, &site, &rules);
    s->desk = s->turn ? lg_desk_new(mem, lg_turn_market(s->turn), 0, "Home") : NULL;
    LG_ASSERT(s->desk && lg_desk_grant_asset(s->desk, 0) == LG_OK &&
              lg_desk_grant_asset(s->desk, 1) == LG_OK &&
              lg_desk_grant_market(s->desk, 1) == LG_OK);
}

void street_close(street *s)
{
    lg_desk_free(s->desk);
    lg_turn_free(s->turn);
}

lg_agent *street_agent(street *s, const char *text, size_t size, const lg_agent_input *more)
{
    const lg_bundle_text script = {"", "fuzz.lua", text, size};
    lg_agent_input input = *more;
    lg_err err;
    lg_agent *agent = NULL;
    input.desk = s->desk;
    input.script = script.path;
    input.bundle = lg_bundle_new(s->mem);
    if (input.bundle && lg_bundle_add(input.bundle, &script, NULL, &err) == LG_OK) {
        lg_status status = lg_agent_new(s->mem, &input, &err, &agent);
        LG_ASSERT((status == LG_OK) == (agent != NULL));
    }
    lg_bundle_unref(input.bundle);
    return agent;
}

lg_moment street_moment(const street *s, uint32_t slot, uint32_t tick)
{
    int64_t start = START_MS_DAY * INT64_C(86400000) + (int64_t)slot * s->rules->slot_ms;
    return (lg_moment){.slot = slot,
                       .tick = tick,
                       .slot_start_ms = start,
                       .now_ms = start + (int64_t)tick * s->rules->tick_ms,
                       .slot_completion = (double)tick / s->rules->ticks_per_slot,
                       .tenth = true,
                       .market_maker_rate_ct = 30,
                       .feed_in_tariff_rate_ct = 8};
}

void street_open_slot(street *s, uint32_t slot)
{
    lg_moment moment = street_moment(s, slot, 0);
    for (uint32_t asset = 0; asset < 2; asset++) {
        s->caps[asset] = planned[asset];
        lg_turn_forecast(s->turn, asset, slot, &s->caps[asset]);
    }
    LG_ASSERT(lg_turn_open_slot(s->turn, &moment, s->caps) == LG_OK);
}

void street_run_slot(street *s, uint32_t slot, uint32_t ticks)
{
    for (uint32_t tick = 0; tick < ticks; tick++) {
        lg_moment moment = street_moment(s, slot, tick);
        LG_ASSERT(lg_turn_tick(s->turn, &moment) == LG_OK);
    }
    LG_ASSERT(lg_turn_close_slot(s->turn) == LG_OK);
}
