/* Times of events: what is one, when it came last, and intervals over midnight. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "base/clock.h"
#include "scenario/when.h"

static const int64_t monday = INT64_C(1717372800000); /* 2024-06-03T00:00Z */

static int64_t at(int hour, int minute)
{
    return monday + hour * LG_HOUR_MS + minute * LG_MINUTE_MS;
}

static lg_when when(const char *text)
{
    lg_when parsed;
    assert_true(lg_when_parse(text, &parsed));
    return parsed;
}

static void forms(void **state)
{
    (void)state;
    assert_true(when("14:30").daily);
    assert_int_equal(when("14:30").ms, 52200000);
    assert_int_equal(when("6:05").ms, 21900000);
    assert_int_equal(when("24:00").ms, 0);
    assert_false(when("2024-06-03T14:00Z").daily);
    assert_int_equal(when("2024-06-03T14:00Z").ms, at(14, 0));
}

static void forms_err(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",     "14",     "14:60",  "24:01", "25:00",
                                        "14:5", "14:005", "14:00 ", "noon",  "-1:00"};
    lg_when parsed;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lg_when_parse(wrong[i], &parsed));
}

static void the_last_time_it_came(void **state)
{
    (void)state;
    lg_when noon = when("12:00"), once = when("2024-06-03T12:00Z");
    assert_int_equal(lg_when_last(&noon, monday, at(11, 59)), INT64_MIN);
    assert_int_equal(lg_when_last(&noon, monday, at(12, 0)), at(12, 0));
    assert_int_equal(lg_when_last(&noon, monday, at(30, 0)), at(12, 0)); /* of the day before */
    assert_int_equal(lg_when_last(&noon, monday, at(36, 0)), at(36, 0));
    assert_int_equal(lg_when_last(&noon, at(12, 1), at(24, 0)), INT64_MIN);
    assert_int_equal(lg_when_last(&once, monday, at(11, 0)), INT64_MIN);
    assert_int_equal(lg_when_last(&once, monday, at(40, 0)), at(12, 0));
}

static void intervals_end_before_their_end(void **state)
{
    (void)state;
    lg_when two = when("14:00"), four = when("16:00");
    assert_false(lg_when_between(&two, &four, at(13, 59)));
    assert_true(lg_when_between(&two, &four, at(14, 0)));
    assert_true(lg_when_between(&two, &four, at(15, 59)));
    assert_false(lg_when_between(&two, &four, at(16, 0)));
    assert_true(lg_when_between(&two, &four, at(24 + 15, 0)));
    assert_true(lg_when_between(&four, &two, at(1, 0))); /* over midnight */
    assert_false(lg_when_between(&four, &two, at(15, 0)));
    lg_when midnight = when("24:00");
    assert_true(lg_when_between(&four, &midnight, at(23, 0)));
    assert_false(lg_when_between(&four, &midnight, at(24, 0)));
    lg_when from = when("2024-06-03T14:00Z"), to = when("2024-06-04T02:00Z");
    assert_true(lg_when_between(&from, &to, at(25, 0)));
    assert_false(lg_when_between(&from, &to, at(26, 0)));
}

static void midnights(void **state)
{
    (void)state;
    assert_int_equal(lg_when_midnight(at(23, 59)), monday);
    assert_int_equal(lg_when_midnight(-1), -LG_DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),
        cmocka_unit_test(forms_err),
        cmocka_unit_test(the_last_time_it_came),
        cmocka_unit_test(intervals_end_before_their_end),
        cmocka_unit_test(midnights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
