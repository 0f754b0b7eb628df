/*
 * One lua_State per agent: its memory, its environment, and how text gets in.
 *
 * The environment is built by adding what is allowed. Memory is counted by the allocator, which
 * refuses what goes past the cap and single texts that are too long; a shrinking block never fails,
 * because Lua relies on that. Only text is ever loaded, never bytecode. A global that was never
 * assigned is an error when it is read; while the top level runs globals may be made, later not:
 * what lasts belongs into `state`, what does not into a local.
 */
#include "script/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"

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
        if (agent->memory + (new_size - held) > agent->memory_max)
            return NULL;
        if (!ptr && old_size == LUA_TSTRING && new_size > LG_STRING_MAX)
            return NULL;
    }
    void *moved = agent->mem->resize(agent->mem->ctx, ptr, held, new_size);
    if (!moved && ptr && new_size <= held)
        moved = ptr; /* the larger block serves as well */
    if (moved)
        agent->memory = agent->memory - held + new_size;
    return moved;
}

/* Unprotected errors cannot happen: every entry is protected. If one does, say so and stop. */
static int sandbox_panic(lua_State *L)
{
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
    lg_assert_failed(message, "Lua", 0);
}

lg_status lg__source_read(lg_mem *mem, const char *file, char **text, size_t *size, lg_err *err)
{
    lg_status status = LG_OK;
    FILE *f = fopen(file, "rb");
    if (!f)
        return lg_fail(err, LG_IO, "script \"%s\" cannot be opened", file);
    char *buffer = lg_mem_alloc(mem, LG_SOURCE_MAX + 2);
    if (!buffer) {
        status = lg_fail(err, LG_MEMORY, "out of memory reading \"%s\"", file);
        goto out;
    }
    size_t n = fread(buffer, 1, LG_SOURCE_MAX + 1, f);
    const char *nul = memchr(buffer, 0, n);
    if (ferror(f))
        status = lg_fail(err, LG_IO, "script \"%s\" cannot be read", file);
    else if (n > LG_SOURCE_MAX)
        status = lg_fail(err, LG_SCRIPT, "%s: a script may have at most %d KiB of text", file,
                         LG_SOURCE_MAX / 1024);
    else if (n > 0 && buffer[0] == 0x1b)
        status = lg_fail(err, LG_SCRIPT, "%s: this is compiled Lua; only source text is run", file);
    else if (nul)
        status = lg_fail(err, LG_SCRIPT, "%s: byte %zu is zero: this is not a text file", file,
                         (size_t)(nul - buffer) + 1);
    if (status == LG_OK) {
        char *exact = lg_mem_alloc(mem, n + 1);
        if (exact) {
            memcpy(exact, buffer, n);
            exact[n] = '\0';
            *text = exact;
            *size = n;
        } else
            status = lg_fail(err, LG_MEMORY, "out of memory reading \"%s\"", file);
    }
    lg_mem_free(mem, buffer, LG_SOURCE_MAX + 2);
out:
    fclose(f);
    return status;
}

/* Remembers the text under the name Lua gives it in messages; without memory messages are just
 * shorter. */
static void source_keep(lg_agent *agent, const char *short_name, const char *text, size_t size)
{
    lg__source *source = lg_mem_zalloc(agent->mem, 1, sizeof *source);
    if (!source)
        return;
    source->text = lg_mem_alloc(agent->mem, size + 1);
    if (!source->text) {
        lg_mem_free(agent->mem, source, sizeof *source);
        return;
    }
    memcpy(source->text, text, size);
    source->text[size] = '\0';
    source->size = size;
    snprintf(source->name, sizeof source->name, "%s", short_name);
    source->next = agent->sources;
    agent->sources = source;
}

/* Lua names a chunk by its first LUA_IDSIZE bytes; a long path is known by its end. */
static void chunk_name(const char *file, char out[LUA_IDSIZE])
{
    size_t length = strlen(file), room = LUA_IDSIZE - 2;
    if (length > room) {
        const char *tail = strchr(file + length - room, '/');
        file = tail ? tail + 1 : file + length - room;
    }
    snprintf(out, LUA_IDSIZE, "@%s", file);
}

/* Gives the chunk on top the scripts' environment; its first upvalue is _ENV. */
static void use_environment(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV);
    if (!lua_setupvalue(L, -2, 1))
        lua_pop(L, 1);
}

void lg__source_load(lua_State *L, const char *file, const char *text, size_t size)
{
    char chunk[LUA_IDSIZE];
    chunk_name(file, chunk);
    source_keep(lg__agent_of(L), chunk + 1, text, size);
    if (luaL_loadbufferx(L, text, size, chunk, "t") != LUA_OK)
        lua_error(L);
    use_environment(L);
}

static bool is_module_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return n > 0 && n <= 64 && name[n] == '\0';
}

/* Pushes the first of the three places that can be opened, or nil. */
static void module_path(lua_State *L, const lg_agent *agent, const char *name)
{
    const char *script = agent->input.script, *slash = strrchr(script, '/');
    const char *folder = agent->input.scripts_folder;
    for (int place = 0; place < 3; place++) {
        if (place == 0)
            lua_pushfstring(L, "%s/%s.lua",
                            slash ? lua_pushlstring(L, script, (size_t)(slash - script)) : ".",
                            name);
        else if (!folder)
            break;
        else
            lua_pushfstring(L, place == 1 ? "%s/lib/%s.lua" : "%s/%s.lua", folder, name);
        if (place == 0 && slash)
            lua_remove(L, -2);
        FILE *f = fopen(lua_tostring(L, -1), "rb");
        if (f) {
            fclose(f);
            return;
        }
        lua_pop(L, 1);
    }
    lua_pushnil(L);
}

/* Loads the module at path (stack 2) as a function. The text is freed before anything can raise. */
static void module_load(lua_State *L, lg_agent *agent)
{
    char *text = NULL, chunk[LUA_IDSIZE];
    size_t size = 0;
    lg_err err = {.text = ""};
    const char *path = lua_tostring(L, 2);
    if (lg__source_read(agent->mem, path, &text, &size, &err) != LG_OK)
        luaL_error(L, "%s", err.text);
    chunk_name(path, chunk);
    source_keep(agent, chunk + 1, text, size);
    int failed = luaL_loadbufferx(L, text, size, chunk, "t");
    lg_mem_free(agent->mem, text, size + 1);
    if (failed)
        lua_error(L);
    use_environment(L);
}

/*
 * require(name): the value of a module of the shipped library or of a file beside the script; each
 * is run once. Errors: a name that is no plain word, no such file, a module that requires itself.
 */
int lg__require(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_LOADED); /* 2 */
    lua_pushvalue(L, 1);
    lua_rawget(L, 2);
    if (!lua_isnil(L, -1)) {
        if (lua_islightuserdata(L, -1))
            return luaL_error(L, "module \"%s\" requires itself", name);
        return 1;
    }
    lua_settop(L, 1);
    if (!is_module_name(name))
        return luaL_error(L,
                          "require \"%s\": a module is named by one word (letters, digits, _ and "
                          "-) and is a file of scripts/lib or beside the script",
                          name);
    module_path(L, agent, name); /* 2 */
    if (lua_isnil(L, 2))
        return luaL_error(L, "module \"%s\" is neither beside the script nor in scripts/lib", name);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_LOADED); /* 3 */
    module_load(L, agent);                             /* 4 */
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, agent); /* being loaded */
    lua_rawset(L, 3);
    bool loading = agent->loading;
    agent->loading = true;
    int failed = lua_pcall(L, 0, 1, 0);
    agent->loading = loading;
    lua_pushvalue(L, 1);
    if (failed)
        lua_pushnil(L);
    else if (lua_isnil(L, 4))
        lua_pushboolean(L, 1);
    else
        lua_pushvalue(L, 4);
    lua_pushvalue(L, -1);
    lua_insert(L, 5);
    lua_rawset(L, 3);
    if (failed) {
        lua_settop(L, 4);
        return lua_error(L);
    }
    return 1;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The order of a walk differs from run to run; the answer must not: among equally near, the first
 * by letters. */
static void sort_names(const char **names, size_t count)
{
    qsort(names, count, sizeof *names, compare_names);
}

/* Raises for a global that nothing has assigned, with the nearest one that exists. */
static int l_undefined_global(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "globals have names, not %s", luaL_typename(L, 2));
    const char *wrong = lua_tostring(L, 2), *names[256];
    size_t count = 0;
    luaL_checkstack(L, 4, NULL);
    lua_pushnil(L);
    while (lua_next(L, 1) && count < 256) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            names[count++] = lua_tostring(L, -1);
    }
    sort_names(names, count);
    lg__names list = {names, NULL, count};
    char hint[128];
    return luaL_error(L, "global \"%s\" is not defined%s", wrong,
                      lg__name_hint(&list, wrong, hint, sizeof hint));
}

static int l_new_global(lua_State *L)
{
    if (!lg__agent_of(L)->loading)
        return luaL_error(L,
                          "global \"%s\" is assigned inside a function: write `local`, or keep it "
                          "in the table `state`",
                          lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?");
    lua_rawset(L, 1);
    return 0;
}

static const struct {
    const char *name, *why;
} stubs[] = {
    {"load", "scripts are loaded from files by `require`"},
    {"loadfile", "scripts are loaded from files by `require`"},
    {"loadstring", "scripts are loaded from files by `require`"},
    {"dofile", "scripts are loaded from files by `require`"},
    {"collectgarbage", "memory is looked after between slots"},
    {"coroutine", "`grid.batch:execute()` is what waits"},
    {"io", "use print() and the result files"},
    {"os", "time is `now`, `hour` and `slot` of the market"},
    {"debug", "it reaches around the sandbox"},
    {"package", "modules are found by `require`"},
    {"utf8", "texts are bytes here"},
};

static int l_stub(lua_State *L)
{
    return luaL_error(L, "\"%s\" is not available to scripts: %s",
                      lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, lua_upvalueindex(2)));
}

/* A stub can be called (load) or indexed (os.time): both say why it is not there. */
static void add_stubs(lua_State *L, int env)
{
    for (size_t i = 0; i < sizeof stubs / sizeof stubs[0]; i++) {
        lua_createtable(L, 0, 0);
        lua_createtable(L, 0, 4);
        static const char *const events[] = {"__index", "__newindex", "__call"};
        for (size_t e = 0; e < 3; e++) {
            lua_pushstring(L, stubs[i].name);
            lua_pushstring(L, stubs[i].why);
            lua_pushcclosure(L, l_stub, 2);
            lua_setfield(L, -2, events[e]);
        }
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_setmetatable(L, -2);
        lua_setfield(L, env, stubs[i].name);
    }
}

/* Raises for a function that a library (upvalue 1) does not have. */
static int l_no_function(lua_State *L)
{
    const char *library = lua_tostring(L, lua_upvalueindex(1)), *names[64];
    size_t count = 0;
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s has named functions, no [%s]", library, luaL_typename(L, 2));
    const char *wrong = lua_tostring(L, 2);
    luaL_checkstack(L, 4, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV);
    lua_getfield(L, -1, library);
    int table = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, table) && count < 64;) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            names[count++] = lua_tostring(L, -1);
    }
    sort_names(names, count);
    lg__names list = {names, NULL, count};
    char hint[128];
    return luaL_error(L, "%s has no function \"%s\"%s", library, wrong,
                      lg__name_hint(&list, wrong, hint, sizeof hint));
}

static void make_strict(lua_State *L, const char *library)
{
    lua_createtable(L, 0, 2);
    lua_pushstring(L, library);
    lua_pushcclosure(L, l_no_function, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
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
        return;
    }
}

static void add_environment(lua_State *L, const lg_agent *agent)
{
    static void (*const libs[])(lua_State * L) = {lg__lib_string, lg__lib_table, lg__lib_math,
                                                  lg__lib_grid};
    static const char *const names[] = {"string", "table", "math", "grid"};
    lua_newtable(L);
    int env = lua_gettop(L);
    lua_pushvalue(L, env);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_ENV);
    lg__lib_base(L);
    for (size_t i = 0; i < 4; i++) {
        libs[i](L);
        if (i < 3) /* grid has its own */
            make_strict(L, names[i]);
        lua_setfield(L, env, names[i]);
    }
    add_stubs(L, env);
    lua_newtable(L);
    lua_setfield(L, env, "state");
    if (agent->input.params)
        push_params(L, agent->input.params);
    else
        lua_newtable(L);
    lua_setfield(L, env, "params");
    lua_pushcfunction(L, lg__require);
    lua_setfield(L, env, "require");
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, l_undefined_global);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_new_global);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, env);
    lua_pop(L, 1);
}

static int build_state(lua_State *L)
{
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_LOADED);
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_METATABLES);
    lg__handles_open(L);
    add_environment(L, lg__agent_of(L));
    return 0;
}

lg_status lg__state_open(lg_agent *agent, lg_err *err)
{
    agent->L = lua_newstate(sandbox_alloc, agent);
    if (!agent->L)
        return lg_fail(err, LG_MEMORY, "out of memory for the Lua state of \"%s\"",
                       agent->input.script);
    *(lg_agent **)lua_getextraspace(agent->L) = agent;
    lua_atpanic(agent->L, sandbox_panic);
    lua_gc(agent->L, LUA_GCSTOP); /* collected between slots: call.c */
    lua_pushcfunction(agent->L, build_state);
    if (lua_pcall(agent->L, 0, 0, 0) == LUA_OK)
        return LG_OK;
    return lg_fail(err, LG_MEMORY, "out of memory for the Lua state of \"%s\"",
                   agent->input.script);
}

void lg__state_close(lg_agent *agent)
{
    if (agent->L)
        lua_close(agent->L);
    agent->L = agent->co = NULL;
    while (agent->sources) {
        lg__source *next = agent->sources->next;
        lg_mem_free(agent->mem, agent->sources->text, agent->sources->size + 1);
        lg_mem_free(agent->mem, agent->sources, sizeof *agent->sources);
        agent->sources = next;
    }
}
