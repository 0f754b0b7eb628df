/* Two homes, one slot, everything by hand: bills at the door, the comparison, names of strategies.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/members.h"
#include "../market/town.h"
#include "support/failing_mem.h"

enum { GRID, COMMUNITY, HOME_1, HOME_2, AREAS };
enum { BUS, LOAD_1, PV_1, LOAD_2, ASSETS };

/* Grid (4 ct) > Community (1 ct) > Home 1 (0.5 ct) and Home 2 (no fee). */
static void build(town *t)
{
    town_init(t, LG_PAY_AS_BID);
    assert_int_equal(town_area(t, LG_NONE, 4), GRID);
    assert_int_equal(town_area(t, GRID, 1), COMMUNITY);
    assert_int_equal(town_area(t, COMMUNITY, 0.5), HOME_1);
    assert_int_equal(town_area(t, COMMUNITY, 0), HOME_2);
    assert_int_equal(town_asset(t, GRID, LG_ROLE_BUS), BUS);
    assert_int_equal(town_asset(t, HOME_1, LG_ROLE_CONSUMER), LOAD_1);
    assert_int_equal(town_asset(t, HOME_1, LG_ROLE_PRODUCER), PV_1);
    assert_int_equal(town_asset(t, HOME_2, LG_ROLE_CONSUMER), LOAD_2);
    t->areas[HOME_1].member = t->areas[HOME_2].member = 1;
    t->assets[BUS].agent = 0;
    t->assets[LOAD_1].agent = t->assets[PV_1].agent = 1;
    t->assets[LOAD_2].agent = 2;
}

static lg_agent_spec agents[] = {
    {.name = "bus", .script_name = "strategies/fixed_rate.lua", .template_agent = true},
    {.name = "Home 1", .script_name = "my/own.lua"},
    {.name = "load_ramp", .script_name = "strategies/load_ramp.lua", .template_agent = true},
};

static lg_scenario scenario_of(const town *t)
{
    return (lg_scenario){
        .site = t->site,
        .rules = t->rules,
        .unserved_surcharge_ct = 5,
        .agents = agents,
        .agent_count = 3,
    };
}

static void test_bills(void **state)
{
    (void)state;
    static town t;
    build(&t);
    lg_scenario scenario = scenario_of(&t);
    lg_members *members = lg_members_new(lg_mem_system(), &scenario);
    assert_non_null(members);
    assert_int_equal(lg_members_count(members), 2);
    assert_int_equal(lg_members_area(members, 1), HOME_2);
    assert_int_equal(lg_members_community(members), COMMUNITY);
    assert_int_equal(lg_members_of_area(members, HOME_1), 0);
    assert_int_equal(lg_members_of_area(members, COMMUNITY), LG_NONE);
    assert_string_equal(lg_members_strategy(members, 0), "own");
    assert_string_equal(lg_members_strategy(members, 1), "load_ramp");

    /* Home 1 needs 2 kWh and makes 1 kWh; home 2 needs 1 kWh and never bids. */
    t.caps[LOAD_1].demand_uwh = t.caps[LOAD_1].buy_uwh = town_uwh(2);
    t.caps[PV_1].supply_uwh = t.caps[PV_1].sell_uwh = town_uwh(1);
    t.caps[LOAD_2].demand_uwh = t.caps[LOAD_2].buy_uwh = town_uwh(1);
    town_open(&t);
    town_bid(&t, LOAD_1, 2, 40);
    town_offer(&t, PV_1, 1, 10);
    town_offer(&t, BUS, 5, 30);
    town_ticks(&t, 20);
    assert_int_equal(t.trade_count, 2);
    lg_moment moment = {.market_maker_rate_ct = 30, .feed_in_tariff_rate_ct = 8};
    lg_members_slot(members, t.market, &moment, t.caps);
    town_close(&t);

    /*
     * Its own PV sells it 1 kWh at 40 ct, of which its market takes 0.5 ct. The other kWh comes
     * from the bus: 40 ct, of which its market takes 0.5 ct and the rest, 39.5 ct, is the row in
     * the community. Without a local market 1 kWh would cost 30 + 1 + 4 ct.
     */
    const lg_member_result *results = lg_members_results(members, t.market, NULL);
    assert_int_equal(results[0].area, HOME_1);
    assert_int_equal(results[0].bought_uwh, town_uwh(1));
    assert_int_equal(results[0].sold_uwh, 0);
    assert_int_equal(results[0].unserved_uwh, 0);
    assert_int_equal(results[0].bill_uct, town_uct(40.5));
    assert_int_equal(results[0].base_bill_uct, town_uct(35));
    assert_string_equal(results[0].strategy, "own");
    /* Nobody sold to home 2: 30 + 1 + 4 ct and the surcharge of 5 ct. */
    assert_int_equal(results[1].unserved_uwh, town_uwh(1));
    assert_int_equal(results[1].unserved_uct, town_uct(40));
    assert_int_equal(results[1].bill_uct, town_uct(40));
    assert_int_equal(results[1].base_bill_uct, town_uct(35));
    assert_string_equal(results[1].strategy, "load_ramp");
    lg_members_free(members);
    town_fini(&t);
}

/* Load 1 as a tank: it needs 0.5 kWh and buys 2, all of which it would have bought of the utility.
 * PV 1 as a car: its owner took 1 kWh, and 0.25 that could not wait were not bought. */
static void test_tank_and_car(void **state)
{
    (void)state;
    static town t;
    build(&t);
    t.assets[PV_1].role = LG_ROLE_STORAGE;
    lg_scenario scenario = scenario_of(&t);
    lg_members *members = lg_members_new(lg_mem_system(), &scenario);
    t.caps[LOAD_1].demand_uwh = town_uwh(0.5);
    t.caps[LOAD_1].buy_uwh = town_uwh(3);
    t.caps[PV_1].used_uwh = town_uwh(1);
    t.caps[PV_1].demand_uwh = town_uwh(0.25);
    town_open(&t);
    town_bid(&t, LOAD_1, 2, 40);
    town_offer(&t, BUS, 5, 30);
    town_ticks(&t, 20);
    lg_moment moment = {.market_maker_rate_ct = 30, .feed_in_tariff_rate_ct = 8};
    lg_members_slot(members, t.market, &moment, t.caps);
    town_close(&t);
    const lg_member_result *results = lg_members_results(members, t.market, NULL);
    assert_int_equal(results[0].bought_uwh, town_uwh(2));
    assert_int_equal(results[0].base_bill_uct, town_uct(3 * 35));
    assert_int_equal(results[0].unserved_uwh, town_uwh(0.25));
    assert_int_equal(results[0].unserved_uct, town_uct(10)); /* a quarter of 30 + 5 + 5 */
    lg_members_free(members);
    town_fini(&t);
}

/* Behind one meter the load's half kWh too much and the panel's 0.3 kWh too much are 0.2 kWh. */
static void test_measured_behind_one_meter(void **state)
{
    (void)state;
    static town t;
    build(&t);
    lg_scenario scenario = scenario_of(&t);
    lg_members *members = lg_members_new(lg_mem_system(), &scenario);
    town_open(&t);
    const int64_t planned[ASSETS] = {
        [BUS] = LG_NO_DEVIATION, [LOAD_1] = town_uwh(2), [PV_1] = town_uwh(-1)};
    const int64_t deviation[ASSETS] = {[BUS] = LG_NO_DEVIATION,
                                       [LOAD_1] = town_uwh(0.5),
                                       [PV_1] = town_uwh(-0.3),
                                       [LOAD_2] = LG_NO_DEVIATION};
    const lg_settled settled = {
        .market = t.market, .planned_uwh = planned, .deviation_uwh = deviation};
    lg_moment moment = {.market_maker_rate_ct = 30, .feed_in_tariff_rate_ct = 8};
    lg_members_settled(members, &settled, &moment);
    const lg_member_result *results = lg_members_results(members, t.market, NULL);
    assert_int_equal(results[0].imbalance_uct, town_uct(7)); /* 0.2 kWh at 30 + 1 + 4 ct */
    assert_int_equal(results[0].bill_uct, town_uct(7));
    assert_int_equal(results[0].base_bill_uct, town_uct(7));
    assert_int_equal(results[0].settlement_uct, 0);
    assert_int_equal(results[1].imbalance_uct, 0); /* nobody has measured */
    town_close(&t);
    lg_members_free(members);
    town_fini(&t);
}

static void test_nested_members_belong_to_the_outer(void **state)
{
    (void)state;
    static town t;
    build(&t);
    t.areas[COMMUNITY].member = 1;
    lg_scenario scenario = scenario_of(&t);
    lg_members *members = lg_members_new(lg_mem_system(), &scenario);
    assert_int_equal(lg_members_count(members), 1);
    assert_int_equal(lg_members_of_area(members, HOME_2), 0);
    assert_int_equal(lg_members_community(members), GRID);
    assert_string_equal(lg_members_strategy(members, 0), "own,load_ramp");
    lg_members_free(members);
}

static void test_no_members(void **state)
{
    (void)state;
    static town t;
    build(&t);
    t.areas[HOME_1].member = t.areas[HOME_2].member = 0;
    t.areas[GRID].member = 1; /* the root has no market to be billed by */
    lg_scenario scenario = scenario_of(&t);
    lg_members *members = lg_members_new(lg_mem_system(), &scenario);
    assert_int_equal(lg_members_count(members), 0);
    assert_int_equal(lg_members_community(members), GRID);
    lg_members_free(members);
}

static int make(lg_mem *mem, void *ctx)
{
    lg_members *members = lg_members_new(mem, ctx);
    lg_members_free(members);
    return members ? 0 : 1;
}

static void test_memory_err(void **state)
{
    (void)state;
    static town t;
    build(&t);
    lg_scenario scenario = scenario_of(&t);
    lg_sweep_allocations(make, &scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bills),
        cmocka_unit_test(test_measured_behind_one_meter),
        cmocka_unit_test(test_tank_and_car),
        cmocka_unit_test(test_nested_members_belong_to_the_outer),
        cmocka_unit_test(test_no_members),
        cmocka_unit_test(test_memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
