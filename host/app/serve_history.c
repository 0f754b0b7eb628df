/* What was in each slot that has closed: of a market, and of an asset. */
#include <math.h>
#include "app/moments.h"
#include "app/serve_parts.h"
#include "base/clock.h"
#include "grid/unit.h"

typedef struct column {
    const char *name;
    size_t offset; /* of an int64_t in lg_history_market */
    int decimals;
    bool rate; /* null without trades */
} column;

static const column columns[] = {
    {"energy_kWh", offsetof(lg_history_market, energy_uwh), 9, false},
    {"import_kWh", offsetof(lg_history_market, import_uwh), 9, false},
    {"export_kWh", offsetof(lg_history_market, export_uwh), 9, false},
    {"min_rate_ct_per_kWh", offsetof(lg_history_market, min_uct), 6, true},
    {"avg_rate_ct_per_kWh", offsetof(lg_history_market, mean_uct), 6, true},
    {"max_rate_ct_per_kWh", offsetof(lg_history_market, max_uct), 6, true},
};

static void write_column(const lg_serve *s, const column *c, uint32_t area, uint32_t from,
                         uint32_t end, lg_text *out)
{
    lg_reply_key(out, c->name);
    lg_text_char(out, '[');
    for (uint32_t i = from; i < end; i++) {
        const lg_history_market *row = lg_history_market_at(&s->history, i, area);
        if (i > from)
            lg_text_char(out, ',');
        if (c->rate && !row->trades)
            lg_text_str(out, "null");
        else
            lg_text_fixed(out, *(const int64_t *)((const char *)row + c->offset), c->decimals);
    }
    lg_text_char(out, ']');
}

static void write_fees(const lg_serve *s, uint32_t area, uint32_t from, uint32_t end, lg_text *out)
{
    lg_reply_key(out, "fee");
    lg_text_char(out, '[');
    for (uint32_t i = from; i < end; i++) {
        if (i > from)
            lg_text_char(out, ',');
        lg_text_fixed(out, lg_history_market_at(&s->history, i, area)->fee,
                      lg_serve_fee_is_constant(s) ? 6 : 7);
    }
    lg_text_char(out, ']');
}

static void write_utility(const lg_serve *s, bool maker, uint32_t from, uint32_t end, lg_text *out)
{
    lg_reply_key(out, maker ? "market_maker_rate_ct_per_kWh" : "feed_in_tariff_rate_ct_per_kWh");
    lg_text_char(out, '[');
    for (uint32_t i = from; i < end; i++) {
        lg_moment moment = lg_moments_at(s->input.scenario, i, 0);
        if (i > from)
            lg_text_char(out, ',');
        lg_text_double(out, maker ? moment.market_maker_rate_ct : moment.feed_in_tariff_rate_ct);
    }
    lg_text_char(out, ']');
}

static int64_t uct_of(double ct)
{
    int64_t uct;
    return isnan(ct) || !lg_uct_from_ct(ct, &uct) ? LG_UTILITY_NONE : uct;
}

static lg_utility_rates utility_at(const lg_serve *s, uint32_t slot, uint32_t area)
{
    const lg_site *site = &s->input.scenario->site;
    lg_moment moment = lg_moments_at(s->input.scenario, slot, 0);
    const lg_utility_rates own = {.asks_uct = uct_of(moment.market_maker_rate_ct),
                                  .pays_uct = uct_of(moment.feed_in_tariff_rate_ct)};
    int64_t sum = 0;
    for (uint32_t at = area; at != LG_NONE; at = site->areas[at].parent)
        sum = lg_add(sum, lg_history_market_at(&s->history, slot, at)->fee);
    return lg_utility_seen(own, lg_serve_fee_is_constant(s),
                           lg_history_market_at(&s->history, slot, area)->fee, sum);
}

static void write_utility_here(const lg_serve *s, bool asks, uint32_t area, uint32_t from,
                               uint32_t end, lg_text *out)
{
    lg_reply_key(out, asks ? "utility_asks_ct_per_kWh" : "utility_pays_ct_per_kWh");
    lg_text_char(out, '[');
    for (uint32_t i = from; i < end; i++) {
        lg_utility_rates here = utility_at(s, i, area);
        int64_t rate = asks ? here.asks_uct : here.pays_uct;
        if (i > from)
            lg_text_char(out, ',');
        if (rate == LG_UTILITY_NONE)
            lg_text_str(out, "null");
        else
            lg_text_fixed(out, rate, 6);
    }
    lg_text_char(out, ']');
}

/* The slots that are asked for and still known: [*from, *end). */
static void range_of(const lg_serve_call *call, uint32_t *from, uint32_t *end)
{
    const lg_history *h = &call->serve->history;
    *from = lg_serve_query(call, "from", h->first);
    *end = lg_serve_query(call, "to", h->end);
    *from = *from < h->first ? h->first : *from;
    *end = *end > h->end ? h->end : *end;
    *from = *from > *end ? *end : *from;
}

static void write_range(const lg_serve *s, uint32_t from, uint32_t end, lg_text *out)
{
    char time[32];
    lg_clock_format(s->input.scenario->start_ms + from * s->input.scenario->rules.slot_ms, time);
    lg_reply_int(out, "first_slot", from);
    lg_reply_int(out, "slots", end - from);
    lg_reply_str(out, "start", time);
    lg_reply_int(out, "slot_seconds", s->input.scenario->rules.slot_ms / 1000);
}

void lg_serve_do_market_history(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    uint32_t from, end;
    if (!lg_serve_market_is_theirs(call))
        return;
    range_of(call, &from, &end);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "market", call->number);
    write_range(s, from, end, out);
    lg_reply_str(out, "fee_unit", lg_serve_fee_is_constant(s) ? "ct/kWh" : "%");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        write_column(s, &columns[i], call->number, from, end, out);
    write_fees(s, call->number, from, end, out);
    write_utility(s, true, from, end, out);
    write_utility(s, false, from, end, out);
    write_utility_here(s, true, call->number, from, end, out);
    write_utility_here(s, false, call->number, from, end, out);
    lg_text_char(out, '}');
    lg_serve_answer(call);
}

void lg_serve_do_asset_history(lg_serve_call *call)
{
    static const struct {
        const char *name;
        size_t offset;
    } series[] = {{"bought_kWh", offsetof(lg_history_asset, bought_uwh)},
                  {"sold_kWh", offsetof(lg_history_asset, sold_uwh)},
                  {"stored_kWh", offsetof(lg_history_asset, stored_uwh)}};
    lg_serve *s = call->serve;
    uint32_t from, end;
    if (call->number >= s->input.scenario->site.asset_count) {
        lg_serve_refuse(call, 404, "not_found", "there is no asset %u", call->number);
        return;
    }
    if (!lg_control_owns_asset(s->input.control, call->owner, call->number)) {
        lg_serve_refuse(call, 403, "foreign", "the asset \"%.100s\" is not yours",
                        s->input.scenario->site.assets[call->number].name);
        return;
    }
    range_of(call, &from, &end);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "asset", call->number);
    write_range(s, from, end, out);
    for (size_t k = 0; k < sizeof series / sizeof *series; k++) {
        lg_reply_key(out, series[k].name);
        lg_text_char(out, '[');
        for (uint32_t i = from; i < end; i++) {
            const lg_history_asset *row = lg_history_asset_at(&s->history, i, call->number);
            if (i > from)
                lg_text_char(out, ',');
            lg_text_fixed(out, *(const int64_t *)((const char *)row + series[k].offset), 9);
        }
        lg_text_char(out, ']');
    }
    lg_text_char(out, '}');
    lg_serve_answer(call);
}
