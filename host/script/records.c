/*
 * Plain tables scripts are given: bills, statistics, answers, messages, trades. Their fields are
 * the rows LG_RECORD of api.def. What is absent is nil, never the text "None" of the reference's
 * wire; what no table of its class has is an error. All of a class share one metatable, which is
 * asked only for what is not there.
 */
#include "script/state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "grid/unit.h"

/* Reads, or assigns, a field that is not there: fine when the class (upvalues: fields, kind) has
 * it. */
static int l_absent(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
        if (lua_gettop(L) == 3)
            return lg__push_nil(L);
        lua_settop(L, 3); /* an assignment */
        lua_rawset(L, 1);
        return 0;
    }
    lg__record_kind kind = (lg__record_kind)lua_tointeger(L, lua_upvalueindex(2));
    lg__names names = lg__record_names(kind);
    return lg__no_field(L, lg__record_what(kind), &names, 2);
}

void lg__records_open(lua_State *L)
{
    for (int kind = 0; kind < LG__RECORD_COUNT; kind++) {
        lg__names names = lg__record_names((lg__record_kind)kind);
        lua_createtable(L, 0, 3);
        lg__push_name_ids(L, &names);
        lua_pushinteger(L, kind);
        lua_pushcclosure(L, l_absent, 2);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, "__index");
        lua_setfield(L, -2, "__newindex");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_rawseti(L, LUA_REGISTRYINDEX, LG_SLOT_RECORD + kind);
    }
}

/* Makes the filled table on top one of @p kind. */
static void seal(lua_State *L, lg__record_kind kind)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_RECORD + (int)kind);
    lua_setmetatable(L, -2);
}

static void set_number(lua_State *L, const char *key, double value)
{
    lua_pushnumber(L, value);
    lua_setfield(L, -2, key);
}

static void set_integer(lua_State *L, const char *key, uint64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
}

static void set_text(lua_State *L, const char *key, const char *value)
{
    lua_pushstring(L, value);
    lua_setfield(L, -2, key);
}

void lg__push_uuid(lua_State *L, const lg_uuid *uuid)
{
    char text[37];
    lg_uuid_format(uuid, text);
    lua_pushstring(L, text);
}

void lg__push_bill(lua_State *L, const lg_bill *bill)
{
    lua_createtable(L, 0, 7);
    set_number(L, "bought", lg_kwh_from_uwh(bill->bought_uwh));
    set_number(L, "sold", lg_kwh_from_uwh(bill->sold_uwh));
    set_number(L, "spent", lg_eur_from_uct(bill->spent_uct));
    set_number(L, "earned", lg_eur_from_uct(bill->earned_uct));
    set_number(L, "total_energy", lg_kwh_from_uwh(bill->bought_uwh - bill->sold_uwh));
    set_number(L, "total_cost",
               lg_eur_from_uct(bill->spent_uct + bill->market_fee_uct - bill->earned_uct));
    set_number(L, "market_fee", lg_eur_from_uct(bill->market_fee_uct));
    seal(L, LG__RECORD_BILL);
}

int lg__push_origins(lua_State *L, uint32_t asset)
{
    static const char *const names[LG_ORIGIN_COUNT] = {"LOCAL", "EXTERNAL", "UNKNOWN"};
    const lg_origins *origins = lg__agent_of(L)->input.devices.origins;
    const lg_origin_sums *sums = origins ? lg_origins_of(origins, asset) : NULL;
    if (!sums) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, LG_ORIGIN_COUNT);
    for (int i = 0; i < LG_ORIGIN_COUNT; i++)
        set_number(L, names[i], lg_kwh_from_uwh(sums->stored_uwh[i]));
    seal(L, LG__RECORD_ORIGINS);
    return 1;
}

/* Fills the table on top. */
static void set_market_bill(lua_State *L, uint32_t area)
{
    const lg_agent *agent = lg__agent_of(L);
    lg_bill accumulated = lg_market_accumulated_bill(agent->market, area);
    lg__push_bill(L, &accumulated);
    lua_setfield(L, -2, "accumulated_trades");
    lg__push_bill(L, lg_market_external_bill(agent->market, area));
    lua_setfield(L, -2, "external_trades");
}

void lg__push_market_bill(lua_State *L, uint32_t area)
{
    lua_createtable(L, 0, 2);
    set_market_bill(L, area);
    seal(L, LG__RECORD_MARKET_BILL);
}

/* The command that asks for a market's statistics calls the same sum otherwise than its events do;
 * here it has both names. */
static void push_dso_bill(lua_State *L, uint32_t area)
{
    lua_createtable(L, 0, 3);
    set_market_bill(L, area);
    lua_getfield(L, -1, "accumulated_trades");
    lua_setfield(L, -2, "Accumulated Trades");
    seal(L, LG__RECORD_DSO_BILL);
}

/* stats NULL, or a slot without trades: the rates stay nil. */
static void set_stats(lua_State *L, const lg_market_stats *stats)
{
    if (stats && stats->trade_count) {
        set_number(L, "min_trade_rate", lg_ct_from_uct(stats->min_rate_uct));
        set_number(L, "max_trade_rate", lg_ct_from_uct(stats->max_rate_uct));
        set_number(L, "avg_trade_rate", lg_ct_from_uct(stats->avg_rate_uct));
        set_number(L, "median_trade_rate", lg_ct_from_uct(stats->median_rate_uct));
    }
    set_number(L, "total_traded_energy_kWh", stats ? lg_kwh_from_uwh(stats->energy_uwh) : 0);
}

void lg__push_stats(lua_State *L, const lg_market_stats *stats, lg__record_kind kind)
{
    lua_createtable(L, 0, 5);
    set_stats(L, stats);
    seal(L, kind);
}

static double percent(double fraction)
{
    return isnan(fraction) ? 0 : 100 * fraction;
}

/* Of what stands directly in an area, in the slot that was measured last. */
static void push_deviance(lua_State *L, const lg_settling *settling, const lg_area *area)
{
    const lg_site *site = lg__agent_of(L)->site;
    uint32_t slot = lg_settling_last(settling);
    lua_createtable(L, 0, (int)(area->asset_count + area->child_count));
    for (uint32_t i = area->asset_first; i < area->asset_first + area->asset_count; i++) {
        int64_t deviation = lg_settling_deviation(settling, slot, i);
        if (deviation == LG_NO_DEVIATION)
            continue;
        lg__push_uuid(L, &site->assets[i].uuid);
        lua_pushnumber(L, lg_kwh_from_uwh(deviation));
        lua_rawset(L, -3);
    }
    for (uint32_t i = area->child_first; i < area->child_first + area->child_count; i++) {
        lg__push_uuid(L, &site->areas[i].uuid);
        lua_pushnumber(L, lg_kwh_from_uwh(lg_settling_area_deviation(settling, slot, i)));
        lua_rawset(L, -3);
    }
}

/* Fills the table on top. */
static void set_dso_stats(lua_State *L, uint32_t area, const lg_market_stats *stats)
{
    const lg_agent *agent = lg__agent_of(L);
    set_stats(L, stats);
    push_dso_bill(L, area);
    lua_setfield(L, -2, "market_bill");
    set_number(L, "market_fee_revenue", lg_ct_from_uct(stats->fee_revenue_uct));
    lua_createtable(L, 0, 2);
    set_number(L, "import", lg_kwh_from_uwh(stats->import_uwh));
    set_number(L, "export", lg_kwh_from_uwh(stats->export_uwh));
    lua_setfield(L, -2, "area_throughput");
    lg_peak peak = lg_market_peak(agent->market, area);
    set_number(L, "peak_import_kWh", lg_kwh_from_uwh(peak.import_uwh));
    set_number(L, "peak_export_kWh", lg_kwh_from_uwh(peak.export_uwh));
    lg_kpi kpi = lg_market_kpi(agent->market, area);
    set_number(L, "self_sufficiency", percent(kpi.self_sufficiency));
    set_number(L, "self_consumption", percent(kpi.self_consumption));
    const lg_settling *settling = lg_desk_settling(agent->desk);
    if (settling && lg_settling_last(settling) != LG_NONE) {
        push_deviance(L, settling, &agent->site->areas[area]);
        lua_setfield(L, -2, "market_energy_deviance");
    }
}

void lg__push_dso_stats(lua_State *L, uint32_t area)
{
    const lg_market_stats *stats = lg_market_last_stats(lg__agent_of(L)->market, area);
    lua_createtable(L, 0, 12);
    if (stats)
        set_dso_stats(L, area, stats);
    seal(L, LG__RECORD_DSO_STATS);
}

/* Copies the named fields of the asset handle at -2 into the table at -1; nil ones are left out. */
static void copy_fields(lua_State *L, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lua_getfield(L, -2, names[i]);
        lua_setfield(L, -2, names[i]);
    }
}

void lg__push_device_info(lua_State *L, uint32_t asset)
{
    static const char *const names[] = {"energy_requirement_kWh",
                                        "energy_need_kWh",
                                        "due_energy_kWh",
                                        "due_hours",
                                        "energy_active_in_bids",
                                        "available_energy_kWh",
                                        "energy_active_in_offers",
                                        "energy_to_sell",
                                        "energy_to_buy",
                                        "free_storage",
                                        "used_storage",
                                        "used_storage_by_origin",
                                        "soc",
                                        "capacity_kWh",
                                        "unsettled_deviation_kWh",
                                        "energy_traded",
                                        "total_cost"};
    lg__push_asset(L, asset);
    lua_createtable(L, 0, 8);
    copy_fields(L, names, sizeof names / sizeof names[0]);
    lua_remove(L, -2);
}

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
        if (!lg_market_asset_enabled(agent->market, command->node)) {
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

const char *lg__refusal(const lg_agent *agent, const lg_command *command, const lg_answer *answer,
                        char *out, size_t size)
{
    const char *name;
    const lg_uuid *uuid;
    lg_text why;
    node_of(agent, command, &name, &uuid);
    lg_text_init(&why, agent->mem);
    say_why(agent, command, answer, &why);
    snprintf(out, size, "%s on \"%s\" refused: %s", lg_command_name((lg_command_kind)command->kind),
             name, why.failed ? lg_status_text(answer->status) : lg_text_peek(&why));
    lg_text_fini(&why);
    return out;
}

static void set_refusal(lua_State *L, const lg_command *command, const lg_answer *answer)
{
    const lg_agent *agent = lg__agent_of(L);
    char sentence[LG_ERR_TEXT_MAX];
    double asked, allowed;
    const char *unit;
    set_text(L, "status", "error");
    set_text(L, "code", lg_status_name(answer->status));
    set_text(L, "error_message", lg__refusal(agent, command, answer, sentence, sizeof sentence));
    if (refusal_numbers(agent, command, answer, &asked, &allowed, &unit)) {
        set_number(L, "asked", asked);
        set_number(L, "allowed", allowed);
    } else if (answer->status == LG_INVALID && is_order(command->kind))
        set_number(L, "asked", lg_kwh_from_uwh(command->energy_uwh));
    else if (answer->status == LG_LIMIT && is_order(command->kind))
        set_number(L, "allowed", LG_ORDERS_MAX);
}

static void push_order(lua_State *L, uint64_t id, int64_t energy_uwh, int64_t rate_uct)
{
    lua_createtable(L, 0, 4);
    set_integer(L, "id", id);
    set_number(L, "energy", lg_kwh_from_uwh(energy_uwh));
    set_number(L, "rate", lg_ct_from_uct(rate_uct));
    set_number(L, "price", lg_ct_from_uct(lg_money_uct(energy_uwh, rate_uct)));
    seal(L, LG__RECORD_ORDER);
}

static void push_orders(lua_State *L, const lg_command *command, lg_side side)
{
    /* its settlement market may have closed since the list was asked for */
    const lg_market *market = lg_desk_market_of(lg__agent_of(L)->desk, command);
    uint32_t count = market ? lg_market_orders(market, command->node, side, NULL, 0) : 0;
    lg_order *orders = lua_newuserdatauv(L, (count + 1) * sizeof *orders, 0);
    if (market)
        count = lg_market_orders(market, command->node, side, orders, count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        push_order(L, orders[i].id, orders[i].energy_uwh, orders[i].rate_uct);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_remove(L, -2);
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
    set_text(L, "status", "ready");
    if (is_order(command->kind)) {
        push_order(L, answer->order_id, command->energy_uwh, command->amount);
        lua_setfield(L, -2, bid ? "bid" : "offer");
        const lg_market *market = lg_desk_market_of(agent->desk, command);
        set_text(L, "market_type",
                 lg_market_type_name(market ? lg_market_rules(market)->type : LG_MARKET_SPOT));
        if (answer->stripped)
            set_text(L, "message",
                     agent->rules->dof ? "requirements and attributes were left out: the matching "
                                         "of these markets does not look at them"
                                       : "requirements and attributes were left out: the scenario "
                                         "says market.dof = false");
        return;
    }
    switch (command->kind) {
    case LG_CMD_DELETE_BID:
    case LG_CMD_DELETE_OFFER:
        set_integer(L, "deleted", answer->count);
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
        lg__push_stats(L, lg_market_last_stats(agent->market, command->node), LG__RECORD_DSO_STATS);
        lua_setfield(L, -2, "market_stats");
        return;
    case LG_CMD_DSO_MARKET_STATS:
        lg__push_dso_stats(L, command->node);
        lua_setfield(L, -2, "market_stats");
        return;
    default: /* LG_CMD_GRID_FEES */
        set_number(L,
                   agent->rules->fee_kind == LG_FEE_CONSTANT ? "market_fee_const"
                                                             : "market_fee_percent",
                   lg__fee_shown(agent, lg_market_fee_next(agent->market, command->node)));
        return;
    }
}

static void set_address(lua_State *L, const lg_command *command)
{
    const char *name;
    const lg_uuid *uuid;
    node_of(lg__agent_of(L), command, &name, &uuid);
    set_text(L, "command", lg_command_name((lg_command_kind)command->kind));
    set_text(L, "name", name);
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
        seal(L, LG__RECORD_ANSWER);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void lg__push_message(lua_State *L, const lg_command *command, const lg_answer *answer)
{
    lua_createtable(L, 0, 9);
    set_text(L, "event", "refused");
    set_address(L, command);
    set_refusal(L, command, answer);
    seal(L, LG__RECORD_MESSAGE);
}

void lg__push_event(lua_State *L, const lg_event *event)
{
    static const char *const targets[] = {
        [LG_TARGET_AREA] = "area", [LG_TARGET_ASSET] = "asset", [LG_TARGET_AGENT] = "agent"};
    const lg_site *site = lg__agent_of(L)->site;
    lua_createtable(L, 0, 5);
    set_text(L, "event", lg_event_word(event->kind));
    set_text(L, "name", event->name);
    set_text(L, "target", targets[event->target]);
    if (event->target != LG_TARGET_AGENT) {
        lg__push_uuid(L, event->target == LG_TARGET_AREA ? &site->areas[event->node].uuid
                                                         : &site->assets[event->node].uuid);
        lua_setfield(L, -2, "area_uuid");
    }
    if (*event->detail)
        set_text(L, "detail", event->detail);
    seal(L, LG__RECORD_MESSAGE);
}

/* A party's name is told to itself; its asset of origin to everybody. */
static void set_party(lua_State *L, uint32_t asset, const char *key, const char *origin_key)
{
    const lg_agent *agent = lg__agent_of(L);
    const char *name = agent->site->assets[asset].name;
    set_text(L, key, lg_desk_commands_asset(agent->desk, asset) ? name : "anonymous");
    set_text(L, origin_key, name);
}

void lg__push_trade(lua_State *L, const lg_trade *trade, bool buyer)
{
    const lg_agent *agent = lg__agent_of(L);
    uint32_t asset = buyer ? trade->buyer : trade->seller;
    const lg_leg *leg = &trade->legs[buyer ? trade->leg_count - 1 : 0];
    char time[32];
    lua_createtable(L, 0, 22);
    set_text(L, "event", "trade");
    set_integer(L, "trade_id", trade->id);
    lg_clock_format(trade->time_ms, time);
    set_text(L, "time", time);
    lg__push_asset(L, asset);
    lua_setfield(L, -2, "asset");
    lg__push_uuid(L, &agent->site->assets[asset].uuid);
    lua_setfield(L, -2, "asset_id");
    set_text(L, "market_type", lg_market_type_name(trade->type));
    lg_clock_format_slot(trade->slot_start_ms, time);
    set_text(L, "time_slot", time);
    set_text(L, "side", buyer ? "buy" : "sell");
    set_party(L, trade->buyer, "buyer", "buyer_origin");
    set_party(L, trade->seller, "seller", "seller_origin");
    set_number(L, "traded_energy", lg_kwh_from_uwh(trade->energy_uwh));
    set_number(L, "trade_price", lg_ct_from_uct(leg->price_uct));
    set_number(L, "rate", lg_ct_from_uct(leg->rate_uct));
    set_number(L, "total_fee", lg_ct_from_uct(trade->fees_uct));
    set_number(L, "local_market_fee", lg_ct_from_uct(leg->fee_uct));
    if (trade->bid_id)
        set_integer(L, "bid_id", trade->bid_id);
    if (trade->offer_id)
        set_integer(L, "offer_id", trade->offer_id);
    if (trade->bid_id && trade->bid_left_uwh > 0)
        set_integer(L, "residual_bid_id", trade->bid_id);
    if (trade->offer_id && trade->offer_left_uwh > 0)
        set_integer(L, "residual_offer_id", trade->offer_id);
    seal(L, LG__RECORD_TRADE);
}
