/*
 * Names that are not there. Reading a global that was never assigned is an error with the nearest
 * one that exists; so is a function that a library does not have. While a top level runs globals
 * may be made, later not: what lasts belongs into `state`, what does not into a local. What stock
 * Lua has and scripts have not says why.
 */
#include "script/state.h"

#include <string.h>
#include "base/sort.h"
#include "script/frozen.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The order of a walk differs from run to run; the answer must not: among equally near, the first
 * by letters. */
static void sort_names(const char **names, size_t count)
{
    lg_sort(names, count, sizeof *names, compare_names);
}

/* Pushes a block with the names in the table at 1, sorted: equally near ones are told in the same
 * order in every run. */
static const char **names_in(lua_State *L, size_t *count)
{
    size_t n = 0;
    luaL_checkstack(L, 6, NULL);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        n++;
    lg__charge(L, 10 * n);
    const char **names = lua_newuserdatauv(L, (n + 1) * sizeof *names, 0);
    *count = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING)
            names[(*count)++] = lua_tostring(L, -2);
    sort_names(names, *count);
    return names;
}

/* Raises for a global that nothing has assigned, with the nearest one that exists. */
static int l_undefined_global(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "globals have names, not %s", luaL_typename(L, 2));
    size_t count;
    const char *wrong = lua_tostring(L, 2), **names = names_in(L, &count);
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
    const char *library = lua_tostring(L, lua_upvalueindex(1));
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s has named functions, no [%s]", library, luaL_typename(L, 2));
    size_t count;
    const char *wrong = lua_tostring(L, 2), **names = names_in(L, &count);
    lg__names list = {names, NULL, count};
    char hint[128];
    return luaL_error(L, "%s has no function \"%s\"%s", library, wrong,
                      lg__name_hint(&list, wrong, hint, sizeof hint));
}

void lg__strict_library(lua_State *L, const char *library)
{
    lua_createtable(L, 0, 1);
    lua_pushstring(L, library);
    lua_pushcclosure(L, l_no_function, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lg__freeze(L, library);
}

const char *lg__strict_why(const char *name)
{
    for (size_t i = 0; i < sizeof stubs / sizeof stubs[0]; i++)
        if (strcmp(stubs[i].name, name) == 0)
            return stubs[i].why;
    return NULL;
}

void lg__strict_environment(lua_State *L, int env)
{
    add_stubs(L, env);
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, l_undefined_global);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_new_global);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, env);
}
