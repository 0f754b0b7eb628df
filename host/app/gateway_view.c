/* What a gateway sees of the market, in the units of the outside, and what it is told of a tick. */
#include "app/gateway_parts.h"

#include <math.h>
#include <string.h>

#include "grid/unit.h"

/* ---- the site ---- */

static void time_of(void *ctx, lg_gateway_time *out)
{
    lg_gate *g = ctx;
    const lg_scenario *scenario = g->input.setup->scenario;
    lg_moment moment = lg_world_moment(g->input.world);
    *out = (lg_gateway_time){
        .size = sizeof *out,
        .slot = moment.slot,
        .tick = moment.tick,
        .ticks_per_slot = scenario->rules.ticks_per_slot,
        .slot_count = scenario->slot_count,
        .slot_s = (uint32_t)(scenario->rules.slot_ms / 1000),
        .slot_start_ms = moment.slot_start_ms,
        .now_ms = moment.now_ms,
        .slot_completion = moment.slot_completion,
        .market_maker_rate = moment.market_maker_rate_ct,
        .feed_in_tariff = moment.feed_in_tariff_rate_ct,
    };
}

static uint32_t count(void *ctx, uint32_t kind)
{
    const lg_gate *g = ctx;
    return kind == LG_GATEWAY_AREA    ? g->site->area_count
           : kind == LG_GATEWAY_ASSET ? g->site->asset_count
                                      : 0;
}

static int32_t node(void *ctx, uint32_t kind, uint32_t index, lg_gateway_node *out)
{
    const lg_gate *g = ctx;
    *out = (lg_gateway_node){.size = sizeof *out, .kind = kind, .index = index};
    if (index >= count(ctx, kind))
        return false;
    if (kind == LG_GATEWAY_AREA) {
        const lg_area *area = &g->site->areas[index];
        out->parent = area->parent;
        out->area_first = area->child_first;
        out->area_count = area->child_count;
        out->asset_first = area->asset_first;
        out->asset_count = area->asset_count;
        out->name = area->name;
        lg_uuid_format(&area->uuid, out->uuid);
        return true;
    }
    const lg_asset *asset = &g->site->assets[index];
    out->parent = asset->area;
    out->role = asset->role;
    out->name = asset->name;
    out->type = g->input.setup->drivers[asset->driver]->name;
    lg_uuid_format(&asset->uuid, out->uuid);
    return true;
}

/* ---- assets ---- */

static lg_gateway_bill bill_of(const lg_bill *bill)
{
    return (lg_gateway_bill){
        .bought = lg_kwh_from_uwh(bill->bought_uwh),
        .sold = lg_kwh_from_uwh(bill->sold_uwh),
        .spent = lg_eur_from_uct(bill->spent_uct),
        .earned = lg_eur_from_uct(bill->earned_uct),
        .market_fee = lg_eur_from_uct(bill->market_fee_uct),
    };
}

/* Still to be traded on one side, without what is in open orders. */
static double left(int64_t cap_uwh, int64_t done_uwh, int64_t open_uwh)
{
    return lg_kwh_from_uwh(lg_max64(0, cap_uwh - done_uwh - open_uwh));
}

static int32_t asset_of(void *ctx, uint32_t index, lg_gateway_asset *out)
{
    const lg_gate *g = ctx;
    const lg_market *market = lg_world_market(g->input.world);
    if (index >= g->site->asset_count)
        return false;
    const lg_position *p = lg_market_position(market, index);
    const lg_plan *plan = lg_world_plan(g->input.world, index);
    const lg__past_slot *past = &g->past[index];
    *out = (lg_gateway_asset){
        .size = sizeof *out,
        .enabled = lg_market_asset_enabled(market, index),
        .to_buy = left(p->buy_uwh, p->bought_uwh, p->offered_buy_uwh),
        .to_sell = left(p->sell_uwh, p->sold_uwh, p->offered_sell_uwh),
        .in_bids = lg_kwh_from_uwh(p->offered_buy_uwh),
        .in_offers = lg_kwh_from_uwh(p->offered_sell_uwh),
        .traded = lg_kwh_from_uwh(p->bought_uwh + p->sold_uwh),
        .cost = lg_ct_from_uct(p->paid_uct + p->earned_uct),
        .last_traded = lg_kwh_from_uwh(past->traded_uwh),
        .last_cost = lg_ct_from_uct(past->cost_uct),
        .stored = NAN,
        .capacity = NAN,
        .usable = NAN,
        .trades = past->now,
        .last_trades = past->trades,
        .bill = bill_of(&lg_market_account(market, index)->bill),
    };
    if (plan && g->site->assets[index].role == LG_ROLE_STORAGE) {
        double efficiency = plan->efficiency > 0 ? plan->efficiency : 1; /* NaN: all arrives */
        out->stored = plan->stored_kWh;
        out->usable = fmax(0, plan->stored_kWh - plan->reserve_kWh);
        out->capacity = plan->capacity_kWh - lg_kwh_from_uwh(p->bought_uwh) * efficiency +
                        lg_kwh_from_uwh(p->sold_uwh);
    }
    return true;
}

/* ---- markets ---- */

static double shown_fee(const lg_gate *g, int64_t fee)
{
    const lg_rules *rules = &g->input.setup->scenario->rules;
    return rules->fee_kind == LG_FEE_CONSTANT ? lg_ct_from_uct(fee)
                                              : 100 * ((double)fee / (double)LG_ONE_PPB);
}

static int32_t market_of(void *ctx, uint32_t index, lg_gateway_market *out)
{
    const lg_gate *g = ctx;
    const lg_market *market = lg_world_market(g->input.world);
    if (index >= g->site->area_count)
        return false;
    const lg_rules *rules = &g->input.setup->scenario->rules;
    bool constant = rules->fee_kind == LG_FEE_CONSTANT;
    int64_t next = lg_market_fee_next(market, index);
    lg_kpi kpi = lg_market_kpi(market, index);
    const lg_market_stats *last = lg_market_last_stats(market, index);
    *out = (lg_gateway_market){
        .size = sizeof *out,
        .closed = lg_world_slots_done(g->input.world),
        .last_min = NAN,
        .last_max = NAN,
        .last_avg = NAN,
        .last_median = NAN,
        .next_fee = shown_fee(g, next),
        .fee_is_percent = !constant,
        .has_fee = next != 0,
        .accumulated = bill_of(&g->bills[index].accumulated),
        .external = bill_of(&g->bills[index].external),
        .self_sufficiency = kpi.self_sufficiency,
        .self_consumption = kpi.self_consumption,
    };
    if (!last)
        return true;
    out->last_energy = lg_kwh_from_uwh(last->energy_uwh);
    out->last_fee = shown_fee(g, constant ? last->fee_uct : last->fee_ppb);
    out->last_fee_revenue = lg_ct_from_uct(last->fee_revenue_uct);
    out->last_import = lg_kwh_from_uwh(last->import_uwh);
    out->last_export = lg_kwh_from_uwh(last->export_uwh);
    out->last_trades = last->trade_count;
    if (last->trade_count) {
        out->last_min = lg_ct_from_uct(last->min_rate_uct);
        out->last_max = lg_ct_from_uct(last->max_rate_uct);
        out->last_avg = lg_ct_from_uct(last->avg_rate_uct);
        out->last_median = lg_ct_from_uct(last->median_rate_uct);
    }
    return true;
}

/* ---- what happens ---- */

static void moment(void *ctx, lg_call call, const lg_moment *when)
{
    const lg_gate *g = ctx;
    (void)when;
    if (call == LG_CALL_MARKET_CYCLE || call == LG_CALL_TICK)
        LG__GATE_CALL(g, moment, call == LG_CALL_TICK ? LG_GATEWAY_TICK : LG_GATEWAY_SLOT);
}

static void before(void *ctx, uint32_t client, uint64_t batch, uint32_t index,
                   const lg_command *command)
{
    const lg_gate *g = ctx;
    (void)command;
    LG__GATE_CALL(g, before, client, batch, index);
}

static void after(void *ctx, uint32_t client, uint64_t batch, uint32_t index,
                  const lg_command *command, const lg_answer *answer)
{
    const lg_gate *g = ctx;
    lg_gateway_answer told = {
        .size = sizeof told,
        .status = answer->status,
        .text = lg_status_text(answer->status),
    };
    bool offer = command->kind == LG_CMD_OFFER, bid = command->kind == LG_CMD_BID;
    if ((offer || bid) && answer->status == LG_OK)
        told.order = lg__gate_order(g, lg__gate_market(g, command->time_slot), command->node, offer,
                                    answer->order_id, command->energy_uwh, command->amount);
    if (command->kind == LG_CMD_DELETE_BID || command->kind == LG_CMD_DELETE_OFFER)
        told.count = answer->count;
    LG__GATE_CALL(g, after, client, batch, index, &told);
}

static void done(void *ctx, uint32_t client, uint64_t batch)
{
    lg_gate *g = ctx;
    lg_awaits_ticked(&g->awaits);
    LG__GATE_CALL(g, done, client, batch);
}

static void trade(void *ctx, uint32_t client, const lg_trade *t)
{
    const lg_gate *g = ctx;
    const lg_leg *sold = &t->legs[0], *bought = &t->legs[t->leg_count - 1];
    const lg_gateway_trade told = {
        .size = sizeof told,
        .seller = t->seller,
        .buyer = t->buyer,
        .id = t->id,
        .bid = t->bid_id,
        .offer = t->offer_id,
        .bid_left = lg_kwh_from_uwh(t->bid_left_uwh),
        .offer_left = lg_kwh_from_uwh(t->offer_left_uwh),
        .time_ms = t->time_ms,
        .energy = lg_kwh_from_uwh(t->energy_uwh),
        .bought_price = lg_ct_from_uct(bought->price_uct),
        .bought_fee = lg_ct_from_uct(bought->fee_uct),
        .sold_price = lg_ct_from_uct(sold->price_uct),
        .sold_fee = lg_ct_from_uct(sold->fee_uct),
        .slot = t->slot,
        .settlement = t->type == LG_MARKET_SETTLEMENT,
    };
    LG__GATE_CALL(g, trade, client, &told);
}

static void ticked(void *ctx, uint32_t client)
{
    const lg_gate *g = ctx;
    LG__GATE_CALL(g, ticked, client);
}

lg_clients_ears lg__gate_ears(lg_gate *g)
{
    return (lg_clients_ears){
        .ctx = g,
        .moment = moment,
        .before = before,
        .after = after,
        .done = done,
        .trade = trade,
        .ticked = ticked,
    };
}

static lg_status heard_trade(void *ctx, const lg_trade *t)
{
    lg_gate *g = ctx;
    if (t->type == LG_MARKET_SPOT) {
        g->past[t->buyer].now++;
        g->past[t->seller].now++;
    }
    return LG_OK;
}

void lg__gate_bills(lg_gate *g)
{
    const lg_market *market = lg_world_market(g->input.world);
    for (uint32_t i = 0; i < g->site->area_count; i++)
        g->bills[i] = (lg__closed_bills){
            .accumulated = lg_market_accumulated_bill(market, i),
            .external = *lg_market_external_bill(market, i),
        };
}

static lg_status heard_slot(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest chain)
{
    lg_gate *g = ctx;
    const lg_market *market = lg_world_market(g->input.world);
    (void)slot, (void)slot_start_ms, (void)chain;
    for (uint32_t i = 0; i < g->site->asset_count; i++) {
        const lg_position *p = lg_market_position(market, i);
        g->past[i] = (lg__past_slot){
            .traded_uwh = p->bought_uwh + p->sold_uwh,
            .cost_uct = p->paid_uct + p->earned_uct,
            .trades = g->past[i].now,
        };
    }
    lg__gate_bills(g);
    return LG_OK;
}

lg_listener lg__gate_listener(lg_gate *g)
{
    return (lg_listener){.ctx = g, .trade = heard_trade, .slot = heard_slot};
}

void lg__gate_views(lg_gateway_host *host)
{
    host->time = time_of;
    host->count = count;
    host->node = node;
    host->asset = asset_of;
    host->market = market_of;
}
