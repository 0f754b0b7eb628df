/* host/script/intraday_look.h — what scripts ask of the intraday market, wherever that is
 *
 * As script/sight.h does for the local markets: here a look is a call of the market itself;
 * elsewhere the same question goes to whoever has it, and rows come back one by one.
 */
#ifndef LG_SCRIPT_INTRADAY_LOOK_H
#define LG_SCRIPT_INTRADAY_LOOK_H

#include "desk/desk.h"

/** Most rows of one look. */
#define LG_LOOK_ROWS_MAX 1000

/** Whether @p start_ms may be the start of a period: within a hundred thousand years. */
static inline bool lg_look_is_time(int64_t start_ms)
{
    const int64_t most = INT64_C(1) << 52;
    return start_ms > -most && start_ms < most;
}

typedef enum lg_look_kind {
    LG_LOOK_ORDER,    /* one, by its number */
    LG_LOOK_ORDERS,   /* of a gridpool, the newest first */
    LG_LOOK_TRADES,   /* likewise */
    LG_LOOK_BOOK,     /* one side of a public book, the best first */
    LG_LOOK_POSITION, /* of a gridpool in a period */
    LG_LOOK_KINDS
} lg_look_kind;

/** A question; fields that its kind has no use for are 0. Gridpools and areas by index. */
typedef struct lg_look {
    uint32_t kind;     /* lg_look_kind */
    uint32_t gridpool; /* one of the desk's own; not of a book */
    uint32_t area;     /* UINT32_MAX: all, of orders and trades */
    uint32_t side;     /* 0: both, likewise */
    uint32_t states;   /* bits 1 << state; 0: all */
    uint32_t minutes;  /* BOOK, POSITION */
    uint32_t max;      /* rows, LG_LOOK_ROWS_MAX at most */
    uint32_t reserved;
    uint64_t order;             /* ORDER */
    int64_t start_ms, until_ms; /* start of the period: [start, until) of orders and trades */
    const char *tag;            /* NULL: all; borrowed for as long as rows are read */
} lg_look;

typedef struct lg_look_position {
    lg_trading_position position;
    int64_t net_uwh;
} lg_look_position;

/** A row, by the kind of the look. Its texts are valid until the next one is read. */
typedef union lg_look_row {
    lg_trading_order order;
    lg_trading_trade trade;
    lg_trading_public_order resting;
    lg_look_position position;
} lg_look_row;

/** Who answers for a market elsewhere. */
typedef struct lg_look_elsewhere {
    void *ctx;
    /** Asks; rows of an earlier answer are over. */
    void (*ask)(void *ctx, const lg_look *look);
    /** The next row. @return false: there are no more */
    bool (*next)(void *ctx, lg_look_row *row);
} lg_look_elsewhere;

/** A walk over the answer to one look. */
typedef struct lg_look_walk {
    const lg_look *look;
    const lg_trading *market;
    const lg_look_elsewhere *elsewhere; /* NULL: the market is here */
    uint64_t before;
    uint32_t given;
    bool more;
} lg_look_walk;

/** Asks @p look, which is borrowed: the market of @p desk, or @p elsewhere unless that is NULL. */
lg_look_walk lg_look_begin(const lg_desk *desk, const lg_look_elsewhere *elsewhere,
                           const lg_look *look);
/** The next row. @return false: there are no more, or look->max were given */
bool lg_look_next(lg_look_walk *walk, lg_look_row *row);
/** All of a book at once, into @p rows, which has room for look->max. @return how many */
uint32_t lg_look_book(const lg_desk *desk, const lg_look_elsewhere *elsewhere, const lg_look *look,
                      lg_trading_public_order *rows);

/** Whether @p desk may ask that, whoever says so: there is an intraday market, the gridpool is one
 * of its own, and numbers are within their bounds. */
bool lg_look_is_fit(const lg_desk *desk, const lg_look *look);

#endif
