/* Grid fees as operators see them: when a new one rules, what a path costs, what a market's
 * statistics say of a slot. The street is that of stage.h. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "stage.h"

static const lg_rules rules = {.match = LG_PAY_AS_BID,
                               .keep_age = true,
                               .slot_ms = 900000,
                               .tick_ms = 90000,
                               .ticks_per_slot = 10};

static void expect(stage *s, const char *source, uint32_t slots, const char *printed)
{
    assert_int_equal(stage_load(s, source), LG_OK);
    stage_start(s);
    stage_run(s, slots);
    stage_finish(s);
    assert_string_equal(s->faults, "");
    assert_string_equal(s->printed, printed);
    stage_fini(s);
}

/* Sent in slot 1 (00:15): that slot keeps 1 ct, its ticks show 5 as the next one; slot 2 has 5, and
 * in slot 3 it is the last one. `current` is the wire's name of the next. Load 1 takes 1 kWh
 * through the Community in slots 1 and 2, so the money says the same: 1 ct of revenue, then 5. */
static void test_a_fee_rules_from_the_next_slot_on(void **state)
{
    static const char source[] =
        "local function show(info, what)\n"
        "  local m = info.markets[1]\n"
        "  print(info.market_slot:sub(12), what, m.running_market_fee, m.next_market_fee,\n"
        "    m.current_market_fee, m.last_market_fee)\n"
        "end\n"
        "function on_market_cycle(info)\n"
        "  show(info, 'opens')\n"
        "  if info.slot == 1 then grid.batch:grid_fees(info.markets[1], 5) end\n"
        "  grid.batch:bid_energy_rate('Load 1', 1, 50)\n"
        "  grid.batch:dso_market_stats('Community')\n"
        "  local answers = grid.batch:execute()\n"
        "  print('revenue', answers[#answers].market_stats.market_fee_revenue)\n"
        "end\n"
        "function on_tick(info)\n"
        "  if info.tick == 5 then show(info, 'ticks') end\n"
        "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    stage_load_other(&s, "function on_market_cycle(info)\n"
                         "  grid.batch:offer_energy_rate('Utility', 1, 30)\n"
                         "end\n");
    expect(&s, source, 4,
           "00:00\topens\t1.0\t1.0\t1.0\tnil\n"
           "revenue\tnil\n"
           "00:00\tticks\t1.0\t1.0\t1.0\tnil\n"
           "00:15\topens\t1.0\t1.0\t1.0\t1.0\n"
           "revenue\t1.0\n"
           "00:15\tticks\t1.0\t5.0\t5.0\t1.0\n"
           "00:30\topens\t5.0\t5.0\t5.0\t1.0\n"
           "revenue\t1.0\n"
           "00:30\tticks\t5.0\t5.0\t5.0\t1.0\n"
           "00:45\topens\t5.0\t5.0\t5.0\t5.0\n"
           "revenue\t5.0\n"
           "00:45\tticks\t5.0\t5.0\t5.0\t5.0\n");
}

/* Home 1 = 1, Community = 3, Grid = 2: every market on the way counts once, both ends and the
 * lowest common one included. In slot 1 the Community's next fee is 7, in slot 2 it is the running
 * one and 3 the last. */
static void test_path_fees(void **state)
{
    static const char source[] =
        "local function paths(what)\n"
        "  local fee = grid.calculate_grid_fee\n"
        "  local load, home = grid.asset('Load 1'), grid.market('Home 1')\n"
        "  print(fee('Load 1', 'Utility', what), fee('Home 1', 'Community', what),\n"
        "    fee(load.uuid, grid.asset('PV 1').uuid, what), fee(load, 'Load 2', what),\n"
        "    fee(home.uuid, grid.tree.uuid, what), fee('Load 1', nil, what), fee(home, nil, "
        "what))\n"
        "end\n"
        "function on_market_cycle(info)\n"
        "  if info.slot == 1 then\n"
        "    grid.batch:grid_fees('Community', 7)\n"
        "    grid.batch:execute()\n"
        "  end\n"
        "  print(info.slot)\n"
        "  for _, what in ipairs { 'current_market_fee', 'next_market_fee', 'running_market_fee',\n"
        "    'last_market_fee' } do paths(what) end\n"
        "  paths()\n"
        "end\n";
    stage s;
    (void)state;
    stage_init_fees(&s, &rules, (const double[]){2, 3, 1, 0});
    expect(&s, source, 3,
           "0\n"
           "6.0\t4.0\t1.0\t4.0\t6.0\t1.0\t1.0\n"
           "6.0\t4.0\t1.0\t4.0\t6.0\t1.0\t1.0\n"
           "6.0\t4.0\t1.0\t4.0\t6.0\t1.0\t1.0\n"
           "0.0\t0.0\t0.0\t0.0\t0.0\t0.0\t0.0\n"
           "6.0\t4.0\t1.0\t4.0\t6.0\t1.0\t1.0\n"
           "1\n"
           "10.0\t8.0\t1.0\t8.0\t10.0\t1.0\t1.0\n"
           "10.0\t8.0\t1.0\t8.0\t10.0\t1.0\t1.0\n"
           "6.0\t4.0\t1.0\t4.0\t6.0\t1.0\t1.0\n"
           "6.0\t4.0\t1.0\t4.0\t6.0\t1.0\t1.0\n"
           "10.0\t8.0\t1.0\t8.0\t10.0\t1.0\t1.0\n"
           "2\n"
           "10.0\t8.0\t1.0\t8.0\t10.0\t1.0\t1.0\n"
           "10.0\t8.0\t1.0\t8.0\t10.0\t1.0\t1.0\n"
           "10.0\t8.0\t1.0\t8.0\t10.0\t1.0\t1.0\n"
           "6.0\t4.0\t1.0\t4.0\t6.0\t1.0\t1.0\n"
           "10.0\t8.0\t1.0\t8.0\t10.0\t1.0\t1.0\n");
}

/*
 * Community, fee 1. Slot 0: Load 1 buys 1 kWh at its bid of 40 and Load 2 0.5 at 45, both from the
 * utility: mean and median 42.5, fees 1.5 ct, import 1.5 kWh. Slot 1: PV 1 sells 0.5 kWh to Load 2
 * at
 * 25. Slot 2: PV 1 sells 2 kWh to the utility, which pays 8: 4 of it are the Grid's, the rate in
 * the Community is 4. Demand is 1.5 kWh a slot, so self-sufficiency is 0, then 0.5 / 3, then 0.5
 * / 4.5; of the 0.5 and then 2.5 kWh sold 0.5 were used. In slot 3 nothing happens, and peaks stay.
 */
static void test_statistics(void **state)
{
    static const char source[] =
        "local function p(...)\n"
        "  local out = {}\n"
        "  for i, v in ipairs { ... } do out[i] = string.format('%.6g', v) end\n"
        "  print(table.concat(out, ' '))\n"
        "end\n"
        "function on_market_cycle(info)\n"
        "  if info.slot == 0 then grid.batch:bid_energy_rate('Load 1', 1, 40) end\n"
        "  if info.slot == 1 then grid.batch:offer_energy_rate('PV 1', 0.5, 20) end\n"
        "  if info.slot == 2 then grid.batch:offer_energy_rate('PV 1', 2, 2) end\n"
        "  grid.batch:dso_market_stats('Community')\n"
        "  grid.batch:market_stats('Community')\n"
        "  local answers = grid.batch:execute()\n"
        "  local s, public = answers[#answers - 1].market_stats, answers[#answers].market_stats\n"
        "  if info.slot == 0 then return end\n"
        "  p(s.min_trade_rate or -1, s.max_trade_rate or -1, s.avg_trade_rate or -1,\n"
        "    s.median_trade_rate or -1, s.total_traded_energy_kWh)\n"
        "  assert(public.avg_trade_rate == s.avg_trade_rate and public.self_sufficiency == nil)\n"
        "  p(s.market_fee_revenue, s.area_throughput.import, s.area_throughput.export,\n"
        "    s.peak_import_kWh, s.peak_export_kWh, s.self_sufficiency, s.self_consumption)\n"
        "  local b = s.market_bill['Accumulated Trades']\n"
        "  assert(b == s.market_bill.accumulated_trades and s.market_bill.external_trades)\n"
        "  p(b.bought, b.sold, b.spent, b.earned)\n"
        "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    stage_load_other(&s, "function on_market_cycle(info)\n"
                         "  local batch = grid.batch\n"
                         "  if info.slot == 0 then\n"
                         "    batch:offer_energy_rate('Utility', 'all', 30)\n"
                         "    batch:bid_energy_rate('Load 2', 0.5, 45)\n"
                         "  elseif info.slot == 1 then\n"
                         "    batch:bid_energy_rate('Load 2', 0.5, 25)\n"
                         "  elseif info.slot == 2 then\n"
                         "    batch:bid_energy_rate('Utility', 'all', 8)\n"
                         "  end\n"
                         "end\n");
    expect(&s, source, 5,
           "40 45 42.5 42.5 1.5\n"
           "1.5 1.5 0 1.5 0 0 0\n"
           "1.5 0 0.61 0\n"
           "25 25 25 25 0.5\n"
           "0.5 0 0 1.5 0 10.8696 100\n"
           "2 0.5 0.73 0.12\n"
           "4 4 4 4 2\n"
           "2 0 2 1.5 2 7.24638 20\n"
           "2 2.5 0.73 0.18\n"
           "-1 -1 -1 -1 0\n"
           "0 0 0 1.5 2 5.43478 20\n"
           "2 2.5 0.73 0.18\n");
}

/* Only who commands a market changes its fee: the answer says so, and the fee stays. */
static void test_foreign_market_err(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  local sent, why, code = grid.batch:grid_fees('Grid', 9)\n"
        "  print(sent, code, why)\n"
        "  print(grid.batch:execute()[1].error_message, grid.tree.next_market_fee)\n"
        "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    expect(&s, source, 1,
           "nil\tFOREIGN\tgrid_fees on \"Grid\" refused: this asset or market is not yours to "
           "command\n"
           "grid_fees on \"Grid\" refused: this asset or market is not yours to command\t4.0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fee_rules_from_the_next_slot_on),
        cmocka_unit_test(test_path_fees),
        cmocka_unit_test(test_statistics),
        cmocka_unit_test(test_foreign_market_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
