/* What reload.h does with an agent, done with a worker: an exchange each. */
#include <string.h>
#include "script/reload.h"
#include "worker/room.h"

/* Sends what is in w->out and waits. @return what came of it; LG_SCRIPT when it was lost */
static lg_status exchange(lg__worker *w, uint32_t callback)
{
    w->callback = callback;
    w->done = LG_SCRIPT;
    w->at = (lg__worker_at){.callback = callback, .call = lg__worker_next_call(w)};
    lg__worker_ask_for(w, 1, false, false);
    if (w->state == LG_WORKER_GONE)
        lg__pool_place(w);
    else
        lg__pool_send(w, false);
    lg__worker_collect(w);
    return w->state == LG_WORKER_IDLE ? w->done : LG_SCRIPT;
}

/* Whether its next callback is the end that was kept. */
static bool ends(lg__worker *w, uint32_t callback)
{
    if (!lg__worker_ends_here(w, callback, lg__worker_next_call(w), 0))
        return false;
    lg__worker_collect(w);
    return true;
}

static lg_status gone_err(const lg__worker *w, lg_err *err)
{
    return lg_fail(err, LG_SCRIPT, "%s: its worker process was lost: %s", w->input.script,
                   w->end.unit);
}

static lg_status save(void *self, lg_text *out, lg_text *left, lg_err *err)
{
    lg__worker *w = self;
    size_t before = out->length;
    if (w->state == LG_WORKER_GONE)
        return gone_err(w, err);
    w->saved = out;
    w->left = left;
    w->failed = (lg_err){.status = LG_OK};
    lg__worker_put_stand(w);
    lg_wire_put(&w->out, LG_WIRE_SAVE_RECORD, &(uint64_t){left != NULL}, sizeof(uint64_t));
    lg_status status = exchange(w, LG_REMOTE_RELOAD);
    w->saved = w->left = NULL;
    if (w->state != LG_WORKER_IDLE)
        return gone_err(w, err);
    if (status == LG_OK && (out->failed || out->length == before))
        return out->failed ? lg_fail(err, LG_MEMORY, "out of memory for the state of \"%s\"",
                                     w->input.script)
                           : lg_fail(err, LG_SCRIPT, "%s: no state came", w->input.script);
    return status == LG_OK ? LG_OK : lg_fail(err, status, "%s", w->failed.text);
}

static void put_older(lg__worker *w, const lg_bundle *old)
{
    size_t begun = lg_wire_begin(&w->out, LG_WIRE_LINT_RECORD);
    lg_bundle_write(old, &w->out);
    lg_wire_end(&w->out, begun);
}

/* Compiling takes as long as loading may. */
static lg_status lint(void *self, const lg_bundle *old)
{
    lg__worker *w = self;
    double seconds = w->seconds;
    lg__worker_put_stand(w);
    put_older(w, old);
    w->seconds = lg__worker_load_s(w);
    lg_status status = exchange(w, LG_REMOTE_RELOAD);
    w->seconds = seconds;
    return status;
}

/* It goes on where the older one stands. */
static void go_on_from(lg__worker *w, const lg_legacy *legacy)
{
    lg_agent_figures figures = lg_agent_figures_of(w->agent);
    figures.calls = legacy->from.calls;
    figures.changes = legacy->from.changes;
    lg_agent_set_figures(w->agent, &figures);
    lg__worker_set_moment(w, &legacy->moment);
    w->callback = LG_REMOTE_RELOAD;
}

static void put_legacy(lg__worker *w, const lg_legacy *legacy)
{
    lg_wire_legacy handed;
    memset(&handed, 0, sizeof handed);
    handed.from = legacy->from;
    handed.version = legacy->version;
    size_t begun = lg_wire_begin(&w->out, LG_WIRE_INHERIT_RECORD);
    lg_text_bytes(&w->out, (const char *)&handed, sizeof handed);
    lg_text_bytes(&w->out, legacy->state, legacy->state_size);
    lg_wire_end(&w->out, begun);
}

static lg_status inherit(void *self, const lg_legacy *legacy)
{
    lg__worker *w = self;
    go_on_from(w, legacy);
    if (ends(w, LG_REMOTE_RELOAD))
        return LG_SCRIPT;
    lg__worker_put_params(w);
    lg__worker_put_stand(w);
    lg__serve_foresee(w, LG_REMOTE_RELOAD, &w->out);
    put_legacy(w, legacy);
    return exchange(w, LG_REMOTE_RELOAD);
}

static bool has_to_catch_up(const lg__worker *w)
{
    return w->callbacks >> LG_CALL_MARKET_CYCLE & 1 && w->callbacks >> LG_CALL_TICK & 1;
}

static lg_status catch_up(void *self)
{
    lg__worker *w = self;
    if (!has_to_catch_up(w))
        return LG_OK;
    if (ends(w, LG_CALL_MARKET_CYCLE))
        return LG_SCRIPT;
    lg__worker_put_stand(w);
    lg_wire_put(&w->out, LG_WIRE_CATCH_UP_RECORD, NULL, 0);
    return exchange(w, LG_CALL_MARKET_CYCLE);
}

static lg_status rehearse(void *self, lg_call next)
{
    lg__worker *w = self;
    lg__worker_put_stand(w);
    lg_wire_put(&w->out, LG_WIRE_REHEARSE_RECORD, &(uint64_t){next}, sizeof(uint64_t));
    return exchange(w, next);
}

/* All of them in one message: it stops at the first that fails. */
static void shadow(void *self, const lg_bundle *old, const lg_legacy *legacy, bool in_slot,
                   lg_call next)
{
    enum { STEPS = 4 };
    lg__worker *w = self;
    go_on_from(w, legacy);
    lg__worker_put_params(w);
    lg__worker_put_stand(w);
    lg__serve_foresee(w, LG_REMOTE_RELOAD, &w->out);
    put_older(w, old);
    put_legacy(w, legacy);
    if (in_slot && has_to_catch_up(w))
        lg_wire_put(&w->out, LG_WIRE_CATCH_UP_RECORD, NULL, 0);
    lg_wire_put(&w->out, LG_WIRE_REHEARSE_RECORD, &(uint64_t){next}, sizeof(uint64_t));
    w->done = LG_SCRIPT;
    w->at = (lg__worker_at){.callback = LG_REMOTE_RELOAD, .call = lg__worker_next_call(w)};
    w->seconds = lg__worker_load_s(w) + (STEPS - 1) * w->seconds;
    lg__worker_ask_for(w, STEPS, false, false);
    if (w->state == LG_WORKER_GONE)
        lg__pool_place(w);
    else
        lg__pool_send(w, false);
}

static bool ready(void *self, lg_status *status, lg_err *err)
{
    lg__worker *w = self;
    if (!lg__pool_poll(w))
        return false;
    if (w->loading) {
        w->loading = false;
        *status = lg__worker_loaded(w, err);
        return true;
    }
    lg__worker_collect(w);
    *status = w->state == LG_WORKER_IDLE ? w->done : LG_SCRIPT;
    return true;
}

static bool migrates(const void *self)
{
    const lg__worker *w = self;
    return w->callbacks >> LG_REMOTE_RELOAD & 1;
}

static void follow(void *self)
{
    lg__worker *w = self;
    w->strange = true;
}

void lg__handover_join(lg_remote *remote)
{
    remote->save = save;
    remote->lint = lint;
    remote->inherit = inherit;
    remote->catch_up = catch_up;
    remote->rehearse = rehearse;
    remote->shadow = shadow;
    remote->ready = ready;
    remote->migrates = migrates;
    remote->follow = follow;
}
