/* Where and when two orders meet: ages, the way down, prices on the way, orders that keep their
 * age. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "town.h"

enum { GRID, HOUSE_1, HOUSE_2 };
enum { LOAD, PV };

/** A grid over two houses without fees: a load in the first, PV in the second. */
static void two_houses(town *t, uint16_t offer_age, uint16_t bid_age)
{
    town_init(t, LG_PAY_AS_BID);
    town_area(t, LG_NONE, 0);
    for (uint32_t i = HOUSE_1; i <= HOUSE_2; i++) {
        town_area(t, GRID, 0);
        t->areas[i].offer_age = offer_age;
        t->areas[i].bid_age = bid_age;
    }
    town_asset(t, HOUSE_1, LG_ROLE_CONSUMER);
    town_asset(t, HOUSE_2, LG_ROLE_PRODUCER);
}

static void meets(uint16_t offer_age, uint16_t bid_age, uint32_t market, uint32_t tick)
{
    town t;
    two_houses(&t, offer_age, bid_age);
    town_open(&t);
    town_bid(&t, LOAD, 1, 30);
    town_offer(&t, PV, 1, 10);
    assert_int_equal(town_first_trade(&t), tick);
    assert_int_equal(t.trades[0].trade.market, market);
    assert_int_equal(t.trades[0].trade.tick, tick);
    town_fini(&t);
}

static void where_it_clears(void **state)
{
    (void)state;
    meets(2, 2, GRID, 2);
    meets(5, 5, GRID, 5);
    meets(0, 2, HOUSE_1, 0); /* the offer is everywhere at once */
    meets(1, 5, HOUSE_1, 2);
    meets(10, 2, HOUSE_2, 4);
    meets(2, 0, HOUSE_2, 0);
    meets(2, 3, GRID, 3);    /* the offer would be in the house at 4 */
    meets(2, 4, HOUSE_1, 4); /* both at once: the lower market comes first */
}

/* The age of the lower of two areas rules the step between them. */
static void each_area_has_its_own_age(void **state)
{
    (void)state;
    enum { TOP, N1, N2, H1, H2 };
    town t;
    town_init(&t, LG_PAY_AS_BID);
    town_area(&t, LG_NONE, 0);
    town_area(&t, TOP, 0);
    town_area(&t, TOP, 0);
    town_area(&t, N1, 0);
    town_area(&t, N2, 0);
    t.areas[H1].bid_age = 3;
    t.areas[N1].bid_age = 1;
    t.areas[H2].offer_age = 1;
    t.areas[N2].offer_age = 2;
    t.areas[N1].offer_age = 9;
    town_asset(&t, H1, LG_ROLE_CONSUMER);
    town_asset(&t, H2, LG_ROLE_PRODUCER);
    town_open(&t);
    town_bid(&t, 0, 1, 30);   /* in the top market at 4 */
    town_offer(&t, 1, 1, 10); /* at 3 */
    assert_int_equal(town_first_trade(&t), 4);
    assert_int_equal(t.trades[0].trade.market, TOP);
    town_fini(&t);
}

/* Down: the age, and from the second level on one tick more, unless the age is 0. */
static void the_way_down_takes_longer(void **state)
{
    (void)state;
    static const struct {
        uint16_t ages[3];
        uint32_t tick;
    } ways[] = {{{2, 2, 2}, 8}, {{1, 1, 1}, 5}, {{0, 0, 0}, 0}, {{2, 0, 1}, 4}, {{0, 3, 0}, 4}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        town t;
        town_init(&t, LG_ONE_SIDED);
        for (uint32_t depth = 0; depth < 4; depth++) {
            uint32_t area = town_area(&t, depth ? depth - 1 : LG_NONE, 0);
            if (depth)
                t.areas[area].offer_age = ways[i].ages[depth - 1];
        }
        town_asset(&t, 0, LG_ROLE_PRODUCER);
        town_asset(&t, 3, LG_ROLE_CONSUMER);
        town_open(&t);
        town_offer(&t, 0, 1, 10);
        town_bid(&t, 1, 1, 30);
        assert_int_equal(town_first_trade(&t), ways[i].tick);
        assert_int_equal(t.trades[0].trade.market, 3);
        town_fini(&t);
    }
}

/* An order placed later in the slot counts its ticks from then on. */
static void age_counts_from_the_placing(void **state)
{
    (void)state;
    town t;
    two_houses(&t, 2, 2);
    town_open(&t);
    town_bid(&t, LOAD, 1, 30);
    town_ticks(&t, 7);
    assert_int_equal(t.trade_count, 0);
    town_offer(&t, PV, 1, 10); /* before tick 7; the bid has been in house 2 since tick 4 */
    assert_int_equal(town_first_trade(&t), 7);
    assert_int_equal(t.trades[0].trade.market, HOUSE_2);
    town_fini(&t);
}

/** Both orders are renewed before every tick. @return the tick of the trade */
static uint32_t renewed_until_trade(bool keep_age)
{
    town t;
    two_houses(&t, 2, 2);
    t.rules.keep_age = keep_age;
    town_open(&t);
    for (uint32_t tick = 0; tick < 20 && t.trade_count == 0; tick++) {
        town_rebid(&t, LOAD, 1, 20 + tick);
        town_reoffer(&t, PV, 1, 15 - 0.5 * tick);
        town_ticks(&t, 1);
    }
    uint32_t tick = t.trade_count ? t.trades[0].trade.tick : LG_NONE;
    if (t.trade_count) { /* at the renewed rate */
        town_expect(&t, 0, PV, LOAD, 1, 22);
        assert_int_equal(t.trades[0].trade.offer_rate_uct, town_uct(14));
    }
    town_fini(&t);
    return tick;
}

static void a_renewed_order_keeps_its_age(void **state)
{
    (void)state;
    assert_int_equal(renewed_until_trade(true), 2);
}

static void without_keep_age_it_never_leaves_home(void **state)
{
    (void)state;
    assert_int_equal(renewed_until_trade(false), LG_NONE);
}

/* Of several orders none is "the" order: the new one starts anew. */
static void replacing_several_starts_anew(void **state)
{
    (void)state;
    town t;
    two_houses(&t, 2, 2);
    town_open(&t);
    town_offer(&t, PV, 1, 10);
    town_bid(&t, LOAD, 0.25, 1);
    town_bid(&t, LOAD, 0.25, 2);
    town_ticks(&t, 5); /* the offer has been in house 1 since tick 4 */
    town_close(&t);

    town_open(&t);
    town_bid(&t, LOAD, 0.25, 1);
    town_bid(&t, LOAD, 0.25, 2);
    town_ticks(&t, 1);
    town_rebid(&t, LOAD, 1, 30); /* of tick 1: in the grid at 3 */
    town_offer(&t, PV, 1, 10);   /* of tick 1: in the grid at 3 */
    assert_int_equal(town_first_trade(&t), 3);
    assert_int_equal(t.trades[0].trade.market, GRID);
    town_fini(&t);
}

/* House fee 3: a bid of 3 is worth 0 in the grid and goes there, one of less is not seen there. */
static void a_bid_travels_as_long_as_it_is_worth_something(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        town t;
        two_houses(&t, 2, 2);
        t.areas[HOUSE_1].fee_uct = town_uct(3);
        t.rules.rate_tolerance_uct = town_uct(1); /* so that only the sign of the bid decides */
        t.areas[HOUSE_1].offer_age = 60;          /* never within the slot */
        town_open(&t);
        town_bid(&t, LOAD, 1, i == 0 ? 3 : 2.5);
        town_offer(&t, PV, 1, 0);
        assert_int_equal(town_first_trade(&t), i == 0 ? 2 : LG_NONE);
        town_fini(&t);
    }
}

/* Nobody trades with itself: neither an asset nor, one market up, the area both came from. */
static void a_party_never_trades_with_itself(void **state)
{
    (void)state;
    town t;
    town_init(&t, LG_PAY_AS_BID);
    town_area(&t, LG_NONE, 0);
    town_area(&t, 0, 0);
    town_asset(&t, 1, LG_ROLE_STORAGE);
    town_open(&t);
    town_bid(&t, 0, 1, 30);
    town_offer(&t, 0, 1, 10);
    assert_int_equal(town_first_trade(&t), LG_NONE);
    town_fini(&t);
}

/* The rest of a partly filled order stays where the order was seen. */
static void a_rest_keeps_its_place(void **state)
{
    (void)state;
    town t;
    two_houses(&t, 2, 2);
    town_asset(&t, HOUSE_2, LG_ROLE_PRODUCER);
    town_open(&t);
    town_bid(&t, LOAD, 1, 30);
    town_offer(&t, PV, 0.25, 10);
    assert_int_equal(town_first_trade(&t), 2);
    town_ticks(&t, 2); /* at 4 the rest is in house 2 */
    town_offer(&t, 2, 0.5, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 2);
    town_expect(&t, 1, 2, LOAD, 0.5, 30);
    assert_int_equal(t.trades[1].trade.market, HOUSE_2);
    assert_int_equal(t.trades[1].trade.bid_left_uwh, town_uwh(0.25));
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_it_clears),
        cmocka_unit_test(each_area_has_its_own_age),
        cmocka_unit_test(the_way_down_takes_longer),
        cmocka_unit_test(age_counts_from_the_placing),
        cmocka_unit_test(a_renewed_order_keeps_its_age),
        cmocka_unit_test(without_keep_age_it_never_leaves_home),
        cmocka_unit_test(replacing_several_starts_anew),
        cmocka_unit_test(a_bid_travels_as_long_as_it_is_worth_something),
        cmocka_unit_test(a_party_never_trades_with_itself),
        cmocka_unit_test(a_rest_keeps_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
