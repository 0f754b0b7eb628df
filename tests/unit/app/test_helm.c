/* When ticks are done, by a clock that the tests wind by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "app/helm.h"

#define MS INT64_C(1000000)

static int64_t clock_ns;

static int64_t now(void)
{
    return clock_ns;
}

/* Slots of 15 minutes with 10 ticks; 15m=10s makes a tick a second. */
static lg_helm made(const char *pace)
{
    lg_helm helm;
    lg_err err;
    clock_ns = 1000 * MS;
    lg_helm_init(&helm, 4, 10, 900000, now);
    if (pace)
        assert_int_equal(lg_pace_read(pace, &helm.pace, &err), LG_OK);
    return helm;
}

static void do_tick(lg_helm *helm)
{
    lg_place next = helm->next;
    if (++next.tick == helm->ticks_per_slot)
        next = (lg_place){.slot = next.slot + 1};
    lg_helm_done(helm, next);
}

/* Ticks that are done before it waits or ends. */
static int run_on(lg_helm *helm, lg_helm_order *order, int64_t *until_ns)
{
    int ticks = 0;
    while ((*order = lg_helm_next(helm, until_ns)) == LG_HELM_TICK) {
        do_tick(helm);
        ticks++;
    }
    return ticks;
}

static void full_speed_goes_to_the_end(void **state)
{
    (void)state;
    lg_helm helm = made(NULL);
    lg_helm_order order;
    int64_t until;
    assert_int_equal(run_on(&helm, &order, &until), 40);
    assert_int_equal(order, LG_HELM_END);
    assert_true(lg_helm_slot_in_ns(&helm) == -1);
}

static void deadlines_do_not_drift(void **state)
{
    (void)state;
    lg_helm helm = made("15m=10s");
    lg_helm_order order;
    int64_t until;
    for (int tick = 1; tick < 40; tick++) {
        assert_int_equal(run_on(&helm, &order, &until), 1);
        assert_int_equal(order, LG_HELM_WAIT);
        assert_true(until == (1000 + 1000 * tick) * MS); /* however late the tick before was */
        clock_ns = until + 300 * MS;
    }
    assert_int_equal(run_on(&helm, &order, &until), 1);
    assert_int_equal(order, LG_HELM_END);
}

static void odd_ticks_add_up(void **state)
{
    (void)state;
    lg_helm helm = made("7m=1s"); /* a tick is 214.28 ms */
    lg_helm_order order;
    int64_t until;
    while (helm.next.slot < 3) {
        run_on(&helm, &order, &until);
        clock_ns = until;
    }
    assert_true(until == 1000 * MS + INT64_C(2700000) * 1000000000 / 420000);
}

static void late_is_told_once_and_caught_up(void **state)
{
    (void)state;
    lg_helm helm = made("15m=10s");
    lg_helm_order order;
    int64_t until;
    lg_text news;
    lg_text_init(&news, lg_mem_system());
    run_on(&helm, &order, &until);
    assert_false(lg_helm_news(&helm, &news));
    clock_ns += 1900 * MS; /* less than two ticks late */
    run_on(&helm, &order, &until);
    assert_false(lg_helm_news(&helm, &news));
    clock_ns += 14000 * MS;
    assert_int_equal(lg_helm_next(&helm, &until), LG_HELM_TICK);
    assert_true(lg_helm_news(&helm, &news));
    assert_string_equal(
        lg_text_peek(&news),
        "behind its pace: tick 2 of slot 0 is 13.9 s late; it goes on as fast as it "
        "can until it has caught up");
    assert_false(lg_helm_news(&helm, &news));
    assert_int_equal(run_on(&helm, &order, &until), 14);
    assert_int_equal(order, LG_HELM_WAIT);
    lg_text_clear(&news);
    assert_true(lg_helm_news(&helm, &news));
    assert_string_equal(lg_text_peek(&news), "caught up with its pace in slot 1");
    assert_false(lg_helm_news(&helm, &news));
    lg_text_fini(&news);
}

static void a_pause_is_not_caught_up(void **state)
{
    (void)state;
    lg_helm helm = made("15m=10s");
    lg_helm_order order;
    int64_t until;
    run_on(&helm, &order, &until);
    lg_helm_pause(&helm);
    assert_int_equal(lg_helm_next(&helm, &until), LG_HELM_WAIT);
    assert_true(until == INT64_MAX);
    clock_ns += 3600000 * MS;
    lg_helm_resume(&helm);
    assert_int_equal(run_on(&helm, &order, &until), 1);
    assert_true(until == clock_ns + 1000 * MS);
    assert_true(lg_helm_slot_in_ns(&helm) == 9000 * MS);
}

static void steps_are_done_in_a_pause(void **state)
{
    (void)state;
    lg_helm helm = made("real");
    lg_helm_order order;
    int64_t until;
    lg_helm_step_ticks(&helm, 3);
    assert_int_equal(run_on(&helm, &order, &until), 3);
    assert_int_equal(order, LG_HELM_WAIT);
    lg_helm_step_slots(&helm, 1); /* the rest of this one */
    assert_int_equal(run_on(&helm, &order, &until), 7);
    lg_helm_step_slots(&helm, 2);
    assert_int_equal(run_on(&helm, &order, &until), 20);
    lg_helm_step_slots(&helm, 10000000); /* more than there are */
    assert_int_equal(run_on(&helm, &order, &until), 10);
    assert_int_equal(order, LG_HELM_END);
}

static void a_stop_finishes_the_slot_at_once(void **state)
{
    (void)state;
    for (int paused = 0; paused <= 1; paused++) {
        lg_helm helm = made("15m=10s");
        lg_helm_order order;
        int64_t until;
        run_on(&helm, &order, &until);
        if (paused)
            lg_helm_pause(&helm);
        lg_helm_set_stop(&helm, LG_HELM_STOP_SLOT);
        assert_int_equal(run_on(&helm, &order, &until), 9);
        assert_int_equal(order, LG_HELM_END);
        assert_int_equal(helm.next.slot, 1);
    }
}

static void a_stop_at_the_very_start_does_one_slot(void **state)
{
    (void)state;
    lg_helm helm = made(NULL);
    lg_helm_order order;
    int64_t until;
    lg_helm_pause(&helm);
    lg_helm_set_stop(&helm, LG_HELM_STOP_SLOT);
    assert_int_equal(run_on(&helm, &order, &until), 10);
    assert_int_equal(order, LG_HELM_END);
}

static void a_stop_after_the_tick_and_a_second_stop_end_now(void **state)
{
    (void)state;
    lg_helm helm = made("15m=10s");
    lg_helm_order order;
    int64_t until;
    run_on(&helm, &order, &until);
    lg_helm_set_stop(&helm, LG_HELM_STOP_TICK);
    assert_int_equal(lg_helm_next(&helm, &until), LG_HELM_END);
    helm = made("15m=10s");
    run_on(&helm, &order, &until);
    lg_helm_set_stop(&helm, LG_HELM_STOP_SLOT);
    lg_helm_set_stop(&helm, LG_HELM_STOP_SLOT);
    assert_int_equal(lg_helm_next(&helm, &until), LG_HELM_END);
    lg_helm_set_stop(&helm, LG_HELM_STOP_SLOT);
    assert_int_equal(helm.stop, LG_HELM_STOP_TICK);
}

static void another_pace_rules_from_the_next_tick(void **state)
{
    (void)state;
    lg_helm helm = made("15m=10s");
    lg_helm_order order;
    int64_t until;
    run_on(&helm, &order, &until);
    clock_ns += 500 * MS;
    lg_helm_set_pace(&helm, (lg_pace){.simulated_ms = 900000, .real_ms = 20000});
    assert_int_equal(run_on(&helm, &order, &until), 1);
    assert_true(until == clock_ns + 2000 * MS);
    lg_helm_set_pace(&helm, (lg_pace){0});
    assert_int_equal(run_on(&helm, &order, &until), 38);
    assert_int_equal(order, LG_HELM_END);
}

static void a_slot_waits_for_half_of_its_time(void **state)
{
    (void)state;
    lg_helm helm = made("15m=4s");
    assert_true(lg_helm_patience(&helm, 0.5) == 2.0);
    helm.paused = true;
    assert_true(lg_helm_patience(&helm, 0.5) == 0);
    helm = made("15m=20ms");
    assert_true(lg_helm_patience(&helm, 0.5) == LG_HELM_PATIENCE_MIN_S);
    helm = made(NULL);
    assert_true(lg_helm_patience(&helm, 0.5) == 0);
}

static void the_slowest_pace_does_not_overflow(void **state)
{
    (void)state;
    lg_helm helm = made("1ms=36600d");
    int64_t until;
    assert_int_equal(lg_helm_next(&helm, &until), LG_HELM_TICK);
    do_tick(&helm);
    assert_int_equal(lg_helm_next(&helm, &until), LG_HELM_WAIT);
    assert_true(until > clock_ns && until < INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_speed_goes_to_the_end),
        cmocka_unit_test(deadlines_do_not_drift),
        cmocka_unit_test(odd_ticks_add_up),
        cmocka_unit_test(late_is_told_once_and_caught_up),
        cmocka_unit_test(a_pause_is_not_caught_up),
        cmocka_unit_test(steps_are_done_in_a_pause),
        cmocka_unit_test(a_stop_finishes_the_slot_at_once),
        cmocka_unit_test(a_stop_at_the_very_start_does_one_slot),
        cmocka_unit_test(a_stop_after_the_tick_and_a_second_stop_end_now),
        cmocka_unit_test(another_pace_rules_from_the_next_tick),
        cmocka_unit_test(a_slot_waits_for_half_of_its_time),
        cmocka_unit_test(the_slowest_pace_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
