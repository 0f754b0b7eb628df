/* Indicators by hand (13.4 of the reference): who demands, who produces, whose production is used,
 * and assets that are in no group. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include "town.h"

enum { GRID, HOME_1, HOME_2 };
enum { METER, LOAD, PV, BATTERY };

/* A meter in one home, everything else in the other. */
static void two_homes(town *t, bool uncounted)
{
    town_init(t, LG_PAY_AS_BID);
    assert_int_equal(town_area(t, LG_NONE, 0), GRID);
    assert_int_equal(town_area(t, GRID, 0), HOME_1);
    assert_int_equal(town_area(t, GRID, 0), HOME_2);
    assert_int_equal(town_asset(t, HOME_1, LG_ROLE_PROSUMER), METER);
    assert_int_equal(town_asset(t, HOME_2, LG_ROLE_CONSUMER), LOAD);
    assert_int_equal(town_asset(t, HOME_2, LG_ROLE_PRODUCER), PV);
    assert_int_equal(town_asset(t, HOME_2, LG_ROLE_STORAGE), BATTERY);
    t->assets[METER].uncounted = uncounted;
    t->caps[LOAD].demand_uwh = town_uwh(1);
}

/* In the first slot the meter buys 2 of 2.5 kWh from the PV; in the second it has 3 and sells 1 to
 * the load, 1.5 to the battery; in the third the battery gives 1 to the load. */
static void three_slots(town *t)
{
    t->caps[METER] = (lg_caps){.buy_uwh = town_uwh(2.5), .demand_uwh = town_uwh(2.5)};
    town_open(t);
    town_offer(t, PV, 2, 10);
    town_bid(t, METER, 2, 20);
    assert_true(town_first_trade(t) != LG_NONE);
    town_expect(t, 0, PV, METER, 2, 20);
    town_close(t);
    t->caps[METER] = (lg_caps){.sell_uwh = town_uwh(3), .supply_uwh = town_uwh(3)};
    town_open(t);
    town_offer(t, METER, 2.5, 10);
    town_bid(t, LOAD, 1, 20);
    town_bid(t, BATTERY, 1.5, 15);
    town_ticks(t, 10);
    assert_int_equal(t->trade_count, 2);
    town_close(t);
    t->caps[METER] = (lg_caps){0};
    town_open(t);
    town_offer(t, BATTERY, 1, 10);
    town_bid(t, LOAD, 1, 20);
    town_ticks(t, 10);
    town_expect(t, 0, BATTERY, LOAD, 1, 20);
    town_close(t);
}

static void kpi_is(const town *t, uint32_t area, double produced, double own, double demanded,
                   double buffer)
{
    lg_kpi kpi = lg_market_kpi(t->market, area);
    assert_int_equal(kpi.produced_uwh, town_uwh(produced));
    assert_int_equal(kpi.consumed_own_uwh, town_uwh(own));
    assert_int_equal(kpi.demanded_uwh, town_uwh(demanded));
    assert_int_equal(kpi.buffer_uwh, town_uwh(buffer));
    if (demanded > 0)
        assert_true(kpi.self_sufficiency == own / demanded);
    else
        assert_true(isnan(kpi.self_sufficiency));
    if (produced > 0)
        assert_true(kpi.self_consumption == own / produced);
    else
        assert_true(isnan(kpi.self_consumption));
}

/* Demanded: the meter 2.5, the load 1 in each slot. Produced: PV 2, meter 2.5. Used: 2 by the
 * meter, 1 by the load at once, 1 of the 1.5 stored. */
static void a_prosumer_is_both(void **state)
{
    (void)state;
    town t;
    two_homes(&t, false);
    three_slots(&t);
    kpi_is(&t, GRID, 4.5, 4, 5.5, 0.5);
    kpi_is(&t, HOME_1, 2.5, 0, 2.5, 0);
    kpi_is(&t, HOME_2, 2, 0, 3, 0);
    const lg_account *meter = lg_market_account(t.market, METER);
    assert_int_equal(meter->demand_uwh, town_uwh(2.5));
    assert_int_equal(meter->supply_uwh, town_uwh(3));
    assert_int_equal(meter->unserved_uwh, town_uwh(0.5));
    assert_int_equal(meter->unsold_uwh, town_uwh(0.5));
    town_fini(&t);
}

/* Left out of the indicators, and of nothing else. */
static void an_uncounted_asset_is_neither(void **state)
{
    (void)state;
    town t;
    two_homes(&t, true);
    three_slots(&t);
    kpi_is(&t, GRID, 2, 0, 3, 0);
    kpi_is(&t, HOME_1, 0, 0, 0, 0);
    kpi_is(&t, HOME_2, 2, 0, 3, 0);
    const lg_account *meter = lg_market_account(t.market, METER);
    assert_int_equal(meter->bill.bought_uwh, town_uwh(2));
    assert_int_equal(meter->bill.sold_uwh, town_uwh(2.5));
    assert_int_equal(meter->unserved_uwh, town_uwh(0.5));
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prosumer_is_both),
        cmocka_unit_test(an_uncounted_asset_is_neither),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
