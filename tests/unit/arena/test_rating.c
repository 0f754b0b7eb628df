/* Ratings against figures of an independent implementation of the paper's Algorithm 4. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/rating.h"

#include <math.h>

#define FRESH                                                                                      \
    {                                                                                              \
        LG_RATING_MU, LG_RATING_SIGMA                                                              \
    }

static void expect(lg_rating got, double mu, double sigma)
{
    assert_true(fabs(got.mu - mu) < 1e-11);
    assert_true(fabs(got.sigma - sigma) < 1e-11);
}

/* By hand: c^2 = 2 * (625 / 9 + 625 / 36) = 173.6, each wins with p = 0.5; omega = 69.44 / 13.18
 * / 2. */
static void two_who_are_new(void **state)
{
    (void)state;
    lg_rating r[] = {FRESH, FRESH};
    lg_rating_game(r, (const uint32_t[]){1, 2}, 2);
    expect(r[0], 27.635231383474, 8.065506316324);
    expect(r[1], 22.364768616526, 8.065506316324);
    assert_true(fabs(lg_rating_ordinal(r[0]) - (27.635231383474 - 24.196518948972)) < 1e-11);
    lg_rating tied[] = {FRESH, FRESH};
    lg_rating_game(tied, (const uint32_t[]){3, 3}, 2);
    expect(tied[0], 25, 8.065506316324);
    expect(tied[1], 25, 8.065506316324);
}

static void four_who_are_new(void **state)
{
    (void)state;
    lg_rating r[] = {FRESH, FRESH, FRESH, FRESH};
    lg_rating_game(r, (const uint32_t[]){10, 20, 30, 40}, 4); /* gaps do not matter */
    expect(r[0], 27.795084971875, 8.263160757613);
    expect(r[1], 26.552824984375, 8.179213704945);
    expect(r[2], 24.689435003125, 8.083731307187);
    expect(r[3], 20.962655040625, 8.083731307187);
}

static void known_players_and_a_tie(void **state)
{
    (void)state;
    lg_rating r[] = {{30, 2}, {25, 5}, {20, 8}, {27, 1}};
    lg_rating_game(r, (const uint32_t[]){2, 1, 2, 4}, 4);
    expect(r[0], 29.910290327533, 1.998192233326);
    expect(r[1], 26.503273483869, 4.973342113453);
    expect(r[2], 20.701605210880, 7.706466302967);
    expect(r[3], 26.951333897342, 0.999898223469);
}

static void a_season(void **state)
{
    (void)state;
    lg_rating r[] = {FRESH, FRESH, FRESH};
    lg_rating_game(r, (const uint32_t[]){1, 2, 3}, 3);
    lg_rating_game(r, (const uint32_t[]){1, 3, 2}, 3);
    lg_rating_game(r, (const uint32_t[]){2, 1, 3}, 3);
    expect(r[0], 30.109638737773, 7.784786612002);
    expect(r[1], 24.861686118264, 7.703341050402);
    expect(r[2], 20.086497915840, 7.596217712970);
}

static void nobody_to_play_with(void **state)
{
    (void)state;
    lg_rating r = lg_rating_new();
    lg_rating_game(&r, (const uint32_t[]){1}, 1);
    expect(r, 25, 25.0 / 3);
    assert_true(fabs(lg_rating_ordinal(r)) < 1e-12);
}

/* Beliefs that are worlds apart neither overflow nor divide by 0, and no deviation reaches 0. */
static void extremes_stay_finite(void **state)
{
    (void)state;
    lg_rating r[] = {{1e6, 0.01}, {-1e6, 0.01}};
    for (int i = 0; i < 100; i++)
        lg_rating_game(r, (const uint32_t[]){2, 1}, 2);
    for (int i = 0; i < 2; i++)
        assert_true(isfinite(r[i].mu) && isfinite(r[i].sigma) && r[i].sigma > 0);
}

static void places_of_values(void **state)
{
    (void)state;
    uint32_t places[5];
    lg_rating_places((const double[]){3, NAN, 7, 3, -1}, 5, places);
    const uint32_t expected[] = {2, 5, 1, 2, 4};
    for (int i = 0; i < 5; i++)
        assert_int_equal(places[i], expected[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_who_are_new),         cmocka_unit_test(four_who_are_new),
        cmocka_unit_test(known_players_and_a_tie), cmocka_unit_test(a_season),
        cmocka_unit_test(nobody_to_play_with),     cmocka_unit_test(extremes_stay_finite),
        cmocka_unit_test(places_of_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
