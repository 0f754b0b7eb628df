/*
 * next(t, key). A walk that is under way is kept, so that a step need not look at the whole table:
 * LG_SLOT_WALKS has its table and the sorted list of its keys, the agent where it stands. What a
 * callback leaves is forgotten when it ends.
 */
#include "script/order.h"

#include "script/keys.h"
#include "script/state.h"

enum { WALK_TABLE = 1, WALK_KEYS, WALK_STRIDE = 2 };

static lua_Integer slot_of(uint32_t walk, int what)
{
    return (lua_Integer)walk * WALK_STRIDE + what;
}

void lg__order_open(lua_State *L)
{
    lua_createtable(L, LG_WALKS_MAX * WALK_STRIDE, 0);
    for (lua_Integer i = 1; i <= LG_WALKS_MAX * WALK_STRIDE; i++) {
        lua_pushboolean(L, 0);
        lua_rawseti(L, -2, i);
    }
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_WALKS);
}

static void forget_walk(lua_State *L, int walks, uint32_t walk)
{
    for (int what = WALK_TABLE; what <= WALK_KEYS; what++) {
        lua_pushboolean(L, 0); /* its place stays, so this allocates nothing */
        lua_rawseti(L, walks, slot_of(walk, what));
    }
}

void lg__order_forget(lg_agent *agent)
{
    lua_State *L = agent->L;
    if (!agent->walking || !L)
        return;
    agent->walking = false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_WALKS);
    for (uint32_t i = 0; i < LG_WALKS_MAX; i++)
        forget_walk(L, lua_gettop(L), i);
    lua_pop(L, 1);
}

/* The walk over the table at index 1; LG_WALKS_MAX: there is none. */
static uint32_t find_walk(lua_State *L, int walks)
{
    for (uint32_t i = 0; i < LG_WALKS_MAX; i++) {
        lua_rawgeti(L, walks, slot_of(i, WALK_TABLE));
        bool found = lua_rawequal(L, -1, 1);
        lua_pop(L, 1);
        if (found)
            return i;
    }
    return LG_WALKS_MAX;
}

/* next(t): the first key. A walk from here on meets what is in the table by now. */
static int first(lua_State *L)
{
    lua_settop(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_WALKS); /* 2 */
    uint32_t walk = find_walk(L, 2);
    if (walk < LG_WALKS_MAX)
        forget_walk(L, 2, walk);
    if (lg__keys_first(L) == 0) /* 3 */
        return 1;
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}

/* How many of the keys are not behind @p after. */
static uint32_t count_until(const lg__key *keys, uint32_t count, const lg__key *after)
{
    uint32_t low = 0;
    for (uint32_t high = count; low < high;) {
        uint32_t middle = low + (high - low) / 2;
        if (lg__key_compare(&keys[middle], after) > 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Puts down the keys of the table at index 1, sorted: it is walked on behind @p after. */
static void begin_walk(lua_State *L, int walks, uint32_t walk, const lg__key *after)
{
    lg_agent *agent = lg__agent_of(L);
    lg__key *keys;
    int top = lua_gettop(L);
    uint32_t count = lg__keys_sorted(L, &keys);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, top + 1, (lua_Integer)keys[i].place);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_rawseti(L, walks, slot_of(walk, WALK_KEYS));
    lua_pushvalue(L, 1);
    lua_rawseti(L, walks, slot_of(walk, WALK_TABLE));
    agent->walks[walk].count = count;
    agent->walks[walk].at = count_until(keys, count, after);
    agent->walking = true;
    lua_settop(L, top);
}

/* Whether the walk stands at the key at index 2. */
static bool stands_at(lua_State *L, int walks, uint32_t walk)
{
    uint32_t at = lg__agent_of(L)->walks[walk].at;
    lua_rawgeti(L, walks, slot_of(walk, WALK_KEYS));
    lua_rawgeti(L, -1, (lua_Integer)at);
    bool here = lua_rawequal(L, -1, 2);
    lua_pop(L, 2);
    return here;
}

/* The next of its keys that still has a value. */
static int step(lua_State *L, int walks, uint32_t walk)
{
    lg_agent *agent = lg__agent_of(L);
    lua_rawgeti(L, walks, slot_of(walk, WALK_KEYS));
    int keys = lua_gettop(L);
    uint32_t count = agent->walks[walk].count, begun = agent->walks[walk].at;
    for (uint32_t at = begun + 1; at <= count; at++) {
        lua_rawgeti(L, keys, (lua_Integer)at);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) == LUA_TNIL) {
            lua_settop(L, keys);
            continue;
        }
        agent->walks[walk].at = at;
        lg__charge(L, at - begun - 1);
        return 2;
    }
    forget_walk(L, walks, walk);
    lg__charge(L, count - begun);
    lua_pushnil(L);
    return 1;
}

int lg__order_next(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    lg__key after;
    if (lua_isnil(L, 2))
        return first(L);
    if (!lg__key_at(L, 2, &after))
        lg__key_refuse(L, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_WALKS); /* 3 */
    uint32_t walk = find_walk(L, 3);
    bool known = walk < LG_WALKS_MAX && stands_at(L, 3, walk);
    if (walk == LG_WALKS_MAX)
        walk = agent->walk_next++ % LG_WALKS_MAX;
    if (!known)
        begin_walk(L, 3, walk, &after);
    return step(L, 3, walk);
}
