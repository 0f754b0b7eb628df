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

#include "grid/unit.h"
#include "script/args.h"
#include "script/find.h"
#include "script/frozen.h"
#include "script/terms.h"

/* Every command begins here. */
static void check_self(lua_State *L, const lg_agent *agent, const char *name)
{
    lg__charge(L, LG_COST_COMMAND);
    if (__builtin_expect(lua_topointer(L, 1) == agent->batch, 1))
        return;
    if (!agent->batch)
        luaL_error(L, "grid.batch:%s: an expression can only read", name);
    luaL_error(L, "grid.batch.%s: call it with a colon, grid.batch:%s(...)", name, name);
}

/* Which limit of the batch it is that a command has met. */
static void push_limit(lua_State *L, const lg_agent *agent, const char *name, bool values)
{
    const lg_desk_limits max = lg_desk_limits_of(agent->desk);
    if (lg_desk_pending(agent->desk) >= max.commands)
        lua_pushfstring(L, "%s refused: a batch takes at most %I commands; execute() sends it",
                        name, (LUAI_UACINT)max.commands);
    else if (values)
        lua_pushfstring(L,
                        "%s refused: a batch takes values of at most %I slots; execute() sends it",
                        name, (LUAI_UACINT)max.values);
    else
        lua_pushfstring(L,
                        "%s refused: what the orders of a batch require may take %I bytes; "
                        "execute() sends it",
                        name, (LUAI_UACINT)max.terms);
}

static int refuse(lua_State *L, const lg_agent *agent, const char *name, const lg_command *command,
                  lg_status status)
{
    char sentence[LG_ERR_TEXT_MAX];
    const lg_answer answer = {.status = status};
    lua_pushnil(L);
    if (status == LG_LIMIT)
        push_limit(L, agent, name,
                   command->kind == LG_CMD_SET_ENERGY_FORECAST ||
                       command->kind == LG_CMD_SET_ENERGY_MEASUREMENT);
    else
        lua_pushstring(L, lg__refusal(agent, name, command, &answer, sentence, sizeof sentence));
    lua_pushstring(L, lg_status_name(status));
    return 3;
}

/* Puts the command into the batch. A foreign one goes there too, so that each has its answer in
 * place. */
static int sent(lua_State *L, const lg_agent *agent, const char *name, const lg_command *command,
                bool own, lg_status status)
{
    if (__builtin_expect(status == LG_OK && own, 1)) {
        lua_pushboolean(L, 1);
        return 1;
    }
    if (status == LG_MEMORY)
        return luaL_error(L, "not enough memory for the batch");
    return refuse(L, agent, name, command, status == LG_OK ? LG_FOREIGN : status);
}

static int send(lua_State *L, const lg_agent *agent, const char *name, const lg_command *command,
                bool own)
{
    return sent(L, agent, name, command, own, lg_desk_send(agent->desk, command));
}

/* What is left to bid for or to offer when the other orders of that side stay or go. */
static int64_t all_left(const lg_agent *agent, const lg__request *request)
{
    const lg_position *p = request->time_slot
                               ? lg__see(agent, position_in, request->node, request->time_slot)
                               : lg__see(agent, position, request->node);
    if (!p) /* is refused when it is applied, with the slots that there are */
        return 1;
    bool keep = request->kind <= LG_CMD_OFFER && !request->replace;
    if (request->kind == LG_CMD_BID || request->kind == LG_CMD_UPDATE_BID)
        return p->buy_uwh - p->bought_uwh - (keep ? p->offered_buy_uwh : 0);
    return p->sell_uwh - p->sold_uwh - (keep ? p->offered_sell_uwh : 0);
}

/* Energy and rate as integers; raises for what is no number of that kind. @return false: nothing
 * left. What somebody else's asset has left is nobody's business, and such a command is refused
 * whatever it says: then it says 1 kWh. */
static inline bool order_amounts(lua_State *L, const lg_agent *agent, const lg__request *request,
                                 bool by_price, bool own, lg_command *command)
{
    double energy = request->number[ARG_ENERGY], rate = request->number[ARG_RATE];
    if (request->all && !own) {
        energy = 1;
        command->energy_uwh = LG_KWH_UWH;
    } else if (request->all) {
        command->energy_uwh = all_left(agent, request);
        if (command->energy_uwh <= agent->rules->energy_tolerance_uwh)
            return false; /* what no market would take is nothing */
        energy = lg_kwh_from_uwh(command->energy_uwh);
    } else if (!lg_uwh_from_kwh(energy, &command->energy_uwh))
        luaL_error(L, "grid.batch:%s: \"energy\" is %f, not an amount of kWh up to %d",
                   request->name, lg_shown(energy), (int)(LG_UNLIMITED_UWH / LG_KWH_UWH));
    if (by_price)
        rate = energy != 0 ? request->number[ARG_PRICE] / energy : 0;
    if (!lg_uct_from_ct(rate, &command->amount))
        luaL_error(L, "grid.batch:%s: \"%s\" is %f, not an amount of ct%s", request->name,
                   by_price ? "price" : "rate",
                   lg_shown(by_price ? request->number[ARG_PRICE] : rate), by_price ? "" : "/kWh");
    return true;
}

static int finish_order(lua_State *L, const lg_agent *agent, const lg__request *request,
                        bool by_price, bool own)
{
    lg_command command = {
        .kind = request->kind, .node = request->node, .time_slot = request->time_slot};
    if (!order_amounts(L, agent, request, by_price, own, &command)) {
        lua_pushboolean(L, 0);
        return 1;
    }
    if (request->kind <= LG_CMD_OFFER && request->replace)
        command.flags = LG_CMD_REPLACE;
    if (__builtin_expect(request->given & (KEYS_TERMS | KEYS_ATTRIBUTES), 0) &&
        !lg__terms_add(L, agent, request, &command))
        return refuse(L, agent, request->name, &command, LG_LIMIT);
    return send(L, agent, request->name, &command, own);
}

/* The values in order: asset, energy, rate or price, replace_existing (unless it is an update),
 * time_slot. */
static void read_order(lua_State *L, lg__request *request, bool by_price)
{
    int amount = by_price ? ARG_PRICE : ARG_RATE;
    lg__args_energy(L, request, 3);
    if (lua_type(L, 4) != LUA_TNUMBER)
        lg__args_type_error(L, request, amount, by_price ? "a number of ct" : "a number of ct/kWh",
                            4);
    request->number[amount] = lua_tonumber(L, 4);
    if (lua_gettop(L) == 4) /* as nearly always */
        return;
    int slot = request->kind <= LG_CMD_OFFER ? 6 : 5;
    if (slot == 6 && !lua_isnoneornil(L, 5))
        lg__args_take(L, request, ARG_REPLACE, 5);
    if (!lua_isnoneornil(L, slot))
        lg__args_take(L, request, ARG_TIME_SLOT, slot);
}

static inline int order(lua_State *L, const char *name, uint8_t kind, bool by_price,
                        unsigned allowed)
{
    const lg_agent *agent = lg__agent_of(L);
    lg__request request;
    request.name = name;
    request.kind = kind;
    request.given = 0;
    request.all = false;
    request.replace = true;
    request.time_slot = 0;
    check_self(L, agent, name);
    const lg__handle *handle = lg__to_handle(L, 2);
    if (handle && handle->kind == LG_HANDLE_ASSET) {
        request.node = handle->index;
        read_order(L, &request, by_price);
        return finish_order(L, agent, &request, by_price, handle->own);
    }
    if (lua_type(L, 2) == LUA_TTABLE) {
        lg__args_table(L, agent, &request, KEYS_NODE | allowed);
        lg__args_require(L, &request, ARG_ENERGY);
        lg__args_require(L, &request, by_price ? ARG_PRICE : ARG_RATE);
    } else {
        request.node = lg__find_asset(L, 2, name);
        read_order(L, &request, by_price);
    }
    return finish_order(L, agent, &request, by_price,
                        lg_desk_owns_asset(agent->desk, request.node));
}

/* Commands addressed by a node alone, or with the id of an order. */
static int plain(lua_State *L, const char *name, uint8_t kind, unsigned allowed)
{
    const lg_agent *agent = lg__agent_of(L);
    bool market = lg_command_is_for_market(kind);
    lg__request request = {.name = name, .kind = kind};
    check_self(L, agent, name);
    if (lua_type(L, 2) == LUA_TTABLE)
        lg__args_table(L, agent, &request, (market ? KEYS_MARKET : KEYS_NODE) | allowed);
    else {
        request.node = lg__args_node(L, &request, 2);
        int at = 3;
        if (allowed & (LG__BIT(BID_ID) | LG__BIT(OFFER_ID)) && !lua_isnoneornil(L, at++))
            lg__args_take(L, &request, allowed & LG__BIT(BID_ID) ? ARG_BID_ID : ARG_OFFER_ID, 3);
        if (allowed & KEYS_SLOT && !lua_isnoneornil(L, at))
            lg__args_take(L, &request, ARG_TIME_SLOT, at);
    }
    const lg_command command = {
        .kind = kind, .node = request.node, .order_id = request.id, .time_slot = request.time_slot};
    return send(L, agent, name, &command,
                market ? lg_desk_owns_market(agent->desk, request.node)
                       : lg_desk_owns_asset(agent->desk, request.node));
}

/* Energies of single slots: asset, table of kWh by slot. */
static int values(lua_State *L, const char *name, uint8_t kind, unsigned allowed)
{
    const lg_agent *agent = lg__agent_of(L);
    lg__request request = {.name = name, .kind = kind, .values = 3};
    int arg = allowed & LG__BIT(ENERGY_FORECAST) ? ARG_ENERGY_FORECAST : ARG_ENERGY_MEASUREMENT;
    check_self(L, agent, name);
    if (lua_type(L, 2) == LUA_TTABLE) {
        lg__args_table(L, agent, &request, KEYS_NODE | allowed);
        lg__args_require(L, &request, arg);
        lua_getfield(L, 2, lg__arg_names[arg]);
        request.values = lua_gettop(L);
    } else {
        request.node = lg__args_node(L, &request, 2);
        lg__args_take(L, &request, arg, 3);
    }
    uint32_t count;
    const lg_slot_value *list = lg__args_values(L, &request, arg, &count);
    const lg_command command = {.kind = kind, .node = request.node};
    lg_status status = lg_desk_send_values(agent->desk, &command, list, count);
    return sent(L, agent, name, &command, lg_desk_owns_asset(agent->desk, request.node), status);
}

static int fee(lua_State *L, const char *name, uint8_t kind, bool percent)
{
    const lg_agent *agent = lg__agent_of(L);
    lg__request request = {.name = name, .kind = kind};
    check_self(L, agent, name);
    int arg = percent ? ARG_FEE_PERCENT : ARG_FEE_CENTS;
    if (lua_type(L, 2) == LUA_TTABLE) {
        lg__args_table(L, agent, &request, KEYS_MARKET | KEYS_FEE);
        unsigned given = request.given & KEYS_FEE;
        if (given == 0 || (given & (given - 1)) != 0)
            return luaL_error(L,
                              "grid.batch:%s: one of \"fee_cents_kwh\" (ct/kWh) and "
                              "\"fee_percent\" must be given",
                              name);
        arg = given & LG__BIT(FEE_PERCENT) ? ARG_FEE_PERCENT
              : given & LG__BIT(FEE_CONST) ? ARG_FEE_CONST
                                           : ARG_FEE_CENTS;
    } else {
        request.node = lg__find_market(L, 2, name);
        lg__args_take(L, &request, arg, 3);
    }
    lg_command command = {.kind = kind, .node = request.node};
    double value = request.number[arg];
    if (arg == ARG_FEE_PERCENT) {
        command.flags = LG_CMD_PERCENTAGE;
        value *= 10; /* percent to parts per billion is 10^7, ct to micro-cents 10^6 */
    }
    if (!lg_uct_from_ct(value, &command.amount))
        return luaL_error(L, "grid.batch:%s: \"%s\" is %f, not a fee", name, lg__arg_names[arg],
                          lg_shown(request.number[arg]));
    return send(L, agent, name, &command, lg_desk_owns_market(agent->desk, request.node));
}

/* One C function a row of api.def: what differs between them is known to the compiler. */
#define BODY_RATE(name, kind, keys)    return order(L, name, kind, false, keys)
#define BODY_PRICE(name, kind, keys)   return order(L, name, kind, true, keys)
#define BODY_ID(name, kind, keys)      return plain(L, name, kind, keys)
#define BODY_NONE(name, kind, keys)    return plain(L, name, kind, keys)
#define BODY_VALUES(name, kind, keys)  return values(L, name, kind, keys)
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
    SLOT = KEYS_SLOT,
    ENERGY_SLOT = KEYS_ENERGY_SLOT,
    FORECAST = KEYS_FORECAST,
    MEASUREMENT = KEYS_MEASUREMENT,
    FEE = KEYS_FEE,
    TERMS = KEYS_TERMS,
    ATTRIBUTES = KEYS_ATTRIBUTES,
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
 * on_event_or_response, the top level, a coroutine, a function called by table.sort or
 * string.gsub); more than
 * LG_EXECUTES_MAX waits in one callback.
 */
static int l_execute(lua_State *L)
{
    lg_agent *agent = lg__agent_of(L);
    check_self(L, agent, "execute");
    if (!agent->may_wait || L != agent->co || !lua_isyieldable(L))
        return luaL_error(L, "grid.batch:execute() cannot wait here; what is in the batch goes out "
                             "by itself");
    if (lg_desk_pending(agent->desk) == 0) {
        lua_newtable(L);
        return 1;
    }
    if (agent->executes >= LG_EXECUTES_MAX)
        return luaL_error(L, "grid.batch:execute(): a callback may wait at most %d times",
                          LG_EXECUTES_MAX);
    agent->executes++;
    agent->waiting = true;
    return lua_yieldk(L, 0, 0, push_answers);
}

static int l_batch_unknown(lua_State *L)
{
    return lg__no_field(L, "grid.batch", &lg__batch_names, 2);
}

static const luaL_Reg methods[] = {
#define LG_METHOD(name, kind, form, keys, args, help) {#name, l_##name},
#include "script/api.def"
    {"execute", l_execute},
    {NULL, NULL},
};

void lg__lib_batch(lua_State *L)
{
    _Static_assert(sizeof((lg_agent){0}.keys) / sizeof(void *) > ARG_COUNT, "room for all keys");
    lg_agent *agent = lg__agent_of(L);
    lua_createtable(L, ARG_COUNT + 1, 0); /* keeps the keys, so that their addresses stay */
    for (int i = 0; i <= ARG_COUNT; i++) {
        lua_pushstring(L, i < ARG_COUNT ? lg__arg_names[i] : "all");
        agent->keys[i] = lua_topointer(L, -1);
        lua_rawseti(L, -2, i + 1);
    }
    lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_KEYS);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_batch_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lg__freeze(L, "grid.batch");
    agent->batch = lua_topointer(L, -1);
}
