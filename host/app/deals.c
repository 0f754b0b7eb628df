/* A ring a seat, made with its first trade. */
#include "app/deals.h"

#include <string.h>

typedef struct ring {
    lg_deal *items;
    uint64_t count; /* since the start */
} ring;

struct lg_deals {
    lg_mem *mem;
    const lg_site *site;
    ring *rings;
};

lg_deals *lg_deals_new(lg_mem *mem, const lg_site *site)
{
    lg_deals *d = lg_mem_zalloc(mem, 1, sizeof *d);
    if (!d)
        return NULL;
    *d = (lg_deals){.mem = mem, .site = site};
    d->rings = lg_mem_zalloc(mem, site->agent_count + 1, sizeof *d->rings);
    if (d->rings)
        return d;
    lg_deals_free(d);
    return NULL;
}

void lg_deals_free(lg_deals *d)
{
    if (!d)
        return;
    for (uint32_t i = 0; d->rings && i < d->site->agent_count; i++)
        if (d->rings[i].items)
            lg_mem_free(d->mem, d->rings[i].items, LG_DEALS_KEPT * sizeof *d->rings[i].items);
    lg_mem_free(d->mem, d->rings, (d->site->agent_count + 1) * sizeof *d->rings);
    lg_mem_free(d->mem, d, sizeof *d);
}

/* What does not fit into memory is left out: it is shown, nothing rests on it. */
static void add(lg_deals *d, const lg_trade *trade, uint32_t asset, bool buys)
{
    uint32_t seat = d->site->assets[asset].agent;
    ring *r = seat < d->site->agent_count ? &d->rings[seat] : NULL;
    if (r && !r->items)
        r->items = lg_mem_zalloc(d->mem, LG_DEALS_KEPT, sizeof *r->items);
    if (!r || !r->items)
        return;
    r->items[r->count++ % LG_DEALS_KEPT] =
        (lg_deal){.slot = trade->slot,
                  .tick = trade->tick,
                  .asset = asset,
                  .buys = buys,
                  .energy_uwh = trade->energy_uwh,
                  .price_uct = buys ? trade->paid_uct : trade->earned_uct};
}

static lg_status heard_trade(void *ctx, const lg_trade *trade)
{
    add(ctx, trade, trade->buyer, true);
    add(ctx, trade, trade->seller, false);
    return LG_OK;
}

void lg_deals_listener(lg_deals *d, lg_listener *listener)
{
    *listener = (lg_listener){.ctx = d, .trade = heard_trade};
}

uint32_t lg_deals_count(const lg_deals *d, uint32_t seat)
{
    uint64_t count = d->rings[seat].count;
    return count < LG_DEALS_KEPT ? (uint32_t)count : LG_DEALS_KEPT;
}

const lg_deal *lg_deals_at(const lg_deals *d, uint32_t seat, uint32_t index)
{
    const ring *r = &d->rings[seat];
    uint64_t first = r->count - lg_deals_count(d, seat);
    return &r->items[(first + index) % LG_DEALS_KEPT];
}
