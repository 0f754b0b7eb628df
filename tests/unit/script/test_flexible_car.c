/* flexible_car.lua, with Battery 1 of the stage as the car: it holds 0.6 of 1.2 kWh, wants 0.96 and
 * may take 0.25 a slot. At its door the utility costs 30 and the fees of Grid (4) and Community
 * (1). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include "grid/unit.h"
#include "stage.h"

enum { SLOTS = 12 };

/* The highest bid of the car in each slot, NaN without one; it is never told of anybody else. */
static double highest[SLOTS];

static lg_status on_command(void *ctx, const lg_desk *desk, const lg_command *command,
                            const lg_answer *answer, uint32_t slot, uint32_t tick)
{
    (void)ctx;
    (void)desk;
    (void)tick;
    if (command->kind == LG_CMD_GRID_FEES)
        return LG_OK;
    assert_int_equal(command->kind, LG_CMD_BID);
    assert_int_equal(command->node, STAGE_BATTERY1);
    assert_int_equal(answer->status, LG_OK);
    assert_true(fabs(lg_kwh_from_uwh(command->energy_uwh) - 0.25) < 1e-9);
    highest[slot] = fmax(highest[slot], lg_ct_from_uct(command->amount));
    return LG_OK;
}

/* From 00:00 to 03:00; the Community's fee is 5 from slot 1 on. */
static void run_car(const lg_script_param *items, uint32_t count)
{
    const lg_script_param params = {.type = LG_PARAM_TABLE, .items = items, .count = count};
    const lg_listener listener = {.command = on_command};
    stage s;
    stage_init(&s);
    for (int i = 0; i < SLOTS; i++)
        highest[i] = NAN;
    assert_int_equal(lg_turn_listen(s.turn, &listener, true), LG_OK);
    assert_int_equal(lg_desk_grant_market(s.other, STAGE_COMMUNITY), LG_OK);
    stage_load_other(&s, "function on_market_cycle(info)\n"
                         "  if info.slot == 0 then grid.batch:grid_fees('Community', 5) end\n"
                         "end\n");
    s.input.params = &params;
    if (stage_load_file(&s, STAGE_SCRIPTS "/strategies/flexible_car.lua") != LG_OK)
        fail_msg("%s", s.err.text);
    stage_start(&s);
    stage_run(&s, SLOTS);
    assert_string_equal(s.faults, "");
    stage_fini(&s);
}

static void expect_highest(uint32_t slot, double rate_ct)
{
    if (!(fabs(highest[slot] - rate_ct) < 1e-6))
        fail_msg("slot %u: %f, expected %f", slot, highest[slot], rate_ct);
}

/* 35 is the cheapest it has seen: it pays that. 39 is dear: it waits, and would take surplus for
 * (0 + 35) / 2, as the utility's 8 are less than the fees. It lacks 0.36 kWh, two slots and one to
 * spare: from 02:15 on it pays 39. */
static void test_waits_and_is_ready_in_time(void **state)
{
    static const lg_script_param items[] = {
        {.type = LG_PARAM_NUMBER, .key = "arrives", .number = 0},
        {.type = LG_PARAM_NUMBER, .key = "leaves", .number = 3}};
    (void)state;
    run_car(items, 2);
    expect_highest(0, 35);
    for (uint32_t slot = 1; slot < 9; slot++)
        expect_highest(slot, 17.5);
    for (uint32_t slot = 9; slot < SLOTS; slot++)
        expect_highest(slot, 39);
}

/* Four more cents are worth it to a patient one; it is there from 01:00 to 02:00 only. */
static void test_patience_and_hours(void **state)
{
    static const lg_script_param items[] = {
        {.type = LG_PARAM_NUMBER, .key = "arrives", .number = 1},
        {.type = LG_PARAM_NUMBER, .key = "leaves", .number = 2},
        {.type = LG_PARAM_NUMBER, .key = "patience", .number = 4}};
    (void)state;
    run_car(items, 3);
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        if (slot >= 4 && slot < 8)
            expect_highest(slot, 39);
        else
            assert_true(isnan(highest[slot]));
}

/* A car that is as full as it wants to be bids for nothing. */
static void test_full(void **state)
{
    static const lg_script_param items[] = {
        {.type = LG_PARAM_NUMBER, .key = "arrives", .number = 0},
        {.type = LG_PARAM_NUMBER, .key = "target", .number = 0.5}};
    (void)state;
    run_car(items, 2);
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        assert_true(isnan(highest[slot]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_and_is_ready_in_time),
        cmocka_unit_test(test_patience_and_hours),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
