/* Formulas of a home: their terms, what stands in for a meter that is silent, and their sums. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "microgrid/formula.h"
#include "support/failing_mem.h"

/* 1 grid -> 2 meter -> { 3 meter -> 4 inverter -> 5 battery; 6 meter -> 7, 9 PV; 8 charger;
 * 10 battery inverter -> 5 } */
static const lg_component parts[] = {
    {1, LG_CATEGORY_GRID_CONNECTION_POINT, 0, "", 1},
    {2, LG_CATEGORY_METER, 0, "", 2},
    {3, LG_CATEGORY_METER, 0, "", 3},
    {4, LG_CATEGORY_INVERTER, LG_INVERTER_BATTERY, "", 4},
    {5, LG_CATEGORY_BATTERY, 0, "", 5},
    {6, LG_CATEGORY_METER, 0, "", 6},
    {7, LG_CATEGORY_INVERTER, LG_INVERTER_PV, "", 7},
    {8, LG_CATEGORY_EV_CHARGER, 0, "", 8},
    {9, LG_CATEGORY_INVERTER, LG_INVERTER_PV, "", 9},
    {10, LG_CATEGORY_INVERTER, LG_INVERTER_BATTERY, "", 10},
};
static const lg_component_link wires[] = {{1, 2, 0}, {2, 3, 0}, {3, 4, 0}, {4, 5, 0},  {2, 6, 0},
                                          {6, 7, 0}, {2, 8, 0}, {6, 9, 0}, {2, 10, 0}, {10, 5, 0}};

static lg_graph graph;
static double readings[11]; /* by id */

static double read_one(void *ctx, uint32_t index)
{
    (void)ctx;
    return readings[parts[index].id];
}

static void build(uint32_t first, uint32_t wire, bool islanded)
{
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    const lg_graph_input input = {
        .file = "s.lua",
        .components = parts + first,
        .component_count = (uint32_t)(sizeof parts / sizeof *parts) - first,
        .connections = wires + wire,
        .connection_count = (uint32_t)(sizeof wires / sizeof *wires) - wire,
        .islanded = islanded};
    assert_int_equal(lg_graph_build(lg_mem_system(), &input, &diag, &graph), LG_OK);
    lg_diag_fini(&diag);
}

static int build_home(void **state)
{
    static const double powers[] = {0, -2900, -2900, 500, 500, 0, -5000, -2000, 1000, -3000, 200};
    (void)state;
    build(0, 0, false);
    for (int i = 0; i < 11; i++)
        readings[i] = powers[i];
    return 0;
}

static int demolish(void **state)
{
    (void)state;
    lg_graph_fini(&graph);
    return 0;
}

static void assert_formula(lg_formula_kind kind, const char *text, double value)
{
    lg_formula formula;
    lg_text out;
    lg_text_init(&out, lg_mem_system());
    assert_int_equal(lg_formula_make(lg_mem_system(), &graph, kind, &formula), LG_OK);
    lg_formula_print(&formula, &graph, &out);
    assert_string_equal(lg_text_peek(&out), text);
    double sum = lg_formula_value(&formula, read_one, NULL);
    if (isnan(value) ? !isnan(sum) : sum != value)
        fail_msg("%s is %g, expected %g", text, sum, value);
    lg_formula_fini(&formula);
    lg_text_fini(&out);
}

static void test_a_home(void **state)
{
    (void)state;
    assert_formula(LG_FORMULA_GRID, "#2", -2900);
    assert_formula(LG_FORMULA_BATTERY, "coalesce(#3, #4) + #10", 700);
    assert_formula(LG_FORMULA_PV, "coalesce(#6, #7 + #9)", -5000);
    assert_formula(LG_FORMULA_EV, "#8", 1000);
    assert_formula(LG_FORMULA_CHP, "0", 0);
    assert_formula(LG_FORMULA_PRODUCER, "coalesce(#6, #7 + #9)", -5000);
    /* -2900 - 500 + 5000 - 1000 - 200 */
    assert_formula(LG_FORMULA_CONSUMER, "#2 - coalesce(#3, #4) - coalesce(#6, #7 + #9) - #8 - #10",
                   400);
}

static void test_what_stands_in(void **state)
{
    (void)state;
    readings[6] = (double)NAN;
    assert_formula(LG_FORMULA_PV, "coalesce(#6, #7 + #9)", -5000);
    readings[9] = (double)NAN;
    assert_formula(LG_FORMULA_PV, "coalesce(#6, #7 + #9)", (double)NAN);
    assert_formula(LG_FORMULA_CONSUMER, "#2 - coalesce(#3, #4) - coalesce(#6, #7 + #9) - #8 - #10",
                   (double)NAN);
    readings[8] = (double)NAN;
    assert_formula(LG_FORMULA_EV, "#8", (double)NAN);
}

static void test_signs_are_kept(void **state)
{
    (void)state;
    readings[6] = 40; /* panels take a little at night */
    assert_formula(LG_FORMULA_PRODUCER, "coalesce(#6, #7 + #9)", 0);
    assert_formula(LG_FORMULA_PV, "coalesce(#6, #7 + #9)", 40);
    readings[2] = -9000;
    assert_formula(LG_FORMULA_CONSUMER, "#2 - coalesce(#3, #4) - coalesce(#6, #7 + #9) - #8 - #10",
                   0);
}

static void test_an_island(void **state)
{
    (void)state;
    lg_graph_fini(&graph);
    build(1, 1, true);
    readings[0] = 0;
    lg_formula formula;
    assert_int_equal(lg_formula_make(lg_mem_system(), &graph, LG_FORMULA_GRID, &formula), LG_OK);
    assert_int_equal(formula.count, 0);
    lg_formula_fini(&formula);
    assert_int_equal(lg_formula_make(lg_mem_system(), &graph, LG_FORMULA_PV, &formula), LG_OK);
    assert_int_equal(formula.count, 1);
    lg_formula_fini(&formula);
}

static int make(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_formula formula;
    lg_status status = lg_formula_make(mem, &graph, LG_FORMULA_CONSUMER, &formula);
    lg_formula_fini(&formula);
    return status == LG_MEMORY;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(make, NULL) > 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, build_home, demolish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_home),
        TEST(test_what_stands_in),
        TEST(test_signs_are_kept),
        TEST(test_an_island),
        TEST(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
