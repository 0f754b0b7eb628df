/* Integer arithmetic: rounding half away from zero through 128 bits, and overflow that does not
 * pass. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"

static void muldiv(void **state)
{
    (void)state;
    assert_int_equal(lg_muldiv(7, 1, 2), 4);
    assert_int_equal(lg_muldiv(-7, 1, 2), -4);
    assert_int_equal(lg_muldiv(7, -1, 2), -4);
    assert_int_equal(lg_muldiv(10, 1, 3), 3);
    assert_int_equal(lg_muldiv(11, 1, 3), 4);
    assert_int_equal(lg_muldiv(-11, 1, 3), -4);
    assert_int_equal(lg_muldiv(0, 5, 9), 0);
    assert_int_equal(lg_muldiv(1, 1, INT64_MAX), 0);
    assert_int_equal(lg_muldiv(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
    assert_int_equal(lg_muldiv(INT64_MIN, 1, 1), INT64_MIN);
    assert_int_equal(lg_muldiv(30000000, 1500000000, 1000000000), 45000000); /* 30 ct at 1.5 kWh */
}

static void sums_and_bounds(void **state)
{
    (void)state;
    assert_int_equal(lg_add(INT64_MAX - 1, 1), INT64_MAX);
    assert_int_equal(lg_add(-5, 3), -2);
    assert_int_equal(lg_min64(-1, 1), -1);
    assert_int_equal(lg_max64(-1, 1), 1);
}

static void sums_within_a_bound(void **state)
{
    (void)state;
    int64_t sum = 90;
    assert_true(lg_sum_within(&sum, 10, 100));
    assert_false(lg_sum_within(&sum, 1, 100));
    assert_int_equal(sum, 100);
    assert_true(lg_sum_within(&sum, -200, 100));
    assert_false(lg_sum_within(&sum, -1, 100));
    assert_int_equal(sum, -100);
    sum = INT64_MAX - 1;
    assert_false(lg_sum_within(&sum, 2, INT64_MAX));
    assert_true(lg_sum_within(&sum, 1, INT64_MAX));
    assert_int_equal(sum, INT64_MAX);
}

static void muldiv_too_large(void)
{
    volatile int64_t large = INT64_MAX;
    (void)lg_muldiv(large, 2, 1);
}

static void add_too_large(void)
{
    volatile int64_t large = INT64_MAX;
    (void)lg_add(large, 1);
}

/* Runs @p work in a child and checks that it was aborted, with its message swallowed. */
static void expect_abort(void (*work)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        work();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void overflow_err(void **state)
{
    (void)state;
    expect_abort(muldiv_too_large);
    expect_abort(add_too_large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(muldiv),
        cmocka_unit_test(sums_and_bounds),
        cmocka_unit_test(sums_within_a_bound),
        cmocka_unit_test(overflow_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
