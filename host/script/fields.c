/*
 * What the fields of market_info, assets and markets read as: straight from the market and the plan
 * of the running slot, nothing is kept. A field of another role reads nil, a field that no asset
 * has is an error.
 */
#include "script/state.h"

#include <math.h>
#include "base/clock.h"
#include "grid/unit.h"

static const char *const role_names[] = {"?",   "consumer",     "producer", "storage",
                                         "bus", "market_maker", "prosumer"};
static const char *const match_names[] = {"one_sided", "pay_as_bid", "pay_as_clear"};

double lg__fee_shown(const lg_agent *agent, int64_t fee)
{
    return agent->rules->fee_kind == LG_FEE_CONSTANT ? lg_ct_from_uct(fee) : (double)fee / 1e7;
}

static int field_of(lua_State *L)
{
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    return (int)lua_tointeger(L, -1); /* nil reads 0 */
}

static double hour_of(int64_t time_ms)
{
    int64_t in_day = time_ms % LG_DAY_MS;
    return (double)(in_day < 0 ? in_day + LG_DAY_MS : in_day) / (double)LG_HOUR_MS;
}

static int info_time(lua_State *L, int field, const lg_moment *moment)
{
    char text[32];
    switch (field) {
    case LG_INFO_FIELD_COMPLETION:
        lua_pushnumber(L, moment->slot_completion);
        return 1;
    case LG_INFO_FIELD_MARKET_SLOT:
        lg_clock_format_slot(moment->slot_start_ms, text);
        lua_pushstring(L, text);
        return 1;
    case LG_INFO_FIELD_SLOT:
        lua_pushinteger(L, moment->slot);
        return 1;
    case LG_INFO_FIELD_TICK:
        lua_pushinteger(L, moment->tick);
        return 1;
    case LG_INFO_FIELD_NOW:
        lg_clock_format(moment->now_ms, text);
        lua_pushstring(L, text);
        return 1;
    case LG_INFO_FIELD_HOUR:
        lua_pushnumber(L, hour_of(moment->now_ms));
        return 1;
    default: /* LG_INFO_FIELD_SECONDS */
        lua_pushnumber(L, (double)(moment->now_ms - moment->slot_start_ms) / 1000.0);
        return 1;
    }
}

static int info_run(lua_State *L, int field, const lg_agent *agent)
{
    const lg_rules *rules = agent->rules;
    switch (field) {
    case LG_INFO_FIELD_TICKS_PER_SLOT:
        lua_pushinteger(L, rules->ticks_per_slot);
        return 1;
    case LG_INFO_FIELD_NUM_TICKS:
        lua_pushinteger(L, 10);
        return 1;
    case LG_INFO_FIELD_SLOT_MINUTES:
        lua_pushnumber(L, (double)rules->slot_ms / (double)LG_MINUTE_MS);
        return 1;
    case LG_INFO_FIELD_TICK_SECONDS:
        lua_pushnumber(L, (double)rules->tick_ms / (double)LG_SECOND_MS);
        return 1;
    case LG_INFO_FIELD_CHANGES:
        lua_pushinteger(L, (lua_Integer)agent->changes);
        return 1;
    case LG_INFO_FIELD_MARKET_KIND:
        lua_pushstring(L, rules->no_market               ? "none"
                          : rules->match == LG_ONE_SIDED ? "one_sided"
                                                         : "two_sided");
        return 1;
    case LG_INFO_FIELD_COMPAT:
        lua_pushstring(L, rules->compat_gsy ? "gsy-e" : "none");
        return 1;
    case LG_INFO_FIELD_MATCHING:
        lua_pushstring(L, match_names[rules->match]);
        return 1;
    case LG_INFO_FIELD_FEES:
        lua_pushstring(L, rules->fee_kind == LG_FEE_CONSTANT ? "constant" : "percentage");
        return 1;
    default: /* LG_INFO_FIELD_NAME */
        lua_pushstring(L, lg_desk_name(agent->desk));
        return 1;
    }
}

int lg__info_index(lua_State *L)
{
    const lg_agent *agent = lg__agent_of(L);
    int field = field_of(L);
    switch (field) {
    case 0:
        return lg__no_field(L, "market_info", &lg__info_names, 2);
    case LG_INFO_FIELD_ASSETS:
        lg__push_list(L, LG_LIST_OWN_ASSETS, 0);
        return 1;
    case LG_INFO_FIELD_MARKETS:
        lg__push_list(L, LG_LIST_OWN_MARKETS, 0);
        return 1;
    case LG_INFO_FIELD_FEED_IN:
        return lg__push_known(L, agent->moment.feed_in_tariff_rate_ct);
    case LG_INFO_FIELD_MARKET_MAKER:
        return lg__push_known(L, agent->moment.market_maker_rate_ct);
    case LG_INFO_FIELD_TREE:
        lg__push_market(L, 0);
        return 1;
    case LG_INFO_FIELD_SETTLEMENT:
        lg__push_settlement_slots(L);
        return 1;
    case LG_INFO_FIELD_COMPLETION:
    case LG_INFO_FIELD_MARKET_SLOT:
    case LG_INFO_FIELD_SLOT:
    case LG_INFO_FIELD_TICK:
    case LG_INFO_FIELD_NOW:
    case LG_INFO_FIELD_HOUR:
    case LG_INFO_FIELD_SECONDS:
        return info_time(L, field, &agent->moment);
    default:
        return info_run(L, field, agent);
    }
}

static int settlement_bill(lua_State *L, const lg_agent *agent, uint32_t asset)
{
    if (!lg__see(agent, settling, 0).on)
        return lg__push_nil(L);
    lg_bill bill = lg__see(agent, settlement_bill, asset);
    lg__push_bill(L, &bill);
    return 1;
}

static const char *type_of(const lg_agent *agent, const lg_asset *asset)
{
    const lg_device_view *view = &agent->input.devices;
    uint32_t index = (uint32_t)(asset - agent->site->assets);
    const char *type = view->type ? view->type(view->ctx, index) : NULL;
    return type ? type : role_names[asset->role];
}

static int no_asset_field(lua_State *L, const lg_agent *agent, const lg_asset *asset)
{
    lua_pushfstring(L, "asset \"%s\" (%s)", asset->name, type_of(agent, asset));
    return lg__no_field(L, lua_tostring(L, -1), &lg__asset_names, 2);
}

int lg__asset_index(lua_State *L)
{
    const lg__handle *handle = lg__to_handle(L, 1);
    const lg_agent *agent = lg__agent_of(L);
    const lg_asset *asset = &agent->site->assets[handle->index];
    int field = field_of(L);
    switch (field) {
    case LG_ASSET_FIELD_NAME:
        lua_pushstring(L, asset->name);
        return 1;
    case LG_ASSET_FIELD_UUID:
        lg__push_uuid(L, &asset->uuid);
        return 1;
    case LG_ASSET_FIELD_TYPE:
        lua_pushstring(L, type_of(agent, asset));
        return 1;
    case 0:
        return no_asset_field(L, agent, asset);
    default:
        break;
    }
    if (!handle->own)
        return luaL_error(L, "asset \"%s\" is not yours: only its name, uuid and type can be read",
                          asset->name);
    switch (field) {
    case LG_ASSET_FIELD_ROLE:
        lua_pushstring(L, role_names[asset->role]);
        return 1;
    case LG_ASSET_FIELD_AREA:
        lg__push_market(L, asset->area);
        return 1;
    case LG_ASSET_FIELD_PARAMS:
        lg__push_params(L, handle->index);
        return 1;
    case LG_ASSET_FIELD_RATES_VARY:
        lua_pushboolean(L, lg__see(agent, rates_vary, handle->index));
        return 1;
    case LG_ASSET_FIELD_ENABLED:
        lua_pushboolean(L, lg__see(agent, asset_enabled, handle->index));
        return 1;
    case LG_ASSET_FIELD_CONNECTED:
        lua_pushboolean(L, lg__see(agent, connected, asset->area));
        return 1;
    case LG_ASSET_FIELD_BILL:
        lg__push_bill(L, lg__see(agent, bill, handle->index));
        return 1;
    case LG_ASSET_FIELD_SETTLEMENT_BILL:
        return settlement_bill(L, agent, handle->index);
    case LG_ASSET_FIELD_DEVIATION:
        lg__push_deviations(L, handle->index);
        return 1;
    case LG_ASSET_FIELD_SELL_RATE:
        if (asset->role == LG_ROLE_CONSUMER || asset->role == LG_ROLE_STORAGE)
            return lg__push_nil(L);
        return lg__push_known(L, lg__see(agent, plan, handle->index)->sell_rate_ct);
    case LG_ASSET_FIELD_BUY_RATE:
        if (asset->role != LG_ROLE_BUS)
            return lg__push_nil(L);
        return lg__push_known(L, lg__see(agent, plan, handle->index)->buy_rate_ct);
    default:
        return lg__asset_energy(L, field, agent, handle->index);
    }
}

static int market_fee(lua_State *L, int field, const lg_agent *agent, uint32_t area)
{
    const lg_market_stats *last;
    int64_t fee;
    switch (field) {
    case LG_MARKET_FIELD_RUNNING_FEE:
        fee = lg__see(agent, fee_running, area);
        break;
    case LG_MARKET_FIELD_LAST_FEE:
        last = lg__see(agent, last_stats, area);
        if (!last)
            return lg__push_nil(L);
        fee = agent->rules->fee_kind == LG_FEE_CONSTANT ? last->fee_uct : last->fee_ppb;
        break;
    default: /* LG_MARKET_FIELD_NEXT_FEE, LG_MARKET_FIELD_CURRENT_FEE */
        fee = lg__see(agent, fee_next, area);
        break;
    }
    lua_pushnumber(L, lg__fee_shown(agent, fee));
    return 1;
}

int lg__market_index(lua_State *L)
{
    const lg__handle *handle = lg__to_handle(L, 1);
    const lg_agent *agent = lg__agent_of(L);
    const lg_area *area = &agent->site->areas[handle->index];
    int field = field_of(L);
    switch (field) {
    case 0:
        lua_pushfstring(L, "market \"%s\"", area->name);
        return lg__no_field(L, lua_tostring(L, -1), &lg__market_names, 2);
    case LG_MARKET_FIELD_NAME:
        lua_pushstring(L, area->name);
        return 1;
    case LG_MARKET_FIELD_UUID:
        lg__push_uuid(L, &area->uuid);
        return 1;
    case LG_MARKET_FIELD_ASSETS:
        lg__push_list(L, LG_LIST_AREA_ASSETS, handle->index);
        return 1;
    case LG_MARKET_FIELD_MARKETS:
        lg__push_list(L, LG_LIST_AREA_MARKETS, handle->index);
        return 1;
    case LG_MARKET_FIELD_PARENT:
        if (area->parent == LG_NONE)
            return lg__push_nil(L);
        lg__push_market(L, area->parent);
        return 1;
    case LG_MARKET_FIELD_ENABLED:
        lua_pushboolean(L, lg__see(agent, enabled, handle->index));
        return 1;
    case LG_MARKET_FIELD_CONNECTED:
        lua_pushboolean(L, lg__see(agent, connected, handle->index));
        return 1;
    case LG_MARKET_FIELD_LAST_STATS:
        lg__push_stats(L, lg__see(agent, last_stats, handle->index), LG__RECORD_STATS);
        return 1;
    case LG_MARKET_FIELD_LAST_BILL:
        lg__push_market_bill(L, handle->index);
        return 1;
    default:
        return market_fee(L, field, agent, handle->index);
    }
}
