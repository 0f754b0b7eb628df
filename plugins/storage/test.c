/* The vectors of the reference exchange, losses, and that thousands of slots leave no drift. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

static const char *plugin_file;

static lg_kit *open_storage(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static void close_storage(lg_kit *kit, lg_text *problems)
{
    assert_string_equal(lg_kit_faults(kit), "");
    lg_kit_close(kit);
    lg_text_fini(problems);
}

/* 1.2 kWh, 5 kW, half full, 10 % kept: sells min(0.6 - 0.12, 1.25), buys min(0.6, 1.25). */
static void caps_of_the_reference(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_storage((const char *const[]){"initial_soc=50", NULL}, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 0);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 480000000);
    assert_int_equal(lg_kit_caps(kit, 0)->buy_uwh, 600000000);
    assert_int_equal(lg_kit_caps(kit, 0)->demand_uwh, 0);
    assert_int_equal(lg_kit_caps(kit, 0)->supply_uwh, 0);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->supply_kWh == 0.48);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->demand_kWh == 0.6);
    close_storage(kit, &problems);
}

static void power_limits_a_slot(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"battery_capacity_kWh=10", "max_abs_battery_power_kW=2",
                              "initial_soc=50", NULL};
    lg_kit *kit = open_storage(settings, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 0);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 500000000);
    assert_int_equal(lg_kit_caps(kit, 0)->buy_uwh, 500000000);
    lg_kit_trade(kit, 0, 500000000, 200000000);
    lg_kit_settle(kit);
    lg_kit_plan(kit, 1);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->stored_kWh == 5.3);
    close_storage(kit, &problems);
}

/* 1 kWh bought at 5 % loss, 0.5 sold at 4 %, 2.4 % of 10 kWh a day in a quarter of an hour. */
static void losses(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"battery_capacity_kWh=10",      "initial_soc=50",
                              "charging_loss=0.05",           "discharging_loss=0.04",
                              "self_discharge_per_day=0.024", NULL};
    lg_kit *kit = open_storage(settings, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 0);
    lg_kit_trade(kit, 0, 1000000000, 500000000);
    lg_kit_settle(kit);
    lg_kit_plan(kit, 1);
    /* 5 + 1 - 0.5 - 0.05 - 0.02 - 0.0025 */
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->stored_kWh == 5.4275);
    close_storage(kit, &problems);
}

static double stored_after_sale(lg_kit *kit, int64_t expected_uwh)
{
    lg_kit_plan(kit, 0);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, expected_uwh);
    lg_kit_trade(kit, 0, 0, expected_uwh);
    lg_kit_settle(kit);
    lg_kit_plan(kit, 1);
    return lg_fleet_plan_of(lg_kit_fleet(kit), 0)->stored_kWh;
}

/* 10 kWh of which selling loses as much as it sells: 5 can be sold, and then it is empty. With 3 %
 * above a reserve of 1 kWh: 9 / 1.03 = 8.737864077669.., cut to whole uWh; what is left is 1 uWh
 * more than the reserve at most. */
static void no_sale_without_its_loss(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_storage(
        (const char *const[]){"battery_capacity_kWh=10", "max_abs_battery_power_kW=1000",
                              "initial_soc=100", "min_allowed_soc=0", "discharging_loss=1", NULL},
        &problems);
    assert_non_null(kit);
    assert_true(stored_after_sale(kit, 5000000000) == 0);
    close_storage(kit, &problems);
    kit = open_storage((const char *const[]){"battery_capacity_kWh=10",
                                             "max_abs_battery_power_kW=1000", "initial_soc=100",
                                             "discharging_loss=0.03", NULL},
                       &problems);
    assert_non_null(kit);
    double left = stored_after_sale(kit, 8737864077);
    assert_true(left >= 1 && left <= 1.000000001);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 0);
    close_storage(kit, &problems);
}

/* The gsy-e exchange sells all of it. */
static void losses_of_the_reference(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"battery_capacity_kWh=10",
                              "max_abs_battery_power_kW=1000",
                              "initial_soc=100",
                              "min_allowed_soc=0",
                              "discharging_loss=1",
                              "keeps_discharging_loss=false",
                              NULL};
    lg_kit *kit = open_storage(settings, &problems);
    assert_non_null(kit);
    assert_true(stored_after_sale(kit, 10000000000) == 0);
    close_storage(kit, &problems);
}

static void below_the_reserve_nothing_is_sold(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"self_discharge_per_day=1", NULL};
    lg_kit *kit = open_storage(settings, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 20; slot++) {
        lg_kit_plan(kit, slot);
        assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 0);
        lg_kit_settle(kit);
    }
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->stored_kWh == 0);
    close_storage(kit, &problems);
}

/* A third of a kWh (333333333 uWh) in and out, 100,000 times, and one uWh more each time. */
static void no_drift(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"battery_capacity_kWh=10", "initial_soc=50", NULL};
    lg_kit *kit = open_storage(settings, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 100000; slot++) {
        lg_kit_plan(kit, slot);
        lg_kit_trade(kit, 0, 333333334, 333333333);
        lg_kit_settle(kit);
    }
    lg_kit_plan(kit, 100000);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->stored_kWh == 5.0001);
    close_storage(kit, &problems);
}

static void starts_below_its_reserve_err(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"min_allowed_soc=20", NULL};
    assert_null(open_storage(settings, &problems));
    assert_non_null(
        strstr(lg_text_peek(&problems),
               "initial_soc is 10 % (the default), below min_allowed_soc, which is 20 %"));
    lg_text_fini(&problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(caps_of_the_reference),
        cmocka_unit_test(power_limits_a_slot),
        cmocka_unit_test(losses),
        cmocka_unit_test(no_sale_without_its_loss),
        cmocka_unit_test(losses_of_the_reference),
        cmocka_unit_test(below_the_reserve_nothing_is_sold),
        cmocka_unit_test(no_drift),
        cmocka_unit_test(starts_below_its_reserve_err),
    };
    plugin_file = argc > 1 ? argv[1] : "storage.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
