/* Names of the scripts in a home, in full and for the report's column. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/crew.h"

static const lg_agent_spec load = {.script_name = "strategies/load_ramp.lua",
                                   .template_agent = true};
static const lg_agent_spec pv = {.script_name = "strategies/pv_ramp.lua", .template_agent = true};
static const lg_agent_spec battery = {.script_name = "strategies/storage_ramp.lua",
                                      .template_agent = true};
static const lg_agent_spec fixed = {.script_name = "strategies/fixed_rate.lua",
                                    .template_agent = true};
static const lg_agent_spec mine = {.script_name = "my/own.lua"};
static const lg_agent_spec steep = {.script_name = "steep_ramp.lua"};

static void assert_names(lg_crew crew, const char *list, const char *label)
{
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_crew_list(&crew, &text);
    assert_string_equal(lg_text_peek(&text), list);
    lg_text_clear(&text);
    lg_crew_label(&crew, &text);
    assert_string_equal(lg_text_peek(&text), label);
    lg_text_fini(&text);
}

static void test_names(void **state)
{
    (void)state;
    assert_names((lg_crew){{&load}, 1}, "load_ramp", "load_ramp");
    assert_names((lg_crew){{&load, &pv, &battery}, 3}, "load_ramp,pv_ramp,storage_ramp",
                 "load+pv+storage_ramp");
    assert_names((lg_crew){{&load, &mine}, 2}, "load_ramp,own", "own,load_ramp");
    assert_names((lg_crew){{&fixed, &load, &steep}, 3}, "fixed_rate,load_ramp,steep_ramp",
                 "steep_ramp,fixed_rate,load_ramp");
    assert_names((lg_crew){{NULL}, 0}, "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
