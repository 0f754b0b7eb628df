/* Shows what is written of a set point and when: time is a number here, expected values are written
 * out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "ladder/ladder.h"

#include <math.h>

static const ladder_limits limits = {.is_allowed = true,
                                     .lower = -5000,
                                     .upper = 5000,
                                     .ramp_per_s = INFINITY,
                                     .interval_ms = 1000,
                                     .refresh_ms = 10000,
                                     .safe = NAN};

static uint64_t replaced;

/* A live ladder whose equipment has confirmed that it is left to itself, at 0. */
static ladder released(const ladder_limits *of)
{
    ladder l;
    double value;
    ladder_init(&l, LADDER_LIVE, of);
    assert_false(ladder_is_safe(&l)); /* nobody knows what it holds */
    assert_true(ladder_step(&l, 0, &value));
    assert_true(isnan(of->safe) ? isnan(value) : value == of->safe);
    ladder_wrote(&l, true, 0);
    assert_true(ladder_is_safe(&l));
    return l;
}

static void expect_write(ladder *l, int64_t now_ms, double expected)
{
    double value = 0;
    assert_true(ladder_step(l, now_ms, &value));
    assert_true(isnan(expected) ? isnan(value) : fabs(value - expected) < 1e-9);
}

static void expect_nothing(ladder *l, int64_t now_ms)
{
    double value;
    assert_false(ladder_step(l, now_ms, &value));
}

static void a_value_is_written_refreshed_and_ended(void **state)
{
    ladder l = released(&limits);
    (void)state;
    assert_int_equal(ladder_command(&l, 4, 1000, 25000, 5000, &replaced), LADDER_TAKEN);
    expect_write(&l, 5000, 1000);
    expect_nothing(&l, 5100); /* it is on its way */
    ladder_news news = ladder_wrote(&l, true, 5200);
    assert_int_equal(news.number, 4);
    assert_true(news.is_done);
    expect_nothing(&l, 14900);
    assert_int_equal(ladder_due(&l, 5200), 15000);
    expect_write(&l, 15000, 1000); /* before its watchdog ends it */
    assert_int_equal(ladder_wrote(&l, true, 15000).number, 0);
    assert_int_equal(ladder_due(&l, 15000), 25000);
    expect_write(&l, 25000, NAN); /* its time is over */
    ladder_wrote(&l, true, 25000);
    assert_true(ladder_is_safe(&l));
    expect_nothing(&l, 99000);
    assert_int_equal(ladder_due(&l, 99000), -1);
}

static void a_ramp_goes_step_by_step(void **state)
{
    ladder_limits slow = limits;
    (void)state;
    slow.ramp_per_s = 400;
    ladder l = released(&slow);
    ladder_measured(&l, -100); /* what it does by itself is where the ramp begins */
    ladder_command(&l, 1, 1000, 90000, 10000, &replaced);
    expect_write(&l, 10000, 300);
    ladder_wrote(&l, true, 10000);
    expect_nothing(&l, 10999);
    expect_write(&l, 11000, 700);
    ladder_wrote(&l, true, 11000);
    expect_write(&l, 12500, 1000);
    ladder_wrote(&l, true, 12500);
    ladder_command(&l, 2, -1000, 90000, 13000, &replaced);
    expect_nothing(&l, 13400); /* not more often than the interval */
    expect_write(&l, 13500, 600);
}

static void a_fault_goes_for_the_safe_value(void **state)
{
    ladder_limits safe = limits;
    (void)state;
    safe.safe = -50;
    safe.ramp_per_s = 1;
    ladder l = released(&safe);
    ladder_command(&l, 8, 2000, 90000, 1000, &replaced);
    expect_write(&l, 1000, -49); /* a ramp that starts from the safe value */
    ladder_news news = ladder_fault(&l, 1100);
    assert_int_equal(news.number, 8);
    assert_false(news.is_done);
    assert_false(ladder_is_safe(&l));
    expect_write(&l, 1100, -50); /* at once, and without a ramp */
    ladder_wrote(&l, false, 1200);
    assert_int_equal(ladder_due(&l, 1200), 2200);
    for (int64_t now = 2200; now < 60000; now += LADDER_AGAIN_MS) { /* for ever */
        expect_write(&l, now, -50);
        ladder_wrote(&l, false, now);
    }
    expect_write(&l, 60200, -50);
    ladder_wrote(&l, true, 60300);
    assert_true(ladder_is_safe(&l));
}

static void what_fails_again_is_reported(void **state)
{
    ladder l = released(&limits);
    (void)state;
    ladder_command(&l, 3, 100, 90000, 1000, &replaced);
    for (int attempt = 1; attempt <= LADDER_ATTEMPTS; attempt++) {
        expect_write(&l, 1000 * attempt, 100);
        ladder_news news = ladder_wrote(&l, false, 1000 * attempt);
        assert_int_equal(news.number, attempt == LADDER_ATTEMPTS ? 3 : 0);
        assert_false(news.is_done);
    }
    expect_write(&l, 4000, NAN);
}

static void a_command_replaces_the_one_before(void **state)
{
    ladder l = released(&limits);
    (void)state;
    ladder_command(&l, 1, 100, 90000, 1000, &replaced);
    expect_write(&l, 1000, 100);
    ladder_command(&l, 2, 200, 90000, 1100, &replaced);
    assert_int_equal(replaced, 1);
    ladder_command(&l, 3, NAN, INT64_MAX, 1200, &replaced);
    assert_int_equal(replaced, 2);
    assert_true(ladder_wrote(&l, true, 1300).number == 3); /* of what was on its way */
    expect_write(&l, 1300, NAN);
}

static void what_may_not_be_is_refused(void **state)
{
    ladder_limits none = limits;
    ladder l = released(&limits);
    double value;
    (void)state;
    assert_int_equal(ladder_command(&l, 1, 5001, 9000, 1000, &replaced), LADDER_OUTSIDE);
    assert_int_equal(ladder_command(&l, 1, -5001, 9000, 1000, &replaced), LADDER_OUTSIDE);
    assert_int_equal(ladder_command(&l, 1, 0, 1000, 1000, &replaced), LADDER_OVER);
    none.is_allowed = false;
    ladder_init(&l, LADDER_LIVE, &none);
    assert_int_equal(ladder_command(&l, 1, 0, 9000, 1000, &replaced), LADDER_FORBIDDEN);
    assert_false(ladder_step(&l, 1000, &value)); /* not even the safe value is its to write */
    none.is_allowed = true;
    none.lower = NAN; /* limits that nobody knows allow nothing */
    ladder_init(&l, LADDER_LIVE, &none);
    assert_int_equal(ladder_command(&l, 1, 0, 9000, 1000, &replaced), LADDER_OUTSIDE);
}

static void a_shadow_tells_each_value_once(void **state)
{
    ladder l;
    (void)state;
    ladder_init(&l, LADDER_SHADOW, &limits);
    expect_nothing(&l, 0); /* it never touched the equipment */
    ladder_command(&l, 0, 100, 90000, 1000, &replaced);
    expect_write(&l, 1000, 100);
    ladder_wrote(&l, true, 1000);
    expect_nothing(&l, 89000);
    expect_write(&l, 90000, NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_written_refreshed_and_ended),
        cmocka_unit_test(a_ramp_goes_step_by_step),
        cmocka_unit_test(a_fault_goes_for_the_safe_value),
        cmocka_unit_test(what_fails_again_is_reported),
        cmocka_unit_test(a_command_replaces_the_one_before),
        cmocka_unit_test(what_may_not_be_is_refused),
        cmocka_unit_test(a_shadow_tells_each_value_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
