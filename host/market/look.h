/* host/market/look.h — the book of one market for those who look on: nothing of it is moved */
#ifndef LG_MARKET_LOOK_H
#define LG_MARKET_LOOK_H

#include "market/market.h"

/** An open order as one market sees it. */
typedef struct lg_seen {
    uint32_t asset; /* whose it is */
    uint32_t from;  /* area whose market it waits in: this one, or one above it */
    int64_t energy_uwh;
    int64_t rate_uct; /* in this market: what a buyer here would pay for an offer, and what a bid
                         leaves for a seller here; fees on the way included. A bid's may be below 0
                       */
} lg_seen;

/**
 * Copies the open orders of @p side that @p area sees, at most @p max, in no order: those in its
 * own market, from below too, and, @p above: those that wait in markets above it, whether they are
 * old enough to be seen here yet or not.
 * @return how many there are
 */
uint32_t lg_market_see(const lg_market *market, uint32_t area, lg_side side, bool above,
                       lg_seen *seen, uint32_t max);

#endif
