/* Columns of the report, and what counts as import and as own production. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/course.h"
#include "../market/town.h"
#include "base/clock.h"
#include "grid/unit.h"

#include <math.h>

static void test_slots_per_bin(void **state)
{
    (void)state;
    const uint32_t quarter = 15 * LG_MINUTE_MS;
    assert_int_equal(lg_course_slots_per_bin(1, quarter), 1);
    assert_int_equal(lg_course_slots_per_bin(48, quarter), 1);
    assert_int_equal(lg_course_slots_per_bin(49, quarter), 2);        /* 30 min */
    assert_int_equal(lg_course_slots_per_bin(96, quarter), 2);        /* a day: 48 columns */
    assert_int_equal(lg_course_slots_per_bin(97, quarter), 4);        /* 1 h */
    assert_int_equal(lg_course_slots_per_bin(7 * 96, quarter), 16);   /* a week: 4 h, 42 columns */
    assert_int_equal(lg_course_slots_per_bin(49 * 96, quarter), 192); /* 7 weeks: 2 days */
    assert_int_equal(lg_course_slots_per_bin(1440, LG_MINUTE_MS), 30);
    /* 7-minute slots fit no round duration but weeks */
    assert_int_equal(lg_course_slots_per_bin(480, 7 * LG_MINUTE_MS), 1440);
    /* three years of hours: nothing round is long enough */
    assert_int_equal(lg_course_slots_per_bin(26280, LG_HOUR_MS), 548);
}

enum { GRID, HOME_1, HOME_2, AREAS };
enum { BUS, SHOP, LOAD_1, PV_1, LOAD_2, BATTERY_2, ASSETS };

/* Two homes beside the bus, all below the root; a shop sells without limit. */
static void build(town *t)
{
    town_init(t, LG_PAY_AS_BID);
    assert_int_equal(town_area(t, LG_NONE, 0), GRID);
    assert_int_equal(town_area(t, GRID, 0), HOME_1);
    assert_int_equal(town_area(t, GRID, 0), HOME_2);
    assert_int_equal(town_asset(t, GRID, LG_ROLE_BUS), BUS);
    assert_int_equal(town_asset(t, GRID, LG_ROLE_PRODUCER), SHOP);
    assert_int_equal(town_asset(t, HOME_1, LG_ROLE_CONSUMER), LOAD_1);
    assert_int_equal(town_asset(t, HOME_1, LG_ROLE_PRODUCER), PV_1);
    assert_int_equal(town_asset(t, HOME_2, LG_ROLE_CONSUMER), LOAD_2);
    assert_int_equal(town_asset(t, HOME_2, LG_ROLE_STORAGE), BATTERY_2);
    t->areas[HOME_1].member = t->areas[HOME_2].member = 1;
    for (uint32_t i = 0; i < ASSETS; i++)
        t->assets[i].agent = LG_NONE;
    t->caps[SHOP].supply_uwh = LG_UNLIMITED_UWH;
    t->caps[LOAD_1].demand_uwh = town_uwh(2);
    t->caps[LOAD_2].demand_uwh = town_uwh(3);
}

static void sell(const lg_listener *listener, uint32_t seller, uint32_t buyer, double kwh)
{
    lg_trade trade = {.seller = seller,
                      .buyer = buyer,
                      .energy_uwh = town_uwh(kwh),
                      .paid_uct = lg_money_uct(town_uwh(kwh), seller == BUS ? 35000000 : 12000000)};
    assert_int_equal(listener->trade(listener->ctx, &trade), LG_OK);
}

static void test_the_bus_beside_the_homes_is_outside(void **state)
{
    (void)state;
    static town t;
    build(&t);
    lg_scenario scenario = {.site = t.site, .rules = t.rules, .slot_count = 2};
    lg_members *members = lg_members_new(lg_mem_system(), &scenario);
    lg_course course;
    lg_listener listener;
    town_open(&t);
    lg_course_init(&course, &scenario, members, t.market, t.caps);
    lg_course_listener(&course, &listener);
    assert_int_equal(course.community, GRID);
    assert_true(isnan(lg_course_kpi(&course).self_sufficiency));

    sell(&listener, BUS, LOAD_1, 1);
    sell(&listener, SHOP, LOAD_2, 0.5);
    sell(&listener, PV_1, LOAD_2, 1);
    sell(&listener, PV_1, BATTERY_2, 2);
    sell(&listener, PV_1, BUS, 1);
    sell(&listener, BATTERY_2, LOAD_2, 1.5);
    town_close(&t);
    assert_int_equal(listener.slot(listener.ctx, 0, 0, (lg_digest){0}), LG_OK);
    lg_kpi kpi = lg_course_kpi(&course);
    assert_int_equal(course.trade.from_uwh, town_uwh(1.5));
    assert_int_equal(course.bins[0].import_uwh, town_uwh(1.5));
    assert_int_equal(course.peak_import_uwh, town_uwh(1.5));
    assert_int_equal(course.trade.to_uwh, town_uwh(1));
    assert_int_equal(course.trade.within_uwh, town_uwh(1.5));
    assert_int_equal(course.trade.between_uwh, town_uwh(3));
    assert_int_equal(course.last_between.energy_uwh, town_uwh(3));
    assert_int_equal(course.last_between.paid_uct, 3 * 12000000);
    assert_int_equal(kpi.produced_uwh, town_uwh(4));
    assert_int_equal(kpi.demanded_uwh, town_uwh(5));
    assert_int_equal(kpi.consumed_own_uwh, town_uwh(2.5)); /* 1 at once, 1.5 stored before */
    assert_true(kpi.self_sufficiency == 0.5);
    assert_true(kpi.self_consumption == 2.5 / 4);

    /* the battery holds 0.5 kWh of the panel's; the rest it sells now came from the bus */
    sell(&listener, BUS, BATTERY_2, 3);
    sell(&listener, BATTERY_2, LOAD_1, 2);
    assert_int_equal(lg_course_kpi(&course).consumed_own_uwh, town_uwh(3));
    assert_int_equal(lg_course_kpi(&course).buffer_uwh, 0);

    /* the battery as a car: of what its owner takes, 1 kWh came from the panel */
    sell(&listener, PV_1, BATTERY_2, 1);
    t.caps[BATTERY_2].used_uwh = town_uwh(1.25);
    assert_int_equal(listener.slot(listener.ctx, 1, 0, (lg_digest){0}), LG_OK);
    assert_int_equal(course.last_between.energy_uwh, town_uwh(2 + 1));
    assert_int_equal(lg_course_kpi(&course).demanded_uwh, town_uwh(5 + 5 + 1.25));
    assert_int_equal(lg_course_kpi(&course).consumed_own_uwh, town_uwh(4));
    assert_int_equal(lg_course_kpi(&course).buffer_uwh, 0);
    lg_members_free(members);
    town_fini(&t);
}

/* A meter in home 1 that the panel's place is taken by: it needs 2 kWh and sells 1. */
static void test_a_prosumer_demands_and_produces(void **state)
{
    (void)state;
    for (int uncounted = 0; uncounted < 2; uncounted++) {
        static town t;
        build(&t);
        t.assets[PV_1].role = LG_ROLE_PROSUMER;
        t.assets[PV_1].uncounted = uncounted;
        t.caps[PV_1].demand_uwh = town_uwh(2);
        lg_scenario scenario = {.site = t.site, .rules = t.rules, .slot_count = 1};
        lg_members *members = lg_members_new(lg_mem_system(), &scenario);
        lg_course course;
        lg_listener listener;
        town_open(&t);
        lg_course_init(&course, &scenario, members, t.market, t.caps);
        lg_course_listener(&course, &listener);
        sell(&listener, PV_1, LOAD_2, 1);
        town_close(&t);
        assert_int_equal(listener.slot(listener.ctx, 0, 0, (lg_digest){0}), LG_OK);
        lg_kpi kpi = lg_course_kpi(&course);
        assert_int_equal(kpi.demanded_uwh, town_uwh(uncounted ? 5 : 7));
        assert_int_equal(kpi.produced_uwh, town_uwh(uncounted ? 0 : 1));
        assert_int_equal(kpi.consumed_own_uwh, town_uwh(uncounted ? 0 : 1));
        assert_int_equal(course.trade.between_uwh, town_uwh(1));
        lg_members_free(members);
        town_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots_per_bin),
        cmocka_unit_test(test_the_bus_beside_the_homes_is_outside),
        cmocka_unit_test(test_a_prosumer_demands_and_produces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
