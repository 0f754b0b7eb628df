/* host/scenario/lua_require.h — require() of a scenario: what several of them have in common */
#ifndef LG_SCENARIO_LUA_REQUIRE_H
#define LG_SCENARIO_LUA_REQUIRE_H

#include <lua.h>

/** Adds require to the environment on top. May raise. */
void lg__require_open(lua_State *L);

#endif
