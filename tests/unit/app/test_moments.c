/* When ticks are, and profiles with gaps. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/moments.h"
#include "base/clock.h"

static lg_scenario day(void)
{
    return (lg_scenario){
        .file = "street/scenario.lua",
        .rules = {.slot_ms = 15 * LG_MINUTE_MS, .tick_ms = 45 * LG_SECOND_MS, .ticks_per_slot = 20},
        .start_ms = INT64_C(1717372800000), /* 2024-06-03T00:00Z */
        .slot_count = 4,
        .market_maker_rate = lg_profile_constant(lg_mem_system(), 30, LG_UNIT_CT_PER_KWH),
        .feed_in_tariff = lg_profile_constant(lg_mem_system(), 8, LG_UNIT_CT_PER_KWH),
    };
}

static void forget(lg_scenario *scenario)
{
    lg_profile_free(scenario->market_maker_rate);
    lg_profile_free(scenario->feed_in_tariff);
}

static void test_times(void **state)
{
    (void)state;
    lg_scenario scenario = day();
    lg_moment moment = lg_moments_at(&scenario, 2, 5);
    assert_int_equal(moment.slot, 2);
    assert_int_equal(moment.tick, 5);
    assert_int_equal(moment.slot_start_ms, INT64_C(1717374600000)); /* 00:30 */
    assert_int_equal(moment.now_ms, INT64_C(1717374825000));        /* 00:33:45 */
    assert_float_equal(moment.slot_completion, 0.25, 0);
    assert_false(moment.tenth);
    assert_true(lg_moments_at(&scenario, 0, 6).tenth);
    assert_float_equal(moment.market_maker_rate_ct, 30, 0);
    assert_float_equal(moment.feed_in_tariff_rate_ct, 8, 0);
    assert_float_equal(lg_moments_at(&scenario, 3, 20).slot_completion, 1, 0);
    forget(&scenario);
}

static void test_gap_err(void **state)
{
    (void)state;
    lg_scenario scenario = day();
    lg_err err;
    assert_int_equal(lg_moments_check(&scenario, &err), LG_OK);
    lg_profile_free(scenario.feed_in_tariff);
    /* two slots long only */
    scenario.feed_in_tariff = lg_profile_new(lg_mem_system(), 2, scenario.start_ms,
                                             15 * LG_MINUTE_MS, 0, LG_UNIT_CT_PER_KWH);
    scenario.feed_in_tariff->values[0] = scenario.feed_in_tariff->values[1] = 7;
    assert_int_equal(lg_moments_check(&scenario, &err), LG_SCENARIO);
    assert_string_equal(err.text,
                        "street/scenario.lua: feed_in_tariff: the profile says nothing about "
                        "2024-06-03T00:30; the run needs every slot");
    forget(&scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_gap_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
