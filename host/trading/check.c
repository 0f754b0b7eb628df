/* Whether everything adds up; for tests, and for the end of a run. */
#include "trading/room.h"

static const char *check_level(const lg_trading *t, const lg__contract *c, uint32_t level,
                               bool stops)
{
    const lg__level *l = &t->levels[level];
    int64_t open = 0;
    uint32_t count = 0, before = LG__NIL;
    uint64_t seq = 0;
    for (uint32_t rec = l->head; rec != LG__NIL; before = rec, rec = t->recs[rec].next, count++) {
        const lg__rec *r = &t->recs[rec];
        if (r->prev != before || r->level != level || t->contracts[r->contract] != c)
            return "an order is not where it says";
        if ((stops ? r->stop_price : r->price) != l->price || r->open <= 0 || r->shown > r->open)
            return "an order does not belong to its level";
        if (r->seq <= seq)
            return "orders of a level do not stand in the order of their time";
        seq = r->seq;
        open += r->open;
    }
    if (before != l->tail || count != l->count || !count || open != l->open)
        return "a level is not the sum of its orders";
    return NULL;
}

static const char *check_side(const lg_trading *t, const lg__contract *c, const lg__side *side,
                              bool stops)
{
    int64_t open = 0;
    uint32_t count = 0;
    for (uint32_t level = side->best, last = LG__NIL; level != LG__NIL;
         last = level, level = lg__side_next(t, side, level)) {
        const char *wrong = check_level(t, c, level, stops);
        if (wrong)
            return wrong;
        if (last != LG__NIL && (side->high ? t->levels[level].price >= t->levels[last].price
                                           : t->levels[level].price <= t->levels[last].price))
            return "levels do not stand in the order of their prices";
        open += t->levels[level].open;
        count += t->levels[level].count;
    }
    return open == side->open && count == side->orders ? NULL
                                                       : "a side is not the sum of its levels";
}

static const char *check_contract(const lg_trading *t, const lg__contract *c)
{
    lg_trading_position sum = {0};
    uint32_t cells = t->rules->area_count * t->rules->gridpool_count, live = 0, placed = 0;
    for (uint32_t i = 0; i < cells; i++) {
        sum.bought += c->positions[i].bought;
        sum.sold += c->positions[i].sold;
        sum.paid_uct += c->positions[i].paid_uct;
        sum.earned_uct += c->positions[i].earned_uct;
    }
    if (sum.bought != sum.sold || sum.bought != c->traded)
        return "what is bought is not what is sold";
    if (sum.paid_uct != sum.earned_uct || sum.paid_uct != c->money_uct)
        return "what is paid is not what is earned";
    for (uint32_t area = 0; area < t->rules->area_count; area++)
        for (uint32_t side = 0; side < LG__SIDES; side++) {
            const char *wrong =
                check_side(t, c, &c->books[area].sides[side], side >= LG__BUY_STOPS);
            if (wrong)
                return wrong;
            placed += c->books[area].sides[side].orders;
        }
    for (uint32_t rec = c->agreed; rec != LG__NIL; rec = t->recs[rec].next)
        placed++;
    for (uint32_t rec = c->live_first; rec != LG__NIL; rec = t->recs[rec].live_next)
        live++;
    return live == placed ? NULL : "an open order stands nowhere";
}

static const char *check_flows(const lg_trading *t, const lg__contract *c)
{
    uint32_t areas = t->rules->area_count;
    for (uint32_t i = 0; t->linked && i < areas * areas; i++)
        if (c->flows[i] > t->capacity[i] || c->flows[i] != -c->flows[i % areas * areas + i / areas])
            return "more flows between two areas than there is room for";
    return NULL;
}

const char *lg_trading_check(const lg_trading *t)
{
    uint64_t open = 0;
    for (uint32_t place = 0; place < t->sorted_count; place++) {
        const lg__contract *c = t->contracts[t->sorted[place]];
        const char *wrong = check_contract(t, c);
        if (!wrong)
            wrong = check_flows(t, c);
        if (wrong)
            return wrong;
    }
    for (uint32_t i = 0; i < t->rules->gridpool_count; i++)
        open += t->pools[i].open;
    return open == t->counts.open ? NULL : "open orders are not counted";
}
