/* Rows of block characters. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include "app/spark.h"

static void assert_spark(const double *values, uint32_t count, const char *row, double low,
                         double high)
{
    lg_text text;
    double min, max;
    lg_text_init(&text, lg_mem_system());
    lg_spark_draw(values, count, 0.1, &text, &min, &max);
    assert_string_equal(lg_text_peek(&text), row);
    assert_true(isnan(low) ? isnan(min) : min == low);
    assert_true(isnan(high) ? isnan(max) : max == high);
    lg_text_fini(&text);
}

static void test_levels(void **state)
{
    (void)state;
    const double values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    assert_spark(values, 9, "▁▂▃▄▅▆▇██", 0, 8);
}

static void test_gaps_and_flat_lines(void **state)
{
    (void)state;
    const double gap[] = {NAN, -2, NAN, 2}, flat[] = {5, 5}, none[] = {NAN, NAN};
    assert_spark(gap, 4, " ▁ █", -2, 2);
    assert_spark(flat, 2, "▅▅", 5, 5);
    const double noise[] = {20.94, 20.9400000001, 20.96};
    assert_spark(noise, 3, "▅▅▅", 20.94, 20.96);
    assert_spark(none, 2, "  ", NAN, NAN);
    assert_spark(none, 0, "", NAN, NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_gaps_and_flat_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
