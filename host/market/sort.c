/* Gathering and sorting of what can trade: insertion for a handful, else a radix sort that passes
 * over bytes in which all keys agree. A comparison through a function pointer costs several times
 * as much. */
#include "market/engine.h"

#include <string.h>

enum { INSERTION_MAX = 40 };

static void insertion(struct lg__candidate *c, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct lg__candidate moved = c[i];
        uint32_t j = i;
        for (; j > 0 && c[j - 1].key > moved.key; j--)
            c[j] = c[j - 1];
        c[j] = moved;
    }
}

lg_status lg__sort(lg_market *m, struct lg__candidate *candidates, uint32_t count)
{
    if (count <= INSERTION_MAX) {
        insertion(candidates, count);
        return LG_OK;
    }
    uint64_t all_or = 0, all_and = ~UINT64_C(0);
    bool sorted = true;
    for (uint32_t i = 0; i < count; i++) {
        all_or |= candidates[i].key;
        all_and &= candidates[i].key;
        sorted = sorted && (i == 0 || candidates[i - 1].key <= candidates[i].key);
    }
    if (sorted)
        return LG_OK;
    if (!LG_GROW(m->mem, m->sort_scratch, m->sort_capacity, count))
        return LG_MEMORY;
    uint64_t differ = all_or ^ all_and;
    struct lg__candidate *from = candidates, *to = m->sort_scratch;
    for (int shift = 0; shift < 64; shift += 8) {
        if (!(differ >> shift & 0xff))
            continue;
        uint32_t start[256] = {0};
        for (uint32_t i = 0; i < count; i++)
            start[from[i].key >> shift & 0xff]++;
        for (uint32_t i = 0, sum = 0; i < 256; i++) {
            uint32_t n = start[i];
            start[i] = sum;
            sum += n;
        }
        for (uint32_t i = 0; i < count; i++)
            to[start[from[i].key >> shift & 0xff]++] = from[i];
        struct lg__candidate *swap = from;
        from = to;
        to = swap;
    }
    if (from != candidates)
        memcpy(candidates, from, count * sizeof *candidates);
    return LG_OK;
}

lg_status lg__gather(lg_market *m, uint32_t area, lg_side side, int64_t limit_uct)
{
    const struct lg__lane *lane = &m->books[area].lane[side];
    bool descends = lg__descends(m, side);
    if (!LG_GROW(m->mem, m->own[side], m->own_capacity[side], lane->count))
        return LG_MEMORY;
    uint32_t count = 0;
    for (uint32_t i = 0; i < lane->count; i++) {
        const struct lg__entry *e = &lane->entries[i];
        if (!lg__alive(m, e))
            continue;
        const struct lg__order *o = &m->orders[e->order];
        int64_t rate = lg__rate_at(m, o, e->offset);
        if (rate < 0 || (side == LG_OFFER ? rate > limit_uct : rate < limit_uct))
            continue;
        __builtin_prefetch(&m->positions[o->asset], 1); /* it is about to trade */
        m->own[side][count++] = (struct lg__candidate){
            .key = lg__key(descends, rate, o->sequence), .order = e->order, .party = e->party};
    }
    m->own_count[side] = count;
    return lg__sort(m, m->own[side], count);
}
