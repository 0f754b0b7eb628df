/* Good graphs are built with their neighbours and groups; each rule that is broken is told once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "microgrid/graph.h"
#include "support/failing_mem.h"

#define GRID     LG_CATEGORY_GRID_CONNECTION_POINT
#define METER    LG_CATEGORY_METER
#define INVERTER LG_CATEGORY_INVERTER
#define BATTERY  LG_CATEGORY_BATTERY
#define EV       LG_CATEGORY_EV_CHARGER

enum { COMPONENTS_MAX = 12, CONNECTIONS_MAX = 16 };

/* id, category, type; id 0 ends. Lines are the places in the lists, from 1, connections from 101.
 */
typedef struct site {
    lg_component components[COMPONENTS_MAX];
    lg_component_link connections[CONNECTIONS_MAX];
    bool islanded;
} site;

static const site home = {
    .components = {{8, EV, 0, "", 1},
                   {1, GRID, 0, "", 2},
                   {2, METER, 0, "", 3},
                   {3, METER, 0, "", 4},
                   {4, INVERTER, LG_INVERTER_BATTERY, "", 5},
                   {5, BATTERY, 0, "", 6},
                   {6, METER, 0, "", 7},
                   {7, INVERTER, LG_INVERTER_PV, "", 8}},
    .connections =
        {{1, 2, 101}, {2, 3, 102}, {3, 4, 103}, {4, 5, 104}, {2, 6, 105}, {6, 7, 106}, {2, 8, 107}},
};

static lg_graph_input input_of(const site *s)
{
    lg_graph_input input = {.file = "s.lua",
                            .components = s->components,
                            .connections = s->connections,
                            .islanded = s->islanded};
    while (input.component_count < COMPONENTS_MAX && s->components[input.component_count].line)
        input.component_count++;
    while (input.connection_count < CONNECTIONS_MAX && s->connections[input.connection_count].line)
        input.connection_count++;
    return input;
}

/* Whether the site's problems are @p expected. */
static void assert_problems(const site *s, const char *expected)
{
    lg_diag diag;
    lg_text text;
    lg_graph graph;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    lg_graph_input input = input_of(s);
    lg_status status = lg_graph_build(lg_mem_system(), &input, &diag, &graph);
    lg_diag_print(&diag, &text);
    assert_string_equal(lg_text_peek(&text), expected);
    assert_int_equal(status, *expected ? LG_SCENARIO : LG_OK);
    lg_graph_fini(&graph);
    lg_text_fini(&text);
    lg_diag_fini(&diag);
}

static void test_a_home(void **state)
{
    (void)state;
    lg_diag diag;
    lg_graph g;
    uint32_t count;
    lg_diag_init(&diag, lg_mem_system());
    lg_graph_input input = input_of(&home);
    assert_int_equal(lg_graph_build(lg_mem_system(), &input, &diag, &g), LG_OK);
    assert_int_equal(g.components[g.root].id, 1);
    assert_int_equal(lg_graph_find(&g, 9), LG_GRAPH_NONE);
    const uint32_t *next = lg_graph_next(&g, lg_graph_find(&g, 2), &count);
    assert_int_equal(count, 3);
    static const uint64_t below[] = {3, 6, 8};
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(g.components[next[i]].id, below[i]);
    const uint32_t *before = lg_graph_before(&g, lg_graph_find(&g, 5), &count);
    assert_int_equal(count, 1);
    assert_int_equal(g.components[*before].id, 4);
    static const lg_group groups[] = {0,
                                      LG_GROUP_NONE,
                                      LG_GROUP_NONE,
                                      LG_GROUP_NONE,
                                      LG_GROUP_BATTERY,
                                      LG_GROUP_NONE,
                                      LG_GROUP_NONE,
                                      LG_GROUP_PV,
                                      LG_GROUP_EV};
    for (uint32_t id = 1; id <= 8; id++)
        assert_int_equal(lg_graph_group(&g, lg_graph_find(&g, id)), groups[id]);
    assert_int_equal(lg_graph_metered(&g, lg_graph_find(&g, 2)), LG_GROUP_NONE);
    assert_int_equal(lg_graph_metered(&g, lg_graph_find(&g, 3)), LG_GROUP_BATTERY);
    assert_int_equal(lg_graph_metered(&g, lg_graph_find(&g, 6)), LG_GROUP_PV);
    lg_graph_fini(&g);
    lg_diag_fini(&diag);
}

static void test_the_whole_err(void **state)
{
    (void)state;
    site s = {.islanded = false};
    assert_problems(&s, "s.lua: components: is empty; expected at least two\n");
    s.components[0] = (lg_component){1, GRID, 0, "", 1};
    assert_problems(
        &s,
        "s.lua: connections: is empty; expected one at least, from the grid connection point\n");

    s = home;
    s.components[7] = (lg_component){7, INVERTER, 0, "", 8};
    assert_problems(&s,
                    "s.lua:8: component 7: expected a type: \"battery\", \"pv\" or \"hybrid\"\n");
    s.components[7] = (lg_component){7, LG_CATEGORY_UNSPECIFIED, 0, "", 8};
    assert_problems(&s, "s.lua:8: component 7: has no category\n");
    s.components[7] = (lg_component){4, EV, 0, "", 8};
    assert_problems(&s, "s.lua:106: connection 6 -> 7: there is no component 7\n"
                        "s.lua:8: component 4: another component in line 5 has this id\n");
}

static void test_connections_err(void **state)
{
    (void)state;
    site s = home;
    s.connections[7] = (lg_component_link){2, 99, 108};
    assert_problems(&s, "s.lua:108: connection 2 -> 99: there is no component 99\n");
    s.connections[7] = (lg_component_link){2, 2, 108};
    assert_problems(&s, "s.lua:108: connection 2 -> 2: a component cannot lead to itself\n");
    s.connections[7] = (lg_component_link){2, 8, 108};
    assert_problems(&s, "s.lua:108: connection 2 -> 8: is there twice, first in line 107\n");
    s.connections[7] = (lg_component_link){6, 2, 108};
    assert_problems(&s, "s.lua:3: component 2: connections go in a circle: 2 <- 6 <- 2\n");
}

static void test_the_root_err(void **state)
{
    (void)state;
    site s = home;
    s.components[8] = (lg_component){9, GRID, 0, "", 9};
    s.connections[7] = (lg_component_link){9, 3, 108};
    assert_problems(
        &s,
        "s.lua:9: component 9: a second grid connection point beside component 1; expected one\n");
    s = home;
    s.components[1].category = METER;
    assert_problems(
        &s, "s.lua: components: there is no grid_connection_point; a site without one is "
            "islanded = true\n"
            "s.lua:2: component 1: nothing leads to this meter; expected the grid connection "
            "point or a meter\n");
    s.islanded = true;
    assert_problems(&s, "");
    s = home;
    s.islanded = true;
    assert_problems(&s, "s.lua:2: component 1: an islanded site has no grid connection point\n");
    s = home;
    s.components[8] = (lg_component){9, METER, 0, "", 9};
    assert_problems(
        &s, "s.lua:9: component 9: no way leads to it from component 1, the root\n"
            "s.lua:9: component 9: nothing leads to this meter; expected the grid connection "
            "point or a meter\n");
    s = home;
    s.connections[7] = (lg_component_link){1, 6, 108};
    assert_problems(
        &s, "s.lua:7: component 6: lies right below component 1, so nothing else may lead to it\n");
}

static void test_components_err(void **state)
{
    (void)state;
    site s = home;
    s.connections[3] = (lg_component_link){2, 5, 104};
    assert_problems(
        &s, "s.lua:5: component 4: leads to no battery; expected one at least behind a battery "
            "inverter\n"
            "s.lua:6: component 5: component 2, of category meter, leads to this battery; "
            "expected inverters of type \"battery\" or \"hybrid\" only\n");
    s = home;
    s.connections[6] = (lg_component_link){7, 8, 107};
    assert_problems(
        &s, "s.lua:8: component 7: leads to component 8; nothing can lie behind this inverter\n"
            "s.lua:1: component 8: component 7, of category inverter, leads to this "
            "ev_charger; expected the grid connection point or a meter\n");
    s = home;
    s.components[7].type = LG_INVERTER_HYBRID;
    assert_problems(&s, "");
    s.connections[6] = (lg_component_link){7, 8, 107};
    assert_problems(&s,
                    "s.lua:8: component 7: leads to component 8, of category ev_charger; expected "
                    "batteries only\n"
                    "s.lua:1: component 8: component 7, of category inverter, leads to this "
                    "ev_charger; expected the grid connection point or a meter\n");
}

static int build(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_diag diag;
    lg_graph graph;
    lg_diag_init(&diag, lg_mem_system());
    lg_graph_input input = input_of(&home);
    lg_status status = lg_graph_build(mem, &input, &diag, &graph);
    assert_true(status == LG_OK || status == LG_MEMORY);
    assert_int_equal(diag.errors, 0);
    lg_graph_fini(&graph);
    lg_diag_fini(&diag);
    return status == LG_MEMORY;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(build, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_home),          cmocka_unit_test(test_the_whole_err),
        cmocka_unit_test(test_connections_err), cmocka_unit_test(test_the_root_err),
        cmocka_unit_test(test_components_err),  cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
