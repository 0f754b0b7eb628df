/*
 * require "name" runs NAME.lua from the folder of the scenario, or else from scripts/lib, once, in
 * the environment of the scenario itself, under its limits; "a.b" is a/b.lua. It is read as every
 * file of a scenario is, so a journal keeps it and a game names it by its hash.
 *
 * A place in messages is one of the scenario: of a table that a module makes, the line at which the
 * scenario asked for it. What fails in a module says its own line behind that.
 */
#include "scenario/lua_require.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include "base/input.h"
#include "lua/load.h"
#include "scenario/lua_sandbox.h"
#include "scenario/reader.h"

enum { NAME_MAX_BYTES = 80 };

static const char modules_key = 0; /* its address names the table of those that were required */

static bool is_name(const char *name, size_t length)
{
    bool begins = true;
    for (size_t i = 0; i < length; i++) {
        bool word = isalnum((unsigned char)name[i]) || name[i] == '_' || name[i] == '-';
        if (!word && (begins || name[i] != '.'))
            return false;
        begins = !word;
    }
    return length > 0 && length <= NAME_MAX_BYTES && !begins;
}

/* FOLDER/NAME.lua in the scenario's arena; NULL: exhausted. */
static const char *path_of(lg__reader *r, const char *folder, const char *name)
{
    lg_text path;
    lg_text_init(&path, r->mem);
    if (folder && *folder && strcmp(folder, ".") != 0)
        lg_text_format(&path, "%s/", folder);
    for (const char *c = name; *c; c++)
        lg_text_char(&path, *c == '.' ? '/' : *c);
    lg_text_str(&path, ".lua");
    const char *copy = path.failed ? NULL : lg_arena_text(r->arena, path.data, path.length);
    lg_text_fini(&path);
    if (!copy)
        lg__exhausted(r);
    return copy;
}

/* Where it is; raises when it is nowhere. */
static const char *find(lua_State *L, lg__reader *r, const char *name)
{
    char lib[1024] = "";
    if (r->input->scripts_folder)
        snprintf(lib, sizeof lib, "%s/lib", r->input->scripts_folder);
    const char *beside = path_of(r, r->scenario->folder, name);
    const char *ships = *lib ? path_of(r, lib, name) : "";
    if (!beside || !ships)
        luaL_error(L, "out of memory");
    else if (lg_input_is_file(beside))
        return beside;
    else if (*ships && lg_input_is_file(ships))
        return ships;
    else
        luaL_error(L, "there is no module \"%s\": no file %s%s%s", name, beside,
                   *ships ? " and none " : "", ships);
    return NULL;
}

/* Pushes its function. Nothing between reading and giving back may raise. */
static void load(lua_State *L, lg__reader *r, const char *path)
{
    char chunk[NAME_MAX_BYTES + 8];
    const char *slash = strrchr(path, '/');
    size_t size, errors = r->diag->errors;
    int line = 0;
    snprintf(chunk, sizeof chunk, "=%s", slash ? slash + 1 : path);
    char *text = lg__file_read(r, path, &size);
    if (!text) {
        luaL_error(L, r->diag->errors > errors ? "the module %s cannot be read" : "out of memory",
                   path);
        return;
    }
    int status = lg_lua_load(L, text, size, chunk, &line);
    lg_mem_free(r->mem, text, size + 1);
    if (status == LUA_ERRRUN)
        luaL_error(L, "%s:%d: " LG_LUA_TOO_DEEP, chunk + 1, line);
    if (status != LUA_OK)
        lua_error(L);
}

/* require(name). Upvalue 1: the environment. */
static int l_require(lua_State *L)
{
    size_t length;
    lg__reader *r = lg__sandbox_of(L)->owner;
    const char *name = luaL_checklstring(L, 1, &length);
    if (!is_name(name, length))
        return luaL_error(L,
                          "require takes the name of a module: letters, digits, _ and -, and dots "
                          "between folders, at most %d of them",
                          (int)NAME_MAX_BYTES);
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, 2) != LUA_TNIL) {
        if (lua_islightuserdata(L, -1))
            return luaL_error(L, "the module \"%s\" requires itself", name);
        return 1;
    }
    load(L, r, find(L, r, name));
    lua_pushvalue(L, lua_upvalueindex(1));
    if (!lua_setupvalue(L, -2, 1))
        lua_pop(L, 1);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, L); /* at work */
    lua_rawset(L, 2);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1))
        return luaL_error(L, "the module \"%s\" returns nothing", name);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    return 1;
}

void lg__require_open(lua_State *L)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_require, 1);
    lua_setfield(L, -2, "require");
}
