/* The forms of a profile and what becomes of units; equal profiles are one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"

#define HOUR_MS INT64_C(3600000)

/* The profile of a load written with @p value as its daily_load_profile; 2024-06-03, one day. */
static lg_scenario *with_profile(const char *value, const lg_profile **profile)
{
    char text[1024];
    snprintf(text, sizeof text,
             "return scenario { start = '2024-06-03', grid = area { name = 'G',\n"
             "  load { name = 'L', daily_load_profile = %s },\n"
             "  load { name = 'M', daily_load_profile = %s } } }\n",
             value, value);
    lg_scenario *s = fixture_read_text("x.lua", text);
    *profile = lg_site_param(&s->site.assets[0], "daily_load_profile")->value.profile;
    assert_ptr_equal(*profile,
                     lg_site_param(&s->site.assets[1], "daily_load_profile")->value.profile);
    assert_int_equal((*profile)->unit, LG_UNIT_W);
    return s;
}

static void expect(const lg_profile *p, int64_t time_ms, double expected)
{
    double got = lg_profile_at(p, time_ms);
    if (fabs(got - expected) > 1e-9)
        print_error("at %lld: %.17g\n", (long long)time_ms, got);
    assert_true(fabs(got - expected) <= 1e-9);
}

static void a_number_is_constant(void **state)
{
    (void)state;
    const lg_profile *p;
    lg_scenario *s = with_profile("250", &p);
    expect(p, 0, 250);
    expect(p, s->start_ms + 100 * 24 * HOUR_MS, 250);
    lg_scenario_free(s);
}

static void a_list_is_a_day(void **state)
{
    (void)state;
    const lg_profile *p;
    lg_scenario *s =
        with_profile("{0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23}", &p);
    expect(p, s->start_ms, 0);
    expect(p, s->start_ms + 7 * HOUR_MS + HOUR_MS / 2, 7);
    expect(p, s->start_ms + 50 * HOUR_MS, 2);
    lg_scenario_free(s);
}

static void a_day_holds_over_midnight(void **state)
{
    (void)state;
    const lg_profile *p;
    lg_scenario *s = with_profile("day { ['6:30'] = 35, ['22:00'] = 20 }", &p);
    expect(p, s->start_ms, 20);
    expect(p, s->start_ms + 6 * HOUR_MS, 20);
    expect(p, s->start_ms + 6 * HOUR_MS + HOUR_MS / 2, 35);
    expect(p, s->start_ms + 22 * HOUR_MS - 1, 35);
    expect(p, s->start_ms + 22 * HOUR_MS, 20);
    assert_int_equal(p->step_ms, HOUR_MS / 2);
    lg_scenario_free(s);
}

static void units_are_converted(void **state)
{
    (void)state;
    const lg_profile *p;
    fixture_write("a.csv",
                  "time,a [kW],b (kWh),c [W],d\n2024-06-03,1,1,1,1\n2024-06-03T12:00,2,6,3,4\n");
    static const struct {
        const char *csv;
        double first, second;
    } cases[] = {
        {"csv { file = 'a.csv', column = 'a' }", 1000, 2000},
        {"csv { file = 'a.csv', column = 'a [kW]', unit = 'kW' }", 1000, 2000},
        {"csv { file = 'a.csv', column = 'b' }", 1000.0 / 12, 500}, /* 6 kWh in 12 h are 500 W */
        {"csv { file = 'a.csv', column = 'c' }", 1, 3},
        {"csv { file = 'a.csv', column = 'd', unit = 'kWh' }", 1000.0 / 12, 4000.0 / 12},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_scenario *s = with_profile(cases[i].csv, &p);
        expect(p, s->start_ms, cases[i].first);
        expect(p, s->start_ms + 12 * HOUR_MS, cases[i].second);
        assert_true(isnan(lg_profile_at(p, s->start_ms + 24 * HOUR_MS)));
        lg_scenario_free(s);
    }
}

static void a_day_file_repeats(void **state)
{
    (void)state;
    const lg_profile *p;
    fixture_write("b.csv", "time;a [W]\n00:00;1\n12:00;2\n");
    lg_scenario *s = with_profile("csv { file = 'b.csv' }", &p);
    expect(p, s->start_ms + 36 * HOUR_MS, 2);
    lg_scenario_free(s);
}

static void defaults_are_constant_rates(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "x.lua", "return scenario { grid = area { name = 'G', pv { name = 'PV' } } }\n");
    expect(s->market_maker_rate, s->start_ms, 30);
    expect(s->feed_in_tariff, s->start_ms, 0);
    lg_scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_constant),      cmocka_unit_test(a_list_is_a_day),
        cmocka_unit_test(a_day_holds_over_midnight), cmocka_unit_test(units_are_converted),
        cmocka_unit_test(a_day_file_repeats),        cmocka_unit_test(defaults_are_constant_rates),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
