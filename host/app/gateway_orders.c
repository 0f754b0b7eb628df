/* What a gateway sees of orders and of settlement markets. */
#include "app/gateway_parts.h"

#include <math.h>

#include "grid/unit.h"

const lg_market *lg__gate_market(const lg_gate *g, uint32_t time_slot)
{
    const lg_settling *settling = lg_world_settling(g->input.world);
    const lg_market *past =
        time_slot && settling ? lg_settling_market(settling, time_slot - 1) : NULL;
    return past ? past : lg_world_market(g->input.world);
}

lg_gateway_order lg__gate_order(const lg_gate *g, const lg_market *market, uint32_t asset,
                                bool offer, uint64_t id, int64_t energy_uwh, int64_t rate_uct)
{
    int64_t fee = 0;
    if (offer) {
        fee = lg_market_fee_running(market, g->site->assets[asset].area);
        if (g->input.setup->scenario->rules.fee_kind != LG_FEE_CONSTANT)
            fee = lg_fraction_of(rate_uct, fee);
    }
    return (lg_gateway_order){
        .id = id,
        .energy = lg_kwh_from_uwh(energy_uwh),
        .rate = lg_ct_from_uct(rate_uct),
        .fee_rate = lg_ct_from_uct(fee),
    };
}

static uint32_t list(const lg_gate *g, const lg_market *market, uint32_t asset, uint32_t offers,
                     lg_gateway_order *out, uint32_t max)
{
    lg_order orders[LG_ORDERS_MAX];
    if (asset >= g->site->asset_count)
        return 0;
    uint32_t all =
        lg_market_orders(market, asset, offers ? LG_OFFER : LG_BID, orders, LG_ORDERS_MAX);
    for (uint32_t i = 0; i < all && i < max && i < LG_ORDERS_MAX; i++)
        out[i] = lg__gate_order(g, market, asset, offers, orders[i].id, orders[i].energy_uwh,
                                orders[i].rate_uct);
    return all;
}

static uint32_t orders(void *ctx, uint32_t asset, uint32_t offers, lg_gateway_order *out,
                       uint32_t max)
{
    const lg_gate *g = ctx;
    return list(g, lg_world_market(g->input.world), asset, offers, out, max);
}

static uint32_t orders_of(void *ctx, uint32_t asset, uint32_t offers, uint32_t slot,
                          lg_gateway_order *out, uint32_t max)
{
    const lg_gate *g = ctx;
    const lg_settling *settling = lg_world_settling(g->input.world);
    if (slot == lg_world_moment(g->input.world).slot)
        return orders(ctx, asset, offers, out, max);
    const lg_market *past = settling ? lg_settling_market(settling, slot) : NULL;
    return past ? list(g, past, asset, offers, out, max) : 0;
}

/* ---- deviations ---- */

static double in_kwh(int64_t deviation_uwh)
{
    return deviation_uwh == LG_NO_DEVIATION ? NAN : lg_kwh_from_uwh(deviation_uwh);
}

static uint32_t unsettled(void *ctx, uint32_t asset, lg_gateway_value *out, uint32_t max)
{
    const lg_gate *g = ctx;
    const lg_settling *settling = lg_world_settling(g->input.world);
    if (!settling || asset >= g->site->asset_count)
        return LG_GATEWAY_NONE;
    uint32_t count = lg_settling_count(settling);
    for (uint32_t i = 0; i < count && i < max; i++) {
        uint32_t slot = lg_settling_slot(settling, i);
        out[i] = (lg_gateway_value){
            .slot = slot,
            .energy = in_kwh(lg_settling_unsettled(settling, slot, asset)),
        };
    }
    return count;
}

static double deviance(void *ctx, uint32_t kind, uint32_t index)
{
    const lg_gate *g = ctx;
    const lg_settling *settling = lg_world_settling(g->input.world);
    uint32_t slot = settling ? lg_settling_last(settling) : LG_NONE;
    bool area = kind == LG_GATEWAY_AREA;
    if (slot == LG_NONE || index >= (area ? g->site->area_count : g->site->asset_count) ||
        !lg_settling_market(settling, slot))
        return NAN;
    return in_kwh(area ? lg_settling_area_deviation(settling, slot, index)
                       : lg_settling_deviation(settling, slot, index));
}

void lg__gate_orders(lg_gateway_host *host)
{
    host->orders = orders;
    host->orders_of = orders_of;
    host->unsettled = unsettled;
    host->deviance = deviance;
}
