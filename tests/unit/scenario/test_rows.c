/* Options that are times or lists of tables: what the file may say and what a driver gets. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include "fixture.h"

#define HEAD                                                                                       \
    "return scenario { days = 1, grid = area { name = 'Grid',\n"                                   \
    "  ev_charger { name = 'Car', sessions = "
#define TAIL " } } }\n"

static void rows_become_numbers(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "rows.lua", HEAD "{ { plug_in_time = '7:30', duration_minutes = 90 },\n"
                         "{ plug_in_time = '2024-06-03T18:00Z', duration_minutes = 60,\n"
                         "  min_soc_percent = 80, battery_capacity_kWh = 40 } }" TAIL);
    const lg_value *value = &lg_site_param(&s->site.assets[0], "sessions")->value;
    const double expected[] = {27000000, 90, 20, 50, 100, 1717437600000, 60, 20, 80, 40};
    assert_int_equal(value->list_count, 10);
    for (int i = 0; i < 10; i++)
        assert_true(value->list[i] == expected[i]);
    assert_string_equal(s->agents[0].script_name, "strategies/ev_ramp.lua");
    lg_scenario_free(s);
}

/* The resolved scenario is a scenario again. */
static void rows_print_as_they_were(void **state)
{
    (void)state;
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_scenario *s = fixture_read_text("rows.lua", HEAD "{ { plug_in_time = '18:00',\n"
                                                        "duration_minutes = 600 } }" TAIL);
    lg_scenario_print(s, &text);
    lg_scenario_free(s);
    s = fixture_read_text("again.json", lg_text_peek(&text));
    assert_true(lg_site_param(&s->site.assets[0], "sessions")->value.list[0] == 64800000);
    lg_scenario_free(s);
    lg_text_fini(&text);
}

static void wrong_rows_err(void **state)
{
    (void)state;
    fixture_refuse_text("a.lua", HEAD "{ { plug_in_time = '18:00', duration = 60 } }" TAIL,
                        "a.lua:2: Car.sessions[1].duration: unknown key; did you mean "
                        "\"duration_minutes\"?\n"
                        "a.lua:2: Car.sessions[1].duration_minutes: is missing; expected a "
                        "number (min): x\n");
    fixture_refuse_text("a.lua", HEAD "{ { plug_in_time = '24:00', duration_minutes = 60 } }" TAIL,
                        "a.lua:2: Car.sessions[1].plug_in_time: expected a time of day like "
                        "\"18:00\" or a date like \"2024-06-03T18:00Z\", got the text \"24:00\"\n");
    fixture_refuse_text("a.lua", HEAD "{ 5 }" TAIL,
                        "a.lua:2: Car.sessions[1]: expected a table, got the number 5\n");
    fixture_refuse_text("a.lua", HEAD "'18:00'" TAIL,
                        "a.lua:2: Car.sessions: expected a list of tables, got the text "
                        "\"18:00\"\n");
    fixture_refuse_text(
        "a.lua",
        HEAD "{ { plug_in_time = '1:00', duration_minutes = 60, min_soc_percent = 101 } }" TAIL,
        "a.lua:2: Car.sessions[1].min_soc_percent: 101 is outside of 0 to 100 %\n");
}

/* Neither halves of times nor what sscanf would be content with. */
static void wrong_times_err(void **state)
{
    (void)state;
    const char *const wrong[] = {"18",   "18:0",  "18:000", " 8:00", "18:00 ",           "-1:00",
                                 "8:60", "+8:00", "8: 30",  "",      "1970-01-01T12:00Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[256], expected[256];
        snprintf(text, sizeof text, HEAD "{ { plug_in_time = '%s', duration_minutes = 60 } }" TAIL,
                 wrong[i]);
        snprintf(expected, sizeof expected,
                 "a.lua:2: Car.sessions[1].plug_in_time: expected a time of day like "
                 "\"18:00\" or a date like \"2024-06-03T18:00Z\", got the text \"%s\"\n",
                 wrong[i]);
        fixture_refuse_text("a.lua", text, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_numbers),
        cmocka_unit_test(rows_print_as_they_were),
        cmocka_unit_test(wrong_rows_err),
        cmocka_unit_test(wrong_times_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
