/* Two-sided, one clearing rate a market and tick (the two-curve rule of the reference,
 * section 5.3): the lowest bid rate at which supply reaches demand, else the highest bid rate that
 * meets any offer. From outside come only orders that could trade, and only as much as the other
 * side of this market could take: more would not move the crossing point, since outside bids and
 * offers never meet here. */
#include "market/engine.h"

/* Adds outside orders of @p side until their energy reaches @p energy; best first. */
static lg_status add_outside(lg_market *m, uint32_t area, lg_side side, int64_t limit_uct,
                             __int128 energy)
{
    struct lg__outside outside;
    struct lg__pick pick;
    lg_status status = lg__outside_open(m, &outside, area, side);
    while (status == LG_OK && energy > 0 && lg__outside_peek(m, &outside, &pick)) {
        if (side == LG_OFFER ? pick.rate_uct > limit_uct : pick.rate_uct < limit_uct)
            break;
        if (!LG_GROW(m->mem, m->own[side], m->own_capacity[side], m->own_count[side] + 1))
            return LG_MEMORY;
        m->own[side][m->own_count[side]++] =
            (struct lg__candidate){.key = pick.key, .order = pick.order, .party = LG__OUTSIDE};
        energy -= m->orders[pick.order].energy_uwh;
        lg__outside_pass(&outside, &pick);
    }
    return status;
}

static int64_t energy_of(const lg_market *m, const struct lg__candidate *c)
{
    return m->orders[c->order].energy_uwh;
}

/* Of a thousand who are without limit, offers add up to more than 64 bits hold. */
static __int128 total(const lg_market *m, lg_side side)
{
    __int128 sum = 0;
    for (uint32_t i = 0; i < m->own_count[side]; i++)
        sum += energy_of(m, &m->own[side][i]);
    return sum;
}

static int64_t within_64_bits(__int128 energy)
{
    return energy < INT64_MAX ? (int64_t)energy : INT64_MAX;
}

/* Clearing rate and energy of the gathered curves; false when nothing crosses. */
static bool clear(const lg_market *m, int64_t *rate_uct, int64_t *energy_uwh)
{
    const struct lg__candidate *bids = m->own[LG_BID], *offers = m->own[LG_OFFER];
    uint32_t bid_count = m->own_count[LG_BID], offer_count = m->own_count[LG_OFFER];
    if (!bid_count || !offer_count)
        return false;
    int64_t highest = lg__key_rate(true, bids[0].key);
    __int128 demand = total(m, LG_BID), supply = 0;
    uint32_t next = 0;
    /* bids are sorted downwards: from the end on, demand is that of all bids at this rate or above
     */
    for (uint32_t i = bid_count; i-- > 0;) {
        int64_t rate = lg__key_rate(true, bids[i].key);
        while (next < offer_count && lg__key_rate(false, offers[next].key) <= rate)
            supply += energy_of(m, &offers[next++]);
        if (next > 0 && supply >= demand) {
            *rate_uct = rate;
            *energy_uwh = within_64_bits(demand);
            return true;
        }
        /* leave the bids of this rate together */
        demand -= energy_of(m, &bids[i]);
        while (i > 0 && lg__key_rate(true, bids[i - 1].key) == rate)
            demand -= energy_of(m, &bids[--i]);
    }
    *rate_uct = highest;
    *energy_uwh = within_64_bits(supply);
    return next > 0;
}

static int64_t buyer_rate(const lg_market *m, const struct lg__candidate *bid, int64_t rate_uct)
{
    int64_t original = m->orders[bid->order].rate_uct, here = lg__key_rate(true, bid->key);
    if (m->rules.fee_kind == LG_FEE_CONSTANT)
        return m->rules.compat_gsy ? original : rate_uct + (original - here);
    return here > 0 ? lg_muldiv(rate_uct, original, here) : 0;
}

/* Walks bids x offers at the clearing rate until its energy is used up; @p left_uwh is what of it
 * was not traded, since some of what crossed may not meet. */
static lg_status walk(lg_market *m, uint32_t area, int64_t rate_uct, int64_t energy_uwh,
                      int64_t *left_uwh)
{
    const struct lg__candidate *bids = m->own[LG_BID], *offers = m->own[LG_OFFER];
    uint32_t offer_count = m->own_count[LG_OFFER], best = 0, other = 0;
    for (uint32_t i = 0; i < m->own_count[LG_BID] && energy_uwh > 0; i++) {
        if (lg__key_rate(true, bids[i].key) < rate_uct)
            break;
        while (energy_uwh > 0 && energy_of(m, &bids[i]) > 0) {
            while (best < offer_count && energy_of(m, &offers[best]) == 0)
                best++;
            if (best < offer_count && other <= best)
                other = best + 1;
            while (best < offer_count && other < offer_count &&
                   (energy_of(m, &offers[other]) == 0 || offers[other].party == offers[best].party))
                other++;
            uint32_t j = best < offer_count && offers[best].party == bids[i].party ? other : best;
            if (j >= offer_count ||
                lg__key_rate(false, offers[j].key) > rate_uct + m->rules.rate_tolerance_uct)
                break;
            int64_t energy =
                lg_min64(energy_uwh, lg_min64(energy_of(m, &bids[i]), energy_of(m, &offers[j])));
            lg_status status = lg__trade(m, area, bids[i].order, offers[j].order, energy,
                                         buyer_rate(m, &bids[i], rate_uct));
            if (status != LG_OK)
                return status;
            energy_uwh -= energy;
        }
    }
    *left_uwh = energy_uwh;
    return LG_OK;
}

/* One clearing: gathers both curves, finds the crossing point, trades. */
static lg_status clear_once(lg_market *m, uint32_t area)
{
    const struct lg__book *book = &m->books[area];
    lg_status status = lg__gather(m, area, LG_BID, 0);
    if (status == LG_OK)
        status = lg__gather(m, area, LG_OFFER, LG_RATE_MAX_UCT);
    if (status != LG_OK)
        return status;
    uint32_t own_bids = m->own_count[LG_BID], own_offers = m->own_count[LG_OFFER];
    __int128 demand = total(m, LG_BID), supply = total(m, LG_OFFER);
    if (own_offers)
        status = add_outside(m, area, LG_BID, book->lane[LG_OFFER].best_uct, supply);
    if (own_bids && status == LG_OK)
        status = add_outside(m, area, LG_OFFER, book->lane[LG_BID].best_uct, demand);
    if (status == LG_OK && m->own_count[LG_BID] > own_bids)
        status = lg__sort(m, m->own[LG_BID], m->own_count[LG_BID]);
    if (status == LG_OK && m->own_count[LG_OFFER] > own_offers)
        status = lg__sort(m, m->own[LG_OFFER], m->own_count[LG_OFFER]);
    int64_t rate_uct, energy_uwh, left_uwh = 0;
    if (status != LG_OK || !clear(m, &rate_uct, &energy_uwh))
        return status;
    status = walk(m, area, rate_uct, energy_uwh, &left_uwh);
    if (status == LG_OK && m->sink.cleared && left_uwh < energy_uwh)
        m->sink.cleared(m->sink.ctx, area, m->slot, m->tick, rate_uct, energy_uwh - left_uwh);
    return status;
}

/* What a clearing leaves may cross again at a lower rate (the supply that its demand did not need),
 * so it is repeated until nothing trades, as on the reference. */
lg_status lg__match_pay_as_clear(lg_market *m, uint32_t area)
{
    for (;;) {
        uint64_t before = m->trades_total;
        lg_status status = clear_once(m, area);
        if (status != LG_OK || m->trades_total == before)
            return status;
    }
}
