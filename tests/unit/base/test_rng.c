/* Draws are a pure function of their place: fixed vectors, and no draw that shifts another. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/rng.h"

static void published_vectors(void **state)
{
    (void)state;
    /* The first outputs of SplitMix64 started from 0. */
    assert_int_equal(lg_mix(0), UINT64_C(0xe220a8397b1dcdaf));
    assert_int_equal(lg_mix(UINT64_C(0x9e3779b97f4a7c15)), UINT64_C(0x6e789e6aa1b965f4));
    assert_int_equal(lg_mix(UINT64_C(0x3c6ef372fe94f82a)), UINT64_C(0x06c45d188009454f));
}

static void places_differ(void **state)
{
    (void)state;
    uint64_t base = lg_rng(1, 2, 3, 4);
    assert_int_equal(base, lg_rng(1, 2, 3, 4));
    assert_int_not_equal(base, lg_rng(2, 2, 3, 4));
    assert_int_not_equal(base, lg_rng(1, 3, 3, 4));
    assert_int_not_equal(base, lg_rng(1, 2, 4, 4));
    assert_int_not_equal(base, lg_rng(1, 2, 3, 5));
    assert_int_not_equal(base, lg_rng(1, 3, 2, 4)); /* order matters */
    assert_int_not_equal(base, lg_rng(1, 4, 3, 2));
}

static void unit_interval(void **state)
{
    (void)state;
    assert_true(lg_rng_unit(0) == 0.0);
    assert_true(lg_rng_unit(UINT64_MAX) == 0x1.fffffffffffffp-1);
    assert_true(lg_rng_unit(UINT64_C(1) << 63) == 0.5);
    double sum = 0;
    for (uint64_t i = 0; i < 10000; i++)
        sum += lg_rng_unit(lg_rng(42, 0, 0, i));
    assert_true(sum > 4900 && sum < 5100);
}

static void below(void **state)
{
    (void)state;
    assert_int_equal(lg_rng_below(0, 10), 0);
    assert_int_equal(lg_rng_below(UINT64_MAX, 10), 9);
    assert_int_equal(lg_rng_below(UINT64_C(1) << 63, 10), 5);
    assert_int_equal(lg_rng_below(UINT64_MAX, 1), 0);
    assert_int_equal(lg_rng_below(UINT64_MAX, UINT32_MAX), UINT32_MAX - 1);
    int counts[6] = {0};
    for (uint64_t i = 0; i < 60000; i++)
        counts[lg_rng_below(lg_rng(7, 1, 0, i), 6)]++;
    for (int i = 0; i < 6; i++)
        assert_in_range(counts[i], 9600, 10400);
}

/* Box and Muller by hand: the least draw has radius 0, the largest sqrt(2 * 53 * ln 2). */
static void normal_draws(void **state)
{
    (void)state;
    const uint64_t half = UINT64_C(1) << 63, largest = 8571674348;
    assert_true(lg_rng_normal(0, 12345) == 0.0);
    assert_int_equal((uint64_t)(lg_rng_normal(UINT64_MAX, 0) * 1e9), largest);
    assert_int_equal((uint64_t)(-lg_rng_normal(UINT64_MAX, half) * 1e9), largest);
    /* radius sqrt(-2 ln 0.5) = 1.17741, a sixth of a turn: cos = 0.5 */
    double sixth = lg_rng_normal(half, UINT64_MAX / 6);
    assert_true(sixth > 0.588704 && sixth < 0.588706);
    int inside = 0;
    double sum = 0, squares = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        double x = lg_rng_normal(lg_rng(42, 3, i, 0), lg_rng(42, 3, i, 1));
        sum += x;
        squares += x * x;
        inside += x > -1 && x < 1;
    }
    assert_true(sum > -1000 && sum < 1000); /* three of its deviations, sqrt(100000) each */
    assert_true(squares > 98600 && squares < 101400);
    assert_in_range(inside, 67800, 68700); /* 68.27 % */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors), cmocka_unit_test(places_differ),
        cmocka_unit_test(unit_interval),     cmocka_unit_test(below),
        cmocka_unit_test(normal_draws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
