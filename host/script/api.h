/* host/script/api.h — the rows of api.def as data: names to register, to check and to suggest */
#ifndef LG_SCRIPT_API_H
#define LG_SCRIPT_API_H

#include <stddef.h>
#include <stdint.h>

typedef enum lg_callback {
#define LG_CALLBACK(id, name, argument, type, help) LG_CB_##id,
#include "script/api.def"
    LG_CB_COUNT
} lg_callback;

/** Fields of the three kinds of handles; 0 is no field. */
enum {
    LG_INFO_NO_FIELD,
#define LG_FIELD(cls, id, name, type, help) LG_##cls##_FIELD_##id,
#include "script/api.def"
};

/** A list of names: `names` has `count` entries, `ids` (may be NULL) what each stands for. */
typedef struct lg__names {
    const char *const *names;
    const int *ids;
    size_t count;
} lg__names;

extern const lg__names lg__callback_names;
extern const lg__names lg__info_names;
extern const lg__names lg__asset_names;
extern const lg__names lg__market_names;
extern const lg__names lg__batch_names;       /* commands, and execute */
extern const lg__names lg__board_names;       /* functions of grid.board */
extern const lg__names lg__trading_functions; /* of trading */
extern const lg__names lg__coord_functions;   /* of coord */
extern const lg__names lg__microgrid_functions;
extern const lg__names lg__grid_names; /* functions, and batch, board and tree */
/** Options that any asset may have in a scenario, whatever its driver; reading one that is absent
 * gives nil. */
extern const lg__names lg__trading_names;

/** Plain tables that a script is given and whose wrong fields are errors, by their class. */
#define LG__RECORD_KINDS(X)                                                                        \
    X(BILL, Bill, "a bill")                                                                        \
    X(ORIGINS, Origins, "used_storage_by_origin")                                                  \
    X(MARKET_BILL, MarketBill, "a market's bill")                                                  \
    X(DSO_BILL, DsoBill, "a market's bill")                                                        \
    X(STATS, Stats, "a record of statistics")                                                      \
    X(DSO_STATS, DsoStats, "a record of statistics")                                               \
    X(ORDER, Order, "an order")                                                                    \
    X(ANSWER, Answer, "an answer")                                                                 \
    X(MESSAGE, Message, "a message")                                                               \
    X(TRADE, Trade, "a trade")                                                                     \
    X(BUDGET, Budget, "grid.budget")                                                               \
    X(TRADING_ORDER, TradingOrder, "an order of the intraday market")                              \
    X(TRADING_TRADE, TradingTrade, "a trade of the intraday market")                               \
    X(PUBLIC_TRADE, PublicTrade, "a public trade")                                                 \
    X(BOOK, Book, "a book")                                                                        \
    X(BOOK_ROW, BookRow, "a row of a book")                                                        \
    X(POSITION, Position, "a position")                                                            \
    X(SIGNAL, Signal, "an event of the coordination")                                              \
    X(SIGNAL_POINT, SignalPoint, "a point of an event")                                            \
    X(SIGNAL_TARGET, SignalTarget, "a resource of an event")                                       \
    X(USED_POINT, UsedPoint, "a point of a report")                                                \
    X(COORD_REPORT, CoordReport, "a report")                                                       \
    X(COORD_RESOURCE, CoordResource, "a resource")                                                 \
    X(ENROLMENT, Enrolment, "an enrolment")                                                        \
    X(ACKNOWLEDGEMENT, Acknowledgement, "an answer to a limit")                                    \
    X(EARNING, Earning, "an earning")                                                              \
    X(POST, Post, "a post")

typedef enum lg__record_kind {
#define X(id, cls, what) LG__RECORD_##id,
    LG__RECORD_KINDS(X)
#undef X
        LG__RECORD_COUNT
} lg__record_kind;

/** The fields of a kind of record. */
lg__names lg__record_names(lg__record_kind kind);
/** What a sentence calls it: "a trade". */
const char *lg__record_what(lg__record_kind kind);

/** Index of @p name in @p list; -1 when it is none. */
int lg__name_index(const lg__names *list, const char *name);
/** Writes `; did you mean "x"?` into @p out when a name of @p list is near to @p wrong, else "". */
const char *lg__name_hint(const lg__names *list, const char *wrong, char *out, size_t size);

#endif
