/*
 * Whether what is asked for at home and what the utility offers can meet within a slot. Orders go
 * up by their age a level, and what markets below see of them comes down by it as well, one tick
 * more from the second level on (market/view.c); the two meet at the market between them that both
 * reach first. In a deep tree that takes longer than a slot lasts, and then nothing is traded with
 * the utility, which no figure of the run would explain.
 */
#include "scenario/reader.h"

enum { TOLD_MAX = 3 };

/* The areas from one place up to the utility's; count is the number of steps between. */
typedef struct way {
    const lg_area *areas[LG_DEPTH_MAX + 1];
    uint32_t count;
} way;

static bool find_way(const lg_site *site, uint32_t from, uint32_t top, way *found)
{
    found->count = 0;
    for (uint32_t area = from; area != LG_NONE; area = site->areas[area].parent) {
        found->areas[found->count] = &site->areas[area];
        if (area == top)
            return true;
        found->count++;
    }
    return false; /* the utility lies in another branch */
}

static uint32_t age_of(const lg_area *area, bool offers)
{
    return offers ? area->offer_age : area->bid_age;
}

/*
 * Ticks until orders from below and those of the utility meet. @p offers: the utility sells, so its
 * offers come down and bids go up. In a one-sided market only offers travel.
 */
static uint32_t ticks_to_meet(const way *w, bool offers, bool one_sided)
{
    uint32_t up = 0, down = 0, best = UINT32_MAX;
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t age = age_of(w->areas[i], offers);
        down += age + (i + 1 < w->count && age > 0);
    }
    for (uint32_t i = 0; i <= w->count; i++) {
        bool possible = !one_sided || i == (offers ? 0 : w->count);
        uint32_t meet = up > down ? up : down;
        if (possible && meet < best)
            best = meet;
        if (i == w->count)
            break;
        uint32_t age = age_of(w->areas[i], offers);
        down -= age + (i + 1 < w->count && age > 0);
        up += age_of(w->areas[i], !offers);
    }
    return best;
}

static bool has_utility(const lg_site *site)
{
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (site->assets[i].role == LG_ROLE_BUS || site->assets[i].role == LG_ROLE_MARKET_MAKER)
            return true;
    return false;
}

void lg__reach_check(lg__reader *r, lg__node *const *nodes)
{
    const lg_site *site = &r->scenario->site;
    bool one_sided = r->scenario->rules.match == LG_ONE_SIDED;
    uint32_t ticks = r->scenario->rules.ticks_per_slot, top = lg_site_utility_area(site);
    uint32_t far = 0;
    way w;
    if (!has_utility(site))
        return;
    for (uint32_t i = 0; i < site->area_count; i++) {
        if (site->areas[i].asset_count == 0 || !find_way(site, i, top, &w))
            continue;
        uint32_t buy = ticks_to_meet(&w, true, one_sided);
        uint32_t sell = ticks_to_meet(&w, false, one_sided);
        if ((buy > sell ? buy : sell) < ticks || far++ >= TOLD_MAX)
            continue;
        lg__warning(r, nodes[i]->conf, site->areas[i].name, NULL,
                    "%s with the utility in \"%.60s\" needs %u ticks, %u levels away, but a slot "
                    "has %u: such orders never meet; use more ticks_per_slot or smaller ages",
                    buy < ticks    ? "selling"
                    : sell < ticks ? "buying"
                                   : "trading",
                    site->areas[top].name, (buy > sell ? buy : sell) + 1, w.count, ticks);
    }
    if (far > TOLD_MAX)
        lg__warning(r, NULL, "grid", NULL, "%u areas more are as far from the utility",
                    far - TOLD_MAX);
}
