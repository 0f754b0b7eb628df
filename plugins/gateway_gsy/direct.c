/* The older way of a client to trade, for one asset or market and without an aggregator: commands
 * come on `{asset}/bid` and so on, one a message, and events go out on `{asset}/events/...`. In the
 * run it is a client like any other, with a batch for each command. */
#include "gsy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between a registration and a selection a client of the SDK takes a few milliseconds: who does not
 * select within one or two of these has no aggregator. */
enum { ALARM_MS = 500, ALARMS = 2, EXPECT_MARKET = 0, EXPECT_TICK = 1 };

static const char id_prefix[] = "direct-";

/* ---- who ---- */

static gsy_aggregator *begin(gsy *g, gsy_node *node)
{
    char id[ID_MAX + 1];
    gsy_aggregator *a = node->direct;
    snprintf(id, sizeof id, "%s%s", id_prefix, node->is.uuid);
    if (!a)
        a = people_add(g, id, node->is.name);
    if (!a)
        return NULL;
    a->node = node;
    node->direct = a;
    node->lone = 0;
    if (people_claim(g, a, node) != LG_OK)
        return NULL;
    node->waiting = false;
    gsy_say(g, LG_LOG_INFO, "%s is traded without an aggregator", node->is.name);
    return a;
}

static void ring(void *self)
{
    gsy *g = self;
    bool more = false;
    for (uint32_t i = 0; i < g->node_count; i++) {
        gsy_node *node = g->by_uuid[i];
        if (!node->lone)
            continue;
        node->lone--;
        if (!node->lone && node->waiting && !people_owner(g, node))
            begin(g, node);
        more = more || node->lone;
    }
    if (more)
        g->host->set_alarm(g->host->ctx, g->lone, ALARM_MS);
}

bool direct_open(gsy *g)
{
    g->lone = g->host->alarm(g->host->ctx, ring, g);
    return g->lone != NULL;
}

void direct_close(gsy *g)
{
    if (g->lone)
        g->host->drop_alarm(g->host->ctx, g->lone);
}

void direct_soon(gsy *g, gsy_node *node)
{
    if (people_owner(g, node))
        return;
    node->lone = ALARMS;
    g->host->set_alarm(g->host->ctx, g->lone, ALARM_MS);
}

void direct_again(gsy *g, gsy_aggregator *a)
{
    size_t length = strlen(id_prefix);
    gsy_node *node =
        strncmp(a->id, id_prefix, length) == 0 ? names_by_uuid(g, a->id + length) : NULL;
    a->node = node;
    if (node && !a->gone)
        node->direct = a;
}

/* ---- commands ---- */

/* Also what an asset of its kind cannot do: whoever asks for that is told so. */
const char *const *direct_commands(const gsy_node *node)
{
    static const char *const market[] = {"dso_market_stats", "grid_fees", NULL};
    static const char *const asset[] = {"device_info",
                                        "bid",
                                        "delete_bid",
                                        "list_bids",
                                        "offer",
                                        "delete_offer",
                                        "list_offers",
                                        "set_energy_forecast",
                                        "set_energy_measurement",
                                        NULL};
    return node->is.kind == LG_GATEWAY_AREA ? market : asset;
}

void direct_command(gsy *g, gsy_node *node, const char *prefix, const char *type,
                    json_message *message, const char *transaction)
{
    char channel[512];
    gsy_aggregator *a = people_owner(g, node);
    if (!a)
        a = begin(g, node);
    snprintf(channel, sizeof channel, "%s/response/%s", prefix, type);
    char *answer = a ? strdup(channel) : NULL;
    if (!answer) {
        gsy_say(g, LG_LOG_WARN, "%s: no more clients can enter", channel);
        json_free(message);
        return;
    }
    batch_single(g, a, message, transaction, answer);
}

/* ---- events ---- */

static void publish(gsy *g, const gsy_aggregator *a, const char *event, bool counted)
{
    char channel[512];
    put_member(&g->text, "area_uuid", a->node->is.uuid);
    put(&g->text, "}");
    snprintf(channel, sizeof channel, "%s/events/%s", a->node->channel, event);
    gsy_publish_to(g, channel, counted ? a->client : NONE);
}

static void put_info(const gsy *g, const gsy_aggregator *a, out *o)
{
    if (a->node->is.kind != LG_GATEWAY_ASSET)
        return;
    put(o, ", \"device_info\": ");
    answer_info(g, o, a->node);
}

/* The market that it trades in, as the exchange describes one. */
static void put_market(const gsy *g, const gsy_aggregator *a, const lg_gateway_time *now, out *o)
{
    bool asset = a->node->is.kind == LG_GATEWAY_ASSET;
    const gsy_node *area = asset ? &g->areas[a->node->is.parent] : a->node;
    lg_gateway_market m;
    lg_gateway_asset own;
    put_pair(o, "name", area->is.name);
    put(o, ", \"id\": \"");
    names_put_id(g, o, ID_MARKET, (uint64_t)now->slot * g->area_count + area->is.index + 1);
    put(o, "\", \"start_time\": ");
    put_time(o, now->slot_start_ms, true, "");
    put_format(o, ", \"duration_min\": %g, \"time_slots\": [", now->slot_s / 60.0);
    put_time(o, now->slot_start_ms, true, "");
    put(o, "], \"type_name\": \"Spot Market\"");
    put_info(g, a, o);
    if (asset) {
        g->host->asset(g->host->ctx, a->node->is.index, &own);
        put(o, ", \"device_bill\": ");
        tree_put_asset_bill(o, &own, a->node->is.role);
    }
    g->host->market(g->host->ctx, area->is.index, &m);
    put(o, ", \"last_market_maker_rate\": ");
    put_number(o, g->last_maker_rate);
    put(o, ", \"last_market_stats\": {");
    tree_put_stats(o, &m);
    put(o, "}");
}

void direct_moment(gsy *g, const gsy_aggregator *a, uint32_t what)
{
    out *o = &g->text;
    lg_gateway_time now;
    const char *event = what == LG_GATEWAY_SLOT   ? "market"
                        : what == LG_GATEWAY_TICK ? "tick"
                                                  : "finish";
    g->host->time(g->host->ctx, &now);
    if (what == LG_GATEWAY_TICK && a->node->is.kind == LG_GATEWAY_AREA)
        return;
    if (what != LG_GATEWAY_FINISH)
        g->host->expect(g->host->ctx, a->client,
                        what == LG_GATEWAY_SLOT ? EXPECT_MARKET : EXPECT_TICK);
    out_clear(o);
    put(o, "{");
    if (what == LG_GATEWAY_SLOT) {
        put_market(g, a, &now, o);
        put(o, ", ");
    } else if (what == LG_GATEWAY_TICK) {
        put_format(o,
                   "\"slot_completion\": \"%.0f%%\", \"market_slot\": ", now.slot_completion * 100);
        put_time(o, now.slot_start_ms, false, "");
        put_info(g, a, o);
        put(o, ", ");
    }
    put_pair(o, "event", event);
    publish(g, a, event, what == LG_GATEWAY_SLOT);
}

/* As in trades.c the other party is nobody's business. */
void direct_trade(gsy *g, const gsy_aggregator *a, const lg_gateway_trade *t)
{
    out *o = &g->text;
    const gsy_node *asset = a->node;
    bool buys = t->buyer == asset->is.index;
    out_clear(o);
    put(o, "{");
    put_pair(o, "event", "trade");
    put_info(g, a, o);
    trades_put_id(g, o, "trade_id", ID_TRADE, t->id);
    put(o, ", \"time\": ");
    put_time(o, t->time_ms, true, "+00:00");
    put(o, ", \"trade_price\": ");
    put_float(o, buys ? t->bought_price : t->sold_price);
    put(o, ", \"traded_energy\": ");
    put_float(o, t->energy);
    put(o, ", \"fee_price\": ");
    put_float(o, buys ? t->bought_fee : t->sold_fee);
    put_member(o, "seller", buys ? "anonymous" : asset->is.name);
    put_member(o, "buyer", buys ? asset->is.name : "anonymous");
    bool rest = buys ? t->bid_left > 0 : t->offer_left > 0;
    trades_put_id(g, o, "residual_id", ID_ORDER, !rest ? 0 : buys ? t->bid : t->offer);
    put_member(o, "event_type", buys ? "buy" : "sell");
    trades_put_id(g, o, buys ? "bid_id" : "offer_id", ID_ORDER, buys ? t->bid : t->offer);
    trades_put_settlement(g, o, t);
    publish(g, a, "trade", false);
}
