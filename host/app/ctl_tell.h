/* host/app/ctl_tell.h — a host's answers for people */
#ifndef LG_APP_CTL_TELL_H
#define LG_APP_CTL_TELL_H

#include <cjson/cJSON.h>
#include "control/request.h"

/** Prints a good answer to @p kind on stdout. */
void lg_ctl_tell(lg_control_kind kind, const cJSON *answer);
/** Prints one line of the log. */
void lg_ctl_tell_line(const cJSON *line);

#endif
