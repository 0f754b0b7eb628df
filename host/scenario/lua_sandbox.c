/*
 * Data only: the environment is built by adding what is harmless, there is no pcall, coroutine,
 * metatable, load or garbage-collector control, and the results do not depend on the machine: pairs
 * goes by sorted keys, sort is stable, tables have no printable address, math is lua_math.c's. One
 * thing does: the operator `^` with another exponent than 2 is the C library's; math.pow is ours.
 *
 * Three limits: bytes in the allocator, steps in a count hook, and a charge before each library
 * call whose C loop the hook cannot interrupt. Without pcall no script can outlive an error.
 */
#include "scenario/lua_sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "scenario/lua_math.h"

enum { HOOK_STEPS = 1000 };

/* In front of each block of Lua's: its true size, which is larger than Lua thinks after a shrink
 * failed. */
typedef struct block {
    size_t size; /* with this head */
    _Alignas(16) unsigned char data[];
} block;

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
    bool shrinks = held && new_size <= old_size; /* without a block the old size is a type tag */
    if (!shrinks && box->bytes - before + after > LG__LUA_BYTES_MAX) {
        box->over_bytes = true;
        return NULL;
    }
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

static void on_count(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    lg__sandbox_charge(L, HOOK_STEPS);
}

bool lg__sandbox_open(lg__sandbox *box, lg_mem *mem, void *owner)
{
    *box = (lg__sandbox){.mem = mem, .owner = owner};
    box->L = lua_newstate(resize, box);
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
static int l_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    int type = lua_type(L, 1);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA)
        return luaL_error(L, "a %s has no text", lua_typename(L, type));
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/* string.rep(s, n, sep) */
static int l_rep(lua_State *L)
{
    size_t length;
    luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2);
    if (n > 0) {
        double cost = (double)n * (1.0 + (double)length / 64);
        lg__sandbox_charge(L, cost < 1e15 ? (uint64_t)cost : LG__STEPS_MAX);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/* string.format(form, ...): no %p, and no tables, whose text would be an address. */
static int l_format(lua_State *L)
{
    const char *form = luaL_checkstring(L, 1);
    for (const char *p = form; *p; p++)
        if (*p == '%' && p[1] && *++p != '%') {
            p += strspn(p, "-+ #0123456789.");
            if (*p == 'p')
                return luaL_error(L, "%%p is not for scenarios");
            if (!*p)
                break;
        }
    for (int i = 2; i <= lua_gettop(L); i++)
        if (lua_istable(L, i) || lua_isfunction(L, i))
            return luaL_error(L, "a %s has no text", luaL_typename(L, i));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/*
 * string.find, match, gmatch, gsub: matching can take length^(repeats + 1) steps that no hook sees,
 * so that product is charged beforehand.
 */
static int l_pattern(lua_State *L)
{
    size_t length;
    luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checkstring(L, 2);
    double cost = (double)length + 1;
    for (const char *p = pattern; *p; p++)
        if (strchr("*+-?", *p))
            cost *= (double)length + 1;
    cost /= 16;
    lg__sandbox_charge(L, cost < 1e15 ? (uint64_t)cost : LG__STEPS_MAX);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* Replaces field @p name of the table on top by @p guard around it. */
static void guard_field(lua_State *L, const char *name, lua_CFunction guard)
{
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, guard, 1);
    lua_setfield(L, -2, name);
}

static void drop_field(lua_State *L, const char *name)
{
    lua_pushnil(L);
    lua_setfield(L, -2, name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What Lua itself has; all other functions of the environment make scenarios. */
static const char *const base_names[] = {"ipairs", "type",   "tonumber", "error",
                                         "assert", "select", "tostring", "pairs"};
enum { BASE_PLAIN = 6, BASE_NAMES = sizeof base_names / sizeof base_names[0] };

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
    return luaL_error(L,
                      "unknown name \"%s\"%s a scenario has %s; kinds of assets come with plugins",
                      name ? name : "?", near_text, list);
}

/* What is easier said in Lua: a stable sort, and pairs in the order of keys. */
static const char prelude[] =
    "local next, type, error = ...\n"
    "local function sort(list, less)\n"
    "  less = less or function(a, b) return a < b end\n"
    "  local n, from, to = #list, list, {}\n"
    "  local width = 1\n"
    "  while width < n do\n"
    "    for low = 1, n, 2 * width do\n"
    "      local i, j = low, low + width\n"
    "      local i_end, j_end = j, low + 2 * width\n"
    "      if i_end > n + 1 then i_end = n + 1 end\n"
    "      if j_end > n + 1 then j_end = n + 1 end\n"
    "      for k = low, j_end - 1 do\n"
    "        if i < i_end and (j >= j_end or not less(from[j], from[i])) then\n"
    "          to[k] = from[i]; i = i + 1\n"
    "        else\n"
    "          to[k] = from[j]; j = j + 1\n"
    "        end\n"
    "      end\n"
    "    end\n"
    "    from, to = to, from\n"
    "    width = 2 * width\n"
    "  end\n"
    "  if from ~= list then for k = 1, n do list[k] = from[k] end end\n"
    "end\n"
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
    "return sort, pairs\n";

/* Sets env.name to the field of the base library below the environment. */
static void allow(lua_State *L, int env, int base, const char *name)
{
    lua_getfield(L, base, name);
    lua_setfield(L, env, name);
}

static void open_string(lua_State *L, int env)
{
    luaL_requiref(L, "string", luaopen_string, 0);
    drop_field(L, "dump");
    guard_field(L, "rep", l_rep);
    guard_field(L, "format", l_format);
    guard_field(L, "find", l_pattern);
    guard_field(L, "match", l_pattern);
    guard_field(L, "gmatch", l_pattern);
    guard_field(L, "gsub", l_pattern);
    lua_setfield(L, env, "string");
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
    open_string(L, env);
    lg__lua_math(L);
    lua_setfield(L, env, "math");

    luaL_requiref(L, "table", luaopen_table, 0);
    drop_field(L, "move"); /* loops in C as often as its arguments say */
    if (luaL_loadbufferx(L, prelude, sizeof prelude - 1, "=prelude", "t") != LUA_OK)
        lua_error(L);
    lua_getfield(L, base, "next");
    lua_getfield(L, base, "type");
    lua_getfield(L, base, "error");
    lua_call(L, 3, 2);
    lua_setfield(L, env, "pairs");
    lua_setfield(L, -2, "sort");
    lua_setfield(L, env, "table");

    lua_newtable(L);
    lua_pushcfunction(L, l_unknown_name);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, env);
    lua_settop(L, env);
}
