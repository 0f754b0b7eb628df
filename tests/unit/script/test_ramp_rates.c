/* The template ramps where rates change: over time, with the utility's rate and the grid fees, and
 * those of a meter that buys in one slot and sells in the next. 900 s slots of 10 ticks: n = 9
 * steps, one a tick. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include "grid/profile.h"
#include "grid/unit.h"
#include "seen.h"

/* rates[k] = from + (to - from) * k / 9 */
static void ramp(double *rates, double from, double to)
{
    for (int k = 0; k < 10; k++)
        rates[k] = from + (to - from) * k / 9;
}

static void grant(stage *s, uint32_t asset)
{
    assert_int_equal(lg_desk_grant_asset(s->desk, asset), LG_OK);
}

static void test_a_meter_buys_or_sells(void **state)
{
    double rates[10];
    stage s;
    (void)state;
    seen_begin(&s);
    grant(&s, STAGE_METER2);
    seen_load(&s, "strategies/meter_ramp.lua");
    stage_run(&s, 1);
    s.plans[STAGE_METER2].demand_kWh = 0;
    s.plans[STAGE_METER2].supply_kWh = 1.5;
    stage_run(&s, 1);
    s.plans[STAGE_METER2].supply_kWh = 0;
    stage_run(&s, 1);
    ramp(rates, 0, 30); /* to the utility's rate */
    seen_expect(LG_CMD_BID, STAGE_METER2, 0, rates, 10, 0.8);
    ramp(rates, 30, 0); /* from it */
    seen_expect(LG_CMD_OFFER, STAGE_METER2, 1, rates, 10, 1.5);
    assert_int_equal(seen_count, 20); /* a bid or an offer, and nothing of Home 1 */
    seen_finish(&s);
}

/* Fees of Home 2, Community and Grid: 0 + 1 + 4. */
static void test_a_meter_with_the_market_makers_rate(void **state)
{
    static const char *const names[] = {"use_market_maker_rate", "final_selling_rate"};
    static const double values[] = {1, 5};
    double rates[10];
    stage s;
    (void)state;
    seen_begin(&s);
    grant(&s, STAGE_METER2);
    s.assets[STAGE_METER2].params = seen_options(names, values, 2);
    seen_load(&s, "strategies/meter_ramp.lua");
    stage_run(&s, 1);
    s.plans[STAGE_METER2].demand_kWh = 0;
    s.plans[STAGE_METER2].supply_kWh = 1.5;
    stage_run(&s, 1);
    ramp(rates, 0, 35);
    seen_expect(LG_CMD_BID, STAGE_METER2, 0, rates, 10, 0.8);
    ramp(rates, 25, 5);
    seen_expect(LG_CMD_OFFER, STAGE_METER2, 1, rates, 10, 1.5);
    seen_finish(&s);
}

static void test_what_a_meter_tells(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    grant(&s, STAGE_METER2);
    assert_int_equal(
        stage_load(&s,
                   "function on_market_cycle()\n"
                   "  local m = grid.asset('Meter 2')\n"
                   "  print(m.role, m.type, m.energy_requirement_kWh, m.available_energy_kWh,\n"
                   "    m.energy_active_in_bids, m.energy_active_in_offers, m.soc, m.sell_rate,\n"
                   "    m.rates_vary)\n"
                   "  grid.batch:offer_energy_rate(m, 0.1, 20)\n"
                   "  print(grid.batch:execute()[1].code)\n"
                   "end\n"),
        LG_OK);
    stage_run(&s, 1);
    s.plans[STAGE_METER2].demand_kWh = 0;
    s.plans[STAGE_METER2].supply_kWh = 1.5;
    stage_run(&s, 1);
    assert_string_equal(s.printed, "prosumer\tsmart_meter\t0.8\t0.0\t0.0\t0.0\tnil\tnil\tfalse\n"
                                   "ENERGY\n"
                                   "prosumer\tsmart_meter\t0.0\t1.5\t0.0\t0.0\tnil\tnil\tfalse\n"
                                   "nil\n");
    assert_string_equal(s.faults, "");
    stage_fini(&s);
}

/* Values of two slots, the first from 2024-06-03T00:00. */
static lg_profile *two_slots(const stage *s, double first, double second)
{
    int64_t start_ms = INT64_C(19877) * 86400000;
    lg_profile *profile =
        lg_profile_new(s->mem, 2, start_ms, s->rules.slot_ms, 0, LG_UNIT_CT_PER_KWH);
    assert_non_null(profile);
    profile->values[0] = first;
    profile->values[1] = second;
    return profile;
}

/* final_buying_rate 18 then 27; the first rate stays at 9. */
static void test_rates_over_time(void **state)
{
    static const lg_option rows[] = {{.name = "final_buying_rate", .type = LG_OPTION_PROFILE},
                                     {.name = "initial_buying_rate", .type = LG_OPTION_PROFILE}};
    static union {
        lg_params params;
        char room[sizeof(lg_params) + 2 * sizeof(lg_param)];
    } block;
    double rates[10];
    stage s;
    (void)state;
    seen_begin(&s);
    lg_profile *final = two_slots(&s, 18, 27), *first = lg_profile_constant(s.mem, 9, 0);
    block.params.count = 2;
    block.params.items[0] = (lg_param){&rows[0], {.given = 1, .profile = final}};
    block.params.items[1] = (lg_param){&rows[1], {.given = 1, .profile = first, .number = 9}};
    s.assets[STAGE_LOAD1].params = &block.params;
    seen_load(&s, "strategies/load_ramp.lua");
    stage_run(&s, 2);
    ramp(rates, 9, 18);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 0, rates, 10, 1);
    ramp(rates, 9, 27);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 1, rates, 10, 1);
    seen_finish(&s);
    lg_profile_free(final);
    lg_profile_free(first);
}

/* fit_to_limit = false: the step of each slot is its own, 1 then 3 ct. */
static void test_steps_over_time(void **state)
{
    static const lg_option rows[] = {
        {.name = "fit_to_limit", .type = LG_OPTION_BOOL},
        {.name = "energy_rate_decrease_per_update", .type = LG_OPTION_PROFILE}};
    static union {
        lg_params params;
        char room[sizeof(lg_params) + 2 * sizeof(lg_param)];
    } block;
    double rates[10];
    stage s;
    (void)state;
    seen_begin(&s);
    lg_profile *step = two_slots(&s, 1, 3);
    block.params.count = 2;
    block.params.items[0] = (lg_param){&rows[0], {.given = 1, .number = 0}};
    block.params.items[1] = (lg_param){&rows[1], {.given = 1, .profile = step}};
    s.assets[STAGE_PV1].params = &block.params;
    seen_load(&s, "strategies/pv_ramp.lua");
    stage_run(&s, 2);
    ramp(rates, 30, 21);
    seen_expect(LG_CMD_OFFER, STAGE_PV1, 0, rates, 10, 2);
    ramp(rates, 30, 3);
    seen_expect(LG_CMD_OFFER, STAGE_PV1, 1, rates, 10, 2);
    seen_finish(&s);
    lg_profile_free(step);
}

/* A storage keeps its bids at or below its offers in each slot: 24.9, then 20. */
static void test_a_storage_over_time(void **state)
{
    static const lg_option rows[] = {{.name = "final_selling_rate", .type = LG_OPTION_PROFILE}};
    static union {
        lg_params params;
        char room[sizeof(lg_params) + sizeof(lg_param)];
    } block;
    double rates[10];
    stage s;
    (void)state;
    seen_begin(&s);
    lg_profile *final = two_slots(&s, 27, 20);
    block.params.count = 1;
    block.params.items[0] = (lg_param){&rows[0], {.given = 1, .profile = final}};
    s.assets[STAGE_BATTERY1].params = &block.params;
    seen_load(&s, "strategies/storage_ramp.lua");
    stage_run(&s, 2);
    ramp(rates, 30, 27);
    seen_expect(LG_CMD_OFFER, STAGE_BATTERY1, 0, rates, 10, 0.25);
    ramp(rates, 0, 24.9);
    seen_expect(LG_CMD_BID, STAGE_BATTERY1, 0, rates, 10, 0.25);
    ramp(rates, 30, 20);
    seen_expect(LG_CMD_OFFER, STAGE_BATTERY1, 1, rates, 10, 0.25);
    ramp(rates, 0, 20);
    seen_expect(LG_CMD_BID, STAGE_BATTERY1, 1, rates, 10, 0.25);
    seen_finish(&s);
    lg_profile_free(final);
}

/* A device's own rate is asked once a slot, whatever the scenario says about ramps. */
static void test_a_rate_of_its_own(void **state)
{
    static const double first[] = {22}, second[] = {17};
    stage s;
    (void)state;
    seen_begin(&s);
    s.plans[STAGE_PV1].sell_rate_ct = 22;
    seen_load(&s, "strategies/pv_ramp.lua");
    stage_run(&s, 1);
    s.plans[STAGE_PV1].sell_rate_ct = 17;
    stage_run(&s, 1);
    seen_expect(LG_CMD_OFFER, STAGE_PV1, 0, first, 1, 2);
    seen_expect(LG_CMD_OFFER, STAGE_PV1, 1, second, 1, 2);
    seen_finish(&s);
}

/* The operator of the Community sets 10 instead of 1 at 40 % of slot 0: tick 4. */
static void change_a_fee(stage *s, bool compat)
{
    static const char *const names[] = {"use_market_maker_rate"};
    static const double values[] = {1};
    const lg_rules rules = {.match = LG_PAY_AS_BID,
                            .keep_age = true,
                            .compat_gsy = compat,
                            .slot_ms = 900000,
                            .tick_ms = 90000,
                            .ticks_per_slot = 10};
    seen_begin_rules(s, &rules);
    s->assets[STAGE_LOAD1].params = seen_options(names, values, 1);
    assert_int_equal(lg_desk_grant_market(s->other, STAGE_COMMUNITY), LG_OK);
    stage_load_other(s, "function on_tick(info)\n"
                        "  if info.slot == 0 and info.tick == 4 then\n"
                        "    grid.batch:grid_fees(grid.market('Community'), 10)\n"
                        "  end\n"
                        "end\n");
    seen_load(s, "strategies/load_ramp.lua");
    stage_start(s);
    stage_run(s, 2);
}

/* A limit holds the fees that its slot's trades pay: the new one from slot 1 on. */
static void test_a_fee_that_changes(void **state)
{
    double rates[10];
    stage s;
    (void)state;
    change_a_fee(&s, false);
    ramp(rates, 0, 35);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 0, rates, 10, 1);
    ramp(rates, 0, 44);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 1, rates, 10, 1);
    seen_finish(&s);
}

/* As in the reference exchange (9.7): at once, from the next update on. */
static void test_a_fee_that_changes_at_once(void **state)
{
    double rates[10], before[10];
    stage s;
    (void)state;
    change_a_fee(&s, true);
    ramp(before, 0, 35);
    ramp(rates, 0, 44);
    for (int k = 0; k < 5; k++)
        rates[k] = before[k];
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 0, rates, 10, 1);
    ramp(rates, 0, 44);
    seen_expect(LG_CMD_BID, STAGE_LOAD1, 1, rates, 10, 1);
    seen_finish(&s);
}

/* Percentages count without compat: 30 * 1.14 for the load; with it the utility's rate alone. */
static void test_percentages(void **state)
{
    static const char *const names[] = {"use_market_maker_rate"};
    static const double values[] = {1};
    double rates[10];
    stage s;
    (void)state;
    for (int compat = 0; compat < 2; compat++) {
        const lg_rules rules = {.match = LG_PAY_AS_BID,
                                .fee_kind = LG_FEE_PERCENTAGE,
                                .keep_age = true,
                                .compat_gsy = compat,
                                .slot_ms = 900000,
                                .tick_ms = 90000,
                                .ticks_per_slot = 10};
        seen_begin_rules(&s, &rules);
        s.assets[STAGE_LOAD1].params = seen_options(names, values, 1);
        seen_load(&s, "strategies/load_ramp.lua");
        stage_run(&s, 1);
        ramp(rates, 0, compat ? 30 : 34.2);
        seen_expect(LG_CMD_BID, STAGE_LOAD1, 0, rates, 10, 1);
        seen_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_meter_buys_or_sells),
        cmocka_unit_test(test_a_meter_with_the_market_makers_rate),
        cmocka_unit_test(test_what_a_meter_tells),
        cmocka_unit_test(test_rates_over_time),
        cmocka_unit_test(test_steps_over_time),
        cmocka_unit_test(test_a_storage_over_time),
        cmocka_unit_test(test_a_rate_of_its_own),
        cmocka_unit_test(test_a_fee_that_changes),
        cmocka_unit_test(test_a_fee_that_changes_at_once),
        cmocka_unit_test(test_percentages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
