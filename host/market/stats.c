/* Statistics of a closed slot and the cumulative indicators (sections 13.1 and 13.4 of the
 * reference).
 *
 * Indicators are kept where things happen: energy produced and demanded at the area of the asset,
 * self-consumption at the lowest area that holds both parties, and summed up the tree once a slot.
 * A prosumer demands where it buys and produces where it sells; an uncounted asset does neither.
 * Only the buffer of stored own energy has a history in every area, so storages walk up the tree
 * trade by trade. */
#include "market/engine.h"

#include <string.h>

static int64_t absolute(int64_t x)
{
    return x < 0 ? -x : x;
}

/* The element of rank `rank` if v were sorted; reorders v (Hoare's selection). */
static int64_t select_rank(int64_t *v, uint32_t count, uint32_t rank)
{
    uint32_t low = 0, high = count - 1;
    while (low < high) {
        int64_t pivot = v[low + (high - low) / 2];
        uint32_t i = low, j = high;
        for (;;) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i >= j)
                break;
            int64_t swap = v[i];
            v[i++] = v[j];
            v[j--] = swap;
        }
        if (rank <= j)
            high = j;
        else
            low = j + 1;
    }
    return v[rank];
}

static void rate_stats(lg_market_stats *s, int64_t *rates, uint32_t count)
{
    __int128 sum = 0;
    s->min_rate_uct = s->max_rate_uct = rates[0];
    for (uint32_t i = 0; i < count; i++) {
        s->min_rate_uct = lg_min64(s->min_rate_uct, rates[i]);
        s->max_rate_uct = lg_max64(s->max_rate_uct, rates[i]);
        sum += rates[i];
    }
    s->avg_rate_uct = (int64_t)((sum + (int64_t)count / 2) / count);
    int64_t upper = select_rank(rates, count, count / 2);
    s->median_rate_uct = upper;
    if (count % 2 == 0) {
        int64_t lower = select_rank(rates, count, count / 2 - 1);
        s->median_rate_uct = lower + (upper - lower) / 2;
    }
}

lg_status lg__stats_close(lg_market *m)
{
    if (!LG_GROW(m->mem, m->median_scratch, m->median_capacity, m->sample_count))
        return LG_MEMORY;
    uint32_t sum = 0;
    for (uint32_t area = 0; area < m->site->area_count; area++) {
        m->sample_first[area] = sum;
        sum += m->stats_now[area].trade_count;
    }
    LG_ASSERT(sum == m->sample_count);
    for (uint32_t i = 0; i < m->sample_count; i++)
        m->median_scratch[m->sample_first[m->samples[i].area]++] = m->samples[i].rate_uct;
    for (uint32_t area = 0; area < m->site->area_count; area++) {
        lg_market_stats *s = &m->stats_now[area];
        if (s->trade_count == 0)
            continue;
        rate_stats(s, m->median_scratch + m->sample_first[area] - s->trade_count, s->trade_count);
        lg_peak *peak = &m->peaks[area];
        peak->import_uwh = lg_max64(peak->import_uwh, s->import_uwh);
        peak->export_uwh = lg_max64(peak->export_uwh, s->export_uwh);
    }
    m->sample_count = 0;
    lg_market_stats *swap = m->stats_last;
    m->stats_last = m->stats_now;
    m->stats_now = swap;
    m->has_stats = true;
    return LG_OK;
}

/* ---- indicators ---- */

/* Energy of own production that was stored, area by area from the lowest common one to the root.
 * The reference exchange walks the trades of every market in which a producer or a consumer stands,
 * and so adds a trade once for each such market on its path. */
static void buffer_fill(lg_market *m, uint32_t common, const lg_trade *t)
{
    int64_t energy = t->energy_uwh;
    if (m->rules.compat_gsy) {
        energy = 0;
        for (uint32_t i = 0; i < t->leg_count; i++)
            energy += m->counted[t->legs[i].area] ? t->energy_uwh : 0;
    }
    for (uint32_t a = common; a != LG_NONE; a = m->site->areas[a].parent)
        m->kpi_own[a].buffer_uwh += energy;
}

/* A storage sells: to a consumer inside, what was stored of own production counts as consumed; to
 * anybody outside it only leaves the buffer. */
static void buffer_drain(lg_market *m, uint32_t seller_area, uint32_t common, bool consumer,
                         int64_t energy)
{
    bool inside = false;
    for (uint32_t a = seller_area; a != LG_NONE; a = m->site->areas[a].parent) {
        lg_kpi *k = &m->kpi_own[a];
        inside = inside || a == common;
        int64_t moved = lg_min64(energy, k->buffer_uwh);
        if (inside && !consumer)
            continue;
        k->buffer_uwh -= moved;
        if (inside)
            m->stored_used_uwh[a] += moved;
    }
}

void lg__kpi_trade(lg_market *m, const lg_trade *t)
{
    uint32_t home = m->area_of[t->seller], common = home, other = m->area_of[t->buyer];
    uint8_t seller = lg__group_of(m, t->seller), buyer = lg__group_of(m, t->buyer);
    while (common != other) {
        if (m->site->areas[common].depth >= m->site->areas[other].depth)
            common = m->site->areas[common].parent;
        else
            other = m->site->areas[other].parent;
    }
    bool produces = lg__produces(seller);
    bool consumes = lg__consumes(buyer);
    lg_kpi *at = &m->kpi_own[common];
    if (produces)
        m->kpi_own[home].produced_uwh += t->energy_uwh;
    if (seller == LG_ROLE_BUS && consumes) {
        at->produced_uwh += t->energy_uwh;
        at->consumed_own_uwh += t->energy_uwh;
    }
    if (produces && consumes)
        at->consumed_own_uwh += t->energy_uwh;
    if (produces && buyer == LG_ROLE_BUS) {
        at->consumed_own_uwh += t->energy_uwh;
        at->demanded_uwh += t->energy_uwh;
    }
    if (produces && buyer == LG_ROLE_STORAGE)
        buffer_fill(m, common, t);
    if (seller == LG_ROLE_STORAGE)
        buffer_drain(m, home, common, consumes, t->energy_uwh);
}

int64_t lg_caps_demand(const lg_caps *caps, uint32_t role, int64_t bought_uwh)
{
    if (role == LG_ROLE_STORAGE)
        return caps->used_uwh;
    return role == LG_ROLE_CONSUMER ? lg_max64(caps->demand_uwh, bought_uwh) : caps->demand_uwh;
}

/* The demand that the indicators count at a slot's end: the slot's. The reference exchange counts a
 * load by hours one slot late, so its last slot is missing in a run (17 #20 of the reference). */
static int64_t counted_demand(lg_market *m, uint32_t asset, int64_t demand)
{
    if (!lg__group_of(m, asset))
        return 0;
    if (!m->late_uwh || !m->site->assets[asset].by_hours)
        return demand;
    int64_t late = m->late_uwh[asset];
    m->late_uwh[asset] = demand;
    return late;
}

/* Demand of a slot. What the owner of a storage took out of it was consumed where the storage is.
 */
static int64_t count_demand(lg_market *m, uint32_t asset)
{
    uint32_t area = m->area_of[asset];
    uint8_t role = m->role_of[asset];
    int64_t demand = lg_caps_demand(&m->caps[asset], role, m->positions[asset].bought_uwh);
    m->kpi_own[area].demanded_uwh += counted_demand(m, asset, demand);
    if (role == LG_ROLE_STORAGE && demand && lg__group_of(m, asset))
        buffer_drain(m, area, area, true, demand);
    return demand;
}

void lg__accounts_close(lg_market *m)
{
    for (uint32_t i = 0; i < m->site->asset_count; i++) {
        lg_account *a = &m->accounts[i];
        const lg_caps *c = &m->caps[i];
        const lg_position *p = &m->positions[i];
        const struct lg__fees *f = &m->fees[i];
        a->bill.bought_uwh = lg_add(a->bill.bought_uwh, p->bought_uwh);
        a->bill.sold_uwh = lg_add(a->bill.sold_uwh, p->sold_uwh);
        a->bill.spent_uct = lg_add(a->bill.spent_uct, p->paid_uct - f->local_uct);
        a->bill.earned_uct = lg_add(a->bill.earned_uct, p->earned_uct);
        a->bill.market_fee_uct = lg_add(a->bill.market_fee_uct, f->local_uct);
        a->fees_path_uct = lg_add(a->fees_path_uct, f->path_uct);
        a->demand_uwh += count_demand(m, i);
        a->supply_uwh += c->supply_uwh;
        a->unserved_uwh += lg_max64(0, c->demand_uwh - p->bought_uwh);
        a->unsold_uwh += lg_max64(0, c->supply_uwh - p->sold_uwh);
    }
}

void lg_kpi_shares(lg_kpi *kpi)
{
    double own = (double)kpi->consumed_own_uwh;
    kpi->self_sufficiency = kpi->self_consumption = NAN;
    if (absolute(kpi->demanded_uwh) > 20) /* 2e-5 Wh */
        kpi->self_sufficiency = fmin(1.0, own / (double)kpi->demanded_uwh);
    if (absolute(kpi->produced_uwh) > 20)
        kpi->self_consumption = fmin(1.0, own / (double)kpi->produced_uwh);
}

lg_kpi lg_market_kpi(const lg_market *m, uint32_t area)
{
    /* breadth-first: the subtree of an area is one run of areas on each level */
    lg_kpi sum = {.buffer_uwh = m->kpi_own[area].buffer_uwh,
                  .consumed_own_uwh = m->stored_used_uwh[area]};
    uint32_t first = area, count = 1;
    while (count) {
        uint32_t next_first = 0, next_count = 0;
        for (uint32_t a = first; a < first + count; a++) {
            const lg_area *node = &m->site->areas[a];
            sum.produced_uwh += m->kpi_own[a].produced_uwh;
            sum.consumed_own_uwh += m->kpi_own[a].consumed_own_uwh;
            sum.demanded_uwh += m->kpi_own[a].demanded_uwh;
            if (node->child_count && !next_count)
                next_first = node->child_first;
            next_count += node->child_count;
        }
        first = next_first;
        count = next_count;
    }
    lg_kpi_shares(&sum);
    return sum;
}
