/* What settlement markets leave: a row a deviation and a row a market with trades when one closes,
 * the accounts of all of them at the end. */
#include "store/parts.h"

#include "base/num.h"

static lg_status deviation_row(lg_store *store, const lg_settled *settled, uint32_t asset)
{
    int64_t planned = settled->planned_uwh[asset], deviation = settled->deviation_uwh[asset];
    if (deviation == LG_NO_DEVIATION || (planned == 0 && deviation == 0))
        return LG_OK;
    const lg_position *position = lg_market_position(settled->market, asset);
    bool producer = store->input.site->assets[asset].role == LG_ROLE_PRODUCER;
    int64_t measured = planned + deviation;
    lg__deviation_sum *sum = &store->deviations;
    sum->short_uwh = lg_add(sum->short_uwh, lg_max64(0, deviation));
    sum->long_uwh = lg_add(sum->long_uwh, lg_max64(0, -deviation));
    store->rows_open++;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_DEVIATION], &store->failure,
                   LG__INT(settled->slot), LG__INT(asset), LG__INT(producer ? -planned : planned),
                   LG__INT(producer ? -measured : measured), LG__INT(deviation),
                   LG__INT(position->bought_uwh), LG__INT(position->sold_uwh));
}

static lg_status slot_row(lg_store *store, const lg_settled *settled, uint32_t area)
{
    const lg_market_stats *s = lg_market_last_stats(settled->market, area);
    if (!s || !s->trade_count)
        return LG_OK;
    store->rows_open++;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_SETTLEMENT], &store->failure,
                   LG__INT(settled->slot), LG__INT(area), LG__INT(s->trade_count),
                   LG__INT(s->energy_uwh), LG__INT(s->min_rate_uct), LG__INT(s->avg_rate_uct),
                   LG__INT(s->median_rate_uct), LG__INT(s->max_rate_uct), LG__INT(s->volume_uct),
                   LG__INT(s->fee_revenue_uct), LG__INT(s->import_uwh), LG__INT(s->export_uwh),
                   LG__INT(s->fee_uct), LG__INT(s->fee_ppb));
}

lg_status lg__live_settled(void *ctx, const lg_settled *settled)
{
    lg_store *store = ctx;
    lg_status status = store->failure.status;
    for (uint32_t i = 0; i < store->input.site->asset_count && status == LG_OK; i++)
        status = deviation_row(store, settled, i);
    for (uint32_t i = 0; i < store->input.site->area_count && status == LG_OK; i++)
        status = slot_row(store, settled, i);
    return status;
}

static lg_status bill_row(lg_store *store, sqlite3_stmt *row, lg_err *err, uint32_t market,
                          const char *kind, uint32_t party, lg_bill bill)
{
    if (bill.bought_uwh == 0 && bill.sold_uwh == 0)
        return LG_OK;
    return LG__ROW(&store->db, row, err, LG__INT(market), LG__TEXT(kind), LG__INT(party),
                   LG__INT(bill.bought_uwh), LG__INT(bill.sold_uwh), LG__INT(bill.spent_uct),
                   LG__INT(bill.earned_uct), LG__INT(bill.market_fee_uct));
}

static lg_status market_bills(lg_store *store, sqlite3_stmt *row, lg_err *err, uint32_t market)
{
    const lg_area *area = &store->input.site->areas[market];
    const lg_settling *settling = store->input.settling;
    lg_status status = bill_row(store, row, err, market, "external", market,
                                lg_settling_external_bill(settling, market));
    for (uint32_t i = 0; i < area->asset_count && status == LG_OK; i++)
        status = bill_row(store, row, err, market, "asset", area->asset_first + i,
                          lg_settling_bill(settling, area->asset_first + i));
    for (uint32_t i = 0; i < area->child_count && status == LG_OK; i++)
        status = bill_row(store, row, err, market, "area", area->child_first + i,
                          lg_settling_area_bill(settling, area->child_first + i));
    return status;
}

lg_status lg__final_settled(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    if (!store->input.settling)
        return LG_OK;
    lg_status status = lg__database_prepare(
        &store->db, "INSERT INTO settlement_bills VALUES (?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->input.site->area_count && status == LG_OK; i++)
        status = market_bills(store, row, err, i);
    sqlite3_finalize(row);
    return status;
}
