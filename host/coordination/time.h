/* coordination/time.h — moments, spans and local days of the wire; microseconds since 1970 UTC
 *
 * Days follow the zone's own rule, so they have 23, 24 or 25 hours. The rules are built in: what a
 * machine believes about zones must not decide what somebody is paid.
 */
#ifndef LG_COORDINATION_TIME_H
#define LG_COORDINATION_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define LG_COORD_SECOND_US  INT64_C(1000000)
#define LG_COORD_MINUTE_US  (60 * LG_COORD_SECOND_US)
#define LG_COORD_QUARTER_US (15 * LG_COORD_MINUTE_US)
#define LG_COORD_HOUR_US    (60 * LG_COORD_MINUTE_US)

/** Reads RFC 3339 with its zone: "2026-03-11T01:00:00Z", "...T02:00:00.5+01:00". Digits past the
 * microsecond are cut. @return whether the whole of @p text was one */
bool lg_coord_time_read(const char *text, int64_t *us);
/** "2026-03-11T01:00:00Z" into @p out, with six decimals unless they are zero. */
void lg_coord_time_text(int64_t us, char out[32]);
/** Always with six decimals: what is compared as text grows as the times do. */
void lg_coord_stamp_text(int64_t us, char out[32]);

/** Reads "01:00:00" or "00:15:00", the resolutions there are. @return whether it was one */
bool lg_coord_resolution_read(const char *text, uint32_t *seconds);
/** "01:00:00" for 3600. */
const char *lg_coord_resolution_text(uint32_t seconds);

/** A time zone of the grid's day. */
typedef struct lg_coord_zone lg_coord_zone;

/** "Europe/Oslo", "UTC", ...; NULL when its rule is not known here. */
const lg_coord_zone *lg_coord_zone_find(const char *name);
/** The names of all zones, in one line for errors. */
#define LG_COORD_ZONES                                                                             \
    "UTC, Europe/London, Europe/Lisbon, Europe/Oslo, Europe/Stockholm, Europe/Copenhagen, "        \
    "Europe/Berlin, Europe/Amsterdam, Europe/Zurich, Europe/Vienna, Europe/Helsinki"
/** Seconds that its clocks are ahead of UTC at @p us. */
int32_t lg_coord_zone_offset_s(const lg_coord_zone *zone, int64_t us);
/** Where the local day @p year-@p month-@p day begins. Days past the month's end are those of the
 * next one: (2026, 3, 32) is 1 April. */
int64_t lg_coord_zone_midnight(const lg_coord_zone *zone, int year, int month, int day);

/** The local month that holds a moment. */
typedef struct lg_coord_month {
    int64_t from_us, to_us;   /* to_us is the beginning of the next */
    char first[16], last[16]; /* its first and last day: "2026-03-01", "2026-03-31" */
} lg_coord_month;
/** The month of @p us in @p zone. */
lg_coord_month lg_coord_month_of(const lg_coord_zone *zone, int64_t us);

#endif
