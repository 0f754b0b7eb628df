/* rest/oa_time.h — times and durations of OpenADR objects */
#ifndef LG_REST_OA_TIME_H
#define LG_REST_OA_TIME_H

#include "coordination/openadr.h"
#include "rest/read.h"

typedef struct lg_oa_period {
    bool has_start, has_duration;
    int64_t start_us; /* INT64_MIN: now, on receipt */
    lg_oadr_span duration;
} lg_oa_period;

/** The duration @p key; zero when it is absent. What is none is wrong. */
void lg_oa_span(const lg_rest_from *from, const char *key, lg_oadr_span *span);
/** Reads intervalPeriod. */
lg_oa_period lg_oa_period_of(const lg_rest_from *from);
/** When it begins, seen from @p now_us. */
int64_t lg_oa_begin(const lg_oa_period *p, int64_t now_us);

#endif
