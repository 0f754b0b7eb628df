/* The homes of a run that is over: sums of all of them, and the rows that are asked for. */
#include "app/ledger.h"
#include "app/view_parts.h"

static void write_member(const lg_past_rows *rows, lg_text *out)
{
    int64_t own = lg_past_int(rows, 6), alone = lg_past_int(rows, 7);
    lg_reply_int(out, "area", lg_past_int(rows, 0));
    lg_reply_str(out, "name", lg_past_text(rows, 1));
    lg_reply_str(out, "strategy", lg_past_text(rows, 2));
    lg_serve_kwh(out, "bought_kWh", lg_past_int(rows, 3));
    lg_serve_kwh(out, "sold_kWh", lg_past_int(rows, 4));
    lg_serve_kwh(out, "unserved_kWh", lg_past_int(rows, 5));
    lg_serve_eur(out, "bill_EUR", own);
    lg_serve_eur(out, "baseline_EUR", alone);
    lg_reply_double(out, "saved_percent", lg_ledger_saved_percent(own, alone));
    if (!lg_past_is_null(rows, 8)) {
        lg_serve_kwh(out, "last_import_kWh", lg_past_int(rows, 8));
        lg_serve_kwh(out, "last_export_kWh", lg_past_int(rows, 9));
    }
}

static void write_sums(lg_view_run *run, int64_t slot, lg_text *out)
{
    static const char bills[] =
        "SELECT count(*), coalesce(sum(bill_uct), 0), coalesce(sum(base_bill_uct), 0) FROM members";
    static const char doors[] =
        "SELECT coalesce(s.import_uwh, 0), coalesce(s.export_uwh, 0) FROM members m LEFT JOIN "
        "market_slots s ON s.market = m.area AND s.slot = ?1 - 1 WHERE ?1 > 0";
    lg_serve_tally tally = {.sold = 0};
    lg_past_rows rows;
    lg_past_ask(run->past, &rows, bills, NULL, 0);
    bool is = lg_past_next(&rows);
    lg_reply_int(out, "member_count", is ? lg_past_int(&rows, 0) : 0);
    lg_serve_eur(out, "bill_EUR", is ? lg_past_int(&rows, 1) : 0);
    lg_serve_eur(out, "baseline_EUR", is ? lg_past_int(&rows, 2) : 0);
    lg_past_drop(&rows);
    lg_past_ask(run->past, &rows, doors, &slot, 1);
    while (lg_past_next(&rows))
        lg_serve_tally_add(&tally, lg_past_int(&rows, 0), lg_past_int(&rows, 1));
    lg_serve_tally_write(&tally, out);
}

void lg_view_do_members(lg_serve_call *call)
{
    static const char sql[] =
        "SELECT m.area, a.name, m.strategy, m.bought_uwh, m.sold_uwh, m.unserved_uwh, "
        "m.bill_uct, m.base_bill_uct, s.import_uwh, s.export_uwh FROM members m JOIN areas a USING "
        "(area) LEFT JOIN market_slots s ON s.market = m.area AND s.slot = ?1 - 1 WHERE ?3 < 0 OR "
        "m.area = ?3 ORDER BY iif(?2, m.bill_uct - m.base_bill_uct, 0), m.area LIMIT ?4 OFFSET ?5";
    lg_view_run *run = lg_view_run_of(call);
    int64_t slot = lg_view_slot(call);
    lg_past_rows rows;
    lg_serve_homes homes;
    uint32_t told = 0;
    if (!lg_serve_homes_of(call, &homes))
        return;
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "slots_done", run->slots);
    write_sums(run, slot, out);
    lg_reply_key(out, "members");
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows, sql,
                (int64_t[]){slot, homes.by_saved, homes.area == LG_NONE ? -1 : (int64_t)homes.area,
                            homes.range.count, homes.range.from},
                5);
    while (lg_past_next(&rows)) {
        lg_text_str(out, told++ ? ",{" : "{");
        write_member(&rows, out);
        lg_text_char(out, '}');
    }
    lg_text_str(out, "]}");
    lg_view_answer(call);
}
