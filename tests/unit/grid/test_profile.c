/* A value over time: constant, repeating, absolute; means weigh by time and stop at gaps. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "base/clock.h"
#include "grid/profile.h"
#include "lunagrid/unit.h"
#include "support/failing_mem.h"

static lg_failing_mem counting;

static int setup(void **state)
{
    (void)state;
    lg_failing_mem_init(&counting);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(counting.live_bytes, 0);
    return 0;
}

static void near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-12))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void constant(void **state)
{
    (void)state;
    lg_profile *p = lg_profile_constant(&counting.mem, 30.5, LG_UNIT_CT_PER_KWH);
    near(lg_profile_at(p, 0), 30.5);
    near(lg_profile_at(p, -INT64_C(1000000000000)), 30.5);
    near(lg_profile_mean(p, 5, 500 * LG_DAY_MS), 30.5);
    assert_int_equal(p->unit, LG_UNIT_CT_PER_KWH);
    lg_profile_free(p);
    lg_profile_free(NULL);
}

static void new_profile_says_nothing(void **state)
{
    (void)state;
    lg_profile *p = lg_profile_new(&counting.mem, 3, 0, LG_HOUR_MS, 0, LG_UNIT_W);
    assert_true(isnan(lg_profile_at(p, 0)));
    assert_true(isnan(lg_profile_mean(p, 0, LG_HOUR_MS)));
    lg_profile_free(p);
}

/* 24 hourly values 0, 1, ... 23, every day. */
static lg_profile *day(void)
{
    lg_profile *p = lg_profile_new(&counting.mem, 24, 0, LG_HOUR_MS, LG_DAY_MS, LG_UNIT_KW);
    for (uint32_t i = 0; i < 24; i++)
        p->values[i] = i;
    return p;
}

static void repeating_day(void **state)
{
    (void)state;
    lg_profile *p = day();
    near(lg_profile_at(p, 0), 0);
    near(lg_profile_at(p, LG_HOUR_MS - 1), 0);
    near(lg_profile_at(p, LG_HOUR_MS), 1);
    near(lg_profile_at(p, LG_DAY_MS - 1), 23);
    near(lg_profile_at(p, 19876 * LG_DAY_MS + 7 * LG_HOUR_MS), 7);
    near(lg_profile_at(p, -1), 23);
    near(lg_profile_at(p, -3 * LG_DAY_MS + 2 * LG_HOUR_MS), 2);
    near(lg_profile_mean(p, 0, LG_DAY_MS), 11.5);
    near(lg_profile_mean(p, 0, 10 * LG_DAY_MS), 11.5);
    near(lg_profile_mean(p, 45 * LG_MINUTE_MS, 75 * LG_MINUTE_MS), 0.5);
    near(lg_profile_mean(p, 50 * LG_MINUTE_MS, 65 * LG_MINUTE_MS), 1.0 / 3); /* 10 min 0, 5 min 1 */
    near(lg_profile_mean(p, 23 * LG_HOUR_MS + 30 * LG_MINUTE_MS,
                         24 * LG_HOUR_MS + 90 * LG_MINUTE_MS),
         (23 * 0.5 + 0 * 1.0 + 1 * 0.5) / 2);                    /* over midnight */
    near(lg_profile_mean(p, 5 * LG_HOUR_MS, 5 * LG_HOUR_MS), 5); /* nothing long: the value there */
    lg_profile_free(p);
}

static void day_that_starts_late(void **state)
{
    (void)state;
    /* Two values from 06:00 and 18:00: the night belongs to the evening before. */
    lg_profile *p = lg_profile_new(&counting.mem, 2, 6 * LG_HOUR_MS, 12 * LG_HOUR_MS, LG_DAY_MS,
                                   LG_UNIT_CT_PER_KWH);
    p->values[0] = 20;
    p->values[1] = 35;
    near(lg_profile_at(p, 6 * LG_HOUR_MS), 20);
    near(lg_profile_at(p, 18 * LG_HOUR_MS), 35);
    near(lg_profile_at(p, 0), 35);
    near(lg_profile_at(p, LG_DAY_MS + 3 * LG_HOUR_MS), 35);
    near(lg_profile_mean(p, 0, LG_DAY_MS), 27.5);
    lg_profile_free(p);
}

static void period_that_cuts_the_last_step(void **state)
{
    (void)state;
    /* 4 steps of 7 h in a day of 24 h: the last one is only 3 h long. */
    lg_profile *p = lg_profile_new(&counting.mem, 4, 0, 7 * LG_HOUR_MS, LG_DAY_MS, LG_UNIT_W);
    for (uint32_t i = 0; i < 4; i++)
        p->values[i] = 10.0 * i;
    near(lg_profile_at(p, 23 * LG_HOUR_MS), 30);
    near(lg_profile_at(p, 24 * LG_HOUR_MS), 0);
    near(lg_profile_mean(p, 21 * LG_HOUR_MS, 27 * LG_HOUR_MS), 15); /* 3 h 30, 3 h 0 */
    near(lg_profile_mean(p, 0, LG_DAY_MS), (0 * 7 + 10 * 7 + 20 * 7 + 30 * 3) / 24.0);
    near(lg_profile_mean(p, LG_DAY_MS, 2 * LG_DAY_MS), (0 * 7 + 10 * 7 + 20 * 7 + 30 * 3) / 24.0);
    lg_profile_free(p);
}

static void day_that_is_not_full(void **state)
{
    (void)state;
    lg_profile *p = lg_profile_new(&counting.mem, 2, 0, LG_HOUR_MS, LG_DAY_MS, LG_UNIT_W);
    p->values[0] = 1;
    p->values[1] = 2;
    near(lg_profile_mean(p, 0, 2 * LG_HOUR_MS), 1.5);
    assert_true(isnan(lg_profile_at(p, 2 * LG_HOUR_MS)));
    assert_true(isnan(lg_profile_mean(p, LG_HOUR_MS, 3 * LG_HOUR_MS)));
    near(lg_profile_at(p, LG_DAY_MS), 1);
    lg_profile_free(p);
}

static void series(void **state)
{
    (void)state;
    int64_t start = INT64_C(1717372800000);
    lg_profile *p = lg_profile_new(&counting.mem, 4, start, 15 * LG_MINUTE_MS, 0, LG_UNIT_KWH);
    const double values[] = {4, 8, 6, 2};
    for (uint32_t i = 0; i < 4; i++)
        p->values[i] = values[i];
    near(lg_profile_at(p, start), 4);
    near(lg_profile_at(p, start + 59 * LG_MINUTE_MS), 2);
    near(lg_profile_mean(p, start, start + LG_HOUR_MS), 5);
    near(lg_profile_mean(p, start + 10 * LG_MINUTE_MS, start + 20 * LG_MINUTE_MS), 6);
    assert_true(isnan(lg_profile_at(p, start - 1)));
    assert_true(isnan(lg_profile_at(p, start + LG_HOUR_MS)));
    assert_true(isnan(lg_profile_mean(p, start - 1, start + LG_MINUTE_MS)));
    assert_true(isnan(lg_profile_mean(p, start, start + LG_HOUR_MS + 1)));
    p->values[2] = (double)NAN; /* a gap */
    near(lg_profile_mean(p, start, start + 30 * LG_MINUTE_MS), 6);
    assert_true(isnan(lg_profile_mean(p, start, start + LG_HOUR_MS)));
    lg_profile_free(p);
}

static int make(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_profile *a = lg_profile_new(mem, 10, 0, 1, 0, LG_UNIT_W);
    lg_profile *b = a ? lg_profile_constant(mem, 1, LG_UNIT_W) : NULL;
    int result = !a || !b;
    lg_profile_free(b);
    lg_profile_free(a);
    return result;
}

static void sweep(void **state)
{
    (void)state;
    assert_int_equal(lg_sweep_allocations(make, NULL), 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(constant),
        CASE(new_profile_says_nothing),
        CASE(repeating_day),
        CASE(day_that_starts_late),
        CASE(period_that_cuts_the_last_step),
        CASE(day_that_is_not_full),
        CASE(series),
        CASE(sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
