/* Simulated devices on the bench of tests/plugin/device_kit.h. Expected values are computed by
 * hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/device_kit.h"

#include <math.h>
#include <string.h>

static const char *plugin_file; /* handed over by the build */

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-6;
}

enum { INVERTER = 0, CELLS = 1 };

/* 10 kWh at 50 %; 5 kW; losses of 20 W + 2 % + 1 % at 5 kW: 20 + 100 + 50 = 170 W there. */
static const char *const battery_names[] = {"capacity_kWh", "initial_soc_percent",
                                            "power_kW",     "ramp_kW_per_s",
                                            "loss_fixed_W", "loss_linear",
                                            "loss_square",  "self_discharge_per_day",
                                            "min_power_kW", NULL};
static const double battery_values[] = {10, 50, 5, 5, 20, 0.02, 0.01, 0, 0};

static void a_battery_charges_with_its_losses(void **state)
{
    (void)state;
    lg_bench b;
    lg_bench_prepare(&b, plugin_file, "battery_system", battery_names, battery_values);
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == 0);
    assert_true(lg_bench_is_in(&b, INVERTER, LG_STATE_READY) &&
                lg_bench_is_in(&b, CELLS, LG_STATE_RELAY_CLOSED));
    assert_int_equal(lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 5000), LG_OK);
    lg_bench_steps(&b, 60);
    assert_true(near(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE), 5000));
    assert_true(near(lg_bench_said(&b, CELLS, LG_METRIC_DC_POWER), 4830));
    /* 60 s of 4830 W are 80.5 Wh of 10 kWh: 0.805 % */
    assert_true(near(lg_bench_said(&b, CELLS, LG_METRIC_BATTERY_SOC_PCT), 50.805));
    assert_true(
        near(lg_bench_said(&b, INVERTER, LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED), 5000 / 60.0));
    assert_true(lg_bench_is_in(&b, INVERTER, LG_STATE_CHARGING) &&
                lg_bench_is_in(&b, CELLS, LG_STATE_CHARGING));
    assert_true(near(b.heard[INVERTER].flow_W, 5000));
    /* discharging, the losses come on top: -5170 W from the cells, -86.1666 Wh in a minute */
    lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, -5000);
    lg_bench_steps(&b, 2); /* 5 kW a second: the first second is at 0 */
    assert_true(near(lg_bench_said(&b, CELLS, LG_METRIC_DC_POWER), -5170));
    assert_true(lg_bench_said(&b, CELLS, LG_METRIC_BATTERY_TEMPERATURE) > 20);
    lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, (double)NAN);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == 0);
    lg_bench_finish(&b);
}

static void a_ramp_takes_its_time(void **state)
{
    (void)state;
    lg_bench b;
    double values[9];
    memcpy(values, battery_values, sizeof values);
    values[3] = 0.5;
    lg_bench_prepare(&b, plugin_file, "battery_system", battery_names, values);
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 2000);
    lg_bench_steps(&b, 3);
    assert_true(near(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE), 1500));
    lg_bench_steps(&b, 3);
    assert_true(near(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE), 2000));
    lg_bench_finish(&b);
}

static void near_full_a_battery_takes_less_and_has_a_gap(void **state)
{
    (void)state;
    lg_bench b;
    double values[9];
    memcpy(values, battery_values, sizeof values);
    values[1] = 93; /* of 95 %: 2 % of the last 5 % are left, so 2/5 of the power */
    values[8] = 1;  /* it does nothing below 1 kW */
    lg_bench_prepare(&b, plugin_file, "battery_system", battery_names, values);
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_steps(&b, 1);
    lg_microgrid_range least = lg_bench_range(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE, 0);
    lg_microgrid_range most = lg_bench_range(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE, 1);
    assert_true(near(least.lower, -5000) && near(least.upper, -1000));
    assert_true(near(most.lower, 1000) && near(most.upper, 2000));
    lg_microgrid_range soc = lg_bench_range(&b, CELLS, LG_METRIC_BATTERY_SOC_PCT, 0);
    assert_true(near(soc.lower, 10) && near(soc.upper, 95));
    lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 500);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == 0);
    lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 5000);
    lg_bench_steps(&b, 3600);
    assert_true(lg_bench_said(&b, CELLS, LG_METRIC_BATTERY_SOC_PCT) < 95);
    lg_bench_finish(&b);
}

static void stages_open_relays(void **state)
{
    (void)state;
    lg_bench b;
    lg_bench_prepare(&b, plugin_file, "battery_system", battery_names, battery_values);
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 1000);
    lg_bench_steps(&b, 2);
    lg_bench_tell(&b, INVERTER, LG_DEVICE_STANDBY, (double)NAN);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == 0);
    assert_true(lg_bench_is_in(&b, INVERTER, LG_STATE_STANDBY));
    lg_bench_tell(&b, INVERTER, LG_DEVICE_START, (double)NAN);
    lg_bench_tell(&b, CELLS, LG_DEVICE_STOP, (double)NAN);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_is_in(&b, CELLS, LG_STATE_RELAY_OPEN) &&
                lg_bench_is_in(&b, CELLS, LG_STATE_OFF));
    assert_true(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == 0);
    lg_bench_finish(&b);
}

static void faults_are_shown(void **state)
{
    (void)state;
    lg_bench b;
    lg_bench_prepare(&b, plugin_file, "battery_system", battery_names, battery_values);
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_steps(&b, 1);
    lg_bench_show(&b, LG_DEVICE_FAULT_SILENT, 10);
    lg_bench_steps(&b, 10);
    assert_int_equal(b.heard[INVERTER].count, 1);
    assert_int_equal(lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 100), LG_DEVICE_LATER);
    lg_bench_steps(&b, 1);
    assert_int_equal(b.heard[INVERTER].count, 2);

    lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 1000);
    lg_bench_show(&b, LG_DEVICE_FAULT_STUCK, 5);
    lg_bench_steps(&b, 1);
    double frozen = lg_bench_said(&b, CELLS, LG_METRIC_BATTERY_SOC_PCT);
    lg_bench_steps(&b, 4);
    assert_true(lg_bench_said(&b, CELLS, LG_METRIC_BATTERY_SOC_PCT) == frozen);
    assert_int_equal(b.heard[CELLS].time_ms, b.now_ms);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_said(&b, CELLS, LG_METRIC_BATTERY_SOC_PCT) > frozen);

    lg_bench_show(&b, LG_DEVICE_FAULT_LATE, 20);
    lg_bench_steps(&b, 8);
    assert_int_equal(b.heard[CELLS].time_ms, b.now_ms - 5000);
    lg_bench_show(&b, LG_DEVICE_FAULT_REPEATED, 20);
    uint32_t before = b.heard[CELLS].count;
    lg_bench_steps(&b, 3);
    assert_int_equal(b.heard[CELLS].count, before + 6);
    lg_bench_show(&b, LG_DEVICE_FAULT_BACKWARDS, 20);
    int64_t from_ms = b.now_ms;
    lg_bench_steps(&b, 3);
    assert_int_equal(b.heard[CELLS].time_ms, from_ms - 3000);
    lg_bench_show(&b, LG_DEVICE_FAULT_REFUSING, 20);
    assert_int_equal(lg_bench_tell(&b, INVERTER, LG_DEVICE_POWER_ACTIVE, 7), LG_INVALID);
    assert_string_equal(lg_equipment_reason(b.equipment), "it takes no commands now");
    lg_bench_show(&b, LG_DEVICE_FAULT_NONE, 0);
    lg_bench_show(&b, LG_DEVICE_FAULT_TRIP, 0);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_is_in(&b, INVERTER, LG_STATE_ERROR) && b.heard[INVERTER].errors == 1);
    assert_true(lg_bench_said(&b, INVERTER, LG_METRIC_AC_POWER_ACTIVE) == 0);
    lg_bench_tell(&b, INVERTER, LG_DEVICE_ACKNOWLEDGE, (double)NAN);
    lg_bench_tell(&b, CELLS, LG_DEVICE_ACKNOWLEDGE, (double)NAN);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_is_in(&b, INVERTER, LG_STATE_OFF) && b.heard[INVERTER].errors == 0);
    lg_bench_finish(&b);
}

static void panels_give_what_they_are_allowed(void **state)
{
    (void)state;
    lg_bench b;
    const char *const names[] = {"peak_kW", "inverter_kW", "ramp_percent_per_s", NULL};
    lg_bench_prepare(&b, plugin_file, "pv_system", names, (const double[]){5, 4, 25});
    b.profile = lg_profile_constant(lg_mem_system(), 4500, LG_UNIT_W);
    lg_bench_value(&b, "power_W_profile")->profile = b.profile;
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_steps(&b, 2);
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE), -2000)); /* 1 kW a second */
    lg_bench_steps(&b, 5);
    assert_true(
        near(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE), -4000)); /* the inverter's limit */
    lg_microgrid_range whole = lg_bench_range(&b, 0, LG_METRIC_AC_POWER_ACTIVE, 0);
    assert_true(near(whole.lower, -4000) && whole.upper == 0);
    lg_bench_tell(&b, 0, LG_DEVICE_POWER_ACTIVE, -1500);
    lg_bench_steps(&b, 4);
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE), -1500));
    lg_bench_tell(&b, 0, LG_DEVICE_POWER_ACTIVE, (double)NAN);
    lg_bench_steps(&b, 4);
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE), -4000));
    lg_bench_finish(&b);
}

static void the_sun_rises_over_panels(void **state)
{
    (void)state;
    const int64_t noon_ms = INT64_C(1717416000000); /* 2024-06-03T12:00Z */
    lg_bench b;
    const char *const names[] = {"peak_kW", NULL};
    lg_bench_prepare(&b, plugin_file, "pv_system", names, (const double[]){5});
    assert_int_equal(lg_bench_start(&b, noon_ms), LG_OK);
    lg_bench_steps(&b, 30);
    double noon_W = lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE);
    assert_true(noon_W < -150 && noon_W >= -5000);
    const lg_device_span night = {.size = sizeof night,
                                  .from_ms = noon_ms + 12 * INT64_C(3600000),
                                  .until_ms = noon_ms + 12 * INT64_C(3600000) + 900000};
    lg_device_forecast forecast;
    assert_true(lg_equipment_forecast(b.equipment, 0, &night, &forecast));
    assert_true(forecast.power_W == 0);
    lg_bench_finish(&b);
}

static void cars_come_charge_and_go(void **state)
{
    (void)state;
    lg_bench b;
    const char *const names[] = {"power_kW", "min_power_kW", "loss_percent", NULL};
    static const double sessions[] = {3600000, 7200000, 60, 50, 80}; /* 01:00 to 02:00 each day */
    lg_bench_prepare(&b, plugin_file, "charging_point", names, (const double[]){11, 4, 10});
    *lg_bench_value(&b, "sessions") =
        (lg_value){.size = sizeof(lg_value), .given = 1, .list = sessions, .list_count = 5};
    assert_int_equal(lg_bench_start(&b, 3599000), LG_OK);
    lg_bench_steps(&b, 1);
    assert_true(lg_bench_is_in(&b, 0, LG_STATE_EV_CHARGING_CABLE_LOCKED_AT_EV));
    lg_microgrid_range whole = lg_bench_range(&b, 0, LG_METRIC_AC_POWER_ACTIVE, 0);
    assert_true(near(whole.lower, 4000) && near(whole.upper, 11000));
    lg_bench_tell(&b, 0, LG_DEVICE_POWER_ACTIVE, 11000);
    lg_bench_steps(&b, 600);
    /* ten minutes of 11 kW, a tenth of it lost: 1.65 kWh; 18 - 1.65 are missing, by the
     * meter 18.1666 */
    const lg_device_span slot = {
        .size = sizeof slot, .from_ms = b.now_ms, .until_ms = b.now_ms + 900000};
    lg_device_forecast forecast;
    assert_true(lg_equipment_forecast(b.equipment, 0, &slot, &forecast));
    assert_true(near(forecast.need_Wh, 16350 / 0.9));
    assert_true(forecast.due_ms == 7200000);
    lg_bench_steps(&b, 3000);
    assert_true(lg_bench_is_in(&b, 0, LG_STATE_EV_CHARGING_CABLE_UNPLUGGED));
    assert_true(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE) >= 0);
    whole = lg_bench_range(&b, 0, LG_METRIC_AC_POWER_ACTIVE, 0);
    assert_true(whole.lower == 0 && whole.upper == 0);
    lg_bench_finish(&b);
}

static void a_chp_starts_first(void **state)
{
    (void)state;
    lg_bench b;
    const char *const names[] = {"power_kW", "min_power_percent", "start_s", "ramp_percent_per_s",
                                 NULL};
    lg_bench_prepare(&b, plugin_file, "chp_unit", names, (const double[]){5, 40, 10, 10});
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_tell(&b, 0, LG_DEVICE_POWER_ACTIVE, -5000);
    lg_bench_steps(&b, 9);
    assert_true(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE) == 0);
    assert_true(lg_bench_is_in(&b, 0, LG_STATE_SWITCHING_ON));
    lg_bench_steps(&b, 1);
    assert_true(
        near(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE), -2500)); /* 2 kW and half a kW more */
    lg_bench_steps(&b, 10);
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE), -5000));
    lg_bench_finish(&b);
}

static void meters_measure(void **state)
{
    (void)state;
    lg_bench b;
    lg_bench_prepare(&b, plugin_file, "household", NULL, NULL);
    b.profile = lg_profile_constant(lg_mem_system(), 690, LG_UNIT_W);
    lg_bench_value(&b, "power_W_profile")->profile = b.profile;
    lg_bench_value(&b, "power_factor")->number = 1;
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    lg_bench_steps(&b, 3600);
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE_PHASE_2), 230));
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED), 690));
    double volts = lg_bench_said(&b, 0, LG_METRIC_AC_VOLTAGE_PHASE_2_N);
    assert_true(fabs(volts - 230) < 2.4);
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_CURRENT_PHASE_2), 230 / volts));
    lg_bench_finish(&b);
    lg_bench_prepare(&b, plugin_file, "grid_meter", NULL, NULL);
    assert_int_equal(lg_bench_start(&b, 0), LG_OK);
    b.below_W = -1200;
    lg_bench_steps(&b, 60);
    assert_true(lg_bench_said(&b, 0, LG_METRIC_AC_POWER_ACTIVE) == -1200);
    assert_true(near(lg_bench_said(&b, 0, LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED), 20));
    lg_bench_finish(&b);
}

static void what_cannot_be_is_refused_err(void **state)
{
    (void)state;
    lg_bench b;
    const char *const names[] = {"min_soc_percent", "max_soc_percent", NULL};
    lg_bench_prepare(&b, plugin_file, "battery_system", names, (const double[]){60, 50});
    assert_int_equal(lg_bench_start(&b, 0), LG_PLUGIN);
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_diag_print(&b.diag, &text);
    assert_non_null(
        strstr(lg_text_peek(&text), "min_soc_percent has to be less than max_soc_percent"));
    lg_text_fini(&text);
    lg_bench_finish(&b);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_battery_charges_with_its_losses),
        cmocka_unit_test(a_ramp_takes_its_time),
        cmocka_unit_test(near_full_a_battery_takes_less_and_has_a_gap),
        cmocka_unit_test(stages_open_relays),
        cmocka_unit_test(faults_are_shown),
        cmocka_unit_test(panels_give_what_they_are_allowed),
        cmocka_unit_test(the_sun_rises_over_panels),
        cmocka_unit_test(cars_come_charge_and_go),
        cmocka_unit_test(a_chp_starts_first),
        cmocka_unit_test(meters_measure),
        cmocka_unit_test(what_cannot_be_is_refused_err),
    };
    plugin_file = argc > 1 ? argv[1] : "simulated_site.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
