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

static bool is_better(const lg__rec *in, int64_t a, int64_t b)
{
    return in->side == LG_TRADING_BUY ? a < b : a > b;
}

static bool goes_first(const lg__rec *in, const lg__rec *a, const lg__rec *b)
{
    return a->price != b->price ? is_better(in, a->price, b->price) : a->seq < b->seq;
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

/* ---- plans: what an order would trade with, slice by slice ----
 *
 * Slices that an iceberg would show are met among what rests, in the places they would get. So a
 * plan takes the very steps that lg__match() takes. */

/* How much of @p r trades with @p in before its price is past the limit: all its slices count. */
static int64_t within(const lg__rec *in, const lg__rec *r)
{
    int64_t delta = r->peak_delta == LG_TRADING_NO_PRICE ? 0 : r->peak_delta;
    if (r->shown == r->open || delta == 0)
        return r->open;
    int64_t steps =
        (in->side == LG_TRADING_BUY ? in->price - r->price : r->price - in->price) / delta;
    int64_t last = in->side == LG_TRADING_BUY ? r->price + steps * delta : r->price - steps * delta;
    if (lg__slice_price(r, last) == last) /* no price is worse: the others stay there */
        return r->open;
    __int128 all = r->shown + (__int128)steps * r->display;
    return all < r->open ? (int64_t)all : r->open;
}

/* Whether there is enough for it at all: a plan that fails for want of energy is never begun. */
static bool could_fill(lg_trading *t, const lg__rec *in)
{
    int64_t need = in->open;
    walk w;
    walk_begin(t, in, &w);
    for (reach *at; need > 0 && (at = walk_best(t, in, &w)); pass_over(t, at)) {
        int64_t quantity = lg_min64(lg_min64(need, within(in, &t->recs[at->cursor])), at->room);
        need -= quantity;
        at->room -= quantity;
    }
    return need == 0;
}

static bool slice_first(const lg__rec *in, const lg__slice *a, const lg__slice *b)
{
    return a->price != b->price ? is_better(in, a->price, b->price) : a->seq < b->seq;
}

static bool push_slice(lg_trading *t, const lg__rec *in, lg__slice slice)
{
    if (!LG_GROW(t->mem, t->slices, t->slice_capacity, t->slice_count + 1)) {
        t->failed = LG_MEMORY;
        return false;
    }
    uint32_t at = t->slice_count++;
    for (; at && slice_first(in, &slice, &t->slices[(at - 1) / 2]); at = (at - 1) / 2)
        t->slices[at] = t->slices[(at - 1) / 2];
    t->slices[at] = slice;
    return true;
}

static lg__slice pop_slice(lg_trading *t, const lg__rec *in)
{
    lg__slice top = t->slices[0], last = t->slices[--t->slice_count];
    uint32_t at = 0;
    for (uint32_t kid; (kid = 2 * at + 1) < t->slice_count; at = kid) {
        if (kid + 1 < t->slice_count && slice_first(in, &t->slices[kid + 1], &t->slices[kid]))
            kid++;
        if (!slice_first(in, &t->slices[kid], &last))
            break;
        t->slices[at] = t->slices[kid];
    }
    t->slices[at] = last;
    return top;
}

static void plan_begin(lg_trading *t, const lg__rec *in, walk *w)
{
    walk_begin(t, in, w);
    t->step_count = t->slice_count = 0;
}

/* What the plan meets next, which it does not meet again. @return how much there is of it at once,
 * 0: nothing more */
static int64_t plan_next(lg_trading *t, const lg__rec *in, walk *w, lg__slice *out)
{
    reach *at = walk_best(t, in, w);
    const lg__rec *r = at ? &t->recs[at->cursor] : NULL;
    if (at)
        *out = (lg__slice){.price = r->price,
                           .open = r->open,
                           .seq = r->seq,
                           .rec = at->cursor,
                           .reach = (uint32_t)(at - w->reaches)};
    while (t->slice_count && (!at || slice_first(in, &t->slices[0], out))) {
        lg__slice top = pop_slice(t, in);
        if (w->reaches[top.reach].room <= 0)
            continue;
        *out = top;
        return lg_min64(t->recs[top.rec].display, top.open);
    }
    if (!at)
        return 0;
    pass_over(t, at);
    return r->shown;
}

/* The plan takes @p quantity of it, of @p has. False when exhausted. */
static bool plan_take(lg_trading *t, const lg__rec *in, walk *w, lg__slice slice, int64_t quantity,
                      int64_t has)
{
    if (!LG_GROW(t->mem, t->steps, t->step_capacity, t->step_count + 1)) {
        t->failed = LG_MEMORY;
        return false;
    }
    t->steps[t->step_count++] = (lg__step){.rec = slice.rec, .quantity = quantity};
    w->reaches[slice.reach].room -= quantity;
    slice.open -= quantity;
    slice.seq = t->next_seq + t->step_count;
    slice.price = lg__slice_price(&t->recs[slice.rec], slice.price);
    return quantity < has || slice.open == 0 || !crosses(in, slice.price) ||
           push_slice(t, in, slice);
}

/* The plan comes across one of its own, as lg__match() does: that one is to go when the plan is
 * followed, or is passed over. @return false: the order itself is to go */
static bool plan_own(lg_trading *t, const lg__rec *in, uint32_t other)
{
    if (t->rules->self_trade != LG_SELF_CANCEL_RESTING)
        return in->place == LG__IN_BOOK; /* both rest: neither came in */
    if (LG_GROW(t->mem, t->steps, t->step_capacity, t->step_count + 1))
        t->steps[t->step_count++] = (lg__step){.rec = other, .quantity = 0};
    else
        t->failed = LG_MEMORY;
    return true;
}

static void follow_plan(lg_trading *t, uint32_t rec)
{
    for (uint32_t i = 0; i < t->step_count && t->failed == LG_OK; i++) {
        const lg__step step = t->steps[i];
        if (step.quantity)
            lg__execute(t, rec, step.rec, step.quantity);
        else
            lg__end(t, step.rec, LG_TRADING_CANCELED, LG_TRADING_DELETE, LG_TRADING_SYSTEM);
    }
}

bool lg__match_whole(lg_trading *t, uint32_t rec)
{
    const lg__rec *in = &t->recs[rec];
    bool own_trades = t->rules->self_trade == LG_SELF_ALLOW;
    int64_t need = in->open, has;
    lg__slice met;
    walk w;
    if (!could_fill(t, in))
        return false;
    plan_begin(t, in, &w);
    while (need > 0 && (has = plan_next(t, in, &w, &met)) > 0) {
        const lg__rec *r = &t->recs[met.rec];
        int64_t quantity = lg_min64(lg_min64(need, has), w.reaches[met.reach].room);
        if (!own_trades && r->gridpool == in->gridpool) {
            if (plan_own(t, in, met.rec))
                continue;
            lg__end(t, rec, LG_TRADING_CANCELED, LG_TRADING_DELETE, LG_TRADING_SYSTEM);
            return true;
        }
        if (r->execution == LG_TRADING_AON && quantity < r->open)
            continue;
        if (!plan_take(t, in, &w, met, quantity, has))
            return false;
        need -= quantity;
    }
    if (need > 0 || t->failed != LG_OK)
        return false;
    follow_plan(t, rec);
    return true;
}

bool lg__meets_own(lg_trading *t, const lg__rec *order)
{
    int64_t need = order->open, has;
    lg__slice met;
    walk w;
    if (meets_nothing(t, order))
        return false;
    plan_begin(t, order, &w);
    while (need > 0 && (has = plan_next(t, order, &w, &met)) > 0) {
        const lg__rec *r = &t->recs[met.rec];
        if (r->gridpool == order->gridpool)
            return true;
        int64_t quantity = lg_min64(lg_min64(need, has), w.reaches[met.reach].room);
        if (r->execution == LG_TRADING_AON && quantity < r->open)
            continue;
        if (!plan_take(t, order, &w, met, quantity, has))
            return false;
        need -= quantity;
    }
    return false;
}
