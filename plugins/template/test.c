/* Shows how a plugin is tested: the kit (tests/plugin/kit.h) loads it alone through the real loader
 * and the real runner and stands in for site and market. Expected values are written out by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

static const char *plugin_file; /* handed over by the build */

/* Day 0 of a run at 1970-01-01; slots of a quarter of an hour, so hour h begins with slot 4 h. */
static lg_kit *open_kettle(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .driver = "kettle", .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static double demand_kWh(lg_kit *kit, uint32_t slot)
{
    lg_kit_plan(kit, slot);
    return lg_fleet_plan_of(lg_kit_fleet(kit), 0)->demand_kWh;
}

static void a_day_takes_the_daily_energy(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_kettle((const char *const[]){"daily_kWh=1.2", NULL}, &problems);
    assert_non_null(kit);
    double sum_kWh = 0;
    for (uint32_t slot = 0; slot < 96; slot++)
        sum_kWh += demand_kWh(kit, slot);
    assert_true(fabs(sum_kWh - 1.2) < 1e-12);
    assert_true(fabs(demand_kWh(kit, 96 + 28) - 0.1) <
                1e-12);                         /* 07:00 of the next day: 0.4 kWh in an hour */
    assert_true(demand_kWh(kit, 96 + 32) == 0); /* 08:00 */
    assert_string_equal(lg_kit_faults(kit), "");
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void the_limit_is_obeyed(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_kettle((const char *const[]){"daily_kWh=1.2", NULL}, &problems);
    assert_non_null(kit);
    assert_int_equal(lg_fleet_write(lg_kit_fleet(kit), 0, 1, 100, NULL), LG_OK);
    assert_true(fabs(demand_kWh(kit, 28) - 0.025) < 1e-12); /* 100 W for a quarter of an hour */
    lg_fleet_poll(lg_kit_fleet(kit), 0);
    assert_true(lg_fleet_reading(lg_kit_fleet(kit), 0, 0).value == 100);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void too_weak_for_its_tea_err(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"daily_kWh=9", "power_kW=2", NULL};
    assert_null(open_kettle(settings, &problems));
    assert_non_null(
        strstr(lg_text_peek(&problems), "daily_kWh is more than power_kW can give in three hours"));
    lg_text_fini(&problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_takes_the_daily_energy),
        cmocka_unit_test(the_limit_is_obeyed),
        cmocka_unit_test(too_weak_for_its_tea_err),
    };
    plugin_file = argc > 1 ? argv[1] : "kettle.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
