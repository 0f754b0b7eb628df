/* include/lunagrid/trading.h — the intraday market as plugins and scripts see it (since 1.3)
 *
 * A continuous market beside the local ones: one order book per delivery area and delivery period,
 * price-time priority, in the clock of the run. Participants are gridpools; an order belongs to the
 * gridpool that sent it.
 *
 * Units. Prices are thousandths of the area's currency per MWh (12.34 EUR/MWh is 12340), quantities
 * are kW held over the whole period, times are milliseconds since 1970 UTC in the clock of the run.
 * Whoever's clients live in another clock adds lg_trading_clock.shift_ms to what they are told and
 * takes it away from what they say.
 *
 * Numbers of types, sides, execution options, states, reasons, actors and durations are those of
 * the Electricity Trading API. Everything here is plain data; texts and bytes are borrowed, until
 * the next call of the same door at most, and copied where they come in.
 */
#ifndef LUNAGRID_TRADING_H
#define LUNAGRID_TRADING_H

#include "lunagrid/abi.h"

/** An absent price, which no order can have. */
#define LG_TRADING_NO_PRICE INT64_MIN
/** Bounds of prices, -9999 to 9999 per MWh, and of quantities: what an order may ask at most. */
#define LG_TRADING_PRICE_MAX    INT64_C(9999000)
#define LG_TRADING_QUANTITY_MAX INT64_C(10000000)
/** Longest tag and payload, in bytes, the tag's end not counted. */
#define LG_TRADING_TAG_MAX     256
#define LG_TRADING_PAYLOAD_MAX 4096

/* Types. All but PRIVATE, which is refused as LG_TRADING_TYPE. BLOCK is one period, all or none: it
 * rests like AON, or is FOK. BALANCE closes the gridpool's own position in its area and period: it
 * is on the other side, of at most as much, and takes what the book has at once (IOC, or FOK); it
 * never rests, so nothing can make it more than the position is. PREARRANGED registers what was
 * agreed elsewhere: two gridpools send the same area, period, price, quantity and tag, one to buy,
 * one to sell; nobody else sees it. */
enum {
    LG_TRADING_LIMIT = 1,
    LG_TRADING_STOP_LIMIT = 2,
    LG_TRADING_ICEBERG = 3,
    LG_TRADING_BLOCK = 4,
    LG_TRADING_BALANCE = 5,
    LG_TRADING_PREARRANGED = 6,
    LG_TRADING_PRIVATE = 7,
};
enum { LG_TRADING_BUY = 1, LG_TRADING_SELL = 2 };
/* How an order executes; 0: it rests in the book until something ends it. */
enum { LG_TRADING_AON = 2, LG_TRADING_FOK = 3, LG_TRADING_IOC = 4 };
enum {
    LG_TRADING_PENDING = 1,
    LG_TRADING_ACTIVE = 2,
    LG_TRADING_FILLED = 3, /* from here on final, but for HIBERNATE */
    LG_TRADING_CANCELED = 4,
    LG_TRADING_EXPIRED = 5,
    LG_TRADING_FAILED = 6,
    LG_TRADING_HIBERNATE = 7, /* a stop that was not touched yet */
};
/* Why an order is in its state, or was changed last. */
enum {
    LG_TRADING_ADD = 1,
    LG_TRADING_MODIFY = 2,
    LG_TRADING_DELETE = 3,
    LG_TRADING_DEACTIVATE = 4,
    LG_TRADING_REJECT = 5,
    LG_TRADING_FULL_EXECUTION = 6,
    LG_TRADING_PARTIAL_EXECUTION = 7,
    LG_TRADING_ICEBERG_SLICE_ADD = 8,
    LG_TRADING_VALIDATION_FAIL = 9,
};
enum { LG_TRADING_USER = 1, LG_TRADING_OPERATOR = 2, LG_TRADING_SYSTEM = 3 };
/** State of a trade: this market recalls none. */
enum { LG_TRADING_TRADE_ACTIVE = 1 };

/*
 * Why a request is refused; nothing has changed then. The kind says what the asker can do about it:
 *   ARGUMENT  the request itself is wrong: asking again does not help
 *   MISSING   there is nothing of that number, or it is somebody else's
 *   STATE     it is fine but the market does not allow it now
 *   OFFERED   this market does not offer it
 *   FULL      there is no room: later perhaps
 *   AWAY      the market is over
 *   BROKEN    the host cannot go on
 *
 *     name           word             sentence                                                kind
 */
#define LG_TRADING_WHY_MAP(X)                                                                      \
    X(OK, "ok", "done", FINE)                                                                      \
    X(GRIDPOOL, "gridpool", "there is no such gridpool", MISSING)                                  \
    X(ORDER, "order", "this gridpool has no such order", MISSING)                                  \
    X(AREA, "delivery_area", "there is no such delivery area", ARGUMENT)                           \
    X(CURRENCY, "currency", "prices of this delivery area are in another currency", ARGUMENT)      \
    X(DURATION, "duration", "this delivery area has no periods of that duration", ARGUMENT)        \
    X(PERIOD, "delivery_period", "a period starts at a multiple of its duration", ARGUMENT)        \
    X(CLOSED, "gate_closed", "the gate of this delivery period has closed", ARGUMENT)              \
    X(EARLY, "not_open_yet", "this delivery period is not traded yet", ARGUMENT)                   \
    X(TYPE, "order_type", "this type of order is not offered", OFFERED)                            \
    X(SIDE, "side", "the side is neither buy nor sell", ARGUMENT)                                  \
    X(PRICE, "price", "the price is outside what the market takes, or between its steps",          \
      ARGUMENT)                                                                                    \
    X(QUANTITY, "quantity", "the quantity is outside what the market takes, or between its steps", \
      ARGUMENT)                                                                                    \
    X(STOP_PRICE, "stop_price",                                                                    \
      "a stop price belongs to a stop-limit order, and within the steps", ARGUMENT)                \
    X(PEAK, "peak_price_delta", "a peak price delta belongs to an iceberg and is not negative",    \
      ARGUMENT)                                                                                    \
    X(DISPLAY, "display_quantity",                                                                 \
      "a display quantity belongs to an iceberg, within the steps and at most its quantity",       \
      ARGUMENT)                                                                                    \
    X(EXECUTION, "execution_option", "this execution option does not go with this order",          \
      ARGUMENT)                                                                                    \
    X(VALID_UNTIL, "valid_until",                                                                  \
      "valid_until is to come, not after the gate closes, and not with AON, FOK or IOC", ARGUMENT) \
    X(TAG, "tag", "the tag is too long, or an agreement has none", ARGUMENT)                       \
    X(PAYLOAD, "payload", "the payload is too long", ARGUMENT)                                     \
    X(MASK, "update_mask", "the update names no field, or one that it cannot clear", ARGUMENT)     \
    X(FILLED, "filled", "more than the new quantity has been traded already", ARGUMENT)            \
    X(FINAL, "final", "the order is over", STATE)                                                  \
    X(SELF_TRADE, "self_trade", "the order would trade with one of its own gridpool", STATE)       \
    X(LIMIT, "limit", "the gridpool has as many open orders as it may have", FULL)                 \
    X(OVER, "over", "the run is over, or does not take requests now", AWAY)                        \
    X(MEMORY, "memory", "the host cannot keep the request", BROKEN)                                \
    X(BALANCE, "balance",                                                                          \
      "a balance order takes the other side of the gridpool's own position, and at most as much",  \
      STATE)

typedef enum lg_trading_why {
#define X(name, word, sentence, kind) LG_TRADING_##name##_WHY,
    LG_TRADING_WHY_MAP(X)
#undef X
        LG_TRADING_WHY_COUNT
} lg_trading_why;

typedef enum lg_trading_kind {
    LG_TRADING_KIND_FINE,
    LG_TRADING_KIND_ARGUMENT,
    LG_TRADING_KIND_MISSING,
    LG_TRADING_KIND_STATE,
    LG_TRADING_KIND_OFFERED,
    LG_TRADING_KIND_FULL,
    LG_TRADING_KIND_AWAY,
    LG_TRADING_KIND_BROKEN,
} lg_trading_kind;

/** What comes of a request: a lg_trading_why, with its word, sentence and kind. The word lives for
 * ever, the sentence, which has the numbers of this request, until the next one. */
typedef struct lg_trading_answer {
    uint32_t size;     /* sizeof(lg_trading_answer) */
    uint32_t why;      /* LG_TRADING_OK_WHY: it was done */
    uint32_t kind;     /* lg_trading_kind */
    uint32_t count;    /* of cancel_all: how many orders went */
    const char *word;  /* the field concerned, as the wire calls it, or "gate_closed" and so on */
    const char *words; /* one sentence: "...: 50.001, of -9999 to 9999 in steps of 0.01" */
} lg_trading_answer;

/** A delivery area. Constant during a run. */
typedef struct lg_trading_area {
    uint32_t size; /* sizeof(lg_trading_area) */
    uint32_t index;
    const char *code;   /* "10YDE-EON------1" */
    uint32_t code_type; /* 1: EIC, 2: NERC */
    uint32_t currency;  /* 3: EUR; numbers of the Electricity Trading API */
    uint32_t minutes;   /* bits of the durations there are: 1: 5, 2: 15, 4: 30, 8: 60 minutes */
    uint32_t reserved;
    int64_t price_step;    /* a price is a multiple of it, */
    int64_t quantity_step; /* and a quantity, and at least one */
    int64_t gate_ms;       /* trading of a period ends so long before its start */
    int64_t horizon_ms;    /* and begins so long before it */
} lg_trading_area;

/** A participant. Constant during a run. */
typedef struct lg_trading_gridpool {
    uint32_t size; /* sizeof(lg_trading_gridpool) */
    uint32_t index;
    uint64_t id;
    const char *name;
    const char *agent; /* who else trades for it, a script; "": nobody */
} lg_trading_gridpool;

/** What the market's clock says. */
typedef struct lg_trading_clock {
    uint32_t size; /* sizeof(lg_trading_clock) */
    uint32_t reserved;
    int64_t now_ms;   /* in the clock of the run */
    int64_t shift_ms; /* what to add for the clock of clients: whole hours, constant */
} lg_trading_clock;

/** What an order asks. This struct does not grow. */
typedef struct lg_trading_terms {
    uint32_t area;     /* lg_trading_area.index */
    uint32_t currency; /* of all its prices; 0: that of the area */
    int64_t start_ms;  /* of the delivery period */
    uint32_t minutes;  /* 5, 15, 30, 60 */
    uint32_t type, side;
    uint32_t execution;     /* 0: rests */
    int64_t price;          /* limit, negative ones included */
    int64_t quantity;       /* kW, in all */
    int64_t stop_price;     /* of STOP_LIMIT; else LG_TRADING_NO_PRICE */
    int64_t peak_delta;     /* of ICEBERG: each new slice is so much dearer to sell or cheaper to
                               buy; else LG_TRADING_NO_PRICE */
    int64_t display;        /* of ICEBERG: kW of a slice; else 0 */
    int64_t valid_until_ms; /* 0: until the gate closes */
    const char *tag;        /* NULL: none */
    const void *payload;    /* the asker's own bytes, kept and given back */
    uint32_t payload_size, reserved;
} lg_trading_terms;

/** Fields of an update: a bit says that the field is set, to what the terms say. */
enum {
    LG_TRADING_SET_PRICE = 1,
    LG_TRADING_SET_QUANTITY = 2,
    LG_TRADING_SET_STOP_PRICE = 4,
    LG_TRADING_SET_PEAK_DELTA = 8,
    LG_TRADING_SET_DISPLAY = 16,
    LG_TRADING_SET_EXECUTION = 32,
    LG_TRADING_SET_VALID_UNTIL = 64,
    LG_TRADING_SET_PAYLOAD = 128,
    LG_TRADING_SET_TAG = 256,
    LG_TRADING_SET_ALL = 511,
};

/** An order as it stands, or as it stood after one change. */
typedef struct lg_trading_order {
    uint32_t size; /* sizeof(lg_trading_order) */
    uint32_t state, reason, actor;
    uint64_t id;       /* rising from 1 */
    uint64_t gridpool; /* id */
    uint64_t number;   /* of the change among all changes of orders, rising from 1 */
    int64_t open;      /* kW not traded; of a final order what did not trade */
    int64_t filled;    /* kW; open + filled is terms.quantity */
    int64_t created_ms, modified_ms;
    lg_trading_terms terms; /* price: of an iceberg that of the slice that is shown */
} lg_trading_order;

/** A trade of a gridpool. */
typedef struct lg_trading_trade {
    uint32_t size;         /* sizeof(lg_trading_trade) */
    uint32_t side;         /* of the gridpool's order */
    uint64_t id, order_id; /* the public trade has the same id */
    uint64_t gridpool;
    uint64_t number; /* among all sides of trades, rising from 1 */
    uint32_t area, minutes;
    int64_t start_ms, time_ms;
    int64_t price, quantity;
    uint32_t state, reserved;
    const char *tag; /* of the order when it traded; NULL: none */
} lg_trading_trade;

/** The same as everybody may see it. Agreements registered here are not public. */
typedef struct lg_trading_public_trade {
    uint32_t size; /* sizeof(lg_trading_public_trade) */
    uint32_t state;
    uint64_t id;
    uint64_t number; /* among all public trades, rising from 1 */
    uint32_t buy_area, sell_area, minutes, reserved;
    int64_t start_ms, time_ms;
    int64_t price, quantity;
} lg_trading_public_trade;

/** A change of the public order book: an order that came, changed, or went. */
typedef struct lg_trading_public_order {
    uint32_t size; /* sizeof(lg_trading_public_order) */
    uint32_t area;
    uint64_t id;     /* says nothing about the order's own; an iceberg's slices have one each */
    uint64_t number; /* among all records, rising from 1 */
    uint32_t minutes, type, side, execution;
    int64_t start_ms;
    int64_t price, quantity; /* kW that are shown and open; 0: it has left the book */
    int64_t created_ms, updated_ms;
} lg_trading_public_order;

/** What orders, or trades, are asked for; fields combine with AND, an absent one does not filter.
 */
typedef struct lg_trading_filter {
    uint32_t size;             /* sizeof(lg_trading_filter) */
    uint32_t states;           /* bits 1 << state; 0: all */
    uint32_t side;             /* 0: both */
    uint32_t area;             /* UINT32_MAX: all */
    uint32_t minutes;          /* bits as in lg_trading_area; 0: all */
    uint32_t id_count;         /* 0: all */
    const uint64_t *ids;       /* of orders, or of trades */
    const char *tag;           /* NULL: all */
    int64_t from_ms, until_ms; /* start of the period in [from, until); INT64_MIN, INT64_MAX: open
                                */
} lg_trading_filter;

/** Logs that are read by cursor: what changed, in order. A cursor is the number of the next entry
 * that is wanted. */
enum {
    LG_TRADING_LOG_ORDERS = 1,
    LG_TRADING_LOG_TRADES = 2,
    LG_TRADING_LOG_PUBLIC_TRADES = 3,
    LG_TRADING_LOG_PUBLIC_ORDERS = 4,
};
/** What reading gives. GONE: the entry was forgotten; the cursor is at the oldest that is kept. */
enum { LG_TRADING_READ = 0, LG_TRADING_NOTHING_NEW = 1, LG_TRADING_GONE = 2 };

/**
 * The door. What changes something is journalled before it acts, acts at once, between two ticks,
 * and is answered when the call returns; what it caused is in the logs by then. Functions that look
 * change nothing and may be called at any time. `ctx` is the host's and goes first; a struct that
 * is filled has its `size` set by the caller.
 */
typedef struct lg_trading_door {
    uint32_t size; /* sizeof(lg_trading_door) */
    uint32_t reserved;
    void *ctx;

    void (*clock)(void *ctx, lg_trading_clock *out);
    /** Area, or gridpool, @p index from 0 on. @return false: there are not so many */
    int32_t (*area)(void *ctx, uint32_t index, lg_trading_area *out);
    int32_t (*gridpool)(void *ctx, uint32_t index, lg_trading_gridpool *out);

    /** A new order. @p out, which may be NULL, becomes the order as it stands then: it may have
     * traded, or be over already (FOK, IOC). @return lg_trading_why, also in answer->why */
    uint32_t (*create)(void *ctx, uint64_t gridpool, const lg_trading_terms *terms,
                       lg_trading_order *out, lg_trading_answer *answer);
    /** Changes the fields @p set of an order. Price, a higher quantity, another execution option, a
     * stop price and a display quantity cost it its time priority; what else there is does not. */
    uint32_t (*update)(void *ctx, uint64_t gridpool, uint64_t order, uint32_t set,
                       const lg_trading_terms *terms, lg_trading_order *out,
                       lg_trading_answer *answer);
    uint32_t (*cancel)(void *ctx, uint64_t gridpool, uint64_t order, lg_trading_order *out,
                       lg_trading_answer *answer);
    /** All open orders of the gridpool, the newest first. */
    uint32_t (*cancel_all)(void *ctx, uint64_t gridpool, lg_trading_answer *answer);

    /** One order. Orders that are over can be asked for until they are forgotten
     * (intraday.orders_kept of the scenario). @return lg_trading_why: OK, GRIDPOOL or ORDER */
    uint32_t (*order)(void *ctx, uint64_t gridpool, uint64_t order, lg_trading_order *out);
    /** Orders, or trades, of the gridpool that fit, the newest first: orders with an id, trades
     * with a number below @p before (0: from the newest on), at most @p max into the array @p out.
     * @return how many are there; UINT32_MAX: there is no such gridpool. *more becomes 1 when older
     * ones fit too */
    uint32_t (*orders)(void *ctx, uint64_t gridpool, const lg_trading_filter *filter,
                       uint64_t before, lg_trading_order *out, uint32_t max, uint32_t *more);
    uint32_t (*trades)(void *ctx, uint64_t gridpool, const lg_trading_filter *filter,
                       uint64_t before, lg_trading_trade *out, uint32_t max, uint32_t *more);
    /** The public book as it stands: records of resting orders of one side, the best first, at most
     * @p max. Their number is that of the last record there was. @return how many */
    uint32_t (*book)(void *ctx, uint32_t area, int64_t start_ms, uint32_t minutes, uint32_t side,
                     lg_trading_public_order *out, uint32_t max);
    /** Periods that have a book: period @p index, from 0 on, by start, then duration. @return
     * false: there are not so many */
    int32_t (*period)(void *ctx, uint32_t index, int64_t *start_ms, uint32_t *minutes);

    /** The cursor of what comes next in log @p log. */
    uint64_t (*cursor)(void *ctx, uint32_t log);
    /** The cursor of the first public trade at @p time_ms or later (log PUBLIC_TRADES), or record
     * updated then or later (PUBLIC_ORDERS), of those that are kept. */
    uint64_t (*seek)(void *ctx, uint32_t log, int64_t time_ms);
    /** Reads the entry at *cursor and moves the cursor behind it. @return LG_TRADING_READ,
     * _NOTHING_NEW, _GONE. Entries of other gridpools are passed over. A slow reader costs nothing:
     * only its own cursor stays behind, and what it has missed is told. */
    uint32_t (*read_order)(void *ctx, uint64_t gridpool, uint64_t *cursor, lg_trading_order *out);
    uint32_t (*read_trade)(void *ctx, uint64_t gridpool, uint64_t *cursor, lg_trading_trade *out);
    uint32_t (*read_public_trade)(void *ctx, uint64_t *cursor, lg_trading_public_trade *out);
    uint32_t (*read_public_order)(void *ctx, uint64_t *cursor, lg_trading_public_order *out);
} lg_trading_door;

#endif
