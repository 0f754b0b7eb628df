/* The near side of an agent whose state is elsewhere, and what the far side tells of one. */
#include "script/remote.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "script/state.h"

static const uint8_t callbacks[LG_REMOTE_CALLS] = {
    [LG_CALL_START] = LG_CB_START,
    [LG_CALL_MARKET_CYCLE] = LG_CB_MARKET_CYCLE,
    [LG_CALL_TICK] = LG_CB_TICK,
    [LG_CALL_FINISH] = LG_CB_FINISH,
    [LG_REMOTE_TRADE] = LG_CB_TRADE,
    [LG_REMOTE_EVENT] = LG_CB_EVENT,
    [LG_REMOTE_RELOAD] = LG_CB_RELOAD,
    [LG_REMOTE_ORDER] = LG_CB_ORDER,
    [LG_REMOTE_PUBLIC_TRADE] = LG_CB_PUBLIC_TRADE,
};

lg_agent_figures lg_agent_figures_of(const lg_agent *agent)
{
    return (lg_agent_figures){
        .faults = agent->faults,
        .memory = agent->memory,
        .units = agent->units,
        .units_most = agent->units_most,
        .calls = agent->calls,
        .changes = agent->changes,
        .told = agent->told,
        .bank = agent->bank,
        .breaches = agent->breaches,
    };
}

void lg_agent_set_figures(lg_agent *agent, const lg_agent_figures *figures)
{
    agent->faults = figures->faults;
    agent->memory = figures->memory;
    agent->units = figures->units;
    agent->units_most = figures->units_most;
    agent->calls = figures->calls;
    agent->changes = figures->changes;
    agent->told = figures->told;
    agent->bank = figures->bank;
    agent->breaches = figures->breaches;
}

void lg_agent_skip(lg_agent *agent)
{
    agent->calls++;
}

uint32_t lg_agent_part(const lg_agent *agent)
{
    return agent->executes + agent->asks;
}

uint32_t lg_agent_callbacks(const lg_agent *agent)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < LG_REMOTE_CALLS; i++)
        bits |= (uint32_t)agent->has[callbacks[i]] << i;
    return bits;
}

void lg_agent_end_of(const lg_agent *agent, lg_remote_end *end)
{
    const lg_stopped *how = &agent->stopped;
    memset(end, 0, sizeof *end);
    end->why = (uint32_t)how->why;
    for (uint32_t i = 0; i < LG_REMOTE_CALLS; i++)
        if (strcmp(lg__callback_names.names[callbacks[i]], how->callback) == 0)
            end->callback = i;
    end->part = how->part;
    end->call = how->call;
    end->spent = how->spent;
    end->allowed = how->allowed;
    snprintf(end->unit, sizeof end->unit, "%s", how->unit);
}

static void tell(lg_agent *agent, const lg_moment *moment)
{
    char slot[32], numbers[160];
    lg_text text;
    if (!agent->input.fault)
        return;
    lg_text_init(&text, agent->mem);
    lg_clock_format_slot(moment->slot_start_ms, slot);
    lg_text_format(&text, "%s: %s %s\n  in %s, slot %s, tick %u of %u\n", agent->input.script,
                   agent->stopped.callback,
                   lg_stopped_text(&agent->stopped, numbers, sizeof numbers),
                   agent->stopped.callback, slot, moment->tick, agent->rules->ticks_per_slot);
    if (!agent->input.trial)
        lg_text_format(&text, "  \"%s\" %s\n", lg_desk_name(agent->desk), lg__stop_outlook(agent));
    lg_text_format(&text, "  lunagrid explain %s", agent->stopped.code);
    agent->input.fault(agent->input.ctx, agent,
                       text.failed ? "out of memory while telling of an error"
                                   : lg_text_peek(&text));
    lg_text_fini(&text);
}

void lg_agent_set_end(lg_agent *agent, const lg_remote_end *end, const lg_moment *moment, bool told)
{
    uint32_t callback = end->callback < LG_REMOTE_CALLS ? end->callback : LG_CALL_START;
    lg_stop why =
        end->why > LG_STOP_NONE && end->why <= LG_STOP_WORKER ? (lg_stop)end->why : LG_STOP_WORKER;
    snprintf(agent->unit, sizeof agent->unit, "%.*s", (int)sizeof end->unit - 1, end->unit);
    lg_text_clean(agent->unit);
    agent->stopped = (lg_stopped){
        .why = why,
        .code = lg__stop_code(why),
        .callback = lg__callback_names.names[callbacks[callback]],
        .spent = end->spent,
        .allowed = end->allowed,
        .unit = agent->unit,
        .call = end->call,
        .part = end->part,
    };
    agent->memory = 0;
    if (!told) {
        agent->faults++;
        tell(agent, moment);
    }
    if (agent->input.stopped)
        agent->input.stopped(agent->input.ctx, agent, &agent->stopped);
}

const lg_stopped *lg_agent_ends_at(const lg_agent *agent, uint32_t callback, uint64_t call,
                                   uint32_t part)
{
    const lg_stopped *at = &agent->stop_at;
    return at->why && at->call == call && at->part == part &&
                   strcmp(at->callback, lg__callback_names.names[callbacks[callback]]) == 0
               ? at
               : NULL;
}

void lg_agent_arm(void)
{
    lg__watch_arm();
}
