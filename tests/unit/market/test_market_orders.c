/* What an asset may do with its orders: refusals with numbers, replacing, withdrawing, priority,
 * fees of a slot. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "grid/unit.h"
#include "town.h"

enum { LOAD, PV, STORAGE, MAKER };

/** One market without a fee; the load needs 1 kWh. */
static void corner_shop(town *t, lg_match_rule match)
{
    town_init(t, match);
    town_area(t, LG_NONE, 0);
    town_asset(t, 0, LG_ROLE_CONSUMER);
    town_asset(t, 0, LG_ROLE_PRODUCER);
    town_asset(t, 0, LG_ROLE_STORAGE);
    town_asset(t, 0, LG_ROLE_MARKET_MAKER);
    t->caps[LOAD].buy_uwh = town_uwh(1);
}

static void refused(town *t, uint32_t asset, lg_side side, double kwh, bool replace, double allowed)
{
    lg_placed placed = {0};
    lg_position before = *lg_market_position(t->market, asset);
    assert_int_equal(town_try(t, asset, side, kwh, 10, replace, &placed), LG_ENERGY);
    assert_int_equal(placed.asked_uwh, town_uwh(kwh));
    assert_int_equal(placed.allowed_uwh, town_uwh(allowed));
    assert_memory_equal(&before, lg_market_position(t->market, asset), sizeof before);
}

static void too_much_energy_err(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_PAY_AS_BID);
    town_open(&t);
    refused(&t, LOAD, LG_BID, 1.000001, false, 1);
    town_bid(&t, LOAD, 0.6, 10);
    refused(&t, LOAD, LG_BID, 0.5, false, 0.4);
    refused(&t, LOAD, LG_BID, 1.5, true, 1); /* the 0.6 would go */
    town_bid(&t, LOAD, 0.4, 10);
    refused(&t, LOAD, LG_BID, 0.1, false, 0);
    town_rebid(&t, LOAD, 1, 30);
    assert_int_equal(lg_market_position(t.market, LOAD)->offered_buy_uwh, town_uwh(1));
    town_offer(&t, PV, 0.25, 10);
    town_ticks(&t, 1);
    assert_int_equal(lg_market_position(t.market, LOAD)->bought_uwh, town_uwh(0.25));
    assert_int_equal(lg_market_position(t.market, LOAD)->offered_buy_uwh, town_uwh(0.75));
    refused(&t, LOAD, LG_BID, 1, true, 0.75);
    refused(&t, LOAD, LG_BID, 0.1, false, 0);
    town_fini(&t);
}

/* A prosumer may do both, each as far as its caps of the slot reach: here it needs 1 kWh. */
static void a_prosumer_bids_or_offers(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_PAY_AS_BID);
    t.assets[STORAGE].role = LG_ROLE_PROSUMER;
    t.caps[STORAGE] = (lg_caps){.buy_uwh = town_uwh(1)};
    town_open(&t);
    town_bid(&t, STORAGE, 1, 20);
    refused(&t, STORAGE, LG_OFFER, 0.1, false, 0);
    town_offer(&t, PV, 1, 10);
    town_ticks(&t, 1);
    town_expect(&t, 0, PV, STORAGE, 1, 20);
    town_close(&t);
    t.caps[STORAGE] = (lg_caps){.sell_uwh = town_uwh(0.5)};
    town_open(&t);
    town_offer(&t, STORAGE, 0.5, 10);
    refused(&t, STORAGE, LG_BID, 0.1, false, 0);
    town_bid(&t, LOAD, 0.5, 20);
    town_ticks(&t, 1);
    town_expect(&t, 0, STORAGE, LOAD, 0.5, 20);
    town_fini(&t);
}

static lg_status tries(town *t, uint32_t asset, lg_side side, int64_t uwh, int64_t uct)
{
    lg_placed placed;
    return lg_market_place(t->market, asset, side, uwh, uct, false, &placed);
}

static void malformed_orders_err(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_PAY_AS_BID);
    town_open(&t);
    assert_int_equal(tries(&t, STORAGE, LG_BID, 0, 1), LG_INVALID);
    assert_int_equal(tries(&t, STORAGE, LG_BID, -1, 1), LG_INVALID);
    assert_int_equal(tries(&t, STORAGE, LG_BID, 1, -1), LG_RATE);
    assert_int_equal(tries(&t, STORAGE, LG_BID, 1, LG_RATE_MAX_UCT + 1), LG_RATE);
    assert_int_equal(tries(&t, LOAD, LG_OFFER, 1, 1), LG_UNSUPPORTED);
    assert_int_equal(tries(&t, PV, LG_BID, 1, 1), LG_UNSUPPORTED);
    assert_int_equal(tries(&t, MAKER, LG_BID, 1, 1), LG_UNSUPPORTED);
    assert_int_equal(tries(&t, STORAGE, LG_BID, 1, 0), LG_OK);
    assert_int_equal(tries(&t, STORAGE, LG_OFFER, LG_UNLIMITED_UWH, LG_RATE_MAX_UCT), LG_OK);
    town_close(&t);
    assert_int_equal(tries(&t, STORAGE, LG_BID, 1, 1), LG_CLOSED);
    town_fini(&t);
}

static void a_replaced_order_has_a_new_id(void **state)
{
    (void)state;
    town t;
    lg_order orders[4];
    uint32_t gone;
    corner_shop(&t, LG_PAY_AS_BID);
    town_open(&t);
    uint64_t first = town_bid(&t, LOAD, 0.5, 10);
    town_ticks(&t, 3);
    uint64_t second = town_rebid(&t, LOAD, 0.75, 12);
    assert_true(second > first);
    assert_int_equal(lg_market_orders(t.market, LOAD, LG_BID, orders, 4), 1);
    assert_int_equal(orders[0].id, second);
    assert_int_equal(orders[0].asset, LOAD);
    assert_int_equal(orders[0].side, LG_BID);
    assert_int_equal(orders[0].energy_uwh, town_uwh(0.75));
    assert_int_equal(orders[0].rate_uct, town_uct(12));
    assert_int_equal(orders[0].tick, 3);
    assert_int_equal(lg_market_cancel(t.market, LOAD, LG_BID, first, &gone), LG_GONE);
    assert_int_equal(lg_market_cancel(t.market, LOAD, LG_BID, second, &gone), LG_OK);
    assert_int_equal(gone, 1);
    assert_int_equal(lg_market_position(t.market, LOAD)->offered_buy_uwh, 0);
    town_fini(&t);
}

static void orders_are_withdrawn_by_id_or_all(void **state)
{
    (void)state;
    town t;
    lg_order orders[4];
    uint32_t gone;
    corner_shop(&t, LG_PAY_AS_BID);
    town_open(&t);
    assert_int_equal(lg_market_cancel(t.market, STORAGE, LG_OFFER, 0, &gone), LG_OK);
    assert_int_equal(gone, 0); /* all of none is no mistake */
    uint64_t a = town_offer(&t, STORAGE, 1, 10);
    uint64_t b = town_offer(&t, STORAGE, 2, 11);
    uint64_t c = town_offer(&t, STORAGE, 3, 12);
    town_bid(&t, STORAGE, 4, 1);
    assert_int_equal(lg_market_cancel(t.market, PV, LG_OFFER, b, &gone), LG_GONE); /* not PV's */
    assert_int_equal(lg_market_cancel(t.market, STORAGE, LG_OFFER, b, &gone), LG_OK);
    assert_int_equal(gone, 1);
    assert_int_equal(lg_market_orders(t.market, STORAGE, LG_OFFER, orders, 4), 2);
    assert_int_equal(orders[0].id, a);
    assert_int_equal(orders[1].id, c);
    assert_int_equal(lg_market_orders(t.market, STORAGE, LG_OFFER, orders, 1), 2); /* counts all */
    assert_int_equal(lg_market_cancel(t.market, STORAGE, LG_OFFER, 0, &gone), LG_OK);
    assert_int_equal(gone, 2);
    assert_int_equal(lg_market_position(t.market, STORAGE)->offered_sell_uwh, 0);
    assert_int_equal(lg_market_position(t.market, STORAGE)->offered_buy_uwh, town_uwh(4));
    town_fini(&t);
}

static void a_filled_order_is_gone_err(void **state)
{
    (void)state;
    town t;
    uint32_t gone;
    corner_shop(&t, LG_PAY_AS_BID);
    town_open(&t);
    uint64_t bid = town_bid(&t, LOAD, 1, 30);
    town_offer(&t, PV, 1, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 1);
    assert_int_equal(lg_market_cancel(t.market, LOAD, LG_BID, bid, &gone), LG_GONE);
    assert_int_equal(lg_market_orders(t.market, LOAD, LG_BID, NULL, 0), 0);
    town_fini(&t);
}

/* Pay-as-clear serves the earlier of equal offers; the rest of a split one is the youngest. */
static void a_rest_loses_its_priority(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_PAY_AS_CLEAR);
    t.caps[LOAD].buy_uwh = LG_UNLIMITED_UWH;
    town_open(&t);
    town_offer(&t, PV, 2, 10);
    town_offer(&t, STORAGE, 1, 10);
    town_bid(&t, LOAD, 0.5, 20);
    town_ticks(&t, 1);
    town_expect(&t, 0, PV, LOAD, 0.5, 20);
    town_bid(&t, LOAD, 0.25, 20);
    town_ticks(&t, 1);
    town_expect(&t, 1, STORAGE, LOAD, 0.25, 20);
    town_bid(&t, LOAD, 0.25, 20);
    town_ticks(&t, 1);
    town_expect(&t, 2, PV, LOAD, 0.25, 20);
    assert_int_equal(t.trade_count, 3);
    town_fini(&t);
}

/* Renewing an order, even unchanged, puts it behind those of the same rate that were there. */
static void a_renewed_order_loses_its_priority(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_PAY_AS_CLEAR);
    town_open(&t);
    town_offer(&t, PV, 1, 10);
    town_offer(&t, STORAGE, 1, 10);
    town_reoffer(&t, PV, 1, 10);
    town_bid(&t, LOAD, 1, 20);
    town_ticks(&t, 1);
    town_expect(&t, 0, STORAGE, LOAD, 1, 20);
    town_fini(&t);
}

static void orders_die_with_their_slot(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_PAY_AS_BID);
    town_open(&t);
    town_bid(&t, LOAD, 1, 30);
    town_ticks(&t, 1);
    town_close(&t);
    town_open(&t);
    assert_int_equal(lg_market_orders(t.market, LOAD, LG_BID, NULL, 0), 0);
    town_offer(&t, PV, 1, 10);
    assert_int_equal(town_first_trade(&t), LG_NONE);
    town_fini(&t);
}

static void fees_are_frozen_for_the_slot(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_PAY_AS_BID);
    t.areas[0].fee_uct = town_uct(1);
    town_open(&t);
    assert_int_equal(lg_market_set_fee_constant(t.market, 0, town_uct(5)), LG_OK);
    assert_int_equal(lg_market_set_fee_constant(t.market, 0, -1), LG_RATE);
    assert_int_equal(lg_market_set_fee_percentage(t.market, 0, 1000), LG_UNSUPPORTED);
    assert_int_equal(lg_market_fee_running(t.market, 0), town_uct(1));
    assert_int_equal(lg_market_fee_next(t.market, 0), town_uct(5));
    town_bid(&t, LOAD, 1, 30);
    town_offer(&t, PV, 1, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trades[0].trade.fees_uct, town_uct(1));
    assert_int_equal(t.trades[0].trade.earned_uct, town_uct(29));
    town_close(&t);
    town_open(&t);
    assert_int_equal(lg_market_fee_running(t.market, 0), town_uct(5));
    town_bid(&t, LOAD, 1, 30);
    town_offer(&t, PV, 1, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trades[0].trade.fees_uct, town_uct(5));
    assert_int_equal(t.trades[0].trade.earned_uct, town_uct(25));
    town_fini(&t);
}

/* A limit buys what it can from cheap to dear, at the asked prices, and moves no further. */
static void one_sided_buys_from_cheap_to_dear(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_ONE_SIDED);
    town_open(&t);
    town_offer(&t, PV, 0.25, 20);
    town_offer(&t, STORAGE, 0.25, 10);
    town_offer(&t, MAKER, 5, 20);
    town_offer(&t, PV, 0.25, 31);
    town_bid(&t, LOAD, 1, 30);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 3);
    town_expect(&t, 0, STORAGE, LOAD, 0.25, 10);
    town_expect(&t, 1, PV, LOAD, 0.25, 20); /* placed before the market maker's */
    town_expect(&t, 2, MAKER, LOAD, 0.5, 20);
    town_fini(&t);
}

static void one_sided_compat_takes_one_offer_a_tick(void **state)
{
    (void)state;
    town t;
    corner_shop(&t, LG_ONE_SIDED);
    t.rules.compat_gsy = true;
    town_open(&t);
    town_offer(&t, PV, 0.25, 20);
    town_offer(&t, MAKER, 5, 25);
    town_bid(&t, LOAD, 1, 30);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 1);
    town_expect(&t, 0, PV, LOAD, 0.25, 20);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 2);
    town_expect(&t, 1, MAKER, LOAD, 0.75, 25);
    town_fini(&t);
}

static void an_asset_may_have_so_many_orders_err(void **state)
{
    (void)state;
    town t;
    lg_placed placed;
    town_init(&t, LG_PAY_AS_BID);
    uint32_t load = town_asset(&t, town_area(&t, LG_NONE, 0), LG_ROLE_CONSUMER);
    town_open(&t);
    for (int i = 0; i < LG_ORDERS_MAX; i++)
        assert_int_equal(town_try(&t, load, LG_BID, 0.1, 10, false, &placed), LG_OK);
    assert_int_equal(town_try(&t, load, LG_BID, 0.1, 10, false, &placed), LG_LIMIT);
    assert_int_equal(town_try(&t, load, LG_BID, 0.1, 10, true, &placed), LG_OK);
    assert_int_equal(lg_market_orders(t.market, load, LG_BID, NULL, 0), 1);
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_much_energy_err),
        cmocka_unit_test(a_prosumer_bids_or_offers),
        cmocka_unit_test(malformed_orders_err),
        cmocka_unit_test(a_replaced_order_has_a_new_id),
        cmocka_unit_test(orders_are_withdrawn_by_id_or_all),
        cmocka_unit_test(a_filled_order_is_gone_err),
        cmocka_unit_test(a_rest_loses_its_priority),
        cmocka_unit_test(a_renewed_order_loses_its_priority),
        cmocka_unit_test(orders_die_with_their_slot),
        cmocka_unit_test(fees_are_frozen_for_the_slot),
        cmocka_unit_test(one_sided_buys_from_cheap_to_dear),
        cmocka_unit_test(one_sided_compat_takes_one_offer_a_tick),
        cmocka_unit_test(an_asset_may_have_so_many_orders_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
