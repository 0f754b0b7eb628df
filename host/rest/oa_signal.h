/* rest/oa_signal.h — events of OpenADR that are signals of Energy Coordination too */
#ifndef LG_REST_OA_SIGNAL_H
#define LG_REST_OA_SIGNAL_H

#include "coordination/openadr.h"
#include "rest/read.h"

/** The types of payload that are. */
#define LG_OA_DELTA "LG_PRICE_DELTA"
#define LG_OA_LIMIT "IMPORT_CAPACITY_LIMIT"

/** What is said hour by hour, or quarter by quarter. */
typedef struct lg_oa_signal {
    const lg_coord_point *points; /* in the request's arena */
    uint32_t point_count;
    uint32_t resolution_s;
} lg_oa_signal;

typedef struct lg_oa_signals {
    bool has_curve, has_limit;
    int currency; /* of the curve */
    lg_oa_signal curve, limit;
} lg_oa_signals;

/** Reads what an event of the request says to those who take part: nothing for other objects, and
 * where its labels name nobody. @return false: the reply says what is wrong with it */
bool lg_oa_signals_read(lg_rest_ask *ask, lg_rest_reply *reply, const lg_oadr_draft *draft,
                        lg_oa_signals *out);
/** Publishes it to the aggregators whom the labels of @p event name. @return as lg_coord_publish();
 * what is refused is refused for the first of them, when nothing has changed */
lg_coord_result lg_oa_signals_publish(lg_rest_ask *ask, const lg_oadr *event,
                                      const lg_oa_signals *signals, lg_coord_why *why);

#endif
