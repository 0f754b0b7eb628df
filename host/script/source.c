/*
 * How text gets into a state: files are read whole and looked at before Lua sees them, loaded as
 * text only, given the scripts' environment, and kept, so that an error can show its line.
 * require() finds modules in two places only: beside the script, and in scripts/lib.
 *
 * All texts of an agent are in its bundle. It fills up from files while the top level runs; then
 * the modules that texts name and nobody has required yet are read too, and from there on, or when
 * the agent was made of a bundle, no file is looked at: what a callback requires on the third day
 * is what stood there when the version was loaded.
 */
#include "script/state.h"

#include <stdio.h>
#include <string.h>
#include "base/input.h"
#include "lua/load.h"
#include "script/naming.h"
#include "script/scan.h"

enum { MODULE_NAME_MAX = 64 };

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

/* The end of a path that has room in a message. */
static const char *path_end(const char *file)
{
    size_t length = strlen(file), room = LUA_IDSIZE - 2;
    if (length <= room)
        return file;
    const char *tail = strchr(file + length - room, '/');
    return tail ? tail + 1 : file + length - room;
}

/* Lua knows a chunk by the name of its file alone. Scripts read that name in the errors they catch,
 * and its length counts as their memory: neither may depend on the folder a run is started in. No
 * two texts of an agent have the same name, because a module beside the script comes first. */
static void chunk_name(const char *file, char out[LUA_IDSIZE])
{
    const char *slash = strrchr(file, '/');
    snprintf(out, LUA_IDSIZE, "@%s", path_end(slash ? slash + 1 : file));
}

/* Remembers the text under the name Lua gives it in messages; without memory messages are just
 * shorter. The text is the bundle's. */
static lg__source *source_keep(lg_agent *agent, const char *short_name, const lg_bundle_text *text)
{
    lg__source *source = lg_mem_zalloc(agent->mem, 1, sizeof *source);
    if (!source)
        return NULL;
    source->text = text->text;
    source->size = text->size;
    snprintf(source->name, sizeof source->name, "%s", short_name);
    snprintf(source->shown, sizeof source->shown, "%s", path_end(lg_bundle_shown(text->path)));
    source->next = agent->sources;
    agent->sources = source;
    return source;
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

/* An error behind a long chain would cost more than a budget can see. */
static void check_links(lua_State *L, lg__source *source, const char *chunk)
{
    int line;
    uint32_t links = lg__naming_links(lg__agent_of(L)->mem, source->text, source->size, &line);
    if (links == UINT32_MAX)
        luaL_error(L, "out of memory for %s", chunk + 1);
    source->links = links;
    if (links > LG_LINKS_MAX)
        luaL_error(L,
                   "%s:%d: %d fields are read one behind the other; at most %d may be: keep one "
                   "in a local",
                   chunk + 1, line, (int)links, LG_LINKS_MAX);
}

void lg__source_load(lua_State *L, const lg_bundle_text *text)
{
    char chunk[LUA_IDSIZE];
    chunk_name(text->path, chunk);
    lg__source *source = source_keep(lg__agent_of(L), chunk + 1, text);
    int line, failed = lg_lua_load(L, text->text, text->size, chunk, &line);
    if (failed)
        load_error(L, failed, chunk, line);
    if (source)
        check_links(L, source, chunk);
    use_environment(L);
}

/* Where texts are looked for, and the bundle that they go to. */
typedef struct shelf {
    lg_mem *mem;
    lg_bundle *bundle;
    const lg_bundle *like;
    const char *script; /* whose folder is looked at first; NULL: nothing lies beside it */
    const char *folder; /* of what ships; NULL: none */
} shelf;

static shelf shelf_of(const lg_agent *agent)
{
    return (shelf){.mem = agent->mem,
                   .bundle = agent->bundle,
                   .like = agent->input.like,
                   .script = agent->input.script,
                   .folder = agent->input.scripts_folder};
}

static lg_status take_file(const shelf *from, const char *name, const char *path,
                           const lg_bundle_text **out, lg_err *err)
{
    lg_bundle_text file = {.name = name, .path = path};
    char *text = NULL;
    lg_status status = lg__source_read(from->mem, path, &text, &file.size, err);
    if (status != LG_OK)
        return status;
    file.text = text;
    status = lg_bundle_add(from->bundle, &file, from->like, err);
    lg_mem_free(from->mem, text, file.size + 1);
    *out = status == LG_OK ? lg_bundle_find(from->bundle, name) : NULL;
    return status;
}

lg_status lg__source_take(lg_agent *agent, const char *name, const char *path,
                          const lg_bundle_text **out, lg_err *err)
{
    const shelf from = shelf_of(agent);
    return take_file(&from, name, path, out, err);
}

static bool is_module_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return n > 0 && n <= MODULE_NAME_MAX && name[n] == '\0';
}

/* Where the file of a module would be: beside the script, or in two places that ship. */
static bool place_of(const shelf *from, const char *name, int place, lg_text *path)
{
    const char *script = from->script, *slash = script ? strrchr(script, '/') : NULL;
    lg_text_clear(path);
    if (place == 0 && script)
        lg_text_format(path, "%.*s/%s.lua", slash ? (int)(slash - script) : 1, slash ? script : ".",
                       name);
    else if (place > 0 && from->folder)
        lg_text_format(path, place == 1 ? "%s/lib/%s.lua" : "%s/%s.lua", from->folder, name);
    return place == 0 ? script != NULL : from->folder != NULL;
}

/* Reads the module from the first of the three places that can be opened. */
static lg_status take_module(const shelf *from, const char *name, const lg_bundle_text **out,
                             lg_err *err)
{
    lg_status status = LG_UNKNOWN;
    lg_text path;
    lg_text_init(&path, from->mem);
    for (int place = 0; place < 3 && status == LG_UNKNOWN; place++) {
        bool found = place_of(from, name, place, &path) && lg_input_is_file(lg_text_peek(&path));
        if (path.failed)
            status = lg_fail(err, LG_MEMORY, "out of memory for module \"%s\"", name);
        if (!found || path.failed)
            continue;
        status = take_file(from, name, lg_text_peek(&path), out, err);
    }
    lg_text_fini(&path);
    return status;
}

/* The module of the version that runs; while that is being made, of a file. */
static lg_status find_module(lg_agent *agent, const char *name, const lg_bundle_text **out,
                             lg_err *err)
{
    *out = lg_bundle_find(agent->bundle, name);
    if (*out)
        return LG_OK;
    const shelf from = shelf_of(agent);
    lg_status status = agent->whole ? LG_UNKNOWN : take_module(&from, name, out, err);
    if (status != LG_UNKNOWN)
        return status;
    return lg_fail(err, LG_UNKNOWN,
                   "module \"%s\" is neither beside the script nor in scripts/lib%s", name,
                   agent->whole ? ", or was not when this version was loaded; what is required "
                                  "later must be named as a text: require \"name\""
                                : "");
}

/* Whether "require" stands anywhere, be it in a comment, before a name that the bundle does not
 * have: most texts name what their top level has required already, and need no second look. */
static bool names_others(const lg_bundle *bundle, const lg_bundle_text *text)
{
    const char *p = text->text, *end = p + text->size;
    while ((p = memmem(p, (size_t)(end - p), "require", 7))) {
        char name[MODULE_NAME_MAX + 1] = "";
        p += 7; /* there is a zero behind the text */
        const char *word = p + strspn(p, " \t(,");
        size_t length = *word == '"' || *word == '\'' ? strcspn(word + 1, "\"'") : 0;
        if (length == 0 || length > MODULE_NAME_MAX)
            return true;
        memcpy(name, word + 1, length);
        if (!lg_bundle_find(bundle, name))
            return true;
    }
    return false;
}

/* Reads the modules that the text names: require "name", require("name"), pcall(require, "name").
 * LG_OK; LG_LIMIT; LG_MEMORY */
static lg_status foresee_text(const shelf *from, const lg_bundle_text *text, lg_err *err)
{
    uint32_t count, capacity;
    lg_status status = LG_OK;
    if (!names_others(from->bundle, text))
        return LG_OK;
    lg__token *tokens = lg__scan(from->mem, text->text, text->size, &count, &capacity);
    if (!tokens)
        return lg_fail(err, LG_MEMORY, "out of memory for %s", text->path);
    for (uint32_t i = 0; i + 2 < count && status != LG_MEMORY && status != LG_LIMIT; i++) {
        char name[MODULE_NAME_MAX + 1];
        const lg_bundle_text *found;
        const lg__token *word = &tokens[i + 1];
        word += lg__token_is(word, "(") || lg__token_is(word, ",");
        if (!lg__token_is(&tokens[i], "require") || word->kind != LG_TOKEN_TEXT ||
            word->length < 2 || word->length - 2 > MODULE_NAME_MAX)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)word->length - 2, word->text + 1);
        if (is_module_name(name) && !lg_bundle_find(from->bundle, name))
            status = take_module(from, name, &found, err); /* whoever requires it is told */
    }
    lg_mem_free(from->mem, tokens, capacity * sizeof *tokens);
    return status == LG_MEMORY || status == LG_LIMIT ? status : LG_OK;
}

bool lg__source_foresee(lg_agent *agent)
{
    lg_status status = LG_OK;
    const shelf from = shelf_of(agent);
    for (uint32_t i = 0; i < lg_bundle_count(agent->bundle) && status != LG_MEMORY && !agent->whole;
         i++)
        status = foresee_text(&from, lg_bundle_at(agent->bundle, i), NULL);
    agent->whole = true;
    return status != LG_MEMORY;
}

lg_status lg_bundle_of_file(lg_mem *mem, const char *file, lg_err *err, lg_bundle **out)
{
    const lg_bundle_text *script;
    const shelf from = {.mem = mem, .bundle = lg_bundle_new(mem), .script = file};
    *out = NULL;
    if (!from.bundle)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_status status = take_file(&from, "", file, &script, err);
    for (uint32_t i = 0; status == LG_OK && i < lg_bundle_count(from.bundle); i++)
        status = foresee_text(&from, lg_bundle_at(from.bundle, i), err);
    if (status == LG_OK)
        *out = from.bundle;
    else
        lg_bundle_unref(from.bundle);
    return status;
}

lg_status lg_bundle_complete(lg_mem *mem, lg_bundle *bundle, const char *scripts_folder,
                             lg_err *err)
{
    lg_status status = LG_OK;
    const shelf from = {.mem = mem, .bundle = bundle, .folder = scripts_folder};
    for (uint32_t i = 0; i < lg_bundle_count(bundle) && status == LG_OK; i++)
        status = foresee_text(&from, lg_bundle_at(bundle, i), err);
    return status;
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
    lg_err err = {.text = ""};
    const lg_bundle_text *text;
    lg_status status = find_module(agent, name, &text, &err);
    if (status == LG_UNKNOWN && !agent->input.scripts_folder)
        agent->unknowable = true;
    if (status != LG_OK)
        return luaL_error(L, "%s", err.text);
    lua_pushnil(L);                                    /* 2 */
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_LOADED); /* 3 */
    lg__source_load(L, text);                          /* 4 */
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
