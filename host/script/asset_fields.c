/*
 * The fields of an asset that are about energy: what it may still buy and sell in the running slot,
 * what it needs and until when, what it holds and where that came from. Straight from the market
 * and the plan of the slot; a field of another role reads nil.
 */
#include "script/state.h"

#include <math.h>
#include "grid/unit.h"

int lg__push_known(lua_State *L, double value)
{
    if (value == value)
        lua_pushnumber(L, value);
    else
        lua_pushnil(L);
    return 1;
}

static int push_kwh(lua_State *L, int64_t uwh)
{
    lua_pushnumber(L, lg_kwh_from_uwh(uwh));
    return 1;
}

int lg__push_nil(lua_State *L)
{
    lua_pushnil(L);
    return 1;
}

static int storage_field(lua_State *L, int field, const lg_agent *agent, uint32_t asset)
{
    const lg_position *p = lg__see(agent, position, asset);
    const lg_plan *plan = lg__see(agent, plan, asset);
    double efficiency = plan->efficiency > 0 ? plan->efficiency : 1; /* NaN: all arrives */
    double traded = lg_kwh_from_uwh(p->bought_uwh) * efficiency - lg_kwh_from_uwh(p->sold_uwh);
    switch (field) {
    case LG_ASSET_FIELD_TO_SELL:
        return push_kwh(L, lg_max64(0, p->sell_uwh - p->sold_uwh - p->offered_sell_uwh));
    case LG_ASSET_FIELD_TO_BUY:
        return push_kwh(L, lg_max64(0, p->buy_uwh - p->bought_uwh - p->offered_buy_uwh));
    case LG_ASSET_FIELD_FREE:
        return lg__push_known(L, fmax(0, plan->capacity_kWh - plan->stored_kWh - traded));
    case LG_ASSET_FIELD_USED:
        return lg__push_known(L, plan->stored_kWh);
    case LG_ASSET_FIELD_BY_ORIGIN:
        return lg__push_origins(L, asset);
    case LG_ASSET_FIELD_SOC:
        return lg__push_known(L,
                              plan->capacity_kWh > 0 ? plan->stored_kWh / plan->capacity_kWh : 0);
    case LG_ASSET_FIELD_CAPACITY:
        return lg__push_known(L, plan->capacity_kWh);
    default: /* LG_ASSET_FIELD_RESERVE */
        return lg__push_known(L, plan->reserve_kWh);
    }
}

/* What has to be bought of @p kwh, less what was; in whole micro-watt-hours like all that is
 * traded. */
static int push_left(lua_State *L, double kwh, const lg_position *p)
{
    int64_t uwh = 0;
    if (!lg_uwh_from_kwh(kwh, &uwh))
        return lg__push_nil(L);
    return push_kwh(L, lg_max64(0, uwh - p->bought_uwh));
}

/* What cannot wait, and what is due later. */
static int need_field(lua_State *L, int field, const lg_agent *agent, uint32_t asset)
{
    uint32_t role = agent->site->assets[asset].role;
    const lg_position *p = lg__see(agent, position, asset);
    const lg_plan *plan = lg__see(agent, plan, asset);
    bool consumes = role == LG_ROLE_CONSUMER || role == LG_ROLE_PROSUMER;
    if (role != LG_ROLE_STORAGE && !(consumes && field == LG_ASSET_FIELD_NEED))
        return lg__push_nil(L);
    switch (field) {
    case LG_ASSET_FIELD_NEED:
        if (isnan(plan->need_kWh) && consumes)
            return push_kwh(L, lg_max64(0, p->buy_uwh - p->bought_uwh));
        return push_left(L, isnan(plan->need_kWh) ? 0 : plan->need_kWh, p);
    case LG_ASSET_FIELD_DUE:
        return push_left(L, plan->due_kWh, p);
    default: /* LG_ASSET_FIELD_DUE_HOURS */
        return lg__push_known(L, plan->due_hours);
    }
}

/* Buyers: consumers, prosumers, storages and buses. */
static bool buys(uint32_t role)
{
    return role != LG_ROLE_PRODUCER && role != LG_ROLE_MARKET_MAKER;
}

int lg__asset_energy(lua_State *L, int field, const lg_agent *agent, uint32_t asset)
{
    uint32_t role = agent->site->assets[asset].role;
    const lg_position *p = lg__see(agent, position, asset);
    switch (field) {
    case LG_ASSET_FIELD_TRADED:
        return push_kwh(L, p->bought_uwh + p->sold_uwh);
    case LG_ASSET_FIELD_COST:
        lua_pushnumber(L, lg_ct_from_uct(p->paid_uct + p->earned_uct));
        return 1;
    case LG_ASSET_FIELD_REQUIREMENT:
        if (!buys(role) || role == LG_ROLE_STORAGE)
            return lg__push_nil(L);
        return push_kwh(L, lg_max64(0, p->buy_uwh - p->bought_uwh));
    case LG_ASSET_FIELD_AVAILABLE:
        if (role == LG_ROLE_CONSUMER || role == LG_ROLE_STORAGE)
            return lg__push_nil(L);
        return push_kwh(L, lg_max64(0, p->sell_uwh - p->sold_uwh));
    case LG_ASSET_FIELD_NEED:
    case LG_ASSET_FIELD_DUE:
    case LG_ASSET_FIELD_DUE_HOURS:
        return need_field(L, field, agent, asset);
    case LG_ASSET_FIELD_IN_BIDS:
        return buys(role) ? push_kwh(L, p->offered_buy_uwh) : lg__push_nil(L);
    case LG_ASSET_FIELD_IN_OFFERS:
        return role == LG_ROLE_CONSUMER ? lg__push_nil(L) : push_kwh(L, p->offered_sell_uwh);
    default:
        return role == LG_ROLE_STORAGE ? storage_field(L, field, agent, asset) : lg__push_nil(L);
    }
}
