/* The sandbox: what a scenario can do, what it cannot, and that the same file says the same every
 * time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"

/* Runs @p body, which must leave a text in `result`, and compares it. */
static void expect_result(const char *body, const char *expected)
{
    char text[4096];
    snprintf(text, sizeof text,
             "local result\n%s\nreturn scenario { description = result,\n"
             "  grid = area { name = 'Grid', load { name = 'L', avg_power_W = 1 } } }\n",
             body);
    lg_scenario *s = fixture_read_text("x.lua", text);
    assert_string_equal(s->description, expected);
    lg_scenario_free(s);
}

static void expect_error(const char *text, const char *expected)
{
    char all[4096];
    snprintf(all, sizeof all, "x.lua:%s\n", expected);
    fixture_refuse_text("x.lua", text, all);
}

static void pairs_goes_by_sorted_keys(void **state)
{
    (void)state;
    expect_result("result = ''\n"
                  "for k, v in pairs { b = 1, a = 2, [10] = 3, [2] = 4, [true] = 5 } do\n"
                  "  result = result .. tostring(k) .. '=' .. v .. ' ' end",
                  "true=5 2=4 10=3 a=2 b=1 ");
}

static void sort_is_stable(void **state)
{
    (void)state;
    expect_result("local list = {}\n"
                  "for i = 1, 300 do list[i] = { i % 3, i } end\n"
                  "table.sort(list, function(a, b) return a[1] < b[1] end)\n"
                  "for i = 2, 300 do\n"
                  "  assert(list[i - 1][1] < list[i][1] or list[i - 1][2] < list[i][2]) end\n"
                  "local words = { 'c', 'a', 'b' }\n"
                  "table.sort(words)\n"
                  "result = table.concat(words)",
                  "abc");
}

static void strings_work(void **state)
{
    (void)state;
    expect_result(
        "result = ('x'):rep(3, '-') .. string.format(' %05.2f %s %d%% ', 1.5, 'y', 7)\n"
        "  .. ('h01'):match('^h(%d+)$') .. ('a,b'):gsub(',', ';') .. ('abc'):find('c', 1, true)",
        "x-x-x 01.50 y 7% 01a;b3");
}

static void what_is_not_there_err(void **state)
{
    (void)state;
    static const char *const names[] = {
        "io",        "os",    "debug",  "getfenv",      "package", "load1",        "dofile",
        "loadfile",  "pcall", "xpcall", "setmetatable", "rawset",  "getmetatable", "collectgarbage",
        "coroutine", "_G",    "next",   "print",        "utf8",    "warn"};
    char text[200], got[400];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lg_diag diag;
        lg_scenario *s;
        snprintf(text, sizeof text, "local x = %s\n", names[i]);
        lg_scenario_input input = fixture_input(fixture_write("x.lua", text));
        lg_diag_init(&diag, lg_mem_system());
        assert_int_equal(lg_scenario_read(lg_mem_system(), &input, &diag, &s), LG_SCENARIO);
        snprintf(got, sizeof got, "unknown name \"%s\"", names[i]);
        assert_int_equal(diag.count, 1);
        assert_int_equal(diag.problems[0].line, 1);
        assert_non_null(strstr(diag.problems[0].text, got));
        lg_diag_fini(&diag);
    }
}

static void traps_err(void **state)
{
    (void)state;
    const char *steps = "2: more than 50 million steps: is there a loop that does not end?";
    const char *pattern = "2: pattern too complex: more than 1000000 steps";
    expect_error("\nlocal s = ('a'):rep(1 << 62)",
                 "2: string.rep: a text may have at most 1048576 bytes");
    expect_error("\nlocal s = ('a'):rep(400):find('.-.-.-b')", pattern);
    expect_error("\nlocal s = ('a'):rep(3000):find('\\0?a-a-a-a-a-b')", pattern);
    expect_error("\nfor w in ('a'):rep(100000):gmatch('.-.-b') do end", pattern);
    expect_error("\nrepeat until false", steps);
    expect_error("local s = ('a'):rep(1000000)\nrepeat s:upper() until false", steps);
    expect_error("local s = ('a'):rep(1000000)\nrepeat s:find('b', 1, true) until false", steps);
    expect_error("local s = ('a'):rep(900000)\nlocal i = 0\n"
                 "repeat i = i + 1; local x = s .. i until false",
                 "3: more than 50 million steps: is there a loop that does not end?");
    expect_error("local t = {}\nrepeat table.insert(t, 1, 1) until false", steps);
    expect_error("local s = ('a'):rep(1000000)\ns = s .. s",
                 "2: a text may have at most 1048576 bytes");
    expect_error("\nlocal s = tostring({})", "2: a table has no text");
    expect_error("\nlocal s = ('%p'):format('x')",
                 "2: string.format: %p shows an address, which no two runs share");
    expect_error("\nlocal s = ('\\0%p'):format('x')",
                 "2: string.format: %p shows an address, which no two runs share");
    expect_error("\nlocal s = ('\\0%s'):format({})", "2: a table has no text");
    expect_error("\nstring.format('%d', 1.5)",
                 "2: bad argument #2 to 'format' (number has no integer representation)");
    expect_error("\ntable.sort { 1, 'x' }",
                 "2: table.sort: a number cannot be compared with a string");
    expect_error("\nfor _ in ipairs(nil) do end",
                 "2: bad argument #1 to 'ipairs' (table expected, got nil)");
    expect_error("\nlocal s = ('%s'):format({})", "2: a table has no text");
    expect_error("\ntable.move({}, 1, 1 << 62, 2)", "2: table.move: at most 1000000 elements");
    expect_error("\nlocal x = param('x', {})",
                 "2: param x: the default must be a number, a text, true or false, not a table");
    char nested[512] = "local a\nlocal b = ";
    memset(nested + strlen(nested), '(', 300);
    expect_error(nested, "2: brackets or blocks are nested too deeply");
    expect_error("\xef\xbb\xbf\nerror('mine')", "2: mine");
    expect_error("\nlocal s = ('x').dump",
                 " the file returns nothing; expected return scenario { ... }");
    expect_error("\x1bLua", " is not a text file; compiled Lua is refused");
    expect_error("error({})", "1: error without a text");
    expect_error("error('mine', 0)", "1: mine");
    expect_error("\nfor _ in pairs { [{}] = 1 } do end", "2: pairs: a table as key has no order");
    expect_error("return load(1)", "1: load takes one table: load { ... }");
    expect_error("return load { type = 'pv' }",
                 "1: load{...} has a type of its own; leave `type` out");
    expect_error("\nreturn { x = day { 3 } }", "2: day{...} takes values with keys only");
    expect_error("\nreturn { x = 'a\\xff' }", " a text is not valid UTF-8");
    expect_error("return { [1.5] = 2 }",
                 " a table has a key that is neither a name nor a position");
    expect_error("return { x = '\\0' }", " a text holds a zero byte");
    expect_error("return { [1] = 1, [100000] = 1 }", " a list has holes");
    expect_error("local x <const> = 1; x = 2", "1: attempt to assign to const variable 'x'");
}

static void constructors_copy_their_table(void **state)
{
    (void)state;
    lg_scenario *s =
        fixture_read_text("x.lua", "local t, homes = { avg_power_W = 5 }, { name = 'G' }\n"
                                   "for i = 1, 3 do t.name = 'L' .. i; homes[i] = load(t) end\n"
                                   "return scenario { grid = area(homes) }\n");
    assert_int_equal(s->site.asset_count, 3);
    assert_string_equal(s->site.assets[0].name, "L1");
    assert_string_equal(s->site.assets[2].name, "L3");
    assert_ptr_equal(s->site.assets[0].params, s->site.assets[2].params);
    assert_string_equal(s->name, "x");
    lg_scenario_free(s);
}

static void nil_and_false_children_are_left_out(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "x.lua", "return scenario { grid = area { name = 'G', nil, false,\n"
                 "load { name = 'L', avg_power_W = 1 }, nil, pv { name = 'PV' } } }\n");
    assert_int_equal(s->site.asset_count, 2);
    lg_scenario_free(s);
}

static void params_take_settings(void **state)
{
    (void)state;
    const char *path = fixture_write(
        "x.lua", "local n = param('n', 2, 'how many')\n"
                 "local on = param('on', false)\n"
                 "local word = param('word', 'a')\n"
                 "local none = param('none')\n"
                 "local t = { name = 'G' }\n"
                 "for i = 1, n do t[i] = load { name = 'L' .. i, avg_power_W = 1 } end\n"
                 "return scenario { description = tostring(on) .. word .. tostring(none) .. n,\n"
                 "  grid = area(t) }\n");
    lg_scenario_input input = fixture_input(path);
    lg_scenario *s = fixture_read(&input);
    assert_string_equal(s->description, "falseanil2");
    lg_scenario_free(s);
    const lg_setting settings[] = {{"n", "3"}, {"on", "true"}, {"word", "b"}, {"none", "c"}};
    input.settings = settings;
    input.setting_count = 4;
    s = fixture_read(&input);
    assert_string_equal(s->description, "truebc3");
    assert_int_equal(s->site.asset_count, 3);
    lg_scenario_free(s);
    const lg_setting wrong[] = {{"n", "many"}};
    input.settings = wrong;
    input.setting_count = 1;
    fixture_refuse(&input, "x.lua:1: --set n=many: expected a number, like 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_goes_by_sorted_keys),
        cmocka_unit_test(sort_is_stable),
        cmocka_unit_test(strings_work),
        cmocka_unit_test(what_is_not_there_err),
        cmocka_unit_test(traps_err),
        cmocka_unit_test(constructors_copy_their_table),
        cmocka_unit_test(nil_and_false_children_are_left_out),
        cmocka_unit_test(params_take_settings),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
