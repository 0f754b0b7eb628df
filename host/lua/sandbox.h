/* host/lua/sandbox.h — string and table for scenarios and scripts: what they may cost, and no
 * addresses */
#ifndef LG_LUA_SANDBOX_H
#define LG_LUA_SANDBOX_H

#include <lua.h>
#include <stddef.h>
#include <stdint.h>

/** Longest text a scenario may make, in bytes. */
#define LG_LUA_TEXT_MAX ((size_t)1 << 20)
/** Values that string.format takes behind its format. */
#define LG_LUA_FORMAT_MAX 64
/** Elements that one call of table.insert, remove, move or concat may walk over. */
#define LG_LUA_MOVE_MAX 1000000
/** Elements that table.sort takes. */
#define LG_LUA_SORT_MAX 1000000
/** Values that table.unpack gives. */
#define LG_LUA_UNPACK_MAX 250

/**
 * What a sandbox says about the libraries it opens. It outlives the state. Every function may
 * raise.
 */
typedef struct lg_lua_rules {
    /** Longest text that the libraries make, in bytes. */
    size_t text_max;
    /** Work in C is about to be done, or has been: so many steps, of about one instruction each. */
    void (*charge)(lua_State *L, uint64_t steps);
    /** Pushes what tostring() says of the value at @p index: never an address. */
    void (*push_text)(lua_State *L, int index);
    /** table.<name> is about to change the value at @p index; raises unless that is a table and may
     * be. */
    void (*check_changeable)(lua_State *L, int index, const char *name);
} lg_lua_rules;

/**
 * Pushes a string library: stock Lua's but for dump (left out), format (no addresses, NaN is
 * "nan"), rep (a size is known before the work) and the patterns (lua/pattern.h), all within
 * rules->text_max and charged by their work. Texts find it as their methods.
 */
void lg_lua_string_open(lua_State *L, const lg_lua_rules *rules);
/**
 * Pushes a table library: stock Lua's, with limits to what one call does, each length asked for
 * once, and a stable sort.
 */
void lg_lua_table_open(lua_State *L, const lg_lua_rules *rules);
/** Pushes a number, text, boolean or nil as text. NaN is "nan", which the C library writes with
 * the sign that the processor happens to give it. */
void lg_lua_push_plain(lua_State *L, int index);
/** Raises unless the value at @p index can be read by index. */
void lg_lua_check_indexable(lua_State *L, int index);
/** Notes the table on top as the library @p name, so that Lua finds names for messages. */
void lg_lua_remember(lua_State *L, const char *name);

#endif
