/*
 * math: the functions whose last bits differ between processors are ours (lunagrid/detmath.h and
 * base/detmath.h), and random numbers are a function of seed, participant, callback and draw, so
 * that one script's draws never move another's.
 */
#include "script/state.h"

#include <lualib.h>
#include <math.h>
#include "base/detmath.h"
#include "base/rng.h"
#include "lunagrid/detmath.h"

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

/* math.pow(x, y): what the operator is not, the same on every machine. */
static int l_pow(lua_State *L)
{
    lua_pushnumber(L, lg_det_pow(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
    return 1;
}

static int l_exp(lua_State *L)
{
    lua_pushnumber(L, lg_det_exp(luaL_checknumber(L, 1)));
    return 1;
}

static int l_log(lua_State *L)
{
    double value = lg_det_log(luaL_checknumber(L, 1));
    if (!lua_isnoneornil(L, 2))
        value /= lg_det_log(luaL_checknumber(L, 2));
    lua_pushnumber(L, value);
    return 1;
}

static int l_sin(lua_State *L)
{
    lua_pushnumber(L, lg_det_sin(luaL_checknumber(L, 1)));
    return 1;
}

static int l_cos(lua_State *L)
{
    lua_pushnumber(L, lg_det_cos(luaL_checknumber(L, 1)));
    return 1;
}

static int l_tan(lua_State *L)
{
    double x = luaL_checknumber(L, 1);
    lua_pushnumber(L, lg_det_sin(x) / lg_det_cos(x));
    return 1;
}

static int l_atan(lua_State *L)
{
    lua_pushnumber(L, lg_det_atan2(luaL_checknumber(L, 1), luaL_optnumber(L, 2, 1)));
    return 1;
}

static int l_asin(lua_State *L)
{
    double x = luaL_checknumber(L, 1);
    lua_pushnumber(L, x > 1 || x < -1 ? NAN : lg_det_atan2(x, sqrt(1 - x * x)));
    return 1;
}

static int l_acos(lua_State *L)
{
    double x = luaL_checknumber(L, 1);
    lua_pushnumber(L, x > 1 || x < -1 ? NAN : lg_det_atan2(sqrt(1 - x * x), x));
    return 1;
}

static const luaL_Reg ours[] = {
    {"acos", l_acos},
    {"asin", l_asin},
    {"atan", l_atan},
    {"cos", l_cos},
    {"exp", l_exp},
    {"log", l_log},
    {"pow", l_pow},
    {"random", l_random},
    {"sin", l_sin},
    {"tan", l_tan},
    {"randomseed", l_randomseed},
    {NULL, NULL},
};

/* What a Lua that is built to be compatible with older ones has besides, from the C library. */
static const char *const old[] = {"cosh", "log10", "sinh", "tanh"};

void lg__lib_math(lua_State *L)
{
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    luaL_setfuncs(L, ours, 0);
    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, old[i]);
    }
}
