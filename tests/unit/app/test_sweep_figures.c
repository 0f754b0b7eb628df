/* Means with their intervals, against numbers worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "app/sweep_figures.h"

static void test_mean(void **state)
{
    /* deviations -2, 0, 2: variance 4, error sqrt(4 / 3), t(0.975; 2) = 4.302653 */
    const double three[] = {1, 3, 5};
    lg_sweep_mean m = lg_sweep_mean_of(three, 3);
    (void)state;
    assert_int_equal(m.count, 3);
    assert_float_equal(m.mean, 3, 1e-12);
    assert_float_equal(m.half, 4.968276, 1e-5);
}

static void test_what_is_none_does_not_count(void **state)
{
    const double values[] = {1, NAN, 3}, none[] = {NAN};
    lg_sweep_mean m = lg_sweep_mean_of(values, 3);
    (void)state;
    assert_int_equal(m.count, 2);
    assert_float_equal(m.mean, 2, 1e-12);
    assert_float_equal(m.half, 12.706205, 1e-5); /* error 1, t(0.975; 1) */
    m = lg_sweep_mean_of(values, 1);
    assert_float_equal(m.mean, 1, 1e-12);
    assert_true(isnan(m.half));
    assert_true(isnan(lg_sweep_mean_of(none, 1).mean));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean),
        cmocka_unit_test(test_what_is_none_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
