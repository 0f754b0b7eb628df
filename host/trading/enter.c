/* An order comes into the market, and what follows: orders that could not trade before are tried
 * again, stops that were touched wake up, until nothing moves. */
#include "trading/room.h"

#include <stdlib.h>

static void enter_alone(lg_trading *t, uint32_t rec)
{
    const lg__rec *r = &t->recs[rec];
    switch (r->execution) {
    case LG_TRADING_FOK:
        if (!lg__match_whole(t, rec))
            lg__end(t, rec, LG_TRADING_CANCELED, LG_TRADING_REJECT, LG_TRADING_SYSTEM);
        return;
    case LG_TRADING_AON:
        if (!lg__match_whole(t, rec))
            lg__rest(t, rec);
        return;
    case LG_TRADING_IOC:
        if (lg__match(t, rec) && r->open > 0)
            lg__end(t, rec, LG_TRADING_CANCELED, LG_TRADING_DELETE, LG_TRADING_SYSTEM);
        return;
    default:
        if (lg__match(t, rec) && r->open > 0)
            lg__rest(t, rec);
    }
}

/* Tries the orders of one side that stand across from something. @return whether one has traded */
static bool retry_side(lg_trading *t, lg__side *side, bool all, uint32_t *tries)
{
    uint64_t before = t->next_trade;
    for (uint32_t rec = lg__side_first(t, side); rec != LG__NIL && *tries;) {
        const lg__rec *r = &t->recs[rec];
        if (!lg__crosses(t, r))
            return false;
        --*tries;
        uint32_t next = lg__side_after(t, side, rec);
        if (r->execution == LG_TRADING_AON)
            lg__match_whole(t, rec);
        else if (all)
            lg__match(t, rec);
        if (t->next_trade != before)
            return true;
        rec = next;
    }
    return false;
}

static void uncross(lg_trading *t, lg__contract *c)
{
    uint32_t tries = LG_TRADING_TRIES;
    bool moved = t->aon || c->crossing;
    while (moved && tries) {
        moved = false;
        bool all = c->crossing;
        c->crossing = false;
        for (uint32_t area = 0; area < t->rules->area_count && !moved; area++)
            for (uint32_t which = LG__BUYS; which <= LG__SELLS && !moved; which++) {
                lg__side *side = &c->books[area].sides[which];
                if (side->aon || all)
                    moved = retry_side(t, side, all, &tries);
            }
        c->crossing = c->crossing || (all && moved);
    }
    c->crossing = false;
}

/* ---- stops ---- */

bool lg__touched(const lg_trading *t, const lg__rec *r)
{
    int64_t last = t->contracts[r->contract]->books[r->area].last;
    if (last == LG_TRADING_NO_PRICE)
        return false;
    return r->side == LG_TRADING_BUY ? last >= r->stop_price : last <= r->stop_price;
}

void lg__sleep(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    lg__side *side = lg__side_of(t, r, r->side == LG_TRADING_BUY ? LG__BUY_STOPS : LG__SELL_STOPS);
    r->seq = t->next_seq++;
    if (lg__side_add(t, side, rec, r->stop_price))
        r->place = LG__IN_STOPS;
    else
        t->failed = LG_MEMORY;
}

static uint32_t collect(lg_trading *t, const lg__side *side, uint32_t count, int64_t low,
                        int64_t high)
{
    for (uint32_t rec = lg__side_first(t, side); rec != LG__NIL;
         rec = lg__side_after(t, side, rec)) {
        int64_t stop = t->recs[rec].stop_price;
        if (t->recs[rec].side == LG_TRADING_BUY ? stop > high : stop < low)
            break;
        if (!LG_GROW(t->mem, t->woken, t->woken_capacity, count + 1)) {
            t->failed = LG_MEMORY;
            break;
        }
        t->woken[count++] = (lg__step){.rec = rec, .quantity = (int64_t)t->recs[rec].seq};
    }
    return count;
}

static int by_seq(const void *a, const void *b)
{
    int64_t left = ((const lg__step *)a)->quantity, right = ((const lg__step *)b)->quantity;
    return (left > right) - (left < right);
}

static uint32_t collect_all(lg_trading *t, lg__contract *c)
{
    uint32_t count = 0;
    for (uint32_t area = 0; area < t->rules->area_count; area++) {
        lg__book *book = &c->books[area];
        if (book->low > book->high)
            continue;
        count = collect(t, &book->sides[LG__BUY_STOPS], count, book->low, book->high);
        count = collect(t, &book->sides[LG__SELL_STOPS], count, book->low, book->high);
        book->low = INT64_MAX;
        book->high = INT64_MIN;
    }
    return count;
}

void lg__enter(lg_trading *t, uint32_t rec)
{
    lg__contract *c = t->contracts[t->recs[rec].contract];
    enter_alone(t, rec);
    uncross(t, c);
    while (c->touched && t->failed == LG_OK) {
        c->touched = false;
        uint32_t count = collect_all(t, c);
        if (count > 1)
            qsort(t->woken, count, sizeof *t->woken, by_seq);
        for (uint32_t i = 0; i < count && t->failed == LG_OK; i++) {
            uint32_t woken = t->woken[i].rec;
            lg__lift(t, woken);
            lg__tell(t, &t->recs[woken], LG_TRADING_ACTIVE, LG_TRADING_ADD, LG_TRADING_SYSTEM);
            enter_alone(t, woken);
            uncross(t, c);
        }
    }
}
