/*
 * The functions without a library's name, as scripts get them. Ours differ from stock Lua where
 * stock Lua shows an address, an order that changes from run to run, or a way around a limit.
 */
#include "script/state.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>
#include "lua/sandbox.h"
#include "script/frozen.h"
#include "script/naming.h"
#include "script/order.h"

/* What tostring() says: values as Lua writes them, handles by name, the rest by its type alone. */
const char *lg__tostring(lua_State *L, int index, size_t *length)
{
    index = lua_absindex(L, index);
    const lg__handle *handle;
    const lg_site *site = lg__agent_of(L)->site;
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
    case LUA_TSTRING:
    case LUA_TBOOLEAN:
    case LUA_TNIL:
        lg_lua_push_plain(L, index);
        return lua_tolstring(L, -1, length);
    case LUA_TUSERDATA:
        handle = lg__to_handle(L, index);
        if (handle->kind == LG_HANDLE_ASSET)
            lua_pushstring(L, site->assets[handle->index].name);
        else if (handle->kind == LG_HANDLE_MARKET)
            lua_pushstring(L, site->areas[handle->index].name);
        else
            lua_pushstring(L, handle->kind == LG_HANDLE_INFO     ? "market_info"
                              : handle->kind == LG_HANDLE_PARAMS ? "params"
                                                                 : "list");
        return lua_tolstring(L, -1, length);
    default:
        if (luaL_callmeta(L, index, "__tostring")) {
            if (lua_type(L, -1) != LUA_TSTRING)
                luaL_error(L, "__tostring must return a string");
        } else
            lua_pushstring(L, luaL_typename(L, index));
        return lua_tolstring(L, -1, length);
    }
}

static int l_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    lg__tostring(L, 1, NULL);
    return 1;
}

/* Says that nothing more is printed, when the limit has just been reached. */
static void say_cut(lg_agent *agent)
{
    char line[160];
    uint32_t bytes = agent->input.budget.output_bytes;
    if (agent->printed >= bytes)
        snprintf(line, sizeof line,
                 "... more output of this callback is dropped (%zu of %u bytes; BUDGET_OUTPUT)",
                 agent->printed, bytes);
    else if (agent->lines >= LG_PRINT_LINES_MAX)
        snprintf(line, sizeof line,
                 "... more output of this callback is dropped (%u of %d lines; BUDGET_OUTPUT)",
                 agent->lines, LG_PRINT_LINES_MAX);
    else
        return;
    lg__agent_say(agent, line);
}

/* print(...): one line to the run's log; what goes past the limits of a line or a callback is cut.
 */
static int l_print(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    char line[LG_PRINT_LINE_MAX + 4];
    size_t used = 0;
    int n = lua_gettop(L);
    if (agent->printed >= agent->input.budget.output_bytes || agent->lines >= LG_PRINT_LINES_MAX)
        return 0;
    for (int i = 1; i <= n; i++) {
        size_t length;
        const char *text = lg__tostring(L, i, &length);
        if (i > 1 && used < LG_PRINT_LINE_MAX)
            line[used++] = '\t';
        for (size_t c = 0; c < length && used < LG_PRINT_LINE_MAX;) {
            size_t control = lg_text_control((const unsigned char *)text + c);
            bool blank = (control && text[c] != '\t') || !text[c];
            line[used++] = blank ? ' ' : text[c];
            c += control ? control : 1;
        }
        lua_pop(L, 1);
    }
    line[used] = '\0';
    lg_text_clean_lines(line); /* the log is UTF-8, also where a character was cut */
    if (used >= LG_PRINT_LINE_MAX) {
        memcpy(line + LG_PRINT_LINE_MAX, "...", 3);
        used = LG_PRINT_LINE_MAX + 3;
    }
    line[used] = '\0';
    agent->printed += used + 1;
    agent->lines++;
    lg__charge(L, LG_COST_COMMAND + used);
    if (agent->input.print) {
        lg__agent_say(agent, line);
        say_cut(agent);
    }
    return 0;
}

static int finish_pcall(lua_State *L, int status, lua_KContext extra)
{
    lg__budget_caught(L, status);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_pushboolean(L, 0);
        lua_pushvalue(L, -2);
        return 2;
    }
    return lua_gettop(L) - (int)extra;
}

/* Runs where an error has been raised: what it has cost counts. Whether that was too much is seen
 * where it is caught. */
static void note_error(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    if (!agent->stop)
        agent->units += lg__naming_units(L);
}

static int l_note(lua_State *L)
{
    note_error(L);
    return 1;
}

/* pcall(f, ...): stock, but what ends the callback cannot be caught. */
static int l_pcall(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_pushcfunction(L, l_note);
    lua_pushboolean(L, 1);
    lua_rotate(L, 1, 2);
    int status = lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 1, 1, finish_pcall);
    return finish_pcall(L, status, 1);
}

/* The handler of xpcall: for what ends the callback it returns at once, else it calls the script's
 * (upvalue 1).
 */
static int l_handler(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    note_error(L);
    if (agent->stop || agent->units > agent->units_max)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int l_xpcall(lua_State *L)
{
    int n = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, l_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    int status = lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, finish_pcall);
    return finish_pcall(L, status, 2);
}

/* The metamethods a script may have; __gc, __mode and __close reach around the sandbox. */
static const char *const events[] = {
    "__index", "__newindex", "__call",   "__tostring", "__name",      "__len", "__eq",
    "__lt",    "__le",       "__concat", "__unm",      "__add",       "__sub", "__mul",
    "__div",   "__mod",      "__pow",    "__idiv",     "__band",      "__bor", "__bxor",
    "__shl",   "__shr",      "__bnot",   "__pairs",    "__metatable",
};
static const char *const refused[] = {"__gc", "__mode", "__close"};

/* Brings the guarded copy (index copy) up to date with the script's own metatable (index own). */
static void copy_events(lua_State *L, int own, int copy)
{
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        lua_pushstring(L, events[i]);
        lua_pushvalue(L, -1);
        lua_rawget(L, own);
        lua_rawset(L, copy);
    }
}

/*
 * A copy holds its original, so that getmetatable() finds it. The table that finds the copy of an
 * original has weak keys: an entry whose original nobody else holds is garbage, the copy's hold on
 * it notwithstanding, so metatables made for one callback go with it.
 */
void lg__metatables_open(lua_State *L)
{
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_METATABLES);
}

/*
 * Lua walks over a weak table again and again while what is found alive in it leads to more of it:
 * in a long chain of metatables that takes a time of the square of its length, and outside of any
 * callback. So there are not many at a time.
 */
static void count_metatable(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    if (++agent->metatables <= 2 * LG_METATABLES_MAX)
        return;
    lg__charge(L, 50 * LG_METATABLES_MAX);
    lua_gc(L, LUA_GCCOLLECT);
    agent->metatables = 0;
    for (lua_pushnil(L); lua_next(L, 3); lua_pop(L, 1))
        agent->metatables++;
    if (agent->metatables > LG_METATABLES_MAX)
        luaL_error(L, "setmetatable: more than %d metatables at a time", LG_METATABLES_MAX);
}

/*
 * setmetatable(t, mt): what is installed is a private copy of the metamethods of mt, brought up to
 * date at each call with mt; so what a script adds later that is not allowed has no effect. Errors:
 * not a table; a protected metatable; __gc, __mode or __close in mt.
 */
static int l_setmetatable(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    lua_settop(L, 2);
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    if (lua_isnil(L, 2)) {
        lua_setmetatable(L, 1);
        return 1;
    }
    for (size_t i = 0; i < 3; i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "\"%s\" is not available to scripts", refused[i]);
        lua_pop(L, 1);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_METATABLES); /* 3 */
    lua_pushvalue(L, 2);
    if (lua_rawget(L, 3) == LUA_TNIL) { /* 4: the copy */
        lua_pop(L, 1);
        count_metatable(L);
        lua_newtable(L);
        lua_pushvalue(L, 2);
        lua_rawsetp(L, 4, &lg__callback_names); /* a key no script can name: the original */
        lua_pushvalue(L, 2);
        lua_pushvalue(L, 4);
        lua_rawset(L, 3);
    }
    copy_events(L, 2, 4);
    lg__charge(L, sizeof events / sizeof events[0]);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

static int l_getmetatable(lua_State *L)
{
    luaL_checkany(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING || !lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return 1;
    lua_rawgetp(L, -1, &lg__callback_names);
    return 1;
}

static int l_ipairs_step(lua_State *L)
{
    lua_Integer i = (lua_Integer)((lua_Unsigned)lua_tointeger(L, 2) + 1); /* may be anything */
    lua_pushinteger(L, i);
    return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

/* ipairs(t): stock; the lists of handles are walked as plain tables, which is quicker. */
static int l_ipairs(lua_State *L)
{
    lg_lua_check_indexable(L, 1);
    if (lua_type(L, 1) == LUA_TUSERDATA && lg__to_handle(L, 1)->kind == LG_HANDLE_LIST)
        lg__push_list_table(L, 1);
    else
        lua_pushvalue(L, 1);
    lua_pushcfunction(L, l_ipairs_step);
    lua_insert(L, -2);
    lua_pushinteger(L, 0);
    return 3;
}

static int l_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (lua_type(L, 1) == LUA_TUSERDATA) {
        if (lg__to_handle(L, 1)->kind == LG_HANDLE_LIST)
            return l_ipairs(L);
        return luaL_error(L, "an asset, market or market_info has fields, but cannot be walked");
    }
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    return lg__order_pairs(L);
}

static int l_next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lg__thaw(L, 1))
        lua_replace(L, 1);
    return lg__order_next(L);
}

static int l_select(lua_State *L)
{
    int n = lua_gettop(L);
    if (lua_type(L, 1) == LUA_TSTRING && *lua_tostring(L, 1) == '#') {
        lg__charge(L, (uint64_t)n);
        lua_pushinteger(L, n - 1);
        return 1;
    }
    lua_Integer i = luaL_checkinteger(L, 1);
    if (i < 0)
        i = n + i;
    else if (i > n)
        i = n;
    luaL_argcheck(L, i >= 1, 1, "index out of range");
    lg__charge(L, (uint64_t)n);
    return n - (int)i;
}

static int l_type(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

/* Stock tonumber, charged by the digits it looks at. */
static int l_tonumber(lua_State *L)
{
    enum { DIGITS_A_UNIT = 8 };
    if (lua_type(L, 1) == LUA_TSTRING)
        lg__charge(L, lua_rawlen(L, 1) / DIGITS_A_UNIT);
    int count = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, 1);
    return 1;
}

static const char *const stock[] = {"assert", "error", "rawequal"};

static const luaL_Reg ours[] = {
    {"getmetatable", l_getmetatable},
    {"ipairs", l_ipairs},
    {"next", l_next},
    {"pairs", l_pairs},
    {"pcall", l_pcall},
    {"print", l_print},
    {"rawget", lg__rawget},
    {"rawlen", lg__rawlen},
    {"rawset", lg__rawset},
    {"select", l_select},
    {"setmetatable", l_setmetatable},
    {"tostring", l_tostring},
    {"type", l_type},
    {"xpcall", l_xpcall},
    {NULL, NULL},
};

void lg__lib_base(lua_State *L)
{
    int env = lua_gettop(L);
    lua_pushglobaltable(L);
    int global = lua_gettop(L);
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 0);
    for (size_t i = 0; i < sizeof stock / sizeof stock[0]; i++) {
        lua_getfield(L, global, stock[i]);
        lua_setfield(L, env, stock[i]);
    }
    lua_getfield(L, global, "tonumber");
    lua_pushcclosure(L, l_tonumber, 1);
    lua_setfield(L, env, "tonumber");
    lua_pushnil(L); /* what is not copied is out of reach, and need not be kept either */
    while (lua_next(L, global)) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, global);
    }
    lua_settop(L, env);
    luaL_setfuncs(L, ours, 0);
    lua_pushvalue(L, env);
    lua_setfield(L, env, "_G");
    lua_pushliteral(L, "Lua 5.4");
    lua_setfield(L, env, "_VERSION");
    lg_lua_remember(L, "_G");
}
