/* {"series": ...}: values over time written out, and what is wrong with them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include "fixture.h"

/* Two slots from 2024-06-03T00:00Z on, with a rate that is @p series. */
static const char *with_series(const char *series)
{
    static char text[1024];
    snprintf(
        text, sizeof text,
        "{\"slots\": 2, \"grid\": {\"name\": \"G\", \"children\": [{\"name\": \"PV\", \"type\": "
        "\"pv\"}]},\n\"market_maker_rate\": {\"series\": %s}}",
        series);
    return text;
}

static void a_series_is_read(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "a.json", with_series("{\"start\": \"2024-06-02T23:45Z\", \"step_minutes\": 15, "
                              "\"values\": [1, 2.5, 3]}"));
    const int64_t start = INT64_C(1717372800000); /* 2024-06-03T00:00Z */
    assert_int_equal(s->start_ms, start);
    assert_true(lg_profile_at(s->market_maker_rate, start) == 2.5);
    assert_true(lg_profile_at(s->market_maker_rate, start + 900000) == 3);
    assert_true(isnan(lg_profile_at(s->market_maker_rate, start + 1800000)));
    lg_scenario_free(s);
}

static void it_must_cover_the_run_err(void **state)
{
    (void)state;
    fixture_refuse_text("a.json",
                        with_series("{\"start\": \"2024-06-03T00:00Z\", \"step_minutes\": 15, "
                                    "\"values\": [1]}"),
                        "a.json:2: market_maker_rate: the series goes from 2024-06-03T00:00 to "
                        "2024-06-03T00:15, but the run from 2024-06-03T00:00 to "
                        "2024-06-03T00:30\n");
}

static void parts_err(void **state)
{
    (void)state;
    fixture_refuse_text("a.json", with_series("{\"step_minutes\": 15, \"values\": [1]}"),
                        "a.json:2: market_maker_rate: series expects start = "
                        "\"2024-06-03T00:00Z\"\n");
    fixture_refuse_text("a.json",
                        with_series("{\"start\": \"2024-06-03\", \"step_minutes\": 0, "
                                    "\"values\": [1]}"),
                        "a.json:2: market_maker_rate: series expects step_minutes, a number above "
                        "0\n");
    fixture_refuse_text("a.json",
                        with_series("{\"start\": \"2024-06-03\", \"step_minutes\": 15, "
                                    "\"values\": []}"),
                        "a.json:2: market_maker_rate: series expects values, a list of numbers\n");
    fixture_refuse_text("a.json",
                        with_series("{\"start\": \"2024-06-03\", \"step_minutes\": 15, "
                                    "\"values\": [1, \"x\"]}"),
                        "a.json:2: market_maker_rate: expected a number in the series, got the "
                        "text \"x\"\n");
    fixture_refuse_text("a.json",
                        with_series("{\"start\": \"2024-06-03\", \"step_minutes\": 15, "
                                    "\"values\": [-1, 1]}"),
                        "a.json:2: market_maker_rate: -1 is outside of 0 to 10000 ct/kWh\n");
    fixture_refuse_text("a.json",
                        with_series("{\"start\": \"2024-06-03\", \"step_minute\": 15, "
                                    "\"values\": [1, 1]}"),
                        "a.json:2: market_maker_rate: series has no key \"step_minute\"; did you "
                        "mean \"step_minutes\"?\n");
    fixture_refuse_text("a.json", with_series("7"),
                        "a.json:2: market_maker_rate: series expects start = "
                        "\"2024-06-03T00:00Z\"\n");
}

static int open_folder(void **state)
{
    (void)state;
    fixture_open();
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    fixture_close();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_is_read),
        cmocka_unit_test(it_must_cover_the_run_err),
        cmocka_unit_test(parts_err),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
