/* /metrics: the text format of Prometheus, version 0.0.4. Markets of homes are left out: a scrape
 * is about the run, and a thousand homes are no labels. */
#include "app/members.h"
#include "app/serve_parts.h"

enum { MARKETS_MAX = 200 };

static void head(lg_text *out, const char *name, const char *type, const char *help)
{
    lg_text_format(out, "# HELP lunagrid_%s %s\n# TYPE lunagrid_%s %s\n", name, help, name, type);
}

static void put(lg_text *out, const char *name, const char *type, const char *help, int64_t value,
                int decimals)
{
    head(out, name, type, help);
    lg_text_format(out, "lunagrid_%s ", name);
    lg_text_fixed(out, value, decimals);
    lg_text_char(out, '\n');
}

/* A label's value: quotes, backslashes and line ends are escaped as in JSON. */
static void put_market(lg_text *out, const char *name, const lg_area *area, int64_t value,
                       int decimals)
{
    lg_text_format(out, "lunagrid_%s{market=", name);
    lg_text_json(out, area->name);
    lg_text_str(out, "} ");
    lg_text_fixed(out, value, decimals);
    lg_text_char(out, '\n');
}

typedef struct figure {
    const char *name, *type, *help;
    int decimals;
    int64_t (*of)(const lg_market *market, uint32_t area);
} figure;

static int64_t energy_of(const lg_market *market, uint32_t area)
{
    const lg_market_stats *stats = lg_market_last_stats(market, area);
    return stats ? stats->energy_uwh : 0;
}

static int64_t rate_of(const lg_market *market, uint32_t area)
{
    const lg_market_stats *stats = lg_market_last_stats(market, area);
    return stats && stats->energy_uwh > 0
               ? lg_muldiv(stats->volume_uct, LG_KWH_UWH, stats->energy_uwh)
               : 0;
}

static int64_t import_of(const lg_market *market, uint32_t area)
{
    return lg_market_area_bill(market, area)->bought_uwh;
}

static int64_t export_of(const lg_market *market, uint32_t area)
{
    return lg_market_area_bill(market, area)->sold_uwh;
}

static const figure figures[] = {
    {"market_last_slot_energy_kwh", "gauge", "Energy traded in the market in its last slot.", 9,
     energy_of},
    {"market_last_slot_rate_ct_per_kwh", "gauge",
     "Price of its last slot, fees included: money over energy; 0 without trades.", 6, rate_of},
    {"market_import_kwh_total", "counter", "Energy bought from the market above.", 9, import_of},
    {"market_export_kwh_total", "counter", "Energy sold to the market above.", 9, export_of},
    {"market_fees_ct_total", "counter", "Grid fees taken by the market.", 6, lg_market_fees_uct},
};

static void put_markets(lg_serve *s, lg_text *out)
{
    const lg_site *site = &s->input.scenario->site;
    const lg_market *market = lg_world_market(s->input.world);
    lg_report report = {.seconds = 0};
    lg_world_report(s->input.world, &report);
    for (size_t k = 0; k < sizeof figures / sizeof *figures; k++) {
        uint32_t told = 0;
        head(out, figures[k].name, figures[k].type, figures[k].help);
        for (uint32_t i = 0; i < site->area_count && told < MARKETS_MAX; i++) {
            if (lg_members_of_area(report.members, i) != LG_NONE)
                continue;
            told++;
            put_market(out, figures[k].name, &site->areas[i], figures[k].of(market, i),
                       figures[k].decimals);
        }
    }
}

void lg_serve_do_metrics(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    const lg_helm *helm = s->input.helm;
    const lg_market *market = lg_world_market(s->input.world);
    lg_web_figures web = lg_web_figures_of(s->web);
    lg_text *out = call->out;
    head(out, "info", "gauge", "The program and the scenario it runs; always 1.");
    lg_text_str(out, "lunagrid_info{version=");
    lg_text_json(out, LG_VERSION);
    lg_text_str(out, ",scenario=");
    lg_text_json(out, s->input.scenario->name);
    lg_text_str(out, "} 1\n");
    put(out, "slots", "gauge", "Slots that the run is to have.", s->input.scenario->slot_count, 0);
    put(out, "slots_done_total", "counter", "Slots that are closed.", s->slots, 0);
    put(out, "paused", "gauge", "1 while the run is paused.", helm->paused, 0);
    put(out, "late_seconds", "gauge", "How late a paced run is.",
        helm->behind ? helm->late_ns / 1000000 : 0, 3);
    put(out, "trades_total", "counter", "Trades.", (int64_t)lg_market_trade_count(market), 0);
    put(out, "orders_total", "counter", "Orders placed or changed.",
        (int64_t)lg_market_order_count(market), 0);
    put(out, "script_faults_total", "counter", "Callbacks of scripts that failed.",
        (int64_t)s->input.notes->faults, 0);
    put(out, "web_connections", "gauge", "Connections to this server.", web.connections, 0);
    put(out, "web_streams", "gauge", "Streams of events that are open.", web.streams, 0);
    put(out, "web_requests_total", "counter", "Requests to this server.", (int64_t)web.requests, 0);
    put(out, "web_refused_total", "counter", "Requests that were refused.", (int64_t)web.refused,
        0);
    put(out, "web_dropped_total", "counter", "Connections that were let go for a limit.",
        (int64_t)web.dropped, 0);
    put(out, "web_wrong_tokens_total", "counter", "Requests with a token that is nobody's.",
        (int64_t)web.wrong_tokens, 0);
    put_markets(s, out);
    lg_web_answer_text(call->web, 200, "text/plain; version=0.0.4; charset=utf-8", out);
}
