/* Calls the participants and applies what they send. The order in which they are called is a
 * rotation drawn from the seed for every tick, so that over a run nobody is always first. */
#include "desk/turn_parts.h"

#include "base/rng.h"

#define LG__DRAW_CALL UINT64_C(0x63616c6c00) /* "call": the purpose of this draw */

void lg__turn_seat(lg_turn *turn, uint32_t index, const lg_participant *participant)
{
    uint32_t count;
    const uint32_t *assets = lg_desk_assets(participant->desk, &count);
    turn->members[index] = (struct lg__member){.participant = *participant};
    participant->desk->venue = &turn->venue;
    lg_desk_set_version(participant->desk, participant->version);
    for (uint32_t i = 0; i < count; i++)
        if (lg_desk_commands_asset(participant->desk, assets[i]) &&
            (participant->trade || turn->trader[assets[i]] == index))
            turn->trader[assets[i]] = participant->trade ? index : LG_NONE;
    turn->elsewhere = turn->elsewhere || participant->begin || participant->flush;
    turn->wants_trades = turn->wants_trades || (participant->trade && count);
}

/* Applies command @p c, the one at @p index of the desk's batch or what is left of it. */
static lg_status apply_one(lg_turn *turn, lg_desk *desk, uint32_t index, const lg_command *c)
{
    lg_answer *a = &desk->answers[index];
    const lg_desk_watcher *watcher = &desk->watcher;
    if (watcher->before)
        watcher->before(watcher->ctx, index, c);
    lg__apply(desk, c, a);
    if (a->status == LG_MEMORY)
        return LG_MEMORY;
    if (watcher->after)
        watcher->after(watcher->ctx, index, c, a);
    lg__chain_command(turn->chain, desk, c, a);
    return turn->command_listeners ? lg__turn_tell_command(turn, desk, c, a) : LG_OK;
}

/* Applies what a desk has sent. */
static lg_status apply_batch(lg_turn *turn, lg_desk *desk)
{
    lg_status status = lg__desk_flip(desk);
    const struct lg__batch *batch = &desk->batch[!desk->filling];
    for (uint32_t i = 0; status == LG_OK && i < batch->count; i++)
        status = apply_one(turn, desk, i, &batch->commands[i]);
    if (status == LG_OK)
        status = lg__asking_apply(desk, turn->chain);
    return status == LG_OK ? lg__acting_apply(desk, turn->chain) : status;
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
        const struct lg__member *m = &turn->members[(first + i) % turn->member_count];
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

/* Those who work elsewhere begin, all at once. */
static void begin_all(lg_turn *turn, lg_call call, uint32_t first)
{
    for (uint32_t i = 0; i < turn->member_count; i++) {
        const lg_participant *p = &turn->members[(first + i) % turn->member_count].participant;
        if (p->begin && is_due(p, call, &turn->moment))
            p->begin(p->self, call, &turn->moment);
    }
}

static void begin_resume_all(lg_turn *turn, uint32_t first)
{
    for (uint32_t i = 0; i < turn->member_count; i++) {
        const struct lg__member *m = &turn->members[(first + i) % turn->member_count];
        if (m->waiting && m->participant.begin_resume)
            m->participant.begin_resume(m->participant.self);
    }
}

/* Calls everybody whom it concerns, applies, and lets those who wait for answers go on, until
 * nobody does. */
lg_status lg__turn_call_all(lg_turn *turn, lg_call call, bool walks)
{
    if (turn->member_count == 0)
        return LG_OK;
    uint32_t first = first_member(turn, call);
    bool waiting = false;
    if (turn->elsewhere)
        begin_all(turn, call, first);
    for (uint32_t i = 0; i < turn->member_count; i++) {
        struct lg__member *m = &turn->members[(first + i) % turn->member_count];
        m->waiting = is_due(&m->participant, call, &turn->moment) &&
                     m->participant.call(m->participant.self, call, &turn->moment);
        waiting = waiting || m->waiting;
    }
    lg_status status = apply_all(turn, first, walks);
    while (waiting && status == LG_OK) {
        waiting = false;
        if (turn->elsewhere)
            begin_resume_all(turn, first);
        for (uint32_t i = 0; i < turn->member_count; i++) {
            struct lg__member *m = &turn->members[(first + i) % turn->member_count];
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
lg_status lg__turn_walk_all(lg_turn *turn)
{
    lg_status status = LG_OK;
    uint32_t first = turn->member_count ? first_member(turn, LG_CALL_TICK) : 0;
    for (uint32_t i = 0; i < turn->member_count && status == LG_OK; i++) {
        struct lg__member *m = &turn->members[(first + i) % turn->member_count];
        lg_desk *desk = m->participant.desk;
        m->sent = lg_desk_pending(desk) > 0;
        status = lg__desk_flip(desk);
        const struct lg__batch *batch = &desk->batch[!desk->filling];
        for (uint32_t k = 0; status == LG_OK && k < batch->count; k++)
            if (!lg__is_errand(turn->site, &batch->commands[k]))
                status = apply_one(turn, desk, k, &batch->commands[k]);
        if (status == LG_OK)
            status = lg__asking_apply(desk, turn->chain);
        if (status == LG_OK)
            status = lg__acting_apply(desk, turn->chain);
        if (status == LG_OK)
            status = lg__tour_take(&turn->tour, desk);
    }
    if (status == LG_OK)
        status = lg__tour_run(&turn->tour, turn->market, turn->moment.slot, turn->moment.tick,
                              apply_errand, turn);
    for (uint32_t i = 0; i < turn->member_count && status == LG_OK; i++) {
        const struct lg__member *m = &turn->members[(first + i) % turn->member_count];
        if (m->sent && m->participant.answered)
            m->participant.answered(m->participant.self);
    }
    return status;
}

/* Calls one participant outside of a slot, until it waits no more. */
lg_status lg__turn_call_alone(lg_turn *turn, const lg_participant *p, lg_call call)
{
    if (p->begin)
        p->begin(p->self, call, &turn->moment);
    bool waiting = p->call(p->self, call, &turn->moment);
    lg_status status = apply_batch(turn, p->desk);
    while (waiting && status == LG_OK) {
        if (p->begin_resume)
            p->begin_resume(p->self);
        waiting = p->resume(p->self);
        status = apply_batch(turn, p->desk);
    }
    return status;
}
