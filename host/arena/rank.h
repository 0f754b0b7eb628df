/* host/arena/rank.h — who is better, and how sure that is
 *
 * Entrants are compared in pairs over the cases that both played (a case is a scenario with a seed;
 * the value is the entrant's mean counted score over the seats and games of that case, so that
 * cases weigh the same). What is resampled is cases: an interval says how the table might look over
 * other scenarios of the same kind.
 *
 * Interval: bootstrap of the mean difference (Efron and Tibshirani, An Introduction to the
 * Bootstrap, 1993, chapters 12 and 13), percentiles widened for few cases: instead of 2.5 % they
 * are taken at Phi(-sqrt(n / (n - 1)) * t(0.975; n - 1)) (Hesterberg, "What Teachers Should Know
 * About the Bootstrap", The American Statistician 69, 2015: expanded percentile interval). Draws
 * are made by lg_rng(seed, n, resample, draw): they depend on no entrant, so a league with one more
 * entrant, or with entrants in another order, gives every pair the interval it had.
 */
#ifndef LG_ARENA_RANK_H
#define LG_ARENA_RANK_H

#include <stdbool.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/status.h"

/** With fewer cases in common nobody is better than anybody: even if one wins all of n, chance
 * alone does that with 2 * 2^-n, which is below 5 % from 6 on (sign test). */
#define LG_RANK_CASES_MIN 6
#define LG_RANK_RESAMPLES 9999

typedef struct lg_rank_input {
    uint32_t entrants, cases;
    /** Value of entrant e in case c at [e * cases + c]; NaN: it did not play it. */
    const double *values;
    /** Hash of each entrant's source as text; NULL: all differ. */
    const char *const *hashes;
    uint64_t seed;      /* of the resampling, published with the table */
    uint32_t resamples; /* 0: LG_RANK_RESAMPLES */
} lg_rank_input;

/** The line of one entrant. */
typedef struct lg_rank {
    uint32_t
        same_as; /* the first entrant with that source: itself, or this line repeats that one's */
    uint32_t cases; /* that it played */
    double mean;    /* of its values; NaN when it played none */
    /** Its value minus the mean of all entrants that played the case, mean over its cases, with a
     * 95 % interval for the eye; NaN without two cases. Ranks are by pairs, not by these. */
    double lead, lead_low, lead_high;
    uint32_t better; /* entrants that are significantly better */
    uint32_t rank;   /* its place in the order of leads, or that of the first it shares a rank with;
                        0 when it played nothing */
} lg_rank;

/** a minus b over the cases that both played. */
typedef struct lg_rank_pair {
    uint32_t cases;
    double mean;      /* NaN without a case in common */
    double low, high; /* 95 % interval; NaN with fewer than two */
    int winner;       /* 1: a is significantly better (low > 0), -1: b is (high < 0), 0: neither, or
                         fewer than LG_RANK_CASES_MIN cases */
} lg_rank_pair;

/**
 * Ranks all entrants. Entrants with the same hash count once: the first one's values are used, the
 * others get its line. Ranks follow the leads: from the highest down a new rank begins with the
 * first entrant that somebody of the rank above is significantly better than. So of two entrants of
 * one rank neither is better at 95 %, and nobody has a better rank than who leads it by more. Who
 * begins a rank may still not be told from some of the rank above: the pairs say so.
 * @param ranks  room for input->entrants
 * @return LG_OK; LG_INVALID a value is infinite; LG_MEMORY
 */
lg_status lg_rank_all(lg_mem *mem, const lg_rank_input *input, lg_rank *ranks,
                      lg_err *err) LG_CHECKED;

/** The comparison of entrants @p a and @p b. @return as lg_rank_all() */
lg_status lg_rank_compare(lg_mem *mem, const lg_rank_input *input, uint32_t a, uint32_t b,
                          lg_rank_pair *pair, lg_err *err) LG_CHECKED;

/** The first of @p count hashes that is the same as each: same_as[i] <= i. */
void lg_rank_same(const char *const *hashes, uint32_t count, uint32_t *same_as);

/** t(0.975; @p freedom), the 97.5 % point of Student's distribution; at least 1 degree. */
double lg_rank_student(double freedom);

/** The order of a table: by rank, then by lead (highest first), then as entered. @param order room
 * for
 * @p count indices */
void lg_rank_order(const lg_rank *ranks, uint32_t count, uint32_t *order);

#endif
