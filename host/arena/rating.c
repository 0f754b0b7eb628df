/* Algorithm 4 of the paper with teams of one. With i, q players, theta and sigma their beliefs:
 *
 *   c      = sqrt(sum_i (sigma_i^2 + beta^2))
 *   C_q    = players placed as well as q or worse; A_q = how many share q's place
 *   p_iq   = exp(theta_i / c) / sum over s in C_q of exp(theta_s / c)
 *   Omega_i = sigma_i^2 / c   * sum over q placed as well as i or better of ((i = q) - p_iq) / A_q
 *   Delta_i = gamma_i sigma_i^2 / c^2 * sum over the same q of p_iq (1 - p_iq) / A_q
 *   theta_i += Omega_i;  sigma_i^2 *= max(1 - Delta_i, kappa);  gamma_i = sigma_i / c
 */
#include "arena/rating.h"

#include <math.h>
#include "lunagrid/detmath.h"

lg_rating lg_rating_new(void)
{
    return (lg_rating){.mu = LG_RATING_MU, .sigma = LG_RATING_SIGMA};
}

double lg_rating_ordinal(lg_rating rating)
{
    return rating.mu - 3 * rating.sigma;
}

/* What the sums over q need of a game. */
typedef struct game {
    const uint32_t *places;
    uint32_t count;
    double c;
    double weight[LG_RATING_PLAYERS_MAX]; /* exp(theta / c) */
    double below[LG_RATING_PLAYERS_MAX];  /* the sum over C_q */
    double ties[LG_RATING_PLAYERS_MAX];   /* A_q */
} game;

static void prepare(game *g, const lg_rating *ratings)
{
    double sum = 0, top = ratings[0].mu;
    for (uint32_t i = 0; i < g->count; i++) {
        sum += ratings[i].sigma * ratings[i].sigma + LG_RATING_BETA * LG_RATING_BETA;
        top = ratings[i].mu > top ? ratings[i].mu : top;
    }
    g->c = sqrt(sum);
    for (uint32_t i = 0; i < g->count; i++) /* all by the same factor: nothing overflows */
        g->weight[i] = lg_det_exp((ratings[i].mu - top) / g->c);
    for (uint32_t q = 0; q < g->count; q++) {
        g->below[q] = g->ties[q] = 0;
        for (uint32_t s = 0; s < g->count; s++) {
            g->below[q] += g->places[s] >= g->places[q] ? g->weight[s] : 0;
            g->ties[q] += g->places[s] == g->places[q];
        }
    }
}

static lg_rating updated(const game *g, uint32_t i, lg_rating r)
{
    double omega = 0, delta = 0, variance = r.sigma * r.sigma;
    for (uint32_t q = 0; q < g->count; q++) {
        if (g->places[q] > g->places[i])
            continue;
        double p = g->below[q] > 0 ? g->weight[i] / g->below[q] : 0;
        omega += ((i == q ? 1 : 0) - p) / g->ties[q];
        delta += p * (1 - p) / g->ties[q];
    }
    double gamma = r.sigma / g->c;
    double left = 1 - gamma * variance / (g->c * g->c) * delta;
    r.mu += variance / g->c * omega;
    r.sigma *= sqrt(left > LG_RATING_KAPPA ? left : LG_RATING_KAPPA);
    return r;
}

void lg_rating_game(lg_rating *ratings, const uint32_t *places, uint32_t count)
{
    LG_ASSERT(count <= LG_RATING_PLAYERS_MAX);
    if (count < 2)
        return;
    game g = {.places = places, .count = count};
    prepare(&g, ratings);
    for (uint32_t i = 0; i < count; i++)
        ratings[i] = updated(&g, i, ratings[i]);
}

void lg_rating_places(const double *values, uint32_t count, uint32_t *places)
{
    for (uint32_t i = 0; i < count; i++) {
        places[i] = 1;
        for (uint32_t k = 0; k < count; k++)
            places[i] += values[k] > values[i] || (isnan(values[i]) && !isnan(values[k]));
    }
}
