/* Columns of the report: durations people think in, never too many of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/course.h"
#include "base/clock.h"

static void test_slots_per_bin(void **state)
{
    (void)state;
    const uint32_t quarter = 15 * LG_MINUTE_MS;
    assert_int_equal(lg_course_slots_per_bin(1, quarter), 1);
    assert_int_equal(lg_course_slots_per_bin(48, quarter), 1);
    assert_int_equal(lg_course_slots_per_bin(49, quarter), 2);        /* 30 min */
    assert_int_equal(lg_course_slots_per_bin(96, quarter), 2);        /* a day: 48 columns */
    assert_int_equal(lg_course_slots_per_bin(97, quarter), 4);        /* 1 h */
    assert_int_equal(lg_course_slots_per_bin(7 * 96, quarter), 16);   /* a week: 4 h, 42 columns */
    assert_int_equal(lg_course_slots_per_bin(49 * 96, quarter), 192); /* 7 weeks: 2 days */
    assert_int_equal(lg_course_slots_per_bin(1440, LG_MINUTE_MS), 30);
    /* 7-minute slots fit no round duration but weeks */
    assert_int_equal(lg_course_slots_per_bin(480, 7 * LG_MINUTE_MS), 1440);
    /* three years of hours: nothing round is long enough */
    assert_int_equal(lg_course_slots_per_bin(26280, LG_HOUR_MS), 548);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_slots_per_bin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
