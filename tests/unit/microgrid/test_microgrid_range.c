/* What is asked for is merged, cut, added and clamped; a cut never widens. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "microgrid/range.h"

static lg_ranges made(const lg_range *given, uint32_t count)
{
    lg_ranges set;
    assert_true(lg_ranges_make(given, count, &set));
    return set;
}
#define MADE(...)                                                                                  \
    made((const lg_range[]){__VA_ARGS__}, sizeof((lg_range[]){__VA_ARGS__}) / sizeof(lg_range))

static void assert_same(const lg_ranges *a, const lg_ranges *b)
{
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++)
        assert_true(a->at[i].lower == b->at[i].lower && a->at[i].upper == b->at[i].upper);
}

static void test_what_overlaps_is_one(void **state)
{
    (void)state;
    lg_ranges set = MADE({20, 30}, {5, 15}, {0, 10}), expected = MADE({0, 15}, {20, 30});
    assert_same(&set, &expected);
    assert_int_equal(set.count, 2);
    assert_true(set.at[0].lower == 0 && set.at[0].upper == 15);
    set = MADE({0, 1}, {1, 2});
    assert_int_equal(set.count, 1);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    lg_ranges set = {.count = 7};
    lg_range many[LG_RANGES_MAX + 1];
    for (int i = 0; i <= LG_RANGES_MAX; i++)
        many[i] = (lg_range){2 * i, 2 * i + 1};
    assert_false(lg_ranges_make(many, 0, &set));
    assert_false(lg_ranges_make(&(lg_range){2, 1}, 1, &set));
    assert_false(lg_ranges_make(&(lg_range){(double)NAN, 1}, 1, &set));
    assert_false(lg_ranges_make(&(lg_range){1, (double)NAN}, 1, &set));
    assert_false(lg_ranges_make(many, LG_RANGES_MAX + 1, &set));
    assert_int_equal(set.count, 7);
    assert_true(lg_ranges_make(many, LG_RANGES_MAX, &set));
    assert_int_equal(set.count, LG_RANGES_MAX);
}

static void test_cut(void **state)
{
    (void)state;
    lg_ranges all = lg_ranges_all(), gap = MADE({-10, -2}, {2, 10}), low = MADE({-5, 3});
    lg_ranges cut = lg_ranges_cut(&all, &gap), expected = MADE({-5, -2}, {2, 3});
    assert_same(&cut, &gap);
    cut = lg_ranges_cut(&gap, &low);
    assert_same(&cut, &expected);
    lg_ranges none = lg_ranges_cut(&low, &(lg_ranges){.count = 1, .at = {{4, 5}}});
    assert_int_equal(none.count, 0);
    assert_false(lg_ranges_hold(&none, 0));
    assert_true(lg_ranges_clamp(&none, 4) == 0);
}

static void test_together(void **state)
{
    (void)state;
    lg_ranges a = MADE({-10, -2}, {2, 10}), b = MADE({-1, 1});
    lg_ranges sum = lg_ranges_add(&a, &b), expected = MADE({-11, -1}, {1, 11});
    assert_same(&sum, &expected);
    a = MADE({-10, -8}, {8, 10});
    sum = lg_ranges_add(&a, &a);
    assert_int_equal(sum.count, 3);
    assert_true(sum.at[1].lower == -2 && sum.at[1].upper == 2);
}

static void test_clamp_goes_towards_zero(void **state)
{
    (void)state;
    lg_ranges set = MADE({-10, -2}, {2, 10}, {20, 30});
    const double cases[][2] = {{5, 5},   {12, 10}, {1, 0},   {-1, 0}, {-11, -10},
                               {15, 10}, {25, 25}, {99, 30}, {0, 0},  {-2, -2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(lg_ranges_clamp(&set, cases[i][0]) == cases[i][1]);
}

/* Whole numbers from -40 to 40, one by one. */
static void test_as_sets_of_numbers(void **state)
{
    (void)state;
    uint64_t draws = 0;
    for (int round = 0; round < 2000; round++) {
        lg_range given[2][4];
        lg_ranges set[2];
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < 4; i++) {
                double lower = (double)(lg_rng_below(lg_rng(7, 0, 0, draws++), 70)) - 40;
                given[side][i] =
                    (lg_range){lower, lower + (double)(lg_rng_below(lg_rng(7, 0, 0, draws++), 10))};
            }
            assert_true(lg_ranges_make(given[side], 4, &set[side]));
        }
        lg_ranges cut = lg_ranges_cut(&set[0], &set[1]);
        for (double value = -40; value <= 40; value++) {
            bool in[2] = {false, false};
            for (int side = 0; side < 2; side++)
                for (int i = 0; i < 4; i++)
                    in[side] = in[side] ||
                               (value >= given[side][i].lower && value <= given[side][i].upper);
            assert_int_equal(lg_ranges_hold(&set[0], value), in[0]);
            assert_int_equal(lg_ranges_hold(&cut, value), in[0] && in[1]);
            double clamped = lg_ranges_clamp(&cut, value);
            assert_true(clamped == 0 || lg_ranges_hold(&cut, clamped));
            assert_true(fabs(clamped) <= fabs(value) && clamped * value >= 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_overlaps_is_one),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_together),
        cmocka_unit_test(test_clamp_goes_towards_zero),
        cmocka_unit_test(test_as_sets_of_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
