/* host/lua/state.h — a Lua state in which tables are the same in every process */
#ifndef LG_LUA_STATE_H
#define LG_LUA_STATE_H

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * lua_newstate() with a hash seed of ours. Lua draws its own from addresses and the time, and what
 * texts a table has as keys then decides when it grows: so the length `#t` of a list with gaps, and
 * the bytes that a script needs, differ from process to process.
 *
 * The seed has no door in Lua; it is set where this release of Lua keeps it, which is tried once a
 * process (lg_lua_is_seeded()). Tables with tables or functions as keys still grow by addresses.
 * @return NULL: exhausted
 */
lua_State *lg_lua_newstate(lua_Alloc alloc, void *ud, uint32_t seed);

/** Whether seeds are set: not with a release of Lua whose inside is not known. */
bool lg_lua_is_seeded(void);

#endif
