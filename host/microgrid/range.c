/* Sets are small and are compared, cut and added by looking at every pair.
 */
#include "microgrid/range.h"

#include <math.h>

enum { PAIRS_MAX = LG_RANGES_MAX * LG_RANGES_MAX };

lg_ranges lg_ranges_all(void)
{
    return (lg_ranges){.count = 1, .at = {{-(double)INFINITY, (double)INFINITY}}};
}

static void sort_by_lower(lg_range *ranges, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        lg_range moved = ranges[i];
        uint32_t to = i;
        for (; to && ranges[to - 1].lower > moved.lower; to--)
            ranges[to] = ranges[to - 1];
        ranges[to] = moved;
    }
}

/* Ranges in ascending order of their lower ends become a set; returns how many there are. */
static uint32_t merge(lg_range *ranges, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!kept || ranges[i].lower > ranges[kept - 1].upper)
            ranges[kept++] = ranges[i];
        else if (ranges[i].upper > ranges[kept - 1].upper)
            ranges[kept - 1].upper = ranges[i].upper;
    }
    return kept;
}

static double distance(const lg_range *range)
{
    return range->lower > 0 ? range->lower : range->upper < 0 ? -range->upper : 0;
}

/* The set of ranges, the nearest to 0 of them when there are too many. */
static lg_ranges settle(lg_range *ranges, uint32_t count)
{
    lg_ranges set = {.count = 0};
    sort_by_lower(ranges, count);
    count = merge(ranges, count);
    uint32_t first = 0;
    for (; count - first > LG_RANGES_MAX; count--)
        if (distance(&ranges[first]) > distance(&ranges[count - 1])) {
            first++;
            count++;
        }
    while (set.count < count - first) {
        set.at[set.count] = ranges[first + set.count];
        set.count++;
    }
    return set;
}

bool lg_ranges_make(const lg_range *given, uint32_t count, lg_ranges *out)
{
    lg_range sorted[PAIRS_MAX];
    if (!count || count > PAIRS_MAX)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (isnan(given[i].lower) || isnan(given[i].upper) || given[i].lower > given[i].upper)
            return false;
        sorted[i] = given[i];
    }
    sort_by_lower(sorted, count);
    count = merge(sorted, count);
    if (count > LG_RANGES_MAX)
        return false;
    *out = settle(sorted, count);
    return true;
}

lg_ranges lg_ranges_cut(const lg_ranges *a, const lg_ranges *b)
{
    lg_range both[PAIRS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++) {
            lg_range cut = {fmax(a->at[i].lower, b->at[j].lower),
                            fmin(a->at[i].upper, b->at[j].upper)};
            if (cut.lower <= cut.upper)
                both[count++] = cut;
        }
    return settle(both, count);
}

lg_ranges lg_ranges_add(const lg_ranges *a, const lg_ranges *b)
{
    lg_range sums[PAIRS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++)
            sums[count++] =
                (lg_range){a->at[i].lower + b->at[j].lower, a->at[i].upper + b->at[j].upper};
    return settle(sums, count);
}

bool lg_ranges_hold(const lg_ranges *set, double value)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (value >= set->at[i].lower && value <= set->at[i].upper)
            return true;
    return false;
}

double lg_ranges_clamp(const lg_ranges *set, double value)
{
    double best = 0;
    if (lg_ranges_hold(set, value))
        return value;
    for (uint32_t i = 0; i < set->count; i++) {
        double end = value > 0 ? set->at[i].upper : set->at[i].lower;
        bool between = value > 0 ? end > 0 && end < value : end < 0 && end > value;
        if (between && fabs(end) > fabs(best))
            best = end;
    }
    return best;
}
