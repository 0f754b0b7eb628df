/* What is known after the last slot: bills, accounts, indicators, members, and the closing of the
 * run's row. All of it is one transaction with the last slots, so a run is complete with everything
 * or not. */
#include "store/parts.h"

static lg_status bill_row(lg_store *store, sqlite3_stmt *row, lg_err *err, uint32_t market,
                          const char *kind, uint32_t party, const lg_bill *bill)
{
    return LG__ROW(&store->db, row, err, LG__INT(market), LG__TEXT(kind), LG__INT(party),
                   LG__INT(bill->bought_uwh), LG__INT(bill->sold_uwh), LG__INT(bill->spent_uct),
                   LG__INT(bill->earned_uct), LG__INT(bill->market_fee_uct));
}

static lg_status market_bills(lg_store *store, sqlite3_stmt *row, lg_err *err, uint32_t market)
{
    const lg_area *area = &store->input.site->areas[market];
    const lg_market *engine = store->input.market;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < area->asset_count && status == LG_OK; i++) {
        uint32_t asset = area->asset_first + i;
        status = bill_row(store, row, err, market, "asset", asset,
                          &lg_market_account(engine, asset)->bill);
    }
    for (uint32_t i = 0; i < area->child_count && status == LG_OK; i++) {
        uint32_t child = area->child_first + i;
        status =
            bill_row(store, row, err, market, "area", child, lg_market_area_bill(engine, child));
    }
    if (status == LG_OK)
        status = bill_row(store, row, err, market, "external", market,
                          lg_market_external_bill(engine, market));
    return status;
}

static lg_status write_bills(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO bills VALUES (?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->input.site->area_count && status == LG_OK; i++)
        status = market_bills(store, row, err, i);
    sqlite3_finalize(row);
    return status;
}

static lg_status write_accounts(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status = lg__database_prepare(
        &store->db, "INSERT INTO accounts VALUES (?,?,?,?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->input.site->asset_count && status == LG_OK; i++) {
        const lg_account *account = lg_market_account(store->input.market, i);
        status = LG__ROW(&store->db, row, err, LG__INT(i), LG__INT(account->bill.bought_uwh),
                         LG__INT(account->bill.sold_uwh), LG__INT(account->bill.spent_uct),
                         LG__INT(account->bill.earned_uct), LG__INT(account->bill.market_fee_uct),
                         LG__INT(account->fees_path_uct), LG__INT(account->demand_uwh),
                         LG__INT(account->supply_uwh), LG__INT(account->unserved_uwh),
                         LG__INT(account->unsold_uwh));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_origins(lg_store *store, lg_err *err)
{
    const lg_origins *origins = store->input.origins;
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO origins VALUES (?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; origins && i < store->input.site->asset_count; i++) {
        const lg_origin_sums *sums = lg_origins_of(origins, i);
        for (int k = 0; sums && k < LG_ORIGIN_COUNT && status == LG_OK; k++)
            status = LG__ROW(&store->db, row, err, LG__INT(i),
                             LG__TEXT(lg_origin_name((lg_origin)k)), LG__INT(sums->stored_uwh[k]),
                             LG__INT(sums->bought_uwh[k]), LG__INT(sums->sold_uwh[k]));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_kpis(lg_store *store, lg_err *err)
{
    const lg_market *market = store->input.market;
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO kpis VALUES (?,?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->input.site->area_count && status == LG_OK; i++) {
        lg_kpi kpi = lg_market_kpi(market, i);
        status = LG__ROW(&store->db, row, err, LG__INT(i), LG__INT(kpi.produced_uwh),
                         LG__INT(kpi.consumed_own_uwh), LG__INT(kpi.demanded_uwh),
                         LG__INT(kpi.buffer_uwh), LG__REAL(kpi.self_sufficiency),
                         LG__REAL(kpi.self_consumption), LG__INT(lg_market_fees_uct(market, i)),
                         LG__INT(lg_market_rounding_uct(market, i)));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_conduct(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO conduct VALUES (?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->conduct_count && status == LG_OK; i++) {
        const lg_run_conduct *c = &store->conduct[i];
        lg__cell units = LG__TEXT(NULL);
        if (c->units_most >= 0)
            units = (lg__cell)LG__INT(c->units_most);
        status = LG__ROW(&store->db, row, err, LG__INT(i), LG__INT((int64_t)c->faults),
                         LG__INT((int64_t)c->refused), units, LG__INT((int64_t)c->breaches));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_refusals(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO refusals VALUES (?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->conduct_count; i++)
        for (int s = LG_OK + 1; s < LG_STATUS_COUNT && status == LG_OK; s++)
            if (store->conduct[i].refused_as[s])
                status = LG__ROW(&store->db, row, err, LG__INT(i), LG__INT(s),
                                 LG__INT((int64_t)store->conduct[i].refused_as[s]));
    sqlite3_finalize(row);
    return status;
}

static lg__cell known(uint32_t number)
{
    return number == LG_NONE ? (lg__cell)LG__TEXT(NULL) : (lg__cell)LG__INT(number);
}

static lg_status write_refused(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status = lg__database_prepare(
        &store->db, "INSERT INTO refused_commands VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->conduct_count; i++)
        for (uint32_t k = 0; k < store->conduct[i].refusal_count && status == LG_OK; k++) {
            const lg_desk_refusal *r = &store->conduct[i].refusals[k];
            status = LG__ROW(
                &store->db, row, err, LG__INT(i), LG__INT(k), known(r->slot), known(r->tick),
                LG__INT(r->kind), known(r->of_market ? LG_NONE : r->node),
                known(r->of_market ? r->node : LG_NONE), LG__INT(r->energy_uwh), LG__INT(r->amount),
                LG__INT(r->status), LG__INT(r->asked), LG__INT(r->allowed));
        }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_community(lg_store *store, lg_err *err)
{
    const lg_run_community *c = &store->community;
    sqlite3_stmt *row = NULL;
    if (!store->has_community)
        return LG_OK;
    lg__cell peak_ms = LG__TEXT(NULL);
    if (c->peak_import_uwh > 0)
        peak_ms = (lg__cell)LG__INT(c->peak_import_ms);
    lg_status status = lg__database_prepare(
        &store->db, "INSERT INTO community VALUES (?,?,?,?,?,?,?,?)", &row, err);
    if (status == LG_OK)
        status = LG__ROW(&store->db, row, err, LG__INT(store->input.community),
                         LG__INT(c->kpi.produced_uwh), LG__INT(c->kpi.consumed_own_uwh),
                         LG__INT(c->kpi.demanded_uwh), LG__REAL(c->kpi.self_sufficiency),
                         LG__REAL(c->kpi.self_consumption), LG__INT(c->peak_import_uwh), peak_ms);
    sqlite3_finalize(row);
    return status;
}

static lg_status write_members(lg_store *store, const lg_member_result *members,
                               uint32_t member_count, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status = lg__database_prepare(
        &store->db, "INSERT INTO members VALUES (?,?,?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < member_count && status == LG_OK; i++) {
        const lg_member_result *member = &members[i];
        status = LG__ROW(&store->db, row, err, LG__INT(member->area),
                         LG__TEXT(member->strategy ? member->strategy : ""),
                         LG__INT(member->bought_uwh), LG__INT(member->sold_uwh),
                         LG__INT(member->unserved_uwh), LG__INT(member->bill_uct),
                         LG__INT(member->unserved_uct), LG__INT(member->base_bill_uct),
                         LG__INT(member->settlement_uct), LG__INT(member->imbalance_uct));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status close_run(lg_store *store, lg_digest digest, lg_err *err)
{
    char text[33];
    sqlite3_stmt *row = NULL;
    lg_digest_format(digest, text);
    lg_status status = lg__database_prepare(
        &store->db,
        "UPDATE runs SET status = ?, slots_done = ?, digest = ?, trade_count = ?, order_count = ?",
        &row, err);
    if (status == LG_OK)
        status =
            LG__ROW(&store->db, row, err, LG__TEXT(store->cut_short ? "incomplete" : "complete"),
                    LG__INT(store->slots_done), LG__TEXT(text),
                    LG__INT(lg_market_trade_count(store->input.market)),
                    LG__INT(lg_market_order_count(store->input.market)));
    sqlite3_finalize(row);
    return status;
}

lg_status lg__final_slots_done(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "UPDATE runs SET slots_done = ?", &row, err);
    if (status == LG_OK)
        status = LG__ROW(&store->db, row, err, LG__INT(store->slots_done));
    sqlite3_finalize(row);
    return status;
}

lg_status lg__final_write(lg_store *store, lg_digest digest, const lg_member_result *members,
                          uint32_t member_count, lg_err *err)
{
    lg_status status = write_bills(store, err);
    if (status == LG_OK)
        status = write_accounts(store, err);
    if (status == LG_OK)
        status = write_origins(store, err);
    if (status == LG_OK)
        status = write_kpis(store, err);
    if (status == LG_OK)
        status = write_conduct(store, err);
    if (status == LG_OK)
        status = write_refusals(store, err);
    if (status == LG_OK)
        status = write_refused(store, err);
    if (status == LG_OK)
        status = write_community(store, err);
    if (status == LG_OK)
        status = lg__final_settled(store, err);
    if (status == LG_OK)
        status = lg__final_intraday(store, err);
    if (status == LG_OK)
        status = lg__final_coordination(store, err);
    if (status == LG_OK)
        status = write_members(store, members, member_count, err);
    return status == LG_OK ? close_run(store, digest, err) : status;
}
