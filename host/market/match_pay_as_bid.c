/* Two-sided, the buyer pays its bid. Offers are visited from dear to cheap, and each takes the best
 * bids that it crosses: so a dear offer gets the bid that only it needs, and the traded volume is
 * large. The walk is that of the reference, bid by bid and offer by offer, but nothing that cannot
 * trade is visited: an offer from outside only meets bids of this market and an outside bid only
 * its offers, since both being outside they are one party. */
#include "market/own_bids.h"

#define NO_KEY UINT64_MAX /* after all others: a sequence is never 0 */

/* The key of a position; NO_KEY where there is none. */
static uint64_t key_at(const struct lg__own_bids *bids, uint32_t i)
{
    return i < bids->count ? bids->list[i].key : NO_KEY;
}

/* Trades one offer with the best bids it crosses, until nothing is left of either. */
static lg_status fill(lg_market *m, uint32_t area, const struct lg__pick *offer,
                      struct lg__own_bids *bids, struct lg__outside *outside)
{
    struct lg__order *o = &m->orders[offer->order];
    bool looks_out = offer->party != LG__OUTSIDE && outside->count;
    while (o->energy_uwh > 0) {
        uint32_t i = lg__best_own(m, bids, offer->party);
        uint64_t key = key_at(bids, i);
        uint32_t bid = key == NO_KEY ? LG_NONE : bids->list[i].order;
        struct lg__pick other;
        if (looks_out && lg__outside_peek(m, outside, &other) && other.key < key) {
            key = other.key;
            bid = other.order;
        }
        if (key == NO_KEY ||
            offer->rate_uct - lg__key_rate(true, key) > m->rules.rate_tolerance_uct)
            return LG_OK;
        struct lg__order *b = &m->orders[bid];
        lg_status status = lg__trade(m, area, bid, offer->order,
                                     lg_min64(o->energy_uwh, b->energy_uwh), b->rate_uct);
        if (status != LG_OK)
            return status;
    }
    return LG_OK;
}

/* Opens both walks and finds the best rates, own or outside; LG__NO_RATE when there are none. */
static lg_status best_rates(lg_market *m, uint32_t area, struct lg__outside *bids,
                            struct lg__outside *offers, int64_t *bid, int64_t *offer)
{
    struct lg__pick pick;
    *bid = m->books[area].lane[LG_BID].best_uct;
    *offer = m->books[area].lane[LG_OFFER].best_uct;
    lg_status status = lg__outside_open(m, bids, area, LG_BID);
    if (status == LG_OK)
        status = lg__outside_open(m, offers, area, LG_OFFER);
    if (status == LG_OK && lg__outside_peek(m, bids, &pick) && pick.rate_uct > *bid)
        *bid = pick.rate_uct;
    if (status != LG_OK)
        return status;
    /* the cheapest outside offer is last in visiting order: leave own bids unfiltered when there
     * are any */
    lg__outside_limit(m, offers, LG_RATE_MAX_UCT);
    if (lg__outside_peek(m, offers, &pick))
        *offer = 0;
    return LG_OK;
}

lg_status lg__match_pay_as_bid(lg_market *m, uint32_t area)
{
    struct lg__outside bids_outside, offers_outside;
    int64_t best_bid, best_offer;
    int64_t tolerance = m->rules.rate_tolerance_uct;
    lg_status status = best_rates(m, area, &bids_outside, &offers_outside, &best_bid, &best_offer);
    if (status != LG_OK || best_bid == LG__NO_RATE || best_offer == LG__NO_RATE)
        return status;
    status = lg__gather(m, area, LG_BID, best_offer - tolerance);
    if (status == LG_OK)
        status = lg__gather(m, area, LG_OFFER, best_bid + tolerance);
    struct lg__own_bids bids = {.list = m->own[LG_BID], .count = m->own_count[LG_BID]};
    uint32_t next = 0;
    while (status == LG_OK) {
        struct lg__pick own, other;
        bool has_own = next < m->own_count[LG_OFFER], has_other = false;
        if (has_own) {
            const struct lg__candidate *c = &m->own[LG_OFFER][next];
            own = (struct lg__pick){.order = c->order,
                                    .party = c->party,
                                    .rate_uct = lg__key_rate(true, c->key),
                                    .key = c->key};
        }
        uint64_t top =
            offers_outside.count ? key_at(&bids, lg__best_own(m, &bids, LG__OUTSIDE)) : NO_KEY;
        if (top != NO_KEY) {
            lg__outside_limit(m, &offers_outside, lg__key_rate(true, top) + tolerance);
            has_other = lg__outside_peek(m, &offers_outside, &other);
        }
        if (!has_own && !has_other)
            break;
        if (has_own && (!has_other || own.key < other.key)) {
            status = fill(m, area, &own, &bids, &bids_outside);
            next++;
        } else {
            status = fill(m, area, &other, &bids, &bids_outside);
            lg__outside_pass(&offers_outside, &other);
        }
    }
    return status;
}
