/* host/arena/tanks.h — heat pumps and electrolysers as tanks of a bound
 *
 * What plugins/heat_pump and plugins/electrolyzer make of their profiles, told ahead.
 */
#ifndef LG_ARENA_TANKS_H
#define LG_ARENA_TANKS_H

#include <stdbool.h>
#include "arena/bound.h"
#include "arena/stays.h"
#include "grid/site.h"

/** Whether assets of the driver @p name are tanks. */
bool lg_tanks_know(const char *name);

/**
 * The tank of @p asset, of the driver @p name, in the slots of @p run.
 * @param slots  room for one a slot; the tank borrows it
 * @return false: a profile says nothing about one of the slots
 */
bool lg_tank_of(const lg_asset *asset, const char *name, const lg_stays_run *run,
                lg_bound_tank_slot *slots, lg_bound_tank *tank) LG_CHECKED;

#endif
