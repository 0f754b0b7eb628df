/* tests/fuzz/naive_market.h — the market written a second time, as plainly as possible
 *
 * It copies every order into every market that sees it, anew in each tick, and then walks the
 * copies. It is slow on purpose: what it does can be checked against the rules by reading. The real
 * engine is compared with it, trade by trade.
 */
#ifndef LG_FUZZ_NAIVE_MARKET_H
#define LG_FUZZ_NAIVE_MARKET_H

#include "market/market.h"

/** One order of an asset; the copies in the markets refer to it. */
typedef struct naive_order {
    uint64_t id;       /* rises with every placed or changed order */
    uint64_t sequence; /* rises likewise, and with every rest of a partial fill */
    uint32_t asset;
    lg_side side;
    int64_t left_uwh;
    int64_t rate_uct;
    uint32_t arrival; /* tick in which it entered the asset's own market */
    uint32_t tick;    /* when it was placed or last changed */
    bool open;
} naive_order;

/** A copy of an order in the market of an area. */
typedef struct naive_copy {
    uint32_t order; /* index into orders */
    uint32_t party; /* who stands for it there: naive_party_... */
    uint32_t arrival;
    uint64_t sequence; /* the order's when the copy was made */
    int64_t rate_uct;  /* as seen in that market */
} naive_copy;

/** The book of one market in one tick. */
typedef struct naive_book {
    naive_copy *bids, *offers;
    uint32_t bid_count, offer_count;
    uint32_t bid_room, offer_room;
} naive_book;

/** What a trade comes to, and its legs (trade.legs is NULL, for the list of trades moves as it
 * grows). */
typedef struct naive_trade {
    lg_trade trade;
    lg_leg legs[2 * LG_DEPTH_MAX + 2];
} naive_trade;

typedef struct naive_market {
    lg_mem *mem;
    const lg_site *site;
    const lg_rules *rules;
    /* Within a tick, priority and an own side's best rate are those at the start of the matching,
     * also after a trade in another market or an earlier clearing; false: as they are when a
     * market's turn comes. True at first, for so the engine has it. */
    bool frozen;
    bool is_open;
    uint32_t slot, tick;
    int64_t start_ms;
    uint64_t last_id, last_sequence, last_trade;
    int64_t *fee_next, *fee; /* of each area: configured, and frozen for the slot */
    bool *cut_next, *cut;    /* of each area: has no connection to its parent; next and this slot */
    bool *off_next;          /* of each area: disabled, with all below, from the next slot on */
    bool *asset_off_next;    /* the same of each asset */
    lg_position *positions;
    naive_order *orders;
    uint32_t order_count, order_room;
    naive_book *books;   /* of each area */
    naive_book clearing; /* what takes part in the clearing under way */
    naive_trade *trades; /* of the running slot */
    uint32_t trade_count, trade_room;
    lg_bill *asset_bills, *area_bills, *external_bills;
    int64_t *fees_uct, *rounding_uct; /* earned by each area's market, and left over there */
} naive_market;

/** A naive market of @p site under @p rules. Memory running out is not handled: it asserts. */
naive_market *naive_market_new(const lg_site *site, const lg_rules *rules);
void naive_market_free(naive_market *naive);

/** As their namesakes in market/market.h. */
lg_status naive_market_open_slot(naive_market *naive, uint32_t slot, int64_t start_ms,
                                 const lg_caps *caps);
lg_status naive_market_place(naive_market *naive, uint32_t asset, lg_side side, int64_t energy_uwh,
                             int64_t rate_uct, bool replace, lg_placed *placed);
lg_status naive_market_cancel(naive_market *naive, uint32_t asset, lg_side side, uint64_t id,
                              uint32_t *cancelled);
lg_status naive_market_tick(naive_market *naive, uint32_t tick);
lg_status naive_market_close_slot(naive_market *naive);
lg_status naive_market_set_fee(naive_market *naive, uint32_t area, lg_fee_kind kind, int64_t fee);
void naive_market_set_connected(naive_market *naive, uint32_t area, bool connected);
void naive_market_set_enabled(naive_market *naive, uint32_t area, bool enabled);
void naive_market_set_asset_enabled(naive_market *naive, uint32_t asset, bool enabled);
uint32_t naive_market_orders(const naive_market *naive, uint32_t asset, lg_side side,
                             lg_order *orders, uint32_t max);

/* Shared by the files of the naive market. */

/** The area's parent's market, as a party inside the area's own. */
#define NAIVE_PARTY_OUTSIDE UINT32_MAX
/** A child area as a party; assets are parties under their own index. */
#define NAIVE_PARTY_AREA UINT32_C(0x80000000)

/** Executes a trade of @p energy_uwh in @p area at @p buyer_rate_uct in the buyer's own market. */
void naive_execute(naive_market *naive, uint32_t area, naive_order *offer, naive_order *bid,
                   int64_t energy_uwh, int64_t buyer_rate_uct);
/** Matches the market of @p area. */
void naive_match(naive_market *naive, uint32_t area);
/** Matches @p area where there are no local markets: its own assets, then each with the utility. */
void naive_match_none(naive_market *naive, uint32_t area);

#endif
