/* A market of a run that is over: a slot of it, its course, and the assets in it. */
#include "app/view_parts.h"

#define FEE_AT(fee, slot)                                                                          \
    "coalesce((SELECT " fee " FROM fees f WHERE f.area = ?1 AND f.slot <= " slot                   \
    " ORDER BY f.slot DESC LIMIT 1), (SELECT " fee " FROM areas WHERE area = ?1), 0)"

/* A market has a fee also in slots in which nothing was traded, of which it has no row. */
static void write_fee(lg_view_run *run, const char *key, int64_t area, int64_t slot, lg_text *out)
{
    const char *sql =
        run->constant ? "SELECT " FEE_AT("fee_uct", "?2") : "SELECT " FEE_AT("fee_ppb", "?2");
    lg_serve_fixed(out, key, lg_view_int(run, sql, area, slot), run->constant ? 6 : 7);
}

/* The slot before the one that the run stands at. */
static void write_last(lg_view_run *run, int64_t area, int64_t slot, lg_text *out)
{
    lg_past_rows rows;
    lg_past_ask(run->past, &rows,
                "SELECT trade_count, energy_uwh, min_rate_uct, volume_uct, max_rate_uct, "
                "import_uwh, export_uwh, fee_revenue_uct FROM market_slots "
                "WHERE market = ?1 AND slot = ?2 - 1",
                (int64_t[]){area, slot}, 2);
    if (!lg_past_next(&rows))
        return;
    lg_reply_key(out, "last_slot");
    lg_text_char(out, '{');
    lg_reply_int(out, "slot", slot - 1);
    lg_reply_int(out, "trades", lg_past_int(&rows, 0));
    lg_serve_kwh(out, "energy_kWh", lg_past_int(&rows, 1));
    if (lg_past_int(&rows, 0)) {
        lg_serve_ct(out, "min_rate_ct_per_kWh", lg_past_int(&rows, 2));
        lg_serve_price(out, "avg_rate_ct_per_kWh", lg_past_int(&rows, 3), lg_past_int(&rows, 1));
        lg_serve_ct(out, "max_rate_ct_per_kWh", lg_past_int(&rows, 4));
    }
    lg_serve_kwh(out, "import_kWh", lg_past_int(&rows, 5));
    lg_serve_kwh(out, "export_kWh", lg_past_int(&rows, 6));
    lg_serve_eur(out, "fees_EUR", lg_past_int(&rows, 7));
    lg_text_char(out, '}');
    lg_past_drop(&rows);
}

/* Trades that went through here: not those within one of the areas below, nor those elsewhere. With
 * the rates of the orders at their own doors. */
static void write_trades(lg_view_run *run, int64_t area, int64_t slot, lg_text *out)
{
    lg_past_rows rows;
    int64_t count = 0; /* of all, however many are told */
    lg_reply_key(out, "trades");
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows,
                "WITH RECURSIVE below(area, top) AS (VALUES (?1, ?1) UNION ALL SELECT a.area, "
                "iif(a.parent = ?1, a.area, top) FROM areas a JOIN below b ON a.parent = b.area) "
                "SELECT t.tick, s.name, b.name, t.energy_uwh, t.rate_uct, t.offer_rate_uct, "
                "t.bid_rate_uct, count(*) OVER () FROM trades t JOIN assets s ON s.asset = "
                "t.seller JOIN assets b ON "
                "b.asset = t.buyer LEFT JOIN below x ON x.area = s.area LEFT JOIN below y ON "
                "y.area = b.area WHERE t.slot = ?2 - 1 AND (x.top IS NOT y.top OR x.top = ?1) "
                "ORDER BY trade DESC LIMIT ?3",
                (int64_t[]){area, slot, LG_SERVE_ROWS_MAX}, 3);
    while (lg_past_next(&rows)) {
        lg_text_str(out, count ? ",{" : "{");
        count = lg_past_int(&rows, 7);
        lg_reply_int(out, "tick", lg_past_int(&rows, 0));
        lg_reply_str(out, "seller", lg_past_text(&rows, 1));
        lg_reply_str(out, "buyer", lg_past_text(&rows, 2));
        lg_serve_kwh(out, "energy_kWh", lg_past_int(&rows, 3));
        lg_serve_ct(out, "rate_ct_per_kWh", lg_past_int(&rows, 4));
        lg_serve_ct(out, "offer_rate_ct_per_kWh", lg_past_int(&rows, 5));
        lg_serve_ct(out, "bid_rate_ct_per_kWh", lg_past_int(&rows, 6));
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
    lg_reply_int(out, "trade_count", count);
}

static bool known(lg_serve_call *call, const char *sql)
{
    if (lg_view_int(lg_view_run_of(call), sql, call->number, 0))
        return true;
    lg_serve_refuse(call, 404, "not_found", "the run has no %u of these", call->number);
    return false;
}

void lg_view_do_market(lg_serve_call *call)
{
    lg_view_run *run = lg_view_run_of(call);
    int64_t area = call->number, slot = lg_view_slot(call);
    lg_past_rows rows;
    if (!known(call, "SELECT count(*) FROM areas WHERE area = ?1 AND ?2 = 0"))
        return;
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "market", area);
    lg_past_ask(run->past, &rows, "SELECT name FROM areas WHERE area = ?1", &area, 1);
    lg_reply_str(out, "name", lg_past_next(&rows) ? lg_past_text(&rows, 0) : "");
    lg_past_drop(&rows);
    lg_reply_str(out, "fee_unit", run->constant ? "ct/kWh" : "%");
    lg_serve_eur(out, "fees_EUR",
                 lg_view_int(run,
                             "SELECT coalesce(sum(fee_revenue_uct), 0) FROM market_slots WHERE "
                             "market = ?1 AND slot < ?2",
                             area, slot));
    lg_past_ask(run->past, &rows,
                "SELECT market_maker_uct, feed_in_uct FROM slots WHERE slot = max(?1 - 1, 0)",
                &slot, 1);
    if (lg_past_next(&rows)) {
        lg_serve_ct(out, "market_maker_rate_ct_per_kWh", lg_past_int(&rows, 0));
        lg_serve_ct(out, "feed_in_tariff_rate_ct_per_kWh", lg_past_int(&rows, 1));
    }
    lg_past_drop(&rows);
    write_fee(run, "fee_running", area, slot - 1, out);
    write_fee(run, "fee_next", area, slot, out);
    write_last(run, area, slot, out);
    lg_reply_key(out, "book");
    lg_text_str(out, "{\"bid_count\":0,\"offer_count\":0,\"bids\":[],\"offers\":[]}");
    write_trades(run, area, slot, out);
    lg_text_char(out, '}');
    lg_view_answer(call);
}

/* ---- courses ---- */

/* A list with a value for every slot: column 1 of rows whose column 0 is the slot, in order; what
 * is missing is @p none. */
static void write_series(lg_view_run *run, const char *key, const char *sql, int64_t number,
                         int decimals, const char *none, lg_text *out)
{
    lg_past_rows rows;
    int64_t next = 0;
    lg_reply_key(out, key);
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows, sql, (int64_t[]){number}, 1);
    while (lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0);
        for (; next < slot && next < run->slots; next++)
            lg_text_format(out, "%s%s", next ? "," : "", none);
        if (slot < next || slot >= run->slots)
            continue;
        lg_text_str(out, next++ ? "," : "");
        if (lg_past_is_null(&rows, 1))
            lg_text_str(out, none);
        else
            lg_text_fixed(out, lg_past_int(&rows, 1), decimals);
    }
    for (; next < run->slots; next++)
        lg_text_format(out, "%s%s", next ? "," : "", none);
    lg_text_char(out, ']');
}

static void write_range(const lg_view_run *run, lg_text *out)
{
    char time[32];
    lg_view_time(run, 0, time);
    lg_reply_int(out, "first_slot", 0);
    lg_reply_int(out, "slots", run->slots);
    lg_reply_str(out, "start", time);
    lg_reply_int(out, "slot_seconds", run->slot_s);
}

#define OF_MARKET(what) "SELECT slot, " what " FROM market_slots WHERE market = ?1 ORDER BY slot"
/* Money over energy; a product of integers may leave 64 bits, one of reals does not. */
#define PRICE         "CAST(round(volume_uct * 1e9 / energy_uwh) AS INTEGER)"
#define RATE_OF(what) OF_MARKET("iif(trade_count > 0, " what ", NULL)")

/* The utility's rates as they were seen in the market, slot by slot. */
static void write_utility_here(lg_view_run *run, bool asks, int64_t area, lg_text *out)
{
    lg_past_rows rows;
    int64_t next = 0;
    lg_reply_key(out, asks ? "utility_asks_ct_per_kWh" : "utility_pays_ct_per_kWh");
    lg_text_char(out, '[');
    lg_past_ask_utility(run->past, &rows, area, run->constant);
    while (lg_past_next(&rows) && next < run->slots) {
        bool none = lg_past_is_null(&rows, asks ? 1 : 2);
        const lg_utility_rates own = {.asks_uct = lg_past_int(&rows, 1),
                                      .pays_uct = lg_past_int(&rows, 2)};
        lg_utility_rates here =
            lg_utility_seen(own, run->constant, lg_past_int(&rows, 4), lg_past_int(&rows, 3));
        for (; next < lg_past_int(&rows, 0) && next < run->slots; next++)
            lg_text_str(out, next ? ",null" : "null");
        lg_text_str(out, next++ ? "," : "");
        if (none)
            lg_text_str(out, "null");
        else
            lg_text_fixed(out, asks ? here.asks_uct : here.pays_uct, 6);
    }
    lg_past_drop(&rows);
    for (; next < run->slots; next++)
        lg_text_str(out, next ? ",null" : "null");
    lg_text_char(out, ']');
}

void lg_view_do_market_history(lg_serve_call *call)
{
    static const struct {
        const char *key, *sql, *none;
        int decimals;
    } series[] = {
        {"energy_kWh", OF_MARKET("energy_uwh"), "0", 9},
        {"import_kWh", OF_MARKET("import_uwh"), "0", 9},
        {"export_kWh", OF_MARKET("export_uwh"), "0", 9},
        {"min_rate_ct_per_kWh", RATE_OF("min_rate_uct"), "null", 6},
        {"avg_rate_ct_per_kWh", RATE_OF(PRICE), "null", 6},
        {"max_rate_ct_per_kWh", RATE_OF("max_rate_uct"), "null", 6},
        {"market_maker_rate_ct_per_kWh",
         "SELECT slot, market_maker_uct FROM slots WHERE ?1 = ?1 ORDER BY slot", "null", 6},
        {"feed_in_tariff_rate_ct_per_kWh",
         "SELECT slot, feed_in_uct FROM slots WHERE ?1 = ?1 ORDER BY slot", "null", 6},
    };
    lg_view_run *run = lg_view_run_of(call);
    if (!known(call, "SELECT count(*) FROM areas WHERE area = ?1 AND ?2 = 0"))
        return;
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "market", call->number);
    write_range(run, out);
    lg_reply_str(out, "fee_unit", run->constant ? "ct/kWh" : "%");
    for (size_t i = 0; i < sizeof series / sizeof *series; i++)
        write_series(run, series[i].key, series[i].sql, call->number, series[i].decimals,
                     series[i].none, out);
    write_series(
        run, "fee",
        run->constant
            ? "SELECT s.slot, " FEE_AT("fee_uct", "s.slot") " FROM slots s ORDER BY s.slot"
            : "SELECT s.slot, " FEE_AT("fee_ppb", "s.slot") " FROM slots s ORDER BY s.slot",
        call->number, run->constant ? 6 : 7, "null", out);
    write_utility_here(run, true, call->number, out);
    write_utility_here(run, false, call->number, out);
    lg_text_char(out, '}');
    lg_view_answer(call);
}

void lg_view_do_asset_history(lg_serve_call *call)
{
    lg_view_run *run = lg_view_run_of(call);
    if (!known(call, "SELECT count(*) FROM assets WHERE asset = ?1 AND ?2 = 0"))
        return;
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "asset", call->number);
    write_range(run, out);
    write_series(run, "bought_kWh",
                 "SELECT slot, sum(energy_uwh) FROM trades WHERE buyer = ?1 GROUP BY slot ORDER BY "
                 "slot",
                 call->number, 9, "0", out);
    write_series(
        run, "sold_kWh",
        "SELECT slot, sum(energy_uwh) FROM trades WHERE seller = ?1 GROUP BY slot ORDER BY "
        "slot",
        call->number, 9, "0", out);
    write_series(run, "stored_kWh",
                 "SELECT slot, stored_uwh FROM asset_slots WHERE asset = ?1 ORDER BY slot",
                 call->number, 9, "0", out);
    lg_text_char(out, '}');
    lg_view_answer(call);
}

/* ---- assets ---- */

void lg_view_do_assets(lg_serve_call *call)
{
    static const char sql[] =
        "SELECT a.asset, a.name, a.type, a.area, a.agent, "
        "(SELECT sum(energy_uwh) FROM trades WHERE buyer = a.asset AND slot = ?2 - 1), "
        "(SELECT sum(energy_uwh) FROM trades WHERE seller = a.asset AND slot = ?2 - 1), "
        "(SELECT sum(energy_uwh) FROM trades WHERE buyer = a.asset AND slot < ?2), "
        "(SELECT sum(energy_uwh) FROM trades WHERE seller = a.asset AND slot < ?2), "
        "(SELECT sum(paid_uct) FROM trades WHERE buyer = a.asset AND slot < ?2), "
        "(SELECT sum(earned_uct) FROM trades WHERE seller = a.asset AND slot < ?2), "
        "s.stored_uwh, s.capacity_uwh FROM assets a LEFT JOIN asset_slots s ON s.asset = a.asset "
        "AND "
        "s.slot = ?2 - 1 WHERE a.area = ?1 ORDER BY a.asset LIMIT 200";
    lg_view_run *run = lg_view_run_of(call);
    lg_past_rows rows;
    lg_text *out = call->out;
    int64_t count = 0;
    lg_text_char(out, '{');
    lg_reply_key(out, "assets");
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows, sql,
                (int64_t[]){lg_serve_query(call, "area", 0), lg_view_slot(call)}, 2);
    while (lg_past_next(&rows)) {
        lg_text_str(out, count++ ? ",{" : "{");
        lg_reply_int(out, "asset", lg_past_int(&rows, 0));
        lg_reply_str(out, "name", lg_past_text(&rows, 1));
        lg_reply_str(out, "type", lg_past_text(&rows, 2));
        lg_reply_int(out, "area", lg_past_int(&rows, 3));
        if (!lg_past_is_null(&rows, 4))
            lg_reply_int(out, "agent", lg_past_int(&rows, 4));
        lg_serve_kwh(out, "bought_now_kWh", lg_past_int(&rows, 5));
        lg_serve_kwh(out, "sold_now_kWh", lg_past_int(&rows, 6));
        lg_serve_kwh(out, "bought_kWh", lg_past_int(&rows, 7));
        lg_serve_kwh(out, "sold_kWh", lg_past_int(&rows, 8));
        lg_serve_eur(out, "paid_EUR", lg_past_int(&rows, 9));
        lg_serve_eur(out, "earned_EUR", lg_past_int(&rows, 10));
        if (lg_past_int(&rows, 12) > 0) {
            lg_serve_kwh(out, "stored_kWh", lg_past_int(&rows, 11));
            lg_serve_kwh(out, "capacity_kWh", lg_past_int(&rows, 12));
        }
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
    lg_reply_int(out, "asset_count", count);
    lg_text_char(out, '}');
    lg_view_answer(call);
}
