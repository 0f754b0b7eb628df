/* The present book at the beginning of a stream, in pieces. Records say what is open of an order,
 * not what has changed: the log is read from where the stream began, so that a book that moves
 * while it is told comes right in the end. What is told must then only leave nothing out: a piece
 * goes on behind the last row that was told, or, when that row has gone, from its price on. */
#include <string.h>

#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "trading_stream.h"

enum { PIECE = 256, ROWS_MAX = 8192, ROWS_ARENA = 2 * 1024 * 1024 };

/* The next period that has a book, by start, then duration. */
static bool next_period(const trading *t, book_place *at)
{
    int64_t start_ms;
    uint32_t minutes;
    const lg_trading_door *door = t->input.door;
    for (uint32_t i = 0; door->period(door->ctx, i, &start_ms, &minutes); i++)
        if (at->side == 0 || start_ms > at->start_ms ||
            (start_ms == at->start_ms && minutes > at->minutes)) {
            at->start_ms = start_ms;
            at->minutes = minutes;
            at->side = LG_TRADING_BUY;
            return true;
        }
    return false;
}

/* On to the next side, period or area. @return false: there is none */
static bool move(const trading *t, book_place *at)
{
    at->any = false;
    if (at->side == LG_TRADING_BUY) {
        at->side = LG_TRADING_SELL;
        return true;
    }
    while (at->area < t->area_count) {
        if (next_period(t, at))
            return true;
        at->area++;
        at->side = 0;
    }
    return false;
}

/* The first row that is still to be told. */
static uint32_t first_row(const book_place *at, const lg_trading_public_order *rows, uint32_t count)
{
    if (!at->any)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].id == at->id && rows[i].price == at->price)
            return i + 1;
    for (uint32_t i = 0; i < count; i++) /* it has gone: others of its price may not be told */
        if (at->side == LG_TRADING_BUY ? rows[i].price <= at->price : rows[i].price >= at->price)
            return i;
    return count;
}

static bool send(rpc_call *call, const lg_trading_public_order *rows, uint32_t count)
{
    trading *t = rpc_self(call);
    Et__ReceivePublicOrderBookStreamResponse response =
        ET__RECEIVE_PUBLIC_ORDER_BOOK_STREAM_RESPONSE__INIT;
    Et__PublicOrderBookRecord *records[PIECE];
    for (uint32_t i = 0; i < count; i++) {
        records[i] = (Et__PublicOrderBookRecord *)trading_make_public_order(t, &t->made, &rows[i]);
        if (!records[i])
            return false;
    }
    response.n_public_order_book_records = count;
    response.public_order_book_records = records;
    return rpc_send(call, &response.base);
}

/* @return rows that were sent; 0: there are no more of this side */
static uint32_t tell(rpc_call *call, stream *s, arena *a)
{
    trading *t = rpc_self(call);
    const lg_trading_door *door = t->input.door;
    book_place *at = &s->book;
    lg_trading_public_order *rows = arena_alloc(a, ROWS_MAX * sizeof *rows);
    if (!rows)
        return 0;
    for (uint32_t i = 0; i < ROWS_MAX; i++)
        rows[i].size = sizeof *rows;
    uint32_t found = door->book(door->ctx, t->areas[at->area].index, at->start_ms, at->minutes,
                                at->side, rows, ROWS_MAX);
    uint32_t from = first_row(at, rows, found);
    uint32_t count = found - from < PIECE ? found - from : PIECE;
    if (count == 0)
        return 0;
    at->any = true;
    at->price = rows[from + count - 1].price;
    at->id = rows[from + count - 1].id;
    if (!send(call, rows + from, count))
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
    arena_reset(&t->made);
    return count;
}

static bool is_wanted(const trading *t, const stream *s)
{
    const lg_trading_public_order any = {.area = t->areas[s->book.area].index,
                                         .minutes = s->book.minutes,
                                         .side = s->book.side,
                                         .start_ms = s->book.start_ms};
    return trading_public_order_fits(&s->filter, &any);
}

bool trading_book_more(rpc_call *call, stream *s)
{
    trading *t = rpc_self(call);
    arena a;
    uint32_t told = 0;
    arena_init(&a, ROWS_ARENA);
    while (!told && !s->book.is_done) {
        if (s->book.side != 0 && is_wanted(t, s))
            told = tell(call, s, &a);
        arena_reset(&a);
        if (!told && !move(t, &s->book))
            s->book.is_done = true;
    }
    arena_free(&a);
    return told > 0;
}
