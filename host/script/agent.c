/*
 * An agent from its file to its end: load the text, run the top level, find the callbacks, hand out
 * what the turn calls. A script gives its callbacks in the table it returns, or as globals; the
 * table wins.
 */
#include "script/agent.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "script/codes.h"
#include "script/order.h"
#include "script/remote.h"
#include "script/state.h"

/* Names that people bring from the client library, and what they are here. */
static const struct {
    const char *theirs, *ours;
} moved[] = {
    {"on_market_slot", "on_market_cycle"},
    {"on_batch_response", "on_event_or_response"},
};

/* Raises for a key that looks like a callback and is none. */
static void check_callback_name(lua_State *L, const char *name)
{
    char hint[128];
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++)
        if (strcmp(name, moved[i].theirs) == 0)
            luaL_error(L, "%s: unknown callback \"%s\": it is called \"%s\" here",
                       lg__agent_of(L)->input.script, name, moved[i].ours);
    luaL_error(L, "%s: unknown callback \"%s\"%s", lg__agent_of(L)->input.script, name,
               lg__name_hint(&lg__callback_names, name, hint, sizeof hint));
}

/* Takes the callbacks out of the table at index `from` into the list at index `to`. */
static void take_callbacks(lua_State *L, int from, int to)
{
    lg_agent *agent = lg__agent_of(L);
    const char *unknown = NULL;
    for (lua_pushnil(L); lua_next(L, from); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *name = lua_tostring(L, -2);
        int callback = lg__name_index(&lg__callback_names, name);
        if (callback < 0) {
            if (strncmp(name, "on_", 3) == 0 && (!unknown || strcmp(name, unknown) < 0))
                unknown = name;
            continue;
        }
        if (!lua_isfunction(L, -1))
            luaL_error(L, "%s: callback \"%s\" must be a function, not %s", agent->input.script,
                       name, luaL_typename(L, -1));
        lua_pushvalue(L, -1);
        lua_rawseti(L, to, callback + 1);
        agent->has[callback] = true;
    }
    if (unknown)
        check_callback_name(L, unknown);
    lua_pushliteral(L, "every_tick");
    int type = lua_rawget(L, from);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        luaL_error(L, "%s: \"every_tick\" must be true or false, not %s", agent->input.script,
                   lua_typename(L, type));
    if (type != LUA_TNIL)
        agent->every_tick = lua_toboolean(L, -1);
    lua_pop(L, 1);
}

/* Raises for a key that is every_tick but for a letter. */
static void check_switch_name(lua_State *L, int from)
{
    static const char *const names[] = {"every_tick"};
    const char *wrong = NULL;
    for (lua_pushnil(L); lua_next(L, from); lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        if (name && lua_isboolean(L, -1) && strcmp(name, names[0]) != 0 &&
            lg_text_nearest(name, names, 1) == 0 && (!wrong || strcmp(name, wrong) < 0))
            wrong = name;
    }
    if (wrong)
        luaL_error(L, "%s: unknown switch \"%s\"; did you mean \"every_tick\"?",
                   lg__agent_of(L)->input.script, wrong);
}

/* Runs the top level of the function at index 1 and finds the callbacks. */
static int run_script(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    lua_settop(L, 1);
    lua_call(L, 0, 1);
    if (!lua_isnil(L, 1) && !lua_istable(L, 1))
        return luaL_error(L, "%s: a script returns a table of callbacks or nothing, not %s",
                          agent->input.script, luaL_typename(L, 1));
    lua_createtable(L, LG_CB_COUNT, 0); /* 2 */
    for (int i = 1; i <= LG_CB_COUNT; i++) {
        lua_pushboolean(L, 0);
        lua_rawseti(L, 2, i);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV); /* 3 */
    take_callbacks(L, 3, 2);
    if (lua_istable(L, 1))
        take_callbacks(L, 1, 2);
    check_switch_name(L, lua_istable(L, 1) ? 1 : 3);
    lg__purpose_check(L, 1);
    lua_pushvalue(L, 2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_CALLBACKS);
    lua_pushvalue(L, 1);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_RESULT);
    lua_newthread(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_THREAD);
    lg__agent_prepare(L);
    return 0;
}

static int load_script(lua_State *L)
{
    const lg_bundle_text *script = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lg__source_load(L, script);
    return run_script(L);
}

static const char *load_code(const lg_agent *agent, const char *message)
{
    lg_stopped how;
    if (!agent->stop)
        return lg_code_of(message)->name;
    lg__budget_stopped(agent, (lg_stop)agent->stop, &how);
    return how.code;
}

lg_status lg__load_failed(lg_agent *agent, int status, lg_err *err)
{
    lua_State *L = agent->L;
    lg_text text;
    char limit[LG_ERR_TEXT_MAX];
    lg__limit_text(agent, limit, sizeof limit);
    if (status == LUA_ERRMEM && agent->limit == LG_LIMIT_MACHINE)
        return lg_fail(err, LG_MEMORY, "%s: %s", agent->input.script, limit);
    if (status != LUA_ERRMEM && lua_type(L, -1) != LUA_TSTRING)
        return lg_fail(err, LG_SCRIPT, "%s: the error is no text but a %s", agent->input.script,
                       luaL_typename(L, -1));
    const char *message = status == LUA_ERRMEM ? limit : lua_tostring(L, -1);
    lg_text_init(&text, agent->mem);
    lg__fault_text(agent, message, &text);
    if (!agent->checking)
        lg_text_format(&text, "\n  lunagrid explain %s", load_code(agent, message));
    lg_status result = lg_fail(err, text.failed ? LG_MEMORY : LG_SCRIPT, "%s", lg_text_peek(&text));
    lg_text_fini(&text);
    return result;
}

/* Once a thread: without its timer a script that does not end cannot be stopped. */
static void tell_missing_watch(lg_agent *agent)
{
    char line[128];
    const char *why = lg__watch_missing();
    if (!why)
        return;
    snprintf(line, sizeof line, "no time limit: a script that does not end is not stopped (%s)",
             why);
    if (agent->input.print)
        agent->input.print(agent->input.ctx, agent, line);
}

/* The text of the script: from its file, or of the bundle that was handed in. */
static lg_status open_script(lg_agent *agent, const lg_bundle_text **script, lg_err *err)
{
    *script = lg_bundle_find(agent->bundle, "");
    return *script ? LG_OK : lg__source_take(agent, "", agent->input.script, script, err);
}

/* The same; what is wrong with it is said with its page. */
static lg_status open_text(lg_agent *agent, const lg_bundle_text **script, lg_err *err)
{
    lg_status status = open_script(agent, script, err);
    if (status != LG_SCRIPT || agent->checking)
        return status;
    lg_err said = *err;
    return lg_fail(err, LG_SCRIPT, "%s\n  lunagrid explain %s", said.text,
                   lg_code_of(said.text)->name);
}

/* Everything that the script may require has to be named in it: nobody reads files there. */
static lg_status load_elsewhere(lg_agent *agent, lg_err *err)
{
    const lg_remote *remote = agent->input.remote;
    const lg_bundle_text *script;
    lg_status status = open_text(agent, &script, err);
    if (status == LG_OK && !lg__source_foresee(agent))
        status = lg_fail(err, LG_MEMORY, "out of memory for script \"%s\"", agent->input.script);
    if (status == LG_OK)
        status =
            remote->open(remote->ctx, agent, &agent->input, agent->bundle, err, &agent->remote);
    return status;
}

static lg_status load(lg_agent *agent, lg_err *err)
{
    const lg_bundle_text *script;
    lg_status status = open_text(agent, &script, err);
    if (status != LG_OK)
        return status;
    agent->loading = true;
    lua_pushcfunction(agent->L, load_script);
    lua_pushlightuserdata(agent->L, (void *)(uintptr_t)script);
    lg__budget_begin(agent, agent->input.budget.units_at_load);
    lg__watch_begin(agent, agent->L);
    tell_missing_watch(agent);
    int result = lua_pcall(agent->L, 1, 0, 0);
    lg__watch_end();
    if (result == LUA_ERRMEM && !agent->stop && lg__limit_is_final(agent))
        agent->stop = LG_STOP_MEMORY;
    agent->loading = false;
    lg__agent_tell(agent, !lg_stop_may_differ((lg_stop)agent->stop));
    if (result == LUA_OK)
        agent->stop = LG_STOP_NONE;
    if (result == LUA_OK && !agent->input.budget.units_per_call)
        lua_sethook(agent->co, NULL, 0, 0); /* it was made while the top level was counted */
    if (result != LUA_OK)
        status = lg__load_failed(agent, result, err);
    /* a check reads what a run would, also where only a run can get past the top level */
    if ((result == LUA_OK || agent->checking) && !lg__source_foresee(agent))
        status = lg_fail(err, LG_MEMORY, "out of memory for script \"%s\"", agent->input.script);
    uint64_t start = agent->input.budget.units_at_load;
    agent->start_left = start > agent->units ? start - agent->units : 0;
    if (status == LG_OK) {
        lua_settop(agent->L, 0);
        lg__order_forget(agent);
        lg__agent_collect(agent);
    }
    return status;
}

const uint32_t *lg__own_assets(const lg_agent *agent, uint32_t *count)
{
    if (!agent->input.assets)
        return lg_desk_assets(agent->desk, count);
    *count = agent->input.asset_count;
    return agent->input.assets;
}

static void take_defaults(lg_agent *agent)
{
    lg_budget *budget = &agent->input.budget;
    uint32_t assets;
    lg__own_assets(agent, &assets);
    if (budget->memory_bytes == 0)
        budget->memory_bytes = LG_BUDGET_MEMORY + assets * LG_BUDGET_MEMORY_PER_ASSET +
                               agent->site->asset_count * LG_BUDGET_MEMORY_PER_SITE_ASSET;
    if (!(budget->seconds_per_call > 0))
        budget->seconds_per_call =
            agent->input.remote ? LG_BUDGET_SECONDS_WORKER : LG_BUDGET_SECONDS;
    if (!(budget->seconds_at_load > 0))
        budget->seconds_at_load = budget->seconds_per_call;
    if (!(budget->seconds_grace > 0))
        budget->seconds_grace = LG_BUDGET_SECONDS_GRACE;
    if (!(budget->patience > 0))
        budget->patience = LG_BUDGET_PATIENCE;
    if (budget->output_bytes == 0)
        budget->output_bytes = LG_BUDGET_OUTPUT;
    if (budget->breaches_a_day == 0)
        budget->breaches_a_day = 1;
    if (budget->faults_in_a_row == 0)
        budget->faults_in_a_row = LG_BUDGET_FAULTS;
    if (budget->units_at_load == 0 && budget->units_per_call)
        budget->units_at_load = LG_BUDGET_UNITS_AT_LOAD;
    agent->memory_max = budget->memory_bytes;
    agent->block_max = LG_BLOCK_MAX + agent->site->asset_count * LG_BLOCK_MAX_PER_ASSET;
    lg__budget_begin(agent, 0);
    agent->moment.market_maker_rate_ct = agent->moment.feed_in_tariff_rate_ct = NAN;
}

/* The market of the desk, unless another is given. */
static lg_sight sight_of(const lg_agent_input *input)
{
    if (input->sight)
        return *input->sight;
    const lg_market *market = lg_desk_market(input->desk);
    return (lg_sight){
        .site = lg_market_site(market),
        .rules = lg_market_rules(market),
        .desk = input->desk,
        .held = lg_desk_held_assets(input->desk),
        .market = market,
        .devices = input->devices,
    };
}

lg_status lg__agent_make(lg_mem *mem, const lg_agent_input *input, bool checking, lg_err *err,
                         lg_agent **out)
{
    lg_agent *agent = *out = lg_mem_zalloc(mem, 1, sizeof *agent);
    if (!agent)
        return lg_fail(err, LG_MEMORY, "out of memory for script \"%s\"", input->script);
    agent->mem = mem;
    lg_text_init(&agent->saying, mem);
    agent->input = *input;
    agent->checking = checking;
    agent->desk = input->desk;
    const lg_scene *scene = agent->desk ? lg_desk_scene(agent->desk) : NULL;
    agent->news_cursor = scene ? lg_scene_news_count(scene) : 0;
    agent->sight = sight_of(input);
    agent->site = agent->sight.site;
    agent->rules = agent->sight.rules;
    agent->input.script = lg_mem_strdup(mem, input->script);
    agent->input.scripts_folder =
        input->scripts_folder ? lg_mem_strdup(mem, input->scripts_folder) : NULL;
    take_defaults(agent);
    agent->bundle = input->bundle ? lg_bundle_ref(input->bundle) : lg_bundle_new(mem);
    agent->whole = input->bundle;
    if (!agent->input.script || (input->scripts_folder && !agent->input.scripts_folder) ||
        !agent->bundle)
        return lg_fail(err, LG_MEMORY, "out of memory for script \"%s\"", input->script);
    return input->remote ? LG_OK : lg__state_open(agent, err);
}

/* Makes the agent and loads its script; *out is left for the caller to free in any case. */
static lg_status open_agent(lg_mem *mem, const lg_agent_input *input, bool checking, lg_err *err,
                            lg_agent **out)
{
    lg_status status = lg__agent_make(mem, input, checking, err, out);
    if (status == LG_OK)
        status = input->remote ? load_elsewhere(*out, err) : load(*out, err);
    if (*out) { /* what was only lent; params are in the state */
        (*out)->input.params = NULL;
        (*out)->input.bundle = NULL;
        (*out)->input.like = NULL;
    }
    return status;
}

lg_status lg_agent_new(lg_mem *mem, const lg_agent_input *input, lg_err *err, lg_agent **out)
{
    lg_status status = open_agent(mem, input, false, err, out);
    if (status == LG_OK)
        return LG_OK;
    lg_agent_free(*out);
    *out = NULL;
    return status;
}

lg_status lg__agent_try(lg_mem *mem, const lg_agent_input *input, lg_err *err)
{
    lg_agent *agent;
    lg_status status = open_agent(mem, input, true, err, &agent);
    if (status == LG_SCRIPT && agent->unknowable)
        status = LG_OK;
    lg_agent_free(agent);
    return status;
}

void lg_agent_free(lg_agent *agent)
{
    if (!agent)
        return;
    if (agent->remote)
        agent->input.remote->close(agent->remote);
    lg__state_close(agent);
    lg_text_fini(&agent->saying);
    lg_bundle_unref(agent->bundle);
    lg_mem_strfree(agent->mem, (char *)(uintptr_t)agent->input.script);
    lg_mem_strfree(agent->mem, (char *)(uintptr_t)agent->input.scripts_folder);
    lg_mem_free(agent->mem, agent, sizeof *agent);
}

void lg_agent_participant(lg_agent *agent, lg_participant *participant)
{
    if (agent->remote) {
        agent->input.remote->participant(agent->remote, participant);
        return;
    }
    *participant = (lg_participant){
        .self = agent,
        .desk = agent->desk,
        .every_tick = agent->every_tick,
        .call = lg__agent_call,
        .resume = lg__agent_resume,
        .answered = lg__agent_answered,
        .trade = agent->has[LG_CB_TRADE] ? lg__agent_trade : NULL,
        .traded =
            agent->has[LG_CB_ORDER] || agent->has[LG_CB_PUBLIC_TRADE] ? lg__agent_traded : NULL,
        .coordinated = agent->has[LG_CB_SIGNAL] || agent->has[LG_CB_REPORT] ||
                               agent->has[LG_CB_ENROLMENT] || agent->has[LG_CB_ACKNOWLEDGE] ||
                               agent->has[LG_CB_COMPENSATION]
                           ? lg__agent_coordinated
                           : NULL,
        .event = lg__agent_event,
    };
}

const char *lg_agent_name(const lg_agent *agent)
{
    return lg_desk_name(agent->desk);
}

const char *lg_agent_script(const lg_agent *agent)
{
    return agent->input.script;
}

lg_bundle *lg_agent_bundle(const lg_agent *agent)
{
    return agent->bundle;
}

const char *lg_agent_hash(const lg_agent *agent)
{
    return lg_bundle_hash(agent->bundle);
}

const char *lg_agent_source(const lg_agent *agent)
{
    return lg_bundle_at(agent->bundle, 0)->text;
}

uint64_t lg_agent_faults(const lg_agent *agent)
{
    return agent->faults;
}

uint64_t lg_agent_memory(const lg_agent *agent)
{
    return agent->memory;
}
