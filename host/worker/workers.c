/* The near side of a worker: its life, what it is told before it is asked for something, and what
 * is done with what comes back. Commands count only when their callback has ended well. */
#include "worker/workers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "worker/jail.h"
#include "worker/pack_intraday.h"
#include "worker/room.h"

/* The script is over: now its agent is told. */
static void bury(lg__worker *w)
{
    lg__pool_drop(w);
    if (!w->told && !w->waiting) /* the callback that was lost counts */
        lg_agent_skip(w->agent);
    w->waiting = false;
    lg_agent_set_end(w->agent, &w->end, &w->moment, w->told);
}

/* Waits for the end of the exchange and does what came of it. */
void lg__worker_collect(lg__worker *w)
{
    lg__pool_collect(w);
    w->begun = false;
    if (w->state == LG_WORKER_SPOKEN)
        lg__worker_read(w);
    if (w->state == LG_WORKER_LOST)
        bury(w);
}

/* ---- what it is told ---- */

void lg__worker_put_params(lg__worker *w)
{
    uint32_t count;
    const uint32_t *assets = lg_desk_assets(w->desk, &count);
    bool same = count == w->param_count;
    for (uint32_t i = 0; i < count && i < w->param_count; i++) {
        const lg_params *params = w->sight.site->assets[assets[i]].params;
        same = same && params == w->params[i];
        w->params[i] = params;
    }
    if (!same)
        lg_pack_params(w->sight.site, w->desk, &w->out);
    w->param_count = count;
}

/* What others have put into the batch of its desk. */
static void put_batch(lg__worker *w)
{
    lg_desk_part part = lg_desk_part_behind(w->desk, &(lg_desk_mark){0});
    size_t begun = lg_wire_begin(&w->out, LG_WIRE_COMMANDS_RECORD);
    for (uint32_t i = 0; i < part.count.commands; i++) {
        lg_command command = part.commands[i];
        command.version = 0; /* its host says that */
        lg_text_bytes(&w->out, (const char *)&command, sizeof command);
    }
    lg_wire_end(&w->out, begun);
    lg_wire_put(&w->out, LG_WIRE_VALUES_RECORD, part.values,
                part.count.values * sizeof *part.values);
    for (uint32_t i = 0; i < part.count.terms; i++)
        lg_pack_terms(&part.terms[i], &w->out);
    for (uint32_t i = 0; i < part.count.asks; i++)
        lg_pack_ask(&part.asks[i], &w->out);
    lg_wire_put(&w->out, LG_WIRE_BATCH_RECORD, NULL, 0);
    w->strange = false;
}

/* What of its own a remote client has, when that has changed. */
static void put_held(lg__worker *w)
{
    if (w->holds == lg_desk_holds(w->desk))
        return;
    w->holds = lg_desk_holds(w->desk);
    lg_pack_held(w->desk, &w->out);
}

/* What is new on the board since it was told last; of what is for others only that it is there, so
 * that the same posts have gone here and there. */
static void put_board(lg__worker *w)
{
    const lg_board *board = lg_desk_board(w->desk);
    uint64_t newest = board ? lg_board_newest(board) : 0;
    for (uint32_t i = 0; newest > w->pinned && i < lg_board_authors(board); i++)
        for (uint32_t k = 0; k < lg_board_count(board, i); k++) {
            lg_post post = *lg_board_at(board, i, k);
            if (post.number <= w->pinned)
                continue;
            if (!lg_post_is_for(&post, lg_desk_index(w->desk))) {
                post.topic = post.text = "";
                post.number_count = 0;
            }
            lg_pack_post(&post, LG_WIRE_PINNED_RECORD, &w->out);
        }
    w->pinned = newest;
}

void lg__worker_put_stand(lg__worker *w)
{
    put_held(w);
    lg_wire_stand stand;
    if (w->strange)
        put_batch(w);
    memset(&stand, 0, sizeof stand);
    put_board(w);
    const lg_desk_mark mark = lg_desk_mark_of(w->desk);
    stand.pending = mark.commands;
    stand.asks = mark.asks;
    stand.posts = mark.posts;
    stand.probation = lg_agent_on_probation(w->agent);
    const lg_agent_figures figures = lg_agent_figures_of(w->agent);
    stand.calls = figures.calls;
    stand.changes = figures.changes;
    if (w->input.follow)
        stand.follow = *w->input.follow;
    stand.moment = w->moment;
    lg_wire_put(&w->out, LG_WIRE_STAND_RECORD, &stand, sizeof stand);
}

/* Whether it ends in place of what is asked of it next: since an end was kept from another run for
 * this place, or since its process has died. When that was noticed depends on others and on clocks;
 * where it counts does not. */
bool lg__worker_ends_here(lg__worker *w, uint32_t callback, uint64_t call, uint32_t part)
{
    const lg_stopped *at = lg_agent_ends_at(w->agent, callback, call, part);
    w->at = (lg__worker_at){.callback = callback, .part = part, .call = call};
    if (!at && w->state == LG_WORKER_GONE)
        lg__pool_place(w);
    if (!at)
        return w->state == LG_WORKER_LOST;
    lg__pool_drop(w);
    memset(&w->end, 0, sizeof w->end);
    w->end = (lg_remote_end){.why = (uint32_t)at->why,
                             .callback = callback,
                             .part = part,
                             .call = call,
                             .spent = at->spent,
                             .allowed = at->allowed};
    snprintf(w->end.unit, sizeof w->end.unit, "%s", at->unit);
    w->told = false;
    w->state = LG_WORKER_LOST;
    return true;
}

uint64_t lg__worker_next_call(const lg__worker *w)
{
    return lg_agent_figures_of(w->agent).calls + w->queued + 1;
}

void lg__worker_set_moment(lg__worker *w, const lg_moment *moment)
{
    if (moment->slot != w->moment.slot)
        w->silent_ns = 0;
    w->moment = *moment;
    w->sight.slot_start_ms = moment->slot_start_ms;
}

/* ---- its life ---- */

static void close_worker(void *self)
{
    lg__worker *w = self;
    lg_workers *pool = w->pool;
    uint32_t count;
    lg_desk_assets(w->desk, &count);
    lg__pool_drop(w);
    for (uint32_t i = 0; i < pool->count; i++)
        if (pool->items[i] == w) {
            memmove(pool->items + i, pool->items + i + 1,
                    (pool->count - i - 1) * sizeof *pool->items);
            pool->count--;
            break;
        }
    lg_text_fini(&w->in);
    lg_text_fini(&w->out);
    lg_mem_free(pool->mem, w->params, (count + 1) * sizeof *w->params);
    lg_mem_free(pool->mem, w, sizeof *w);
}

double lg__worker_load_s(const lg__worker *w)
{
    const lg_budget *budget = &w->input.budget;
    return budget->seconds_at_load + budget->seconds_grace + LG_WORKER_START_S;
}

lg_status lg__worker_loaded(lg__worker *w, lg_err *err)
{
    if (w->state != LG_WORKER_SPOKEN)
        return lg_fail(err, LG_SCRIPT, "%s: its worker process was lost while it was loaded: %s",
                       w->input.script, w->end.unit);
    lg_status status = lg__worker_read_loaded(w, err);
    w->state = LG_WORKER_IDLE;
    w->seconds = w->input.budget.seconds_per_call + w->input.budget.seconds_grace;
    return status;
}

/* Hands it what it is to load. */
static lg_status load(lg__worker *w, lg_bundle *bundle, lg_err *err)
{
    lg_status status = lg__pool_spawn(w, err);
    if (status != LG_OK)
        return status;
    lg_pack_home(&w->input, bundle, &w->out);
    lg__worker_put_params(w);
    w->seconds = lg__worker_load_s(w);
    lg__worker_ask_for(w, 1, false, false);
    lg__pool_send(w, false);
    w->loading = w->input.later;
    if (w->loading)
        return LG_OK;
    lg__pool_collect(w);
    return lg__worker_loaded(w, err);
}

static lg_status open_worker(void *ctx, lg_agent *agent, const lg_agent_input *input,
                             lg_bundle *bundle, lg_err *err, void **self)
{
    lg_workers *pool = ctx;
    const lg_market *market = lg_desk_market(input->desk);
    uint32_t count;
    *self = NULL;
    lg_desk_assets(input->desk, &count);
    lg__worker *w = lg_mem_zalloc(pool->mem, 1, sizeof *w);
    if (!w || !LG_GROW(pool->mem, pool->items, pool->capacity, pool->count + 1)) {
        lg_mem_free(pool->mem, w, sizeof *w);
        return lg_fail(err, LG_MEMORY, "out of memory for the worker of \"%s\"", input->script);
    }
    w->pool = pool;
    w->agent = agent;
    w->input = *input;
    w->desk = input->desk;
    w->fd = w->pidfd = -1;
    const lg_desk_mark mark = lg_desk_mark_of(input->desk);
    w->strange = mark.commands + mark.asks > 0;
    w->sight = (lg_sight){.site = lg_market_site(market),
                          .rules = lg_market_rules(market),
                          .desk = input->desk,
                          .held = lg_desk_held_assets(input->desk),
                          .market = market,
                          .devices = input->devices};
    lg_text_init(&w->in, pool->mem);
    lg_text_init(&w->out, pool->mem);
    pool->items[pool->count++] = w;
    w->params = lg_mem_zalloc(pool->mem, count + 1, sizeof *w->params);
    w->param_count = LG_NONE; /* it knows nothing yet */
    lg_status status =
        w->params ? load(w, bundle, err) : lg_fail(err, LG_MEMORY, "out of memory for a worker");
    w->input.params = NULL;
    w->input.bundle = NULL;
    if (status == LG_OK)
        *self = w;
    else
        close_worker(w);
    return status;
}

lg_workers *lg_workers_new(lg_mem *mem, const char *program)
{
    lg_workers *workers = lg_mem_zalloc(mem, 1, sizeof *workers);
    if (!workers)
        return NULL;
    workers->mem = mem;
    workers->program = program ? program : "/proc/self/exe";
    workers->remote = (lg_remote){
        .ctx = workers,
        .open = open_worker,
        .participant = lg__worker_participant,
        .close = close_worker,
    };
    lg__handover_join(&workers->remote);
    workers->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (workers->epoll >= 0)
        return workers;
    lg_mem_free(mem, workers, sizeof *workers);
    return NULL;
}

void lg_workers_free(lg_workers *workers)
{
    if (!workers)
        return;
    LG_ASSERT(workers->count == 0);
    close(workers->epoll);
    lg_mem_free(workers->mem, workers->items, workers->capacity * sizeof *workers->items);
    lg_mem_free(workers->mem, workers, sizeof *workers);
}

const lg_remote *lg_workers_remote(lg_workers *workers)
{
    return &workers->remote;
}

void lg_workers_set_patience(lg_workers *workers, double seconds)
{
    workers->patience_ns = (int64_t)(seconds * 1e9);
}

lg_workers_counts lg_workers_counts_of(const lg_workers *workers)
{
    return workers->counts;
}

int64_t lg_workers_pid(const lg_workers *workers, uint32_t index)
{
    return index < workers->count ? workers->items[index]->pid : 0;
}
