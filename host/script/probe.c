/*
 * Text, evaluation and the walk over the value run in one protected call under the watch, so that
 * an endless value ends like an endless loop.
 */
#include "script/probe.h"

#include <stdio.h>
#include <string.h>
#include "script/state.h"

/* What evaluate() works with; light, because it is on the C stack of the caller. */
typedef struct probe {
    const char *expression;
    lg_text value;
    uint32_t values; /* in it so far */
} probe;

static void write_value(lua_State *L, probe *p, int depth);

static void check_limits(lua_State *L, probe *p, int depth)
{
    if (++p->values > LG_PROBE_VALUES_MAX || p->value.length > LG_PROBE_BYTES_MAX)
        luaL_error(L, "the value is too large to be shown (more than %d values or %d KiB)",
                   LG_PROBE_VALUES_MAX, (int)(LG_PROBE_BYTES_MAX >> 10));
    if (depth > LG_PROBE_DEPTH_MAX)
        luaL_error(L, "the value is nested too deeply to be shown (more than %d tables)",
                   LG_PROBE_DEPTH_MAX);
}

static void write_named(probe *p, const char *kind, const char *name)
{
    lg_text_format(&p->value, "{\"%s\":", kind);
    lg_text_json(&p->value, name);
    lg_text_char(&p->value, '}');
}

/* The list on top: n values from 1. */
static void write_list(lua_State *L, probe *p, lua_Integer n, int depth)
{
    lg_text_char(&p->value, '[');
    for (lua_Integer i = 1; i <= n; i++) {
        if (i > 1)
            lg_text_char(&p->value, ',');
        lua_rawgeti(L, -1, i);
        write_value(L, p, depth);
        lua_pop(L, 1);
    }
    lg_text_char(&p->value, ']');
}

static void write_handle(lua_State *L, probe *p, int depth)
{
    const lg_site *site = lg__agent_of(L)->site;
    const lg__handle *handle = lg__to_handle(L, -1);
    switch (handle->kind) {
    case LG_HANDLE_ASSET:
        write_named(p, "asset", site->assets[handle->index].name);
        return;
    case LG_HANDLE_MARKET:
        write_named(p, "market", site->areas[handle->index].name);
        return;
    case LG_HANDLE_LIST:
        lg__push_list_table(L, lua_gettop(L));
        write_list(L, p, (lua_Integer)lua_rawlen(L, -1), depth + 1);
        lua_pop(L, 1);
        return;
    default:
        lg_text_json(&p->value, handle->kind == LG_HANDLE_INFO ? "market_info" : "params");
    }
}

/* Pushes what pairs() of the scripts gives for the value on top: their order is always the same. */
static void push_walk(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV);
    lua_getfield(L, -1, "pairs");
    lua_remove(L, -2);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 3);
}

/* The next key and value of the walk that lies on top, pushed; false and nothing at its end. */
static bool step(lua_State *L, int walk)
{
    lua_pushvalue(L, walk);
    lua_pushvalue(L, walk + 1);
    lua_pushvalue(L, walk + 2);
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2)) {
        lua_pop(L, 2);
        return false;
    }
    lua_pushvalue(L, -2);
    lua_replace(L, walk + 2);
    return true;
}

/* Whether the table on top has the keys 1 to *n and no others. */
static bool is_list(lua_State *L, probe *p, lua_Integer *n)
{
    bool list = true;
    *n = 0;
    push_walk(L);
    int walk = lua_gettop(L) - 2;
    while (list && step(L, walk)) {
        list = lua_isinteger(L, -2) && lua_tointeger(L, -2) == ++*n;
        lua_pop(L, 2);
        check_limits(L, p, 0);
    }
    p->values -= (uint32_t)*n; /* they are counted again as they are written */
    lua_settop(L, walk - 1);
    return list && *n;
}

static void write_object(lua_State *L, probe *p, int depth)
{
    bool first = true;
    lg_text_char(&p->value, '{');
    push_walk(L);
    int walk = lua_gettop(L) - 2;
    while (step(L, walk)) {
        if (!first)
            lg_text_char(&p->value, ',');
        first = false;
        lg_text_json(&p->value, lg__tostring(L, -2, NULL));
        lua_pop(L, 1); /* the text */
        lg_text_char(&p->value, ':');
        write_value(L, p, depth);
        lua_pop(L, 2);
    }
    lua_settop(L, walk - 1);
    lg_text_char(&p->value, '}');
}

static void write_number(lua_State *L, probe *p)
{
    double number = lua_tonumber(L, -1);
    if (lua_isinteger(L, -1))
        lg_text_int(&p->value, lua_tointeger(L, -1));
    else if (number - number == 0)
        lg_text_double(&p->value, number);
    else
        lg_text_json(&p->value, number > 0 ? "inf" : number < 0 ? "-inf" : "nan");
}

/* The value on top, which stays. */
static void write_value(lua_State *L, probe *p, int depth)
{
    lua_Integer n;
    luaL_checkstack(L, 16, NULL);
    check_limits(L, p, depth);
    switch (lua_type(L, -1)) {
    case LUA_TNIL:
        lg_text_str(&p->value, "null");
        return;
    case LUA_TBOOLEAN:
        lg_text_str(&p->value, lua_toboolean(L, -1) ? "true" : "false");
        return;
    case LUA_TNUMBER:
        write_number(L, p);
        return;
    case LUA_TSTRING:
        lg_text_json(&p->value, lua_tostring(L, -1));
        return;
    case LUA_TUSERDATA:
        write_handle(L, p, depth);
        return;
    case LUA_TTABLE:
        if (is_list(L, p, &n))
            write_list(L, p, n, depth + 1);
        else
            write_object(L, p, depth + 1);
        return;
    default:
        lg_text_json(&p->value, luaL_typename(L, -1));
    }
}

static int load_text(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    const char *words = lua_tostring(L, 1);
    char name[16]; /* of no module */
    lg_err err;
    snprintf(name, sizeof name, "?%u", lg_bundle_count(agent->bundle));
    const lg_bundle_text text = {name, agent->input.script, words, strlen(words)};
    if (lg_bundle_add(agent->bundle, &text, NULL, &err) != LG_OK)
        return luaL_error(L, "%s", err.text);
    lg__source_load(L, lg_bundle_find(agent->bundle, name));
    return 1;
}

/* Leaves the expression as a function on the stack; what is none may be a chunk. */
static void load_expression(lua_State *L, const char *expression)
{
    lua_pushcfunction(L, load_text);
    lua_pushfstring(L, "return %s\n", expression);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK)
        return;
    lua_pop(L, 1);
    lua_pushcfunction(L, load_text);
    lua_pushstring(L, expression);
    lua_call(L, 1, 1);
}

static int evaluate(lua_State *L)
{
    probe *p = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV);
    lua_pushliteral(L, "market_info");
    lg__push_info(L);
    lua_rawset(L, 1);
    load_expression(L, p->expression);
    lua_call(L, 0, 1);
    write_value(L, p, 0);
    return 0;
}

static lg_status run(lg_agent *agent, probe *p, lg_err *err)
{
    agent->loading = true; /* a chunk may keep things in globals: they go with the state */
    lua_pushcfunction(agent->L, evaluate);
    lua_pushlightuserdata(agent->L, p);
    lg__budget_begin(agent, LG_PROBE_UNITS);
    lg__watch_begin(agent, agent->L);
    int result = lua_pcall(agent->L, 1, 0, 0);
    lg__watch_end();
    if (result == LUA_ERRMEM && !agent->stop && lg__limit_is_final(agent))
        agent->stop = LG_STOP_MEMORY;
    if (result != LUA_OK)
        return lg__load_failed(agent, result, err);
    return p->value.failed ? lg_fail(err, LG_MEMORY, "out of memory for the value") : LG_OK;
}

lg_status lg_probe(lg_mem *mem, const lg_agent_input *input, const lg_moment *moment,
                   const char *expression, lg_text *out, lg_err *err)
{
    lg_agent *agent;
    lg_agent_input limited = *input;
    limited.remote = NULL; /* expressions are the host's own */
    limited.budget = (lg_budget){
        .units_at_load = LG_PROBE_UNITS,
        .units_per_call = LG_PROBE_UNITS,
        .memory_bytes = LG_PROBE_MEMORY,
        .seconds_per_call = LG_PROBE_SECONDS,
    };
    probe p = {.expression = expression};
    lg_text_init(&p.value, mem);
    lg_status status = lg__agent_make(mem, &limited, false, err, &agent);
    if (status == LG_OK) {
        agent->batch = NULL; /* whoever sends through it is told so: lib_batch.c */
        agent->started = moment != NULL;
        if (moment) {
            agent->moment = *moment;
            agent->sight.slot_start_ms = moment->slot_start_ms;
        }
        status = run(agent, &p, err);
    }
    lg_agent_free(agent);
    if (status == LG_OK)
        lg_text_bytes(out, p.value.data, p.value.length);
    lg_text_fini(&p.value);
    return status;
}
