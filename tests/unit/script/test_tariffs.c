/* The scripts of grid operators with tables: a fee a market and slot, thresholds a market, names
 * that are wrong. test_strategies.c has their plain parameters. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include "grid/unit.h"
#include "stage.h"

#define NUMBER(value)                                                                              \
    {                                                                                              \
        .type = LG_PARAM_NUMBER, .number = (value)                                                 \
    }

static void load(stage *s, const char *name, const lg_script_param *params)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", STAGE_SCRIPTS, name);
    s->input.params = params;
    if (stage_load_file(s, path) != LG_OK)
        fail_msg("%s", s->err.text);
    stage_start(s);
}

/* Runs a slot for each of the fees (in ct/kWh or %, times 10) that are then to rule the next. */
static void expect_next(stage *s, uint32_t area, const int64_t *fees, uint32_t count, int64_t unit)
{
    for (uint32_t slot = 0; slot < count; slot++) {
        stage_run(s, 1);
        assert_int_equal(lg_market_fee_next(lg_turn_market(s->turn), area), fees[slot] * unit / 10);
    }
    assert_string_equal(s->faults, "");
    stage_fini(s);
}

/* A list has a value for every slot of the run, four here: in slot 0 the second is set. After the
 * last slot there is nothing to set. Grid has a number of its own, and both are this operator's. */
static void test_table(void **state)
{
    static const lg_script_param values[] = {NUMBER(2), NUMBER(3.5), NUMBER(0), NUMBER(6)};
    static const lg_script_param fees[] = {
        {.type = LG_PARAM_LIST, .key = "Community", .items = values, .count = 4},
        {.type = LG_PARAM_NUMBER, .key = "Grid", .number = 4.5}};
    static const lg_script_param items[] = {
        {.type = LG_PARAM_TABLE, .key = "fees", .items = fees, .count = 2}};
    static const lg_script_param params = {.type = LG_PARAM_TABLE, .items = items, .count = 1};
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(lg_desk_grant_market(s.desk, STAGE_GRID), LG_OK);
    load(&s, "tariffs/time_of_use.lua", &params);
    expect_next(&s, STAGE_COMMUNITY, (const int64_t[]){35, 0, 60, 60}, 4, LG_CT_UCT);
    stage_init(&s);
    assert_int_equal(lg_desk_grant_market(s.desk, STAGE_GRID), LG_OK);
    load(&s, "tariffs/time_of_use.lua", &params);
    expect_next(&s, STAGE_GRID, (const int64_t[]){45, 45, 45, 45}, 4, LG_CT_UCT);
}

/* Where fees are percentages the same scripts set percent: 10^7 parts per billion each. */
static void test_percentages(void **state)
{
    static const lg_rules rules = {.match = LG_PAY_AS_BID,
                                   .fee_kind = LG_FEE_PERCENTAGE,
                                   .slot_ms = 900000,
                                   .tick_ms = 90000,
                                   .ticks_per_slot = 10};
    static const lg_script_param items[] = {{.type = LG_PARAM_NUMBER, .key = "fee", .number = 7.5}};
    static const lg_script_param params = {.type = LG_PARAM_TABLE, .items = items, .count = 1};
    stage s;
    (void)state;
    stage_init_rules(&s, &rules);
    load(&s, "tariffs/fixed_fee.lua", &params);
    expect_next(&s, STAGE_COMMUNITY, (const int64_t[]){75, 75}, 2, 10000000);
}

/* The Community has a base and a window of one slot of its own, its threshold is everybody's: Load
 * 1 takes 1 kWh in slots 0 and 1, which is seen in 1 and 2. */
static void test_thresholds_of_a_market(void **state)
{
    static const lg_script_param step[] = {{.type = LG_PARAM_NUMBER, .key = "kWh", .number = 1},
                                           {.type = LG_PARAM_NUMBER, .key = "fee", .number = 3}};
    static const lg_script_param list[] = {{.type = LG_PARAM_TABLE, .items = step, .count = 2}};
    static const lg_script_param own[] = {{.type = LG_PARAM_NUMBER, .key = "base", .number = 0},
                                          {.type = LG_PARAM_NUMBER, .key = "window", .number = 1}};
    static const lg_script_param markets[] = {
        {.type = LG_PARAM_TABLE, .key = "Community", .items = own, .count = 2}};
    static const lg_script_param items[] = {
        {.type = LG_PARAM_NUMBER, .key = "base", .number = 2},
        {.type = LG_PARAM_LIST, .key = "thresholds", .items = list, .count = 1},
        {.type = LG_PARAM_TABLE, .key = "markets", .items = markets, .count = 1}};
    static const lg_script_param params = {.type = LG_PARAM_TABLE, .items = items, .count = 3};
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(lg_desk_grant_asset(s.other, STAGE_LOAD1), LG_OK);
    stage_load_other(&s, "function on_market_cycle(info)\n"
                         "  if info.slot > 1 then return end\n"
                         "  grid.batch:offer_energy_rate('Utility', 'all', 30)\n"
                         "  grid.batch:bid_energy_rate('Load 1', 1, 60)\n"
                         "end\n");
    load(&s, "tariffs/peak_threshold.lua", &params);
    expect_next(&s, STAGE_COMMUNITY, (const int64_t[]){10, 30, 30, 0}, 4, LG_CT_UCT);
}

static void test_unknown_market_err(void **state)
{
    static const lg_script_param fees[] = {
        {.type = LG_PARAM_NUMBER, .key = "Comunity", .number = 1}};
    static const lg_script_param items[] = {
        {.type = LG_PARAM_TABLE, .key = "fees", .items = fees, .count = 1}};
    static const lg_script_param params = {.type = LG_PARAM_TABLE, .items = items, .count = 1};
    stage s;
    (void)state;
    stage_init(&s);
    load(&s, "tariffs/time_of_use.lua", &params);
    stage_expect(s.faults,
                 "fees: \"Comunity\" is no market of this operator; those are: Community");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_percentages),
        cmocka_unit_test(test_thresholds_of_a_market),
        cmocka_unit_test(test_unknown_market_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
