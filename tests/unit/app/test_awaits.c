/* Whom a tick waits for, by a clock that the tests wind by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/awaits.h"
#include "loop/loop.h"
#include "support/failing_mem.h"

#define MS INT64_C(1000000)

enum { SLOT, TICK };

static int64_t clock_ns;
static uint32_t gone[16], gone_count;

static int64_t now(void)
{
    return clock_ns;
}

static void given_up(void *ctx, uint32_t client, int64_t waited_ns)
{
    (void)ctx, (void)waited_ns;
    gone[gone_count++] = client;
}

static lg_awaits made(int64_t most_ms)
{
    lg_awaits a;
    clock_ns = 1000 * MS;
    gone_count = 0;
    lg_awaits_init(&a, lg_mem_system(), most_ms * MS, now);
    return a;
}

/* Waits as a run does until the next tick may be done. @return milliseconds */
static int64_t wait_out(lg_awaits *a, bool quiet)
{
    int64_t begun_ns = clock_ns, until_ns;
    while (lg_awaits_wait(a, quiet, &until_ns, given_up, NULL)) {
        assert_true(until_ns > clock_ns);
        assert_true(until_ns < LG_LOOP_NEVER);
        clock_ns = until_ns;
    }
    return (clock_ns - begun_ns) / MS;
}

/* The client is told something, the tick begins to wait, the answer comes after @p took_ms. */
static void answers(lg_awaits *a, uint32_t client, uint32_t kind, int64_t took_ms)
{
    int64_t until_ns;
    lg_awaits_told(a, client, kind);
    assert_true(lg_awaits_wait(a, false, &until_ns, given_up, NULL));
    clock_ns += took_ms * MS;
    lg_awaits_heard(a, client, true);
    lg_awaits_ticked(a);
}

static void nobody_is_waited_for_unasked(void **state)
{
    (void)state;
    lg_awaits a = made(0);
    lg_awaits_told(&a, 0, SLOT);
    lg_awaits_heard(&a, 0, true);
    assert_int_equal(wait_out(&a, false), 0);
    lg_awaits_fini(&a);
    a = made(5000);
    assert_int_equal(wait_out(&a, false), 0);
    lg_awaits_drop(&a, 7);
    lg_awaits_heard(&a, 7, false);
    assert_false(lg_awaits_has(&a, 7));
    lg_awaits_fini(&a);
}

static void an_answer_ends_the_wait(void **state)
{
    (void)state;
    lg_awaits a = made(5000);
    answers(&a, 0, SLOT, 40);
    assert_int_equal(wait_out(&a, false), 0);
    lg_awaits_told(&a, 0, SLOT);
    lg_awaits_told(&a, 3, SLOT);
    lg_awaits_heard(&a, 0, true);
    assert_true(lg_awaits_has(&a, 3));
    lg_awaits_drop(&a, 3); /* nobody hears it */
    assert_int_equal(wait_out(&a, false), 0);
    assert_int_equal(gone_count, 0);
    lg_awaits_fini(&a);
}

/* Who has never answered: the whole time, then half of it, ... at least 200 ms. Who has: four times
 * the longest of the last eight answers to that kind. */
static void a_silence_lasts_as_answers_give_reason_to(void **state)
{
    (void)state;
    static const int64_t unknown_ms[] = {5000, 2500, 1250, 625, 312, 200, 200};
    lg_awaits a = made(5000);
    for (int i = 0; i < 7; i++) {
        lg_awaits_told(&a, 0, TICK);
        assert_int_equal(wait_out(&a, false), unknown_ms[i]);
    }
    assert_int_equal(gone_count, 7);
    lg_awaits_drop(&a, 0);
    answers(&a, 0, TICK, 300);
    answers(&a, 0, TICK, 10);
    lg_awaits_told(&a, 0, TICK);
    assert_int_equal(wait_out(&a, false), 1200);
    lg_awaits_drop(&a, 0);
    lg_awaits_told(&a, 0, SLOT); /* of another kind nothing is known */
    assert_int_equal(wait_out(&a, false), 5000);
    lg_awaits_drop(&a, 0);
    for (int i = 0; i < LG_AWAIT_ANSWERS; i++)
        answers(&a, 0, TICK, 60);
    for (int i = 0; i < 32 - LG_AWAIT_ANSWERS; i++)
        answers(&a, 0, TICK, 60);
    lg_awaits_told(&a, 0, TICK);
    assert_int_equal(wait_out(&a, false), 1250); /* it has answered 32 times in a row */
    lg_awaits_told(&a, 0, TICK);
    assert_int_equal(wait_out(&a, false), 240); /* the 300 ms are forgotten */
    lg_awaits_drop(&a, 0);
    answers(&a, 0, TICK, 3000);
    lg_awaits_told(&a, 0, TICK);
    assert_int_equal(wait_out(&a, false), 5000); /* never more than was named */
    lg_awaits_fini(&a);
}

/* One answer that comes when it was given up, but before the next event, is no silence. */
static void who_has_always_answered_gets_more_time(void **state)
{
    (void)state;
    lg_awaits a = made(8000);
    for (int i = 0; i < 3; i++)
        answers(&a, 0, SLOT, 2);
    for (int i = 0; i < 2; i++) {
        lg_awaits_told(&a, 0, SLOT);
        assert_int_equal(wait_out(&a, false), 2000);
        lg_awaits_heard(&a, 0, true); /* just behind: it took 2 s */
        lg_awaits_ticked(&a);
        for (int k = 0; k < LG_AWAIT_ANSWERS; k++)
            answers(&a, 0, SLOT, 2);
    }
    lg_awaits_told(&a, 0, SLOT);
    assert_int_equal(wait_out(&a, false), 2000);
    lg_awaits_told(&a, 0, SLOT); /* it was a silence after all */
    assert_int_equal(wait_out(&a, false), 200);
    for (int i = 0; i < 30; i++)
        answers(&a, 0, SLOT, 2);
    lg_awaits_told(&a, 0, SLOT);
    assert_int_equal(wait_out(&a, false), 200); /* of 32 it has let one pass */
    for (int i = 0; i < 32; i++)
        answers(&a, 0, SLOT, 2);
    lg_awaits_told(&a, 0, SLOT);
    assert_int_equal(wait_out(&a, false), 2000);
    lg_awaits_fini(&a);
}

static void each_client_has_a_time_of_its_own(void **state)
{
    (void)state;
    lg_awaits a = made(5000);
    answers(&a, 0, TICK, 100);
    answers(&a, 1, TICK, 500);
    lg_awaits_told(&a, 0, TICK);
    lg_awaits_told(&a, 1, TICK);
    assert_int_equal(wait_out(&a, false), 2000);
    assert_int_equal(gone_count, 2);
    assert_int_equal(gone[0], 0);
    assert_int_equal(gone[1], 1);
    lg_awaits_fini(&a);
}

/* Those who send one batch after the other get a moment for the next one. */
static void more_is_waited_for_as_it_comes(void **state)
{
    (void)state;
    lg_awaits a = made(5000);
    answers(&a, 0, TICK, 20);
    lg_awaits_more(&a, 0);
    assert_int_equal(wait_out(&a, false), 30);
    clock_ns += 40 * MS;
    lg_awaits_heard(&a, 0, true); /* 70 ms behind the answer, on a machine with much to do */
    lg_awaits_ticked(&a);
    lg_awaits_more(&a, 0);
    assert_int_equal(wait_out(&a, false), 140);
    clock_ns += 2000 * MS;
    lg_awaits_heard(&a, 0, true);
    lg_awaits_ticked(&a);
    lg_awaits_more(&a, 0);
    assert_int_equal(wait_out(&a, false), 500); /* never more */
    answers(&a, 0, TICK, 20);                   /* what follows an event says nothing of that */
    for (int i = 0; i < 40; i++) {
        lg_awaits_more(&a, 0);
        clock_ns += 1 * MS;
        lg_awaits_heard(&a, 0, true);
        lg_awaits_ticked(&a);
    }
    lg_awaits_more(&a, 0);
    assert_int_equal(wait_out(&a, false), 30); /* it fades */
    lg_awaits_fini(&a);
}

static void more_is_waited_for_a_moment(void **state)
{
    (void)state;
    int64_t until_ns;
    lg_awaits a = made(5000);
    answers(&a, 0, TICK, 20);
    lg_awaits_more(&a, 0);
    assert_int_equal(wait_out(&a, false), 30);
    assert_int_equal(gone_count, 0);
    lg_awaits_more(&a, 0);
    assert_true(lg_awaits_wait(&a, false, &until_ns, given_up, NULL));
    clock_ns += 10 * MS;
    lg_awaits_heard(&a, 0, true);
    assert_int_equal(wait_out(&a, false), 0);
    lg_awaits_told(&a, 0, TICK);
    lg_awaits_more(&a, 0); /* an answer is expected anyway: that counts */
    assert_int_equal(wait_out(&a, false), 200);
    lg_awaits_fini(&a);
}

/* Its answers take 100 ms. Once it takes so long that the next event has been told for 5 ms when
 * the answer to the one before arrives: that to the last one is still waited for. */
static void a_late_answer_is_none_to_the_last_event(void **state)
{
    (void)state;
    lg_awaits a = made(5000);
    for (int i = 0; i < 3; i++)
        answers(&a, 0, TICK, 100);
    lg_awaits_told(&a, 0, TICK);
    assert_int_equal(wait_out(&a, false), 1250);
    lg_awaits_told(&a, 0, TICK);
    clock_ns += 5 * MS;
    lg_awaits_heard(&a, 0, true);
    lg_awaits_ticked(&a);
    assert_true(lg_awaits_has(&a, 0));
    clock_ns += 95 * MS;
    lg_awaits_heard(&a, 0, true);
    lg_awaits_ticked(&a);
    assert_false(lg_awaits_has(&a, 0));
    assert_int_equal(wait_out(&a, false), 0);
    /* it took 1255 ms: the next silence lasts so long, and not four times of it */
    lg_awaits_told(&a, 0, TICK);
    assert_int_equal(wait_out(&a, false), 1255);
    assert_int_equal(gone_count, 2);
    lg_awaits_fini(&a);
}

/* It was silent, and to the next event it answers quicker than ever: that is taken for late once,
 * and found to be none; such answers are no surprise any more. */
static void a_quick_answer_after_a_silence_costs_one_wait(void **state)
{
    (void)state;
    lg_awaits a = made(5000);
    for (int i = 0; i < 3; i++)
        answers(&a, 0, TICK, 100);
    for (int i = 0; i < 3; i++) {
        lg_awaits_told(&a, 0, TICK);
        assert_int_equal(wait_out(&a, false), i == 0 ? 1250 : 400);
        lg_awaits_told(&a, 0, TICK);
        clock_ns += 5 * MS;
        lg_awaits_heard(&a, 0, true);
        lg_awaits_ticked(&a);
        assert_int_equal(wait_out(&a, false), i == 0 ? 400 : 0);
    }
    assert_int_equal(gone_count, 3); /* of what was found to be an answer nobody is told */
    lg_awaits_fini(&a);
}

/* The other one's batch is in a tick in which nobody is called, after three seconds. */
static void a_batch_does_not_wait_for_ever_behind_a_silence(void **state)
{
    (void)state;
    lg_awaits a = made(20000);
    lg_awaits_told(&a, 0, TICK);
    lg_awaits_told(&a, 1, TICK);
    clock_ns += 100 * MS;
    lg_awaits_heard(&a, 1, true);
    assert_int_equal(wait_out(&a, true), 3000);
    assert_true(lg_awaits_has(&a, 0)); /* it still is */
    lg_awaits_ticked(&a);
    clock_ns += 1000 * MS;
    lg_awaits_heard(&a, 0, true);
    assert_int_equal(wait_out(&a, true), 0);
    assert_int_equal(gone_count, 0);
    /* at the end of a slot, and when clients are called, it waits */
    lg_awaits_ticked(&a);
    lg_awaits_told(&a, 0, TICK);
    lg_awaits_told(&a, 1, TICK);
    lg_awaits_heard(&a, 1, true);
    assert_int_equal(wait_out(&a, false), 4 * 4100);
    lg_awaits_fini(&a);
}

static void without_memory_nobody_is_waited_for(void **state)
{
    (void)state;
    lg_failing_mem mem;
    lg_failing_mem_init(&mem);
    mem.fail_at = 1;
    lg_awaits a;
    clock_ns = 1000 * MS;
    lg_awaits_init(&a, &mem.mem, 5000 * MS, now);
    lg_awaits_told(&a, 4, TICK);
    lg_awaits_more(&a, 4);
    assert_int_equal(wait_out(&a, false), 0);
    lg_awaits_fini(&a);
    assert_int_equal(mem.live_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_waited_for_unasked),
        cmocka_unit_test(an_answer_ends_the_wait),
        cmocka_unit_test(a_silence_lasts_as_answers_give_reason_to),
        cmocka_unit_test(who_has_always_answered_gets_more_time),
        cmocka_unit_test(each_client_has_a_time_of_its_own),
        cmocka_unit_test(more_is_waited_for_a_moment),
        cmocka_unit_test(more_is_waited_for_as_it_comes),
        cmocka_unit_test(a_late_answer_is_none_to_the_last_event),
        cmocka_unit_test(a_quick_answer_after_a_silence_costs_one_wait),
        cmocka_unit_test(a_batch_does_not_wait_for_ever_behind_a_silence),
        cmocka_unit_test(without_memory_nobody_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
