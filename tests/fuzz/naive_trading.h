/* tests/fuzz/naive_trading.h — the intraday market again, as plainly as it can be said
 *
 * Orders lie in one array; whoever trades next is found by looking at all of them. It knows one
 * delivery period and two areas, connected or not, lets own orders trade, and tells what happened
 * as text, which the market must give too.
 */
#ifndef LG_FUZZ_NAIVE_TRADING_H
#define LG_FUZZ_NAIVE_TRADING_H

#include "trading/trading.h"

enum { NAIVE_ORDERS = 400 };

typedef struct naive_order {
    int side, type, execution, area;
    int64_t price, stop, delta, display, open, quantity, shown, valid_until_ms;
    uint64_t seq;
    int state;
    bool resting;
} naive_order;

typedef struct naive_trading {
    naive_order orders[NAIVE_ORDERS];
    int count;
    uint64_t seq;
    int64_t last[2], low[2], high[2];
    int64_t capacity[2], flow; /* from area 0 to 1, and back */
    bool linked, flowed;
    uint64_t trades;
    char *text; /* what happened: trades as "quantity@price ", at most text_size with the end */
    size_t text_size;
} naive_trading;

/** Number of the new order, as the market numbers them: from 1 on. */
void naive_trading_create(naive_trading *n, const lg_trading_terms *terms);
/** Of an open order: price and quantity, when they are set. Terms that the market has taken. */
void naive_trading_update(naive_trading *n, int id, uint32_t set, const lg_trading_terms *terms);
void naive_trading_cancel(naive_trading *n, int id);
void naive_trading_expire(naive_trading *n, int64_t now_ms);

#endif
