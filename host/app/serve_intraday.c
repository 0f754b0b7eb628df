/* The intraday market for the page: which periods are traded, the book of one of them, the newest
 * public trades, and the money of gridpools, which is for the organiser alone. */
#include "app/serve_parts.h"
#include "base/clock.h"

enum { PERIODS_MAX = 96, ROWS = 20, TRADES = 30 };

static void write_time(lg_text *out, const char *key, int64_t time_ms)
{
    char text[40];
    lg_clock_format(time_ms, text);
    lg_reply_str(out, key, text);
}

/* Of the best order of a side; nothing when there is none. */
static void write_best(const lg_trading *market, uint32_t area, int64_t start_ms, uint32_t minutes,
                       uint32_t side, const char *key, lg_text *out)
{
    lg_trading_public_order best;
    if (lg_trading_book(market, area, start_ms, minutes, side, &best, 1))
        lg_serve_fixed(out, key, best.price, 3);
}

/* Those that are still to be delivered. @return how many */
static uint32_t write_periods(const lg_trading *market, uint32_t area, uint32_t wanted,
                              int64_t *start_ms, uint32_t *minutes, lg_text *out)
{
    uint32_t told = 0;
    int64_t at;
    uint32_t length;
    lg_reply_key(out, "periods");
    lg_text_char(out, '[');
    for (uint32_t i = 0; told < PERIODS_MAX && lg_trading_period(market, i, &at, &length); i++) {
        if (at <= lg_trading_now(market))
            continue;
        if (told == 0 || told == wanted) {
            *start_ms = at;
            *minutes = length;
        }
        lg_text_str(out, told++ ? ",{" : "{");
        write_time(out, "start", at);
        lg_reply_int(out, "minutes", length);
        write_best(market, area, at, length, LG_TRADING_BUY, "bid_per_MWh", out);
        write_best(market, area, at, length, LG_TRADING_SELL, "offer_per_MWh", out);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
    return told;
}

static void write_side(const lg_trading *market, uint32_t area, int64_t start_ms, uint32_t minutes,
                       uint32_t side, const char *key, lg_text *out)
{
    lg_trading_public_order rows[ROWS];
    uint32_t count = lg_trading_book(market, area, start_ms, minutes, side, rows, ROWS);
    lg_reply_key(out, key);
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        lg_text_str(out, i ? ",{" : "{");
        lg_serve_fixed(out, "price_per_MWh", rows[i].price, 3);
        lg_serve_fixed(out, "quantity_MW", rows[i].quantity, 3);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

static void write_book(const lg_trading *market, uint32_t area, int64_t start_ms, uint32_t minutes,
                       lg_text *out)
{
    lg_reply_key(out, "book");
    lg_text_char(out, '{');
    write_time(out, "start", start_ms);
    lg_reply_int(out, "minutes", minutes);
    write_side(market, area, start_ms, minutes, LG_TRADING_BUY, "bids", out);
    write_side(market, area, start_ms, minutes, LG_TRADING_SELL, "offers", out);
    lg_text_char(out, '}');
}

void lg_serve_intraday_trade(lg_text *out, int64_t time_ms, int64_t start_ms, int64_t minutes,
                             int64_t price, int64_t quantity)
{
    lg_text_char(out, '{');
    write_time(out, "time", time_ms);
    write_time(out, "start", start_ms);
    lg_reply_int(out, "minutes", minutes);
    lg_serve_fixed(out, "price_per_MWh", price, 3);
    lg_serve_fixed(out, "quantity_MW", quantity, 3);
    lg_text_char(out, '}');
}

/* The newest first. */
static void write_trades(const lg_trading *market, lg_text *out)
{
    uint64_t until = lg_trading_cursor(market, LG_TRADING_LOG_PUBLIC_TRADES);
    lg_reply_key(out, "trades");
    lg_text_char(out, '[');
    for (uint64_t n = until; n > 1 && until - n < TRADES; n--) {
        lg_trading_public_trade t;
        uint64_t cursor = n - 1;
        if (lg_trading_read_public_trade(market, &cursor, &t) != LG_TRADING_READ)
            break; /* older ones are forgotten */
        if (n < until)
            lg_text_char(out, ',');
        lg_serve_intraday_trade(out, t.time_ms, t.start_ms, t.minutes, t.price, t.quantity);
    }
    lg_text_char(out, ']');
}

void lg_serve_intraday_gridpool(lg_text *out, const char *name, int64_t bought_uwh,
                                int64_t sold_uwh, int64_t trades_uct, int64_t imbalance_uct)
{
    lg_text_char(out, '{');
    lg_reply_str(out, "name", name);
    lg_serve_kwh(out, "bought_kWh", bought_uwh);
    lg_serve_kwh(out, "sold_kWh", sold_uwh);
    lg_serve_eur(out, "trades_EUR", trades_uct);
    lg_serve_eur(out, "imbalance_EUR", imbalance_uct);
    lg_serve_eur(out, "money_EUR", trades_uct + imbalance_uct);
    lg_text_char(out, '}');
}

static void write_gridpools(const lg_trading *market, lg_text *out)
{
    const lg_trading_rules *rules = lg_trading_rules_of(market);
    lg_reply_key(out, "gridpools");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < rules->gridpool_count; i++) {
        const lg_trading_totals sum = lg_trading_totals_of(market, i);
        lg_text_str(out, i ? "," : "");
        lg_serve_intraday_gridpool(out, rules->gridpools[i].name, sum.bought_uwh, sum.sold_uwh,
                                   sum.earned_uct - sum.paid_uct, sum.imbalance_uct);
    }
    lg_text_char(out, ']');
}

void lg_serve_do_intraday(lg_serve_call *call)
{
    const lg_trading *market = lg_turn_trading(lg_world_turn(call->serve->input.world));
    lg_text *out = call->out;
    int64_t start_ms = 0;
    uint32_t minutes = 0, area = lg_serve_query(call, "area", 0);
    lg_text_char(out, '{');
    lg_reply_bool(out, "on", market);
    if (market) {
        const lg_trading_rules *rules = lg_trading_rules_of(market);
        area = area < rules->area_count ? area : 0;
        lg_reply_key(out, "areas");
        lg_text_char(out, '[');
        for (uint32_t i = 0; i < rules->area_count; i++) {
            lg_text_str(out, i ? "," : "");
            lg_text_json(out, rules->areas[i].code);
        }
        lg_text_char(out, ']');
        if (write_periods(market, area, lg_serve_query(call, "period", 0), &start_ms, &minutes,
                          out))
            write_book(market, area, start_ms, minutes, out);
        write_trades(market, out);
        if (!call->owner || call->owner->organiser)
            write_gridpools(market, out);
    }
    lg_text_char(out, '}');
    lg_serve_answer(call);
}
