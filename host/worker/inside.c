/*
 * The worker itself: one script, one channel. It reads what its host sends, goes into the jail, and
 * only then looks at the script; from there on it has memory and the channel. The host is trusted
 * here; when it is gone, so is the worker.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "worker/inside.h"
#include "worker/jail.h"
#include "worker/pack_intraday.h"
#include "worker/workers.h"

enum { MEMORY_BESIDE = 32 << 20 }; /* for all but the state of the script and its batch */

/* ---- the channel ---- */

static void send_message(lg__inside *in, lg_text *message)
{
    if (message->failed)
        _exit(LG_EXIT_NO_MEMORY);
    if (!lg_channel_send(LG_JAIL_FD, in->number, message, -1))
        _exit(LG_EXIT_HOST_GONE);
    lg_text_clear(message);
}

/* @p number 0: whatever comes next */
static void receive_message(lg__inside *in, uint32_t number, lg_text *message)
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
                _exit(LG_EXIT_NO_MEMORY);
            in->number = number;
            return;
        case LG_CHANNEL_END:
            _exit(LG_EXIT_HOST_GONE);
        case LG_CHANNEL_WRONG:
            _exit(LG_EXIT_CONFUSED);
        }
    }
}

/* ---- sight ---- */

void lg__inside_seen(lg__inside *in, const lg_wire_record *record, bool copy)
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
        _exit(LG_EXIT_NO_MEMORY);
}

void lg__inside_ask(lg__inside *in, lg_text *question)
{
    send_message(in, question);
    lg_text_fini(question);
    receive_message(in, in->number, &in->reply);
}

static const void *ask(void *ctx, const lg_sight_key *key)
{
    lg__inside *in = ctx;
    const void *found;
    lg_wire_record record;
    if (lg_seen_find(&in->seen, key, &found))
        return found;
    lg_text question;
    lg_text_init(&question, in->mem);
    lg_wire_put(&question, LG_WIRE_READ_RECORD, key, sizeof *key);
    lg__inside_ask(in, &question);
    lg_wire_walk walk = {.bytes = (const uint8_t *)in->reply.data, .size = in->reply.length};
    while (lg_wire_next(&walk, &record))
        if (record.kind == LG_WIRE_SEEN_RECORD)
            lg__inside_seen(in, &record, true);
    if (!lg_seen_find(&in->seen, key, &found))
        _exit(LG_EXIT_CONFUSED);
    return found;
}

static const char *type_of(void *ctx, uint32_t asset)
{
    return ((lg__inside *)ctx)->home.types[asset];
}

/* ---- what the script says ---- */

static void heard_print(void *ctx, const lg_agent *agent, const char *line)
{
    (void)agent;
    lg_wire_put(&((lg__inside *)ctx)->out, LG_WIRE_PRINT_RECORD, line, strlen(line));
}

static void heard_fault(void *ctx, const lg_agent *agent, const char *message)
{
    (void)agent;
    lg_wire_put(&((lg__inside *)ctx)->out, LG_WIRE_FAULT_RECORD, message, strlen(message));
}

static void heard_end(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    lg_remote_end end;
    (void)how;
    lg_agent_end_of(agent, &end);
    lg_wire_put(&((lg__inside *)ctx)->out, LG_WIRE_ENDED_RECORD, &end, sizeof end);
}

void lg__inside_failed(lg__inside *in, lg_status status, const lg_err *err)
{
    size_t begun = lg_wire_begin(&in->out, LG_WIRE_FAILED_RECORD);
    lg_wire_put_u32(&in->out, (uint32_t)status);
    lg_text_str(&in->out, err->text);
    lg_wire_end(&in->out, begun);
}

/* The commands that are new since the host was told last. */
static void put_commands(lg__inside *in)
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
    for (uint32_t i = 0; i < part.count.asks; i++)
        lg_pack_ask(&part.asks[i], &in->out);
    in->mark.asks += part.count.asks;
    in->mark.posts += part.count.posts;
    in->mark.commands += part.count.commands;
    in->mark.values += part.count.values;
    in->mark.terms += part.count.terms;
}

static void serve(lg__inside *in)
{
    for (;;) {
        lg_wire_record record;
        receive_message(in, 0, &in->in);
        lg_seen_clear(&in->seen);
        in->done = LG_OK;
        lg_wire_walk walk = {.bytes = (const uint8_t *)in->in.data, .size = in->in.length};
        while (lg_wire_next(&walk, &record))
            lg__inside_take(in, &record);
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

static lg_status sit_down(lg__inside *in, lg_err *err)
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
    if (home->intraday.area_count)
        lg_desk_set_intraday(in->desk, &home->intraday);
    for (uint32_t i = 0; i < home->gridpool_count && status == LG_OK; i++)
        status = lg_desk_grant_gridpool(in->desk, home->gridpools[i]);
    in->looks = lg__inside_looks(in);
    in->sight = (lg_sight){
        .site = &home->site, .rules = &home->rules, .ask = ask, .ctx = in, .looks = &in->looks};
    return status == LG_OK ? LG_OK : lg_fail(err, status, "out of memory for a worker");
}

static lg_status load(lg__inside *in, lg_err *err)
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

static lg_status begin(lg__inside *in, int64_t parent, lg_err *err)
{
    lg_wire_walk walk;
    lg_wire_record record;
    receive_message(in, 0, &in->in);
    walk = (lg_wire_walk){.bytes = (const uint8_t *)in->in.data, .size = in->in.length};
    if (!lg_wire_next(&walk, &record) || record.kind != LG_WIRE_INIT_RECORD)
        _exit(LG_EXIT_CONFUSED);
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

static void say_ready(lg__inside *in)
{
    lg_wire_ready ready;
    put_commands(in);
    memset(&ready, 0, sizeof ready);
    ready.callbacks = lg_agent_callbacks(in->agent);
    ready.every_tick = in->participant.every_tick;
    ready.figures = lg_agent_figures_of(in->agent);
    lg_wire_put(&in->out, LG_WIRE_READY_RECORD, &ready, sizeof ready);
}

int lg_worker_main(int argc, char **argv)
{
    static lg__inside in; /* for as long as the process lives */
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
        lg__inside_failed(&in, status, &err);
    send_message(&in, &in.out);
    if (status == LG_OK)
        serve(&in);
    _exit(LG_EXIT_HOST_GONE);
}
