/* Descriptors and alarms are heard from rounds, as long as they are wanted, and may end themselves
 * in what they call. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>
#include "loop/watch.h"
#include "support/failing_mem.h"

typedef struct ear {
    lg_watch_point *point;
    unsigned what, count;
    bool ends;
} ear;

static void ready(void *ctx, unsigned what)
{
    ear *e = ctx;
    e->what |= what;
    e->count++;
    if (e->ends)
        lg_watch_point_free(e->point);
}

static void due(void *ctx)
{
    ear *e = ctx;
    e->count++;
}

static void a_descriptor_is_heard_for_what_is_wanted(void **state)
{
    (void)state;
    int ends[2];
    ear e = {.count = 0};
    lg_loop *loop = lg_loop_new(lg_mem_system());
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    e.point = lg_watch_fd(loop, ends[0], ready, &e);
    assert_non_null(e.point);
    assert_int_equal(write(ends[1], "x", 1), 1);
    lg_loop_round_now(loop);
    assert_int_equal(e.count, 0); /* for nothing yet */
    assert_int_equal(lg_watch_for(e.point, LG_WATCH_READ), LG_OK);
    lg_loop_round_now(loop);
    assert_int_equal(e.what, LG_WATCH_READ);
    e.what = 0;
    assert_int_equal(lg_watch_for(e.point, LG_WATCH_WRITE), LG_OK);
    lg_loop_round_now(loop);
    assert_int_equal(e.what, LG_WATCH_WRITE);
    assert_int_equal(lg_watch_for(e.point, 0), LG_OK);
    e.count = 0;
    lg_loop_round_now(loop);
    assert_int_equal(e.count, 0);
    e.ends = true; /* both are ready: the second is not called any more */
    assert_int_equal(lg_watch_for(e.point, LG_WATCH_READ | LG_WATCH_WRITE), LG_OK);
    lg_loop_round_now(loop);
    assert_int_equal(e.count, 1);
    close(ends[0]);
    close(ends[1]);
    lg_loop_free(loop);
}

static void an_alarm_rings_once(void **state)
{
    (void)state;
    ear e = {.count = 0};
    lg_loop *loop = lg_loop_new(lg_mem_system());
    lg_watch_point *alarm = lg_watch_alarm(loop, due, &e);
    assert_non_null(alarm);
    lg_loop_round_now(loop);
    assert_int_equal(e.count, 0); /* it is not set */
    assert_int_equal(lg_watch_set(alarm, 0), LG_OK);
    for (int i = 0; i < 1000 && !e.count; i++)
        lg_loop_round_now(loop);
    assert_int_equal(e.count, 1);
    lg_loop_round_now(loop);
    assert_int_equal(e.count, 1);
    assert_int_equal(lg_watch_set(alarm, 100000), LG_OK);
    lg_watch_point_free(alarm); /* also while it is set */
    lg_watch_point_free(NULL);
    lg_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_descriptor_is_heard_for_what_is_wanted),
        cmocka_unit_test(an_alarm_rings_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
