/* Lists, newest first, page by page. A page token is where the next page begins and how long it is,
 * for one filter only: later pages are asked for with the token alone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "lunagrid/compat/trading_08.pb-c.h"
#include "trading_parts.h"

enum { TOKEN_MAX = 80, LIST_ARENA = 4 * 1024 * 1024, COUNT_ROWS = 128 };

/* One list that is asked for. */
typedef struct listing {
    rpc_call *call;
    const trading *t;
    bool trades; /* else orders */
    uint64_t gridpool;
    trading_filter filter;
    uint64_t mark;   /* of the filter: tokens are for it only */
    uint64_t before; /* id of an order, number of a trade; 0: from the newest on */
    uint32_t size;
} listing;

/* ---- where a page begins ---- */

static uint64_t mix(uint64_t mark, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++)
        mark = (mark ^ at[i]) * UINT64_C(0x100000001b3);
    return mark;
}

static uint64_t mark_of(const listing *l)
{
    const trading_filter *f = &l->filter;
    const uint64_t numbers[] = {l->trades,      l->gridpool,
                                f->is.states,   f->is.side,
                                f->is.area,     f->is.minutes,
                                f->is_empty,    (uint64_t)f->is.from_ms,
                                f->is.id_count, (uint64_t)f->is.until_ms};
    uint64_t mark = mix(UINT64_C(0xcbf29ce484222325), numbers, sizeof numbers);
    mark = mix(mark, f->is.tag ? f->is.tag : "", f->is.tag ? strlen(f->is.tag) + 1 : 0);
    return f->ids ? mix(mark, f->ids, f->is.id_count * sizeof *f->ids) : mark;
}

static const char *read_page(listing *l, const Fc__Pagination__PaginationParams *page)
{
    int end = 0;
    uint64_t mark;
    l->size = TRADING_PAGE;
    if (page && page->has_page_size_case && page->page_size > 0)
        l->size = page->page_size < TRADING_PAGE_MAX ? page->page_size : TRADING_PAGE_MAX;
    if (!page || !page->has_page_token_case || !page->page_token[0])
        return NULL; /* an empty token is what clients send for a first page */
    if (strlen(page->page_token) >= TOKEN_MAX ||
        sscanf(page->page_token, "%" SCNx64 "-%" SCNu32 "-%" SCNx64 "%n", &l->before, &l->size,
               &mark, &end) != 3 ||
        page->page_token[end] || l->before == 0 || l->size == 0 || l->size > TRADING_PAGE_MAX)
        return "pagination_params.page_token: it is none of this list";
    return mark == l->mark ? NULL : "pagination_params.page_token: it is of another filter";
}

/* ---- rows ---- */

static uint32_t rows(const listing *l, uint64_t before, void *out, uint32_t max, uint32_t *more)
{
    const lg_trading_door *door = l->t->input.door;
    lg_trading_order *orders = out;
    lg_trading_trade *trades = out;
    *more = 0;
    for (uint32_t i = 0; i < max; i++)
        if (l->trades)
            trades[i].size = sizeof *trades;
        else
            orders[i].size = sizeof *orders;
    if (l->trades)
        return door->trades(door->ctx, l->gridpool, &l->filter.is, before, out, max, more);
    return door->orders(door->ctx, l->gridpool, &l->filter.is, before, out, max, more);
}

static uint64_t place_of(const listing *l, const void *out, uint32_t row)
{
    return l->trades ? ((const lg_trading_trade *)out)[row].number
                     : ((const lg_trading_order *)out)[row].id;
}

/* How many there are in all. @return UINT32_MAX: no such gridpool */
static uint32_t count(const listing *l, void *scratch)
{
    uint32_t total = 0, more = 1;
    uint64_t before = 0;
    while (more) {
        uint32_t got = rows(l, before, scratch, COUNT_ROWS, &more);
        if (got == UINT32_MAX)
            return got;
        total += got;
        if (got == 0)
            break;
        before = place_of(l, scratch, got - 1);
    }
    return l->filter.is_empty ? 0 : total;
}

/* ---- answers ---- */

/* Messages of these rows, as many as a page takes. @return how many */
static uint32_t make(const listing *l, arena *a, const void *found, uint32_t got,
                     ProtobufCMessage **out)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < got; i++) {
        out[i] = l->trades ? trading_make_trade(l->t, a, (const lg_trading_trade *)found + i)
                           : trading_make_order(l->t, a, (const lg_trading_order *)found + i);
        if (!out[i])
            return i;
        bytes += protobuf_c_message_get_packed_size(out[i]) + 8;
        if (bytes > TRADING_PAGE_BYTES && i > 0)
            return i;
    }
    return got;
}

static void reply(const listing *l, ProtobufCMessage **made, uint32_t made_count, uint32_t total,
                  char *token)
{
    Fc__Pagination__PaginationInfo info = FC__PAGINATION__PAGINATION_INFO__INIT;
    info.total_items = total;
    if (*token) {
        info.has_next_page_token_case =
            FC__PAGINATION__PAGINATION_INFO__HAS_NEXT_PAGE_TOKEN_NEXT_PAGE_TOKEN;
        info.next_page_token = token;
    }
    if (l->trades) {
        Et__ListGridpoolTradesResponse response = ET__LIST_GRIDPOOL_TRADES_RESPONSE__INIT;
        response.n_trades = made_count;
        response.trades = (Et__Trade **)made;
        response.pagination_info = &info;
        rpc_reply(l->call, &response.base);
    } else {
        Et__ListGridpoolOrdersResponse response = ET__LIST_GRIDPOOL_ORDERS_RESPONSE__INIT;
        response.n_order_details = made_count;
        response.order_details = (Et__OrderDetail **)made;
        response.pagination_info = &info;
        rpc_reply(l->call, &response.base);
    }
}

static void answer(const listing *l, arena *a)
{
    size_t row = l->trades ? sizeof(lg_trading_trade) : sizeof(lg_trading_order);
    uint32_t room = l->size > COUNT_ROWS ? l->size : COUNT_ROWS;
    void *found = arena_alloc(a, room * row);
    ProtobufCMessage **made = arena_alloc(a, l->size * sizeof *made);
    char token[TOKEN_MAX] = "";
    uint32_t more, total, got;
    if (!found || !made) {
        rpc_end(l->call, RPC_RESOURCE_EXHAUSTED, "out of memory");
        return;
    }
    memset(found, 0, room * row);
    total = count(l, found); /* before the page: its texts are borrowed */
    if (total == UINT32_MAX) {
        trading_refuse_why(l->call, LG_TRADING_GRIDPOOL_WHY);
        return;
    }
    got = l->filter.is_empty ? 0 : rows(l, l->before, found, l->size, &more);
    if (l->filter.is_empty)
        more = 0;
    uint32_t shown = make(l, a, found, got, made);
    if (shown > 0 && (more || shown < got))
        snprintf(token, sizeof token, "%" PRIx64 "-%" PRIu32 "-%" PRIx64,
                 place_of(l, found, shown - 1), l->size, l->mark);
    reply(l, made, shown, total, token);
}

static void list(listing *l, const ProtobufCMessage *filter,
                 const Fc__Pagination__PaginationParams *page)
{
    arena a;
    if (!trading_admit(l->call, l->gridpool, TRADING_MAY_READ))
        return;
    arena_init(&a, LIST_ARENA);
    l->t = rpc_self(l->call);
    const char *wrong = trading_read_filter(l->t, filter, &l->filter);
    l->mark = mark_of(l);
    if (!wrong)
        wrong = read_page(l, page);
    if (wrong)
        trading_wrong(l->call, wrong);
    else
        answer(l, &a);
    trading_filter_free(&l->filter);
    arena_free(&a);
}

void trading_list_orders(rpc_call *call, const ProtobufCMessage *message)
{
    listing l = {.call = call};
    if (message->descriptor == &et08__orders_request__descriptor) {
        const Et08__OrdersRequest *older = (const void *)message;
        l.gridpool = older->gridpool_id;
        list(&l, older->filter ? &older->filter->base : NULL, older->pagination_params);
    } else {
        const Et__ListGridpoolOrdersRequest *request = (const void *)message;
        l.gridpool = request->gridpool_id;
        list(&l, request->filter ? &request->filter->base : NULL, request->pagination_params);
    }
}

void trading_list_trades(rpc_call *call, const ProtobufCMessage *message)
{
    listing l = {.call = call, .trades = true};
    if (message->descriptor == &et08__trades_request__descriptor) {
        const Et08__TradesRequest *older = (const void *)message;
        l.gridpool = older->gridpool_id;
        list(&l, older->filter ? &older->filter->base : NULL, older->pagination_params);
    } else {
        const Et__ListGridpoolTradesRequest *request = (const void *)message;
        l.gridpool = request->gridpool_id;
        list(&l, request->filter ? &request->filter->base : NULL, request->pagination_params);
    }
}
