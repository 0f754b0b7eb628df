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

/* The table of section 18, as far as it gives the energies. Hours of a load of 200 W by hours, in
 * the home of what serves it. */
typedef struct hours {
    uint32_t count;
    double demand, from_pv, to_battery, from_battery; /* kWh in each of them */
} hours;

enum { HOUSE = 1, USER = 0, ROOF = 1, STORE = 2 };

static void expect_kpi(const town *t, uint32_t area, double demanded, double own, double produced)
{
    lg_kpi kpi = lg_market_kpi(t->market, area);
    assert_int_equal(kpi.demanded_uwh, town_uwh(demanded));
    assert_int_equal(kpi.consumed_own_uwh, town_uwh(own));
    assert_int_equal(kpi.produced_uwh, town_uwh(produced));
}

static void expect_shares(const town *t, uint32_t area, double sufficiency, double consumption)
{
    lg_kpi kpi = lg_market_kpi(t->market, area);
    assert_float_equal(kpi.self_sufficiency, sufficiency, 5.01e-6);
    assert_float_equal(kpi.self_consumption, consumption, 5.01e-6);
}

static void trade(town *t, uint32_t seller, uint32_t buyer, double kwh)
{
    if (kwh == 0)
        return;
    town_bid(t, buyer, kwh, 20);
    town_offer(t, seller, kwh, 10);
    town_ticks(t, 1);
}

/* Slots of an hour in a house below the grid, under compat, where demand by hours is counted late.
 */
static void day(town *t, const hours *parts, uint32_t count)
{
    town_init(t, LG_PAY_AS_BID);
    t->rules.compat_gsy = true;
    t->rules.keep_age = false;
    town_area(t, LG_NONE, 0);
    town_area(t, GRID, 0);
    town_asset(t, HOUSE, LG_ROLE_CONSUMER);
    town_asset(t, HOUSE, LG_ROLE_PRODUCER);
    town_asset(t, HOUSE, LG_ROLE_STORAGE);
    t->assets[USER].by_hours = true;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t hour = 0; hour < parts[i].count; hour++) {
            t->caps[USER].demand_uwh = town_uwh(parts[i].demand);
            town_open(t);
            trade(t, ROOF, USER, parts[i].from_pv);
            trade(t, ROOF, STORE, parts[i].to_battery);
            trade(t, STORE, USER, parts[i].from_battery);
            town_close(t);
        }
}

static void houses_of_the_reference(void **state)
{
    (void)state;
    static const struct {
        hours parts[4];
        double demanded, own, produced, sufficiency, consumption;
    } houses[] = {
        /* kpi.house_partially_self_sufficient: 1676.4 of 4600 Wh */
        {{{8, 0.2, 0.2, 0, 0}, {1, 0.2, 0.0764, 0, 0}, {15, 0.2, 0, 0, 0}},
         4.6,
         1.6764,
         1.6764,
         0.36443,
         1},
        /* kpi.house_not_self_sufficient: 1800 of 4600 Wh */
        {{{9, 0.2, 0.2, 0, 0}, {15, 0.2, 0, 0, 0}}, 4.6, 1.8, 1.8, 0.3913, 1},
        /* kpi.house_fully_self_sufficient: 800 Wh */
        {{{4, 0.2, 0.2, 0, 0}, {1, 0, 0, 0, 0}}, 0.8, 0.8, 0.8, 1, 1},
        /* kpi.house_self_sufficient_with_ess: 1000 of 1080 Wh */
        {{{2, 0.2, 0.2, 0.34, 0}, {3, 0.2, 0, 0, 0.2}, {1, 0, 0, 0, 0}}, 1, 1, 1.08, 1, 0.92593},
    };
    for (size_t i = 0; i < sizeof houses / sizeof *houses; i++) {
        town t;
        day(&t, houses[i].parts, 4);
        expect_kpi(&t, HOUSE, houses[i].demanded, houses[i].own, houses[i].produced);
        expect_shares(&t, HOUSE, houses[i].sufficiency, houses[i].consumption);
        town_fini(&t);
    }
}

/* kpi.infinitebus_pv_load: the house 925 of 1100 Wh and of 1475; for the grid, which the bus lies
 * below, all of 1650 Wh. */
static void a_bus_of_the_reference(void **state)
{
    (void)state;
    enum { BUS, IN_LOAD, IN_PV };
    town t;
    town_init(&t, LG_PAY_AS_BID);
    town_area(&t, LG_NONE, 0);
    town_area(&t, GRID, 0);
    town_asset(&t, GRID, LG_ROLE_BUS);
    town_asset(&t, HOUSE, LG_ROLE_CONSUMER);
    town_asset(&t, HOUSE, LG_ROLE_PRODUCER);
    t.caps[IN_LOAD].demand_uwh = town_uwh(1.1);
    town_open(&t);
    trade(&t, IN_PV, IN_LOAD, 0.925);
    trade(&t, IN_PV, BUS, 0.55);
    town_ticks(&t, 10);
    trade(&t, BUS, IN_LOAD, 0.175);
    town_ticks(&t, 10);
    assert_int_equal(t.trade_count, 3);
    town_close(&t);
    expect_kpi(&t, HOUSE, 1.1, 0.925, 1.475);
    expect_shares(&t, HOUSE, 0.84091, 0.62712);
    expect_kpi(&t, GRID, 1.65, 1.65, 1.65);
    expect_shares(&t, GRID, 1, 1);
    town_fini(&t);
}

/* kpi.market_maker_and_load: what it sells is production, 1000 Wh. */
static void a_market_maker_of_the_reference(void **state)
{
    (void)state;
    town t;
    town_init(&t, LG_PAY_AS_BID);
    town_area(&t, LG_NONE, 0);
    town_asset(&t, GRID, LG_ROLE_CONSUMER);
    town_asset(&t, GRID, LG_ROLE_MARKET_MAKER);
    t.caps[0].demand_uwh = town_uwh(1);
    town_open(&t);
    trade(&t, 1, 0, 1);
    town_close(&t);
    expect_kpi(&t, GRID, 1, 1, 1);
    expect_shares(&t, GRID, 1, 1);
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prosumer_is_both),
        cmocka_unit_test(an_uncounted_asset_is_neither),
        cmocka_unit_test(houses_of_the_reference),
        cmocka_unit_test(a_bus_of_the_reference),
        cmocka_unit_test(a_market_maker_of_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
