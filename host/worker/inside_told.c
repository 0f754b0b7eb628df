/* What the host says to a worker, done record by record. The host is trusted here. */
#include <string.h>
#include <unistd.h>
#include "worker/inside.h"
#include "worker/pack_intraday.h"

static void applied(lg__inside *in, const lg_answer *answers, uint32_t count)
{
    lg_status status = lg_desk_applied(in->desk, answers, count);
    if (status != LG_OK)
        _exit(status == LG_MEMORY ? LG_EXIT_NO_MEMORY : LG_EXIT_CONFUSED);
    in->mark = (lg_desk_mark){.posts = in->mark.posts};
}

/* Pinned up, or as many as the host knows of. */
static void take_posts(lg__inside *in)
{
    lg_desk_set_posts(in->desk, in->stand.posts);
    in->mark.posts = lg_desk_mark_of(in->desk).posts;
}

static void take_pinned(lg__inside *in, const lg_wire_record *record)
{
    lg_post post;
    if (!in->board || !lg_unpack_post(record, &post) || post.author >= lg_board_authors(in->board))
        _exit(LG_EXIT_CONFUSED);
    if (lg_board_pin(in->board, &post) != LG_OK)
        _exit(LG_EXIT_NO_MEMORY);
}

static void take_stand(lg__inside *in, const lg_wire_record *record)
{
    memcpy(&in->stand, record->bytes, sizeof in->stand);
    in->home.follow = in->stand.follow;
    lg_agent_set_probation(in->agent, in->stand.probation);
    lg_desk_mark mark = lg_desk_mark_of(in->desk);
    if (in->stand.pending + in->stand.asks == 0 && mark.commands + mark.asks)
        applied(in, NULL, 0);
    mark = lg_desk_mark_of(in->desk);
    if (in->stand.pending != mark.commands || in->stand.asks != mark.asks)
        _exit(LG_EXIT_CONFUSED);
    take_posts(in);
    lg_agent_figures figures = lg_agent_figures_of(in->agent);
    figures.calls = in->stand.calls;
    figures.changes = in->stand.changes;
    lg_agent_set_figures(in->agent, &figures);
}

static void tell_refusals(lg__inside *in, const lg_wire_record *record)
{
    uint64_t most;
    memcpy(&most, record->bytes, sizeof most);
    lg_agent_answer(in->agent, (uint32_t)most);
}

static void take_trade(lg__inside *in, const lg_wire_record *record)
{
    lg_trade trade;
    if (record->size < sizeof trade)
        _exit(LG_EXIT_CONFUSED);
    memcpy(&trade, record->bytes, sizeof trade);
    trade.legs = (const void *)(record->bytes + sizeof trade);
    if (in->participant.trade)
        in->participant.trade(in->participant.self, &trade);
}

/* ---- the intraday market ---- */

static void take_dones(lg__inside *in, const lg_wire_record *record)
{
    const lg_trading_done *dones = (const void *)record->bytes;
    if (lg_desk_answered(in->desk, dones, record->size / (uint32_t)sizeof *dones) != LG_OK)
        _exit(LG_EXIT_CONFUSED);
}

static bool take_intraday(lg__inside *in, const lg_wire_record *record)
{
    lg_trading_order order;
    lg_trading_public_trade trade;
    switch (record->kind) {
    case LG_WIRE_DONES_RECORD:
        take_dones(in, record);
        return true;
    case LG_WIRE_ORDER_RECORD:
        if (!lg_unpack_order(record, &order))
            _exit(LG_EXIT_CONFUSED);
        lg_agent_tell_order(in->agent, &order);
        return true;
    case LG_WIRE_PUBLIC_TRADE_RECORD:
        memcpy(&trade, record->bytes, sizeof trade);
        lg_agent_tell_public_trade(in->agent, &trade);
        return true;
    case LG_WIRE_TOLD_RECORD:
        lg_agent_told_intraday(in->agent);
        return true;
    default:
        return false;
    }
}

/* ---- what the batch holds that another process has filled ---- */

static void hold_terms(lg__inside *in, const lg_wire_record *record)
{
    uint32_t *count = &in->held.count.terms;
    if (!LG_GROW(in->mem, in->terms, in->term_capacity, *count + 1) ||
        lg_unpack_terms(&in->arena, record, &in->terms[*count]) != LG_OK)
        _exit(LG_EXIT_NO_MEMORY);
    in->held.terms = in->terms;
    ++*count;
}

static void hold_ask(lg__inside *in, const lg_wire_record *record)
{
    uint32_t *count = &in->held.count.asks;
    if (!LG_GROW(in->mem, in->asks, in->ask_capacity, *count + 1))
        _exit(LG_EXIT_NO_MEMORY);
    if (!lg_unpack_ask(record, &in->asks[*count]))
        _exit(LG_EXIT_CONFUSED);
    in->held.asks = in->asks;
    ++*count;
}

static void take_batch(lg__inside *in)
{
    if (lg_desk_take(in->desk, &in->held) != LG_OK)
        _exit(LG_EXIT_NO_MEMORY);
    in->mark = lg_desk_mark_of(in->desk);
    in->held = (lg_desk_part){0};
    lg_arena_drop(&in->arena);
}

/* ---- reload.h ---- */

static void save(lg__inside *in, const lg_wire_record *record)
{
    uint64_t part;
    lg_text state, left;
    lg_err err = {.text = ""};
    lg_text_init(&state, in->mem);
    lg_text_init(&left, in->mem);
    memcpy(&part, record->bytes, sizeof part);
    in->done = lg_agent_save(in->agent, &state, part ? &left : NULL, &err);
    if (in->done == LG_OK && left.length)
        lg_wire_put(&in->out, LG_WIRE_LEFT_RECORD, left.data, left.length);
    if (in->done == LG_OK)
        lg_wire_put(&in->out, LG_WIRE_STATE_RECORD, state.data, state.length);
    else
        lg__inside_failed(in, in->done, &err);
    lg_text_fini(&left);
    lg_text_fini(&state);
}

static void lint(lg__inside *in, const lg_wire_record *record)
{
    lg_bundle *old = NULL;
    lg_err err;
    if (lg_bundle_read(in->mem, record->bytes, record->size, &err, &old) != LG_OK)
        _exit(LG_EXIT_NO_MEMORY);
    in->done = lg_agent_lint(in->agent, old);
    lg_bundle_unref(old);
}

static void inherit(lg__inside *in, const lg_wire_record *record)
{
    lg_wire_legacy legacy;
    memcpy(&legacy, record->bytes, sizeof legacy);
    const lg_legacy handed = {
        .from = legacy.from,
        .version = legacy.version,
        .state = (const char *)record->bytes + sizeof legacy,
        .state_size = record->size - sizeof legacy,
        .moment = in->stand.moment,
    };
    in->done = lg_agent_inherit(in->agent, &handed);
}

/* Of several things in one message those behind one that has failed are left out. */
static bool take_reload(lg__inside *in, const lg_wire_record *record)
{
    bool failed = in->done != LG_OK;
    if (failed &&
        (record->kind == LG_WIRE_INHERIT_RECORD || record->kind == LG_WIRE_CATCH_UP_RECORD ||
         record->kind == LG_WIRE_REHEARSE_RECORD))
        return true;
    switch (record->kind) {
    case LG_WIRE_SAVE_RECORD:
        save(in, record);
        return true;
    case LG_WIRE_LINT_RECORD:
        lint(in, record);
        return true;
    case LG_WIRE_INHERIT_RECORD:
        inherit(in, record);
        return true;
    case LG_WIRE_CATCH_UP_RECORD:
        in->done = lg_agent_catch_up(in->agent);
        return true;
    case LG_WIRE_REHEARSE_RECORD:
        in->done = lg_agent_rehearse(in->agent, (lg_call)record->bytes[0]);
        return true;
    default:
        return false;
    }
}

void lg__inside_take(lg__inside *in, const lg_wire_record *record)
{
    const lg_participant *p = &in->participant;
    lg_event event;
    switch (record->kind) {
    case LG_WIRE_SEEN_RECORD:
        lg__inside_seen(in, record, false);
        return;
    case LG_WIRE_PINNED_RECORD:
        take_pinned(in, record);
        return;
    case LG_WIRE_PARAMS_RECORD:
        if (lg_unpack_params(&in->home, record) != LG_OK)
            _exit(LG_EXIT_NO_MEMORY);
        return;
    case LG_WIRE_ANSWERS_RECORD:
        applied(in, (const void *)record->bytes, record->size / (uint32_t)sizeof(lg_answer));
        return;
    case LG_WIRE_STAND_RECORD:
        take_stand(in, record);
        return;
    case LG_WIRE_HELD_RECORD:
        if (lg_unpack_held(in->desk, record) != LG_OK)
            _exit(LG_EXIT_NO_MEMORY);
        return;
    case LG_WIRE_CALL_RECORD:
        in->waiting = p->call(p->self, (lg_call)record->bytes[0], &in->stand.moment);
        return;
    case LG_WIRE_RESUME_RECORD:
        in->waiting = p->resume(p->self);
        return;
    case LG_WIRE_ANSWERED_RECORD:
        tell_refusals(in, record);
        return;
    case LG_WIRE_TRADE_RECORD:
        take_trade(in, record);
        return;
    case LG_WIRE_EVENT_RECORD:
        if (lg_unpack_event(record, &event))
            p->event(p->self, &event, &in->stand.moment);
        return;
    case LG_WIRE_COMMANDS_RECORD:
        in->held.commands = (const void *)record->bytes;
        in->held.count.commands = record->size / (uint32_t)sizeof *in->held.commands;
        return;
    case LG_WIRE_VALUES_RECORD:
        in->held.values = (const void *)record->bytes;
        in->held.count.values = record->size / (uint32_t)sizeof *in->held.values;
        return;
    case LG_WIRE_TERMS_RECORD:
        hold_terms(in, record);
        return;
    case LG_WIRE_ASK_RECORD:
        hold_ask(in, record);
        return;
    case LG_WIRE_BATCH_RECORD:
        take_batch(in);
        return;
    default:
        if (!take_intraday(in, record) && !take_reload(in, record))
            _exit(LG_EXIT_CONFUSED);
    }
}
