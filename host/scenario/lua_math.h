/* host/scenario/lua_math.h — math functions that say the same on every machine */
#ifndef LG_SCENARIO_LUA_MATH_H
#define LG_SCENARIO_LUA_MATH_H

#include <lua.h>

/** Pushes the table `math` of a scenario. May raise. */
void lg__lua_math(lua_State *L);

#endif
