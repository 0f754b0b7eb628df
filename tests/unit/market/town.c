/* A small site to trade in; see town.h. */
#include "town.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>
#include "grid/unit.h"

static const char *const names[] = {
    "0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13", "14", "15",
    "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31"};

int64_t town_uwh(double kwh)
{
    int64_t uwh = 0;
    assert_true(lg_uwh_from_kwh(kwh, &uwh));
    return uwh;
}

int64_t town_uct(double ct)
{
    int64_t uct = 0;
    assert_true(lg_uct_from_ct(ct, &uct));
    return uct;
}

void town_init(town *t, lg_match_rule match)
{
    memset(t, 0, sizeof *t);
    t->rules = (lg_rules){.match = match,
                          .fee_kind = LG_FEE_CONSTANT,
                          .keep_age = true,
                          .slot_ms = 900000,
                          .tick_ms = 15000,
                          .ticks_per_slot = 60};
    t->site.mem = lg_mem_system();
    t->site.name = "town";
    t->site.seed = 42;
    t->site.areas = t->areas;
    t->site.assets = t->assets;
}

void town_fini(town *t)
{
    lg_market_free(t->market);
}

uint32_t town_area(town *t, uint32_t parent, double fee)
{
    uint32_t index = t->site.area_count++;
    assert_true(index < TOWN_AREAS);
    lg_area *area = &t->areas[index];
    *area = (lg_area){.name = names[index], .parent = parent, .offer_age = 2, .bid_age = 2};
    if (t->rules.fee_kind == LG_FEE_CONSTANT)
        area->fee_uct = town_uct(fee);
    else
        area->fee_ppb = town_uct(fee * 10); /* 1 % is 10,000,000 ppb */
    if (parent != LG_NONE) {
        area->depth = t->areas[parent].depth + 1;
        if (t->areas[parent].child_count++ == 0)
            t->areas[parent].child_first = index;
        assert_int_equal(t->areas[parent].child_first + t->areas[parent].child_count - 1, index);
    }
    t->site.level_count = area->depth + 1;
    t->site.level_first[area->depth + 1] = index + 1;
    return index;
}

uint32_t town_asset(town *t, uint32_t area, uint32_t role)
{
    uint32_t index = t->site.asset_count++;
    assert_true(index < TOWN_ASSETS && (index == 0 || t->assets[index - 1].area <= area));
    t->assets[index] = (lg_asset){.name = names[index], .area = area, .role = role};
    if (t->areas[area].asset_count++ == 0)
        t->areas[area].asset_first = index;
    t->caps[index] = (lg_caps){.buy_uwh = LG_UNLIMITED_UWH, .sell_uwh = LG_UNLIMITED_UWH};
    return index;
}

static void on_trade(void *ctx, const lg_trade *trade)
{
    town *t = ctx;
    assert_true(t->trade_count < TOWN_TRADES);
    town_trade *seen = &t->trades[t->trade_count++];
    seen->trade = *trade;
    memcpy(seen->legs, trade->legs, trade->leg_count * sizeof *seen->legs);
    assert_int_equal(trade->paid_uct, trade->earned_uct + trade->fees_uct + trade->rounding_uct);
}

void town_open(town *t)
{
    if (!t->market) {
        lg_market_sink sink = {.ctx = t, .trade = on_trade};
        t->market = lg_market_new(lg_mem_system(), &t->site, &t->rules, &sink);
        assert_non_null(t->market);
    }
    t->tick = t->trade_count = 0;
    int64_t start_ms = INT64_C(1717372800000) + (int64_t)t->slot * t->rules.slot_ms;
    assert_int_equal(lg_market_open_slot(t->market, t->slot, start_ms, t->caps), LG_OK);
}

void town_close(town *t)
{
    assert_int_equal(lg_market_close_slot(t->market), LG_OK);
    t->slot++;
}

void town_ticks(town *t, uint32_t count)
{
    while (count--)
        assert_int_equal(lg_market_tick(t->market, t->tick++), LG_OK);
}

uint32_t town_first_trade(town *t)
{
    uint32_t before = t->trade_count;
    while (t->tick < t->rules.ticks_per_slot) {
        town_ticks(t, 1);
        if (t->trade_count > before)
            return t->tick - 1;
    }
    return LG_NONE;
}

lg_status town_try(town *t, uint32_t asset, lg_side side, double kwh, double ct, bool replace,
                   lg_placed *placed)
{
    return lg_market_place(t->market, asset, side, town_uwh(kwh), town_uct(ct), replace, placed);
}

static uint64_t place(town *t, uint32_t asset, lg_side side, double kwh, double ct, bool replace)
{
    lg_placed placed;
    assert_int_equal(town_try(t, asset, side, kwh, ct, replace, &placed), LG_OK);
    return placed.id;
}

uint64_t town_bid(town *t, uint32_t asset, double kwh, double ct)
{
    return place(t, asset, LG_BID, kwh, ct, false);
}

uint64_t town_offer(town *t, uint32_t asset, double kwh, double ct)
{
    return place(t, asset, LG_OFFER, kwh, ct, false);
}

uint64_t town_rebid(town *t, uint32_t asset, double kwh, double ct)
{
    return place(t, asset, LG_BID, kwh, ct, true);
}

uint64_t town_reoffer(town *t, uint32_t asset, double kwh, double ct)
{
    return place(t, asset, LG_OFFER, kwh, ct, true);
}

void town_expect(const town *t, uint32_t index, uint32_t seller, uint32_t buyer, double kwh,
                 double ct)
{
    assert_true(index < t->trade_count);
    const lg_trade *trade = &t->trades[index].trade;
    assert_int_equal(trade->seller, seller);
    assert_int_equal(trade->buyer, buyer);
    assert_int_equal(trade->energy_uwh, town_uwh(kwh));
    assert_int_equal(t->trades[index].legs[trade->leg_count - 1].rate_uct, town_uct(ct));
    assert_int_equal(trade->paid_uct, town_uct(kwh * ct));
}

void town_expect_rates(const town *t, uint32_t index, uint32_t count, const double *ct)
{
    assert_true(index < t->trade_count);
    assert_int_equal(t->trades[index].trade.leg_count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(t->trades[index].legs[count - 1 - i].rate_uct, town_uct(ct[i]));
}
