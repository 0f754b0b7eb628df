/* Any amount, at one rate or at one that changes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

static const char *plugin_file;

/* Rates of the first and the last slot of the day with these settings. */
static void expect_rates(const char *const *settings, double first, double last)
{
    lg_text problems;
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(&problems, lg_mem_system());
    lg_kit *kit = lg_kit_open(&setup, &problems);
    assert_non_null(kit);
    const lg_plan *plan = lg_fleet_plan_of(lg_kit_fleet(kit), 0);
    lg_kit_plan(kit, 0);
    assert_true(plan->sell_rate_ct == first);
    lg_kit_plan(kit, 95);
    assert_true(plan->sell_rate_ct == last);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, INT64_C(10000000000000000));
    assert_int_equal(lg_kit_caps(kit, 0)->supply_uwh, 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void rates(void **state)
{
    (void)state;
    expect_rates(NULL, 30, 30);
    expect_rates((const char *const[]){"energy_rate=28.5", NULL}, 28.5, 28.5);
    expect_rates((const char *const[]){"energy_rate=20,35", NULL}, 20, 35);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rates)};
    plugin_file = argc > 1 ? argv[1] : "commercial_producer.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
