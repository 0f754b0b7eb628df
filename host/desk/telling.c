/* Tells listeners and participants what has happened. */
#include "desk/turn_parts.h"

#include <string.h>

lg_status lg_turn_listen(lg_turn *turn, const lg_listener *listener, bool commands)
{
    if (!LG_GROW(turn->mem, turn->listeners, turn->listener_capacity, turn->listener_count + 1))
        return LG_MEMORY;
    commands = commands && listener->command;
    turn->listeners[turn->listener_count++] = (struct lg__listener){*listener, commands};
    turn->command_listeners = turn->command_listeners || commands;
    return LG_OK;
}

/* ---- of the markets ---- */

/* A trade is kept until matching is over: participants must not act in the middle of it. */
static lg_status keep_trade(lg_turn *turn, const lg_trade *t)
{
    if (!LG_GROW(turn->mem, turn->trades, turn->trade_capacity, turn->trade_count + 1) ||
        !LG_GROW(turn->mem, turn->legs, turn->leg_capacity, turn->leg_count + t->leg_count))
        return LG_MEMORY;
    memcpy(turn->legs + turn->leg_count, t->legs, t->leg_count * sizeof *t->legs);
    turn->leg_count += t->leg_count;
    turn->trades[turn->trade_count] = *t;
    turn->trades[turn->trade_count++].legs = NULL; /* set again when the array no longer moves */
    return LG_OK;
}

static void on_trade(void *ctx, const lg_trade *t)
{
    lg_turn *turn = ctx;
    lg__chain_trade(turn->chain, t);
    for (uint32_t i = 0; i < turn->listener_count && turn->failed == LG_OK; i++) {
        const lg_listener *l = &turn->listeners[i].listener;
        if (l->trade)
            turn->failed = l->trade(l->ctx, t);
    }
    if (turn->wants_trades && turn->failed == LG_OK)
        turn->failed = keep_trade(turn, t);
}

static void on_cleared(void *ctx, uint32_t area, uint32_t slot, uint32_t tick, int64_t rate_uct,
                       int64_t energy_uwh)
{
    lg_turn *turn = ctx;
    int64_t event[] = {(int64_t)(UINT64_C(3) << 56 | tick), area, rate_uct, energy_uwh};
    lg_chain_add(turn->chain, event, sizeof event);
    for (uint32_t i = 0; i < turn->listener_count && turn->failed == LG_OK; i++) {
        const lg_listener *l = &turn->listeners[i].listener;
        if (l->cleared)
            turn->failed = l->cleared(l->ctx, area, slot, tick, rate_uct, energy_uwh);
    }
}

lg_market_sink lg__turn_sink(lg_turn *turn)
{
    return (lg_market_sink){.ctx = turn, .trade = on_trade, .cleared = on_cleared};
}

/* What was handed to those who work elsewhere is done when this returns. */
static void flush_all(lg_turn *turn)
{
    for (uint32_t i = 0; i < turn->member_count && turn->elsewhere; i++) {
        const lg_participant *p = &turn->members[i].participant;
        if (p->flush)
            p->flush(p->self);
    }
}

/* Everybody is told of the same entries, whoever has taken a seat in between and when that one was
 * made. */
static void deliver_intraday(lg_turn *turn)
{
    const lg_trading *trading = turn->venue.trading;
    if (!trading)
        return;
    const lg_grown grown = {
        .orders_from = turn->told_orders,
        .orders_until = lg_trading_cursor(trading, LG_TRADING_LOG_ORDERS),
        .trades_from = turn->told_trades,
        .trades_until = lg_trading_cursor(trading, LG_TRADING_LOG_PUBLIC_TRADES),
    };
    turn->told_orders = grown.orders_until;
    turn->told_trades = grown.trades_until;
    if (grown.orders_from == grown.orders_until && grown.trades_from == grown.trades_until)
        return;
    for (uint32_t i = 0; i < turn->member_count; i++) {
        const lg_participant *p = &turn->members[i].participant;
        if (p->traded)
            p->traded(p->self, &grown);
    }
}

static void deliver_news(lg_turn *turn)
{
    uint64_t news = turn->venue.scene ? lg_scene_news_count(turn->venue.scene) : 0;
    bool grown = news != turn->told_news;
    turn->told_news = news;
    for (uint32_t i = 0; i < turn->member_count && grown; i++) {
        const lg_participant *p = &turn->members[i].participant;
        if (p->coordinated)
            p->coordinated(p->self);
    }
}

/* Hands the tick's trades to the participants whose assets traded, the buyer's first. */
void lg__turn_deliver_trades(lg_turn *turn)
{
    const lg_leg *legs = turn->legs;
    for (uint32_t i = 0; i < turn->trade_count; i++) {
        lg_trade *t = &turn->trades[i];
        t->legs = legs;
        legs += t->leg_count;
        uint32_t buyer = turn->trader[t->buyer], seller = turn->trader[t->seller];
        if (buyer != LG_NONE)
            turn->members[buyer].participant.trade(turn->members[buyer].participant.self, t);
        if (seller != LG_NONE && seller != buyer)
            turn->members[seller].participant.trade(turn->members[seller].participant.self, t);
    }
    deliver_intraday(turn);
    deliver_news(turn);
    flush_all(turn);
    turn->trade_count = turn->leg_count = 0;
}

/* ---- of the turn ---- */

lg_status lg__turn_tell_command(lg_turn *turn, const lg_desk *desk, const lg_command *c,
                                const lg_answer *a)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < turn->listener_count && status == LG_OK; i++) {
        const struct lg__listener *l = &turn->listeners[i];
        if (l->commands)
            status = l->listener.command(l->listener.ctx, desk, c, a, turn->moment.slot,
                                         turn->moment.tick);
    }
    return status;
}

lg_status lg__turn_tell_settled(void *ctx, const lg_settled *settled)
{
    lg_turn *turn = ctx;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < turn->listener_count && status == LG_OK; i++) {
        const lg_listener *l = &turn->listeners[i].listener;
        if (l->settled)
            status = l->settled(l->ctx, settled);
    }
    return status;
}

lg_status lg__turn_tell_slot(lg_turn *turn)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < turn->listener_count && status == LG_OK; i++) {
        const lg_listener *l = &turn->listeners[i].listener;
        if (l->slot)
            status = l->slot(l->ctx, turn->moment.slot, turn->moment.slot_start_ms, turn->digest);
    }
    return status;
}

/* ---- scheduled events ---- */

static lg_status apply_event(lg_market *market, const lg_event *event)
{
    bool on = event->kind == LG_EVENT_ENABLE || event->kind == LG_EVENT_CONNECT;
    if (event->kind == LG_EVENT_CHANGE || event->target == LG_TARGET_AGENT)
        return LG_OK;
    if (event->target == LG_TARGET_ASSET)
        return lg_market_set_asset_enabled(market, event->node, on);
    return event->kind <= LG_EVENT_ENABLE ? lg_market_set_enabled(market, event->node, on)
                                          : lg_market_set_connected(market, event->node, on);
}

lg_status lg_turn_event(lg_turn *turn, const lg_event *event, const lg_moment *moment)
{
    uint64_t row[] = {UINT64_C(4) << 56 | (uint64_t)event->kind << 8 | (uint64_t)event->target,
                      (uint64_t)moment->slot << 32 | event->node};
    if (!LG_GROW(turn->mem, turn->events, turn->event_capacity, turn->event_count + 1))
        return LG_MEMORY;
    lg_status status = apply_event(turn->market, event);
    if (status != LG_OK)
        return status;
    turn->events[turn->event_count++] = *event;
    lg_chain_add(turn->chain, row, sizeof row);
    lg_chain_add(turn->chain, event->detail, strlen(event->detail)); /* no figures: grid/event.h */
    for (uint32_t i = 0; i < turn->listener_count && status == LG_OK; i++) {
        const lg_listener *l = &turn->listeners[i].listener;
        if (l->event)
            status = l->event(l->ctx, event, moment->slot);
    }
    return status;
}

/* An area is everybody's business, an asset that of who commands it. */
static bool concerns(const lg_participant *p, const lg_event *event)
{
    switch (event->target) {
    case LG_TARGET_ASSET:
        return lg_desk_commands_asset(p->desk, event->node);
    case LG_TARGET_AGENT:
        return lg_desk_index(p->desk) == event->node;
    case LG_TARGET_AREA:
        break;
    }
    return true;
}

void lg__turn_deliver_events(lg_turn *turn)
{
    for (uint32_t e = 0; e < turn->event_count; e++)
        for (uint32_t i = 0; i < turn->member_count; i++) {
            const lg_participant *p = &turn->members[i].participant;
            if (p->event && concerns(p, &turn->events[e]))
                p->event(p->self, &turn->events[e], &turn->moment);
        }
    if (turn->event_count)
        flush_all(turn);
    turn->event_count = 0;
}
