/* What markets below an area see of its book. A view belongs to (area, side, delay): all markets
 * below at the same delay share it, and only the difference in rate, one number a link, is their
 * own. With percentage fees that difference depends on each order's original rate, so views are
 * then kept apart by the sum of percentages on the way as well.
 *
 * In a tick: lg__views_scan() notes the best rates of every lane and view; lg__is_hot() compares
 * them with what a market below would take, and notes the most generous rate in the view; only
 * then, and only as far as that rate, a view is sorted. */
#include "market/engine.h"

#include <string.h>

static bool better(lg_side side, int64_t a, int64_t b)
{
    return b == LG__NO_RATE || (side == LG_OFFER ? a < b : a > b);
}

/* ---- building: once, and again when percentage fees change ---- */

static uint32_t view_for(lg_market *m, uint32_t area, lg_side side, int32_t delay, int64_t extra)
{
    for (uint32_t i = m->books[area].view_first[side]; i != LG_NONE; i = m->views[i].next)
        if (m->views[i].delay == delay && m->views[i].extra == extra)
            return i;
    if (!LG_GROW(m->mem, m->views, m->view_capacity, m->view_count + 1))
        return LG_NONE;
    m->views[m->view_count] = (struct lg__view){
        .area = area,
        .side = (uint8_t)side,
        .delay = delay,
        .extra = extra,
        .next = m->books[area].view_first[side],
    };
    m->books[area].view_first[side] = m->view_count;
    if (delay > m->delay_max)
        m->delay_max = delay;
    return m->view_count++;
}

/* Links one area to the views of its ancestors on one side, nearest first, as far as the way up is
 * connected. */
static lg_status link_area(lg_market *m, uint32_t area, lg_side side)
{
    const lg_area *areas = m->site->areas;
    bool constant = m->rules.fee_kind == LG_FEE_CONSTANT;
    int32_t delay = 0;
    int64_t fees = 0;
    /* From the nearest ancestor outwards each step is put in front of the way: the delay of going
     * down is the first step's age, then age + 1 for every further one; an age of 0 costs nothing.
     */
    uint32_t step = area, below = LG_NONE, k = 0;
    for (; areas[step].parent != LG_NONE && lg__passes(m, step); k++) {
        uint32_t ancestor = areas[step].parent;
        int32_t age = side == LG_OFFER ? areas[step].offer_age : areas[step].bid_age;
        if (below != LG_NONE) { /* the step below is no longer the first one */
            int32_t age_below = side == LG_OFFER ? areas[below].offer_age : areas[below].bid_age;
            delay += age_below > 0 ? 1 : 0;
        }
        delay += age;
        fees += m->books[side == LG_OFFER ? step : ancestor].fee;
        uint32_t view = view_for(m, ancestor, side, delay, constant ? 0 : fees);
        if (view == LG_NONE)
            return LG_MEMORY;
        m->links[m->books[area].link_first + 2 * k + side] =
            (struct lg__link){.view = view, .shift = constant ? fees : 0};
        below = step;
        step = ancestor;
    }
    m->books[area].reach = k;
    return LG_OK;
}

void lg__views_free(lg_market *m)
{
    for (uint32_t i = 0; i < m->view_count; i++) {
        struct lg__view *v = &m->views[i];
        lg_mem_free(m->mem, v->candidates, v->capacity * sizeof *v->candidates);
        lg_mem_free(m->mem, v->skip, v->skip_capacity * sizeof *v->skip);
        lg_mem_free(m->mem, v->jump, v->jump_capacity * sizeof *v->jump);
    }
    m->view_count = 0;
}

lg_status lg__views_build(lg_market *m)
{
    lg__views_free(m);
    m->delay_max = 0;
    for (uint32_t area = 0; area < m->site->area_count; area++)
        m->books[area].view_first[LG_BID] = m->books[area].view_first[LG_OFFER] = LG_NONE;
    for (uint32_t area = 1; area < m->site->area_count; area++) {
        lg_status status = link_area(m, area, LG_OFFER);
        if (status == LG_OK)
            status = link_area(m, area, LG_BID);
        if (status != LG_OK)
            return status;
    }
    return LG_OK;
}

/* ---- the running tick ---- */

/* The tick of which views show what had come into sight: in a walk a one-sided buyer comes before
 * its market takes offers in from above. */
static int32_t seen_until(const lg_market *m)
{
    return (int32_t)m->tick - (m->holds && m->rules.match == LG_ONE_SIDED);
}

static void note_best(struct lg__view *v, int64_t rate, uint32_t party)
{
    if (better(v->side, rate, v->best_uct[0])) {
        if (v->best_party[0] != party) {
            v->best_uct[1] = v->best_uct[0];
            v->best_party[1] = v->best_party[0];
        }
        v->best_uct[0] = rate;
        v->best_party[0] = party;
    } else if (party != v->best_party[0] && better(v->side, rate, v->best_uct[1])) {
        v->best_uct[1] = rate;
        v->best_party[1] = party;
    }
}

/* Shows an entry of a lane to the lane's views. */
static void show(lg_market *m, uint32_t first_view, const struct lg__entry *e, int64_t rate)
{
    int32_t until = seen_until(m);
    for (uint32_t v = first_view; v != LG_NONE; v = m->views[v].next) {
        struct lg__view *view = &m->views[v];
        if (e->arrival + view->delay > until)
            continue;
        view->sorted = false;
        note_best(view,
                  view->extra ? lg__rate_at(m, &m->orders[e->order], e->offset + view->extra)
                              : rate,
                  e->party);
    }
}

/* Adds what is new in a lane to its best rate and to those of its views. Every order is passed by
 * here in every tick, so this is compiled once for each kind of lane. */
static inline __attribute__((always_inline)) void scan(lg_market *m, uint32_t area, lg_side side,
                                                       bool constant)
{
    struct lg__lane *lane = &m->books[area].lane[side];
    const struct lg__order *orders = m->orders;
    uint32_t first_view = m->books[area].view_first[side], dead = 0;
    bool shown = first_view != LG_NONE && !(side == LG_BID && m->rules.match == LG_ONE_SIDED);
    int64_t best = lane->best_uct;
    for (uint32_t i = lane->scanned; i < lane->count; i++) {
        const struct lg__entry *e = &lane->entries[i];
        const struct lg__order *o = &orders[e->order];
        if (o->energy_uwh == 0 || o->generation != e->generation) {
            dead++;
            continue;
        }
        int64_t rate = !constant          ? lg__rate_at(m, o, e->offset)
                       : side == LG_OFFER ? o->rate_uct + e->offset
                                          : o->rate_uct - e->offset;
        if (rate >= 0 && better(side, rate, best))
            best = rate;
        if (shown)
            show(m, first_view, e, rate);
    }
    lane->best_uct = best;
    lg__lane_tidy(m, lane, dead);
    lane->scanned = lane->count;
}

static void lane_scan(lg_market *m, uint32_t area, lg_side side)
{
    if (m->rules.fee_kind != LG_FEE_CONSTANT)
        scan(m, area, side, false);
    else if (side == LG_OFFER)
        scan(m, area, LG_OFFER, true);
    else
        scan(m, area, LG_BID, true);
}

void lg__views_clear(lg_market *m)
{
    for (uint32_t v = 0; v < m->view_count; v++) {
        struct lg__view *view = &m->views[v];
        view->best_uct[0] = view->best_uct[1] = view->wanted_uct = LG__NO_RATE;
        view->best_party[0] = view->best_party[1] = LG_NONE;
        view->sorted = false;
    }
    for (uint32_t area = 0; area < m->site->area_count; area++)
        for (int side = 0; side < 2; side++) {
            m->books[area].lane[side].best_uct = LG__NO_RATE;
            m->books[area].lane[side].scanned = 0;
        }
}

void lg__views_scan(lg_market *m)
{
    lg__views_clear(m);
    for (uint32_t area = 0; area < m->site->area_count; area++) {
        lane_scan(m, area, LG_OFFER);
        lane_scan(m, area, LG_BID);
    }
}

void lg__views_scan_above(lg_market *m, uint32_t area)
{
    for (; area != LG_NONE; area = m->site->areas[area].parent) {
        lane_scan(m, area, LG_OFFER);
        lane_scan(m, area, LG_BID);
    }
}

/* Notes in a view that somebody below would trade at @p rate (in the view's own rates). */
static void want(struct lg__view *view, int64_t rate)
{
    if (view->wanted_uct == LG__NO_RATE ||
        (view->side == LG_OFFER ? rate > view->wanted_uct : rate < view->wanted_uct)) {
        view->wanted_uct = rate;
        view->sorted = false;
    }
}

static int64_t best_for(const struct lg__view *view, uint32_t branch)
{
    return view->best_party[0] != branch ? view->best_uct[0] : view->best_uct[1];
}

bool lg__is_hot(lg_market *m, uint32_t area)
{
    const struct lg__book *book = &m->books[area];
    int64_t bid = book->lane[LG_BID].best_uct, offer = book->lane[LG_OFFER].best_uct;
    int64_t tolerance = m->rules.rate_tolerance_uct;
    if (bid == LG__NO_RATE && offer == LG__NO_RATE)
        return false;
    bool hot = bid != LG__NO_RATE && offer != LG__NO_RATE && offer <= bid + tolerance;
    uint32_t branch = area;
    for (uint32_t k = 0; k < book->reach; k++) {
        uint32_t party = LG__AREA_PARTY + branch;
        if (bid != LG__NO_RATE) {
            const struct lg__link *link = &m->links[book->link_first + 2 * k + LG_OFFER];
            struct lg__view *view = &m->views[link->view];
            int64_t best = best_for(view, party);
            if (best != LG__NO_RATE && best + link->shift <= bid + tolerance) {
                want(view, bid + tolerance - link->shift);
                hot = true;
            }
        }
        if (offer != LG__NO_RATE && m->rules.match != LG_ONE_SIDED) {
            const struct lg__link *link = &m->links[book->link_first + 2 * k + LG_BID];
            struct lg__view *view = &m->views[link->view];
            int64_t best = best_for(view, party);
            if (best != LG__NO_RATE && best - link->shift >= 0 &&
                best - link->shift >= offer - tolerance) {
                want(view, offer - tolerance + link->shift);
                hot = true;
            }
        }
        branch = m->site->areas[branch].parent;
    }
    return hot;
}

lg_status lg__view_sort(lg_market *m, struct lg__view *view)
{
    if (view->sorted)
        return LG_OK;
    const struct lg__lane *lane = &m->books[view->area].lane[view->side];
    bool descends = lg__descends(m, view->side);
    view->count = 0;
    for (uint32_t i = 0; i < lane->count && view->wanted_uct != LG__NO_RATE; i++) {
        const struct lg__entry *e = &lane->entries[i];
        if (e->arrival + view->delay > seen_until(m))
            break; /* entries are in the order of arrival */
        if (!lg__alive(m, e))
            continue;
        const struct lg__order *o = &m->orders[e->order];
        int64_t rate = lg__rate_at(m, o, e->offset + view->extra);
        if (view->side == LG_OFFER ? rate > view->wanted_uct : rate < view->wanted_uct || rate < 0)
            continue;
        if (!LG_GROW(m->mem, view->candidates, view->capacity, view->count + 1))
            return LG_MEMORY;
        view->candidates[view->count++] = (struct lg__candidate){
            .key = lg__key(descends, rate, o->sequence), .order = e->order, .party = e->party};
    }
    if (!LG_GROW(m->mem, view->skip, view->skip_capacity, view->count + 1) ||
        !LG_GROW(m->mem, view->jump, view->jump_capacity, view->count + 1))
        return LG_MEMORY;
    lg_status status = lg__sort(m, view->candidates, view->count);
    if (status != LG_OK)
        return status;
    for (uint32_t i = view->count; i-- > 0;) {
        bool run =
            i + 1 < view->count && view->candidates[i].party == view->candidates[i + 1].party;
        view->skip[i] = i + 1;
        view->jump[i] = run ? view->jump[i + 1] : i + 1;
    }
    view->sorted = true;
    return LG_OK;
}

/* First living position from i on. */
static uint32_t living(const lg_market *m, struct lg__view *view, uint32_t i)
{
    uint32_t end = i;
    while (end < view->count && m->orders[view->candidates[end].order].energy_uwh == 0)
        end = view->skip[end];
    while (i < end) { /* what lies between is dead for good: remember */
        uint32_t next = view->skip[i];
        view->skip[i] = end;
        i = next;
    }
    return end;
}

uint32_t lg__view_find(const lg_market *m, struct lg__view *view, uint32_t i, uint32_t party)
{
    i = living(m, view, i);
    uint32_t start = i;
    while (i < view->count && view->candidates[i].party == party)
        i = living(m, view, view->jump[i]);
    while (start < i && start < view->count) { /* all between are dead or of this party: remember */
        uint32_t next = living(m, view, view->jump[start]);
        view->jump[start] = i;
        start = next;
    }
    return i;
}
