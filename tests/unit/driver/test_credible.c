/* What a plan means to the market, role by role, and every plan that cannot be. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "driver/credible.h"

#include <math.h>
#include <string.h>

#define NO_LIMIT_UWH INT64_C(10000000000000000)

static lg_plan blank(void)
{
    lg_plan plan;
    lg__plan_clear(&plan);
    return plan;
}

static void assert_caps(uint32_t role, const lg_plan *plan, int64_t buy, int64_t sell,
                        int64_t demand, int64_t supply)
{
    lg_caps caps;
    assert_int_equal(lg__plan_caps(role, plan, &caps, NULL), LG_OK);
    assert_int_equal(caps.buy_uwh, buy);
    assert_int_equal(caps.sell_uwh, sell);
    assert_int_equal(caps.demand_uwh, demand);
    assert_int_equal(caps.supply_uwh, supply);
}

static void a_cleared_plan_is_nothing(void **state)
{
    (void)state;
    lg_plan plan = blank();
    assert_int_equal(plan.size, sizeof plan);
    assert_true(isnan(plan.buy_rate_ct) && isnan(plan.sell_rate_ct));
    for (uint32_t role = LG_ROLE_CONSUMER; role <= LG_ROLE_PROSUMER; role++)
        assert_caps(role, &plan, 0, 0, 0, 0);
}

static void roles(void **state)
{
    (void)state;
    lg_plan plan = blank();
    plan.demand_kWh = 0.05;
    assert_caps(LG_ROLE_CONSUMER, &plan, 50000000, 0, 50000000, 0);
    assert_caps(LG_ROLE_PROSUMER, &plan, 50000000, 0, 50000000, 0);
    plan = blank();
    plan.supply_kWh = 0.2152;
    assert_caps(LG_ROLE_PRODUCER, &plan, 0, 215200000, 0, 215200000);
    assert_caps(LG_ROLE_PROSUMER, &plan, 0, 215200000, 0, 215200000);
    assert_caps(LG_ROLE_MARKET_MAKER, &plan, 0, 215200000, 0, 0);
    plan.supply_kWh = LG_UNLIMITED_KWH;
    assert_caps(LG_ROLE_PRODUCER, &plan, 0, NO_LIMIT_UWH, 0, 0);
    plan.demand_kWh = LG_UNLIMITED_KWH;
    plan.sell_rate_ct = 0;
    plan.buy_rate_ct = 10000;
    assert_caps(LG_ROLE_BUS, &plan, NO_LIMIT_UWH, NO_LIMIT_UWH, 0, 0);
    plan = blank();
    plan.capacity_kWh = 1.2;
    plan.stored_kWh = 0.6;
    plan.demand_kWh = 0.6;
    plan.supply_kWh = 0.48;
    assert_caps(LG_ROLE_STORAGE, &plan, 600000000, 480000000, 0, 0);
}

/* A tank that needs 0.2 of the 0.7 it could take; a car that needs 1 and whose owner took 3; at 0.8
 * efficiency 1.25 fit into a room of 1. */
static void needs(void **state)
{
    (void)state;
    lg_plan plan = blank();
    plan.demand_kWh = 0.7;
    plan.need_kWh = 0.2;
    assert_caps(LG_ROLE_CONSUMER, &plan, 700000000, 0, 200000000, 0);
    plan = blank();
    plan.capacity_kWh = 40;
    plan.stored_kWh = 39;
    plan.demand_kWh = 1.25;
    plan.efficiency = 0.8;
    plan.need_kWh = 1;
    plan.used_kWh = 3;
    lg_caps caps;
    lg_err err;
    assert_int_equal(lg__plan_caps(LG_ROLE_STORAGE, &plan, &caps, &err), LG_OK);
    assert_int_equal(caps.buy_uwh, 1250000000);
    assert_int_equal(caps.demand_uwh, 1000000000);
    assert_int_equal(caps.used_uwh, 3000000000);
}

/* Half a micro-watt-hour rounds up. */
static void rounding(void **state)
{
    (void)state;
    lg_plan plan = blank();
    plan.demand_kWh = 1.5e-9;
    assert_caps(LG_ROLE_CONSUMER, &plan, 2, 0, 2, 0);
    plan.demand_kWh = 0.4e-9;
    assert_caps(LG_ROLE_CONSUMER, &plan, 0, 0, 0, 0);
}

static void assert_refused(uint32_t role, const lg_plan *plan, const char *sentence)
{
    lg_err err;
    lg_caps caps = {1, 2, 3, 4, 5};
    assert_int_equal(lg__plan_caps(role, plan, &caps, &err), LG_PLUGIN);
    assert_int_equal(
        caps.buy_uwh | caps.sell_uwh | caps.demand_uwh | caps.supply_uwh | caps.used_uwh, 0);
    if (!strstr(err.text, sentence))
        fail_msg("\"%s\", expected \"%s\"", err.text, sentence);
}

static void numbers_that_cannot_be_err(void **state)
{
    (void)state;
    const double wrong[] = {-1e-12, (double)NAN, (double)INFINITY, -(double)INFINITY, 10000000.1};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lg_plan plan = blank();
        plan.demand_kWh = wrong[i];
        assert_refused(LG_ROLE_BUS, &plan, "demand_kWh = ");
        plan = blank();
        plan.supply_kWh = wrong[i];
        assert_refused(LG_ROLE_BUS, &plan, "supply_kWh = ");
        plan = blank();
        plan.stored_kWh = wrong[i];
        assert_refused(LG_ROLE_STORAGE, &plan, "stored_kWh = ");
        plan = blank();
        plan.capacity_kWh = wrong[i];
        assert_refused(LG_ROLE_STORAGE, &plan, "capacity_kWh = ");
        plan = blank();
        plan.reserve_kWh = wrong[i];
        assert_refused(LG_ROLE_STORAGE, &plan, "reserve_kWh = ");
    }
    lg_plan plan = blank();
    plan.need_kWh = 0.1;
    assert_refused(LG_ROLE_CONSUMER, &plan, "need_kWh = 0.1, expected 0 to demand_kWh = 0");
    plan = blank();
    plan.used_kWh = -1;
    assert_refused(LG_ROLE_STORAGE, &plan, "used_kWh = -1");
    plan = blank();
    plan.due_kWh = (double)NAN;
    assert_refused(LG_ROLE_STORAGE, &plan, "due_kWh = ");
    plan = blank();
    plan.due_hours = 0;
    assert_refused(LG_ROLE_STORAGE, &plan, "due_hours = 0, expected above 0 or NaN");
    plan = blank();
    plan.efficiency = 1.1;
    assert_refused(LG_ROLE_STORAGE, &plan, "efficiency = 1.1, expected above 0 and up to 1");
    plan = blank();
    plan.buy_rate_ct = -1;
    assert_refused(LG_ROLE_BUS, &plan, "buy_rate_ct = -1, expected 0 to 10000 or NaN");
    plan = blank();
    plan.sell_rate_ct = 10001;
    assert_refused(LG_ROLE_BUS, &plan, "sell_rate_ct = 10001, expected 0 to 10000 or NaN");
}

static void plans_against_their_role_err(void **state)
{
    (void)state;
    lg_plan plan = blank();
    plan.supply_kWh = 1;
    assert_refused(LG_ROLE_CONSUMER, &plan, "a consumer has nothing to sell");
    plan = blank();
    plan.demand_kWh = 1;
    assert_refused(LG_ROLE_PRODUCER, &plan, "a producer buys nothing");
    assert_refused(LG_ROLE_MARKET_MAKER, &plan, "a market maker buys nothing");
    plan.supply_kWh = 0.5;
    assert_refused(LG_ROLE_PROSUMER, &plan,
                   "and supply_kWh = 0.5, but a prosumer needs or has energy in a slot, not both");
}

static void storages_that_cannot_be_err(void **state)
{
    (void)state;
    lg_plan plan = blank();
    plan.capacity_kWh = 1;
    plan.stored_kWh = 1.1;
    assert_refused(LG_ROLE_STORAGE, &plan, "stored_kWh = 1.1, more than capacity_kWh = 1");
    plan.stored_kWh = 0.5;
    plan.supply_kWh = 0.6;
    assert_refused(LG_ROLE_STORAGE, &plan, "supply_kWh = 0.6, more than stored_kWh = 0.5");
    plan.supply_kWh = 0;
    plan.demand_kWh = 0.6;
    assert_refused(LG_ROLE_STORAGE, &plan, "demand_kWh = 0.6 on top of stored_kWh = 0.5");
    plan.need_kWh = 0.05;
    assert_refused(LG_ROLE_STORAGE, &plan, "demand_kWh = 0.6 on top of stored_kWh = 0.5");
    plan.need_kWh = 0.1; /* is used up at once */
    lg_caps caps;
    lg_err fine;
    assert_int_equal(lg__plan_caps(LG_ROLE_STORAGE, &plan, &caps, &fine), LG_OK);
    assert_int_equal(caps.buy_uwh, 600000000);
    plan.demand_kWh = 0.5;
    plan.reserve_kWh = 2;
    assert_refused(LG_ROLE_STORAGE, &plan, "reserve_kWh = 2, more than capacity_kWh = 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cleared_plan_is_nothing),
        cmocka_unit_test(roles),
        cmocka_unit_test(needs),
        cmocka_unit_test(rounding),
        cmocka_unit_test(numbers_that_cannot_be_err),
        cmocka_unit_test(plans_against_their_role_err),
        cmocka_unit_test(storages_that_cannot_be_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
