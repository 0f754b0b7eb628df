/* What became of a command, as a plain table: its result, or why it was refused, in words and with
 * the numbers of the refusal. */
#include "script/records.h"

#include <stdio.h>
#include "grid/unit.h"

static bool is_order(uint8_t kind)
{
    return kind == LG_CMD_BID || kind == LG_CMD_OFFER || kind == LG_CMD_UPDATE_BID ||
           kind == LG_CMD_UPDATE_OFFER;
}

static void node_of(const lg_agent *agent, const lg_command *command, const char **name,
                    const lg_uuid **uuid)
{
    if (lg_command_is_for_market(command->kind)) {
        *name = agent->site->areas[command->node].name;
        *uuid = &agent->site->areas[command->node].uuid;
    } else {
        *name = agent->site->assets[command->node].name;
        *uuid = &agent->site->assets[command->node].uuid;
    }
}

/* Whether asked and allowed say something, and in which unit. */
static bool refusal_numbers(const lg_agent *agent, const lg_command *command,
                            const lg_answer *answer, double *asked, double *allowed,
                            const char **unit)
{
    bool fee = command->kind == LG_CMD_GRID_FEES;
    bool percent = fee && agent->rules->fee_kind == LG_FEE_PERCENTAGE;
    if (answer->status == LG_ENERGY) {
        *asked = lg_kwh_from_uwh(answer->asked);
        *allowed = lg_kwh_from_uwh(answer->allowed);
        *unit = "kWh";
        return true;
    }
    if (answer->status != LG_RATE)
        return false;
    *asked = fee ? lg__fee_shown(agent, answer->asked) : lg_ct_from_uct(answer->asked);
    *allowed = fee ? lg__fee_shown(agent, answer->allowed) : lg_ct_from_uct(answer->allowed);
    *unit = percent ? "%" : "ct/kWh";
    return true;
}

/* Whose it is. */
static void say_owner(const lg_agent *agent, const lg_command *command, lg_text *out)
{
    const lg_site *site = agent->site;
    uint32_t holder = LG_NONE;
    if (!lg_command_is_for_market(command->kind) && command->node < site->asset_count)
        holder = site->assets[command->node].agent;
    if (holder < site->agent_count)
        lg_text_format(out, "; it belongs to \"%s\"", site->owners[holder]);
}

/* What the sentence about a refused command says behind "refused: ". */
static void say_why(const lg_agent *agent, const lg_command *command, const lg_answer *answer,
                    lg_text *out)
{
    const char *name, *unit;
    const lg_uuid *uuid;
    double asked, allowed;
    bool offer = command->kind == LG_CMD_OFFER || command->kind == LG_CMD_UPDATE_OFFER ||
                 command->kind == LG_CMD_DELETE_OFFER;
    const char *side = offer ? "offer" : "bid";
    bool numbers = refusal_numbers(agent, command, answer, &asked, &allowed, &unit);
    node_of(agent, command, &name, &uuid);
    if (lg__slot_refusal(agent, command, answer, out))
        return;
    switch (answer->status) {
    case LG_INVALID:
        if (is_order(command->kind)) {
            lg_text_format(out, "energy must be above %.10g kWh (asked %.10g kWh)",
                           lg_kwh_from_uwh(agent->rules->energy_tolerance_uwh),
                           lg_kwh_from_uwh(command->energy_uwh));
            return;
        }
        break;
    case LG_ENERGY:
        if (!lg__see(agent, asset_enabled, command->node)) {
            lg_text_format(out, "\"%s\" is disabled by an event of the scenario", name);
            return;
        }
        break;
    case LG_RATE:
        lg_text_format(out, "%s must be 0 to %.10g %s (asked %.10g)",
                       is_order(command->kind) ? "a rate" : "a fee", allowed, unit, asked);
        return;
    case LG_UNSUPPORTED:
        if (command->kind == LG_CMD_GRID_FEES) {
            lg_text_str(out, agent->rules->fee_kind == LG_FEE_CONSTANT
                                 ? "the grid fees of this run are constant: ct/kWh, not %"
                                 : "the grid fees of this run are percentages: %, not ct/kWh");
            return;
        }
        break;
    case LG_FOREIGN:
        lg_text_str(out, lg_status_text(LG_FOREIGN));
        say_owner(agent, command, out);
        return;
    case LG_LIMIT:
        if (is_order(command->kind)) {
            lg_text_format(out, "an asset may have at most %d open %ss", LG_ORDERS_MAX, side);
            return;
        }
        break;
    case LG_GONE:
        if (command->order_id && !is_order(command->kind))
            lg_text_format(out, "there is no open %s with id %llu of \"%s\"", side,
                           (unsigned long long)command->order_id, name);
        else
            lg_text_format(out, "\"%s\" has no open %s", name, side);
        return;
    default:
        break;
    }
    lg_text_str(out, lg_status_text(answer->status));
    if (numbers)
        lg_text_format(out, " (asked %.10g %s, allowed %.10g)", asked, unit, allowed);
}

const char *lg__refusal(const lg_agent *agent, const char *method, const lg_command *command,
                        const lg_answer *answer, char *out, size_t size)
{
    const char *name;
    const lg_uuid *uuid;
    lg_text why;
    node_of(agent, command, &name, &uuid);
    lg_text_init(&why, agent->mem);
    say_why(agent, command, answer, &why);
    snprintf(out, size, "%s on \"%s\" refused: %s",
             method ? method : lg_command_name((lg_command_kind)command->kind), name,
             why.failed ? lg_status_text(answer->status) : lg_text_peek(&why));
    lg_text_fini(&why);
    return out;
}

static void set_refusal(lua_State *L, const lg_command *command, const lg_answer *answer)
{
    const lg_agent *agent = lg__agent_of(L);
    char sentence[LG_ERR_TEXT_MAX];
    double asked, allowed;
    const char *unit;
    lg__set_text(L, "status", "error");
    lg__set_text(L, "code", lg_status_name(answer->status));
    lg__set_text(L, "error_message",
                 lg__refusal(agent, NULL, command, answer, sentence, sizeof sentence));
    if (refusal_numbers(agent, command, answer, &asked, &allowed, &unit)) {
        lg__set_number(L, "asked", asked);
        lg__set_number(L, "allowed", allowed);
    } else if (answer->status == LG_INVALID && is_order(command->kind))
        lg__set_number(L, "asked", lg_kwh_from_uwh(command->energy_uwh));
    else if (answer->status == LG_LIMIT && is_order(command->kind))
        lg__set_number(L, "allowed", LG_ORDERS_MAX);
}

static void push_order(lua_State *L, uint64_t id, int64_t energy_uwh, int64_t rate_uct)
{
    lua_createtable(L, 0, 4);
    lg__set_integer(L, "id", id);
    lg__set_number(L, "energy", lg_kwh_from_uwh(energy_uwh));
    lg__set_number(L, "rate", lg_ct_from_uct(rate_uct));
    lg__set_number(L, "price", lg_ct_from_uct(lg_money_uct(energy_uwh, rate_uct)));
    lg__record_seal(L, LG__RECORD_ORDER);
}

static void push_orders(lua_State *L, const lg_command *command, lg_side side)
{
    /* none when its settlement market has closed since the list was asked for */
    lg_sight_orders orders =
        lg__see(lg__agent_of(L), orders, command->node, command->time_slot, side);
    lua_createtable(L, (int)orders.count, 0);
    for (uint32_t i = 0; i < orders.count; i++) {
        const lg_order *order = &orders.items[i];
        push_order(L, order->id, order->energy_uwh, order->rate_uct);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_values(lua_State *L, const lg_command *command)
{
    uint32_t count;
    const lg_slot_value *values = lg_desk_values(lg__agent_of(L)->desk, command, &count);
    lua_createtable(L, 0, (int)count);
    for (uint32_t i = 0; i < count; i++) {
        lg__push_slot(L, values[i].slot);
        lua_pushnumber(L, lg_kwh_from_uwh(values[i].energy_uwh));
        lua_rawset(L, -3);
    }
}

static void set_result(lua_State *L, const lg_command *command, const lg_answer *answer)
{
    const lg_agent *agent = lg__agent_of(L);
    bool bid = command->kind == LG_CMD_BID || command->kind == LG_CMD_UPDATE_BID ||
               command->kind == LG_CMD_LIST_BIDS;
    lg__set_text(L, "status", "ready");
    if (is_order(command->kind)) {
        push_order(L, answer->order_id, command->energy_uwh, command->amount);
        lua_setfield(L, -2, bid ? "bid" : "offer");
        int32_t type = command->time_slot ? lg__see(agent, market_type, command->time_slot) : -1;
        lg__set_text(L, "market_type",
                     lg_market_type_name(type < 0 ? LG_MARKET_SPOT : (lg_market_type)type));
        if (answer->stripped)
            lg__set_text(L, "message",
                         agent->rules->dof
                             ? "requirements and attributes were left out: the matching "
                               "of these markets does not look at them"
                             : "requirements and attributes were left out: the scenario "
                               "says market.dof = false");
        return;
    }
    switch (command->kind) {
    case LG_CMD_DELETE_BID:
    case LG_CMD_DELETE_OFFER:
        lg__set_integer(L, "deleted", answer->count);
        return;
    case LG_CMD_LIST_BIDS:
    case LG_CMD_LIST_OFFERS:
        push_orders(L, command, bid ? LG_BID : LG_OFFER);
        lua_setfield(L, -2, bid ? "bid_list" : "offer_list");
        return;
    case LG_CMD_SET_ENERGY_FORECAST:
    case LG_CMD_SET_ENERGY_MEASUREMENT:
        push_values(L, command);
        lua_setfield(L, -2, lg_command_name((lg_command_kind)command->kind));
        return;
    case LG_CMD_DEVICE_INFO:
        lg__push_device_info(L, command->node);
        lua_setfield(L, -2, "device_info");
        return;
    case LG_CMD_MARKET_STATS:
        lg__push_stats(L, lg__see(agent, last_stats, command->node), LG__RECORD_DSO_STATS);
        lua_setfield(L, -2, "market_stats");
        return;
    case LG_CMD_DSO_MARKET_STATS:
        lg__push_dso_stats(L, command->node);
        lua_setfield(L, -2, "market_stats");
        return;
    default: /* LG_CMD_GRID_FEES */
        lg__set_number(L,
                       agent->rules->fee_kind == LG_FEE_CONSTANT ? "market_fee_const"
                                                                 : "market_fee_percent",
                       lg__fee_shown(agent, lg__see(agent, fee_next, command->node)));
        return;
    }
}

static void set_address(lua_State *L, const lg_command *command)
{
    const char *name;
    const lg_uuid *uuid;
    node_of(lg__agent_of(L), command, &name, &uuid);
    lg__set_text(L, "command", lg_command_name((lg_command_kind)command->kind));
    lg__set_text(L, "name", name);
    lg__push_uuid(L, uuid);
    lua_setfield(L, -2, "area_uuid");
    if (command->time_slot && command->time_slot != LG_NONE) {
        lg__push_slot(L, command->time_slot - 1);
        lua_setfield(L, -2, "time_slot");
    }
}

void lg__push_answers(lua_State *L)
{
    const lg_command *commands;
    const lg_answer *answers;
    luaL_checkstack(L, 10, NULL);
    uint32_t count = lg_desk_answers(lg__agent_of(L)->desk, &commands, &answers);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 8);
        set_address(L, &commands[i]);
        if (answers[i].status == LG_OK)
            set_result(L, &commands[i], &answers[i]);
        else
            set_refusal(L, &commands[i], &answers[i]);
        lg__record_seal(L, LG__RECORD_ANSWER);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void lg__push_message(lua_State *L, const lg_command *command, const lg_answer *answer)
{
    lua_createtable(L, 0, 9);
    lg__set_text(L, "event", "refused");
    set_address(L, command);
    set_refusal(L, command, answer);
    lg__record_seal(L, LG__RECORD_MESSAGE);
}
