/* Sessions from arrival to departure: what can be bought and sold, what cannot wait, what is
 * missed, and which sessions are refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

static const char *plugin_file;

/* Times of sessions in milliseconds since midnight. */
#define H06 "21600000"
#define H07 "25200000"
#define H18 "64800000"
#define H23 "82800000"

static lg_kit *open_charger(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static void close_charger(lg_kit *kit, lg_text *problems)
{
    assert_string_equal(lg_kit_faults(kit), "");
    lg_kit_close(kit);
    lg_text_fini(problems);
}

static const lg_plan *plan_of(lg_kit *kit, uint32_t slot)
{
    lg_kit_plan(kit, slot);
    return lg_fleet_plan_of(lg_kit_fleet(kit), 0);
}

static void trade(lg_kit *kit, int64_t bought_uwh, int64_t sold_uwh)
{
    lg_kit_trade(kit, 0, bought_uwh, sold_uwh);
    lg_kit_settle(kit);
}

/* 06:00 for an hour, 100 kWh, 20 to 22 %, 10 kW, 0.8 of it arrives: 2.5 kWh in four slots of 2.5.
 */
static const char *const hour[] = {"sessions=" H06 ",60,20,22,100", "charging_efficiency=0.8",
                                   NULL};

static void outside_of_a_session_there_is_nothing(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_charger(hour, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 96; slot++) {
        const lg_plan *plan = plan_of(kit, slot);
        bool there = slot >= 24 && slot < 28; /* 06:00 to 07:00 */
        assert_int_equal(plan->demand_kWh > 0, there);
        assert_int_equal(plan->capacity_kWh > 0, there);
        assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 0);
        lg_kit_settle(kit);
    }
    close_charger(kit, &problems);
}

static void what_cannot_wait_comes_last(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_charger(hour, &problems);
    assert_non_null(kit);
    const lg_plan *plan = plan_of(kit, 24);
    assert_true(plan->stored_kWh == 20);
    assert_true(plan->reserve_kWh == 22);
    assert_true(plan->demand_kWh == 2.5);
    assert_true(plan->due_kWh == 2.5); /* 2 kWh / 0.8 */
    assert_true(plan->due_hours == 1);
    assert_true(plan->need_kWh == 0);
    assert_int_equal(lg_kit_caps(kit, 0)->demand_uwh, 0);
    trade(kit, 500000000, 0);
    plan = plan_of(kit, 25);
    assert_true(plan->stored_kWh == 20.4);
    assert_true(plan->due_kWh == 2);
    assert_true(plan->used_kWh == 0.5);
    assert_int_equal(lg_kit_caps(kit, 0)->used_uwh, 500000000);
    lg_kit_settle(kit);
    assert_true(plan_of(kit, 26)->need_kWh == 0);
    lg_kit_settle(kit);
    assert_true(plan_of(kit, 27)->need_kWh == 2); /* the last slot */
    assert_int_equal(lg_kit_caps(kit, 0)->demand_uwh, 2000000000);
    trade(kit, 1500000000, 0);
    plan = plan_of(kit, 28); /* gone: 1.5 bought, 0.5 missed */
    assert_true(plan->used_kWh == 2);
    assert_true(plan->capacity_kWh == 0);
    assert_true(isnan(plan->due_hours));
    lg_kit_settle(kit);
    lg_fleet_poll(lg_kit_fleet(kit), 0);
    assert_true(lg_fleet_reading(lg_kit_fleet(kit), 0, 2).value == 0.5);
    close_charger(kit, &problems);
}

/* 60 to 80 % of 10 kWh in an hour at 2 kW: 2 kWh in four slots of 0.5 is all that fits. Each slot
 * that buys nothing misses its 0.5 once. */
static void what_is_missed_counts_once(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"sessions=" H06 ",60,60,80,10", "charging_efficiency=1",
                              "maximum_power_rating_kW=2", NULL};
    lg_kit *kit = open_charger(settings, &problems);
    assert_non_null(kit);
    assert_string_equal(lg_kit_logged(kit), "");
    int64_t demand = 0;
    for (uint32_t slot = 0; slot < 96; slot++) {
        lg_kit_plan(kit, slot);
        demand += lg_kit_caps(kit, 0)->demand_uwh;
        trade(kit, slot == 25 ? 500000000 : 0, 0);
    }
    assert_int_equal(demand, 2000000000);
    lg_fleet_poll(lg_kit_fleet(kit), 0);
    assert_true(lg_fleet_reading(lg_kit_fleet(kit), 0, 2).value == 1.5);
    close_charger(kit, &problems);
}

/* Above 50 % of 40 kWh it sells: 60 % is 4 kWh, 1.75 of it in a slot at 7 kW. */
static void a_bidirectional_car_sells_above_its_minimum(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"sessions=" H06 ",60,60,50,40", "charging=bidirectional",
                              "charging_efficiency=1", "maximum_power_rating_kW=7", NULL};
    lg_kit *kit = open_charger(settings, &problems);
    assert_non_null(kit);
    assert_true(plan_of(kit, 24)->supply_kWh == 1.75);
    trade(kit, 0, 1750000000);
    assert_true(plan_of(kit, 25)->supply_kWh == 1.75);
    trade(kit, 0, 1750000000);
    assert_true(plan_of(kit, 26)->supply_kWh == 0.5);
    trade(kit, 1000000000, 500000000);
    assert_true(plan_of(kit, 27)->stored_kWh == 21);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->used_kWh == 0); /* told at departure */
    trade(kit, 1750000000, 0);
    /* 1 + 1.75 bought, 4 sold: the grid got more than it gave */
    assert_true(plan_of(kit, 28)->used_kWh == 0);
    close_charger(kit, &problems);
}

/* 98 kWh of 100: 2 kWh of room take 2.222222222 at 0.9, and then the battery is full. */
static void a_full_car_buys_nothing(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit =
        open_charger((const char *const[]){"sessions=" H06 ",60,98,50,100", NULL}, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 24);
    assert_int_equal(lg_kit_caps(kit, 0)->buy_uwh, 2222222222);
    trade(kit, 2222222222, 0);
    const lg_plan *plan = plan_of(kit, 25);
    assert_true(plan->stored_kWh == 100);
    assert_true(plan->demand_kWh == 0);
    assert_true(plan->due_kWh == 0);
    close_charger(kit, &problems);
}

/* 18:00 for 13 h: there from midnight of the first day on, and every night again. */
static void sessions_repeat_and_reach_over_midnight(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit =
        open_charger((const char *const[]){"sessions=" H18 ",780,20,50,100", NULL}, &problems);
    assert_non_null(kit);
    const lg_plan *plan = plan_of(kit, 0);
    assert_true(plan->stored_kWh == 20);
    assert_true(plan->due_hours == 7);
    trade(kit, 1000000000, 0);
    for (uint32_t slot = 1; slot < 288; slot++) {
        uint32_t quarter = slot % 96;
        assert_int_equal(plan_of(kit, slot)->capacity_kWh > 0, quarter < 28 || quarter >= 72);
        if (quarter == 72)
            assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->stored_kWh == 20);
        if (slot == 97) /* the same stay as at 23:45 */
            assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->stored_kWh == 20);
        lg_kit_settle(kit);
    }
    close_charger(kit, &problems);
}

/* 1970-01-02 06:00 comes once; the daily one from 23:00 to 05:00 does not meet it. */
static void a_date_comes_once(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"sessions=108000000,60,20,50,100," H23 ",360,20,50,100", NULL};
    lg_kit *kit = open_charger(settings, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 288; slot++) {
        uint32_t quarter = slot % 96;
        bool daily = quarter >= 92 || quarter < 20, once = slot >= 120 && slot < 124;
        assert_int_equal(plan_of(kit, slot)->capacity_kWh > 0, daily || once);
        lg_kit_settle(kit);
    }
    close_charger(kit, &problems);
}

/* 06:05 to 06:50: only the quarters from 06:15 to 06:45 are whole. */
static void only_whole_slots_count(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit =
        open_charger((const char *const[]){"sessions=21900000,45,20,50,100", NULL}, &problems);
    assert_non_null(kit);
    assert_non_null(strstr(lg_kit_logged(kit), "Device: sessions[1] needs 33.333 kWh until the car "
                                               "leaves, but in its slots no more than 5.000 kWh"));
    for (uint32_t slot = 0; slot < 96; slot++) {
        assert_int_equal(plan_of(kit, slot)->capacity_kWh > 0, slot == 25 || slot == 26);
        lg_kit_settle(kit);
    }
    close_charger(kit, &problems);
}

static void refused(const char *sessions, const char *sentence)
{
    lg_text problems;
    const char *settings[] = {sessions, NULL};
    assert_null(open_charger(settings, &problems));
    if (!strstr(lg_text_peek(&problems), sentence))
        fail_msg("%s", lg_text_peek(&problems));
    lg_text_fini(&problems);
}

static void sessions_that_cannot_be_err(void **state)
{
    (void)state;
    refused("sessions=" H06 ",120,20,50,100," H07 ",60,20,50,100",
            "sessions[1] (plug_in_time 06:00, 120 minutes) and sessions[2] (07:00, 60 minutes) "
            "overlap; a charger takes one car at a time");
    /* over midnight: 18:00 to 06:30 meets 06:00 of the next day */
    refused("sessions=" H18 ",750,20,50,100," H06 ",60,20,50,100", "overlap");
    refused("sessions=" H06 ",60,20,50,100," H18 ",750,20,50,100", "overlap");
    /* a date in the middle of a daily session, either way round */
    refused("sessions=108000000,60,20,50,100," H18 ",780,20,50,100", "overlap");
    refused("sessions=" H18 ",780,20,50,100,108000000,60,20,50,100", "overlap");
    refused("sessions=" H06 ",1441,20,50,100", "lasts 1441 minutes, more than a day");
    refused("sessions=21900000,20,20,50,100",
            "sessions[1] at 06:05 lasts 20 minutes: no slot of 15 minutes lies wholly within it");
}

/* Each of these meets exactly one other, wherever it stands in the list. */
static void sessions_in_any_order_err(void **state)
{
    (void)state;
    /* hours of 1970-01-03: 48 h are 172800000 ms */
    refused("sessions=180000000,60,20,50,100,172800000,60,20,50,100,"
            "176400000,60,20,50,100,178200000,15,20,50,100",
            "sessions[3] (plug_in_time 1970-01-03T01:00, 60 minutes) and sessions[4]");
    /* the last noon of two months and of a year that has 366 days */
    refused("sessions=1709208000000,60,20,50,100,1709209800000,60,20,50,100",
            "sessions[1] (plug_in_time 2024-02-29T12:00, 60 minutes) and sessions[2] "
            "(2024-02-29T12:30,");
    refused("sessions=1711886400000,60,20,50,100,1711888200000,60,20,50,100", "2024-03-31T12:30");
    refused("sessions=1735646400000,60,20,50,100,1735648200000,60,20,50,100", "2024-12-31T12:30");
    /* a stay of two days over a daily hour; a daily night over a dated morning, and the reverse */
    refused("sessions=" H18 ",60,20,50,100,172800000,2880,20,50,100", "overlap");
    refused("sessions=" H23 ",480,20,50,100,194400000,60,20,50,100", "overlap");
    refused("sessions=194400000,60,20,50,100," H23 ",480,20,50,100", "overlap");
    /* three daily ones, of which the last meets the first over midnight */
    refused("sessions=" H18 ",60,20,50,100," H23 ",450,20,50,100," H06 ",60,20,50,100",
            "sessions[2] (plug_in_time 23:00, 450 minutes) and sessions[3] (06:00, 60 minutes)");
    /* what only touches does not overlap */
    static const char *const touching[] = {"sessions=" H23 ",420,20,50,100," H06 ",60,20,50,100,"
                                           "198000000,60,20,50,100,201600000,60,20,50,100",
                                           NULL};
    lg_text problems;
    lg_kit *kit = open_charger(touching, &problems);
    assert_non_null(kit);
    close_charger(kit, &problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_of_a_session_there_is_nothing),
        cmocka_unit_test(what_cannot_wait_comes_last),
        cmocka_unit_test(what_is_missed_counts_once),
        cmocka_unit_test(a_bidirectional_car_sells_above_its_minimum),
        cmocka_unit_test(a_full_car_buys_nothing),
        cmocka_unit_test(sessions_repeat_and_reach_over_midnight),
        cmocka_unit_test(a_date_comes_once),
        cmocka_unit_test(only_whole_slots_count),
        cmocka_unit_test(sessions_that_cannot_be_err),
        cmocka_unit_test(sessions_in_any_order_err),
    };
    plugin_file = argc > 1 ? argv[1] : "ev_charger.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
