/*
 * A constructor copies the table it is given, so that one table may be varied and used again, and
 * remembers line and word of the call in a side table of the registry (a field of its own would be
 * in the way).
 *
 *   scenario{...} area{...} asset{type=...,...} agent{...} csv{...} day{...} load{...} pv{...} ...
 *   match{...} league{...} collab{...} seat{...} entrant{...}   of files of the arena
 *   disable{...} enable{...} disconnect{...} connect{...} change{...} event{kind=...,...}
 *   param(name, default, help)   value of `--set name=...`, else the default
 *   csv_columns(file)            lists of the names of the value columns and of their units
 *   csv_span(file)               start as text, number of rows, minutes a row
 *   require(name)                what a module beside the scenario returns (lua_require.c)
 */
#include "scenario/lua_build.h"

#include <lauxlib.h>
#include <string.h>
#include "base/clock.h"
#include "scenario/csv.h"
#include "scenario/lua_require.h"
#include "scenario/lua_sandbox.h"
#include "scenario/profiles.h"

static const char marks_key = 0; /* its address names the side table */

/* The constructors that are always there; behind them come the drivers, numbered on. */
static const struct {
    const char *word;
    enum lg__made made;
} builtins[] = {
    {"scenario", LG__MADE_OBJECT}, {"area", LG__MADE_AREA},      {"asset", LG__MADE_OBJECT},
    {"agent", LG__MADE_OBJECT},    {"csv", LG__MADE_CSV},        {"day", LG__MADE_DAY},
    {"match", LG__MADE_OBJECT},    {"league", LG__MADE_OBJECT},  {"collab", LG__MADE_OBJECT},
    {"seat", LG__MADE_OBJECT},     {"entrant", LG__MADE_OBJECT}, {"event", LG__MADE_EVENT},
    {"disable", LG__MADE_EVENT},   {"enable", LG__MADE_EVENT},   {"disconnect", LG__MADE_EVENT},
    {"connect", LG__MADE_EVENT},   {"change", LG__MADE_EVENT},
};
enum { ARENA_FIRST = 6, ARENA_END = 11 }; /* words of files of the arena, which have no other */
enum { EVENT_FIRST = 12 };                /* whose word is the kind of the event */
enum { BUILTINS = sizeof builtins / sizeof builtins[0] };

static lg__reader *reader_of(lua_State *L)
{
    return lg__sandbox_of(L)->owner;
}

static const char *word_of(lua_State *L, lua_Integer number)
{
    return number < BUILTINS ? builtins[number].word
                             : reader_of(L)->driver_names[number - BUILTINS];
}

/* Upvalue 1: the constructor's number. */
static int l_construct(lua_State *L)
{
    lua_Integer number = lua_tointeger(L, lua_upvalueindex(1));
    const char *word = word_of(L, number);
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        return luaL_error(L, "%s takes one table: %s { ... }", word, word);
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, 2);
    }
    if (number >= EVENT_FIRST) {
        const char *key = number < BUILTINS ? "kind" : "type";
        lua_pushstring(L, word);
        if (lua_getfield(L, 2, key) != LUA_TNIL && !lua_rawequal(L, -1, -2))
            return luaL_error(L, "%s{...} has a %s of its own; leave `%s` out", word, key, key);
        lua_pop(L, 1);
        lua_setfield(L, 2, key);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &marks_key);
    lua_pushvalue(L, 2);
    lua_pushinteger(L, number * INT64_C(0x100000000) + lg__sandbox_line(L));
    lua_rawset(L, 3);
    lua_settop(L, 2);
    return 1;
}

enum lg__made lg__build_made(lua_State *L, int index, int *line, const char **word)
{
    enum lg__made made = LG__MADE_PLAIN;
    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &marks_key);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TNUMBER) {
        lua_Integer mark = lua_tointeger(L, -1), number = mark / INT64_C(0x100000000);
        *word = word_of(L, number);
        *line = (int)(mark % INT64_C(0x100000000));
        made = number < BUILTINS ? builtins[number].made : LG__MADE_OBJECT;
    }
    lua_pop(L, 2);
    return made;
}

static const char *setting_value(lg__reader *r, const char *name)
{
    const char *value = NULL;
    for (uint32_t i = 0; i < r->input->setting_count; i++)
        if (strcmp(r->input->settings[i].key, name) == 0) {
            value = r->input->settings[i].value;
            r->setting_used[i] = true;
        }
    return value;
}

static void remember_param(lua_State *L, lg__reader *r, const char *name)
{
    for (uint32_t i = 0; i < r->param_count; i++)
        if (strcmp(r->params[i], name) == 0)
            return;
    char *copy = lg_arena_text(&r->scratch, name, strlen(name));
    if (!copy || !LG_GROW(r->mem, r->params, r->param_capacity, r->param_count + 1)) {
        lg__exhausted(r);
        luaL_error(L, "out of memory");
        return;
    }
    r->params[r->param_count++] = copy;
}

/* param(name, default, help) */
static int l_param(lua_State *L)
{
    lg__reader *r = reader_of(L);
    const char *name = luaL_checkstring(L, 1);
    double number;
    remember_param(L, r, name);
    const char *value = setting_value(r, name);
    int type = lua_gettop(L) >= 2 ? lua_type(L, 2) : LUA_TNIL;
    if (type != LUA_TNIL && type != LUA_TNUMBER && type != LUA_TBOOLEAN && type != LUA_TSTRING)
        return luaL_error(L,
                          "param %s: the default must be a number, a text, true or false, not a %s",
                          name, luaL_typename(L, 2));
    if (!value) {
        lua_settop(L, 2);
        return 1;
    }
    switch (type) {
    case LUA_TNUMBER:
        if (!lg__number_parse(value, &number))
            return luaL_error(L, "--set %s=%s: expected a number, like %s", name, value,
                              luaL_tolstring(L, 2, NULL));
        if (lua_isinteger(L, 2) && number == (double)(lua_Integer)number)
            lua_pushinteger(L, (lua_Integer)number);
        else
            lua_pushnumber(L, number);
        return 1;
    case LUA_TBOOLEAN:
        if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            return luaL_error(L, "--set %s=%s: expected true or false", name, value);
        lua_pushboolean(L, value[0] == 't');
        return 1;
    default:
        lua_pushstring(L, value);
        return 1;
    }
}

static const lg__csv *csv_of(lua_State *L, const char *what)
{
    lg__reader *r = reader_of(L);
    const char *file = luaL_checkstring(L, 1);
    const lg__csv *csv = lg__profiles_csv(r, file);
    if (!csv)
        luaL_error(L, "%s: the file \"%s\" cannot be used%s", what, file, lg__path_tried(r, file));
    return csv;
}

/* csv_columns(file) */
static int l_csv_columns(lua_State *L)
{
    const lg__csv *csv = csv_of(L, "csv_columns");
    lua_createtable(L, (int)csv->column_count, 0);
    lua_createtable(L, (int)csv->column_count, 0);
    for (uint32_t i = 0; i < csv->column_count; i++) {
        lua_pushstring(L, csv->columns[i].name);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        lua_pushstring(L, csv->columns[i].unit);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 2;
}

/* csv_span(file) */
static int l_csv_span(lua_State *L)
{
    const lg__csv *csv = csv_of(L, "csv_span");
    char start[32];
    if (csv->period_ms)
        return luaL_error(L, "csv_span: the times of this file are a repeating day, not a span");
    lg_clock_format_slot(csv->start_ms, start);
    lua_pushfstring(L, "%sZ", start);
    lua_pushinteger(L, csv->row_count);
    if (csv->step_ms % LG_MINUTE_MS == 0)
        lua_pushinteger(L, csv->step_ms / LG_MINUTE_MS);
    else
        lua_pushnumber(L, (double)csv->step_ms / LG_MINUTE_MS);
    return 3;
}

static void add_constructor(lua_State *L, lua_Integer number)
{
    lua_pushinteger(L, number);
    lua_pushcclosure(L, l_construct, 1);
    lua_setfield(L, -2, word_of(L, number));
}

void lg__build_open(lua_State *L, lg__reader *r)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &marks_key);
    for (uint32_t i = r->input->driver_count; i > 0; i--)
        add_constructor(L, BUILTINS + (lua_Integer)i - 1);
    for (lua_Integer i = 0; i < BUILTINS; i++)
        if ((i >= ARENA_FIRST && i < ARENA_END) == (r->word != NULL))
            add_constructor(L, i);
    if (r->word)
        return;
    lua_pushcfunction(L, l_param);
    lua_setfield(L, -2, "param");
    lua_pushcfunction(L, l_csv_columns);
    lua_setfield(L, -2, "csv_columns");
    lua_pushcfunction(L, l_csv_span);
    lua_setfield(L, -2, "csv_span");
    lg__require_open(L);
}
