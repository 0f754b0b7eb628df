/* What can be asked: orders of a gridpool, the public book. Nothing here changes anything. */
#include "trading/room.h"

#include <string.h>

static void fill(const lg_trading *t, const lg__rec *r, lg_trading_order *out)
{
    lg__order_out(r, &t->rules->gridpools[r->gridpool], out);
    out->terms.currency = t->rules->areas[r->area].currency;
}

bool lg_trading_order_of(const lg_trading *t, uint32_t gridpool, uint64_t id, lg_trading_order *out)
{
    uint32_t rec = lg__rec_find(t, id);
    if (rec == LG__NIL || t->recs[rec].gridpool != gridpool)
        return false;
    fill(t, &t->recs[rec], out);
    return true;
}

static bool order_fits(const lg__rec *r, const lg_trading_filter *f)
{
    if (!f)
        return true;
    bool listed = f->id_count == 0;
    for (uint32_t i = 0; i < f->id_count && !listed; i++)
        listed = f->ids[i] == r->id;
    return listed && (!f->states || f->states >> r->state & 1) &&
           (!f->side || f->side == r->side) && (f->area == UINT32_MAX || f->area == r->area) &&
           (!f->minutes || f->minutes & lg__minutes_bit(r->minutes)) && r->start_ms >= f->from_ms &&
           r->start_ms < f->until_ms && (!f->tag || (r->tag && strcmp(f->tag, r->tag->bytes) == 0));
}

/* Pages go on where the last one ended, which need not be kept any more. */
static uint32_t page_first(const lg_trading *t, uint32_t gridpool, uint64_t before)
{
    uint32_t rec = before ? lg__rec_find(t, before) : LG__NIL;
    if (rec != LG__NIL && t->recs[rec].gridpool == gridpool)
        return t->recs[rec].pool_next;
    rec = t->pools[gridpool].newest;
    while (before && rec != LG__NIL && t->recs[rec].id >= before)
        rec = t->recs[rec].pool_next;
    return rec;
}

uint32_t lg_trading_orders(const lg_trading *t, uint32_t gridpool, const lg_trading_filter *filter,
                           uint64_t before, lg_trading_order *out, uint32_t max, bool *more)
{
    uint32_t count = 0;
    *more = false;
    for (uint32_t rec = page_first(t, gridpool, before); rec != LG__NIL;
         rec = t->recs[rec].pool_next) {
        if (!order_fits(&t->recs[rec], filter))
            continue;
        if (count == max) {
            *more = true;
            break;
        }
        fill(t, &t->recs[rec], &out[count++]);
    }
    return count;
}

uint32_t lg_trading_book(const lg_trading *t, uint32_t area, int64_t start_ms, uint32_t minutes,
                         uint32_t which, lg_trading_public_order *out, uint32_t max)
{
    uint32_t contract = lg__contract_find(t, start_ms, minutes), count = 0;
    if (contract == LG__NIL || area >= t->rules->area_count)
        return 0;
    const lg__book *book = &t->contracts[contract]->books[area];
    const lg__side *side = &book->sides[which == LG_TRADING_BUY ? LG__BUYS : LG__SELLS];
    for (uint32_t rec = lg__side_first(t, side); rec != LG__NIL && count < max;
         rec = lg__side_after(t, side, rec)) {
        const lg__rec *r = &t->recs[rec];
        lg__public_out(r, r->shown, &out[count]);
        out[count].number = t->public_orders.next - 1;
        out[count++].updated_ms = r->modified_ms;
    }
    return count;
}
