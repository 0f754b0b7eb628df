/*
 * grid.batch: the commands a script may send. Each has two forms, one table with the documented
 * names
 *
 *     grid.batch:bid_energy_rate{asset = a, energy = 0.5, rate = 20, replace_existing = false}
 *
 * or the same in order, which is quicker: grid.batch:bid_energy_rate(a, 0.5, 20, false). An asset
 * or market is an object, a name or a UUID. A command goes into the batch of the desk and changes
 * nothing until the turn applies it; execute() waits for that.
 *
 * Returns true; false when "all" was asked and nothing is left; nil, sentence and code when it is
 * clear at once that it will be refused (FOREIGN) or that the batch is full (LIMIT, then it has no
 * answer either). Errors: wrong types, unknown keys, names that do not exist, numbers that are not
 * finite.
 */
#include "script/state.h"

#include <string.h>
#include "grid/unit.h"
#include "script/find.h"

/* Keys of the table form, the frequent ones first. */
enum {
    ARG_ASSET,
    ARG_ENERGY,
    ARG_RATE,
    ARG_PRICE,
    ARG_REPLACE,
    ARG_AREA_UUID,
    ARG_ASSET_UUID,
    ARG_MARKET,
    ARG_BID_ID,
    ARG_OFFER_ID,
    ARG_FEE_CENTS,
    ARG_FEE_CONST,
    ARG_FEE_PERCENT,
    ARG_COUNT
};

static const char *const arg_names[ARG_COUNT] = {
    "asset",  "energy", "rate",     "price",         "replace_existing", "area_uuid",  "asset_uuid",
    "market", "bid_id", "offer_id", "fee_cents_kwh", "fee_const",        "fee_percent"};

#define BIT(arg) (1u << ARG_##arg)
enum {
    KEYS_NODE = BIT(ASSET) | BIT(AREA_UUID) | BIT(ASSET_UUID),
    KEYS_MARKET = BIT(MARKET) | BIT(AREA_UUID),
    KEYS_NONE = 0,
    KEYS_RATE = BIT(RATE),
    KEYS_PRICE = BIT(PRICE),
    KEYS_ENERGY = BIT(ENERGY),
    KEYS_ORDER = BIT(ENERGY) | BIT(REPLACE),
    KEYS_BID_ID = BIT(BID_ID),
    KEYS_OFFER_ID = BIT(OFFER_ID),
    KEYS_FEE = BIT(FEE_CENTS) | BIT(FEE_CONST) | BIT(FEE_PERCENT),
    KEYS_NUMBERS = BIT(RATE) | BIT(PRICE) | BIT(FEE_CENTS) | BIT(FEE_CONST) | BIT(FEE_PERCENT),
};

/** One command as it was called. */
typedef struct request {
    const char *name;
    uint8_t kind;
    unsigned given; /* bits of the keys that were given */
    uint32_t node;
    bool all; /* energy = "all" */
    bool replace;
    double number[ARG_COUNT];
    uint64_t id;
} request;

static void check_self(lua_State *L, const lg_agent *agent, const char *name)
{
    if (__builtin_expect(lua_topointer(L, 1) != agent->batch, 0))
        luaL_error(L, "grid.batch.%s: call it with a colon, grid.batch:%s(...)", name, name);
}

/* Raises about the first (by its letters) key of the table at index 2 that the command does not
 * take. */
static void raise_unknown_key(lua_State *L, const request *call, unsigned allowed)
{
    const char *wrong = NULL, *names[ARG_COUNT];
    size_t count = 0;
    char hint[96];
    lua_settop(L, 2);
    for (int i = 0; i < ARG_COUNT; i++)
        if (allowed & (1u << i))
            names[count++] = arg_names[i];
    lg__names list = {names, NULL, count};
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "grid.batch:%s: keys have names, not %s", call->name,
                       luaL_typename(L, -2));
        const char *key = lua_tostring(L, -2);
        if (lg__name_index(&list, key) < 0 && (!wrong || strcmp(key, wrong) < 0))
            wrong = key;
    }
    if (wrong && strcmp(wrong, "time_slot") == 0)
        luaL_error(L, "grid.batch:%s: \"time_slot\" is not taken: only the running slot is traded",
                   call->name);
    luaL_error(L, "grid.batch:%s does not take \"%s\"%s", call->name, wrong,
               lg__name_hint(&list, wrong, hint, sizeof hint));
}

static void raise_type(lua_State *L, const request *call, int arg, const char *expected, int index)
{
    luaL_error(L, "grid.batch:%s: \"%s\" must be %s, not %s", call->name, arg_names[arg], expected,
               luaL_typename(L, index));
}

static uint32_t find_node(lua_State *L, const request *call, int index)
{
    if (call->kind >= LG_CMD_MARKET_STATS)
        return lg__find_market(L, index, call->name);
    return lg__find_asset(L, index, call->name);
}

static void take_energy(lua_State *L, request *call, int index)
{
    if (lua_type(L, index) == LUA_TNUMBER)
        call->number[ARG_ENERGY] = lua_tonumber(L, index);
    else if (lua_type(L, index) == LUA_TSTRING && strcmp(lua_tostring(L, index), "all") == 0)
        call->all = true;
    else
        raise_type(L, call, ARG_ENERGY, "a number of kWh or \"all\"", index);
}

static void take_id(lua_State *L, request *call, int arg, int index)
{
    if (lua_isnil(L, index))
        return;
    if (!lua_isinteger(L, index) || lua_tointeger(L, index) < 1)
        raise_type(L, call, arg, "the id of an order", index);
    call->id = (uint64_t)lua_tointeger(L, index);
}

/* Takes the value at index as argument arg. */
static void take(lua_State *L, request *call, int arg, int index)
{
    call->given |= 1u << arg;
    switch (arg) {
    case ARG_ASSET:
    case ARG_AREA_UUID:
    case ARG_ASSET_UUID:
    case ARG_MARKET:
        call->node = find_node(L, call, index);
        return;
    case ARG_ENERGY:
        take_energy(L, call, index);
        return;
    case ARG_REPLACE:
        if (!lua_isboolean(L, index))
            raise_type(L, call, arg, "true or false", index);
        call->replace = lua_toboolean(L, index);
        return;
    case ARG_BID_ID:
    case ARG_OFFER_ID:
        take_id(L, call, arg, index);
        return;
    default:
        if (lua_type(L, index) != LUA_TNUMBER)
            raise_type(L, call, arg, arg == ARG_PRICE ? "a number of ct" : "a number", index);
        call->number[arg] = lua_tonumber(L, index);
        return;
    }
}

/* Reads the table at index 2; short texts are unique in a state, so their addresses are compared.
 */
static void read_table(lua_State *L, const lg_agent *agent, request *call, unsigned allowed)
{
    if (lua_gettop(L) > 2)
        luaL_error(L, "grid.batch:%s takes one table or the values in order, not both", call->name);
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        int arg = 0;
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        while (arg < ARG_COUNT && agent->keys[arg] != key)
            arg++;
        if (arg == ARG_COUNT || !(allowed & (1u << arg)))
            raise_unknown_key(L, call, allowed);
        take(L, call, arg, lua_gettop(L));
    }
    if (!(call->given & (KEYS_NODE | KEYS_MARKET)))
        luaL_error(L, "grid.batch:%s: \"%s\" is missing", call->name,
                   call->kind >= LG_CMD_MARKET_STATS ? "market" : "asset");
}

static void require_key(lua_State *L, const request *call, int arg)
{
    if (!(call->given & (1u << arg)))
        luaL_error(L, "grid.batch:%s: \"%s\" is missing", call->name, arg_names[arg]);
}

static int refuse(lua_State *L, const lg_agent *agent, const lg_command *command, lg_status status)
{
    char sentence[LG_ERR_TEXT_MAX];
    const lg_answer answer = {.status = status};
    lua_pushnil(L);
    lua_pushstring(L, lg__refusal(agent, command, &answer, sentence, sizeof sentence));
    lua_pushstring(L, lg_status_name(status));
    return 3;
}

/* Puts the command into the batch. A foreign one goes there too, so that each has its answer in
 * place. */
static int send(lua_State *L, const lg_agent *agent, const lg_command *command, bool own)
{
    lg_status status = lg_desk_send(agent->desk, command);
    if (__builtin_expect(status == LG_OK && own, 1)) {
        lua_pushboolean(L, 1);
        return 1;
    }
    if (status == LG_MEMORY)
        return luaL_error(L, "not enough memory for the batch");
    return refuse(L, agent, command, status == LG_OK ? LG_FOREIGN : status);
}

/* What is left to bid for or to offer when the other orders of that side stay or go. */
static int64_t all_left(const lg_agent *agent, const request *call)
{
    const lg_position *p = lg_market_position(agent->market, call->node);
    bool keep = call->kind <= LG_CMD_OFFER && !call->replace;
    if (call->kind == LG_CMD_BID || call->kind == LG_CMD_UPDATE_BID)
        return p->buy_uwh - p->bought_uwh - (keep ? p->offered_buy_uwh : 0);
    return p->sell_uwh - p->sold_uwh - (keep ? p->offered_sell_uwh : 0);
}

/* Energy and rate as integers; raises for what is no number of that kind. @return false: nothing
 * left */
static inline bool order_amounts(lua_State *L, const lg_agent *agent, const request *call,
                                 bool by_price, lg_command *command)
{
    double energy = call->number[ARG_ENERGY], rate = call->number[ARG_RATE];
    if (call->all) {
        command->energy_uwh = all_left(agent, call);
        if (command->energy_uwh <= 0)
            return false;
        energy = lg_kwh_from_uwh(command->energy_uwh);
    } else if (!lg_uwh_from_kwh(energy, &command->energy_uwh))
        luaL_error(L, "grid.batch:%s: \"energy\" is %f, not an amount of kWh", call->name, energy);
    if (by_price)
        rate = energy != 0 ? call->number[ARG_PRICE] / energy : 0;
    if (!lg_uct_from_ct(rate, &command->amount))
        luaL_error(L, "grid.batch:%s: \"%s\" is %f, not an amount of ct%s", call->name,
                   by_price ? "price" : "rate", by_price ? call->number[ARG_PRICE] : rate,
                   by_price ? "" : "/kWh");
    return true;
}

static int finish_order(lua_State *L, const lg_agent *agent, const request *call, bool by_price,
                        bool own)
{
    lg_command command = {.kind = call->kind, .node = call->node};
    if (!order_amounts(L, agent, call, by_price, &command)) {
        lua_pushboolean(L, 0);
        return 1;
    }
    if (call->kind <= LG_CMD_OFFER && call->replace)
        command.flags = LG_CMD_REPLACE;
    return send(L, agent, &command, own);
}

/* The values in order: asset, energy, rate or price, replace_existing. */
static void read_order(lua_State *L, request *call, bool by_price)
{
    int amount = by_price ? ARG_PRICE : ARG_RATE;
    take_energy(L, call, 3);
    if (lua_type(L, 4) != LUA_TNUMBER)
        raise_type(L, call, amount, by_price ? "a number of ct" : "a number of ct/kWh", 4);
    call->number[amount] = lua_tonumber(L, 4);
    if (!lua_isnoneornil(L, 5))
        take(L, call, ARG_REPLACE, 5);
}

static inline int order(lua_State *L, const char *name, uint8_t kind, bool by_price,
                        unsigned allowed)
{
    const lg_agent *agent = lg__agent_of(L);
    request call;
    call.name = name;
    call.kind = kind;
    call.given = 0;
    call.all = false;
    call.replace = true;
    check_self(L, agent, name);
    const lg__handle *handle = lg__to_handle(L, 2);
    if (handle && handle->kind == LG_HANDLE_ASSET) {
        call.node = handle->index;
        read_order(L, &call, by_price);
        return finish_order(L, agent, &call, by_price, handle->own);
    }
    if (lua_type(L, 2) == LUA_TTABLE) {
        read_table(L, agent, &call, KEYS_NODE | allowed);
        require_key(L, &call, ARG_ENERGY);
        require_key(L, &call, by_price ? ARG_PRICE : ARG_RATE);
    } else {
        call.node = lg__find_asset(L, 2, name);
        read_order(L, &call, by_price);
    }
    return finish_order(L, agent, &call, by_price, lg_desk_commands_asset(agent->desk, call.node));
}

/* Commands addressed by a node alone, or with the id of an order. */
static int plain(lua_State *L, const char *name, uint8_t kind, unsigned allowed)
{
    const lg_agent *agent = lg__agent_of(L);
    bool market = kind >= LG_CMD_MARKET_STATS;
    request call = {.name = name, .kind = kind};
    check_self(L, agent, name);
    if (lua_type(L, 2) == LUA_TTABLE)
        read_table(L, agent, &call, (market ? KEYS_MARKET : KEYS_NODE) | allowed);
    else {
        call.node = find_node(L, &call, 2);
        if (allowed && !lua_isnoneornil(L, 3))
            take_id(L, &call, allowed & BIT(BID_ID) ? ARG_BID_ID : ARG_OFFER_ID, 3);
    }
    const lg_command command = {.kind = kind, .node = call.node, .order_id = call.id};
    return send(L, agent, &command,
                market ? lg_desk_commands_market(agent->desk, call.node)
                       : lg_desk_commands_asset(agent->desk, call.node));
}

static int fee(lua_State *L, const char *name, uint8_t kind, bool percent)
{
    const lg_agent *agent = lg__agent_of(L);
    request call = {.name = name, .kind = kind};
    check_self(L, agent, name);
    int arg = percent ? ARG_FEE_PERCENT : ARG_FEE_CENTS;
    if (lua_type(L, 2) == LUA_TTABLE) {
        read_table(L, agent, &call, KEYS_MARKET | KEYS_FEE);
        unsigned given = call.given & KEYS_FEE;
        if (given == 0 || (given & (given - 1)) != 0)
            return luaL_error(L,
                              "grid.batch:%s: one of \"fee_cents_kwh\" (ct/kWh) and "
                              "\"fee_percent\" must be given",
                              name);
        arg = given & BIT(FEE_PERCENT) ? ARG_FEE_PERCENT
              : given & BIT(FEE_CONST) ? ARG_FEE_CONST
                                       : ARG_FEE_CENTS;
    } else {
        call.node = lg__find_market(L, 2, name);
        take(L, &call, arg, 3);
    }
    lg_command command = {.kind = kind, .node = call.node};
    double value = call.number[arg];
    if (arg == ARG_FEE_PERCENT) {
        command.flags = LG_CMD_PERCENTAGE;
        value *= 10; /* percent to parts per billion is 10^7, ct to micro-cents 10^6 */
    }
    if (!lg_uct_from_ct(value, &command.amount))
        return luaL_error(L, "grid.batch:%s: \"%s\" is %f, not a fee", name, arg_names[arg],
                          call.number[arg]);
    return send(L, agent, &command, lg_desk_commands_market(agent->desk, call.node));
}

/* One C function a row of api.def: what differs between them is known to the compiler. */
#define BODY_RATE(name, kind, keys)    return order(L, name, kind, false, keys)
#define BODY_PRICE(name, kind, keys)   return order(L, name, kind, true, keys)
#define BODY_ID(name, kind, keys)      return plain(L, name, kind, keys)
#define BODY_NONE(name, kind, keys)    return plain(L, name, kind, keys)
#define BODY_FEE(name, kind, keys)     return fee(L, name, kind, false)
#define BODY_PERCENT(name, kind, keys) return fee(L, name, kind, true)

enum {
    ORDER = KEYS_ORDER,
    RATE = KEYS_RATE,
    PRICE = KEYS_PRICE,
    ENERGY = KEYS_ENERGY,
    BID_ID = KEYS_BID_ID,
    OFFER_ID = KEYS_OFFER_ID,
    NONE = KEYS_NONE,
    FEE = KEYS_FEE,
};

#define LG_METHOD(name, kind, form, keys, args, help)                                              \
    static int l_##name(lua_State *L)                                                              \
    {                                                                                              \
        BODY_##form(#name, LG_CMD_##kind, keys);                                                   \
    }
#include "script/api.def"

static int push_answers(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    lg__agent_of(L)->waiting = false;
    lg__push_answers(L);
    return 1;
}

/*
 * grid.batch:execute(): suspends the callback until the batches of all agents have been applied;
 * returns the list of answers, one a command, in order. Errors: where nothing can wait (on_trade,
 * on_event_or_response, the top level, a function called by table.sort or string.gsub).
 */
static int l_execute(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    check_self(L, agent, "execute");
    if (!agent->may_wait || !lua_isyieldable(L))
        return luaL_error(L, "grid.batch:execute() cannot wait here; what is in the batch goes out "
                             "by itself");
    if (lg_desk_pending(agent->desk) == 0) {
        lua_newtable(L);
        return 1;
    }
    agent->waiting = true;
    return lua_yieldk(L, 0, 0, push_answers);
}

static int l_batch_unknown(lua_State *L)
{
    return lg__no_field(L, "grid.batch", &lg__batch_names, 2);
}

static int l_batch_read_only(lua_State *L)
{
    return luaL_error(L, "grid.batch cannot be changed");
}

static const luaL_Reg methods[] = {
#define LG_METHOD(name, kind, form, keys, args, help) {#name, l_##name},
#include "script/api.def"
    {"execute", l_execute},
    {NULL, NULL},
};

void lg__lib_batch(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    lua_createtable(L, ARG_COUNT, 0); /* keeps the keys, so that their addresses stay */
    for (int i = 0; i < ARG_COUNT; i++) {
        agent->keys[i] = lua_pushstring(L, arg_names[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_KEYS);
    lua_newtable(L);
    agent->batch = lua_topointer(L, -1);
    luaL_setfuncs(L, methods, 0);
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, l_batch_unknown);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_batch_read_only);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}
