/*
 * How text gets into a state: files are read whole and looked at before Lua sees them, loaded as
 * text only, given the scripts' environment, and kept, so that an error can show its line.
 * require() finds modules in two places only: beside the script, and in scripts/lib.
 */
#include "script/state.h"

#include <stdio.h>
#include <string.h>
#include "base/input.h"
#include "lua/load.h"

lg_status lg__source_read(lg_mem *mem, const char *file, char **text, size_t *size, lg_err *err)
{
    lg_status status = LG_OK;
    const char *why;
    FILE *f = lg_input_open(file, &why);
    if (!f)
        return lg_fail(err, LG_IO, "script \"%s\" cannot be opened: %s", file, why);
    char *buffer = lg_mem_alloc(mem, LG_SOURCE_MAX + 2);
    if (!buffer) {
        status = lg_fail(err, LG_MEMORY, "out of memory reading \"%s\"", file);
        goto out;
    }
    size_t n = fread(buffer, 1, LG_SOURCE_MAX + 1, f);
    if (n >= 3 && memcmp(buffer, "\xef\xbb\xbf", 3) == 0) /* the mark some editors begin with */
        memmove(buffer, buffer + 3, n -= 3);
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

/* Raises what lg_lua_load() has found, with its place. */
static void load_error(lua_State *L, int status, const char *chunk, int line)
{
    if (status == LUA_ERRRUN)
        lua_pushfstring(L, "%s:%d: " LG_LUA_TOO_DEEP, chunk + 1, line);
    lua_error(L);
}

void lg__source_load(lua_State *L, const char *file, const char *text, size_t size)
{
    char chunk[LUA_IDSIZE];
    chunk_name(file, chunk);
    source_keep(lg__agent_of(L), chunk + 1, text, size);
    int line, failed = lg_lua_load(L, text, size, chunk, &line);
    if (failed)
        load_error(L, failed, chunk, line);
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
    int line, failed = lg_lua_load(L, text, size, chunk, &line);
    lg_mem_free(agent->mem, text, size + 1);
    if (failed)
        load_error(L, failed, chunk, line);
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
    lg__charge(L, LG_COST_FILE);
    if (!is_module_name(name))
        return luaL_error(L,
                          "require \"%s\": a module is named by one word (letters, digits, _ and "
                          "-) and is a file of scripts/lib or beside the script",
                          name);
    module_path(L, agent, name); /* 2 */
    if (lua_isnil(L, 2) && !agent->input.scripts_folder)
        agent->unknowable = true;
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
