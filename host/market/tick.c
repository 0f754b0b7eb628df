/* A tick of the markets: orders travel, and who can trade does. Either all at once, when everybody
 * has placed what they want: every market, the deepest level first, siblings in a drawn order. Or
 * in pieces, an area at a time with orders placed in between, as the reference exchange has it. */
#include "market/engine.h"

#define LG__DRAW_VISIT UINT64_C(0x766973697400) /* "visit": the purpose of this draw */

static lg_status match_area(lg_market *m, uint32_t area)
{
    switch (m->rules.match) {
    case LG_PAY_AS_BID:
        return lg__match_pay_as_bid(m, area);
    case LG_PAY_AS_CLEAR:
        return lg__match_pay_as_clear(m, area);
    case LG_BY_PLUGIN:
        return lg__match_by_plugin(m, area);
    case LG_ONE_SIDED:
        break;
    }
    return lg__match_one_sided(m, area);
}

/* Which markets can trade at all is asked of all first, so that views know how far they must be
 * sorted; the answer is kept in the lanes: a market that is not hot forgets its best rates. */
static void find_hot(lg_market *m)
{
    for (uint32_t area = 0; area < m->site->area_count; area++)
        if (!lg__is_hot(m, area))
            m->books[area].lane[LG_BID].best_uct = m->books[area].lane[LG_OFFER].best_uct =
                LG__NO_RATE;
}

static bool hot(const lg_market *m, uint32_t area)
{
    const struct lg__book *book = &m->books[area];
    return book->lane[LG_BID].best_uct != LG__NO_RATE ||
           book->lane[LG_OFFER].best_uct != LG__NO_RATE;
}

/* Appends the children of @p area in the order of this tick: from a drawn one on, up or down. A
 * rotation is as fair as a permutation over many ticks, and walks memory in order. */
static uint32_t visit_children(lg_market *m, uint32_t area, uint32_t count)
{
    const lg_area *a = &m->site->areas[area];
    uint64_t draw = lg_rng(m->site->seed, LG__DRAW_VISIT, lg__moment(m), area);
    uint32_t at = lg_rng_below(draw, a->child_count);
    for (uint32_t i = 0; i < a->child_count; i++) {
        m->visit[count++] = a->child_first + at;
        if (draw & 1)
            at = at == 0 ? a->child_count - 1 : at - 1;
        else
            at = at + 1 == a->child_count ? 0 : at + 1;
    }
    return count;
}

/* Writes down the order of this tick, the root first, each level in the order of its parents: drawn
 * anew for the children of every area, so that no home, and no street of homes, is always first. */
static void draw_visits(lg_market *m)
{
    uint32_t count = 0;
    m->visit[count++] = 0;
    for (uint32_t i = 0; i < count; i++)
        if (m->site->areas[m->visit[i]].child_count)
            count = visit_children(m, m->visit[i], count);
    LG_ASSERT(count == m->site->area_count);
}

/* The deepest level first. */
static lg_status match_all(lg_market *m)
{
    draw_visits(m);
    for (uint32_t depth = m->site->level_count; depth-- > 0;)
        for (uint32_t i = m->site->level_first[depth]; i < m->site->level_first[depth + 1]; i++) {
            lg_status status = hot(m, m->visit[i]) ? match_area(m, m->visit[i]) : LG_OK;
            if (status != LG_OK)
                return status;
        }
    return LG_OK;
}

/* What was filled in part is the youngest order from the next tick on; on the reference exchange it
 * is a new one, which waits anew if nobody has passed it on yet. */
static lg_status end_tick(lg_market *m, bool in_pieces)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < m->split_count && status == LG_OK; i++) {
        struct lg__order *o = &m->orders[m->splits[i]];
        if (o->energy_uwh == 0)
            continue;
        o->sequence = ++m->sequence;
        if (in_pieces && m->rules.match != LG_ONE_SIDED)
            status = lg__order_restart(m, m->splits[i], m->tick + 1);
    }
    m->split_count = 0;
    m->tick++;
    return status;
}

lg_status lg_market_tick(lg_market *m, uint32_t tick)
{
    LG_ASSERT(m->open && tick >= m->tick);
    uint64_t before = m->trades_total;
    m->tick = tick;
    lg_status status = lg__travel(m);
    /* nothing new, and nothing old that could still come into sight: the last tick's outcome stands
     */
    if (status == LG_OK && (int64_t)tick <= (int64_t)m->last_change + m->delay_max) {
        lg__views_scan(m);
        find_hot(m);
        status = m->rules.no_market ? lg__match_none(m) : match_all(m);
    }
    lg_status ended = end_tick(m, false);
    if (m->trades_total > before)
        m->last_change = m->tick; /* who may take one offer a tick goes on in the next */
    return status == LG_OK ? ended : status;
}

void lg_market_tick_begin(lg_market *m, uint32_t tick)
{
    LG_ASSERT(m->open && tick >= m->tick && lg_rules_interleave(&m->rules));
    m->tick = tick;
    m->holds = true;
    m->trades_before = m->trades_total;
    lg__views_clear(m);
}

/* Whether anything can trade in @p area at this piece of the tick. */
static bool hot_now(lg_market *m, uint32_t area)
{
    /* who comes early in one tick may see what happened late in the one before: + 1 */
    if ((int64_t)m->tick > (int64_t)m->last_change + m->delay_max + 1)
        return false;
    lg__views_scan_above(m, area);
    return lg__is_hot(m, area);
}

lg_status lg_market_tick_asset(lg_market *m, uint32_t asset)
{
    LG_ASSERT(m->holds);
    if (m->rules.match != LG_ONE_SIDED || m->first[LG_BID][asset] == LG_NONE ||
        !hot_now(m, m->area_of[asset]))
        return LG_OK;
    return lg__buy(m, asset);
}

lg_status lg_market_tick_area(lg_market *m, uint32_t area)
{
    LG_ASSERT(m->holds);
    lg_status status = lg__travel_from(m, area);
    if (status != LG_OK || m->rules.match == LG_ONE_SIDED || !hot_now(m, area))
        return status;
    return match_area(m, area);
}

lg_status lg_market_tick_end(lg_market *m)
{
    LG_ASSERT(m->holds);
    m->holds = false;
    lg__orders_release(m);
    lg_status status = end_tick(m, true);
    if (m->trades_total > m->trades_before)
        m->last_change = m->tick;
    return status;
}
