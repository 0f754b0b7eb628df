/* host/driver/credible.h — whether a device's plan can be, and what it means to the market */
#ifndef LG_DRIVER_CREDIBLE_H
#define LG_DRIVER_CREDIBLE_H

#include "driver/fleet.h"

/** Makes @p plan one that nothing was written to: energies 0, rates NaN. */
void lg__plan_clear(lg_plan *plan);

/**
 * Converts the plan of a device of role @p role to what it may trade.
 * @return LG_OK; LG_PLUGIN the plan cannot be: @p err says why, *caps is all zero
 */
lg_status lg__plan_caps(uint32_t role, const lg_plan *plan, lg_caps *caps, lg_err *err) LG_CHECKED;

#endif
