/*
 * Reads the arguments of commands into a request: types are checked here, amounts where they become
 * integers. The first key that a command does not take is named, and the nearest one that it does.
 */
#include "script/args.h"

#include <string.h>
#include "script/find.h"
#include "script/order.h"

const char *const lg__arg_names[ARG_COUNT] = {"asset",
                                              "energy",
                                              "rate",
                                              "price",
                                              "replace_existing",
                                              "area_uuid",
                                              "asset_uuid",
                                              "market",
                                              "bid_id",
                                              "offer_id",
                                              "fee_cents_kwh",
                                              "fee_const",
                                              "fee_percent",
                                              "time_slot",
                                              "energy_forecast",
                                              "energy_measurement",
                                              "requirements",
                                              "attributes"};

/* Raises unless all keys of the table at index 2 are texts: before anything else is said of it,
 * since with others in it the texts may stand in any order, too. */
static void check_names(lua_State *L, const lg__request *request)
{
    int odd = lg__order_odd_key(L, 2);
    if (odd != LUA_TNONE)
        luaL_error(L, "grid.batch:%s: keys have names, not %s", request->name,
                   lua_typename(L, odd));
}

/* Raises about the first (by its letters) key of the table at index 2 that the command does not
 * take. */
static void raise_unknown_key(lua_State *L, const lg__request *request, unsigned allowed)
{
    const char *wrong = NULL, *names[ARG_COUNT];
    size_t count = 0;
    char hint[96];
    lua_settop(L, 2);
    check_names(L, request);
    for (int i = 0; i < ARG_COUNT; i++)
        if (allowed & (1u << i))
            names[count++] = lg__arg_names[i];
    lg__names list = {names, NULL, count};
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        const char *key = lua_tostring(L, -2);
        if (lg__name_index(&list, key) < 0 && (!wrong || strcmp(key, wrong) < 0))
            wrong = key;
    }
    luaL_error(L, "grid.batch:%s does not take \"%s\"%s", request->name, wrong,
               lg__name_hint(&list, wrong, hint, sizeof hint));
}

void lg__args_type_error(lua_State *L, const lg__request *request, int arg, const char *expected,
                         int index)
{
    luaL_error(L, "grid.batch:%s: \"%s\" must be %s, not %s", request->name, lg__arg_names[arg],
               expected, luaL_typename(L, index));
}

uint32_t lg__args_node(lua_State *L, const lg__request *request, int index)
{
    if (lg_command_is_for_market(request->kind))
        return lg__find_market(L, index, request->name);
    return lg__find_asset(L, index, request->name);
}

void lg__args_energy(lua_State *L, lg__request *request, int index)
{
    if (lua_topointer(L, index) == lg__agent_of(L)->keys[ARG_COUNT])
        request->all = true;
    else if (lua_type(L, index) == LUA_TNUMBER)
        request->number[ARG_ENERGY] = lua_tonumber(L, index);
    else
        lg__args_type_error(L, request, ARG_ENERGY, "a number of kWh or \"all\"", index);
}

static void take_id(lua_State *L, lg__request *request, int arg, int index)
{
    if (lua_isnil(L, index))
        return;
    if (!lua_isinteger(L, index) || lua_tointeger(L, index) < 1)
        lg__args_type_error(L, request, arg, "the id of an order", index);
    request->id = (uint64_t)lua_tointeger(L, index);
}

/* Takes the value at index as argument arg. */
void lg__args_take(lua_State *L, lg__request *request, int arg, int index)
{
    request->given |= 1u << arg;
    switch (arg) {
    case ARG_ASSET:
    case ARG_AREA_UUID:
    case ARG_ASSET_UUID:
    case ARG_MARKET:
        request->node = lg__args_node(L, request, index);
        return;
    case ARG_ENERGY:
        lg__args_energy(L, request, index);
        return;
    case ARG_REPLACE:
        if (!lua_isboolean(L, index))
            lg__args_type_error(L, request, arg, "true or false", index);
        request->replace = lua_toboolean(L, index);
        return;
    case ARG_TIME_SLOT:
        request->time_slot = lua_isnil(L, index) ? 0 : lg__args_slot(L, request, arg, index);
        return;
    case ARG_ENERGY_FORECAST:
    case ARG_ENERGY_MEASUREMENT:
        if (lua_type(L, index) != LUA_TTABLE)
            lg__args_type_error(L, request, arg, "a table of kWh by slot", index);
        return;
    case ARG_REQUIREMENTS:
    case ARG_ATTRIBUTES:
        if (lua_type(L, index) != LUA_TTABLE)
            lg__args_type_error(L, request, arg,
                                arg == ARG_ATTRIBUTES ? "a table" : "a list of tables", index);
        return;
    case ARG_BID_ID:
    case ARG_OFFER_ID:
        take_id(L, request, arg, index);
        return;
    default:
        if (lua_type(L, index) != LUA_TNUMBER)
            lg__args_type_error(L, request, arg, arg == ARG_PRICE ? "a number of ct" : "a number",
                                index);
        request->number[arg] = lua_tonumber(L, index);
        return;
    }
}

/* The kinds of values that nearly all tables hold, without a way through the general case.
 * @return whether it was one of them */
static inline bool take_plain(lua_State *L, const lg_agent *agent, lg__request *request, int arg)
{
    if ((LG__BIT(ENERGY) | KEYS_NUMBERS) & (1u << arg)) {
        if (lua_type(L, 4) == LUA_TNUMBER)
            request->number[arg] = lua_tonumber(L, 4);
        else if (arg == ARG_ENERGY && lua_topointer(L, 4) == agent->keys[ARG_COUNT])
            request->all = true;
        else
            return false;
    } else if (arg == ARG_ASSET) {
        const lg__handle *handle = lg__to_handle(L, 4);
        if (!handle || handle->kind != LG_HANDLE_ASSET)
            return false;
        request->node = handle->index;
    } else if (arg == ARG_REPLACE && lua_isboolean(L, 4)) {
        request->replace = lua_toboolean(L, 4);
    } else
        return false;
    request->given |= 1u << arg;
    return true;
}

/* Reads the table at index 2; short texts are unique in a state, so the objects are compared. Each
 * call of the API counts here: one walk, whose key is at 3 and value at 4. */
void lg__args_table(lua_State *L, const lg_agent *agent, lg__request *request, unsigned allowed)
{
    if (lua_gettop(L) > 2)
        luaL_error(L, "grid.batch:%s takes one table or the values in order, not both",
                   request->name);
    bool checked = false;
    for (lua_pushnil(L); lua_next(L, 2); lua_settop(L, 3)) {
        int arg = 0;
        const void *key = lua_topointer(L, 3);
        while (arg < ARG_COUNT && agent->keys[arg] != key)
            arg++;
        if (arg == ARG_COUNT || !(allowed & (1u << arg)))
            raise_unknown_key(L, request, allowed);
        if (take_plain(L, agent, request, arg))
            continue;
        if (!checked) /* what follows may raise */
            check_names(L, request);
        checked = true;
        lg__args_take(L, request, arg, 4);
    }
    if (!(request->given & (KEYS_NODE | KEYS_MARKET)))
        luaL_error(L, "grid.batch:%s: \"%s\" is missing", request->name,
                   lg_command_is_for_market(request->kind) ? "market" : "asset");
}

void lg__args_require(lua_State *L, const lg__request *request, int arg)
{
    if (!(request->given & (1u << arg)))
        luaL_error(L, "grid.batch:%s: \"%s\" is missing", request->name, lg__arg_names[arg]);
}
