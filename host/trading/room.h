/* host/trading/room.h — what the files of this room share: records of orders, price levels, logs
 *
 * Everything lies in pools that grow and are never given back before the end, so that a market that
 * has seen its busiest hour allocates no more. Records are meant by index; LG__NIL is none.
 *
 *   record   an order, from its creation until it is forgotten; on the chain of its gridpool
 *            (newest first), of its id's bucket, while open of its contract, and in one place: a
 *            level of a book, a level of the stops, the agreements of its contract, or none
 *   contract one delivery period with the books of all areas
 *   side     prices of one side of one book, best first: a trie of 64-ary nodes over the price's
 *            number of steps, so that finding a level, the best and the next take a few steps each
 *   level    the orders of one price, in the order they stand
 *   log      a ring of entries numbered from 1
 */
#ifndef LG_TRADING_ROOM_H
#define LG_TRADING_ROOM_H

#include "base/num.h"
#include "trading/trading.h"

#define LG__NIL UINT32_MAX

/** Bytes that several records and log entries share. */
typedef struct lg__blob {
    struct lg__blob *next; /* while free */
    uint32_t refs, size, class;
    char bytes[];
} lg__blob;
enum { LG__BLOB_CLASSES = 8 }; /* rooms of 32, 64, ... 4096 and more bytes */

enum lg__place { LG__NOWHERE, LG__IN_BOOK, LG__IN_STOPS, LG__IN_AGREED };
/* Sides of a book; stops are sides by stop price. */
enum lg__which { LG__BUYS, LG__SELLS, LG__BUY_STOPS, LG__SELL_STOPS, LG__SIDES };

typedef struct lg__rec {
    uint64_t id;
    uint64_t seq;  /* its place in time among all that stand in books */
    int64_t open;  /* not traded yet */
    int64_t shown; /* of it, in the public book: all, or a slice */
    int64_t price; /* limit; of an iceberg that of its slice */
    uint32_t prev, next, level;
    uint32_t contract, area, gridpool;
    uint8_t side, type, execution, state, reason, actor, place, minutes;
    /* seldom needed */
    uint64_t public_id;
    int64_t quantity, stop_price, peak_delta, display;
    int64_t start_ms, valid_until_ms, created_ms, modified_ms, public_ms;
    uint64_t number; /* of its last change */
    uint32_t bucket_next, pool_prev, pool_next, live_prev, live_next, due_prev, due_next, over_next;
    lg__blob *tag, *payload;
} lg__rec;

typedef struct lg__level {
    int64_t price;
    int64_t open; /* of its orders, all that is not traded */
    uint32_t head, tail;
    uint32_t count;
    uint32_t node, bit; /* where it hangs */
} lg__level;

typedef struct lg__node {
    uint64_t bits;        /* which kids there are */
    uint32_t parent, bit; /* where it hangs itself; parent: of a free one, the next */
    uint32_t kids[64];    /* nodes, or levels at the bottom */
} lg__node;

typedef struct lg__side {
    uint32_t root; /* LG__NIL: nothing was ever here */
    uint32_t best; /* level; LG__NIL: empty */
    bool high;     /* the best is the highest price */
    uint32_t orders, aon;
    int64_t open;
} lg__side;

typedef struct lg__book {
    lg__side sides[LG__SIDES];
    int64_t last;      /* price traded last; LG_TRADING_NO_PRICE */
    int64_t low, high; /* since stops were looked at; low > high: no trade */
    bool closed;
} lg__book;

typedef struct lg__contract {
    int64_t start_ms, end_ms;
    uint32_t minutes;
    uint32_t live_first, live_last; /* open orders in the order they came */
    uint32_t agreed, agreed_last;   /* chain of waiting agreements, oldest first */
    uint32_t next;                  /* while free */
    bool used, closed;
    bool touched;                   /* there was a trade: stops are to be looked at */
    bool crossing;                  /* a flow has made room the other way */
    int64_t traded;                 /* kW, each trade once */
    int64_t money_uct;              /* likewise */
    lg__book *books;                /* one an area */
    lg_trading_position *positions; /* area * gridpool_count + gridpool */
    int64_t *flows;                 /* from * area_count + to; flows[b, a] == -flows[a, b] */
} lg__contract;

/** A ring of entries of one size; entry number n is at n & (capacity - 1). */
typedef struct lg__log {
    char *entries;
    uint32_t size;
    uint32_t capacity, max; /* powers of two */
    uint64_t first, next;   /* numbers kept: [first, next) */
} lg__log;

typedef struct lg__order_entry {
    lg_trading_order order;
    uint32_t gridpool;
    lg__blob *tag, *payload;
} lg__order_entry;

typedef struct lg__trade_entry {
    lg_trading_trade trade;
    uint32_t gridpool;
    lg__blob *tag;
} lg__trade_entry;

typedef struct lg__pool {
    uint32_t newest; /* record */
    uint32_t open;
    lg_trading_totals totals;
} lg__pool;

/** A step of a plan: an all-or-none order takes so much of that record. */
typedef struct lg__step {
    uint32_t rec;
    int64_t quantity;
} lg__step;

/** What a plan can take of a record at once: what is shown, or a slice that follows in it. */
typedef struct lg__slice {
    int64_t price, open; /* open: with all slices behind it */
    uint64_t seq;        /* its place in time, or the one that it would get */
    uint32_t rec, reach; /* reach: number of the area's, in the walk */
} lg__slice;

struct lg_trading {
    lg_mem *mem;
    const lg_trading_rules *rules;
    lg_trading_sink sinks[LG_TRADING_SINKS_MAX];
    uint32_t sink_count;
    int64_t now_ms;
    lg_status failed;
    uint64_t next_id, next_seq, next_public, next_trade;
    lg__rec *recs;
    uint32_t rec_count, rec_capacity, rec_free;
    uint32_t *buckets; /* of ids */
    uint32_t bucket_count, kept;
    uint32_t aon; /* all-or-none orders that rest or sleep */
    lg__level *levels;
    uint32_t level_count, level_capacity, level_free;
    lg__node *nodes;
    uint32_t node_count, node_capacity, node_free;
    lg__contract **contracts;
    uint32_t contract_count, contract_capacity, contract_free;
    uint32_t *sorted; /* contracts in use, by start, then duration */
    uint32_t sorted_count, sorted_capacity;
    lg__pool *pools;
    int64_t *capacity;                    /* from * area_count + to */
    uint32_t depth[LG_TRADING_AREAS_MAX]; /* of the tries of an area */
    bool linked;                          /* there are areas whose orders meet */
    uint32_t due_first;                   /* orders with valid_until */
    uint32_t over_first, over_last;       /* orders that are over, oldest first */
    uint32_t over_count;
    lg__blob *blobs[LG__BLOB_CLASSES];
    lg__log orders, trades, public_trades, public_orders;
    lg__step *steps;
    uint32_t step_count, step_capacity;
    lg__slice *slices; /* of a plan, that are not shown yet: a heap, the one met next on top */
    uint32_t slice_count, slice_capacity;
    lg__step *woken; /* stops, and when they came */
    uint32_t woken_capacity;
    lg_trading_counts counts;
};

/* ---- records (pool.c) ---- */
uint32_t lg__rec_new(lg_trading *t); /* cleared, with an id; LG__NIL when exhausted */
uint32_t lg__rec_find(const lg_trading *t, uint64_t id);
/** It is open: it hangs on its contract, and on the orders that fall due. */
void lg__rec_live(lg_trading *t, uint32_t rec);
/** It is over: it hangs on neither any more. */
void lg__rec_over(lg_trading *t, uint32_t rec);
/** Forgets the oldest orders that are over, past those that are kept: at the end of a request. */
void lg__rec_forget(lg_trading *t);
/** Takes it from, or puts it to, the orders that fall due. */
void lg__rec_due(lg_trading *t, uint32_t rec, bool due);
/** A copy of @p size bytes, with an end; NULL when exhausted. */
lg__blob *lg__blob_new(lg_trading *t, const void *bytes, size_t size);
lg__blob *lg__blob_ref(lg__blob *blob);
void lg__blob_unref(lg_trading *t, lg__blob *blob);
void lg__blob_fini(lg_trading *t);

/* ---- prices (side.c) ---- */
/** Room for one more level of @p area; false when exhausted. */
bool lg__side_reserve(lg_trading *t, uint32_t area);
/** Puts a record behind those of its price (@p price). False when exhausted. */
bool lg__side_add(lg_trading *t, lg__side *side, uint32_t rec, int64_t price);
void lg__side_remove(lg_trading *t, lg__side *side, uint32_t rec);
/** The level behind @p level; LG__NIL after the last. */
uint32_t lg__side_next(const lg_trading *t, const lg__side *side, uint32_t level);
/** The first record, and the one behind @p rec, best first. */
uint32_t lg__side_first(const lg_trading *t, const lg__side *side);
uint32_t lg__side_after(const lg_trading *t, const lg__side *side, uint32_t rec);

/* ---- contracts (contract.c) ---- */
uint32_t lg__contract_find(const lg_trading *t, int64_t start_ms, uint32_t minutes);
/** Made when there is none; LG__NIL when exhausted. */
uint32_t lg__contract_get(lg_trading *t, int64_t start_ms, uint32_t minutes);
/** Forgets the one at @p place of the sorted ones, which has no open order. */
void lg__contract_drop(lg_trading *t, uint32_t place);
void lg__contract_fini(lg_trading *t);

/** 5, 15, 30, 60 as in lg_trading_area.minutes; 0: no such duration. */
static inline uint32_t lg__minutes_bit(uint32_t minutes)
{
    return minutes == 5 ? 1 : minutes == 15 ? 2 : minutes == 30 ? 4 : minutes == 60 ? 8 : 0;
}

/* ---- logs (log.c) ---- */
bool lg__logs_init(lg_trading *t);
void lg__logs_fini(lg_trading *t);
/** The record has changed: its state, and why. */
void lg__tell(lg_trading *t, lg__rec *rec, uint8_t state, uint8_t reason, uint8_t actor);
/** What is shown of it has changed; nothing: it has left the book. */
void lg__show(lg_trading *t, lg__rec *rec, int64_t shown);
/** Both trade. @p open: everybody may see it */
void lg__tell_trade(lg_trading *t, const lg__rec *buy, const lg__rec *sell, int64_t price,
                    int64_t quantity, bool open);
/** Each fills it from a record. */
void lg__terms_out(const lg__rec *rec, lg_trading_terms *out);
void lg__order_out(const lg__rec *rec, const lg_trading_gridpool *gridpool, lg_trading_order *out);
void lg__public_out(const lg__rec *rec, int64_t shown, lg_trading_public_order *out);

/* ---- trading (match.c, execute.c, enter.c) ---- */
/** @p quantity of both changes hands: postings, what is left of them, and who is told. */
void lg__execute(lg_trading *t, uint32_t incoming, uint32_t resting, int64_t quantity);
/** Room for energy from one area to another in the contract. */
int64_t lg__room(const lg_trading *t, const lg__contract *c, uint32_t from, uint32_t to);
static inline lg__side *lg__side_of(lg_trading *t, const lg__rec *rec, enum lg__which which)
{
    return &t->contracts[rec->contract]->books[rec->area].sides[which];
}
/** Price of the slice behind one at @p price: dearer to sell or cheaper to buy. */
int64_t lg__slice_price(const lg__rec *rec, int64_t price);
/** Trades with whatever it meets. It may stand in the book itself. @return false: it was ended */
bool lg__match(lg_trading *t, uint32_t rec);
/** Fills it whole, at once, with what it would trade with were it any other order; one that comes
 * across its own gridpool on the way is ended where the rules say so. @return false: it cannot be
 * filled, and nothing has happened */
bool lg__match_whole(lg_trading *t, uint32_t rec);
/** Whether @p order, which need not be in the market, would meet one of its own gridpool. */
bool lg__meets_own(lg_trading *t, const lg__rec *order);
/** Whether it stands across from something that it could trade with. */
bool lg__crosses(lg_trading *t, const lg__rec *order);
/** Takes it out of its place; what was shown of it stays in the public book. */
void lg__lift(lg_trading *t, uint32_t rec);
/** Ends it: takes it out of its place and tells. */
void lg__end(lg_trading *t, uint32_t rec, uint8_t state, uint8_t reason, uint8_t actor);
/** An agreement meets its like, or waits. */
void lg__agree(lg_trading *t, uint32_t rec);
/** Puts it to the book, behind its price, with a new place in time. */
void lg__rest(lg_trading *t, uint32_t rec);
/** A stop goes to sleep. */
void lg__sleep(lg_trading *t, uint32_t rec);
/** Whether the last trade has touched the stop price of @p order. */
bool lg__touched(const lg_trading *t, const lg__rec *order);
/** It comes into the market: trades, rests or ends, and what follows from that happens: others that
 * it crosses trade, stops wake up. */
void lg__enter(lg_trading *t, uint32_t rec);

/* ---- rules of what may be asked (terms.c) ---- */
/** How an order of a type executes that says so, or nothing. */
uint32_t lg__execution_of(uint32_t type, uint32_t execution);
lg_trading_why lg__check_terms(const lg_trading *t, const lg_trading_terms *terms);
/** Takes over the fields @p set. */
void lg__terms_set(lg_trading_terms *to, uint32_t set, const lg_trading_terms *from);
lg_trading_why lg__check_update(const lg_trading *t, const lg__rec *rec, uint32_t set,
                                const lg_trading_terms *terms);

#endif
