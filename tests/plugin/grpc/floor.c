/* What the host does for a door, but for the journal. */
#include "floor.h"

#include <stdlib.h>

#include "trading/trading.h"

#define HOUR (INT64_C(3600000))

enum { FLOOR_AREAS = 2, FLOOR_POOLS = 4, LOG_MAX = 65536 };

struct floor_market {
    lg_trading *market;
    lg_trading_door door;
    lg_trading_area areas[FLOOR_AREAS];
    lg_trading_gridpool pools[FLOOR_POOLS];
    lg_trading_rules rules;
    int64_t now_ms, shift_ms;
};

static void tell_clock(void *ctx, lg_trading_clock *out)
{
    const floor_market *f = ctx;
    out->now_ms = f->now_ms;
    out->shift_ms = f->shift_ms;
}

static int32_t area(void *ctx, uint32_t index, lg_trading_area *out)
{
    const floor_market *f = ctx;
    if (index >= FLOOR_AREAS)
        return false;
    *out = f->areas[index];
    return true;
}

static int32_t gridpool(void *ctx, uint32_t index, lg_trading_gridpool *out)
{
    const floor_market *f = ctx;
    if (index >= FLOOR_POOLS)
        return false;
    *out = f->pools[index];
    return true;
}

static uint32_t answered(lg_trading_why why, lg_trading_answer *answer)
{
    *answer = lg_trading_answer_of(why, 0);
    return why;
}

static uint32_t pool(const floor_market *f, uint64_t id)
{
    return lg_trading_gridpool_of(f->market, id);
}

static lg_trading_why show(const floor_market *f, uint32_t who, uint64_t id, lg_trading_order *out)
{
    return !out || lg_trading_order_of(f->market, who, id, out) ? LG_TRADING_OK_WHY
                                                                : LG_TRADING_ORDER_WHY;
}

static uint32_t create(void *ctx, uint64_t gridpool_id, const lg_trading_terms *terms,
                       lg_trading_order *out, lg_trading_answer *answer)
{
    const floor_market *f = ctx;
    uint32_t who = pool(f, gridpool_id);
    uint64_t id = 0;
    lg_trading_why why =
        who == UINT32_MAX ? LG_TRADING_GRIDPOOL_WHY : lg_trading_create(f->market, who, terms, &id);
    return answered(why == LG_TRADING_OK_WHY ? show(f, who, id, out) : why, answer);
}

static uint32_t update(void *ctx, uint64_t gridpool_id, uint64_t order, uint32_t set,
                       const lg_trading_terms *terms, lg_trading_order *out,
                       lg_trading_answer *answer)
{
    const floor_market *f = ctx;
    uint32_t who = pool(f, gridpool_id);
    lg_trading_why why = who == UINT32_MAX ? LG_TRADING_GRIDPOOL_WHY
                                           : lg_trading_update(f->market, who, order, set, terms);
    return answered(why == LG_TRADING_OK_WHY ? show(f, who, order, out) : why, answer);
}

static uint32_t cancel(void *ctx, uint64_t gridpool_id, uint64_t order, lg_trading_order *out,
                       lg_trading_answer *answer)
{
    const floor_market *f = ctx;
    uint32_t who = pool(f, gridpool_id);
    lg_trading_why why =
        who == UINT32_MAX ? LG_TRADING_GRIDPOOL_WHY : lg_trading_cancel(f->market, who, order);
    return answered(why == LG_TRADING_OK_WHY ? show(f, who, order, out) : why, answer);
}

static uint32_t cancel_all(void *ctx, uint64_t gridpool_id, lg_trading_answer *answer)
{
    const floor_market *f = ctx;
    uint32_t who = pool(f, gridpool_id);
    if (who == UINT32_MAX)
        return answered(LG_TRADING_GRIDPOOL_WHY, answer);
    uint32_t count = lg_trading_cancel_all(f->market, who);
    *answer = lg_trading_answer_of(LG_TRADING_OK_WHY, count);
    return LG_TRADING_OK_WHY;
}

static uint32_t one(void *ctx, uint64_t gridpool_id, uint64_t id, lg_trading_order *out)
{
    const floor_market *f = ctx;
    uint32_t who = pool(f, gridpool_id);
    return who == UINT32_MAX ? LG_TRADING_GRIDPOOL_WHY : show(f, who, id, out);
}

static uint32_t orders(void *ctx, uint64_t gridpool_id, const lg_trading_filter *filter,
                       uint64_t before, lg_trading_order *out, uint32_t max, uint32_t *more)
{
    const floor_market *f = ctx;
    uint32_t who = pool(f, gridpool_id);
    bool rest = false;
    uint32_t count = who == UINT32_MAX
                         ? who
                         : lg_trading_orders(f->market, who, filter, before, out, max, &rest);
    *more = rest;
    return count;
}

static uint32_t trades(void *ctx, uint64_t gridpool_id, const lg_trading_filter *filter,
                       uint64_t before, lg_trading_trade *out, uint32_t max, uint32_t *more)
{
    const floor_market *f = ctx;
    uint32_t who = pool(f, gridpool_id);
    bool rest = false;
    uint32_t count = who == UINT32_MAX
                         ? who
                         : lg_trading_trades(f->market, who, filter, before, out, max, &rest);
    *more = rest;
    return count;
}

static uint32_t book(void *ctx, uint32_t index, int64_t start_ms, uint32_t minutes, uint32_t side,
                     lg_trading_public_order *out, uint32_t max)
{
    const floor_market *f = ctx;
    return lg_trading_book(f->market, index, start_ms, minutes, side, out, max);
}

static int32_t period(void *ctx, uint32_t index, int64_t *start_ms, uint32_t *minutes)
{
    const floor_market *f = ctx;
    return lg_trading_period(f->market, index, start_ms, minutes);
}

static uint64_t cursor(void *ctx, uint32_t log)
{
    const floor_market *f = ctx;
    return lg_trading_cursor(f->market, log);
}

static uint64_t seek(void *ctx, uint32_t log, int64_t time_ms)
{
    const floor_market *f = ctx;
    return lg_trading_seek(f->market, log, time_ms);
}

static uint32_t read_order(void *ctx, uint64_t gridpool_id, uint64_t *at, lg_trading_order *out)
{
    const floor_market *f = ctx;
    return lg_trading_read_order(f->market, pool(f, gridpool_id), at, out);
}

static uint32_t read_trade(void *ctx, uint64_t gridpool_id, uint64_t *at, lg_trading_trade *out)
{
    const floor_market *f = ctx;
    return lg_trading_read_trade(f->market, pool(f, gridpool_id), at, out);
}

static uint32_t read_public_trade(void *ctx, uint64_t *at, lg_trading_public_trade *out)
{
    const floor_market *f = ctx;
    return lg_trading_read_public_trade(f->market, at, out);
}

static uint32_t read_public_order(void *ctx, uint64_t *at, lg_trading_public_order *out)
{
    const floor_market *f = ctx;
    return lg_trading_read_public_order(f->market, at, out);
}

floor_market *floor_open(int64_t now_ms)
{
    static const char *const codes[] = {"10YDE-EON------1", "10YDE-RWENET---I"};
    floor_market *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    f->now_ms = now_ms;
    for (uint32_t i = 0; i < FLOOR_AREAS; i++)
        f->areas[i] = (lg_trading_area){.size = sizeof f->areas[i],
                                        .index = i,
                                        .code = codes[i],
                                        .code_type = 1,
                                        .currency = 3,
                                        .minutes = 15,
                                        .price_step = 10,
                                        .quantity_step = 100,
                                        .gate_ms = HOUR / 12,
                                        .horizon_ms = 48 * HOUR};
    for (uint32_t i = 0; i < FLOOR_POOLS; i++)
        f->pools[i] = (lg_trading_gridpool){
            .size = sizeof f->pools[i], .index = i, .id = i + 1, .name = "a gridpool", .agent = ""};
    f->rules = (lg_trading_rules){.areas = f->areas,
                                  .gridpools = f->pools,
                                  .area_count = FLOOR_AREAS,
                                  .gridpool_count = FLOOR_POOLS,
                                  .self_trade = LG_SELF_REFUSE,
                                  .orders_max = 1000000,
                                  .orders_kept = 100000,
                                  .log_max = LOG_MAX};
    f->market = lg_trading_new(lg_mem_system(), &f->rules, now_ms);
    if (!f->market)
        abort();
    f->door = (lg_trading_door){.size = sizeof f->door,
                                .ctx = f,
                                .clock = tell_clock,
                                .area = area,
                                .gridpool = gridpool,
                                .create = create,
                                .update = update,
                                .cancel = cancel,
                                .cancel_all = cancel_all,
                                .order = one,
                                .orders = orders,
                                .trades = trades,
                                .book = book,
                                .period = period,
                                .cursor = cursor,
                                .seek = seek,
                                .read_order = read_order,
                                .read_trade = read_trade,
                                .read_public_trade = read_public_trade,
                                .read_public_order = read_public_order};
    return f;
}

void floor_close(floor_market *f)
{
    lg_trading_free(f->market);
    free(f);
}

const lg_trading_door *floor_door(const floor_market *f)
{
    return &f->door;
}

void floor_shift(floor_market *f, int64_t shift_ms)
{
    f->shift_ms = shift_ms;
}

const char *floor_check(const floor_market *f)
{
    return lg_trading_check(f->market);
}

void floor_advance(floor_market *f, int64_t now_ms)
{
    f->now_ms = now_ms;
    lg_trading_advance(f->market, now_ms, HOUR);
}
