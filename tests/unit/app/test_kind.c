/* Which Lua files are scenarios: a call of scenario, not the word in comments, strings or fields.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "app/kind.h"

static void assert_kind(const char *text, lg_file_kind kind)
{
    assert_int_equal(lg_kind_of_lua(text, strlen(text)), kind);
}

static void test_scenarios(void **state)
{
    (void)state;
    assert_kind("return scenario{}", LG_FILE_SCENARIO);
    assert_kind("local n = 3 -- homes\nreturn scenario {\n name = 'x' }", LG_FILE_SCENARIO);
    assert_kind("local s = scenario(t)\nreturn s", LG_FILE_SCENARIO);
    assert_kind("--[[ a scenario ]] return scenario\n{", LG_FILE_SCENARIO);
    assert_kind("local t = [==[ ]] ]==] return scenario {", LG_FILE_SCENARIO);
    assert_kind("local q = 'it\\'s' return scenario {", LG_FILE_SCENARIO);
}

static void test_scripts(void **state)
{
    (void)state;
    assert_kind("", LG_FILE_SCRIPT);
    assert_kind("-- return scenario{}\nreturn {}", LG_FILE_SCRIPT);
    assert_kind("--[==[\nscenario{}\n]] ]==]\nreturn {}", LG_FILE_SCRIPT);
    assert_kind("local s = \"scenario{}\" return {}", LG_FILE_SCRIPT);
    assert_kind("local s = [[scenario{}]]", LG_FILE_SCRIPT);
    assert_kind("my.scenario{} my:scenario{} myscenario{} scenario_x{}", LG_FILE_SCRIPT);
    assert_kind("local scenario = 3", LG_FILE_SCRIPT);
    assert_kind("--[[ never ends scenario{}", LG_FILE_SCRIPT);
    assert_kind("'never ends", LG_FILE_SCRIPT);
    assert_kind("[", LG_FILE_SCRIPT);
    assert_kind("-", LG_FILE_SCRIPT);
}

/* A script may have a function of that name; what it returns is no match. */
static void test_matches(void **state)
{
    (void)state;
    assert_kind("return match { seats = {} }", LG_FILE_MATCH);
    assert_kind("return league { seats = {} }", LG_FILE_LEAGUE);
    assert_kind("local n = 3\nreturn --[[ two ]]\n  match\n{", LG_FILE_MATCH);
    assert_kind("local a = match(1)", LG_FILE_SCRIPT);
    assert_kind("return 1, match(1)", LG_FILE_SCRIPT);
    assert_kind("return text:match('x')", LG_FILE_SCRIPT);
    assert_kind("returned = 1 match {", LG_FILE_SCRIPT);
    assert_kind("-- return match {", LG_FILE_SCRIPT);
}

/* No script can make an area, so who does has forgotten the scenario around it. */
static void test_areas_without_a_scenario(void **state)
{
    (void)state;
    assert_kind("local g = area { name = 'G' }", LG_FILE_AREAS);
    assert_kind("return { grid = area{ name = 'G' } }", LG_FILE_AREAS);
    assert_kind("local g = area { name = 'G' } return scenario { grid = g }", LG_FILE_SCENARIO);
    assert_kind("-- area{}\nlocal area = m.area(3)", LG_FILE_SCRIPT);
    assert_kind("print('area{}') local area = 2", LG_FILE_SCRIPT);
}

static void test_names_err(void **state)
{
    (void)state;
    lg_file_kind kind;
    lg_err err;
    assert_int_equal(lg_kind_of_file(lg_mem_system(), "a.toml", &kind, &err), LG_INVALID);
    assert_string_equal(err.text, "a.toml: expected a file that ends in .lua or .json");
    assert_int_equal(lg_kind_of_file(lg_mem_system(), "no such.lua", &kind, &err), LG_SCENARIO);
    assert_string_equal(err.text, "no such.lua: No such file or directory");
    assert_int_equal(lg_kind_of_file(lg_mem_system(), "no such.json", &kind, &err), LG_OK);
    assert_int_equal(kind, LG_FILE_SCENARIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenarios), cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_matches),   cmocka_unit_test(test_areas_without_a_scenario),
        cmocka_unit_test(test_names_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
