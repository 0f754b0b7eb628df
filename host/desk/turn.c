/* Collect, apply, match, publish. The order in which participants are called is a rotation drawn
 * from the seed for every tick, so that over a run nobody is always first. */
#include "desk/turn.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "desk/room.h"
#include "desk/tour.h"

#define LG__DRAW_CALL UINT64_C(0x63616c6c00) /* "call": the purpose of this draw */

struct member {
    lg_participant participant;
    bool waiting, sent;
};

struct listener {
    lg_listener listener;
    bool commands;
};

/* A trade waits here, with its legs, until the tick's matching is over. */
struct lg_turn {
    lg_mem *mem;
    const lg_site *site;
    lg_market *market;
    struct lg__venue venue; /* what desks reach beside the spot market */
    lg_chain *chain;
    lg_digest digest;
    struct member *members;
    uint32_t member_count, member_capacity;
    struct listener *listeners;
    uint32_t listener_count, listener_capacity;
    bool command_listeners;
    uint32_t *trader; /* member that commands an asset; LG_NONE */
    lg_trade *trades;
    uint32_t trade_count, trade_capacity;
    lg_leg *legs;
    uint32_t leg_count, leg_capacity;
    bool wants_trades;
    lg_event *events; /* of the slot that opens next */
    uint32_t event_count, event_capacity;
    lg_status failed; /* of a sink, which cannot return one */
    struct lg__tour tour;
    lg_moment moment;
};

/* ---- events ---- */

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

/* ---- life ---- */

lg_turn *lg_turn_new(lg_mem *mem, const lg_site *site, const lg_rules *rules)
{
    lg_turn *turn = lg_mem_zalloc(mem, 1, sizeof *turn);
    if (!turn)
        return NULL;
    turn->mem = mem;
    turn->site = site;
    turn->tour = (struct lg__tour){.mem = mem, .site = site};
    lg_market_sink sink = {.ctx = turn, .trade = on_trade, .cleared = on_cleared};
    turn->market = lg_market_new(mem, site, rules, &sink);
    turn->chain = lg_chain_new(mem, site->seed);
    turn->trader = lg_mem_alloc(mem, site->asset_count * sizeof *turn->trader);
    if (!turn->market || !turn->chain || !turn->trader ||
        !lg__venue_init(&turn->venue, mem, turn->market, rules, &sink)) {
        lg_turn_free(turn);
        return NULL;
    }
    memset(turn->trader, 0xff, site->asset_count * sizeof *turn->trader);
    return turn;
}

void lg_turn_free(lg_turn *turn)
{
    if (!turn)
        return;
    lg_mem *mem = turn->mem;
    lg_market_free(turn->market);
    lg__venue_fini(&turn->venue);
    lg_chain_free(turn->chain);
    lg__tour_free(&turn->tour);
    lg_mem_free(mem, turn->trader, turn->site->asset_count * sizeof *turn->trader);
    lg_mem_free(mem, turn->members, turn->member_capacity * sizeof *turn->members);
    lg_mem_free(mem, turn->listeners, turn->listener_capacity * sizeof *turn->listeners);
    lg_mem_free(mem, turn->trades, turn->trade_capacity * sizeof *turn->trades);
    lg_mem_free(mem, turn->legs, turn->leg_capacity * sizeof *turn->legs);
    lg_mem_free(mem, turn->events, turn->event_capacity * sizeof *turn->events);
    lg_mem_free(mem, turn, sizeof *turn);
}

lg_market *lg_turn_market(lg_turn *turn)
{
    return turn->market;
}

const lg_settling *lg_turn_settling(const lg_turn *turn)
{
    return turn->venue.settling;
}

static void seat(lg_turn *turn, uint32_t index, const lg_participant *participant)
{
    uint32_t count;
    const uint32_t *assets = lg_desk_assets(participant->desk, &count);
    turn->members[index] = (struct member){.participant = *participant};
    participant->desk->venue = &turn->venue;
    for (uint32_t i = 0; i < count; i++)
        if (participant->trade || turn->trader[assets[i]] == index)
            turn->trader[assets[i]] = participant->trade ? index : LG_NONE;
    turn->wants_trades = turn->wants_trades || (participant->trade && count);
}

lg_status lg_turn_join(lg_turn *turn, const lg_participant *participant)
{
    if (!LG_GROW(turn->mem, turn->members, turn->member_capacity, turn->member_count + 1))
        return LG_MEMORY;
    seat(turn, turn->member_count++, participant);
    return LG_OK;
}

lg_status lg_turn_listen(lg_turn *turn, const lg_listener *listener, bool commands)
{
    if (!LG_GROW(turn->mem, turn->listeners, turn->listener_capacity, turn->listener_count + 1))
        return LG_MEMORY;
    commands = commands && listener->command;
    turn->listeners[turn->listener_count++] = (struct listener){*listener, commands};
    turn->command_listeners = turn->command_listeners || commands;
    return LG_OK;
}

/* ---- a turn ---- */

static lg_status tell_command(lg_turn *turn, const lg_desk *desk, const lg_command *c,
                              const lg_answer *a)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < turn->listener_count && status == LG_OK; i++) {
        const struct listener *l = &turn->listeners[i];
        if (l->commands)
            status = l->listener.command(l->listener.ctx, desk, c, a, turn->moment.slot,
                                         turn->moment.tick);
    }
    return status;
}

/* Applies command @p c, the one at @p index of the desk's batch or what is left of it. */
static lg_status apply_one(lg_turn *turn, lg_desk *desk, uint32_t index, const lg_command *c)
{
    lg_answer *a = &desk->answers[index];
    lg__apply(desk, c, a);
    if (a->status == LG_MEMORY)
        return LG_MEMORY;
    lg__chain_command(turn->chain, desk, c, a);
    return turn->command_listeners ? tell_command(turn, desk, c, a) : LG_OK;
}

/* Applies what a desk has sent. */
static lg_status apply_batch(lg_turn *turn, lg_desk *desk)
{
    lg_status status = lg__desk_flip(desk);
    const struct lg__batch *batch = &desk->batch[!desk->filling];
    for (uint32_t i = 0; status == LG_OK && i < batch->count; i++)
        status = apply_one(turn, desk, i, &batch->commands[i]);
    return status;
}

/* An errand: a command of a walk. What its asset has traded on the way counts towards a replacing
 * order, which was meant for all that was open; when that was everything, what is left of the old
 * orders goes and nothing takes its place. */
static lg_status apply_errand(void *ctx, lg_desk *desk, uint32_t index, int64_t traded_uwh)
{
    lg_turn *turn = ctx;
    lg_command c = desk->batch[!desk->filling].commands[index];
    const lg_rules *rules = lg_market_rules(turn->market);
    bool replaces =
        c.flags & LG_CMD_REPLACE || c.kind == LG_CMD_UPDATE_BID || c.kind == LG_CMD_UPDATE_OFFER;
    bool offers = c.kind == LG_CMD_OFFER || c.kind == LG_CMD_UPDATE_OFFER;
    if (replaces && traded_uwh > 0) {
        c.energy_uwh -= traded_uwh;
        if (c.energy_uwh <= rules->energy_tolerance_uwh)
            c = (lg_command){.kind = offers ? LG_CMD_DELETE_OFFER : LG_CMD_DELETE_BID,
                             .node = c.node};
    }
    return apply_one(turn, desk, index, &c);
}

/* Where the rotation of this turn starts. */
static uint32_t first_member(const lg_turn *turn, lg_call call)
{
    uint64_t time = (uint64_t)turn->moment.slot << 32 | turn->moment.tick;
    return lg_rng_below(lg_rng(turn->site->seed, LG__DRAW_CALL, time, (uint64_t)call),
                        turn->member_count);
}

/* Applies what everybody has sent, in the order of this turn; in a walk only what those have who
 * wait for it. */
static lg_status apply_all(lg_turn *turn, uint32_t first, bool walks)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < turn->member_count && status == LG_OK; i++) {
        const struct member *m = &turn->members[(first + i) % turn->member_count];
        const lg_participant *p = &m->participant;
        bool sent = lg_desk_pending(p->desk) > 0;
        if (walks && !m->waiting)
            continue;
        status = apply_batch(turn, p->desk);
        if (status == LG_OK && sent && !m->waiting && p->answered)
            p->answered(p->self);
    }
    return status;
}

static bool is_due(const lg_participant *p, lg_call call, const lg_moment *moment)
{
    return call != LG_CALL_TICK || p->every_tick || moment->tenth;
}

/* Calls everybody whom it concerns, applies, and lets those who wait for answers go on, until
 * nobody does. */
static lg_status call_all(lg_turn *turn, lg_call call, bool walks)
{
    if (turn->member_count == 0)
        return LG_OK;
    uint32_t first = first_member(turn, call);
    bool waiting = false;
    for (uint32_t i = 0; i < turn->member_count; i++) {
        struct member *m = &turn->members[(first + i) % turn->member_count];
        m->waiting = is_due(&m->participant, call, &turn->moment) &&
                     m->participant.call(m->participant.self, call, &turn->moment);
        waiting = waiting || m->waiting;
    }
    lg_status status = apply_all(turn, first, walks);
    while (waiting && status == LG_OK) {
        waiting = false;
        for (uint32_t i = 0; i < turn->member_count; i++) {
            struct member *m = &turn->members[(first + i) % turn->member_count];
            if (m->waiting)
                m->waiting = m->participant.resume(m->participant.self);
            waiting = waiting || m->waiting;
        }
        status = apply_all(turn, first, walks);
    }
    return status;
}

/* Sends the last batches of all through the tree: commands to markets at once, those to assets when
 * the walk comes to them. */
static lg_status walk_all(lg_turn *turn)
{
    lg_status status = LG_OK;
    uint32_t first = turn->member_count ? first_member(turn, LG_CALL_TICK) : 0;
    for (uint32_t i = 0; i < turn->member_count && status == LG_OK; i++) {
        struct member *m = &turn->members[(first + i) % turn->member_count];
        lg_desk *desk = m->participant.desk;
        m->sent = lg_desk_pending(desk) > 0;
        status = lg__desk_flip(desk);
        const struct lg__batch *batch = &desk->batch[!desk->filling];
        for (uint32_t k = 0; status == LG_OK && k < batch->count; k++)
            if (!lg__is_errand(turn->site, &batch->commands[k]))
                status = apply_one(turn, desk, k, &batch->commands[k]);
        if (status == LG_OK)
            status = lg__tour_take(&turn->tour, desk);
    }
    if (status == LG_OK)
        status = lg__tour_run(&turn->tour, turn->market, turn->moment.slot, turn->moment.tick,
                              apply_errand, turn);
    for (uint32_t i = 0; i < turn->member_count && status == LG_OK; i++) {
        const struct member *m = &turn->members[(first + i) % turn->member_count];
        if (m->sent && m->participant.answered)
            m->participant.answered(m->participant.self);
    }
    return status;
}

/* Hands the tick's trades to the participants whose assets traded, the buyer's first. */
static void deliver_trades(lg_turn *turn)
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
    turn->trade_count = turn->leg_count = 0;
}

/* ---- settlement markets ---- */

static lg_status tell_settled(void *ctx, const lg_settled *settled)
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

bool lg_turn_has_forecasts(const lg_turn *turn)
{
    return lg_slot_values_count(turn->venue.forecasts) > 0;
}

bool lg_turn_forecast(lg_turn *turn, uint32_t asset, uint32_t slot, lg_caps *caps)
{
    return lg__venue_forecast(&turn->venue, asset, slot, caps);
}

/* ---- the run ---- */

lg_status lg_turn_start(lg_turn *turn, const lg_moment *moment)
{
    turn->moment = *moment;
    return call_all(turn, LG_CALL_START, false);
}

lg_status lg_turn_finish(lg_turn *turn, const lg_moment *moment)
{
    turn->moment = *moment;
    lg_status status = lg__venue_settle(&turn->venue, true, tell_settled, turn);
    if (status == LG_OK)
        status = call_all(turn, LG_CALL_FINISH, false);
    turn->digest = lg_chain_link(turn->chain);
    return status;
}

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
    lg_chain_add(turn->chain, event->detail, strlen(event->detail));
    for (uint32_t i = 0; i < turn->listener_count && status == LG_OK; i++) {
        const lg_listener *l = &turn->listeners[i].listener;
        if (l->event)
            status = l->event(l->ctx, event, moment->slot);
    }
    return status;
}

void lg_turn_outside(lg_turn *turn, const void *bytes, size_t size)
{
    uint64_t row = UINT64_C(7) << 56 | size;
    lg_chain_add(turn->chain, &row, sizeof row);
    lg_chain_add(turn->chain, bytes, size);
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

static void deliver_events(lg_turn *turn)
{
    for (uint32_t e = 0; e < turn->event_count; e++)
        for (uint32_t i = 0; i < turn->member_count; i++) {
            const lg_participant *p = &turn->members[i].participant;
            if (p->event && concerns(p, &turn->events[e]))
                p->event(p->self, &turn->events[e], &turn->moment);
        }
    turn->event_count = 0;
}

/* Calls one participant outside of a slot, until it waits no more. */
static lg_status call_alone(lg_turn *turn, const lg_participant *p, lg_call call)
{
    bool waiting = p->call(p->self, call, &turn->moment);
    lg_status status = apply_batch(turn, p->desk);
    while (waiting && status == LG_OK) {
        waiting = p->resume(p->self);
        status = apply_batch(turn, p->desk);
    }
    return status;
}

lg_status lg_turn_replace(lg_turn *turn, uint32_t index, const lg_participant *heir,
                          const lg_moment *moment)
{
    LG_ASSERT(index < turn->member_count && turn->members[index].participant.desk == heir->desk);
    turn->moment = *moment;
    lg_status status = call_alone(turn, &turn->members[index].participant, LG_CALL_FINISH);
    if (status != LG_OK)
        return status;
    seat(turn, index, heir);
    return call_alone(turn, heir, LG_CALL_START);
}

lg_status lg_turn_open_slot(lg_turn *turn, const lg_moment *moment, const lg_caps *caps)
{
    turn->moment = *moment;
    for (uint32_t i = 0; i < turn->site->asset_count; i++)
        lg_chain_add(turn->chain, &caps[i], sizeof caps[i]);
    lg_status status = lg_market_open_slot(turn->market, moment->slot, moment->slot_start_ms, caps);
    if (status == LG_OK)
        status = lg__venue_settle(&turn->venue, false, tell_settled, turn);
    if (status == LG_OK)
        status = lg__venue_open_slot(&turn->venue, moment->slot, moment->slot_start_ms, caps,
                                     turn->chain);
    if (status == LG_OK)
        deliver_events(turn);
    return status;
}

lg_status lg_turn_tick(lg_turn *turn, const lg_moment *moment)
{
    turn->moment = *moment;
    /* everybody begins the slot before a market of it is matched */
    bool walks = moment->tick > 0 && lg_rules_interleave(lg_market_rules(turn->market));
    lg_status status =
        call_all(turn, moment->tick == 0 ? LG_CALL_MARKET_CYCLE : LG_CALL_TICK, walks);
    if (status == LG_OK)
        status = walks ? walk_all(turn) : lg_market_tick(turn->market, moment->tick);
    if (status == LG_OK && turn->venue.settling)
        status = lg_settling_tick(turn->venue.settling, moment->slot, moment->tick);
    if (status == LG_OK)
        status = turn->failed;
    if (status != LG_OK)
        return status;
    deliver_trades(turn);
    return LG_OK;
}

lg_status lg_turn_close_slot(lg_turn *turn)
{
    lg_status status = lg_market_close_slot(turn->market);
    if (status != LG_OK)
        return status;
    turn->digest = lg_chain_link(turn->chain);
    for (uint32_t i = 0; i < turn->listener_count && status == LG_OK; i++) {
        const lg_listener *l = &turn->listeners[i].listener;
        if (l->slot)
            status = l->slot(l->ctx, turn->moment.slot, turn->moment.slot_start_ms, turn->digest);
    }
    return status;
}

lg_digest lg_turn_digest(const lg_turn *turn)
{
    return turn->digest;
}
