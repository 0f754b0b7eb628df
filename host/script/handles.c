/*
 * The handles scripts hold: market_info, assets, markets, lists; parameters are in
 * params_handle.c. Each is a small userdata made when it is first asked for and kept, so a site of
 * a million assets costs nothing until it is read, and the same asset is always the same object.
 * Their metatables cannot be reached from scripts.
 */
#include "script/state.h"

void lg__push_name_ids(lua_State *L, const lg__names *names)
{
    lua_createtable(L, 0, (int)names->count);
    for (size_t i = 0; i < names->count; i++) {
        lua_pushinteger(L, names->ids ? names->ids[i] : (int)i + 1);
        lua_setfield(L, -2, names->names[i]);
    }
}

int lg__no_field(lua_State *L, const char *what, const lg__names *names, int key)
{
    char hint[128];
    if (lua_type(L, key) != LUA_TSTRING)
        return luaL_error(L, "%s has named fields, no [%s]", what, luaL_typename(L, key));
    const char *wrong = lua_tostring(L, key);
    lg__charge(L, 10 * names->count);
    lg__name_hint(names, wrong, hint, sizeof hint);
    return luaL_error(L, "%s has no field \"%s\"%s", what, wrong, hint);
}

static int l_read_only(lua_State *L)
{
    static const char *const what[] = {"market_info", "an asset", "a market", "params of an asset"};
    static const char *const lists[] = {"assets", "markets", "assets of a market",
                                        "markets of a market"};
    const lg__handle *handle = lg__to_handle(L, 1);
    if (handle->kind == LG_HANDLE_LIST)
        return luaL_error(L, "the list %s is read only; copy it into a table of your own",
                          lists[handle->own]);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    return luaL_error(L,
                      "\"%s\" cannot be assigned: %s is read only; keep your own values in `state`",
                      key, what[handle->kind]);
}

static void make_metatable(lua_State *L, lg__handle_kind kind, lua_CFunction index,
                           const lg__names *names)
{
    lua_createtable(L, 0, 5);
    if (names)
        lg__push_name_ids(L, names);
    else
        lua_newtable(L); /* what a class without fixed names remembers of those it has seen */
    lua_pushcclosure(L, index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_read_only);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    if (kind == LG_HANDLE_LIST) {
        lua_pushcfunction(L, lg__list_length);
        lua_setfield(L, -2, "__len");
    }
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_HANDLE + (int)kind);
}

void lg__handles_open(lua_State *L)
{
    static const int caches[] = {LG_SLOT_ASSETS, LG_SLOT_MARKETS, LG_SLOT_PARAMS, LG_SLOT_LISTS,
                                 LG_SLOT_NAMES};
    for (size_t i = 0; i < sizeof caches / sizeof caches[0]; i++) {
        lua_newtable(L);
        lua_rawseti(L, LUA_REGISTRYINDEX, caches[i]);
    }
    make_metatable(L, LG_HANDLE_INFO, lg__info_index, &lg__info_names);
    make_metatable(L, LG_HANDLE_ASSET, lg__asset_index, &lg__asset_names);
    make_metatable(L, LG_HANDLE_MARKET, lg__market_index, &lg__market_names);
    make_metatable(L, LG_HANDLE_PARAMS, lg__params_index, NULL);
    make_metatable(L, LG_HANDLE_LIST, lg__list_index, NULL);
    lg__records_open(L);
    lg__handle *info = lua_newuserdatauv(L, sizeof *info, 0);
    *info = (lg__handle){.kind = LG_HANDLE_INFO};
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_HANDLE + LG_HANDLE_INFO);
    lua_setmetatable(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_INFO);
}

void lg__push_info(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_INFO);
}

/* Pushes the handle cached in slot under number; makes one of kind for index when there is none. */
static void push_cached(lua_State *L, int slot, lg__handle_kind kind, uint32_t index, bool own)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot);
    if (lua_rawgeti(L, -1, (lua_Integer)index + 1) == LUA_TNIL) {
        lua_pop(L, 1);
        lg__handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
        *handle = (lg__handle){.kind = (uint8_t)kind, .own = own, .index = index};
        lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_HANDLE + (int)kind);
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, (lua_Integer)index + 1);
    }
    lua_remove(L, -2);
}

void lg__push_asset(lua_State *L, uint32_t asset)
{
    push_cached(L, LG_SLOT_ASSETS, LG_HANDLE_ASSET, asset,
                lg_desk_owns_asset(lg__agent_of(L)->desk, asset));
}

void lg__push_market(lua_State *L, uint32_t area)
{
    push_cached(L, LG_SLOT_MARKETS, LG_HANDLE_MARKET, area,
                lg_desk_owns_market(lg__agent_of(L)->desk, area));
}

void lg__push_list(lua_State *L, uint8_t what, uint32_t area)
{
    lua_Integer key = ((lua_Integer)area << 2) | what;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_LISTS);
    if (lua_rawgeti(L, -1, key) == LUA_TNIL) {
        lua_pop(L, 1);
        lg__handle *handle = lua_newuserdatauv(L, sizeof *handle, 1);
        *handle = (lg__handle){.kind = LG_HANDLE_LIST, .own = what, .index = area};
        lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_HANDLE + LG_HANDLE_LIST);
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, key);
    }
    lua_remove(L, -2);
}

/* How many entries the list has; *first is where they start, *indices the numbers when they are
 * listed. */
static uint32_t list_of(const lg_agent *agent, const lg__handle *list, uint32_t *first,
                        const uint32_t **indices)
{
    uint32_t count = 0;
    const lg_area *area = &agent->site->areas[list->index];
    *indices = NULL;
    *first = 0;
    switch (list->own) {
    case LG_LIST_OWN_ASSETS:
        *indices = lg__own_assets(agent, &count);
        return count;
    case LG_LIST_OWN_MARKETS:
        *indices = lg_desk_markets(agent->desk, &count);
        return count;
    case LG_LIST_AREA_ASSETS:
        *first = area->asset_first;
        return area->asset_count;
    default:
        *first = area->child_first;
        return area->child_count;
    }
}

static void push_entry(lua_State *L, const lg__handle *list, uint32_t index)
{
    if (list->own == LG_LIST_OWN_ASSETS || list->own == LG_LIST_AREA_ASSETS)
        lg__push_asset(L, index);
    else
        lg__push_market(L, index);
}

int lg__list_length(lua_State *L)
{
    uint32_t first;
    const uint32_t *indices;
    lua_pushinteger(L, list_of(lg__agent_of(L), lg__to_handle(L, 1), &first, &indices));
    return 1;
}

int lg__list_index(lua_State *L)
{
    const lg__handle *list = lg__to_handle(L, 1);
    uint32_t first;
    const uint32_t *indices;
    uint32_t count = list_of(lg__agent_of(L), list, &first, &indices);
    if (lua_type(L, 2) == LUA_TSTRING)
        return luaL_error(L,
                          "a list is read by number, 1 .. %d, not by \"%s\"; use ipairs, or "
                          "grid.find for names",
                          (int)count, lua_tostring(L, 2));
    lua_Integer i = luaL_checkinteger(L, 2);
    if (i < 1 || (lua_Unsigned)i > count) {
        lua_pushnil(L);
        return 1;
    }
    push_entry(L, list, indices ? indices[i - 1] : first + (uint32_t)(i - 1));
    return 1;
}

void lg__push_list_table(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    const lg__handle *list = lg__to_handle(L, index);
    uint32_t first;
    const uint32_t *indices;
    uint32_t count = list_of(lg__agent_of(L), list, &first, &indices);
    if (lua_getiuservalue(L, index, 1) == LUA_TTABLE && lua_rawlen(L, -1) == count)
        return;
    lua_pop(L, 1);
    lg__charge(L, 4 * (uint64_t)count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        push_entry(L, list, indices ? indices[i] : first + i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, index, 1);
}
