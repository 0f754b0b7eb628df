/* Dates without a C library: leap years, weekdays, what is a time and what is not, and back to
 * text. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"

static void dates(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        lg_date date;
    } rows[] = {
        {0, {1970, 1, 1, 0, 0, 0, 0, 3, 1}},
        {-1, {1969, 12, 31, 23, 59, 59, 999, 2, 365}},
        {INT64_C(951782400000), {2000, 2, 29, 0, 0, 0, 0, 1, 60}},
        {INT64_C(1709164800000), {2024, 2, 29, 0, 0, 0, 0, 3, 60}},
        {INT64_C(1717372800000), {2024, 6, 3, 0, 0, 0, 0, 0, 155}},
        {INT64_C(1735689599999), {2024, 12, 31, 23, 59, 59, 999, 1, 366}},
        {INT64_C(4107542400000), {2100, 3, 1, 0, 0, 0, 0, 0, 60}}, /* 2100 is no leap year */
        {INT64_C(-2208988800000), {1900, 1, 1, 0, 0, 0, 0, 0, 1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lg_date date = lg_date_of(rows[i].ms);
        assert_memory_equal(&date, &rows[i].date, sizeof date);
        assert_int_equal(lg_date_ms(&date), rows[i].ms);
    }
}

static void every_day_of_four_centuries(void **state)
{
    (void)state;
    int weekday = 0; /* 1900-01-01 was a Monday */
    for (int64_t day = -25567; day < 120530; day++) {
        lg_date date = lg_date_of(day * LG_DAY_MS + 1);
        assert_int_equal(date.weekday, weekday);
        assert_int_equal(lg_date_ms(&date), day * LG_DAY_MS + 1);
        weekday = (weekday + 1) % 7;
    }
}

static void parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"1970-01-01", 0},
        {"1970-01-01T00:00Z", 0},
        {"2024-06-03T00:15", INT64_C(1717373700000)},
        {"2024-06-03 00:15:30", INT64_C(1717373730000)},
        {"2024-06-03T00:15:30.250Z", INT64_C(1717373730250)},
        {"2024-06-03T02:15:00+02:00", INT64_C(1717373700000)},
        {"2024-06-03T02:15+0200", INT64_C(1717373700000)},
        {"2024-06-03T02:15+02", INT64_C(1717373700000)},
        {"2024-06-02T18:45:00-05:30", INT64_C(1717373700000)},
        {"2024-02-29", INT64_C(1709164800000)},
        {"2000-02-29T23:59:59.999", INT64_C(951868799999)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ms = -1;
        assert_true(lg_clock_parse(rows[i].text, &ms));
        assert_int_equal(ms, rows[i].ms);
    }
}

static void parse_err(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "today",
        "2024",
        "2024-6-3",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "2024-04-31",
        "2023-02-29",
        "1900-02-29",
        "2100-02-29",
        "2024-06-03T",
        "2024-06-03T1:00",
        "2024-06-03T24:00",
        "2024-06-03T12:60",
        "2024-06-03T12:00:60",
        "2024-06-03T12:00:",
        "2024-06-03T12:00:00.5",
        "2024-06-03T12:00.500",
        "2024-06-03T12:00Zx",
        "2024-06-03T12:00 Z",
        "2024-06-03T12:00+24:00",
        "2024-06-03T12:00+01:60",
        "2024-06-03T12:00+1",
        "2024-06-03T12:00+01:",
        "2024-06-03T12:00+",
        " 2024-06-03",
        "2024-06-03 ",
        "-024-06-03",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t ms = 77;
        if (lg_clock_parse(texts[i], &ms))
            fail_msg("\"%s\" was taken for a time", texts[i]);
        assert_int_equal(ms, 77);
    }
}

static void format(void **state)
{
    (void)state;
    char out[32];
    lg_clock_format(INT64_C(1717373700000), out);
    assert_string_equal(out, "2024-06-03T00:15:00+00:00");
    lg_clock_format_slot(INT64_C(1717373700000), out);
    assert_string_equal(out, "2024-06-03T00:15");
    lg_clock_format(-1, out);
    assert_string_equal(out, "1969-12-31T23:59:59+00:00");
    lg_clock_format(INT64_C(253402300799000), out);
    assert_string_equal(out, "9999-12-31T23:59:59+00:00");
    int64_t ms;
    assert_true(lg_clock_parse(out, &ms));
    assert_int_equal(ms, INT64_C(253402300799000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),  cmocka_unit_test(every_day_of_four_centuries),
        cmocka_unit_test(parse),  cmocka_unit_test(parse_err),
        cmocka_unit_test(format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
