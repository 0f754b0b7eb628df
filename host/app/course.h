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
    int64_t import_uwh;             /* bought by members from outside */
} lg_course_bin;

/**
 * Where the energy that members and their neighbours traded came from and went to. Outside is what
 * lies outside of the community, and wherever they lie buses, market makers and what sells without
 * limit: they stand for the grid beyond.
 */
typedef struct lg_course_trade {
    int64_t within_uwh;  /* both in the same home */
    int64_t between_uwh; /* both in the community, not in the same home */
    int64_t from_uwh;    /* bought from outside: the import */
    int64_t to_uwh;      /* sold to outside */
} lg_course_trade;

/** What the settlement markets did; all 0 when there are none. */
typedef struct lg_course_settlement {
    int64_t short_uwh, long_uwh; /* deviations that had to be bought, and that could be sold */
    int64_t traded_uwh;
    uint64_t trade_count;
} lg_course_settlement;

/** Energy that was traded, and the money for it. */
typedef struct lg_course_dealt {
    int64_t energy_uwh, paid_uct;
} lg_course_dealt;

typedef struct lg_course {
    const lg_site *site;
    lg_members *members;
    const lg_market *market;
    const lg_caps *caps; /* of the running slot, one an asset */
    uint32_t community;  /* whose price is drawn */
    uint32_t scope;      /* what trade, import and indicators are about: all members */
    uint32_t slot_ms, slot_count;
    uint32_t slots_per_bin, bin_count;
    lg_course_bin bins[LG_COURSE_COLUMNS];
    lg_course_trade trade;
    lg_course_settlement settlement;
    lg_kpi kpi;              /* sums of the indicators; lg_course_kpi() has the shares too */
    int64_t slot_import_uwh; /* of the running slot */
    /* of the running slot and of the last one that closed: trades between homes, and what their
     * buyers paid with all fees, which is what a neighbour's energy costs */
    lg_course_dealt slot_between, last_between;
    int64_t peak_import_uwh; /* of one slot */
    int64_t peak_import_start_ms;
    uint32_t slots_done;
} lg_course;

/** Prepares @p course for a run; everything handed in is borrowed until the course is no longer
 * used. @p caps is what slots are opened with. */
void lg_course_init(lg_course *course, const lg_scenario *scenario, lg_members *members,
                    const lg_market *market, const lg_caps *caps);
/** What to give to lg_turn_listen(). */
void lg_course_listener(lg_course *course, lg_listener *listener);

/**
 * The community's indicators so far, with import as the report has it: what comes from outside is
 * nobody's own production. Energy of own panels that was stored counts as used when a storage sells
 * it to a load of the community, first in, first out. Unlike lg_market_kpi(), which follows the
 * reference exchange and counts a bus below the area as its producer.
 */
lg_kpi lg_course_kpi(const lg_course *course);

/**
 * Slots in one column: a duration people think in (a slot, 30 min, 1 h, ... 1 day, 1 week, weeks)
 * that needs at most LG_COURSE_COLUMNS columns for @p slot_count slots.
 */
uint32_t lg_course_slots_per_bin(uint32_t slot_count, uint32_t slot_ms);

#endif
