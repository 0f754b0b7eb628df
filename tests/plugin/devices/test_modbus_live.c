/* Shows the safety ladder on a SunSpec device: what is written, and what is not. There is no guard,
 * which might find this process slow; the device has a watchdog. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scene.h"

#include <string.h>

#include "device.h"

static const char *const live[] = {"mode=live", "allow=active", "write_interval_ms=100",
                                   "watchdog_s=30", NULL};

static void live_writes_confirms_and_ends(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, live);
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 7, -2000, 60000), LG_DEVICE_LATER);
    scene_told(&s, 7);
    assert_int_equal(s.bench.done_status, LG_OK);
    assert_int_equal(peer_number(&s.peer, "get 704 WSet"), 200); /* in tens of watts, given */
    assert_int_equal(peer_number(&s.peer, "get 704 WSetEna"), 1);
    assert_int_equal(peer_number(&s.peer, "get 704 WSetRvrtTms"), 30);
    scene_samples(&s);
    assert_true(scene_value(&s, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == -2000);
    scene_command(&s, 8, -1000, 500);
    scene_wait(&s, "get 704 WSetEna", 0); /* its time is over */
    scene_stop(&s);
}

static void shadow_only_tells(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, (const char *const[]){"allow=active", NULL});
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 1, -2000, 60000), LG_OK);
    scene_samples(&s);
    assert_non_null(strstr(s.bench.log, "shadow: \"Inverter\" would be written"));
    assert_int_equal(peer_number(&s.peer, "writes"), 0);
    scene_stop(&s);
}

static void what_is_not_allowed_is_refused(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, (const char *const[]){"mode=live", "allow=start", "lower_W=-3000", NULL});
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 1, -2000, 60000), LG_FOREIGN);
    assert_int_equal(peer_number(&s.peer, "writes"), 0);
    scene_stop(&s);
}

static void limits_and_ramps_are_kept(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, (const char *const[]){"mode=live", "allow=active", "lower_W=-3000", "upper_W=0",
                                         "ramp_W_per_s=2000", "write_interval_ms=200", NULL});
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 1, -3010, 60000), LG_LIMIT);
    assert_int_equal(scene_command(&s, 2, 10, 60000), LG_LIMIT);
    assert_int_equal(scene_command(&s, 3, -3000, 60000), LG_DEVICE_LATER);
    scene_told(&s, 3);
    /* A fifth of a second at 2000 W/s from nothing. The peer may be asked late, never early. */
    assert_in_range(peer_number(&s.peer, "get 704 WSet"), 40, 299);
    scene_wait(&s, "get 704 WSet", 300);
    scene_stop(&s);
}

static void a_deaf_device_is_reported(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, live);
    scene_samples(&s);
    scene_tell(&s, "deaf");
    assert_int_equal(scene_command(&s, 5, -1000, 60000), LG_DEVICE_LATER);
    scene_told(&s, 5);
    assert_int_equal(s.bench.done_status, LG_PLUGIN);
    assert_string_equal(s.bench.done_why,
                        "it says that it has taken the value, and holds another one");
    scene_stop(&s);
}

static void storage_is_steered_by_rates(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, "1,103,120,124,203,802");
    scene_open(&s, live);
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 7, 1000, 60000), LG_DEVICE_LATER);
    scene_told(&s, 7);
    assert_int_equal(s.bench.done_status, LG_OK);
    assert_int_equal(peer_number(&s.peer, "get 124 InWRte"), 25); /* of 4000 W */
    assert_int_equal(peer_number(&s.peer, "get 124 OutWRte"), -25);
    assert_int_equal(peer_number(&s.peer, "get 124 StorCtl_Mod"), 3);
    scene_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_writes_confirms_and_ends),
        cmocka_unit_test(shadow_only_tells),
        cmocka_unit_test(what_is_not_allowed_is_refused),
        cmocka_unit_test(limits_and_ramps_are_kept),
        cmocka_unit_test(a_deaf_device_is_reported),
        cmocka_unit_test(storage_is_steered_by_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
