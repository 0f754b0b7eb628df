/* Who trades with whom: the orders that one meets, best price first, then the longest in the book,
 * over all areas that energy can come from or go to. */
#include "trading/room.h"

/* What of an area is met next, and how much energy can pass. */
typedef struct reach {
    lg__side *side;
    uint32_t cursor; /* record */
    int64_t room;
} reach;

typedef struct walk {
    reach reaches[LG_TRADING_AREAS_MAX];
    uint32_t count;
} walk;

static void walk_begin(lg_trading *t, const lg__rec *in, walk *w)
{
    lg__contract *c = t->contracts[in->contract];
    bool buys = in->side == LG_TRADING_BUY;
    uint32_t first = t->linked ? 0 : in->area;
    uint32_t end = t->linked ? t->rules->area_count : in->area + 1;
    w->count = 0;
    for (uint32_t area = first; area < end; area++) {
        lg__side *side = &c->books[area].sides[buys ? LG__SELLS : LG__BUYS];
        int64_t room = area == in->area ? INT64_MAX
                       : buys           ? lg__room(t, c, area, in->area)
                                        : lg__room(t, c, in->area, area);
        if (room > 0 && side->best != LG__NIL)
            w->reaches[w->count++] =
                (reach){.side = side, .cursor = lg__side_first(t, side), .room = room};
    }
}

static bool crosses(const lg__rec *in, int64_t price)
{
    return in->side == LG_TRADING_BUY ? price <= in->price : price >= in->price;
}

static bool goes_first(const lg__rec *in, const lg__rec *a, const lg__rec *b)
{
    if (a->price != b->price)
        return in->side == LG_TRADING_BUY ? a->price < b->price : a->price > b->price;
    return a->seq < b->seq;
}

/* What is met next; NULL: nothing. */
static reach *walk_best(const lg_trading *t, const lg__rec *in, walk *w)
{
    reach *best = NULL;
    for (uint32_t i = 0; i < w->count; i++) {
        reach *at = &w->reaches[i];
        if (at->cursor == LG__NIL || at->room <= 0)
            continue;
        const lg__rec *r = &t->recs[at->cursor];
        if (crosses(in, r->price) && (!best || goes_first(in, r, &t->recs[best->cursor])))
            best = at;
    }
    return best;
}

static void pass_over(const lg_trading *t, reach *at)
{
    at->cursor = lg__side_after(t, at->side, at->cursor);
}

/* Most orders meet nothing: seen from the best price alone where only one area counts. */
static bool meets_nothing(lg_trading *t, const lg__rec *in)
{
    const lg__side *side = lg__side_of(t, in, in->side == LG_TRADING_BUY ? LG__SELLS : LG__BUYS);
    return !t->linked && (side->best == LG__NIL || !crosses(in, t->levels[side->best].price));
}

bool lg__crosses(lg_trading *t, const lg__rec *order)
{
    walk w;
    if (meets_nothing(t, order))
        return false;
    walk_begin(t, order, &w);
    return walk_best(t, order, &w) != NULL;
}

/* It meets one of its own. @return whether it goes on */
static bool meets_own(lg_trading *t, uint32_t rec, reach *at)
{
    uint32_t other = at->cursor;
    if (t->rules->self_trade == LG_SELF_CANCEL_RESTING) {
        pass_over(t, at);
        lg__end(t, other, LG_TRADING_CANCELED, LG_TRADING_DELETE, LG_TRADING_SYSTEM);
        return true;
    }
    if (t->recs[rec].place == LG__IN_BOOK) { /* both rest: neither came in */
        pass_over(t, at);
        return true;
    }
    lg__end(t, rec, LG_TRADING_CANCELED, LG_TRADING_DELETE, LG_TRADING_SYSTEM);
    return false;
}

bool lg__match(lg_trading *t, uint32_t rec)
{
    const lg__rec *in = &t->recs[rec];
    bool own_trades = t->rules->self_trade == LG_SELF_ALLOW;
    walk w;
    if (meets_nothing(t, in))
        return true;
    walk_begin(t, in, &w);
    reach *at;
    while (in->open > 0 && (at = walk_best(t, in, &w))) {
        const lg__rec *r = &t->recs[at->cursor];
        if (!own_trades && r->gridpool == in->gridpool) {
            if (!meets_own(t, rec, at))
                return false;
            continue;
        }
        int64_t has = in->place == LG__IN_BOOK ? in->shown : in->open;
        int64_t quantity = lg_min64(lg_min64(has, r->shown), at->room);
        if (r->execution == LG_TRADING_AON && quantity < r->open) {
            pass_over(t, at);
            continue;
        }
        uint32_t resting = at->cursor;
        bool sliced = quantity == r->shown && r->shown < r->open;
        if (quantity == r->shown)
            pass_over(t, at);
        at->room -= quantity;
        lg__execute(t, rec, resting, quantity);
        if (sliced)
            at->cursor = lg__side_first(t, at->side);
    }
    return true;
}

/* How much of @p r trades with @p in before its price is past the limit: all its slices count. */
static int64_t within(const lg__rec *in, const lg__rec *r)
{
    int64_t delta = r->peak_delta == LG_TRADING_NO_PRICE ? 0 : r->peak_delta;
    if (r->shown == r->open || delta == 0)
        return r->open;
    int64_t gap = in->side == LG_TRADING_BUY ? in->price - r->price : r->price - in->price;
    __int128 all = r->shown + (__int128)(gap / delta) * r->display;
    return all < r->open ? (int64_t)all : r->open;
}

static bool add_step(lg_trading *t, uint32_t rec, int64_t quantity)
{
    if (!LG_GROW(t->mem, t->steps, t->step_capacity, t->step_count + 1)) {
        t->failed = LG_MEMORY;
        return false;
    }
    t->steps[t->step_count++] = (lg__step){.rec = rec, .quantity = quantity};
    return true;
}

bool lg__match_whole(lg_trading *t, uint32_t rec)
{
    const lg__rec *in = &t->recs[rec];
    bool own_trades = t->rules->self_trade == LG_SELF_ALLOW;
    int64_t need = in->open;
    walk w;
    walk_begin(t, in, &w);
    t->step_count = 0;
    for (reach *at; need > 0 && (at = walk_best(t, in, &w)); pass_over(t, at)) {
        const lg__rec *r = &t->recs[at->cursor];
        int64_t quantity = lg_min64(lg_min64(need, within(in, r)), at->room);
        if ((!own_trades && r->gridpool == in->gridpool) ||
            (r->execution == LG_TRADING_AON && quantity < r->open))
            continue;
        if (!add_step(t, at->cursor, quantity))
            return false;
        at->room -= quantity;
        need -= quantity;
    }
    if (need > 0)
        return false;
    for (uint32_t i = 0; i < t->step_count; i++) {
        lg__step step = t->steps[i];
        while (step.quantity > 0) {
            int64_t quantity = lg_min64(step.quantity, t->recs[step.rec].shown);
            lg__execute(t, rec, step.rec, quantity);
            step.quantity -= quantity;
        }
    }
    return true;
}

bool lg__meets_own(lg_trading *t, const lg__rec *order)
{
    int64_t need = order->open;
    walk w;
    if (meets_nothing(t, order))
        return false;
    walk_begin(t, order, &w);
    for (reach *at; need > 0 && (at = walk_best(t, order, &w)); pass_over(t, at)) {
        const lg__rec *r = &t->recs[at->cursor];
        if (r->gridpool == order->gridpool)
            return true;
        int64_t quantity = lg_min64(lg_min64(need, within(order, r)), at->room);
        if (r->execution == LG_TRADING_AON && quantity < r->open)
            continue;
        at->room -= quantity;
        need -= quantity;
    }
    return false;
}
