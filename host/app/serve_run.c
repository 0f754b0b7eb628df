/* Where the run is: status, control, log, and the streams. */
#include <string.h>
#include "app/serve_parts.h"
#include "base/clock.h"

/* ---- where it is ---- */

static void write_community(lg_serve *s, lg_text *out)
{
    lg_report report = {.seconds = 0};
    lg_world_report(s->input.world, &report);
    const lg_course *course = report.course;
    const lg_market_stats *stats = lg_market_last_stats(report.market, course->community);
    lg_reply_key(out, "community");
    lg_text_char(out, '{');
    lg_reply_int(out, "market", course->community);
    lg_reply_str(out, "name", s->input.scenario->site.areas[course->community].name);
    lg_serve_kwh(out, "within_homes_kWh", course->trade.within_uwh);
    lg_serve_kwh(out, "between_homes_kWh", course->trade.between_uwh);
    lg_serve_kwh(out, "import_kWh", course->trade.from_uwh);
    lg_serve_kwh(out, "export_kWh", course->trade.to_uwh);
    lg_serve_kwh(out, "peak_import_kWh", course->peak_import_uwh);
    lg_reply_double(out, "self_sufficiency", s->kpi.self_sufficiency);
    lg_reply_double(out, "self_consumption", s->kpi.self_consumption);
    if (stats)
        lg_serve_price(out, "last_rate_ct_per_kWh", stats->volume_uct, stats->energy_uwh);
    lg_serve_kwh(out, "last_between_homes_kWh", course->last_between.energy_uwh);
    lg_serve_price(out, "last_between_homes_ct_per_kWh", course->last_between.paid_uct,
                   course->last_between.energy_uwh);
    lg_text_char(out, '}');
    lg_reply_int(out, "trades", (int64_t)lg_market_trade_count(report.market));
    lg_reply_int(out, "orders", (int64_t)lg_market_order_count(report.market));
    lg_reply_int(out, "scripts_given_up", report.given_up.count);
    lg_reply_int(out, "devices_set_aside", report.devices.aside);
}

void lg_serve_state(lg_serve *s, lg_text *out)
{
    char digest[33];
    lg_control_state(s->input.control, out);
    lg_reply_bool(out, "over", s->over);
    lg_reply_int(out, "slots", s->input.scenario->slot_count);
    lg_reply_int(out, "faults", (int64_t)s->input.notes->faults);
    lg_digest_format(lg_world_digest(s->input.world), digest);
    lg_reply_str(out, "digest", digest);
    write_community(s, out);
}

void lg_serve_do_status(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    const lg_scenario *scenario = s->input.scenario;
    char start[32];
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_str(out, "lunagrid", LG_VERSION);
    lg_reply_int(out, "api", 1);
    lg_reply_str(out, "mode", "live");
    lg_reply_bool(out, "exposed", lg_web_is_exposed(s->web));
    bool everything = !call->owner || call->owner->organiser;
    lg_reply_bool(out, "may_steer", call->web->who && everything);
    lg_reply_bool(out, "may_edit", call->web->who);
    if (call->owner)
        lg_reply_str(out, "owner", call->owner->name);
    lg_reply_str(out, "scenario", scenario->name);
    if (everything)
        lg_reply_str(out, "folder", s->input.folder);
    lg_clock_format(scenario->start_ms, start);
    lg_reply_str(out, "start", start);
    lg_reply_int(out, "slot_seconds", scenario->rules.slot_ms / 1000);
    lg_reply_int(out, "ticks_per_slot", scenario->rules.ticks_per_slot);
    lg_reply_str(out, "fee_unit", scenario->rules.fee_kind == LG_FEE_CONSTANT ? "ct/kWh" : "%");
    lg_reply_bool(out, "intraday", scenario->intraday);
    lg_reply_int(out, "agents", lg_seats_count(lg_world_seats(s->input.world)));
    lg_serve_state(s, out);
    lg_text_char(out, '}');
    lg_serve_answer(call);
}

/* ---- steering ---- */

/* The code of the answer to what the control protocol refuses. */
static int code_of(const char *answer)
{
    static const struct {
        const char *word;
        int code;
    } codes[] = {
        {"bad_json", 400}, {"bad_request", 400}, {"unknown_command", 404}, {"too_long", 400},
        {"full", 503},     {"busy", 409},        {"not_found", 404},       {"refused", 409},
        {"script", 422},   {"failed", 503},      {"foreign", 403},         {"token", 401},
    };
    const char *error = strstr(answer, "\"error\":{\"code\":\"");
    if (!strstr(answer, "\"ok\":false") || !error)
        return 200;
    error += strlen("\"error\":{\"code\":\"");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strncmp(error, codes[i].word, strlen(codes[i].word)) == 0)
            return codes[i].code;
    return 409;
}

void lg_serve_do_control(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    if (s->over) {
        lg_serve_refuse(call, 409, "refused", "the run is over");
        return;
    }
    lg_control_ask(s->input.control, call->owner, call->web->body, call->web->body_size, call->out);
    int code = call->out->failed ? 503 : code_of(lg_text_peek(call->out));
    lg_text_char(call->out, '\n');
    lg_web_answer_text(call->web, code, "application/json", call->out);
}

void lg_serve_do_log(lg_serve_call *call)
{
    lg_text_str(call->out, "{\"lines\":");
    lg_control_log(call->serve->input.control, call->owner, lg_serve_query(call, "lines", 200),
                   call->out);
    lg_text_char(call->out, '}');
    lg_serve_answer(call);
}

/* ---- streams ---- */

void lg_serve_do_stream(lg_serve_call *call)
{
    lg_text_str(call->out, "retry: 2000\nevent: state\ndata: {");
    lg_serve_state(call->serve, call->out);
    lg_text_str(call->out, "}\n\n");
    if (call->out->failed)
        lg_serve_refuse(call, 503, "failed", "out of memory");
    else
        lg_web_stream(call->web, "text/event-stream", LG_SERVE_PAGE, lg_text_peek(call->out));
}

static bool is_wanted(const char *kinds, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = kinds; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || !at[length]))
            return true;
    return false;
}

void lg_serve_do_events(lg_serve_call *call)
{
    char kinds[40];
    if (!lg_web_query(call->web->query, "kinds", kinds, sizeof kinds))
        memcpy(kinds, "log,slot", sizeof "log,slot");
    uint32_t wanted = (is_wanted(kinds, "log") ? LG_SERVE_LOG : 0) |
                      (is_wanted(kinds, "slot") ? LG_SERVE_SLOTS : 0) |
                      (is_wanted(kinds, "trade") ? LG_SERVE_TRADES : 0);
    if (!wanted) {
        lg_serve_refuse(call, 400, "bad_request",
                        "kinds is some of log, slot and trade with commas between them, not \"%s\"",
                        kinds);
        return;
    }
    if (wanted & LG_SERVE_TRADES && call->owner && !call->owner->organiser) {
        lg_serve_refuse(call, 403, "foreign",
                        "trades of everybody are the organiser's; your own are in the answer to "
                        "{\"command\": \"view\"} at " LG_SERVE_API "/control");
        return;
    }
    lg_web_stream(call->web, "application/x-ndjson", wanted, "");
}
