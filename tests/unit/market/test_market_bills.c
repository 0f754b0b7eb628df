/* The books after a slot: bills of every party by hand, sums that are zero, statistics, and memory
 * that runs out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include "grid/unit.h"
#include "support/failing_mem.h"
#include "town.h"

enum { GRID, N1, N2, HOUSE_1, HOUSE_2 };
enum { LOAD, PV };

/** Grid (fee 2) over two neighbourhoods (1) over a house (0) each; a load in the one, PV in the
 * other. */
static void two_neighbourhoods(town *t)
{
    town_init(t, LG_PAY_AS_BID);
    town_area(t, LG_NONE, 2);
    town_area(t, GRID, 1);
    town_area(t, GRID, 1);
    town_area(t, N1, 0);
    town_area(t, N2, 0);
    town_asset(t, HOUSE_1, LG_ROLE_CONSUMER);
    town_asset(t, HOUSE_2, LG_ROLE_PRODUCER);
}

static void bill_is(const lg_bill *bill, double bought, double sold, double spent, double earned,
                    double fee)
{
    assert_int_equal(bill->bought_uwh, town_uwh(bought));
    assert_int_equal(bill->sold_uwh, town_uwh(sold));
    assert_int_equal(bill->spent_uct, town_uct(spent));
    assert_int_equal(bill->earned_uct, town_uct(earned));
    assert_int_equal(bill->market_fee_uct, town_uct(fee));
}

/** Children, outside and the rounding account together: energy, money and fees cancel exactly. */
static void bills_balance(const town *t)
{
    for (uint32_t i = 0; i < t->site.area_count; i++) {
        lg_bill in = lg_market_accumulated_bill(t->market, i);
        const lg_bill *out = lg_market_external_bill(t->market, i);
        assert_int_equal(in.bought_uwh + out->bought_uwh, in.sold_uwh + out->sold_uwh);
        assert_int_equal(in.spent_uct + out->spent_uct,
                         in.earned_uct + out->earned_uct + lg_market_rounding_uct(t->market, i));
        assert_int_equal(in.market_fee_uct + out->market_fee_uct, lg_market_fees_uct(t->market, i));
    }
}

/* 0.2 kWh from house 2 to house 1 at 30, 30, 29, 27, 26 ct/kWh. */
static void bills_of_every_market_on_the_path(void **state)
{
    (void)state;
    town t;
    two_neighbourhoods(&t);
    t.caps[LOAD].demand_uwh = town_uwh(0.5);
    t.caps[PV].supply_uwh = town_uwh(0.3);
    town_open(&t);
    town_bid(&t, LOAD, 0.2, 30);
    town_offer(&t, PV, 0.2, 10);
    assert_int_equal(town_first_trade(&t), 4);
    town_close(&t);
    const lg_account *load = lg_market_account(t.market, LOAD),
                     *pv = lg_market_account(t.market, PV);
    bill_is(&load->bill, 0.2, 0, 6, 0, 0);
    bill_is(&pv->bill, 0, 0.2, 0, 5.2, 0);
    bill_is(lg_market_area_bill(t.market, HOUSE_1), 0.2, 0, 5.8, 0, 0.2);
    bill_is(lg_market_area_bill(t.market, N1), 0.2, 0, 5.4, 0, 0.4);
    bill_is(lg_market_area_bill(t.market, N2), 0, 0.2, 0, 5.4, 0);
    bill_is(lg_market_area_bill(t.market, HOUSE_2), 0, 0.2, 0, 5.2, 0);
    bill_is(lg_market_external_bill(t.market, HOUSE_1), 0, 0.2, 0, 6, 0);
    bill_is(lg_market_external_bill(t.market, N1), 0, 0.2, 0, 5.8, 0);
    bill_is(lg_market_external_bill(t.market, GRID), 0, 0, 0, 0, 0);
    bill_is(lg_market_external_bill(t.market, N2), 0.2, 0, 5.2, 0, 0.2);
    bill_is(lg_market_external_bill(t.market, HOUSE_2), 0.2, 0, 5.2, 0, 0);
    bills_balance(&t);
    assert_int_equal(load->fees_path_uct, town_uct(0.8));
    assert_int_equal(load->demand_uwh, town_uwh(0.5));
    assert_int_equal(load->unserved_uwh, town_uwh(0.3));
    assert_int_equal(pv->supply_uwh, town_uwh(0.3));
    assert_int_equal(pv->unsold_uwh, town_uwh(0.1));
    town_fini(&t);
}

static void bills_are_cumulative(void **state)
{
    (void)state;
    town t;
    two_neighbourhoods(&t);
    for (int slot = 0; slot < 3; slot++) {
        town_open(&t);
        town_bid(&t, LOAD, 0.2, 30);
        town_offer(&t, PV, 0.2, 10);
        town_ticks(&t, 10);
        assert_int_equal(t.trade_count, 1);
        assert_int_equal(t.trades[0].trade.id, slot + 1);
        town_close(&t);
    }
    bill_is(&lg_market_account(t.market, LOAD)->bill, 0.6, 0, 18, 0, 0);
    bill_is(lg_market_area_bill(t.market, N1), 0.6, 0, 16.2, 0, 1.2);
    assert_int_equal(lg_market_trade_count(t.market), 3);
    bills_balance(&t);
    town_fini(&t);
}

/* Amounts that do not divide: what the parties and markets have adds up, the rounding account
 * included. */
static void odd_amounts_sum_to_zero(void **state)
{
    (void)state;
    town t;
    two_neighbourhoods(&t);
    for (uint32_t i = GRID; i <= HOUSE_2; i++)
        t.areas[i].fee_uct = 1234567 + 333 * i;
    town_open(&t);
    town_bid(&t, LOAD, 1, 30.000001);
    for (int i = 0; i < 7; i++)
        town_offer(&t, PV, 0.123456789, 7.654321);
    town_ticks(&t, 10);
    assert_int_equal(t.trade_count, 7);
    town_close(&t);
    int64_t paid = 0, earned = 0, fees = 0, rounding = 0;
    for (uint32_t i = 0; i < t.trade_count; i++) {
        paid += t.trades[i].trade.paid_uct;
        earned += t.trades[i].trade.earned_uct;
    }
    for (uint32_t i = 0; i < t.site.area_count; i++) {
        fees += lg_market_fees_uct(t.market, i);
        rounding += lg_market_rounding_uct(t.market, i);
    }
    assert_int_equal(paid, earned + fees + rounding);
    assert_int_equal(paid, lg_market_position(t.market, LOAD)->paid_uct);
    assert_int_equal(earned, lg_market_position(t.market, PV)->earned_uct);
    bills_balance(&t);
    town_fini(&t);
}

/* Statistics count rates with fees, not weighted by energy; the grid neither imports nor exports.
 */
static void statistics_of_a_closed_slot(void **state)
{
    (void)state;
    town t;
    two_neighbourhoods(&t);
    town_open(&t);
    assert_null(lg_market_last_stats(t.market, GRID));
    town_bid(&t, LOAD, 0.2, 30);
    town_offer(&t, PV, 0.2, 10);
    town_ticks(&t, 5); /* meets in the grid at 4; what is placed now meets a while later */
    town_bid(&t, LOAD, 0.1, 20);
    town_offer(&t, PV, 0.1, 10);
    town_ticks(&t, 10);
    assert_int_equal(t.trade_count, 2);
    town_close(&t);
    const lg_market_stats *grid = lg_market_last_stats(t.market, GRID);
    assert_int_equal(grid->trade_count, 2);
    assert_int_equal(grid->min_rate_uct, town_uct(19));
    assert_int_equal(grid->max_rate_uct, town_uct(29));
    assert_int_equal(grid->avg_rate_uct, town_uct(24));
    assert_int_equal(grid->median_rate_uct, town_uct(24));
    assert_int_equal(grid->energy_uwh, town_uwh(0.3));
    assert_int_equal(grid->volume_uct, town_uct(7.7)); /* 0.2 * 29 + 0.1 * 19 */
    assert_int_equal(grid->fee_revenue_uct, town_uct(0.6));
    assert_int_equal(grid->import_uwh, 0);
    assert_int_equal(grid->export_uwh, 0);
    assert_int_equal(grid->fee_uct, town_uct(2));
    assert_int_equal(lg_market_last_stats(t.market, N1)->import_uwh, town_uwh(0.3));
    assert_int_equal(lg_market_last_stats(t.market, N1)->export_uwh, 0);
    assert_int_equal(lg_market_last_stats(t.market, N2)->export_uwh, town_uwh(0.3));
    town_open(&t);
    town_close(&t);
    assert_int_equal(lg_market_last_stats(t.market, GRID)->trade_count, 0);
    assert_int_equal(lg_market_last_stats(t.market, GRID)->max_rate_uct, 0);
    town_fini(&t);
}

/* A producer sells 0.2 kWh to a storage in the other house, past a load that stands in the grid:
 * own energy stored, for the grid, once; on the reference exchange once for each of the two markets
 * in which producers or consumers stand (the storage stands alone in its own). */
static void energy_stored_of_own_production(void **state)
{
    (void)state;
    for (int compat = 0; compat < 2; compat++) {
        enum { TOWER, BATTERY, ROOF };
        town t;
        town_init(&t, LG_PAY_AS_BID);
        t.rules.compat_gsy = compat;
        town_area(&t, LG_NONE, 0);
        town_area(&t, GRID, 0);
        town_area(&t, GRID, 0);
        town_asset(&t, 0, LG_ROLE_CONSUMER);
        town_asset(&t, 1, LG_ROLE_STORAGE);
        town_asset(&t, 2, LG_ROLE_PRODUCER);
        town_open(&t);
        town_bid(&t, BATTERY, 0.2, 20);
        town_offer(&t, ROOF, 0.2, 10);
        town_ticks(&t, 10);
        town_expect(&t, 0, ROOF, BATTERY, 0.2, 20);
        town_close(&t);
        assert_int_equal(lg_market_kpi(t.market, 0).buffer_uwh, town_uwh(compat ? 0.4 : 0.2));
        assert_int_equal(lg_market_kpi(t.market, 2).buffer_uwh, 0);
        town_fini(&t);
    }
}

/* Loads by hours are counted a slot late under compat, others in their slot: 0.5 of the one in the
 * second slot, 0.3 of the other in both. */
static void demand_by_hours_is_counted_late_under_compat(void **state)
{
    (void)state;
    for (int compat = 0; compat < 2; compat++) {
        town t;
        town_init(&t, LG_PAY_AS_BID);
        t.rules.compat_gsy = compat;
        town_area(&t, LG_NONE, 0);
        town_asset(&t, 0, LG_ROLE_CONSUMER);
        town_asset(&t, 0, LG_ROLE_CONSUMER);
        t.assets[0].by_hours = true;
        t.caps[1].demand_uwh = town_uwh(0.3);
        for (int slot = 0; slot < 2; slot++) {
            t.caps[0].demand_uwh = town_uwh(slot ? 0.7 : 0.5);
            town_open(&t);
            town_close(&t);
        }
        assert_int_equal(lg_market_kpi(t.market, 0).demanded_uwh, town_uwh(compat ? 1.1 : 1.8));
        assert_int_equal(lg_market_account(t.market, 0)->demand_uwh, town_uwh(1.2));
        town_fini(&t);
    }
}

/* A tank that needs 1 kWh buys 2; a car buys 1 and its owner takes 0.75 of it a slot later, when it
 * also needed 0.5 that nobody sold. All of the roof's 3 kWh: 2 are consumed at once, 0.75 by the
 * car. The reference exchange counts no such store: there its asset is uncounted. */
static void tanks_and_cars(void **state)
{
    (void)state;
    for (int uncounted = 0; uncounted < 2; uncounted++) {
        enum { TANK, CAR, ROOF };
        town t;
        town_init(&t, LG_PAY_AS_BID);
        town_area(&t, LG_NONE, 0);
        town_asset(&t, 0, LG_ROLE_CONSUMER);
        town_asset(&t, 0, LG_ROLE_STORAGE);
        town_asset(&t, 0, LG_ROLE_PRODUCER);
        t.caps[TANK].demand_uwh = town_uwh(1);
        t.assets[CAR].uncounted = uncounted;
        town_open(&t);
        town_bid(&t, TANK, 2, 20);
        town_bid(&t, CAR, 1, 20);
        town_offer(&t, ROOF, 3, 10);
        town_ticks(&t, 5);
        town_close(&t);
        assert_int_equal(lg_market_kpi(t.market, 0).demanded_uwh, town_uwh(2));
        assert_int_equal(lg_market_account(t.market, TANK)->demand_uwh, town_uwh(2));
        assert_int_equal(lg_market_account(t.market, TANK)->unserved_uwh, 0);
        assert_int_equal(lg_market_account(t.market, CAR)->demand_uwh, 0);
        t.caps[CAR].used_uwh = town_uwh(0.75);
        t.caps[CAR].demand_uwh = town_uwh(0.5);
        town_open(&t);
        town_close(&t);
        lg_kpi kpi = lg_market_kpi(t.market, 0);
        assert_int_equal(kpi.demanded_uwh, town_uwh(uncounted ? 3 : 3.75));
        assert_int_equal(kpi.consumed_own_uwh, town_uwh(uncounted ? 2 : 2.75));
        assert_int_equal(kpi.produced_uwh, town_uwh(3));
        assert_int_equal(kpi.buffer_uwh, town_uwh(uncounted ? 0 : 0.25));
        assert_int_equal(lg_market_account(t.market, TANK)->unserved_uwh, town_uwh(1));
        assert_int_equal(lg_market_account(t.market, CAR)->demand_uwh, town_uwh(0.75));
        assert_int_equal(lg_market_account(t.market, CAR)->unserved_uwh, town_uwh(0.5));
        town_fini(&t);
    }
}

/** A slot with orders that travel and trade. @return 1 when memory ran out and that was said
 * properly */
static int a_small_slot(lg_mem *mem, void *ctx)
{
    town *t = ctx;
    lg_placed placed;
    int result = 1;
    lg_market *market = lg_market_new(mem, &t->site, &t->rules, NULL);
    if (!market)
        return 1;
    lg_status status = lg_market_open_slot(market, 0, 0, t->caps);
    for (uint32_t i = 0; status == LG_OK && i < 24; i++) {
        uint32_t asset = i % 2 ? PV : LOAD;
        lg_position before = *lg_market_position(market, asset);
        status = lg_market_place(market, asset, i % 2 ? LG_OFFER : LG_BID, town_uwh(0.2),
                                 town_uct(i % 2 ? 10 : 30), false, &placed);
        if (status != LG_OK) /* nothing has changed */
            assert_memory_equal(&before, lg_market_position(market, asset), sizeof before);
    }
    for (uint32_t tick = 0; status == LG_OK && tick < 10; tick++)
        status = lg_market_tick(market, tick);
    if (status == LG_OK)
        status = lg_market_close_slot(market);
    if (status == LG_OK) {
        assert_int_equal(lg_market_trade_count(market), 12);
        result = 0;
    } else {
        assert_int_equal(status, LG_MEMORY);
    }
    lg_market_free(market);
    return result;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    static const lg_match_rule rules[] = {LG_PAY_AS_BID, LG_PAY_AS_CLEAR, LG_ONE_SIDED};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        town t;
        two_neighbourhoods(&t);
        t.rules.match = rules[i];
        assert_true(lg_sweep_allocations(a_small_slot, &t) > 3);
        town_fini(&t);
    }
}

/* Ten million kWh at 10,000 ct are 1e17 micro-cents; eleven such trades are all a run may have. The
 * one too many leaves no trace. */
static void more_money_than_a_run_may_move_err(void **state)
{
    (void)state;
    town t;
    town_init(&t, LG_PAY_AS_BID);
    town_area(&t, LG_NONE, 0);
    town_asset(&t, GRID, LG_ROLE_CONSUMER);
    town_asset(&t, GRID, LG_ROLE_PRODUCER);
    for (int i = 0; i < 11; i++) {
        town_open(&t);
        town_bid(&t, LOAD, 1e7, 10000);
        town_offer(&t, PV, 1e7, 10);
        assert_int_equal(town_first_trade(&t), 0);
        town_close(&t);
    }
    town_open(&t);
    town_bid(&t, LOAD, 1e7, 10000);
    town_offer(&t, PV, 1e7, 10);
    assert_int_equal(lg_market_tick(t.market, 0), LG_OVERFLOW);
    assert_int_equal(t.trade_count, 0);
    assert_int_equal(lg_market_position(t.market, LOAD)->bought_uwh, 0);
    assert_int_equal(lg_market_account(t.market, LOAD)->bill.spent_uct, 11 * town_uct(1e11));
    town_fini(&t);
}

/* Plans add up before anything is traded. */
static void more_energy_than_a_run_may_plan_err(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        town t;
        town_init(&t, LG_PAY_AS_BID);
        town_area(&t, LG_NONE, 0);
        town_asset(&t, GRID, LG_ROLE_CONSUMER);
        int64_t *plan = k == 0   ? &t.caps[LOAD].demand_uwh
                        : k == 1 ? &t.caps[LOAD].supply_uwh
                                 : &t.caps[LOAD].used_uwh;
        *plan = LG_RUN_ENERGY_MAX_UWH / 2;
        for (int i = 0; i < 2; i++) {
            town_open(&t);
            town_close(&t);
        }
        *plan = 2;
        assert_int_equal(lg_market_open_slot(t.market, 2, 0, t.caps), LG_OVERFLOW);
        town_fini(&t);
    }
}

/* A thousand who offer without limit are more than 64 bits hold in one slot. */
static void offers_without_limit_are_cleared(void **state)
{
    (void)state;
    enum { MANY = 2000 };
    town t;
    town_init(&t, LG_PAY_AS_CLEAR);
    town_area(&t, LG_NONE, 0);
    town_asset(&t, GRID, LG_ROLE_CONSUMER);
    lg_asset *assets = calloc(MANY + 1, sizeof *assets);
    lg_caps *caps = calloc(MANY + 1, sizeof *caps);
    for (int i = 0; i <= MANY; i++) {
        assets[i] = (lg_asset){.name = "a", .role = i ? LG_ROLE_PRODUCER : LG_ROLE_CONSUMER};
        caps[i] = (lg_caps){.buy_uwh = LG_UNLIMITED_UWH, .sell_uwh = LG_UNLIMITED_UWH};
    }
    t.site.assets = assets;
    t.site.asset_count = t.areas[GRID].asset_count = MANY + 1;
    lg_market_sink sink = {0};
    t.market = lg_market_new(lg_mem_system(), &t.site, &t.rules, &sink);
    assert_non_null(t.market);
    assert_int_equal(lg_market_open_slot(t.market, 0, 0, caps), LG_OK);
    town_bid(&t, 0, 3, 30);
    for (uint32_t i = 1; i <= MANY; i++)
        town_offer(&t, i, 1e7, 10);
    assert_int_equal(lg_market_tick(t.market, 0), LG_OK);
    assert_int_equal(lg_market_position(t.market, 0)->bought_uwh, town_uwh(3));
    assert_int_equal(lg_market_close_slot(t.market), LG_OK);
    town_fini(&t);
    free(assets);
    free(caps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bills_of_every_market_on_the_path),
        cmocka_unit_test(bills_are_cumulative),
        cmocka_unit_test(odd_amounts_sum_to_zero),
        cmocka_unit_test(statistics_of_a_closed_slot),
        cmocka_unit_test(energy_stored_of_own_production),
        cmocka_unit_test(demand_by_hours_is_counted_late_under_compat),
        cmocka_unit_test(tanks_and_cars),
        cmocka_unit_test(more_money_than_a_run_may_move_err),
        cmocka_unit_test(more_energy_than_a_run_may_plan_err),
        cmocka_unit_test(offers_without_limit_are_cleared),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
