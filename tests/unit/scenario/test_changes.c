/* What a change changes: which assets, which of their parameters, which fees; and what it may not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"

/* A day of a street in which one thing changes at noon. */
static const char *street(const char *change)
{
    static char text[1000];
    snprintf(text, sizeof text,
             "return scenario { name = 'street',\n"
             "grid = area { name = 'Grid', infinite_bus { name = 'Utility' }, area { name = "
             "'Street',\n"
             "load { name = 'L' }, pv { name = 'P1' }, pv { name = 'P2' } } },\n"
             "events = { change { at = '12:00', %s } } }",
             change);
    return text;
}

static lg_scenario *read(const char *change)
{
    return fixture_read_text("a.lua", street(change));
}

/* The value that the change gives parameter @p name of asset @p asset. */
static const lg_value *value_of(const lg_scenario *s, uint32_t asset, const char *name)
{
    const lg_event_spec *e = &s->events[0];
    const lg_params *params = s->site.assets[asset].params;
    for (uint32_t k = 0; k < e->change_count; k++)
        for (uint32_t i = 0; i < e->changes[k].count; i++)
            if (e->changes[k].driver == s->site.assets[asset].driver &&
                strcmp(params->items[e->changes[k].values[i].index].option->name, name) == 0)
                return &e->changes[k].values[i].value;
    return NULL;
}

static void an_asset(void **state)
{
    (void)state;
    lg_scenario *s = read("'P1', params = { capacity_kW = 8, final_selling_rate = 2.5 }");
    const lg_event_spec *e = &s->events[0];
    uint32_t panel = lg_site_asset(&s->site, "P1");
    assert_int_equal(e->changed_count, 1);
    assert_int_equal(e->changed[0], panel);
    assert_true(value_of(s, panel, "capacity_kW")->number == 8);
    assert_true(value_of(s, panel, "capacity_kW")->given);
    assert_true(value_of(s, panel, "final_selling_rate")->number == 2.5);
    assert_true(e->changes[0].device);
    assert_false(e->has_fee);
    assert_string_equal(e->detail, "capacity_kW = 8, final_selling_rate = 2.5");
    lg_scenario_free(s);
}

/* An area stands for all assets below that have the option; the trading options all have. */
static void an_area(void **state)
{
    (void)state;
    lg_scenario *s = read("'Street', params = { capacity_kW = 8, grid_fee_constant = 2 }");
    const lg_event_spec *e = &s->events[0];
    assert_int_equal(e->changed_count, 2);
    assert_null(value_of(s, lg_site_asset(&s->site, "L"), "capacity_kW"));
    assert_true(e->has_fee);
    assert_int_equal(e->fee, 2000000);
    lg_scenario_free(s);
    s = read("'Street', params = { use_market_maker_rate = true }");
    assert_int_equal(s->events[0].changed_count, 3);
    assert_false(s->events[0].changes[0].device || s->events[0].changes[1].device);
    assert_string_equal(s->events[0].detail, "use_market_maker_rate = true");
    lg_scenario_free(s);
}

static void profiles_too(void **state)
{
    (void)state;
    lg_scenario *s = read("'P2', params = { power_profile = day { ['00:00'] = 5 } }");
    assert_non_null(value_of(s, lg_site_asset(&s->site, "P2"), "power_profile")->profile);
    assert_string_equal(s->events[0].detail, "power_profile = ...");
    lg_scenario_free(s);
}

static void refused_err(void **state)
{
    (void)state;
    fixture_refuse_text("a.lua", street("'P1', params = { capacity_kw = 8 }"),
                        "a.lua:4: change.capacity_kw: no target has such an option; did you mean "
                        "\"capacity_kW\"?\n");
    fixture_refuse_text("a.lua", street("'P1', params = { capacity_kW = -8 }"),
                        "a.lua:4: change.capacity_kW: -8 is outside of 0 to 1000000 kW\n");
    fixture_refuse_text("a.lua", street("'L', params = { avg_power_W = 8 }"),
                        "a.lua:4: change.avg_power_W: a load keeps what it was opened with; its "
                        "driver cannot change options during a run\n");
    fixture_refuse_text(
        "a.lua", street("'L', params = { strategy = 'strategies/patient.lua' }"),
        "a.lua:4: change.strategy: another strategy is a change of the agent: change "
        "{ \"name of the agent\", at = ..., script = ... }\n");
    fixture_refuse_text("a.lua", street("'Street', params = { grid_fee_percentage = 2 }"),
                        "a.lua:4: change.grid_fee_percentage: has no effect with market.fees = "
                        "\"constant\"\n");
    fixture_refuse_text("a.lua", street("'P1', params = { grid_fee_constant = 2 }"),
                        "a.lua:4: change.grid_fee_constant: no target has such an option\n");
    fixture_refuse_text("a.lua", street("'Street', params = { grid_fee_constnt = 2 }"),
                        "a.lua:4: change.grid_fee_constnt: no target has such an option; did you "
                        "mean \"grid_fee_constant\"?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_asset),
        cmocka_unit_test(an_area),
        cmocka_unit_test(profiles_too),
        cmocka_unit_test(refused_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
