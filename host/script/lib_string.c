/*
 * string: stock functions but for format (no addresses), rep (a size is known before the work),
 * those with patterns (lib_pattern.c) and dump (bytecode, left out).
 */
#include "script/state.h"

#include <lualib.h>
#include <string.h>

/*
 * string.format(fmt, ...): %s takes what tostring() says; %p is refused. The arguments are made
 * texts first and the stock function (upvalue 1) does the rest.
 */
static int l_format(lua_State *L)
{
    const char *format = luaL_checkstring(L, 1);
    int argument = 1, top = lua_gettop(L);
    for (const char *p = format; *p; p++) {
        if (*p != '%')
            continue;
        if (*++p == '%')
            continue;
        p += strspn(p, "-+ #0123456789.");
        argument++;
        if (*p == 'p')
            return luaL_error(L, "string.format: %%p shows an address, which no two runs share");
        if (*p == 's' && argument <= top) {
            lg__tostring(L, argument, NULL);
            lua_replace(L, argument);
        }
        if (!*p)
            break;
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, top, 1);
    return 1;
}

/* string.rep(s, n, sep): refuses a result past the longest text before making it. */
static int l_rep(lua_State *L)
{
    size_t length, gap;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2);
    const char *between = luaL_optlstring(L, 3, "", &gap);
    if (n <= 0 || length + gap == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((lua_Unsigned)n > LG_STRING_MAX / (length + gap))
        return luaL_error(L, "string.rep: a text may have at most %d bytes", (int)LG_STRING_MAX);
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

void lg__lib_string(lua_State *L)
{
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, l_format, 1);
    lua_setfield(L, -2, "format");
    lua_pushcfunction(L, l_rep);
    lua_setfield(L, -2, "rep");
    luaL_setfuncs(L, lg__pattern_functions, 0);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lua_pushliteral(L,
                    ""); /* ("x"):upper() finds the same table, and nobody gets at its metatable */
    if (lua_getmetatable(L, -1)) {
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}
