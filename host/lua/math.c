/* The C library picks variants of exp, log, sin ... by processor, and their last bits differ; a run
 * and a scenario must not. */
#include "lua/math.h"

#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include "base/detmath.h"
#include "lunagrid/detmath.h"

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

static const luaL_Reg ours[] = {
    {"acos", l_acos}, {"asin", l_asin}, {"atan", l_atan}, {"cos", l_cos}, {"exp", l_exp},
    {"log", l_log},   {"pow", l_pow},   {"sin", l_sin},   {"tan", l_tan}, {NULL, NULL},
};

/* Random numbers are their owner's; the others exist only in a Lua built to be compatible with
 * older ones. */
static const char *const gone[] = {"random", "randomseed", "cosh", "sinh", "tanh", "log10"};

void lg_lua_math_open(lua_State *L)
{
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    luaL_setfuncs(L, ours, 0);
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, gone[i]);
    }
}
