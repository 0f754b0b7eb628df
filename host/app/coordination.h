/* host/app/coordination.h — the coordination of a run: assets as resources, and what they used
 *
 * The assets of an aggregator's agent are its resources, but for the outside grid's. A resource has
 * the name of its asset; its home is the area the asset is in. What a resource has used in a slot
 * is what a storage has bought and not sold, and of everything else what it needed less what it
 * made: energy that the market did not provide came from the utility.
 */
#ifndef LG_APP_COORDINATION_H
#define LG_APP_COORDINATION_H

#include "coordination/scene.h"
#include "desk/turn.h"
#include "scenario/scenario.h"
#include "store/store.h"

/** The scene of @p scenario, which has a coordination. @return LG_OK; LG_SCENARIO two resources
 * have one name; LG_MEMORY. Unless LG_OK, *out is NULL. */
lg_status lg_coordination_open(lg_mem *mem, const lg_scenario *scenario,
                               const lg_driver *const *drivers, lg_scene **out,
                               lg_err *err) LG_CHECKED;
/** The part that agent @p agent plays. */
uint32_t lg_coordination_part(const lg_scenario *scenario, uint32_t agent);
/** Before the slot of @p moment closes: measures what resources have used in it, and tells @p store
 * what signals have asked of them. LG_OK; LG_MEMORY */
lg_status lg_coordination_slot(lg_mem *mem, lg_turn *turn, const lg_moment *moment,
                               const lg_caps *caps, lg_store *store) LG_CHECKED;

#endif
