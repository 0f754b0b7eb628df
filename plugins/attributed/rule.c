/* Attributed matching ("degrees of freedom"): the same walk three times, each time for fewer
 * conditions.
 *
 *   PARTNERS  bid and offer name each other as trading partners
 *   GREEN     the bid requires energy of type "PV" and the offer is of that type
 *   REST      every other pair whose requirements hold, if there are any
 *
 * The walk is pay-as-bid: offers from dear to cheap, each with the best bids that it may meet,
 * later ones first among equals; the buyer pays its bid, or the rate that its requirement sets, if
 * that is lower. Without requirements this is exactly the host's own pay_as_bid. */
#include "rule.h"

#include <stdbool.h>

enum pass { PARTNERS, GREEN, REST, PASSES };

#define GREEN_TYPE "PV"

/* What the walks keep beside the book: the energy still to be had. */
typedef struct state {
    const lg_match_book *book;
    int required;     /* some bid requires something: else only the last pass has work */
    uint32_t *bids;   /* in the order of the walk */
    uint32_t *others; /* by place in the walk: the next one of another party */
    uint32_t first;   /* bids before this one are used up */
    int64_t *bid_left, *offer_left;
    int64_t **under_left; /* by bid: what is left under each of its requirements */
} state;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static const lg_match_order *bid_at(const state *s, uint32_t i)
{
    return lg_match_at(&s->book->bids, i);
}

static const lg_match_order *offer_at(const state *s, uint32_t j)
{
    return lg_match_at(&s->book->offers, j);
}

static uint32_t party_of(const state *s, uint32_t n)
{
    return bid_at(s, s->bids[n])->party;
}

/* The book has the earliest first among equal bids; the walk wants the latest. */
static void order_bids(state *s)
{
    uint32_t count = s->book->bids.count;
    for (uint32_t i = 0, end; i < count; i = end) {
        end = i + 1;
        while (end < count && bid_at(s, end)->rate_uct == bid_at(s, i)->rate_uct)
            end++;
        for (uint32_t k = i; k < end; k++)
            s->bids[k] = end - 1 - (k - i);
    }
    for (uint32_t n = count; n-- > 0;) {
        bool alike = n + 1 < count && party_of(s, n) == party_of(s, n + 1);
        s->others[n] = alike ? s->others[n + 1] : n + 1;
    }
}

static int prepare(state *s)
{
    const lg_match_book *book = s->book;
    s->bids = book->alloc(book->ctx, book->bids.count * sizeof *s->bids);
    s->others = book->alloc(book->ctx, book->bids.count * sizeof *s->others);
    s->bid_left = book->alloc(book->ctx, book->bids.count * sizeof *s->bid_left);
    s->offer_left = book->alloc(book->ctx, book->offers.count * sizeof *s->offer_left);
    s->under_left = book->alloc(book->ctx, book->bids.count * sizeof *s->under_left);
    if (!s->bids || !s->others || !s->bid_left || !s->offer_left || !s->under_left)
        return 0;
    for (uint32_t j = 0; j < book->offers.count; j++)
        s->offer_left[j] = offer_at(s, j)->energy_uwh;
    for (uint32_t i = 0; i < book->bids.count; i++) {
        const lg_match_order *bid = bid_at(s, i);
        s->bid_left[i] = bid->energy_uwh;
        if (bid->requirements.count == 0)
            continue;
        s->required = 1;
        s->under_left[i] = book->alloc(book->ctx, bid->requirements.count * sizeof **s->under_left);
        if (!s->under_left[i])
            return 0;
        for (uint32_t k = 0; k < bid->requirements.count; k++)
            s->under_left[i][k] = lg_requirement_at(bid, k)->energy_uwh;
    }
    order_bids(s);
    return 1;
}

/* Whether a requirement of @p offer names where @p bid comes from. */
static int names(const lg_match_book *book, const lg_match_order *offer, const lg_match_order *bid)
{
    for (uint32_t k = 0; k < offer->requirements.count; k++)
        if (lg_match_is_partner(book, lg_requirement_at(offer, k), bid))
            return 1;
    return 0;
}

/* Whether this pass looks at @p offer at all. */
static int concerns(enum pass pass, const lg_match_order *offer)
{
    return pass == PARTNERS ? offer->requirements.count > 0
           : pass == GREEN  ? lg_match_is_text(offer->energy_type, GREEN_TYPE)
                            : 1;
}

/* Whether bid @p i and @p offer may trade in this pass; *under is the bid's requirement then. */
static int may_trade(const state *s, enum pass pass, uint32_t i, const lg_match_order *offer,
                     uint32_t *under)
{
    const lg_match_book *book = s->book;
    const lg_match_order *bid = bid_at(s, i);
    *under = LG_MATCH_NONE;
    if (bid->party == offer->party || !lg_match_accepts(book, offer, bid) ||
        (pass == PARTNERS && !names(book, offer, bid)))
        return 0;
    if (bid->requirements.count == 0)
        return pass == REST;
    for (uint32_t k = 0; k < bid->requirements.count; k++) {
        const lg_requirement *r = lg_requirement_at(bid, k);
        if ((pass == PARTNERS && r->partners.count == 0) ||
            (pass == GREEN && !lg_match_is_type(r, GREEN_TYPE)) ||
            s->under_left[i][k] <= book->energy_tolerance_uwh ||
            !lg_match_meets(book, bid, k, offer))
            continue;
        *under = k;
        return 1;
    }
    return 0;
}

/* Recommends as much as is left and counts it. */
static int32_t trade(state *s, uint32_t i, uint32_t j, uint32_t under)
{
    const lg_match_order *bid = bid_at(s, i);
    lg_match match = {
        .size = sizeof match,
        .bid = i,
        .offer = j,
        .requirement = under,
        .energy_uwh = least(s->bid_left[i], s->offer_left[j]),
        .rate_uct = lg_match_limit(bid, under),
    };
    if (under != LG_MATCH_NONE) {
        match.energy_uwh = least(match.energy_uwh, s->under_left[i][under]);
        if (s->under_left[i][under] != LG_MATCH_UNLIMITED)
            s->under_left[i][under] -= match.energy_uwh;
    }
    s->bid_left[i] -= match.energy_uwh;
    s->offer_left[j] -= match.energy_uwh;
    return s->book->recommend(s->book->ctx, &match);
}

/* Serves offer @p j with the best bids that it may meet. */
static int32_t fill(state *s, enum pass pass, uint32_t j)
{
    const lg_match_book *book = s->book;
    const lg_match_order *offer = offer_at(s, j);
    int32_t status = LG_OK;
    while (s->first < book->bids.count && s->bid_left[s->bids[s->first]] == 0)
        s->first++;
    for (uint32_t n = s->first, next; n < book->bids.count && status == LG_OK; n = next) {
        uint32_t i = s->bids[n], under;
        next = n + 1;
        if (s->offer_left[j] <= book->energy_tolerance_uwh ||
            offer->rate_uct - bid_at(s, i)->rate_uct > book->rate_tolerance_uct)
            break;
        if (bid_at(s, i)->party == offer->party)
            next = s->others[n]; /* all from outside are one party, and often many */
        while (status == LG_OK && s->bid_left[i] > book->energy_tolerance_uwh &&
               s->offer_left[j] > book->energy_tolerance_uwh &&
               may_trade(s, pass, i, offer, &under))
            status = trade(s, i, j, under);
    }
    return status;
}

int32_t attributed_match(const lg_match_book *book)
{
    state s = {.book = book};
    int32_t status = prepare(&s) ? LG_OK : LG_MEMORY;
    for (int pass = s.required ? PARTNERS : REST; pass < PASSES; pass++)
        for (uint32_t j = book->offers.count; j-- > 0 && s.first < book->bids.count;) {
            if (status == LG_OK && concerns((enum pass)pass, offer_at(&s, j)))
                status = fill(&s, (enum pass)pass, j);
            if (status != LG_OK)
                return status;
        }
    return status;
}
