/* plugins/gateway_grpc/trading_stream.h — what a stream of the trading service remembers */
#ifndef GATEWAY_GRPC_TRADING_STREAM_H
#define GATEWAY_GRPC_TRADING_STREAM_H

#include "trading_parts.h"

typedef enum stream_kind { OWN_ORDERS, OWN_TRADES, ALL_TRADES, ALL_ORDERS } stream_kind;

/** How far the present book was told: up to this row. */
typedef struct book_place {
    bool is_done;
    uint32_t area; /* among those of the service */
    int64_t start_ms;
    uint32_t minutes, side; /* 0: nothing of the area yet */
    bool any;               /* of the following a row was told */
    int64_t price;
    uint64_t id;
} book_place;

typedef struct stream {
    stream_kind kind;
    uint64_t gridpool;
    trading_filter filter;
    uint64_t cursor;
    int64_t end_ms; /* INT64_MAX: never */
    book_place book;
} stream;

/** Sends the next rows of the present book. @return false: that was all, or the call is over */
bool trading_book_more(rpc_call *call, stream *s);

#endif
