/* plugins/gateway_grpc/trading_parts.h — what the files of the trading service share
 *
 * Names of the market's door (lg_trading_...) on one side, messages of the API (Et__..., read in
 * the .c files only) on the other. A function that reads a message says in *wrong what is wrong
 * with it: NULL, or a sentence that names the field.
 */
#ifndef GATEWAY_GRPC_TRADING_PARTS_H
#define GATEWAY_GRPC_TRADING_PARTS_H

#include "arena.h"
#include "trading.h"

enum {
    TRADING_PAGE = 100,     /* rows, when nobody says how many */
    TRADING_PAGE_MAX = 500, /* rows at most */
    TRADING_PAGE_BYTES = 160 * 1024,
    TRADING_MADE_MAX = 1024 * 1024, /* of one message, unpacked */
    TRADING_IDS_MAX = 1000,         /* that a filter names */
    TRADING_CACHE = 256,            /* public messages that are kept packed; a power of two */
    TRADING_SCAN = 1024,            /* entries of a log that a stream passes over at a time */
};

/** A message that many streams send. */
typedef struct trading_packed {
    uint64_t number; /* of the entry in its log; 0: none */
    uint8_t *bytes;
    size_t size, capacity;
} trading_packed;

struct trading {
    trading_input input;
    lg_trading_area *areas;
    uint32_t area_count;
    arena made; /* of the message that is being sent */
    trading_packed trades[TRADING_CACHE], records[TRADING_CACHE];
};

/** A filter that has been read, of whichever kind; owns what it points to. */
typedef struct trading_filter {
    lg_trading_filter is;
    uint32_t sell_area; /* of public trades; is.area is that of the buyer */
    bool is_empty;      /* nothing can fit it: an area that is not here */
    char tag[LG_TRADING_TAG_MAX + 1];
    uint64_t *ids;
} trading_filter;

/* trading_in.c: from the API. Messages come as their base. */
const char *trading_read_order(const trading *t, const ProtobufCMessage *order,
                               lg_trading_terms *out);
/** @p set becomes bits of LG_TRADING_SET_... */
const char *trading_read_update(const trading *t, const ProtobufCMessage *request, uint32_t *set,
                                lg_trading_terms *out);
/** Parts of them. The area's index; the period's start in the clock of the run, and minutes. */
const char *trading_read_area(const trading *t, const ProtobufCMessage *area, uint32_t *out);
const char *trading_read_period(const trading *t, const ProtobufCMessage *period, int64_t *start_ms,
                                uint32_t *minutes);
/** Minutes of a DeliveryDuration; 0: it is none. */
static inline uint32_t trading_minutes_of(uint32_t duration)
{
    return duration == 1 ? 5 : duration == 2 ? 15 : duration == 3 ? 30 : duration == 4 ? 60 : 0;
}

/* trading_filter.c */
/** Filters of requests of all kinds, NULL: everything. With any result trading_filter_free(). */
const char *trading_read_filter(const trading *t, const ProtobufCMessage *filter,
                                trading_filter *out);
void trading_filter_free(trading_filter *filter);
/** A moment of the API's clock, in that of the run; NULL: @p absent. False: it is none. */
bool trading_read_time(const trading *t, const ProtobufCMessage *timestamp, int64_t absent,
                       int64_t *out);

/* trading_fit.c: what fits a filter */
bool trading_order_fits(const trading_filter *f, const lg_trading_order *order);
bool trading_trade_fits(const trading_filter *f, const lg_trading_trade *trade);
bool trading_public_trade_fits(const trading_filter *f, const lg_trading_public_trade *trade);
bool trading_public_order_fits(const trading_filter *f, const lg_trading_public_order *order);
/** Whether all periods that fit it have ended: a filter of one period. */
bool trading_is_past(const trading_filter *f, int64_t now_ms);

/* trading_out.c: to the API. What is made lives in an arena. NULL: it is full. */
ProtobufCMessage *trading_make_order(const trading *t, arena *a, const lg_trading_order *order);
ProtobufCMessage *trading_make_trade(const trading *t, arena *a, const lg_trading_trade *trade);
ProtobufCMessage *trading_make_public_trade(const trading *t, arena *a,
                                            const lg_trading_public_trade *trade);
ProtobufCMessage *trading_make_public_order(const trading *t, arena *a,
                                            const lg_trading_public_order *order);

/* trading.c */
int64_t trading_now_ms(const trading *t, int64_t *shift_ms);
/** Whether who calls may; else the call is over. */
bool trading_admit(rpc_call *call, uint64_t gridpool, uint32_t right);
/** Ends a call with what the market has said. */
void trading_refuse(rpc_call *call, const lg_trading_answer *answer);
void trading_refuse_why(rpc_call *call, uint32_t why);
void trading_wrong(rpc_call *call, const char *sentence);

/* trading_list.c */
void trading_list_orders(rpc_call *call, const ProtobufCMessage *request);
void trading_list_trades(rpc_call *call, const ProtobufCMessage *request);

/* trading_stream.c, trading_book.c */
void trading_stream_orders(rpc_call *call, const ProtobufCMessage *request);
void trading_stream_trades(rpc_call *call, const ProtobufCMessage *request);
void trading_stream_public_trades(rpc_call *call, const ProtobufCMessage *request);
void trading_stream_book(rpc_call *call, const ProtobufCMessage *request);
bool trading_stream_more(rpc_call *call);
void trading_stream_gone(rpc_call *call);

#endif
