/* grid: the site as scripts ask for it, the fees along a path, the batch (lib_batch.c) and the
 * board (lib_board.c). */
#include "script/state.h"

#include <string.h>
#include "script/find.h"
#include "script/frozen.h"

/* grid.find(name_or_uuid): the asset or market of that name or UUID; nil when there is none. */
static int l_grid_find(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lg__agent_of(L)->unknowable = true;
    lg__find_push(L, 1);
    return 1;
}

/* grid.asset(name_or_uuid). Errors: no such asset, with the near miss. */
static int l_grid_asset(lua_State *L)
{
    lg__agent_of(L)->unknowable = true;
    lg__push_asset(L, lg__find_asset(L, 1, "grid.asset"));
    return 1;
}

/* grid.market(name_or_uuid). Errors: no such market, with the near miss. */
static int l_grid_market(lua_State *L)
{
    lg__agent_of(L)->unknowable = true;
    lg__push_market(L, lg__find_market(L, 1, "grid.market"));
    return 1;
}

enum { FEE_NEXT, FEE_RUNNING, FEE_LAST };

static int fee_type(lua_State *L, int index)
{
    static const char *const words[] = {"current_market_fee", "next_market_fee",
                                        "running_market_fee", "last_market_fee"};
    static const int types[] = {FEE_NEXT, FEE_NEXT, FEE_RUNNING, FEE_LAST};
    static const lg__names list = {words, NULL, 4};
    char hint[128];
    const char *word = luaL_optstring(L, index, words[0]);
    int found = lg__name_index(&list, word);
    if (found < 0)
        luaL_error(L,
                   "grid.calculate_grid_fee: fee_type \"%s\" is none of current_market_fee, "
                   "next_market_fee, running_market_fee and last_market_fee%s",
                   word, lg__name_hint(&list, word, hint, sizeof hint));
    return types[found];
}

static int64_t fee_of(const lg_agent *agent, uint32_t area, int type)
{
    const lg_market_stats *last;
    switch (type) {
    case FEE_RUNNING:
        return lg__see(agent, fee_running, area);
    case FEE_LAST:
        last = lg__see(agent, last_stats, area);
        if (!last)
            return 0;
        return agent->rules->fee_kind == LG_FEE_CONSTANT ? last->fee_uct : last->fee_ppb;
    default:
        return lg__see(agent, fee_next, area);
    }
}

/* The market at or above what the argument means. */
static uint32_t market_of(lua_State *L, int index)
{
    const lg__handle *handle = lg__to_handle(L, index);
    if (!handle && lua_type(L, index) == LUA_TSTRING) {
        lg__find_push(L, index);
        handle = lg__to_handle(L, -1);
        lua_pop(L, 1);
        if (!handle)
            luaL_error(L, "grid.calculate_grid_fee: there is no asset or market \"%s\"",
                       lua_tostring(L, index));
    }
    if (handle && handle->kind == LG_HANDLE_ASSET)
        return lg__agent_of(L)->site->assets[handle->index].area;
    if (handle && handle->kind == LG_HANDLE_MARKET)
        return handle->index;
    luaL_error(L,
               "grid.calculate_grid_fee: argument #%d must be an asset or market, a name or a "
               "UUID, not %s",
               index, luaL_typename(L, index));
    return 0;
}

/*
 * grid.calculate_grid_fee(start, target, fee_type): see api.def. The sum over all markets on the
 * path, both ends and the lowest common one included, each once.
 */
static int l_grid_fee(lua_State *L)
{
    const lg_agent *agent = lg__agent_of(L);
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    lua_settop(L, 3);
    lg__agent_of(L)->unknowable = true;
    uint32_t start = market_of(L, 1);
    int type = fee_type(L, 3);
    int64_t sum = 0;
    uint32_t count =
        lg_site_path(agent->site, start, lua_isnil(L, 2) ? start : market_of(L, 2), path);
    for (uint32_t i = 0; i < count; i++)
        sum += fee_of(agent, path[i], type);
    lua_pushnumber(L, lg__fee_shown(agent, sum));
    return 1;
}

static int l_grid_unknown(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (strcmp(name, "tree") == 0) {
        lg__agent_of(L)->unknowable = true;
        lg__push_market(L, 0);
        return 1;
    }
    if (strcmp(name, "budget") == 0) {
        lg__agent_of(L)->unknowable = true;
        lg__push_budget(L);
        return 1;
    }
    return lg__no_field(L, "grid", &lg__grid_names, 2);
}

static const luaL_Reg functions[] = {
#define LG_GRID(name, function, params, returns, help) {name, function},
#include "script/api.def"
    {NULL, NULL},
};

void lg__lib_grid(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lg__lib_batch(L);
    lua_setfield(L, -2, "batch");
    lg__lib_board(L);
    lua_setfield(L, -2, "board");
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_grid_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lg__freeze(L, "grid");
}
