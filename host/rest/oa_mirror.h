/* rest/oa_mirror.h — signals of Energy Coordination that are events of OpenADR too */
#ifndef LG_REST_OA_MIRROR_H
#define LG_REST_OA_MIRROR_H

#include "coordination/event.h"
#include "rest/ask.h"

/** The program that such events are of; it is made with the first of them. */
#define LG_OA_MIRROR "Energy Coordination"

/**
 * Shows a price curve or limits that an aggregator was told of in the other tree: the curve with
 * LG_PRICE_DELTA to the res-... of its targets, each limit with IMPORT_CAPACITY_LIMIT to its own
 * res-... or loc-..., and notifies those who want to hear. Other signals have no event there.
 * LG_COORD_DONE; LG_COORD_CONFLICT, LG_COORD_MEMORY: there is no room for it.
 */
lg_coord_result lg_oa_mirror(lg_rest_ask *ask, const lg_coord_event *event);

#endif
