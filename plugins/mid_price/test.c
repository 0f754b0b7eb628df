/* Shows how a rule is tested: the kit (tests/plugin/rule_kit.h) loads it alone and lets it match
 * real markets. Expected values are written out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/rule_kit.h"

#include <string.h>

static const char *plugin_file; /* handed over by the build */

enum { LOAD_A, LOAD_B, PV_A, PV_B, BATTERY };

static void open_market(rule_kit *kit)
{
    rule_kit_init(kit, plugin_file);
    town_area(&kit->town, LG_NONE, 0);
    for (int i = 0; i < 5; i++)
        town_asset(&kit->town, 0,
                   i < PV_A       ? LG_ROLE_CONSUMER
                   : i == BATTERY ? LG_ROLE_STORAGE
                                  : LG_ROLE_PRODUCER);
    town_open(&kit->town);
}

/* bids 30 / 1 and 20 / 1.5 kWh, offers 10 / 0.5, 16 / 1 and 19 / 2 kWh:
 * 30-10 half a kWh at 20, 30-16 half at 23, 20-16 half at 18, 20-19 one at 19.5 */
static void best_bids_meet_cheapest_offers_half_way(void **state)
{
    (void)state;
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    town_bid(t, LOAD_B, 1.5, 20);
    town_bid(t, LOAD_A, 1, 30);
    town_offer(t, PV_B, 2, 19);
    town_offer(t, PV_A, 1, 16);
    town_offer(t, PV_A, 0.5, 10);
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 4);
    town_expect(t, 0, PV_A, LOAD_A, 0.5, 20);
    town_expect(t, 1, PV_A, LOAD_A, 0.5, 23);
    town_expect(t, 2, PV_A, LOAD_B, 0.5, 18);
    town_expect(t, 3, PV_B, LOAD_B, 1, 19.5);
    assert_string_equal(kit.heard, "");
    town_close(t);
    rule_kit_fini(&kit);
}

static void nothing_crosses_and_nobody_trades_with_itself(void **state)
{
    (void)state;
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    town_bid(t, LOAD_A, 1, 9);
    town_offer(t, PV_A, 1, 10);
    town_bid(t, BATTERY, 1, 12);
    town_offer(t, BATTERY, 1, 8);
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 2);
    town_expect(t, 0, PV_A, BATTERY, 1, 11);
    town_expect(t, 1, BATTERY, LOAD_A, 1, 8.5);
    assert_string_equal(kit.heard, "");
    rule_kit_fini(&kit);
}

/* Equal rates: the earlier order goes first. */
static void the_earlier_goes_first(void **state)
{
    (void)state;
    rule_kit kit;
    open_market(&kit);
    town *t = &kit.town;
    town_offer(t, PV_B, 1, 10);
    town_offer(t, PV_A, 1, 10);
    town_bid(t, LOAD_B, 1, 20);
    town_bid(t, LOAD_A, 0.5, 20);
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 2);
    town_expect(t, 0, PV_B, LOAD_B, 1, 15);
    town_expect(t, 1, PV_A, LOAD_A, 0.5, 15);
    rule_kit_fini(&kit);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(best_bids_meet_cheapest_offers_half_way),
        cmocka_unit_test(nothing_crosses_and_nobody_trades_with_itself),
        cmocka_unit_test(the_earlier_goes_first),
    };
    plugin_file = argc > 1 ? argv[1] : "mid_price.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
