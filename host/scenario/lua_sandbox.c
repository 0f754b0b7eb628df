/*
 * Data only: the environment is built by adding what is harmless, there is no pcall, coroutine,
 * metatable, load or garbage-collector control, and the results do not depend on the machine: pairs
 * goes by sorted keys, sort is stable, tables have no printable address, math is lua_math.c's. One
 * thing does: the operator `^` with another exponent than 2 is the C library's; math.pow is ours.
 *
 * The limits: bytes in the allocator, and steps. A count hook sees those of the virtual machine;
 * what C does meanwhile is charged by its amount, by the library functions themselves
 * (lua/string.c, lua/table.c) and, for texts however they come to be, by the allocator. What is
 * left, like comparing long texts, meets a limit of time; that only stops a scenario, it never
 * decides what one says. Without pcall no script can outlive an error.
 */
#include "scenario/lua_sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "lua/sandbox.h"
#include "lua/state.h"
#include "scenario/lua_math.h"
#include "scenario/reader.h"

enum { HOOK_STEPS = 1000, TEXT_HEAD = 64 /* at least Lua's own head of a text */ };

/* Bytes that are copied or searched in the time of a step. */
#define LG__BYTES_A_STEP 16

/* In front of each block of Lua's: its true size, which is larger than Lua thinks after a shrink
 * failed. */
typedef struct block {
    size_t size; /* with this head */
    _Alignas(16) unsigned char data[];
} block;

/* No handler sees an error of memory, so the line is noted where it arises. */
static void *refuse(lg__sandbox *box)
{
    box->error_line = lg__sandbox_line(box->L);
    return NULL;
}

static void *resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    lg__sandbox *box = ud;
    block *held = ptr ? (block *)((char *)ptr - offsetof(block, data)) : NULL;
    size_t before = held ? held->size : 0, after = new_size + sizeof(block);
    if (new_size == 0) {
        lg_mem_free(box->mem, held, before);
        box->bytes -= before;
        return NULL;
    }
    if (!held && old_size == LUA_TSTRING) { /* a new text, whoever makes it, was copied */
        box->steps += new_size / LG__BYTES_A_STEP;
        if (new_size > LG_LUA_TEXT_MAX + TEXT_HEAD) {
            box->over_text = true;
            return refuse(box);
        }
    }
    /* Lua answers a refusal by collecting all its garbage and asks once more. At the limit there is
     * ever less to collect, so it may only go on when that gave back a part worth the time. */
    size_t most = box->over_bytes ? box->bytes_max / 8 * 7 : box->bytes_max;
    bool shrinks = held && new_size <= old_size; /* without a block the old size is a type tag */
    if (!shrinks && box->bytes - before + after > most) {
        box->collections += !box->over_bytes;
        box->over_bytes = true;
        return refuse(box);
    }
    box->over_bytes = box->over_bytes && shrinks;
    block *moved = box->mem->resize(box->mem->ctx, held, before, after);
    if (!moved)
        return shrinks ? ptr : NULL; /* the core relies on shrinking */
    box->bytes = box->bytes - before + after;
    moved->size = after;
    return moved->data;
}

lg__sandbox *lg__sandbox_of(lua_State *L)
{
    return *(lg__sandbox **)lua_getextraspace(L);
}

void lg__sandbox_charge(lua_State *L, uint64_t steps)
{
    lg__sandbox *box = lg__sandbox_of(L);
    box->steps += steps < LG__STEPS_MAX ? steps : LG__STEPS_MAX;
    if (box->steps >= LG__STEPS_MAX)
        luaL_error(L, "more than %d million steps: is there a loop that does not end?",
                   (int)(LG__STEPS_MAX / 1000000));
}

static double processor_time(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void on_count(lua_State *L, lua_Debug *ar)
{
    const lg__sandbox *box = lg__sandbox_of(L);
    (void)ar;
    lg__sandbox_charge(L, HOOK_STEPS);
    if (processor_time() - box->started > box->seconds_max)
        luaL_error(L, "more than %f s of processor time: is there a loop that does not end?",
                   box->seconds_max);
}

bool lg__sandbox_open(lg__sandbox *box, lg_mem *mem, void *owner)
{
    *box = (lg__sandbox){.mem = mem,
                         .owner = owner,
                         .bytes_max = LG__LUA_BYTES_MAX,
                         .seconds_max = LG__SECONDS_MAX,
                         .started = processor_time()};
    box->L = lg_lua_newstate(resize, box, 0);
    if (!box->L)
        return false;
    *(lg__sandbox **)lua_getextraspace(box->L) = box;
    lua_sethook(box->L, on_count, LUA_MASKCOUNT, HOOK_STEPS);
    return true;
}

void lg__sandbox_close(lg__sandbox *box)
{
    if (box->L)
        lua_close(box->L);
    box->L = NULL;
}

int lg__sandbox_line(lua_State *L)
{
    lua_Debug ar;
    for (int level = 0; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (strcmp(ar.source, LG__CHUNK) == 0 && ar.currentline > 0)
            return ar.currentline;
    }
    return 0;
}

int lg__sandbox_handler(lua_State *L)
{
    lg__sandbox_of(L)->error_line = lg__sandbox_line(L);
    return 1;
}

/* tostring(v): plain values only; the address of a table differs from run to run. */
static void push_text(lua_State *L, int index)
{
    int type = lua_type(L, index);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA)
        luaL_error(L, "a %s has no text", lua_typename(L, type));
    lg_lua_push_plain(L, index);
}

static int l_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    push_text(L, 1);
    return 1;
}

/* ipairs(t): stock (upvalue 1), but what cannot be walked is told with its line. */
static int l_ipairs(lua_State *L)
{
    lg_lua_check_indexable(L, 1);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static void check_changeable(lua_State *L, int index, const char *name)
{
    (void)name;
    luaL_checktype(L, index, LUA_TTABLE);
}

static const lg_lua_rules rules = {
    .text_max = LG_LUA_TEXT_MAX,
    .charge = lg__sandbox_charge,
    .push_text = push_text,
    .check_changeable = check_changeable,
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What Lua itself has; all other functions of the environment make scenarios. */
static const char *const base_names[] = {"type",   "tonumber", "error", "assert",
                                         "select", "ipairs",   "pairs", "tostring"};
enum { BASE_PLAIN = 5, BASE_NAMES = sizeof base_names / sizeof base_names[0] };

static bool is_base(const char *name)
{
    for (int i = 0; i < BASE_NAMES; i++)
        if (strcmp(base_names[i], name) == 0)
            return true;
    return false;
}

/* Reading a name that is not there: the near miss, and what there is. */
static int l_unknown_name(lua_State *L)
{
    enum { NAMES_MAX = 256, SHOWN_BYTES = 280 };
    const char *name = lua_tostring(L, 2);
    const char *names[NAMES_MAX], *made[NAMES_MAX];
    size_t count = 0, made_count = 0, used = 0;
    char list[SHOWN_BYTES + 64] = "", near_text[96] = ";";
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        if (count < NAMES_MAX && lua_type(L, -2) == LUA_TSTRING) {
            names[count++] = lua_tostring(L, -2);
            if (lua_iscfunction(L, -1) && !is_base(names[count - 1]))
                made[made_count++] = names[count - 1];
        }
        lua_pop(L, 1);
    }
    qsort(made, made_count, sizeof *made, by_text);
    for (size_t i = 0; i < made_count && used < SHOWN_BYTES; i++)
        used +=
            (size_t)snprintf(list + used, sizeof list - used, "%s%.48s", i ? ", " : "", made[i]);
    qsort(names, count, sizeof *names, by_text);
    int near = name ? lg_text_nearest(name, names, count) : -1;
    if (near >= 0)
        snprintf(near_text, sizeof near_text, "; did you mean \"%.60s\"? Else:", names[near]);
    const lg__reader *reader = lg__sandbox_of(L)->owner;
    const char *word = reader && reader->word ? reader->word : NULL;
    return luaL_error(L, "unknown name \"%s\"%s a %s has %s%s", name ? name : "?", near_text,
                      word ? word : "scenario", list,
                      word ? "" : "; kinds of assets come with plugins");
}

/* What is easier said in Lua: pairs in the order of keys. */
static const char prelude[] =
    "local next, type, error, sort = ...\n"
    "local function key_less(a, b)\n"
    "  local ta, tb = type(a), type(b)\n"
    "  if ta ~= tb then return ta < tb end\n"
    "  if ta == 'boolean' then return not a and b end\n"
    "  return a < b\n"
    "end\n"
    "local function pairs(t)\n"
    "  if type(t) ~= 'table' then error('pairs expects a table, got ' .. type(t), 2) end\n"
    "  local keys = {}\n"
    "  for key in next, t do\n"
    "    local kind = type(key)\n"
    "    if kind ~= 'string' and kind ~= 'number' and kind ~= 'boolean' then\n"
    "      error('pairs: a ' .. kind .. ' as key has no order', 2)\n"
    "    end\n"
    "    keys[#keys + 1] = key\n"
    "  end\n"
    "  sort(keys, key_less)\n"
    "  local i = 0\n"
    "  return function()\n"
    "    i = i + 1\n"
    "    if keys[i] ~= nil then return keys[i], t[keys[i]] end\n"
    "  end\n"
    "end\n"
    "return pairs\n";

/* Sets env.name to the field of the base library below the environment. */
static void allow(lua_State *L, int env, int base, const char *name)
{
    lua_getfield(L, base, name);
    lua_setfield(L, env, name);
}

void lg__sandbox_env(lua_State *L)
{
    lua_newtable(L);
    int env = lua_gettop(L);
    luaL_requiref(L, "_G", luaopen_base, 0);
    int base = lua_gettop(L);
    for (int i = 0; i < BASE_PLAIN; i++)
        allow(L, env, base, base_names[i]);
    lua_pushcfunction(L, l_tostring);
    lua_setfield(L, env, "tostring");
    lua_getfield(L, base, "ipairs");
    lua_pushcclosure(L, l_ipairs, 1);
    lua_setfield(L, env, "ipairs");
    lg_lua_string_open(L, &rules);
    lua_setfield(L, env, "string");
    lg__lua_math(L);
    lua_setfield(L, env, "math");

    lg_lua_table_open(L, &rules);
    if (luaL_loadbufferx(L, prelude, sizeof prelude - 1, "=prelude", "t") != LUA_OK)
        lua_error(L);
    lua_getfield(L, base, "next");
    lua_getfield(L, base, "type");
    lua_getfield(L, base, "error");
    lua_getfield(L, -5, "sort");
    lua_call(L, 4, 1);
    lua_setfield(L, env, "pairs");
    lua_setfield(L, env, "table");

    lua_newtable(L);
    lua_pushcfunction(L, l_unknown_name);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, env);
    lua_settop(L, env);
}
