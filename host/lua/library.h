/* host/lua/library.h — how the functions of string and table are made; for the files of this room
 *
 * Upvalue 1 of each is the lg_lua_rules of its sandbox, upvalue 2 of a guard the stock function.
 */
#ifndef LG_LUA_LIBRARY_H
#define LG_LUA_LIBRARY_H

#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include "lua/sandbox.h"

/** Bytes that are copied, compared or searched in the time of one instruction, carefully. */
#define LG__BYTES_A_STEP  16
#define LG__TEXT_TOO_LONG "a text may have at most %d bytes"

/** The rules of the function that runs. */
static inline const lg_lua_rules *lg__lua_rules(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

/** Raises what the function @p name says of a text that would be too long. */
static inline int lg__lua_too_long(lua_State *L, const char *name)
{
    return luaL_error(L, "%s: " LG__TEXT_TOO_LONG, name, (int)lg__lua_rules(L)->text_max);
}

/** Pushes @p rules as what becomes upvalue 1. */
static inline void lg__lua_push_rules(lua_State *L, const lg_lua_rules *rules)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)rules);
}

/** Goes on as the stock function of a guard, in the same frame. */
static inline int lg__lua_stock(lua_State *L)
{
    return lua_tocfunction(L, lua_upvalueindex(2))(L);
}

/** Gives NaN among the arguments the one form that is the same on every machine: as a text, and as
 * bytes, it has the sign that the processor happens to give it. */
static inline void lg__lua_plain_nans(lua_State *L)
{
    for (int i = lua_gettop(L); i > 0; i--)
        if (lua_type(L, i) == LUA_TNUMBER && isnan(lua_tonumber(L, i))) {
            lua_pushnumber(L, NAN);
            lua_replace(L, i);
        }
}

/** Puts each function of @p guards in front of the one of its name in the table on top. */
void lg__lua_guard(lua_State *L, const luaL_Reg *guards, const lg_lua_rules *rules);
/** Sets @p functions in the table on top. */
void lg__lua_add(lua_State *L, const luaL_Reg *functions, const lg_lua_rules *rules);

/** string.find, gmatch, gsub and match: search.c. */
extern const luaL_Reg lg__search_functions[];

#endif
