/* A small market to trade on, and its logs as text. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "floor.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void floor_init(trading_floor *f)
{
    static const char *const codes[] = {"NORTH", "SOUTH"};
    static const char *const names[] = {"Ann", "Bob", "Eve"};
    memset(f, 0, sizeof *f);
    for (uint32_t i = 0; i < FLOOR_AREAS; i++)
        f->areas[i] = (lg_trading_area){
            .size = sizeof(lg_trading_area),
            .index = i,
            .code = codes[i],
            .code_type = 1,
            .currency = 3,
            .minutes = 1 | 2 | 8,
            .price_step = 10,
            .quantity_step = 50,
            .gate_ms = 5 * 60000,
            .horizon_ms = 24 * HOUR,
        };
    for (uint32_t i = 0; i < FLOOR_POOLS; i++)
        f->pools[i] = (lg_trading_gridpool){.size = sizeof(lg_trading_gridpool),
                                            .index = i,
                                            .id = 11 + i,
                                            .name = names[i],
                                            .agent = ""};
    f->rules = (lg_trading_rules){
        .areas = f->areas,
        .gridpools = f->pools,
        .links = f->links,
        .area_count = FLOOR_AREAS,
        .gridpool_count = FLOOR_POOLS,
        .self_trade = LG_SELF_REFUSE,
        .orders_max = 1000,
        .orders_kept = 1000,
        .log_max = 1024,
    };
}

void floor_link(trading_floor *f, int64_t there, int64_t back)
{
    f->links[0] = (lg_trading_link){.from = NORTH, .to = SOUTH, .capacity = there};
    f->links[1] = (lg_trading_link){.from = SOUTH, .to = NORTH, .capacity = back};
    f->rules.link_count = 2;
}

void floor_open(trading_floor *f, lg_mem *mem)
{
    f->market = lg_trading_new(mem, &f->rules, NOON);
    f->orders = f->trades = f->shown = 1;
    if (mem == lg_mem_system())
        assert_non_null(f->market);
}

void floor_close(trading_floor *f)
{
    const char *wrong = lg_trading_check(f->market);
    if (wrong)
        fail_msg("%s", wrong);
    assert_int_equal(LG_OK, lg_trading_status(f->market));
    lg_trading_free(f->market);
}

lg_trading_terms terms_of(uint32_t side, int64_t kw, double price)
{
    return (lg_trading_terms){
        .area = NORTH,
        .start_ms = START,
        .minutes = 15,
        .type = LG_TRADING_LIMIT,
        .side = side,
        .price = (int64_t)llround(price * 1000),
        .quantity = kw,
        .stop_price = LG_TRADING_NO_PRICE,
        .peak_delta = LG_TRADING_NO_PRICE,
    };
}

uint64_t floor_send(trading_floor *f, uint32_t pool, const lg_trading_terms *terms)
{
    uint64_t id = 0;
    lg_trading_why why = lg_trading_create(f->market, pool, terms, &id);
    assert_string_equal("ok", lg_trading_answer_of(why, 0).word);
    return id;
}

uint64_t buys(trading_floor *f, uint32_t pool, int64_t kw, double price)
{
    lg_trading_terms terms = terms_of(LG_TRADING_BUY, kw, price);
    return floor_send(f, pool, &terms);
}

uint64_t sells(trading_floor *f, uint32_t pool, int64_t kw, double price)
{
    lg_trading_terms terms = terms_of(LG_TRADING_SELL, kw, price);
    return floor_send(f, pool, &terms);
}

const char *refused(trading_floor *f, uint32_t pool, const lg_trading_terms *terms)
{
    uint64_t id = 0, before = lg_trading_cursor(f->market, LG_TRADING_LOG_ORDERS);
    lg_trading_why why = lg_trading_create(f->market, pool, terms, &id);
    assert_int_equal(before, lg_trading_cursor(f->market, LG_TRADING_LOG_ORDERS));
    return lg_trading_answer_of(why, 0).word;
}

const char *changes(trading_floor *f, uint32_t pool, uint64_t id, uint32_t set,
                    const lg_trading_terms *terms)
{
    return lg_trading_answer_of(lg_trading_update(f->market, pool, id, set, terms), 0).word;
}

lg_trading_order order_of(trading_floor *f, uint32_t pool, uint64_t id)
{
    lg_trading_order order;
    assert_true(lg_trading_order_of(f->market, pool, id, &order));
    return order;
}

static void add(trading_floor *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(trading_floor *f, const char *format, ...)
{
    size_t length = strlen(f->text);
    va_list list;
    va_start(list, format);
    vsnprintf(f->text + length, sizeof f->text - length, format, list);
    va_end(list);
}

/* The log is one of all: each pool reads its own, and they are put together by their numbers. */
const char *told(trading_floor *f)
{
    uint64_t end = lg_trading_cursor(f->market, LG_TRADING_LOG_ORDERS);
    f->text[0] = 0;
    for (; f->orders < end; f->orders++)
        for (uint32_t pool = 0; pool < FLOOR_POOLS; pool++) {
            lg_trading_order o;
            uint64_t cursor = f->orders;
            if (lg_trading_read_order(f->market, pool, &cursor, &o) != LG_TRADING_READ ||
                o.number != f->orders)
                continue;
            assert_int_equal(o.open + o.filled, o.terms.quantity);
            add(f, "%s%d %s %s %s %d/%d", f->text[0] ? "; " : "", (int)o.id,
                lg_trading_state_word(o.state), lg_trading_reason_word(o.reason),
                lg_trading_actor_word(o.actor), (int)o.open, (int)o.filled);
        }
    return f->text;
}

const char *traded(trading_floor *f)
{
    lg_trading_public_trade t;
    f->text[0] = 0;
    while (lg_trading_read_public_trade(f->market, &f->trades, &t) == LG_TRADING_READ)
        add(f, "%s%d @ %g", f->text[0] ? "; " : "", (int)t.quantity, (double)t.price / 1000);
    return f->text;
}

const char *shown(trading_floor *f)
{
    lg_trading_public_order o;
    f->text[0] = 0;
    while (lg_trading_read_public_order(f->market, &f->shown, &o) == LG_TRADING_READ)
        add(f, "%s%d %s %d @ %g", f->text[0] ? "; " : "", (int)o.id, lg_trading_side_word(o.side),
            (int)o.quantity, (double)o.price / 1000);
    return f->text;
}

const char *book(trading_floor *f, uint32_t area, uint32_t side)
{
    lg_trading_public_order o[64];
    uint32_t count = lg_trading_book(f->market, area, START, 15, side, o, 64);
    f->text[0] = 0;
    for (uint32_t i = 0; i < count; i++)
        add(f, "%s%d @ %g", i ? "; " : "", (int)o[i].quantity, (double)o[i].price / 1000);
    return f->text;
}
