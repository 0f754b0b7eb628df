/*
 * math: the functions whose last bits differ between processors are ours (lunagrid/detmath.h, and
 * below), and random numbers are a function of seed, participant, callback and draw, so that one
 * script's draws never move another's.
 */
#include "script/state.h"

#include <lualib.h>
#include <math.h>
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

/* log(x): x = m * 2^k with m in [0.7, 1.4), 2 atanh((m - 1) / (m + 1)) as a series. */
static double det_log(double x)
{
    if (!(x > 0))
        return x == 0 ? -HUGE_VAL : NAN;
    if (x > 1.7976931348623157e308)
        return x;
    int k;
    double m = frexp(x, &k);
    if (m < 0.70710678118654752440) {
        m *= 2;
        k--;
    }
    double s = (m - 1) / (m + 1), square = s * s, sum = 0;
    for (int n = 27; n >= 1; n -= 2)
        sum = sum * square + 1.0 / n;
    return 2 * s * sum + k * 0.69314718055994530942;
}

/* atan(x): halved three times until small, then the series. */
static double det_atan(double x)
{
    if (x != x)
        return x;
    if (x < 0)
        return -det_atan(-x);
    if (x > 1)
        return LG_PI / 2 - det_atan(1 / x);
    for (int i = 0; i < 3; i++)
        x = x / (1 + sqrt(1 + x * x));
    double square = x * x, sum = 0;
    for (int n = 19; n >= 1; n -= 2)
        sum = 1.0 / n - sum * square;
    return 8 * x * sum;
}

static double det_atan2(double y, double x)
{
    if (x > 0)
        return det_atan(y / x);
    if (x < 0)
        return (y < 0 ? -LG_PI : LG_PI) + det_atan(y / x);
    return y == 0 ? 0 : y < 0 ? -LG_PI / 2 : LG_PI / 2;
}

static int l_exp(lua_State *L)
{
    lua_pushnumber(L, lg_det_exp(luaL_checknumber(L, 1)));
    return 1;
}

static int l_log(lua_State *L)
{
    double value = det_log(luaL_checknumber(L, 1));
    if (!lua_isnoneornil(L, 2))
        value /= det_log(luaL_checknumber(L, 2));
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
    lua_pushnumber(L, det_atan2(luaL_checknumber(L, 1), luaL_optnumber(L, 2, 1)));
    return 1;
}

static int l_asin(lua_State *L)
{
    double x = luaL_checknumber(L, 1);
    lua_pushnumber(L, x > 1 || x < -1 ? NAN : det_atan2(x, sqrt(1 - x * x)));
    return 1;
}

static int l_acos(lua_State *L)
{
    double x = luaL_checknumber(L, 1);
    lua_pushnumber(L, x > 1 || x < -1 ? NAN : det_atan2(sqrt(1 - x * x), x));
    return 1;
}

static const luaL_Reg ours[] = {
    {"acos", l_acos}, {"asin", l_asin}, {"atan", l_atan},     {"cos", l_cos},
    {"exp", l_exp},   {"log", l_log},   {"random", l_random}, {"randomseed", l_randomseed},
    {"sin", l_sin},   {"tan", l_tan},   {NULL, NULL},
};

void lg__lib_math(lua_State *L)
{
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    luaL_setfuncs(L, ours, 0);
}
