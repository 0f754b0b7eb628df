/* Streams read the market's logs at a cursor of their own when there is room for more: one that is
 * slow holds nothing and nobody up, and is ended when it has missed something. What everybody sees
 * is packed once for all of them. */
#include <stdlib.h>
#include <string.h>

#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "lunagrid/compat/trading_08.pb-c.h"
#include "trading_stream.h"

/* ---- what is sent ---- */

static bool send_order(rpc_call *call, const lg_trading_order *order)
{
    Et__ReceiveGridpoolOrdersStreamResponse response =
        ET__RECEIVE_GRIDPOOL_ORDERS_STREAM_RESPONSE__INIT;
    trading *t = rpc_self(call);
    response.order_detail = (Et__OrderDetail *)trading_make_order(t, &t->made, order);
    bool sent = response.order_detail && rpc_send(call, &response.base);
    arena_reset(&t->made);
    return sent;
}

static bool send_trade(rpc_call *call, const lg_trading_trade *trade)
{
    Et__ReceiveGridpoolTradesStreamResponse response =
        ET__RECEIVE_GRIDPOOL_TRADES_STREAM_RESPONSE__INIT;
    trading *t = rpc_self(call);
    response.trade = (Et__Trade *)trading_make_trade(t, &t->made, trade);
    bool sent = response.trade && rpc_send(call, &response.base);
    arena_reset(&t->made);
    return sent;
}

/* Keeps a message for the other streams. */
static bool pack(trading_packed *p, uint64_t number, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size > p->capacity) {
        uint8_t *grown = realloc(p->bytes, size);
        if (!grown)
            return false;
        p->bytes = grown;
        p->capacity = size;
    }
    p->size = protobuf_c_message_pack(message, p->bytes);
    p->number = number;
    return true;
}

static bool send_public_trade(rpc_call *call, const lg_trading_public_trade *trade)
{
    trading *t = rpc_self(call);
    trading_packed *p = &t->trades[trade->number % TRADING_CACHE];
    if (p->number != trade->number) {
        Et__ReceivePublicTradesStreamResponse response =
            ET__RECEIVE_PUBLIC_TRADES_STREAM_RESPONSE__INIT;
        response.public_trade = (Et__PublicTrade *)trading_make_public_trade(t, &t->made, trade);
        bool packed = response.public_trade && pack(p, trade->number, &response.base);
        arena_reset(&t->made);
        if (!packed)
            return false;
    }
    return rpc_send_packed(call, p->bytes, p->size);
}

static bool send_record(rpc_call *call, const lg_trading_public_order *order)
{
    trading *t = rpc_self(call);
    trading_packed *p = &t->records[order->number % TRADING_CACHE];
    if (p->number != order->number) {
        Et__ReceivePublicOrderBookStreamResponse response =
            ET__RECEIVE_PUBLIC_ORDER_BOOK_STREAM_RESPONSE__INIT;
        Et__PublicOrderBookRecord *record =
            (Et__PublicOrderBookRecord *)trading_make_public_order(t, &t->made, order);
        response.n_public_order_book_records = 1;
        response.public_order_book_records = &record;
        bool packed = record && pack(p, order->number, &response.base);
        arena_reset(&t->made);
        if (!packed)
            return false;
    }
    return rpc_send_packed(call, p->bytes, p->size);
}

/* ---- one entry of a log ---- */

typedef enum step { PASSED, SENT, FAILED, NOTHING, MISSED, ENDED } step;

static step after(uint32_t read, bool fits, bool ended)
{
    if (read == LG_TRADING_GONE)
        return MISSED;
    if (read != LG_TRADING_READ)
        return NOTHING;
    return ended ? ENDED : fits ? SENT : PASSED;
}

static step next(rpc_call *call, stream *s)
{
    const trading *t = rpc_self(call);
    const lg_trading_door *door = t->input.door;
    const trading_filter *f = &s->filter;
    lg_trading_order order = {.size = sizeof order};
    lg_trading_trade trade = {.size = sizeof trade};
    lg_trading_public_trade shown = {.size = sizeof shown};
    lg_trading_public_order record = {.size = sizeof record};
    uint32_t read;
    step done;
    bool sent = true;
    switch (s->kind) {
    case OWN_ORDERS:
        read = door->read_order(door->ctx, s->gridpool, &s->cursor, &order);
        done = after(read, trading_order_fits(f, &order), false);
        if (done == SENT)
            sent = send_order(call, &order);
        break;
    case OWN_TRADES:
        read = door->read_trade(door->ctx, s->gridpool, &s->cursor, &trade);
        done = after(read, trading_trade_fits(f, &trade), false);
        if (done == SENT)
            sent = send_trade(call, &trade);
        break;
    case ALL_TRADES:
        read = door->read_public_trade(door->ctx, &s->cursor, &shown);
        done = after(read, trading_public_trade_fits(f, &shown), shown.time_ms >= s->end_ms);
        if (done == SENT)
            sent = send_public_trade(call, &shown);
        break;
    default:
        read = door->read_public_order(door->ctx, &s->cursor, &record);
        done = after(read, trading_public_order_fits(f, &record), record.updated_ms >= s->end_ms);
        if (done == SENT)
            sent = send_record(call, &record);
        break;
    }
    return sent ? done : FAILED;
}

bool trading_stream_more(rpc_call *call)
{
    stream *s = rpc_kept(call);
    const trading *t = rpc_self(call);
    if (!s->book.is_done && trading_book_more(call, s))
        return true;
    for (int i = 0; i < TRADING_SCAN; i++)
        switch (next(call, s)) {
        case PASSED:
            continue;
        case SENT:
            return true;
        case FAILED:
            rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
            return false;
        case MISSED:
            rpc_end(call, RPC_RESOURCE_EXHAUSTED,
                    "this stream was read too slowly: what it waited for is forgotten");
            return false;
        case ENDED:
            rpc_end(call, RPC_OK, NULL);
            return false;
        case NOTHING: {
            int64_t now_ms = trading_now_ms(t, NULL);
            if (now_ms >= s->end_ms || trading_is_past(&s->filter, now_ms))
                rpc_end(call, RPC_OK, NULL);
            return false;
        }
        }
    return true;
}

/* ---- beginning and end ---- */

void trading_stream_gone(rpc_call *call)
{
    stream *s = rpc_kept(call);
    if (!s)
        return;
    trading_filter_free(&s->filter);
    free(s);
}

static stream *begin(rpc_call *call, stream_kind kind, const ProtobufCMessage *filter)
{
    const trading *t = rpc_self(call);
    stream *s = calloc(1, sizeof *s);
    if (!s) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
        return NULL;
    }
    s->kind = kind;
    s->end_ms = INT64_MAX;
    s->book.is_done = true;
    rpc_keep(call, s); /* gone() frees it from here on */
    const char *wrong = trading_read_filter(t, filter, &s->filter);
    if (!wrong)
        return s;
    trading_wrong(call, wrong);
    return NULL;
}

static bool is_known(const trading *t, uint64_t gridpool)
{
    const lg_trading_door *door = t->input.door;
    lg_trading_gridpool row = {.size = sizeof row};
    for (uint32_t i = 0; door->gridpool(door->ctx, i, &row); i++)
        if (row.id == gridpool)
            return true;
    return false;
}

static void begin_own(rpc_call *call, stream_kind kind, uint64_t gridpool,
                      const ProtobufCMessage *filter)
{
    const trading *t = rpc_self(call);
    const lg_trading_door *door = t->input.door;
    if (!trading_admit(call, gridpool, TRADING_MAY_READ))
        return;
    if (!is_known(t, gridpool)) {
        trading_refuse_why(call, LG_TRADING_GRIDPOOL_WHY);
        return;
    }
    stream *s = begin(call, kind, filter);
    if (!s)
        return;
    s->gridpool = gridpool;
    s->cursor =
        door->cursor(door->ctx, kind == OWN_ORDERS ? LG_TRADING_LOG_ORDERS : LG_TRADING_LOG_TRADES);
}

void trading_stream_orders(rpc_call *call, const ProtobufCMessage *message)
{
    if (message->descriptor == &et08__orders_request__descriptor) {
        const Et08__OrdersRequest *older = (const void *)message;
        begin_own(call, OWN_ORDERS, older->gridpool_id,
                  older->filter ? &older->filter->base : NULL);
    } else {
        const Et__ReceiveGridpoolOrdersStreamRequest *request = (const void *)message;
        begin_own(call, OWN_ORDERS, request->gridpool_id,
                  request->filter ? &request->filter->base : NULL);
    }
}

void trading_stream_trades(rpc_call *call, const ProtobufCMessage *message)
{
    if (message->descriptor == &et08__trades_request__descriptor) {
        const Et08__TradesRequest *older = (const void *)message;
        begin_own(call, OWN_TRADES, older->gridpool_id,
                  older->filter ? &older->filter->base : NULL);
    } else {
        const Et__ReceiveGridpoolTradesStreamRequest *request = (const void *)message;
        begin_own(call, OWN_TRADES, request->gridpool_id,
                  request->filter ? &request->filter->base : NULL);
    }
}

/* From a moment on, or from now on, up to another one. */
static void begin_window(rpc_call *call, stream *s, uint32_t log,
                         const Google__Protobuf__Timestamp *start,
                         const Google__Protobuf__Timestamp *end)
{
    const trading *t = rpc_self(call);
    const lg_trading_door *door = t->input.door;
    int64_t start_ms;
    if (!trading_read_time(t, start ? &start->base : NULL, INT64_MIN, &start_ms) ||
        !trading_read_time(t, end ? &end->base : NULL, INT64_MAX, &s->end_ms)) {
        trading_wrong(call, "start_time, end_time: they are no times");
        return;
    }
    s->cursor = start ? door->seek(door->ctx, log, start_ms) : door->cursor(door->ctx, log);
}

void trading_stream_public_trades(rpc_call *call, const ProtobufCMessage *message)
{
    const Et__ReceivePublicTradesStreamRequest *request = (const void *)message;
    stream *s = begin(call, ALL_TRADES, request->filter ? &request->filter->base : NULL);
    if (s)
        begin_window(call, s, LG_TRADING_LOG_PUBLIC_TRADES, request->start_time, request->end_time);
}

void trading_stream_book(rpc_call *call, const ProtobufCMessage *message)
{
    const Et__ReceivePublicOrderBookStreamRequest *request = (const void *)message;
    stream *s = begin(call, ALL_ORDERS, request->filter ? &request->filter->base : NULL);
    if (!s)
        return;
    begin_window(call, s, LG_TRADING_LOG_PUBLIC_ORDERS, request->start_time, request->end_time);
    s->book.is_done = request->start_time != NULL; /* without: the book as it is goes first */
}
