/* Keys of a table and their order: whole numbers, texts, assets and markets. */
#include "script/keys.h"

#include <string.h>
#include "base/sort.h"
#include "script/state.h"

int lg__key_compare(const void *left, const void *right)
{
    const lg__key *a = left, *b = right;
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

bool lg__key_at(lua_State *L, int index, lg__key *key)
{
    *key = (lg__key){0};
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

_Noreturn void lg__key_refuse(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TNUMBER)
        raise_fraction(L, lua_tonumber(L, index));
    raise_type(L, lua_type(L, index));
}

/* Some keys of the table at index 1 have no order: raises for the same one of them in every run,
 * whatever order they stand in. */
static _Noreturn void refuse_one(lua_State *L)
{
    lg__key key;
    bool fraction = false;
    double least = 0;
    int type = LUA_NUMTYPES;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        int of_key = lua_type(L, -2);
        if (lg__key_at(L, -2, &key))
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

/* Pushes the list of keys, and what holds them as sortables. */
static uint32_t gather(lua_State *L, lg__key **keys)
{
    uint32_t count = 0, n = 0;
    int list = lua_gettop(L) + 1;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        count++;
    lua_createtable(L, (int)count, 0);
    *keys = lua_newuserdatauv(L, (count + 1) * sizeof **keys, 0);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (!lg__key_at(L, -2, &(*keys)[n]))
            refuse_one(L);
        (*keys)[n].place = n + 1;
        lua_pushvalue(L, -2);
        lua_rawseti(L, list, (lua_Integer)++n);
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

uint32_t lg__keys_sorted(lua_State *L, lg__key **keys)
{
    uint32_t count = gather(L, keys);
    charge_sort(L, count);
    lg_sort(*keys, count, sizeof **keys, lg__key_compare);
    return count;
}

uint32_t lg__keys_first(lua_State *L)
{
    uint32_t count = 0;
    lg__key key, best = {0};
    lua_pushnil(L);
    int first = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (!lg__key_at(L, -2, &key))
            refuse_one(L);
        if (count++ > 0 && lg__key_compare(&key, &best) > 0)
            continue;
        best = key;
        lua_pushvalue(L, -2);
        lua_replace(L, first);
    }
    lg__charge(L, count);
    return count;
}
