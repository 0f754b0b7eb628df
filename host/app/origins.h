/* host/app/origins.h — keeps the origins of stored energy beside the run: trades in, devices asked
 */
#ifndef LG_APP_ORIGINS_H
#define LG_APP_ORIGINS_H

#include "desk/turn.h"
#include "driver/fleet.h"
#include "market/origin.h"

/** A listener that tells @p origins of trades and of closed slots. */
void lg_origins_listener(lg_origins *origins, lg_listener *listener);
/** Tells it what every storage of @p fleet holds; after lg_fleet_plan(). @return LG_OK; LG_MEMORY
 */
lg_status lg_origins_fit_fleet(lg_origins *origins, const lg_site *site,
                               const lg_fleet *fleet) LG_CHECKED;

#endif
