/* A double auction: the best bids meet the cheapest offers, and each pair shares the gain by
 * trading at the mean of its two rates.
 *
 * The book's lists come sorted as this rule wants them: the dearest bid and the cheapest offer
 * first, among equals the earliest. What is recommended must be at most what is left of both
 * orders, so what earlier recommendations took is counted here. Orders of one party never trade
 * with each other; those from outside are one party and often many, so runs of them are passed at
 * once. */
#include "rule.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What is left of each offer, and by offer the next one of another party. */
static int prepare(const lg_match_book *book, int64_t *left, uint32_t *others)
{
    uint32_t count = book->offers.count;
    if (!left || !others)
        return 0;
    for (uint32_t j = count; j-- > 0;) {
        const lg_match_order *offer = lg_match_at(&book->offers, j);
        left[j] = offer->energy_uwh;
        others[j] = j + 1;
        if (j + 1 < count && lg_match_at(&book->offers, j + 1)->party == offer->party)
            others[j] = others[j + 1];
    }
    return 1;
}

int32_t mid_price_match(const lg_match_book *book)
{
    uint32_t first = 0; /* offers before this one are used up */
    int64_t *left = book->alloc(book->ctx, book->offers.count * sizeof *left);
    uint32_t *others = book->alloc(book->ctx, book->offers.count * sizeof *others);
    if (!prepare(book, left, others))
        return LG_MEMORY;
    for (uint32_t i = 0; i < book->bids.count; i++) {
        const lg_match_order *bid = lg_match_at(&book->bids, i);
        int64_t wanted = bid->energy_uwh;
        while (first < book->offers.count && left[first] == 0)
            first++;
        for (uint32_t j = first, next; j < book->offers.count && wanted > 0; j = next) {
            const lg_match_order *offer = lg_match_at(&book->offers, j);
            next = offer->party == bid->party ? others[j] : j + 1;
            if (offer->rate_uct > bid->rate_uct)
                break;
            if (left[j] == 0 || offer->party == bid->party)
                continue;
            lg_match match = {
                .size = sizeof match,
                .bid = i,
                .offer = j,
                .requirement = LG_MATCH_NONE,
                .energy_uwh = least(wanted, left[j]),
                .rate_uct = (bid->rate_uct + offer->rate_uct) / 2,
            };
            int32_t status = book->recommend(book->ctx, &match);
            if (status != LG_OK)
                return status;
            wanted -= match.energy_uwh;
            left[j] -= match.energy_uwh;
        }
    }
    return LG_OK;
}
