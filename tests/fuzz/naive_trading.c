/* The rules of the intraday market, said with loops over all orders. */
#include "fuzz/naive_trading.h"

#include <stdio.h>
#include <string.h>

static bool is_open(const naive_order *o)
{
    return o->state == LG_TRADING_ACTIVE || o->state == LG_TRADING_HIBERNATE;
}

static int64_t room(const naive_trading *n, int from, int to)
{
    if (from == to)
        return INT64_MAX;
    if (!n->linked)
        return 0;
    return n->capacity[from] - (from == 0 ? n->flow : -n->flow);
}

/* Energy that can pass between two orders. */
static int64_t passes(const naive_trading *n, const naive_order *a, const naive_order *b)
{
    return a->side == LG_TRADING_BUY ? room(n, b->area, a->area) : room(n, a->area, b->area);
}

static bool crosses(const naive_order *in, const naive_order *o)
{
    return in->side != o->side &&
           (in->side == LG_TRADING_BUY ? o->price <= in->price : o->price >= in->price);
}

/* The resting order that @p in meets next, of those not @p passed. */
static naive_order *next_of(naive_trading *n, const naive_order *in, const bool *passed)
{
    naive_order *best = NULL;
    for (int i = 0; i < n->count; i++) {
        naive_order *o = &n->orders[i];
        if (!o->resting || passed[i] || !crosses(in, o) || passes(n, in, o) <= 0)
            continue;
        bool better =
            !best || (in->side == LG_TRADING_BUY ? o->price < best->price : o->price > best->price);
        if (better || (o->price == best->price && o->seq < best->seq))
            best = o;
    }
    return best;
}

static void show(naive_trading *n, naive_order *o)
{
    o->seq = n->seq++;
    o->resting = true;
    o->shown = o->type == LG_TRADING_ICEBERG && o->display < o->open ? o->display : o->open;
}

static void reduce(naive_trading *n, naive_order *o, int64_t quantity)
{
    o->open -= quantity;
    if (o->open == 0) {
        o->state = LG_TRADING_FILLED;
        o->resting = false;
        return;
    }
    if (!o->resting)
        return;
    o->shown -= quantity;
    if (o->shown)
        return;
    int64_t price = o->side == LG_TRADING_BUY ? o->price - o->delta : o->price + o->delta;
    if (price >= -LG_TRADING_PRICE_MAX && price <= LG_TRADING_PRICE_MAX)
        o->price = price;
    show(n, o);
}

static void touch(naive_trading *n, int area, int64_t price)
{
    n->last[area] = price;
    n->low[area] = price < n->low[area] ? price : n->low[area];
    n->high[area] = price > n->high[area] ? price : n->high[area];
}

static void trade(naive_trading *n, naive_order *in, naive_order *o, int64_t quantity)
{
    int64_t price = in->resting && in->seq < o->seq ? in->price : o->price;
    const naive_order *buy = in->side == LG_TRADING_BUY ? in : o;
    const naive_order *sell = buy == in ? o : in;
    size_t length = strlen(n->text);
    snprintf(n->text + length, n->text_size - length, "%lld@%lld ", (long long)quantity,
             (long long)price);
    n->trades++;
    touch(n, in->area, price);
    touch(n, o->area, price);
    if (buy->area != sell->area) {
        n->flow += sell->area == 0 ? quantity : -quantity;
        n->flowed = true;
    }
    reduce(n, o, quantity);
    reduce(n, in, quantity);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void match(naive_trading *n, naive_order *in)
{
    bool passed[NAIVE_ORDERS] = {false};
    naive_order *o;
    while (in->open > 0 && (o = next_of(n, in, passed))) {
        int64_t has = in->resting ? in->shown : in->open;
        int64_t quantity = least(least(has, o->shown), passes(n, in, o));
        if (o->execution == LG_TRADING_AON && quantity < o->open)
            passed[o - n->orders] = true;
        else
            trade(n, in, o, quantity);
    }
}

/* It trades like any other, and when something is left nothing of that has happened. */
static bool match_whole(naive_trading *n, naive_order *in)
{
    naive_trading before = *n;
    size_t length = strlen(n->text);
    match(n, in);
    if (in->open == 0)
        return true;
    *n = before;
    n->text[length] = '\0';
    return false;
}

static void enter_alone(naive_trading *n, naive_order *o)
{
    bool whole = o->execution == LG_TRADING_FOK || o->execution == LG_TRADING_AON;
    if (whole)
        match_whole(n, o);
    else
        match(n, o);
    if (o->open == 0)
        return;
    if (o->execution == LG_TRADING_FOK || o->execution == LG_TRADING_IOC)
        o->state = LG_TRADING_CANCELED;
    else
        show(n, o);
}

/* The resting orders of one side, best first. */
static int sorted(const naive_trading *n, int area, int side, int *out)
{
    int count = 0;
    for (int i = 0; i < n->count; i++) {
        const naive_order *o = &n->orders[i];
        if (!o->resting || o->area != area || o->side != side)
            continue;
        int at = count++;
        for (; at > 0; at--) {
            const naive_order *p = &n->orders[out[at - 1]];
            bool before = p->price != o->price
                              ? (side == LG_TRADING_BUY ? p->price > o->price : p->price < o->price)
                              : p->seq < o->seq;
            if (before)
                break;
            out[at] = out[at - 1];
        }
        out[at] = i;
    }
    return count;
}

static bool retry_side(naive_trading *n, int area, int side, bool all, int *tries)
{
    static const bool none[NAIVE_ORDERS];
    int list[NAIVE_ORDERS], count = sorted(n, area, side, list);
    uint64_t before = n->trades;
    for (int i = 0; i < count && *tries; i++) {
        naive_order *o = &n->orders[list[i]];
        if (!next_of(n, o, none))
            return false;
        --*tries;
        if (o->execution == LG_TRADING_AON)
            match_whole(n, o);
        else if (all)
            match(n, o);
        if (n->trades != before)
            return true;
    }
    return false;
}

static bool has_aon(const naive_trading *n, int area, int side)
{
    for (int i = 0; i < n->count; i++)
        if (n->orders[i].resting && n->orders[i].area == area && n->orders[i].side == side &&
            n->orders[i].execution == LG_TRADING_AON)
            return true;
    return false;
}

static void uncross(naive_trading *n)
{
    int tries = LG_TRADING_TRIES;
    bool moved = true;
    while (moved && tries) {
        bool all = n->flowed;
        moved = n->flowed = false;
        for (int area = 0; area < 2 && !moved; area++)
            for (int side = LG_TRADING_BUY; side <= LG_TRADING_SELL && !moved; side++)
                if (all || has_aon(n, area, side))
                    moved = retry_side(n, area, side, all, &tries);
        n->flowed = n->flowed || (all && moved);
    }
    n->flowed = false;
}

static bool touched(const naive_order *o, int64_t low, int64_t high)
{
    return o->side == LG_TRADING_BUY ? high >= o->stop : low <= o->stop;
}

static void enter(naive_trading *n, naive_order *o)
{
    enter_alone(n, o);
    uncross(n);
    for (;;) {
        bool wakes[NAIVE_ORDERS] = {false}, any = false;
        for (int i = 0; i < n->count; i++) {
            naive_order *stop = &n->orders[i];
            wakes[i] = stop->state == LG_TRADING_HIBERNATE &&
                       n->low[stop->area] <= n->high[stop->area] &&
                       touched(stop, n->low[stop->area], n->high[stop->area]);
            any = any || wakes[i];
        }
        for (int area = 0; area < 2; area++) {
            n->low[area] = INT64_MAX;
            n->high[area] = INT64_MIN;
        }
        if (!any)
            return;
        for (;;) {
            int first = -1;
            for (int i = 0; i < n->count; i++)
                if (wakes[i] && (first < 0 || n->orders[i].seq < n->orders[first].seq))
                    first = i;
            if (first < 0)
                break;
            wakes[first] = false;
            n->orders[first].state = LG_TRADING_ACTIVE;
            enter_alone(n, &n->orders[first]);
            uncross(n);
        }
    }
}

/* It comes in, or sleeps. */
static void begin(naive_trading *n, naive_order *o, bool may_sleep)
{
    bool touches =
        n->last[o->area] != LG_TRADING_NO_PRICE && touched(o, n->last[o->area], n->last[o->area]);
    if (may_sleep && !touches) {
        o->state = LG_TRADING_HIBERNATE;
        o->seq = n->seq++;
        return;
    }
    o->state = LG_TRADING_ACTIVE;
    enter(n, o);
}

static int execution_of(const lg_trading_terms *t)
{
    if (t->execution)
        return (int)t->execution;
    return t->type == LG_TRADING_BLOCK     ? LG_TRADING_AON
           : t->type == LG_TRADING_BALANCE ? LG_TRADING_IOC
                                           : 0;
}

void naive_trading_create(naive_trading *n, const lg_trading_terms *t)
{
    naive_order *o = &n->orders[n->count++];
    *o = (naive_order){
        .side = (int)t->side,
        .type = (int)t->type,
        .execution = execution_of(t),
        .area = (int)t->area,
        .price = t->price,
        .stop = t->stop_price,
        .delta = t->peak_delta == LG_TRADING_NO_PRICE ? 0 : t->peak_delta,
        .display = t->display,
        .open = t->quantity,
        .quantity = t->quantity,
        .valid_until_ms = t->valid_until_ms,
    };
    begin(n, o, t->type == LG_TRADING_STOP_LIMIT);
}

void naive_trading_update(naive_trading *n, int id, uint32_t set, const lg_trading_terms *t)
{
    naive_order *o = &n->orders[id - 1];
    int64_t price = set & LG_TRADING_SET_PRICE ? t->price : o->price;
    int64_t quantity = set & LG_TRADING_SET_QUANTITY ? t->quantity : o->quantity;
    int64_t open = quantity - (o->quantity - o->open);
    bool again = price != o->price || open > o->open;
    o->price = price;
    o->quantity = quantity;
    o->open = open;
    if (open == 0) {
        o->state = LG_TRADING_FILLED;
        o->resting = false;
    } else if (again) {
        o->resting = false;
        begin(n, o, o->state == LG_TRADING_HIBERNATE);
    } else if (o->resting) {
        o->shown = least(o->shown, open);
    }
}

void naive_trading_cancel(naive_trading *n, int id)
{
    n->orders[id - 1].state = LG_TRADING_CANCELED;
    n->orders[id - 1].resting = false;
}

void naive_trading_expire(naive_trading *n, int64_t now_ms)
{
    for (int i = 0; i < n->count; i++) {
        naive_order *o = &n->orders[i];
        if (is_open(o) && o->valid_until_ms && o->valid_until_ms <= now_ms) {
            o->state = LG_TRADING_EXPIRED;
            o->resting = false;
        }
    }
}
