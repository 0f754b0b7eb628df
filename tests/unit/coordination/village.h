/* tests/unit/coordination/village.h — an aggregator with two homes, for tests of the model */
#ifndef LG_TEST_VILLAGE_H
#define LG_TEST_VILLAGE_H

#include "coordination/enrol.h"
#include "coordination/event.h"
#include "coordination/people.h"
#include "coordination/report.h"

/** The moment @p text; 0 for what is none, which tests would notice. */
static inline int64_t village_at(const char *text)
{
    int64_t us = 0;
    (void)lg_coord_time_read(text, &us);
    return us;
}

/** A point from the text of its time and of its number. */
static inline lg_coord_point village_point(const char *time, const char *number)
{
    lg_coord_point point = {.start_us = village_at(time), .value.text = number};
    (void)lg_coord_number_read(number, &point.value.nano);
    return point;
}

/**
 * On 1 March 2026: tenant "north" with ann (home-1, meter 7070001, charger-1 of it, car-1, all
 * enrolled) and bob (home-2 at 60.5 N 5.0 E without a meter, panel-2, enrolled). The neighbourhood
 * "hill" holds both. NULL: exhausted.
 */
lg_coord *village_new(lg_mem *mem, lg_coord_tenant **tenant);

#endif
