/*
 * The one way into a script.
 *
 * The callbacks run on one coroutine that is made once and used again: functions and the
 * market_info object lie at the bottom of its stack, so a call is two pushes and a resume, and
 * execute() can suspend it. After an error the coroutine is reset. What a failed callback has put
 * into the batch since it began or was resumed is forgotten, not what others have left there for
 * the next turn; the script goes on with its next callback. Unless it was stopped for time or, too
 * often in a day, for units, or has run out of stack or memory several times in a row: then it is
 * set aside and never called again, and its open orders stay until the slot ends.
 *
 *     idle --lg__agent_call--> running --returns--> idle
 *                        running --execute()--> waiting --lg__agent_resume--> running
 *                        running --error--> idle, its commands dropped, fault told
 *
 * on_trade and on_event_or_response run on the main thread, protected, and cannot wait.
 *
 * The collector is stopped while callbacks run. It runs when a slot opens, if the heap has grown by
 * a half since it last ran, and before or after any callback when it has doubled: so pauses are few
 * and at known places, a small agent stays small, and a large one is not walked all the time.
 */
#include "script/order.h"
#include "script/remote.h"
#include "script/state.h"

#include <stdio.h>
#include <string.h>

/* Heap growth below which a collection is not worth it: when a slot opens, and at any callback. */
enum { COLLECT_SLOT = 32 << 10, COLLECT_ANY = 64 << 10 };

static const char *callback_name(const lg_agent *agent)
{
    return lg__callback_names.names[agent->running];
}

void lg__agent_collect(lg_agent *agent)
{
    lua_gc(agent->L, LUA_GCCOLLECT);
    size_t kept = agent->memory;
    agent->memory_slot = kept + (kept / 2 > COLLECT_SLOT ? kept / 2 : COLLECT_SLOT);
    agent->memory_any = kept + (kept > COLLECT_ANY ? kept : COLLECT_ANY);
}

static inline void collect_from(lg_agent *agent, size_t size)
{
    if (__builtin_expect(agent->memory >= size, 0))
        lg__agent_collect(agent);
}

void lg__agent_prepare(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_THREAD);
    lua_State *co = lua_tothread(L, 1);
    lua_settop(L, 0);
    luaL_checkstack(L, LG_CB_COUNT + 4, NULL);
    luaL_checkstack(co, LG_CB_COUNT + 24, NULL);
    lg__push_info(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_CALLBACKS);
    for (int i = 0; i < LG_CB_COUNT; i++)
        lua_rawgeti(L, 2, i + 1);
    lua_remove(L, 2);
    agent->base = LG_CB_COUNT + 1;
    agent->co = co;
    lua_xmove(L, co, agent->base);
}

static int prepare_again(lua_State *L)
{
    lg__agent_prepare(L);
    return 0;
}

static int prepare_anew(lua_State *L)
{
    lua_settop(L, 0);
    lua_newthread(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_THREAD);
    lg__agent_prepare(L);
    return 0;
}

/* A failed coroutine cannot be resumed; reset keeps its stack, so putting the values back needs no
 * memory. In one that its hook has ended Lua never calls a hook again: then it is @p anew. */
static void recover(lg_agent *agent, bool anew)
{
    lua_resetthread(agent->co);
    lua_settop(agent->co, 0);
    lua_settop(agent->L, 0);
    agent->hosting = true;
    lua_pushcfunction(agent->L, anew ? prepare_anew : prepare_again);
    if (lua_pcall(agent->L, 0, 0, 0) != LUA_OK)
        memset(agent->has, 0, sizeof agent->has); /* no memory even for this: it stays silent */
    agent->hosting = false;
    lua_settop(agent->L, 0);
}

/* Whether the message at the top of the stack is Lua's own of a full stack: nothing but its place
 * stands before it. A script may raise a text like it, but not from that deep. */
static bool is_overflow(const lg_agent *agent, lua_State *L)
{
    enum { DEEP = 100 }; /* callbacks of texts and sorts nest two levels each, up to 200 */
    static const char *const words[] = {": stack overflow", ": C stack overflow"};
    lua_Debug frame;
    size_t length;
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    bool found = false;
    for (size_t i = 0; i < 2 && message; i++) /* in a function in C there is no place */
        found |= strcmp(message, words[i] + 2) == 0 ||
                 (length >= strlen(words[i]) &&
                  strcmp(message + length - strlen(words[i]), words[i]) == 0);
    return found && (L != agent->co || lua_getstack(L, DEEP, &frame));
}

/* Whether the callback ran into a limit that costs much time before it is felt. */
static bool is_exhausted(const lg_agent *agent, lua_State *L, int status)
{
    return (status == LUA_ERRMEM && agent->limit == LG_LIMIT_STACK) || status == LUA_ERRERR ||
           is_overflow(agent, L);
}

/* Whether this failure is the end of the script, and why. */
static lg_stop end_of(lg_agent *agent, lua_State *L, int status)
{
    if (agent->stop && !(agent->stop == LG_STOP_UNITS && lg__budget_forgives(agent)))
        return (lg_stop)agent->stop;
    if (status == LUA_ERRMEM && lg__limit_is_final(agent))
        return LG_STOP_MEMORY;
    agent->in_a_row++;
    agent->exhausted = is_exhausted(agent, L, status) ? agent->exhausted + 1 : 0;
    return agent->exhausted >= LG_EXHAUSTED_MAX ||
                   agent->in_a_row >= agent->input.budget.faults_in_a_row
               ? LG_STOP_FAULTS
               : LG_STOP_NONE;
}

void lg__agent_say(lg_agent *agent, const char *line)
{
    lg_text_bytes(&agent->saying, line, strlen(line) + 1);
}

void lg__agent_tell(lg_agent *agent, bool keep)
{
    size_t length = agent->saying.length;
    if (length == 0)
        return;
    if (agent->saying.failed)
        keep = false;
    for (size_t at = 0; at < length && keep; at += strlen(agent->saying.data + at) + 1)
        agent->input.print(agent->input.ctx, agent, agent->saying.data + at);
    lg_text_clear(&agent->saying);
}

/* before: what the batch had when the callback got the word. @return whether it was ended, and the
 * script goes on all the same: lg__budget_resume() */
static bool failed(lg_agent *agent, lua_State *L, int status, lg_desk_mark before)
{
    lg_stop why = end_of(agent, L, status);
    lg_desk_truncate(agent->desk, before);
    lg__agent_tell(agent, !lg_stop_may_differ(why));
    if (why)
        lg__budget_stopped(agent, why, &agent->stopped);
    lg__fault(agent, L, status, callback_name(agent), why ? &agent->stopped : NULL);
    if (L == agent->co || why) /* a failed on_trade does not end what waits */
        agent->waiting = false;
    bool forgiven = agent->stop && !why;
    if (forgiven)
        agent->stop = LG_STOP_NONE;
    return forgiven;
}

/* The callback has ended, well or not: what stopped it is over, and so is a script given up. Its
 * state may be damaged in ways that cannot be seen from here, so nothing runs in it any more. */
static void ended(lg_agent *agent)
{
    if (agent->units > agent->units_most)
        agent->units_most = agent->units;
    lg__budget_end_call(agent);
    lg__order_forget(agent);
    agent->stop = LG_STOP_NONE;
    if (!agent->stopped.why)
        return;
    memset(agent->has, 0, sizeof agent->has);
    lg__state_drop(agent);
    if (agent->input.stopped)
        agent->input.stopped(agent->input.ctx, agent, &agent->stopped);
}

static void went_well(lg_agent *agent)
{
    lg__agent_tell(agent, true);
    agent->exhausted = 0;
    agent->in_a_row = 0;
}

/* The end that was kept from another run: here without its cause. */
static void end_again(lg_agent *agent)
{
    char sentence[160];
    agent->stopped = agent->stop_at;
    lua_settop(agent->L, 0);
    lua_pushstring(agent->L, lg_stopped_text(&agent->stopped, sentence, sizeof sentence));
    lg__fault(agent, agent->L, LUA_ERRRUN, callback_name(agent), &agent->stopped);
    agent->waiting = false;
    ended(agent);
}

/* @return whether it waits */
static bool run(lg_agent *agent, int arguments)
{
    lua_State *co = agent->co;
    lg_desk_mark before = lg_desk_mark_of(agent->desk);
    int results; /* in the end: with what lies below them */
    if (__builtin_expect(agent->stop_at.why, 0) && lg__budget_ends_here(agent)) {
        end_again(agent);
        return false;
    }
    agent->may_wait = true;
    lg__watch_begin(agent, co);
    int status = lua_resume(co, NULL, arguments, &results);
    lg__watch_end();
    agent->may_wait = false;
    if (status == LUA_OK && results > agent->base && !lg__rest_take(agent, co))
        status = LUA_ERRRUN;
    if (__builtin_expect(status == LUA_OK, 1)) {
        lua_settop(co, agent->base);
        went_well(agent);
        ended(agent);
        return false;
    }
    if (status == LUA_YIELD) {
        agent->stop = LG_STOP_NONE; /* it has just made it */
        lg__agent_tell(agent, true);
        return true;
    }
    bool forgiven = failed(agent, co, status, before);
    if (!agent->stopped.why)
        recover(agent, forgiven);
    if (forgiven)
        lg__budget_resume(agent);
    ended(agent);
    return false;
}

bool lg__agent_call(void *self, lg_call call, const lg_moment *moment)
{
    static const uint8_t callbacks[] = {
        [LG_CALL_START] = LG_CB_START,
        [LG_CALL_MARKET_CYCLE] = LG_CB_MARKET_CYCLE,
        [LG_CALL_TICK] = LG_CB_TICK,
        [LG_CALL_FINISH] = LG_CB_FINISH,
    };
    lg_agent *agent = self;
    uint8_t callback = callbacks[call];
    agent->moment = *moment;
    agent->sight.slot_start_ms = moment->slot_start_ms;
    agent->calls++;
    agent->draws = 0;
    agent->printed = 0;
    agent->lines = 0;
    if (agent->waiting || !agent->L) /* it was never resumed: the run has ended in between */
        return false;
    if (call == LG_CALL_TICK && moment->now_ms - moment->slot_start_ms < agent->rest_ms)
        return false;
    agent->rest_ms = 0;
    collect_from(agent, call == LG_CALL_MARKET_CYCLE ? agent->memory_slot : agent->memory_any);
    if (!agent->has[callback])
        return false;
    agent->running = callback;
    agent->periods = 0;
    agent->executes = agent->asks = 0;
    lg__budget_begin_call(agent, callback);
    lua_pushvalue(agent->co, callback + 2);
    lua_pushvalue(agent->co, 1);
    return run(agent, 1);
}

void lg__agent_collect_due(lg_agent *agent)
{
    collect_from(agent, agent->memory_any);
}

void lg__agent_abandon(lg_agent *agent)
{
    agent->waiting = false;
    lg__budget_end_call(agent);
    recover(agent, false);
}

bool lg__agent_resume(void *self)
{
    lg_agent *agent = self;
    if (!agent->waiting)
        return false;
    if (agent->flushed) { /* nobody asks for those answers any more */
        agent->flushed = false;
        lg__agent_answered(agent);
    }
    return agent->waiting && run(agent, 0);
}

bool lg__agent_run(lg_agent *agent, lg_callback callback, lua_CFunction function,
                   const void *context)
{
    lua_State *L = agent->L;
    lg_desk_mark before = lg_desk_mark_of(agent->desk);
    uint8_t interrupted = agent->running;
    unsigned periods = agent->periods;
    uint64_t units = agent->units, units_max = agent->units_max;
    uint64_t drawn = agent->drawn;
    bool drawing = agent->drawing;
    agent->running = (uint8_t)callback;
    agent->calls++;
    agent->draws = 0;
    agent->printed = 0;
    agent->lines = 0;
    agent->periods = 0;
    uint32_t executes = agent->executes, asks = agent->asks;
    agent->executes = agent->asks = 0;
    if (agent->stop_at.why && lg__budget_ends_here(agent)) {
        end_again(agent);
        return false;
    }
    lg__budget_begin_call(agent, callback);
    agent->hosting = true; /* until script_call() */
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, (void *)(uintptr_t)context);
    lg__watch_begin(agent, L);
    int status = lua_pcall(L, 1, 0, 0);
    lg__watch_end();
    agent->hosting = false;
    if (status == LUA_OK)
        went_well(agent);
    else if (failed(agent, L, status, before))
        lg__budget_resume(agent);
    ended(agent);
    agent->periods = periods;
    agent->executes = executes;
    agent->asks = asks;
    agent->units = units;
    agent->units_max = units_max;
    agent->drawn = drawn;
    agent->drawing = drawing;
    agent->running = interrupted;
    if (agent->L)
        lua_settop(L, 0);
    return status == LUA_OK;
}

/* Calls the script's function with the argument on top: from here on it is not the host that makes
 * things. */
static void script_call(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    agent->hosting = false;
    lua_call(L, 1, 0);
    agent->hosting = true;
}

static void push_callback(lua_State *L, lg_callback callback)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_CALLBACKS);
    lua_rawgeti(L, -1, (lua_Integer)callback + 1);
    lua_remove(L, -2);
}

static bool is_own(const lg_agent *agent, uint32_t asset)
{
    if (!agent->input.assets || !lg_desk_commands_asset(agent->desk, asset))
        return lg_desk_commands_asset(agent->desk, asset);
    for (uint32_t i = 0; i < agent->input.asset_count; i++)
        if (agent->input.assets[i] == asset)
            return true;
    return false;
}

/* on_trade once for each side that is ours: an agent that owns both is told twice, as on the wire.
 */
static int trade_function(lua_State *L)
{
    const lg_trade *trade = lua_touserdata(L, 1);
    const lg_agent *agent = lg__agent_of(L);
    for (int buyer = 1; buyer >= 0; buyer--) {
        if (!is_own(agent, buyer ? trade->buyer : trade->seller))
            continue;
        push_callback(L, LG_CB_TRADE);
        lg__push_trade(L, trade, buyer);
        script_call(L);
    }
    return 0;
}

void lg__agent_trade(void *self, const lg_trade *trade)
{
    lg_agent *agent = self;
    if (!agent->has[LG_CB_TRADE])
        return;
    lg__agent_run(agent, LG_CB_TRADE, trade_function, trade);
    if (agent->L)
        collect_from(agent, agent->memory_any);
}

static int scheduled_function(lua_State *L)
{
    const lg_event *event = lua_touserdata(L, 1);
    push_callback(L, LG_CB_EVENT);
    lg__push_event(L, event);
    script_call(L);
    return 0;
}

void lg__agent_event(void *self, const lg_event *event, const lg_moment *moment)
{
    lg_agent *agent = self;
    agent->moment = *moment;
    agent->sight.slot_start_ms = moment->slot_start_ms;
    agent->changes += event->kind == LG_EVENT_CHANGE;
    if (agent->has[LG_CB_EVENT])
        lg__agent_run(agent, LG_CB_EVENT, scheduled_function, event);
}

typedef struct refusal {
    const lg_command *command;
    const lg_answer *answer;
} refusal;

static int event_function(lua_State *L)
{
    const refusal *refused = lua_touserdata(L, 1);
    push_callback(L, LG_CB_EVENT);
    lg__push_message(L, refused->command, refused->answer);
    script_call(L);
    return 0;
}

void lg_agent_answer(lg_agent *agent, uint32_t most)
{
    uint64_t refused = lg_desk_counts_of(agent->desk).refused;
    if (refused == agent->refused)
        return;
    agent->refused = refused;
    const lg_command *commands;
    const lg_answer *answers;
    uint32_t count = lg_desk_answers(agent->desk, &commands, &answers), told = 0;
    for (uint32_t i = 0; i < count && told < most && !agent->stopped.why; i++) {
        const refusal one = {&commands[i], &answers[i]};
        if (answers[i].status == LG_OK || lg_desk_is_held(agent->desk, &commands[i]))
            continue;
        told++;
        if (agent->has[LG_CB_EVENT])
            lg__agent_run(agent, LG_CB_EVENT, event_function, &one);
        else
            lg__refusal_told(agent, &commands[i], &answers[i]);
    }
}

void lg__agent_answered(void *self)
{
    lg_agent_answer(self, UINT32_MAX);
}
