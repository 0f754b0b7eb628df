/* Books and trades of markets. Orders die with their slot, so the book of a market is kept as it
 * stood after the last tick: of the community, and of those that somebody looks at. */
#include <stdlib.h>
#include "app/serve_parts.h"
#include "grid/unit.h"

enum { WATCHED_S = 10, CALM_MS = 200 };

bool lg_serve_books_init(lg_serve *s)
{
    lg_report report = {.seconds = 0};
    lg_world_report(s->input.world, &report);
    for (int i = 0; i < LG_SERVE_BOOKS; i++) {
        lg_serve_book *b = &s->books[i];
        *b = (lg_serve_book){.market = i ? LG_NONE : report.course->community, .slot = LG_NONE};
        for (int side = 0; side < 2; side++) {
            b->side[side] = lg_mem_zalloc(s->mem, LG_SERVE_ORDERS_MAX, sizeof(lg_seen));
            if (!b->side[side])
                return false;
        }
    }
    return true;
}

void lg_serve_books_fini(lg_serve *s)
{
    for (int i = 0; i < LG_SERVE_BOOKS; i++)
        for (int side = 0; side < 2; side++)
            lg_mem_free(s->mem, s->books[i].side[side], LG_SERVE_ORDERS_MAX * sizeof(lg_seen));
}

static void see(const lg_serve *s, lg_serve_book *b)
{
    lg_place next = lg_world_next(s->input.world);
    for (int side = 0; side < 2; side++)
        b->count[side] = lg_market_see(lg_world_market(s->input.world), b->market, (lg_side)side,
                                       true, b->side[side], LG_SERVE_ORDERS_MAX);
    b->slot = next.tick ? next.slot : LG_NONE;
    b->tick = next.tick ? next.tick - 1 : 0;
}

/* The community's is kept for whoever looks next, where that costs little: at a pace that people
 * follow, at the end of steps, else a few times a second. */
static bool is_wanted(lg_serve *s, const lg_serve_book *b, int64_t now_ns)
{
    const lg_helm *helm = s->input.helm;
    if (b->market == LG_NONE)
        return false;
    if (b->asked_ns && now_ns - b->asked_ns < WATCHED_S * INT64_C(1000000000))
        return true;
    if (b != s->books || !lg_web_listeners(s->web, 1u << LG_SERVE_PAGE))
        return false;
    if (helm->steps ? helm->steps <= 2 * (uint64_t)helm->ticks_per_slot
                    : helm->pace.simulated_ms > 0)
        return true;
    if (now_ns - s->kept_ns < CALM_MS * INT64_C(1000000))
        return false;
    s->kept_ns = now_ns;
    return true;
}

void lg_serve_books_keep(lg_serve *s)
{
    int64_t now_ns = lg_loop_now_ns();
    if (lg_world_next(s->input.world).tick == 0)
        return;
    for (int i = 0; i < LG_SERVE_BOOKS; i++)
        if (is_wanted(s, &s->books[i], now_ns))
            see(s, &s->books[i]);
}

static const lg_serve_book *book_of(const lg_serve *s, uint32_t area)
{
    for (int i = 0; i < LG_SERVE_BOOKS; i++)
        if (s->books[i].market == area)
            return &s->books[i];
    return NULL;
}

/* The one of @p area; of those that others look at, the one that was asked for longest ago gives
 * way. */
static lg_serve_book *take_book(lg_serve *s, uint32_t area)
{
    lg_serve_book *oldest = &s->books[1];
    for (int i = 0; i < LG_SERVE_BOOKS; i++) {
        lg_serve_book *b = &s->books[i];
        if (b->market == area)
            return b;
        if (i && b->asked_ns < oldest->asked_ns)
            oldest = b;
    }
    oldest->market = area;
    see(s, oldest);
    return oldest;
}

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

/* @return how many were told */
static uint32_t write_side(const lg_serve *s, lg_serve_book *b, const lg_owner *owner, lg_side side,
                           lg_text *out)
{
    uint32_t told = 0;
    const lg_site *site = &s->input.scenario->site;
    uint32_t kept = b->count[side] < LG_SERVE_ORDERS_MAX ? b->count[side] : LG_SERVE_ORDERS_MAX;
    qsort(b->side[side], kept, sizeof(lg_seen), side == LG_BID ? by_rate_down : by_rate_up);
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < kept; i++) {
        const lg_seen *order = &b->side[side][i];
        if (!lg_control_owns_asset(s->input.control, owner, order->asset))
            continue;
        lg_text_str(out, told++ ? ",{" : "{");
        lg_reply_str(out, "asset", site->assets[order->asset].name);
        if (order->from != b->market)
            lg_reply_str(out, "waits_in", site->areas[order->from].name);
        lg_serve_ct(out, "rate_ct_per_kWh", order->rate_uct);
        if (order->energy_uwh < LG_UNLIMITED_UWH)
            lg_serve_kwh(out, "energy_kWh", order->energy_uwh);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
    return told;
}

void lg_serve_book_of(lg_serve *s, const lg_owner *owner, uint32_t area, lg_text *out)
{
    lg_serve_book *b = take_book(s, area);
    b->asked_ns = lg_loop_now_ns();
    if (lg_world_next(s->input.world).tick > 0) /* else what was kept before the slot closed */
        see(s, b);
    lg_reply_key(out, "book");
    lg_text_char(out, '{');
    if (b->slot != LG_NONE) {
        lg_reply_int(out, "slot", b->slot);
        lg_reply_int(out, "tick", b->tick);
    }
    bool all = !owner || owner->organiser;
    lg_reply_key(out, "bids");
    uint32_t bids = write_side(s, b, owner, LG_BID, out);
    lg_reply_key(out, "offers");
    uint32_t offers = write_side(s, b, owner, LG_OFFER, out);
    lg_reply_int(out, "bid_count", all ? b->count[LG_BID] : bids);
    lg_reply_int(out, "offer_count", all ? b->count[LG_OFFER] : offers);
    lg_text_char(out, '}');
}

/* Of whom an owner traded with nothing is told, of others' trades nothing at all. */
static void write_deal(const lg_serve *s, const lg_owner *owner, const lg_serve_deal *deal,
                       lg_text *out)
{
    const lg_site *site = &s->input.scenario->site;
    bool sells = lg_control_owns_asset(s->input.control, owner, deal->seller);
    bool buys = lg_control_owns_asset(s->input.control, owner, deal->buyer);
    lg_text_char(out, '{');
    lg_reply_int(out, "tick", deal->tick);
    if (sells)
        lg_reply_str(out, "seller", site->assets[deal->seller].name);
    if (buys)
        lg_reply_str(out, "buyer", site->assets[deal->buyer].name);
    lg_serve_kwh(out, "energy_kWh", deal->energy_uwh);
    lg_serve_ct(out, "rate_ct_per_kWh", deal->rate_uct);
    if (sells)
        lg_serve_ct(out, "offer_rate_ct_per_kWh", deal->offer_rate_uct);
    if (buys)
        lg_serve_ct(out, "bid_rate_ct_per_kWh", deal->bid_rate_uct);
    lg_text_char(out, '}');
}

void lg_serve_trades(const lg_serve *s, const lg_owner *owner, uint32_t area, lg_text *out)
{
    lg_place next = lg_world_next(s->input.world);
    const lg_serve_book *book = book_of(s, area);
    uint32_t wanted = book && book->slot != LG_NONE ? book->slot
                      : next.tick                   ? next.slot
                                                    : next.slot - 1;
    const lg_serve_deals *deals = s->deals[0].slot == wanted ? &s->deals[0] : &s->deals[1];
    uint32_t count = 0;
    lg_reply_key(out, "trades");
    lg_text_char(out, '[');
    for (uint32_t i = deals->slot == wanted ? deals->count : 0; i-- > 0;) {
        const lg_serve_deal *deal = &deals->items[i];
        if (deal->market != area ||
            (!lg_control_owns_asset(s->input.control, owner, deal->seller) &&
             !lg_control_owns_asset(s->input.control, owner, deal->buyer)))
            continue;
        if (count++ >= LG_SERVE_ROWS_MAX)
            continue;
        if (count > 1)
            lg_text_char(out, ',');
        write_deal(s, owner, deal, out);
    }
    lg_text_char(out, ']');
    lg_reply_int(out, "trade_count", count);
}
