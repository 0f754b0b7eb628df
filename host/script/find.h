/* host/script/find.h — which asset or market an argument means */
#ifndef LG_SCRIPT_FIND_H
#define LG_SCRIPT_FIND_H

#include "script/state.h"

/** The index of the asset that the value at @p index means: a handle, a name or a UUID. Raises
 * otherwise. */
uint32_t lg__find_asset(lua_State *L, int index, const char *function);
uint32_t lg__find_market(lua_State *L, int index, const char *function);
/** The asset or market that the value at @p index means. Raises otherwise. */
const lg__handle *lg__find_either(lua_State *L, int index, const char *function);
/** Pushes the handle of that name or UUID; nil when there is none. */
void lg__find_push(lua_State *L, int index);

#endif
