/* The service: its table, and calls of which each is one request to the market's door. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "lunagrid/compat/trading_08.pb-c.h"
#include "trading_parts.h"

/* ---- what all of it uses ---- */

int64_t trading_now_ms(const trading *t, int64_t *shift_ms)
{
    lg_trading_clock clock = {.size = sizeof clock};
    t->input.door->clock(t->input.door->ctx, &clock);
    if (shift_ms)
        *shift_ms = clock.shift_ms;
    return clock.now_ms;
}

bool trading_admit(rpc_call *call, uint64_t gridpool, uint32_t right)
{
    const trading *t = rpc_self(call);
    if (!t->input.may || t->input.may(t->input.ctx, rpc_who(call), gridpool, right))
        return true;
    rpc_end(call, RPC_PERMISSION_DENIED, "this key is not for that gridpool, or not for that");
    return false;
}

static rpc_code code_of(uint32_t kind)
{
    switch (kind) {
    case LG_TRADING_KIND_FINE:
        return RPC_OK;
    case LG_TRADING_KIND_ARGUMENT:
        return RPC_INVALID_ARGUMENT;
    case LG_TRADING_KIND_MISSING:
        return RPC_NOT_FOUND;
    case LG_TRADING_KIND_STATE:
        return RPC_FAILED_PRECONDITION;
    case LG_TRADING_KIND_OFFERED:
        return RPC_UNIMPLEMENTED;
    case LG_TRADING_KIND_FULL:
        return RPC_RESOURCE_EXHAUSTED;
    case LG_TRADING_KIND_AWAY:
        return RPC_UNAVAILABLE;
    default:
        return RPC_INTERNAL;
    }
}

void trading_refuse(rpc_call *call, const lg_trading_answer *answer)
{
    char text[300];
    snprintf(text, sizeof text, "%s: %s", answer->word, answer->words);
    rpc_end(call, code_of(answer->kind), text);
}

void trading_refuse_why(rpc_call *call, uint32_t why)
{
    static const struct {
        const char *word, *words;
        uint32_t kind;
    } known[] = {
#define X(name, word, sentence, kind) {word, sentence, LG_TRADING_KIND_##kind},
        LG_TRADING_WHY_MAP(X)
#undef X
    };
    if (why >= LG_TRADING_WHY_COUNT)
        why = LG_TRADING_MEMORY_WHY;
    const lg_trading_answer answer = {
        .kind = known[why].kind, .word = known[why].word, .words = known[why].words};
    trading_refuse(call, &answer);
}

void trading_wrong(rpc_call *call, const char *sentence)
{
    rpc_end(call, RPC_INVALID_ARGUMENT, sentence);
}

/* ---- answers that are an order ---- */

/* Responses of create, update, cancel and get have the same two fields. */
static void reply_order(rpc_call *call, uint64_t gridpool, const lg_trading_order *order)
{
    Et__GetGridpoolOrderResponse response = ET__GET_GRIDPOOL_ORDER_RESPONSE__INIT;
    trading *t = rpc_self(call);
    response.gridpool_id = gridpool;
    response.order_detail = (Et__OrderDetail *)trading_make_order(t, &t->made, order);
    if (response.order_detail)
        rpc_reply(call, &response.base);
    else
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
    arena_reset(&t->made);
}

/* What came of a request that changes an order. */
static void reply_change(rpc_call *call, uint64_t gridpool, const lg_trading_order *order,
                         const lg_trading_answer *answer)
{
    const trading *t = rpc_self(call);
    if (answer->why == LG_TRADING_OK_WHY)
        reply_order(call, gridpool, order);
    else
        trading_refuse(call, answer);
    t->input.changed(t->input.ctx);
}

static void create(rpc_call *call, const ProtobufCMessage *message)
{
    const Et__CreateGridpoolOrderRequest *request = (const void *)message;
    const trading *t = rpc_self(call);
    lg_trading_order order = {.size = sizeof order};
    lg_trading_answer answer = {.size = sizeof answer};
    lg_trading_terms terms;
    if (!trading_admit(call, request->gridpool_id, TRADING_MAY_TRADE))
        return;
    const char *wrong =
        trading_read_order(t, request->order ? &request->order->base : NULL, &terms);
    if (wrong) {
        trading_wrong(call, wrong);
        return;
    }
    answer.why =
        t->input.door->create(t->input.door->ctx, request->gridpool_id, &terms, &order, &answer);
    reply_change(call, request->gridpool_id, &order, &answer);
}

static void update(rpc_call *call, const ProtobufCMessage *message)
{
    const Et__UpdateGridpoolOrderRequest *request = (const void *)message;
    const trading *t = rpc_self(call);
    lg_trading_order order = {.size = sizeof order};
    lg_trading_answer answer = {.size = sizeof answer};
    lg_trading_terms terms;
    uint32_t set;
    if (!trading_admit(call, request->gridpool_id, TRADING_MAY_TRADE))
        return;
    const char *wrong = trading_read_update(t, message, &set, &terms);
    if (wrong) {
        trading_wrong(call, wrong);
        return;
    }
    answer.why = t->input.door->update(t->input.door->ctx, request->gridpool_id, request->order_id,
                                       set, &terms, &order, &answer);
    reply_change(call, request->gridpool_id, &order, &answer);
}

static void cancel(rpc_call *call, const ProtobufCMessage *message)
{
    const Et__CancelGridpoolOrderRequest *request = (const void *)message;
    const trading *t = rpc_self(call);
    lg_trading_order order = {.size = sizeof order};
    lg_trading_answer answer = {.size = sizeof answer};
    if (!trading_admit(call, request->gridpool_id, TRADING_MAY_TRADE))
        return;
    answer.why = t->input.door->cancel(t->input.door->ctx, request->gridpool_id, request->order_id,
                                       &order, &answer);
    reply_change(call, request->gridpool_id, &order, &answer);
}

static void cancel_all(rpc_call *call, const ProtobufCMessage *message)
{
    const Et__CancelAllGridpoolOrdersRequest *request = (const void *)message;
    const trading *t = rpc_self(call);
    Et__CancelAllGridpoolOrdersResponse response = ET__CANCEL_ALL_GRIDPOOL_ORDERS_RESPONSE__INIT;
    lg_trading_answer answer = {.size = sizeof answer};
    if (!trading_admit(call, request->gridpool_id, TRADING_MAY_TRADE))
        return;
    response.gridpool_id = request->gridpool_id;
    if (t->input.door->cancel_all(t->input.door->ctx, request->gridpool_id, &answer) ==
        LG_TRADING_OK_WHY)
        rpc_reply(call, &response.base);
    else
        trading_refuse(call, &answer);
    t->input.changed(t->input.ctx);
}

static void get(rpc_call *call, const ProtobufCMessage *message)
{
    const Et__GetGridpoolOrderRequest *request = (const void *)message;
    const trading *t = rpc_self(call);
    lg_trading_order order = {.size = sizeof order};
    if (!trading_admit(call, request->gridpool_id, TRADING_MAY_READ))
        return;
    uint32_t why =
        t->input.door->order(t->input.door->ctx, request->gridpool_id, request->order_id, &order);
    if (why == LG_TRADING_OK_WHY)
        reply_order(call, request->gridpool_id, &order);
    else
        trading_refuse_why(call, why);
}

/* ---- the table ---- */

#define PATH(name)                                                                                 \
    "/frequenz.api.electricity_trading.electricity_trading.v1.ElectricityTradingService/" name
#define STREAM .flags = RPC_STREAM, .more = trading_stream_more, .gone = trading_stream_gone

static const rpc_method methods[] = {
    {.path = PATH("CreateGridpoolOrder"),
     .right = TRADING_MAY_TRADE,
     .request = &et__create_gridpool_order_request__descriptor,
     .handle = create},
    {.path = PATH("UpdateGridpoolOrder"),
     .right = TRADING_MAY_TRADE,
     .request = &et__update_gridpool_order_request__descriptor,
     .handle = update},
    {.path = PATH("CancelGridpoolOrder"),
     .right = TRADING_MAY_TRADE,
     .request = &et__cancel_gridpool_order_request__descriptor,
     .handle = cancel},
    {.path = PATH("CancelAllGridpoolOrders"),
     .right = TRADING_MAY_TRADE,
     .request = &et__cancel_all_gridpool_orders_request__descriptor,
     .handle = cancel_all},
    {.path = PATH("GetGridpoolOrder"),
     .right = TRADING_MAY_READ,
     .request = &et__get_gridpool_order_request__descriptor,
     .handle = get},
    {.path = PATH("ListGridpoolOrders"),
     .right = TRADING_MAY_READ,
     .request = &et__list_gridpool_orders_request__descriptor,
     .older = &et08__orders_request__descriptor,
     .handle = trading_list_orders},
    {.path = PATH("ListGridpoolTrades"),
     .right = TRADING_MAY_READ,
     .request = &et__list_gridpool_trades_request__descriptor,
     .older = &et08__trades_request__descriptor,
     .handle = trading_list_trades},
    {.path = PATH("ReceiveGridpoolOrdersStream"),
     .right = TRADING_MAY_READ,
     .request = &et__receive_gridpool_orders_stream_request__descriptor,
     .older = &et08__orders_request__descriptor,
     .handle = trading_stream_orders,
     STREAM},
    {.path = PATH("ReceiveGridpoolTradesStream"),
     .right = TRADING_MAY_READ,
     .request = &et__receive_gridpool_trades_stream_request__descriptor,
     .older = &et08__trades_request__descriptor,
     .handle = trading_stream_trades,
     STREAM},
    {.path = PATH("ReceivePublicTradesStream"),
     .right = TRADING_MAY_READ,
     .request = &et__receive_public_trades_stream_request__descriptor,
     .handle = trading_stream_public_trades,
     STREAM},
    {.path = PATH("ReceivePublicOrderBookStream"),
     .right = TRADING_MAY_READ,
     .request = &et__receive_public_order_book_stream_request__descriptor,
     .handle = trading_stream_book,
     STREAM},
};

/* ---- life ---- */

static bool read_areas(trading *t)
{
    const lg_trading_door *door = t->input.door;
    lg_trading_area area = {.size = sizeof area};
    while (door->area(door->ctx, t->area_count, &area)) {
        lg_trading_area *grown = realloc(t->areas, (t->area_count + 1) * sizeof *grown);
        if (!grown)
            return false;
        t->areas = grown;
        t->areas[t->area_count] = area;
        t->areas[t->area_count].code = strdup(area.code); /* borrowed only */
        if (!t->areas[t->area_count++].code)
            return false;
        area = (lg_trading_area){.size = sizeof area};
    }
    return true;
}

trading *trading_new(const trading_input *input)
{
    trading *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->input = *input;
    arena_init(&t->made, TRADING_MADE_MAX);
    if (!read_areas(t)) {
        trading_free(t);
        return NULL;
    }
    return t;
}

void trading_free(trading *t)
{
    if (!t)
        return;
    for (uint32_t i = 0; i < t->area_count; i++)
        free((char *)(uintptr_t)t->areas[i].code);
    free(t->areas);
    arena_free(&t->made);
    for (uint32_t i = 0; i < TRADING_CACHE; i++) {
        free(t->trades[i].bytes);
        free(t->records[i].bytes);
    }
    free(t);
}

bool trading_add(rpc_server *server, trading *t)
{
    return rpc_server_add(server, methods, sizeof methods / sizeof *methods, t);
}
