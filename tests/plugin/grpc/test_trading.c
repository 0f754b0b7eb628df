/* The trading service on a real market, without a socket: what clients cannot show by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../plugins/gateway_grpc/trading.h"
#include "ask.h"
#include "floor.h"
#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "lunagrid/compat/trading_08.pb-c.h"
#include "peer.h"

#define NOW   (INT64_C(1700000000000))
#define START (INT64_C(1700010000000) / 3600000 * 3600000)
#define HOUR  3600000
#define PATH  "/frequenz.api.electricity_trading.electricity_trading.v1.ElectricityTradingService/"

enum { WHOLE = 4 * 1024 * 1024 };

typedef struct world {
    floor_market *floor;
    trading *trading;
    rpc_server *server;
    peer peer;
    uint32_t changes;
    uint8_t *whole;
} world;

static world w;

static void changed(void *ctx)
{
    world *in = ctx;
    in->changes++;
}

static int set_up(void **state)
{
    const rpc_server_input plain = {.ctx = NULL};
    (void)state;
    w = (world){.floor = floor_open(NOW), .whole = malloc(WHOLE)};
    const trading_input input = {.door = floor_door(w.floor), .ctx = &w, .changed = changed};
    w.server = rpc_server_new(&plain);
    w.trading = trading_new(&input);
    assert_true(trading_add(w.server, w.trading));
    peer_open(&w.peer, w.server, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    peer_close(&w.peer);
    rpc_server_free(w.server);
    trading_free(w.trading);
    assert_null(floor_check(w.floor));
    floor_close(w.floor);
    free(w.whole);
    return 0;
}

/* ---- orders, past the wire ---- */

static uint64_t place(uint64_t pool, uint32_t side, int64_t price, int64_t kw)
{
    const lg_trading_door *door = floor_door(w.floor);
    const lg_trading_terms terms = {.start_ms = START,
                                    .minutes = 15,
                                    .type = LG_TRADING_LIMIT,
                                    .side = side,
                                    .price = price,
                                    .quantity = kw,
                                    .stop_price = LG_TRADING_NO_PRICE,
                                    .peak_delta = LG_TRADING_NO_PRICE};
    lg_trading_order order = {.size = sizeof order};
    lg_trading_answer answer = {.size = sizeof answer};
    assert_int_equal(door->create(door->ctx, pool, &terms, &order, &answer), LG_TRADING_OK_WHY);
    return order.id;
}

static void withdraw(uint64_t pool, uint64_t id)
{
    const lg_trading_door *door = floor_door(w.floor);
    lg_trading_answer answer = {.size = sizeof answer};
    assert_int_equal(door->cancel(door->ctx, pool, id, NULL, &answer), LG_TRADING_OK_WHY);
}

/* ---- calls ---- */

static void test_clocks(void **state)
{
    Et__GetGridpoolOrderRequest request = ET__GET_GRIDPOOL_ORDER_REQUEST__INIT;
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    request.gridpool_id = 1;
    request.order_id = place(1, LG_TRADING_BUY, 50000, 100);
    floor_shift(w.floor, 24 * HOUR);
    ask(&w.peer, &call, PATH "GetGridpoolOrder", &request.base);
    assert_string_equal(call.status, "0");
    Et__GetGridpoolOrderResponse *got = (Et__GetGridpoolOrderResponse *)message_at(
        &et__get_gridpool_order_response__descriptor, call.body, call.length, &at);
    assert_non_null(got);
    const Et__OrderDetail *detail = got->order_detail;
    assert_int_equal(detail->create_time->seconds, NOW / 1000 + 24 * 3600);
    assert_int_equal(detail->order->delivery_period->start->seconds, START / 1000 + 24 * 3600);
    assert_string_equal(detail->order->price->amount->value, "50");
    assert_string_equal(detail->open_quantity->mw->value, "0.1");
    assert_string_equal(detail->filled_quantity->mw->value, "0");
    protobuf_c_message_free_unpacked(&got->base, NULL);
}

/* What a client of 0.8 sends has other messages under the same numbers. */
static void test_older_filter(void **state)
{
    Et08__OrdersRequest request = ET08__ORDERS_REQUEST__INIT;
    Et08__OrderFilter filter = ET08__ORDER_FILTER__INIT;
    Fc__Grid__DeliveryPeriod period = FC__GRID__DELIVERY_PERIOD__INIT;
    Google__Protobuf__Timestamp start = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
    (void)state;
    place(1, LG_TRADING_BUY, 50000, 100);
    request.gridpool_id = 1;
    request.filter = &filter;
    filter.delivery_period = &period;
    period.start = &start;
    period.duration = FC__GRID__DELIVERY_DURATION__DELIVERY_DURATION_15;
    for (int64_t hours = 0; hours < 2; hours++) {
        peer_call call = {0};
        size_t at = 0;
        start.seconds = START / 1000 + hours * 3600;
        ask(&w.peer, &call, PATH "ListGridpoolOrders", &request.base);
        assert_string_equal(call.status, "0");
        Et__ListGridpoolOrdersResponse *got = (Et__ListGridpoolOrdersResponse *)message_at(
            &et__list_gridpool_orders_response__descriptor, call.body, call.length, &at);
        assert_int_equal(got->n_order_details, 1 - hours);
        protobuf_c_message_free_unpacked(&got->base, NULL);
    }
}

/* A page ends before it is too much, and its token goes on where it ended. */
static void test_long_pages(void **state)
{
    enum { ORDERS = 1200 };
    Et__ListGridpoolOrdersRequest request = ET__LIST_GRIDPOOL_ORDERS_REQUEST__INIT;
    Fc__Pagination__PaginationParams page = FC__PAGINATION__PAGINATION_PARAMS__INIT;
    char token[200];
    uint64_t last = UINT64_MAX;
    size_t seen = 0, pages = 0;
    (void)state;
    for (int i = 0; i < ORDERS; i++)
        place(1, LG_TRADING_BUY, 10000 + 10 * i, 100);
    request.gridpool_id = 1;
    request.pagination_params = &page;
    page.has_page_size_case = FC__PAGINATION__PAGINATION_PARAMS__HAS_PAGE_SIZE_PAGE_SIZE;
    page.page_size = 100000;
    do {
        peer_call call = {.whole = w.whole, .whole_size = WHOLE};
        size_t at = 0;
        ask(&w.peer, &call, PATH "ListGridpoolOrders", &request.base);
        assert_string_equal(call.status, "0");
        assert_true(call.length < 200 * 1024);
        Et__ListGridpoolOrdersResponse *got = (Et__ListGridpoolOrdersResponse *)message_at(
            &et__list_gridpool_orders_response__descriptor, w.whole, call.length, &at);
        assert_int_equal(got->pagination_info->total_items, ORDERS);
        for (size_t i = 0; i < got->n_order_details; i++) {
            assert_true(got->order_details[i]->order_id < last);
            last = got->order_details[i]->order_id;
        }
        seen += got->n_order_details;
        pages++;
        snprintf(token, sizeof token, "%s",
                 got->pagination_info->has_next_page_token_case
                     ? got->pagination_info->next_page_token
                     : "");
        protobuf_c_message_free_unpacked(&got->base, NULL);
        page.has_page_size_case = 0;
        page.has_page_token_case = FC__PAGINATION__PAGINATION_PARAMS__HAS_PAGE_TOKEN_PAGE_TOKEN;
        page.page_token = token;
    } while (*token && pages < 100);
    assert_int_equal(seen, ORDERS);
    assert_int_equal(pages, 3); /* of 500 at most */
}

/* The book is told in pieces to a client that reads slowly, while orders come and go: what it puts
 * together is the book. Every second order goes between two pieces, in one of the two cases the one
 * that was told last. */
static void tell_a_book_that_moves(int odd)
{
    enum { ORDERS = 900, IDS = 4096 };
    static uint64_t ids[ORDERS], open_of[IDS];
    Et__ReceivePublicOrderBookStreamRequest request =
        ET__RECEIVE_PUBLIC_ORDER_BOOK_STREAM_REQUEST__INIT;
    peer slow;
    peer_call call = {.whole = w.whole, .whole_size = WHOLE};
    uint64_t told = 0, wanted = 0;
    size_t at = 0;
    memset(open_of, 0, sizeof open_of);
    for (int i = 0; i < ORDERS; i++)
        ids[i] = place(1, LG_TRADING_BUY, 10000 + 10 * (i % 40), 100 * (1 + i % 7));
    peer_open(&slow, w.server, 1000);
    ask(&slow, &call, PATH "ReceivePublicOrderBookStream", &request.base);
    for (int i = odd; i < ORDERS; i += 2)
        withdraw(1, ids[i]);
    for (int i = 0; i < ORDERS / 3; i++) {
        if (i % 2)
            place(2, LG_TRADING_BUY, 10000 + 10 * (i % 40), 500);
        rpc_conn_wake(slow.conn);
        peer_grant(&slow, &call, 600);
    }
    assert_true(rpc_conn_bytes(slow.conn) < 256 * 1024);
    for (int i = 0; i < 100; i++) {
        rpc_conn_wake(slow.conn);
        peer_grant(&slow, &call, 10000);
    }
    for (;;) {
        Et__ReceivePublicOrderBookStreamResponse *got =
            (Et__ReceivePublicOrderBookStreamResponse *)message_at(
                &et__receive_public_order_book_stream_response__descriptor, w.whole, call.length,
                &at);
        if (!got)
            break;
        for (size_t i = 0; i < got->n_public_order_book_records; i++) {
            const Et__PublicOrderBookRecord *record = got->public_order_book_records[i];
            assert_true(record->id < IDS);
            open_of[record->id] = (uint64_t)(atof(record->quantity->mw->value) * 1000 + 0.5);
        }
        protobuf_c_message_free_unpacked(&got->base, NULL);
    }
    assert_int_equal(at, call.length);
    for (int i = 0; i < IDS; i++)
        told += open_of[i];
    const lg_trading_door *door = floor_door(w.floor);
    static lg_trading_public_order rows[2 * ORDERS];
    for (int i = 0; i < 2 * ORDERS; i++)
        rows[i].size = sizeof *rows;
    uint32_t count = door->book(door->ctx, 0, START, 15, LG_TRADING_BUY, rows, 2 * ORDERS);
    for (uint32_t i = 0; i < count; i++) {
        wanted += (uint64_t)rows[i].quantity;
        assert_int_equal(open_of[rows[i].id], rows[i].quantity);
    }
    assert_true(count > ORDERS / 2);
    assert_int_equal(told, wanted);
    peer_close(&slow);
}

static void test_book_that_moves(void **state)
{
    (void)state;
    tell_a_book_that_moves(0);
}

static void test_book_that_moves_on(void **state)
{
    (void)state;
    tell_a_book_that_moves(1);
}

/* Who is so slow that the market has forgotten what comes next is told so; others have missed
 * nothing. */
static void test_too_slow_err(void **state)
{
    enum { CHANGES = 70000 }; /* more than a log keeps */
    Et__ReceiveGridpoolOrdersStreamRequest request =
        ET__RECEIVE_GRIDPOOL_ORDERS_STREAM_REQUEST__INIT;
    peer slow;
    peer_call call = {0}, quick = {0};
    (void)state;
    request.gridpool_id = 1;
    peer_open(&slow, w.server, 100);
    ask(&slow, &call, PATH "ReceiveGridpoolOrdersStream", &request.base);
    ask(&w.peer, &quick, PATH "ReceiveGridpoolOrdersStream", &request.base);
    for (int i = 0; i < CHANGES / 2; i++) {
        withdraw(1, place(1, LG_TRADING_BUY, 50000, 100));
        rpc_conn_wake(slow.conn);
        rpc_conn_wake(w.peer.conn);
        peer_talk(&w.peer, 0);
    }
    assert_true(rpc_conn_bytes(slow.conn) < 256 * 1024);
    for (int i = 0; i < 20; i++)
        peer_grant(&slow, &call, 1 << 16);
    assert_string_equal(call.status, "8");
    assert_string_equal(quick.status, "");
    assert_true(quick.length > CHANGES * 100);
    peer_close(&slow);
}

/* Whoever may not is refused before the market hears of it. */
static bool nobody(void *ctx, const void *who, uint64_t gridpool, uint32_t right)
{
    (void)ctx;
    (void)who;
    return gridpool == 1 && right == TRADING_MAY_READ;
}

static void test_rights(void **state)
{
    const rpc_server_input plain = {.ctx = NULL};
    const trading_input input = {
        .door = floor_door(w.floor), .ctx = &w, .changed = changed, .may = nobody};
    rpc_server *server = rpc_server_new(&plain);
    trading *t = trading_new(&input);
    Et__CancelAllGridpoolOrdersRequest all = ET__CANCEL_ALL_GRIDPOOL_ORDERS_REQUEST__INIT;
    Et__ListGridpoolTradesRequest list = ET__LIST_GRIDPOOL_TRADES_REQUEST__INIT;
    peer p;
    peer_call call = {0};
    (void)state;
    assert_true(trading_add(server, t));
    peer_open(&p, server, 0);
    all.gridpool_id = list.gridpool_id = 1;
    ask(&p, &call, PATH "CancelAllGridpoolOrders", &all.base);
    assert_string_equal(call.status, "7");
    assert_int_equal(w.changes, 0);
    ask(&p, &call, PATH "ListGridpoolTrades", &list.base);
    assert_string_equal(call.status, "0");
    list.gridpool_id = 2;
    ask(&p, &call, PATH "ListGridpoolTrades", &list.base);
    assert_string_equal(call.status, "7");
    peer_close(&p);
    rpc_server_free(server);
    trading_free(t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_clocks),          TEST(test_older_filter),       TEST(test_long_pages),
        TEST(test_book_that_moves), TEST(test_book_that_moves_on), TEST(test_too_slow_err),
        TEST(test_rights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
