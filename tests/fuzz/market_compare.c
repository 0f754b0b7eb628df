/* One market case through the engine and through the naive market, compared after every operation.
 *
 * Order ids are not compared, for the two may count differently; which order is meant is: the
 * trades name the original rates and what is left, and the open orders are compared by rate and
 * energy. */
#include "fuzz/market_case.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include "fuzz/naive_market.h"
#include "grid/unit.h"

enum { TRADES_MAX = 4096, ORDERS_MAX = 512 };

typedef struct seen_trade {
    lg_trade trade;
    lg_leg legs[2 * LG_DEPTH_MAX + 2];
} seen_trade;

typedef struct run {
    const market_case *c;
    FILE *out;
    lg_market *engine;
    naive_market *naive;
    uint32_t slot, tick;
    uint32_t op;      /* index, for messages */
    seen_trade *seen; /* the engine's trades of this slot */
    uint32_t seen_count;
    uint32_t compared; /* of them */
} run;

static bool differ(run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Says what differs; false, so that a check can return it. */
static bool differ(run *r, const char *format, ...)
{
    if (!r->out)
        return false;
    va_list args;
    va_start(args, format);
    fprintf(r->out, "operation %" PRIu32 ", slot %" PRIu32 " tick %" PRIu32 ": ", r->op, r->slot,
            r->tick);
    vfprintf(r->out, format, args);
    fputc('\n', r->out);
    va_end(args);
    return false;
}

static void on_trade(void *ctx, const lg_trade *trade)
{
    run *r = ctx;
    LG_ASSERT(r->seen_count < TRADES_MAX && trade->leg_count <= 2 * LG_DEPTH_MAX + 2);
    seen_trade *seen = &r->seen[r->seen_count++];
    seen->trade = *trade;
    memcpy(seen->legs, trade->legs, trade->leg_count * sizeof *seen->legs);
}

static void print_trade(FILE *out, const char *who, const lg_trade *t)
{
    fprintf(out,
            "  %s: tick %" PRIu32 " A%" PRIu32 " a%" PRIu32 " -> a%" PRIu32 " %" PRId64
            " uWh, offer @ %" PRId64 " left %" PRId64 ", bid @ %" PRId64 " left %" PRId64
            ", paid %" PRId64 " earned %" PRId64 " fees %" PRId64 " rounding %" PRId64 "\n",
            who, t->tick, t->market, t->seller, t->buyer, t->energy_uwh, t->offer_rate_uct,
            t->offer_left_uwh, t->bid_rate_uct, t->bid_left_uwh, t->paid_uct, t->earned_uct,
            t->fees_uct, t->rounding_uct);
}

static bool same_legs(const seen_trade *a, const naive_trade *b)
{
    for (uint32_t i = 0; i < a->trade.leg_count; i++) {
        const lg_leg *x = &a->legs[i], *y = &b->legs[i];
        if (x->area != y->area || x->rate_uct != y->rate_uct ||
            x->fee_rate_uct != y->fee_rate_uct || x->price_uct != y->price_uct ||
            x->fee_uct != y->fee_uct)
            return false;
    }
    return true;
}

static bool same_trade(const seen_trade *seen, const naive_trade *done)
{
    const lg_trade *a = &seen->trade, *b = &done->trade;
    return a->id == b->id && a->slot == b->slot && a->tick == b->tick && a->market == b->market &&
           a->slot_start_ms == b->slot_start_ms && a->time_ms == b->time_ms &&
           a->seller == b->seller && a->buyer == b->buyer && a->energy_uwh == b->energy_uwh &&
           a->offer_rate_uct == b->offer_rate_uct && a->bid_rate_uct == b->bid_rate_uct &&
           a->offer_left_uwh == b->offer_left_uwh && a->bid_left_uwh == b->bid_left_uwh &&
           a->paid_uct == b->paid_uct && a->earned_uct == b->earned_uct &&
           a->fees_uct == b->fees_uct && a->rounding_uct == b->rounding_uct &&
           a->paid_uct == a->earned_uct + a->fees_uct + a->rounding_uct &&
           a->leg_count == b->leg_count && same_legs(seen, done);
}

/** All trades of the slot up to now. */
static bool compare_trades(run *r)
{
    uint32_t first = r->compared;
    uint32_t n = r->seen_count > r->naive->trade_count ? r->seen_count : r->naive->trade_count;
    for (uint32_t i = first; i < n; i++) {
        bool engine = i < r->seen_count, naive = i < r->naive->trade_count;
        if (engine && naive && same_trade(&r->seen[i], &r->naive->trades[i]))
            continue;
        differ(r, "trade %" PRIu32 " of the slot", i);
        for (uint32_t j = first; r->out && j < r->seen_count && j <= i + 2; j++)
            print_trade(r->out, "engine", &r->seen[j].trade);
        for (uint32_t j = first; r->out && j < r->naive->trade_count && j <= i + 2; j++)
            print_trade(r->out, "naive ", &r->naive->trades[j].trade);
        return false;
    }
    r->compared = n;
    return true;
}

static bool compare_positions(run *r)
{
    for (uint32_t i = 0; i < r->c->site.asset_count; i++) {
        const lg_position *a = lg_market_position(r->engine, i), *b = &r->naive->positions[i];
        if (a->buy_uwh != b->buy_uwh || a->sell_uwh != b->sell_uwh ||
            a->bought_uwh != b->bought_uwh || a->sold_uwh != b->sold_uwh ||
            a->offered_buy_uwh != b->offered_buy_uwh ||
            a->offered_sell_uwh != b->offered_sell_uwh || a->paid_uct != b->paid_uct ||
            a->earned_uct != b->earned_uct)
            return differ(r,
                          "position of a%" PRIu32 ": engine (naive) bought %" PRId64 " (%" PRId64
                          ") sold %" PRId64 " (%" PRId64 ") offered to buy %" PRId64 " (%" PRId64
                          ") to sell %" PRId64 " (%" PRId64 ") paid %" PRId64 " (%" PRId64
                          ") earned %" PRId64 " (%" PRId64 ")",
                          i, a->bought_uwh, b->bought_uwh, a->sold_uwh, b->sold_uwh,
                          a->offered_buy_uwh, b->offered_buy_uwh, a->offered_sell_uwh,
                          b->offered_sell_uwh, a->paid_uct, b->paid_uct, a->earned_uct,
                          b->earned_uct);
    }
    return true;
}

/** By rate, then by energy: which of an asset's orders is listed first is not compared. */
static void sort_orders(lg_order *orders, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t j = i; j > 0; j--) {
            lg_order *a = &orders[j - 1], *b = &orders[j];
            if (a->rate_uct < b->rate_uct ||
                (a->rate_uct == b->rate_uct && a->energy_uwh <= b->energy_uwh))
                break;
            lg_order swapped = *a;
            *a = *b;
            *b = swapped;
        }
}

static bool compare_orders(run *r)
{
    static lg_order a[ORDERS_MAX], b[ORDERS_MAX];
    for (uint32_t i = 0; i < 2 * r->c->site.asset_count; i++) {
        lg_side side = i & 1 ? LG_OFFER : LG_BID;
        uint32_t n = lg_market_orders(r->engine, i / 2, side, a, ORDERS_MAX);
        uint32_t m = naive_market_orders(r->naive, i / 2, side, b, ORDERS_MAX);
        if (n != m)
            return differ(r,
                          "a%" PRIu32 " has %" PRIu32 " open orders of side %d (naive %" PRIu32 ")",
                          i / 2, n, (int)side, m);
        sort_orders(a, n < ORDERS_MAX ? n : ORDERS_MAX);
        sort_orders(b, n < ORDERS_MAX ? n : ORDERS_MAX);
        for (uint32_t j = 0; j < n && j < ORDERS_MAX; j++)
            if (a[j].energy_uwh != b[j].energy_uwh || a[j].rate_uct != b[j].rate_uct)
                return differ(r,
                              "open order %" PRIu32 " of a%" PRIu32 " side %d: %" PRId64
                              " @ %" PRId64 " (naive %" PRId64 " @ %" PRId64 ")",
                              j, i / 2, (int)side, a[j].energy_uwh, a[j].rate_uct, b[j].energy_uwh,
                              b[j].rate_uct);
    }
    return true;
}

/** Whether the engine's bill @p a of asset or area @p index is the naive one. */
static bool compare_bill(run *r, const char *whose, uint32_t index, const lg_bill *a,
                         const lg_bill *b)
{
    if (a->bought_uwh == b->bought_uwh && a->sold_uwh == b->sold_uwh &&
        a->spent_uct == b->spent_uct && a->earned_uct == b->earned_uct &&
        a->market_fee_uct == b->market_fee_uct)
        return true;
    return differ(r,
                  "bill of %s%" PRIu32 ": engine (naive) bought %" PRId64 " (%" PRId64
                  ") sold %" PRId64 " (%" PRId64 ") spent %" PRId64 " (%" PRId64 ") earned %" PRId64
                  " (%" PRId64 ") fee %" PRId64 " (%" PRId64 ")",
                  whose, index, a->bought_uwh, b->bought_uwh, a->sold_uwh, b->sold_uwh,
                  a->spent_uct, b->spent_uct, a->earned_uct, b->earned_uct, a->market_fee_uct,
                  b->market_fee_uct);
}

/** Bills, fees and rounding after a slot; each market's table must balance, with what rounding left
 * there. */
static bool compare_bills(run *r)
{
    for (uint32_t i = 0; i < r->c->site.asset_count; i++)
        if (!compare_bill(r, "a", i, &lg_market_account(r->engine, i)->bill,
                          &r->naive->asset_bills[i]))
            return false;
    for (uint32_t i = 0; i < r->c->site.area_count; i++) {
        const lg_bill *external = lg_market_external_bill(r->engine, i);
        lg_bill inside = lg_market_accumulated_bill(r->engine, i);
        if (!compare_bill(r, "A", i, lg_market_area_bill(r->engine, i), &r->naive->area_bills[i]) ||
            !compare_bill(r, "the outside of A", i, external, &r->naive->external_bills[i]))
            return false;
        if (inside.bought_uwh + external->bought_uwh != inside.sold_uwh + external->sold_uwh ||
            inside.spent_uct + external->spent_uct !=
                inside.earned_uct + external->earned_uct + lg_market_rounding_uct(r->engine, i) ||
            inside.market_fee_uct + external->market_fee_uct != lg_market_fees_uct(r->engine, i))
            return differ(r, "the bills of A%" PRIu32 " do not balance", i);
        if (lg_market_fees_uct(r->engine, i) != r->naive->fees_uct[i])
            return differ(r, "fees of A%" PRIu32 ": %" PRId64 " (naive %" PRId64 ")", i,
                          lg_market_fees_uct(r->engine, i), r->naive->fees_uct[i]);
        if (lg_market_rounding_uct(r->engine, i) != r->naive->rounding_uct[i])
            return differ(r, "rounding of A%" PRIu32 ": %" PRId64 " (naive %" PRId64 ")", i,
                          lg_market_rounding_uct(r->engine, i), r->naive->rounding_uct[i]);
    }
    return true;
}

static bool open_slot(run *r)
{
    const lg_caps *caps = r->c->caps[r->slot % MARKET_CASE_SLOTS];
    int64_t start_ms = INT64_C(1717372800000) + (int64_t)r->slot * r->c->rules.slot_ms;
    r->tick = r->seen_count = r->compared = 0;
    lg_status a = lg_market_open_slot(r->engine, r->slot, start_ms, caps);
    lg_status b = naive_market_open_slot(r->naive, r->slot, start_ms, caps);
    return a == b || differ(r, "open slot: status %d (naive %d)", (int)a, (int)b);
}

static bool next_slot(run *r, bool open)
{
    lg_status a = lg_market_close_slot(r->engine), b = naive_market_close_slot(r->naive);
    if (a != b)
        return differ(r, "close slot: status %d (naive %d)", (int)a, (int)b);
    if (!compare_bills(r))
        return false;
    r->slot++;
    return !open || open_slot(r);
}

static bool place(run *r, const market_op *op)
{
    lg_placed x = {0}, y = {0};
    lg_status a = lg_market_place(r->engine, op->target, op->side, op->energy_uwh, op->rate_uct,
                                  op->replace, &x);
    lg_status b = naive_market_place(r->naive, op->target, op->side, op->energy_uwh, op->rate_uct,
                                     op->replace, &y);
    if (a != b)
        return differ(r, "place: status %d (naive %d)", (int)a, (int)b);
    return a != LG_ENERGY || (x.asked_uwh == y.asked_uwh && x.allowed_uwh == y.allowed_uwh) ||
           differ(r,
                  "refused: asked %" PRId64 " allowed %" PRId64 " (naive %" PRId64 ", %" PRId64 ")",
                  x.asked_uwh, x.allowed_uwh, y.asked_uwh, y.allowed_uwh);
}

static bool cancel(run *r, const market_op *op)
{
    static lg_order mine[ORDERS_MAX], theirs[ORDERS_MAX];
    uint64_t engine_id = 0, naive_id = 0;
    if (op->which) { /* an id that exists, or one that never did */
        uint32_t n = lg_market_orders(r->engine, op->target, op->side, mine, ORDERS_MAX);
        naive_market_orders(r->naive, op->target, op->side, theirs, ORDERS_MAX);
        LG_ASSERT(n <= ORDERS_MAX);
        sort_orders(mine, n);
        sort_orders(theirs, n);
        engine_id = op->which <= n ? mine[op->which - 1].id : UINT64_MAX;
        naive_id = op->which <= n ? theirs[op->which - 1].id : UINT64_MAX;
    }
    uint32_t x = 0, y = 0;
    lg_status a = lg_market_cancel(r->engine, op->target, op->side, engine_id, &x);
    lg_status b = naive_market_cancel(r->naive, op->target, op->side, naive_id, &y);
    return (a == b && x == y) || differ(r, "cancel: status %d, %" PRIu32 " (naive %d, %" PRIu32 ")",
                                        (int)a, x, (int)b, y);
}

static bool tick(run *r)
{
    if (r->tick == r->c->rules.ticks_per_slot && !next_slot(r, true))
        return false;
    lg_status a = lg_market_tick(r->engine, r->tick), b = naive_market_tick(r->naive, r->tick);
    if (a != b)
        return differ(r, "tick: status %d (naive %d)", (int)a, (int)b);
    if (!compare_trades(r))
        return false;
    r->tick++;
    return true;
}

static bool set_fee(run *r, const market_op *op)
{
    lg_fee_kind kind = r->c->rules.fee_kind;
    lg_status a = kind == LG_FEE_CONSTANT
                      ? lg_market_set_fee_constant(r->engine, op->target, op->rate_uct)
                      : lg_market_set_fee_percentage(r->engine, op->target, op->rate_uct);
    lg_status b = naive_market_set_fee(r->naive, op->target, kind, op->rate_uct);
    return a == b || differ(r, "set fee: status %d (naive %d)", (int)a, (int)b);
}

static bool turn_switch(run *r, const market_op *op)
{
    bool root = op->which == 0 && r->c->areas[op->target].parent == LG_NONE;
    lg_status status;
    if (op->which == 0) {
        status = lg_market_set_connected(r->engine, op->target, op->replace);
        if (!root)
            naive_market_set_connected(r->naive, op->target, op->replace);
    } else if (op->which == 1) {
        status = lg_market_set_enabled(r->engine, op->target, op->replace);
        naive_market_set_enabled(r->naive, op->target, op->replace);
    } else {
        status = lg_market_set_asset_enabled(r->engine, op->target, op->replace);
        naive_market_set_asset_enabled(r->naive, op->target, op->replace);
    }
    return status == (root ? LG_UNSUPPORTED : LG_OK) || differ(r, "switch: status %d", (int)status);
}

static bool perform(run *r, const market_op *op)
{
    switch (op->kind) {
    case OP_PLACE:
        return place(r, op);
    case OP_CANCEL:
        return cancel(r, op);
    case OP_TICK:
        return tick(r);
    case OP_SLOT:
        return next_slot(r, true);
    case OP_FEE:
        return set_fee(r, op);
    case OP_SWITCH:
        return turn_switch(r, op);
    }
    return false;
}

bool market_case_live = false;

bool market_case_agree(const market_case *c, FILE *out)
{
    static seen_trade seen[TRADES_MAX];
    run r = {.c = c, .out = out, .seen = seen};
    lg_market_sink sink = {.ctx = &r, .trade = on_trade};
    r.engine = lg_market_new(lg_mem_system(), &c->site, &c->rules, &sink);
    r.naive = naive_market_new(&c->site, &c->rules);
    LG_ASSERT(r.engine);
    r.naive->frozen = !market_case_live;
    bool same = open_slot(&r);
    for (r.op = 0; same && r.op < c->op_count; r.op++)
        same = perform(&r, &c->ops[r.op]) && compare_positions(&r) && compare_orders(&r);
    same = same && next_slot(&r, false);
    lg_market_free(r.engine);
    naive_market_free(r.naive);
    return same;
}

void market_case_minimise(market_case *c)
{
    static market_case trial;
    bool shorter = true;
    while (shorter) {
        shorter = false;
        for (uint32_t i = c->op_count; i-- > 0;) {
            trial = *c;
            trial.site.areas = trial.areas;
            trial.site.assets = trial.assets;
            memmove(&trial.ops[i], &trial.ops[i + 1], (trial.op_count - i - 1) * sizeof *trial.ops);
            trial.op_count--;
            if (market_case_agree(&trial, NULL))
                continue;
            memcpy(c->ops, trial.ops, sizeof c->ops);
            c->op_count = trial.op_count;
            shorter = true;
        }
    }
}
