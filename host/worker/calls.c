/* What the turn calls of a worker, made into exchanges. */
#include <string.h>
#include "worker/pack_intraday.h"
#include "worker/room.h"

enum { QUEUE_MAX = 1 << 20 }; /* bytes of what is sent together, about */

static void put_answers(lg__worker *w)
{
    const lg_command *commands;
    const lg_answer *answers;
    uint32_t count = lg_desk_answers(w->desk, &commands, &answers);
    lg_wire_put(&w->out, LG_WIRE_ANSWERS_RECORD, answers, count * sizeof *answers);
    const lg_trading_done *dones = lg_desk_dones(w->desk, &count);
    if (count)
        lg_wire_put(&w->out, LG_WIRE_DONES_RECORD, dones, count * sizeof *dones);
}

/* Whether anything may be asked of it: one that is gone ends where it is asked. */
static bool is_there(const lg__worker *w)
{
    return w->state == LG_WORKER_IDLE || w->state == LG_WORKER_GONE;
}

/* The part that stands for an exchange in which no callback is called that counts: several of them
 * may lie before the same one. */
static uint32_t next_aside(lg__worker *w)
{
    uint64_t call = lg__worker_next_call(w);
    if (w->aside_call != call)
        w->asides = 0;
    w->aside_call = call;
    return ++w->asides;
}

static void begin(void *self, lg_call call, const lg_moment *moment)
{
    lg__worker *w = self;
    lg__worker_set_moment(w, moment);
    w->begun = true;
    if (w->state == LG_WORKER_LOST)
        return;
    if (!is_there(w) || w->waiting || !(w->callbacks >> call & 1)) {
        lg_agent_skip(w->agent);
        return;
    }
    w->callback = call;
    if (lg__worker_ends_here(w, call, lg__worker_next_call(w), 0))
        return;
    const uint32_t number = (uint32_t)call;
    if (call != LG_CALL_TICK)
        lg__worker_put_params(w);
    lg__worker_put_stand(w);
    lg__serve_foresee(w, call, &w->out);
    lg_wire_put(&w->out, LG_WIRE_CALL_RECORD, &(uint64_t){number}, sizeof(uint64_t));
    lg__worker_ask_for(w, 1, true, true);
    lg__pool_send(w, false);
}

static bool call(void *self, lg_call what, const lg_moment *moment)
{
    lg__worker *w = self;
    if (!w->begun)
        begin(w, what, moment);
    lg__worker_collect(w);
    return w->waiting;
}

/* Refusals of what went out with a request to the intraday market are told when that is answered.
 */
static uint32_t told_before_it_goes_on(const lg__worker *w)
{
    const lg_command *commands;
    const lg_answer *answers;
    uint32_t asks, refused = 0, count = lg_desk_answers(w->desk, &commands, &answers);
    lg_desk_dones(w->desk, &asks);
    for (uint32_t i = 0; i < count && asks; i++)
        refused += answers[i].status != LG_OK;
    return refused;
}

static void begin_resume(void *self)
{
    lg__worker *w = self;
    w->begun = true;
    if (!is_there(w) || !w->waiting ||
        lg__worker_ends_here(w, w->callback, lg_agent_figures_of(w->agent).calls, w->part))
        return;
    put_answers(w);
    lg__worker_put_stand(w);
    lg__serve_foresee(w, w->callback, &w->out);
    lg_wire_put(&w->out, LG_WIRE_RESUME_RECORD, NULL, 0);
    lg__worker_ask_again(w, told_before_it_goes_on(w));
    lg__pool_send(w, true);
}

static bool resume(void *self)
{
    lg__worker *w = self;
    if (!w->begun)
        begin_resume(w);
    lg__worker_collect(w);
    return w->waiting;
}

/* Tells of @p most refusals. */
static void tell_refusals(lg__worker *w, uint32_t most)
{
    put_answers(w);
    lg__worker_put_stand(w);
    lg__serve_foresee(w, w->callback, &w->out);
    lg_wire_put(&w->out, LG_WIRE_ANSWERED_RECORD, &(uint64_t){most}, sizeof(uint64_t));
    lg__worker_ask_for(w, most, false, true);
    lg__pool_send(w, false);
    lg__worker_collect(w);
}

/* How many of the refusals are told before an end that was kept from another run. */
static uint32_t refusals_before_end(const lg__worker *w, uint32_t refused)
{
    for (uint32_t i = 1; i < refused; i++)
        if (lg_agent_ends_at(w->agent, LG_REMOTE_EVENT, lg__worker_next_call(w) + i, 0))
            return i;
    return refused;
}

/* Only refusals are told, and the script is called for each. */
static void answered(void *self)
{
    lg__worker *w = self;
    const lg_command *commands;
    const lg_answer *answers;
    uint32_t refused = 0, count = lg_desk_answers(w->desk, &commands, &answers);
    for (uint32_t i = 0; i < count; i++)
        refused += answers[i].status != LG_OK;
    if (!is_there(w) || !refused)
        return;
    w->callback = LG_REMOTE_EVENT;
    bool called = w->callbacks >> LG_REMOTE_EVENT & 1;
    uint32_t most = called ? refusals_before_end(w, refused) : refused;
    if (!lg__worker_ends_here(w, w->callback, lg__worker_next_call(w), called ? 0 : next_aside(w)))
        tell_refusals(w, most);
    if (most < refused && w->state == LG_WORKER_IDLE)
        lg__worker_ends_here(w, w->callback, lg__worker_next_call(w), 0);
    lg__worker_collect(w);
}

/* Before the first of several that are sent together. */
static void begin_queue(lg__worker *w, uint32_t callback)
{
    w->callback = callback;
    lg__worker_put_stand(w);
    lg__serve_foresee(w, callback, &w->out);
}

static void flush(void *self)
{
    lg__worker *w = self;
    if (w->out.length)
        lg__worker_ask_for(w, w->queued, false, true);
    if (w->state == LG_WORKER_IDLE && w->out.length)
        lg__pool_send(w, false);
    else if (w->state == LG_WORKER_GONE && w->out.length)
        lg__pool_place(w);
    if (w->state != LG_WORKER_OVER)
        lg__worker_collect(w);
}

/* Whether callback @p callback, in part @p part, can be put into `out`: nothing ends there, or the
 * next flush will tell that it does. */
static bool can_queue(lg__worker *w, uint32_t callback, uint32_t part)
{
    if (w->out.length && lg_agent_ends_at(w->agent, callback, lg__worker_next_call(w), part))
        flush(w);
    return is_there(w) &&
           (w->out.length || !lg__worker_ends_here(w, callback, lg__worker_next_call(w), part));
}

/* Makes room in `out` for one callback more. @return false: it is not called */
static bool queue(lg__worker *w, uint32_t callback)
{
    if (w->out.length > QUEUE_MAX)
        flush(w);
    if (!is_there(w) || !can_queue(w, callback, 0))
        return false;
    if (!w->out.length)
        begin_queue(w, callback);
    w->queued++;
    return true;
}

static void trade(void *self, const lg_trade *t)
{
    lg__worker *w = self;
    if (!queue(w, LG_REMOTE_TRADE))
        return;
    size_t begun = lg_wire_begin(&w->out, LG_WIRE_TRADE_RECORD);
    lg_text_bytes(&w->out, (const char *)t, sizeof *t);
    lg_text_bytes(&w->out, (const char *)t->legs, t->leg_count * sizeof *t->legs);
    lg_wire_end(&w->out, begun);
}

/* What is new in the logs of the intraday market, as lg__agent_traded() tells it. */
static void traded(void *self, const lg_grown *grown)
{
    lg__worker *w = self;
    uint64_t orders = grown->orders_from, trades = grown->trades_from;
    lg_trading_order order;
    lg_trading_public_trade trade;
    bool told = false;
    while (w->callbacks >> LG_REMOTE_ORDER & 1 &&
           lg_desk_next_order(w->desk, &orders, grown->orders_until, &order))
        if (queue(w, LG_REMOTE_ORDER)) {
            lg_pack_order(&order, &w->out);
            told = true;
        }
    while (w->callbacks >> LG_REMOTE_PUBLIC_TRADE & 1 && trades < grown->trades_until)
        if (lg_trading_read_public_trade(lg_desk_trading(w->desk), &trades, &trade) ==
                LG_TRADING_READ &&
            queue(w, LG_REMOTE_PUBLIC_TRADE)) {
            lg_wire_put(&w->out, LG_WIRE_PUBLIC_TRADE_RECORD, &trade, sizeof trade);
            told = true;
        }
    if (told && is_there(w))
        lg_wire_put(&w->out, LG_WIRE_TOLD_RECORD, NULL, 0);
}

static void event(void *self, const lg_event *e, const lg_moment *moment)
{
    lg__worker *w = self;
    bool called = w->callbacks >> LG_REMOTE_EVENT & 1;
    lg__worker_set_moment(w, moment);
    if (!is_there(w) || !can_queue(w, LG_REMOTE_EVENT, called ? 0 : next_aside(w)))
        return;
    if (!w->out.length) {
        lg__worker_put_params(w);
        begin_queue(w, LG_REMOTE_EVENT);
    }
    w->queued += called;
    lg_pack_event(e, &w->out);
}

void lg__worker_participant(void *self, lg_participant *participant)
{
    lg__worker *w = self;
    *participant = (lg_participant){
        .self = w,
        .desk = w->desk,
        .every_tick = w->every_tick,
        .call = call,
        .resume = resume,
        .answered = answered,
        .trade = w->callbacks >> LG_REMOTE_TRADE & 1 ? trade : NULL,
        .traded = w->callbacks >> LG_REMOTE_ORDER & 1 || w->callbacks >> LG_REMOTE_PUBLIC_TRADE & 1
                      ? traded
                      : NULL,
        .event = event,
        .begin = begin,
        .begin_resume = begin_resume,
        .flush = flush,
    };
}
