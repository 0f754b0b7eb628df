/* host/market/slot_values.h — energies of single slots that owners of assets have told, until they
 * count
 *
 * A list an asset, in the order of the slots. Forecasts wait here for their slot, measurements for
 * the next change of slot.
 */
#ifndef LG_MARKET_SLOT_VALUES_H
#define LG_MARKET_SLOT_VALUES_H

#include <stdbool.h>
#include "base/mem.h"
#include "base/status.h"

/** Most slots that an asset can have values for. */
#define LG_SLOT_VALUES_MAX 4096

/** The energy of one slot. */
typedef struct lg_slot_value {
    uint32_t slot;
    uint32_t reserved;
    int64_t energy_uwh;
} lg_slot_value;

typedef struct lg_slot_values lg_slot_values;

/** An empty store for @p asset_count assets; nothing more is taken before the first value. NULL
 * when exhausted. */
lg_slot_values *lg_slot_values_new(lg_mem *mem, uint32_t asset_count);
void lg_slot_values_free(lg_slot_values *values);

/**
 * Keeps @p count values of @p asset, in place of those it has for the same slots; slots may be in
 * any order, each once.
 * @return LG_OK; LG_LIMIT there would be more than LG_SLOT_VALUES_MAX; LG_MEMORY. Unless LG_OK
 * nothing has changed.
 */
lg_status lg_slot_values_put(lg_slot_values *values, uint32_t asset, const lg_slot_value *list,
                             uint32_t count) LG_CHECKED;

/**
 * Takes the value of @p asset for @p slot, and forgets those of earlier slots.
 * @return whether there was one
 */
bool lg_slot_values_take(lg_slot_values *values, uint32_t asset, uint32_t slot,
                         int64_t *energy_uwh);

/** How many values wait, of all assets. */
uint32_t lg_slot_values_count(const lg_slot_values *values);

#endif
