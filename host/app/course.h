/* host/app/course.h — the course of a run for the report: price, import and trade of the community
 * over time */
#ifndef LG_APP_COURSE_H
#define LG_APP_COURSE_H

#include "app/members.h"

/** Most columns of a line in the report; longer runs put several slots into one. */
#define LG_COURSE_COLUMNS 48

/** What happened in the community market in the slots of one column. */
typedef struct lg_course_bin {
    int64_t energy_uwh, volume_uct; /* traded there, and its price */
    int64_t import_uwh;             /* bought from the market above */
} lg_course_bin;

/** Where the energy that members and their neighbours traded came from and went to. */
typedef struct lg_course_trade {
    int64_t within_uwh;  /* both in the same home */
    int64_t between_uwh; /* both in the community, not in the same home */
    int64_t from_uwh;    /* bought from outside of the community */
    int64_t to_uwh;      /* sold to outside */
} lg_course_trade;

typedef struct lg_course {
    const lg_site *site;
    const lg_members *members;
    const lg_market *market;
    uint32_t community;
    uint32_t slot_ms, slot_count;
    uint32_t slots_per_bin, bin_count;
    lg_course_bin bins[LG_COURSE_COLUMNS];
    lg_course_trade trade;
    int64_t peak_import_uwh; /* of one slot */
    int64_t peak_import_start_ms;
    uint32_t slots_done;
} lg_course;

/** Prepares @p course for a run; everything handed in is borrowed until the course is no longer
 * used. */
void lg_course_init(lg_course *course, const lg_scenario *scenario, const lg_members *members,
                    const lg_market *market);
/** What to give to lg_turn_listen(). */
void lg_course_listener(lg_course *course, lg_listener *listener);

/**
 * Slots in one column: a duration people think in (a slot, 30 min, 1 h, ... 1 day, 1 week, weeks)
 * that needs at most LG_COURSE_COLUMNS columns for @p slot_count slots.
 */
uint32_t lg_course_slots_per_bin(uint32_t slot_count, uint32_t slot_ms);

#endif
