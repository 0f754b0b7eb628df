/* What all of a community share, and what a grid operator sees of its markets: sums, and nothing of
 * who they are made of. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "app/control_parts.h"
#include "app/market_named.h"
#include "grid/unit.h"
#include "market/market.h"

/* A share as a percentage; null where it is not known. */
static void write_share(lg_text *out, const char *key, double share)
{
    if (isnan(share)) {
        lg_reply_key(out, key);
        lg_text_str(out, "null");
    } else {
        lg_reply_double(out, key, round(share * 1e4) / 1e2);
    }
}

void lg_control_community(const lg_control *c, lg_text *out)
{
    const lg_course *course = lg_world_course(c->input.world);
    lg_kpi kpi = lg_course_kpi(course);
    double hours = c->input.scenario->rules.slot_ms / 3600e3;
    lg_reply_key(out, "community");
    lg_text_char(out, '{');
    write_share(out, "self_sufficiency_percent", kpi.self_sufficiency);
    write_share(out, "self_consumption_percent", kpi.self_consumption);
    lg_reply_double(out, "peak_import_kW", lg_kwh_from_uwh(course->peak_import_uwh) / hours);
    lg_reply_double(out, "import_kWh", lg_kwh_from_uwh(course->trade.from_uwh));
    lg_reply_double(out, "export_kWh", lg_kwh_from_uwh(course->trade.to_uwh));
    lg_reply_double(out, "local_kWh",
                    lg_kwh_from_uwh(course->trade.within_uwh + course->trade.between_uwh));
    lg_text_char(out, '}');
}

static void write_slot(const lg_market_stats *s, lg_text *out)
{
    lg_reply_key(out, "last_slot");
    if (!s) {
        lg_text_str(out, "null");
        return;
    }
    lg_text_char(out, '{');
    lg_reply_int(out, "slot", s->slot);
    lg_reply_int(out, "trades", s->trade_count);
    lg_reply_double(out, "energy_kWh", lg_kwh_from_uwh(s->energy_uwh));
    lg_reply_double(out, "min_rate", lg_ct_from_uct(s->min_rate_uct));
    lg_reply_double(out, "avg_rate", lg_ct_from_uct(s->avg_rate_uct));
    lg_reply_double(out, "max_rate", lg_ct_from_uct(s->max_rate_uct));
    lg_reply_double(out, "fee_revenue_ct", lg_ct_from_uct(s->fee_revenue_uct));
    lg_reply_double(out, "import_kWh", lg_kwh_from_uwh(s->import_uwh));
    lg_reply_double(out, "export_kWh", lg_kwh_from_uwh(s->export_uwh));
    lg_text_char(out, '}');
}

static void write_market(const lg_control *c, uint32_t area, lg_text *out)
{
    const lg_market *market = lg_world_market(c->input.world);
    const lg_rules *rules = &c->input.scenario->rules;
    lg_peak peak = lg_market_peak(market, area);
    lg_kpi kpi = lg_market_kpi(market, area);
    int64_t fee = lg_market_fee_next(market, area);
    bool constant = rules->fee_kind == LG_FEE_CONSTANT;
    if (out->data[out->length - 1] != '[')
        lg_text_char(out, ',');
    lg_text_char(out, '{');
    lg_reply_str(out, "market", c->input.scenario->site.areas[area].name);
    lg_reply_double(out, "next_fee", constant ? lg_ct_from_uct(fee) : (double)fee / 1e7);
    lg_reply_str(out, "fee_unit", constant ? "ct/kWh" : "%");
    lg_reply_double(out, "fees_EUR", lg_eur_from_uct(lg_market_fees_uct(market, area)));
    lg_reply_double(out, "peak_import_kWh", lg_kwh_from_uwh(peak.import_uwh));
    lg_reply_double(out, "peak_export_kWh", lg_kwh_from_uwh(peak.export_uwh));
    write_share(out, "self_sufficiency_percent", kpi.self_sufficiency);
    write_share(out, "self_consumption_percent", kpi.self_consumption);
    write_slot(lg_market_last_stats(market, area), out);
    lg_text_char(out, '}');
}

static void refuse_market(lg_control_call *call, uint32_t area)
{
    const lg_scenario *scenario = call->control->input.scenario;
    uint32_t agent = lg_control_manager(call->control, area);
    if (agent == LG_NONE)
        lg_control_refuse(call, LG_CONTROL_FOREIGN, "no owner manages the market \"%.100s\"",
                          scenario->site.areas[area].name);
    else
        lg_control_refuse(call, LG_CONTROL_FOREIGN,
                          "the market \"%.100s\" is managed by \"%.100s\"",
                          scenario->site.areas[area].name, scenario->agents[agent].owner);
}

void lg_control_do_stats(lg_control_call *call)
{
    const lg_control *c = call->control;
    const lg_site *site = &c->input.scenario->site;
    const lg_control_value *word = LG_CONTROL_ARG_OF(call, STATS_MARKET);
    uint32_t only = LG_NONE, count = 0;
    lg_err err;
    if (word->given && lg_market_named(site, word->text, &only, &err) != LG_OK) {
        lg_control_refuse(call, LG_CONTROL_NOT_FOUND, "%s", err.text);
        return;
    }
    if (only != LG_NONE && !lg_control_manages(c, call->owner, only)) {
        refuse_market(call, only);
        return;
    }
    lg_reply_begin(call->out, call->request->id);
    lg_control_place(c, call->out);
    lg_reply_key(call->out, "markets");
    lg_text_char(call->out, '[');
    for (uint32_t i = 0; i < site->area_count; i++)
        if (only == LG_NONE ? lg_control_manages(c, call->owner, i) : i == only) {
            write_market(c, i, call->out);
            count++;
        }
    lg_text_char(call->out, ']');
    lg_reply_end(call->out);
    if (count == 0)
        lg_control_refuse(call, LG_CONTROL_FOREIGN, "you manage no market");
}
