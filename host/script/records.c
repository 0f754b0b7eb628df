/*
 * Plain tables scripts are given: bills, statistics, events, trades; answers are in answers.c.
 * Their fields are the rows LG_RECORD of api.def. What is absent is nil, never the text "None" of
 * the reference's wire; what no table of its class has is an error. All of a class share one
 * metatable, which is asked only for what is not there.
 */
#include "script/records.h"

#include <math.h>
#include "base/clock.h"
#include "grid/unit.h"
#include "script/frozen.h"

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

void lg__push_uuid(lua_State *L, const lg_uuid *uuid)
{
    char text[37];
    lg_uuid_format(uuid, text);
    lua_pushstring(L, text);
}

void lg__push_bill(lua_State *L, const lg_bill *bill)
{
    lua_createtable(L, 0, 7);
    lg__set_number(L, "bought", lg_kwh_from_uwh(bill->bought_uwh));
    lg__set_number(L, "sold", lg_kwh_from_uwh(bill->sold_uwh));
    lg__set_number(L, "spent", lg_eur_from_uct(bill->spent_uct));
    lg__set_number(L, "earned", lg_eur_from_uct(bill->earned_uct));
    lg__set_number(L, "total_energy", lg_kwh_from_uwh(bill->bought_uwh - bill->sold_uwh));
    lg__set_number(L, "total_cost",
                   lg_eur_from_uct(bill->spent_uct + bill->market_fee_uct - bill->earned_uct));
    lg__set_number(L, "market_fee", lg_eur_from_uct(bill->market_fee_uct));
    lg__record_seal(L, LG__RECORD_BILL);
}

static void set_units(lua_State *L, const char *name, uint64_t units)
{
    lua_pushinteger(L, (lua_Integer)units);
    lua_setfield(L, -2, name);
}

void lg__push_budget(lua_State *L)
{
    const lg_agent *agent = lg__agent_of(L);
    const lg_budget *budget = &agent->input.budget;
    uint64_t left = agent->units < agent->units_max ? agent->units_max - agent->units : 0;
    lua_createtable(L, 0, 4);
    if (budget->units_per_call && agent->units_max != UINT64_MAX) {
        set_units(L, "units_per_call", budget->units_per_call);
        set_units(L, "units_left", left);
        set_units(L, "bank", left < agent->drawn ? left : agent->drawn);
        set_units(L, "bank_max", budget->bank);
    }
    lg__record_seal(L, LG__RECORD_BUDGET);
    lg__freeze(L, "grid.budget"); /* a new one each time: what is set would be gone */
}

int lg__push_origins(lua_State *L, uint32_t asset)
{
    static const char *const names[LG_ORIGIN_COUNT] = {"LOCAL", "EXTERNAL", "UNKNOWN"};
    const lg_origin_sums *sums = lg__see(lg__agent_of(L), origins, asset);
    if (!sums) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, LG_ORIGIN_COUNT);
    for (int i = 0; i < LG_ORIGIN_COUNT; i++)
        lg__set_number(L, names[i], lg_kwh_from_uwh(sums->stored_uwh[i]));
    lg__record_seal(L, LG__RECORD_ORIGINS);
    return 1;
}

/* Fills the table on top. */
static void set_market_bill(lua_State *L, uint32_t area)
{
    const lg_agent *agent = lg__agent_of(L);
    lg_bill accumulated = lg__see(agent, accumulated_bill, area);
    lg__push_bill(L, &accumulated);
    lua_setfield(L, -2, "accumulated_trades");
    lg__push_bill(L, lg__see(agent, external_bill, area));
    lua_setfield(L, -2, "external_trades");
}

void lg__push_market_bill(lua_State *L, uint32_t area)
{
    lua_createtable(L, 0, 2);
    set_market_bill(L, area);
    lg__record_seal(L, LG__RECORD_MARKET_BILL);
}

/* The command that asks for a market's statistics calls the same sum otherwise than its events do;
 * here it has both names. */
static void push_dso_bill(lua_State *L, uint32_t area)
{
    lua_createtable(L, 0, 3);
    set_market_bill(L, area);
    lua_getfield(L, -1, "accumulated_trades");
    lua_setfield(L, -2, "Accumulated Trades");
    lg__record_seal(L, LG__RECORD_DSO_BILL);
}

/* stats NULL, or a slot without trades: the rates stay nil. */
static void set_stats(lua_State *L, const lg_market_stats *stats)
{
    if (stats && stats->trade_count) {
        lg__set_number(L, "min_trade_rate", lg_ct_from_uct(stats->min_rate_uct));
        lg__set_number(L, "max_trade_rate", lg_ct_from_uct(stats->max_rate_uct));
        lg__set_number(L, "avg_trade_rate", lg_ct_from_uct(stats->avg_rate_uct));
        lg__set_number(L, "median_trade_rate", lg_ct_from_uct(stats->median_rate_uct));
    }
    lg__set_number(L, "total_traded_energy_kWh", stats ? lg_kwh_from_uwh(stats->energy_uwh) : 0);
}

void lg__push_stats(lua_State *L, const lg_market_stats *stats, lg__record_kind kind)
{
    lua_createtable(L, 0, 5);
    set_stats(L, stats);
    lg__record_seal(L, kind);
}

static double percent(double fraction)
{
    return isnan(fraction) ? 0 : 100 * fraction;
}

/* Of what stands directly in an area, in the slot that was measured last. */
static void push_deviance(lua_State *L, uint32_t slot, const lg_area *area)
{
    const lg_agent *agent = lg__agent_of(L);
    const lg_site *site = agent->site;
    lua_createtable(L, 0, (int)(area->asset_count + area->child_count));
    for (uint32_t i = area->asset_first; i < area->asset_first + area->asset_count; i++) {
        int64_t deviation = lg__see(agent, deviation, i, slot);
        if (deviation == LG_NO_DEVIATION)
            continue;
        lg__push_uuid(L, &site->assets[i].uuid);
        lua_pushnumber(L, lg_kwh_from_uwh(deviation));
        lua_rawset(L, -3);
    }
    for (uint32_t i = area->child_first; i < area->child_first + area->child_count; i++) {
        lg__push_uuid(L, &site->areas[i].uuid);
        lua_pushnumber(L, lg_kwh_from_uwh(lg__see(agent, area_deviation, i, slot)));
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
    lg__set_number(L, "market_fee_revenue", lg_ct_from_uct(stats->fee_revenue_uct));
    lua_createtable(L, 0, 2);
    lg__set_number(L, "import", lg_kwh_from_uwh(stats->import_uwh));
    lg__set_number(L, "export", lg_kwh_from_uwh(stats->export_uwh));
    lua_setfield(L, -2, "area_throughput");
    lg_peak peak = lg__see(agent, peak, area);
    lg__set_number(L, "peak_import_kWh", lg_kwh_from_uwh(peak.import_uwh));
    lg__set_number(L, "peak_export_kWh", lg_kwh_from_uwh(peak.export_uwh));
    lg_kpi kpi = lg__see(agent, kpi, area);
    lg__set_number(L, "self_sufficiency", percent(kpi.self_sufficiency));
    lg__set_number(L, "self_consumption", percent(kpi.self_consumption));
    uint32_t measured = lg__see(agent, settling, 0).last;
    if (measured != LG_NONE) {
        push_deviance(L, measured, &agent->site->areas[area]);
        lua_setfield(L, -2, "market_energy_deviance");
    }
}

void lg__push_dso_stats(lua_State *L, uint32_t area)
{
    const lg_market_stats *stats = lg__see(lg__agent_of(L), last_stats, area);
    lua_createtable(L, 0, 12);
    if (stats)
        set_dso_stats(L, area, stats);
    lg__record_seal(L, LG__RECORD_DSO_STATS);
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

void lg__push_event(lua_State *L, const lg_event *event)
{
    static const char *const targets[] = {
        [LG_TARGET_AREA] = "area", [LG_TARGET_ASSET] = "asset", [LG_TARGET_AGENT] = "agent"};
    const lg_site *site = lg__agent_of(L)->site;
    lua_createtable(L, 0, 5);
    lg__set_text(L, "event", lg_event_word(event->kind));
    lg__set_text(L, "name", event->name);
    lg__set_text(L, "target", targets[event->target]);
    if (event->target != LG_TARGET_AGENT) {
        lg__push_uuid(L, event->target == LG_TARGET_AREA ? &site->areas[event->node].uuid
                                                         : &site->assets[event->node].uuid);
        lua_setfield(L, -2, "area_uuid");
    }
    if (*event->detail)
        lg__set_text(L, "detail", event->detail);
    lg__record_seal(L, LG__RECORD_MESSAGE);
}

/* A party's name is told to itself; its asset of origin to everybody. */
static void set_party(lua_State *L, uint32_t asset, const char *key, const char *origin_key)
{
    const lg_agent *agent = lg__agent_of(L);
    const char *name = agent->site->assets[asset].name;
    lg__set_text(L, key, lg_desk_owns_asset(agent->desk, asset) ? name : "anonymous");
    lg__set_text(L, origin_key, name);
}

void lg__push_trade(lua_State *L, const lg_trade *trade, bool buyer)
{
    const lg_agent *agent = lg__agent_of(L);
    uint32_t asset = buyer ? trade->buyer : trade->seller;
    const lg_leg *leg = &trade->legs[buyer ? trade->leg_count - 1 : 0];
    char time[32];
    lua_createtable(L, 0, 22);
    lg__set_text(L, "event", "trade");
    lg__set_integer(L, "trade_id", trade->id);
    lg_clock_format(trade->time_ms, time);
    lg__set_text(L, "time", time);
    lg__push_asset(L, asset);
    lua_setfield(L, -2, "asset");
    lg__push_uuid(L, &agent->site->assets[asset].uuid);
    lua_setfield(L, -2, "asset_id");
    lg__set_text(L, "market_type", lg_market_type_name(trade->type));
    lg_clock_format_slot(trade->slot_start_ms, time);
    lg__set_text(L, "time_slot", time);
    lg__set_text(L, "side", buyer ? "buy" : "sell");
    set_party(L, trade->buyer, "buyer", "buyer_origin");
    set_party(L, trade->seller, "seller", "seller_origin");
    lg__set_number(L, "traded_energy", lg_kwh_from_uwh(trade->energy_uwh));
    lg__set_number(L, "trade_price", lg_ct_from_uct(leg->price_uct));
    lg__set_number(L, "rate", lg_ct_from_uct(leg->rate_uct));
    lg__set_number(L, "total_fee", lg_ct_from_uct(trade->fees_uct));
    lg__set_number(L, "local_market_fee", lg_ct_from_uct(leg->fee_uct));
    if (trade->bid_id)
        lg__set_integer(L, "bid_id", trade->bid_id);
    if (trade->offer_id)
        lg__set_integer(L, "offer_id", trade->offer_id);
    if (trade->bid_id && trade->bid_left_uwh > 0)
        lg__set_integer(L, "residual_bid_id", trade->bid_id);
    if (trade->offer_id && trade->offer_left_uwh > 0)
        lg__set_integer(L, "residual_offer_id", trade->offer_id);
    lg__record_seal(L, LG__RECORD_TRADE);
}
