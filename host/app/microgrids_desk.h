/* host/app/microgrids_desk.h — microgrids as the desks of scripts see them */
#ifndef LG_APP_MICROGRIDS_DESK_H
#define LG_APP_MICROGRIDS_DESK_H

#include "app/microgrids.h"

/** Who looks through desks; all but `desk` is filled in before lg_microgrids_show(). */
typedef struct lg_microgrids_eye {
    lg_microgrids *microgrids;
    lg_turn *turn;
    lg_store *const *store; /* *store NULL: there are no results yet */
    lg_desk_microgrids desk;
} lg_microgrids_eye;

/** From now on desks of the turn see the microgrids; @p eye outlives it. */
void lg_microgrids_show(lg_microgrids_eye *eye);
/** The desk of @p agent has the first microgrid that stands behind one of its assets. */
void lg_microgrids_grant(const lg_scenario *scenario, const lg_agent_spec *agent, lg_desk *desk);

#endif
