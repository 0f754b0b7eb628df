/* The door of a gateway to the intraday market: what changes something is an act of the world, so
 * it is kept before it acts and happens again from the journal; what looks goes straight in. */
#include "app/gateway_parts.h"

#include <string.h>
#include "app/intraday.h"
#include "base/clock.h"

static const lg_trading *market_of(const lg_gate *g)
{
    return lg_turn_trading(lg_world_turn(g->input.world));
}

/* A struct of theirs may end sooner than ours. */
static void give(void *out, const void *ours, size_t size)
{
    uint32_t theirs;
    memcpy(&theirs, out, sizeof theirs);
    memcpy(out, ours, theirs < size ? theirs : size);
    memcpy(out, &theirs, sizeof theirs);
}

#define GIVE(out, ours) give((out), (ours), sizeof *(ours))

static void door_clock(void *ctx, lg_trading_clock *out)
{
    const lg_gate *g = ctx;
    const lg_trading_clock now = {
        .size = sizeof now,
        .now_ms = lg_trading_now(market_of(g)),
        .shift_ms = g->shift_ms,
    };
    GIVE(out, &now);
}

static int32_t door_area(void *ctx, uint32_t index, lg_trading_area *out)
{
    const lg_trading_rules *rules = lg_trading_rules_of(market_of(ctx));
    if (index >= rules->area_count)
        return false;
    GIVE(out, &rules->areas[index]);
    return true;
}

static int32_t door_gridpool(void *ctx, uint32_t index, lg_trading_gridpool *out)
{
    const lg_trading_rules *rules = lg_trading_rules_of(market_of(ctx));
    if (index >= rules->gridpool_count)
        return false;
    GIVE(out, &rules->gridpools[index]);
    return true;
}

/* ---- what changes something ---- */

static uint64_t grown(const lg_gate *g)
{
    const lg_trading *market = market_of(g);
    return lg_trading_cursor(market, LG_TRADING_LOG_ORDERS) +
           lg_trading_cursor(market, LG_TRADING_LOG_PUBLIC_TRADES);
}

static void look_up(const lg_gate *g, uint32_t gridpool, uint64_t order, lg_trading_order *out)
{
    lg_trading_order found;
    if (out && lg_trading_order_of(market_of(g), gridpool, order, &found))
        GIVE(out, &found);
}

static uint32_t area_of(const lg_gate *g, const lg_trading_ask *what)
{
    lg_trading_order order;
    if (what->kind == LG_ASK_CREATE)
        return what->terms.area;
    return lg_trading_order_of(market_of(g), what->gridpool, what->order, &order) ? order.terms.area
                                                                                  : UINT32_MAX;
}

static lg_trading_answer answer_of(lg_gate *g, const lg_trading_ask *what,
                                   const lg_trading_done *done)
{
    lg_trading_answer answer = lg_trading_answer_of(done->why, done->count);
    if (done->why == LG_TRADING_OK_WHY || what->gridpool == UINT32_MAX)
        return answer;
    lg_text_clear(&g->refused);
    lg_trading_refusal(lg_trading_rules_of(market_of(g)), what, area_of(g, what), done->why,
                       &g->refused);
    if (!g->refused.failed)
        answer.words = lg_text_peek(&g->refused);
    return answer;
}

static uint32_t ask(lg_gate *g, uint64_t gridpool, lg_trading_ask *what, lg_trading_order *out,
                    lg_trading_answer *answer)
{
    lg_text bytes;
    lg_trading_done done = {.why = LG_TRADING_GRIDPOOL_WHY};
    bool told = grown(g) == g->traded;
    what->gridpool = lg_trading_gridpool_of(market_of(g), gridpool);
    if (what->gridpool != UINT32_MAX) {
        lg_text_init(&bytes, g->mem);
        lg_intraday_pack(what, &bytes);
        lg_outside act = {.kind = LG_OUTSIDE_TRADING, .node = what->gridpool};
        lg_status status = lg__gate_act(g, &act, &bytes);
        lg_text_fini(&bytes);
        done = lg_world_asked(g->input.world);
        if (status != LG_OK)
            done.why = status == LG_CLOSED ? LG_TRADING_OVER_WHY : LG_TRADING_MEMORY_WHY;
        else if (done.why == LG_TRADING_OK_WHY)
            look_up(g, what->gridpool, done.order, out);
    }
    if (told) /* they know what they have done */
        g->traded = grown(g);
    const lg_trading_answer ours = answer_of(g, what, &done);
    GIVE(answer, &ours);
    return done.why;
}

static uint32_t door_create(void *ctx, uint64_t gridpool, const lg_trading_terms *terms,
                            lg_trading_order *out, lg_trading_answer *answer)
{
    lg_trading_ask what = {.kind = LG_ASK_CREATE, .terms = *terms};
    return ask(ctx, gridpool, &what, out, answer);
}

static uint32_t door_update(void *ctx, uint64_t gridpool, uint64_t order, uint32_t set,
                            const lg_trading_terms *terms, lg_trading_order *out,
                            lg_trading_answer *answer)
{
    lg_trading_ask what = {.kind = LG_ASK_UPDATE, .order = order, .set = set, .terms = *terms};
    return ask(ctx, gridpool, &what, out, answer);
}

static uint32_t door_cancel(void *ctx, uint64_t gridpool, uint64_t order, lg_trading_order *out,
                            lg_trading_answer *answer)
{
    lg_trading_ask what = {.kind = LG_ASK_CANCEL, .order = order};
    return ask(ctx, gridpool, &what, out, answer);
}

static uint32_t door_cancel_all(void *ctx, uint64_t gridpool, lg_trading_answer *answer)
{
    lg_trading_ask what = {.kind = LG_ASK_CANCEL_ALL};
    return ask(ctx, gridpool, &what, NULL, answer);
}

/* ---- what looks ---- */

static uint32_t pool_of(void *ctx, uint64_t gridpool)
{
    return lg_trading_gridpool_of(market_of(ctx), gridpool);
}

static uint32_t door_order(void *ctx, uint64_t gridpool, uint64_t order, lg_trading_order *out)
{
    lg_trading_order found;
    uint32_t pool = pool_of(ctx, gridpool);
    if (pool == UINT32_MAX)
        return LG_TRADING_GRIDPOOL_WHY;
    if (!lg_trading_order_of(market_of(ctx), pool, order, &found))
        return LG_TRADING_ORDER_WHY;
    GIVE(out, &found);
    return LG_TRADING_OK_WHY;
}

static uint32_t door_orders(void *ctx, uint64_t gridpool, const lg_trading_filter *filter,
                            uint64_t before, lg_trading_order *out, uint32_t max, uint32_t *more)
{
    bool rest = false;
    uint32_t pool = pool_of(ctx, gridpool);
    uint32_t count = pool == UINT32_MAX
                         ? UINT32_MAX
                         : lg_trading_orders(market_of(ctx), pool, filter, before, out, max, &rest);
    *more = rest;
    return count;
}

static uint32_t door_trades(void *ctx, uint64_t gridpool, const lg_trading_filter *filter,
                            uint64_t before, lg_trading_trade *out, uint32_t max, uint32_t *more)
{
    bool rest = false;
    uint32_t pool = pool_of(ctx, gridpool);
    uint32_t count = pool == UINT32_MAX
                         ? UINT32_MAX
                         : lg_trading_trades(market_of(ctx), pool, filter, before, out, max, &rest);
    *more = rest;
    return count;
}

static uint32_t door_book(void *ctx, uint32_t area, int64_t start_ms, uint32_t minutes,
                          uint32_t side, lg_trading_public_order *out, uint32_t max)
{
    return lg_trading_book(market_of(ctx), area, start_ms, minutes, side, out, max);
}

static int32_t door_period(void *ctx, uint32_t index, int64_t *start_ms, uint32_t *minutes)
{
    return lg_trading_period(market_of(ctx), index, start_ms, minutes);
}

static uint64_t door_cursor(void *ctx, uint32_t log)
{
    return lg_trading_cursor(market_of(ctx), log);
}

static uint64_t door_seek(void *ctx, uint32_t log, int64_t time_ms)
{
    return lg_trading_seek(market_of(ctx), log, time_ms);
}

static uint32_t door_read_order(void *ctx, uint64_t gridpool, uint64_t *cursor,
                                lg_trading_order *out)
{
    lg_trading_order entry;
    uint32_t what = lg_trading_read_order(market_of(ctx), pool_of(ctx, gridpool), cursor, &entry);
    if (what == LG_TRADING_READ)
        GIVE(out, &entry);
    return what;
}

static uint32_t door_read_trade(void *ctx, uint64_t gridpool, uint64_t *cursor,
                                lg_trading_trade *out)
{
    lg_trading_trade entry;
    uint32_t what = lg_trading_read_trade(market_of(ctx), pool_of(ctx, gridpool), cursor, &entry);
    if (what == LG_TRADING_READ)
        GIVE(out, &entry);
    return what;
}

static uint32_t door_read_public_trade(void *ctx, uint64_t *cursor, lg_trading_public_trade *out)
{
    lg_trading_public_trade entry;
    uint32_t what = lg_trading_read_public_trade(market_of(ctx), cursor, &entry);
    if (what == LG_TRADING_READ)
        GIVE(out, &entry);
    return what;
}

static uint32_t door_read_public_order(void *ctx, uint64_t *cursor, lg_trading_public_order *out)
{
    lg_trading_public_order entry;
    uint32_t what = lg_trading_read_public_order(market_of(ctx), cursor, &entry);
    if (what == LG_TRADING_READ)
        GIVE(out, &entry);
    return what;
}

/* ---- for the gateway ---- */

/* Whole hours, so that periods begin where they do in the clients' clock. */
static int64_t shift_of(int64_t wall_ms, int64_t now_ms)
{
    int64_t apart = wall_ms - now_ms, half = LG_HOUR_MS / 2;
    return (apart + (apart < 0 ? -half : half)) / LG_HOUR_MS * LG_HOUR_MS;
}

void lg__gate_trading(lg_gate *g)
{
    const lg_intraday_spec *spec = g->input.setup->scenario->intraday;
    if (!spec)
        return;
    if (spec->wall)
        g->shift_ms = shift_of(g->host.wall_ms(g), lg_world_moment(g->input.world).now_ms);
    g->door = (lg_trading_door){
        .size = sizeof g->door,
        .ctx = g,
        .clock = door_clock,
        .area = door_area,
        .gridpool = door_gridpool,
        .create = door_create,
        .update = door_update,
        .cancel = door_cancel,
        .cancel_all = door_cancel_all,
        .order = door_order,
        .orders = door_orders,
        .trades = door_trades,
        .book = door_book,
        .period = door_period,
        .cursor = door_cursor,
        .seek = door_seek,
        .read_order = door_read_order,
        .read_trade = door_read_trade,
        .read_public_trade = door_read_public_trade,
        .read_public_order = door_read_public_order,
    };
    g->host.trading = &g->door;
    g->traded = grown(g);
}

void lg__gate_traded(lg_gate *g)
{
    if (!g->host.trading || !g->open || grown(g) == g->traded)
        return;
    g->traded = grown(g);
    if (g->kind->size >= offsetof(lg_gateway, traded) + sizeof g->kind->traded)
        LG__GATE_CALL(g, traded);
}
