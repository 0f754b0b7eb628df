/* A walk up the tree over what lies in the lanes. Views, which matching sorts, are left alone. */
#include "market/look.h"

#include "market/engine.h"

typedef struct walk {
    const lg_market *market;
    lg_seen *seen;
    uint32_t count, max;
} walk;

/* The lane of @p area, without what came from its child @p below; @p fees lie on the way down. */
static void see_lane(walk *w, uint32_t area, uint32_t below, lg_side side, int64_t fees)
{
    const lg_market *m = w->market;
    const struct lg__lane *lane = &m->books[area].lane[side];
    for (uint32_t i = 0; i < lane->count; i++) {
        const struct lg__entry *e = &lane->entries[i];
        if (!lg__alive(m, e) || (below != LG_NONE && e->party == (LG__AREA_PARTY | below)))
            continue;
        const struct lg__order *o = &m->orders[e->order];
        if (w->count++ < w->max)
            w->seen[w->count - 1] = (lg_seen){
                .asset = o->asset,
                .from = area,
                .energy_uwh = o->energy_uwh,
                .rate_uct = lg__rate_at(m, o, e->offset + fees),
            };
    }
}

uint32_t lg_market_see(const lg_market *m, uint32_t area, lg_side side, bool above, lg_seen *seen,
                       uint32_t max)
{
    walk w = {.market = m, .seen = seen, .max = max};
    if (!m->open)
        return 0;
    see_lane(&w, area, LG_NONE, side, 0);
    int64_t fees = 0;
    for (uint32_t at = area; above; at = m->site->areas[at].parent) {
        uint32_t parent = m->site->areas[at].parent;
        if (parent == LG_NONE || !lg__passes(m, at))
            break;
        /* offers pay the fee of each market that they come into, bids of each that they leave */
        fees += m->books[side == LG_OFFER ? at : parent].fee;
        see_lane(&w, parent, at, side, fees);
    }
    return w.count;
}
