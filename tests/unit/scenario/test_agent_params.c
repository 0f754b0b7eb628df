/* Values over time among an agent's params: a list of one number a slot for its script, and what
 * was written in the resolved scenario. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "fixture.h"
#include "scenario/conf.h"
#include "support/failing_mem.h"

/* Six slots of half an hour from 06:00 on. */
#define VILLAGE(params)                                                                            \
    "return scenario { name = 'village', start = '2024-06-03T06:00Z', slots = 6, "                 \
    "slot_minutes = 30,\n"                                                                         \
    "  grid = area { name = 'Grid', load { name = 'L1' } },\n"                                     \
    "  agents = { agent { name = 'op', script = 'tariffs/fixed_fee.lua', markets = { 'Grid' },\n"  \
    "    params = { " params " } } } }\n"

static void assert_list(const lg_conf *list, const double *values, uint32_t count)
{
    assert_non_null(list);
    assert_int_equal(list->type, LG_CONF_LIST);
    assert_int_equal(list->count, count);
    for (const lg_conf *item = list->first; item; item = item->next)
        assert_true(item->number == *values++);
}

static void a_number_for_every_slot(void **state)
{
    static const double grid[] = {1, 1, 2.5, 2.5, 2.5, 4};
    static const double street[] = {7, 8, 8, 9, 9, 0.5};
    static const double series[] = {3, 3, 4, 4, 5, 5};
    (void)state;
    fixture_write("fees.csv", "time;Street [ct/kWh];Other\n2024-06-03T06:00Z;7;1\n"
                              "2024-06-03T06:30Z;8;1\n2024-06-03T07:00Z;8,0;1\n"
                              "2024-06-03T07:30Z;9;1\n2024-06-03T08:00Z;9;1\n"
                              "2024-06-03T08:30Z;0,5;1\n");
    lg_scenario *s = fixture_read_text(
        "village.lua",
        VILLAGE("fees = { Grid = day { ['00:00'] = 1, ['07:00'] = 2.5, ['08:15'] = 4 },\n"
                "  Street = csv { file = 'fees.csv', column = 'Street' },\n"
                "  Lane = { series = { start = '2024-06-03T06:00Z', step_minutes = 60,\n"
                "    values = { 3, 4, 5 } } } },\n"
                "plain = { 1, 2, { a = 'x', b = true } }, one = 5, day = { ['00:00'] = 1 }"));
    const lg_conf *params = s->agents[0].params, *fees = lg_conf_get(params, "fees");
    assert_list(lg_conf_get(fees, "Grid"), grid, 6);
    assert_list(lg_conf_get(fees, "Street"), street, 6);
    assert_list(lg_conf_get(fees, "Lane"), series, 6);
    assert_int_equal(lg_conf_get(params, "plain")->count, 3);
    assert_true(lg_conf_get(params, "one")->number == 5);
    /* a key called day is no profile: only a table that is nothing but one is */
    assert_int_equal(lg_conf_get(params, "day")->type, LG_CONF_TABLE);
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_scenario_print(s, &text);
    assert_non_null(strstr(lg_text_peek(&text), "\"file\": \"fees.csv\""));
    assert_non_null(strstr(lg_text_peek(&text), "\"07:00\": 2.5"));
    assert_null(strstr(lg_text_peek(&text), "8.5"));
    lg_text_fini(&text);
    lg_scenario_free(s);
}

static void values_that_are_wrong_err(void **state)
{
    (void)state;
    fixture_write("short.csv", "time,Grid\n2024-06-03T06:00Z,7\n2024-06-03T06:30Z,8\n");
    fixture_refuse_text("village.lua", VILLAGE("fees = { Grid = csv { file = 'short.csv' } }"),
                        "village.lua:4: op.Grid: short.csv goes from 2024-06-03T06:00 to "
                        "2024-06-03T07:00, but the run from 2024-06-03T06:00 to "
                        "2024-06-03T09:00\n");
    fixture_refuse_text(
        "village.lua", VILLAGE("fees = { Grid = csv { file = 'short.csv', column = 'Gird' } }"),
        "village.lua:4: op.csv.column: short.csv has no column \"Gird\"; did you mean "
        "\"Grid\"?\n");
    fixture_refuse_text(
        "village.lua", VILLAGE("fees = { Grid = day { noon = 1 } }"),
        "village.lua:4: op.Grid: \"noon\" is no time of day; expected [\"HH:MM\"] = "
        "value\n");
}

static int read_again(lg_mem *mem, void *ctx)
{
    lg_diag diag;
    lg_scenario *s;
    lg_scenario_input input = fixture_input(ctx);
    lg_diag_init(&diag, mem);
    lg_status status = lg_scenario_read(mem, &input, &diag, &s);
    lg_diag_fini(&diag);
    if (status == LG_OK)
        lg_scenario_free(s);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void exhausted(void **state)
{
    (void)state;
    const char *path = fixture_write(
        "village.lua", VILLAGE("fees = { Grid = day { ['00:00'] = 1, ['07:00'] = 2.5 } }"));
    assert_true(lg_sweep_allocations(read_again, (void *)path) > 10);
}

static void a_budget_err(void **state)
{
    (void)state;
    fixture_refuse_text("budget.lua", VILLAGE("}, budget = { units_per_cal = 5 "),
                        "budget.lua:4: op.budget.units_per_cal: unknown key; did you mean "
                        "\"units_per_call\"?\n");
    fixture_refuse_text("budget.lua", VILLAGE("}, budget = { memory_MB = 0.5 "),
                        "budget.lua:4: op.budget.memory_MB: 0.5 is outside of 1 to 65536\n");
}

/* What is not said is 0, and does not stand in the resolved scenario. */
static void a_budget(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "village.lua", VILLAGE("}, budget = { units_per_call = 200000, memory_MB = 1.5 "));
    const lg_budget_spec *budget = &s->agents[0].budget;
    assert_int_equal(budget->units_per_call, 200000);
    assert_int_equal(budget->memory_bytes, 3 << 19);
    assert_int_equal(budget->faults_in_a_row, 0);
    assert_int_equal(budget->units_at_load, 0);
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_scenario_print(s, &text);
    assert_non_null(strstr(lg_text_peek(&text), "\"memory_MB\": 1.5"));
    assert_null(strstr(lg_text_peek(&text), "faults_in_a_row"));
    lg_text_fini(&text);
    lg_scenario_free(s);
}

/* Each asset of an agent has the strategy that it would have without the agent. */
static void a_baseline(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "village.lua",
        "return scenario { name = 'village', slots = 4, grid = area { name = 'Grid',\n"
        "    area { name = 'Home', load { name = 'L1' }, pv { name = 'P1' },\n"
        "      load { name = 'L2', strategy = 'strategies/patient.lua' } },\n"
        "    load { name = 'L3' }, load { name = 'L4', strategy = 'strategies/patient.lua' } },\n"
        "  agents = { agent { name = 'Home', script = 'strategies/patient.lua' } } }\n");
    const lg_agent_spec *home = &s->agents[0];
    assert_int_equal(home->asset_count, 3);
    assert_non_null(strstr(home->baseline[0], "strategies/load_ramp.lua"));
    assert_non_null(strstr(home->baseline[1], "strategies/pv_ramp.lua"));
    assert_non_null(strstr(home->baseline[2], "strategies/patient.lua"));
    for (uint32_t i = 1; i < 3; i++) { /* for them what ships, whatever the asset says */
        assert_true(s->agents[i].template_agent);
        assert_int_equal(s->agents[i].asset_count, 1);
        assert_non_null(strstr(s->agents[i].baseline[0], "strategies/load_ramp.lua"));
    }
    lg_scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_for_every_slot),
        cmocka_unit_test(values_that_are_wrong_err),
        cmocka_unit_test(exhausted),
        cmocka_unit_test(a_budget),
        cmocka_unit_test(a_budget_err),
        cmocka_unit_test(a_baseline),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
