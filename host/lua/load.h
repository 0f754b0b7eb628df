/* host/lua/load.h — Lua text made a function, with a line for every error */
#ifndef LG_LUA_LOAD_H
#define LG_LUA_LOAD_H

#include <lua.h>
#include <stddef.h>

/** What to say, behind the line, when lg_lua_load() gives LUA_ERRRUN. */
#define LG_LUA_TOO_DEEP "brackets or blocks are nested too deeply"

/**
 * Loads @p size bytes of @p text as the chunk @p name; bytecode is refused. Like lua_load() it
 * raises nothing and pushes a function or a message.
 * @return LUA_OK, LUA_ERRSYNTAX or LUA_ERRMEM; LUA_ERRRUN when the text is nested too deeply: that
 * message of Lua's is without a place, and *line is about where it was
 */
int lg_lua_load(lua_State *L, const char *text, size_t size, const char *name, int *line);

#endif
