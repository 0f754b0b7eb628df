/* The COP formulas against values worked out by hand, the tank over some slots, and what is missing
 * when too little is bought. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

enum { POWER, TANK_TEMP, COP, UNSERVED_HEAT };

static const char *plugin_file;

static lg_kit *open_pump(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static void close_pump(lg_kit *kit, lg_text *problems)
{
    assert_string_equal(lg_kit_faults(kit), "");
    lg_kit_close(kit);
    lg_text_fini(problems);
}

static double reading(lg_kit *kit, uint32_t point)
{
    lg_fleet_poll(lg_kit_fleet(kit), 0);
    return lg_fleet_reading(lg_kit_fleet(kit), 0, point).value;
}

static const lg_plan *plan_of(lg_kit *kit, uint32_t slot)
{
    lg_kit_plan(kit, slot);
    return lg_fleet_plan_of(lg_kit_fleet(kit), 0);
}

static void near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-6))
        fail_msg("%.9g, expected %.9g", value, expected);
}

static void cop_is(const char *source, const char *type, double expected)
{
    lg_text problems;
    const char *settings[] = {"heat_demand_kW_profile=1", source, type, NULL};
    lg_kit *kit = open_pump(settings, &problems);
    assert_non_null(kit);
    lg_kit_plan(kit, 0);
    near(reading(kit, COP), expected);
    close_pump(kit, &problems);
}

/* The tank is at 50 degrees. */
static void cop_by_the_regressions(void **state)
{
    (void)state;
    cop_is("source_temp_C_profile=10", "source_type=air", 3.28);    /* 6.08 - 3.6 + 0.8 */
    cop_is("source_temp_C_profile=0", "source_type=air", 2.83);     /* 6.08 - 4.5 + 1.25 */
    cop_is("source_temp_C_profile=10", "source_type=ground", 3.81); /* 10.29 - 8.4 + 1.92 */
    cop_is("source_temp_C_profile=0", "source_type=ground", 2.79);  /* 10.29 - 10.5 + 3 */
    /* from 15 K down and from 87.5 K up it stays */
    cop_is("source_temp_C_profile=45", "source_type=air", 4.8425);     /* 6.08 - 1.35 + 0.1125 */
    cop_is("source_temp_C_profile=-60", "source_type=air", 2.033125);  /* 6.08 - 7.875 + 3.828125 */
    cop_is("source_temp_C_profile=-60", "source_type=ground", 1.1025); /* 10.29 - 18.375 + 9.1875 */
    cop_is("source_type=air", "source_temp_C_profile=7", 3.1345);      /* 6.08 - 3.87 + 0.9245 */
}

/* Points of a data sheet take the place of the regressions; the tank is at 50 degrees. */
static void cop_by_points(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        double cop;
    } cases[] = {
        {"source_temp_C_profile=40", 5},    /* 10 K: as at the first point */
        {"source_temp_C_profile=20", 4},    /* 30 K: half-way from 20 to 40 K */
        {"source_temp_C_profile=10", 3},    /* 40 K */
        {"source_temp_C_profile=-5", 2.5},  /* 55 K */
        {"source_temp_C_profile=-40", 2.0}, /* 90 K: as at the last point */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_text problems;
        const char *settings[] = {"heat_demand_kW_profile=1", cases[i].source,
                                  "cop_points=20,5,40,3,70,2", "cop_factor=0.9", NULL};
        lg_kit *kit = open_pump(settings, &problems);
        if (!kit)
            fail_msg("%s", lg_text_peek(&problems));
        lg_kit_plan(kit, 0);
        near(reading(kit, COP), 0.9 * cases[i].cop);
        close_pump(kit, &problems);
    }
}

/* 86 l hold 0.0999989 kWh/K; 10 K of water and 2 kWh of what melts at 55 degrees: from 50 to 60
 * degrees 2.999989 kWh. The home takes nothing, COP is always 2; a kWh of current a slot. */
static void what_melts_keeps_its_temperature(void **state)
{
    (void)state;
    static const double after_C[] = {55, 58.000088890, 60};
    lg_text problems;
    const char *settings[] = {"tank_volume_l=86",
                              "max_temp_C=60",
                              "latent_kWh=2",
                              "melting_temp_C=55",
                              "heat_demand_kW_profile=0",
                              "maximum_power_rating_kW=4.6",
                              "cop_points=40,2",
                              NULL};
    lg_kit *kit = open_pump(settings, &problems);
    if (!kit)
        fail_msg("%s", lg_text_peek(&problems));
    near(plan_of(kit, 0)->demand_kWh, 1.15); /* the power: 2.3 of the 2.999989 kWh */
    lg_kit_trade(kit, 0, 1000000000, 0);
    for (uint32_t slot = 0; slot < 3; slot++) {
        lg_kit_settle(kit);
        near(reading(kit, TANK_TEMP), after_C[slot]);
        if (slot == 2)
            break;
        lg_kit_plan(kit, slot + 1);
        int64_t uwh = slot ? lg_kit_caps(kit, 0)->buy_uwh : 400000000;
        lg_kit_trade(kit, 0, uwh, 0);
    }
    close_pump(kit, &problems);
}

/* 86 l hold 0.1 kWh/K (86 * 4.186 / 3600 = 0.0999989): 10 K above the minimum are 0.999989 kWh. */
static void between_least_and_most(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"tank_volume_l=86",
                              "min_temp_C=50",
                              "max_temp_C=60",
                              "heat_demand_kW_profile=1.312",
                              "source_temp_C_profile=10",
                              NULL};
    lg_kit *kit = open_pump(settings, &problems);
    assert_non_null(kit);
    const lg_plan *plan = plan_of(kit, 0); /* takes 0.328 kWh of heat at COP 3.28 */
    near(plan->need_kWh, 0.1);
    near(plan->demand_kWh, 0.1 + 0.999988889 / 3.28);
    assert_int_equal(lg_kit_caps(kit, 0)->demand_uwh, 100000000);
    lg_kit_trade(kit, 0, lg_kit_caps(kit, 0)->buy_uwh, 0);
    lg_kit_settle(kit);
    near(reading(kit, TANK_TEMP), 60);
    plan = plan_of(kit, 1); /* a full tank: 50 K, COP 2.83; only what is taken fits */
    near(plan->need_kWh, 0);
    near(plan->demand_kWh, 0.328 / 2.83);
    lg_kit_settle(kit);
    near(reading(kit, TANK_TEMP), 60 - 0.328 / 0.0999988889);
    assert_true(reading(kit, UNSERVED_HEAT) == 0);
    close_pump(kit, &problems);
}

static void the_need_keeps_the_tank_warm(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"heat_demand_kW_profile=2,1,0,3", "source_temp_C_profile=3", NULL};
    lg_kit *kit = open_pump(settings, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 96; slot++) {
        lg_kit_plan(kit, slot);
        lg_kit_trade(kit, 0, lg_kit_caps(kit, 0)->demand_uwh, 0);
        lg_kit_settle(kit);
        near(reading(kit, TANK_TEMP), 50);
    }
    assert_true(reading(kit, UNSERVED_HEAT) == 0);
    close_pump(kit, &problems);
}

/* Nothing is bought: the home goes without 0.328 kWh of heat in each slot, and none twice. */
static void what_is_missing_counts_once(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"heat_demand_kW_profile=1.312", "source_temp_C_profile=10", NULL};
    lg_kit *kit = open_pump(settings, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 4; slot++) {
        near(plan_of(kit, slot)->need_kWh, 0.1);
        lg_kit_settle(kit);
    }
    near(reading(kit, UNSERVED_HEAT), 4 * 0.328);
    near(reading(kit, TANK_TEMP), 50);
    close_pump(kit, &problems);
}

/* 3 kW make 0.75 kWh of current and 2.46 of heat; the home takes 4. */
static void power_is_a_limit(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"heat_demand_kW_profile=16", "source_temp_C_profile=10", NULL};
    lg_kit *kit = open_pump(settings, &problems);
    assert_non_null(kit);
    assert_true(plan_of(kit, 0)->need_kWh == 0.75);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(kit), 0)->demand_kWh == 0.75);
    lg_kit_trade(kit, 0, 750000000, 0);
    lg_kit_settle(kit);
    near(reading(kit, UNSERVED_HEAT), 1.54);
    assert_true(reading(kit, POWER) == 3000);
    close_pump(kit, &problems);
}

/* As the reference has it: current of a pump without a tank, so without one it needs just that. */
static void consumption_is_current(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"consumption_kWh_profile=0.4", "source_temp_C_profile=-5", NULL};
    lg_kit *kit = open_pump(settings, &problems);
    assert_non_null(kit);
    near(plan_of(kit, 0)->need_kWh, 0.4);
    close_pump(kit, &problems);
}

/* 20 l an hour cooled from 60 to 40 degrees: 5 l a slot are 5 * 4.186 * 20 / 3600 = 0.116278 kWh.
 */
static void a_meter_of_warm_water(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"water_flow_m3_profile=0.005", "water_supply_temp_C_profile=60,30",
                              "water_return_temp_C_profile=40", "source_temp_C_profile=10", NULL};
    lg_kit *kit = open_pump(settings, &problems);
    assert_non_null(kit);
    near(plan_of(kit, 0)->need_kWh, 0.116277778 / 3.28);
    lg_kit_trade(kit, 0, lg_kit_caps(kit, 0)->demand_uwh, 0);
    lg_kit_settle(kit);
    near(reading(kit, TANK_TEMP), 50);
    near(plan_of(kit, 48)->need_kWh, 0); /* it comes back warmer than it went */
    lg_kit_settle(kit);
    near(reading(kit, TANK_TEMP), 50);
    assert_true(reading(kit, UNSERVED_HEAT) == 0);
    close_pump(kit, &problems);
}

/* 86 l between 40 and 50 and 258 l between 60 and 70 degrees hold 1 and 3 kWh, so that the home
 * takes a quarter and three quarters of its heat there; at 10 degrees outside COP is 3.83 and 2.83.
 */
static const char *const two_tanks[] = {"tanks=86,40,50,40,0,58,258,60,70,60,0,58",
                                        "heat_demand_kW_profile=4", "source_temp_C_profile=10",
                                        "maximum_power_rating_kW=100", NULL};

static void tanks_share_what_is_bought(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_pump(two_tanks, &problems);
    assert_non_null(kit);
    const double need_1 = 0.25 / 3.83, need_2 = 0.75 / 2.83;
    const double room_1 = 0.999988889 / 3.83, room_2 = 2.999966667 / 2.83;
    const lg_plan *plan = plan_of(kit, 0);
    near(plan->need_kWh, need_1 + need_2);
    near(plan->demand_kWh, need_1 + need_2 + room_1 + room_2);
    near(reading(kit, COP), 0.25 * 3.83 + 0.75 * 2.83);
    near(reading(kit, TANK_TEMP), 55); /* of all the water: (40 + 3 * 60) / 4 */
    double half = need_1 + need_2 + (room_1 + room_2) / 2;
    lg_kit_trade(kit, 0, (int64_t)(half * 1e9 + 0.5), 0);
    lg_kit_settle(kit);
    near(reading(kit, TANK_TEMP), 60); /* each is half full */
    assert_true(reading(kit, UNSERVED_HEAT) == 0);
    close_pump(kit, &problems);
}

/* Half of the need: each tank goes without half of its part, half of a kWh together. */
static void tanks_share_what_is_missing(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_pump(two_tanks, &problems);
    assert_non_null(kit);
    double need = plan_of(kit, 0)->need_kWh;
    lg_kit_trade(kit, 0, (int64_t)(need / 2 * 1e9 + 0.5), 0);
    lg_kit_settle(kit);
    near(reading(kit, UNSERVED_HEAT), 0.5);
    near(reading(kit, TANK_TEMP), 55);
    close_pump(kit, &problems);
}

static void refused(const char *const *settings, const char *sentence)
{
    lg_text problems;
    assert_null(open_pump(settings, &problems));
    if (!strstr(lg_text_peek(&problems), sentence))
        fail_msg("%s", lg_text_peek(&problems));
    lg_text_fini(&problems);
}

static void what_cannot_be_err(void **state)
{
    (void)state;
    refused((const char *const[]){NULL}, "it does not say what heat the home takes");
    refused((const char *const[]){"heat_demand_kW_profile=1", "consumption_kWh_profile=1", NULL},
            "say the same twice; give one of them");
    refused(
        (const char *const[]){"water_flow_m3_profile=1", "water_supply_temp_C_profile=60", NULL},
        "go together; give all three or none");
    refused(
        (const char *const[]){"heat_demand_kW_profile=1", "water_return_temp_C_profile=30", NULL},
        "go together; give all three or none");
    refused((const char *const[]){"heat_demand_kW_profile=1",
                                  "tanks=9,50,65,50,0,58,9,50,65,40,0,58", NULL},
            "tanks[2]: initial_temp_C is 40, expected min_temp_C to max_temp_C, 50 to 65");
    refused((const char *const[]){"heat_demand_kW_profile=1", "tanks=9,50,65,50,0,58",
                                  "tank_volume_l=9", NULL},
            "stand in tanks, or beside it when there is one tank only; not both");
    refused((const char *const[]){"heat_demand_kW_profile=1", "min_temp_C=65", NULL},
            "min_temp_C is 65, expected less than max_temp_C, which is 65");
    refused((const char *const[]){"heat_demand_kW_profile=1", "min_temp_C=55", NULL},
            "initial_temp_C is 50 (the default), expected min_temp_C to max_temp_C, 55 to 65");
}

static void models_that_cannot_be_err(void **state)
{
    (void)state;
    refused((const char *const[]){"heat_demand_kW_profile=1", "cop_points=40,3,40,2", NULL},
            "difference_K of cop_points rises from each to the next");
    refused((const char *const[]){"heat_demand_kW_profile=1", "latent_kWh=1", "melting_temp_C=70",
                                  NULL},
            "melting_temp_C is 70, expected min_temp_C to max_temp_C, 50 to 65");
    refused((const char *const[]){"heat_demand_kW_profile=1", "tanks=9,50,65,50,1,30", NULL},
            "tanks[1]: melting_temp_C is 30");
    refused((const char *const[]){"heat_demand_kW_profile=1", "tanks=9,50,65,50,0,58",
                                  "latent_kWh=1", NULL},
            "stand in tanks, or beside it when there is one tank only; not both");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cop_by_the_regressions),
        cmocka_unit_test(cop_by_points),
        cmocka_unit_test(models_that_cannot_be_err),
        cmocka_unit_test(what_melts_keeps_its_temperature),
        cmocka_unit_test(between_least_and_most),
        cmocka_unit_test(the_need_keeps_the_tank_warm),
        cmocka_unit_test(what_is_missing_counts_once),
        cmocka_unit_test(power_is_a_limit),
        cmocka_unit_test(consumption_is_current),
        cmocka_unit_test(a_meter_of_warm_water),
        cmocka_unit_test(tanks_share_what_is_bought),
        cmocka_unit_test(tanks_share_what_is_missing),
        cmocka_unit_test(what_cannot_be_err),
    };
    plugin_file = argc > 1 ? argv[1] : "heat_pump.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
