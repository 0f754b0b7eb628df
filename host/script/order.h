/* host/script/order.h — walking tables in an order that is the same in every run */
#ifndef LG_SCRIPT_ORDER_H
#define LG_SCRIPT_ORDER_H

#include <lua.h>

struct lg_agent;

/**
 * What pairs() returns for the table at index 1, the only value on the stack. Keys come as they
 * stand when the walk begins; entries set to nil on the way are skipped, new ones are not met.
 */
int lg__order_pairs(lua_State *L);
/**
 * The type of a key of the table at @p index that is no text, for messages: of several the lowest
 * one (LUA_TBOOLEAN ...), since the order in which stock Lua meets them is that of addresses.
 * LUA_TNONE: all keys are texts.
 */
int lg__order_odd_key(lua_State *L, int index);
/**
 * What next() returns for the table at index 1 and the key at index 2, the only values on the
 * stack. The first step of a walk looks at all keys, the second sorts them as pairs() does, and
 * those behind it cost what they are: one. From the second on new keys are not met.
 */
int lg__order_next(lua_State *L);
/** Makes room for what lg__order_next() keeps; before any script can run. */
void lg__order_open(lua_State *L);
/** Forgets the walks that are under way: the callback has ended. */
void lg__order_forget(struct lg_agent *agent);

#endif
