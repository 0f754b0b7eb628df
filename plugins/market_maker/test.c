/* A reference price trades nothing; a connected market maker sells without limit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <string.h>

static const char *plugin_file;

static lg_kit *open_maker(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static void reference_price_only(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_maker((const char *const[]){"energy_rate=28", NULL}, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 0);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->sell_rate_ct == 28);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void connected_sells_without_limit(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"energy_rate_profile=20,30", "grid_connected=true", NULL};
    lg_kit *kit = open_maker(settings, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 50);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->sell_rate_ct == 30);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, INT64_C(10000000000000000));
    assert_int_equal(lg_kit_caps(kit, 0)->supply_uwh, 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void a_rate_given_twice_err(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"energy_rate=8", "energy_rate_profile=9", NULL};
    assert_null(open_maker(settings, &problems));
    assert_non_null(strstr(lg_text_peek(&problems),
                           "only one of energy_rate and energy_rate_profile may be given"));
    lg_text_fini(&problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_price_only),
        cmocka_unit_test(connected_sells_without_limit),
        cmocka_unit_test(a_rate_given_twice_err),
    };
    plugin_file = argc > 1 ? argv[1] : "market_maker.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
