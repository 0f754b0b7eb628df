/* Work that no step counts ends by time, and nothing else does. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <lauxlib.h>
#include <string.h>
#include "scenario/lua_sandbox.h"

static int run(lua_State *L)
{
    const char *source = lua_touserdata(L, 1);
    if (luaL_loadbufferx(L, source, strlen(source), LG__CHUNK, "t") != LUA_OK)
        return lua_error(L);
    lg__sandbox_env(L);
    lua_setupvalue(L, 2, 1);
    lua_call(L, 0, 0);
    return 0;
}

/* Runs @p source, which must end in the error @p expected. */
static void expect_error(double seconds, const char *source, const char *expected)
{
    lg__sandbox box;
    assert_true(lg__sandbox_open(&box, lg_mem_system(), NULL));
    if (seconds > 0)
        box.seconds_max = seconds;
    lua_pushcfunction(box.L, run);
    lua_pushlightuserdata(box.L, (void *)(uintptr_t)source);
    assert_int_equal(lua_pcall(box.L, 1, 0, 0), LUA_ERRRUN);
    assert_string_equal(lua_tostring(box.L, -1), expected);
    lg__sandbox_close(&box);
}

/* Each comparison walks over a million bytes that are equal. */
static void uncounted_work_ends_by_time_err(void **state)
{
    (void)state;
    expect_error(0.1,
                 "local a = ('x'):rep(1000000)\n"
                 "local b = a:sub(1, -2) .. 'x'\n"
                 "repeat until a ~= b",
                 "more than 0.1 s of processor time: is there a loop that does not "
                 "end?");
}

static void steps_end_before_the_time_err(void **state)
{
    (void)state;
    expect_error(0, "repeat until false",
                 "more than 50 million steps: is there a loop that does not end?");
}

/* Half of what is made is garbage, so a collection at the limit always finds a little, and a little
 * less each time. */
static void full_memory_ends_after_few_collections_err(void **state)
{
    (void)state;
    lg__sandbox box;
    assert_true(lg__sandbox_open(&box, lg_mem_system(), NULL));
    box.bytes_max = (size_t)8 << 20;
    lua_pushcfunction(box.L, run);
    lua_pushlightuserdata(box.L, (void *)(uintptr_t) "local kept, n = nil, 0\n"
                                                     "while true do\n"
                                                     "  local dropped = { 'a', 'b' }\n"
                                                     "  kept = { kept, #dropped }\n"
                                                     "end");
    assert_int_equal(lua_pcall(box.L, 1, 0, 0), LUA_ERRMEM);
    assert_true(box.over_bytes);
    assert_in_range(box.collections, 1, 4);
    lg__sandbox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uncounted_work_ends_by_time_err),
        cmocka_unit_test(steps_end_before_the_time_err),
        cmocka_unit_test(full_memory_ends_after_few_collections_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
