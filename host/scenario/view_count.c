/*
 * How many views of its book an area has to keep. The market engine makes one for every different
 * time that orders take from the area to a market below, on each side of the book, and with
 * percentage fees for every different sum of fees on the way as well (market/view.c); each view
 * costs a little in every tick. Ages or fees that somebody draws home by home make one for each
 * home, which is worth a word before a long run.
 */
#include "scenario/reader.h"

#include <stdlib.h>

enum { VIEWS_MANY = 64 };

typedef struct view {
    uint32_t area;
    int32_t delay;
    int64_t fees;
} view;

typedef struct view_list {
    view *items;
    uint32_t count, capacity;
} view_list;

static int by_all(const void *a, const void *b)
{
    const view *x = a, *y = b;
    if (x->area != y->area)
        return x->area < y->area ? -1 : 1;
    if (x->delay != y->delay)
        return x->delay < y->delay ? -1 : 1;
    return x->fees < y->fees ? -1 : x->fees > y->fees;
}

/* Whether an area sees what the one before it sees, as clones do: it need not be counted again. */
static bool as_before(const lg_site *site, uint32_t area)
{
    const lg_area *a = &site->areas[area], *before = a - 1;
    return a->parent == before->parent && a->offer_age == before->offer_age &&
           a->bid_age == before->bid_age && a->fee_ppb == before->fee_ppb;
}

/* The views an area has of the books above it, as link_area() of market/view.c adds them up. */
static bool add_views(lg__reader *r, view_list *list, uint32_t area, bool offers)
{
    const lg_area *areas = r->scenario->site.areas;
    bool with_fees = r->scenario->rules.fee_kind == LG_FEE_PERCENTAGE;
    int32_t delay = 0;
    int64_t fees = 0;
    uint32_t below = LG_NONE;
    for (uint32_t step = area; areas[step].parent != LG_NONE; step = areas[step].parent) {
        uint32_t above = areas[step].parent;
        if (below != LG_NONE && (offers ? areas[below].offer_age : areas[below].bid_age) > 0)
            delay++;
        delay += offers ? areas[step].offer_age : areas[step].bid_age;
        fees += areas[offers ? step : above].fee_ppb;
        if (!LG_GROW(r->mem, list->items, list->capacity, list->count + 1))
            return lg__exhausted(r);
        list->items[list->count++] = (view){above, delay, with_fees ? fees : 0};
        below = step;
    }
    return true;
}

static void warn_area(lg__reader *r, lg__node *const *nodes, uint32_t area, uint32_t count,
                      bool offers)
{
    bool with_fees = r->scenario->rules.fee_kind == LG_FEE_PERCENTAGE;
    lg__warning(r, nodes[area]->conf, r->scenario->site.areas[area].name, NULL,
                "%s reach the markets below in %u different ways (%ssum of %s on the way); each "
                "of more than %d costs time in every tick, fewer different values cost less",
                offers ? "offers" : "bids", count, with_fees ? "grid fees and " : "",
                offers ? "offer_age" : "bid_age", VIEWS_MANY);
}

/* Counts the different views of each area in the sorted list. */
static void warn_all(lg__reader *r, lg__node *const *nodes, const view_list *list, bool offers)
{
    uint32_t different = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const view *v = &list->items[i];
        different += i == 0 || by_all(v - 1, v) != 0;
        if (i + 1 < list->count && list->items[i + 1].area == v->area)
            continue;
        if (different > VIEWS_MANY)
            warn_area(r, nodes, v->area, different, offers);
        different = 0;
    }
}

void lg__views_check(lg__reader *r, lg__node *const *nodes)
{
    const lg_site *site = &r->scenario->site;
    bool one_sided = r->scenario->rules.match == LG_ONE_SIDED;
    for (int offers = 1; offers >= (one_sided ? 1 : 0); offers--) {
        view_list list = {.count = 0};
        bool fine = true;
        for (uint32_t i = 1; i < site->area_count && fine; i++)
            if (!as_before(site, i))
                fine = add_views(r, &list, i, offers != 0);
        if (fine && list.count) {
            qsort(list.items, list.count, sizeof *list.items, by_all);
            warn_all(r, nodes, &list, offers != 0);
        }
        lg_mem_free(r->mem, list.items, list.capacity * sizeof *list.items);
    }
}
