/*
 * Stock Lua walks a table in the order of its hashes, which differs from run to run. Here whole
 * numbers come first, ascending, then texts by their bytes, then assets and markets by their place
 * in the site; other keys have no order of their own and are refused. A plain list is recognised
 * and walked by index; for any other table the keys are sorted when the walk begins.
 */
#include "script/order.h"

#include "script/keys.h"
#include "script/state.h"

int lg__order_odd_key(lua_State *L, int index)
{
    int type = LUA_NUMTYPES;
    index = lua_absindex(L, index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        if (lua_type(L, -2) != LUA_TSTRING && lua_type(L, -2) < type)
            type = lua_type(L, -2);
    return type < LUA_NUMTYPES ? type : LUA_TNONE;
}

/* Walks 1..n of a list; upvalue 1 is n as it was. A script may call it with anything. */
static int l_list_step(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    lua_Integer i = lua_tointeger(L, 2), n = lua_tointeger(L, lua_upvalueindex(1));
    for (i = i < 0 ? 0 : i; i < n;) {
        lua_pushinteger(L, ++i);
        if (lua_rawgeti(L, 1, i) != LUA_TNIL)
            return 2;
        lua_settop(L, 2);
    }
    lua_pushnil(L);
    return 1;
}

/* Upvalues: the keys, their order (indices into them), the position. A script may call it with
 * anything. */
static int l_sorted_step(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    const uint32_t *order = lua_touserdata(L, lua_upvalueindex(2));
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
    lua_Integer n = (lua_Integer)order[0];
    for (; at < n; at++) {
        lua_rawgeti(L, lua_upvalueindex(1), (lua_Integer)order[at + 1]);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) {
            lua_pushinteger(L, at + 1);
            lua_replace(L, lua_upvalueindex(3));
            return 2;
        }
        lua_settop(L, 2);
    }
    lua_pushnil(L);
    return 1;
}

/* Whether stock order happens to be ours: whole numbers from 1 on, ascending, as the list part of a
 * table has them. A key in the hash part may stand anywhere, so all must be looked at. *last is the
 * largest. */
static bool is_list(lua_State *L, lua_Integer *last)
{
    *last = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) <= *last) {
            lua_settop(L, 1);
            return false;
        }
        *last = lua_tointeger(L, -2);
    }
    return *last <=
           2 * (lua_Integer)lua_rawlen(L, 1) + 8; /* else gaps would cost more than sorting */
}

int lg__order_pairs(lua_State *L)
{
    lua_Integer n;
    if (is_list(L, &n)) {
        lg__charge(L, (uint64_t)n);
        lua_pushinteger(L, n);
        lua_pushcclosure(L, l_list_step, 1);
        lua_pushvalue(L, 1);
        lua_pushinteger(L, 0);
        return 3;
    }
    lg__key *keys;
    uint32_t count = lg__keys_sorted(L, &keys);
    lua_pushvalue(L, 2);
    uint32_t *order = lua_newuserdatauv(L, (count + 1) * sizeof *order, 0);
    order[0] = count;
    for (uint32_t i = 0; i < count; i++)
        order[i + 1] = keys[i].place;
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, l_sorted_step, 3);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}
