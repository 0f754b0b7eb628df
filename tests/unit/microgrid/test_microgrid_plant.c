/* Set points and bounds: who is told what and when, what is refused, what comes back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "microgrid/plant.h"
#include "support/failing_mem.h"

enum { GRID, METER, INVERTER, BATTERY, PANEL, PARTS };

static const lg_component parts[PARTS] = {
    {1, LG_CATEGORY_GRID_CONNECTION_POINT, 0, "", 1},
    {2, LG_CATEGORY_METER, 0, "", 2},
    {3, LG_CATEGORY_INVERTER, LG_INVERTER_BATTERY, "", 3},
    {4, LG_CATEGORY_BATTERY, LG_BATTERY_LI_ION, "", 4},
    {5, LG_CATEGORY_INVERTER, LG_INVERTER_PV, "", 5},
};
static const lg_component_link wires[] = {{1, 2, 6}, {2, 3, 7}, {3, 4, 8}, {2, 5, 9}};

/* What devices were told, as words: "3 500;" or "3 default;" or "3 stopped;". */
typedef struct stand {
    lg_diag diag;
    lg_graph graph;
    lg_plant *plant;
    lg_text told;
    int64_t until;
} stand;

static bool tell_power(void *ctx, uint32_t index, lg_power_type type, double power,
                       int64_t until_ms)
{
    stand *s = ctx;
    (void)until_ms;
    const char *mark = type == LG_POWER_REACTIVE ? "var" : "";
    if (isnan(power))
        lg_text_format(&s->told, "%d default%s;", (int)parts[index].id, mark);
    else
        lg_text_format(&s->told, "%d %g%s;", (int)parts[index].id, power, mark);
    return true;
}

static bool tell_stage(void *ctx, uint32_t index, lg_plant_stage stage)
{
    static const char *const words[] = {"stopped", "standby", "running", "error"};
    stand *s = ctx;
    lg_text_format(&s->told, "%d %s;", (int)parts[index].id, words[stage]);
    return true;
}

static int build(void **state)
{
    static stand s;
    const lg_graph_input input = {.file = "s.lua",
                                  .components = parts,
                                  .component_count = PARTS,
                                  .connections = wires,
                                  .connection_count = sizeof wires / sizeof *wires};
    const lg_plant_actions actions = {.ctx = &s, .power = tell_power, .stage = tell_stage};
    lg_diag_init(&s.diag, lg_mem_system());
    lg_text_init(&s.told, lg_mem_system());
    assert_int_equal(lg_graph_build(lg_mem_system(), &input, &s.diag, &s.graph), LG_OK);
    assert_non_null(s.plant = lg_plant_open(lg_mem_system(), &s.graph, &actions));
    *state = &s;
    return 0;
}

static int demolish(void **state)
{
    stand *s = *state;
    lg_plant_close(s->plant);
    lg_graph_fini(&s->graph);
    lg_text_fini(&s->told);
    lg_diag_fini(&s->diag);
    return 0;
}

static void assert_told(stand *s, const char *expected)
{
    assert_string_equal(lg_text_peek(&s->told), expected);
    lg_text_clear(&s->told);
}

static lg_plant_refusal set(stand *s, uint64_t id, double power, uint64_t lifetime_s,
                            int64_t now_ms)
{
    return lg_plant_set_power(s->plant, id, LG_POWER_ACTIVE, power, lifetime_s, now_ms, &s->until);
}

static lg_plant_refusal narrow(stand *s, uint64_t id, double lower, double upper, const char *token,
                               uint64_t lifetime_s, int64_t now_ms)
{
    const lg_range range = {lower, upper};
    const lg_plant_bounding request = {.id = id,
                                       .metric =
                                           id == 4 ? LG_METRIC_DC_POWER : LG_METRIC_AC_POWER_ACTIVE,
                                       .ranges = &range,
                                       .range_count = 1,
                                       .lifetime_s = lifetime_s,
                                       .token = token};
    return lg_plant_augment(s->plant, &request, now_ms, &s->until);
}

static void limit(stand *s, uint32_t index, double lower, double upper)
{
    lg_ranges ranges = {.count = 1, .at = {{lower, upper}}};
    lg_plant_limit(s->plant, index, LG_POWER_ACTIVE, &ranges);
}

static void test_a_set_point_ends(void **state)
{
    stand *s = *state;
    assert_int_equal(set(s, 3, 500, 0, 1000), LG_PLANT_OK);
    assert_int_equal(s->until, 61000);
    assert_told(s, "3 500;");
    lg_plant_advance(s->plant, 60999);
    assert_told(s, "");
    assert_int_equal(lg_plant_next_end(s->plant), 61000);
    lg_plant_advance(s->plant, 61000);
    assert_told(s, "3 default;");
    assert_int_equal(lg_plant_next_end(s->plant), LG_PLANT_NEVER);
}

static void test_the_same_again_is_told_to_live_longer(void **state)
{
    stand *s = *state;
    assert_int_equal(set(s, 3, -200, 10, 0), LG_PLANT_OK);
    assert_int_equal(set(s, 3, -200, 900, 5000), LG_PLANT_OK);
    assert_told(s, "3 -200;3 -200;");
    lg_plant_advance(s->plant, 10000);
    assert_told(s, "");
    assert_int_equal(set(s, 3, 100, 10, 6000), LG_PLANT_OK); /* replaces the lifetime too */
    assert_told(s, "3 100;");
    lg_plant_advance(s->plant, 16000);
    assert_told(s, "3 default;");
}

static void test_active_and_reactive_live_apart(void **state)
{
    stand *s = *state;
    assert_int_equal(set(s, 3, 100, 10, 0), LG_PLANT_OK);
    assert_int_equal(lg_plant_set_power(s->plant, 3, LG_POWER_REACTIVE, 50, 20, 0, &s->until),
                     LG_PLANT_OK);
    assert_told(s, "3 100;3 50var;");
    lg_plant_advance(s->plant, 10000);
    assert_told(s, "3 default;");
    lg_plant_advance(s->plant, 20000);
    assert_told(s, "3 defaultvar;");
}

static void test_refused_set_points(void **state)
{
    stand *s = *state;
    s->until = -7;
    assert_int_equal(set(s, 99, 1, 0, 0), LG_PLANT_UNKNOWN);
    assert_int_equal(set(s, 3, (double)NAN, 0, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(set(s, 3, (double)INFINITY, 0, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(set(s, 3, 1, 9, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(set(s, 3, 1, 901, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(set(s, 3, 1, UINT64_MAX, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(set(s, 2, 1, 0, 0), LG_PLANT_STATE);
    assert_int_equal(set(s, 4, 1, 0, 0), LG_PLANT_STATE);
    limit(s, INVERTER, -300, -100);
    assert_int_equal(set(s, 3, -50, 0, 0), LG_PLANT_RANGE);
    assert_int_equal(set(s, 3, -301, 0, 0), LG_PLANT_RANGE);
    assert_told(s, "");
    assert_int_equal(s->until, -7);
    assert_int_equal(set(s, 3, 0, 0, 0), LG_PLANT_OK); /* always */
    assert_told(s, "3 0;");
}

static void test_bounds_clamp_and_give_back(void **state)
{
    stand *s = *state;
    limit(s, INVERTER, -5000, 5000);
    assert_int_equal(set(s, 3, 4000, 60, 0), LG_PLANT_OK);
    assert_int_equal(narrow(s, 3, -1000, 1000, NULL, 0, 1000), LG_PLANT_OK);
    assert_int_equal(s->until, 6000);
    assert_told(s, "3 4000;3 1000;");
    assert_int_equal(set(s, 3, 2000, 60, 1500), LG_PLANT_RANGE);
    lg_plant_advance(s->plant, 6000);
    assert_told(s, "3 4000;");
    assert_int_equal(narrow(s, 3, -1000, 1000, NULL, 100, 6000),
                     LG_PLANT_OK); /* longer than the set point */
    lg_plant_advance(s->plant, 60000);
    assert_told(s, "3 1000;3 default;");
}

static void test_contributions_only_narrow(void **state)
{
    stand *s = *state;
    limit(s, INVERTER, -5000, 5000);
    assert_int_equal(narrow(s, 3, -100, 9000, "a", 900, 0), LG_PLANT_OK);
    assert_int_equal(narrow(s, 3, -9000, 200, "b", 900, 0), LG_PLANT_OK);
    lg_ranges now = lg_plant_bounds(s->plant, INVERTER, LG_POWER_ACTIVE);
    assert_int_equal(now.count, 1);
    assert_true(now.at[0].lower == -100 && now.at[0].upper == 200);
    assert_int_equal(narrow(s, 3, -300, 9000, "a", 900, 0), LG_PLANT_OK); /* in its place */
    now = lg_plant_bounds(s->plant, INVERTER, LG_POWER_ACTIVE);
    assert_true(now.at[0].lower == -300 && now.at[0].upper == 200);
    assert_int_equal(lg_plant_clear(s->plant, 3, LG_METRIC_AC_POWER_ACTIVE, "b"), LG_PLANT_OK);
    assert_int_equal(lg_plant_clear(s->plant, 3, LG_METRIC_AC_POWER_ACTIVE, "b"), LG_PLANT_UNKNOWN);
    now = lg_plant_bounds(s->plant, INVERTER, LG_POWER_ACTIVE);
    assert_true(now.at[0].lower == -300 && now.at[0].upper == 5000);
    now = lg_plant_bounds(s->plant, INVERTER, LG_POWER_REACTIVE);
    assert_true(isinf(now.at[0].lower));
}

static void test_what_excludes_all_leaves_zero(void **state)
{
    stand *s = *state;
    assert_int_equal(set(s, 3, 400, 60, 0), LG_PLANT_OK);
    assert_int_equal(narrow(s, 3, -10, -5, "a", 60, 0), LG_PLANT_OK);
    assert_int_equal(narrow(s, 3, 5, 10, "b", 60, 0), LG_PLANT_OK);
    assert_told(s, "3 400;3 0;");
    assert_int_equal(set(s, 3, 7, 60, 0), LG_PLANT_RANGE);
    assert_int_equal(set(s, 3, 0, 60, 0), LG_PLANT_OK);
}

static void test_refused_bounds(void **state)
{
    stand *s = *state;
    char token[LG_BOUNDS_TOKEN_MAX + 2] = "";
    memset(token, 'x', sizeof token - 1);
    assert_int_equal(narrow(s, 99, 0, 1, NULL, 0, 0), LG_PLANT_UNKNOWN);
    assert_int_equal(narrow(s, 2, 0, 1, NULL, 0, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(narrow(s, 3, 2, 1, NULL, 0, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(narrow(s, 3, 0, 1, NULL, 4, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(narrow(s, 3, 0, 1, NULL, 901, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(narrow(s, 3, 0, 1, token, 0, 0), LG_PLANT_ARGUMENT);
    assert_int_equal(narrow(s, 4, 0, 1, token + 1, 0, 0), LG_PLANT_OK);
    for (int i = 0; i < LG_BOUNDS_MAX; i++)
        assert_int_equal(narrow(s, 3, 0, 1, NULL, 0, 0), LG_PLANT_OK);
    assert_int_equal(narrow(s, 3, 0, 1, NULL, 0, 0), LG_PLANT_FULL);
    lg_plant_advance(s->plant, 5000);
    assert_int_equal(narrow(s, 3, 0, 1, NULL, 0, 0), LG_PLANT_OK);
}

static void test_stages(void **state)
{
    stand *s = *state;
    assert_int_equal(set(s, 3, 400, 60, 0), LG_PLANT_OK);
    assert_int_equal(lg_plant_stop(s->plant, 4), LG_PLANT_STATE); /* its inverter works */
    assert_int_equal(lg_plant_standby(s->plant, 3), LG_PLANT_OK);
    assert_told(s, "3 400;3 default;3 standby;");
    assert_int_equal(lg_plant_stop(s->plant, 4), LG_PLANT_OK);
    assert_int_equal(lg_plant_stop(s->plant, 4), LG_PLANT_OK);
    assert_told(s, "4 stopped;");
    assert_int_equal(set(s, 3, 100, 60, 0), LG_PLANT_OK); /* wakes it */
    assert_told(s, "3 running;3 100;");
    assert_int_equal(lg_plant_stop(s->plant, 3), LG_PLANT_OK);
    assert_told(s, "3 default;3 stopped;");
    assert_int_equal(lg_plant_standby(s->plant, 3), LG_PLANT_STATE);
    assert_int_equal(set(s, 3, 100, 60, 0), LG_PLANT_STATE);
    assert_int_equal(lg_plant_start(s->plant, 3), LG_PLANT_OK);
    assert_told(s, "3 running;");
    assert_int_equal(lg_plant_start(s->plant, 2), LG_PLANT_UNSUPPORTED);
    assert_int_equal(lg_plant_standby(s->plant, 4), LG_PLANT_UNSUPPORTED);
    assert_int_equal(lg_plant_start(s->plant, 77), LG_PLANT_UNKNOWN);
}

static void test_errors_are_acknowledged(void **state)
{
    stand *s = *state;
    assert_int_equal(set(s, 5, -400, 60, 0), LG_PLANT_OK);
    lg_plant_fail(s->plant, PANEL);
    assert_told(s, "5 -400;5 default;5 error;");
    assert_int_equal(set(s, 5, -400, 60, 0), LG_PLANT_STATE);
    assert_int_equal(lg_plant_start(s->plant, 5), LG_PLANT_STATE);
    assert_int_equal(lg_plant_acknowledge(s->plant, 5), LG_PLANT_OK);
    assert_int_equal(lg_plant_stage_of(s->plant, PANEL), LG_STAGE_STOPPED);
    assert_int_equal(lg_plant_start(s->plant, 5), LG_PLANT_OK);
    assert_told(s, "5 stopped;5 running;");
    assert_int_equal(lg_plant_acknowledge(s->plant, 5), LG_PLANT_OK);
    assert_told(s, "");
}

static int open_one(lg_mem *mem, void *ctx)
{
    stand *s = ctx;
    const lg_plant_actions actions = {.ctx = s, .power = tell_power, .stage = tell_stage};
    const lg_range range = {0, 1};
    const lg_plant_bounding request = {
        .id = 3, .metric = LG_METRIC_AC_POWER_ACTIVE, .ranges = &range, .range_count = 1};
    lg_plant *plant = lg_plant_open(mem, &s->graph, &actions);
    if (!plant)
        return 1;
    lg_plant_refusal refusal = lg_plant_augment(plant, &request, 0, &s->until);
    lg_plant_close(plant);
    return refusal == LG_PLANT_FULL;
}

static void test_every_allocation_may_fail(void **state)
{
    assert_true(lg_sweep_allocations(open_one, *state) > 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, build, demolish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_set_point_ends),
        TEST(test_the_same_again_is_told_to_live_longer),
        TEST(test_active_and_reactive_live_apart),
        TEST(test_refused_set_points),
        TEST(test_bounds_clamp_and_give_back),
        TEST(test_contributions_only_narrow),
        TEST(test_what_excludes_all_leaves_zero),
        TEST(test_refused_bounds),
        TEST(test_stages),
        TEST(test_errors_are_acknowledged),
        TEST(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
