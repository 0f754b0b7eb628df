/* A failing callback costs that callback only: its batch is dropped, it is told, the script goes
 * on. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "stage.h"

static void test_fault(void **state)
{
    static const char source[] =
        "local function quote(asset)\n"
        "  grid.batch:bid_energy_rate(asset, 1, 20)\n"
        "  if asset.enrgy_to_buy > 0 then print('never') end\n"
        "end\n"
        "function on_market_cycle(info)\n"
        "  if info.slot == 0 then quote(info.assets[1]) end\n"
        "  print('slot', info.slot, info.assets[1].energy_active_in_bids)\n"
        "end\n"
        "function on_tick(info) if info.tick == 1 then print('tick', info.slot) end end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_start(&s);
    stage_run(&s, 2);
    stage_expect(s.faults, ".lua:3: asset \"Load 1\" (load) has no field \"enrgy_to_buy\"; did you "
                           "mean \"energy_to_buy\"?\n"
                           "    3 |   if asset.enrgy_to_buy > 0 then print('never') end\n"
                           "      |            ^^^^^^^^^^^^\n"
                           "  called from ");
    stage_expect(s.faults, ".lua:6\n  in on_market_cycle, slot 2024-06-03T00:00, tick 0 of 10\n");
    assert_string_equal(s.printed, "tick\t0\nslot\t1\t0.0\ntick\t1\n");
    assert_int_equal(lg_agent_faults(s.agent), 1);
    assert_int_equal(lg_desk_counts_of(s.desk).commands, 0);
    stage_fini(&s);
}

/* After execute() the callback may fail as well; what was applied before stays. */
static void test_fault_after_execute(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
        "  local answers = grid.batch:execute()\n"
        "  grid.batch:delete_bid('Load 1')\n"
        "  local x = answers[1].bid.id + nil\n"
        "end\n"
        "function on_tick(info)\n"
        "  if info.tick == 1 then print(info.assets[1].energy_active_in_bids) end\n"
        "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_start(&s);
    stage_run(&s, 3);
    stage_expect(s.faults, ".lua:5: attempt to perform arithmetic on a nil value");
    assert_string_equal(s.printed, "1.0\n1.0\n1.0\n");
    assert_int_equal(lg_agent_faults(s.agent), 3);
    stage_fini(&s);
}

static void test_fault_in_trade(void **state)
{
    static const char source[] = "function on_market_cycle(info)\n"
                                 "  grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
                                 "  grid.batch:offer_energy_rate('PV 1', 1, 10)\n"
                                 "end\n"
                                 "function on_trade(trade) local x = trade.rates.low end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_start(&s);
    stage_run(&s, 2);
    stage_expect(s.faults, ".lua:5: attempt to index a nil value (field 'rates')\n"
                           "    5 | function on_trade(trade) local x = trade.rates.low end\n"
                           "      |                                          ^^^^^\n"
                           "  in on_trade, slot 2024-06-03T00:00, tick 0 of 10");
    assert_int_equal(lg_agent_faults(s.agent), 2);
    assert_int_equal(s.trades, 2);
    stage_fini(&s);
}

static void test_fault_no_text(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(
        stage_load(&s, "function on_market_cycle() error(setmetatable({}, {__tostring = function() "
                       "error('x') end})) end\n"),
        LG_OK);
    stage_run(&s, 1);
    stage_expect(s.faults, "the error is no text but a table");
    stage_fini(&s);
}

/* A callback that does not end is stopped, inside pcall too, and the script goes on afterwards. */
static void test_watchdog(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  grid.batch:list_bids('Load 1')\n"
        "  if info.slot == 0 then while true do pcall(function() while true do end end) end end\n"
        "  if info.slot == 1 then xpcall(function() while true do end end, function(m) while true "
        "do end end) end\n"
        "  print('slot', info.slot)\n"
        "end\n"
        "function on_tick(info) if info.tick == 1 then print('tick', info.slot) end end\n";
    stage s;
    (void)state;
    stage_init(&s);
    s.input.seconds_max = 0.15;
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 3);
    stage_expect(s.faults, "ran longer than 0.15 s and was stopped");
    assert_string_equal(s.printed, "tick\t0\ntick\t1\nslot\t2\ntick\t2\n");
    assert_int_equal(lg_agent_faults(s.agent), 2);
    assert_int_equal(lg_desk_counts_of(s.desk).commands, 1);
    stage_fini(&s);
}

static void test_watchdog_load_err(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.seconds_max = 0.15;
    assert_int_equal(stage_load(&s, "\nwhile true do end\n"), LG_SCRIPT);
    stage_expect(s.err.text, ".lua:2: the callback ran longer than 0.15 s and was stopped");
    stage_fini(&s);
}

/* At the memory cap a callback fails, and what it held is given back. */
static void test_memory_err(void **state)
{
    static const char source[] = "function on_market_cycle(info)\n"
                                 "  local t = {}\n"
                                 "  if info.slot == 0 then for i = 1, 1e8 do t[i] = {} end end\n"
                                 "  print('slot', info.slot)\n"
                                 "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    s.input.memory_max = 4 << 20;
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 2);
    stage_expect(s.faults, "not enough memory");
    assert_string_equal(s.printed, "slot\t1\n");
    assert_true(lg_agent_memory(s.agent) < 1 << 20);
    stage_fini(&s);
}

/* Garbage is collected between slots: memory does not grow with the days. */
static void test_collection(void **state)
{
    static const char source[] = "function on_tick(info)\n"
                                 "  local t = {}\n"
                                 "  for i = 1, 200 do t[i] = { i } end\n"
                                 "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 200);
    assert_true(lg_agent_memory(s.agent) < 1 << 20);
    stage_fini(&s);
}

/* Without on_event_or_response the first refusal of each kind is a line of the log. */
static void test_refusals_explained(void **state)
{
    static const char source[] = "function on_market_cycle(info)\n"
                                 "  grid.batch:bid_energy_rate('Load 1', 5, 20)\n"
                                 "  grid.batch:bid_energy_rate('Load 1', 6, 20)\n"
                                 "  grid.batch:delete_offer('PV 1', 9)\n"
                                 "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 2);
    assert_string_equal(
        s.printed, "bid_energy_rate on \"Load 1\" refused: more energy than the asset needs or "
                   "has (asked 5 kWh, allowed 1)\n"
                   "delete_offer on \"PV 1\" refused: the order or device no longer exists\n");
    assert_int_equal(lg_desk_counts_of(s.desk).refused, 6);
    stage_fini(&s);
}

/* Random numbers depend on seed, participant and callback, not on what ran before. */
static void test_random(void **state)
{
    static const char source[] = "function on_market_cycle(info)\n"
                                 "  print(math.random(1000000), math.random(1000000))\n"
                                 "end\n";
    char first[256];
    (void)state;
    for (int run = 0; run < 3; run++) {
        stage s;
        stage_init(&s);
        s.input.seed = run == 2 ? 43 : 42;
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_run(&s, 1);
        if (run == 0)
            strcpy(first, s.printed);
        else if (run == 1)
            assert_string_equal(s.printed, first);
        else
            assert_string_not_equal(s.printed, first);
        stage_fini(&s);
    }
}

/* Where fees are percentages, scripts see and set percent. */
static void test_percentage_fees(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  local m = info.markets[1]\n"
        "  print(info.fees, m.running_market_fee, grid.calculate_grid_fee('Load 1', 'Utility'))\n"
        "  grid.batch:change_grid_fees_percent(m, 7.5)\n"
        "  grid.batch:grid_fees{ market = m, fee_percent = 2.5 }\n"
        "  grid.batch:grid_fees(m, 3)\n"
        "  for _, a in ipairs(grid.batch:execute()) do print(a.status, a.market_fee_percent, "
        "a.code) end\n"
        "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    s.rules.fee_kind = LG_FEE_PERCENTAGE;
    s.areas[STAGE_COMMUNITY].fee_ppb = 50000000;
    lg_desk_free(s.desk);
    lg_desk_free(s.other);
    s.other = NULL;
    lg_turn_free(s.turn); /* made anew: the fees are read when the market is made */
    s.turn = lg_turn_new(s.mem, &s.site, &s.rules);
    assert_non_null(s.turn);
    s.desk = s.input.desk = lg_desk_new(s.mem, lg_turn_market(s.turn), 0, "Home 1");
    assert_non_null(s.desk);
    assert_int_equal(lg_desk_grant_market(s.desk, STAGE_COMMUNITY), LG_OK);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    assert_string_equal(s.printed, "percentage\t5.0\t5.0\n"
                                   "ready\t2.5\tnil\nready\t2.5\tnil\nerror\tnil\tUNSUPPORTED\n");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault),
        cmocka_unit_test(test_fault_after_execute),
        cmocka_unit_test(test_fault_in_trade),
        cmocka_unit_test(test_fault_no_text),
        cmocka_unit_test(test_watchdog),
        cmocka_unit_test(test_watchdog_load_err),
        cmocka_unit_test(test_memory_err),
        cmocka_unit_test(test_collection),
        cmocka_unit_test(test_refusals_explained),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_percentage_fees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
