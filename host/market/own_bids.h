/* host/market/own_bids.h — the bids of one market as its offers ask for them, best first
 *
 * For rules in which an offer takes the best bids that are not its own party's. Finding them costs
 * a step a bid for all offers together: both positions only move forward.
 */
#ifndef LG_MARKET_OWN_BIDS_H
#define LG_MARKET_OWN_BIDS_H

#include "market/engine.h"

/* The bids of this market in visiting order, with the best living one and the best of another
 * party. */
struct lg__own_bids {
    const struct lg__candidate *list;
    uint32_t count, best, other;
};

static inline bool lg__own_dead(const lg_market *m, const struct lg__own_bids *bids, uint32_t i)
{
    return m->orders[bids->list[i].order].energy_uwh == 0;
}

/* Both positions only ever move forward: when the best moves to another party, everything before
 * `other` was the old party's and is gone. */
static inline void lg__own_settle(const lg_market *m, struct lg__own_bids *bids)
{
    while (bids->best < bids->count && lg__own_dead(m, bids, bids->best))
        bids->best++;
    if (bids->best >= bids->count)
        return;
    if (bids->other <= bids->best)
        bids->other = bids->best + 1;
    uint32_t party = bids->list[bids->best].party;
    while (bids->other < bids->count &&
           (lg__own_dead(m, bids, bids->other) || bids->list[bids->other].party == party))
        bids->other++;
}

/* Position of the best living bid that is not @p party's; bids->count when there is none. */
static inline uint32_t lg__best_own(const lg_market *m, struct lg__own_bids *bids, uint32_t party)
{
    lg__own_settle(m, bids);
    uint32_t i = bids->best;
    if (i < bids->count && bids->list[i].party == party)
        i = bids->other;
    return i < bids->count ? i : bids->count;
}

#endif
