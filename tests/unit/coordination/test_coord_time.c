/* Moments with their zones, and days that have 23, 24 or 25 hours. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "coordination/time.h"

static int64_t at(const char *text)
{
    int64_t us = 0;
    assert_true(lg_coord_time_read(text, &us));
    return us;
}

static void moments_have_a_zone(void **state)
{
    char text[32];
    (void)state;
    assert_true(at("1970-01-01T00:00:00Z") == 0);
    assert_true(at("2026-03-11T02:00:00+01:00") == at("2026-03-11T01:00:00Z"));
    assert_true(at("2026-03-10T20:30:00-04:30") == at("2026-03-11T01:00:00Z"));
    assert_true(at("2026-03-11t01:00:00.1234567z") == at("2026-03-11T01:00:00Z") + 123456);
    lg_coord_time_text(at("2026-03-11T02:00:00+01:00"), text);
    assert_string_equal(text, "2026-03-11T01:00:00Z");
    lg_coord_time_text(at("2026-03-11T01:00:00.000070Z"), text);
    assert_string_equal(text, "2026-03-11T01:00:00.000070Z");
    lg_coord_stamp_text(at("2026-03-11T01:00:00Z"), text);
    assert_string_equal(text, "2026-03-11T01:00:00.000000Z");
    lg_coord_time_text(at("0001-01-01T00:00:00Z"), text);
    assert_string_equal(text, "0001-01-01T00:00:00Z");
}

static void what_is_no_moment_err(void **state)
{
    static const char *const cases[] = {
        "",
        "2026-03-11",
        "2026-03-11T01:00:00",
        "2026-03-11 01:00:00Z",
        "2026-02-29T01:00:00Z",
        "2026-13-01T01:00:00Z",
        "2026-03-11T24:00:00Z",
        "2026-03-11T01:60:00Z",
        "2026-03-11T01:00:60Z",
        "2026-03-11T01:00:00.Z",
        "2026-03-11T01:00:00+0100",
        "2026-03-11T01:00:00Z ",
        "0000-01-01T00:00:00Z",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us;
        assert_false(lg_coord_time_read(cases[i], &us));
    }
}

static void resolutions_are_an_hour_or_a_quarter(void **state)
{
    uint32_t seconds;
    (void)state;
    assert_true(lg_coord_resolution_read("01:00:00", &seconds) && seconds == 3600);
    assert_true(lg_coord_resolution_read("00:15:00", &seconds) && seconds == 900);
    assert_false(lg_coord_resolution_read("00:07:00", &seconds));
    assert_false(lg_coord_resolution_read("1:00:00", &seconds));
}

static int64_t hours_of(const lg_coord_zone *zone, int year, int month, int day)
{
    int64_t from = lg_coord_zone_midnight(zone, year, month, day);
    return (lg_coord_zone_midnight(zone, year, month, day + 1) - from) / LG_COORD_HOUR_US;
}

static void days_of_norway_have_23_to_25_hours(void **state)
{
    const lg_coord_zone *oslo = lg_coord_zone_find("Europe/Oslo");
    (void)state;
    assert_int_equal(hours_of(oslo, 2026, 3, 28), 24);
    assert_int_equal(hours_of(oslo, 2026, 3, 29), 23);
    assert_int_equal(hours_of(oslo, 2026, 3, 30), 24);
    assert_int_equal(hours_of(oslo, 2026, 10, 24), 24);
    assert_int_equal(hours_of(oslo, 2026, 10, 25), 25);
    assert_int_equal(hours_of(oslo, 2026, 10, 26), 24);
    assert_true(lg_coord_zone_midnight(oslo, 2026, 3, 29) == at("2026-03-28T23:00:00Z"));
    assert_true(lg_coord_zone_midnight(oslo, 2026, 3, 30) == at("2026-03-29T22:00:00Z"));
    assert_true(lg_coord_zone_midnight(oslo, 2026, 10, 25) == at("2026-10-24T22:00:00Z"));
    assert_true(lg_coord_zone_midnight(oslo, 2026, 10, 26) == at("2026-10-25T23:00:00Z"));
    assert_int_equal(hours_of(lg_coord_zone_find("UTC"), 2026, 3, 29), 24);
    assert_int_equal(hours_of(lg_coord_zone_find("Europe/London"), 2026, 3, 29), 23);
    assert_true(lg_coord_zone_midnight(lg_coord_zone_find("Europe/Helsinki"), 2026, 7, 1) ==
                at("2026-06-30T21:00:00Z"));
    assert_null(lg_coord_zone_find("Europe/Nowhere"));
}

static void months_are_local(void **state)
{
    const lg_coord_zone *oslo = lg_coord_zone_find("Europe/Oslo");
    lg_coord_month march = lg_coord_month_of(oslo, at("2026-02-28T23:00:00Z"));
    (void)state;
    assert_string_equal(march.first, "2026-03-01");
    assert_string_equal(march.last, "2026-03-31");
    assert_true(march.from_us == at("2026-02-28T23:00:00Z"));
    assert_true(march.to_us == at("2026-03-31T22:00:00Z"));
    lg_coord_month february = lg_coord_month_of(oslo, at("2028-02-29T12:00:00Z"));
    assert_string_equal(february.last, "2028-02-29");
    lg_coord_month december = lg_coord_month_of(oslo, at("2026-12-31T22:59:59Z"));
    assert_string_equal(december.first, "2026-12-01");
    assert_true(december.to_us == at("2026-12-31T23:00:00Z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_have_a_zone),
        cmocka_unit_test(what_is_no_moment_err),
        cmocka_unit_test(resolutions_are_an_hour_or_a_quarter),
        cmocka_unit_test(days_of_norway_have_23_to_25_hours),
        cmocka_unit_test(months_are_local),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
