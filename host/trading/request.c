/* What participants ask: a request is looked at whole before anything changes. */
#include "trading/room.h"

#include <string.h>

/* What is needed before an order is let in, so that nothing stops half way for lack of memory. */
typedef struct needs {
    lg__blob *tag, *payload;
} needs;

static bool take_texts(lg_trading *t, uint32_t set, const lg_trading_terms *terms, needs *n)
{
    bool tag = set & LG_TRADING_SET_TAG && terms->tag;
    bool payload = set & LG_TRADING_SET_PAYLOAD && terms->payload_size;
    n->tag = tag ? lg__blob_new(t, terms->tag, strlen(terms->tag)) : NULL;
    n->payload = payload ? lg__blob_new(t, terms->payload, terms->payload_size) : NULL;
    if ((tag && !n->tag) || (payload && !n->payload)) {
        lg__blob_unref(t, n->tag);
        lg__blob_unref(t, n->payload);
        return false;
    }
    return true;
}

static lg__rec record_of(const lg_trading *t, uint32_t gridpool, const lg_trading_terms *terms)
{
    return (lg__rec){
        .open = terms->quantity,
        .price = terms->price,
        .area = terms->area,
        .gridpool = gridpool,
        .side = (uint8_t)terms->side,
        .type = (uint8_t)terms->type,
        .execution = (uint8_t)lg__execution_of(terms->type, terms->execution),
        .minutes = (uint8_t)terms->minutes,
        .quantity = terms->quantity,
        .stop_price = terms->stop_price,
        .peak_delta = terms->peak_delta,
        .display = terms->display,
        .start_ms = terms->start_ms,
        .valid_until_ms = terms->valid_until_ms,
        .created_ms = t->now_ms,
        .modified_ms = t->now_ms,
    };
}

static bool sleeps(const lg_trading *t, const lg__rec *r)
{
    return r->type == LG_TRADING_STOP_LIMIT && !lg__touched(t, r);
}

/* It would come across one of its own, and that is refused. */
static bool own_refused(lg_trading *t, const lg__rec *r)
{
    return t->rules->self_trade == LG_SELF_REFUSE && r->type != LG_TRADING_PREARRANGED &&
           !sleeps(t, r) && lg__meets_own(t, r);
}

static lg_trading_why stopped(const lg_trading *t)
{
    return t->failed == LG_OK ? LG_TRADING_OK_WHY : LG_TRADING_MEMORY_WHY;
}

/* The record is in place; what becomes of it happens. */
static void let_in(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    if (sleeps(t, r)) {
        lg__tell(t, r, LG_TRADING_HIBERNATE, LG_TRADING_ADD, LG_TRADING_USER);
        lg__sleep(t, rec);
        return;
    }
    lg__tell(t, r, LG_TRADING_ACTIVE, LG_TRADING_ADD, LG_TRADING_USER);
    if (r->type == LG_TRADING_PREARRANGED)
        lg__agree(t, rec);
    else
        lg__enter(t, rec);
}

/* Whether it brings its gridpool nearer to having neither bought nor sold. */
static bool closes_position(const lg_trading *t, uint32_t gridpool, const lg_trading_terms *terms)
{
    lg_trading_position p =
        lg_trading_position_of(t, gridpool, terms->area, terms->start_ms, terms->minutes);
    int64_t open = terms->side == LG_TRADING_BUY ? p.sold - p.bought : p.bought - p.sold;
    return terms->quantity <= open;
}

static lg_trading_why create(lg_trading *t, uint32_t gridpool, const lg_trading_terms *terms,
                             uint64_t *id)
{
    if (t->failed != LG_OK)
        return stopped(t);
    if (gridpool >= t->rules->gridpool_count)
        return LG_TRADING_GRIDPOOL_WHY;
    lg_trading_why why = lg__check_terms(t, terms);
    if (why != LG_TRADING_OK_WHY)
        return why;
    if (terms->type == LG_TRADING_BALANCE && !closes_position(t, gridpool, terms))
        return LG_TRADING_BALANCE_WHY;
    if (t->pools[gridpool].open >= t->rules->orders_max)
        return LG_TRADING_LIMIT_WHY;
    lg__rec order = record_of(t, gridpool, terms);
    order.contract = lg__contract_get(t, terms->start_ms, terms->minutes);
    needs n;
    if (order.contract == LG__NIL || !lg__side_reserve(t, terms->area))
        return LG_TRADING_MEMORY_WHY;
    if (own_refused(t, &order))
        return LG_TRADING_SELF_TRADE_WHY;
    if (!take_texts(t, LG_TRADING_SET_ALL, terms, &n))
        return LG_TRADING_MEMORY_WHY;
    uint32_t rec = lg__rec_new(t);
    if (rec == LG__NIL) {
        lg__blob_unref(t, n.tag);
        lg__blob_unref(t, n.payload);
        return LG_TRADING_MEMORY_WHY;
    }
    lg__rec *r = &t->recs[rec];
    order.id = r->id;
    order.bucket_next = r->bucket_next;
    order.prev = order.next = order.level = order.over_next = LG__NIL;
    order.due_prev = order.due_next = LG__NIL;
    order.tag = n.tag;
    order.payload = n.payload;
    *r = order;
    *id = r->id;
    lg__rec_live(t, rec);
    t->counts.orders++;
    let_in(t, rec);
    lg__rec_forget(t);
    return stopped(t);
}

lg_trading_why lg_trading_create(lg_trading *t, uint32_t gridpool, const lg_trading_terms *terms,
                                 uint64_t *id)
{
    lg_trading_why why = create(t, gridpool, terms, id);
    t->counts.refused += why != LG_TRADING_OK_WHY;
    return why;
}

/* ---- changes ---- */

static bool is_final(const lg__rec *r)
{
    return r->state != LG_TRADING_PENDING && r->state != LG_TRADING_ACTIVE &&
           r->state != LG_TRADING_HIBERNATE;
}

/* The open order of that number; why else there is none. */
static lg_trading_why find_open(const lg_trading *t, uint32_t gridpool, uint64_t id, uint32_t *rec)
{
    if (t->failed != LG_OK)
        return stopped(t);
    if (gridpool >= t->rules->gridpool_count)
        return LG_TRADING_GRIDPOOL_WHY;
    *rec = lg__rec_find(t, id);
    if (*rec == LG__NIL || t->recs[*rec].gridpool != gridpool)
        return LG_TRADING_ORDER_WHY;
    return is_final(&t->recs[*rec]) ? LG_TRADING_FINAL_WHY : LG_TRADING_OK_WHY;
}

/* The order with its new terms, as a copy. */
static lg__rec changed(const lg__rec *r, uint32_t set, const lg_trading_terms *terms)
{
    lg__rec next = *r;
    if (set & LG_TRADING_SET_PRICE)
        next.price = terms->price;
    if (set & LG_TRADING_SET_QUANTITY)
        next.quantity = terms->quantity;
    next.open = next.quantity - (r->quantity - r->open);
    if (set & LG_TRADING_SET_STOP_PRICE)
        next.stop_price = terms->stop_price;
    if (set & LG_TRADING_SET_PEAK_DELTA)
        next.peak_delta = terms->peak_delta;
    if (set & LG_TRADING_SET_DISPLAY)
        next.display = terms->display;
    if (set & LG_TRADING_SET_EXECUTION)
        next.execution = (uint8_t)lg__execution_of(r->type, terms->execution);
    if (set & LG_TRADING_SET_VALID_UNTIL)
        next.valid_until_ms = terms->valid_until_ms;
    return next;
}

/* Whether the change costs it its place in time. */
static bool loses_place(const lg__rec *r, const lg__rec *next)
{
    return next->price != r->price || next->open > r->open || next->execution != r->execution ||
           next->stop_price != r->stop_price || next->display != r->display ||
           r->type == LG_TRADING_PREARRANGED;
}

static void shrink(lg_trading *t, lg__rec *r, int64_t open)
{
    int64_t less = r->open - open;
    r->open = open;
    if (r->place == LG__NOWHERE)
        return;
    if (r->level != LG__NIL) {
        bool buys = r->side == LG_TRADING_BUY;
        enum lg__which which = r->place == LG__IN_BOOK ? (buys ? LG__BUYS : LG__SELLS)
                                                       : (buys ? LG__BUY_STOPS : LG__SELL_STOPS);
        t->levels[r->level].open -= less;
        lg__side_of(t, r, which)->open -= less;
    }
    r->shown = lg_min64(r->shown, open);
}

static void put_terms(lg_trading *t, uint32_t rec, const lg__rec *next, uint32_t set,
                      const needs *n)
{
    lg__rec *r = &t->recs[rec];
    r->price = next->price;
    r->quantity = next->quantity;
    r->stop_price = next->stop_price;
    r->peak_delta = next->peak_delta;
    r->display = next->display;
    r->execution = next->execution;
    r->valid_until_ms = next->valid_until_ms;
    lg__rec_due(t, rec, r->valid_until_ms != 0);
    if (set & LG_TRADING_SET_TAG) {
        lg__blob_unref(t, r->tag);
        r->tag = n->tag;
    }
    if (set & LG_TRADING_SET_PAYLOAD) {
        lg__blob_unref(t, r->payload);
        r->payload = n->payload;
    }
}

/* It comes in again, or stays where it is. */
static void apply(lg_trading *t, uint32_t rec, const lg__rec *next, uint32_t set, const needs *n)
{
    lg__rec *r = &t->recs[rec];
    bool again = loses_place(r, next);
    bool asleep = r->state == LG_TRADING_HIBERNATE;
    if (again)
        lg__lift(t, rec);
    put_terms(t, rec, next, set, n);
    if (next->open == 0) {
        shrink(t, r, 0);
        lg__end(t, rec, LG_TRADING_FILLED, LG_TRADING_MODIFY, LG_TRADING_USER);
        return;
    }
    if (!again) {
        int64_t shown = r->shown;
        shrink(t, r, next->open);
        lg__tell(t, r, r->state, LG_TRADING_MODIFY, LG_TRADING_USER);
        if (r->place == LG__IN_BOOK && r->shown != shown)
            lg__show(t, r, r->shown);
        return;
    }
    r->open = next->open;
    bool sleep = asleep && sleeps(t, r);
    lg__tell(t, r, sleep ? LG_TRADING_HIBERNATE : LG_TRADING_ACTIVE, LG_TRADING_MODIFY,
             LG_TRADING_USER);
    if (sleep)
        lg__sleep(t, rec);
    else if (r->type == LG_TRADING_PREARRANGED)
        lg__agree(t, rec);
    else
        lg__enter(t, rec);
}

lg_trading_why lg_trading_update(lg_trading *t, uint32_t gridpool, uint64_t id, uint32_t set,
                                 const lg_trading_terms *terms)
{
    uint32_t rec;
    needs n;
    lg_trading_why why = find_open(t, gridpool, id, &rec);
    if (why == LG_TRADING_OK_WHY)
        why = lg__check_update(t, &t->recs[rec], set, terms);
    if (why != LG_TRADING_OK_WHY)
        return why;
    const lg__rec *r = &t->recs[rec];
    lg__rec next = changed(r, set, terms);
    bool comes_in =
        loses_place(r, &next) && !(r->state == LG_TRADING_HIBERNATE && !lg__touched(t, &next));
    if (comes_in && t->rules->self_trade == LG_SELF_REFUSE && r->type != LG_TRADING_PREARRANGED &&
        lg__meets_own(t, &next))
        return LG_TRADING_SELF_TRADE_WHY;
    if (!lg__side_reserve(t, r->area) || !take_texts(t, set, terms, &n))
        return LG_TRADING_MEMORY_WHY;
    t->counts.updates++;
    apply(t, rec, &next, set, &n);
    lg__rec_forget(t);
    return stopped(t);
}

lg_trading_why lg_trading_cancel(lg_trading *t, uint32_t gridpool, uint64_t id)
{
    uint32_t rec;
    lg_trading_why why = find_open(t, gridpool, id, &rec);
    if (why != LG_TRADING_OK_WHY)
        return why;
    t->counts.cancels++;
    lg__end(t, rec, LG_TRADING_CANCELED, LG_TRADING_DELETE, LG_TRADING_USER);
    lg__rec_forget(t);
    return stopped(t);
}

uint32_t lg_trading_cancel_all(lg_trading *t, uint32_t gridpool)
{
    uint32_t count = 0;
    if (gridpool >= t->rules->gridpool_count || t->failed != LG_OK)
        return 0;
    for (uint32_t rec = t->pools[gridpool].newest; rec != LG__NIL; rec = t->recs[rec].pool_next) {
        if (is_final(&t->recs[rec]))
            continue;
        lg__end(t, rec, LG_TRADING_CANCELED, LG_TRADING_DELETE, LG_TRADING_USER);
        count++;
    }
    t->counts.cancels += count;
    lg__rec_forget(t);
    return count;
}
