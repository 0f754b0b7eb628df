/* rest/own.h — what the server does of its own accord, journalled like what it is asked for */
#ifndef LG_REST_OWN_H
#define LG_REST_OWN_H

#include "coordination/notify.h"
#include "rest/read.h"

/** putSettings, putTenant, putNeighbourhood, dropNeighbourhood, tellEligible, tried, noted; the
 * last has no name. None is on the wire. */
extern const lg_rest_operation lg_own_operations[];

/** The bodies of putSettings and tried. */
void lg_own_settings_body(lg_text *out, const lg_coord_settings *settings, const char *zone);
void lg_own_tried_body(lg_text *out, const lg_coord_outcome *outcome);

#endif
