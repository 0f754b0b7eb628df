/* Signals and timers are heard from rounds, and everything is given back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include "loop/loop.h"
#include "support/failing_mem.h"

static int heard_number;
static uint32_t due_count;

static void hear(void *ctx, int number)
{
    (void)ctx;
    heard_number = number;
}

static void count(void *ctx)
{
    ++*(uint32_t *)ctx;
}

static void test_signal_is_heard_in_a_round(void **state)
{
    (void)state;
    struct sigaction before, after;
    sigaction(SIGUSR1, NULL, &before);
    lg_loop *loop = lg_loop_new(lg_mem_system());
    assert_non_null(loop);
    assert_int_equal(lg_loop_on_signal(loop, SIGUSR1, hear, NULL), LG_OK);
    heard_number = 0;
    raise(SIGUSR1);
    assert_int_equal(heard_number, 0);
    lg_loop_round_now(loop);
    assert_int_equal(heard_number, SIGUSR1);
    lg_loop_free(loop);
    sigaction(SIGUSR1, NULL, &after);
    assert_true(before.sa_handler == after.sa_handler);
}

static void test_timer_comes_again(void **state)
{
    (void)state;
    lg_loop *loop = lg_loop_new(lg_mem_system());
    due_count = 0;
    assert_int_equal(lg_loop_every(loop, 0, count, &due_count), LG_INVALID);
    assert_int_equal(lg_loop_every(loop, 1, count, &due_count), LG_OK);
    for (uint32_t i = 0; i < 100000000 && due_count < 3; i++)
        lg_loop_round_now(loop);
    assert_true(due_count >= 3);
    lg_loop_free(loop);
}

static void test_rounds_without_watches(void **state)
{
    (void)state;
    lg_loop *loop = lg_loop_new(lg_mem_system());
    for (int i = 0; i < 1000; i++)
        lg_loop_round(loop);
    lg_loop_round_now(loop);
    lg_loop_free(loop);
    lg_loop_free(NULL);
}

static void test_a_wait_ends_in_time_or_by_what_happens(void **state)
{
    (void)state;
    lg_loop *loop = lg_loop_new(lg_mem_system());
    int64_t begin = lg_loop_now_ns(), until = begin + 20000000;
    uint32_t waits = 0;
    while (lg_loop_now_ns() < until) {
        lg_loop_wait(loop, until);
        waits++;
    }
    assert_true(waits < 20);   /* it does not spin */
    lg_loop_wait(loop, begin); /* long gone: does not wait */
    assert_int_equal(lg_loop_on_signal(loop, SIGUSR1, hear, NULL), LG_OK);
    heard_number = 0;
    raise(SIGUSR1);
    for (int i = 0; i < 100 && !heard_number; i++)
        lg_loop_wait(loop, LG_LOOP_NEVER);
    assert_int_equal(heard_number, SIGUSR1);
    lg_loop_free(loop);
}

static int make(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_loop *loop = lg_loop_new(mem);
    if (!loop)
        return 1;
    lg_status status = lg_loop_on_signal(loop, SIGUSR1, hear, NULL);
    if (status == LG_OK)
        status = lg_loop_every(loop, 1000, count, &due_count);
    lg_loop_free(loop);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void test_memory_err(void **state)
{
    (void)state;
    lg_sweep_allocations(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signal_is_heard_in_a_round),
        cmocka_unit_test(test_timer_comes_again),
        cmocka_unit_test(test_rounds_without_watches),
        cmocka_unit_test(test_a_wait_ends_in_time_or_by_what_happens),
        cmocka_unit_test(test_memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
