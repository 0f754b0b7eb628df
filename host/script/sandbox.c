/*
 * One lua_State per agent: its memory and its environment.
 *
 * The environment is built by adding what is allowed (strict.c says what becomes of the rest).
 * Memory is counted by the allocator, which refuses what goes past the cap, texts that are too long
 * and tables that are too large: that bounds what a single instruction can cost. A shrinking block
 * never fails, because Lua relies on that. What the host itself puts there may be larger.
 */
#include <stdio.h>
#include "base/rng.h"
#include "lua/sandbox.h"
#include "lua/state.h"
#include "script/frozen.h"
#include "script/order.h"

#define LG__DRAW_TABLES UINT64_C(0x7461626c65) /* "table": the purpose of this draw */

enum {
    TEXT_HEAD = 64,   /* what Lua puts before a text, at most */
    TEXT_SHORT = 128, /* texts up to this size exist once; Lua's own bound is below */
    BYTES_A_UNIT = 64,
};

/* An error of memory carries no place, and the stack may be gone when it is told: so the place is
 * noted here. Looking at the stack allocates nothing. */
static void *refuse(lg_agent *agent, lg__limit limit, size_t asked)
{
    enum { DEEP = 1000 }; /* a large block that is made so far down is the stack */
    lua_State *L = lg__watch_running();
    lua_Debug frame;
    if (limit != LG_LIMIT_MEMORY && limit != LG_LIMIT_MACHINE)
        agent->too_large++;
    agent->asked = asked;
    agent->limit =
        limit == LG_LIMIT_TABLE && L && lua_getstack(L, DEEP, &frame) ? LG_LIMIT_STACK : limit;
    agent->limit_place[0] = '\0';
    for (int level = 0; L && lua_getstack(L, level, &frame); level++)
        if (lua_getinfo(L, "Sl", &frame) && frame.currentline > 0) {
            snprintf(agent->limit_place, sizeof agent->limit_place, "%s:%d: ", frame.short_src,
                     frame.currentline);
            break;
        }
    return NULL;
}

/* For a new object old_size is a type tag, not a size. */
static void *sandbox_alloc(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    lg_agent *agent = ud;
    size_t held = ptr ? old_size : 0;
    if (new_size == 0) {
        if (ptr) {
            agent->memory -= held;
            agent->mem->resize(agent->mem->ctx, ptr, held, 0);
        }
        return NULL;
    }
    if (new_size > held) {
        size_t reserve = agent->hosting || agent->stop ? LG_MEMORY_RESERVE : 0;
        if (agent->memory + (new_size - held) > agent->memory_max + reserve)
            return refuse(agent, LG_LIMIT_MEMORY, new_size - held);
        if (!ptr && old_size == LUA_TSTRING) {
            if (new_size > LG_SCRIPT_TEXT_MAX + TEXT_HEAD)
                return refuse(agent, LG_LIMIT_TEXT, new_size);
            if (new_size > TEXT_SHORT) /* shorter ones may be there already */
                agent->units += new_size / BYTES_A_UNIT;
        } else if (new_size > agent->block_max && !agent->hosting) {
            return refuse(agent, LG_LIMIT_TABLE, new_size);
        }
    }
    void *moved = agent->mem->resize(agent->mem->ctx, ptr, held, new_size);
    if (!moved && ptr && new_size <= held)
        moved = ptr; /* the larger block serves as well */
    if (!moved)
        return refuse(agent, LG_LIMIT_MACHINE, new_size);
    agent->memory = agent->memory - held + new_size;
    return moved;
}

/* Unprotected errors cannot happen: every entry is protected. If one does, say so and stop. */
static int sandbox_panic(lua_State *L)
{
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
    lg_assert_failed(message, "Lua", 0);
}

static void push_params(lua_State *L, const lg_script_param *param)
{
    luaL_checkstack(L, 4, "params are nested too deeply");
    switch (param->type) {
    case LG_PARAM_NUMBER:
        if (param->number >= -9e15 && param->number <= 9e15 &&
            param->number == (double)(int64_t)param->number)
            lua_pushinteger(L, (lua_Integer)param->number);
        else
            lua_pushnumber(L, param->number);
        return;
    case LG_PARAM_BOOL:
        lua_pushboolean(L, param->number != 0);
        return;
    case LG_PARAM_TEXT:
        lua_pushstring(L, param->text);
        return;
    case LG_PARAM_TABLE:
    case LG_PARAM_LIST:
        lua_newtable(L);
        for (uint32_t i = 0; i < param->count; i++) {
            push_params(L, &param->items[i]);
            if (param->type == LG_PARAM_LIST)
                lua_rawseti(L, -2, (lua_Integer)i + 1);
            else
                lua_setfield(L, -2, param->items[i].key);
        }
        lg__freeze(L, "params");
        return;
    }
}

/* What a scenario that is not known would say. */
static int l_unknowable(lua_State *L)
{
    lg__agent_of(L)->unknowable = true;
    lua_pushnil(L);
    return 1;
}

static void add_params(lua_State *L, const lg_agent *agent)
{
    if (agent->input.params && agent->input.params->type == LG_PARAM_TABLE) {
        push_params(L, agent->input.params);
        return;
    }
    lua_newtable(L);
    if (agent->checking) {
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, l_unknowable);
        lua_setfield(L, -2, "__index");
        lua_setmetatable(L, -2);
    }
    lg__freeze(L, "params");
}

static void add_environment(lua_State *L, const lg_agent *agent)
{
    static void (*const libs[])(lua_State * L) = {
        lg__lib_string, lg__lib_table,   lg__lib_math,  lg__lib_coroutine,
        lg__lib_grid,   lg__lib_trading, lg__lib_coord, lg__lib_microgrid};
    static const char *const names[] = {"string", "table",   "math",  "coroutine",
                                        "grid",   "trading", "coord", "microgrid"};
    enum { LIBS = sizeof names / sizeof names[0] };
    lua_newtable(L);
    int env = lua_gettop(L);
    lua_pushvalue(L, env);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV);
    lg__lib_base(L);
    for (size_t i = 0; i < LIBS; i++) {
        libs[i](L);
        if (i < LIBS - 4) /* grid, trading, coord and microgrid have their own */
            lg__strict_library(L, names[i]);
        lua_setfield(L, env, names[i]);
    }
    lua_newtable(L);
    lua_setfield(L, env, "state");
    add_params(L, agent);
    lua_setfield(L, env, "params");
    lua_pushcfunction(L, lg__require);
    lua_setfield(L, env, "require");
    lg__strict_environment(L, env);
    lua_pop(L, 1);
}

static int build_state(lua_State *L)
{
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_LOADED);
    lg__metatables_open(L);
    lg__order_open(L);
    lg__handles_open(L);
    add_environment(L, lg__agent_of(L));
    return 0;
}

lg_status lg__state_open(lg_agent *agent, lg_err *err)
{
    /* one that nobody can know before the run: texts chosen to collide would make tables slow */
    uint64_t seed =
        lg_rng(agent->input.seed, LG__DRAW_TABLES, agent->desk ? lg_desk_index(agent->desk) : 0, 0);
    agent->L = lg_lua_newstate(sandbox_alloc, agent, (uint32_t)seed);
    if (!agent->L)
        return lg_fail(err, LG_MEMORY, "out of memory for the Lua state of \"%s\"",
                       agent->input.script);
    *(lg_agent **)lua_getextraspace(agent->L) = agent;
    lua_atpanic(agent->L, sandbox_panic);
    lua_gc(agent->L, LUA_GCSTOP); /* collected between slots: call.c */
    agent->hosting = true;
    lua_pushcfunction(agent->L, build_state);
    int status = lua_pcall(agent->L, 0, 0, 0);
    agent->hosting = false;
    if (status == LUA_OK)
        return LG_OK;
    return lg_fail(err, LG_MEMORY, "out of memory for the Lua state of \"%s\"",
                   agent->input.script);
}

void lg__state_drop(lg_agent *agent)
{
    if (agent->L)
        lua_close(agent->L);
    agent->L = agent->co = NULL;
}

void lg__state_close(lg_agent *agent)
{
    lg__state_drop(agent);
    while (agent->sources) {
        lg__source *next = agent->sources->next;
        lg_mem_free(agent->mem, agent->sources, sizeof *agent->sources);
        agent->sources = next;
    }
}
