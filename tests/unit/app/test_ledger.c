/* Bills by hand: rates at the door, netting behind the meter, what an unserved kWh costs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include "app/ledger.h"
#include "grid/unit.h"

#define CT(ct)   ((int64_t)(ct)*LG_CT_UCT)
#define KWH(kwh) ((int64_t)((kwh)*1000) * LG_KWH_UWH / 1000)

static int64_t run_uct; /* what all lines of a test were charged */

static void test_door_constant(void **state)
{
    (void)state;
    /* 30 ct and 8 ct, fees 1 + 4 ct on the way, surcharge 5 ct */
    lg_door_rates door = lg_ledger_door(CT(30), CT(8), CT(5), LG_FEE_CONSTANT, CT(5));
    assert_int_equal(door.buy_uct, CT(35));
    assert_int_equal(door.sell_uct, CT(3));
    assert_int_equal(door.unserved_uct, CT(40));
}

static void test_door_never_pays_to_sell(void **state)
{
    (void)state;
    lg_door_rates door = lg_ledger_door(CT(30), CT(4), 0, LG_FEE_CONSTANT, CT(5));
    assert_int_equal(door.sell_uct, 0);
}

static void test_door_percentage(void **state)
{
    (void)state;
    /* 10 % of 30 ct and of 8 ct */
    lg_door_rates door = lg_ledger_door(CT(30), CT(8), CT(5), LG_FEE_PERCENTAGE, LG_ONE_PPB / 10);
    assert_int_equal(door.buy_uct, CT(33));
    assert_int_equal(door.sell_uct, 7272727); /* 8 / 1.1 ct */
    assert_int_equal(door.unserved_uct, CT(38));
}

static void test_day_of_a_home(void **state)
{
    (void)state;
    lg_member_line line = {.demand_uwh = 0};
    lg_door_rates door = {.buy_uct = CT(35), .sell_uct = CT(3), .unserved_uct = CT(40)};
    /* Night: 2 kWh needed, of which 0.5 kWh found no seller: base 70 ct, unserved 20 ct. */
    assert_true(lg_ledger_add(&line, &(lg_member_slot){KWH(2), 0, KWH(0.5)}, &door, &run_uct));
    /* Noon: 1 kWh needed, 4 kWh made: 3 kWh sold for 9 ct; its own kWh costs nothing. */
    assert_true(lg_ledger_add(&line, &(lg_member_slot){KWH(1), KWH(4), 0}, &door, &run_uct));
    /* Evening: 1.5 kWh needed, 1 kWh made: 0.5 kWh bought for 17.5 ct. */
    assert_true(lg_ledger_add(&line, &(lg_member_slot){KWH(1.5), KWH(1), 0}, &door, &run_uct));
    assert_int_equal(line.demand_uwh, KWH(4.5));
    assert_int_equal(line.supply_uwh, KWH(5));
    assert_int_equal(line.unserved_uwh, KWH(0.5));
    assert_int_equal(line.unserved_uct, CT(20));
    assert_int_equal(line.base_bill_uct, 78500000); /* 70 - 9 + 17.5 ct */
}

static void test_bill_at_the_boundary(void **state)
{
    (void)state;
    /* paid 60 + 2 ct of fee, earned 12 ct, its own market took 1 ct, unserved 20 ct */
    lg_bill row = {.spent_uct = CT(60), .market_fee_uct = CT(2), .earned_uct = CT(12)};
    lg_member_line line = {.unserved_uct = CT(20)};
    assert_int_equal(lg_ledger_bill(&row, CT(1), &line), CT(71));
}

/* At a door that takes 35 ct and pays 3 ct. */
static void test_what_was_measured(void **state)
{
    (void)state;
    const lg_door_rates door = {.buy_uct = CT(35), .sell_uct = CT(3)};
    /* needed 1 kWh and used half a kWh more, of which 0.3 were settled */
    lg_member_line line = {.base_bill_uct = CT(35)};
    lg_member_deviation more = {
        .planned_uwh = KWH(1), .deviation_uwh = KWH(0.5), .left_uwh = KWH(0.2)};
    assert_true(lg_ledger_settle(&line, &more, &door, &run_uct));
    assert_int_equal(line.base_bill_uct, CT(35) + CT(35) / 2);
    assert_int_equal(line.imbalance_uct, CT(7));
    /* exported 1 kWh and made half of it: it sold for 3 ct what it has to buy now */
    lg_member_line panel = {.base_bill_uct = -CT(3)};
    lg_member_deviation less = {
        .planned_uwh = -KWH(1), .deviation_uwh = KWH(0.5), .left_uwh = KWH(0.5)};
    assert_true(lg_ledger_settle(&panel, &less, &door, &run_uct));
    assert_int_equal(panel.base_bill_uct, -CT(3) / 2);
    assert_int_equal(panel.imbalance_uct, CT(35) / 2);
    /* used a quarter less, and nobody wanted it: the utility pays */
    lg_member_line saver = {.base_bill_uct = 0};
    lg_member_deviation over = {
        .planned_uwh = KWH(1), .deviation_uwh = -KWH(0.25), .left_uwh = -KWH(0.25)};
    assert_true(lg_ledger_settle(&saver, &over, &door, &run_uct));
    assert_int_equal(saver.base_bill_uct, -CT(35) / 4);
    assert_int_equal(saver.imbalance_uct, -CT(3) / 4);
}

static void test_more_than_a_run_may_cost_err(void **state)
{
    (void)state;
    const lg_door_rates door = {.buy_uct = CT(10000), .sell_uct = CT(1), .unserved_uct = CT(20000)};
    lg_member_line line = {.base_bill_uct = CT(5)};
    int64_t run = 0;
    assert_false(lg_ledger_add(
        &line, &(lg_member_slot){INT64_C(400000000000000000), 0, INT64_C(400000000000000000)},
        &door, &run));
    assert_false(lg_ledger_settle(
        &line, &(lg_member_deviation){.left_uwh = INT64_C(400000000000000000)}, &door, &run));
    /* within 64 bits, but not with what others were charged */
    run = LG_RUN_MONEY_MAX_UCT - CT(1);
    assert_false(lg_ledger_add(&line, &(lg_member_slot){KWH(1), 0, 0}, &door, &run));
    assert_int_equal(line.demand_uwh, 0);
    assert_int_equal(line.base_bill_uct, CT(5));
    assert_true(lg_ledger_add(&line, &(lg_member_slot){0, KWH(1), 0}, &door, &run));
}

static void test_percent(void **state)
{
    (void)state;
    assert_float_equal(lg_ledger_saved_percent(CT(75), CT(100)), 25.0, 1e-12);
    assert_float_equal(lg_ledger_saved_percent(CT(110), CT(100)), -10.0, 1e-12);
    assert_float_equal(lg_ledger_saved_percent(CT(-50), CT(100)), 150.0, 1e-12);
    /* A share of nothing, or of an income, says nothing. */
    assert_true(isnan(lg_ledger_saved_percent(CT(1), 0)));
    assert_true(
        isnan(lg_ledger_saved_percent(CT(-20), LG_CT_UCT * 2 / 5))); /* 0.00 EUR, 5100 % of it */
    assert_true(isnan(lg_ledger_saved_percent(CT(-20), CT(-10))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_door_constant),
        cmocka_unit_test(test_door_never_pays_to_sell),
        cmocka_unit_test(test_door_percentage),
        cmocka_unit_test(test_day_of_a_home),
        cmocka_unit_test(test_bill_at_the_boundary),
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_what_was_measured),
        cmocka_unit_test(test_more_than_a_run_may_cost_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
