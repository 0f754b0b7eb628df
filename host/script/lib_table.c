/* table: stock functions but for sort, which is stable here, and unpack, which has a limit. */
#include "script/state.h"

#include <lualib.h>

enum { SORT_MAX = 1000000, UNPACK_MAX = 250 };

/* Whether the value at index b comes before the one at index a; the comparison function is at 2 or
 * nil. */
static bool comes_before(lua_State *L, int b, int a)
{
    if (lua_isnil(L, 2))
        return lua_compare(L, b, a, LUA_OPLT);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, b < 0 ? b - 1 : b);
    lua_pushvalue(L, a < 0 ? a - 2 : a);
    lua_call(L, 2, 1);
    bool before = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return before;
}

/* Merges from[low, middle) and from[middle, high) into to. Tables are at absolute indices. */
static void merge(lua_State *L, int from, int to, lua_Integer low, lua_Integer middle,
                  lua_Integer high)
{
    lua_Integer left = low, right = middle;
    for (lua_Integer out = low; out < high; out++) {
        bool take_right;
        if (left >= middle)
            take_right = true;
        else if (right >= high)
            take_right = false;
        else {
            lua_rawgeti(L, from, left);
            lua_rawgeti(L, from, right);
            take_right = comes_before(L, -1, -2); /* equal ones keep their order */
            lua_pop(L, 2);
        }
        lua_rawgeti(L, from, take_right ? right++ : left++);
        lua_rawseti(L, to, out);
    }
}

/*
 * table.sort(t, before): stable merge sort, so that equal elements keep their order in every run.
 * Errors: more than a million elements; elements that cannot be compared.
 */
static int l_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer n = (lua_Integer)lua_rawlen(L, 1);
    if (n > SORT_MAX)
        return luaL_error(L, "table.sort: at most %d elements", SORT_MAX);
    if (n < 2)
        return 0;
    lua_createtable(L, (int)n, 0); /* 3 */
    int from = 1, to = 3;
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer low = 1; low <= n; low += 2 * width) {
            lua_Integer middle = low + width <= n + 1 ? low + width : n + 1;
            lua_Integer high = low + 2 * width <= n + 1 ? low + 2 * width : n + 1;
            merge(L, from, to, low, middle, high);
        }
        int swap = from;
        from = to;
        to = swap;
    }
    for (lua_Integer i = 1; from != 1 && i <= n; i++) {
        lua_rawgeti(L, from, i);
        lua_rawseti(L, 1, i);
    }
    return 0;
}

static int l_unpack(lua_State *L)
{
    lua_Integer first = luaL_optinteger(L, 2, 1);
    lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    if (first > last)
        return 0;
    if ((lua_Unsigned)last - (lua_Unsigned)first >= UNPACK_MAX)
        return luaL_error(L, "table.unpack: at most %d values", UNPACK_MAX);
    int n = (int)(last - first) + 1;
    luaL_checkstack(L, n, NULL);
    for (lua_Integer i = first; i < first + n; i++)
        lua_geti(L, 1, i);
    return n;
}

void lg__lib_table(lua_State *L)
{
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    lua_pushcfunction(L, l_sort);
    lua_setfield(L, -2, "sort");
    lua_pushcfunction(L, l_unpack);
    lua_setfield(L, -2, "unpack");
}
