/* tests/unit/lua/box.h — a bare state with both libraries, which counts what they charge */
#ifndef LG_TEST_LUA_BOX_H
#define LG_TEST_LUA_BOX_H

#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>

/** Steps charged since box_open(), of the state opened last. */
extern uint64_t box_charged;

/** A state with string, table, pcall, setmetatable, tostring and ipairs as stock Lua has them. */
lua_State *box_open(void);
/** Runs @p source as the chunk "t" and fails the test unless it returns the text @p expected. */
void box_same(lua_State *L, const char *source, const char *expected);
/** Runs @p source and fails the test unless it ends in the error @p expected. */
void box_fails(lua_State *L, const char *source, const char *expected);
/** What running @p source charges. */
uint64_t box_cost(lua_State *L, const char *source);
/** Calls each function of the library at @p name with no argument, and with tables: what fails
 * must say line and name; errors in patterns say what is wrong with those. @return how many
 * functions there are */
int box_sweep(lua_State *L, const char *name);

#endif
