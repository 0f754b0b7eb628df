/* host/script/order.h — walking tables in an order that is the same in every run */
#ifndef LG_SCRIPT_ORDER_H
#define LG_SCRIPT_ORDER_H

#include <lua.h>

/**
 * What pairs() returns for the table at index 1, the only value on the stack. Keys come as they
 * stand when the walk begins; entries set to nil on the way are skipped, new ones are not met.
 */
int lg__order_pairs(lua_State *L);
/** What next() returns for the table at index 1 and the key at index 2. Walks the whole table:
 * O(n). */
int lg__order_next(lua_State *L);

#endif
