/* host/microgrid/range.h — sets of ranges: where a value may lie
 *
 * A set is made of closed ranges in ascending order that do not touch. Two ranges around a gap are
 * how a device says that it cannot work near 0. Zero itself is always allowed (a device may rest):
 * whether a set holds it is told, but what is clamped may come out as 0 whatever the set says.
 */
#ifndef LG_MICROGRID_RANGE_H
#define LG_MICROGRID_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/** The most ranges of a set. */
#define LG_RANGES_MAX 8

/** From lower to upper, both belong to it; -INFINITY and INFINITY: without end. */
typedef struct lg_range {
    double lower, upper;
} lg_range;

typedef struct lg_ranges {
    uint32_t count; /* 0: nothing is allowed */
    lg_range at[LG_RANGES_MAX];
} lg_ranges;

/** Every number. */
lg_ranges lg_ranges_all(void);

/**
 * The union of @p given, which may overlap and be in any order.
 * @return false: none are given, one has NaN or its lower end above its upper one, or more than
 *         LG_RANGES_MAX remain; *out is as it was
 */
bool lg_ranges_make(const lg_range *given, uint32_t count, lg_ranges *out);

/** What lies in both. Should more than LG_RANGES_MAX remain, those farthest from 0 are left out: a
 * cut only ever narrows. */
lg_ranges lg_ranges_cut(const lg_ranges *a, const lg_ranges *b);

/** What two devices can do together: all sums of a value of one and a value of the other. */
lg_ranges lg_ranges_add(const lg_ranges *a, const lg_ranges *b);

/** Whether @p value lies in one of them. */
bool lg_ranges_hold(const lg_ranges *set, double value);

/** @p value, or what is allowed next to it on the way to 0, or 0: never more than was asked for,
 * never of the other sign. */
double lg_ranges_clamp(const lg_ranges *set, double value);

#endif
