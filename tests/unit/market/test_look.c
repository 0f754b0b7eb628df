/* the book of a market as those see it who look on */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "grid/unit.h"
#include "market/look.h"
#include "town.h"

enum { GRID, STREET, HOME_1, HOME_2 };
enum { BUS, LOAD_1, PV_2 };

/* A bus above a street (fees 4 and 1) of two homes; ages are 2 ticks. */
static void build(town *t)
{
    town_init(t, LG_PAY_AS_BID);
    assert_int_equal(town_area(t, LG_NONE, 4), GRID);
    assert_int_equal(town_area(t, GRID, 1), STREET);
    assert_int_equal(town_area(t, STREET, 0), HOME_1);
    assert_int_equal(town_area(t, STREET, 0), HOME_2);
    assert_int_equal(town_asset(t, GRID, LG_ROLE_BUS), BUS);
    assert_int_equal(town_asset(t, HOME_1, LG_ROLE_CONSUMER), LOAD_1);
    assert_int_equal(town_asset(t, HOME_2, LG_ROLE_PRODUCER), PV_2);
}

/* The only order of a side that a market sees; its rate is @p ct. */
static void sees(const town *t, uint32_t area, lg_side side, bool above, uint32_t asset,
                 uint32_t from, double ct)
{
    lg_seen seen[4];
    int64_t rate;
    assert_true(lg_uct_from_ct(ct, &rate));
    assert_int_equal(lg_market_see(t->market, area, side, above, seen, 4), 1);
    assert_int_equal(seen[0].asset, asset);
    assert_int_equal(seen[0].from, from);
    assert_int_equal(seen[0].rate_uct, rate);
    assert_int_equal(seen[0].energy_uwh, INT64_C(1000000000));
}

static uint32_t seen_of(const town *t, uint32_t area, lg_side side, bool above)
{
    return lg_market_see(t->market, area, side, above, NULL, 0);
}

static void test_offers_take_up_fees_on_the_way(void **state)
{
    town t;
    (void)state;
    build(&t);
    town_open(&t);
    town_offer(&t, BUS, 1, 30);
    town_ticks(&t, 1);
    sees(&t, GRID, LG_OFFER, false, BUS, GRID, 34);
    assert_int_equal(seen_of(&t, STREET, LG_OFFER, false), 0);
    sees(&t, STREET, LG_OFFER, true, BUS, GRID, 35);
    sees(&t, HOME_1, LG_OFFER, true, BUS, GRID, 35);
    town_fini(&t);
}

static void test_what_has_climbed_is_seen_once(void **state)
{
    town t;
    (void)state;
    build(&t);
    town_open(&t);
    town_bid(&t, LOAD_1, 1, 20);
    town_ticks(&t, 8); /* it is in all three markets */
    sees(&t, HOME_1, LG_BID, true, LOAD_1, HOME_1, 20);
    sees(&t, STREET, LG_BID, true, LOAD_1, STREET, 20);
    sees(&t, GRID, LG_BID, true, LOAD_1, GRID, 19);
    assert_int_equal(seen_of(&t, HOME_2, LG_BID, false), 0);
    sees(&t, HOME_2, LG_BID, true, LOAD_1, STREET,
         19); /* a seller there leaves the street its fee */
    town_fini(&t);
}

static void test_no_slot_no_book(void **state)
{
    town t;
    (void)state;
    build(&t);
    town_open(&t);
    town_offer(&t, PV_2, 1, 10);
    town_ticks(&t, 1);
    sees(&t, HOME_2, LG_OFFER, true, PV_2, HOME_2, 10);
    town_close(&t);
    assert_int_equal(seen_of(&t, HOME_2, LG_OFFER, true), 0);
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offers_take_up_fees_on_the_way),
        cmocka_unit_test(test_what_has_climbed_is_seen_once),
        cmocka_unit_test(test_no_slot_no_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
