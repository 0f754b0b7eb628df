/* host/app/deals.h — the last trades of each seat, for its owner
 */
#ifndef LG_APP_DEALS_H
#define LG_APP_DEALS_H

#include "desk/turn.h"
#include "grid/site.h"

/** Trades of a seat that are kept. */
#define LG_DEALS_KEPT 200

/** One side of a trade, as the seat has it: what it traded with stays the other side's. */
typedef struct lg_deal {
    uint32_t slot, tick, asset;
    bool buys;
    int64_t energy_uwh;
    int64_t price_uct; /* paid by the buyer or earned by the seller, all fees included */
} lg_deal;

typedef struct lg_deals lg_deals;

/** Of the agents of @p site, which is borrowed. NULL when exhausted. */
lg_deals *lg_deals_new(lg_mem *mem, const lg_site *site);
/** NULL is fine. */
void lg_deals_free(lg_deals *deals);
/** What to give to lg_turn_listen(). */
void lg_deals_listener(lg_deals *deals, lg_listener *listener);

/** How many trades of @p seat are kept; and the one at @p index, 0 is the oldest. */
uint32_t lg_deals_count(const lg_deals *deals, uint32_t seat);
const lg_deal *lg_deals_at(const lg_deals *deals, uint32_t seat, uint32_t index);

#endif
