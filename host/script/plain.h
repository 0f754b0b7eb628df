/* host/script/plain.h — plain data of a script as bytes: what outlives the state it was made in */
#ifndef LG_SCRIPT_PLAIN_H
#define LG_SCRIPT_PLAIN_H

#include <lua.h>
#include "base/text.h"

/** How deep tables may be nested, and how many bytes all of it may have. */
#define LG_PLAIN_DEPTH_MAX 16
#define LG_PLAIN_SIZE_MAX  (64 * 1024)

/**
 * Appends the table at @p index to @p out: numbers, texts, booleans and tables of them, with whole
 * numbers and texts as keys. The bytes depend on what the table says alone, not on how it came to
 * be. A table that stands in two places becomes two. Anything else is left out, and @p left says
 * so: "state.seen[3].f is a function: not carried over". Raises with the place when @p left is
 * NULL, and when it is too much. Call protected.
 * @param name  what to call the table: "state"
 */
void lg__plain_write(lua_State *L, int index, const char *name, lg_text *out, lg_text *left);
/** Pushes the table that the bytes are. Raises when they are none. Call protected. */
void lg__plain_push(lua_State *L, const char *bytes, size_t size);
/** Appends the keys of the table that the bytes are: "soc_target, seen". At most @p most of them,
 * then "...". */
void lg__plain_keys(const char *bytes, size_t size, uint32_t most, lg_text *out);

#endif
