/* Islands and disabled areas: what is switched rules from the next slot on, an island trades inside
 * only, who is disabled trades nothing while its needs are counted. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "town.h"

enum { GRID, STREET, FARM, HOME_1, HOME_2 };
enum { UTILITY, COWSHED, LOAD, PV };

/** A utility in the grid, a farm and a street of two homes: a load in the one, PV in the other.
 * Every market takes 1 ct. */
static void village(town *t, lg_match_rule match)
{
    town_init(t, match);
    town_area(t, LG_NONE, 1);
    town_area(t, GRID, 1);
    town_area(t, GRID, 1);
    town_area(t, STREET, 1);
    town_area(t, STREET, 1);
    town_asset(t, GRID, LG_ROLE_BUS);
    town_asset(t, FARM, LG_ROLE_CONSUMER);
    town_asset(t, HOME_1, LG_ROLE_CONSUMER);
    town_asset(t, HOME_2, LG_ROLE_PRODUCER);
}

static void quiet(town *t)
{
    town_ticks(t, 60 - t->tick);
    assert_int_equal(t->trade_count, 0);
    town_close(t);
}

static void an_island_trades_inside_only(void **state)
{
    (void)state;
    static const lg_match_rule rules[] = {LG_PAY_AS_BID, LG_PAY_AS_CLEAR, LG_ONE_SIDED};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        town t;
        village(&t, rules[i]);
        town_open(&t); /* of the slot that runs nothing is cut */
        assert_int_equal(lg_market_set_connected(t.market, STREET, false), LG_OK);
        town_bid(&t, LOAD, 1, 33);
        town_offer(&t, UTILITY, 1, 30); /* 30 + grid, street and home are 33 */
        assert_int_not_equal(town_first_trade(&t), LG_NONE);
        town_expect(&t, 0, UTILITY, LOAD, 1, 33);
        town_close(&t);

        town_open(&t); /* neither the utility nor the farm is reached */
        town_bid(&t, LOAD, 1, 60);
        town_offer(&t, UTILITY, 5, 0);
        quiet(&t);
        town_open(&t);
        town_offer(&t, PV, 1, 0);
        town_bid(&t, COWSHED, 1, 60);
        town_bid(&t, UTILITY, 1, 60);
        quiet(&t);

        town_open(&t); /* the homes trade with each other: 3 fees of 1 ct */
        town_bid(&t, LOAD, 1, 13);
        town_offer(&t, PV, 1, 10);
        town_offer(&t, UTILITY, 5, 0);
        assert_int_not_equal(town_first_trade(&t), LG_NONE);
        town_expect(&t, 0, PV, LOAD, 1, 13);
        assert_int_equal(t.trades[0].trade.leg_count, 3);
        assert_int_equal(t.trades[0].trade.earned_uct, town_uct(10));
        assert_int_equal(lg_market_set_connected(t.market, STREET, true), LG_OK);
        town_close(&t);

        town_open(&t); /* connected again */
        town_bid(&t, COWSHED, 1, 14);
        town_offer(&t, PV, 1, 10); /* home, street, grid, farm */
        assert_int_not_equal(town_first_trade(&t), LG_NONE);
        town_expect(&t, 0, PV, COWSHED, 1, 14);
        town_fini(&t);
    }
}

/* The islands of two cuts, one in the other, do not see each other either. */
static void a_home_in_an_island_may_be_one_itself(void **state)
{
    (void)state;
    town t;
    village(&t, LG_PAY_AS_BID);
    town_open(&t);
    assert_int_equal(lg_market_set_connected(t.market, STREET, false), LG_OK);
    assert_int_equal(lg_market_set_connected(t.market, HOME_2, false), LG_OK);
    town_close(&t);
    town_open(&t);
    town_bid(&t, LOAD, 1, 50);
    town_offer(&t, PV, 1, 0);
    quiet(&t);
    assert_int_equal(lg_market_set_connected(t.market, HOME_2, true), LG_OK);
    town_open(&t);
    town_bid(&t, LOAD, 1, 50);
    town_offer(&t, PV, 1, 0);
    assert_int_equal(town_first_trade(&t), 2);
    town_fini(&t);
}

static void who_is_disabled_trades_nothing(void **state)
{
    (void)state;
    lg_placed placed;
    town t;
    village(&t, LG_PAY_AS_BID);
    town_open(&t);
    assert_int_equal(lg_market_set_enabled(t.market, STREET, false), LG_OK);
    town_close(&t);
    town_open(&t);
    assert_int_equal(lg_market_position(t.market, LOAD)->buy_uwh, 0);
    assert_int_equal(town_try(&t, LOAD, LG_BID, 1, 50, true, &placed), LG_ENERGY);
    assert_int_equal(placed.allowed_uwh, 0);
    assert_int_equal(town_try(&t, PV, LG_OFFER, 1, 10, true, &placed), LG_ENERGY);
    town_bid(&t, COWSHED, 1, 40); /* those beside it go on */
    town_offer(&t, UTILITY, 5, 30);
    assert_int_not_equal(town_first_trade(&t), LG_NONE);
    assert_int_equal(lg_market_set_enabled(t.market, STREET, true), LG_OK);
    assert_int_equal(lg_market_set_asset_enabled(t.market, PV, false), LG_OK);
    town_close(&t);
    town_open(&t); /* enabled again, but one asset is not */
    town_bid(&t, LOAD, 1, 50);
    assert_int_equal(town_try(&t, PV, LG_OFFER, 1, 10, true, &placed), LG_ENERGY);
    assert_int_equal(lg_market_set_asset_enabled(t.market, PV, true), LG_OK);
    town_close(&t);
    town_open(&t);
    town_offer(&t, PV, 1, 10);
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_island_trades_inside_only),
        cmocka_unit_test(a_home_in_an_island_may_be_one_itself),
        cmocka_unit_test(who_is_disabled_trades_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
