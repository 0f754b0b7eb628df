/* The life of orders: what is refused and why, changes and what they cost, ends, areas that are
 * connected, own orders, what is kept, and what can be asked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "floor.h"
#include "support/failing_mem.h"

#include <string.h>

static trading_floor f;

static int open_floor(void **state)
{
    (void)state;
    floor_init(&f);
    floor_open(&f, lg_mem_system());
    return 0;
}

static int close_floor(void **state)
{
    (void)state;
    floor_close(&f);
    return 0;
}

static void what_cannot_be_is_refused_err(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        lg_trading_terms change; /* what differs from a good order, where not 0 */
        int64_t price, quantity;
    } cases[] = {
        {.word = "delivery_area", .change = {.area = 2}},
        {.word = "currency", .change = {.currency = 1}},
        {.word = "duration", .change = {.minutes = 30}},
        {.word = "duration", .change = {.minutes = 7}},
        {.word = "delivery_period", .change = {.start_ms = START + 60000}},
        {.word = "gate_closed", .change = {.start_ms = NOON}},
        {.word = "gate_closed", .change = {.start_ms = NOON - 15 * 60000}},
        {.word = "not_open_yet", .change = {.start_ms = NOON + 24 * HOUR + 15 * 60000}},
        {.word = "balance", .change = {.type = LG_TRADING_BALANCE}},
        {.word = "execution_option", .change = {.type = LG_TRADING_BLOCK, .execution = 4}},
        {.word = "valid_until",
         .change = {.type = LG_TRADING_BALANCE, .valid_until_ms = START - HOUR}},
        {.word = "order_type", .change = {.type = LG_TRADING_PRIVATE}},
        {.word = "order_type", .change = {.type = 99}},
        {.word = "side", .change = {.side = 3}},
        {.word = "price", .price = 50005},
        {.word = "price", .price = 9999010},
        {.word = "price", .price = -9999010},
        {.word = "price", .price = INT64_MIN},
        {.word = "quantity", .quantity = 125},
        {.word = "quantity", .quantity = 25},
        {.word = "quantity", .quantity = -100},
        {.word = "quantity", .quantity = INT64_MAX},
        {.word = "stop_price", .change = {.stop_price = 50000}},
        {.word = "stop_price", .change = {.type = LG_TRADING_STOP_LIMIT}},
        {.word = "peak_price_delta", .change = {.peak_delta = 10}},
        {.word = "peak_price_delta",
         .change = {.type = LG_TRADING_ICEBERG, .display = 100, .peak_delta = -10}},
        {.word = "display_quantity", .change = {.display = 100}},
        {.word = "display_quantity", .change = {.type = LG_TRADING_ICEBERG}},
        {.word = "display_quantity", .change = {.type = LG_TRADING_ICEBERG, .display = 1000}},
        {.word = "execution_option", .change = {.execution = 1}},
        {.word = "execution_option", .change = {.execution = 5}},
        {.word = "execution_option",
         .change = {.type = LG_TRADING_ICEBERG, .display = 100, .execution = LG_TRADING_AON}},
        {.word = "valid_until", .change = {.valid_until_ms = NOON}},
        {.word = "valid_until", .change = {.valid_until_ms = START}},
        {.word = "valid_until", .change = {.valid_until_ms = START - HOUR, .execution = 2}},
        {.word = "valid_until", .change = {.valid_until_ms = START - HOUR, .execution = 3}},
        {.word = "valid_until", .change = {.valid_until_ms = START - HOUR, .execution = 4}},
        {.word = "payload", .change = {.payload = "x", .payload_size = 5000}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_trading_terms terms = terms_of(LG_TRADING_BUY, 500, 50);
        const lg_trading_terms *c = &cases[i].change;
        terms.area = c->area ? c->area : terms.area;
        terms.currency = c->currency;
        terms.minutes = c->minutes ? c->minutes : terms.minutes;
        terms.start_ms = c->start_ms ? c->start_ms : terms.start_ms;
        terms.type = c->type ? c->type : terms.type;
        terms.side = c->side ? c->side : terms.side;
        terms.stop_price = c->stop_price ? c->stop_price : terms.stop_price;
        terms.peak_delta = c->peak_delta ? c->peak_delta : terms.peak_delta;
        terms.display = c->display;
        terms.execution = c->execution;
        terms.valid_until_ms = c->valid_until_ms;
        terms.payload = c->payload;
        terms.payload_size = c->payload_size;
        terms.price = cases[i].price ? cases[i].price : terms.price;
        terms.quantity = cases[i].quantity ? cases[i].quantity : terms.quantity;
        assert_string_equal(cases[i].word, refused(&f, ANN, &terms));
    }
    lg_trading_terms good = terms_of(LG_TRADING_BUY, 500, 50);
    char tag[400];
    memset(tag, 'x', sizeof tag);
    tag[sizeof tag - 1] = 0;
    assert_string_equal("gridpool", refused(&f, FLOOR_POOLS, &good));
    good.tag = tag;
    assert_string_equal("tag", refused(&f, ANN, &good));
    assert_string_equal("", told(&f));
}

static void a_change_keeps_or_loses_its_place(void **state)
{
    (void)state;
    static const struct {
        uint32_t set;
        int64_t price, quantity;
        bool keeps;
    } cases[] = {
        {LG_TRADING_SET_QUANTITY, 0, 300, true},  /* less */
        {LG_TRADING_SET_QUANTITY, 0, 500, false}, /* more */
        {LG_TRADING_SET_PRICE, 50000, 0, true},   /* the same */
        {LG_TRADING_SET_TAG, 0, 0, true},         {LG_TRADING_SET_PAYLOAD, 0, 0, true},
        {LG_TRADING_SET_VALID_UNTIL, 0, 0, true}, {LG_TRADING_SET_EXECUTION, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t first = sells(&f, ANN, 400, 50), second = sells(&f, EVE, 400, 50);
        lg_trading_terms terms = {
            .price = cases[i].price,
            .quantity = cases[i].quantity,
            .tag = "t",
            .payload = "bytes",
            .payload_size = 5,
            .valid_until_ms = cases[i].set == LG_TRADING_SET_VALID_UNTIL ? START - HOUR : 0,
            .execution = LG_TRADING_AON,
        };
        assert_string_equal("ok", changes(&f, ANN, first, cases[i].set, &terms));
        buys(&f, BOB, 100, 50);
        bool kept = order_of(&f, EVE, second).filled == 0;
        assert_int_equal(cases[i].keeps, kept);
        lg_trading_cancel_all(f.market, ANN);
        lg_trading_cancel_all(f.market, EVE);
    }
    uint64_t low = sells(&f, ANN, 400, 50), other = sells(&f, EVE, 400, 50);
    lg_trading_terms back = {.price = 60000};
    assert_string_equal("ok", changes(&f, ANN, low, LG_TRADING_SET_PRICE, &back));
    back.price = 50000;
    assert_string_equal("ok", changes(&f, ANN, low, LG_TRADING_SET_PRICE, &back));
    buys(&f, BOB, 100, 50);
    assert_int_equal(100, order_of(&f, EVE, other).filled);
}

static void a_change_can_trade_fill_and_clear(void **state)
{
    (void)state;
    lg_trading_terms first = terms_of(LG_TRADING_SELL, 400, 50);
    first.tag = "mine";
    first.valid_until_ms = START - HOUR;
    uint64_t id = floor_send(&f, ANN, &first);
    buys(&f, BOB, 100, 40);
    told(&f), shown(&f);
    lg_trading_terms change = {.price = 40000};
    assert_string_equal("ok", changes(&f, ANN, id, LG_TRADING_SET_PRICE, &change));
    assert_string_equal("1 active modify user 400/0; 2 filled full_execution system 0/100; "
                        "1 active partial_execution system 300/100",
                        told(&f));
    assert_string_equal("2 buy 0 @ 40; 1 sell 300 @ 40", shown(&f));
    change = (lg_trading_terms){.quantity = 100};
    uint32_t both = LG_TRADING_SET_TAG | LG_TRADING_SET_VALID_UNTIL;
    assert_string_equal("ok", changes(&f, ANN, id, both, &change));
    assert_null(order_of(&f, ANN, id).terms.tag);
    assert_int_equal(0, order_of(&f, ANN, id).terms.valid_until_ms);
    told(&f);
    assert_string_equal("ok", changes(&f, ANN, id, LG_TRADING_SET_QUANTITY, &change));
    assert_string_equal("1 filled modify user 0/100", told(&f));
    assert_string_equal("final", changes(&f, ANN, id, LG_TRADING_SET_QUANTITY, &change));
}

static void a_change_that_cannot_be_changes_nothing_err(void **state)
{
    (void)state;
    uint64_t id = sells(&f, ANN, 400, 50);
    buys(&f, BOB, 300, 50);
    told(&f);
    lg_trading_terms none = {.price = LG_TRADING_NO_PRICE,
                             .stop_price = 1000,
                             .peak_delta = 10,
                             .display = 100,
                             .valid_until_ms = NOON,
                             .execution = 9};
    assert_string_equal("update_mask", changes(&f, ANN, id, 0, &none));
    assert_string_equal("update_mask", changes(&f, ANN, id, 1024, &none));
    assert_string_equal("update_mask", changes(&f, ANN, id, LG_TRADING_SET_PRICE, &none));
    assert_string_equal("update_mask", changes(&f, ANN, id, LG_TRADING_SET_QUANTITY, &none));
    none.quantity = 200;
    assert_string_equal("filled", changes(&f, ANN, id, LG_TRADING_SET_QUANTITY, &none));
    none.quantity = 325;
    assert_string_equal("quantity", changes(&f, ANN, id, LG_TRADING_SET_QUANTITY, &none));
    none.price = 50001;
    assert_string_equal("price", changes(&f, ANN, id, LG_TRADING_SET_PRICE, &none));
    assert_string_equal("stop_price", changes(&f, ANN, id, LG_TRADING_SET_STOP_PRICE, &none));
    assert_string_equal("peak_price_delta", changes(&f, ANN, id, LG_TRADING_SET_PEAK_DELTA, &none));
    assert_string_equal("display_quantity", changes(&f, ANN, id, LG_TRADING_SET_DISPLAY, &none));
    assert_string_equal("valid_until", changes(&f, ANN, id, LG_TRADING_SET_VALID_UNTIL, &none));
    assert_string_equal("execution_option", changes(&f, ANN, id, LG_TRADING_SET_EXECUTION, &none));
    assert_string_equal("order", changes(&f, BOB, id, LG_TRADING_SET_PRICE, &none));
    assert_string_equal("order", changes(&f, ANN, 77, LG_TRADING_SET_PRICE, &none));
    assert_string_equal("", told(&f));
}

static void a_sleeping_stop_can_be_changed(void **state)
{
    (void)state;
    sells(&f, ANN, 100, 50);
    buys(&f, BOB, 100, 50);
    lg_trading_terms stop = terms_of(LG_TRADING_BUY, 200, 60);
    stop.type = LG_TRADING_STOP_LIMIT;
    stop.stop_price = 55000;
    uint64_t id = floor_send(&f, BOB, &stop);
    told(&f);
    lg_trading_terms change = {.stop_price = 56000, .quantity = 100};
    uint32_t set = LG_TRADING_SET_STOP_PRICE | LG_TRADING_SET_QUANTITY;
    assert_string_equal("ok", changes(&f, BOB, id, set, &change));
    assert_string_equal("3 hibernate modify user 100/0", told(&f));
    change.stop_price = 50000;
    assert_string_equal("ok", changes(&f, BOB, id, LG_TRADING_SET_STOP_PRICE, &change));
    assert_string_equal("3 active modify user 100/0", told(&f));
    assert_string_equal("100 @ 60", book(&f, NORTH, LG_TRADING_BUY));
}

static void cancel_ends_one_or_all(void **state)
{
    (void)state;
    uint64_t id = sells(&f, ANN, 100, 50);
    sells(&f, ANN, 200, 51);
    buys(&f, BOB, 100, 40);
    lg_trading_terms stop = terms_of(LG_TRADING_SELL, 300, 30);
    stop.type = LG_TRADING_STOP_LIMIT;
    stop.stop_price = 35000;
    floor_send(&f, ANN, &stop);
    told(&f);
    assert_int_equal(LG_TRADING_OK_WHY, lg_trading_cancel(f.market, ANN, id));
    assert_string_equal("1 canceled delete user 100/0", told(&f));
    assert_int_equal(LG_TRADING_FINAL_WHY, lg_trading_cancel(f.market, ANN, id));
    assert_int_equal(LG_TRADING_ORDER_WHY, lg_trading_cancel(f.market, BOB, id));
    assert_int_equal(2, lg_trading_cancel_all(f.market, ANN));
    assert_string_equal("4 canceled delete user 300/0; 2 canceled delete user 200/0", told(&f));
    assert_string_equal("", book(&f, NORTH, LG_TRADING_SELL));
    assert_int_equal(1, lg_trading_counts_of(f.market).open);
}

static void time_ends_orders(void **state)
{
    (void)state;
    lg_trading_terms terms = terms_of(LG_TRADING_SELL, 100, 50);
    terms.valid_until_ms = NOON + HOUR;
    floor_send(&f, ANN, &terms);
    sells(&f, ANN, 100, 51);
    terms = terms_of(LG_TRADING_SELL, 100, 52);
    terms.start_ms = START + HOUR;
    floor_send(&f, ANN, &terms);
    told(&f);
    lg_trading_advance(f.market, NOON + HOUR - 1, HOUR);
    assert_string_equal("", told(&f));
    lg_trading_advance(f.market, NOON + HOUR, HOUR);
    assert_string_equal("1 expired delete system 100/0", told(&f));
    lg_trading_advance(f.market, START - 5 * 60000 - 1, HOUR);
    assert_string_equal("", told(&f));
    lg_trading_advance(f.market, START - 5 * 60000, HOUR);
    assert_string_equal("2 expired delete system 100/0", told(&f));
    terms.start_ms = START;
    assert_string_equal("gate_closed", refused(&f, ANN, &terms));
    int64_t start_ms;
    uint32_t minutes;
    assert_true(lg_trading_period(f.market, 1, &start_ms, &minutes));
    lg_trading_advance(f.market, START + 75 * 60000, HOUR); /* an hour after the delivery */
    assert_false(lg_trading_period(f.market, 1, &start_ms, &minutes));
    assert_int_equal(LG_TRADING_EXPIRED, order_of(&f, ANN, 2).state);
}

/* ---- connected areas ---- */

static void areas_meet_as_far_as_the_capacity_goes(void **state)
{
    (void)state;
    floor_init(&f);
    floor_link(&f, 300, 0);
    floor_open(&f, lg_mem_system());
    sells(&f, ANN, 500, 40);
    lg_trading_terms south = terms_of(LG_TRADING_BUY, 350, 45);
    south.area = SOUTH;
    uint64_t rest = floor_send(&f, BOB, &south);
    assert_string_equal("300 @ 40", traded(&f));
    assert_string_equal("200 @ 40", book(&f, NORTH, LG_TRADING_SELL));
    assert_string_equal("50 @ 45", book(&f, SOUTH, LG_TRADING_BUY));
    assert_int_equal(LG_TRADING_OK_WHY, lg_trading_cancel(f.market, BOB, rest));
    /* what flows back makes room, and two that stand across from each other trade */
    south.quantity = 200;
    south.execution = LG_TRADING_AON;
    floor_send(&f, BOB, &south);
    buys(&f, EVE, 200, 30);
    south = terms_of(LG_TRADING_SELL, 100, 30);
    south.area = SOUTH;
    floor_send(&f, ANN, &south);
    assert_string_equal("100 @ 30", traded(&f));
    floor_send(&f, ANN, &south);
    assert_string_equal("100 @ 30; 200 @ 40", traded(&f));
    floor_close(&f);
}

static void links_are_no_detours(void **state)
{
    (void)state;
    floor_init(&f);
    floor_link(&f, 0, 0);
    floor_open(&f, lg_mem_system());
    sells(&f, ANN, 500, 40);
    lg_trading_terms south = terms_of(LG_TRADING_BUY, 500, 45);
    south.area = SOUTH;
    floor_send(&f, BOB, &south);
    assert_string_equal("", traded(&f));
    south.execution = LG_TRADING_FOK;
    floor_send(&f, BOB, &south);
    assert_string_equal("", traded(&f));
    floor_close(&f);
}

/* ---- own orders ---- */

static void own_orders_meet_as_the_policy_says(void **state)
{
    (void)state;
    static const struct {
        lg_self_trade policy;
        const char *word, *trades, *changes;
    } cases[] = {
        {LG_SELF_REFUSE, "self_trade", "", ""},
        {LG_SELF_ALLOW, "ok", "100 @ 50; 100 @ 51",
         "3 active add user 200/0; 1 filled full_execution system 0/100; "
         "3 active partial_execution system 100/100; 2 filled full_execution system 0/100; "
         "3 filled full_execution system 0/200"},
        {LG_SELF_CANCEL_RESTING, "ok", "100 @ 51",
         "3 active add user 200/0; 1 canceled delete system 100/0; "
         "2 filled full_execution system 0/100; 3 active partial_execution system 100/100"},
        {LG_SELF_CANCEL_INCOMING, "ok", "",
         "3 active add user 200/0; 3 canceled delete system 200/0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        floor_init(&f);
        f.rules.self_trade = cases[i].policy;
        floor_open(&f, lg_mem_system());
        uint64_t id = 0;
        sells(&f, ANN, 100, 50);
        sells(&f, BOB, 100, 51);
        told(&f);
        lg_trading_terms terms = terms_of(LG_TRADING_BUY, 200, 51);
        lg_trading_why why = lg_trading_create(f.market, ANN, &terms, &id);
        assert_string_equal(cases[i].word, lg_trading_answer_of(why, 0).word);
        assert_string_equal(cases[i].changes, told(&f));
        assert_string_equal(cases[i].trades, traded(&f));
        floor_close(&f);
    }
}

/* 200 kW are to be had from others; one of its own stands between, or is needed for them. */
static void whole_orders_meet_their_own_as_the_policy_says(void **state)
{
    (void)state;
    static const struct {
        lg_self_trade policy;
        uint32_t execution;
        const char *trades, *changes;
    } cases[] = {
        {LG_SELF_CANCEL_RESTING, LG_TRADING_FOK, "100 @ 49; 100 @ 51",
         "4 active add user 200/0; 1 filled full_execution system 0/100; "
         "4 active partial_execution system 100/100; 2 canceled delete system 100/0; "
         "3 filled full_execution system 0/100; 4 filled full_execution system 0/200"},
        {LG_SELF_CANCEL_RESTING, LG_TRADING_AON, "100 @ 49; 100 @ 51",
         "4 active add user 200/0; 1 filled full_execution system 0/100; "
         "4 active partial_execution system 100/100; 2 canceled delete system 100/0; "
         "3 filled full_execution system 0/100; 4 filled full_execution system 0/200"},
        {LG_SELF_CANCEL_INCOMING, LG_TRADING_FOK, "",
         "4 active add user 200/0; 4 canceled delete system 200/0"},
        {LG_SELF_CANCEL_INCOMING, LG_TRADING_AON, "",
         "4 active add user 200/0; 4 canceled delete system 200/0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        floor_init(&f);
        f.rules.self_trade = cases[i].policy;
        floor_open(&f, lg_mem_system());
        sells(&f, BOB, 100, 49);
        sells(&f, ANN, 100, 50);
        sells(&f, BOB, 100, 51);
        told(&f);
        lg_trading_terms terms = terms_of(LG_TRADING_BUY, 200, 51);
        terms.execution = cases[i].execution;
        floor_send(&f, ANN, &terms);
        assert_string_equal(cases[i].changes, told(&f));
        assert_string_equal(cases[i].trades, traded(&f));
        floor_close(&f);
    }
}

/* What cannot be filled leaves the orders of its own gridpool where they are. */
static void a_whole_order_that_fails_cancels_nothing(void **state)
{
    (void)state;
    floor_init(&f);
    f.rules.self_trade = LG_SELF_CANCEL_RESTING;
    floor_open(&f, lg_mem_system());
    sells(&f, ANN, 100, 50);
    sells(&f, BOB, 100, 51);
    lg_trading_terms terms = terms_of(LG_TRADING_BUY, 200, 51);
    terms.execution = LG_TRADING_FOK;
    floor_send(&f, ANN, &terms);
    assert_string_equal("100 @ 50; 100 @ 51", book(&f, NORTH, LG_TRADING_SELL));
    assert_string_equal("", traded(&f));
    floor_close(&f);
}

/* ---- what can be asked ---- */

static void lists_filter_and_page(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        lg_trading_terms terms =
            terms_of(i % 2 ? LG_TRADING_BUY : LG_TRADING_SELL, 100, i % 2 ? 10 : 90);
        terms.tag = i == 2 ? "blue" : NULL;
        terms.start_ms = START + i * 15 * 60000;
        floor_send(&f, ANN, &terms);
    }
    lg_trading_order out[4];
    bool more;
    assert_int_equal(2, lg_trading_orders(f.market, ANN, NULL, 0, out, 2, &more));
    assert_true(more && out[0].id == 5 && out[1].id == 4);
    assert_int_equal(3, lg_trading_orders(f.market, ANN, NULL, 4, out, 4, &more));
    assert_true(!more && out[0].id == 3);
    lg_trading_filter filter = {
        .area = UINT32_MAX, .side = LG_TRADING_SELL, .from_ms = START + 1, .until_ms = INT64_MAX};
    assert_int_equal(2, lg_trading_orders(f.market, ANN, &filter, 0, out, 4, &more));
    filter.tag = "blue";
    assert_int_equal(1, lg_trading_orders(f.market, ANN, &filter, 0, out, 4, &more));
    assert_int_equal(3, out[0].id);
    filter.states = 1u << LG_TRADING_FILLED;
    assert_int_equal(0, lg_trading_orders(f.market, ANN, &filter, 0, out, 4, &more));
    assert_int_equal(0, lg_trading_orders(f.market, BOB, NULL, 0, out, 4, &more));
}

static void orders_that_are_over_are_kept_for_a_while(void **state)
{
    (void)state;
    floor_init(&f);
    f.rules.orders_kept = 2;
    f.rules.orders_max = 3;
    floor_open(&f, lg_mem_system());
    lg_trading_order order;
    for (int i = 0; i < 3; i++)
        sells(&f, ANN, 100, 50);
    lg_trading_terms terms = terms_of(LG_TRADING_SELL, 100, 50);
    assert_string_equal("limit", refused(&f, ANN, &terms));
    lg_trading_cancel_all(f.market, ANN); /* the newest first */
    assert_false(lg_trading_order_of(f.market, ANN, 3, &order));
    assert_true(lg_trading_order_of(f.market, ANN, 1, &order));
    assert_int_equal(4, sells(&f, ANN, 100, 50));
    floor_close(&f);
}

static void a_slow_reader_is_told_what_it_missed(void **state)
{
    (void)state;
    floor_init(&f);
    f.rules.log_max = 64;
    floor_open(&f, lg_mem_system());
    uint64_t cursor = lg_trading_cursor(f.market, LG_TRADING_LOG_ORDERS);
    lg_trading_order order;
    assert_int_equal(LG_TRADING_NOTHING_NEW, lg_trading_read_order(f.market, ANN, &cursor, &order));
    for (int i = 0; i < 100; i++)
        sells(&f, ANN, 100, 50);
    assert_int_equal(LG_TRADING_GONE, lg_trading_read_order(f.market, ANN, &cursor, &order));
    assert_int_equal(LG_TRADING_READ, lg_trading_read_order(f.market, ANN, &cursor, &order));
    assert_int_equal(37, order.id);
    floor_close(&f);
}

static void public_trades_are_found_by_time(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        lg_trading_advance(f.market, NOON + i * 60000, HOUR);
        sells(&f, ANN, 100, 50);
        buys(&f, BOB, 100, 50);
    }
    lg_trading_public_trade trade;
    uint64_t cursor = lg_trading_seek(f.market, LG_TRADING_LOG_PUBLIC_TRADES, NOON + 120000);
    assert_int_equal(LG_TRADING_READ, lg_trading_read_public_trade(f.market, &cursor, &trade));
    assert_int_equal(NOON + 120000, trade.time_ms);
    assert_int_equal(3, trade.id);
    assert_int_equal(6, lg_trading_seek(f.market, LG_TRADING_LOG_PUBLIC_TRADES, INT64_MAX));
    assert_int_equal(1, lg_trading_seek(f.market, LG_TRADING_LOG_PUBLIC_TRADES, 0));
}

/* ---- memory ---- */

static int busy_hour(lg_mem *mem, void *ctx)
{
    trading_floor g;
    (void)ctx;
    floor_init(&g);
    g.rules.self_trade = LG_SELF_ALLOW;
    floor_open(&g, mem);
    if (!g.market)
        return 1;
    bool exhausted = false;
    for (int i = 0; i < 60 && !exhausted; i++) {
        lg_trading_terms terms = terms_of(i % 3 ? LG_TRADING_BUY : LG_TRADING_SELL, 100 + i * 100,
                                          50 + i % 7 - (i % 3 ? 3 : 0));
        uint64_t id;
        terms.tag = "a tag";
        terms.payload = "bytes";
        terms.payload_size = 6;
        terms.execution = i % 10 == 4 ? LG_TRADING_AON : 0;
        exhausted =
            lg_trading_create(g.market, (uint32_t)i % 3, &terms, &id) == LG_TRADING_MEMORY_WHY;
    }
    if (!exhausted && lg_trading_check(g.market))
        return 2;
    lg_trading_free(g.market);
    return exhausted;
}

static void runs_out_of_memory_properly(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(busy_hour, NULL) > 15);
}

static void a_busy_market_allocates_no_more(void **state)
{
    (void)state;
    lg_failing_mem counting;
    lg_failing_mem_init(&counting);
    floor_init(&f);
    f.rules.orders_kept = 16;
    f.rules.log_max = 64;
    floor_open(&f, &counting.mem);
    uint64_t after_warm_up = 0;
    for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 200; i++) {
            lg_trading_terms terms = terms_of(i % 2 ? LG_TRADING_BUY : LG_TRADING_SELL, 100,
                                              50 + i % 20 * (i % 2 ? -1 : 1));
            terms.start_ms = START + round * HOUR;
            terms.tag = "a tag";
            floor_send(&f, (uint32_t)i % 2, &terms);
        }
        lg_trading_cancel_all(f.market, ANN);
        lg_trading_advance(f.market, START + round * HOUR + 15 * 60000, 0);
        if (round == 2)
            after_warm_up = counting.calls;
    }
    assert_int_equal(after_warm_up, counting.calls);
    floor_close(&f);
    assert_int_equal(0, counting.live_bytes);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_floor, close_floor)
    const struct CMUnitTest tests[] = {
        CASE(what_cannot_be_is_refused_err),
        CASE(a_change_keeps_or_loses_its_place),
        CASE(a_change_can_trade_fill_and_clear),
        CASE(a_change_that_cannot_be_changes_nothing_err),
        CASE(a_sleeping_stop_can_be_changed),
        CASE(cancel_ends_one_or_all),
        CASE(time_ends_orders),
        cmocka_unit_test(areas_meet_as_far_as_the_capacity_goes),
        cmocka_unit_test(links_are_no_detours),
        cmocka_unit_test(own_orders_meet_as_the_policy_says),
        cmocka_unit_test(whole_orders_meet_their_own_as_the_policy_says),
        cmocka_unit_test(a_whole_order_that_fails_cancels_nothing),
        CASE(lists_filter_and_page),
        cmocka_unit_test(orders_that_are_over_are_kept_for_a_while),
        cmocka_unit_test(a_slow_reader_is_told_what_it_missed),
        CASE(public_trades_are_found_by_time),
        cmocka_unit_test(runs_out_of_memory_properly),
        cmocka_unit_test(a_busy_market_allocates_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
