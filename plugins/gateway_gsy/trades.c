/* One message an aggregator and tick, with an entry for each of its assets that traded. */
#include "gsy.h"

#include <math.h>
#include <string.h>

void trades_put_id(const gsy *g, out *o, const char *key, gsy_id kind, uint64_t number)
{
    put(o, ", ");
    put_key(o, key);
    put(o, "\"");
    if (number)
        names_put_id(g, o, kind, number);
    else
        put(o, "None"); /* a text there, not null */
    put(o, "\"");
}

/* Fees of its market in the slot that closed last: a text before there was one. */
static void put_local_fee(const gsy *g, out *o, const gsy_node *asset)
{
    lg_gateway_market m;
    g->host->market(g->host->ctx, asset->is.parent, &m);
    put(o, ", \"local_market_fee\": ");
    if (m.closed)
        put_float(o, m.last_fee);
    else
        put(o, "\"None\"");
}

void trades_put_settlement(const gsy *g, out *o, const lg_gateway_trade *t)
{
    lg_gateway_time now;
    if (!t->settlement)
        return;
    g->host->time(g->host->ctx, &now);
    put(o, ", \"market_type\": \"Settlement Market\", \"time_slot\": ");
    put_time(o, now.slot_start_ms - ((int64_t)now.slot - t->slot) * now.slot_s * 1000, false, "");
}

/* The other party stays anonymous, and what is left of its order; where it comes from does not. */
static void put_entry(const gsy *g, gsy_aggregator *a, const gsy_node *asset,
                      const lg_gateway_trade *t, bool buys)
{
    out *o = &a->trades;
    put(o, o->length ? ", {" : "{");
    put_pair(o, "event", "trade");
    put(o, ", ");
    put_pair(o, "asset_id", asset->is.uuid);
    trades_put_id(g, o, "trade_id", ID_TRADE, t->id);
    put(o, ", \"time\": ");
    put_time(o, t->time_ms, true, "+00:00");
    put(o, ", \"trade_price\": ");
    put_float(o, buys ? t->bought_price : t->sold_price);
    put(o, ", \"traded_energy\": ");
    put_float(o, t->energy);
    put(o, ", \"total_fee\": ");
    put_float(o, buys ? t->bought_fee : t->sold_fee);
    put_local_fee(g, o, asset);
    put(o, ", ");
    put_pair(o, "seller", buys ? "anonymous" : asset->is.name);
    put(o, ", ");
    put_pair(o, "buyer", buys ? asset->is.name : "anonymous");
    put(o, ", ");
    put_pair(o, "seller_origin", g->assets[t->seller].is.name);
    put(o, ", ");
    put_pair(o, "buyer_origin", g->assets[t->buyer].is.name);
    trades_put_id(g, o, "bid_id", ID_ORDER, t->bid);
    trades_put_id(g, o, "offer_id", ID_ORDER, t->offer);
    trades_put_id(g, o, "residual_bid_id", ID_ORDER, buys && t->bid_left > 0 ? t->bid : 0);
    trades_put_id(g, o, "residual_offer_id", ID_ORDER, !buys && t->offer_left > 0 ? t->offer : 0);
    trades_put_settlement(g, o, t);
    put(o, "}");
}

void trades_add(gsy *g, uint32_t client, const lg_gateway_trade *t)
{
    gsy_aggregator *a = people_by_client(g, client);
    if (!a || a->gone)
        return;
    g->tree_made = false; /* that of this tick is another */
    if (a->node) {
        direct_trade(g, a, t);
        return;
    }
    if (people_has(g, a, &g->assets[t->buyer]))
        put_entry(g, a, &g->assets[t->buyer], t, true);
    if (people_has(g, a, &g->assets[t->seller]))
        put_entry(g, a, &g->assets[t->seller], t, false);
}

void trades_send(gsy *g, uint32_t client)
{
    char channel[ID_MAX + 80];
    gsy_aggregator *a = people_by_client(g, client);
    out *o = &g->text;
    if (!a || !a->trades.length)
        return;
    people_channel(a, "events/all", channel, sizeof channel);
    out_clear(o);
    put(o, "{\"trade_list\": [");
    put_bytes(o, out_peek(&a->trades), a->trades.length);
    o->failed = o->failed || a->trades.failed;
    put(o, "], ");
    tree_put(g, a, o);
    put(o, ", \"event\": \"trade\", \"simulation_id\": null, \"num_ticks\": 10.0}");
    gsy_publish(g, channel);
    out_clear(&a->trades);
}
