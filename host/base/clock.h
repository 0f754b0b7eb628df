/* host/base/clock.h — simulated time as text; UTC, milliseconds since 1970 */
#ifndef LG_BASE_CLOCK_H
#define LG_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define LG_SECOND_MS INT64_C(1000)
#define LG_MINUTE_MS (60 * LG_SECOND_MS)
#define LG_HOUR_MS   (60 * LG_MINUTE_MS)
#define LG_DAY_MS    (24 * LG_HOUR_MS)

typedef struct lg_date {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second, milli;
    int weekday;     /* 0 = Monday */
    int day_of_year; /* from 1 */
} lg_date;

/** The calendar date of @p time_ms. */
lg_date lg_date_of(int64_t time_ms);
/** The time of a calendar date (weekday and day_of_year are not read). */
int64_t lg_date_ms(const lg_date *date);

/**
 * Reads ISO 8601: YYYY-MM-DD, or with T or blank HH:MM[:SS[.mmm]] and Z, +HH:MM, +HHMM or +HH;
 * without a zone it is UTC. @return whether the whole of @p text was a valid time
 */
bool lg_clock_parse(const char *text, int64_t *time_ms);

/** "2024-06-03T00:15:00+00:00" into @p out (at least 26 bytes); the form of results and CSV files.
 */
void lg_clock_format(int64_t time_ms, char out[32]);
/** "2024-06-03T00:15", the form the Asset API uses for slots. */
void lg_clock_format_slot(int64_t time_ms, char out[32]);

#endif
