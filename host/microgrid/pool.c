/* Few ask for a pool, so the next in rank is looked for each time and nothing is kept.
 */
#include "microgrid/pool.h"

#include <math.h>

/* ---- proposals ---- */

static bool ranks_before(const lg_proposal *a, const lg_proposal *b)
{
    return a->priority != b->priority ? a->priority > b->priority : a->who < b->who;
}

/* The next proposal in rank after @p last (NULL: the first) that still holds; NULL: none. */
static const lg_proposal *next_in_rank(const lg_proposal *proposals, uint32_t count,
                                       const lg_proposal *last, int64_t now_ms)
{
    const lg_proposal *best = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (proposals[i].until_ms > now_ms && (!last || ranks_before(last, &proposals[i])) &&
            (!best || ranks_before(&proposals[i], best)))
            best = &proposals[i];
    return best;
}

/* What those below @p p may choose. One that leaves nothing of what it was given is not heard: it
 * cannot overrule who ranks higher. */
static lg_ranges narrowed(const lg_ranges *allowed, const lg_proposal *p)
{
    const lg_ranges wanted = {.count = 1, .at = {p->allowed}};
    lg_ranges cut = lg_ranges_cut(allowed, &wanted);
    return cut.count ? cut : *allowed;
}

/* The allowed power nearest to @p wanted; of two as near the smaller one. */
static double nearest(const lg_ranges *allowed, double wanted)
{
    double best = 0, distance = (double)INFINITY;
    for (uint32_t i = 0; i < allowed->count; i++) {
        double at = fmin(fmax(wanted, allowed->at[i].lower), allowed->at[i].upper);
        double away = fabs(at - wanted);
        if (away < distance || (away == distance && fabs(at) < fabs(best))) {
            best = at;
            distance = away;
        }
    }
    return best;
}

/* What a pool can do: to rest is always among it. */
static lg_ranges with_rest(const lg_ranges *system)
{
    lg_range ranges[LG_RANGES_MAX + 1];
    lg_ranges all;
    uint32_t count = 0;
    for (; count < system->count; count++)
        ranges[count] = system->at[count];
    ranges[count++] = (lg_range){0, 0};
    return lg_ranges_make(ranges, count, &all) ? all : *system;
}

double lg_pool_target(const lg_proposal *proposals, uint32_t count, const lg_ranges *system,
                      int64_t now_ms)
{
    double target = (double)NAN;
    lg_ranges allowed = with_rest(system);
    const lg_proposal *p = NULL;
    while ((p = next_in_rank(proposals, count, p, now_ms))) {
        if (!isnan(p->preferred))
            target = nearest(&allowed, p->preferred);
        allowed = narrowed(&allowed, p);
    }
    return target;
}

lg_pool_report lg_pool_report_to(const lg_proposal *proposals, uint32_t count,
                                 const lg_ranges *system, int64_t now_ms, uint32_t who)
{
    lg_pool_report report = {.target = lg_pool_target(proposals, count, system, now_ms),
                             .allowed = with_rest(system)};
    const lg_proposal *p = NULL;
    while ((p = next_in_rank(proposals, count, p, now_ms)) && p->who != who)
        report.allowed = narrowed(&report.allowed, p);
    return report;
}

/* ---- sharing ---- */

double lg_pool_battery_weight(double power, double capacity_Wh, double soc, double lower,
                              double upper)
{
    double percent = power > 0 ? upper - soc : soc - lower;
    return percent > 0 ? percent / 100 * capacity_Wh : 0;
}

/* What the device does of @p wanted: as much as it can at most; in a gap it rests, or works at the
 * gap's far end if that is nearer. */
static double within(const lg_ranges *allowed, double wanted)
{
    double most = lg_ranges_clamp(allowed, wanted), over = (double)INFINITY;
    if (most == wanted)
        return most;
    for (uint32_t i = 0; i < allowed->count; i++) {
        double end = wanted > 0 ? allowed->at[i].lower : -allowed->at[i].upper;
        if (end > fabs(wanted) && end < over)
            over = end;
    }
    bool more = over - fabs(wanted) < fabs(wanted) - fabs(most);
    return more ? copysign(over, wanted) : most;
}

static bool is_open(const lg_share *share, double left)
{
    return left > 0 ? share->power < lg_ranges_clamp(&share->allowed, (double)INFINITY)
                    : share->power > lg_ranges_clamp(&share->allowed, -(double)INFINITY);
}

/* Sums of shares are never quite the whole: what is left of @p power is nothing then. */
static bool is_nothing(double left, double power)
{
    return fabs(left) < 1e-9 * fabs(power) || left * power <= 0;
}

/* By weight among those that can do more; when none of them has any, in equal parts. */
static double weight_of(const lg_share *share, double left, bool equal)
{
    return !is_open(share, left) ? 0 : equal ? 1 : fmax(share->weight, 0);
}

static double sum_of_weights(const lg_share *shares, uint32_t count, double left, bool equal)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += weight_of(&shares[i], left, equal);
    return sum;
}

/* One round: everybody gets its part of what is left, as far as it can take it. */
static double share_once(lg_share *shares, uint32_t count, double left)
{
    bool equal = sum_of_weights(shares, count, left, false) <= 0;
    double sum = sum_of_weights(shares, count, left, equal), rest = left;
    if (sum <= 0)
        return left;
    for (uint32_t i = 0; i < count && !is_nothing(rest, left); i++) {
        double part = left * weight_of(&shares[i], left, equal) / sum;
        if (part == 0)
            continue;
        if (fabs(part) > fabs(rest))
            part = rest;
        double done = within(&shares[i].allowed, shares[i].power + part);
        /* beyond its part only while that much is left */
        if (fabs(done - shares[i].power) > fabs(rest))
            done = lg_ranges_clamp(&shares[i].allowed, shares[i].power + part);
        rest -= done - shares[i].power;
        shares[i].power = done;
    }
    return rest;
}

/* Parts may all be too small for devices with a gap: then one takes what it can, and the next. */
static double share_one_by_one(lg_share *shares, uint32_t count, double left, double power)
{
    for (uint32_t i = 0; i < count && !is_nothing(left, power); i++) {
        double done = lg_ranges_clamp(&shares[i].allowed, shares[i].power + left);
        if (fabs(done) < fabs(shares[i].power))
            continue; /* what it does already was its choice */
        left -= done - shares[i].power;
        shares[i].power = done;
    }
    return left;
}

double lg_pool_share(lg_share *shares, uint32_t count, double power)
{
    double left = power;
    for (uint32_t i = 0; i < count; i++)
        shares[i].power = 0;
    for (uint32_t round = 0; round <= count && !is_nothing(left, power); round++) {
        double rest = share_once(shares, count, left);
        if (rest == left)
            break;
        left = rest;
    }
    left = share_one_by_one(shares, count, left, power);
    return is_nothing(left, power) ? 0 : left;
}
