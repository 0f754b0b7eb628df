/*
 * Tables of ours that scripts read and cannot change: grid, grid.batch, params, the libraries. What
 * a script holds is an empty table in front of the real one; reading goes through __index, which is
 * a table and so costs no call. The real table is never handed out, not even as the state of a
 * walk.
 */
#include "script/frozen.h"

#include "script/order.h"

/* Its address marks the metatables of fronts; no script can name such a key. */
static const char mark;

bool lg__thaw(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index))
        return false;
    bool frozen = lua_rawgetp(L, -1, &mark) != LUA_TNIL;
    lua_remove(L, -2);
    if (!frozen)
        lua_pop(L, 1);
    return frozen;
}

static int l_read_only(lua_State *L)
{
    const char *what = lua_tostring(L, lua_upvalueindex(1));
    if (lua_type(L, 2) == LUA_TSTRING)
        return luaL_error(L,
                          "%s cannot be changed: \"%s\" is not assigned; keep your own values in "
                          "`state`",
                          what, lua_tostring(L, 2));
    return luaL_error(L, "%s cannot be changed; keep your own values in `state`", what);
}

static int l_length(lua_State *L)
{
    lua_pushinteger(L, lg__thaw(L, 1) ? (lua_Integer)lua_rawlen(L, -1) : 0);
    return 1;
}

/* The walk goes over a copy, so that its state is not the real table. */
static int l_walk(lua_State *L)
{
    lua_settop(L, 1);
    lua_newtable(L); /* 2: the copy */
    uint64_t units = 0;
    if (lg__thaw(L, 1))
        for (lua_pushnil(L); lua_next(L, 3); units++) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, 2);
        }
    lg__charge(L, units);
    lua_settop(L, 2);
    lua_remove(L, 1);
    return lg__order_pairs(L);
}

void lg__freeze(lua_State *L, const char *what)
{
    int real = lua_gettop(L);
    luaL_checkstack(L, 6, NULL);
    lua_newtable(L);
    lua_createtable(L, 0, 6);
    lua_pushvalue(L, real);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, real);
    lua_rawsetp(L, -2, &mark);
    lua_pushstring(L, what);
    lua_pushcclosure(L, l_read_only, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, l_length);
    lua_setfield(L, -2, "__len");
    lua_pushcfunction(L, l_walk);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_replace(L, real);
}

int lg__rawget(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    if (lg__thaw(L, 1))
        lua_replace(L, 1);
    lua_rawget(L, 1);
    return 1;
}

int lg__rawset(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    lua_settop(L, 3);
    if (lg__thaw(L, 1))
        return luaL_error(L, "rawset: this table is read only; keep your own values in `state`");
    lua_rawset(L, 1);
    return 1;
}

int lg__rawlen(lua_State *L)
{
    luaL_argexpected(L, lua_istable(L, 1) || lua_type(L, 1) == LUA_TSTRING, 1, "table or string");
    lua_settop(L, 1);
    lg__thaw(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return 1;
}
