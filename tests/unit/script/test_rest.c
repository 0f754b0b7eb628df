/* A script that says when it has something to do again is left alone until then, and for no longer
 * than its slot. Slots have ten ticks of 90 s. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "stage.h"

static void expect(const char *source, uint32_t slots, const char *printed)
{
    stage s;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_start(&s);
    stage_run(&s, slots);
    assert_string_equal(s.printed, printed);
    assert_string_equal(s.faults, "");
    stage_fini(&s);
}

static void test_rests(void **state)
{
    (void)state;
    expect("return {\n"
           "  on_market_cycle = function() return 'rest_until', 300 end,\n"
           "  on_tick = function(info)\n"
           "    print(info.slot, info.seconds_into_slot)\n"
           "    return 'rest_until', info.seconds_into_slot + 180.0001\n"
           "  end }\n",
           2, "0\t360.0\n0\t630.0\n1\t360.0\n1\t630.0\n");
}

/* An endless rest ends with the slot; one that is over before it begins is none. */
static void test_ends(void **state)
{
    (void)state;
    expect("return {\n"
           "  on_market_cycle = function(info) print('slot', info.slot) end,\n"
           "  on_tick = function(info)\n"
           "    print(info.seconds_into_slot)\n"
           "    if info.seconds_into_slot > 100 then return 'rest_until', math.huge end\n"
           "    return 'rest_until', -1\n"
           "  end }\n",
           2, "slot\t0\n90.0\n180.0\nslot\t1\n90.0\n180.0\n");
}

/* What waits for its answers rests from its end on; trades come all the same. */
static void test_waits(void **state)
{
    (void)state;
    expect("return {\n"
           "  on_market_cycle = function()\n"
           "    grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
           "    grid.batch:offer_energy_rate('PV 1', 1, 10)\n"
           "    grid.batch:execute()\n"
           "    return 'rest_until', 800\n"
           "  end,\n"
           "  on_trade = function(trade) print(trade.side) end,\n"
           "  on_tick = function(info) print(info.seconds_into_slot) end }\n",
           1, "buy\nsell\n810.0\n");
}

/* Draws are those of the callback, however many were skipped before it. */
static void test_draws(void **state)
{
    static const char source[] = "local rests = %s\n"
                                 "return { on_tick = function(info)\n"
                                 "  local draw = math.random(1 << 40)\n"
                                 "  if info.tick %% 3 == 0 then print(draw) end\n"
                                 "  if rests then return 'rest_until', 90 * (info.tick + 3) end\n"
                                 "end, on_market_cycle = function()\n"
                                 "  if rests then return 'rest_until', 270 end\n"
                                 "end }\n";
    char printed[2][sizeof((stage *)0)->printed];
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage s;
        char text[sizeof source + 8];
        snprintf(text, sizeof text, source, i ? "true" : "false");
        stage_init(&s);
        assert_int_equal(stage_load(&s, text), LG_OK);
        stage_start(&s);
        stage_run(&s, 3);
        memcpy(printed[i], s.printed, sizeof s.printed);
        stage_fini(&s);
    }
    assert_true(*printed[0]);
    assert_string_equal(printed[0], printed[1]);
}

/* Other results mean nothing; a rest without a time is a fault of that callback, and no rest. */
static void test_wrong_err(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, "return { on_tick = function(info)\n"
                                    "  print(info.tick)\n"
                                    "  if info.tick == 1 then return 'rest_until' end\n"
                                    "  if info.tick == 2 then return 'rest_until', '5' end\n"
                                    "  if info.tick == 3 then return 'rest_until', 0 / 0 end\n"
                                    "  return 'rest', 900, 900\n"
                                    "end }\n"),
                     LG_OK);
    stage_start(&s);
    stage_run(&s, 1);
    assert_string_equal(s.printed, "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    assert_int_equal(lg_agent_faults(s.agent), 3);
    stage_expect(s.faults,
                 "what is returned behind \"rest_until\" must be a number of seconds into "
                 "the slot, not nothing");
    stage_expect(s.faults, "into the slot, not string");
    stage_expect(s.faults, "into the slot, not no number (nan)");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rests),     cmocka_unit_test(test_ends),
        cmocka_unit_test(test_waits),     cmocka_unit_test(test_draws),
        cmocka_unit_test(test_wrong_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
