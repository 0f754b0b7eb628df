/*
 * requirements = { { trading_partners = {"Home 2 PV", "Community"}, energy_type = {"PV"}, energy =
 * 0.5, price = 10 }, ... } of a bid, { { trading_partners = {...} } } of an offer; attributes = {
 * energy_type = "PV" } of an offer. Everything is read into blocks that Lua owns and then copied by
 * the desk, so an error in the middle leaves nothing behind.
 */
#include "script/terms.h"

#include <string.h>
#include "grid/unit.h"
#include "script/find.h"
#include "script/frozen.h"
#include "script/order.h"

enum { KEY_PARTNERS, KEY_TYPES, KEY_ENERGY, KEY_PRICE, KEY_RATE, KEY_COUNT };

static const char *const bid_keys[KEY_COUNT] = {"trading_partners", "energy_type", "energy",
                                                "price", "rate"};
static const lg__names bid_names = {bid_keys, NULL, KEY_COUNT};
static const lg__names offer_names = {bid_keys, NULL, 1};

static bool is_offer(const lg__request *request)
{
    return request->kind == LG_CMD_OFFER || request->kind == LG_CMD_UPDATE_OFFER;
}

/* Pushes the table at index, or what is behind a read-only one. */
static void push_table(lua_State *L, int index)
{
    if (!lg__thaw(L, index))
        lua_pushvalue(L, index);
}

/* Pushes the list at index; raises unless it is one of 1 to max elements. @return how many */
static uint32_t push_list(lua_State *L, const lg__request *request, int index, const char *key,
                          const char *of, uint32_t max)
{
    if (lua_type(L, index) != LUA_TTABLE)
        luaL_error(L, "grid.batch:%s: \"%s\" must be a list of %s, not %s", request->name, key, of,
                   luaL_typename(L, index));
    push_table(L, index);
    lua_Unsigned count = lua_rawlen(L, -1), seen = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        seen++;
    if (count == 0 || count > max || seen != count)
        luaL_error(L, "grid.batch:%s: \"%s\" must be a list of 1 to %d %s", request->name, key,
                   (int)max, of);
    return (uint32_t)count;
}

static uint32_t place_at(lua_State *L, const lg__request *request, int index)
{
    const lg__handle *handle = lg__find_either(L, index, request->name);
    return handle->kind == LG_HANDLE_ASSET ? handle->index : LG_MATCH_AREA + handle->index;
}

/* The value of trading_partners is on top; the block stays on the stack below. */
static lg_array read_partners(lua_State *L, const lg__request *request)
{
    uint32_t count =
        push_list(L, request, -1, bid_keys[KEY_PARTNERS], "assets and markets", LG_PARTNERS_MAX);
    uint32_t *places = lua_newuserdatauv(L, count * sizeof *places, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        places[i] = place_at(L, request, -1);
        lua_pop(L, 1);
    }
    lua_replace(L, -3); /* in the place of the value */
    lua_pop(L, 1);
    return (lg_array){places, count, sizeof *places};
}

static const char *type_at(lua_State *L, const lg__request *request, int index)
{
    size_t length = 0;
    const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;
    if (!text || length == 0 || length > LG_ENERGY_TYPE_MAX || strlen(text) != length)
        luaL_error(L, "grid.batch:%s: an \"energy_type\" is a text of 1 to %d letters like \"PV\"",
                   request->name, LG_ENERGY_TYPE_MAX);
    return text;
}

/* The texts are held by the script's own table while this command is put together. */
static lg_array read_types(lua_State *L, const lg__request *request)
{
    uint32_t count = push_list(L, request, -1, bid_keys[KEY_TYPES], "texts", LG_ENERGY_TYPES_MAX);
    const char **types = lua_newuserdatauv(L, count * sizeof *types, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        types[i] = type_at(L, request, -1);
        lua_pop(L, 1);
    }
    lua_replace(L, -3);
    lua_pop(L, 1);
    return (lg_array){types, count, sizeof *types};
}

static double amount_at(lua_State *L, const lg__request *request, int key)
{
    if (lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L, "grid.batch:%s: \"%s\" of a requirement must be a number, not %s",
                   request->name, bid_keys[key], luaL_typename(L, -1));
    return lua_tonumber(L, -1);
}

/* Energy and rate of a requirement as integers; a price is for its energy, or the order's. */
static void set_amounts(lua_State *L, const lg__request *request, unsigned given,
                        const double *amount, int64_t order_uwh, lg_requirement *r)
{
    double rate = amount[KEY_RATE];
    bool fine = true;
    if (given & 1u << KEY_ENERGY)
        fine = lg_uwh_from_kwh(amount[KEY_ENERGY], &r->energy_uwh) && r->energy_uwh > 0;
    if (!fine)
        luaL_error(L, "grid.batch:%s: \"energy\" of a requirement is %f, not kWh above 0",
                   request->name, lg_shown(amount[KEY_ENERGY]));
    if ((given & 1u << KEY_PRICE) && (given & 1u << KEY_RATE))
        luaL_error(L, "grid.batch:%s: a requirement takes \"price\" or \"rate\", not both",
                   request->name);
    int64_t energy_uwh = r->energy_uwh != LG_MATCH_UNLIMITED ? r->energy_uwh : order_uwh;
    if (given & 1u << KEY_PRICE)
        rate = energy_uwh > 0 ? amount[KEY_PRICE] / lg_kwh_from_uwh(energy_uwh) : 0;
    if (given & (1u << KEY_PRICE | 1u << KEY_RATE))
        fine = lg_uct_from_ct(rate, &r->rate_uct) && r->rate_uct >= 0;
    if (!fine)
        luaL_error(L, "grid.batch:%s: \"%s\" of a requirement is %f, not ct from 0 on",
                   request->name, given & 1u << KEY_PRICE ? "price" : "rate",
                   lg_shown(given & 1u << KEY_PRICE ? amount[KEY_PRICE] : rate));
}

/* Raises unless all keys of the table on top are texts, before anything else is said of it. */
static void check_names(lua_State *L, const lg__request *request, const char *what)
{
    int odd = lg__order_odd_key(L, -1);
    if (odd != LUA_TNONE)
        luaL_error(L, "grid.batch:%s: the keys of %s have names, not %s", request->name, what,
                   lua_typename(L, odd));
}

static int key_of(lua_State *L, const lg__request *request, int index, const lg__names *names,
                  const char *what)
{
    char hint[96];
    int key = lg__name_index(names, lua_tostring(L, index));
    if (key < 0)
        luaL_error(L, "grid.batch:%s: %s does not take \"%s\"%s", request->name, what,
                   lua_tostring(L, index),
                   lg__name_hint(names, lua_tostring(L, index), hint, sizeof hint));
    return key;
}

/* The requirement is on top, a table. Leaves the blocks it refers to on the stack, below it. */
static void read_requirement(lua_State *L, const lg__request *request, int64_t order_uwh,
                             lg_requirement *r)
{
    double amount[KEY_COUNT] = {0};
    unsigned given = 0;
    bool offer = is_offer(request);
    *r = (lg_requirement){
        .size = sizeof *r, .energy_uwh = LG_MATCH_UNLIMITED, .rate_uct = LG_MATCH_UNLIMITED};
    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "grid.batch:%s: a requirement must be a table, not %s", request->name,
                   luaL_typename(L, -1));
    const char *what = offer ? "a requirement of an offer" : "a requirement of a bid";
    push_table(L, -1);
    lua_replace(L, -2);
    check_names(L, request, what);
    for (lua_pushnil(L); lua_next(L, -2);) {
        int key = key_of(L, request, -2, offer ? &offer_names : &bid_names, what);
        given |= 1u << key;
        if (key == KEY_PARTNERS)
            r->partners = read_partners(L, request);
        else if (key == KEY_TYPES)
            r->energy_types = read_types(L, request);
        else
            amount[key] = amount_at(L, request, key);
        lua_insert(L, -3); /* value or block goes below table and key */
    }
    if (!given)
        luaL_error(L, "grid.batch:%s: a requirement says nothing; expected \"trading_partners\"%s",
                   request->name, offer ? "" : ", \"energy_type\", \"energy\" or \"price\"");
    set_amounts(L, request, given, amount, order_uwh, r);
}

static void read_requirements(lua_State *L, const lg__request *request, int64_t order_uwh,
                              lg_terms *terms)
{
    lua_pushstring(L, lg__arg_names[ARG_REQUIREMENTS]);
    lua_rawget(L, 2);
    terms->requirement_count =
        push_list(L, request, -1, lg__arg_names[ARG_REQUIREMENTS], "tables", LG_REQUIREMENTS_MAX);
    int list = lua_gettop(L);
    lg_requirement *items = lua_newuserdatauv(L, terms->requirement_count * sizeof *items, 0);
    terms->requirements = items;
    for (uint32_t i = 0; i < terms->requirement_count; i++) {
        luaL_checkstack(L, 2 * KEY_COUNT + 8, NULL);
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        read_requirement(L, request, order_uwh, &items[i]);
    }
}

static void read_attributes(lua_State *L, const lg__request *request, lg_terms *terms)
{
    static const char *const keys[] = {"energy_type"};
    static const lg__names names = {keys, NULL, 1};
    lua_pushstring(L, lg__arg_names[ARG_ATTRIBUTES]);
    lua_rawget(L, 2);
    static const char what[] = "\"attributes\"";
    push_table(L, -1);
    check_names(L, request, what);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        key_of(L, request, -2, &names, what);
        terms->energy_type = type_at(L, request, -1);
    }
}

bool lg__terms_add(lua_State *L, const lg_agent *agent, const lg__request *request,
                   lg_command *command)
{
    lg_terms terms = {0};
    int top = lua_gettop(L);
    if (request->given & LG__BIT(REQUIREMENTS))
        read_requirements(L, request, command->energy_uwh, &terms);
    if (request->given & LG__BIT(ATTRIBUTES))
        read_attributes(L, request, &terms);
    lg_status status = lg_desk_add_terms(agent->desk, &terms, &command->terms);
    if (status == LG_MEMORY)
        luaL_error(L, "not enough memory for the batch");
    lua_settop(L, top);
    return status == LG_OK;
}
