/* The walk over what several markets above show to one market below, merged in visiting order. */
#include "market/engine.h"

static const struct lg__link *link_of(const lg_market *m, const struct lg__outside *o, uint32_t k)
{
    return &m->links[m->books[o->area].link_first + 2 * k + o->side];
}

lg_status lg__outside_open(lg_market *m, struct lg__outside *outside, uint32_t area, lg_side side)
{
    bool any = false;
    outside->area = area;
    outside->count = m->books[area].reach;
    outside->side = side;
    for (uint32_t k = 0; k < outside->count; k++) {
        outside->position[k] = 0;
        struct lg__view *view = &m->views[link_of(m, outside, k)->view];
        lg_status status = lg__view_sort(m, view);
        if (status != LG_OK)
            return status;
        any = any || view->count;
    }
    if (!any) /* the usual case in the middle of a slot: then nobody need look up again */
        outside->count = 0;
    return LG_OK;
}

bool lg__outside_peek(lg_market *m, struct lg__outside *outside, struct lg__pick *pick)
{
    bool descends = lg__descends(m, outside->side), found = false;
    uint32_t branch = outside->area;
    for (uint32_t k = 0; k < outside->count; k++, branch = m->site->areas[branch].parent) {
        const struct lg__link *link = link_of(m, outside, k);
        struct lg__view *view = &m->views[link->view];
        uint32_t i = lg__view_find(m, view, outside->position[k], LG__AREA_PARTY + branch);
        outside->position[k] = i;
        if (i >= view->count)
            continue;
        const struct lg__candidate *c = &view->candidates[i];
        int64_t rate = lg__key_rate(descends, c->key);
        rate += outside->side == LG_OFFER ? link->shift : -link->shift;
        if (rate < 0 || rate > LG_RATE_MAX_UCT)
            continue;
        uint32_t sequence = (uint32_t)((descends ? ~c->key : c->key) & LG__SEQUENCE_MAX);
        uint64_t key = lg__key(descends, rate, sequence);
        if (found && pick->key <= key)
            continue;
        *pick = (struct lg__pick){
            .order = c->order, .party = LG__OUTSIDE, .rate_uct = rate, .key = key, .from = k};
        found = true;
    }
    return found;
}

void lg__outside_limit(lg_market *m, struct lg__outside *outside, int64_t rate_uct)
{
    for (uint32_t k = 0; k < outside->count; k++) {
        const struct lg__link *link = link_of(m, outside, k);
        const struct lg__view *view = &m->views[link->view];
        int64_t limit = rate_uct - link->shift;
        if (limit < 0) {
            outside->position[k] = view->count;
            continue;
        }
        if (limit > LG_RATE_MAX_UCT)
            limit = LG_RATE_MAX_UCT;
        uint64_t key = lg__key(true, limit, LG__SEQUENCE_MAX); /* smallest key of that rate */
        uint32_t low = outside->position[k], high = view->count;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (view->candidates[middle].key < key)
                low = middle + 1;
            else
                high = middle;
        }
        outside->position[k] = low;
    }
}

void lg__outside_pass(struct lg__outside *outside, const struct lg__pick *pick)
{
    outside->position[pick->from]++;
}
