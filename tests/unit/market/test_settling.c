/* Shows settlement markets: what was measured against what was planned is the most that can be
 * traded, on the side where it is missing; fees, ids, sums and the life of the ring.
 *
 *   Grid (fee 1 ct): Home 1 (Load 1), Home 2 (Load 2, PV 2)
 *
 * Both loads need 1 kWh in every slot, PV 2 makes 2 kWh. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "grid/unit.h"
#include "market/settling.h"
#include "town.h"
#include "support/failing_mem.h"

enum { GRID, HOME_1, HOME_2 };
enum { LOAD_1, LOAD_2, PV_2, ASSETS };

typedef struct fixture {
    town t;
    lg_settling *settling;
    lg_slot_values *measured;
    lg_market_ids ids;
    lg_trade trades[8];
    uint32_t trade_count;
} fixture;

static void on_trade(void *ctx, const lg_trade *trade)
{
    fixture *f = ctx;
    assert_true(f->trade_count < 8);
    f->trades[f->trade_count++] = *trade;
}

/* Parameters of an asset whose owner measures. */
static const lg_params *streamed(void)
{
    static const lg_option option = {.name = LG_FORECAST_STREAM, .type = LG_OPTION_BOOL};
    static union {
        lg_params params;
        char room[sizeof(lg_params) + sizeof(lg_param)];
    } block;
    block.params.count = 1;
    block.params.items[0] = (lg_param){.option = &option, .value.number = 1};
    return &block.params;
}

static void build(fixture *f, uint32_t span, lg_match_rule match)
{
    memset(f, 0, sizeof *f);
    town_init(&f->t, match);
    f->t.rules.settlement_slots = span;
    f->t.rules.settlement_std = 0.1;
    assert_int_equal(town_area(&f->t, LG_NONE, 1), GRID);
    assert_int_equal(town_area(&f->t, GRID, 0), HOME_1);
    assert_int_equal(town_area(&f->t, GRID, 0), HOME_2);
    assert_int_equal(town_asset(&f->t, HOME_1, LG_ROLE_CONSUMER), LOAD_1);
    assert_int_equal(town_asset(&f->t, HOME_2, LG_ROLE_CONSUMER), LOAD_2);
    assert_int_equal(town_asset(&f->t, HOME_2, LG_ROLE_PRODUCER), PV_2);
    for (uint32_t i = 0; i < ASSETS; i++) {
        f->t.assets[i].params = streamed();
        f->t.assets[i].uuid.bytes[15] = (uint8_t)(i + 1);
        f->t.caps[i] = (lg_caps){.buy_uwh = town_uwh(1), .demand_uwh = town_uwh(1)};
    }
    f->t.caps[PV_2] = (lg_caps){.sell_uwh = town_uwh(2), .supply_uwh = town_uwh(2)};
}

static bool make(fixture *f, lg_mem *mem)
{
    lg_market_sink sink = {.ctx = f, .trade = on_trade};
    f->measured = lg_slot_values_new(mem, ASSETS);
    f->settling = lg_settling_new(mem, &f->t.site, &f->t.rules, &sink, &f->ids);
    return f->measured && f->settling;
}

static void strike(fixture *f)
{
    lg_settling_free(f->settling);
    lg_slot_values_free(f->measured);
    town_fini(&f->t);
}

/* The next slot opens, as in the turn. */
static void advance(fixture *f)
{
    bool first = !f->t.market;
    uint32_t oldest;
    if (!first)
        town_close(&f->t);
    town_open(&f->t);
    if (!first) {
        if (lg_settling_oldest(f->settling, false, &oldest))
            assert_int_equal(lg_settling_close(f->settling, oldest), LG_OK);
        assert_int_equal(lg_settling_measure(f->settling, f->measured), LG_OK);
        assert_int_equal(lg_settling_open(f->settling, f->t.market, f->measured), LG_OK);
    }
    int64_t start_ms = INT64_C(1717372800000) + f->t.slot * INT64_C(900000);
    lg_settling_plan(f->settling, f->t.market, f->t.slot, start_ms, f->t.caps);
}

static void measure(fixture *f, uint32_t asset, uint32_t slot, double kwh)
{
    const lg_slot_value value = {.slot = slot, .energy_uwh = town_uwh(kwh)};
    assert_int_equal(lg_slot_values_put(f->measured, asset, &value, 1), LG_OK);
}

/* Slot 0 is over: Load 1 used 1.3 kWh, PV 2 made 2.2 kWh, nobody has looked at Load 2. */
static void measure_first(fixture *f)
{
    advance(f);
    measure(f, LOAD_1, 0, 1.3);
    measure(f, PV_2, 0, 2.2);
    advance(f);
}

static lg_status place(lg_market *m, uint32_t asset, lg_side side, double kwh, double ct,
                       lg_placed *placed)
{
    return lg_market_place(m, asset, side, town_uwh(kwh), town_uct(ct), true, placed);
}

static void at_most_the_deviation_is_traded_on_its_side_err(void **state)
{
    (void)state;
    static fixture f;
    lg_placed placed;
    build(&f, 4, LG_PAY_AS_BID);
    assert_true(make(&f, lg_mem_system()));
    measure_first(&f);
    lg_market *m = lg_settling_market(f.settling, 0);
    assert_non_null(m);
    assert_null(lg_settling_market(f.settling, 1));
    assert_int_equal(lg_settling_unsettled(f.settling, 0, LOAD_1), town_uwh(0.3));
    assert_int_equal(lg_settling_unsettled(f.settling, 0, PV_2), town_uwh(-0.2));
    assert_true(lg_settling_unsettled(f.settling, 0, LOAD_2) == LG_NO_DEVIATION);
    assert_int_equal(lg_settling_area_deviation(f.settling, 0, GRID), town_uwh(0.1));
    assert_int_equal(lg_settling_area_deviation(f.settling, 0, HOME_2), town_uwh(-0.2));
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.3001, 30, &placed), LG_ENERGY);
    assert_int_equal(placed.allowed_uwh, town_uwh(0.3));
    assert_int_equal(place(m, LOAD_1, LG_OFFER, 0.1, 30, &placed), LG_ENERGY);
    assert_int_equal(placed.allowed_uwh, 0);
    assert_int_equal(place(m, PV_2, LG_BID, 0.1, 30, &placed), LG_ENERGY);
    assert_int_equal(place(m, LOAD_2, LG_BID, 0.1, 30, &placed), LG_ENERGY); /* nobody measured */
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.3, 30, &placed), LG_OK);
    assert_int_equal(place(m, PV_2, LG_OFFER, 0.2, 10, &placed), LG_OK);
    strike(&f);
}

static void a_deviation_shrinks_by_what_was_traded(void **state)
{
    (void)state;
    static fixture f;
    lg_placed placed;
    build(&f, 4, LG_ONE_SIDED); /* settlement markets are two-sided all the same */
    assert_true(make(&f, lg_mem_system()));
    measure_first(&f);
    lg_market *m = lg_settling_market(f.settling, 0);
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.3, 30, &placed), LG_OK);
    assert_int_equal(placed.id, 1);
    assert_int_equal(place(m, PV_2, LG_OFFER, 0.2, 10, &placed), LG_OK);
    for (uint32_t tick = 0; tick < 5; tick++)
        assert_int_equal(lg_settling_tick(f.settling, 1, tick), LG_OK);
    assert_int_equal(f.trade_count, 1);
    const lg_trade *t = &f.trades[0];
    assert_int_equal(t->type, LG_MARKET_SETTLEMENT);
    assert_int_equal(t->id, 1);
    assert_int_equal(f.ids.order, 2);
    assert_int_equal(f.ids.trade, 1);
    assert_int_equal(t->slot, 0);
    assert_int_equal(t->tick, 62); /* two ticks of age behind the 60 of slot 0 */
    assert_int_equal(t->time_ms, INT64_C(1717372800000) + 62 * 15000);
    assert_int_equal(t->energy_uwh, town_uwh(0.2));
    assert_int_equal(t->paid_uct, town_uct(6));     /* 0.2 kWh at 30 ct */
    assert_int_equal(t->earned_uct, town_uct(5.8)); /* 1 ct/kWh is the Grid's */
    assert_int_equal(lg_settling_unsettled(f.settling, 0, LOAD_1), town_uwh(0.1));
    assert_int_equal(lg_settling_unsettled(f.settling, 0, PV_2), 0);
    assert_int_equal(lg_settling_deviation(f.settling, 0, LOAD_1), town_uwh(0.3));
    assert_int_equal(place(m, PV_2, LG_OFFER, 0.01, 10, &placed), LG_ENERGY);
    assert_int_equal(lg_settling_bill(f.settling, LOAD_1).bought_uwh, 0); /* still open */
    lg_settled settled;
    lg_settling_describe(f.settling, 0, &settled);
    assert_int_equal(lg_settling_close(f.settling, 0), LG_OK); /* proves the sums */
    assert_int_equal(settled.planned_uwh[LOAD_1], town_uwh(1));
    assert_int_equal(settled.planned_uwh[PV_2], town_uwh(-2));
    assert_int_equal(settled.deviation_uwh[PV_2], town_uwh(-0.2));
    assert_int_equal(lg_market_last_stats(settled.market, GRID)->trade_count, 1);
    assert_int_equal(lg_settling_bill(f.settling, LOAD_1).spent_uct, town_uct(6));
    assert_int_equal(lg_settling_bill(f.settling, PV_2).earned_uct, town_uct(5.8));
    assert_int_equal(lg_settling_fees_uct(f.settling, GRID), town_uct(0.2));
    assert_int_equal(lg_settling_area_bill(f.settling, HOME_2).sold_uwh, town_uwh(0.2));
    assert_int_equal(lg_settling_external_bill(f.settling, HOME_1).sold_uwh, town_uwh(0.2));
    assert_int_equal(lg_settling_rounding_uct(f.settling, GRID), 0);
    assert_int_equal(lg_market_account(f.t.market, LOAD_1)->bill.bought_uwh, 0); /* of the spot */
    strike(&f);
}

static void each_market_is_open_for_as_many_slots_as_ruled(void **state)
{
    (void)state;
    static fixture f;
    uint32_t oldest;
    build(&f, 2, LG_PAY_AS_BID);
    assert_true(make(&f, lg_mem_system()));
    assert_int_equal(lg_settling_span(f.settling), 2);
    assert_int_equal(lg_settling_last(f.settling), LG_NONE);
    for (uint32_t slot = 0; slot < 5; slot++) {
        advance(&f);
        uint32_t count = slot < 2 ? slot : 2;
        assert_int_equal(lg_settling_count(f.settling), count);
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(lg_settling_slot(f.settling, i), slot - count + i);
    }
    assert_null(lg_settling_market(f.settling, 1)); /* the round of slot 3 was slot 1's before */
    assert_non_null(lg_settling_market(f.settling, 3));
    assert_null(lg_settling_market(f.settling, 4)); /* it runs */
    assert_true(lg_settling_oldest(f.settling, false, &oldest));
    assert_int_equal(oldest, 2);
    assert_int_equal(lg_settling_close(f.settling, oldest), LG_OK);
    assert_false(lg_settling_oldest(f.settling, false, &oldest)); /* there is room */
    assert_true(lg_settling_oldest(f.settling, true, &oldest));
    assert_int_equal(oldest, 3);
    strike(&f);
}

static void a_late_measurement_counts_while_its_market_is_open(void **state)
{
    (void)state;
    static fixture f;
    lg_placed placed;
    build(&f, 4, LG_PAY_AS_BID);
    assert_true(make(&f, lg_mem_system()));
    measure_first(&f);
    lg_market *m = lg_settling_market(f.settling, 0);
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.3, 30, &placed), LG_OK);
    measure(&f, LOAD_2, 0, 0.75);
    measure(&f, LOAD_1, 0, 1.25); /* corrected: the bid is too large now */
    assert_true(lg_settling_unsettled(f.settling, 0, LOAD_2) == LG_NO_DEVIATION);
    advance(&f);
    assert_int_equal(lg_settling_unsettled(f.settling, 0, LOAD_2), town_uwh(-0.25));
    assert_int_equal(lg_settling_unsettled(f.settling, 0, LOAD_1), town_uwh(0.25));
    assert_int_equal(lg_market_orders(m, LOAD_1, LG_BID, NULL, 0), 0);
    assert_int_equal(place(m, LOAD_2, LG_OFFER, 0.25, 5, &placed), LG_OK);
    measure(&f, LOAD_2, 0, 0.5); /* more to sell: the offer may stay */
    advance(&f);
    assert_int_equal(lg_market_orders(m, LOAD_2, LG_OFFER, NULL, 0), 1);
    assert_int_equal(place(m, LOAD_2, LG_OFFER, 0.51, 5, &placed), LG_ENERGY);
    assert_int_equal(placed.allowed_uwh, town_uwh(0.5));
    strike(&f);
}

/* Load 1 bought 0.2 of 0.3 kWh when its meter is corrected: first it has too much, then too little
 * again; PV 2 the other way round. */
static void a_correction_turns_what_was_settled(void **state)
{
    (void)state;
    static fixture f;
    lg_placed placed;
    build(&f, 6, LG_PAY_AS_BID);
    assert_true(make(&f, lg_mem_system()));
    measure_first(&f);
    lg_market *m = lg_settling_market(f.settling, 0);
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.3, 30, &placed), LG_OK);
    assert_int_equal(place(m, PV_2, LG_OFFER, 0.2, 10, &placed), LG_OK);
    for (uint32_t tick = 0; tick < 5; tick++)
        assert_int_equal(lg_settling_tick(f.settling, 1, tick), LG_OK);
    assert_int_equal(f.trade_count, 1);
    measure(&f, LOAD_1, 0, 1.06);
    measure(&f, PV_2, 0, 2.15);
    advance(&f);
    assert_int_equal(lg_settling_unsettled(f.settling, 0, LOAD_1), town_uwh(-0.14));
    assert_int_equal(lg_settling_unsettled(f.settling, 0, PV_2), town_uwh(0.05));
    assert_int_equal(place(m, LOAD_1, LG_OFFER, 0.15, 5, &placed), LG_ENERGY);
    assert_int_equal(placed.allowed_uwh, town_uwh(0.14));
    assert_int_equal(place(m, LOAD_1, LG_OFFER, 0.14, 5, &placed), LG_OK);
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.01, 5, &placed), LG_ENERGY);
    assert_int_equal(place(m, PV_2, LG_BID, 0.05, 30, &placed), LG_OK);
    assert_int_equal(place(m, PV_2, LG_OFFER, 0.01, 30, &placed), LG_ENERGY);
    for (uint32_t tick = 0; tick < 5; tick++)
        assert_int_equal(lg_settling_tick(f.settling, 2, tick), LG_OK);
    assert_int_equal(f.trade_count, 2);
    assert_int_equal(lg_settling_unsettled(f.settling, 0, LOAD_1), town_uwh(-0.09));
    measure(&f, LOAD_1, 0, 1.25);
    advance(&f);
    assert_int_equal(lg_settling_unsettled(f.settling, 0, LOAD_1), town_uwh(0.1));
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.11, 30, &placed), LG_ENERGY);
    assert_int_equal(placed.allowed_uwh, town_uwh(0.1));
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.1, 30, &placed), LG_OK);
    strike(&f);
}

/* The deviations that the ring draws for slots 0 .. 19 of @p asset, std 10 %. */
static void draw(fixture *f, uint32_t asset, int64_t deviations[20])
{
    for (uint32_t slot = 0; slot <= 20; slot++) {
        advance(f);
        if (slot > 0)
            deviations[slot - 1] = lg_settling_deviation(f->settling, slot - 1, asset);
    }
}

static void who_does_not_measure_gets_a_draw_of_its_own(void **state)
{
    (void)state;
    static fixture f;
    int64_t load[20], again[20], pv[20];
    int64_t *out[] = {load, pv, again};
    const uint32_t asset[] = {LOAD_1, PV_2, LOAD_1};
    for (int i = 0; i < 3; i++) {
        build(&f, 1, LG_PAY_AS_BID);
        f.t.assets[LOAD_1].params = f.t.assets[PV_2].params = NULL;
        if (i == 2) /* what others plan changes nothing */
            f.t.caps[LOAD_2].demand_uwh = 0;
        assert_true(make(&f, lg_mem_system()));
        draw(&f, asset[i], out[i]);
        strike(&f);
    }
    assert_memory_equal(load, again, sizeof load);
    double squares = 0;
    for (int i = 0; i < 20; i++) {
        assert_true(load[i] > town_uwh(-0.4) && load[i] < town_uwh(0.4)); /* 4 deviations */
        assert_true(pv[i] > town_uwh(-0.8) && pv[i] < town_uwh(0.8));
        assert_true(load[i] != 0 && load[i] != -pv[i] / 2); /* drawn apart */
        squares += (double)load[i] * (double)load[i] / 1e18;
    }
    assert_true(squares > 0.1 && squares < 0.4); /* 20 * 0.1^2, chi-squared with 20 degrees */
}

static void a_draw_is_never_less_than_nothing(void **state)
{
    (void)state;
    static fixture f;
    int64_t load[20];
    build(&f, 1, LG_PAY_AS_BID);
    f.t.assets[LOAD_1].params = NULL;
    f.t.rules.settlement_std = 100;
    assert_true(make(&f, lg_mem_system()));
    draw(&f, LOAD_1, load);
    int none = 0;
    for (int i = 0; i < 20; i++) {
        assert_true(load[i] >= town_uwh(-1));
        none += load[i] == town_uwh(-1);
    }
    assert_in_range(none, 4, 16); /* about half of them */
    strike(&f);
}

static void what_trades_without_limit_does_not_deviate(void **state)
{
    (void)state;
    static fixture f;
    build(&f, 1, LG_PAY_AS_BID);
    f.t.assets[PV_2].params = NULL;
    f.t.assets[LOAD_2].role = LG_ROLE_STORAGE;
    f.t.caps[PV_2] = (lg_caps){.sell_uwh = LG_UNLIMITED_UWH};
    assert_false(lg_asset_has_stream(&f.t.assets[LOAD_2]));
    assert_false(lg_asset_has_stream(&f.t.assets[PV_2]));
    assert_true(lg_asset_has_stream(&f.t.assets[LOAD_1]));
    assert_true(make(&f, lg_mem_system()));
    measure(&f, LOAD_2, 0, 7); /* nobody should ask a storage */
    measure_first(&f);
    assert_true(lg_settling_deviation(f.settling, 0, PV_2) == LG_NO_DEVIATION);
    assert_true(lg_settling_deviation(f.settling, 0, LOAD_2) == LG_NO_DEVIATION);
    assert_int_equal(lg_settling_deviation(f.settling, 0, LOAD_1), town_uwh(0.3));
    strike(&f);
}

static void a_generator_makes_what_it_planned_and_a_meter_deviates_both_ways(void **state)
{
    (void)state;
    static const lg_option rate = {.name = "energy_rate", .type = LG_OPTION_NUMBER};
    static union {
        lg_params params;
        char room[sizeof(lg_params) + sizeof(lg_param)];
    } block;
    static fixture f;
    int64_t uses[20], makes[20];
    block.params.count = 1;
    block.params.items[0] = (lg_param){.option = &rate, .value.number = 30};
    build(&f, 1, LG_PAY_AS_BID);
    f.t.assets[PV_2].params = &block.params;
    assert_true(make(&f, lg_mem_system()));
    advance(&f);
    advance(&f);
    assert_true(lg_settling_deviation(f.settling, 0, PV_2) == LG_NO_DEVIATION);
    strike(&f);
    for (int i = 0; i < 2; i++) { /* a meter that uses 1 kWh, and one that feeds 1 kWh in */
        build(&f, 1, LG_PAY_AS_BID);
        f.t.assets[LOAD_1].role = LG_ROLE_PROSUMER;
        assert_false(lg_asset_has_stream(&f.t.assets[LOAD_1])); /* values have no sign */
        if (i == 1)
            f.t.caps[LOAD_1] = (lg_caps){.sell_uwh = town_uwh(1), .supply_uwh = town_uwh(1)};
        assert_true(make(&f, lg_mem_system()));
        draw(&f, LOAD_1, i == 0 ? uses : makes);
        strike(&f);
    }
    for (int i = 0; i < 20; i++) /* the same draw: what is used more is bought, made more is sold */
        assert_int_equal(uses[i], -makes[i]);
    assert_int_not_equal(uses[0], 0);
}

static void fees_are_those_that_rule_when_the_market_opens(void **state)
{
    (void)state;
    static fixture f;
    build(&f, 4, LG_PAY_AS_BID);
    assert_true(make(&f, lg_mem_system()));
    advance(&f);
    assert_int_equal(lg_market_set_fee_constant(f.t.market, GRID, town_uct(3)), LG_OK);
    advance(&f); /* the spot market of slot 1 has the new fee */
    lg_market *m = lg_settling_market(f.settling, 0);
    assert_int_equal(lg_market_fee_running(m, GRID), town_uct(3));
    assert_int_equal(lg_market_set_fee_constant(f.t.market, GRID, town_uct(5)), LG_OK);
    advance(&f);
    assert_int_equal(lg_market_fee_running(m, GRID), town_uct(3));
    assert_int_equal(lg_market_fee_running(lg_settling_market(f.settling, 1), GRID), town_uct(5));
    strike(&f);
}

static void islands_and_switched_off_assets_stay_so(void **state)
{
    (void)state;
    static fixture f;
    lg_placed placed;
    build(&f, 4, LG_PAY_AS_BID);
    assert_true(make(&f, lg_mem_system()));
    advance(&f);
    assert_int_equal(lg_market_set_connected(f.t.market, HOME_2, false), LG_OK);
    assert_int_equal(lg_market_set_asset_enabled(f.t.market, LOAD_2, false), LG_OK);
    measure(&f, LOAD_1, 0, 1.3);
    measure(&f, LOAD_2, 0, 1.3);
    measure(&f, PV_2, 0, 2.2);
    advance(&f); /* slot 1 is without them, and so is the settling of slot 0 */
    lg_market *m = lg_settling_market(f.settling, 0);
    assert_false(lg_market_connected(m, HOME_2));
    assert_int_equal(place(m, LOAD_2, LG_BID, 0.1, 30, &placed), LG_ENERGY);
    assert_int_equal(place(m, LOAD_1, LG_BID, 0.3, 30, &placed), LG_OK);
    assert_int_equal(place(m, PV_2, LG_OFFER, 0.2, 10, &placed), LG_OK);
    for (uint32_t tick = 0; tick < 20; tick++)
        assert_int_equal(lg_settling_tick(f.settling, 1, tick), LG_OK);
    assert_int_equal(f.trade_count, 0); /* nothing leaves the island */
    measure(&f, LOAD_2, 1, 1.5);
    measure(&f, LOAD_2, 0, 1.2);
    assert_int_equal(lg_market_set_connected(f.t.market, HOME_2, true), LG_OK);
    assert_int_equal(lg_market_set_asset_enabled(f.t.market, LOAD_2, true), LG_OK);
    advance(&f);
    assert_int_equal(place(m, LOAD_2, LG_BID, 0.1, 30, &placed),
                     LG_ENERGY); /* of slot 0: not yet */
    assert_true(lg_settling_deviation(f.settling, 1, LOAD_2) == LG_NO_DEVIATION); /* was off */
    assert_true(lg_market_connected(lg_settling_market(f.settling, 1), HOME_2));
    strike(&f);
}

static void who_may_buy_more_than_it_needs_does_not_deviate(void **state)
{
    (void)state;
    static fixture f;
    build(&f, 4, LG_PAY_AS_BID);
    f.t.assets[LOAD_1].params = NULL;
    f.t.caps[LOAD_1].buy_uwh = town_uwh(3); /* a tank: it uses what it buys */
    assert_true(make(&f, lg_mem_system()));
    advance(&f);
    advance(&f);
    assert_true(lg_settling_deviation(f.settling, 0, LOAD_1) == LG_NO_DEVIATION);
    strike(&f);
}

static void names_are_those_of_the_reference(void **state)
{
    (void)state;
    assert_string_equal(lg_market_type_name(LG_MARKET_SPOT), "Spot Market");
    assert_string_equal(lg_market_type_name(LG_MARKET_SETTLEMENT), "Settlement Market");
}

/* Making, opening and trading a first time. */
static int whole(lg_mem *mem, void *ctx)
{
    fixture *f = ctx;
    lg_placed placed;
    build(f, 2, LG_PAY_AS_BID);
    lg_status status = make(f, mem) ? LG_OK : LG_MEMORY;
    if (status == LG_OK) {
        const lg_slot_value value = {.slot = 0, .energy_uwh = town_uwh(1.5)};
        town_open(&f->t);
        lg_settling_plan(f->settling, f->t.market, 0, 0, f->t.caps);
        status = lg_slot_values_put(f->measured, LOAD_1, &value, 1);
    }
    if (status == LG_OK)
        status = lg_settling_open(f->settling, f->t.market, f->measured);
    if (status == LG_OK)
        status = place(lg_settling_market(f->settling, 0), LOAD_1, LG_BID, 0.5, 1, &placed);
    if (status == LG_OK)
        status = lg_settling_tick(f->settling, 1, 3);
    if (status == LG_OK)
        status = lg_settling_close(f->settling, 0);
    strike(f);
    assert_true(status == LG_OK || status == LG_MEMORY);
    return status == LG_OK ? 0 : 1;
}

static void no_allocation_failure_leaks(void **state)
{
    (void)state;
    static fixture f;
    assert_true(lg_sweep_allocations(whole, &f) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_most_the_deviation_is_traded_on_its_side_err),
        cmocka_unit_test(a_deviation_shrinks_by_what_was_traded),
        cmocka_unit_test(each_market_is_open_for_as_many_slots_as_ruled),
        cmocka_unit_test(a_late_measurement_counts_while_its_market_is_open),
        cmocka_unit_test(a_correction_turns_what_was_settled),
        cmocka_unit_test(who_does_not_measure_gets_a_draw_of_its_own),
        cmocka_unit_test(a_draw_is_never_less_than_nothing),
        cmocka_unit_test(what_trades_without_limit_does_not_deviate),
        cmocka_unit_test(a_generator_makes_what_it_planned_and_a_meter_deviates_both_ways),
        cmocka_unit_test(fees_are_those_that_rule_when_the_market_opens),
        cmocka_unit_test(islands_and_switched_off_assets_stay_so),
        cmocka_unit_test(who_may_buy_more_than_it_needs_does_not_deviate),
        cmocka_unit_test(names_are_those_of_the_reference),
        cmocka_unit_test(no_allocation_failure_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
