/* What scheduled events have switched off. A switch is set at any time and rules from the slot that
 * is opened next, as fees do. Nothing is kept, and nothing asked, until the first switch is set.
 *
 * An area that is cut off from its parent is an island: its orders stop below the cut (book.c) and
 * its markets look up no further than the cut (view.c), so no path of a trade leads across. A
 * disabled asset, or one below a disabled area, has nothing to trade: its caps are 0, while its
 * demand and supply count on as unserved and unsold. */
#include "market/engine.h"

/* Both arrays at once, so that a failure leaves nothing half-done. */
static bool have_switches(lg_market *m)
{
    if (m->area_switch)
        return true;
    size_t areas = m->site->area_count, assets = m->site->asset_count;
    uint8_t *area_switch = lg_mem_zalloc(m->mem, areas, 1);
    m->asset_switch = lg_mem_zalloc(m->mem, assets, 1);
    if (!area_switch || !m->asset_switch) {
        lg_mem_free(m->mem, area_switch, areas);
        lg_mem_free(m->mem, m->asset_switch, assets);
        m->asset_switch = NULL;
        return false;
    }
    m->area_switch = area_switch;
    return true;
}

void lg__switches_free(lg_market *m)
{
    if (!m->area_switch)
        return;
    lg_mem_free(m->mem, m->area_switch, m->site->area_count);
    lg_mem_free(m->mem, m->asset_switch, m->site->asset_count);
}

static void set(uint8_t *at, uint8_t bit, bool on)
{
    *at = (uint8_t)(on ? *at & ~bit : *at | bit);
}

lg_status lg_market_set_connected(lg_market *m, uint32_t area, bool connected)
{
    if (m->site->areas[area].parent == LG_NONE)
        return LG_UNSUPPORTED;
    if (connected && !m->area_switch)
        return LG_OK;
    if (!have_switches(m))
        return LG_MEMORY;
    set(&m->area_switch[area], LG__CUT_NEXT, connected);
    return LG_OK;
}

lg_status lg_market_set_enabled(lg_market *m, uint32_t area, bool enabled)
{
    if (enabled && !m->area_switch)
        return LG_OK;
    if (!have_switches(m))
        return LG_MEMORY;
    set(&m->area_switch[area], LG__OFF_NEXT, enabled);
    return LG_OK;
}

lg_status lg_market_set_asset_enabled(lg_market *m, uint32_t asset, bool enabled)
{
    if (enabled && !m->area_switch)
        return LG_OK;
    if (!have_switches(m))
        return LG_MEMORY;
    set(&m->asset_switch[asset], LG__OFF_NEXT, enabled);
    return LG_OK;
}

/* Whether something that was set rules now. */
static bool follow(uint8_t *at, uint8_t next, uint8_t now, bool also)
{
    bool before = *at & now, after = (*at & next) || also;
    set(at, now, !after);
    return before != after;
}

bool lg__switches_freeze(lg_market *m)
{
    bool changed = false;
    if (!m->area_switch)
        return false;
    for (uint32_t area = 0; area < m->site->area_count; area++) {
        uint32_t parent = m->site->areas[area].parent; /* parents come first */
        bool above = parent != LG_NONE && (m->area_switch[parent] & LG__OFF);
        changed |= follow(&m->area_switch[area], LG__CUT_NEXT, LG__CUT, false);
        (void)follow(&m->area_switch[area], LG__OFF_NEXT, LG__OFF, above);
    }
    for (uint32_t i = 0; i < m->site->asset_count; i++) {
        bool above = m->area_switch[m->area_of[i]] & LG__OFF;
        (void)follow(&m->asset_switch[i], LG__OFF_NEXT, LG__OFF, above);
    }
    return changed;
}

void lg__switches_positions(lg_market *m)
{
    for (uint32_t i = 0; m->asset_switch && i < m->site->asset_count; i++)
        if (m->asset_switch[i] & LG__OFF)
            m->positions[i].buy_uwh = m->positions[i].sell_uwh = 0;
}

bool lg_market_connected(const lg_market *m, uint32_t area)
{
    return !m->area_switch || !(m->area_switch[area] & LG__CUT);
}

bool lg_market_enabled(const lg_market *m, uint32_t area)
{
    return !m->area_switch || !(m->area_switch[area] & LG__OFF);
}

bool lg_market_asset_enabled(const lg_market *m, uint32_t asset)
{
    return !m->asset_switch || !(m->asset_switch[asset] & LG__OFF);
}
