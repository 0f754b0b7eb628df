/*
 * Runs scenario.lua in the sandbox and copies what it returns into a conf tree, all inside one
 * protected call, because nearly every call of Lua may raise. The tree is the same as the JSON
 * form's: positional items of an area become its `children`, csv{...} and day{...} become {"csv":
 * ...} and {"day": ...}.
 */
#include "scenario/reader.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/num.h"
#include "base/text.h"
#include "lua/load.h"
#include "lua/sandbox.h"
#include "scenario/lua_build.h"
#include "scenario/lua_sandbox.h"
#include "scenario/source_lines.h"

enum { DEPTH_MAX = 48, VALUES_MAX = 8000000 };

typedef struct lua_run {
    lg__reader *r;
    const char *text;
    size_t size;
    lg__source source;
    lg_conf *root;
    uint32_t values;
} lua_run;

/* Where a table was written: the line of its constructor or key, and the word in front of its {. */
typedef struct place {
    int line;
    const char *word;
} place;

static lg_conf *convert(lua_State *L, lua_run *run, int index, const char *key, place at,
                        int depth);

static void out_of_memory(lua_State *L, lua_run *run)
{
    lg__exhausted(run->r);
    luaL_error(L, "out of memory");
}

static lg_conf *new_conf(lua_State *L, lua_run *run, lg_conf_type type, const char *key, int line)
{
    if (++run->values > VALUES_MAX)
        luaL_error(L, "the scenario has more than %d million values", VALUES_MAX / 1000000);
    lg_conf *conf = lg__conf_new(run->r->arena, type, key, line);
    if (!conf)
        out_of_memory(L, run);
    return conf;
}

static const char *copy_text(lua_State *L, lua_run *run, int index, int line)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    if (strlen(text) != length)
        luaL_error(L, "line %d: a text holds a zero byte", line);
    if (!lg_text_is_utf8(text))
        luaL_error(L, "line %d: a text is not valid UTF-8", line);
    char *copy = lg_arena_text(run->r->arena, text, length);
    if (!copy)
        out_of_memory(L, run);
    return copy;
}

/* A whole number that no double holds would become its neighbour in silence. */
static void check_whole(lua_State *L, int index, int line)
{
    lua_Integer whole = lua_tointeger(L, index);
    double number = (double)whole;
    if (lua_isinteger(L, index) && (number >= 0x1p63 || (lua_Integer)number != whole))
        luaL_error(L, "line %d: the number %I is not exact here; whole numbers are up to 2^53",
                   line, whole);
}

/* Merges two lists of items that are sorted by key. */
static lg_conf *merge(lg_conf *a, lg_conf *b)
{
    lg_conf *first = NULL, **tail = &first;
    while (a && b) {
        lg_conf **less = strcmp(b->key, a->key) < 0 ? &b : &a;
        *tail = *less;
        tail = &(*less)->next;
        *less = *tail;
    }
    *tail = a ? a : b;
    return first;
}

/* The order in which Lua walks a table depends on addresses; the order of keys does not. */
static lg_conf *sort_items(lg_conf *items, uint32_t count)
{
    if (count < 2)
        return items;
    lg_conf *half = items;
    for (uint32_t i = 1; i < count / 2; i++)
        half = half->next;
    lg_conf *rest = half->next;
    half->next = NULL;
    return merge(sort_items(items, count / 2), sort_items(rest, count - count / 2));
}

/* Counts keys and positions; anything else as key is an error. */
static void survey(lua_State *L, int index, int line, uint32_t *keys, uint32_t *positions,
                   lua_Integer *last)
{
    *keys = *positions = 0;
    *last = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            ++*keys;
        } else if (lua_isinteger(L, -2) && lua_tointeger(L, -2) > 0) {
            ++*positions;
            if (lua_tointeger(L, -2) > *last)
                *last = lua_tointeger(L, -2);
        } else {
            luaL_error(L, "line %d: a table has a key that is neither a name nor a position", line);
        }
        lua_pop(L, 1);
    }
}

/* Items 1..last into @p list; nil and false are left out, so `home > 3 and pv{...}` may be written.
 */
static void convert_list(lua_State *L, lua_run *run, int index, lua_Integer last, lg_conf *list,
                         place at, int depth)
{
    lg_conf **tail = &list->first;
    for (lua_Integer i = 1; i <= last; i++) {
        lua_rawgeti(L, index, i);
        if (lua_toboolean(L, -1))
            tail = lg__conf_append(list, tail, convert(L, run, -1, NULL, at, depth));
        lua_pop(L, 1);
    }
}

static void convert_keys(lua_State *L, lua_run *run, int index, lg_conf *table, place at, int depth)
{
    lg_conf **tail = &table->first;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            const char *key = copy_text(L, run, -2, at.line);
            place inside = {.line = lg__source_key_line(&run->source, at.line, at.word, key),
                            .word = key};
            if (inside.line == 0 && at.line != 0)
                out_of_memory(L, run);
            lg_conf *item = convert(L, run, -1, key, inside, depth);
            tail = lg__conf_append(table, tail, item);
        }
        lua_pop(L, 1);
    }
    table->first = sort_items(table->first, table->count);
}

static lg_conf *convert_table(lua_State *L, lua_run *run, int index, const char *key, place at,
                              int depth)
{
    uint32_t keys, positions;
    lua_Integer last;
    enum lg__made made = lg__build_made(L, index, &at.line, &at.word);
    bool wrapped = made == LG__MADE_CSV || made == LG__MADE_DAY;
    if (depth > DEPTH_MAX)
        luaL_error(L, "line %d: tables are nested too deep; does one hold itself?", at.line);
    luaL_checkstack(L, 8, "tables are nested too deep");
    survey(L, index, at.line, &keys, &positions, &last);
    if (last > 2 * (lua_Integer)positions + 1000)
        luaL_error(L, "line %d: a list has holes", at.line);
    /* what stands without a key in an area is its children, in an event whom it is about */
    const char *unnamed = made == LG__MADE_AREA    ? "children"
                          : made == LG__MADE_EVENT ? "targets"
                                                   : NULL;
    if (!unnamed && keys && positions) {
        luaL_error(L, "line %d: %s{...} has values without a key beside others", at.line,
                   at.word ? at.word : "");
    }
    if (wrapped && positions)
        luaL_error(L, "line %d: %s{...} takes values with keys only", at.line, at.word);
    bool list = positions && !keys && !unnamed;
    lg_conf *conf =
        new_conf(L, run, list ? LG_CONF_LIST : LG_CONF_TABLE, wrapped ? NULL : key, at.line);
    if (list) {
        convert_list(L, run, index, last, conf, at, depth + 1);
        return conf;
    }
    convert_keys(L, run, index, conf, at, depth + 1);
    if (unnamed && positions) {
        if (lg_conf_get(conf, unnamed))
            luaL_error(L, "line %d: %s{...} has %s by position and by key", at.line, at.word,
                       unnamed);
        lg_conf *items = new_conf(L, run, LG_CONF_LIST, unnamed, at.line);
        convert_list(L, run, index, last, items, at, depth + 1);
        lg__conf_put(conf, items);
    }
    if (!wrapped)
        return conf;
    lg_conf *outer = new_conf(L, run, LG_CONF_TABLE, key, at.line);
    conf->key = made == LG__MADE_CSV ? "csv" : "day";
    lg__conf_put(outer, conf);
    return outer;
}

static lg_conf *convert(lua_State *L, lua_run *run, int index, const char *key, place at, int depth)
{
    lg_conf *conf;
    index = lua_absindex(L, index);
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        conf = new_conf(L, run, LG_CONF_BOOL, key, at.line);
        conf->number = lua_toboolean(L, index);
        return conf;
    case LUA_TNUMBER:
        conf = new_conf(L, run, LG_CONF_NUMBER, key, at.line);
        check_whole(L, index, at.line);
        conf->number = lg_shown(lua_tonumber(L, index));
        return conf;
    case LUA_TSTRING:
        conf = new_conf(L, run, LG_CONF_TEXT, key, at.line);
        conf->text = copy_text(L, run, index, at.line);
        return conf;
    case LUA_TTABLE:
        return convert_table(L, run, index, key, at, depth);
    default:
        luaL_error(L, "line %d: %s is a %s; a scenario holds only data", at.line,
                   key ? key : "a value", luaL_typename(L, index));
        return NULL;
    }
}

/* Everything that may raise. Argument: the run. */
static int l_main(lua_State *L)
{
    lua_run *run = lua_touserdata(L, 1);
    const char *word = run->r->word ? run->r->word : "scenario";
    int line, status = lg_lua_load(L, run->text, run->size, LG__CHUNK, &line);
    if (status == LUA_ERRRUN)
        return luaL_error(L, "line %d: " LG_LUA_TOO_DEEP, line);
    if (status != LUA_OK)
        return lua_error(L);
    int chunk = lua_gettop(L);
    lg__sandbox_env(L);
    lg__build_open(L, run->r);
    lua_setupvalue(L, chunk, 1);
    lua_call(L, 0, 1);
    if (!lua_istable(L, -1))
        return luaL_error(L, "the file returns %s; expected return %s { ... }",
                          lua_isnil(L, -1) ? "nothing" : luaL_typename(L, -1), word);
    place at = {.line = 0, .word = word};
    run->root = convert(L, run, -1, NULL, at, 0);
    return 0;
}

/* "scenario:12: words" or "prelude:3: words" without the place; *line takes what it says. */
static const char *strip_place(const char *message, int *line)
{
    static const char *const chunks[] = {"scenario:", "prelude:"};
    for (int i = 0; i < 2; i++) {
        size_t length = strlen(chunks[i]);
        if (strncmp(message, chunks[i], length) != 0)
            continue;
        char *end;
        long number = strtol(message + length, &end, 10);
        if (*end != ':')
            continue;
        if (i == 0)
            *line = (int)number;
        return end + 1 + (end[1] == ' ');
    }
    if (strncmp(message, "line ", 5) == 0) {
        char *end;
        long number = strtol(message + 5, &end, 10);
        if (*end == ':') {
            *line = (int)number;
            return end + 1 + (end[1] == ' ');
        }
    }
    return message;
}

static void report(lua_run *run, const lg__sandbox *box, int status)
{
    if (run->r->exhausted)
        return;
    if (status == LUA_ERRMEM) {
        lg_conf at = {.line = box->error_line};
        if (box->over_text)
            lg__problem(run->r, &at, NULL, NULL, "a text may have at most %d bytes",
                        (int)LG_LUA_TEXT_MAX);
        else if (!box->over_bytes)
            lg__exhausted(run->r);
        else
            lg__problem(
                run->r, &at, NULL, NULL,
                "the script takes more than %d MiB of memory: is there a loop that does not end?",
                (int)(LG__LUA_BYTES_MAX >> 20));
        return;
    }
    lg_conf at = {.line = box->error_line};
    const char *message =
        lua_type(box->L, -1) == LUA_TSTRING ? lua_tostring(box->L, -1) : "error without a text";
    message = strip_place(message, &at.line);
    lg__problem(run->r, &at, NULL, NULL, "%s", message);
}

lg_conf *lg__conf_from_lua(lg__reader *r, const char *text, size_t size)
{
    lua_run run = {.r = r, .text = text, .size = size};
    lg__sandbox box;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* the mark some editors begin with */
        run.text += 3;
        run.size -= 3;
    }
    if (memchr(text, 0, size) || (run.size && run.text[0] == '\x1b')) {
        lg__problem(r, NULL, NULL, NULL, "is not a text file; compiled Lua is refused");
        return NULL;
    }
    if (!lg__source_init(&run.source, &r->scratch, run.text, run.size) ||
        !lg__sandbox_open(&box, r->mem, r)) {
        lg__exhausted(r);
        return NULL;
    }
    lua_State *L = box.L;
    /* Light values on a fresh stack: nothing here can raise. */
    lua_pushcfunction(L, lg__sandbox_handler);
    lua_pushcfunction(L, l_main);
    lua_pushlightuserdata(L, &run);
    int status = lua_pcall(L, 1, 0, 1);
    if (status != LUA_OK) {
        run.root = NULL;
        report(&run, &box, status);
    }
    lg__sandbox_close(&box);
    return run.root;
}
