/*
 * Stock Lua walks a table in the order of its hashes, which differs from run to run. Here whole
 * numbers come first, ascending, then texts by their bytes, then assets and markets by their place
 * in the site; other keys have no order of their own and are refused. A plain list is recognised
 * and walked by index; for any other table the keys are sorted when the walk begins.
 */
#include "script/order.h"

#include <string.h>
#include "base/sort.h"
#include "script/state.h"

typedef struct order_key {
    int rank;       /* 0 whole number, 1 text, 2 handle */
    uint32_t place; /* in the list of keys */
    lua_Integer number;
    const char *text; /* held by the table itself */
    size_t length;
} order_key;

static int compare(const void *left, const void *right)
{
    const order_key *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->rank != 1)
        return a->number < b->number ? -1 : a->number > b->number;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static _Noreturn void raise_fraction(lua_State *L, double number)
{
    luaL_error(L,
               "pairs: the key %f is not a whole number; such keys have no place in the order that "
               "runs must share",
               number);
    __builtin_unreachable();
}

static _Noreturn void raise_type(lua_State *L, int type)
{
    luaL_error(L,
               "pairs: a %s as key has no place in the order that runs must share; use whole "
               "numbers, texts, assets or markets as keys",
               lua_typename(L, type));
    __builtin_unreachable();
}

/* The key at index as a sortable. @return false: it has no order */
static bool key_at(lua_State *L, int index, order_key *key)
{
    *key = (order_key){0};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        key->number = lua_tointeger(L, index);
        return lua_isinteger(L, index);
    case LUA_TSTRING:
        key->rank = 1;
        key->text = lua_tolstring(L, index, &key->length);
        return true;
    case LUA_TUSERDATA: {
        const lg__handle *handle = lg__to_handle(L, index);
        key->rank = 2;
        key->number = ((lua_Integer)handle->kind << 40) | handle->index;
        return true;
    }
    default:
        return false;
    }
}

/* Some keys of the table at index 1 have no order: raises for the same one of them in every run,
 * whatever order they stand in. */
static _Noreturn void raise_key(lua_State *L)
{
    order_key key;
    bool fraction = false;
    double least = 0;
    int type = LUA_NUMTYPES;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        int of_key = lua_type(L, -2);
        if (key_at(L, -2, &key))
            continue;
        if (of_key == LUA_TNUMBER && (!fraction || lua_tonumber(L, -2) < least)) {
            least = lua_tonumber(L, -2);
            fraction = true;
        } else if (of_key != LUA_TNUMBER && of_key < type) {
            type = of_key;
        }
    }
    if (fraction)
        raise_fraction(L, least);
    raise_type(L, type);
}

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

/* Leaves the list of keys at index 2 and returns how many there are. */
static uint32_t gather(lua_State *L, order_key **keys)
{
    uint32_t count = 0, n = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        count++;
    lua_createtable(L, (int)count, 0);                            /* 2 */
    *keys = lua_newuserdatauv(L, (count + 1) * sizeof **keys, 0); /* 3 */
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (!key_at(L, -2, &(*keys)[n]))
            raise_key(L);
        (*keys)[n].place = n + 1;
        lua_pushvalue(L, -2);
        lua_rawseti(L, 2, (lua_Integer)++n);
    }
    return n;
}

/* n log n comparisons, and the walks before. */
static void charge_sort(lua_State *L, uint32_t count)
{
    uint64_t units = count;
    for (uint32_t rest = count; rest > 1; rest /= 2)
        units += count;
    lg__charge(L, units);
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
    order_key *keys;
    uint32_t count = gather(L, &keys);
    charge_sort(L, count);
    lg_sort(keys, count, sizeof *keys, compare);
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

int lg__order_next(lua_State *L)
{
    bool from_start = lua_isnil(L, 2), found = false;
    uint64_t units = 0;
    order_key key, after = {0}, best = {0};
    if (!from_start && !key_at(L, 2, &after)) {
        if (lua_type(L, 2) == LUA_TNUMBER)
            raise_fraction(L, lua_tonumber(L, 2));
        raise_type(L, lua_type(L, 2));
    }
    lua_settop(L, 2);
    lua_pushnil(L); /* 3: the best key so far */
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        units++;
        if (!key_at(L, -2, &key))
            raise_key(L);
        if ((from_start || compare(&key, &after) > 0) && (!found || compare(&key, &best) < 0)) {
            best = key;
            found = true;
            lua_pushvalue(L, -2);
            lua_replace(L, 3);
        }
    }
    lg__charge(L, units);
    if (!found)
        return 1;
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}
