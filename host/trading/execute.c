/* A trade, and what an order is after one: less, another slice, or over. */
#include "trading/room.h"

#include <string.h>

/* Sums are exact or the market stops. */
static void sum(lg_trading *t, int64_t *to, int64_t amount)
{
    if (__builtin_add_overflow(*to, amount, to))
        t->failed = LG_OVERFLOW;
}

static void post(lg_trading *t, const lg__rec *buy, const lg__rec *sell, int64_t price,
                 int64_t quantity)
{
    lg__contract *c = t->contracts[buy->contract];
    int64_t money = lg_trading_uct(price, quantity, c->minutes);
    uint32_t pools = t->rules->gridpool_count;
    lg_trading_position *buyer = &c->positions[buy->area * pools + buy->gridpool];
    lg_trading_position *seller = &c->positions[sell->area * pools + sell->gridpool];
    sum(t, &buyer->bought, quantity);
    sum(t, &buyer->paid_uct, money);
    sum(t, &seller->sold, quantity);
    sum(t, &seller->earned_uct, money);
    sum(t, &c->traded, quantity);
    sum(t, &c->money_uct, money);
    int64_t energy = lg_trading_uwh(quantity, c->minutes * INT64_C(60000));
    lg_trading_totals *bought = &t->pools[buy->gridpool].totals;
    lg_trading_totals *sold = &t->pools[sell->gridpool].totals;
    sum(t, &bought->bought_uwh, energy);
    sum(t, &bought->paid_uct, money);
    sum(t, &sold->sold_uwh, energy);
    sum(t, &sold->earned_uct, money);
    bought->trades++;
    sold->trades++;
    sum(t, &t->counts.traded_uwh, energy);
    t->counts.trades++;
}

static void note_price(lg_trading *t, uint32_t contract, uint32_t area, int64_t price)
{
    lg__book *book = &t->contracts[contract]->books[area];
    book->last = price;
    book->low = lg_min64(book->low, price);
    book->high = lg_max64(book->high, price);
    t->contracts[contract]->touched = true;
}

static void note_flow(lg_trading *t, lg__contract *c, uint32_t from, uint32_t to, int64_t quantity)
{
    uint32_t areas = t->rules->area_count;
    c->flows[from * areas + to] += quantity;
    c->flows[to * areas + from] -= quantity;
    c->crossing = true;
}

int64_t lg__room(const lg_trading *t, const lg__contract *c, uint32_t from, uint32_t to)
{
    uint32_t at = from * t->rules->area_count + to;
    return t->capacity[at] - c->flows[at];
}

static lg__side *book_side(lg_trading *t, const lg__rec *r)
{
    return lg__side_of(t, r, r->side == LG_TRADING_BUY ? LG__BUYS : LG__SELLS);
}

void lg__lift(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    lg__contract *c = t->contracts[r->contract];
    if (r->place == LG__IN_BOOK)
        lg__side_remove(t, book_side(t, r), rec);
    if (r->place == LG__IN_STOPS)
        lg__side_remove(
            t, lg__side_of(t, r, r->side == LG_TRADING_BUY ? LG__BUY_STOPS : LG__SELL_STOPS), rec);
    if (r->place == LG__IN_AGREED) {
        *(r->prev != LG__NIL ? &t->recs[r->prev].next : &c->agreed) = r->next;
        *(r->next != LG__NIL ? &t->recs[r->next].prev : &c->agreed_last) = r->prev;
        r->prev = r->next = LG__NIL;
    }
    r->place = LG__NOWHERE;
    r->shown = 0;
}

void lg__end(lg_trading *t, uint32_t rec, uint8_t state, uint8_t reason, uint8_t actor)
{
    lg__rec *r = &t->recs[rec];
    lg__lift(t, rec);
    if (r->public_id)
        lg__show(t, r, 0);
    lg__tell(t, r, state, reason, actor);
    lg__rec_over(t, rec);
}

void lg__rest(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    r->seq = t->next_seq++;
    r->shown = r->type == LG_TRADING_ICEBERG ? lg_min64(r->display, r->open) : r->open;
    if (!lg__side_add(t, book_side(t, r), rec, r->price)) {
        t->failed = LG_MEMORY;
        return;
    }
    r->place = LG__IN_BOOK;
    lg__show(t, r, r->shown);
}

int64_t lg__slice_price(const lg__rec *r, int64_t price)
{
    int64_t delta = r->peak_delta == LG_TRADING_NO_PRICE ? 0 : r->peak_delta;
    int64_t next = r->side == LG_TRADING_BUY ? price - delta : price + delta;
    return next >= -LG_TRADING_PRICE_MAX && next <= LG_TRADING_PRICE_MAX ? next : price;
}

/* The slice that is shown was traded: the next one stands behind what is there. */
static void next_slice(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    lg__lift(t, rec);
    lg__show(t, r, 0);
    r->price = lg__slice_price(r, r->price);
    lg__rest(t, rec);
    lg__tell(t, &t->recs[rec], LG_TRADING_ACTIVE, LG_TRADING_ICEBERG_SLICE_ADD, LG_TRADING_SYSTEM);
}

static void reduce(lg_trading *t, uint32_t rec, int64_t quantity)
{
    lg__rec *r = &t->recs[rec];
    r->open -= quantity;
    if (r->place == LG__IN_BOOK) {
        t->levels[r->level].open -= quantity;
        book_side(t, r)->open -= quantity;
        r->shown -= quantity;
    }
    if (r->open == 0) {
        lg__end(t, rec, LG_TRADING_FILLED, LG_TRADING_FULL_EXECUTION, LG_TRADING_SYSTEM);
        return;
    }
    lg__tell(t, r, LG_TRADING_ACTIVE, LG_TRADING_PARTIAL_EXECUTION, LG_TRADING_SYSTEM);
    if (r->place != LG__IN_BOOK)
        return;
    if (r->shown == 0)
        next_slice(t, rec);
    else
        lg__show(t, r, r->shown);
}

void lg__execute(lg_trading *t, uint32_t incoming, uint32_t resting, int64_t quantity)
{
    const lg__rec *in = &t->recs[incoming], *r = &t->recs[resting];
    const lg__rec *buy = in->side == LG_TRADING_BUY ? in : r;
    const lg__rec *sell = in->side == LG_TRADING_BUY ? r : in;
    bool older = in->place == LG__IN_BOOK && in->seq < r->seq;
    int64_t price = older ? in->price : r->price;
    post(t, buy, sell, price, quantity);
    bool open = in->type != LG_TRADING_PREARRANGED;
    lg__tell_trade(t, buy, sell, price, quantity, open);
    if (open) {
        note_price(t, in->contract, in->area, price);
        if (in->area != r->area) {
            note_price(t, in->contract, r->area, price);
            note_flow(t, t->contracts[in->contract], sell->area, buy->area, quantity);
        }
    }
    reduce(t, resting, quantity);
    reduce(t, incoming, quantity);
}

static bool agrees(const lg__rec *a, const lg__rec *b)
{
    return a->side != b->side && a->area == b->area && a->gridpool != b->gridpool &&
           a->price == b->price && a->open == b->open && a->tag && b->tag &&
           a->tag->size == b->tag->size && memcmp(a->tag->bytes, b->tag->bytes, a->tag->size) == 0;
}

void lg__agree(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    lg__contract *c = t->contracts[r->contract];
    for (uint32_t other = c->agreed; other != LG__NIL; other = t->recs[other].next)
        if (agrees(r, &t->recs[other])) {
            lg__execute(t, rec, other, r->open);
            return;
        }
    r->place = LG__IN_AGREED;
    r->prev = c->agreed_last;
    r->next = LG__NIL;
    *(c->agreed_last != LG__NIL ? &t->recs[c->agreed_last].next : &c->agreed) = rec;
    c->agreed_last = rec;
}
