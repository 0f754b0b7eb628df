/* host/script/records.h — filling the plain tables scripts are given */
#ifndef LG_SCRIPT_RECORDS_H
#define LG_SCRIPT_RECORDS_H

#include "script/state.h"

/** Makes the filled table on top one of @p kind. */
static inline void lg__record_seal(lua_State *L, lg__record_kind kind)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_RECORD + (int)kind);
    lua_setmetatable(L, -2);
}

/** Set a field of the table on top. */
static inline void lg__set_number(lua_State *L, const char *key, double value)
{
    lua_pushnumber(L, value);
    lua_setfield(L, -2, key);
}

static inline void lg__set_integer(lua_State *L, const char *key, uint64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
}

static inline void lg__set_text(lua_State *L, const char *key, const char *value)
{
    lua_pushstring(L, value);
    lua_setfield(L, -2, key);
}

#endif
