/* The functions that must have the same bits everywhere are also near enough to the true ones. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "lunagrid/detmath.h"

static void powers(void **state)
{
    (void)state;
    assert_true(lg_det_pow2(0) == 1.0);
    assert_true(lg_det_pow2(10) == 1024.0);
    assert_true(lg_det_pow2(-1022) == 0x1p-1022);
    assert_true(lg_det_pow2(1023) == 0x1p1023);
}

static void exponential(void **state)
{
    (void)state;
    assert_true(lg_det_exp(0.0) == 1.0);
    assert_true(lg_det_exp(-1000.0) == 0.0);
    assert_true(lg_det_exp((double)NAN) == 0.0);
    assert_true(lg_det_exp(1e300) == lg_det_exp(700.0));
    for (double x = -690.0; x < 690.0; x += 0.37)
        assert_true(fabs(lg_det_exp(x) / exp(x) - 1.0) < 1e-13);
}

static void sine_and_cosine(void **state)
{
    (void)state;
    assert_true(lg_det_sin(0.0) == 0.0);
    assert_true(fabs(lg_det_sin(LG_PI / 6) - 0.5) < 1e-13);
    assert_true(fabs(lg_det_cos(LG_PI / 3) - 0.5) < 1e-13);
    for (double x = -100.0; x < 100.0; x += 0.013) {
        assert_true(fabs(lg_det_sin(x) - sin(x)) < 1e-13);
        assert_true(fabs(lg_det_cos(x) - cos(x)) < 1e-13);
    }
    for (double x = -9e4; x < 9e4; x += 17.3)
        assert_true(fabs(lg_det_sin(x) - sin(x)) < 1e-11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers),
        cmocka_unit_test(exponential),
        cmocka_unit_test(sine_and_cosine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
