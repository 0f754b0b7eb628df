/* The strategies and tariffs that ship, tick by tick against rates worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grid/unit.h"
#include "seen.h"

/* 900 s slots and 90 s ticks: n = max(900 / 90 - 1, 1) = 9 steps, one a tick. */
static void test_load_ramp(void **state)
{
    static const double rates[] = {0,         35 / 9.0,  70 / 9.0,  105 / 9.0, 140 / 9.0,
                                   175 / 9.0, 210 / 9.0, 245 / 9.0, 280 / 9.0, 35};
    stage s;
    (void)state;
    seen_begin(&s);
    seen_load(&s, "strategies/load_ramp.lua");
    stage_run(&s, 2);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 0, rates, 10, 1);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 1, rates, 10, 1);
    assert_int_equal(seen_count, 20);
    seen_finish(&s);
}

/* From the market maker's 30 down to 0. */
static void test_pv_ramp(void **state)
{
    static const double rates[] = {30,        240 / 9.0, 210 / 9.0, 180 / 9.0, 150 / 9.0,
                                   120 / 9.0, 90 / 9.0,  60 / 9.0,  30 / 9.0,  0};
    stage s;
    (void)state;
    seen_begin(&s);
    seen_load(&s, "strategies/pv_ramp.lua");
    stage_run(&s, 2);
    seen_expect(LG_CMD_OFFER, STAGE_PV1, 0, rates, 10, 2);
    seen_expect(LG_CMD_OFFER, STAGE_PV1, 1, rates, 10, 2);
    assert_int_equal(seen_count, 20);
    seen_finish(&s);
}

/* Buys 0 -> 24.9 and sells 30 -> 25, 0.25 kWh each. */
static void test_storage_ramp(void **state)
{
    double buys[10], sells[10];
    stage s;
    (void)state;
    for (int k = 0; k < 10; k++) {
        buys[k] = 24.9 * k / 9;
        sells[k] = 30 - 5.0 * k / 9;
    }
    seen_begin(&s);
    seen_load(&s, "strategies/storage_ramp.lua");
    stage_run(&s, 1);
    seen_expect(LG_CMD_BID, STAGE_BATTERY1, 0, buys, 10, 0.25);
    seen_expect(LG_CMD_OFFER, STAGE_BATTERY1, 0, sells, 10, 0.25);
    seen_finish(&s);
}

/* Half full: 30 - 5 * 0.5 = 27.5 all the slot; three quarters: 26.25. One offer a slot: one that
 * took its place at every update would never be old enough to leave its market. */
static void test_storage_capacity(void **state)
{
    static const double half = 27.5, fuller = 26.25;
    stage s;
    (void)state;
    seen_begin(&s);
    seen_load(&s, "strategies/storage_capacity.lua");
    stage_run(&s, 1);
    s.plans[STAGE_BATTERY1].stored_kWh = 0.9;
    stage_run(&s, 1);
    seen_expect(LG_CMD_OFFER, STAGE_BATTERY1, 0, &half, 1, 0.25);
    seen_expect(LG_CMD_OFFER, STAGE_BATTERY1, 1, &fuller, 1, 0.25);
    seen_finish(&s);
}

/* One-sided, 15 ticks of a minute, n = 14, step 2.5: a bid is a limit, and the reference exchange
 * raises its counter before the purchase reads it, so the first limit is 2.5 already, and 35 is
 * reached a minute earlier. Offers keep to k. */
static void test_one_sided_ramp(void **state)
{
    static const lg_rules rules = {.match = LG_ONE_SIDED,
                                   .keep_age = true,
                                   .slot_ms = 900000,
                                   .tick_ms = 60000,
                                   .ticks_per_slot = 15};
    double buys[15], stored[15], sells[15];
    stage s;
    (void)state;
    for (int k = 0; k < 15; k++) {
        buys[k] = fmin(2.5 * (k + 1), 35);
        stored[k] = fmin(24.9 * (k + 1) / 14, 24.9);
        sells[k] = 30 - 5.0 * k / 14;
    }
    seen_begin_rules(&s, &rules);
    seen_load(&s, "strategies/load_ramp.lua");
    stage_run(&s, 2);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 0, buys, 15, 1);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 1, buys, 15, 1);
    seen_finish(&s);
    seen_begin_rules(&s, &rules);
    seen_load(&s, "strategies/storage_ramp.lua");
    stage_run(&s, 1);
    seen_expect(LG_CMD_BID, STAGE_BATTERY1, 0, stored, 15, 0.25);
    seen_expect(LG_CMD_OFFER, STAGE_BATTERY1, 0, sells, 15, 0.25);
    seen_finish(&s);
}

/* Updates every 3 min: due at ticks 0, 2, 4, 6, 8 (180 s * k); n = max(900 / 180 - 1, 1) = 4. */
static void test_update_interval(void **state)
{
    static const char *const names[] = {"update_interval", "initial_buying_rate",
                                        "final_buying_rate"};
    static const double values[] = {3, 10, 20};
    static const double rates[] = {10, 12.5, 15, 17.5, 20};
    stage s;
    (void)state;
    seen_begin(&s);
    s.assets[STAGE_LOAD1].params = seen_options(names, values, 3);
    seen_load(&s, "strategies/load_ramp.lua");
    stage_run(&s, 1);
    assert_int_equal(seen_count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(seen[i].tick, 2 * i);
        assert_true(fabs(seen[i].rate_ct - rates[i]) < 1e-6);
    }
    seen_finish(&s);
}

/* fit_to_limit = false: 2 ct a step until the final rate holds it. */
static void test_fixed_step(void **state)
{
    static const char *const names[] = {"fit_to_limit", "initial_buying_rate", "final_buying_rate",
                                        "energy_rate_increase_per_update"};
    static const double values[] = {0, 10, 17, 2};
    static const double rates[] = {10, 12, 14, 16, 17, 17, 17, 17, 17, 17};
    stage s;
    (void)state;
    seen_begin(&s);
    s.assets[STAGE_LOAD1].params = seen_options(names, values, 4);
    seen_load(&s, "strategies/load_ramp.lua");
    stage_run(&s, 1);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 0, rates, 10, 1);
    seen_finish(&s);
}

/* use_market_maker_rate: a load ends at 30 + fees of Home 1, Community and Grid (0 + 1 + 4), a PV
 * starts at 25. */
static void test_market_maker_rate(void **state)
{
    static const char *const names[] = {"use_market_maker_rate"};
    static const double values[] = {1};
    stage s;
    (void)state;
    seen_begin(&s);
    s.assets[STAGE_LOAD1].params = seen_options(names, values, 1);
    seen_load(&s, "strategies/load_ramp.lua");
    stage_run(&s, 1);
    assert_true(fabs(seen[9].rate_ct - 35) < 1e-6);
    seen_finish(&s);
    seen_begin(&s);
    s.assets[STAGE_PV1].params = seen_options(names, values, 1);
    seen_load(&s, "strategies/pv_ramp.lua");
    stage_run(&s, 1);
    assert_true(fabs(seen[0].rate_ct - 25) < 1e-6);
    seen_finish(&s);
}

/* The bus posts once a slot on both sides, without limit, at its own rates. */
static void test_fixed_rate(void **state)
{
    static const double sell[] = {30}, buy[] = {8};
    char path[512];
    stage s;
    (void)state;
    seen_begin(&s);
    snprintf(path, sizeof path, "%s/strategies/fixed_rate.lua", STAGE_SCRIPTS);
    stage_load_other_file(&s, path);
    stage_run(&s, 2);
    for (uint32_t slot = 0; slot < 2; slot++) {
        seen_expect(LG_CMD_OFFER, STAGE_UTILITY, slot, sell, 1, LG_UNLIMITED_KWH);
        seen_expect(LG_CMD_BID, STAGE_UTILITY, slot, buy, 1, LG_UNLIMITED_KWH);
    }
    assert_int_equal(seen_count, 4);
    seen_finish(&s);
}

/* In one-sided markets the bid of a bus is its limit: it buys what is offered at or below 8. */
static void test_bus_one_sided(void **state)
{
    static const lg_rules rules = {.match = LG_ONE_SIDED,
                                   .keep_age = true,
                                   .slot_ms = 900000,
                                   .tick_ms = 90000,
                                   .ticks_per_slot = 10};
    char path[512];
    stage s;
    (void)state;
    seen_begin_rules(&s, &rules);
    snprintf(path, sizeof path, "%s/strategies/fixed_rate.lua", STAGE_SCRIPTS);
    stage_load_other_file(&s, path);
    assert_int_equal(stage_load(&s, "function on_market_cycle()\n"
                                    "  grid.batch:offer_energy_rate('PV 1', 'all', 0)\n"
                                    "end\n"),
                     LG_OK);
    stage_start(&s);
    stage_run(&s, 2);
    const lg_market *market = lg_turn_market(s.turn);
    assert_int_equal(lg_market_account(market, STAGE_PV1)->bill.sold_uwh, 4 * LG_KWH_UWH);
    assert_int_equal(lg_market_account(market, STAGE_UTILITY)->bill.bought_uwh, 4 * LG_KWH_UWH);
    seen_finish(&s);
}

/* patient: the load and the battery buy the PV's energy, the surplus goes to the utility, nothing
 * is refused. */
static void expect_trades(const char *script)
{
    char path[512];
    stage s;
    seen_begin(&s);
    snprintf(path, sizeof path, "%s/strategies/fixed_rate.lua", STAGE_SCRIPTS);
    stage_load_other_file(&s, path);
    seen_load(&s, script);
    stage_start(&s);
    stage_run(&s, 8);
    stage_finish(&s);
    const lg_market *market = lg_turn_market(s.turn);
    assert_int_equal(lg_market_account(market, STAGE_LOAD1)->bill.bought_uwh, 8 * LG_KWH_UWH);
    assert_int_equal(lg_market_account(market, STAGE_PV1)->bill.sold_uwh, 16 * LG_KWH_UWH);
    seen_finish(&s);
}

static void test_patient(void **state)
{
    (void)state;
    expect_trades("strategies/patient.lua");
}

static void test_home_ramp(void **state)
{
    (void)state;
    expect_trades("strategies/home_ramp.lua");
}

static void test_night_owl(void **state)
{
    (void)state;
    expect_trades("strategies/night_owl.lua");
}

static const lg_rules percentages = {.match = LG_PAY_AS_BID,
                                     .fee_kind = LG_FEE_PERCENTAGE,
                                     .keep_age = true,
                                     .slot_ms = 900000,
                                     .tick_ms = 90000,
                                     .ticks_per_slot = 10};

/* Fees of 4 % and 10 % on the way: the utility's energy costs 30 * 1.14 = 34.2 ct/kWh, and energy
 * sold to it earns 8 / 1.14 = 7.017543 (rounded down). Both rates trade with the utility; at no
 * time is more paid or less taken. */
static void expect_percentages(const char *script, bool storage)
{
    char path[512];
    stage s;
    double highest = 0, lowest = 100;
    seen_begin_rules(&s, &percentages);
    if (!storage)
        s.plans[STAGE_BATTERY1].demand_kWh = s.plans[STAGE_BATTERY1].supply_kWh = 0;
    s.plans[STAGE_LOAD1].demand_kWh = 3; /* 2 from the PV, 1 from the utility */
    snprintf(path, sizeof path, "%s/strategies/fixed_rate.lua", STAGE_SCRIPTS);
    stage_load_other_file(&s, path);
    seen_load(&s, script);
    stage_run(&s, 1);
    s.plans[STAGE_LOAD1].demand_kWh = 0.5; /* 1.5 to the utility */
    stage_run(&s, 1);
    for (uint32_t i = 0; i < seen_count; i++) {
        if (seen[i].node == STAGE_LOAD1)
            highest = fmax(highest, seen[i].rate_ct);
        if (seen[i].node == STAGE_PV1)
            lowest = fmin(lowest, seen[i].rate_ct);
    }
    assert_true(fabs(highest - 34.2) < 1e-9);
    assert_true(fabs(lowest - 7.017543) < 1e-9);
    const lg_market *market = lg_turn_market(s.turn);
    const lg_bill *load_bill = &lg_market_account(market, STAGE_LOAD1)->bill;
    const lg_bill *pv_bill = &lg_market_account(market, STAGE_PV1)->bill;
    assert_int_equal(load_bill->bought_uwh, 7 * LG_KWH_UWH / 2);
    assert_int_equal(pv_bill->sold_uwh, 4 * LG_KWH_UWH);
    assert_true(load_bill->spent_uct + load_bill->market_fee_uct <= 7 * 34200000 / 2);
    assert_true(pv_bill->earned_uct >= 4 * INT64_C(7017543));
    seen_finish(&s);
}

static void test_percentages(void **state)
{
    (void)state;
    expect_percentages("strategies/patient.lua", false);
    expect_percentages("strategies/night_owl.lua", false);
}

/* use_market_maker_rate with percentages: a load ends at 30 * 1.14, a PV starts at 30 / 1.14. */
static void test_market_maker_rate_percentages(void **state)
{
    static const char *const names[] = {"use_market_maker_rate"};
    static const double values[] = {1};
    stage s;
    (void)state;
    seen_begin_rules(&s, &percentages);
    s.assets[STAGE_LOAD1].params = seen_options(names, values, 1);
    seen_load(&s, "strategies/load_ramp.lua");
    stage_run(&s, 1);
    assert_true(fabs(seen[9].rate_ct - 34.2) < 1e-9);
    seen_finish(&s);
    seen_begin_rules(&s, &percentages);
    s.assets[STAGE_PV1].params = seen_options(names, values, 1);
    seen_load(&s, "strategies/pv_ramp.lua");
    stage_run(&s, 1);
    assert_true(fabs(seen[0].rate_ct - 26.315789) < 1e-9);
    seen_finish(&s);
}

static int64_t next_fee(const stage *s)
{
    return lg_market_fee_next(lg_turn_market(s->turn), STAGE_COMMUNITY);
}

static lg_script_param params_table(const lg_script_param *items, uint32_t count)
{
    return (lg_script_param){.type = LG_PARAM_TABLE, .items = items, .count = count};
}

/* What @p asset used or made more or less than planned in slot 0 goes to market in slots 1 and 2,
 * when the clock of its market shows 0, 5 and 10 minutes and so on: at the first tick of 90 s from
 * there. Low to high when it buys, high to low when it sells. */
static void expect_settled(const char *script, uint32_t asset, double low, double high)
{
    static const uint32_t slots[] = {1, 1, 1, 2, 2, 2}, ticks[] = {0, 4, 7, 0, 4, 7};
    const double part[] = {0, 0.5, 1, 1, 1, 1};
    const lg_rules rules = {.match = LG_PAY_AS_BID,
                            .keep_age = true,
                            .slot_ms = 900000,
                            .tick_ms = 90000,
                            .ticks_per_slot = 10,
                            .settlement_slots = 2,
                            .settlement_std = 0.1};
    stage s;
    seen_begin_rules(&s, &rules);
    assert_int_equal(lg_desk_grant_asset(s.desk, asset), LG_OK);
    seen_load(&s, script);
    stage_run(&s, 3);
    int64_t deviation = lg_settling_deviation(lg_turn_settling(s.turn), 0, asset);
    assert_true(deviation != 0 && deviation != LG_NO_DEVIATION);
    uint32_t n = 0;
    for (uint32_t i = 0; i < seen_count; i++) {
        if (seen[i].of != 1)
            continue;
        assert_true(n < 6);
        assert_int_equal(seen[i].node, asset);
        assert_int_equal(seen[i].slot, slots[n]);
        assert_int_equal(seen[i].tick, ticks[n]);
        assert_int_equal(seen[i].kind, deviation > 0 ? LG_CMD_BID : LG_CMD_OFFER);
        assert_true(fabs(seen[i].energy_kWh - fabs((double)deviation) / 1e9) < 1e-12);
        double rate = deviation > 0 ? low + (high - low) * part[n] : high - (high - low) * part[n];
        assert_true(fabs(seen[i].rate_ct - rate) < 1e-6);
        n++;
    }
    assert_int_equal(n, 6);
    seen_finish(&s);
}

/* The templates from 0 to 50 ct; a home that knows the utility from 8 - 5 to 30 + 5 ct. */
static void test_settlement(void **state)
{
    (void)state;
    expect_settled("strategies/pv_ramp.lua", STAGE_PV1, 0, 50);
    expect_settled("strategies/load_ramp.lua", STAGE_LOAD2, 0, 50);
    expect_settled("strategies/meter_ramp.lua", STAGE_METER2, 0, 50);
    expect_settled("strategies/patient.lua", STAGE_PV1, 3, 35);
    expect_settled("strategies/night_owl.lua", STAGE_PV1, 3, 35);
}

static void test_fixed_fee(void **state)
{
    static const lg_script_param items[] = {{.type = LG_PARAM_NUMBER, .key = "fee", .number = 2.5}};
    const lg_script_param params = params_table(items, 1);
    stage s;
    (void)state;
    seen_begin(&s);
    s.input.params = &params;
    seen_load(&s, "tariffs/fixed_fee.lua");
    stage_run(&s, 3);
    assert_int_equal(next_fee(&s), 2500000);
    assert_int_equal(seen_count, 1);
    seen_finish(&s);
}

/* Peak from 01:00 to 01:30: set in the slots 00:45 and 01:15 for those that follow. */
static void test_time_of_use(void **state)
{
    static const lg_script_param items[] = {
        {.type = LG_PARAM_NUMBER, .key = "peak", .number = 6},
        {.type = LG_PARAM_NUMBER, .key = "off_peak", .number = 2},
        {.type = LG_PARAM_NUMBER, .key = "peak_from", .number = 1},
        {.type = LG_PARAM_NUMBER, .key = "peak_to", .number = 1.5}};
    static const int64_t fees[] = {2, 2, 2, 6, 6, 2, 2};
    const lg_script_param params = params_table(items, 4);
    stage s;
    (void)state;
    seen_begin(&s);
    s.input.params = &params;
    seen_load(&s, "tariffs/time_of_use.lua");
    for (uint32_t slot = 0; slot < 7; slot++) {
        stage_run(&s, 1);
        assert_int_equal(next_fee(&s), fees[slot] * LG_CT_UCT);
    }
    assert_int_equal(seen_count, 3);
    seen_finish(&s);
}

/* The PV sells 2 kWh a slot to the utility, through the Community: seen in the second slot, its
 * mean of 2 kWh is past the threshold of 1.9; when nothing is exported any more the mean of four
 * slots sinks below. */
static void test_peak_threshold(void **state)
{
    static const lg_script_param step[] = {{.type = LG_PARAM_NUMBER, .key = "kWh", .number = 1.9},
                                           {.type = LG_PARAM_NUMBER, .key = "fee", .number = 3}};
    static const lg_script_param list[] = {{.type = LG_PARAM_TABLE, .items = step, .count = 2}};
    static const lg_script_param items[] = {
        {.type = LG_PARAM_NUMBER, .key = "base", .number = 0.5},
        {.type = LG_PARAM_LIST, .key = "thresholds", .items = list, .count = 1}};
    static const int64_t fees_ct10[] = {10, 30, 30, 5};
    const lg_script_param params = params_table(items, 2);
    stage s;
    (void)state;
    seen_begin(&s);
    s.areas[STAGE_GRID].fee_uct =
        0; /* read when a slot opens: the utility's 8 ct stay above the offer */
    assert_int_equal(lg_desk_grant_asset(s.other, STAGE_PV1), LG_OK);
    stage_load_other(&s, "function on_market_cycle(info)\n"
                         "  if info.slot > 1 then return end\n"
                         "  grid.batch:bid_energy_rate('Utility', 'all', 8)\n"
                         "  grid.batch:offer_energy_rate('PV 1', 'all', 1)\n"
                         "end\n");
    s.input.params = &params;
    seen_load(&s, "tariffs/peak_threshold.lua");
    for (uint32_t slot = 0; slot < 4; slot++) {
        stage_run(&s, 1);
        assert_int_equal(next_fee(&s), fees_ct10[slot] * LG_CT_UCT / 10);
    }
    seen_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load_ramp),
        cmocka_unit_test(test_pv_ramp),
        cmocka_unit_test(test_storage_ramp),
        cmocka_unit_test(test_storage_capacity),
        cmocka_unit_test(test_update_interval),
        cmocka_unit_test(test_fixed_step),
        cmocka_unit_test(test_market_maker_rate),
        cmocka_unit_test(test_fixed_rate),
        cmocka_unit_test(test_bus_one_sided),
        cmocka_unit_test(test_patient),
        cmocka_unit_test(test_home_ramp),
        cmocka_unit_test(test_night_owl),
        cmocka_unit_test(test_settlement),
        cmocka_unit_test(test_fixed_fee),
        cmocka_unit_test(test_time_of_use),
        cmocka_unit_test(test_peak_threshold),
        cmocka_unit_test(test_one_sided_ramp),
        cmocka_unit_test(test_percentages),
        cmocka_unit_test(test_market_maker_rate_percentages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
