/* What is asked of an asset and of a market: figures and fees, in the shapes of the reference. */
#include "gsy.h"

#include <math.h>

enum { SLOTS_MAX = 1024 };

/* ---- assets ---- */

/* Deviations by slot, where the run has settlement markets. */
static void put_unsettled(const gsy *g, out *o, const gsy_node *node)
{
    lg_gateway_value values[SLOTS_MAX];
    lg_gateway_time now;
    uint32_t count = g->host->unsettled(g->host->ctx, node->is.index, values, SLOTS_MAX);
    if (count == NONE)
        return;
    g->host->time(g->host->ctx, &now);
    put(o, ", \"unsettled_deviation_kWh\": {");
    for (uint32_t i = 0; i < count && i < SLOTS_MAX; i++) {
        put(o, i ? ", " : "");
        put_time(o, now.slot_start_ms - ((int64_t)now.slot - values[i].slot) * now.slot_s * 1000,
                 false, "");
        put(o, ": ");
        put_float(o, values[i].energy);
    }
    put(o, "}");
}

void answer_info(const gsy *g, out *o, const gsy_node *node)
{
    lg_gateway_asset a;
    uint32_t role = node->is.role;
    g->host->asset(g->host->ctx, node->is.index, &a);
    put(o, "{");
    if (role == LG_ROLE_STORAGE) {
        put(o, "\"energy_to_sell\": ");
        put_float(o, a.to_sell);
        put(o, ", \"energy_active_in_bids\": ");
        put_number(o, a.in_bids);
        put(o, ", \"energy_to_buy\": ");
        put_float(o, a.to_buy);
        put(o, ", \"energy_active_in_offers\": ");
        put_number(o, a.in_offers);
        put(o, ", \"free_storage\": ");
        put_float(o, fmax(0, a.capacity - a.stored));
        put(o, ", \"used_storage\": ");
        put_float(o, a.stored);
        put(o, ", ");
    }
    if (role == LG_ROLE_CONSUMER || role == LG_ROLE_PROSUMER) { /* open orders are in it */
        put(o, "\"energy_requirement_kWh\": ");
        put_float(o, a.to_buy + a.in_bids);
        put(o, ", \"energy_active_in_bids\": ");
        put_float(o, a.in_bids);
        put(o, ", ");
    }
    if (role == LG_ROLE_PRODUCER || role == LG_ROLE_PROSUMER) {
        put(o, "\"available_energy_kWh\": ");
        put_float(o, a.to_sell + a.in_offers);
        put(o, ", \"energy_active_in_offers\": ");
        put_number(o, a.in_offers);
        put(o, ", ");
    }
    put(o, "\"energy_traded\": ");
    if (a.trades)
        put_float(o, a.traded);
    else
        put(o, "0");
    put(o, ", \"total_cost\": ");
    if (a.trades)
        put_float(o, a.cost);
    else
        put(o, "0");
    put_unsettled(g, o, node);
    put(o, "}");
}

/* ---- markets ---- */

static double percent(double part)
{
    return isnan(part) ? 0 : part * 100;
}

static void put_deviances(const gsy *g, const gsy_node *nodes, uint32_t count, bool *any, out *o)
{
    for (uint32_t i = 0; i < count; i++) {
        double value = g->host->deviance(g->host->ctx, nodes[i].is.kind, nodes[i].is.index);
        if (isnan(value))
            continue;
        put(o, *any ? ", " : "{");
        *any = true;
        put_key(o, nodes[i].is.uuid);
        put_float(o, value);
    }
}

/* Of what stands directly in the area, in the slot that was measured last. */
static void put_deviance(const gsy *g, const gsy_node *area, out *o)
{
    bool any = false;
    if (!isnan(g->host->deviance(g->host->ctx, LG_GATEWAY_AREA, area->is.index))) {
        put_deviances(g, g->assets + area->is.asset_first, area->is.asset_count, &any, o);
        put_deviances(g, g->areas + area->is.area_first, area->is.area_count, &any, o);
    }
    put(o, any ? "}" : "null");
}

static void put_statistics(const gsy *g, const gsy_row *row, out *o)
{
    lg_gateway_market m;
    g->host->market(g->host->ctx, row->node->is.index, &m);
    if (!m.closed) {
        put(o, "{}");
        return;
    }
    put(o, "{");
    tree_put_stats(o, &m);
    put(o, ", \"market_bill\": {\"Accumulated Trades\": ");
    tree_put_bill(o, &m.accumulated);
    put(o, "}, \"market_fee_revenue\": ");
    put_float(o, m.last_fee_revenue);
    put(o, ", \"area_throughput\": {\"import\": ");
    put_float(o, m.last_import);
    put(o, ", \"export\": ");
    put_float(o, m.last_export);
    put(o, "}, \"self_sufficiency\": ");
    put_float(o, percent(m.self_sufficiency));
    put(o, ", \"self_consumption\": ");
    put_float(o, percent(m.self_consumption));
    put(o, ", \"market_energy_deviance\": ");
    put_deviance(g, row->node, o);
    put(o, "}");
}

void answer_statistics(const gsy *g, const gsy_batch *batch, gsy_row *row)
{
    out *o = &row->answer;
    out_clear(o);
    put(o, "{\"status\": \"ready\", ");
    put_pair(o, "name", row->node->is.name);
    put_member(o, "area_uuid", row->node->is.uuid);
    put_member(o, "command", "dso_market_stats");
    put(o, ", \"market_stats\": ");
    put_statistics(g, row, o);
    put_member(o, "transaction_id", batch->transaction);
    put(o, "}");
}

/* Fees are texts on the wire, as the reference's language prints what it has. */
void answer_fee(const gsy *g, const gsy_batch *batch, gsy_row *row)
{
    lg_gateway_market m;
    out *o = &row->answer, text = {0};
    const json *data = orders_data(row);
    g->host->market(g->host->ctx, row->node->is.index, &m);
    const json *said = json_get(data, m.fee_is_percent ? "fee_percent" : "fee_const");
    if (said && said->type == JSON_NUMBER && (m.fee_is_percent || said->number >= 0))
        put(&text, said->text);
    else if (m.has_fee)
        put_number(&text, m.next_fee);
    else
        put(&text, "None");
    out_clear(o);
    put(o, "{");
    put_pair(o, "area_uuid", row->node->is.uuid);
    put_member(o, "command", "grid_fees");
    put_member(o, "status", "ready");
    put_member(o, "market_fee_const", m.fee_is_percent ? "None" : out_peek(&text));
    put_member(o, "market_fee_percent", m.fee_is_percent ? out_peek(&text) : "None");
    put_member(o, "transaction_id", batch->transaction);
    put(o, "}");
    o->failed = o->failed || text.failed;
    out_free(&text);
}
