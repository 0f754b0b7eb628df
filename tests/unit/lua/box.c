/* The rules of this sandbox count and let everything happen. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "box.h"
#include "lua/sandbox.h"

uint64_t box_charged;

static void charge(lua_State *L, uint64_t steps)
{
    (void)L;
    box_charged += steps;
}

static void push_text(lua_State *L, int index)
{
    if (lua_istable(L, index))
        lua_pushliteral(L, "a table");
    else
        lg_lua_push_plain(L, index);
}

static void check_changeable(lua_State *L, int index, const char *name)
{
    (void)name;
    luaL_checktype(L, index, LUA_TTABLE);
}

static const lg_lua_rules rules = {
    .text_max = LG_LUA_TEXT_MAX,
    .charge = charge,
    .push_text = push_text,
    .check_changeable = check_changeable,
};

lua_State *box_open(void)
{
    lua_State *L = luaL_newstate();
    assert_non_null(L);
    luaL_requiref(L, "_G", luaopen_base, 1);
    lg_lua_string_open(L, &rules);
    lua_setglobal(L, "string");
    lg_lua_table_open(L, &rules);
    lua_setglobal(L, "table");
    lua_settop(L, 0);
    box_charged = 0;
    return L;
}

static int run(lua_State *L, const char *source)
{
    lua_settop(L, 0);
    int status = luaL_loadbufferx(L, source, strlen(source), "=t", "t");
    return status == LUA_OK ? lua_pcall(L, 0, 1, 0) : status;
}

void box_same(lua_State *L, const char *source, const char *expected)
{
    run(L, source);
    assert_string_equal(lua_tostring(L, -1), expected);
}

void box_fails(lua_State *L, const char *source, const char *expected)
{
    assert_int_equal(run(L, source), LUA_ERRRUN);
    assert_string_equal(lua_tostring(L, -1), expected);
}

uint64_t box_cost(lua_State *L, const char *source)
{
    box_charged = 0;
    if (run(L, source) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    return box_charged;
}

static void try_call(lua_State *L, const char *library, const char *name, const char *arguments)
{
    char source[256], quoted[64], dotted[64];
    snprintf(source, sizeof source, "\nlocal t = {}\n%s.%s(%s)", library, name, arguments);
    snprintf(quoted, sizeof quoted, "'%s'", name);
    snprintf(dotted, sizeof dotted, "%s.%s", library, name);
    if (run(L, source) == LUA_OK)
        return;
    const char *message = lua_tostring(L, -1);
    bool named = strstr(message, quoted) || strstr(message, dotted);
    bool pattern = strstr(message, "capture") || strstr(message, "pattern") ||
                   strstr(message, "format option");
    if (strncmp(message, "t:3: ", 5) != 0 || (!named && !pattern))
        fail_msg("%s.%s(%s) says: %s", library, name, arguments, message);
}

int box_sweep(lua_State *L, const char *name)
{
    static const char *const arguments[] = {
        "",      "nil",      "t",           "t, t",      "t, 5, 1",         "t, 1, 2, 3",
        "{}, 7", "{1, 'x'}", "{1, {}}",     "'x', t",    "'%d', 1.5",       "'%.2f', nil",
        "'%',1", "'(', '('", "'x', '[a'",   "'x', 'x'",  "'x', 1 << 40",    "{}, 1, 1 << 40",
        "1.5",   "{}, 'x'",  "'x', 1, 1.5", "'x', '%9'", "{1}, 1, 5, true", "true, true, true",
    };
    char names[32][32];
    int count = 0;
    lua_settop(L, 0);
    lua_getglobal(L, name);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        snprintf(names[count++], sizeof names[0], "%s", lua_tostring(L, -2));
    for (int i = 0; i < count; i++)
        for (size_t a = 0; a < sizeof arguments / sizeof arguments[0]; a++)
            try_call(L, name, names[i], arguments[a]);
    return count;
}
