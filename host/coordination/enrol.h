/* coordination/enrol.h — who wants to take part, and telling who may */
#ifndef LG_COORDINATION_ENROL_H
#define LG_COORDINATION_ENROL_H

#include "coordination/model.h"

/** The user wants to take part; again: the same enrolment. LG_COORD_CONFLICT: only who is eligible
 * may, by the settings. */
lg_coord_result lg_coord_enrol(lg_coord *coord, lg_coord_tenant *tenant, const char *user,
                               lg_coord_why *why);
/** LG_COORD_UNKNOWN: no such user, or no enrolment. */
lg_coord_result lg_coord_leave(lg_coord *coord, lg_coord_tenant *tenant, const char *user);

/** When the next UserEligibility is to be published, of any tenant; INT64_MAX: nothing changed. */
int64_t lg_coord_eligibility_due(const lg_coord *coord);
/** Publishes to every tenant whose turn has come (now_us) whose users have become eligible, and
 * whose are no more. */
lg_coord_result lg_coord_tell_eligible(lg_coord *coord);

#endif
