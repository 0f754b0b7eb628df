/* host/script/intraday.h — what the files of the library `trading` share: what a call says, and
 * rows that scripts are given */
#ifndef LG_SCRIPT_INTRADAY_H
#define LG_SCRIPT_INTRADAY_H

#include "script/tabled.h"

enum { LG__INTRADAY_COST = 20 }; /* of a row */

/** Thousandths of a number; @p wrong when it has more digits than that, which the market refuses.
 */
int64_t lg__intraday_thousandths(const lg__tabled *c, const char *key, int64_t absent,
                                 int64_t wrong);
/** The number of a word of a list; 0 when the key is absent. */
uint32_t lg__intraday_word(const lg__tabled *c, const char *key, const char *(*word_of)(uint32_t));
/** UINT32_MAX: absent, where it is not needed. */
uint32_t lg__intraday_area(const lg__tabled *c, bool needed);
/** One of its own. */
uint32_t lg__intraday_gridpool(const lg__tabled *c);
/** As scripts see thousandths. */
double lg__intraday_shown(int64_t thousandths);
/** Fields of the table on top; a price that is absent is left out. */
void lg__intraday_set_price(lua_State *L, const char *key, int64_t price);
/** Area, start, duration and slot of a period. */
void lg__intraday_set_period(const lg__tabled *c, uint32_t area, int64_t start_ms,
                             uint32_t minutes);
/** An order as a table. */
void lg__intraday_push_order(const lg__tabled *c, const lg_trading_order *o);

#endif
