/* host/script/frozen.h — tables that scripts can read and not change */
#ifndef LG_SCRIPT_FROZEN_H
#define LG_SCRIPT_FROZEN_H

#include "script/state.h"

/** Puts a read-only front in the place of the table on top; @p what names it in errors. */
void lg__freeze(lua_State *L, const char *what);
/** Pushes the table behind the front at @p index. @return false: it is no front, nothing is pushed
 */
bool lg__thaw(lua_State *L, int index);
/** rawget, rawset and rawlen as scripts have them: the first and last see what is behind a front,
 * rawset refuses fronts. */
int lg__rawget(lua_State *L);
int lg__rawset(lua_State *L);
int lg__rawlen(lua_State *L);

#endif
