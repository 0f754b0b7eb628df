/* Strategies of what can wait: chargers and heat pumps, tick by tick against rates worked out by
 * hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "seen.h"

/* The battery as a charger whose car can take 0.25 kWh and has nothing to sell. */
static lg_plan *a_car(stage *s)
{
    lg_plan *car = &s->plans[STAGE_BATTERY1];
    car->supply_kWh = 0;
    car->need_kWh = 0;
    return car;
}

static void expect_ramp(uint32_t node, double last, double energy_kWh)
{
    double rates[10];
    for (int k = 0; k < 10; k++)
        rates[k] = last * k / 9;
    seen_expect(LG_CMD_BID, node, 0, rates, 10, energy_kWh);
}

/* A car that can wait ends at 24.9 like a storage, one that cannot at the utility's 30 + 5 of fees,
 * and at the scenario's final_buying_rate in any case. */
static void test_ev_ramp(void **state)
{
    static const char *const names[] = {"final_buying_rate"};
    static const double values[] = {28}; /* above the 25 it would ask for */
    stage s;
    (void)state;
    for (int i = 0; i < 3; i++) {
        seen_begin(&s);
        a_car(&s)->need_kWh = i ? 0.1 : 0;
        if (i == 2)
            s.assets[STAGE_BATTERY1].params = seen_options(names, values, 1);
        seen_load(&s, "strategies/ev_ramp.lua");
        stage_run(&s, 1);
        expect_ramp(STAGE_BATTERY1, i == 0 ? 24.9 : i == 1 ? 35 : 28, 0.25);
        assert_int_equal(seen_count, 10);
        seen_finish(&s);
    }
}

/* 9 steps: up to 4.5 from 0 to the preferred 20 for all of 1 kWh, then on to 35 for the 0.4 needed.
 */
static void test_heat_pump_ramp(void **state)
{
    static const char *const names[] = {"preferred_buying_rate"};
    static const double values[] = {20};
    stage s;
    (void)state;
    seen_begin(&s);
    s.assets[STAGE_LOAD1].params = seen_options(names, values, 1);
    s.plans[STAGE_LOAD1].need_kWh = 0.4;
    seen_load(&s, "strategies/heat_pump_ramp.lua");
    stage_run(&s, 1);
    assert_int_equal(seen_count, 10);
    for (uint32_t k = 0; k < 10; k++) {
        double rate = k < 5 ? 20 * k / 4.5 : 20 + 15 * (k - 4.5) / 4.5;
        assert_true(fabs(seen[k].rate_ct - rate) < 1e-6);
        assert_true(fabs(seen[k].energy_kWh - (k < 5 ? 1 : 0.4)) < 1e-9);
    }
    seen_finish(&s);
}

/* A tank that needs nothing is not filled above the preferred rate: its bid is withdrawn. */
static void test_heat_pump_that_is_warm(void **state)
{
    static const char *const names[] = {"preferred_buying_rate"};
    static const double values[] = {20};
    stage s;
    (void)state;
    seen_begin(&s);
    s.assets[STAGE_LOAD1].params = seen_options(names, values, 1);
    s.plans[STAGE_LOAD1].need_kWh = 0;
    seen_load(&s, "strategies/heat_pump_ramp.lua");
    stage_run(&s, 1);
    assert_int_equal(seen_count, 6);
    assert_int_equal(seen[5].kind, LG_CMD_DELETE_BID);
    seen_finish(&s);
}

static const char *charger_type(void *ctx, uint32_t asset)
{
    (void)ctx;
    return asset == STAGE_BATTERY1 ? "ev_charger" : "load";
}

/* What a car pays at most in the first slot, at midnight: the rate it reaches at 70 % of it. */
static double car_limit(double need_kWh, double due_kWh, double due_hours)
{
    double rate = NAN;
    stage s;
    seen_begin(&s);
    lg_plan *car = a_car(&s);
    car->need_kWh = need_kWh;
    car->due_kWh = due_kWh;
    car->due_hours = due_hours;
    s.plans[STAGE_PV1].supply_kWh = 0; /* nobody sells */
    s.input.devices.type = charger_type;
    seen_load(&s, "strategies/cheap_hours.lua");
    stage_run(&s, 1);
    for (uint32_t i = 0; i < seen_count; i++)
        if (seen[i].node == STAGE_BATTERY1) {
            assert_int_equal(seen[i].kind, LG_CMD_BID);
            assert_true(fabs(seen[i].energy_kWh - (due_kWh > 0 ? fmin(due_kWh, 0.25) : 0.25)) <
                        1e-9);
            rate = seen[i].rate_ct;
        }
    seen_finish(&s);
    return rate;
}

/* It expects 19 ct at midnight and 10.2 at eleven (lib/prices.lua: 0.5 and 0.1 of the way from 8 to
 * 30); the utility costs 35 and pays 3. */
static void test_cheap_hours(void **state)
{
    (void)state;
    assert_true(fabs(car_limit(0.1, 0.2, 0.25) - 35) < 1e-6); /* it must */
    assert_true(fabs(car_limit(0, 0.2, 0.25) - 35) < 1e-6);   /* the only slot that is left */
    assert_true(fabs(car_limit(0, 0.2, 13) - 10.2) < 1e-6);   /* it waits for eleven o'clock */
    assert_true(fabs(car_limit(0, 12.9, 13) - 35) < 1e-6);    /* it takes every slot there is */
    assert_true(fabs(car_limit(0, 0, 13) - 3) < 1e-6);        /* it has what it needs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ev_ramp),
        cmocka_unit_test(test_heat_pump_ramp),
        cmocka_unit_test(test_heat_pump_that_is_warm),
        cmocka_unit_test(test_cheap_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
