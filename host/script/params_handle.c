/* The parameters of an asset as scripts see them: `asset.params.capacity_kW`. Equal parameters of
 * many assets are one handle. */
#include "script/state.h"

#include <string.h>
#include "base/clock.h"

void lg__push_params(lua_State *L, uint32_t asset)
{
    static const lg_params none;
    const lg_params *params = lg__agent_of(L)->site->assets[asset].params;
    const void *key = params ? params : &none;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_PARAMS);
    if (lua_rawgetp(L, -1, key) == LUA_TNIL) {
        lua_pop(L, 1);
        lg__params_handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
        *handle = (lg__params_handle){
            .head = {.kind = LG_HANDLE_PARAMS}, .params = params, .asset = asset};
        lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_HANDLE + LG_HANDLE_PARAMS);
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, key);
    }
    lua_remove(L, -2);
}

/* A time of day reads as its hour, like `hour` of market_info; a date as milliseconds since 1970.
 */
static double time_shown(uint32_t type, double value)
{
    bool hours = type == LG_OPTION_TIME && value < LG_OPTION_TIME_DATE;
    return hours ? value / (double)LG_HOUR_MS : value;
}

/* A list of tables, each with its columns; a time of day as hours, a date as milliseconds. */
static void push_rows(lua_State *L, const lg_param *param)
{
    const lg_array *columns = &param->option->columns;
    const double *cell = param->value.list;
    uint64_t rows = param->value.list_count / columns->count;
    lua_createtable(L, (int)rows, 0);
    for (uint64_t i = 0; i < rows; i++) {
        lua_createtable(L, 0, (int)columns->count);
        for (uint32_t k = 0; k < columns->count; k++, cell++) {
            const lg_option *column =
                (const lg_option *)((const char *)columns->items + (size_t)k * columns->stride);
            if (*cell != *cell)
                continue;
            lua_pushnumber(L, time_shown(column->type, *cell));
            lua_setfield(L, -2, column->name);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* The value of parameter @p at of an asset; nil when the scenario says nothing and there is no
 * default. */
static void push_param(lua_State *L, uint32_t asset, const lg_param *param, uint32_t at)
{
    const lg_agent *agent = lg__agent_of(L);
    const lg_value *value = &param->value;
    double number = value->number;
    switch (param->option->type) {
    case LG_OPTION_BOOL:
        if (number != number)
            lua_pushnil(L);
        else
            lua_pushboolean(L, number != 0);
        return;
    case LG_OPTION_TEXT:
        lua_pushstring(L, value->text);
        return;
    case LG_OPTION_LIST:
        lua_createtable(L, (int)value->list_count, 0);
        for (uint64_t i = 0; i < value->list_count; i++) {
            lua_pushnumber(L, value->list[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        return;
    case LG_OPTION_ROWS:
        push_rows(L, param);
        return;
    case LG_OPTION_TIME:
        number = time_shown(LG_OPTION_TIME, number);
        break;
    case LG_OPTION_PROFILE: /* what it is in the running slot */
        number = value->profile ? lg__see(agent, profile, asset, at) : number;
        break;
    default:
        break;
    }
    if (number != number)
        lua_pushnil(L);
    else if (param->option->type == LG_OPTION_INTEGER)
        lua_pushinteger(L, (lua_Integer)number);
    else
        lua_pushnumber(L, number);
}

/* Raises for a name that is no option of the asset, with the near miss. */
static int no_param(lua_State *L, const lg__params_handle *handle, const char *wrong)
{
    enum { NAMES_MAX = 128 };
    const char *names[NAMES_MAX];
    const lg_asset *asset = &lg__agent_of(L)->site->assets[handle->asset];
    size_t count = 0;
    for (uint32_t i = 0; handle->params && i < handle->params->count && count < NAMES_MAX; i++)
        names[count++] = handle->params->items[i].option->name;
    for (size_t i = 0; i < lg__trading_names.count && count < NAMES_MAX; i++)
        names[count++] = lg__trading_names.names[i];
    lg__names list = {names, NULL, count};
    char hint[128];
    return luaL_error(L, "asset \"%s\" has no parameter \"%s\"%s", asset->name, wrong,
                      lg__name_hint(&list, wrong, hint, sizeof hint));
}

/* Assets of a kind have their options in the same places, so the place of a name is looked for
 * where it was found last; the upvalue remembers. */
int lg__params_index(lua_State *L)
{
    const lg__params_handle *handle = lua_touserdata(L, 1);
    const lg_params *params = handle->params;
    const char *name = luaL_checkstring(L, 2);
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    uint32_t at = (uint32_t)lua_tointeger(L, -1); /* nil reads 0 */
    if (params && at < params->count && strcmp(params->items[at].option->name, name) == 0) {
        push_param(L, handle->asset, &params->items[at], at);
        return 1;
    }
    for (at = 0; params && at < params->count; at++) {
        if (strcmp(params->items[at].option->name, name) != 0)
            continue;
        lua_pushvalue(L, 2);
        lua_pushinteger(L, at);
        lua_rawset(L, lua_upvalueindex(1));
        push_param(L, handle->asset, &params->items[at], at);
        return 1;
    }
    if (lg__name_index(&lg__trading_names, name) < 0)
        return no_param(L, handle, name);
    lua_pushnil(L);
    return 1;
}
