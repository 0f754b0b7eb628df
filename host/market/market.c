/* The engine's life: made once, then slot after slot opened, ticked and closed. */
#include "market/engine.h"

#include <string.h>

/* Everything with one element an area or asset. */
static bool allocate(lg_market *m)
{
    size_t areas = m->site->area_count, assets = m->site->asset_count;
    m->first[LG_BID] = lg_mem_alloc(m->mem, assets * sizeof(uint32_t));
    m->first[LG_OFFER] = lg_mem_alloc(m->mem, assets * sizeof(uint32_t));
    m->area_of = lg_mem_alloc(m->mem, assets * sizeof *m->area_of);
    m->role_of = lg_mem_alloc(m->mem, assets * sizeof *m->role_of);
    m->group_of = lg_mem_alloc(m->mem, assets * sizeof *m->group_of);
    m->fees = lg_mem_zalloc(m->mem, assets, sizeof *m->fees);
    m->positions = lg_mem_zalloc(m->mem, assets, sizeof *m->positions);
    m->accounts = lg_mem_zalloc(m->mem, assets, sizeof *m->accounts);
    m->books = lg_mem_zalloc(m->mem, areas, sizeof *m->books);
    m->fee_next = lg_mem_zalloc(m->mem, areas, sizeof *m->fee_next);
    m->area_bills = lg_mem_zalloc(m->mem, areas, sizeof *m->area_bills);
    m->external_bills = lg_mem_zalloc(m->mem, areas, sizeof *m->external_bills);
    m->fees_uct = lg_mem_zalloc(m->mem, areas, sizeof *m->fees_uct);
    m->rounding_uct = lg_mem_zalloc(m->mem, areas, sizeof *m->rounding_uct);
    m->peaks = lg_mem_zalloc(m->mem, areas, sizeof *m->peaks);
    m->stats_now = lg_mem_zalloc(m->mem, areas, sizeof *m->stats_now);
    m->stats_last = lg_mem_zalloc(m->mem, areas, sizeof *m->stats_last);
    m->sample_first = lg_mem_zalloc(m->mem, areas, sizeof *m->sample_first);
    m->kpi_own = lg_mem_zalloc(m->mem, areas, sizeof *m->kpi_own);
    m->stored_used_uwh = lg_mem_zalloc(m->mem, areas, sizeof *m->stored_used_uwh);
    m->counted = lg_mem_zalloc(m->mem, areas, sizeof *m->counted);
    if (m->rules.compat_gsy)
        m->late_uwh = lg_mem_zalloc(m->mem, assets, sizeof *m->late_uwh);
    m->visit = lg_mem_alloc(m->mem, areas * sizeof *m->visit);
    m->links = lg_mem_zalloc(m->mem, m->link_count, sizeof *m->links);
    return m->first[LG_BID] && m->first[LG_OFFER] && m->area_of && m->role_of && m->group_of &&
           m->fees && m->positions && m->accounts && m->books && m->fee_next && m->area_bills &&
           m->external_bills && m->fees_uct && m->rounding_uct && m->peaks && m->stats_now &&
           m->stats_last && m->sample_first && m->kpi_own && m->stored_used_uwh && m->counted &&
           m->visit && (m->late_uwh || !m->rules.compat_gsy) && m->links;
}

lg_market *lg_market_new(lg_mem *mem, const lg_site *site, const lg_rules *rules,
                         const lg_market_sink *sink)
{
    lg_market *m = lg_mem_zalloc(mem, 1, sizeof *m);
    if (!m)
        return NULL;
    m->mem = mem;
    m->site = site;
    m->rules = *rules;
    m->ids = &m->own_ids;
    if (sink)
        m->sink = *sink;
    m->order_free = m->order_held = LG_NONE;
    for (uint32_t area = 0; area < site->area_count; area++)
        m->link_count += 2 * site->areas[area].depth;
    bool plugin = rules->match == LG_BY_PLUGIN;
    LG_ASSERT(plugin == (rules->matcher != NULL));
    m->rule = plugin ? lg__rule_new(mem, rules->matcher) : NULL;
    if (!allocate(m) || (plugin && !m->rule)) {
        lg_market_free(m);
        return NULL;
    }
    uint32_t link = 0;
    for (uint32_t area = 0; area < site->area_count; area++) {
        m->books[area].link_first = link;
        m->books[area].view_first[LG_BID] = m->books[area].view_first[LG_OFFER] = LG_NONE;
        link += 2 * site->areas[area].depth;
        m->fee_next[area] = rules->fee_kind == LG_FEE_CONSTANT ? site->areas[area].fee_uct
                                                               : site->areas[area].fee_ppb;
    }
    for (uint32_t i = 0; i < site->asset_count; i++) {
        m->first[LG_BID][i] = m->first[LG_OFFER][i] = LG_NONE;
        m->area_of[i] = site->assets[i].area;
        m->role_of[i] = (uint8_t)site->assets[i].role;
        m->group_of[i] = site->assets[i].uncounted ? 0 : m->role_of[i];
        if (lg__produces(lg__group_of(m, i)) || lg__consumes(lg__group_of(m, i)))
            m->counted[m->area_of[i]] = 1;
    }
    return m;
}

void lg_market_free(lg_market *m)
{
    if (!m)
        return;
    size_t areas = m->site->area_count, assets = m->site->asset_count;
    lg_mem *mem = m->mem;
    lg__views_free(m);
    lg__switches_free(m);
    lg__rule_free(m->rule);
    for (uint32_t area = 0; m->books && area < areas; area++)
        for (int side = 0; side < 2; side++) {
            struct lg__lane *lane = &m->books[area].lane[side];
            lg_mem_free(mem, lane->entries, lane->capacity * sizeof *lane->entries);
        }
    for (int side = 0; side < 2; side++) {
        lg_mem_free(mem, m->first[side], assets * sizeof(uint32_t));
        lg_mem_free(mem, m->own[side], m->own_capacity[side] * sizeof *m->own[side]);
    }
    lg_mem_free(mem, m->area_of, assets * sizeof *m->area_of);
    lg_mem_free(mem, m->role_of, assets * sizeof *m->role_of);
    lg_mem_free(mem, m->group_of, assets * sizeof *m->group_of);
    lg_mem_free(mem, m->fees, assets * sizeof *m->fees);
    lg_mem_free(mem, m->positions, assets * sizeof *m->positions);
    lg_mem_free(mem, m->accounts, assets * sizeof *m->accounts);
    lg_mem_free(mem, m->books, areas * sizeof *m->books);
    lg_mem_free(mem, m->fee_next, areas * sizeof *m->fee_next);
    lg_mem_free(mem, m->area_bills, areas * sizeof *m->area_bills);
    lg_mem_free(mem, m->external_bills, areas * sizeof *m->external_bills);
    lg_mem_free(mem, m->fees_uct, areas * sizeof *m->fees_uct);
    lg_mem_free(mem, m->rounding_uct, areas * sizeof *m->rounding_uct);
    lg_mem_free(mem, m->stats_now, areas * sizeof *m->stats_now);
    lg_mem_free(mem, m->peaks, areas * sizeof *m->peaks);
    lg_mem_free(mem, m->stats_last, areas * sizeof *m->stats_last);
    lg_mem_free(mem, m->sample_first, areas * sizeof *m->sample_first);
    lg_mem_free(mem, m->kpi_own, areas * sizeof *m->kpi_own);
    lg_mem_free(mem, m->stored_used_uwh, areas * sizeof *m->stored_used_uwh);
    lg_mem_free(mem, m->counted, areas * sizeof *m->counted);
    if (m->late_uwh)
        lg_mem_free(mem, m->late_uwh, assets * sizeof *m->late_uwh);
    lg_mem_free(mem, m->visit, areas * sizeof *m->visit);
    lg_mem_free(mem, m->links, m->link_count * sizeof *m->links);
    lg_mem_free(mem, m->views, m->view_capacity * sizeof *m->views);
    lg_mem_free(mem, m->orders, m->order_capacity * sizeof *m->orders);
    lg_mem_free(mem, m->sort_scratch, m->sort_capacity * sizeof *m->sort_scratch);
    lg_mem_free(mem, m->utilities, m->utility_capacity * sizeof *m->utilities);
    lg_mem_free(mem, m->splits, m->split_capacity * sizeof *m->splits);
    lg_mem_free(mem, m->samples, m->sample_capacity * sizeof *m->samples);
    lg_mem_free(mem, m->median_scratch, m->median_capacity * sizeof *m->median_scratch);
    lg_mem_free(mem, m, sizeof *m);
}

/* Freezes the fees and switches that rule the slot. Views depend on them: on constant fees only by
 * the links' shifts, but all are rebuilt alike, and only when a fee or a connection has changed. */
static lg_status freeze_slot(lg_market *m)
{
    bool changed = m->view_count == 0 && m->site->area_count > 1;
    changed |= lg__switches_freeze(m);
    for (uint32_t area = 0; area < m->site->area_count; area++) {
        changed = changed || m->books[area].fee != m->fee_next[area];
        m->books[area].fee = m->fee_next[area];
    }
    if (!changed)
        return LG_OK;
    lg_status status = lg__views_build(m);
    if (status != LG_OK)
        lg__views_free(m); /* so that the next try builds them */
    return status;
}

void lg_market_share_ids(lg_market *m, lg_market_ids *ids)
{
    LG_ASSERT(m->orders_total == 0);
    m->ids = ids;
}

lg_status lg_market_open_slot(lg_market *m, uint32_t slot, int64_t start_ms, const lg_caps *caps)
{
    return lg_market_open_past(m, slot, start_ms, 0, caps);
}

/* Whether the plans of a slot, with all before, are within what a run may add up to. */
static bool count_plans(lg_market *m, const lg_caps *caps)
{
    lg_market_ids *run = m->ids;
    bool fine = true;
    for (uint32_t i = 0; i < m->site->asset_count && fine; i++)
        fine = lg_sum_within(&run->demand_uwh, caps[i].demand_uwh, LG_RUN_ENERGY_MAX_UWH) &&
               lg_sum_within(&run->demand_uwh, caps[i].used_uwh, LG_RUN_ENERGY_MAX_UWH) &&
               lg_sum_within(&run->supply_uwh, caps[i].supply_uwh, LG_RUN_ENERGY_MAX_UWH);
    return fine;
}

lg_status lg_market_open_past(lg_market *m, uint32_t slot, int64_t start_ms, uint32_t first_tick,
                              const lg_caps *caps)
{
    LG_ASSERT(!m->open);
    lg_status status = freeze_slot(m);
    if (status != LG_OK)
        return status;
    if (!count_plans(m, caps))
        return LG_OVERFLOW;
    m->caps = caps;
    m->slot = slot;
    m->slot_start_ms = start_ms;
    m->tick = m->last_change = first_tick;
    m->sequence = 0;
    m->order_count = 0;
    m->order_free = LG_NONE;
    if (m->rule)
        lg__terms_clear(lg__rule_terms(m->rule));
    for (uint32_t i = 0; i < m->site->asset_count; i++) {
        m->positions[i] = (lg_position){.buy_uwh = caps[i].buy_uwh, .sell_uwh = caps[i].sell_uwh};
        m->fees[i] = (struct lg__fees){0};
    }
    lg__switches_positions(m);
    for (uint32_t area = 0; area < m->site->area_count; area++) {
        int64_t fee = m->books[area].fee;
        bool constant = m->rules.fee_kind == LG_FEE_CONSTANT;
        m->stats_now[area] = (lg_market_stats){
            .slot = slot, .fee_uct = constant ? fee : 0, .fee_ppb = constant ? 0 : fee};
    }
    m->open = true;
    return LG_OK;
}

lg_status lg_market_close_slot(lg_market *m)
{
    LG_ASSERT(m->open);
    lg_status status = lg__stats_close(m);
    if (status != LG_OK)
        return status;
    lg__accounts_close(m);
    lg__prove_sums(m);
    m->open = false;
    memset(m->first[LG_BID], 0xff, m->site->asset_count * sizeof(uint32_t));
    memset(m->first[LG_OFFER], 0xff, m->site->asset_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < m->site->asset_count; i++)
        m->positions[i].offered_buy_uwh = m->positions[i].offered_sell_uwh = 0;
    for (uint32_t area = 0; area < m->site->area_count; area++)
        for (int side = 0; side < 2; side++)
            m->books[area].lane[side].count = m->books[area].lane[side].travelled = 0;
    return LG_OK;
}

static lg_status set_fee(lg_market *m, uint32_t area, lg_fee_kind kind, int64_t fee, int64_t max)
{
    if (m->rules.fee_kind != kind)
        return LG_UNSUPPORTED;
    if (fee < 0 || fee > max)
        return LG_RATE;
    m->fee_next[area] = fee;
    return LG_OK;
}

lg_status lg_market_set_fee_constant(lg_market *m, uint32_t area, int64_t fee_uct)
{
    return set_fee(m, area, LG_FEE_CONSTANT, fee_uct, LG_RATE_MAX_UCT);
}

lg_status lg_market_set_fee_percentage(lg_market *m, uint32_t area, int64_t fee_ppb)
{
    return set_fee(m, area, LG_FEE_PERCENTAGE, fee_ppb, LG_FEE_MAX_PPB);
}

const lg_rules *lg_market_rules(const lg_market *m)
{
    return &m->rules;
}

const lg_site *lg_market_site(const lg_market *m)
{
    return m->site;
}

const lg_position *lg_market_position(const lg_market *m, uint32_t asset)
{
    return &m->positions[asset];
}

const lg_account *lg_market_account(const lg_market *m, uint32_t asset)
{
    return &m->accounts[asset];
}

const lg_bill *lg_market_area_bill(const lg_market *m, uint32_t area)
{
    return &m->area_bills[area];
}

const lg_bill *lg_market_external_bill(const lg_market *m, uint32_t area)
{
    return &m->external_bills[area];
}

int64_t lg_market_fees_uct(const lg_market *m, uint32_t area)
{
    return m->fees_uct[area];
}

int64_t lg_market_rounding_uct(const lg_market *m, uint32_t area)
{
    return m->rounding_uct[area];
}

const lg_market_stats *lg_market_last_stats(const lg_market *m, uint32_t area)
{
    return m->has_stats ? &m->stats_last[area] : NULL;
}

lg_peak lg_market_peak(const lg_market *m, uint32_t area)
{
    return m->peaks[area];
}

int64_t lg_market_fee_running(const lg_market *m, uint32_t area)
{
    return m->books[area].fee;
}

int64_t lg_market_fee_next(const lg_market *m, uint32_t area)
{
    return m->fee_next[area];
}

uint64_t lg_market_order_count(const lg_market *m)
{
    return m->orders_total;
}

uint64_t lg_market_trade_count(const lg_market *m)
{
    return m->trades_total;
}
