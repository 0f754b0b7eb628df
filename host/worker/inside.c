/*
 * The worker itself: one script, one channel. It reads what its host sends, goes into the jail, and
 * only then looks at the script; from there on it has memory and the channel. The host is trusted
 * here; when it is gone, so is the worker.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "script/reload.h"
#include "worker/channel.h"
#include "worker/jail.h"
#include "worker/pack.h"
#include "worker/seen.h"
#include "worker/workers.h"

enum {
    EXIT_HOST_GONE = 0,
    EXIT_CONFUSED = 3, /* the host says what cannot be */
    EXIT_NO_MEMORY = 4,
    MEMORY_BESIDE = 32 << 20, /* for all but the state of the script and its batch */
};

typedef struct inside {
    lg_mem *mem;
    lg_home home;
    lg_desk *desk;
    lg_board *board; /* NULL: the run has none */
    lg_sight sight;
    lg_agent *agent;
    lg_participant participant;
    lg_text in, reply, out;
    uint32_t number;
    lg_desk_mark mark; /* how much of the batch the host has */
    lg_seen seen;
    lg_wire_stand stand;
    bool waiting;
    lg_status done;
    lg_desk_part held; /* what the batch of the desk is to be */
    lg_terms *terms;   /* of it */
    uint32_t term_capacity;
    lg_arena arena; /* likewise */
} inside;

/* ---- the channel ---- */

static void send_message(inside *in, lg_text *message)
{
    if (message->failed)
        _exit(EXIT_NO_MEMORY);
    if (!lg_channel_send(LG_JAIL_FD, in->number, message, -1))
        _exit(EXIT_HOST_GONE);
    lg_text_clear(message);
}

/* @p number 0: whatever comes next */
static void receive_message(inside *in, uint32_t number, lg_text *message)
{
    const char *wrong;
    lg_text_clear(message);
    for (;;) {
        switch (lg_channel_receive(LG_JAIL_FD, &number, SIZE_MAX, true, message, &wrong)) {
        case LG_CHANNEL_MORE:
        case LG_CHANNEL_NONE:
            break;
        case LG_CHANNEL_LAST:
            if (message->failed)
                _exit(EXIT_NO_MEMORY);
            in->number = number;
            return;
        case LG_CHANNEL_END:
            _exit(EXIT_HOST_GONE);
        case LG_CHANNEL_WRONG:
            _exit(EXIT_CONFUSED);
        }
    }
}

/* ---- sight ---- */

static void take_seen(inside *in, const lg_wire_record *record, bool copy)
{
    static const lg_sight_orders nothing;
    lg_wire_seen seen;
    memcpy(&seen, record->bytes, sizeof seen);
    const void *bytes = record->bytes + sizeof seen;
    if (seen.size == UINT32_MAX) { /* refused: no script of ours gets here */
        bytes = &nothing;
        seen.size = lg_sight_size(seen.key.row);
    }
    if (!lg_seen_put(&in->seen, &seen.key, bytes, seen.size, copy))
        _exit(EXIT_NO_MEMORY);
}

static const void *ask(void *ctx, const lg_sight_key *key)
{
    inside *in = ctx;
    const void *found;
    lg_wire_record record;
    if (lg_seen_find(&in->seen, key, &found))
        return found;
    lg_text question;
    lg_text_init(&question, in->mem);
    lg_wire_put(&question, LG_WIRE_READ_RECORD, key, sizeof *key);
    send_message(in, &question);
    lg_text_fini(&question);
    receive_message(in, in->number, &in->reply);
    lg_wire_walk walk = {.bytes = (const uint8_t *)in->reply.data, .size = in->reply.length};
    while (lg_wire_next(&walk, &record))
        if (record.kind == LG_WIRE_SEEN_RECORD)
            take_seen(in, &record, true);
    if (!lg_seen_find(&in->seen, key, &found))
        _exit(EXIT_CONFUSED);
    return found;
}

static const char *type_of(void *ctx, uint32_t asset)
{
    return ((inside *)ctx)->home.types[asset];
}

/* ---- what the script says ---- */

static void heard_print(void *ctx, const lg_agent *agent, const char *line)
{
    (void)agent;
    lg_wire_put(&((inside *)ctx)->out, LG_WIRE_PRINT_RECORD, line, strlen(line));
}

static void heard_fault(void *ctx, const lg_agent *agent, const char *message)
{
    (void)agent;
    lg_wire_put(&((inside *)ctx)->out, LG_WIRE_FAULT_RECORD, message, strlen(message));
}

static void heard_end(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    lg_remote_end end;
    (void)how;
    lg_agent_end_of(agent, &end);
    lg_wire_put(&((inside *)ctx)->out, LG_WIRE_ENDED_RECORD, &end, sizeof end);
}

static void say_failed(inside *in, lg_status status, const lg_err *err)
{
    size_t begun = lg_wire_begin(&in->out, LG_WIRE_FAILED_RECORD);
    lg_wire_put_u32(&in->out, (uint32_t)status);
    lg_text_str(&in->out, err->text);
    lg_wire_end(&in->out, begun);
}

/* The commands that are new since the host was told last. */
static void put_commands(inside *in)
{
    lg_desk_part part = lg_desk_part_behind(in->desk, &in->mark);
    if (part.count.commands)
        lg_wire_put(&in->out, LG_WIRE_COMMANDS_RECORD, part.commands,
                    part.count.commands * sizeof *part.commands);
    if (part.count.values)
        lg_wire_put(&in->out, LG_WIRE_VALUES_RECORD, part.values,
                    part.count.values * sizeof *part.values);
    for (uint32_t i = 0; i < part.count.terms; i++)
        lg_pack_terms(&part.terms[i], &in->out);
    for (uint32_t i = 0; i < part.count.posts; i++)
        lg_pack_post(part.posts[i], LG_WIRE_POST_RECORD, &in->out);
    in->mark.posts += part.count.posts;
    in->mark.commands += part.count.commands;
    in->mark.values += part.count.values;
    in->mark.terms += part.count.terms;
}

/* ---- what the host says ---- */

static void applied(inside *in, const lg_answer *answers, uint32_t count)
{
    lg_status status = lg_desk_applied(in->desk, answers, count);
    if (status != LG_OK)
        _exit(status == LG_MEMORY ? EXIT_NO_MEMORY : EXIT_CONFUSED);
    in->mark = (lg_desk_mark){.posts = in->mark.posts};
}

/* Pinned up, or as many as the host knows of. */
static void take_posts(inside *in)
{
    lg_desk_set_posts(in->desk, in->stand.posts);
    in->mark.posts = lg_desk_mark_of(in->desk).posts;
}

static void take_pinned(inside *in, const lg_wire_record *record)
{
    lg_post post;
    if (!in->board || !lg_unpack_post(record, &post) || post.author >= lg_board_authors(in->board))
        _exit(EXIT_CONFUSED);
    if (lg_board_pin(in->board, &post) != LG_OK)
        _exit(EXIT_NO_MEMORY);
}

static void take_stand(inside *in, const lg_wire_record *record)
{
    memcpy(&in->stand, record->bytes, sizeof in->stand);
    in->home.follow = in->stand.follow;
    lg_agent_set_probation(in->agent, in->stand.probation);
    if (in->stand.pending == 0 && lg_desk_pending(in->desk))
        applied(in, NULL, 0);
    if (in->stand.pending != lg_desk_pending(in->desk))
        _exit(EXIT_CONFUSED);
    take_posts(in);
    lg_agent_figures figures = lg_agent_figures_of(in->agent);
    figures.calls = in->stand.calls;
    figures.changes = in->stand.changes;
    lg_agent_set_figures(in->agent, &figures);
}

static void tell_refusals(inside *in, const lg_wire_record *record)
{
    uint64_t most;
    memcpy(&most, record->bytes, sizeof most);
    lg_agent_answer(in->agent, (uint32_t)most);
}

static void take_trade(inside *in, const lg_wire_record *record)
{
    lg_trade trade;
    if (record->size < sizeof trade)
        _exit(EXIT_CONFUSED);
    memcpy(&trade, record->bytes, sizeof trade);
    trade.legs = (const void *)(record->bytes + sizeof trade);
    if (in->participant.trade)
        in->participant.trade(in->participant.self, &trade);
}

/* ---- what the batch holds that another process has filled ---- */

static void hold_terms(inside *in, const lg_wire_record *record)
{
    uint32_t *count = &in->held.count.terms;
    if (!LG_GROW(in->mem, in->terms, in->term_capacity, *count + 1) ||
        lg_unpack_terms(&in->arena, record, &in->terms[*count]) != LG_OK)
        _exit(EXIT_NO_MEMORY);
    in->held.terms = in->terms;
    ++*count;
}

static void take_batch(inside *in)
{
    if (lg_desk_take(in->desk, &in->held) != LG_OK)
        _exit(EXIT_NO_MEMORY);
    in->mark = lg_desk_mark_of(in->desk);
    in->held = (lg_desk_part){0};
    lg_arena_drop(&in->arena);
}

/* ---- reload.h ---- */

static void save(inside *in, const lg_wire_record *record)
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
        say_failed(in, in->done, &err);
    lg_text_fini(&left);
    lg_text_fini(&state);
}

static void lint(inside *in, const lg_wire_record *record)
{
    lg_bundle *old = NULL;
    lg_err err;
    if (lg_bundle_read(in->mem, record->bytes, record->size, &err, &old) != LG_OK)
        _exit(EXIT_NO_MEMORY);
    in->done = lg_agent_lint(in->agent, old);
    lg_bundle_unref(old);
}

static void inherit(inside *in, const lg_wire_record *record)
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

static bool take_reload(inside *in, const lg_wire_record *record)
{
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

static void take(inside *in, const lg_wire_record *record)
{
    const lg_participant *p = &in->participant;
    lg_event event;
    switch (record->kind) {
    case LG_WIRE_SEEN_RECORD:
        take_seen(in, record, false);
        return;
    case LG_WIRE_PINNED_RECORD:
        take_pinned(in, record);
        return;
    case LG_WIRE_PARAMS_RECORD:
        if (lg_unpack_params(&in->home, record) != LG_OK)
            _exit(EXIT_NO_MEMORY);
        return;
    case LG_WIRE_ANSWERS_RECORD:
        applied(in, (const void *)record->bytes, record->size / (uint32_t)sizeof(lg_answer));
        return;
    case LG_WIRE_STAND_RECORD:
        take_stand(in, record);
        return;
    case LG_WIRE_HELD_RECORD:
        if (lg_unpack_held(in->desk, record) != LG_OK)
            _exit(EXIT_NO_MEMORY);
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
    case LG_WIRE_BATCH_RECORD:
        take_batch(in);
        return;
    default:
        if (!take_reload(in, record))
            _exit(EXIT_CONFUSED);
    }
}

static void serve(inside *in)
{
    for (;;) {
        lg_wire_record record;
        receive_message(in, 0, &in->in);
        lg_seen_clear(&in->seen);
        in->done = LG_OK;
        lg_wire_walk walk = {.bytes = (const uint8_t *)in->in.data, .size = in->in.length};
        while (lg_wire_next(&walk, &record))
            take(in, &record);
        put_commands(in);
        lg_wire_done done;
        memset(&done, 0, sizeof done);
        done.waiting = in->waiting;
        done.part = lg_agent_part(in->agent);
        done.status = (uint32_t)in->done;
        done.figures = lg_agent_figures_of(in->agent);
        lg_wire_put(&in->out, LG_WIRE_DONE_RECORD, &done, sizeof done);
        send_message(in, &in->out);
    }
}

/* ---- birth ---- */

static lg_status sit_down(inside *in, lg_err *err)
{
    const lg_home *home = &in->home;
    in->desk = lg_desk_new(in->mem, NULL, home->index, home->name);
    lg_status status = in->desk ? LG_OK : LG_MEMORY;
    for (uint32_t i = 0; i < home->asset_count && status == LG_OK; i++)
        status = lg_desk_grant_asset(in->desk, home->assets[i]);
    for (uint32_t i = 0; i < home->market_count && status == LG_OK; i++)
        status = lg_desk_grant_market(in->desk, home->markets[i]);
    if (home->rules.board_posts && status == LG_OK) {
        in->board = lg_board_new(in->mem, home->site.agent_count, home->rules.board_posts);
        status = in->board ? LG_OK : LG_MEMORY;
        if (in->board)
            lg_desk_set_board(in->desk, in->board);
    }
    in->sight = (lg_sight){.site = &home->site, .rules = &home->rules, .ask = ask, .ctx = in};
    return status == LG_OK ? LG_OK : lg_fail(err, status, "out of memory for a worker");
}

static lg_status load(inside *in, lg_err *err)
{
    const lg_home *home = &in->home;
    const lg_agent_input input = {
        .desk = in->desk,
        .script = home->script,
        .params = home->params,
        .seed = home->seed,
        .devices = {.ctx = in, .type = type_of},
        .sight = &in->sight,
        .assets = home->part,
        .asset_count = home->part_count,
        .trial = home->trial,
        .restarts = home->restarts,
        .budget = home->budget,
        .follow = &home->follow,
        .bundle = home->bundle,
        .fault = heard_fault,
        .print = heard_print,
        .stopped = heard_end,
        .ctx = in,
    };
    lg_status status = lg_agent_new(in->mem, &input, err, &in->agent);
    if (status == LG_OK)
        lg_agent_participant(in->agent, &in->participant);
    return status;
}

static lg_status begin(inside *in, int64_t parent, lg_err *err)
{
    lg_wire_walk walk;
    lg_wire_record record;
    receive_message(in, 0, &in->in);
    walk = (lg_wire_walk){.bytes = (const uint8_t *)in->in.data, .size = in->in.length};
    if (!lg_wire_next(&walk, &record) || record.kind != LG_WIRE_INIT_RECORD)
        _exit(EXIT_CONFUSED);
    lg_agent_arm();
    const lg_budget *budget;
    lg_status status = lg_unpack_home(in->mem, &record, &in->home, err);
    budget = &in->home.budget;
    if (status == LG_OK && lg_wire_next(&walk, &record) && record.kind == LG_WIRE_PARAMS_RECORD)
        status = lg_unpack_params(&in->home, &record);
    if (status == LG_OK)
        status = sit_down(in, err);
    if (status != LG_OK)
        return status;
    /* the batch lies in the desk, then in the message too; lists double when they grow */
    const lg_jail jail = {.parent = parent,
                          .memory_bytes = 2 * budget->memory_bytes + MEMORY_BESIDE +
                                          4 * lg_pack_batch_max(in->desk)};
    status = lg_jail_enter(&jail, err);
    return status == LG_OK ? load(in, err) : status;
}

static void say_ready(inside *in)
{
    lg_wire_ready ready;
    memset(&ready, 0, sizeof ready);
    ready.callbacks = lg_agent_callbacks(in->agent);
    ready.every_tick = in->participant.every_tick;
    ready.figures = lg_agent_figures_of(in->agent);
    lg_wire_put(&in->out, LG_WIRE_READY_RECORD, &ready, sizeof ready);
}

int lg_worker_main(int argc, char **argv)
{
    static inside in; /* for as long as the process lives */
    lg_err err = {.text = ""};
    in.mem = lg_mem_system();
    lg_text_init(&in.in, in.mem);
    lg_text_init(&in.reply, in.mem);
    lg_text_init(&in.out, in.mem);
    lg_seen_init(&in.seen, in.mem);
    lg_arena_init(&in.arena, in.mem, 4096);
    lg_status status = begin(&in, argc > 2 ? strtol(argv[2], NULL, 10) : 0, &err);
    if (status == LG_OK)
        say_ready(&in);
    else
        say_failed(&in, status, &err);
    send_message(&in, &in.out);
    if (status == LG_OK)
        serve(&in);
    _exit(EXIT_HOST_GONE);
}
