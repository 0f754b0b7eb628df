/* Shows that a SunSpec device is found and read over real sockets, and that nothing it does wrong
 * reaches the host as a measurement: equipment.py plays it in a process of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scene.h"

#include <math.h>
#include <string.h>

#include "device.h"

static void is_found_and_read(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, (const char *const[]){NULL});
    assert_int_equal(peer_number(&s.peer, "put 103 W 1000"), 0);
    scene_samples(&s);
    assert_true(scene_value(&s, INVERTER, LG_METRIC_AC_CURRENT) == 12.3);
    assert_true(scene_value(&s, INVERTER, LG_METRIC_AC_VOLTAGE_PHASE_1_N) == 230.1);
    assert_true(isnan(scene_value(&s, INVERTER, LG_METRIC_AC_VOLTAGE_PHASE_2_N))); /* it has none */
    assert_true(scene_value(&s, INVERTER, LG_METRIC_AC_FREQUENCY) == 50.01);
    assert_true(scene_value(&s, INVERTER, LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED) == 123456);
    assert_int_equal(s.bench.samples[INVERTER].states[0], LG_STATE_READY);
    assert_true(scene_value(&s, BATTERY, LG_METRIC_BATTERY_SOC_PCT) == 50);
    assert_true(scene_value(&s, BATTERY, LG_METRIC_BATTERY_CAPACITY) == 10000);
    assert_true(scene_value(&s, BATTERY, LG_METRIC_DC_VOLTAGE) == 48);
    assert_true(scene_value(&s, METER, LG_METRIC_AC_POWER_ACTIVE) == -1500);
    assert_true(scene_value(&s, METER, LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED) == 7000);
    /* What the nameplate says: it can charge with 4000 W and give 5000 W. */
    assert_true(s.bench.samples[INVERTER].range.lower == -5000);
    assert_true(s.bench.samples[INVERTER].range.upper == 4000);
    assert_int_equal(peer_number(&s.peer, "writes"), 0);
    scene_stop(&s);
}

static void faults_are_survived(void **state)
{
    static const char *const faults[] = {"silent",  "late 600", "short",    "torn",
                                         "foreign", "noise",    "refuse 4", "close"};
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, (const char *const[]){NULL});
    scene_samples(&s);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        scene_tell(&s, faults[i]);
        for (int turn = 0; turn < 8; turn++)
            loop_turn(&s.bench.loop, 50);
        assert_true(scene_value(&s, METER, LG_METRIC_AC_POWER_ACTIVE) == -1500 ||
                    isnan(scene_value(&s, METER, LG_METRIC_AC_POWER_ACTIVE)));
        scene_tell(&s, "fine");
        scene_samples(&s);
    }
    scene_stop(&s);
}

static bool speaks_of_loss(void *ctx)
{
    const scene *s = ctx;
    return strstr(s->bench.log, "it is lost") != NULL;
}

static void what_does_not_speak_modbus_is_left(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, (const char *const[]){NULL});
    scene_samples(&s);
    scene_tell(&s, "noise");
    assert_true(bench_until(&s.bench, speaks_of_loss, &s));
    assert_non_null(strstr(s.bench.log, "Roof: it is lost: it does not speak Modbus"));
    assert_int_equal(scene_command(&s, 1, 1000, 60000), LG_GONE);
    scene_stop(&s);
}

/* ---- what cannot be ---- */

static void a_device_without_models_is_told_of(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, "1,103");
    scene_open(&s, (const char *const[]){NULL});
    while (!strstr(s.bench.log, "it has no SunSpec model that speaks for \"Battery\""))
        loop_turn(&s.bench.loop, 50);
    assert_int_equal(s.bench.posted, 0);
    scene_stop(&s);
}

static void simulated_reaches_nothing(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, (const char *const[]){"mode=simulate", NULL});
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 1, -1000, 60000), LG_OK);
    scene_samples(&s);
    assert_true(scene_value(&s, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == -1000);
    scene_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_found_and_read),
        cmocka_unit_test(faults_are_survived),
        cmocka_unit_test(what_does_not_speak_modbus_is_left),
        cmocka_unit_test(a_device_without_models_is_told_of),
        cmocka_unit_test(simulated_reaches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
