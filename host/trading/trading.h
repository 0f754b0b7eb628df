/* host/trading/trading.h — a continuous intraday market: books per delivery area and period
 *
 * Pure: what comes in is a request with a time, what comes out is in logs and in what can be asked.
 * Requests act at once, one after the other; the same requests in the same order give the same
 * trades, ids and logs. Nothing here reads a clock. Units and numbers are those of
 * lunagrid/trading.h; gridpools and areas are meant by index here.
 *
 * Rules, beside those of the header:
 *   - the better price goes first, then who stands in the book longer; a trade is at the price of
 *     the order that stood there first
 *   - an iceberg shows a slice; a consumed slice is followed by the next one, which stands behind
 *     what is there already. One that comes in trades with all it has before it shows a slice
 *   - all-or-none orders pass over what they cannot fill, and are passed over; when an order has
 *     come into the book, those that it crosses are tried again, at most LG_TRADING_TRIES of them
 *   - a balance order takes the other side of its gridpool's position, at most as much, and what
 * the book has at once; a block is an all-or-none order
 *   - a stop-limit order wakes up when a trade in its area and period touches its stop price,
 *     or at once if the last one did; several wake up in the order in which they came
 *   - agreements (PREARRANGED) meet their like only, and are seen by nobody else
 *   - orders of two areas meet as far as the capacity between them goes; what flows one way makes
 *     room the other way
 */
#ifndef LG_TRADING_TRADING_H
#define LG_TRADING_TRADING_H

#include "base/mem.h"
#include "base/status.h"
#include "lunagrid/trading.h"

#define LG_TRADING_TRIES     64
#define LG_TRADING_SINKS_MAX 2
/** Most areas and gridpools. */
#define LG_TRADING_AREAS_MAX     64
#define LG_TRADING_GRIDPOOLS_MAX 4096

/** What happens when an order meets one of its own gridpool. */
typedef enum lg_self_trade {
    LG_SELF_REFUSE,          /* a request that would is refused; one that wakes up is canceled */
    LG_SELF_ALLOW,           /* they trade */
    LG_SELF_CANCEL_RESTING,  /* the one in the book is canceled, by the system */
    LG_SELF_CANCEL_INCOMING, /* what is left of the other one is */
} lg_self_trade;

/** Room for flows from one area to another, in kW, in each period. */
typedef struct lg_trading_link {
    uint32_t from, to;
    int64_t capacity;
} lg_trading_link;

/** What the market is made of; borrowed, must outlive it. */
typedef struct lg_trading_rules {
    const lg_trading_area *areas;
    const lg_trading_gridpool *gridpools;
    const lg_trading_link *links;
    uint32_t area_count, gridpool_count, link_count;
    lg_self_trade self_trade;
    uint32_t orders_max;  /* open orders of a gridpool */
    uint32_t orders_kept; /* that are over and can still be asked for, of all together */
    uint32_t log_max;     /* entries that each log keeps */
} lg_trading_rules;

typedef struct lg_trading lg_trading;

/** Told of each entry of a log when it is made, in order. Functions may be NULL; they change
 * nothing. What they are given is borrowed for the call. */
typedef struct lg_trading_sink {
    void *ctx;
    void (*order)(void *ctx, const lg_trading_order *order);
    void (*trade)(void *ctx, const lg_trading_trade *trade);
    void (*public_trade)(void *ctx, const lg_trading_public_trade *trade);
} lg_trading_sink;

/** An empty market at @p now_ms; NULL when exhausted. */
lg_trading *lg_trading_new(lg_mem *mem, const lg_trading_rules *rules, int64_t now_ms);
/** NULL is fine. */
void lg_trading_free(lg_trading *market);
/** Copied; told in the order they were added, LG_TRADING_SINKS_MAX at most. */
void lg_trading_listen(lg_trading *market, const lg_trading_sink *sink);

/** What it was made of, and the time it was told last. */
const lg_trading_rules *lg_trading_rules_of(const lg_trading *market);
int64_t lg_trading_now(const lg_trading *market);
/** LG_OK; LG_MEMORY, LG_OVERFLOW: the market has stopped half way through a request, and takes none
 * any more. */
lg_status lg_trading_status(const lg_trading *market);

/** Index of a gridpool by its id, of an area by its code; UINT32_MAX: there is none. */
uint32_t lg_trading_gridpool_of(const lg_trading *market, uint64_t id);
uint32_t lg_trading_area_of(const lg_trading *market, const char *code);
uint32_t lg_trading_area_in(const lg_trading_rules *rules, const char *code);

/**
 * Time goes on to @p now_ms, not back: orders expire, gates close, and periods are forgotten whose
 * delivery ended @p keep_ms ago.
 */
void lg_trading_advance(lg_trading *market, int64_t now_ms, int64_t keep_ms);

/** As in lg_trading_door, which says what each refuses. *id becomes the order's number. Unless
 * LG_TRADING_OK_WHY nothing has changed (but see lg_trading_status() for MEMORY). */
lg_trading_why lg_trading_create(lg_trading *market, uint32_t gridpool,
                                 const lg_trading_terms *terms, uint64_t *id) LG_CHECKED;
lg_trading_why lg_trading_update(lg_trading *market, uint32_t gridpool, uint64_t order,
                                 uint32_t set, const lg_trading_terms *terms) LG_CHECKED;
lg_trading_why lg_trading_cancel(lg_trading *market, uint32_t gridpool, uint64_t order) LG_CHECKED;
/** @return how many open orders there were */
uint32_t lg_trading_cancel_all(lg_trading *market, uint32_t gridpool);

/** The order as it stands; its texts are valid until the next request. @return false: there is no
 * such order of the gridpool, or it was forgotten */
bool lg_trading_order_of(const lg_trading *market, uint32_t gridpool, uint64_t order,
                         lg_trading_order *out);
/** As in lg_trading_door. */
uint32_t lg_trading_orders(const lg_trading *market, uint32_t gridpool,
                           const lg_trading_filter *filter, uint64_t before, lg_trading_order *out,
                           uint32_t max, bool *more);
uint32_t lg_trading_trades(const lg_trading *market, uint32_t gridpool,
                           const lg_trading_filter *filter, uint64_t before, lg_trading_trade *out,
                           uint32_t max, bool *more);
uint32_t lg_trading_book(const lg_trading *market, uint32_t area, int64_t start_ms,
                         uint32_t minutes, uint32_t side, lg_trading_public_order *out,
                         uint32_t max);
bool lg_trading_period(const lg_trading *market, uint32_t index, int64_t *start_ms,
                       uint32_t *minutes);

/** Logs, as in lg_trading_door. */
uint64_t lg_trading_cursor(const lg_trading *market, uint32_t log);
uint64_t lg_trading_seek(const lg_trading *market, uint32_t log, int64_t time_ms);
uint32_t lg_trading_read_order(const lg_trading *market, uint32_t gridpool, uint64_t *cursor,
                               lg_trading_order *out);
uint32_t lg_trading_read_trade(const lg_trading *market, uint32_t gridpool, uint64_t *cursor,
                               lg_trading_trade *out);
uint32_t lg_trading_read_public_trade(const lg_trading *market, uint64_t *cursor,
                                      lg_trading_public_trade *out);
uint32_t lg_trading_read_public_order(const lg_trading *market, uint64_t *cursor,
                                      lg_trading_public_order *out);

/** What a gridpool has bought and sold in an area and a period: kW, and money in micro-cents (of
 * the area's currency: millionths of a hundredth). */
typedef struct lg_trading_position {
    int64_t bought, sold;
    int64_t paid_uct, earned_uct; /* negative prices make them less */
} lg_trading_position;
/** Zeros when it has not traded there. */
lg_trading_position lg_trading_position_of(const lg_trading *market, uint32_t gridpool,
                                           uint32_t area, int64_t start_ms, uint32_t minutes);
/** Energy that a gridpool has sold less what it has bought in an area for delivery within [from,
 * until), in micro-watt-hours; each period is rounded by itself. */
int64_t lg_trading_net_uwh(const lg_trading *market, uint32_t gridpool, uint32_t area,
                           int64_t from_ms, int64_t until_ms);
/** Energy of @p kw held for @p ms; money of a price, a quantity and minutes. Rounded half away from
 * zero. */
int64_t lg_trading_uwh(int64_t kw, int64_t ms);
int64_t lg_trading_uct(int64_t price, int64_t kw, uint32_t minutes);

/** What a gridpool has traded since the start, and what deliveries have left between it and the
 * market, as lg_trading_settle() was told. */
typedef struct lg_trading_totals {
    uint64_t trades; /* sides of trades */
    int64_t bought_uwh, sold_uwh;
    int64_t paid_uct, earned_uct;
    int64_t short_uwh, long_uwh; /* delivered less, and more, than was sold; both positive */
    int64_t imbalance_uct;       /* what the gridpool got for that; paid: negative */
} lg_trading_totals;
lg_trading_totals lg_trading_totals_of(const lg_trading *market, uint32_t gridpool);
/** Earned less paid, and the imbalance. */
int64_t lg_trading_money_uct(const lg_trading_totals *totals);
/** A delivery of @p gridpool was @p imbalance_uwh more, or if negative less, than it had sold, for
 * which it gets @p amount_uct. */
void lg_trading_settle(lg_trading *market, uint32_t gridpool, int64_t imbalance_uwh,
                       int64_t amount_uct);

/** How much there was since the start. */
typedef struct lg_trading_counts {
    uint64_t orders, refused, updates, cancels, trades;
    uint64_t open;      /* orders, now */
    int64_t traded_uwh; /* energy */
} lg_trading_counts;
lg_trading_counts lg_trading_counts_of(const lg_trading *market);

/** Walks through everything: sums of books, levels and positions are those of their orders and
 * trades, what is bought is sold. @return NULL, or what is wrong */
const char *lg_trading_check(const lg_trading *market);

/** What a lg_trading_why says. @p count goes into the answer. */
lg_trading_answer lg_trading_answer_of(lg_trading_why why, uint32_t count);
/** Words of the numbers, as scripts and results know them: "stop_limit", "buy", "active",
 * "full_execution", "user", "fok"; "" for 0. "?" for a number that is none. */
const char *lg_trading_type_word(uint32_t type);
const char *lg_trading_side_word(uint32_t side);
const char *lg_trading_execution_word(uint32_t execution);
const char *lg_trading_state_word(uint32_t state);
const char *lg_trading_reason_word(uint32_t reason);
const char *lg_trading_actor_word(uint32_t actor);
/** The number of a word of one of these lists; UINT32_MAX: there is none. */
uint32_t lg_trading_number(const char *(*word_of)(uint32_t), const char *word);

#endif
