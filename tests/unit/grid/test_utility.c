/* The utility's rates as a market sees them, worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "grid/utility.h"

enum { CT = 1000000 };

/* A market with a fee of 1 ct below one with 3: its buyers pay both on top of 30, and of the 8 that
 * the utility pays the upper fee is gone; the own is part of any price there. */
static void test_constant_fees(void **state)
{
    const lg_utility_rates own = {30 * CT, 8 * CT};
    (void)state;
    lg_utility_rates here = lg_utility_seen(own, true, 1 * CT, 4 * CT);
    assert_int_equal(here.asks_uct, 34 * CT);
    assert_int_equal(here.pays_uct, 5 * CT);
    here = lg_utility_seen(own, true, 0, 9 * CT);
    assert_int_equal(here.pays_uct, 0); /* nobody pays to sell */
}

/* 10 % here and 15 % further up: 30 becomes 37.5, and of 8 the seller gets 8 / 1.25, which is 7.04
 * with the fee of this market. */
static void test_percentage_fees(void **state)
{
    const lg_utility_rates own = {30 * CT, 8 * CT};
    (void)state;
    lg_utility_rates here = lg_utility_seen(own, false, 100000000, 250000000);
    assert_int_equal(here.asks_uct, 37500000);
    assert_int_equal(here.pays_uct, 7040000);
}

static void test_no_rate(void **state)
{
    const lg_utility_rates own = {LG_UTILITY_NONE, LG_UTILITY_NONE};
    (void)state;
    lg_utility_rates here = lg_utility_seen(own, true, 1 * CT, 4 * CT);
    assert_true(here.asks_uct == LG_UTILITY_NONE && here.pays_uct == LG_UTILITY_NONE);
    here = lg_utility_seen(own, false, 1, 1);
    assert_true(here.asks_uct == LG_UTILITY_NONE && here.pays_uct == LG_UTILITY_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_fees),
        cmocka_unit_test(test_percentage_fees),
        cmocka_unit_test(test_no_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
