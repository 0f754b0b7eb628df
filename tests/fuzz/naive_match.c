/* How the naive market matches the copies in a book, by each of the three rules.
 *
 * Sorting is by insertion and sums are taken anew wherever they are needed. A copy's energy is what
 * its order has left at that moment, so a trade in one market is seen in all others at once. */
#include "fuzz/naive_market.h"

#include "base/rng.h"
#include "grid/unit.h"

static const uint64_t buy_word = UINT64_C(0x62757900); /* "buy" */

static naive_order *order_of(naive_market *naive, const naive_copy *copy)
{
    return &naive->orders[copy->order];
}

static int64_t left_of(naive_market *naive, const naive_copy *copy)
{
    return order_of(naive, copy)->open ? order_of(naive, copy)->left_uwh : 0;
}

static uint64_t sequence_of(naive_market *naive, const naive_copy *copy)
{
    return naive->frozen ? copy->sequence : order_of(naive, copy)->sequence;
}

/** Puts @p copies in order: cheapest or dearest first, among equals the earlier or the later order
 * first. */
static void sort(naive_market *naive, naive_copy *copies, uint32_t count, bool dear_first,
                 bool late_first)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t j = i; j > 0; j--) {
            naive_copy *a = &copies[j - 1], *b = &copies[j];
            bool later = sequence_of(naive, a) > sequence_of(naive, b);
            bool wrong = a->rate_uct == b->rate_uct ? later != late_first
                                                    : (a->rate_uct < b->rate_uct) == dear_first;
            if (!wrong)
                break;
            naive_copy swapped = *a;
            *a = *b;
            *b = swapped;
        }
}

static void pay_as_bid(naive_market *naive, uint32_t area)
{
    const lg_rules *rules = naive->rules;
    naive_book *book = &naive->books[area];
    sort(naive, book->bids, book->bid_count, true, true);
    sort(naive, book->offers, book->offer_count, true, true);
    for (uint32_t o = 0; o < book->offer_count; o++)
        for (uint32_t b = 0; b < book->bid_count; b++) {
            naive_copy *offer = &book->offers[o], *bid = &book->bids[b];
            if (left_of(naive, offer) <= rules->energy_tolerance_uwh)
                break;
            if (offer->party == bid->party ||
                offer->rate_uct - bid->rate_uct > rules->rate_tolerance_uct)
                continue;
            int64_t energy = lg_min64(left_of(naive, offer), left_of(naive, bid));
            if (energy > rules->energy_tolerance_uwh)
                naive_execute(naive, area, order_of(naive, offer), order_of(naive, bid), energy,
                              order_of(naive, bid)->rate_uct);
        }
}

/** Energy of those @p copies that are the market's own, not from outside, and the best rate of
 * them. */
static int64_t own_energy(naive_market *naive, const naive_copy *copies, uint32_t count,
                          bool dear_is_best, int64_t *best_uct)
{
    int64_t energy = 0;
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        int64_t left = left_of(naive, &copies[i]);
        if (copies[i].party == NAIVE_PARTY_OUTSIDE || (left == 0 && !naive->frozen))
            continue;
        if (copies[i].rate_uct > LG_RATE_MAX_UCT)
            continue; /* with its fees an offer dearer than any bid may be is not in the market */
        if (!any || (copies[i].rate_uct > *best_uct) == dear_is_best)
            *best_uct = copies[i].rate_uct;
        any = true;
        energy += left;
    }
    return energy;
}

/**
 * Copies into @p to those of the sorted @p copies that take part in a clearing: own ones, and of
 * the outside ones those that could trade with @p best_uct, best first, until @p energy_uwh is
 * reached.
 */
static uint32_t take_part(naive_market *naive, naive_copy *to, const naive_copy *copies,
                          uint32_t count, bool bids, int64_t energy_uwh, int64_t best_uct)
{
    uint32_t taken = 0;
    int64_t outside = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (left_of(naive, &copies[i]) == 0)
            continue;
        if (copies[i].party == NAIVE_PARTY_OUTSIDE) {
            if (outside >= energy_uwh)
                continue;
            if (bids ? copies[i].rate_uct < best_uct : copies[i].rate_uct > best_uct)
                continue;
            outside += left_of(naive, &copies[i]);
        }
        to[taken++] = copies[i];
    }
    return taken;
}

/** Fills the clearing book from the book of @p area, sorted. */
static void collect(naive_market *naive, uint32_t area)
{
    naive_book *from = &naive->books[area], *to = &naive->clearing;
    int64_t best_bid = 0, best_offer = 0;
    int64_t bid_energy = own_energy(naive, from->bids, from->bid_count, true, &best_bid);
    int64_t offer_energy = own_energy(naive, from->offers, from->offer_count, false, &best_offer);
    sort(naive, from->bids, from->bid_count, true, true);
    sort(naive, from->offers, from->offer_count, false, false);
    LG_ASSERT(LG_GROW(naive->mem, to->bids, to->bid_room, from->bid_count + 1));
    LG_ASSERT(LG_GROW(naive->mem, to->offers, to->offer_room, from->offer_count + 1));
    to->bid_count =
        take_part(naive, to->bids, from->bids, from->bid_count, true, offer_energy, best_offer);
    to->offer_count =
        take_part(naive, to->offers, from->offers, from->offer_count, false, bid_energy, best_bid);
}

/** The two-curve rule over sorted bids and offers. @return whether there is a clearing */
static bool find_clearing(naive_market *naive, const naive_book *book, int64_t *rate_uct,
                          int64_t *energy_uwh)
{
    bool found = false;
    for (uint32_t b = book->bid_count; b-- > 0;) {
        int64_t bid_rate = book->bids[b].rate_uct, demand = 0;
        for (uint32_t i = 0; i < book->bid_count; i++)
            demand += book->bids[i].rate_uct >= bid_rate ? left_of(naive, &book->bids[i]) : 0;
        for (uint32_t o = 0; o < book->offer_count; o++) {
            int64_t offer_rate = book->offers[o].rate_uct, supply = 0;
            if (offer_rate > bid_rate)
                break;
            for (uint32_t i = 0; i < book->offer_count; i++)
                supply +=
                    book->offers[i].rate_uct <= offer_rate ? left_of(naive, &book->offers[i]) : 0;
            found = true;
            *rate_uct = bid_rate;
            *energy_uwh = lg_min64(supply, demand);
            if (supply >= demand)
                return true;
        }
    }
    return found;
}

/** What the buyer of @p bid pays in its own market when this one clears at @p clearing_uct. */
static int64_t cleared_rate(naive_market *naive, const naive_copy *bid, int64_t clearing_uct)
{
    int64_t original = order_of(naive, bid)->rate_uct;
    if (naive->rules->fee_kind == LG_FEE_PERCENTAGE)
        return bid->rate_uct > 0 ? lg_muldiv(clearing_uct, original, bid->rate_uct) : 0;
    return naive->rules->compat_gsy ? original : clearing_uct + (original - bid->rate_uct);
}

/** Clears the market once. @return whether anything was traded */
static bool clear_once(naive_market *naive, uint32_t area)
{
    const lg_rules *rules = naive->rules;
    naive_book *book = &naive->clearing;
    int64_t clearing, left;
    collect(naive, area);
    if (!find_clearing(naive, book, &clearing, &left))
        return false;
    bool traded = false;
    for (uint32_t b = 0; b < book->bid_count; b++)
        for (uint32_t o = 0; o < book->offer_count; o++) {
            naive_copy *offer = &book->offers[o], *bid = &book->bids[b];
            if (bid->party == offer->party || bid->rate_uct < clearing ||
                offer->rate_uct > clearing + rules->rate_tolerance_uct)
                continue;
            int64_t energy = lg_min64(left_of(naive, offer), left_of(naive, bid));
            energy = lg_min64(energy, left);
            if (energy <= rules->energy_tolerance_uwh)
                continue;
            naive_execute(naive, area, order_of(naive, offer), order_of(naive, bid), energy,
                          cleared_rate(naive, bid, clearing));
            left -= energy;
            traded = true;
        }
    return traded;
}

/** As the original does, what is left clears again until nothing is traded any more. */
static void pay_as_clear(naive_market *naive, uint32_t area)
{
    while (clear_once(naive, area))
        ;
}

/** Lets the asset of @p limit buy what it sees, cheapest first. @return whether it bought anything
 */
static bool buy(naive_market *naive, uint32_t area, naive_order *limit, bool only_one)
{
    naive_book *book = &naive->books[area];
    bool bought = false;
    for (uint32_t o = 0; o < book->offer_count && limit->open && !(bought && only_one); o++) {
        naive_copy *offer = &book->offers[o];
        int64_t energy = lg_min64(limit->left_uwh, left_of(naive, offer));
        if (offer->party == limit->asset ||
            offer->rate_uct - limit->rate_uct > naive->rules->rate_tolerance_uct ||
            energy <= naive->rules->energy_tolerance_uwh)
            continue;
        naive_execute(naive, area, order_of(naive, offer), limit, energy, offer->rate_uct);
        bought = true;
    }
    return bought;
}

static void one_sided(naive_market *naive, uint32_t area)
{
    const lg_area *here = &naive->site->areas[area];
    naive_book *book = &naive->books[area];
    uint64_t bits =
        lg_rng(naive->site->seed, buy_word, (uint64_t)naive->slot << 16 | naive->tick, area);
    uint32_t start = here->asset_count ? lg_rng_below(bits, here->asset_count) : 0;
    sort(naive, book->offers, book->offer_count, false, false);
    for (uint32_t i = 0; i < here->asset_count; i++) {
        uint32_t asset = here->asset_first + (start + i) % here->asset_count;
        uint32_t role = naive->site->assets[asset].role;
        bool only_one =
            naive->rules->compat_gsy && (role == LG_ROLE_CONSUMER || role == LG_ROLE_PROSUMER);
        bool bought = false;
        /* The book was filled in the order of placing: an asset's first limit buys first. */
        for (uint32_t b = 0; b < book->bid_count && !(bought && only_one); b++)
            if (book->bids[b].party == asset && order_of(naive, &book->bids[b])->open)
                bought |= buy(naive, area, order_of(naive, &book->bids[b]), only_one);
    }
}

void naive_match(naive_market *naive, uint32_t area)
{
    switch (naive->rules->match) {
    case LG_PAY_AS_BID:
        pay_as_bid(naive, area);
        break;
    case LG_PAY_AS_CLEAR:
        pay_as_clear(naive, area);
        break;
    case LG_ONE_SIDED:
        one_sided(naive, area);
        break;
    case LG_BY_PLUGIN: /* checked pair by pair in the engine itself */
        break;
    }
}

static bool is_utility(const naive_market *naive, uint32_t asset)
{
    uint32_t role = naive->site->assets[asset].role;
    return role == LG_ROLE_BUS || role == LG_ROLE_MARKET_MAKER;
}

/** Whether the way up from @p from reaches @p top, with the fees of the markets before it. */
static bool climb(const naive_market *naive, uint32_t from, uint32_t top, int64_t *fees)
{
    for (; from != top; from = naive->site->areas[from].parent) {
        if (naive->cut[from])
            return false;
        *fees += naive->fee[from];
    }
    return true;
}

/** The fees between two areas, both included; -1 where the way is cut. */
static int64_t fees_between(const naive_market *naive, uint32_t a, uint32_t b)
{
    uint32_t top = a;
    while (!lg_site_below(naive->site, b, top))
        top = naive->site->areas[top].parent;
    int64_t fees = naive->fee[top];
    return climb(naive, a, top, &fees) && climb(naive, b, top, &fees) ? fees : -1;
}

/** The utility's order that leaves most to @p order, or asks least of it. */
static naive_order *utility_for(naive_market *naive, uint32_t area, const naive_order *order,
                                int64_t *rate_uct)
{
    naive_order *best = NULL;
    int64_t most = 0;
    for (uint32_t u = 0; u < naive->site->asset_count; u++) {
        int64_t fees =
            is_utility(naive, u) ? fees_between(naive, area, naive->site->assets[u].area) : -1;
        for (uint32_t i = 0; fees >= 0 && i < naive->order_count; i++) {
            naive_order *other = &naive->orders[i];
            if (!other->open || other->asset != u || other->side == order->side)
                continue;
            int64_t bid = order->side == LG_BID ? order->rate_uct : other->rate_uct;
            int64_t offer = order->side == LG_BID ? other->rate_uct : order->rate_uct;
            offer += naive->rules->fee_kind == LG_FEE_CONSTANT ? fees : lg_fraction_of(offer, fees);
            if (offer - bid > naive->rules->rate_tolerance_uct || (best && bid - offer <= most))
                continue;
            best = other;
            most = bid - offer;
            *rate_uct = order->side == LG_BID ? offer : bid;
        }
    }
    return best;
}

static void with_utility(naive_market *naive, uint32_t area, naive_order *order)
{
    naive_order *other;
    int64_t rate;
    while (order->open && (other = utility_for(naive, area, order, &rate)) != NULL) {
        int64_t energy = lg_min64(order->left_uwh, other->left_uwh);
        bool buys = order->side == LG_BID;
        naive_execute(naive, naive->site->assets[other->asset].area, buys ? other : order,
                      buys ? order : other, energy, rate);
    }
}

void naive_match_none(naive_market *naive, uint32_t area)
{
    naive_book *book = &naive->books[area];
    uint32_t offers = 0;
    for (uint32_t i = 0; i < book->offer_count; i++) /* dearer than any bid may be: not there */
        if (book->offers[i].rate_uct <= LG_RATE_MAX_UCT)
            book->offers[offers++] = book->offers[i];
    book->offer_count = offers;
    sort(naive, book->bids, book->bid_count, true, true);
    sort(naive, book->offers, book->offer_count, true, true);
    for (uint32_t o = 0; o < book->offer_count; o++)
        for (uint32_t b = 0; b < book->bid_count; b++) {
            naive_copy *offer = &book->offers[o], *bid = &book->bids[b];
            int64_t energy = lg_min64(left_of(naive, offer), left_of(naive, bid));
            if (energy > 0 && offer->party != bid->party && !is_utility(naive, offer->party) &&
                !is_utility(naive, bid->party) &&
                offer->rate_uct - bid->rate_uct <= naive->rules->rate_tolerance_uct)
                naive_execute(naive, area, order_of(naive, offer), order_of(naive, bid), energy,
                              bid->rate_uct);
        }
    for (uint32_t b = 0; b < book->bid_count; b++)
        if (!is_utility(naive, book->bids[b].party))
            with_utility(naive, area, order_of(naive, &book->bids[b]));
    for (uint32_t o = 0; o < book->offer_count; o++)
        if (!is_utility(naive, book->offers[o].party))
            with_utility(naive, area, order_of(naive, &book->offers[o]));
}
