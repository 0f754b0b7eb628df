/*
 * table: stock functions but for sort, which is stable here. C code cannot be interrupted, so what
 * walks over many elements has a limit, is charged, and asks for a length only once: a metamethod
 * may answer differently the second time.
 */
#include "lua/sandbox.h"

#include <lualib.h>
#include <stdbool.h>
#include "lua/library.h"

/* Raises unless @p index has elements to read: a table, or an object that acts like one. */
static void check_readable(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TTABLE)
        return;
    if (lua_type(L, index) == LUA_TUSERDATA && luaL_getmetafield(L, index, "__len") != LUA_TNIL)
        lua_pop(L, 1);
    else
        luaL_typeerror(L, index, "table");
}

void lg_lua_check_indexable(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TTABLE)
        return;
    if (luaL_getmetafield(L, index, "__index") == LUA_TNIL)
        luaL_typeerror(L, index, "table");
    lua_pop(L, 1);
}

/* Charges the walk from first to last, which may not be too long. */
static void check_count(lua_State *L, lua_Integer first, lua_Integer last, const char *name)
{
    if (last < first)
        return;
    if ((lua_Unsigned)last - (lua_Unsigned)first >= LG_LUA_MOVE_MAX)
        luaL_error(L, "table.%s: at most %d elements", name, LG_LUA_MOVE_MAX);
    lg__lua_rules(L)->charge(L, (lua_Unsigned)last - (lua_Unsigned)first + 1);
}

static void check_place(lua_State *L, bool inside)
{
    luaL_argcheck(L, inside, 2, "position out of bounds");
}

/* table.insert(t, value), table.insert(t, place, value): at most a million elements move up. */
static int l_insert(lua_State *L)
{
    int arguments = lua_gettop(L);
    lg__lua_rules(L)->check_changeable(L, 1, "insert");
    if (arguments != 2 && arguments != 3)
        return luaL_error(L, "wrong number of arguments to 'insert': (table, value) or (table, "
                             "place, value)");
    lua_Integer last = luaL_len(L, 1);
    lua_Integer end = (lua_Integer)((lua_Unsigned)last + 1), place = end;
    if (arguments == 3) {
        place = luaL_checkinteger(L, 2);
        check_place(L, (lua_Unsigned)place - 1 < (lua_Unsigned)end);
        check_count(L, place, last, "insert");
    }
    for (lua_Integer i = end; i > place; i--) {
        lua_geti(L, 1, i - 1);
        lua_seti(L, 1, i);
    }
    lua_seti(L, 1, place);
    return 0;
}

/* table.remove(t, place): at most a million elements move down. */
static int l_remove(lua_State *L)
{
    lg__lua_rules(L)->check_changeable(L, 1, "remove");
    lua_Integer last = luaL_len(L, 1), place = luaL_optinteger(L, 2, last);
    if (place != last)
        check_place(L, (lua_Unsigned)place - 1 <= (lua_Unsigned)last);
    check_count(L, place, last, "remove");
    lua_settop(L, 1);
    lua_geti(L, 1, place);
    for (; place < last; place++) {
        lua_geti(L, 1, place + 1);
        lua_seti(L, 1, place);
    }
    lua_pushnil(L);
    lua_seti(L, 1, place);
    return 1;
}

/* table.move(a, first, last, to, b): at most a million elements. */
static int l_move(lua_State *L)
{
    check_readable(L, 1);
    lg__lua_rules(L)->check_changeable(L, lua_isnoneornil(L, 5) ? 1 : 5, "move");
    check_count(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), "move");
    return lg__lua_stock(L);
}

/* table.concat(t, separator, first, last): at most a million elements, and no longer than a text
 * may be. */
static int l_concat(lua_State *L)
{
    size_t gap, length;
    check_readable(L, 1);
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
            return luaL_error(L, "invalid value (%s) at index %I in table for 'concat'",
                              luaL_typename(L, -1), (LUAI_UACINT)i);
        if (lua_type(L, -1) == LUA_TNUMBER) {
            lg_lua_push_plain(L, -1);
            lua_remove(L, -2);
        }
        lua_tolstring(L, -1, &length);
        if (luaL_bufflen(&out) + length + gap > lg__lua_rules(L)->text_max)
            return lg__lua_too_long(L, "table.concat");
        luaL_addvalue(&out);
        if (i < last)
            luaL_addlstring(&out, between, gap);
        else
            break; /* the largest integer has no next */
    }
    luaL_pushresult(&out);
    return 1;
}

/* Raises unless a < b means something; Lua's own message would not say where. */
static void check_order(lua_State *L, int b, int a)
{
    int kind = lua_type(L, a), other = lua_type(L, b);
    if (kind == other && (kind == LUA_TNUMBER || kind == LUA_TSTRING))
        return;
    if (luaL_getmetafield(L, a, "__lt") == LUA_TNIL && luaL_getmetafield(L, b, "__lt") == LUA_TNIL)
        luaL_error(L, "table.sort: a %s cannot be compared with a %s", luaL_typename(L, a),
                   luaL_typename(L, b));
    lua_pop(L, 1);
}

/* Whether the value at absolute index b comes before the one at a; the comparison function is at 2
 * or nil. */
static bool comes_before(lua_State *L, int b, int a)
{
    /* comparing long texts is no instruction of Lua's */
    size_t length = lua_type(L, b) == LUA_TSTRING ? lua_rawlen(L, b) : 0;
    lg__lua_rules(L)->charge(L, 1 + length / LG__BYTES_A_STEP);
    if (lua_isnil(L, 2)) {
        check_order(L, b, a);
        return lua_compare(L, b, a, LUA_OPLT);
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, b);
    lua_pushvalue(L, a);
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
            int top = lua_gettop(L);
            take_right = comes_before(L, top, top - 1); /* equal ones keep their order */
            lua_pop(L, 2);
        }
        lua_rawgeti(L, from, take_right ? right++ : left++);
        lua_rawseti(L, to, out);
    }
}

/*
 * table.sort(t, before): stable merge sort, so that equal elements keep their order in every run.
 * Errors: more than LG_LUA_SORT_MAX elements; elements that cannot be compared; a list of ours.
 */
static int l_sort(lua_State *L)
{
    lg__lua_rules(L)->check_changeable(L, 1, "sort");
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer n = (lua_Integer)lua_rawlen(L, 1);
    if (n > LG_LUA_SORT_MAX)
        return luaL_error(L, "table.sort: at most %d elements", LG_LUA_SORT_MAX);
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

/* table.unpack(t, first, last): at most 250 values. */
static int l_unpack(lua_State *L)
{
    check_readable(L, 1);
    lua_Integer first = luaL_optinteger(L, 2, 1);
    lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    if (first > last)
        return 0;
    if ((lua_Unsigned)last - (lua_Unsigned)first >= LG_LUA_UNPACK_MAX)
        return luaL_error(L, "table.unpack: at most %d values", LG_LUA_UNPACK_MAX);
    int n = (int)(last - first) + 1;
    luaL_checkstack(L, n, NULL);
    for (lua_Integer i = first; i < first + n; i++)
        lua_geti(L, 1, i);
    return n;
}

static const luaL_Reg guarded[] = {{"move", l_move}, {NULL, NULL}};
static const luaL_Reg ours[] = {
    {"concat", l_concat}, {"insert", l_insert}, {"remove", l_remove},
    {"sort", l_sort},     {"unpack", l_unpack}, {NULL, NULL},
};

void lg_lua_table_open(lua_State *L, const lg_lua_rules *rules)
{
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    lg__lua_guard(L, guarded, rules);
    lg__lua_add(L, ours, rules);
    lg_lua_remember(L, "table");
}
