/*
 * coroutine: create, resume, wrap, yield, status, running and isyieldable as in stock Lua, but that
 *
 * - each one that is made or resumed is charged, and is watched and counted as what resumes it is;
 * - what ends a callback ends all of its coroutines, and none can catch that;
 * - a coroutine that has failed stays dead: nothing closes or resets it (stock Lua 5.4.4 does so
 *   with hooks switched off, and nested deep enough until the C stack is full);
 * - the coroutine on which the host calls the script is not shown to it: running() gives nil there,
 *   and yield() is an error. execute() waits in the callback itself, not in a coroutine of its own.
 */
#include "script/state.h"

#include "lua/sandbox.h"
#include "script/naming.h"

/* The coroutine at @p index. */
static lua_State *check_coroutine(lua_State *L, int index)
{
    lua_State *co = lua_tothread(L, index);
    luaL_argexpected(L, co, index, "coroutine");
    return co;
}

static bool is_host(lua_State *L)
{
    const lg_agent *agent = lg__agent_of(L);
    return L == agent->L || L == agent->co;
}

static lua_State *create(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lg__charge(L, LG_COST_COROUTINE);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    return co;
}

/* coroutine.create(f) */
static int l_create(lua_State *L)
{
    create(L);
    return 1;
}

enum state { RUNNING, SUSPENDED, NORMAL, DEAD };

static enum state state_of(lua_State *L, lua_State *co)
{
    lua_Debug frame;
    if (L == co)
        return RUNNING;
    if (lua_status(co) == LUA_YIELD)
        return SUSPENDED;
    if (lua_status(co) != LUA_OK)
        return DEAD;
    if (lua_getstack(co, 0, &frame))
        return NORMAL; /* it resumes another */
    return lua_gettop(co) == 0 ? DEAD : SUSPENDED;
}

static const char *const states[] = {"running", "suspended", "normal", "dead"};

/* Hands the @p arguments on top to @p co and runs it. Its values or its error are on top then.
 * @return how many values; -1: the error */
static int resume(lua_State *L, lua_State *co, int arguments)
{
    int results;
    enum state state = state_of(L, co);
    lg__charge(L, LG_COST_COROUTINE);
    if (state != SUSPENDED) {
        lua_pushfstring(L, "cannot resume %s coroutine", state == DEAD ? "dead" : "non-suspended");
        return -1;
    }
    if (!lua_checkstack(co, arguments)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, co, arguments);
    lua_sethook(co, lua_gethook(L), lua_gethookmask(L), lua_gethookcount(L));
    lua_State *before = lg__watch_switch(co);
    int status = lua_resume(co, L, arguments, &results);
    lg__watch_switch(before);
    if (status != LUA_OK && status != LUA_YIELD)
        lg__agent_of(L)->units += lg__naming_units(co);
    lg__budget_caught(L, status);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_xmove(co, L, 1);
        return -1;
    }
    if (!lua_checkstack(L, results + 1)) {
        lua_pop(co, results);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(co, L, results);
    return results;
}

/* coroutine.resume(co, ...) */
static int l_resume(lua_State *L)
{
    lua_State *co = check_coroutine(L, 1);
    int results = resume(L, co, lua_gettop(L) - 1);
    lua_pushboolean(L, results >= 0);
    results = results < 0 ? 1 : results;
    lua_insert(L, -results - 1);
    return results + 1;
}

/* The function that wrap() gives; upvalue 1 is the coroutine. An error goes on as it is. */
static int l_wrapped(lua_State *L)
{
    int results = resume(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L));
    return results < 0 ? lua_error(L) : results;
}

/* coroutine.wrap(f) */
static int l_wrap(lua_State *L)
{
    create(L);
    lua_pushcclosure(L, l_wrapped, 1);
    return 1;
}

/* coroutine.yield(...). Errors: outside of a coroutine of the script's own. */
static int l_yield(lua_State *L)
{
    if (is_host(L))
        return luaL_error(L, "coroutine.yield: this is no coroutine of yours; what waits for the "
                             "market is grid.batch:execute()");
    return lua_yield(L, lua_gettop(L));
}

/* coroutine.status(co) */
static int l_status(lua_State *L)
{
    lua_pushstring(L, states[state_of(L, check_coroutine(L, 1))]);
    return 1;
}

/* coroutine.running(): the coroutine and false; nil and true in a callback itself. */
static int l_running(lua_State *L)
{
    bool host = is_host(L);
    if (host)
        lua_pushnil(L);
    else
        lua_pushthread(L);
    lua_pushboolean(L, host);
    return 2;
}

/* coroutine.isyieldable() */
static int l_isyieldable(lua_State *L)
{
    lua_pushboolean(L, !is_host(L) && lua_isyieldable(L));
    return 1;
}

static const luaL_Reg functions[] = {
    {"create", l_create}, {"isyieldable", l_isyieldable},
    {"resume", l_resume}, {"running", l_running},
    {"status", l_status}, {"wrap", l_wrap},
    {"yield", l_yield},   {NULL, NULL},
};

void lg__lib_coroutine(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lg_lua_remember(L, "coroutine");
}
