/* Power times the length of a slot, at a rate; both may change over the day. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <string.h>

static const char *plugin_file;

static lg_kit *open_generator(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static void power_for_a_slot(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit =
        open_generator((const char *const[]){"max_available_power_kW=5", NULL}, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 0);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 1250000000);
    assert_int_equal(lg_kit_caps(kit, 0)->supply_uwh, 1250000000);
    assert_int_equal(lg_kit_caps(kit, 0)->buy_uwh, 0);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->sell_rate_ct == 30);
    lg_kit_trade(kit, 0, 0, 1000000000); /* what was sold takes nothing from the next slot */
    lg_kit_settle(kit);
    lg_kit_plan(kit, 1);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 1250000000);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void power_and_rate_over_time(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"max_available_power_kW=5,0", "energy_rate=20,35.5", NULL};
    lg_kit *kit = open_generator(settings, &problems);
    assert_non_null(kit);
    const lg_plan *plan = lg_fleet_plan_of(lg_kit_fleet(kit), 0);
    lg_kit_plan(kit, 47);
    assert_true(plan->supply_kWh == 1.25 && plan->sell_rate_ct == 20);
    lg_kit_plan(kit, 48);
    assert_true(plan->supply_kWh == 0 && plan->sell_rate_ct == 35.5);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void a_rate_out_of_range_err(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"max_available_power_kW=5", "energy_rate=-1", NULL};
    assert_null(open_generator(settings, &problems));
    assert_non_null(strstr(lg_text_peek(&problems), "energy_rate"));
    lg_text_fini(&problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_for_a_slot),
        cmocka_unit_test(power_and_rate_over_time),
        cmocka_unit_test(a_rate_out_of_range_err),
    };
    plugin_file = argc > 1 ? argv[1] : "finite_diesel_generator.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
