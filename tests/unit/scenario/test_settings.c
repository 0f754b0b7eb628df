/* --set reaches every key by its path; what it does not reach is named with the near miss. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"
#include "scenario/conf.h"

static const char base[] =
    "local homes = param('homes', 1)\n"
    "return scenario { name = 'x', days = 2, tick_seconds = 90,\n"
    "  grid = area { name = 'Grid',\n"
    "    area { name = 'Home 1', load { name = 'Load 1', avg_power_W = 1 }, pv { name = 'PV 1' } } "
    "},\n"
    "  agents = { agent { name = 'Op', script = 'tariffs/fixed_fee.lua', markets = { 'Grid' },\n"
    "    params = { fee = 2 } } } }\n";

static lg_scenario_input with(const lg_setting *settings, uint32_t count)
{
    lg_scenario_input input = fixture_input(fixture_write("x.lua", base));
    input.settings = settings;
    input.setting_count = count;
    return input;
}

static void every_place_can_be_set(void **state)
{
    (void)state;
    const lg_setting settings[] = {
        {"seed", "7"},
        {"market.matching", "pay_as_clear"},
        {"market.keep_age", "false"},
        {"results.orders", "true"},
        {"market_maker_rate", "28"},
        {"grid.grid_fee_constant", "2"},
        {"grid.Home 1.grid_fee_constant", "0.5"},
        {"grid.Home 1.PV 1.capacity_kW", "9"},
        {"agents.Op.params.fee", "3"},
        {"agents.Op.params.note", "peak"},
        {"agents.Op.script", "tariffs/time_of_use.lua"},
        {"slots", "5"},
        {"ticks_per_slot", "20"},
    };
    lg_scenario_input input = with(settings, sizeof settings / sizeof settings[0]);
    lg_scenario *s = fixture_read(&input);
    assert_int_equal(s->seed, 7);
    assert_int_equal(s->rules.match, LG_PAY_AS_CLEAR);
    assert_false(s->rules.keep_age);
    assert_true(s->keep_orders);
    assert_true(lg_profile_at(s->market_maker_rate, 0) == 28);
    assert_int_equal(s->site.areas[0].fee_uct, 2000000);
    assert_int_equal(s->site.areas[1].fee_uct, 500000);
    assert_true(lg_site_param(&s->site.assets[1], "capacity_kW")->value.number == 9);
    assert_true(lg_conf_get(s->agents[0].params, "fee")->number == 3);
    assert_string_equal(lg_conf_get(s->agents[0].params, "note")->text, "peak");
    assert_string_equal(s->agents[0].script_name, "tariffs/time_of_use.lua");
    assert_int_equal(s->slot_count, 5);
    assert_int_equal(s->rules.ticks_per_slot, 20);
    lg_scenario_free(s);
}

static void options_go_before_the_file(void **state)
{
    (void)state;
    lg_scenario_input input = with(NULL, 0);
    input.slots = 7;
    input.has_seed = true;
    input.seed = UINT64_C(9007199254740991);
    lg_scenario *s = fixture_read(&input);
    assert_int_equal(s->slot_count, 7);
    assert_int_equal(s->seed, UINT64_C(9007199254740991));
    lg_scenario_free(s);
    input.slots = -1;
    input.days = 3;
    s = fixture_read(&input);
    assert_int_equal(s->slot_count, 288);
    lg_scenario_free(s);
    input.seed++;
    fixture_refuse(&input, "command line: --seed: is larger than 2^53 - 1 = 9007199254740991\n");
    input.has_seed = false;
    input.slots = 0;
    fixture_refuse(&input, "command line: days: --slots and --days exclude each other\n");
    input.days = -1;
    input.slots = 7;
    fixture_refuse_text("s.lua", "return scenario { seed = 9007199254740993 }",
                        "s.lua:1: the number 9007199254740993 is not exact here; whole numbers are "
                        "up to 2^53\n");
    fixture_refuse_text("s.lua",
                        "return scenario { seed = 9007199254740994,\n"
                        "grid = area { name = 'G', load { name = 'L', avg_power_W = 1 } } }",
                        "s.lua:1: seed: 9007199254740994 is outside of 0 to 9007199254740991\n");
    fixture_refuse_text("s.json",
                        "{\"seed\": 9007199254740994, \"grid\": {\"name\": \"G\", \"children\": "
                        "[{\"type\": \"load\", \"name\": \"L\", \"avg_power_W\": 1}]}}",
                        "s.json:1: seed: 9007199254740994 is outside of 0 to 9007199254740991\n");
    input.slots = 0;
    fixture_refuse(&input, "command line: slots: 0 is outside of 1 to 20000000\n");
}

/* --carbon-ratio-file is results.carbon_ratio, and goes before what the file says of it. */
static void a_file_of_carbon_ratios(void **state)
{
    (void)state;
    char csv[4096] = "time,g/kWh\n";
    for (int hour = 0; hour < 24; hour++)
        snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "2024-06-03T%02d:00,%d\n", hour,
                 300 + hour);
    fixture_write("carbon.csv", csv);
    lg_scenario_input input = with(NULL, 0);
    input.slots = 96;
    lg_scenario *s = fixture_read(&input);
    assert_null(s->carbon_ratio);
    lg_scenario_free(s);
    input.carbon_file = "carbon.csv";
    s = fixture_read(&input);
    assert_true(lg_profile_at(s->carbon_ratio, s->start_ms + 5 * INT64_C(3600000)) == 305);
    lg_scenario_free(s);
    const lg_setting settings[] = {{"results.carbon_ratio", "200"}};
    input = with(settings, 1);
    input.slots = 96;
    s = fixture_read(&input);
    assert_true(lg_profile_at(s->carbon_ratio, s->start_ms) == 200);
    lg_scenario_free(s);
    input.carbon_file = "carbon.csv";
    s = fixture_read(&input);
    assert_true(lg_profile_at(s->carbon_ratio, s->start_ms) == 300);
    lg_scenario_free(s);
}

static void unreachable_err(void **state)
{
    (void)state;
    const lg_setting settings[] = {
        {"home", "3"},
        {"compat", "none"},
        {"markte.matching", "x"},
        {"market.matchin", "x"},
        {"grid.Home 2.name", "x"},
        {"grid.Home 1.PV 1.capacity", "3"},
        {"agents.Ob.script", "x"},
        {"seed.x", "1"},
        {"nothing like it", "1"},
        {"slots", "many"},
        {"grid.Home 1", "5"},
        {"grid.Home 1.Load 1.avg_power_W", "-5"},
    };
    lg_scenario_input input = with(settings, sizeof settings / sizeof settings[0]);
    fixture_refuse(
        &input,
        "--set: home: the scenario has neither a param nor a key of this name; did you mean "
        "\"homes\"?\n"
        "--set: compat: is a key of market: write market.compat\n"
        "--set: markte.matching: the scenario has neither a param nor a key of this name; did you "
        "mean \"market.matching\"?\n"
        "--set: market.matchin: there is no key \"matchin\" here; did you mean \"matching\"?\n"
        "--set: grid.Home 2.name: there is no \"Home 2\" here; did you mean \"Home 1\"?\n"
        "--set: grid.Home 1.PV 1.capacity: there is no key \"capacity\" here; did you mean "
        "\"capacity_kW\"?\n"
        "--set: agents.Ob.script: there is no \"Ob\" here; did you mean \"Op\"?\n"
        "--set: seed.x: the scenario has neither a param nor a key of this name; did you mean "
        "\"seed\"?\n"
        "--set: nothing like it: the scenario has neither a param nor a key of this name\n"
        "--set: grid.Home 1: \"Home 1\" is no value but has keys, as in grid.Home 1.name=VALUE\n"
        "--set: slots: expected a whole number, got the text \"many\"\n"
        "--set: Load 1.avg_power_W: -5 is outside of 0 to 1000000000 W\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_can_be_set),
        cmocka_unit_test(options_go_before_the_file),
        cmocka_unit_test(a_file_of_carbon_ratios),
        cmocka_unit_test(unreachable_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
