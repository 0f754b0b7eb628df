/* host/app/history.h — what markets and assets did in the last slots, for those who look on
 *
 * A ring of slots within LG_HISTORY_BYTES: a village keeps its whole run, ten thousand homes some
 * hours. Amounts are those of results: micro-watt-hours and micro-cents.
 */
#ifndef LG_APP_HISTORY_H
#define LG_APP_HISTORY_H

#include "app/world.h"

#define LG_HISTORY_BYTES (64u << 20)

/** A market in one slot; rates are 0 without trades. */
typedef struct lg_history_market {
    int64_t energy_uwh, volume_uct, import_uwh, export_uwh;
    int64_t min_uct, mean_uct, max_uct; /* mean: money over energy */
    int64_t fee;                        /* micro-cents per kWh, or parts per billion */
    uint32_t trades;
} lg_history_market;

/** An asset in one slot; stored: as the slot opened. */
typedef struct lg_history_asset {
    int64_t bought_uwh, sold_uwh, stored_uwh;
} lg_history_asset;

typedef struct lg_history {
    lg_mem *mem;
    uint32_t area_count, asset_count;
    uint32_t capacity; /* slots */
    uint32_t first, end;
    lg_history_market *markets; /* capacity rows of area_count */
    lg_history_asset *assets;
    lg_bill *before; /* by asset: its account at the end of the slot before */
} lg_history;

/** An empty one for a run of @p scenario. @return LG_OK; LG_MEMORY */
lg_status lg_history_init(lg_history *history, lg_mem *mem, const lg_scenario *scenario) LG_CHECKED;
/** Also of one that could not be made. */
void lg_history_fini(lg_history *history);

/** Keeps slot @p slot, the last one that was closed; slots come in order, some may be missing. */
void lg_history_add(lg_history *history, const lg_market *market, const lg_device_view *devices,
                    uint32_t slot);

/** A row of slot @p slot, first <= slot < end. */
const lg_history_market *lg_history_market_at(const lg_history *history, uint32_t slot,
                                              uint32_t area);
const lg_history_asset *lg_history_asset_at(const lg_history *history, uint32_t slot,
                                            uint32_t asset);

#endif
