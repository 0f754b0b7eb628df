/* The math library of scenarios: lua/math.h without random numbers. */
#include "scenario/lua_math.h"

#include <lauxlib.h>
#include "lua/math.h"

static int l_random(lua_State *L)
{
    return luaL_error(L, "math.random is not for scenarios, which are the same at every reading; "
                         "what is drawn comes from the seed, in the drivers");
}

void lg__lua_math(lua_State *L)
{
    lg_lua_math_open(L);
    lua_pushcfunction(L, l_random);
    lua_setfield(L, -2, "random");
}
