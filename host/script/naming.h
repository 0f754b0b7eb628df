/* host/script/naming.h — what it costs Lua to name a variable in an error
 *
 * "attempt to index a nil value (field 'b')": to find that name Lua 5.4 goes through the
 * instructions of the function from its begin, and for each link of a chain x.a.a.b once more. The
 * count hook sees nothing of it. So the links are limited where a text is loaded, and whoever
 * catches an error is charged for the function it was in.
 */
#ifndef LG_SCRIPT_NAMING_H
#define LG_SCRIPT_NAMING_H

#include "base/mem.h"

struct lua_State;

/**
 * The most fields that are read one behind the other in an expression of @p text, valid Lua: 3 of
 * a.b[i].c, whose line goes to *line. What calls give begins anew. @return UINT32_MAX: exhausted
 */
uint32_t lg__naming_links(lg_mem *mem, const char *text, size_t size, int *line);

/** The units that an error in @p L has cost, or could have: where it lies is still on its stack.
 * Allocates nothing and raises nothing. */
uint64_t lg__naming_units(struct lua_State *L);

#endif
