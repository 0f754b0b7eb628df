/* The tree of all markets is written once a moment; each aggregator gets it with what only the
 * owner of an asset sees put in at the asset's place. */
#include "gsy.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 64, EXPECT_MARKET = 0, EXPECT_TICK = 1 };

void tree_put_stats(out *o, const lg_gateway_market *m)
{
    put(o, "\"min_trade_rate\": ");
    put_float(o, m->last_min);
    put(o, ", \"max_trade_rate\": ");
    put_float(o, m->last_max);
    put(o, ", \"avg_trade_rate\": ");
    put_float(o, m->last_avg);
    put(o, ", \"median_trade_rate\": ");
    put_float(o, m->last_median);
    put(o, ", \"total_traded_energy_kWh\": ");
    put_float(o, m->last_trades ? m->last_energy : NAN);
}

void tree_put_bill(out *o, const lg_gateway_bill *bill)
{
    put(o, "{\"earned\": ");
    put_round7(o, bill->earned);
    put(o, ", \"spent\": ");
    put_round7(o, bill->spent);
    put(o, ", \"bought\": ");
    put_round7(o, bill->bought);
    put(o, ", \"sold\": ");
    put_round7(o, bill->sold);
    put(o, "}");
}

/* ---- the tree that everybody sees ---- */

static void put_asset(gsy *g, gsy_node *asset)
{
    out *o = &g->tree;
    put_key(o, asset->is.uuid);
    put(o, "{");
    asset->place = o->length;
    put_pair(o, "area_name", asset->is.name);
    put(o, "}");
}

static void put_area(gsy *g, const gsy_node *area, int depth)
{
    out *o = &g->tree;
    lg_gateway_market m;
    g->host->market(g->host->ctx, area->is.index, &m);
    put_key(o, area->is.uuid);
    put(o, "{\"last_market_bill\": {\"accumulated_trades\": ");
    tree_put_bill(o, &m.accumulated);
    put(o, ", \"external_trades\": ");
    tree_put_bill(o, &m.external);
    put(o, "}, \"last_market_stats\": {");
    tree_put_stats(o, &m);
    put(o, "}, \"last_market_fee\": ");
    put_float(o, m.closed ? m.last_fee : NAN);
    put(o, ", \"current_market_fee\": ");
    put_number(o, m.has_fee ? m.next_fee : NAN);
    put(o, ", ");
    put_pair(o, "area_name", area->is.name);
    put(o, ", \"children\": {");
    bool any = false;
    for (uint32_t i = 0; i < area->is.area_count && depth < DEPTH_MAX; i++) {
        put(o, any ? ", " : "");
        any = true;
        put_area(g, &g->areas[area->is.area_first + i], depth + 1);
    }
    for (uint32_t i = 0; i < area->is.asset_count; i++) {
        put(o, any ? ", " : "");
        any = true;
        put_asset(g, &g->assets[area->is.asset_first + i]);
    }
    put(o, "}}");
}

static void make_tree(gsy *g)
{
    out_clear(&g->tree);
    put(&g->tree, "{");
    put_area(g, &g->areas[0], 0);
    put(&g->tree, "}");
    g->tree_made = true;
}

/* ---- with what an owner sees ---- */

static const char *type_of(uint32_t role)
{
    switch (role) {
    case LG_ROLE_CONSUMER:
        return "Load";
    case LG_ROLE_PRODUCER:
        return "PV";
    case LG_ROLE_STORAGE:
        return "Storage";
    default:
        return "SmartMeter";
    }
}

void tree_put_asset_bill(out *o, const lg_gateway_asset *a, uint32_t role)
{
    put(o, "{\"bought\": ");
    put_round7(o, a->bill.bought);
    put(o, ", \"sold\": ");
    put_round7(o, a->bill.sold);
    put(o, ", \"spent\": ");
    put_round7(o, a->bill.spent);
    put(o, ", \"earned\": ");
    put_round7(o, a->bill.earned);
    put(o, ", \"total_energy\": ");
    put_round7(o, a->bill.bought - a->bill.sold);
    put(o, ", \"total_cost\": ");
    put_round7(o, a->bill.spent + a->bill.market_fee - a->bill.earned);
    put(o, ", \"market_fee\": ");
    put_round7(o, a->bill.market_fee);
    put(o, ", ");
    put_pair(o, "type", type_of(role));
    put(o, "}");
}

static void put_own(const gsy *g, out *o, const gsy_node *asset)
{
    lg_gateway_asset a;
    g->host->asset(g->host->ctx, asset->is.index, &a);
    put(o, "\"asset_info\": ");
    answer_info(g, o, asset);
    put(o, ", \"last_slot_asset_info\": {\"energy_traded\": ");
    if (a.last_trades)
        put_float(o, a.last_traded);
    else
        put(o, "0");
    put(o, ", \"total_cost\": ");
    if (a.last_trades)
        put_float(o, a.last_cost);
    else
        put(o, "0");
    put(o, "}, \"asset_bill\": ");
    tree_put_asset_bill(o, &a, asset->is.role);
    put(o, ", ");
}

/* Assets stand in the tree in the order of a walk; in it, one area after the other, so do those of
 * an aggregator when the walk is done again. */
static void put_area_of(const gsy *g, const gsy_aggregator *a, const gsy_node *area, size_t *at,
                        out *o)
{
    for (uint32_t i = 0; i < area->is.area_count; i++)
        put_area_of(g, a, &g->areas[area->is.area_first + i], at, o);
    for (uint32_t i = 0; i < area->is.asset_count; i++) {
        const gsy_node *asset = &g->assets[area->is.asset_first + i];
        if (!people_has(g, a, asset))
            continue;
        put_bytes(o, g->tree.data + *at, asset->place - *at);
        *at = asset->place;
        put_own(g, o, asset);
    }
}

void tree_put(gsy *g, const gsy_aggregator *a, out *o)
{
    lg_gateway_time now;
    size_t at = 0;
    g->host->time(g->host->ctx, &now);
    if (!g->tree_made)
        make_tree(g);
    put(o, "\"grid_tree\": ");
    if (g->tree.failed) {
        o->failed = true;
        return;
    }
    if (a->assets)
        put_area_of(g, a, &g->areas[0], &at, o);
    put_bytes(o, g->tree.data + at, g->tree.length - at);
    put(o, ", \"feed_in_tariff_rate\": ");
    put_number(o, now.feed_in_tariff);
    put(o, ", \"market_maker_rate\": ");
    put_number(o, g->last_maker_rate);
}

/* ---- events ---- */

static void publish(gsy *g, gsy_aggregator *a, const char *event, uint32_t percent, bool counted)
{
    char channel[ID_MAX + 80];
    lg_gateway_time now;
    out *o = &g->text;
    g->host->time(g->host->ctx, &now);
    people_channel(a, "events/all", channel, sizeof channel);
    out_clear(o);
    put_format(o, "{\"slot_completion\": \"%u%%\", \"market_slot\": ", percent);
    put_time(o, now.slot_start_ms, false, "");
    put(o, ", ");
    tree_put(g, a, o);
    put(o, ", ");
    put_pair(o, "event", event);
    put(o, ", \"simulation_id\": null, \"num_ticks\": 10.0}");
    gsy_publish_to(g, channel, counted ? a->client : NONE);
}

void tree_probe(gsy *g, gsy_aggregator *a)
{
    g->tree_made = false; /* it may be of another moment */
    publish(g, a, "tick", 0, true);
    g->tree_made = false;
}

/* The rate that is told is that of the slot which closed last; in the first one its own. */
static void note_rate(gsy *g, const lg_gateway_time *now)
{
    if (g->rate_slot == now->slot)
        return;
    g->last_maker_rate = g->rate_slot == NONE ? now->market_maker_rate : g->maker_rate;
    g->maker_rate = now->market_maker_rate;
    g->rate_slot = now->slot;
}

static void finish(gsy *g)
{
    static const char text[] = "{\"event\": \"finish\"}";
    char channel[512];
    for (uint32_t i = 0; i < g->area_count; i++) {
        if (people_owner(g, &g->areas[i]))
            continue;
        out_clear(&g->text);
        put_format(&g->text, "%.400s/events/finish", g->areas[i].channel);
        memcpy(channel, out_peek(&g->text), g->text.length + 1);
        link_publish(g->link, channel, text, sizeof text - 1, NONE);
    }
    for (uint32_t i = 0; i < g->count; i++) {
        gsy_aggregator *a = g->people[i];
        batch_end(g, a);
        if (a->gone)
            continue;
        if (a->node) {
            if (people_has(g, a, a->node))
                direct_moment(g, a, LG_GATEWAY_FINISH);
            continue;
        }
        people_channel(a, "events/all", channel, sizeof channel);
        out_clear(&g->text);
        put(&g->text, "{\"event\": \"finish\", \"simulation_id\": null, \"num_ticks\": 10.0}");
        gsy_publish(g, channel);
    }
}

/* Whoever has only markets is called for slots alone, and not for the first: none has closed yet.
 */
void tree_moment(gsy *g, uint32_t what)
{
    lg_gateway_time now;
    if (what == LG_GATEWAY_FINISH) {
        finish(g);
        return;
    }
    g->host->time(g->host->ctx, &now);
    bool slot = what == LG_GATEWAY_SLOT;
    uint32_t percent = slot ? 0 : (uint32_t)(now.slot_completion * 100 + 0.5);
    note_rate(g, &now);
    g->tree_made = false;
    for (uint32_t i = 0; i < g->count; i++) {
        gsy_aggregator *a = g->people[i];
        if (a->node && people_has(g, a, a->node)) {
            direct_moment(g, a, what);
            continue;
        }
        if (a->gone || a->node || !(a->assets || (slot && a->markets && now.slot > 0)))
            continue;
        g->host->expect(g->host->ctx, a->client, slot ? EXPECT_MARKET : EXPECT_TICK);
        if (slot)
            publish(g, a, "market", percent, true);
        if (a->assets)
            publish(g, a, "tick", percent, false);
    }
}
