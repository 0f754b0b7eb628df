/* A name is looked for once and its handle kept, because the site is searched from end to end for
 * it. */
#include "script/find.h"

#include <string.h>

void lg__find_push(lua_State *L, int index)
{
    const lg_site *site = lg__agent_of(L)->site;
    index = lua_absindex(L, index);
    const char *name = lua_tostring(L, index);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_NAMES);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        uint32_t asset = lg_site_asset(site, name);
        uint32_t area = asset == LG_NONE ? lg_site_area(site, name) : LG_NONE;
        if (asset != LG_NONE)
            lg__push_asset(L, asset);
        else if (area != LG_NONE)
            lg__push_market(L, area);
        else
            lua_pushnil(L);
        if (!lua_isnil(L, -1)) {
            lua_pushvalue(L, index);
            lua_pushvalue(L, -2);
            lua_rawset(L, -4);
        }
    }
    lua_remove(L, -2);
}

/* Raises for a name that nothing has; suggests among the first thousand. */
static void raise_unknown(lua_State *L, const char *function, const char *what, const char *name)
{
    enum { NAMES_MAX = 1024 };
    const lg_site *site = lg__agent_of(L)->site;
    const char **names = lua_newuserdatauv(L, NAMES_MAX * sizeof *names, 0);
    size_t count = 0;
    bool assets = strstr(what, "asset"), areas = strstr(what, "market");
    for (uint32_t i = 0; areas && i < site->area_count && count < NAMES_MAX; i++)
        names[count++] = site->areas[i].name;
    for (uint32_t i = 0; assets && i < site->asset_count && count < NAMES_MAX; i++)
        names[count++] = site->assets[i].name;
    lg__charge(L, 10 * count);
    lg__names list = {names, NULL, count};
    char hint[160];
    luaL_error(L, "%s: there is no %s \"%s\"%s", function, what, name,
               lg__name_hint(&list, name, hint, sizeof hint));
}

static uint32_t find(lua_State *L, int index, const char *function, lg__handle_kind kind,
                     const char *what)
{
    const lg__handle *handle = lg__to_handle(L, index);
    if (!handle && lua_type(L, index) == LUA_TSTRING) {
        lg__find_push(L, index);
        handle = lg__to_handle(L, -1);
        if (!handle || handle->kind != kind)
            raise_unknown(L, function, what, lua_tostring(L, index));
        lua_pop(L, 1); /* the cache holds it */
    }
    if (!handle || handle->kind != kind)
        luaL_error(L, "%s: %s must be an object of grid or market_info, a name or a UUID, not %s",
                   function, what, handle ? "another kind of object" : luaL_typename(L, index));
    return handle->index;
}

const lg__handle *lg__find_either(lua_State *L, int index, const char *function)
{
    index = lua_absindex(L, index);
    const lg__handle *handle = lg__to_handle(L, index);
    if (!handle && lua_type(L, index) == LUA_TSTRING) {
        lg__find_push(L, index);
        handle = lg__to_handle(L, -1);
        if (!handle)
            raise_unknown(L, function, "asset or market", lua_tostring(L, index));
        lua_pop(L, 1); /* the cache holds it */
    }
    if (!handle || (handle->kind != LG_HANDLE_ASSET && handle->kind != LG_HANDLE_MARKET))
        luaL_error(L, "%s: expected an asset or a market, its name or UUID, not %s", function,
                   handle ? "another kind of object" : luaL_typename(L, index));
    return handle;
}

uint32_t lg__find_asset(lua_State *L, int index, const char *function)
{
    return find(L, index, function, LG_HANDLE_ASSET, "asset");
}

uint32_t lg__find_market(lua_State *L, int index, const char *function)
{
    return find(L, index, function, LG_HANDLE_MARKET, "market");
}
