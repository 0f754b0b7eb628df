/*
 * math: lua/math.h, and random numbers that are a function of seed, participant, callback and draw,
 * so that one script's draws never move another's.
 */
#include "script/state.h"

#include "base/rng.h"
#include "lua/math.h"

static uint64_t draw(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    return lg_rng(agent->input.seed, UINT64_C(0x6c7561) << 32 | lg_desk_index(agent->desk),
                  agent->calls, agent->draws++);
}

/* math.random(): [0, 1); math.random(n): 1..n; math.random(m, n): m..n. */
static int l_random(lua_State *L)
{
    uint64_t bits = draw(L);
    lua_Integer low = 1, high;
    switch (lua_gettop(L)) {
    case 0:
        lua_pushnumber(L, lg_rng_unit(bits));
        return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        break;
    case 2:
        low = luaL_checkinteger(L, 1);
        high = luaL_checkinteger(L, 2);
        break;
    default:
        return luaL_error(L, "math.random takes at most two numbers");
    }
    luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
    uint64_t span = (uint64_t)high - (uint64_t)low; /* values less one */
    if (span != UINT64_MAX)
        bits = (uint64_t)(((unsigned __int128)bits * (span + 1)) >> 64);
    lua_pushinteger(L, (lua_Integer)((uint64_t)low + bits));
    return 1;
}

static int l_randomseed(lua_State *L)
{
    return luaL_error(L, "math.randomseed is not available: the seed is that of the run (--seed)");
}

static const luaL_Reg ours[] = {
    {"random", l_random},
    {"randomseed", l_randomseed},
    {NULL, NULL},
};

void lg__lib_math(lua_State *L)
{
    lg_lua_math_open(L);
    luaL_setfuncs(L, ours, 0);
}
