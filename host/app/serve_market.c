/* One market: its last slot, its book, the trades of the running slot, and its history. */
#include <stdlib.h>
#include "app/moments.h"
#include "app/serve_parts.h"
#include "base/clock.h"
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

static bool is_constant(const lg_serve *s)
{
    return s->input.scenario->rules.fee_kind == LG_FEE_CONSTANT;
}

/* ct/kWh, or percent: micro-cents have 6 decimals, parts per billion of percent 7. */
static void write_fee(const lg_serve *s, lg_text *out, const char *key, int64_t fee)
{
    lg_serve_fixed(out, key, fee, is_constant(s) ? 6 : 7);
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
        lg_serve_ct(out, "avg_rate_ct_per_kWh", stats->avg_rate_uct);
        lg_serve_ct(out, "max_rate_ct_per_kWh", stats->max_rate_uct);
    }
    lg_serve_kwh(out, "import_kWh", stats->import_uwh);
    lg_serve_kwh(out, "export_kWh", stats->export_uwh);
    lg_serve_eur(out, "fees_EUR", stats->fee_revenue_uct);
    lg_text_char(out, '}');
}

/* ---- the book ---- */

static int by_rate_up(const void *a, const void *b)
{
    const lg_seen *x = a, *y = b;
    return x->rate_uct != y->rate_uct ? (x->rate_uct < y->rate_uct ? -1 : 1)
           : x->asset != y->asset     ? (x->asset < y->asset ? -1 : 1)
                                      : 0;
}

static int by_rate_down(const void *a, const void *b)
{
    return by_rate_up(b, a);
}

static void write_side(lg_serve *s, lg_side side, lg_text *out)
{
    lg_serve_book *b = &s->book;
    const lg_site *site = &s->input.scenario->site;
    uint32_t kept = b->count[side] < LG_SERVE_ORDERS_MAX ? b->count[side] : LG_SERVE_ORDERS_MAX;
    qsort(b->side[side], kept, sizeof(lg_seen), side == LG_BID ? by_rate_down : by_rate_up);
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < kept; i++) {
        const lg_seen *order = &b->side[side][i];
        lg_text_str(out, i ? ",{" : "{");
        lg_reply_str(out, "asset", site->assets[order->asset].name);
        if (order->from != b->market)
            lg_reply_str(out, "waits_in", site->areas[order->from].name);
        lg_serve_ct(out, "rate_ct_per_kWh", order->rate_uct);
        if (order->energy_uwh < LG_UNLIMITED_UWH)
            lg_serve_kwh(out, "energy_kWh", order->energy_uwh);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

static void look_at_book(lg_serve *s, uint32_t area)
{
    lg_place next = lg_world_next(s->input.world);
    lg_serve_book *b = &s->book;
    s->asked_ns = lg_loop_now_ns();
    bool running = next.tick > 0;
    if (b->market == area && !running)
        return; /* what was kept before the slot closed */
    b->market = area;
    b->slot = running ? next.slot : LG_NONE;
    b->tick = running ? next.tick - 1 : 0;
    for (int side = 0; side < 2; side++)
        b->count[side] = lg_market_see(lg_world_market(s->input.world), area, (lg_side)side, true,
                                       b->side[side], LG_SERVE_ORDERS_MAX);
}

static void write_book(lg_serve *s, uint32_t area, lg_text *out)
{
    look_at_book(s, area);
    lg_reply_key(out, "book");
    lg_text_char(out, '{');
    if (s->book.slot != LG_NONE) {
        lg_reply_int(out, "slot", s->book.slot);
        lg_reply_int(out, "tick", s->book.tick);
    }
    lg_reply_int(out, "bid_count", s->book.count[LG_BID]);
    lg_reply_int(out, "offer_count", s->book.count[LG_OFFER]);
    lg_reply_key(out, "bids");
    write_side(s, LG_BID, out);
    lg_reply_key(out, "offers");
    write_side(s, LG_OFFER, out);
    lg_text_char(out, '}');
}

/* ---- trades ---- */

static void write_trades(lg_serve *s, uint32_t area, lg_text *out)
{
    lg_place next = lg_world_next(s->input.world);
    const lg_site *site = &s->input.scenario->site;
    uint32_t wanted = s->book.market == area && s->book.slot != LG_NONE
                          ? s->book.slot
                          : (next.tick ? next.slot : next.slot - 1);
    const lg_serve_deals *deals = s->deals[0].slot == wanted ? &s->deals[0] : &s->deals[1];
    uint32_t told = 0;
    lg_reply_key(out, "trades");
    lg_text_char(out, '[');
    for (uint32_t i = 0; deals->slot == wanted && i < deals->count; i++) {
        const lg_serve_deal *deal = &deals->items[i];
        if (deal->market != area || told == LG_SERVE_ROWS_MAX)
            continue;
        lg_text_str(out, told++ ? ",{" : "{");
        lg_reply_int(out, "tick", deal->tick);
        lg_reply_str(out, "seller", site->assets[deal->seller].name);
        lg_reply_str(out, "buyer", site->assets[deal->buyer].name);
        lg_serve_kwh(out, "energy_kWh", deal->energy_uwh);
        lg_serve_ct(out, "rate_ct_per_kWh", deal->rate_uct);
        lg_serve_ct(out, "offer_rate_ct_per_kWh", deal->offer_rate_uct);
        lg_serve_ct(out, "bid_rate_ct_per_kWh", deal->bid_rate_uct);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

void lg_serve_do_market(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    const lg_market *market = lg_world_market(s->input.world);
    if (!known(call))
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
    lg_reply_str(out, "fee_unit", is_constant(s) ? "ct/kWh" : "%");
    write_fee(s, out, "fee_running", lg_market_fee_running(market, area));
    write_fee(s, out, "fee_next", lg_market_fee_next(market, area));
    lg_serve_eur(out, "fees_EUR", lg_market_fees_uct(market, area));
    write_rate(out, "market_maker_rate_ct_per_kWh", moment.market_maker_rate_ct);
    write_rate(out, "feed_in_tariff_rate_ct_per_kWh", moment.feed_in_tariff_rate_ct);
    write_last(s, area, out);
    write_book(s, area, out);
    write_trades(s, area, out);
    lg_text_char(out, '}');
    lg_serve_answer(call);
}

/* ---- history ---- */

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
    {"avg_rate_ct_per_kWh", offsetof(lg_history_market, avg_uct), 6, true},
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
        lg_text_fixed(out, lg_history_market_at(&s->history, i, area)->fee, is_constant(s) ? 6 : 7);
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
    if (!known(call))
        return;
    range_of(call, &from, &end);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "market", call->number);
    write_range(s, from, end, out);
    lg_reply_str(out, "fee_unit", is_constant(s) ? "ct/kWh" : "%");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        write_column(s, &columns[i], call->number, from, end, out);
    write_fees(s, call->number, from, end, out);
    write_utility(s, true, from, end, out);
    write_utility(s, false, from, end, out);
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
