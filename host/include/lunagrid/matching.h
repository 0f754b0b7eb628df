/* include/lunagrid/matching.h — what a plugin says about a matching rule it offers (since 1.1)
 *
 * A rule is a function of what it is shown: it gets all open orders that could trade in one market
 * now, and recommends pairs. The host checks each pair and executes it: existence, energy, rates,
 * parties, requirements. A pair that may not trade is refused and counted, the others go on. A rule
 * keeps nothing between calls, asks no clock and draws only from `seed`, so a run can be repeated.
 * What it is shown is the host's: a rule that writes into it (sorts it in place, say) is set aside.
 *
 * Amounts are integers: energy in micro-watt-hours (1 kWh = 10^9), rates in micro-cents per kWh
 * (1 ct/kWh = 10^6). Rates are those of the market that is matched: grid fees of the way are in an
 * offer's rate and out of a bid's.
 *
 * In a tick of a market the rule is called, its recommendations are executed, and it is called
 * again with what is left, until it recommends nothing that trades. The calls of one tick in one
 * market end after sixteen plus four times as many as there were orders and requirements in the
 * first: what was traded stays, and what is left is shown in the next tick. In the last tick of a
 * slot there is none, so a rule recommends all it wants traded rather than some at each call.
 */
#ifndef LUNAGRID_MATCHING_H
#define LUNAGRID_MATCHING_H

#include "lunagrid/abi.h"
#include "lunagrid/status.h"

/** No order, asset, area or requirement. */
#define LG_MATCH_NONE UINT32_MAX
/** A place is an asset's index, or this plus an area's index. */
#define LG_MATCH_AREA UINT32_C(0x80000000)
/** An energy or a rate without limit. */
#define LG_MATCH_UNLIMITED INT64_MAX

/** What must hold for a trade: all that one requirement says. What it does not say is an empty
 * array or LG_MATCH_UNLIMITED. */
typedef struct lg_requirement {
    uint32_t size; /* sizeof(lg_requirement) */
    uint32_t reserved;
    lg_array partners;     /* of uint32_t, places: the other order comes from one of them */
    lg_array energy_types; /* of const char *: the offer's type is one of them; bids only */
    int64_t energy_uwh;    /* most that may still be traded under it; bids only */
    int64_t rate_uct;      /* most that may be paid under it, in this market; bids only */
} lg_requirement;

/** An open order as this market sees it. */
typedef struct lg_match_order {
    uint32_t size;     /* sizeof(lg_match_order) */
    uint32_t party;    /* who brings it here: orders of the same party never trade */
    uint32_t asset;    /* whose it is */
    uint32_t area;     /* the asset's own market */
    uint32_t sequence; /* rises with the time of placing, within the slot */
    uint32_t tick;     /* of the slot, when it was placed or last changed */
    uint64_t id;       /* unique in the run */
    int64_t rate_uct;  /* in this market; at least 0 */
    int64_t energy_uwh;
    const char *energy_type; /* of an offer: "PV", "Grid", ...; NULL of a bid */
    lg_array requirements;   /* of lg_requirement: any one must hold; none: trades with anybody */
} lg_match_order;

/** A pair that the rule recommends. */
typedef struct lg_match {
    uint32_t size;        /* sizeof(lg_match) */
    uint32_t bid, offer;  /* indices into the book's lists */
    uint32_t requirement; /* the bid's that it is made under; LG_MATCH_NONE: the first that holds */
    int64_t energy_uwh;   /* at least 1, at most what is left of both */
    int64_t rate_uct;     /* what is paid in this market: offer's rate .. bid's rate */
} lg_match;

/** One market that may be matched; valid during the call. */
typedef struct lg_match_book {
    uint32_t size; /* sizeof(lg_match_book) */
    uint32_t area; /* whose market */
    const char *name;
    uint32_t slot, tick;
    uint64_t seed;    /* for draws: differs from market to market and tick to tick */
    lg_array bids;    /* of lg_match_order: the dearest first, among equals the earliest */
    lg_array offers;  /* of lg_match_order: the cheapest first, among equals the earliest */
    lg_array parents; /* of uint32_t, by area: the area above it; LG_MATCH_NONE on top */
    /* Differences at or below these do not count; 0 but in compatibility runs. */
    int64_t energy_tolerance_uwh, rate_tolerance_uct;

    void *ctx; /* goes first into the calls below */
    /**
     * Recommends @p match, which is copied. @return LG_OK; LG_INVALID an index is past its list;
     * LG_LIMIT more than sixteen plus four times as many as there are orders and requirements of
     * orders; LG_MEMORY. Unless LG_OK nothing more is taken, and after LG_INVALID or LG_LIMIT the
     * rule is set aside.
     */
    int32_t (*recommend)(void *ctx, const lg_match *match);
    /** @p size cleared bytes until the call ends; NULL when exhausted: return LG_MEMORY then. */
    void *(*alloc)(void *ctx, uint64_t size);
    /** Says why the call fails: one sentence. Copied. */
    void (*refuse)(void *ctx, const char *sentence);
} lg_match_book;

enum {
    /* The rule looks at requirements. For a rule that does not, orders come without: what they
     * required is left out when they are placed, and the answer says so. */
    LG_MATCHING_ATTRIBUTES = 1,
};

/** A matching rule. Its name is the word of `market = { matching = "..." }`. */
typedef struct lg_matching {
    uint32_t size; /* sizeof(lg_matching) */
    uint32_t flags;
    const char *name;
    const char *help; /* one sentence */
    /** Recommends pairs. @return LG_OK, or what went wrong, best after book->refuse */
    int32_t (*match)(const lg_match_book *book);
} lg_matching;

/* ---- what nearly every rule asks ---- */

/** Bid or offer @p index of the book; @p index must be below the list's count. */
static inline const lg_match_order *lg_match_at(const lg_array *orders, uint32_t index)
{
    return (const lg_match_order *)((const char *)orders->items + (size_t)index * orders->stride);
}

/** Requirement @p index of an order. */
static inline const lg_requirement *lg_requirement_at(const lg_match_order *order, uint32_t index)
{
    return (const lg_requirement *)((const char *)order->requirements.items +
                                    (size_t)index * order->requirements.stride);
}

/** Whether @p order comes from @p place: it is the asset's own, or its market lies in the area. */
static inline int lg_match_is_from(const lg_match_book *book, const lg_match_order *order,
                                   uint32_t place)
{
    if (place < LG_MATCH_AREA)
        return order->asset == place;
    uint32_t area = order->area;
    while (area != LG_MATCH_NONE && area != place - LG_MATCH_AREA)
        area = *(const uint32_t *)((const char *)book->parents.items +
                                   (size_t)area * book->parents.stride);
    return area != LG_MATCH_NONE;
}

/** Whether @p requirement names the place that @p order comes from as a partner. */
static inline int lg_match_is_partner(const lg_match_book *book, const lg_requirement *requirement,
                                      const lg_match_order *order)
{
    for (uint32_t i = 0; i < requirement->partners.count; i++) {
        uint32_t place = *(const uint32_t *)((const char *)requirement->partners.items +
                                             (size_t)i * requirement->partners.stride);
        if (lg_match_is_from(book, order, place))
            return 1;
    }
    return 0;
}

/** Whether two texts are the same; NULL is none. */
static inline int lg_match_is_text(const char *a, const char *b)
{
    if (!a || !b)
        return 0;
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

/** Whether @p requirement names @p energy_type. */
static inline int lg_match_is_type(const lg_requirement *requirement, const char *energy_type)
{
    for (uint32_t i = 0; i < requirement->energy_types.count; i++)
        if (lg_match_is_text(*(const char *const *)((const char *)requirement->energy_types.items +
                                                    (size_t)i * requirement->energy_types.stride),
                             energy_type))
            return 1;
    return 0;
}

/** Whether all that a requirement of @p order says holds with @p other, but for energy and rate. */
static inline int lg_match_holds(const lg_match_book *book, const lg_requirement *requirement,
                                 const lg_match_order *other)
{
    if (requirement->partners.count && !lg_match_is_partner(book, requirement, other))
        return 0;
    return !requirement->energy_types.count || lg_match_is_type(requirement, other->energy_type);
}

/** The most that @p bid pays in this market under its requirement @p index (LG_MATCH_NONE: none).
 */
static inline int64_t lg_match_limit(const lg_match_order *bid, uint32_t index)
{
    int64_t limit =
        index == LG_MATCH_NONE ? LG_MATCH_UNLIMITED : lg_requirement_at(bid, index)->rate_uct;
    return limit < bid->rate_uct ? limit : bid->rate_uct;
}

/** Whether the requirements of @p offer, if any, hold with @p bid. */
static inline int lg_match_accepts(const lg_match_book *book, const lg_match_order *offer,
                                   const lg_match_order *bid)
{
    for (uint32_t i = 0; i < offer->requirements.count; i++)
        if (lg_match_holds(book, lg_requirement_at(offer, i), bid))
            return 1;
    return offer->requirements.count == 0;
}

/** Whether @p bid may trade with @p offer under its requirement @p index: the requirement holds,
 * energy is left under it and the offer costs no more than it says. */
static inline int lg_match_meets(const lg_match_book *book, const lg_match_order *bid,
                                 uint32_t index, const lg_match_order *offer)
{
    const lg_requirement *r = lg_requirement_at(bid, index);
    return r->energy_uwh > book->energy_tolerance_uwh &&
           offer->rate_uct - lg_match_limit(bid, index) <= book->rate_tolerance_uct &&
           lg_match_holds(book, r, offer);
}

#endif
