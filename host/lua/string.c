/*
 * string: stock functions but for format (no addresses), rep (a size is known before the work),
 * those with patterns (search.c) and dump (bytecode, left out).
 *
 * A stock function that is guarded here is called in the guard's own frame, as C calls C, and not
 * by lua_call: so its errors begin with the line of the script and name the function as the script
 * did. That works because stock library functions look at nothing but their arguments.
 *
 * Texts of Lua hold any byte, also zero: they are walked by their length.
 */
#include "lua/sandbox.h"

#include <lualib.h>
#include <math.h>
#include <string.h>
#include "lua/library.h"

void lg_lua_push_plain(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TNUMBER && isnan(lua_tonumber(L, index)))
        lua_pushliteral(L, "nan");
    else
        luaL_tolstring(L, index, NULL);
}

/* Makes argument @p index what the stock function may have for %@p letter. @return bytes that it
 * puts into the result at most, as far as that depends on the argument */
static size_t prepare(lua_State *L, int index, char letter)
{
    if (letter == 's') {
        lg__lua_rules(L)->push_text(L, index);
        lua_replace(L, index);
        return lua_rawlen(L, index);
    }
    if (letter == 'q' && lua_type(L, index) == LUA_TSTRING)
        return 4 * lua_rawlen(L, index); /* "\255" */
    if (letter && strchr("aAeEfFgG", letter) && isnan(lua_tonumber(L, index))) {
        lua_pushnumber(L, NAN);
        lua_replace(L, index);
    }
    return 0;
}

/*
 * string.format(fmt, ...): %s takes what tostring() says; %p is refused. The arguments are made
 * ready first and the stock function does the rest. Errors: also more than LG_LUA_FORMAT_MAX
 * arguments, and a result past the longest text (for %q, one that may be).
 */
static int l_format(lua_State *L)
{
    size_t size;
    const char *p = luaL_checklstring(L, 1, &size), *end = p + size;
    int argument = 1, top = lua_gettop(L);
    if (top > LG_LUA_FORMAT_MAX + 1)
        return luaL_error(L, "string.format: at most %d values", LG_LUA_FORMAT_MAX);
    while (p < end) {
        if (*p++ != '%')
            continue;
        if (p < end && *p == '%') {
            p++;
            continue;
        }
        while (p < end && *p && strchr("-+ #0123456789.", *p))
            p++;
        char letter = p < end ? *p++ : '\0';
        argument++;
        if (letter == 'p')
            return luaL_error(L, "string.format: %%p shows an address, which no two runs share");
        if (argument <= top)
            size += prepare(L, argument, letter);
        if (size > lg__lua_rules(L)->text_max)
            return lg__lua_too_long(L, "string.format");
    }
    lg__lua_rules(L)->charge(L, size / LG__BYTES_A_STEP);
    return lg__lua_stock(L);
}

/* string.rep(s, n, sep): refuses a result past the longest text before making it. */
static int l_rep(lua_State *L)
{
    size_t length, gap;
    lg__lua_plain_nans(L);
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2);
    const char *between = luaL_optlstring(L, 3, "", &gap);
    if (n <= 0 || length + gap == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((lua_Unsigned)n > lg__lua_rules(L)->text_max / (length + gap))
        return lg__lua_too_long(L, "string.rep");
    lg__lua_rules(L)->charge(L, (uint64_t)n + (length + gap) * (uint64_t)n / LG__BYTES_A_STEP);
    luaL_Buffer buffer;
    luaL_buffinitsize(L, &buffer, (length + gap) * (size_t)n);
    for (lua_Integer i = 0; i < n; i++) {
        if (i > 0)
            luaL_addlstring(&buffer, between, gap);
        luaL_addlstring(&buffer, text, length);
    }
    luaL_pushresult(&buffer);
    return 1;
}

/* A stock function whose work grows with the text it is given first. */
static int l_by_length(lua_State *L)
{
    size_t length = lua_type(L, 1) == LUA_TSTRING ? lua_rawlen(L, 1) : 0;
    lg__lua_rules(L)->charge(L, length / LG__BYTES_A_STEP);
    lg__lua_plain_nans(L);
    return lg__lua_stock(L);
}

static int l_cheap(lua_State *L)
{
    lg__lua_plain_nans(L);
    return lg__lua_stock(L);
}

static const luaL_Reg guarded[] = {
    {"byte", l_by_length},
    {"format", l_format},
    {"len", l_cheap},
    {"sub", l_cheap},
    {"lower", l_by_length},
    {"pack", l_by_length},
    {"packsize", l_by_length},
    {"reverse", l_by_length},
    {"upper", l_by_length},
    {"unpack", l_by_length},
    {NULL, NULL},
};
static const luaL_Reg ours[] = {{"rep", l_rep}, {NULL, NULL}};

void lg__lua_guard(lua_State *L, const luaL_Reg *guards, const lg_lua_rules *rules)
{
    for (; guards->name; guards++) {
        lg__lua_push_rules(L, rules);
        lua_getfield(L, -2, guards->name);
        lua_pushcclosure(L, guards->func, 2);
        lua_setfield(L, -2, guards->name);
    }
}

void lg__lua_add(lua_State *L, const luaL_Reg *functions, const lg_lua_rules *rules)
{
    lg__lua_push_rules(L, rules);
    luaL_setfuncs(L, functions, 1);
}

void lg_lua_remember(lua_State *L, const char *name)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

void lg_lua_string_open(lua_State *L, const lg_lua_rules *rules)
{
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    lg__lua_guard(L, guarded, rules);
    lg__lua_add(L, ours, rules);
    lg__lua_add(L, lg__search_functions, rules);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lg_lua_remember(L, "string");
    /* ("x"):upper() finds the same table, and nobody gets at its metatable */
    lua_pushliteral(L, "");
    if (lua_getmetatable(L, -1)) {
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}
