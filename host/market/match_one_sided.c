/* One-sided, pay-as-offer: only offers travel. A bid is its owner's limit: each buyer in turn takes
 * the cheapest offers it sees, from this market or above, as long as they cost no more. Who goes
 * first is drawn from the seed for each tick and area. */
#include "market/engine.h"

#define LG__DRAW_BUY UINT64_C(0x62757900) /* "buy": the purpose of this draw */

/* The offers of this market, cheapest first. */
struct own_offers {
    uint32_t head;
};

static bool cheapest_own(const lg_market *m, struct own_offers *own, uint32_t party,
                         struct lg__pick *pick)
{
    const struct lg__candidate *list = m->own[LG_OFFER];
    uint32_t count = m->own_count[LG_OFFER];
    while (own->head < count && m->orders[list[own->head].order].energy_uwh == 0)
        own->head++;
    uint32_t i = own->head;
    while (i < count && (list[i].party == party || m->orders[list[i].order].energy_uwh == 0))
        i++;
    if (i >= count)
        return false;
    *pick = (struct lg__pick){.order = list[i].order,
                              .party = list[i].party,
                              .rate_uct = lg__key_rate(false, list[i].key),
                              .key = list[i].key};
    return true;
}

/* Fills one limit order; @p once stops after a single offer. */
static lg_status buy(lg_market *m, uint32_t area, uint32_t bid, bool once, struct own_offers *own,
                     struct lg__outside *outside)
{
    uint32_t asset = m->orders[bid].asset;
    while (m->orders[bid].energy_uwh > 0) {
        struct lg__pick offer, other;
        bool found = cheapest_own(m, own, asset, &offer);
        if (lg__outside_peek(m, outside, &other) && (!found || other.key < offer.key)) {
            offer = other;
            found = true;
        }
        if (!found || offer.rate_uct > m->orders[bid].rate_uct + m->rules.rate_tolerance_uct)
            return LG_OK;
        lg_status status = lg__trade(
            m, area, bid, offer.order,
            lg_min64(m->orders[bid].energy_uwh, m->orders[offer.order].energy_uwh), offer.rate_uct);
        if (status != LG_OK || once)
            return status;
    }
    return LG_OK;
}

/* One buyer's turn: its limit orders, oldest first. */
static lg_status buy_all(lg_market *m, uint32_t area, uint32_t asset, struct own_offers *own,
                         struct lg__outside *outside)
{
    bool once = m->rules.compat_gsy && lg__consumes(m->role_of[asset]);
    uint64_t before = m->trades_total;
    lg_status status = LG_OK;
    for (uint32_t bid = m->first[LG_BID][asset]; bid != LG_NONE && status == LG_OK;) {
        uint32_t next = m->orders[bid].next;
        status = buy(m, area, bid, once, own, outside);
        bid = once && m->trades_total > before ? LG_NONE : next;
    }
    return status;
}

/* Opens the walks over all offers that cost at most @p limit_uct. */
static lg_status look(lg_market *m, uint32_t area, int64_t limit_uct, struct lg__outside *outside)
{
    lg_status status = lg__gather(m, area, LG_OFFER, limit_uct + m->rules.rate_tolerance_uct);
    return status == LG_OK ? lg__outside_open(m, outside, area, LG_OFFER) : status;
}

lg_status lg__buy(lg_market *m, uint32_t asset)
{
    struct lg__outside outside;
    struct own_offers own = {0};
    uint32_t area = m->area_of[asset];
    lg_status status = look(m, area, m->books[area].lane[LG_BID].best_uct, &outside);
    return status == LG_OK ? buy_all(m, area, asset, &own, &outside) : status;
}

lg_status lg__match_one_sided(lg_market *m, uint32_t area)
{
    const lg_area *a = &m->site->areas[area];
    struct lg__outside outside;
    struct own_offers own = {0};
    int64_t limit = m->books[area].lane[LG_BID].best_uct;
    if (limit == LG__NO_RATE || a->asset_count == 0)
        return LG_OK;
    lg_status status = look(m, area, limit, &outside);
    uint64_t draw = lg_rng(m->site->seed, LG__DRAW_BUY, lg__moment(m), area);
    uint32_t start = lg_rng_below(draw, a->asset_count);
    for (uint32_t i = 0; i < a->asset_count && status == LG_OK; i++) {
        uint32_t asset = a->asset_first + (start + i) % a->asset_count;
        status = buy_all(m, area, asset, &own, &outside);
    }
    return status;
}
