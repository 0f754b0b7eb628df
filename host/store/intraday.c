/* What the intraday market leaves: orders when they are over, both sides of each trade, and at
 * delivery what was sold against what was delivered. */
#include "store/parts.h"

#include "base/num.h"

static const lg_trading_area *area_of(const lg_store *store, uint32_t area)
{
    return &lg_trading_rules_of(store->trading)->areas[area];
}

static lg_status order_row(lg_store *store, const lg_trading_order *o)
{
    const lg_trading_terms *t = &o->terms;
    lg__csv_intraday_order(store, o);
    store->rows_open++;
    return LG__ROW(
        &store->db, store->db.statements[LG__SQL_INTRADAY_ORDER], &store->failure, LG__INT(o->id),
        LG__INT(o->gridpool), LG__TEXT(area_of(store, t->area)->code), LG__INT(t->start_ms),
        LG__INT(t->minutes), LG__TEXT(lg_trading_type_word(t->type)),
        LG__TEXT(lg_trading_side_word(t->side)), LG__TEXT(lg_trading_execution_word(t->execution)),
        LG__INT(t->price), LG__INT(t->quantity), LG__INT(o->filled),
        LG__TEXT(lg_trading_state_word(o->state)), LG__TEXT(lg_trading_reason_word(o->reason)),
        LG__TEXT(lg_trading_actor_word(o->actor)), LG__INT(o->created_ms), LG__INT(o->modified_ms),
        LG__TEXT(t->tag));
}

static void on_order(void *ctx, const lg_trading_order *o)
{
    lg_store *store = ctx;
    bool over = o->state != LG_TRADING_ACTIVE && o->state != LG_TRADING_HIBERNATE;
    if (over && store->failure.status == LG_OK)
        store->failure.status = order_row(store, o);
}

static void on_trade(void *ctx, const lg_trading_trade *t)
{
    lg_store *store = ctx;
    int64_t energy = lg_trading_uwh(t->quantity, t->minutes * INT64_C(60000));
    int64_t amount = lg_trading_uct(t->price, t->quantity, t->minutes);
    bool buys = t->side == LG_TRADING_BUY;
    lg__csv_intraday_trade(store, t);
    if (buys) {
        store->intraday.energy_uwh = lg_add(store->intraday.energy_uwh, energy);
        store->intraday.amount_uct = lg_add(store->intraday.amount_uct, amount);
    }
    if (store->failure.status != LG_OK)
        return;
    store->rows_open++;
    store->failure.status =
        LG__ROW(&store->db, store->db.statements[LG__SQL_INTRADAY_TRADE], &store->failure,
                LG__INT(t->id), LG__TEXT(lg_trading_side_word(t->side)), LG__INT(t->order_id),
                LG__INT(t->gridpool), LG__TEXT(area_of(store, t->area)->code), LG__INT(t->start_ms),
                LG__INT(t->minutes), LG__INT(t->time_ms), LG__INT(t->price), LG__INT(t->quantity),
                LG__INT(energy), LG__INT(buys ? -amount : amount));
}

lg_status lg_store_intraday(lg_store *store, lg_trading *trading, lg_err *err)
{
    const lg_trading_rules *rules = lg_trading_rules_of(trading);
    const lg_trading_sink sink = {.ctx = store, .order = on_order, .trade = on_trade};
    store->trading = trading;
    lg_status status = lg__csv_create_intraday(store, err);
    for (uint32_t i = 0; i < rules->gridpool_count && status == LG_OK; i++)
        status = LG__ROW(&store->db, store->db.statements[LG__SQL_GRIDPOOL], err,
                         LG__INT(rules->gridpools[i].id), LG__TEXT(rules->gridpools[i].name),
                         LG__TEXT(rules->gridpools[i].agent));
    lg_trading_listen(trading, &sink);
    return status;
}

void lg_store_balance(lg_store *store, const lg_balance *b)
{
    const lg_trading_rules *rules = lg_trading_rules_of(store->trading);
    int64_t *sum = b->imbalance_uwh < 0 ? &store->intraday.short_uwh : &store->intraday.long_uwh;
    *sum = lg_add(*sum, b->imbalance_uwh < 0 ? -b->imbalance_uwh : b->imbalance_uwh);
    store->intraday.imbalance_uct = lg_add(store->intraday.imbalance_uct, b->amount_uct);
    if (store->failure.status != LG_OK)
        return;
    store->rows_open++;
    store->failure.status = LG__ROW(
        &store->db, store->db.statements[LG__SQL_INTRADAY_BALANCE], &store->failure,
        LG__INT(b->slot), LG__INT(rules->gridpools[b->gridpool].id),
        LG__TEXT(rules->areas[b->area].code), LG__INT(b->sold_uwh), LG__INT(b->measured_uwh),
        LG__INT(b->imbalance_uwh), LG__INT(b->rate_uct), LG__INT(b->amount_uct));
}

int64_t lg__intraday_beyond(const lg_store *store, uint32_t gridpool)
{
    const lg_trading_rules *rules = lg_trading_rules_of(store->trading);
    int64_t end_ms =
        store->info.start_ms + (int64_t)store->info.slot_count * store->info.slot_s * 1000;
    int64_t sold = 0;
    for (uint32_t area = 0; area < rules->area_count; area++)
        sold = lg_add(sold, lg_trading_net_uwh(store->trading, gridpool, area, end_ms, INT64_MAX));
    return sold;
}

lg_status lg__final_intraday(lg_store *store, lg_err *err)
{
    const lg_trading_rules *rules = store->trading ? lg_trading_rules_of(store->trading) : NULL;
    const lg_trading_filter open = {.states = 1u << LG_TRADING_ACTIVE | 1u << LG_TRADING_HIBERNATE,
                                    .area = UINT32_MAX,
                                    .from_ms = INT64_MIN,
                                    .until_ms = INT64_MAX};
    lg_status status = LG_OK;
    for (uint32_t i = 0; rules && i < rules->gridpool_count; i++) {
        lg_trading_order order = {.id = 0};
        bool more = true;
        while (more && status == LG_OK &&
               lg_trading_orders(store->trading, i, &open, order.id, &order, 1, &more))
            status = order_row(store, &order);
    }
    if (status != LG_OK)
        *err = store->failure;
    return status;
}
