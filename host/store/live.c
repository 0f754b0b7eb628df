/* Rows that are written while the run goes on. A transaction holds whole slots and ends after
 * ROWS_MAX rows or SLOTS_MAX slots, whichever comes first: few enough to lose little when the
 * process is killed, many enough that the end of a transaction costs nothing per row. */
#include "store/parts.h"

#include <math.h>
#include "base/num.h"
#include "grid/unit.h"

enum { ROWS_MAX = 16384, SLOTS_MAX = 16 };

static void add_trade(lg__trade_sum *sum, const lg__trade_sum *more)
{
    sum->trade_count += more->trade_count;
    sum->energy_uwh = lg_add(sum->energy_uwh, more->energy_uwh);
    sum->paid_uct = lg_add(sum->paid_uct, more->paid_uct);
    sum->earned_uct = lg_add(sum->earned_uct, more->earned_uct);
    sum->fees_uct = lg_add(sum->fees_uct, more->fees_uct);
    sum->rounding_uct = lg_add(sum->rounding_uct, more->rounding_uct);
}

lg_status lg__live_trade(void *ctx, const lg_trade *trade)
{
    lg_store *store = ctx;
    if (store->failure.status != LG_OK)
        return store->failure.status;
    bool spot = trade->type == LG_MARKET_SPOT;
    lg__sql sql = spot ? LG__SQL_TRADE : LG__SQL_SETTLEMENT_TRADE;
    lg__file *csv = spot ? &store->trades_csv : &store->settlement_csv;
    add_trade(spot ? &store->slot_total : &store->settled,
              &(lg__trade_sum){1, trade->energy_uwh, trade->paid_uct, trade->earned_uct,
                               trade->fees_uct, trade->rounding_uct});
    store->open_trade = (int64_t)trade->id;
    if (lg__file_is_open(csv)) {
        lg__csv_trade(store, csv, trade);
        lg_status status = lg__file_check(csv, &store->failure);
        if (status != LG_OK)
            return status;
    }
    if (!store->input.trades)
        return LG_OK;
    store->rows_open++;
    int64_t rate_uct = trade->leg_count ? trade->legs[trade->leg_count - 1].rate_uct : 0;
    return LG__ROW(&store->db, store->db.statements[sql], &store->failure, LG__INT(trade->id),
                   LG__INT(trade->slot), LG__INT(trade->tick), LG__INT(trade->market),
                   LG__INT(trade->seller), LG__INT(trade->buyer), LG__INT(trade->offer_id),
                   LG__INT(trade->bid_id), LG__INT(trade->energy_uwh), LG__INT(rate_uct),
                   LG__INT(trade->offer_rate_uct), LG__INT(trade->bid_rate_uct),
                   LG__INT(trade->paid_uct), LG__INT(trade->earned_uct), LG__INT(trade->fees_uct));
}

lg_status lg__live_cleared(void *ctx, uint32_t area, uint32_t slot, uint32_t tick, int64_t rate_uct,
                           int64_t energy_uwh)
{
    lg_store *store = ctx;
    if (store->failure.status != LG_OK)
        return store->failure.status;
    store->rows_open++;
    store->clearing_rows++;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_CLEARING], &store->failure,
                   LG__INT(slot), LG__INT(tick), LG__INT(area), LG__INT(rate_uct),
                   LG__INT(energy_uwh));
}

static bool is_order(uint8_t kind)
{
    return kind == LG_CMD_BID || kind == LG_CMD_OFFER || kind == LG_CMD_UPDATE_BID ||
           kind == LG_CMD_UPDATE_OFFER || kind == LG_CMD_DELETE_BID || kind == LG_CMD_DELETE_OFFER;
}

lg_status lg__live_command(void *ctx, const lg_desk *desk, const lg_command *command,
                           const lg_answer *answer, uint32_t slot, uint32_t tick)
{
    lg_store *store = ctx;
    if (store->failure.status != LG_OK)
        return store->failure.status;
    if (!is_order(command->kind))
        return LG_OK;
    store->rows_open++;
    store->order_rows++;
    bool deletes = command->kind == LG_CMD_DELETE_BID || command->kind == LG_CMD_DELETE_OFFER;
    lg__cell allowed = LG__TEXT(NULL);
    if (answer->status == LG_ENERGY)
        allowed = (lg__cell)LG__INT(answer->allowed);
    lg__cell time_slot = LG__TEXT(NULL);
    if (command->time_slot)
        time_slot = (lg__cell)LG__INT(command->time_slot - 1);
    return LG__ROW(&store->db, store->db.statements[LG__SQL_ORDER], &store->failure, LG__INT(slot),
                   LG__INT(tick), LG__INT(lg_desk_index(desk)), LG__INT(command->node),
                   LG__INT(command->kind), LG__INT((command->flags & LG_CMD_REPLACE) != 0),
                   LG__INT(deletes ? command->order_id : answer->order_id),
                   LG__INT(command->energy_uwh), LG__INT(command->amount), LG__INT(answer->status),
                   allowed, LG__INT(deletes ? answer->count : 0), LG__INT(command->version),
                   time_slot);
}

lg_status lg__live_event(void *ctx, const lg_event *event, uint32_t slot)
{
    static const char *const targets[] = {
        [LG_TARGET_AREA] = "area", [LG_TARGET_ASSET] = "asset", [LG_TARGET_AGENT] = "agent"};
    lg_store *store = ctx;
    if (store->failure.status != LG_OK)
        return store->failure.status;
    store->rows_open++;
    store->event_rows++;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_EVENT], &store->failure, LG__INT(slot),
                   LG__TEXT(lg_event_word(event->kind)), LG__TEXT(targets[event->target]),
                   LG__INT(event->node), LG__TEXT(event->detail),
                   LG__TEXT(event->figures ? event->figures : ""));
}

static void add_up(lg__market_sum *sum, const lg_market_stats *stats)
{
    if (!sum->trade_count || stats->min_rate_uct < sum->min_rate_uct)
        sum->min_rate_uct = stats->min_rate_uct;
    if (!sum->trade_count || stats->max_rate_uct > sum->max_rate_uct)
        sum->max_rate_uct = stats->max_rate_uct;
    sum->trade_count += stats->trade_count;
    sum->energy_uwh = lg_add(sum->energy_uwh, stats->energy_uwh);
    sum->volume_uct = lg_add(sum->volume_uct, stats->volume_uct);
    sum->fee_revenue_uct = lg_add(sum->fee_revenue_uct, stats->fee_revenue_uct);
    sum->import_uwh = lg_add(sum->import_uwh, stats->import_uwh);
    sum->export_uwh = lg_add(sum->export_uwh, stats->export_uwh);
}

static lg_status write_market_slot(lg_store *store, uint32_t area, int64_t slot_start_ms,
                                   const lg_market_stats *stats)
{
    add_up(&store->sums[area], stats);
    if (lg__file_is_open(&store->slots_csv)) {
        lg__csv_market_slot(store, area, slot_start_ms, stats);
        lg_status status = lg__file_check(&store->slots_csv, &store->failure);
        if (status != LG_OK)
            return status;
    }
    store->rows_open++;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_MARKET_SLOT], &store->failure,
                   LG__INT(stats->slot), LG__INT(area), LG__INT(stats->trade_count),
                   LG__INT(stats->energy_uwh), LG__INT(stats->min_rate_uct),
                   LG__INT(stats->avg_rate_uct), LG__INT(stats->median_rate_uct),
                   LG__INT(stats->max_rate_uct), LG__INT(stats->volume_uct),
                   LG__INT(stats->fee_revenue_uct), LG__INT(stats->import_uwh),
                   LG__INT(stats->export_uwh), LG__INT(stats->fee_uct), LG__INT(stats->fee_ppb));
}

/* A fee that is not the one of the slot before gets a row, also in markets without trades. */
static lg_status note_fee(lg_store *store, uint32_t area, const lg_market_stats *stats)
{
    lg__market_sum *sum = &store->sums[area];
    if (stats->fee_uct == sum->fee_uct && stats->fee_ppb == sum->fee_ppb)
        return LG_OK;
    sum->fee_uct = stats->fee_uct;
    sum->fee_ppb = stats->fee_ppb;
    store->rows_open++;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_FEE], &store->failure, LG__INT(area),
                   LG__INT(stats->slot), LG__INT(stats->fee_uct), LG__INT(stats->fee_ppb));
}

static lg__cell known(int64_t value, bool is_known)
{
    if (is_known)
        return (lg__cell)LG__INT(value);
    return (lg__cell)LG__TEXT(NULL);
}

/* Assets that neither need, nor make, nor hold anything have no row; nor has what makes without
 * limit. */
static lg_status write_assets(lg_store *store, uint32_t slot)
{
    lg_status status = LG_OK;
    if (!store->input.assets || !store->has_facts || !store->facts.assets)
        return LG_OK;
    for (uint32_t i = 0; i < store->input.site->asset_count && status == LG_OK; i++) {
        const lg_asset_slot *asset = &store->facts.assets[i];
        bool holds = asset->capacity_uwh > 0;
        bool makes = asset->supply_uwh && asset->supply_uwh < LG_UNLIMITED_UWH;
        if (!asset->demand_uwh && !makes && !holds && !asset->is_measured)
            continue;
        store->rows_open++;
        status = LG__ROW(&store->db, store->db.statements[LG__SQL_ASSET_SLOT], &store->failure,
                         LG__INT(slot), LG__INT(i), LG__INT(asset->demand_uwh),
                         LG__INT(asset->supply_uwh), known(asset->stored_uwh, holds),
                         known(asset->capacity_uwh, holds),
                         known(asset->measured_uwh, asset->is_measured));
    }
    return status;
}

static lg_status write_slot(lg_store *store, uint32_t slot, int64_t slot_start_ms, lg_digest chain)
{
    char digest[33];
    const lg_slot_facts *facts = &store->facts;
    lg_digest_format(chain, digest);
    return LG__ROW(
        &store->db, store->db.statements[LG__SQL_SLOT], &store->failure, LG__INT(slot),
        LG__INT(slot_start_ms), LG__INT(store->slot_total.trade_count),
        LG__INT(store->slot_total.energy_uwh), known(facts->market_maker_uct, store->has_facts),
        known(facts->feed_in_uct, store->has_facts),
        LG__REAL(store->has_facts ? facts->carbon_g_per_kwh : (double)NAN), LG__TEXT(digest));
}

/* What was counted in the running slot now counts. */
static void keep_slot(lg_store *store)
{
    add_trade(&store->total, &store->slot_total);
    store->slot_total = (lg__trade_sum){0};
    store->last_trade = store->open_trade;
    store->last_order = store->order_rows;
    store->last_clearing = store->clearing_rows;
    store->last_event = store->event_rows;
}

lg_status lg__live_slot(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest chain)
{
    lg_store *store = ctx;
    const lg_site *site = store->input.site;
    lg_status status = store->failure.status;
    for (uint32_t area = 0; area < site->area_count && status == LG_OK; area++) {
        const lg_market_stats *stats = lg_market_last_stats(store->input.market, area);
        if (!stats || stats->slot != slot)
            continue;
        status = note_fee(store, area, stats);
        if (status == LG_OK && stats->trade_count)
            status = write_market_slot(store, area, slot_start_ms, stats);
    }
    if (status == LG_OK)
        status = write_assets(store, slot);
    if (status == LG_OK)
        status = write_slot(store, slot, slot_start_ms, chain);
    if (status != LG_OK)
        return status;
    keep_slot(store);
    store->has_facts = false;
    store->slots_done++;
    store->slots_open++;
    if (store->rows_open < ROWS_MAX && store->slots_open < SLOTS_MAX)
        return LG_OK;
    store->rows_open = 0;
    store->slots_open = 0;
    return lg__database_commit(&store->db, &store->failure);
}

/* Rows lie in the order they were written, so those of the open slot are at the end of each table.
 */
static lg_status trim(lg_store *store, const char *sql, int64_t last, lg_err *err)
{
    sqlite3_stmt *statement = NULL;
    lg_status status = lg__database_prepare(&store->db, sql, &statement, err);
    if (status == LG_OK)
        status = LG__ROW(&store->db, statement, err, LG__INT(last));
    sqlite3_finalize(statement);
    return status;
}

lg_status lg__live_trim(lg_store *store, lg_err *err)
{
    lg_status status = trim(store, "DELETE FROM trades WHERE trade > ?", store->last_trade, err);
    if (status == LG_OK)
        status =
            trim(store, "DELETE FROM settlement_trades WHERE trade > ?", store->last_trade, err);
    if (status == LG_OK)
        status = trim(store, "DELETE FROM orders WHERE seq > ?", store->last_order, err);
    if (status == LG_OK)
        status = trim(store, "DELETE FROM clearings WHERE rowid > ?", store->last_clearing, err);
    if (status == LG_OK)
        status = trim(store, "DELETE FROM events WHERE seq > ?", store->last_event, err);
    int64_t open_ms =
        store->info.start_ms + (int64_t)store->slots_done * store->info.slot_s * INT64_C(1000);
    if (status == LG_OK)
        status = trim(store, "DELETE FROM intraday_trades WHERE time_ms >= ?", open_ms, err);
    if (status == LG_OK)
        status = trim(store, "DELETE FROM intraday_orders WHERE modified_ms >= ?", open_ms, err);
    if (status == LG_OK)
        status =
            trim(store, "DELETE FROM coordination_slots WHERE slot >= ?", store->slots_done, err);
    if (status == LG_OK)
        status = trim(store, "DELETE FROM microgrid_commands WHERE time_ms >= ?", open_ms, err);
    if (status ==
        LG_OK) /* the slot that was closed last is accounted for when the next one opens */
        status = trim(store, "DELETE FROM microgrid_assets WHERE slot >= ?",
                      (int64_t)store->slots_done, err);
    if (status == LG_OK)
        status = trim(store, "DELETE FROM microgrid_components WHERE slot >= ?",
                      (int64_t)store->slots_done, err);
    return status;
}
