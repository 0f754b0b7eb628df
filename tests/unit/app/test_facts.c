/* What a slot says beyond its trades: whose rates, and what of plans is kept. The fleet is a fake
 * that answers with plans of the test. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/facts.h"
#include "support/failing_mem.h"

#include <math.h>

enum { BUS, MAKER, LOAD, BATTERY, ASSETS };

struct lg_fleet {
    lg_plan plans[ASSETS];
};

const lg_plan *lg_fleet_plan_of(const lg_fleet *fleet, uint32_t asset)
{
    return &fleet->plans[asset];
}

typedef struct site {
    lg_asset assets[ASSETS];
    struct lg_fleet fleet;
    lg_caps caps[ASSETS];
    lg_scenario scenario;
} site;

static void build(site *s)
{
    *s = (site){.assets = {{.role = LG_ROLE_BUS},
                           {.role = LG_ROLE_MARKET_MAKER},
                           {.role = LG_ROLE_CONSUMER},
                           {.role = LG_ROLE_STORAGE}}};
    for (int i = 0; i < ASSETS; i++)
        s->fleet.plans[i].buy_rate_ct = s->fleet.plans[i].sell_rate_ct = NAN;
    s->fleet.plans[BUS].sell_rate_ct = 200;
    s->fleet.plans[BUS].buy_rate_ct = 15.2;
    s->fleet.plans[MAKER].sell_rate_ct = 30;
    s->fleet.plans[LOAD].capacity_kWh = 3; /* only storages hold anything */
    s->fleet.plans[BATTERY].stored_kWh = 1.5;
    s->fleet.plans[BATTERY].capacity_kWh = 4;
    s->caps[LOAD].demand_uwh = 250000000;
    s->scenario =
        (lg_scenario){.keep_assets = true, .site = {.assets = s->assets, .asset_count = ASSETS}};
}

static const lg_moment moment = {.market_maker_rate_ct = 28, .feed_in_tariff_rate_ct = 8};

static void the_scenario_says_the_rates(void **state)
{
    (void)state;
    site s;
    lg_facts facts;
    build(&s);
    assert_true(lg_facts_init(&facts, lg_mem_system(), &s.scenario));
    lg_slot_facts slot = lg_facts_of(&facts, &moment, &s.fleet, s.caps);
    assert_int_equal(slot.market_maker_uct, 28000000);
    assert_int_equal(slot.feed_in_uct, 8000000);
    assert_true(isnan(slot.carbon_g_per_kwh));
    lg_facts_fini(&facts);
}

/* (200 + 30) / 2, and the bus alone pays */
static void compat_takes_the_mean(void **state)
{
    (void)state;
    site s;
    lg_facts facts;
    build(&s);
    s.scenario.rules.compat_gsy = true;
    assert_true(lg_facts_init(&facts, lg_mem_system(), &s.scenario));
    lg_slot_facts slot = lg_facts_of(&facts, &moment, &s.fleet, s.caps);
    assert_int_equal(slot.market_maker_uct, 115000000);
    assert_int_equal(slot.feed_in_uct, 15200000);
    s.fleet.plans[BUS].buy_rate_ct = NAN; /* nobody pays: the scenario's again */
    slot = lg_facts_of(&facts, &moment, &s.fleet, s.caps);
    assert_int_equal(slot.feed_in_uct, 8000000);
    lg_facts_fini(&facts);
}

static void assets_as_planned(void **state)
{
    (void)state;
    site s;
    lg_facts facts;
    build(&s);
    lg_profile *ratio = lg_profile_constant(lg_mem_system(), 380, LG_UNIT_G_PER_KWH);
    s.scenario.carbon_ratio = ratio;
    assert_true(lg_facts_init(&facts, lg_mem_system(), &s.scenario));
    lg_slot_facts slot = lg_facts_of(&facts, &moment, &s.fleet, s.caps);
    assert_true(slot.carbon_g_per_kwh == 380);
    assert_int_equal(slot.assets[LOAD].demand_uwh, 250000000);
    assert_int_equal(slot.assets[LOAD].capacity_uwh, 0);
    assert_int_equal(slot.assets[BATTERY].stored_uwh, 1500000000);
    assert_int_equal(slot.assets[BATTERY].capacity_uwh, 4000000000);
    assert_false(slot.assets[BATTERY].is_measured);
    lg_facts_fini(&facts);
    s.scenario.keep_assets = false;
    assert_true(lg_facts_init(&facts, lg_mem_system(), &s.scenario));
    assert_null(lg_facts_of(&facts, &moment, &s.fleet, s.caps).assets);
    lg_facts_fini(&facts);
    lg_profile_free(ratio);
}

static int make(lg_mem *mem, void *ctx)
{
    lg_facts facts;
    bool made = lg_facts_init(&facts, mem, &((site *)ctx)->scenario);
    lg_facts_fini(&facts);
    return made ? 0 : 1;
}

static void allocation_sweep(void **state)
{
    (void)state;
    site s;
    build(&s);
    assert_int_equal(lg_sweep_allocations(make, &s), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scenario_says_the_rates),
        cmocka_unit_test(compat_takes_the_mean),
        cmocka_unit_test(assets_as_planned),
        cmocka_unit_test(allocation_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
