/* Shows that each seat has its last trades, as its own side has them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/deals.h"

static void each_side_has_its_own(void **state)
{
    (void)state;
    const char *names[] = {"A", "B"};
    lg_asset assets[] = {{.name = "load", .agent = 0}, {.name = "pv", .agent = 1}};
    lg_site site = {.assets = assets, .asset_count = 2, .agents = names, .agent_count = 2};
    lg_deals *deals = lg_deals_new(lg_mem_system(), &site);
    lg_listener listener;
    lg_deals_listener(deals, &listener);
    for (uint32_t i = 0; i < LG_DEALS_KEPT + 2; i++) {
        const lg_trade trade = {.slot = i,
                                .tick = 3,
                                .buyer = 0,
                                .seller = 1,
                                .energy_uwh = 5,
                                .paid_uct = 30,
                                .earned_uct = 20};
        assert_int_equal(listener.trade(listener.ctx, &trade), LG_OK);
    }
    assert_int_equal(lg_deals_count(deals, 0), LG_DEALS_KEPT);
    const lg_deal *oldest = lg_deals_at(deals, 0, 0), *newest = lg_deals_at(deals, 1, 199);
    assert_int_equal(oldest->slot, 2);
    assert_true(oldest->buys);
    assert_int_equal(oldest->price_uct, 30);
    assert_int_equal(newest->slot, LG_DEALS_KEPT + 1);
    assert_false(newest->buys);
    assert_int_equal(newest->price_uct, 20);
    assert_int_equal(newest->asset, 1);
    lg_deals_free(deals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_side_has_its_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
