/* string: no addresses behind a zero byte, errors that say where, work that is charged. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "box.h"

static void format_sees_behind_zero_bytes_err(void **state)
{
    lua_State *L = box_open();
    (void)state;
    static const char refused[] =
        "t:1: string.format: %p shows an address, which no two runs share";
    box_fails(L, "return string.format('\\0%p', {})", refused);
    box_fails(L, "return string.format('\\0\\0%-20p', {})", refused);
    box_fails(L, "return string.format('%%\\0%% %p', {})", refused);
    box_same(L, "return string.format('\\0%s|%%|%s', {}, 7):gsub('\\0', '0')", "0a table|%|7");
    box_fails(L, "return string.format('%\\0p', {})", "t:1: invalid conversion '%' to 'format'");
    lua_close(L);
}

/* 0/0 has its sign bit set on some processors and not on others. */
static void not_a_number_has_one_text(void **state)
{
    lua_State *L = box_open();
    (void)state;
    box_same(L, "return string.format('%s %f %.1f %g %5.1e|%a', 0/0, 0/0, -(0/0), 0/0, 0/0, 0/0)",
             "nan nan nan nan   nan|nan");
    box_same(L, "return string.format('%s %.1f %g', 1/0, -1/0, 1/0)", "inf -inf inf");
    box_same(L, "return table.concat({0/0, -(0/0), 1/0, 1, 2.5}, ' ')", "nan nan inf 1 2.5");
    box_same(L,
             "return table.concat({string.rep(0/0, 1), string.upper(0/0), string.len(0/0), "
             "string.reverse(-(0/0)), "
             "string.sub(0/0, 1), string.gsub('a', 'a', 0/0)}, ' ')",
             "nan NAN 3 nan nan nan 1");
    box_same(L,
             "return string.byte(string.pack('>d', 0/0), 1) .. ' ' .. "
             "string.byte(string.pack('>n', -(0/0)), 1)",
             "127 127");
    lua_close(L);
}

static void errors_say_line_and_name_err(void **state)
{
    lua_State *L = box_open();
    (void)state;
    box_fails(L, "\n string.format('%d', 1.5)",
              "t:2: bad argument #2 to 'format' (number has no integer representation)");
    box_fails(L, "string.format('%.2f', nil)",
              "t:1: bad argument #2 to 'format' (number expected, got nil)");
    box_fails(L, "string.format('%d')", "t:1: bad argument #2 to 'format' (no value)");
    box_fails(L, "('x'):rep(1 << 21)", "t:1: string.rep: a text may have at most 1048576 bytes");
    box_same(L, "return select(2, pcall(string.format, '%d', 1.5))",
             "bad argument #2 to 'string.format' (number has no integer representation)");
    assert_int_equal(box_sweep(L, "string"), 16);
    lua_close(L);
}

/* 100,000 bytes at 16 a step are 6,250; patterns take at least a step a place. */
static void work_is_charged(void **state)
{
    lua_State *L = box_open();
    (void)state;
    assert_int_equal(box_cost(L, "big = ('a'):rep(100000)"), 106250);
    assert_int_equal(box_cost(L, "big:find('b', 1, true)"), 6250);
    assert_int_equal(box_cost(L, "big:find('b')"), 6250);
    assert_int_equal(box_cost(L, "big:upper()"), 6250);
    assert_int_equal(box_cost(L, "string.format('x')"), 0);
    assert_true(box_cost(L, "big:find('[b]')") > 100000);
    assert_true(box_cost(L, "for _ in big:gmatch('b%a') do end") > 100000);
    assert_true(box_cost(L, "big:gsub('%d', '')") > 100000);
    assert_true(box_cost(L, "big:find('a', 1, true)") <= 6250);
    lua_close(L);
}

static void patterns_are_bounded_err(void **state)
{
    lua_State *L = box_open();
    (void)state;
    static const char complex[] = "t:1: pattern too complex: more than 1000000 steps";
    box_fails(L, "('a'):rep(3000):find('\\0?a-a-a-a-a-b')", complex);
    box_fails(L, "('('):rep(250000):find('%b()')", complex);
    lua_close(L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format_sees_behind_zero_bytes_err),
        cmocka_unit_test(not_a_number_has_one_text),
        cmocka_unit_test(errors_say_line_and_name_err),
        cmocka_unit_test(work_is_charged),
        cmocka_unit_test(patterns_are_bounded_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
