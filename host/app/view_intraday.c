/* The intraday market of a run that is over: trades before the slot it stands before, the money of
 * the whole run. Books are not kept. */
#include "app/compare.h"
#include "app/view_parts.h"

static void write_trades(lg_view_run *run, int64_t slot, lg_text *out)
{
    int64_t before_ms = run->start_ms + slot * run->slot_s * 1000;
    lg_past_rows rows;
    bool first = true;
    lg_past_ask(run->past, &rows,
                "SELECT time_ms, start_ms, minutes, price_milli, quantity_kW FROM intraday_trades "
                "WHERE side = 'buy' AND time_ms < ?1 ORDER BY intraday_trade DESC LIMIT 30",
                &before_ms, 1);
    lg_reply_key(out, "trades");
    lg_text_char(out, '[');
    for (; lg_past_next(&rows); first = false) {
        lg_text_str(out, first ? "" : ",");
        lg_serve_intraday_trade(out, lg_past_int(&rows, 0), lg_past_int(&rows, 1),
                                lg_past_int(&rows, 2), lg_past_int(&rows, 3),
                                lg_past_int(&rows, 4));
    }
    lg_text_char(out, ']');
    lg_past_drop(&rows);
}

static void write_gridpools(lg_view_run *run, lg_text *out)
{
    lg_past_rows rows;
    bool first = true;
    lg_past_ask(run->past, &rows, LG_COMPARE_GRIDPOOLS_SQL, NULL, 0);
    lg_reply_key(out, "gridpools");
    lg_text_char(out, '[');
    for (; lg_past_next(&rows); first = false) {
        lg_text_str(out, first ? "" : ",");
        lg_serve_intraday_gridpool(out, lg_past_text(&rows, 0), lg_past_int(&rows, 1),
                                   lg_past_int(&rows, 2), lg_past_int(&rows, 3),
                                   lg_past_int(&rows, 4));
    }
    lg_text_char(out, ']');
    lg_past_drop(&rows);
}

static bool is_there(lg_view_run *run, const char *sql)
{
    lg_past_rows rows;
    lg_past_ask(run->past, &rows, sql, NULL, 0);
    bool there = lg_past_next(&rows) && lg_past_int(&rows, 0) > 0;
    lg_past_drop(&rows);
    return there;
}

/* Results of older versions have no such table. */
bool lg_view_has_intraday(lg_view_run *run)
{
    return is_there(run, "SELECT count(*) FROM sqlite_master WHERE name = 'intraday_balances'") &&
           is_there(run, "SELECT count(*) FROM gridpools");
}

void lg_view_do_intraday(lg_serve_call *call)
{
    lg_view_run *run = lg_view_run_of(call);
    lg_text *out = call->out;
    bool on = lg_view_has_intraday(run);
    lg_text_char(out, '{');
    lg_reply_bool(out, "on", on);
    if (on) {
        write_trades(run, lg_view_slot(call), out);
        write_gridpools(run, out);
    }
    lg_text_char(out, '}');
    lg_view_answer(call);
}
