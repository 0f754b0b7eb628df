/* host/app/ctl_tell_owner.h — answers of a host with owners, for people */
#ifndef LG_APP_CTL_TELL_OWNER_H
#define LG_APP_CTL_TELL_OWNER_H

#include <cjson/cJSON.h>

/** What all share, and who sits where: of an answer to status. */
void lg_ctl_tell_community(const cJSON *answer);
/** Prints an answer to view. */
void lg_ctl_tell_view(const cJSON *answer);
/** Prints an answer to stats. */
void lg_ctl_tell_stats(const cJSON *answer);
/** Prints an answer to leave. */
void lg_ctl_tell_leave(const cJSON *answer);

#endif
