/* host/app/moments.h — when the slots and ticks of a scenario are, and what the utility asks and
 * pays then */
#ifndef LG_APP_MOMENTS_H
#define LG_APP_MOMENTS_H

#include "desk/turn.h"
#include "scenario/scenario.h"

/** Tick @p tick of slot @p slot; tick may be ticks_per_slot: the end of the slot. */
lg_moment lg_moments_at(const lg_scenario *scenario, uint32_t slot, uint32_t tick);

/**
 * Bills need both rates in every slot; better to hear of a gap before the run than in its middle.
 * @return LG_OK; LG_SCENARIO (err names the profile and the first slot it says nothing about)
 */
lg_status lg_moments_check(const lg_scenario *scenario, lg_err *err) LG_CHECKED;

#endif
