/*
 * table: stock functions but for sort, which is stable here. C code cannot be interrupted, so what
 * walks over many elements has a limit, and refuses lists of ours before it begins.
 */
#include "script/state.h"

#include <lualib.h>
#include "script/frozen.h"

enum { SORT_MAX = 100000, MOVE_MAX = 1000000, UNPACK_MAX = 250 };

/* The table at index 1 is about to be changed. */
static void check_changeable(lua_State *L, int index, const char *name)
{
    static const char *const lists[] = {"assets", "markets", "assets of a market",
                                        "markets of a market"};
    if (lua_type(L, index) == LUA_TUSERDATA) {
        const lg__handle *handle = lg__to_handle(L, index);
        luaL_error(L, "table.%s: the list %s is read only; copy it into a table of your own first",
                   name, handle->kind == LG_HANDLE_LIST ? lists[handle->own] : "of an object");
    }
    luaL_checktype(L, index, LUA_TTABLE);
    if (lg__thaw(L, index))
        luaL_error(L, "table.%s: this table is read only; copy it into one of your own first",
                   name);
}

static void check_count(lua_State *L, lua_Integer first, lua_Integer last, const char *name)
{
    if (last >= first && (lua_Unsigned)last - (lua_Unsigned)first >= MOVE_MAX)
        luaL_error(L, "table.%s: at most %d elements", name, MOVE_MAX);
}

/* Calls the stock function (upvalue 1) with the arguments as they are. */
static int call_stock(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* table.insert(t, value), table.insert(t, place, value): at most a million elements move up. */
static int l_insert(lua_State *L)
{
    check_changeable(L, 1, "insert");
    if (lua_gettop(L) == 3 && lua_isinteger(L, 2))
        check_count(L, lua_tointeger(L, 2), luaL_len(L, 1), "insert");
    return call_stock(L);
}

/* table.remove(t, place): at most a million elements move down. */
static int l_remove(lua_State *L)
{
    check_changeable(L, 1, "remove");
    if (lua_gettop(L) >= 2 && lua_isinteger(L, 2))
        check_count(L, lua_tointeger(L, 2), luaL_len(L, 1), "remove");
    return call_stock(L);
}

/* table.move(a, first, last, to, b): at most a million elements. */
static int l_move(lua_State *L)
{
    check_changeable(L, lua_isnoneornil(L, 5) ? 1 : 5, "move");
    check_count(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), "move");
    return call_stock(L);
}

/* table.concat(t, separator, first, last): at most a million elements, and no longer than a text
 * may be. */
static int l_concat(lua_State *L)
{
    size_t gap, length;
    const char *between = luaL_optlstring(L, 2, "", &gap);
    lua_Integer first = luaL_optinteger(L, 3, 1);
    lua_Integer last = lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4);
    luaL_Buffer out;
    check_count(L, first, last, "concat");
    lua_settop(L, 2);
    luaL_buffinit(L, &out);
    for (lua_Integer i = first; i <= last; i++) {
        lua_geti(L, 1, i);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "invalid value (%s) at index %d in table for 'concat'",
                              luaL_typename(L, -1), (int)i);
        lua_tolstring(L, -1, &length);
        if (luaL_bufflen(&out) + length + gap > LG_STRING_MAX)
            return luaL_error(L, "table.concat: a text may have at most %d bytes",
                              (int)LG_STRING_MAX);
        luaL_addvalue(&out);
        if (i < last)
            luaL_addlstring(&out, between, gap);
        else
            break; /* the largest integer has no next */
    }
    luaL_pushresult(&out);
    return 1;
}

/* Whether the value at index b comes before the one at index a; the comparison function is at 2 or
 * nil. */
static bool comes_before(lua_State *L, int b, int a)
{
    if (lg__agent_of(L)->overrun) /* comparing long texts is no instruction of Lua's */
        lg__overrun_raise(L);
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
 * Errors: more than 100,000 elements; elements that cannot be compared; a list of ours.
 */
static int l_sort(lua_State *L)
{
    check_changeable(L, 1, "sort");
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
    static const luaL_Reg bounded[] = {
        {"insert", l_insert}, {"move", l_move}, {"remove", l_remove}, {NULL, NULL}};
    static const luaL_Reg ours[] = {
        {"concat", l_concat}, {"sort", l_sort}, {"unpack", l_unpack}, {NULL, NULL}};
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    for (const luaL_Reg *row = bounded; row->name; row++) {
        lua_getfield(L, -1, row->name);
        lua_pushcclosure(L, row->func, 1);
        lua_setfield(L, -2, row->name);
    }
    luaL_setfuncs(L, ours, 0);
}
