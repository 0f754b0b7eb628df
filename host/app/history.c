/* Rows of a slot lie side by side; a slot's place in the ring is its number modulo the capacity. */
#include "app/history.h"

#include <string.h>
#include "base/num.h"
#include "grid/unit.h"

lg_status lg_history_init(lg_history *h, lg_mem *mem, const lg_scenario *scenario)
{
    const lg_site *site = &scenario->site;
    size_t row = site->area_count * sizeof *h->markets + site->asset_count * sizeof *h->assets;
    size_t fit = LG_HISTORY_BYTES / row;
    *h = (lg_history){.mem = mem, .area_count = site->area_count, .asset_count = site->asset_count};
    h->capacity = fit < 2 ? 2 : fit < scenario->slot_count ? (uint32_t)fit : scenario->slot_count;
    h->markets = lg_mem_zalloc(mem, (size_t)h->capacity * h->area_count, sizeof *h->markets);
    h->assets = lg_mem_zalloc(mem, (size_t)h->capacity * h->asset_count, sizeof *h->assets);
    h->before = lg_mem_zalloc(mem, h->asset_count, sizeof *h->before);
    return h->markets && h->assets && h->before ? LG_OK : LG_MEMORY;
}

void lg_history_fini(lg_history *h)
{
    if (!h->mem)
        return;
    size_t rows = h->capacity;
    lg_mem_free(h->mem, h->markets, rows * h->area_count * sizeof *h->markets);
    lg_mem_free(h->mem, h->assets, rows * h->asset_count * sizeof *h->assets);
    lg_mem_free(h->mem, h->before, h->asset_count * sizeof *h->before);
    *h = (lg_history){.mem = NULL};
}

static void keep_market(lg_history_market *row, const lg_market *market, uint32_t area,
                        uint32_t slot)
{
    const lg_market_stats *stats = lg_market_last_stats(market, area);
    bool constant = lg_market_rules(market)->fee_kind == LG_FEE_CONSTANT;
    if (!stats || stats->slot != slot) {
        memset(row, 0, sizeof *row);
        return;
    }
    *row = (lg_history_market){
        .energy_uwh = stats->energy_uwh,
        .volume_uct = stats->volume_uct,
        .import_uwh = stats->import_uwh,
        .export_uwh = stats->export_uwh,
        .min_uct = stats->min_rate_uct,
        .mean_uct =
            stats->energy_uwh > 0 ? lg_muldiv(stats->volume_uct, LG_KWH_UWH, stats->energy_uwh) : 0,
        .max_uct = stats->max_rate_uct,
        .fee = constant ? stats->fee_uct : stats->fee_ppb,
        .trades = stats->trade_count,
    };
}

static int64_t stored_of(const lg_device_view *devices, const lg_asset *asset, uint32_t index)
{
    int64_t stored = 0;
    const lg_plan *plan =
        asset->role == LG_ROLE_STORAGE ? devices->plan(devices->ctx, index) : NULL;
    return plan && lg_uwh_from_kwh(plan->stored_kWh, &stored) ? stored : 0;
}

void lg_history_add(lg_history *h, const lg_market *market, const lg_device_view *devices,
                    uint32_t slot)
{
    const lg_site *site = lg_market_site(market);
    size_t place = slot % h->capacity;
    lg_history_market *markets = h->markets + place * h->area_count;
    lg_history_asset *assets = h->assets + place * h->asset_count;
    for (uint32_t i = 0; i < h->area_count; i++)
        keep_market(&markets[i], market, i, slot);
    for (uint32_t i = 0; i < h->asset_count; i++) {
        const lg_bill *now = &lg_market_account(market, i)->bill;
        assets[i] = (lg_history_asset){
            .bought_uwh = now->bought_uwh - h->before[i].bought_uwh,
            .sold_uwh = now->sold_uwh - h->before[i].sold_uwh,
            .stored_uwh = stored_of(devices, &site->assets[i], i),
        };
        h->before[i] = *now;
    }
    if (slot != h->end) /* it was not looked on from the start */
        h->first = slot;
    h->end = slot + 1;
    if (h->end - h->first > h->capacity)
        h->first = h->end - h->capacity;
}

const lg_history_market *lg_history_market_at(const lg_history *h, uint32_t slot, uint32_t area)
{
    return &h->markets[(size_t)(slot % h->capacity) * h->area_count + area];
}

const lg_history_asset *lg_history_asset_at(const lg_history *h, uint32_t slot, uint32_t asset)
{
    return &h->assets[(size_t)(slot % h->capacity) * h->asset_count + asset];
}
