/* host/scenario/when.h — the time of an event: every day at a time of the day, or once */
#ifndef LG_SCENARIO_WHEN_H
#define LG_SCENARIO_WHEN_H

#include <stdbool.h>
#include <stdint.h>

typedef struct lg_when {
    bool daily;
    int64_t ms; /* since midnight UTC, 0 .. one day; else since 1970 UTC */
} lg_when;

/** Reads "14:00" (also "24:00", which is midnight) or an ISO 8601 time. @return whether it is one
 */
bool lg_when_parse(const char *text, lg_when *when);
/** The latest time in [@p from_ms, @p now_ms] at which it comes; INT64_MIN when there is none. */
int64_t lg_when_last(const lg_when *when, int64_t from_ms, int64_t now_ms);
/** Whether @p now_ms is in [from, to): of the days, also over midnight, or of the one time; both
 * are of the same kind. */
bool lg_when_between(const lg_when *from, const lg_when *to, int64_t now_ms);
/** Midnight UTC before or at @p time_ms. */
int64_t lg_when_midnight(int64_t time_ms);

#endif
