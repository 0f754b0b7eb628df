/* The shipped examples read without a word of complaint, with the scripts that ship. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"

static void street(void **state)
{
    (void)state;
    lg_scenario_input input = fixture_input(LG_EXAMPLES_FOLDER "/street/scenario.lua");
    input.scripts_folder = LG_SCRIPTS_FOLDER;
    lg_scenario *s = fixture_read(&input);
    uint32_t members = 0;
    for (uint32_t i = 0; i < s->site.area_count; i++)
        members += s->site.areas[i].member;
    assert_int_equal(members, 12);
    assert_int_equal(s->slot_count, 96);
    assert_string_equal(s->name, "street");
    lg_scenario_free(s);
}

static void meters(void **state)
{
    (void)state;
    lg_scenario_input input = fixture_input(LG_EXAMPLES_FOLDER "/meters/scenario.lua");
    input.scripts_folder = LG_SCRIPTS_FOLDER;
    lg_scenario *s = fixture_read(&input);
    uint32_t prosumers = 0;
    for (uint32_t i = 0; i < s->site.asset_count; i++)
        prosumers += s->site.assets[i].role == LG_ROLE_PROSUMER;
    assert_int_equal(prosumers, 6);
    const lg_asset *generator = &s->site.assets[lg_site_asset(&s->site, "Generator")];
    const lg_profile *rate = lg_site_param(generator, "energy_rate")->value.profile;
    assert_true(lg_profile_at(rate, s->start_ms) == 36);
    assert_true(lg_profile_at(rate, s->start_ms + 18 * 3600000) == 34);
    lg_scenario_free(s);
}

/* Sixty homes over two days in kWh per quarter hour, as measured files come. */
static void real_street(void **state)
{
    (void)state;
    static char text[300000];
    size_t used = (size_t)snprintf(text, sizeof text, "time");
    for (int home = 1; home <= 60; home++)
        used += (size_t)snprintf(text + used, sizeof text - used, ",h%02d", home);
    for (int row = 0; row < 192; row++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "\n2018-10-%02dT%02d:%02dZ",
                                 29 + row / 96, row % 96 / 4, row % 4 * 15);
        for (int home = 1; home <= 60; home++)
            used += (size_t)snprintf(text + used, sizeof text - used, ",0.%03d", home + row);
    }
    const lg_setting settings[] = {{"data", fixture_write("homes.csv", text)}, {"homes", "8"}};
    lg_scenario_input input = fixture_input(LG_EXAMPLES_FOLDER "/real-street/scenario.lua");
    input.scripts_folder = LG_SCRIPTS_FOLDER;
    input.settings = settings;
    input.setting_count = 1;
    lg_scenario *s = fixture_read(&input);
    assert_int_equal(s->slot_count, 192);
    assert_int_equal(s->start_ms, INT64_C(1540771200000));
    assert_int_equal(s->site.area_count, 62);
    assert_int_equal(s->site.asset_count, 1 + 60 + 30 + 15);
    const lg_param *load = lg_site_param(&s->site.assets[1], "daily_load_profile");
    double first =
        lg_profile_at(load->value.profile, s->start_ms); /* 0.001 kWh in 15 min are 4 W */
    assert_true(first > 3.999999 && first < 4.000001);
    lg_scenario_free(s);
    input.setting_count = 2;
    s = fixture_read(&input);
    assert_int_equal(s->site.area_count, 10);
    lg_scenario_free(s);
}

static void real_street_without_data_err(void **state)
{
    (void)state;
    lg_scenario_input input = fixture_input(LG_EXAMPLES_FOLDER "/real-street/scenario.lua");
    fixture_refuse(&input,
                   LG_EXAMPLES_FOLDER "/real-street/scenario.lua:8: this scenario needs a file "
                                      "of measured homes: --set data=FILE.csv\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(street),
        cmocka_unit_test(meters),
        cmocka_unit_test(real_street),
        cmocka_unit_test(real_street_without_data_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
