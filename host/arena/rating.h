/* host/arena/rating.h — a running ladder: skill as a belief that every game sharpens
 *
 * Weng and Lin, "A Bayesian Approximation Method for Online Ranking", Journal of Machine Learning
 * Research 12 (2011), Algorithm 4 (Plackett-Luce), one player a team; the constants are those of
 * OpenSkill. Doubles by IEEE operations, square roots and lg_det_exp() only: the same on every
 * machine. Order matters as in any ladder: play games through it in the order of their names in the
 * league.
 *
 * Submitting a source again gains nothing: a rating belongs to the hash of the source, so keep
 * ratings by hash (an entrant whose hash has one goes on with it, and the same hash twice in a game
 * is one player, its better place counted). A changed source begins anew at ordinal 0, which is the
 * bottom until it has won something.
 */
#ifndef LG_ARENA_RATING_H
#define LG_ARENA_RATING_H

#include <stdint.h>
#include "base/mem.h"
#include "base/status.h"

#define LG_RATING_MU    25.0
#define LG_RATING_SIGMA (25.0 / 3)
#define LG_RATING_BETA  (25.0 / 6) /* how much one player's play varies */
#define LG_RATING_KAPPA 0.0001     /* a variance shrinks to this part of itself at most in a game */

/** A belief about a player: mean and deviation. */
typedef struct lg_rating {
    double mu, sigma;
} lg_rating;

/** One who has not played. */
lg_rating lg_rating_new(void);

/** mu - 3 sigma: what a player is worth at least, almost surely; the order of a ladder. */
double lg_rating_ordinal(lg_rating rating);

/** Most players of a game. */
#define LG_RATING_PLAYERS_MAX 64

/**
 * Takes in one game.
 * @param ratings  of its players; changed
 * @param places   1 the best; equal places are ties; gaps do not matter
 * @param count    up to LG_RATING_PLAYERS_MAX; with fewer than 2 nothing changes
 */
void lg_rating_game(lg_rating *ratings, const uint32_t *places, uint32_t count);

/** Places out of values (a score, a saving; the highest is best; equal values share a place; NaN
 * comes last): 1 + how many are higher. */
void lg_rating_places(const double *values, uint32_t count, uint32_t *places);

#endif
