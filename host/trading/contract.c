/* Delivery periods, made when the first order for one comes and used again when it is forgotten. */
#include "trading/room.h"

#include <string.h>

static size_t books_size(const lg_trading *t)
{
    return t->rules->area_count * sizeof(lg__book);
}

static size_t positions_size(const lg_trading *t)
{
    return (size_t)t->rules->area_count * t->rules->gridpool_count * sizeof(lg_trading_position);
}

static size_t flows_size(const lg_trading *t)
{
    return t->linked ? (size_t)t->rules->area_count * t->rules->area_count * sizeof(int64_t) : 0;
}

static void contract_free(lg_trading *t, lg__contract *c)
{
    lg_mem_free(t->mem, c->books, books_size(t));
    lg_mem_free(t->mem, c->positions, positions_size(t));
    lg_mem_free(t->mem, c->flows, flows_size(t));
    lg_mem_free(t->mem, c, sizeof *c);
}

static uint32_t contract_make(lg_trading *t)
{
    if (!LG_GROW(t->mem, t->contracts, t->contract_capacity, t->contract_count + 1))
        return LG__NIL;
    lg__contract *c = lg_mem_zalloc(t->mem, 1, sizeof *c);
    if (!c)
        return LG__NIL;
    c->books = lg_mem_alloc(t->mem, books_size(t));
    c->positions = lg_mem_alloc(t->mem, positions_size(t));
    c->flows = flows_size(t) ? lg_mem_alloc(t->mem, flows_size(t)) : NULL;
    if (!c->books || !c->positions || (flows_size(t) && !c->flows)) {
        contract_free(t, c);
        return LG__NIL;
    }
    for (uint32_t area = 0; area < t->rules->area_count; area++)
        for (uint32_t side = 0; side < LG__SIDES; side++)
            c->books[area].sides[side].root = LG__NIL;
    t->contracts[t->contract_count] = c;
    return t->contract_count++;
}

/* Where the period stands among the sorted ones, or would. */
static uint32_t place_of(const lg_trading *t, int64_t start_ms, uint32_t minutes)
{
    uint32_t low = 0, high = t->sorted_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const lg__contract *c = t->contracts[t->sorted[middle]];
        if (c->start_ms < start_ms || (c->start_ms == start_ms && c->minutes < minutes))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool stands_at(const lg_trading *t, uint32_t place, int64_t start_ms, uint32_t minutes)
{
    if (place >= t->sorted_count)
        return false;
    const lg__contract *c = t->contracts[t->sorted[place]];
    return c->start_ms == start_ms && c->minutes == minutes;
}

uint32_t lg__contract_find(const lg_trading *t, int64_t start_ms, uint32_t minutes)
{
    uint32_t place = place_of(t, start_ms, minutes);
    return stands_at(t, place, start_ms, minutes) ? t->sorted[place] : LG__NIL;
}

/* Roots of tries stay: they are used again. */
static void contract_clear(lg_trading *t, lg__contract *c, int64_t start_ms, uint32_t minutes)
{
    lg__contract old = *c;
    *c = (lg__contract){
        .start_ms = start_ms,
        .end_ms = start_ms + minutes * INT64_C(60000),
        .minutes = minutes,
        .live_first = LG__NIL,
        .live_last = LG__NIL,
        .agreed = LG__NIL,
        .agreed_last = LG__NIL,
        .used = true,
        .books = old.books,
        .positions = old.positions,
        .flows = old.flows,
    };
    for (uint32_t area = 0; area < t->rules->area_count; area++) {
        lg__book *book = &c->books[area];
        for (uint32_t side = 0; side < LG__SIDES; side++)
            book->sides[side] = (lg__side){
                .root = book->sides[side].root,
                .best = LG__NIL,
                .high = side == LG__BUYS || side == LG__SELL_STOPS,
            };
        book->last = LG_TRADING_NO_PRICE;
        book->low = INT64_MAX;
        book->high = INT64_MIN;
        book->closed = false;
    }
    memset(c->positions, 0, positions_size(t));
    if (c->flows)
        memset(c->flows, 0, flows_size(t));
}

uint32_t lg__contract_get(lg_trading *t, int64_t start_ms, uint32_t minutes)
{
    uint32_t place = place_of(t, start_ms, minutes), contract = t->contract_free;
    if (stands_at(t, place, start_ms, minutes))
        return t->sorted[place];
    if (!LG_GROW(t->mem, t->sorted, t->sorted_capacity, t->sorted_count + 1))
        return LG__NIL;
    if (contract != LG__NIL)
        t->contract_free = t->contracts[contract]->next;
    else if ((contract = contract_make(t)) == LG__NIL)
        return LG__NIL;
    contract_clear(t, t->contracts[contract], start_ms, minutes);
    memmove(t->sorted + place + 1, t->sorted + place,
            (t->sorted_count++ - place) * sizeof *t->sorted);
    t->sorted[place] = contract;
    return contract;
}

void lg__contract_drop(lg_trading *t, uint32_t place)
{
    uint32_t contract = t->sorted[place];
    lg__contract *c = t->contracts[contract];
    LG_ASSERT(c->live_first == LG__NIL);
    c->used = false;
    c->next = t->contract_free;
    t->contract_free = contract;
    memmove(t->sorted + place, t->sorted + place + 1,
            (--t->sorted_count - place) * sizeof *t->sorted);
}

void lg__contract_fini(lg_trading *t)
{
    for (uint32_t i = 0; i < t->contract_count; i++)
        contract_free(t, t->contracts[i]);
    lg_mem_free(t->mem, t->contracts, t->contract_capacity * sizeof(lg__contract *));
    lg_mem_free(t->mem, t->sorted, t->sorted_capacity * sizeof *t->sorted);
}
