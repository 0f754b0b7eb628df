/* table: lengths that change under the hand, limits, errors that say where, work that is charged.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "box.h"

static void functions_do_as_in_stock_lua(void **state)
{
    lua_State *L = box_open();
    (void)state;
    box_same(L,
             "local t = {1, 2, 4} table.insert(t, 5) table.insert(t, 3, 3) table.insert(t, 1, 0)\n"
             "return table.concat(t, ' ')",
             "0 1 2 3 4 5");
    box_same(L,
             "local t = {1, 2, 3, 4} local a, b = table.remove(t, 2), table.remove(t)\n"
             "return table.concat({a, b, '|', table.unpack(t)}, ' ')",
             "2 4 | 1 3");
    box_same(L, "return tostring(table.remove({})) .. tostring(table.remove({}, 0))", "nilnil");
    box_same(L, "local t = {1, 2} return table.remove(t, 3) == nil and #t", "2");
    box_same(L, "return table.concat(table.move({1, 2, 3}, 2, 3, 1), ' ')", "2 3 3");
    box_same(L, "local t = {3, 1, 2} table.sort(t) return table.concat(t)", "123");
    box_same(L,
             "local t = setmetatable({}, {__lt = function(a, b) return a.n < b.n end})\n"
             "local m = getmetatable(t)\n"
             "local l = {setmetatable({n = 2}, m), setmetatable({n = 1}, m)}\n"
             "table.sort(l) return l[1].n .. l[2].n",
             "12");
    lua_close(L);
}

/* A length that grows at every look must not make a loop in C longer than its check. */
static void a_length_is_asked_for_once(void **state)
{
    lua_State *L = box_open();
    (void)state;
    static const char list[] = "asked = 0\n"
                               "list = setmetatable({}, {__len = function() asked = asked + 1\n"
                               "  return asked == 1 and 3 or 1 << 40 end})";
    static const char *const calls[] = {
        "table.insert(list, 1, 5)", "table.insert(list, 5)",     "table.remove(list, 1)",
        "table.remove(list)",       "table.unpack(list)",        "table.sort(list)",
        "table.concat(list)",       "table.move(list, 1, 3, 2)",
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        box_cost(L, list);
        lua_settop(L, 0);
        luaL_loadstring(L, calls[i]);
        lua_pcall(L, 0, 0, 0); /* concat finds nothing at 1; the others end well */
        lua_getglobal(L, "asked");
        assert_true(lua_tointeger(L, -1) <= 1);
    }
    lua_close(L);
}

static void limits_err(void **state)
{
    lua_State *L = box_open();
    (void)state;
    static const char long_list[] =
        "long = setmetatable({}, {__len = function() return 1 << 40 end})";
    box_cost(L, long_list);
    box_fails(L, "table.insert(long, 1, 5)", "t:1: table.insert: at most 1000000 elements");
    box_fails(L, "table.remove(long, 1)", "t:1: table.remove: at most 1000000 elements");
    box_fails(L, "table.concat(long)", "t:1: table.concat: at most 1000000 elements");
    box_fails(L, "table.unpack(long)", "t:1: table.unpack: at most 250 values");
    box_fails(L, "table.move({}, 1, 1 << 62, 2)", "t:1: table.move: at most 1000000 elements");
    box_fails(L,
              "table.insert(setmetatable({}, {__len = function() return -5 end}), -(1 << 40), 1)",
              "t:1: table.insert: at most 1000000 elements");
    lua_close(L);
}

static void errors_say_line_and_name_err(void **state)
{
    lua_State *L = box_open();
    (void)state;
    box_fails(L, "\ntable.insert({}, 5, 1)",
              "t:2: bad argument #2 to 'insert' (position out of bounds)");
    box_fails(
        L, "table.insert({}, 1, 2, 3)",
        "t:1: wrong number of arguments to 'insert': (table, value) or (table, place, value)");
    box_fails(L, "table.remove({}, 7)",
              "t:1: bad argument #2 to 'remove' (position out of bounds)");
    box_fails(L, "table.sort({1, 'x'})",
              "t:1: table.sort: a number cannot be compared with a string");
    box_fails(L, "table.sort({{}, {}})",
              "t:1: table.sort: a table cannot be compared with a table");
    box_fails(L, "table.concat({{}})",
              "t:1: invalid value (table) at index 1 in table for 'concat'");
    box_fails(L, "table.unpack(nil)", "t:1: bad argument #1 to 'unpack' (table expected, got nil)");
    assert_int_equal(box_sweep(L, "table"), 7);
    lua_close(L);
}

/* insert at 1 of n moves n elements. */
static void work_is_charged(void **state)
{
    lua_State *L = box_open();
    (void)state;
    box_cost(L, "t = {} for i = 1, 1000 do t[i] = i end");
    assert_int_equal(box_cost(L, "table.insert(t, 1, 0)"), 1001 - 1);
    assert_int_equal(box_cost(L, "table.insert(t, 0)"), 0);
    assert_int_equal(box_cost(L, "table.remove(t, 1)"), 1002);
    assert_int_equal(box_cost(L, "table.move(t, 1, 500, 2)"), 500);
    assert_int_equal(box_cost(L, "table.concat(t)"), 1001);
    assert_true(box_cost(L, "table.sort(t)") >= 5000);
    lua_close(L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_do_as_in_stock_lua),
        cmocka_unit_test(a_length_is_asked_for_once),
        cmocka_unit_test(limits_err),
        cmocka_unit_test(errors_say_line_and_name_err),
        cmocka_unit_test(work_is_charged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
