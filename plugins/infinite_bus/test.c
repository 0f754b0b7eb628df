/* Rates given, over time, and left to the scenario. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

static const char *plugin_file;

static lg_kit *open_bus(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static void rates_left_to_the_scenario(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_bus(NULL, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 0);
    const lg_plan *plan = lg_fleet_plan_of(lg_kit_fleet(kit), 0);
    assert_true(isnan(plan->sell_rate_ct) && isnan(plan->buy_rate_ct));
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, INT64_C(10000000000000000));
    assert_int_equal(lg_kit_caps(kit, 0)->buy_uwh, INT64_C(10000000000000000));
    assert_int_equal(lg_kit_caps(kit, 0)->demand_uwh, 0);
    assert_int_equal(lg_kit_caps(kit, 0)->supply_uwh, 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void rates_over_time(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"energy_rate_profile=20,35", "energy_buy_rate=8.5", NULL};
    lg_kit *kit = open_bus(settings, &problems);
    assert_non_null(kit);
    const lg_plan *plan = lg_fleet_plan_of(lg_kit_fleet(kit), 0);
    lg_kit_plan(kit, 47);
    assert_true(plan->sell_rate_ct == 20 && plan->buy_rate_ct == 8.5);
    lg_kit_plan(kit, 48);
    assert_true(plan->sell_rate_ct == 35 && plan->buy_rate_ct == 8.5);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void a_rate_given_twice_err(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"energy_buy_rate=8", "buying_rate_profile=9", NULL};
    assert_null(open_bus(settings, &problems));
    assert_non_null(strstr(lg_text_peek(&problems),
                           "only one of energy_buy_rate and buying_rate_profile may be given"));
    lg_text_fini(&problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_left_to_the_scenario),
        cmocka_unit_test(rates_over_time),
        cmocka_unit_test(a_rate_given_twice_err),
    };
    plugin_file = argc > 1 ? argv[1] : "infinite_bus.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
