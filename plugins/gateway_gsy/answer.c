/* One object a command, with the fields and in the words of the reference; where the reference
 * leaves a reason out it is in "reason", which clients do not look at. */
#include "gsy.h"

#include <math.h>
#include <string.h>

enum { ORDERS_MAX = 256 };

static void begin(out *o, const char *command, const char *status)
{
    out_clear(o);
    put(o, "{");
    put_pair(o, "command", command);
    put_member(o, "status", status);
}

static void end(const gsy_batch *batch, gsy_row *row)
{
    put_member(&row->answer, "area_uuid", row->node->is.uuid);
    put_member(&row->answer, "transaction_id", batch->transaction);
    put(&row->answer, "}");
}

static const char *market_of(const gsy_row *row)
{
    return row->past ? "Settlement Market" : "Spot Market";
}

/* ---- refusals ---- */

void answer_unsupported(const gsy_batch *batch, gsy_row *row, const char *sentence)
{
    out *o = &row->answer;
    begin(o, row->type ? row->type : "", "error");
    put_member(o, "area_uuid", row->node->is.uuid);
    put(o, ", ");
    put_key(o, "message");
    out text = {0};
    put_format(&text, "%s %s", sentence, row->node->is.uuid);
    put_text(o, out_peek(&text));
    if (batch->channel) /* else the batch says whose answer it is */
        put_member(o, "transaction_id", batch->transaction);
    put(o, "}");
    o->failed = o->failed || text.failed;
    out_free(&text);
}

void answer_foreign(const gsy_batch *batch, gsy_row *row, const char *uuid, const char *sentence)
{
    out *o = &row->answer;
    begin(o, row->type ? row->type : "", "error");
    put_member(o, "area_uuid", uuid);
    put_member(o, "error_message", sentence);
    put_member(o, "transaction_id", batch->transaction);
    put(o, "}");
}

/* The arguments as the reference prints them: those of a load's bid without replace_existing. */
static void put_arguments(const gsy_batch *batch, const gsy_row *row, out *text)
{
    bool shorter = row->kind == LG_GATEWAY_BID && row->node->is.role == LG_ROLE_CONSUMER;
    bool any = false;
    put(text, "{");
    for (const json *m = row->json->first; m; m = m->next) {
        if (strcmp(m->key, "transaction_id") == 0 ||
            (shorter && strcmp(m->key, "replace_existing") == 0))
            continue;
        put(text, any ? ", " : "");
        any = true;
        put_python_text(text, m->key);
        put(text, ": ");
        put_python(text, m);
    }
    put(text, any ? ", 'transaction_id': " : "'transaction_id': ");
    put_python_text(text, batch->transaction);
    put(text, "}");
}

static void refuse_order(const gsy_batch *batch, gsy_row *row, const char *reason)
{
    bool offer = row->kind == LG_GATEWAY_OFFER;
    bool other =
        offer ? row->node->is.role == LG_ROLE_CONSUMER : row->node->is.role == LG_ROLE_PRODUCER;
    out *o = &row->answer, text = {0};
    begin(o, offer ? "offer" : "bid", "error");
    put_member(o, "area_uuid", row->node->is.uuid);
    put_member(o, "market_type", market_of(row));
    put_format(&text, "Error when handling %s create on area ", offer ? "offer" : "bid");
    put(&text, row->node->is.name);
    put(&text, " with arguments ");
    put_arguments(batch, row, &text);
    if (other) {
        put(&text, ":");
        put(&text, reason);
    } else {
        put(&text, ".");
    }
    put_member(o, "error_message", out_peek(&text));
    put_member(o, "reason", reason);
    put_member(o, "transaction_id", batch->transaction);
    put(o, "}");
    o->failed = o->failed || text.failed;
    out_free(&text);
}

static const char *name_of(uint32_t kind)
{
    static const char *const names[] = {
        [LG_GATEWAY_BID] = "bid",
        [LG_GATEWAY_OFFER] = "offer",
        [LG_GATEWAY_DELETE_BID] = "bid_delete",
        [LG_GATEWAY_DELETE_OFFER] = "offer_delete",
        [LG_GATEWAY_LIST_BIDS] = "list_bids",
        [LG_GATEWAY_LIST_OFFERS] = "list_offers",
        [LG_GATEWAY_INFO] = "device_info",
        [LG_GATEWAY_STATISTICS] = "dso_market_stats",
        [LG_GATEWAY_FEE] = "grid_fees",
        [LG_GATEWAY_FORECAST] = "set_energy_forecast",
        [LG_GATEWAY_MEASUREMENT] = "set_energy_measurement",
    };
    return kind < sizeof names / sizeof *names && names[kind] ? names[kind] : "";
}

void answer_refused(const gsy_batch *batch, gsy_row *row, const char *reason)
{
    if (row->kind == LG_GATEWAY_BID || row->kind == LG_GATEWAY_OFFER) {
        refuse_order(batch, row, reason);
        return;
    }
    begin(&row->answer, name_of(row->kind), "error");
    put_member(&row->answer, "error_message", reason);
    end(batch, row);
}

/* ---- what was done ---- */

/* As the reference rounds them, to eight decimals. */
static double round8(double value)
{
    return round(value * 1e8) / 1e8;
}

static int64_t slot_start(const lg_gateway_time *now, const gsy_row *row)
{
    int64_t back = row->past ? (int64_t)now->slot - row->slot : 0;
    return now->slot_start_ms - back * now->slot_s * 1000;
}

/* An order as its market sees it: the fee of the market is in an offer's price, not in a bid's. */
static void put_order(const gsy *g, const gsy_row *row, const lg_gateway_order *order, out *o)
{
    lg_gateway_time now;
    bool offer = row->kind == LG_GATEWAY_OFFER;
    double rate = order->rate + (offer ? order->fee_rate : 0);
    const json *price = json_get(row->json, "price");
    g->host->time(g->host->ctx, &now);
    put(o, "{");
    put_pair(o, "type", offer ? "Offer" : "Bid");
    put(o, ", \"id\": \"");
    names_put_id(g, o, ID_ORDER, order->id);
    put(o, "\", \"energy\": ");
    put_float(o, order->energy);
    put(o, ", \"energy_rate\": ");
    put_float(o, round8(rate));
    put(o, ", \"price\": ");
    put_float(o, round8(rate * order->energy));
    put(o, ", \"original_price\": ");
    put_float(o, price ? price->number : order->rate * order->energy);
    put(o, ", \"creation_time\": ");
    put_time(o, now.now_ms, true, "");
    put(o, ", \"time_slot\": ");
    put_time(o, slot_start(&now, row), true, "");
    put(o, ", ");
    put_key(o, offer ? "seller" : "buyer");
    put(o, "{");
    put_pair(o, "name", row->node->is.name);
    put_member(o, "origin", row->node->is.name);
    put_member(o, "origin_uuid", row->node->is.uuid);
    put_member(o, "uuid", row->node->is.uuid);
    put(o, "}}");
}

static void placed(const gsy *g, const gsy_batch *batch, gsy_row *row,
                   const lg_gateway_answer *answer)
{
    out *o = &row->answer, order = {0};
    const char *side = row->kind == LG_GATEWAY_OFFER ? "offer" : "bid";
    put_order(g, row, &answer->order, &order);
    begin(o, side, "ready");
    put_member(o, side, out_peek(&order));
    put_member(o, "area_uuid", row->node->is.uuid);
    put_member(o, "transaction_id", batch->transaction);
    put_member(o, "market_type", market_of(row));
    put(o, ", \"message\": \"\"}");
    o->failed = o->failed || order.failed;
    out_free(&order);
}

/* Open orders of the asset; those that a deletion is about when @p only says one. */
static void put_orders(const gsy *g, const gsy_row *row, bool offers, bool whole, uint64_t only,
                       out *o)
{
    lg_gateway_order orders[ORDERS_MAX];
    uint32_t asset = row->node->is.index;
    uint32_t count =
        row->past ? g->host->orders_of(g->host->ctx, asset, offers, row->slot, orders, ORDERS_MAX)
                  : g->host->orders(g->host->ctx, asset, offers, orders, ORDERS_MAX);
    bool any = false;
    put(o, "[");
    for (uint32_t i = 0; i < count && i < ORDERS_MAX; i++) {
        if (only && orders[i].id != only)
            continue;
        put(o, any ? ", " : "");
        any = true;
        put(o, whole ? "{\"id\": \"" : "\"");
        names_put_id(g, o, ID_ORDER, orders[i].id);
        put(o, "\"");
        if (!whole)
            continue;
        double rate = orders[i].rate + (offers ? orders[i].fee_rate : 0);
        put(o, ", \"price\": ");
        put_float(o, round8(rate * orders[i].energy));
        put(o, ", \"energy\": ");
        put_float(o, orders[i].energy);
        put(o, "}");
    }
    put(o, "]");
}

static bool is_delete(uint32_t kind)
{
    return kind == LG_GATEWAY_DELETE_BID || kind == LG_GATEWAY_DELETE_OFFER;
}

/* What a deletion deletes can be listed only while it is there. */
void answer_before(gsy *g, gsy_row *row, const lg_gateway_command *command)
{
    (void)command;
    if (!is_delete(row->kind))
        return;
    bool offers = row->kind == LG_GATEWAY_DELETE_OFFER;
    const json *id = json_get(row->json, offers ? "offer_id" : "bid_id");
    if (!id)
        id = json_get(row->json, offers ? "offer" : "bid");
    uint64_t only = 0;
    if (id && id->type == JSON_TEXT) {
        only = names_read_id(g, ID_ORDER, id->text);
        only = only ? only : UINT64_MAX;
    }
    out *o = &row->answer;
    begin(o, name_of(row->kind), "ready");
    put(o, ", ");
    put_key(o, offers ? "deleted_offers" : "deleted_bids");
    put_orders(g, row, offers, false, only, o);
}

/* ---- all of them ---- */

void answer_after(gsy *g, const gsy_batch *batch, gsy_row *row, const lg_gateway_answer *answer)
{
    out *o = &row->answer;
    bool gone = is_delete(row->kind) && answer->status == LG_GONE; /* nothing was there: fine */
    if (answer->status != LG_OK && !gone) {
        if (row->kind == LG_GATEWAY_FORECAST || row->kind == LG_GATEWAY_MEASUREMENT) {
            if (answer->status == LG_UNSUPPORTED) {
                answer_unsupported(batch, row, "Command type not supported for device");
                return;
            }
        }
        answer_refused(batch, row, answer->text);
        return;
    }
    switch (row->kind) {
    case LG_GATEWAY_BID:
    case LG_GATEWAY_OFFER:
        placed(g, batch, row, answer);
        return;
    case LG_GATEWAY_DELETE_BID:
    case LG_GATEWAY_DELETE_OFFER: /* begun before it was done */
        end(batch, row);
        return;
    case LG_GATEWAY_LIST_BIDS:
    case LG_GATEWAY_LIST_OFFERS:
        begin(o, name_of(row->kind), "ready");
        put(o, row->kind == LG_GATEWAY_LIST_BIDS ? ", \"bid_list\": " : ", \"offer_list\": ");
        put_orders(g, row, row->kind == LG_GATEWAY_LIST_OFFERS, true, 0, o);
        end(batch, row);
        return;
    case LG_GATEWAY_INFO:
        begin(o, "device_info", "ready");
        put(o, ", \"device_info\": ");
        answer_info(g, o, row->node);
        end(batch, row);
        return;
    case LG_GATEWAY_STATISTICS:
        answer_statistics(g, batch, row);
        return;
    case LG_GATEWAY_FEE:
        answer_fee(g, batch, row);
        return;
    default: { /* forecasts and measurements: an echo */
        const char *name = name_of(row->kind);
        const json *said = json_get(row->json, name + strlen("set_"));
        begin(o, name, "ready");
        put(o, ", ");
        put_key(o, name);
        if (said)
            put_json(o, said);
        else
            put(o, "{}");
        end(batch, row);
    }
    }
}
