/* Who commands what: by area and name, taken over, by the command line, and templates for the rest.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "fixture.h"
#include "scenario/conf.h"

static const char village[] =
    "return scenario { name = 'village',\n"
    "  grid = area { name = 'Grid',\n"
    "    infinite_bus { name = 'Utility' },\n"
    "    commercial_producer { name = 'Plant' },\n"
    "    area { name = 'Street',\n"
    "      area { name = 'Home 1', load { name = 'L1' }, pv { name = 'P1' } },\n"
    "      area { name = 'Home 2', load { name = 'L2' },\n"
    "        storage { name = 'S2', strategy = 'strategies/storage_capacity.lua' } },\n"
    "      area { name = 'Home 3', load { name = 'L3' }, storage { name = 'S3' } } } },\n"
    "  agents = {\n"
    "    agent { name = 'load_ramp', script = 'tariffs/fixed_fee.lua', markets = { 'Street', "
    "'Grid' },\n"
    "      params = { fee = 2, fees = { Street = 3 } } },\n"
    "    agent { name = 'Home 1', script = 'strategies/patient.lua' },\n"
    "    agent { name = 'pair', script = 'own.lua', assets = { 'L3', 'S2' } } } }\n";

static lg_scenario_input village_input(void)
{
    fixture_write("own.lua", "return {}\n");
    return fixture_input(fixture_write("village.lua", village));
}

static void expect_agent(const lg_scenario *s, uint32_t index, const char *name, const char *script,
                         const char *commands)
{
    char got[256] = "";
    const lg_agent_spec *agent = &s->agents[index];
    for (uint32_t i = 0; i < agent->asset_count; i++) {
        assert_int_equal(s->site.assets[agent->assets[i]].agent, index);
        strcat(strcat(got, s->site.assets[agent->assets[i]].name), " ");
    }
    for (uint32_t i = 0; i < agent->market_count; i++)
        strcat(strcat(strcat(got, "market "), s->site.areas[agent->markets[i]].name), " ");
    assert_string_equal(agent->name, name);
    assert_string_equal(agent->script_name, script);
    assert_string_equal(got, commands);
}

static void everything_has_an_agent(void **state)
{
    (void)state;
    lg_scenario_input input = village_input();
    lg_scenario *s = fixture_read(&input);
    assert_int_equal(s->agent_count, 6);
    expect_agent(s, 0, "load_ramp", "tariffs/fixed_fee.lua", "market Grid market Street ");
    expect_agent(s, 1, "Home 1", "strategies/patient.lua", "L1 P1 ");
    expect_agent(s, 2, "pair", "own.lua", "S2 L3 ");
    expect_agent(s, 3, "fixed_rate", "strategies/fixed_rate.lua", "Utility Plant ");
    expect_agent(s, 4, "load_ramp (template)", "strategies/load_ramp.lua", "L2 ");
    expect_agent(s, 5, "storage_ramp", "strategies/storage_ramp.lua", "S3 ");
    assert_false(s->agents[2].template_agent);
    assert_true(s->agents[4].template_agent);
    assert_string_equal(s->agents[2].script, fixture_path("own.lua"));
    assert_string_equal(s->agents[1].script, fixture_path("scripts/strategies/patient.lua"));
    assert_true(lg_conf_get(s->agents[0].params, "fee")->number == 2);
    assert_null(s->agents[1].params);
    lg_scenario_free(s);
}

static void the_command_line_takes_seats(void **state)
{
    (void)state;
    lg_scenario_input input = village_input();
    const lg_setting seats[] = {{"pair", "strategies/night_owl.lua"},
                                {"Home 1", fixture_write("mine.lua", "return {}\n")},
                                {"Home 2", "strategies/patient.lua"},
                                {"S3", "strategies/patient.lua"}};
    input.agents = seats;
    input.agent_count = 4;
    lg_scenario *s = fixture_read(&input);
    expect_agent(s, 1, "Home 1", seats[1].value, "L1 P1 ");
    expect_agent(s, 2, "pair", "strategies/night_owl.lua", "L3 ");
    expect_agent(s, 3, "Home 2", "strategies/patient.lua", "L2 S2 ");
    expect_agent(s, 4, "S3", "strategies/patient.lua", "S3 ");
    expect_agent(s, 5, "fixed_rate", "strategies/fixed_rate.lua", "Utility Plant ");
    assert_int_equal(s->agent_count, 6);
    lg_scenario_free(s);
}

/* An agent that loses all it had is gone. */
static void who_lost_all_is_gone(void **state)
{
    (void)state;
    lg_scenario_input input = village_input();
    const lg_setting seats[] = {{"Street", "strategies/patient.lua"}};
    input.agents = seats;
    input.agent_count = 1;
    lg_scenario *s = fixture_read(&input);
    assert_int_equal(s->agent_count, 3);
    expect_agent(s, 1, "Street", "strategies/patient.lua", "L1 P1 L2 S2 L3 S3 ");
    lg_scenario_free(s);
}

static void one_seat_given_twice_err(void **state)
{
    (void)state;
    lg_scenario_input input = village_input();
    const lg_setting seats[] = {{"Home 1", "strategies/patient.lua"},
                                {"Home 1", "strategies/night_owl.lua"}};
    input.agents = seats;
    input.agent_count = 2;
    fixture_refuse(&input, "--agent: Home 1: is given two scripts, \"strategies/patient.lua\" and "
                           "\"strategies/night_owl.lua\"\n");
}

static void unknown_seat_err(void **state)
{
    (void)state;
    lg_scenario_input input = village_input();
    const lg_setting seats[] = {{"Home 4", "strategies/patient.lua"},
                                {"Home 1", "strategies/patiend.lua"},
                                {"pairs", "own.lua"}};
    input.agents = seats;
    input.agent_count = 3;
    fixture_refuse(
        &input, "--agent: Home 1.script: there is no script \"strategies/patiend.lua\" beside the "
                "scenario or among those that ship; did you mean \"strategies/patient.lua\"?\n"
                "--agent: Home 4.name: there is no agent, asset or area \"Home 4\"; did you mean "
                "\"Home 1\"?\n"
                "--agent: pairs.name: there is no agent, asset or area \"pairs\"; did you mean "
                "\"pair\"?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_an_agent), cmocka_unit_test(the_command_line_takes_seats),
        cmocka_unit_test(who_lost_all_is_gone),    cmocka_unit_test(one_seat_given_twice_err),
        cmocka_unit_test(unknown_seat_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
