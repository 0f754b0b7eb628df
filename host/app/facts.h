/* host/app/facts.h — what a slot's results say beyond its trades: the utility's rates, and what
 * every asset could */
#ifndef LG_APP_FACTS_H
#define LG_APP_FACTS_H

#include "desk/turn.h"
#include "driver/fleet.h"
#include "scenario/scenario.h"
#include "store/store.h"

/** Room for the facts of a slot. */
typedef struct lg_facts {
    lg_mem *mem;
    const lg_scenario *scenario;
    lg_asset_slot *assets; /* one an asset; NULL: results.assets is off */
} lg_facts;

/** @p scenario is borrowed. @return false: exhausted; lg_facts_fini() is fine all the same */
bool lg_facts_init(lg_facts *facts, lg_mem *mem, const lg_scenario *scenario);
void lg_facts_fini(lg_facts *facts);

/**
 * The facts of the running slot, to be called before it closes.
 *
 * The utility's rates are the scenario's. With compat = "gsy-e" they are what the exchange compares
 * with: the mean of what buses and market makers ask, and of what buses pay, where there are any.
 *
 * @param fleet  where plans come from
 * @param caps   what the slot was opened with, one an asset
 */
lg_slot_facts lg_facts_of(lg_facts *facts, const lg_moment *moment, const lg_fleet *fleet,
                          const lg_caps *caps);

#endif
