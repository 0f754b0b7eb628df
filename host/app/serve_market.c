/* One market: its fees, its last slot, its book and the trades of the running slot. */
#include "app/moments.h"
#include "app/serve_parts.h"
#include "grid/unit.h"

static bool known(lg_serve_call *call)
{
    uint32_t count = call->serve->input.scenario->site.area_count;
    if (call->number < count)
        return true;
    lg_serve_refuse(call, 404, "not_found", "there are markets 0 to %u, no %u", count - 1,
                    call->number);
    return false;
}

bool lg_serve_market_is_theirs(lg_serve_call *call)
{
    const lg_scenario *scenario = call->serve->input.scenario;
    const lg_control *control = call->serve->input.control;
    if (!known(call))
        return false;
    if (lg_control_sees(control, call->owner, call->number))
        return true;
    uint32_t manager = lg_control_manager(control, call->number);
    const char *name = scenario->site.areas[call->number].name;
    if (manager == LG_NONE)
        lg_serve_refuse(call, 403, "foreign", "nothing of yours trades in \"%.100s\"", name);
    else
        lg_serve_refuse(call, 403, "foreign", "the market \"%.100s\" is managed by \"%.100s\"",
                        name, scenario->agents[manager].owner);
    return false;
}

bool lg_serve_fee_is_constant(const lg_serve *s)
{
    return s->input.scenario->rules.fee_kind == LG_FEE_CONSTANT;
}

/* ct/kWh, or percent: micro-cents have 6 decimals, parts per billion of percent 7. */
static void write_fee(const lg_serve *s, lg_text *out, const char *key, int64_t fee)
{
    lg_serve_fixed(out, key, fee, lg_serve_fee_is_constant(s) ? 6 : 7);
}

static void write_rate(lg_text *out, const char *key, double ct)
{
    lg_reply_double(out, key, ct);
}

static void write_last(lg_serve *s, uint32_t area, lg_text *out)
{
    const lg_market_stats *stats = lg_market_last_stats(lg_world_market(s->input.world), area);
    if (!stats)
        return;
    lg_reply_key(out, "last_slot");
    lg_text_char(out, '{');
    lg_reply_int(out, "slot", stats->slot);
    lg_reply_int(out, "trades", stats->trade_count);
    lg_serve_kwh(out, "energy_kWh", stats->energy_uwh);
    if (stats->trade_count) {
        lg_serve_ct(out, "min_rate_ct_per_kWh", stats->min_rate_uct);
        lg_serve_price(out, "avg_rate_ct_per_kWh", stats->volume_uct, stats->energy_uwh);
        lg_serve_ct(out, "max_rate_ct_per_kWh", stats->max_rate_uct);
    }
    lg_serve_kwh(out, "import_kWh", stats->import_uwh);
    lg_serve_kwh(out, "export_kWh", stats->export_uwh);
    lg_serve_eur(out, "fees_EUR", stats->fee_revenue_uct);
    lg_text_char(out, '}');
}

void lg_serve_do_market(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    const lg_market *market = lg_world_market(s->input.world);
    if (!lg_serve_market_is_theirs(call))
        return;
    uint32_t area = call->number;
    lg_place next = lg_world_next(s->input.world);
    uint32_t slots = s->input.scenario->slot_count;
    lg_moment moment =
        lg_moments_at(s->input.scenario, next.slot < slots ? next.slot : slots - 1, 0);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "market", area);
    lg_reply_str(out, "name", s->input.scenario->site.areas[area].name);
    lg_reply_str(out, "fee_unit", lg_serve_fee_is_constant(s) ? "ct/kWh" : "%");
    write_fee(s, out, "fee_running", lg_market_fee_running(market, area));
    write_fee(s, out, "fee_next", lg_market_fee_next(market, area));
    lg_serve_eur(out, "fees_EUR", lg_market_fees_uct(market, area));
    write_rate(out, "market_maker_rate_ct_per_kWh", moment.market_maker_rate_ct);
    write_rate(out, "feed_in_tariff_rate_ct_per_kWh", moment.feed_in_tariff_rate_ct);
    write_last(s, area, out);
    lg_serve_book_of(s, call->owner, area, out);
    lg_serve_trades(s, call->owner, area, out);
    lg_text_char(out, '}');
    lg_serve_answer(call);
}
