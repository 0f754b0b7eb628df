/* A tick in pieces, as the reference exchange walks it (2.3 of the reference): what a market sees
 * depends on who has been visited before, and what was filled in part waits anew. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "support/failing_mem.h"
#include "town.h"

enum { GRID, HOUSE_1, HOUSE_2 };
enum { TOWER, BATTERY, LOAD, PV };

/** A grid with a tower of its own and two houses: a battery in the first; a load and PV in the
 * second. */
static void small_grid(town *t, lg_match_rule match)
{
    town_init(t, match);
    t->rules.compat_gsy = true;
    t->rules.keep_age = false;
    town_area(t, LG_NONE, 0);
    town_area(t, GRID, 0);
    town_area(t, GRID, 0);
    town_asset(t, GRID, LG_ROLE_CONSUMER);
    town_asset(t, HOUSE_1, LG_ROLE_STORAGE);
    town_asset(t, HOUSE_2, LG_ROLE_CONSUMER);
    town_asset(t, HOUSE_2, LG_ROLE_PRODUCER);
    town_open(t);
}

static void begin(town *t)
{
    lg_market_tick_begin(t->market, t->tick);
}

static void area(town *t, uint32_t index)
{
    assert_int_equal(lg_market_tick_area(t->market, index), LG_OK);
}

static void asset(town *t, uint32_t index)
{
    assert_int_equal(lg_market_tick_asset(t->market, index), LG_OK);
}

static void end(town *t)
{
    assert_int_equal(lg_market_tick_end(t->market), LG_OK);
    t->tick++;
}

/** Whole ticks in which nobody changes anything, the houses first. */
static void pass(town *t, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        begin(t);
        asset(t, BATTERY);
        area(t, HOUSE_1);
        asset(t, LOAD);
        asset(t, PV);
        area(t, HOUSE_2);
        asset(t, TOWER);
        area(t, GRID);
        end(t);
    }
}

/* The tower's bid of 15 hangs in house 2 when the PV comes down to 15; the tower would bid more,
 * but comes later. */
static void a_house_meets_a_bid_about_to_be_replaced(void **state)
{
    (void)state;
    town t;
    small_grid(&t, LG_PAY_AS_BID);
    town_bid(&t, TOWER, 0.1, 15);
    town_offer(&t, PV, 1, 17);
    pass(&t, 4);
    assert_int_equal(t.trade_count, 0);
    begin(&t);
    town_reoffer(&t, PV, 1, 15);
    area(&t, HOUSE_2);
    assert_int_equal(t.trade_count, 1);
    town_expect(&t, 0, PV, TOWER, 0.1, 15);
    assert_int_equal(t.trades[0].trade.market, HOUSE_2);
    area(&t, HOUSE_1);
    area(&t, GRID);
    end(&t);
    town_close(&t);
    town_fini(&t);
}

/* The same, but the tower comes first: its new bid has to travel, and pays more. */
static void a_bid_replaced_in_time_is_not_met(void **state)
{
    (void)state;
    town t;
    small_grid(&t, LG_PAY_AS_BID);
    town_bid(&t, TOWER, 0.1, 15);
    town_offer(&t, PV, 1, 17);
    pass(&t, 4);
    begin(&t);
    town_rebid(&t, TOWER, 0.1, 17.5);
    town_reoffer(&t, PV, 1, 15);
    area(&t, HOUSE_2);
    area(&t, HOUSE_1);
    area(&t, GRID);
    end(&t);
    pass(&t, 1);
    assert_int_equal(t.trade_count, 0);
    pass(&t, 1); /* two ticks old */
    assert_int_equal(t.trade_count, 1);
    town_expect(&t, 0, PV, TOWER, 0.1, 17.5);
    assert_int_equal(t.trades[0].trade.market, HOUSE_2);
    town_close(&t);
    town_fini(&t);
}

/* What is left of an offer filled at home is a new one: it is passed on two ticks after the next.
 */
static void what_is_left_waits_anew(void **state)
{
    (void)state;
    town t;
    small_grid(&t, LG_PAY_AS_BID);
    town_offer(&t, PV, 1, 10);
    town_bid(&t, LOAD, 0.4, 12);
    pass(&t, 1); /* tick 0 */
    town_expect(&t, 0, PV, LOAD, 0.4, 12);
    pass(&t, 2);
    town_bid(&t, TOWER, 0.6, 20); /* in sight of house 2 from tick 5 on */
    pass(&t, 1);
    assert_int_equal(t.tick, 4);
    assert_int_equal(t.trade_count, 2); /* the rest reached the grid in tick 3 */
    town_expect(&t, 1, PV, TOWER, 0.6, 20);
    assert_int_equal(t.trades[1].trade.tick, 3);
    assert_int_equal(t.trades[1].trade.market, GRID);
    town_close(&t);
    town_fini(&t);
}

/* One-sided: a buyer takes what it sees before its limit rises, so a tick later than it could. */
static void a_one_sided_buyer_buys_before_its_limit_rises(void **state)
{
    (void)state;
    town t;
    small_grid(&t, LG_ONE_SIDED);
    town_bid(&t, LOAD, 0.4, 9);
    town_offer(&t, PV, 1, 10);
    pass(&t, 1);
    begin(&t);
    asset(&t, LOAD);
    town_rebid(&t, LOAD, 0.4, 11);
    asset(&t, PV);
    area(&t, HOUSE_2);
    end(&t);
    assert_int_equal(t.trade_count, 0);
    pass(&t, 1);
    town_expect(&t, 0, PV, LOAD, 0.4, 10);
    assert_int_equal(t.trades[0].trade.tick, 2);
    town_close(&t);
    town_fini(&t);
}

/* One-sided: the rest of an offer that was bought from in tick 1 is passed on in tick 3, not 2, and
 * a buyer in the grid who comes after house 2 takes it at once, one in house 1 a way down later. */
static void a_one_sided_rest_waits_from_the_purchase(void **state)
{
    (void)state;
    town t;
    small_grid(&t, LG_ONE_SIDED);
    town_offer(&t, PV, 1, 10);
    pass(&t, 1);
    town_bid(&t, LOAD, 0.4, 11);
    town_bid(&t, TOWER, 0.1, 11);
    town_bid(&t, BATTERY, 0.1, 11);
    pass(&t, 6);
    assert_int_equal(t.trade_count, 3);
    town_expect(&t, 0, PV, LOAD, 0.4, 10);
    town_expect(&t, 1, PV, TOWER, 0.1, 10);
    town_expect(&t, 2, PV, BATTERY, 0.1, 10);
    assert_int_equal(t.trades[0].trade.tick, 1);
    assert_int_equal(t.trades[1].trade.tick, 3);
    assert_int_equal(t.trades[2].trade.tick, 6);
    town_close(&t);
    town_fini(&t);
}

/* A record that died in a tick is not used again in it: house 1's view was sorted before. */
static void the_dead_of_a_tick_stay_dead(void **state)
{
    (void)state;
    town t;
    small_grid(&t, LG_PAY_AS_BID);
    town_bid(&t, TOWER, 0.1, 30);
    pass(&t, 3);
    begin(&t);
    town_offer(&t, BATTERY, 1, 29);
    area(&t, HOUSE_1); /* takes the tower's bid */
    town_expect(&t, 0, BATTERY, TOWER, 0.1, 30);
    town_bid(&t, TOWER, 0.2, 5); /* must not slip into the dead one's place */
    town_offer(&t, PV, 1, 3);
    area(&t, HOUSE_2);
    assert_int_equal(t.trade_count, 1);
    area(&t, GRID);
    end(&t);
    town_close(&t);
    town_fini(&t);
}

static int a_walked_slot(lg_mem *mem, void *ctx)
{
    town *t = ctx;
    lg_placed placed;
    lg_market *market = lg_market_new(mem, &t->site, &t->rules, NULL);
    if (!market)
        return 1;
    lg_status status = lg_market_open_slot(market, 0, 0, t->caps);
    for (uint32_t tick = 0; status == LG_OK && tick < 6; tick++) {
        lg_market_tick_begin(market, tick);
        status =
            lg_market_place(market, TOWER, LG_BID, town_uwh(0.2), town_uct(20), false, &placed);
        if (status == LG_OK)
            status =
                lg_market_place(market, PV, LG_OFFER, town_uwh(0.3), town_uct(10), false, &placed);
        for (uint32_t i = 3; status == LG_OK && i-- > 0;)
            status = lg_market_tick_area(market, i);
        lg_status ended = lg_market_tick_end(market);
        status = status == LG_OK ? ended : status;
    }
    if (status == LG_OK)
        status = lg_market_close_slot(market);
    int result = status == LG_OK ? 0 : 1;
    if (status == LG_OK)
        assert_true(lg_market_trade_count(market) > 3);
    else
        assert_int_equal(status, LG_MEMORY);
    lg_market_free(market);
    return result;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    town t;
    small_grid(&t, LG_PAY_AS_BID);
    assert_true(lg_sweep_allocations(a_walked_slot, &t) > 3);
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_house_meets_a_bid_about_to_be_replaced),
        cmocka_unit_test(a_bid_replaced_in_time_is_not_met),
        cmocka_unit_test(what_is_left_waits_anew),
        cmocka_unit_test(a_one_sided_buyer_buys_before_its_limit_rises),
        cmocka_unit_test(a_one_sided_rest_waits_from_the_purchase),
        cmocka_unit_test(the_dead_of_a_tick_stay_dead),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
