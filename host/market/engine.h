/* host/market/engine.h — the state shared by the files of this room; nobody else includes it
 *
 * Invariants, relied on everywhere:
 *  - an order with energy 0 is dead; its record is on the free list and its entries are ignored;
 *  - an entry belongs to its order only while their generations agree;
 *  - the entries of a lane are in the order of their arrival;
 *  - while markets are matched (lg_market_tick, last part) no order is born, so records are not
 * reused; in a tick in pieces orders are, and the dead wait for its end.
 */
#ifndef LG_MARKET_ENGINE_H
#define LG_MARKET_ENGINE_H

#include <math.h>
#include "base/num.h"
#include "base/rng.h"
#include "grid/unit.h"
#include "market/market.h"

/** The record of an order; one however many markets see it. */
struct lg__order {
    int64_t rate_uct;   /* original */
    int64_t energy_uwh; /* open; 0: dead */
    uint64_t id;
    uint32_t asset;
    uint32_t generation; /* rises when the order loses its place on its way */
    uint32_t sequence;   /* time priority within the slot */
    uint32_t next;       /* next open order of the asset and side; of the free list when dead */
    uint32_t tick;
    uint8_t side;
};

/** An order seen in one market. */
struct lg__entry {
    uint32_t order, generation;
    int32_t arrival; /* tick since when this market sees it */
    uint32_t party;  /* who brought it: asset index, or LG__AREA_PARTY + index of the child area */
    int64_t offset;  /* sum of the fees between original rate and rate here: uct, or ppb with
                        percentages */
};

#define LG__AREA_PARTY UINT32_C(0x80000000)
/** The party "outside": whatever comes down from the parent's market. */
#define LG__OUTSIDE LG_NONE

/** One side of one market's book. */
struct lg__lane {
    struct lg__entry *entries;
    uint32_t count, capacity;
    uint32_t travelled; /* entries before this one have been passed on to the parent */
    uint32_t scanned;   /* entries before this one are in the best rates of this tick */
    int64_t best_uct;   /* best living rate in this tick; LG__NO_RATE when there is none */
};
#define LG__NO_RATE INT64_MIN

/** An order as matching sorts it. `key` ascends in the order in which the rule visits. */
struct lg__candidate {
    uint64_t key;
    uint32_t order, party;
};

/**
 * What a market shows to markets below it: the entries that have been there long enough. One view
 * serves all markets below at the same delay, so an order is never copied into them.
 */
struct lg__view {
    uint32_t area;
    uint8_t side;
    int32_t delay; /* ticks between arrival here and being seen there */
    int64_t extra; /* with percentages: ppb added on the way down, part of the view's identity; else
                      0 */
    uint32_t next; /* next view of the area and side; LG_NONE ends */
    /* of the running tick: */
    int64_t
        best_uct[2]; /* best rate, and best of another party than the first's; LG__NO_RATE: none */
    uint32_t best_party[2];
    int64_t
        wanted_uct; /* the most generous rate anybody below would trade at; LG__NO_RATE: nobody */
    bool sorted;
    struct lg__candidate *candidates;
    uint32_t *skip; /* next position that may live, for dead ones; path-compressed */
    uint32_t *jump; /* next position that may be of another party; path-compressed */
    uint32_t count, capacity, skip_capacity, jump_capacity;
};

/** How a market below sees an ancestor's view: which one, and the rate difference on the way. */
struct lg__link {
    uint32_t view;
    int64_t shift; /* constant fees: added to offers, taken from bids; 0 with percentages */
};

/** Fees in an asset's purchases of the running slot: of its own market, and of all on the path. */
struct lg__fees {
    int64_t local_uct, path_uct;
};

struct lg__rate_sample {
    uint32_t area;
    int64_t rate_uct;
};

/** Money and energy of one area's market, beyond its rows. */
struct lg__book {
    struct lg__lane lane[2];
    uint32_t view_first[2];
    uint32_t link_first; /* into links: (ancestor distance - 1) * 2 + side; depth * 2 of them */
    int64_t fee;         /* that rules the slot: uct or ppb by rules.fee_kind */
    uint32_t reach;      /* ancestors whose market it sees: depth, less when a way up is cut */
};

struct lg_market {
    lg_mem *mem;
    const lg_site *site;
    lg_rules rules;
    lg_market_sink sink;

    bool open;
    uint32_t slot, tick; /* running slot; tick that is being filled */
    int64_t slot_start_ms;
    uint32_t last_change; /* last tick that brought anything new */
    int32_t delay_max;    /* longest delay of any view */

    struct lg__order *orders;
    uint32_t order_count, order_capacity, order_free;
    /* while a tick is run in pieces, dead records wait here instead of being used again: sorted
     * views may still name them */
    bool holds;
    uint32_t order_held;
    uint64_t trades_before; /* that tick */
    uint32_t sequence;
    uint64_t orders_total, trades_total; /* how many there were */
    lg_market_ids own_ids, *ids;         /* ids points to own_ids unless they are shared */
    /* an asset, side by side with others: what every order touches */
    uint32_t *first[2]; /* open orders */
    uint32_t *area_of;
    uint8_t *role_of, *group_of; /* group_of: lg__group_of() */
    lg_position *positions;
    struct lg__fees *fees;
    const lg_caps *caps; /* of the running slot, borrowed */

    struct lg__book *books;
    int64_t *fee_next; /* configured: uct or ppb */
    struct lg__view *views;
    uint32_t view_count, view_capacity;
    struct lg__link *links;
    uint32_t link_count;
    uint8_t *area_switch, *asset_switch; /* LG__CUT...; both NULL until one is set */
    uint32_t *visit; /* all areas in the order of the running tick, root first */

    /* scratch of a market being matched */
    struct lg__candidate *own[2], *sort_scratch;
    uint32_t own_count[2], own_capacity[2], sort_capacity;
    uint32_t *utilities; /* match_none.c: buses and market makers with open orders */
    uint32_t utility_count, utility_capacity;
    uint32_t *splits;
    uint32_t split_count, split_capacity;

    struct lg__rule *rule; /* of a plugin, with the terms of orders; else NULL */

    /* accounts */
    lg_account *accounts; /* an asset */
    lg_bill *area_bills, *external_bills;
    int64_t *fees_uct, *rounding_uct;
    lg_peak *peaks;
    lg_market_stats *stats_now, *stats_last;
    bool has_stats;
    struct lg__rate_sample *samples;
    uint32_t sample_count, sample_capacity;
    int64_t *median_scratch;
    uint32_t *sample_first;
    uint32_t median_capacity;
    /* indicators: sums of what happened directly in an area; of its subtree only when asked */
    lg_kpi *kpi_own;
    int64_t *late_uwh; /* under compat, an asset: demand of the last slot, not yet counted */
    uint8_t *counted;  /* an area: 1 where a producer or a consumer stands, whose trades count */
    int64_t
        *stored_used_uwh; /* own production that storages of the area gave back to its consumers */
};

/* Bits of area_switch and asset_switch: as set, and as they rule the running slot. */
enum { LG__CUT_NEXT = 1, LG__OFF_NEXT = 2, LG__CUT = 4, LG__OFF = 8 };

static inline bool lg__alive(const struct lg_market *m, const struct lg__entry *e)
{
    const struct lg__order *o = &m->orders[e->order];
    return o->energy_uwh > 0 && o->generation == e->generation;
}

/** The rate of @p order where fees of @p offset lie between it and its origin; a bid's may be
 * negative. */
static inline int64_t lg__rate_at(const struct lg_market *m, const struct lg__order *order,
                                  int64_t offset)
{
    int64_t fees = m->rules.fee_kind == LG_FEE_CONSTANT ? offset
                   : offset == 0                        ? 0
                                                        : lg_fraction_of(order->rate_uct, offset);
    return order->side == LG_OFFER ? order->rate_uct + fees : order->rate_uct - fees;
}

/** A number for the running slot and tick, for draws. */
static inline uint64_t lg__moment(const struct lg_market *m)
{
    return (uint64_t)m->slot << 16 | m->tick;
}

/* A key sorts by rate and sequence in the order in which the rule visits: offers upwards (cheap and
 * early first) under pay-as-clear and one-sided rules; bids, and offers under pay-as-bid, downwards
 * (dear and late first). Rates are below 2^34, sequences below 2^30. */
#define LG__SEQUENCE_BITS 30
#define LG__SEQUENCE_MAX  ((UINT32_C(1) << LG__SEQUENCE_BITS) - 1)

static inline bool lg__descends(const struct lg_market *m, lg_side side)
{
    return side == LG_BID || m->rules.match == LG_PAY_AS_BID;
}

static inline uint64_t lg__key(bool descends, int64_t rate_uct, uint32_t sequence)
{
    uint64_t key = (uint64_t)rate_uct << LG__SEQUENCE_BITS | sequence;
    return descends ? ~key : key;
}

static inline int64_t lg__key_rate(bool descends, uint64_t key)
{
    return (int64_t)((descends ? ~key : key) >> LG__SEQUENCE_BITS);
}

/* book.c */
struct lg__entry *lg__lane_add(lg_market *m, uint32_t area, lg_side side);
void lg__order_kill(lg_market *m, uint32_t order);
void lg__orders_release(lg_market *m);
/** Lets an order that nobody has passed on yet wait anew, from tick @p arrival on. */
lg_status lg__order_restart(lg_market *m, uint32_t order, uint32_t arrival) LG_CHECKED;
lg_status lg__travel(lg_market *m) LG_CHECKED;
/** The same for what leaves one area. */
lg_status lg__travel_from(lg_market *m, uint32_t area) LG_CHECKED;
/** Drops the dead entries of a lane when the scan has found many. */
void lg__lane_tidy(lg_market *m, struct lg__lane *lane, uint32_t dead);

/* view.c */
lg_status lg__views_build(lg_market *m) LG_CHECKED;
void lg__views_free(lg_market *m);
void lg__views_clear(lg_market *m);
void lg__views_scan(lg_market *m);
/** Scans what is new in the lanes of @p area and of all above it. */
void lg__views_scan_above(lg_market *m, uint32_t area);
/** Whether anything can trade in @p area now; tells the views above what rates are wanted. */
bool lg__is_hot(lg_market *m, uint32_t area);
lg_status lg__view_sort(lg_market *m, struct lg__view *view) LG_CHECKED;
/** First position from @p i on that lives and is not brought by @p party; view->count when there is
 * none. */
uint32_t lg__view_find(const lg_market *m, struct lg__view *view, uint32_t i, uint32_t party);

/* switch.c */
/** Lets the switches rule the slot that opens. @return whether a connection was cut or made */
bool lg__switches_freeze(lg_market *m);
/** Takes from the positions of the slot that opens what disabled assets may not trade. */
void lg__switches_positions(lg_market *m);
void lg__switches_free(lg_market *m);
/** Whether orders travel between @p area and its parent in the running slot. */
static inline bool lg__passes(const lg_market *m, uint32_t area)
{
    return !m->rules.no_market && lg_market_connected(m, area);
}

/* sort.c */
lg_status lg__sort(lg_market *m, struct lg__candidate *candidates, uint32_t count) LG_CHECKED;
/** Fills m->own[side] with the living entries of @p area that could trade, sorted. */
lg_status lg__gather(lg_market *m, uint32_t area, lg_side side, int64_t limit_uct) LG_CHECKED;

/* match_*.c: one rule a file */
lg_status lg__match_pay_as_bid(lg_market *m, uint32_t area) LG_CHECKED;
lg_status lg__match_pay_as_clear(lg_market *m, uint32_t area) LG_CHECKED;
lg_status lg__match_one_sided(lg_market *m, uint32_t area) LG_CHECKED;
/** One buyer of a one-sided market takes what it may of the offers it sees now. */
lg_status lg__buy(lg_market *m, uint32_t asset) LG_CHECKED;
/** All markets at once, of a run without local markets. */
lg_status lg__match_none(lg_market *m) LG_CHECKED;

/* match_by_plugin.c */
struct lg__rule *lg__rule_new(lg_mem *mem, const lg_matcher *matcher);
void lg__rule_free(struct lg__rule *rule);
struct lg__terms_book *lg__rule_terms(struct lg__rule *rule);
lg_status lg__match_by_plugin(lg_market *m, uint32_t area) LG_CHECKED;

/* terms.c */
/** Terms as the engine keeps them: whose they are, and what was traded under each requirement. */
struct lg__terms {
    uint64_t id; /* of the order; another id in its record: these are no longer its */
    lg_terms said;
    int64_t *traded_uwh; /* by requirement */
};
/** The terms of all orders of a slot, found by the order's record. */
struct lg__terms_book {
    lg_arena arena;
    struct lg__terms *list;
    uint32_t count, capacity;
    uint32_t *number; /* by record: 1 + index into list, or 0; stale once the order has gone */
    uint32_t number_capacity;
};
struct lg__terms *lg__terms_of(const lg_market *m, uint32_t order);
/** Forgets all of the slot before. */
void lg__terms_clear(struct lg__terms_book *terms);
void lg__terms_fini(struct lg__terms_book *terms);

/* outside.c: what comes down from the markets above, for the rules */
/** A merged walk over the views above one market. */
struct lg__outside {
    uint32_t area, count; /* ancestors */
    lg_side side;
    uint32_t position[LG_DEPTH_MAX];
};
struct lg__pick {
    uint32_t order, party;
    int64_t rate_uct; /* in the market that asks */
    uint64_t key;
    uint32_t from; /* ancestor of a pick from outside */
};
lg_status lg__outside_open(lg_market *m, struct lg__outside *outside, uint32_t area,
                           lg_side side) LG_CHECKED;
/** The next living one in visiting order, without passing it; false when there is none. */
bool lg__outside_peek(lg_market *m, struct lg__outside *outside, struct lg__pick *pick);
/** Offers of a descending walk: passes all dearer than @p rate_uct. */
void lg__outside_limit(lg_market *m, struct lg__outside *outside, int64_t rate_uct);
/** Passes the one peeked. */
void lg__outside_pass(struct lg__outside *outside, const struct lg__pick *pick);

/* ledger.c */
/** Trades @p energy_uwh between two orders in @p area at @p buyer_rate_uct (in the buyer's own
 * market). */
lg_status lg__trade(lg_market *m, uint32_t area, uint32_t bid, uint32_t offer, int64_t energy_uwh,
                    int64_t buyer_rate_uct) LG_CHECKED;

/* stats.c */
/** What an asset is to the indicators: its role, or 0 for nothing. */
static inline uint8_t lg__group_of(const lg_market *m, uint32_t asset)
{
    return m->group_of[asset];
}
/** Whether indicators count what assets of this group sell as produced. */
static inline bool lg__produces(uint8_t group)
{
    return group == LG_ROLE_PRODUCER || group == LG_ROLE_MARKET_MAKER || group == LG_ROLE_PROSUMER;
}
/** Whether they count what its assets buy as consumed. */
static inline bool lg__consumes(uint8_t group)
{
    return group == LG_ROLE_CONSUMER || group == LG_ROLE_PROSUMER;
}
lg_status lg__stats_close(lg_market *m) LG_CHECKED;
void lg__kpi_trade(lg_market *m, const lg_trade *trade);
/** Adds what the slot's positions say to the accounts and indicators. */
void lg__accounts_close(lg_market *m);
void lg__prove_sums(const lg_market *m);

#endif
