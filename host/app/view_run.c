/* A run that is over: where it stands at a slot, its tree, scripts and log. */
#include <math.h>
#include <string.h>
#include "app/view_parts.h"

/* ---- status ---- */

/* What went through the community's market, and within its homes, up to @p slot. */
static void write_flows(lg_view_run *run, int64_t slot, lg_text *out)
{
    static const char community[] =
        "SELECT coalesce(sum(energy_uwh - import_uwh - export_uwh), 0), coalesce(sum(import_uwh), "
        "0), "
        "coalesce(sum(export_uwh), 0), coalesce(max(import_uwh), 0) FROM market_slots "
        "WHERE market = ?1 AND slot < ?2";
    lg_past_rows rows;
    lg_serve_kwh(out, "within_homes_kWh",
                 lg_view_int(run,
                             "SELECT coalesce(sum(m.energy_uwh - m.import_uwh - m.export_uwh), 0) "
                             "FROM market_slots m JOIN areas a ON a.area = m.market "
                             "WHERE a.member = 1 AND a.parent IS NOT NULL AND m.slot < ?1 + ?2",
                             slot, 0));
    lg_past_ask(run->past, &rows, community, (int64_t[]){run->community, slot}, 2);
    bool is = lg_past_next(&rows);
    lg_serve_kwh(out, "between_homes_kWh", is ? lg_past_int(&rows, 0) : 0);
    lg_serve_kwh(out, "import_kWh", is ? lg_past_int(&rows, 1) : 0);
    lg_serve_kwh(out, "export_kWh", is ? lg_past_int(&rows, 2) : 0);
    lg_serve_kwh(out, "peak_import_kWh", is ? lg_past_int(&rows, 3) : 0);
    lg_past_drop(&rows);
}

/* Of the whole run: only its end has them. */
static void write_shares(lg_view_run *run, int64_t slot, lg_text *out)
{
    lg_past_rows rows;
    bool end = slot == run->slots && lg_past_has(run->past, "community");
    lg_past_ask(run->past, &rows,
                end ? "SELECT self_sufficiency, self_consumption FROM community"
                    : "SELECT NULL, NULL",
                NULL, 0);
    bool is = lg_past_next(&rows);
    lg_reply_double(out, "self_sufficiency", is ? lg_past_real(&rows, 0) : NAN);
    lg_reply_double(out, "self_consumption", is ? lg_past_real(&rows, 1) : NAN);
    lg_past_drop(&rows);
}

/* Trades between homes of the slot before @p slot: as in the report, neither end is the grid beyond
 * (a bus, a market maker, a seller without limit), and they are not in the same home. */
static void write_between(lg_view_run *run, int64_t slot, lg_text *out)
{
    lg_past_rows rows;
    lg_past_ask(run->past, &rows,
                "WITH RECURSIVE below(area, home) AS (VALUES (?1, NULL) UNION ALL SELECT a.area, "
                "coalesce(b.home, iif(a.member, a.area, NULL)) FROM areas a JOIN below b ON "
                "a.parent = b.area), inside AS (SELECT a.asset, b.home FROM assets a JOIN below b "
                "USING (area) WHERE a.role NOT IN ('bus', 'market_maker') AND a.type <> "
                "'commercial_producer') SELECT coalesce(sum(t.energy_uwh), 0), "
                "coalesce(sum(t.paid_uct), 0) FROM trades t JOIN inside s ON s.asset = t.seller "
                "JOIN inside b ON b.asset = t.buyer WHERE t.slot = ?2 - 1 AND (s.home IS NULL OR "
                "s.home IS NOT b.home)",
                (int64_t[]){run->community, slot}, 2);
    if (lg_past_next(&rows)) {
        lg_serve_kwh(out, "last_between_homes_kWh", lg_past_int(&rows, 0));
        lg_serve_price(out, "last_between_homes_ct_per_kWh", lg_past_int(&rows, 1),
                       lg_past_int(&rows, 0));
    }
    lg_past_drop(&rows);
}

static void write_community(lg_view_run *run, int64_t slot, lg_text *out)
{
    lg_past_rows rows;
    lg_reply_key(out, "community");
    lg_text_char(out, '{');
    lg_reply_int(out, "market", run->community);
    lg_past_ask(run->past, &rows, "SELECT name FROM areas WHERE area = ?1", &run->community, 1);
    lg_reply_str(out, "name", lg_past_next(&rows) ? lg_past_text(&rows, 0) : "");
    lg_past_drop(&rows);
    write_flows(run, slot, out);
    write_shares(run, slot, out);
    lg_past_ask(run->past, &rows,
                "SELECT volume_uct, energy_uwh FROM market_slots WHERE market = ?1 AND slot = ?2 - "
                "1",
                (int64_t[]){run->community, slot}, 2);
    if (lg_past_next(&rows))
        lg_serve_price(out, "last_rate_ct_per_kWh", lg_past_int(&rows, 0), lg_past_int(&rows, 1));
    lg_past_drop(&rows);
    write_between(run, slot, out);
    lg_text_char(out, '}');
}

static void write_head(const lg_serve_call *call, lg_text *out)
{
    lg_view_run *run = lg_view_run_of(call);
    char time[32];
    lg_past_rows rows;
    lg_past_ask(run->past, &rows,
                "SELECT scenario, (SELECT count(*) FROM agents), coalesce(order_count, 0), status "
                "FROM runs",
                NULL, 0);
    bool is = lg_past_next(&rows);
    lg_reply_str(out, "lunagrid", LG_VERSION);
    lg_reply_int(out, "api", 1);
    lg_reply_str(out, "mode", "past");
    lg_reply_bool(out, "exposed", lg_web_is_exposed(call->view->web));
    lg_reply_bool(out, "may_steer", false);
    lg_reply_bool(out, "may_edit", false);
    lg_reply_str(out, "scenario", is ? lg_past_text(&rows, 0) : "");
    lg_reply_str(out, "folder", run->path);
    lg_view_time(run, 0, time);
    lg_reply_str(out, "start", time);
    lg_reply_int(out, "slot_seconds", run->slot_s);
    lg_reply_int(out, "ticks_per_slot", run->ticks);
    lg_reply_str(out, "fee_unit", run->constant ? "ct/kWh" : "%");
    lg_reply_bool(out, "intraday", lg_view_has_intraday(run));
    lg_reply_int(out, "agents", is ? lg_past_int(&rows, 1) : 0);
    lg_reply_int(out, "orders", is ? lg_past_int(&rows, 2) : 0);
    lg_reply_bool(out, "complete", is && strcmp(lg_past_text(&rows, 3), "complete") == 0);
    lg_past_drop(&rows);
}

void lg_view_do_status(lg_serve_call *call)
{
    lg_view_run *run = lg_view_run_of(call);
    int64_t slot = lg_view_slot(call);
    char time[32];
    lg_past_rows rows;
    lg_text *out = call->out;
    lg_text_char(out, '{');
    write_head(call, out);
    lg_reply_int(out, "runs", call->view->count);
    lg_reply_int(out, "slots_done", run->slots);
    lg_reply_str(out, "state", "paused");
    lg_reply_int(out, "slot", slot);
    lg_reply_int(out, "tick", 0);
    lg_view_time(run, slot, time);
    lg_reply_str(out, "time", time);
    lg_reply_str(out, "pace", "full");
    lg_reply_int(out, "late_ms", 0);
    lg_reply_bool(out, "over", true);
    lg_reply_int(out, "slots", run->slot_count);
    lg_reply_int(
        out, "faults",
        lg_past_has(run->past, "conduct")
            ? lg_view_int(run, "SELECT coalesce(sum(faults), 0) FROM conduct WHERE ?1 = ?2", 0, 0)
            : 0);
    lg_past_ask(run->past, &rows, "SELECT digest FROM slots WHERE slot = ?1 - 1", &slot, 1);
    lg_reply_str(out, "digest", lg_past_next(&rows) ? lg_past_text(&rows, 0) : "");
    lg_past_drop(&rows);
    write_community(run, slot, out);
    lg_reply_int(out, "trades",
                 lg_view_int(run,
                             "SELECT coalesce(sum(trade_count), 0) FROM slots WHERE slot < ?1 + ?2",
                             slot, 0));
    lg_text_char(out, '}');
    lg_view_answer(call);
}

/* ---- tree ---- */

void lg_view_do_site(lg_serve_call *call)
{
    lg_view_run *run = lg_view_run_of(call);
    lg_past_rows rows;
    lg_text *out = call->out;
    bool first = true;
    lg_text_char(out, '{');
    lg_reply_int(out, "community", run->community);
    lg_reply_int(out, "area_count",
                 lg_view_int(run, "SELECT count(*) FROM areas WHERE ?1 = ?2", 0, 0));
    lg_reply_int(out, "asset_count",
                 lg_view_int(run, "SELECT count(*) FROM assets WHERE ?1 = ?2", 0, 0));
    lg_reply_int(out, "member_count",
                 lg_view_int(run, "SELECT count(*) FROM members WHERE ?1 = ?2", 0, 0));
    lg_reply_key(out, "areas");
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows,
                "SELECT area, name, uuid, parent, member, (SELECT count(*) FROM areas b WHERE "
                "b.parent = a.area), (SELECT count(*) FROM assets s WHERE s.area = a.area) "
                "FROM areas a ORDER BY area",
                NULL, 0);
    while (lg_past_next(&rows)) {
        lg_text_str(out, first ? "{" : ",{");
        first = false;
        lg_reply_int(out, "area", lg_past_int(&rows, 0));
        lg_reply_str(out, "name", lg_past_text(&rows, 1));
        lg_reply_str(out, "uuid", lg_past_text(&rows, 2));
        if (!lg_past_is_null(&rows, 3))
            lg_reply_int(out, "parent", lg_past_int(&rows, 3));
        lg_reply_bool(out, "member", lg_past_int(&rows, 4));
        lg_reply_int(out, "areas", lg_past_int(&rows, 5));
        lg_reply_int(out, "assets", lg_past_int(&rows, 6));
        lg_text_char(out, '}');
    }
    lg_text_str(out, "]}");
    lg_view_answer(call);
}

/* ---- scripts ---- */

/* The version at work before slot ?2, of agents ?1 <= agent < ?1 + ?3. */
static const char agents_sql[] =
    "SELECT a.agent, a.name, coalesce(v.script, a.script), coalesce(v.version, 1), "
    "(SELECT coalesce(max(version), 1) FROM versions w WHERE w.agent = a.agent), "
    "coalesce(v.hash, a.hash), coalesce(c.faults, 0), "
    "(SELECT count(*) FROM assets s WHERE s.agent = a.agent) "
    "FROM agents a LEFT JOIN conduct c USING (agent) LEFT JOIN versions v ON v.seq = "
    "(SELECT max(seq) FROM versions x WHERE x.agent = a.agent AND x.slot < max(?2, 1)) "
    "WHERE a.agent >= ?1 AND a.agent < ?1 + ?3 ORDER BY a.agent";

static void write_agent(const lg_past_rows *rows, lg_text *out)
{
    lg_reply_int(out, "agent", lg_past_int(rows, 0));
    lg_reply_str(out, "name", lg_past_text(rows, 1));
    lg_reply_str(out, "script", lg_past_text(rows, 2));
    lg_reply_bool(out, "template", false);
    lg_reply_int(out, "version", lg_past_int(rows, 3));
    lg_reply_int(out, "versions", lg_past_int(rows, 4));
    lg_reply_bool(out, "on_probation", false);
    lg_reply_str(out, "hash", lg_past_text(rows, 5));
    lg_reply_int(out, "faults", lg_past_int(rows, 6));
    lg_reply_int(out, "assets", lg_past_int(rows, 7));
}

void lg_view_do_agents(lg_serve_call *call)
{
    lg_view_run *run = lg_view_run_of(call);
    int64_t from = lg_serve_query(call, "from", 0), count = lg_serve_query(call, "count", 200);
    lg_past_rows rows;
    lg_text *out = call->out;
    bool first = true;
    lg_text_char(out, '{');
    lg_reply_int(out, "agent_count",
                 lg_view_int(run, "SELECT count(*) FROM agents WHERE ?1 = ?2", 0, 0));
    lg_reply_key(out, "agents");
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows, agents_sql,
                (int64_t[]){from, lg_view_slot(call),
                            count < LG_SERVE_ROWS_MAX ? count : LG_SERVE_ROWS_MAX},
                3);
    while (lg_past_next(&rows)) {
        lg_text_str(out, first ? "{" : ",{");
        first = false;
        write_agent(&rows, out);
        lg_text_char(out, '}');
    }
    lg_text_str(out, "]}");
    lg_view_answer(call);
}

static void write_texts(lg_view_run *run, int64_t agent, int64_t slot, lg_text *out)
{
    lg_past_rows rows;
    bool first = true;
    lg_reply_key(out, "texts");
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows,
                "SELECT s.module, s.path, s.source FROM sources s WHERE s.hash = coalesce((SELECT "
                "hash FROM versions x WHERE x.agent = ?1 AND x.slot < max(?2, 1) ORDER BY seq DESC "
                "LIMIT 1), (SELECT hash FROM agents WHERE agent = ?1)) ORDER BY s.place",
                (int64_t[]){agent, slot}, 2);
    while (lg_past_next(&rows)) {
        lg_text_str(out, first ? "{" : ",{");
        first = false;
        lg_reply_str(out, "module", lg_past_text(&rows, 0));
        lg_reply_str(out, "path", lg_past_text(&rows, 1));
        lg_reply_str(out, "text", lg_past_text(&rows, 2));
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

/* Lines of the log before a slot, the newest first or last. */
static void write_lines(lg_view_run *run, const char *sql, const int64_t *values, lg_text *out)
{
    lg_past_rows rows;
    bool first = true;
    lg_text_char(out, '[');
    lg_past_ask(run->past, &rows, sql, values, 3);
    while (lg_past_next(&rows)) {
        lg_text_str(out, first ? "{" : ",{");
        first = false;
        lg_reply_int(out, "number", lg_past_int(&rows, 0));
        lg_reply_int(out, "slot", lg_past_int(&rows, 1));
        lg_reply_int(out, "tick", lg_past_int(&rows, 2));
        lg_reply_str(out, "kind", "log");
        lg_reply_str(out, "who", lg_past_text(&rows, 3));
        lg_reply_str(out, "message", lg_past_text(&rows, 4));
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

void lg_view_do_agent(lg_serve_call *call)
{
    lg_view_run *run = lg_view_run_of(call);
    int64_t slot = lg_view_slot(call);
    lg_past_rows rows;
    lg_text *out = call->out;
    lg_past_ask(run->past, &rows, agents_sql, (int64_t[]){call->number, slot, 1}, 3);
    if (!lg_past_next(&rows)) {
        lg_serve_refuse(call, 404, "not_found", "there is no agent %u", call->number);
        return;
    }
    lg_text_char(out, '{');
    write_agent(&rows, out);
    lg_past_drop(&rows);
    lg_reply_key(out, "errors");
    lg_text_str(out, "[]");
    write_texts(run, call->number, slot, out);
    lg_text_char(out, '}');
    lg_view_answer(call);
}

void lg_view_do_log(lg_serve_call *call)
{
    lg_text_char(call->out, '{');
    lg_reply_key(call->out, "lines");
    write_lines(
        lg_view_run_of(call),
        "SELECT * FROM (SELECT seq, slot, tick, who, message FROM log WHERE slot < max(?1, 1) "
        "AND ?3 = ?3 ORDER BY seq DESC LIMIT ?2) ORDER BY seq",
        (int64_t[]){lg_view_slot(call), lg_serve_query(call, "lines", 200), 0}, call->out);
    lg_text_char(call->out, '}');
    lg_view_answer(call);
}
