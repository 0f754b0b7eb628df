/*
 * The C library's exp, log, sin, ... give other last bits on other processors, and a rate made with
 * them would give another scenario. They are replaced by ours; what remains of Lua's own (floor,
 * abs, max, sqrt, fmod, ...) is exact or rounded as IEEE says. math.pow stands in for the operator
 * `^`, which Lua computes with the C library unless the exponent is 2.
 */
#include "scenario/lua_math.h"

#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include "base/detmath.h"

static int l_random(lua_State *L)
{
    return luaL_error(L, "math.random is not for scenarios, which are the same at every reading; "
                         "what is drawn comes from the seed, in the drivers");
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

static int l_pow(lua_State *L)
{
    lua_pushnumber(L, lg_det_pow(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
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

void lg__lua_math(lua_State *L)
{
    static const luaL_Reg ours[] = {
        {"acos", l_acos}, {"asin", l_asin}, {"atan", l_atan}, {"cos", l_cos},
        {"exp", l_exp},   {"log", l_log},   {"pow", l_pow},   {"random", l_random},
        {"sin", l_sin},   {"tan", l_tan},   {NULL, NULL},
    };
    /* Not for scenarios; all but the first are there only where Lua is built to be compatible. */
    static const char *const gone[] = {"randomseed", "cosh", "sinh", "tanh", "log10"};
    luaL_requiref(L, "math", luaopen_math, 0);
    luaL_setfuncs(L, ours, 0);
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, gone[i]);
    }
}
