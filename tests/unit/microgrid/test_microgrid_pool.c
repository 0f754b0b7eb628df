/* Who decides, what others are told they may choose, and how power is shared among devices. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "microgrid/pool.h"

#define FREE                                                                                       \
    {                                                                                              \
        -(double)INFINITY, (double)INFINITY                                                        \
    }
#define NONE ((double)NAN)

static const lg_ranges ten = {.count = 1, .at = {{-10000, 10000}}};
static const lg_ranges gap = {.count = 2, .at = {{-10000, -500}, {500, 10000}}};

static double target(const lg_proposal *proposals, uint32_t count, const lg_ranges *system)
{
    return lg_pool_target(proposals, count, system, 1000);
}
#define TARGET(system, ...)                                                                        \
    target((const lg_proposal[]){__VA_ARGS__},                                                     \
           sizeof((lg_proposal[]){__VA_ARGS__}) / sizeof(lg_proposal), system)

static void test_the_lowest_that_wants_decides(void **state)
{
    (void)state;
    assert_true(isnan(target(NULL, 0, &ten)));
    assert_true(TARGET(&ten, {1, 5, 3000, FREE, 2000}) == 3000);
    assert_true(TARGET(&ten, {1, 5, 3000, FREE, 2000}, {2, 1, -800, FREE, 2000}) == -800);
    assert_true(TARGET(&ten, {2, 1, -800, FREE, 2000}, {1, 5, 3000, FREE, 2000}) == -800);
    assert_true(TARGET(&ten, {1, 5, 3000, FREE, 2000}, {2, 1, NONE, FREE, 2000}) == 3000);
    assert_true(isnan(TARGET(&ten, {1, 5, NONE, {-1, 1}, 2000})));
    /* of equal rank the one with the higher number is the lower */
    assert_true(TARGET(&ten, {7, 1, 100, FREE, 2000}, {3, 1, 200, FREE, 2000}) == 100);
}

static void test_the_higher_says_between_what(void **state)
{
    (void)state;
    assert_true(TARGET(&ten, {1, 5, NONE, {0, 2000}, 2000}, {2, 1, 9000, FREE, 2000}) == 2000);
    assert_true(TARGET(&ten, {1, 5, NONE, {100, 200}, 2000}, {2, 1, 0, FREE, 2000}) == 100);
    /* nested: the one in the middle only narrows further */
    assert_true(TARGET(&ten, {1, 9, NONE, {0, 2000}, 2000}, {2, 5, NONE, {-500, 700}, 2000},
                       {3, 1, 9000, FREE, 2000}) == 700);
    /* who leaves nothing is not heard */
    assert_true(TARGET(&ten, {1, 9, NONE, {0, 2000}, 2000}, {2, 5, NONE, {3000, 4000}, 2000},
                       {3, 1, 9000, FREE, 2000}) == 2000);
    assert_true(TARGET(&ten, {1, 5, 99999, FREE, 2000}) == 10000);
}

static void test_a_gap(void **state)
{
    (void)state;
    assert_true(TARGET(&gap, {1, 5, 400, FREE, 2000}) == 500);
    assert_true(TARGET(&gap, {1, 5, 200, FREE, 2000}) == 0);
    assert_true(TARGET(&gap, {1, 5, 250, FREE, 2000}) == 0);
    assert_true(TARGET(&gap, {1, 5, -450, FREE, 2000}) == -500);
    assert_true(TARGET(&gap, {1, 5, 0, FREE, 2000}) == 0);
}

static void test_time_passes(void **state)
{
    (void)state;
    assert_true(isnan(TARGET(&ten, {1, 5, 3000, FREE, 1000})));
    assert_true(TARGET(&ten, {1, 5, NONE, {0, 1}, 1000}, {2, 1, -800, FREE, 1001}) == -800);
}

static void test_reports(void **state)
{
    (void)state;
    const lg_proposal all[] = {
        {1, 9, NONE, {0, 2000}, 2000}, {2, 5, 300, {0, 900}, 2000}, {3, 1, 9000, FREE, 2000}};
    static const double upper[] = {10000, 2000, 900};
    for (uint32_t who = 1; who <= 3; who++) {
        lg_pool_report report = lg_pool_report_to(all, 3, &ten, 1000, who);
        assert_true(report.target == 900);
        assert_int_equal(report.allowed.count, 1);
        assert_true(report.allowed.at[0].upper == upper[who - 1]);
    }
}

static void test_shares_by_weight(void **state)
{
    (void)state;
    lg_share shares[] = {{3000, {1, {{-5000, 5000}}}, 0}, {1000, {1, {{-5000, 5000}}}, 0}};
    assert_true(lg_pool_share(shares, 2, 4000) == 0);
    assert_true(shares[0].power == 3000 && shares[1].power == 1000);
    assert_true(lg_pool_share(shares, 2, -8000) == 0);
    assert_true(shares[0].power == -5000 && shares[1].power == -3000);
    assert_true(lg_pool_share(shares, 2, 12000) == 2000);
    assert_true(shares[0].power == 5000 && shares[1].power == 5000);
    assert_true(lg_pool_share(shares, 2, 0) == 0);
    assert_true(shares[0].power == 0 && shares[1].power == 0);
    shares[0].weight = shares[1].weight = 0; /* all are full: what they say they can do counts */
    assert_true(lg_pool_share(shares, 2, 1000) == 0);
    assert_true(shares[0].power == 500 && shares[1].power == 500);
}

static void test_shares_around_gaps(void **state)
{
    (void)state;
    lg_share shares[] = {{1, gap, 0}, {1, gap, 0}};
    assert_true(lg_pool_share(shares, 2, 600) == 0); /* 300 each would be too little */
    assert_true(shares[0].power + shares[1].power == 600);
    assert_true(shares[0].power == 0 || shares[1].power == 0);
    assert_true(lg_pool_share(shares, 2, 400) == 400);
    assert_true(lg_pool_share(shares, 2, -2000) == 0);
    assert_true(shares[0].power == -1000 && shares[1].power == -1000);
    shares[1].allowed = ten;
    assert_true(lg_pool_share(shares, 2, 700) == 0);
    assert_true(shares[0].power == 500 && shares[1].power == 200);
}

static void test_battery_weights(void **state)
{
    (void)state;
    assert_true(lg_pool_battery_weight(1, 10000, 60, 10, 90) == 3000);
    assert_true(lg_pool_battery_weight(-1, 10000, 60, 10, 90) == 5000);
    assert_true(lg_pool_battery_weight(1, 10000, 95, 10, 90) == 0);
    assert_true(lg_pool_battery_weight(-1, 10000, 5, 10, 90) == 0);
}

static double draw(uint64_t *draws, uint32_t below)
{
    return lg_rng_below(lg_rng(11, 0, 0, (*draws)++), below);
}

/* Whatever the devices: nothing is made or lost, nobody works where it cannot or against the
 * others. */
static void test_any_devices(void **state)
{
    (void)state;
    uint64_t draws = 0;
    for (int round = 0; round < 20000; round++) {
        lg_share shares[5];
        double sum = 0, power = draw(&draws, 20000) - 10000;
        for (int i = 0; i < 5; i++) {
            double inner = draw(&draws, 3) * 400, outer = inner + draw(&draws, 3000);
            shares[i] = (lg_share){draw(&draws, 4), {2, {{-outer, -inner}, {inner, outer}}}, 7};
        }
        double left = lg_pool_share(shares, 5, power);
        for (int i = 0; i < 5; i++) {
            assert_true(shares[i].power == 0 ||
                        lg_ranges_hold(&shares[i].allowed, shares[i].power));
            assert_true(shares[i].power * power >= 0);
            sum += shares[i].power;
        }
        assert_true(left * power >= 0 && fabs(left) <= fabs(power));
        assert_true(fabs(sum + left - power) <= 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_lowest_that_wants_decides),
        cmocka_unit_test(test_the_higher_says_between_what),
        cmocka_unit_test(test_a_gap),
        cmocka_unit_test(test_time_passes),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_shares_by_weight),
        cmocka_unit_test(test_shares_around_gaps),
        cmocka_unit_test(test_battery_weights),
        cmocka_unit_test(test_any_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
