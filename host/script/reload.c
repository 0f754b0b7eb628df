/*
 * What is carried from a version to the next is `state` and nothing else: the table is written as
 * bytes in the older Lua state and made anew in the newer one. There the entries are put into the
 * table that the top level has made, so that what it says of entries the older version did not
 * have stays, and a local that is this table remains it.
 */
#include "script/reload.h"

#include <stdio.h>
#include <string.h>
#include "script/plain.h"
#include "script/remote.h"
#include "script/state.h"

/* Pushes `state`: of the table the script has returned, else the global. */
static void push_state(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_RESULT);
    if (lua_istable(L, -1)) {
        lua_pushliteral(L, "state");
        lua_rawget(L, -2);
        lua_remove(L, -2);
        if (!lua_isnil(L, -1))
            return;
    }
    lua_pop(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV);
    lua_pushliteral(L, "state");
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

static void push_state_table(lua_State *L)
{
    push_state(L);
    if (!lua_istable(L, -1))
        luaL_error(L, "%s: state is a %s; expected a table of what is to be kept",
                   lg__agent_of(L)->input.script, luaL_typename(L, -1));
}

static int write_state(lua_State *L)
{
    lg_text *out = lua_touserdata(L, 1), *left = lua_touserdata(L, 2);
    push_state_table(L);
    lg__plain_write(L, -1, "state", out, left);
    return 0;
}

/* write_state(), on the host's account: what the callbacks may spend is not touched, nor the
 * figures of the last one. */
static int run_write(lg_agent *agent, lg_text *out, lg_text *left)
{
    uint64_t units = agent->units, units_max = agent->units_max;
    lg__budget_begin(agent, 0);
    agent->hosting = true;
    lua_settop(agent->L, 0);
    lua_pushcfunction(agent->L, write_state);
    lua_pushlightuserdata(agent->L, out);
    lua_pushlightuserdata(agent->L, left);
    int result = lua_pcall(agent->L, 2, 0, 0);
    agent->hosting = false;
    agent->units = units;
    agent->units_max = units_max;
    return result;
}

static lg_status save_nothing(lg_text *out, size_t begun)
{
    static const char empty[] = {'{', 0, 0, 0, 0};
    if (out->length > begun)
        out->length = begun;
    lg_text_bytes(out, empty, sizeof empty);
    return out->failed ? LG_MEMORY : LG_OK;
}

lg_status lg_agent_save(lg_agent *agent, lg_text *out, lg_text *left, lg_err *err)
{
    lua_State *L = agent->L;
    size_t begun = out->length;
    if (agent->remote && !agent->stopped.why)
        return agent->input.remote->save(agent->remote, out, left, err);
    if (!L)
        return save_nothing(out, begun);
    int result = run_write(agent, out, left);
    bool exhausted = out->failed || (left && left->failed) ||
                     (result == LUA_ERRMEM && agent->limit == LG_LIMIT_MACHINE);
    lg_status status = exhausted ? LG_MEMORY : result == LUA_OK ? LG_OK : LG_SCRIPT;
    if (status == LG_MEMORY)
        lg_fail(err, status, "out of memory for the state of \"%s\"", agent->input.script);
    else if (status != LG_OK)
        lg_fail(err, status, "%s",
                lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "state cannot be read");
    lua_settop(L, 0);
    if (status != LG_SCRIPT || !left)
        return status;
    lg_text_clear(left);
    lg_text_format(left, "%s: nothing of it is carried over", err->text);
    return save_nothing(out, begun);
}

/* Puts the entries of the table at `from` into the one at `to`. */
static void put_entries(lua_State *L, int from, int to)
{
    for (lua_pushnil(L); lua_next(L, from);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
    }
}

static void clear_entries(lua_State *L, int table)
{
    for (lua_pushnil(L); lua_next(L, table);) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, table);
    }
}

/* on_reload(old_state, from_version); what it returns, if anything, is the state from now on. */
static void migrate(lua_State *L, const lg_legacy *legacy)
{
    int top = lua_gettop(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_CALLBACKS);
    lua_rawgeti(L, -1, LG_CB_RELOAD + 1);
    lg__plain_push(L, legacy->state, legacy->state_size);
    lua_pushinteger(L, legacy->version);
    lg__agent_of(L)->hosting = false;
    lua_call(L, 2, 1);
    lg__agent_of(L)->hosting = true;
    push_state_table(L);
    int made = lua_gettop(L) - 1, state = made + 1;
    if (!lua_isnil(L, made) && !lua_istable(L, made))
        luaL_error(L, "on_reload returns the new state, a table, or nothing, not a %s",
                   luaL_typename(L, made));
    if (lua_istable(L, made) && !lua_rawequal(L, made, state)) {
        clear_entries(L, state);
        put_entries(L, made, state);
    }
    lua_settop(L, top);
}

typedef struct inheritance {
    const lg_legacy *legacy;
    lg_text *check; /* takes the bytes of the state that comes of it */
} inheritance;

static int inherit(lua_State *L)
{
    const inheritance *in = lua_touserdata(L, 1);
    luaL_checkstack(L, 12, NULL);
    lg__plain_push(L, in->legacy->state, in->legacy->state_size); /* 2 */
    push_state_table(L);                                          /* 3 */
    put_entries(L, 2, 3);
    if (lg__agent_of(L)->has[LG_CB_RELOAD])
        migrate(L, in->legacy);
    push_state_table(L);
    lg__plain_write(L, -1, "state", in->check, NULL);
    return 0;
}

static void go_on_from(lg_agent *agent, const lg_agent_figures *figures)
{
    agent->calls = figures->calls;
    agent->changes = figures->changes;
    agent->refused = lg_desk_counts_of(agent->desk).refused;
}

void lg_agent_follow(lg_agent *agent, const lg_agent *other)
{
    const lg_agent_figures figures = lg_agent_figures_of(other);
    go_on_from(agent, &figures);
    agent->moment = other->moment;
    if (agent->remote)
        agent->input.remote->follow(agent->remote);
}

lg_status lg_agent_lint(lg_agent *agent, const lg_bundle *old)
{
    lg_diag diag;
    if (agent->remote)
        return agent->input.remote->lint(agent->remote, old);
    lg_diag_init(&diag, agent->mem);
    lg_status status = lg_bundle_lint(agent->mem, agent->bundle, old, &diag);
    for (uint32_t i = 0; i < diag.count && status == LG_SCRIPT; i++) {
        char sentence[LG_ERR_TEXT_MAX];
        const lg_problem *problem = &diag.problems[i];
        if (problem->warning)
            continue;
        snprintf(sentence, sizeof sentence, "%s:%d: %s%s%s", problem->file, problem->line,
                 problem->key, *problem->key ? ": " : "", problem->text);
        if (agent->input.fault)
            agent->input.fault(agent->input.ctx, agent, sentence);
        break;
    }
    lg_diag_fini(&diag);
    return status;
}

/* What has failed is the script's business, but not where the machine had no more to give: another
 * run of it would go on. */
static lg_status status_of(const lg_agent *agent, bool fine)
{
    if (fine)
        return LG_OK;
    bool machine = agent->stopped.why == LG_STOP_MEMORY && agent->limit == LG_LIMIT_MACHINE;
    return machine ? LG_MEMORY : LG_SCRIPT;
}

lg_status lg_agent_inherit(lg_agent *agent, const lg_legacy *legacy)
{
    lg_text check;
    inheritance in = {legacy, &check};
    if (agent->remote)
        return agent->input.remote->inherit(agent->remote, legacy);
    lg_text_init(&check, agent->mem);
    go_on_from(agent, &legacy->from);
    agent->moment = legacy->moment;
    agent->sight.slot_start_ms = legacy->moment.slot_start_ms;
    agent->told = legacy->from.told;
    agent->bank = legacy->from.bank;
    uint64_t calls = agent->calls;
    bool fine = lg__agent_run(agent, LG_CB_RELOAD, inherit, &in);
    agent->calls = calls; /* so that random draws of the callbacks do not depend on on_reload */
    lg_status status = check.failed ? LG_MEMORY : status_of(agent, fine);
    lg_text_fini(&check);
    return status;
}

/* Makes the table at `to` what the one at `from` is; tables in it stay the ones they are, so that
 * locals of the script that are one of them still are. @p whole: what `from` has not goes. */
static void restore_entries(lua_State *L, int from, int to, bool whole)
{
    luaL_checkstack(L, 8, NULL);
    for (lua_pushnil(L); whole && lua_next(L, to);) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, from) == LUA_TNIL) {
            lua_pushvalue(L, -2);
            lua_pushnil(L);
            lua_rawset(L, to);
        }
        lua_pop(L, 1);
    }
    for (lua_pushnil(L); lua_next(L, from); lua_settop(L, -2)) {
        int value = lua_gettop(L);
        lua_pushvalue(L, value - 1);
        bool both = lua_rawget(L, to) == LUA_TTABLE && lua_istable(L, value);
        if (both) {
            restore_entries(L, value, value + 1, true);
        } else {
            lua_pushvalue(L, value - 1);
            lua_pushvalue(L, value);
            lua_rawset(L, to);
        }
        lua_settop(L, value);
    }
}

static int restore(lua_State *L)
{
    const lg_text *before = lua_touserdata(L, 1);
    luaL_checkstack(L, 12, NULL);
    lg__plain_push(L, before->data, before->length); /* 2 */
    push_state_table(L);                             /* 3 */
    restore_entries(L, 2, 3, false);
    return 0;
}

static lg_status catch_up(lg_agent *agent, const lg_text *before)
{
    uint64_t faults = agent->faults;
    lg_moment moment = agent->moment;
    if (lg__agent_call(agent, LG_CALL_MARKET_CYCLE, &moment))
        lg__agent_abandon(agent);
    bool fine =
        agent->faults == faults && lg__agent_run(agent, LG_CB_MARKET_CYCLE, restore, before);
    return status_of(agent, fine);
}

lg_status lg_agent_catch_up(lg_agent *agent)
{
    lg_text before;
    lg_err err;
    uint64_t calls = agent->calls;
    if (agent->remote)
        return agent->input.remote->catch_up(agent->remote);
    if (!agent->has[LG_CB_MARKET_CYCLE] || !agent->has[LG_CB_TICK])
        return LG_OK;
    lg_text_init(&before, agent->mem);
    lg_desk_mark mark = lg_desk_mark_of(agent->desk);
    lg_status status = lg_agent_save(agent, &before, NULL, &err);
    if (status == LG_OK)
        status = catch_up(agent, &before);
    lg_desk_rewind(agent->desk, mark);
    agent->calls = calls; /* as in lg_agent_inherit() */
    lg_text_fini(&before);
    return status;
}

void lg_agent_shadow(lg_agent *agent, const lg_bundle *old, const lg_legacy *legacy, bool in_slot,
                     lg_call next)
{
    LG_ASSERT(agent->remote);
    agent->input.remote->shadow(agent->remote, old, legacy, in_slot, next);
}

bool lg_agent_ready(lg_agent *agent, lg_status *status, lg_err *err)
{
    LG_ASSERT(agent->remote);
    return agent->input.remote->ready(agent->remote, status, err);
}

bool lg_agent_migrates(const lg_agent *agent)
{
    if (agent->remote)
        return agent->input.remote->migrates(agent->remote);
    return agent->has[LG_CB_RELOAD];
}

lg_status lg_agent_rehearse(lg_agent *agent, lg_call next)
{
    bool cycle = next == LG_CALL_MARKET_CYCLE;
    if (agent->remote)
        return agent->input.remote->rehearse(agent->remote, next);
    if (!agent->has[cycle ? LG_CB_MARKET_CYCLE : LG_CB_TICK])
        cycle = !cycle;
    uint64_t faults = agent->faults;
    lg_moment moment = agent->moment;
    lg__agent_call(agent, cycle ? LG_CALL_MARKET_CYCLE : LG_CALL_TICK, &moment);
    return status_of(agent, agent->faults == faults);
}

void lg_agent_state_keys(const char *state, size_t size, uint32_t most, lg_text *out)
{
    lg__plain_keys(state, size, most, out);
}
