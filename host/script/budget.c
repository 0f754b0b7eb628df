/*
 * What a callback spends. Units are counted in two ways that come to the same figure in every run:
 * a count hook adds the instructions of Lua, LG_HOOK_UNITS at a time, and functions in C charge
 * what they do beyond one instruction. A long text is charged where it is made, by the allocator.
 *
 * The hook is set only where units have a limit, because it slows every instruction. It counts for
 * each coroutine apart, so making and resuming one is charged a whole interval: else a tree of
 * coroutines that are each shorter would never be seen.
 *
 * A callback that takes more is ended, which may be the end of the script or, as often as its
 * budget allows in a day, of what the callback did only: units come out the same everywhere, so
 * that needs no note. What a clock or a full memory ends is always the end of the script.
 *
 * What ends a callback cannot be caught: agent->stop stays set until the callback has ended, the
 * hook then strikes at every instruction, and whatever catches errors for a script raises again.
 */
#include "script/state.h"

#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

void lg__budget_begin(lg_agent *agent, uint64_t units_max)
{
    agent->units = 0;
    agent->units_max = units_max ? units_max : UINT64_MAX;
    agent->too_large = 0;
    agent->drawing = false;
    agent->drawn = 0;
}

void lg__budget_begin_call(lg_agent *agent, lg_callback callback)
{
    uint64_t each = agent->input.budget.units_per_call;
    if (callback == LG_CB_START && each && agent->start_left > each) {
        lg__budget_begin(agent, agent->start_left);
        return;
    }
    lg__budget_begin(agent, each ? each + agent->bank : 0);
    agent->drawing = each != 0;
    agent->drawn = agent->bank;
    agent->bank = 0;
}

void lg__budget_end_call(lg_agent *agent)
{
    uint64_t most = agent->input.budget.bank;
    uint64_t left = agent->units < agent->units_max ? agent->units_max - agent->units : 0;
    if (!agent->drawing)
        return;
    agent->bank = left < most - agent->bank ? agent->bank + left : most;
    agent->drawing = false;
}

void lg__budget_count(lg_agent *agent, lua_State *L)
{
    if (agent->units_max != UINT64_MAX)
        lua_sethook(L, lg__budget_hook, LUA_MASKCOUNT, LG_HOOK_UNITS);
}

const char *lg__stop_code(lg_stop why)
{
    static const char *const codes[] = {
        [LG_STOP_NONE] = "",
        [LG_STOP_UNITS] = "BUDGET_UNITS",
        [LG_STOP_TIME] = "BUDGET_TIME",
        [LG_STOP_MEMORY] = "BUDGET_MEMORY",
        [LG_STOP_FAULTS] = "BUDGET_FAULTS",
        [LG_STOP_WORKER] = "WORKER_LOST",
    };
    return codes[why];
}

void lg_agent_set_probation(lg_agent *agent, bool on)
{
    agent->probation = on;
}

bool lg_agent_on_probation(const lg_agent *agent)
{
    return agent->probation;
}

const char *lg__stop_outlook(const lg_agent *agent)
{
    if (agent->probation)
        return "goes back to the version before this one";
    return agent->input.restarts ? "starts afresh in a later slot"
                                 : "is not called again in this run";
}

void lg__budget_stopped(const lg_agent *agent, lg_stop why, lg_stopped *out)
{
    static const char *const units[] = {"", "units", "s", "bytes", "errors in a row", ""};
    const lg_budget *budget = &agent->input.budget;
    *out = (lg_stopped){
        .why = why,
        .code = lg__stop_code(why),
        .callback = agent->co ? lg__callback_names.names[agent->running] : "the top level",
        .unit = units[why],
        .call = agent->calls,
        .part = agent->executes + agent->asks,
    };
    switch (why) {
    case LG_STOP_UNITS:
        out->spent = (double)agent->units;
        out->allowed = (double)agent->units_max;
        return;
    case LG_STOP_TIME:
        out->spent = lg__watch_seconds(agent);
        out->allowed = lg__watch_limit(agent);
        return;
    case LG_STOP_MEMORY:
        out->spent = (double)(agent->memory + agent->asked);
        out->allowed = (double)agent->memory_max;
        if (agent->too_large <= 2 * LG_TOO_LARGE_MAX) /* Lua asks twice */
            return;
        out->spent = (agent->too_large + 1) / 2;
        out->allowed = LG_TOO_LARGE_MAX;
        out->unit = "texts, tables or stacks that were too large";
        return;
    case LG_STOP_FAULTS:
        out->spent = out->allowed =
            agent->exhausted >= LG_EXHAUSTED_MAX ? LG_EXHAUSTED_MAX : budget->faults_in_a_row;
        if (agent->exhausted >= LG_EXHAUSTED_MAX)
            out->unit = "errors in a row that filled the stack";
        return;
    case LG_STOP_NONE:
    case LG_STOP_WORKER: /* never here */
        return;
    }
}

const char *lg_stopped_text(const lg_stopped *stopped, char *out, size_t size)
{
    if (stopped->why == LG_STOP_WORKER)
        snprintf(out, size, "lost its worker process: %s", stopped->unit);
    else if (stopped->why == LG_STOP_FAULTS)
        snprintf(out, size, "made %.0f %s", stopped->spent, stopped->unit);
    else if (stopped->why == LG_STOP_TIME)
        snprintf(out, size, "ran longer than %g s (%.2f s)", stopped->allowed, stopped->spent);
    else
        snprintf(out, size, "%s %.0f of %.0f %s",
                 stopped->why == LG_STOP_MEMORY ? "needed" : "spent", stopped->spent,
                 stopped->allowed, stopped->unit);
    return out;
}

/* Raises what a callback that is being ended is told, with its place. The text may go beyond the
 * cap. */
static int raise_stop(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    lua_Debug frame;
    char sentence[128], place[LUA_IDSIZE + 16] = "";
    lg_stopped how;
    lg__budget_stopped(agent, (lg_stop)agent->stop, &how);
    for (int level = 0; lua_getstack(L, level, &frame); level++)
        if (lua_getinfo(L, "Sl", &frame) && frame.currentline > 0) {
            snprintf(place, sizeof place, "%s:%d: ", frame.short_src, frame.currentline);
            break;
        }
    lua_pushfstring(L, "%s%s %s and was stopped", place, how.callback,
                    lg_stopped_text(&how, sentence, sizeof sentence));
    return lua_error(L);
}

void lg__budget_hook(lua_State *L, lua_Debug *debug)
{
    lg_agent *agent = lg__agent_of(L);
    (void)debug;
    if (__builtin_expect(!agent->stop, 1)) {
        if (__builtin_expect(agent->breaches != 0, 0))
            lg__budget_count(agent, L); /* a coroutine in which one was ended */
        agent->units += LG_HOOK_UNITS;
        if (__builtin_expect(agent->units <= agent->units_max, 1))
            return;
        agent->stop = LG_STOP_UNITS;
    }
    lua_sethook(L, lg__budget_hook, LUA_MASKCOUNT, 1);
    raise_stop(L);
}

void lg__charge(lua_State *L, uint64_t units)
{
    lg_agent *agent = lg__agent_of(L);
    agent->units += units;
    if (__builtin_expect(agent->units > agent->units_max && !agent->stop, 0))
        agent->stop = LG_STOP_UNITS;
    if (__builtin_expect(agent->stop, 0))
        raise_stop(L);
}

void lg__budget_caught(lua_State *L, int status)
{
    lg_agent *agent = lg__agent_of(L);
    if (status == LUA_ERRMEM && !agent->stop && lg__limit_is_final(agent))
        agent->stop = LG_STOP_MEMORY;
    lg__charge(L, status == LUA_OK || status == LUA_YIELD ? 0 : LG_COST_CAUGHT);
}

bool lg__budget_forgives(lg_agent *agent)
{
    int64_t day = agent->moment.slot_start_ms / DAY_MS;
    agent->breaches_today = day == agent->breach_day ? agent->breaches_today + 1 : 1;
    agent->breach_day = day;
    agent->breaches++;
    return agent->breaches_today < agent->input.budget.breaches_a_day;
}

void lg__budget_resume(lg_agent *agent)
{
    lg__budget_count(agent, agent->L);
    lg__budget_count(agent, agent->co);
}

const lg_stopped *lg_agent_stopped(const lg_agent *agent)
{
    return agent->stopped.why ? &agent->stopped : NULL;
}

void lg_agent_stop_at(lg_agent *agent, const lg_stopped *how)
{
    agent->stop_at = *how;
}

bool lg__budget_ends_here(const lg_agent *agent)
{
    const lg_stopped *at = &agent->stop_at;
    return at->why && at->call == agent->calls && at->part == agent->executes + agent->asks &&
           strcmp(at->callback, lg__callback_names.names[agent->running]) == 0;
}

uint64_t lg_agent_units(const lg_agent *agent, uint64_t *most)
{
    *most = agent->units_most;
    return agent->units;
}
