/* What orders require: who may trade with whom, how much, for how much; under a rule that
 * recommends everything, so that the engine alone decides. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "grid/unit.h"
#include "puppet.h"

#include <string.h>

enum { GRID, HOME_1, HOME_2 };
enum { LOAD_1, PV_1, LOAD_2, PV_2 }; /* PV_1 and PV_2 make "odd" energy */

/* Two homes without fees; orders are seen one level up at once. */
static void two_homes(puppet *p, town *t)
{
    puppet_init(p, t, puppet_all);
    town_area(t, LG_NONE, 0);
    town_area(t, GRID, 0);
    town_area(t, GRID, 0);
    town_asset(t, HOME_1, LG_ROLE_CONSUMER);
    town_asset(t, HOME_1, LG_ROLE_PRODUCER);
    town_asset(t, HOME_2, LG_ROLE_CONSUMER);
    town_asset(t, HOME_2, LG_ROLE_PRODUCER);
    for (int i = 0; i < 3; i++)
        t->areas[i].offer_age = t->areas[i].bid_age = 0;
    town_open(t);
}

static lg_requirement anything(void)
{
    return (lg_requirement){.size = sizeof(lg_requirement),
                            .energy_uwh = LG_MATCH_UNLIMITED,
                            .rate_uct = LG_MATCH_UNLIMITED};
}

static void require(town *t, uint32_t asset, lg_side side, uint64_t id, const lg_requirement *list,
                    uint32_t count)
{
    const lg_terms terms = {.requirement_count = count, .requirements = list};
    assert_int_equal(lg_market_set_terms(t->market, asset, side, id, &terms), LG_OK);
}

static void a_partner_is_an_asset_or_an_area_above_it(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    uint32_t home = LG_MATCH_AREA + HOME_2, asset = PV_2;
    lg_requirement by_home = anything(), by_asset = anything();
    by_home.partners = (lg_array){&home, 1, sizeof home};
    by_asset.partners = (lg_array){&asset, 1, sizeof asset};
    require(&t, LOAD_1, LG_BID, town_bid(&t, LOAD_1, 1, 30), &by_home, 1);
    require(&t, LOAD_2, LG_BID, town_bid(&t, LOAD_2, 1, 28), &by_asset, 1);
    town_offer(&t, PV_1, 5, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 0);
    town_offer(&t, PV_2, 5, 20);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 2);
    town_expect(&t, 0, PV_2, LOAD_1, 1, 30);
    town_expect(&t, 1, PV_2, LOAD_2, 1, 28);
    town_close(&t);
    town_fini(&t);
}

static void an_offer_chooses_its_buyers(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    uint32_t friend_of_pv = LOAD_2;
    lg_requirement only = anything();
    only.partners = (lg_array){&friend_of_pv, 1, sizeof friend_of_pv};
    require(&t, PV_1, LG_OFFER, town_offer(&t, PV_1, 2, 10), &only, 1);
    town_bid(&t, LOAD_1, 1, 30);
    town_bid(&t, LOAD_2, 1, 15);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 1);
    town_expect(&t, 0, PV_1, LOAD_2, 1, 15);
    town_fini(&t);
}

/* Up to 0.4 kWh in all of "odd" energy at 12 at most; the rest of the bid finds nobody. */
static void energy_and_rate_hold_for_the_whole_slot(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    const char *types[] = {"sun", "odd"};
    lg_requirement r = anything();
    r.energy_types = (lg_array){types, 2, sizeof *types};
    r.energy_uwh = town_uwh(0.4);
    r.rate_uct = town_uct(12);
    require(&t, LOAD_1, LG_BID, town_bid(&t, LOAD_1, 2, 30), &r, 1);
    town_offer(&t, PV_1, 0.1, 13); /* too dear under the requirement */
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 0);
    town_reoffer(&t, PV_1, 0.3, 5);
    town_ticks(&t, 1);
    town_expect(&t, 0, PV_1, LOAD_1, 0.3, 12);
    town_offer(&t, PV_2, 1, 5);
    town_ticks(&t, 3);
    assert_int_equal(t.trade_count, 2);
    town_expect(&t, 1, PV_2, LOAD_1, 0.1, 12);
    assert_int_equal(lg_market_position(t.market, LOAD_1)->offered_buy_uwh, town_uwh(1.6));
    town_close(&t);
    town_fini(&t);
}

/* The buyer's limit of 12 is 11 in the market above its home, whose fee is 1. */
static void a_rate_is_the_buyers_own(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    town_close(&t);
    assert_int_equal(lg_market_set_fee_constant(t.market, HOME_1, town_uct(1)), LG_OK);
    t.areas[HOME_1].offer_age = 50; /* no offer comes down */
    town_open(&t);
    lg_requirement r = anything();
    r.rate_uct = town_uct(12);
    require(&t, LOAD_1, LG_BID, town_bid(&t, LOAD_1, 1, 30), &r, 1);
    town_offer(&t, PV_2, 1, 11.5);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 0);
    assert_int_equal(p.calls, 2); /* in the seller's home and in the market above */
    assert_int_equal(p.bids[0].rate_uct, town_uct(29));
    assert_int_equal(p.limit_uct, town_uct(11));
    town_reoffer(&t, PV_2, 1, 11);
    town_ticks(&t, 1);
    town_expect(&t, 0, PV_2, LOAD_1, 1, 12);
    town_fini(&t);
}

static void any_one_requirement_is_enough(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    const char *types[] = {"odd"}, *other[] = {"even"};
    lg_requirement list[] = {anything(), anything()};
    list[0].energy_types = (lg_array){other, 1, sizeof *other};
    list[1].energy_types = (lg_array){types, 1, sizeof *types};
    require(&t, LOAD_1, LG_BID, town_bid(&t, LOAD_1, 1, 30), list, 2);
    town_offer(&t, PV_1, 1, 10);
    town_ticks(&t, 1);
    town_expect(&t, 0, PV_1, LOAD_1, 1, 30);
    town_fini(&t);
}

static void an_attribute_stands_before_the_kind(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    town_bid(&t, LOAD_1, 1, 5);
    uint64_t id = town_offer(&t, PV_1, 1, 4);
    const lg_terms green = {.energy_type = "green"};
    assert_int_equal(lg_market_set_terms(t.market, PV_1, LG_OFFER, id, &green), LG_OK);
    town_ticks(&t, 1);
    assert_string_equal(p.offers[0].energy_type, "green");
    town_fini(&t);
}

static void a_changed_order_has_no_terms(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    uint32_t nobody = LOAD_2;
    lg_requirement r = anything();
    r.partners = (lg_array){&nobody, 1, sizeof nobody};
    require(&t, LOAD_1, LG_BID, town_bid(&t, LOAD_1, 1, 30), &r, 1);
    town_offer(&t, PV_1, 1, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 0);
    assert_int_equal(lg_market_match_counts(t.market).refused[LG_MATCH_REQUIREMENTS_REFUSED] > 0,
                     1);
    town_rebid(&t, LOAD_1, 1, 30);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 1);
    town_close(&t);
    town_open(&t); /* the record is used again: nothing clings to it */
    town_bid(&t, LOAD_1, 1, 30);
    town_offer(&t, PV_1, 1, 10);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 1);
    town_fini(&t);
}

static void set_wrong(town *t, uint64_t id, const lg_terms *terms, lg_status expected)
{
    assert_int_equal(lg_market_set_terms(t->market, LOAD_1, LG_BID, id, terms), expected);
}

static void wrong_terms_err(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    uint64_t id = town_bid(&t, LOAD_1, 1, 30);
    uint32_t places[LG_PARTNERS_MAX + 1] = {0};
    const char *types[LG_ENERGY_TYPES_MAX + 1] = {"123456789012345678901234567890123"};
    lg_requirement list[LG_REQUIREMENTS_MAX + 1];
    for (uint32_t i = 0; i < LG_REQUIREMENTS_MAX + 1; i++)
        list[i] = anything();
    lg_terms terms = {.requirement_count = 1, .requirements = list};
    set_wrong(&t, id + 1, &terms, LG_GONE);
    list[0].partners = (lg_array){places, LG_PARTNERS_MAX + 1, sizeof *places};
    set_wrong(&t, id, &terms, LG_INVALID);
    list[0].partners.count = 1;
    places[0] = 4; /* assets are 0 to 3 */
    set_wrong(&t, id, &terms, LG_INVALID);
    places[0] = LG_MATCH_AREA + 3; /* areas 0 to 2 */
    set_wrong(&t, id, &terms, LG_INVALID);
    places[0] = LG_MATCH_AREA + 2;
    set_wrong(&t, id, &terms, LG_OK);
    list[0].energy_types = (lg_array){types, 1, sizeof *types};
    set_wrong(&t, id, &terms, LG_INVALID); /* 33 letters */
    types[0] = "";
    set_wrong(&t, id, &terms, LG_INVALID);
    list[0] = anything();
    list[0].energy_uwh = -1;
    set_wrong(&t, id, &terms, LG_INVALID);
    list[0] = anything();
    list[0].rate_uct = -1;
    set_wrong(&t, id, &terms, LG_INVALID);
    list[0] = anything();
    terms.requirement_count = LG_REQUIREMENTS_MAX + 1;
    set_wrong(&t, id, &terms, LG_INVALID);
    town_fini(&t);
}

static void taken_only_where_the_rule_looks(void **state)
{
    (void)state;
    puppet p;
    town t;
    two_homes(&p, &t);
    assert_true(lg_market_takes_terms(t.market));
    town_fini(&t);
    puppet_init(&p, &t, puppet_all);
    t.rules.dof = false;
    town_area(&t, LG_NONE, 0);
    town_open(&t);
    assert_false(lg_market_takes_terms(t.market));
    town_fini(&t);
    puppet_init(&p, &t, puppet_all);
    p.rule.flags = 0;
    town_area(&t, LG_NONE, 0);
    town_open(&t);
    assert_false(lg_market_takes_terms(t.market));
    town_fini(&t);
    town_init(&t, LG_PAY_AS_BID);
    t.rules.dof = true;
    town_area(&t, LG_NONE, 0);
    town_open(&t);
    assert_false(lg_market_takes_terms(t.market));
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partner_is_an_asset_or_an_area_above_it),
        cmocka_unit_test(an_offer_chooses_its_buyers),
        cmocka_unit_test(energy_and_rate_hold_for_the_whole_slot),
        cmocka_unit_test(a_rate_is_the_buyers_own),
        cmocka_unit_test(any_one_requirement_is_enough),
        cmocka_unit_test(an_attribute_stands_before_the_kind),
        cmocka_unit_test(a_changed_order_has_no_terms),
        cmocka_unit_test(wrong_terms_err),
        cmocka_unit_test(taken_only_where_the_rule_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
