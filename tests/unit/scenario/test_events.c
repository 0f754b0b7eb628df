/* Scheduled events as Lua and JSON write them, what they become, and what is wrong with others. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "fixture.h"
#include "scenario/conf.h"
#include "support/failing_mem.h"

#define GRID                                                                                       \
    "grid = area { name = 'Grid', infinite_bus { name = 'Utility' }, area { name = 'Street', "     \
    "area { name = 'Home 1', load { name = 'L1' }, pv { name = 'P1' } }, "                         \
    "area { name = 'Home 2', load { name = 'L2' } } } }, "                                         \
    "agents = { agent { name = 'Home 1', script = 'strategies/patient.lua' } }, "

/* A day of the street with these events, each on a line of its own. */
static const char *street(const char *events)
{
    static char text[2000];
    snprintf(text, sizeof text, "return scenario { name = 'street', %s\nevents = {\n%s\n} }", GRID,
             events);
    return text;
}

static void switches(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "a.lua", street("disconnect { 'Street', 'Home 2', from = '17:00', to = '20:00' },\n"
                        "disable { 'Home 1', 'P1', at = '2024-06-03T06:00Z' },\n"
                        "enable { targets = { 'Home 1' }, at = '7:30' },\n"
                        "event { kind = 'connect', 'Home 2', at = '24:00' }"));
    assert_int_equal(s->event_count, 4);
    const lg_event_spec *e = s->events;
    assert_int_equal(e[0].kind, LG_EVENT_DISCONNECT);
    assert_true(e[0].interval && e[0].from.daily && e[0].to.daily);
    assert_int_equal(e[0].from.ms, 17 * LG_HOUR_MS);
    assert_int_equal(e[0].to.ms, 20 * LG_HOUR_MS);
    assert_int_equal(e[0].area_count, 2);
    assert_string_equal(s->site.areas[e[0].areas[0]].name, "Street");
    assert_string_equal(s->site.areas[e[0].areas[1]].name, "Home 2");
    assert_int_equal(e[1].kind, LG_EVENT_DISABLE);
    assert_false(e[1].interval || e[1].from.daily);
    assert_int_equal(e[1].asset_count, 1);
    assert_string_equal(s->site.assets[e[1].assets[0]].name, "P1");
    assert_int_equal(e[2].kind, LG_EVENT_ENABLE);
    assert_int_equal(e[3].kind, LG_EVENT_CONNECT);
    assert_int_equal(e[3].from.ms, 0);
    lg_scenario_free(s);
}

/* What show-config prints is the same scenario again. */
static void printed_and_read_again(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "a.lua", street("disconnect { 'Street', from = '17:00', to = '20:00' },\n"
                        "change { 'P1', at = '12:00', params = { capacity_kW = 8 } },\n"
                        "change { 'Home 1', at = '13:00', script = 'strategies/night_owl.lua', "
                        "params = { margin = 3 } }"));
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_scenario_print(s, &text);
    assert_non_null(strstr(lg_text_peek(&text), "\"targets\": [\"Street\"]"));
    lg_scenario *again = fixture_read_text("b.json", lg_text_peek(&text));
    assert_int_equal(again->event_count, 3);
    assert_string_equal(again->hash, s->hash);
    lg_text_fini(&text);
    lg_scenario_free(again);
    lg_scenario_free(s);
}

static void agents_get_scripts(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "a.lua", street("change { 'Home 1', 'load_ramp', at = '13:00', "
                        "script = 'strategies/night_owl.lua', params = { margin = 3 } }"));
    const lg_event_spec *e = &s->events[0];
    assert_int_equal(e->agent_count, 2);
    assert_string_equal(s->agents[e->agents[0]].name, "Home 1");
    assert_string_equal(s->agents[e->agents[1]].name, "load_ramp");
    assert_string_equal(e->script, fixture_path("scripts/strategies/night_owl.lua"));
    assert_string_equal(e->detail, "script strategies/night_owl.lua");
    assert_true(lg_conf_get(e->params, "margin")->number == 3);
    assert_int_equal(e->changed_count, 0);
    lg_scenario_free(s);
}

static void refused_err(void **state)
{
    (void)state;
    static const struct {
        const char *event, *expected;
    } wrong[] = {
        {"'Street'", "a.lua:0: events: expected disable{...}, disconnect{...}, change{...} or the "
                     "like, got the text \"Street\""},
        {"disable { 'Strete', at = '1:00' }",
         "targets: there is no area or asset \"Strete\"; did you mean \"Street\"?"},
        {"disconnect { 'P1', at = '1:00' }",
         "targets: \"P1\" is an asset; areas have a connection to the market above them"},
        {"disconnect { 'Grid', at = '1:00' }",
         "targets: \"Grid\" is the topmost area; there is nothing above it"},
        {"disable { 'P1' }", "expected `at`, or `from` and `to`: when does it happen?"},
        {"disable { 'P1', from = '1:00' }",
         "expected `at`, or `from` and `to`: when does it happen?"},
        {"disable { 'P1', at = '1:00', from = '1:00', to = '2:00' }",
         "expected `at`, or `from` and `to`: when does it happen?"},
        {"enable { 'P1', from = '1:00', to = '2:00' }",
         "from: only disable and disconnect have an interval; enable takes `at`"},
        {"disable { 'P1', at = 'noon' }",
         "at: expected a time of the day like \"14:00\" or a time like \"2024-06-03T14:00Z\", got "
         "\"noon\""},
        {"disable { 'P1', from = '1:00', to = '2024-06-03T14:00Z' }",
         "to: from and to are both times of the day, or both of one date"},
        {"disable { 'P1', from = '1:00', to = '1:00' }", "to: the interval ends before it begins"},
        {"disable { 'P1', at = '1:00', params = { x = 1 } }",
         "params: goes with kind \"change\" only"},
        {"disable { 'P1', at = '1:00', kind = 'enable' }",
         "disable{...} has a kind of its own; leave `kind` out"},
        {"event { 'P1', kind = 'unplug', at = '1:00' }",
         "kind: expected one of disable, enable, disconnect, connect, change, got \"unplug\""},
        {"disable { targets = {}, at = '1:00' }",
         "targets: is empty; expected the names of areas or assets"},
        {"change { 'P1', at = '1:00' }",
         "params: is missing; expected what changes: params = { final_buying_rate = 25 }, or a "
         "script"},
        {"change { 'Home 3', at = '1:00', script = 'strategies/patient.lua' }",
         "targets: there is no agent \"Home 3\" to get another script; did you mean \"Home 1\"?"},
        {"change { 'Home 1', at = '1:00', script = 'strategies/patent.lua' }",
         "script: there is no script \"strategies/patent.lua\" beside the scenario or among those "
         "that ship; did you mean \"strategies/patient.lua\"?"},
        {"disable { 'P1', art = '1:00' }", "art: unknown key; did you mean \"at\"?"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lg_scenario_input input = fixture_input(fixture_write("a.lua", street(wrong[i].event)));
        lg_scenario *out;
        lg_diag diag;
        lg_diag_init(&diag, lg_mem_system());
        assert_int_equal(lg_scenario_read(lg_mem_system(), &input, &diag, &out), LG_SCENARIO);
        lg_text text;
        lg_text_init(&text, lg_mem_system());
        lg_diag_print(&diag, &text);
        const char *words = strchr(wrong[i].expected, ' ');
        const char *expected = i == 0 ? words + 1 : wrong[i].expected;
        if (!strstr(lg_text_peek(&text), expected))
            fail_msg("%s: got %s", wrong[i].event, lg_text_peek(&text));
        assert_true(strstr(lg_text_peek(&text), "a.lua:3: ") || i == 0);
        lg_text_fini(&text);
        lg_diag_fini(&diag);
    }
}

/* Times that no slot of the run sees are warned of: the run is the morning of the third of June. */
static void outside_of_the_run(void **state)
{
    (void)state;
    static const struct {
        const char *event;
        uint32_t warnings;
    } events[] = {
        {"disable { 'P1', at = '11:45' }", 0},
        {"disable { 'P1', at = '12:00' }", 1},
        {"disable { 'P1', at = '2024-06-01T12:00Z' }", 0}, /* past: it holds */
        {"disable { 'P1', at = '2024-06-03T11:50Z' }", 1},
        {"disable { 'P1', from = '11:45', to = '13:00' }", 0},
        {"disable { 'P1', from = '11:50', to = '13:00' }", 1},
        {"disable { 'P1', from = '10:01', to = '10:14' }", 1}, /* between two slots */
        {"disable { 'P1', from = '22:00', to = '00:15' }", 0},
        {"disable { 'P1', from = '2024-06-02T00:00Z', to = '2024-06-03T00:00Z' }", 1},
        {"disable { 'P1', from = '2024-06-02T00:00Z', to = '2024-06-03T00:01Z' }", 0},
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        lg_scenario_input input = fixture_input(fixture_write("a.lua", street(events[i].event)));
        lg_scenario *s;
        lg_diag diag;
        lg_diag_init(&diag, lg_mem_system());
        input.slots = 48;
        assert_int_equal(lg_scenario_read(lg_mem_system(), &input, &diag, &s), LG_OK);
        if (diag.count != events[i].warnings)
            fail_msg("%s: %u warnings", events[i].event, diag.count);
        lg_scenario_free(s);
        lg_diag_fini(&diag);
    }
}

static void no_market_needs_a_utility_err(void **state)
{
    (void)state;
    fixture_refuse_text("a.lua",
                        "return scenario { market = { kind = 'none' },\n"
                        "grid = area { name = 'Grid', load { name = 'L' } } }",
                        "a.lua:1: market.kind: \"none\" needs an infinite_bus (or market_maker) in "
                        "the grid: it is what homes buy from and sell to\n");
    lg_scenario *s = fixture_read_text("b.lua", "return scenario { market = { kind = 'none' },\n"
                                                "grid = area { name = 'Grid', load { name = 'L' }, "
                                                "infinite_bus { name = 'U' } } }");
    assert_true(s->rules.no_market);
    assert_int_equal(s->rules.match, LG_PAY_AS_BID);
    lg_scenario_free(s);
}

static int read_once(lg_mem *mem, void *ctx)
{
    lg_scenario *s;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_status status = lg_scenario_read(mem, ctx, &diag, &s);
    lg_diag_fini(&diag);
    lg_scenario_free(s);
    return status == LG_MEMORY ? 1 : (int)status;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    lg_scenario_input input = fixture_input(fixture_write(
        "a.lua",
        street("disconnect { 'Street', from = '17:00', to = '20:00' },\n"
               "change { 'P1', 'Street', at = '12:00', params = { final_selling_rate = 8 } "
               "},\n"
               "change { 'Home 1', at = '13:00', script = 'strategies/night_owl.lua' }")));
    lg_sweep_allocations(read_once, &input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(switches),
        cmocka_unit_test(printed_and_read_again),
        cmocka_unit_test(agents_get_scripts),
        cmocka_unit_test(refused_err),
        cmocka_unit_test(outside_of_the_run),
        cmocka_unit_test(no_market_needs_a_utility_err),
        cmocka_unit_test(memory_runs_out_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
