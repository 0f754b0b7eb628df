/* Measured doubles become traded integers to the nearest, and what cannot be one is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "grid/unit.h"

static void energy(void **state)
{
    (void)state;
    static const struct {
        double kwh;
        int64_t uwh;
    } rows[] = {
        {0.0, 0},          {1.0, INT64_C(1000000000)},
        {0.25, 250000000}, {-1.5, INT64_C(-1500000000)},
        {0.1, 100000000},  {1e-9, 1},
        {0.4e-9, 0},       {0.6e-9, 1},
        {-0.6e-9, -1},     {1e7, LG_UNLIMITED_UWH},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t uwh = -7;
        assert_true(lg_uwh_from_kwh(rows[i].kwh, &uwh));
        assert_int_equal(uwh, rows[i].uwh);
    }
}

static void energy_err(void **state)
{
    (void)state;
    const double rows[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 1.1e7, -1.1e7, 1e300};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t uwh = -7;
        assert_false(lg_uwh_from_kwh(rows[i], &uwh));
        assert_int_equal(uwh, -7);
    }
}

static void rates(void **state)
{
    (void)state;
    int64_t uct;
    assert_true(lg_uct_from_ct(29.99, &uct));
    assert_int_equal(uct, 29990000);
    assert_true(lg_uct_from_ct(-0.0000005, &uct));
    assert_int_equal(uct, -1);
    assert_false(lg_uct_from_ct((double)NAN, &uct));
    assert_false(lg_uct_from_ct(1.1e12, &uct));
    assert_true(lg_ct_from_uct(29990000) == 29.99);
    assert_true(lg_eur_from_uct(INT64_C(123456789)) == 1.23456789);
}

static void round_trip(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 200000; i++) {
        int64_t uwh = (int64_t)(lg_rng(1, 0, 0, i) >> (14 + i % 48)) * (i & 1 ? -1 : 1), back;
        assert_true(lg_uwh_from_kwh(lg_kwh_from_uwh(uwh), &back));
        assert_int_equal(back, uwh);
    }
}

static void money(void **state)
{
    (void)state;
    assert_int_equal(lg_money_uct(LG_KWH_UWH, 30 * LG_CT_UCT), 30 * LG_CT_UCT);
    assert_int_equal(lg_money_uct(250000000, 30 * LG_CT_UCT), 7500000);
    assert_int_equal(lg_money_uct(1, 499999999), 0);
    assert_int_equal(lg_money_uct(1, 500000000), 1);
    assert_int_equal(lg_money_uct(LG_UNLIMITED_UWH, LG_RATE_MAX_UCT), INT64_C(100000000000000000));
    int64_t uct = 7;
    assert_true(lg_money_fits(-LG_KWH_UWH, 30 * LG_CT_UCT, &uct));
    assert_int_equal(uct, -30 * LG_CT_UCT);
    assert_false(lg_money_fits(INT64_MAX, 2 * LG_KWH_UWH, &uct));
    assert_int_equal(uct, -30 * LG_CT_UCT);
    assert_int_equal(lg_fraction_of(1000, 50000000), 50); /* 5 % */
    assert_int_equal(lg_fraction_of(-1000, 50000000), -50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energy),     cmocka_unit_test(energy_err), cmocka_unit_test(rates),
        cmocka_unit_test(round_trip), cmocka_unit_test(money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
