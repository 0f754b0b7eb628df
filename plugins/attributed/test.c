/* The three passes one by one, what each takes from the next, and that orders without requirements
 * trade as under the host's own pay_as_bid. Expected values are written out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lunagrid/draw.h"
#include "plugin/rule_kit.h"

#include <string.h>

static const char *plugin_file; /* handed over by the build */

/* One market: three loads, two panels, a bus. */
enum { LOAD_A, LOAD_B, LOAD_C, PV_A, PV_B, BUS };

static void fill_market(rule_kit *kit)
{
    town_area(&kit->town, LG_NONE, 0);
    for (int i = 0; i < 6; i++)
        rule_kit_asset(kit, 0,
                       i < PV_A   ? LG_ROLE_CONSUMER
                       : i == BUS ? LG_ROLE_BUS
                                  : LG_ROLE_PRODUCER,
                       i == PV_A || i == PV_B);
    town_open(&kit->town);
}

static void open_market(rule_kit *kit)
{
    rule_kit_init(kit, plugin_file);
    fill_market(kit);
}

static lg_requirement partner(const uint32_t *place)
{
    lg_requirement r = rule_kit_anything();
    r.partners = (lg_array){place, 1, sizeof *place};
    return r;
}

static lg_requirement type(const char *const *name)
{
    lg_requirement r = rule_kit_anything();
    r.energy_types = (lg_array){name, 1, sizeof *name};
    return r;
}

/* A and PV A name each other, so A's 11 ct get the energy before B's 40. */
static void partners_go_first(void **state)
{
    (void)state;
    static const uint32_t pv = PV_A, load = LOAD_A;
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    const lg_requirement of_bid = partner(&pv), of_offer[] = {partner(&load), rule_kit_anything()};
    town_bid(t, LOAD_B, 1, 40);
    rule_kit_require(&kit, LOAD_A, LG_BID, town_bid(t, LOAD_A, 1, 11), &of_bid, 1);
    rule_kit_require(&kit, PV_A, LG_OFFER, town_offer(t, PV_A, 1.5, 10), of_offer, 2);
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 2);
    town_expect(t, 0, PV_A, LOAD_A, 1, 11);
    town_expect(t, 1, PV_A, LOAD_B, 0.5, 40); /* "anything" of the offer lets others in */
    assert_string_equal(kit.heard, "");
    town_close(t);
    rule_kit_fini(&kit);
}

/* Only one names the other: no partners, but the requirement holds in the last pass. */
static void one_sided_friendship_is_served_last(void **state)
{
    (void)state;
    static const uint32_t pv = PV_A;
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    const lg_requirement of_bid = partner(&pv);
    town_bid(t, LOAD_B, 1, 40);
    rule_kit_require(&kit, LOAD_A, LG_BID, town_bid(t, LOAD_A, 1, 11), &of_bid, 1);
    town_offer(t, PV_A, 1.5, 10);
    town_offer(t, PV_B, 9, 10.5);
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 2);
    town_expect(t, 0, PV_B, LOAD_B, 1, 40); /* the dearer offer is placed first */
    town_expect(t, 1, PV_A, LOAD_A, 1, 11);
    town_close(t);
    rule_kit_fini(&kit);
}

/* C asks for PV at 12 and gets it before B's 40, which takes the rest and the grid's. */
static void green_goes_before_the_rest(void **state)
{
    (void)state;
    static const char *const green[] = {"PV"}, *const grid[] = {"Grid"};
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    const lg_requirement of_bid = type(green), other = type(grid);
    town_bid(t, LOAD_B, 2, 40);
    rule_kit_require(&kit, LOAD_C, LG_BID, town_bid(t, LOAD_C, 1, 12), &of_bid, 1);
    rule_kit_require(&kit, LOAD_A, LG_BID, town_bid(t, LOAD_A, 1, 41), &other, 1);
    town_offer(t, PV_A, 1.5, 10);
    town_offer(t, BUS, 2, 30);
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 4);
    town_expect(t, 0, PV_A, LOAD_C, 1, 12);
    town_expect(t, 1, BUS, LOAD_A, 1, 41); /* the last pass: dear offers and bids first */
    town_expect(t, 2, BUS, LOAD_B, 1, 40);
    town_expect(t, 3, PV_A, LOAD_B, 0.5, 40);
    assert_string_equal(kit.heard, "");
    town_close(t);
    rule_kit_fini(&kit);
}

/* Two requirements of one bid of 1.5 kWh at 30: 0.4 kWh of PV at 20 at most, the rest from the
 * grid. */
static void each_requirement_has_its_energy_and_rate(void **state)
{
    (void)state;
    static const char *const green[] = {"PV"}, *const grid[] = {"Grid"};
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    lg_requirement list[] = {type(green), type(grid)};
    list[0].energy_uwh = town_uwh(0.4);
    list[0].rate_uct = town_uct(20);
    rule_kit_require(&kit, LOAD_A, LG_BID, town_bid(t, LOAD_A, 1.5, 30), list, 2);
    town_offer(t, PV_A, 0.3, 10);
    town_offer(t, PV_B, 1, 19);
    town_offer(t, BUS, 5, 29);
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 2);
    town_expect(t, 0, PV_B, LOAD_A, 0.4, 20);
    town_expect(t, 1, BUS, LOAD_A, 1.1, 30);
    assert_string_equal(kit.heard, "");
    town_close(t);
    rule_kit_fini(&kit);
}

/* Green only, from a partner only, and the partner does not name us: all keys of one must hold. */
static void all_keys_of_one_requirement_must_hold_err(void **state)
{
    (void)state;
    static const char *const green[] = {"PV"};
    static const uint32_t bus = BUS;
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    lg_requirement both = type(green);
    both.partners = (lg_array){&bus, 1, sizeof bus};
    rule_kit_require(&kit, LOAD_A, LG_BID, town_bid(t, LOAD_A, 1, 40), &both, 1);
    town_offer(t, PV_A, 1, 10);
    town_offer(t, BUS, 1, 10);
    town_ticks(t, 3);
    assert_int_equal(t->trade_count, 0);
    assert_string_equal(kit.heard, ""); /* nor did the rule try */
    town_close(t);
    rule_kit_fini(&kit);
}

/* Bids that may take a crumb under each of sixteen requirements: forty-eight pairs of one offer,
 * each of them rightful. */
static void many_requirements_are_no_misbehaviour(void **state)
{
    (void)state;
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    lg_requirement list[LG_REQUIREMENTS_MAX];
    for (uint32_t i = 0; i < LG_REQUIREMENTS_MAX; i++) {
        list[i] = rule_kit_anything();
        list[i].energy_uwh = town_uwh(0.001);
    }
    for (int i = 0; i < 3; i++)
        rule_kit_require(&kit, LOAD_A, LG_BID, town_bid(t, LOAD_A, 0.1, 30), list,
                         LG_REQUIREMENTS_MAX);
    town_offer(t, PV_A, 5, 10);
    town_ticks(t, 1);
    assert_string_equal(kit.heard, "");
    assert_int_equal(t->trade_count, 3 * LG_REQUIREMENTS_MAX);
    for (uint32_t i = 0; i < t->trade_count; i++)
        assert_int_equal(t->trades[i].trade.energy_uwh, town_uwh(0.001));
    town_close(t);
    rule_kit_fini(&kit);
}

enum { HOMES = 5 };

/* Homes with a load, a panel and a battery below two levels of fees; orders drawn from @p seed. */
static void play(rule_kit *kit, uint64_t seed)
{
    town *t = &kit->town;
    town_area(t, LG_NONE, 2);
    town_area(t, 0, 1);
    for (uint32_t i = 0; i < HOMES; i++)
        town_area(t, 1, 0.5);
    rule_kit_asset(kit, 0, LG_ROLE_BUS, false);
    for (uint32_t i = 0; i < 3 * HOMES; i++)
        rule_kit_asset(kit, 2 + i / 3, LG_ROLE_CONSUMER + i % 3, i % 3 == 1);
    town_open(t);
    for (uint32_t tick = 0; tick < 12; tick++) {
        for (uint32_t asset = 0; asset <= 3 * HOMES; asset++)
            for (int side = 0; side < 2; side++) {
                uint64_t draw = lg_draw_bits(seed, tick, (int64_t)(2 * asset) + side);
                lg_placed placed;
                if (draw % 3)
                    continue;
                lg_status status =
                    town_try(t, asset, (lg_side)side, (double)(draw >> 8 & 15) / 16 + 0.0625,
                             (double)(draw >> 16 & 31), draw & 128, &placed);
                assert_true(status == LG_OK || status == LG_UNSUPPORTED);
            }
        town_ticks(t, 1);
    }
    town_close(t);
}

static void assert_same(const town_trade *a, const town_trade *b)
{
    assert_int_equal(a->trade.tick, b->trade.tick);
    assert_int_equal(a->trade.market, b->trade.market);
    assert_int_equal(a->trade.offer_id, b->trade.offer_id);
    assert_int_equal(a->trade.bid_id, b->trade.bid_id);
    assert_int_equal(a->trade.energy_uwh, b->trade.energy_uwh);
    assert_int_equal(a->trade.paid_uct, b->trade.paid_uct);
    assert_int_equal(a->trade.earned_uct, b->trade.earned_uct);
    assert_int_equal(a->trade.leg_count, b->trade.leg_count);
}

static void without_requirements_it_is_pay_as_bid(void **state)
{
    (void)state;
    uint32_t trades = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        rule_kit rule, own;
        rule_kit_init(&rule, plugin_file);
        rule_kit_init_own(&own, LG_PAY_AS_BID);
        play(&rule, seed);
        play(&own, seed);
        assert_int_equal(rule.town.trade_count, own.town.trade_count);
        for (uint32_t i = 0; i < own.town.trade_count; i++)
            assert_same(&rule.town.trades[i], &own.town.trades[i]);
        trades += own.town.trade_count;
        assert_string_equal(rule.heard, "");
        rule_kit_fini(&rule);
        rule_kit_fini(&own);
    }
    assert_true(trades > 200);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partners_go_first),
        cmocka_unit_test(one_sided_friendship_is_served_last),
        cmocka_unit_test(green_goes_before_the_rest),
        cmocka_unit_test(each_requirement_has_its_energy_and_rate),
        cmocka_unit_test(all_keys_of_one_requirement_must_hold_err),
        cmocka_unit_test(many_requirements_are_no_misbehaviour),
        cmocka_unit_test(without_requirements_it_is_pay_as_bid),
    };
    plugin_file = argc > 1 ? argv[1] : "attributed.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
