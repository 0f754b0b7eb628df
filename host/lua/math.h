/* host/lua/math.h — Lua's math library with the same bits on every machine, for scenarios and
 * scripts */
#ifndef LG_LUA_MATH_H
#define LG_LUA_MATH_H

#include <lua.h>

/**
 * Pushes a math library whose exp, log, sin, cos, tan, asin, acos and atan are ours
 * (lunagrid/detmath.h, base/detmath.h), with pow(x, y) for the operator `^`, which Lua computes
 * with the C library. What remains of Lua's own (floor, abs, max, sqrt, fmod, ...) is exact or
 * rounded as IEEE says. random and randomseed are left out: who opens the library says what they
 * are. Raises when memory is exhausted.
 */
void lg_lua_math_open(lua_State *L);

#endif
