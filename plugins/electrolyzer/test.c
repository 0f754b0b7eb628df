/* The store of hydrogen over some slots: what can be bought, what must be, what is missed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <string.h>

enum { POWER, HYDROGEN, MISSED };

static const char *plugin_file;

static lg_kit *open_plant(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static const lg_plan *plan_of(lg_kit *kit, uint32_t slot)
{
    lg_kit_plan(kit, slot);
    return lg_fleet_plan_of(lg_kit_fleet(kit), 0);
}

static double reading(lg_kit *kit, uint32_t point)
{
    lg_fleet_poll(lg_kit_fleet(kit), 0);
    return lg_fleet_reading(lg_kit_fleet(kit), 0, point).value;
}

/* 3 kg at 50 kWh/kg, 2 of them there, 0.75 taken a slot (37.5 kWh); 40 kW are 10 kWh a slot. */
static void the_store_is_emptied(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"discharge_profile=0.75", "hydrogen_capacity_kg=3",
                              "initial_hydrogen_kg=2", "maximum_power_rating_kW=40", NULL};
    lg_kit *kit = open_plant(settings, &problems);
    assert_non_null(kit);
    const lg_plan *plan = plan_of(kit, 0);
    assert_true(plan->capacity_kWh == 150);
    assert_true(plan->stored_kWh == 62.5);
    assert_true(plan->used_kWh == 37.5);
    assert_true(plan->demand_kWh == 10);
    assert_true(plan->need_kWh == 0);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 0);
    lg_kit_trade(kit, 0, 10000000000, 0);
    lg_kit_settle(kit);
    assert_true(reading(kit, HYDROGEN) == 1.45);
    assert_true(reading(kit, POWER) == 40000);
    assert_true(plan_of(kit, 1)->stored_kWh == 35);
    lg_kit_settle(kit);
    plan = plan_of(kit, 2); /* 2.5 are lacking */
    assert_true(plan->stored_kWh == 0);
    assert_true(plan->need_kWh == 2.5);
    assert_int_equal(lg_kit_caps(kit, 0)->demand_uwh, 2500000000);
    lg_kit_trade(kit, 0, 4000000000, 0);
    lg_kit_settle(kit);
    assert_true(reading(kit, MISSED) == 0);
    plan = plan_of(kit, 3); /* 1.5 stored, 36 lacking, 10 can be made */
    assert_true(plan->need_kWh == 10);
    assert_true(plan->used_kWh == 11.5); /* 26 never can be had */
    lg_kit_trade(kit, 0, 6000000000, 0);
    lg_kit_settle(kit);
    assert_true(reading(kit, MISSED) == 0.6); /* 30 kWh */
    assert_string_equal(lg_kit_faults(kit), "");
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* 50 kWh taken a slot, 2.5 can be made: what never could be is told once and used by nobody. */
static void what_cannot_be_made_is_not_used(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"discharge_profile=1", "maximum_power_rating_kW=10", NULL};
    lg_kit *kit = open_plant(settings, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 2; slot++) {
        const lg_plan *plan = plan_of(kit, slot);
        assert_true(plan->used_kWh == 2.5);
        assert_true(plan->need_kWh == 2.5);
        assert_true(plan->demand_kWh == 2.5);
        lg_kit_settle(kit);
    }
    assert_true(reading(kit, MISSED) == 2);
    const char *told = strstr(lg_kit_logged(kit), "10 kW make only 0.05 kg in a slot");
    assert_non_null(told);
    assert_null(strstr(told + strlen("10 kW make only"), "make only"));
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* A store of 5 kWh, 10 taken of which 4 are there: the slot can buy the other 6 and fill it. */
static void the_lack_needs_no_room(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"discharge_profile=0.2", "hydrogen_capacity_kg=0.1",
                              "initial_hydrogen_kg=0.08", NULL};
    lg_kit *kit = open_plant(settings, &problems);
    assert_non_null(kit);
    const lg_plan *plan = plan_of(kit, 0);
    assert_true(plan->demand_kWh == 11);
    assert_true(plan->need_kWh == 6);
    assert_true(plan->used_kWh == 10);
    lg_kit_trade(kit, 0, 11000000000, 0);
    lg_kit_settle(kit);
    assert_true(reading(kit, HYDROGEN) == 0.1);
    assert_true(reading(kit, MISSED) == 0);
    assert_string_equal(lg_kit_logged(kit), "");
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void a_full_store_buys_nothing(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"discharge_profile=0", "hydrogen_capacity_kg=1",
                              "initial_hydrogen_kg=0.9", "conversion_kWh_per_kg=33.33", NULL};
    lg_kit *kit = open_plant(settings, &problems);
    assert_non_null(kit);
    assert_true(plan_of(kit, 0)->demand_kWh == 3.333);
    lg_kit_trade(kit, 0, 3333000000, 0);
    lg_kit_settle(kit);
    assert_true(plan_of(kit, 1)->demand_kWh == 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void more_than_full_err(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"discharge_profile=0", "initial_hydrogen_kg=101", NULL};
    assert_null(open_plant(settings, &problems));
    assert_non_null(
        strstr(lg_text_peek(&problems),
               "initial_hydrogen_kg is 101, more than hydrogen_capacity_kg, which is 100"));
    lg_text_fini(&problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_store_is_emptied),   cmocka_unit_test(what_cannot_be_made_is_not_used),
        cmocka_unit_test(the_lack_needs_no_room), cmocka_unit_test(a_full_store_buys_nothing),
        cmocka_unit_test(more_than_full_err),
    };
    plugin_file = argc > 1 ? argv[1] : "electrolyzer.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
