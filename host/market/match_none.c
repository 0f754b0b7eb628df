/* The base case: no local market. Nothing is forwarded, so what is bought and sold in a market is
 * of its own assets: behind a home's meter its panels serve its loads, the buyer paying its bid.
 * What is left is traded with the utility (buses and market makers, wherever they lie) as if each
 * home had one of its own: at the utility's own rate, with the grid fees of all markets on the way.
 * A utility that is cut off or out of energy serves nobody. */
#include "market/own_bids.h"

static bool is_utility(const lg_market *m, uint32_t asset)
{
    return m->role_of[asset] == LG_ROLE_BUS || m->role_of[asset] == LG_ROLE_MARKET_MAKER;
}

static lg_status find_utilities(lg_market *m)
{
    m->utility_count = 0;
    for (uint32_t i = 0; i < m->site->asset_count; i++) {
        if (!is_utility(m, i) ||
            (m->first[LG_BID][i] == LG_NONE && m->first[LG_OFFER][i] == LG_NONE))
            continue;
        if (!LG_GROW(m->mem, m->utilities, m->utility_capacity, m->utility_count + 1))
            return LG_MEMORY;
        m->utilities[m->utility_count++] = i;
    }
    return LG_OK;
}

/* The fees of all markets between two, both included; false when the way is cut. */
static bool way(const lg_market *m, uint32_t from, uint32_t to, int64_t *fees)
{
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    uint32_t count = lg_site_path(m->site, from, to, path), top = path[0];
    *fees = 0;
    for (uint32_t i = 0; i < count; i++) {
        *fees = lg_add(*fees, m->books[path[i]].fee);
        if (m->site->areas[path[i]].depth < m->site->areas[top].depth)
            top = path[i];
    }
    for (uint32_t i = 0; i < count; i++)
        if (path[i] != top && !lg_market_connected(m, path[i]))
            return false;
    return true;
}

/* What a buyer pays for an offer of @p rate_uct with fees of @p fees on the way. */
static int64_t with_fees(const lg_market *m, int64_t rate_uct, int64_t fees)
{
    return lg_add(rate_uct,
                  m->rules.fee_kind == LG_FEE_CONSTANT ? fees : lg_fraction_of(rate_uct, fees));
}

/* The utility's best order on the other side of @p order: the cheapest offer, or the bid that
 * leaves most. *rate_uct is what the buyer pays in its own market. LG_NONE: none that crosses. */
static uint32_t best_partner(const lg_market *m, uint32_t area, const struct lg__order *order,
                             int64_t *rate_uct)
{
    lg_side other = order->side == LG_BID ? LG_OFFER : LG_BID;
    uint32_t best = LG_NONE;
    int64_t best_gap = 0;
    for (uint32_t u = 0; u < m->utility_count; u++) {
        uint32_t utility = m->utilities[u], i = m->first[other][utility];
        int64_t fees;
        if (i == LG_NONE || !way(m, area, m->area_of[utility], &fees))
            continue;
        for (; i != LG_NONE; i = m->orders[i].next) {
            const struct lg__order *bid = other == LG_BID ? &m->orders[i] : order;
            const struct lg__order *offer = other == LG_BID ? order : &m->orders[i];
            int64_t asked = with_fees(m, offer->rate_uct, fees), gap = bid->rate_uct - asked;
            if (gap < -m->rules.rate_tolerance_uct || (best != LG_NONE && gap <= best_gap))
                continue;
            best = i;
            best_gap = gap;
            *rate_uct = other == LG_BID ? bid->rate_uct : asked;
        }
    }
    return best;
}

/* Trades what is left of an order with the utility. */
static lg_status with_utility(lg_market *m, uint32_t area, uint32_t order)
{
    lg_status status = LG_OK;
    while (m->orders[order].energy_uwh > 0 && status == LG_OK) {
        int64_t rate_uct;
        uint32_t partner = best_partner(m, area, &m->orders[order], &rate_uct);
        if (partner == LG_NONE)
            return LG_OK;
        bool buys = m->orders[order].side == LG_BID;
        int64_t energy = lg_min64(m->orders[order].energy_uwh, m->orders[partner].energy_uwh);
        status = lg__trade(m, m->area_of[m->orders[partner].asset], buys ? order : partner,
                           buys ? partner : order, energy, rate_uct);
    }
    return status;
}

/* Takes the utility's own orders out of the list of one side: they only serve. */
static void drop_utilities(lg_market *m, lg_side side)
{
    struct lg__candidate *own = m->own[side];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->own_count[side]; i++)
        if (!is_utility(m, m->orders[own[i].order].asset))
            own[kept++] = own[i];
    m->own_count[side] = kept;
}

/* Trades one offer with the best bids of others that it crosses, until nothing is left of either.
 */
static lg_status fill(lg_market *m, uint32_t area, const struct lg__candidate *offer,
                      struct lg__own_bids *bids)
{
    struct lg__order *sells = &m->orders[offer->order];
    int64_t asked = lg__key_rate(true, offer->key);
    lg_status status = LG_OK;
    while (sells->energy_uwh > 0 && status == LG_OK) {
        uint32_t i = lg__best_own(m, bids, offer->party);
        if (i == bids->count)
            break;
        struct lg__order *buys = &m->orders[bids->list[i].order];
        if (asked - buys->rate_uct > m->rules.rate_tolerance_uct)
            break;
        status = lg__trade(m, area, bids->list[i].order, offer->order,
                           lg_min64(sells->energy_uwh, buys->energy_uwh), buys->rate_uct);
    }
    return status;
}

/* Trades among the assets of one market: each offer, the dear ones first, takes the best bids. */
static lg_status within(lg_market *m, uint32_t area)
{
    struct lg__own_bids bids = {.list = m->own[LG_BID], .count = m->own_count[LG_BID]};
    lg_status status = LG_OK;
    for (uint32_t o = 0; o < m->own_count[LG_OFFER] && status == LG_OK; o++)
        status = fill(m, area, &m->own[LG_OFFER][o], &bids);
    return status;
}

static lg_status match_area(lg_market *m, uint32_t area)
{
    lg_status status = lg__gather(m, area, LG_BID, 0);
    if (status == LG_OK)
        status = lg__gather(m, area, LG_OFFER, LG_RATE_MAX_UCT);
    if (status != LG_OK)
        return status;
    drop_utilities(m, LG_BID);
    drop_utilities(m, LG_OFFER);
    status = within(m, area);
    for (int side = 0; side < 2; side++)
        for (uint32_t i = 0; i < m->own_count[side] && status == LG_OK; i++)
            status = with_utility(m, area, m->own[side][i].order);
    return status;
}

lg_status lg__match_none(lg_market *m)
{
    lg_status status = find_utilities(m);
    for (uint32_t area = 0; area < m->site->area_count && status == LG_OK; area++) {
        const struct lg__book *book = &m->books[area];
        if (book->lane[LG_BID].count || book->lane[LG_OFFER].count)
            status = match_area(m, area);
    }
    return status;
}
