/* The base case without a local market, and what the engine alone says of switches: answers, what
 * is counted of those who are off, memory that runs out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "support/failing_mem.h"
#include "town.h"

enum { GRID, STREET, HOME_1, HOME_2 };
enum { UTILITY, LOAD, PV, OTHER_PV };

/** A utility in the grid (fee 4), a street (fee 1) of two homes (fee 0): load and PV, PV alone. */
static void street(town *t, lg_fee_kind kind)
{
    bool constant = kind == LG_FEE_CONSTANT;
    town_init(t, LG_PAY_AS_BID);
    t->rules.fee_kind = kind;
    t->rules.no_market = true;
    town_area(t, LG_NONE, constant ? 4 : 10);
    town_area(t, GRID, constant ? 1 : 5);
    town_area(t, STREET, 0);
    town_area(t, STREET, 0);
    town_asset(t, GRID, LG_ROLE_BUS);
    town_asset(t, HOME_1, LG_ROLE_CONSUMER);
    town_asset(t, HOME_1, LG_ROLE_PRODUCER);
    town_asset(t, HOME_2, LG_ROLE_PRODUCER);
    town_open(t);
    town_offer(t, UTILITY, 1000, 30);
    town_bid(t, UTILITY, 1000, 8);
}

/* The load bids 40: the utility's 30 and 4 + 1 of fees are 35, and that is what it pays. The
 * neighbour's offer of 5 would be cheaper and is not seen; the utility pays its 8 for it, of which
 * 5 are fees. */
static void a_home_trades_with_itself_and_the_utility(void **state)
{
    (void)state;
    town t;
    street(&t, LG_FEE_CONSTANT);
    town_bid(&t, LOAD, 3, 40);
    town_offer(&t, PV, 1, 2);
    town_offer(&t, OTHER_PV, 2, 3);
    town_ticks(&t, 2);
    assert_int_equal(t.trade_count, 3);
    town_expect(&t, 0, PV, LOAD, 1, 40); /* behind the meter */
    assert_int_equal(t.trades[0].trade.leg_count, 1);
    town_expect(&t, 1, UTILITY, LOAD, 2, 35);
    assert_int_equal(t.trades[1].trade.earned_uct, town_uct(60));
    town_expect_rates(&t, 1, 3, (double[]){35, 35, 34});
    town_expect(&t, 2, OTHER_PV, UTILITY, 2, 8);
    assert_int_equal(t.trades[2].trade.earned_uct, town_uct(6));
    town_close(&t);
    assert_int_equal(lg_market_fees_uct(t.market, GRID), town_uct(16)); /* 4 kWh at 4 ct */
    assert_int_equal(lg_market_fees_uct(t.market, STREET), town_uct(4));
    town_fini(&t);
}

/* 10 % and 5 %: 30 becomes 34.5; of 9.2 the seller gets 8. */
static void percentages_count_from_what_the_seller_gets(void **state)
{
    (void)state;
    town t;
    street(&t, LG_FEE_PERCENTAGE);
    town_rebid(&t, UTILITY, 1000, 9.2);
    town_bid(&t, LOAD, 1, 36);
    town_offer(&t, OTHER_PV, 1, 8);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 2);
    town_expect(&t, 0, UTILITY, LOAD, 1, 34.5);
    assert_int_equal(t.trades[0].trade.earned_uct, town_uct(30));
    town_expect(&t, 1, OTHER_PV, UTILITY, 1, 9.2);
    assert_int_equal(t.trades[1].trade.earned_uct, town_uct(8));
    town_fini(&t);
}

static void the_utility_keeps_to_its_rates(void **state)
{
    (void)state;
    town t;
    street(&t, LG_FEE_CONSTANT);
    town_bid(&t, LOAD, 1, 34.9);      /* 35 with the fees */
    town_offer(&t, OTHER_PV, 1, 3.1); /* 3 without them */
    town_ticks(&t, 60);
    assert_int_equal(t.trade_count, 0);
    town_fini(&t);
}

/* Of several the cheapest serves first, as long as it has energy. */
static void the_best_of_two_utilities(void **state)
{
    (void)state;
    enum { DEAR, CHEAP, CONSUMER };
    town t;
    town_init(&t, LG_PAY_AS_BID);
    t.rules.no_market = true;
    town_area(&t, LG_NONE, 2);
    town_area(&t, 0, 0);
    town_asset(&t, 0, LG_ROLE_BUS);
    town_asset(&t, 0, LG_ROLE_MARKET_MAKER);
    town_asset(&t, 1, LG_ROLE_CONSUMER);
    town_open(&t);
    town_offer(&t, DEAR, 100, 30);
    town_offer(&t, CHEAP, 1, 20);
    town_bid(&t, CONSUMER, 3, 50);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 2);
    town_expect(&t, 0, CHEAP, CONSUMER, 1, 22);
    town_expect(&t, 1, DEAR, CONSUMER, 2, 32);
    town_fini(&t);
}

/* A battery bids 40 and offers at 20: what it offers goes to the load's bids, the best first, and
 * what it bids for comes from the PV after it, which then takes what is left of the load's. */
static void an_asset_passes_over_its_own_bids(void **state)
{
    (void)state;
    enum { BATTERY = 1, CONSUMER, PRODUCER };
    town t;
    town_init(&t, LG_PAY_AS_BID);
    t.rules.no_market = true;
    town_area(&t, LG_NONE, 2);
    town_area(&t, 0, 0);
    town_asset(&t, 0, LG_ROLE_BUS);
    town_asset(&t, 1, LG_ROLE_STORAGE);
    town_asset(&t, 1, LG_ROLE_CONSUMER);
    town_asset(&t, 1, LG_ROLE_PRODUCER);
    town_open(&t);
    town_offer(&t, UTILITY, 1000, 30);
    town_bid(&t, BATTERY, 5, 40);
    town_bid(&t, CONSUMER, 1, 35);
    town_bid(&t, CONSUMER, 3, 33);
    town_offer(&t, BATTERY, 2, 20);
    town_offer(&t, PRODUCER, 6, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 5);
    town_expect(&t, 0, BATTERY, CONSUMER, 1, 35);
    town_expect(&t, 1, BATTERY, CONSUMER, 1, 33);
    town_expect(&t, 2, PRODUCER, BATTERY, 5, 40);
    town_expect(&t, 3, PRODUCER, CONSUMER, 1, 33);
    town_expect(&t, 4, UTILITY, CONSUMER, 1, 32);
    town_fini(&t);
}

static void an_island_has_no_utility(void **state)
{
    (void)state;
    town t;
    street(&t, LG_FEE_CONSTANT);
    assert_int_equal(lg_market_set_connected(t.market, STREET, false), LG_OK);
    town_close(&t);
    town_open(&t);
    town_offer(&t, UTILITY, 1000, 30);
    town_bid(&t, LOAD, 3, 40);
    town_offer(&t, PV, 1, 2);
    town_ticks(&t, 60);
    assert_int_equal(t.trade_count, 1);
    town_expect(&t, 0, PV, LOAD, 1, 40);
    town_fini(&t);
}

/* A load that is off needs its 2 kWh all the same; the panels' 1 kWh is lost. */
static void what_is_off_counts_as_unserved(void **state)
{
    (void)state;
    town t;
    street(&t, LG_FEE_CONSTANT);
    assert_int_equal(lg_market_set_enabled(t.market, HOME_1, false), LG_OK);
    assert_true(lg_market_enabled(t.market, HOME_1)); /* from the next slot on */
    town_close(&t);
    t.caps[LOAD] = (lg_caps){.buy_uwh = town_uwh(2), .demand_uwh = town_uwh(2)};
    t.caps[PV] = (lg_caps){.sell_uwh = town_uwh(1), .supply_uwh = town_uwh(1)};
    town_open(&t);
    assert_false(lg_market_enabled(t.market, HOME_1));
    assert_false(lg_market_asset_enabled(t.market, LOAD));
    assert_true(lg_market_asset_enabled(t.market, OTHER_PV));
    assert_true(lg_market_connected(t.market, HOME_1));
    town_ticks(&t, 60);
    town_close(&t);
    assert_int_equal(lg_market_account(t.market, LOAD)->unserved_uwh, town_uwh(2));
    assert_int_equal(lg_market_account(t.market, PV)->unsold_uwh, town_uwh(1));
    town_fini(&t);
}

static void the_root_is_connected_to_nothing_err(void **state)
{
    (void)state;
    town t;
    street(&t, LG_FEE_CONSTANT);
    assert_int_equal(lg_market_set_connected(t.market, GRID, false), LG_UNSUPPORTED);
    assert_true(lg_market_connected(t.market, GRID));
    assert_int_equal(lg_market_set_connected(t.market, STREET, true), LG_OK); /* it is anyway */
    town_fini(&t);
}

/* A day with a cut, with the 1st, 2nd, ... allocation failing. */
static int day_with_a_cut(lg_mem *mem, void *ctx)
{
    town *t = ctx;
    lg_placed placed;
    lg_market *m = lg_market_new(mem, &t->site, &t->rules, NULL);
    if (!m)
        return 1;
    lg_status status = lg_market_set_connected(m, STREET, false);
    if (status == LG_OK)
        status = lg_market_set_asset_enabled(m, OTHER_PV, false);
    if (status == LG_OK)
        status = lg_market_open_slot(m, 0, 0, t->caps);
    if (status == LG_OK)
        status = lg_market_place(m, LOAD, LG_BID, town_uwh(1), town_uct(40), false, &placed);
    if (status == LG_OK)
        status = lg_market_place(m, PV, LG_OFFER, town_uwh(2), town_uct(2), false, &placed);
    if (status == LG_OK)
        status = lg_market_tick(m, 0);
    lg_market_free(m);
    return status == LG_MEMORY ? 1 : (int)status;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    for (int none = 0; none < 2; none++) {
        town t;
        street(&t, LG_FEE_CONSTANT);
        t.rules.no_market = none;
        lg_sweep_allocations(day_with_a_cut, &t);
        town_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_home_trades_with_itself_and_the_utility),
        cmocka_unit_test(percentages_count_from_what_the_seller_gets),
        cmocka_unit_test(the_utility_keeps_to_its_rates),
        cmocka_unit_test(the_best_of_two_utilities),
        cmocka_unit_test(an_asset_passes_over_its_own_bids),
        cmocka_unit_test(an_island_has_no_utility),
        cmocka_unit_test(what_is_off_counts_as_unserved),
        cmocka_unit_test(the_root_is_connected_to_nothing_err),
        cmocka_unit_test(memory_runs_out_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
