/* The table of a league on games made by hand: values of cases, families, one line for one source,
 * and a ladder that does not depend on the order of games. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/league.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "support/failing_mem.h"

enum { SEEDS = 3, SCENARIOS = 2, GAMES = SEEDS * SCENARIOS * 2, SEATS = 2 };
#define EUR INT64_C(100000000)

static lg_contest_scenario scenarios[] = {{.name = "v", .family = "winter"},
                                          {.name = "w", .family = "summer"}};
static lg_contest_seat seats[] = {{.name = "A"}, {.name = "B"}};
static lg_contest_entrant entrants[] = {{.name = "good"}, {.name = "bad"}, {.name = "good too"}};
static const char *const hashes[] = {"1", "2", "1"};
static uint64_t seeds[] = {7, 8, 9};
static const uint32_t lineups[2][SEATS] = {{0, 1}, {1, 0}};

/* All games of one league: the good one costs `gain` less than the baseline, the bad one 2 EUR
 * more; two days long. */
typedef struct world {
    lg_contest contest;
    lg_seat_figures played[GAMES][SEATS], reference[SEATS];
    lg_figures figures[GAMES], against;
    const lg_figures *references[SEATS];
    const char *reference_jobs[SEATS];
    char names[GAMES][16];
    lg_result_game games[GAMES];
} world;

static void build(world *w, lg_measure measure, bool backwards)
{
    *w = (world){.contest = {.kind = LG_CONTEST_LEAGUE,
                             .measure = measure,
                             .name = "cup",
                             .scenarios = scenarios,
                             .scenario_count = SCENARIOS,
                             .seats = seats,
                             .seat_count = SEATS,
                             .entrants = entrants,
                             .entrant_count = 3,
                             .seeds = seeds,
                             .seed_count = SEEDS}};
    for (int k = 0; k < SEATS; k++) {
        w->reference[k] =
            (lg_seat_figures){.cost_uct = 10 * EUR, .has_bound = true, .bound_uct = 2 * EUR};
        w->references[k] = &w->against;
        w->reference_jobs[k] = "r";
    }
    w->against = (lg_figures){.seats = w->reference, .seat_count = SEATS};
    for (uint32_t i = 0; i < GAMES; i++) {
        uint32_t at = backwards ? GAMES - 1 - i : i, scenario = i / (2 * SEEDS);
        snprintf(w->names[at], sizeof w->names[at], "%u", 100 - i);
        for (int k = 0; k < SEATS; k++)
            w->played[at][k].cost_uct =
                lineups[i % 2][k] == 0 ? (scenario ? 6 : 8) * EUR : 12 * EUR;
        w->figures[at] =
            (lg_figures){.seats = w->played[at], .seat_count = SEATS, .slots = 192, .slot_s = 900};
        w->games[at] = (lg_result_game){.scenario = scenario,
                                        .seed = i / 2 % SEEDS,
                                        .lineup = lineups[i % 2],
                                        .job = w->names[at],
                                        .figures = &w->figures[at],
                                        .reference_jobs = w->reference_jobs,
                                        .references = w->references};
    }
}

static lg_status make(lg_mem *mem, const world *w, lg_result *result, lg_league *league)
{
    lg_err err;
    *league = (lg_league){.mem = mem};
    lg_status status = lg_result_make(mem, &w->contest, w->games, GAMES, hashes, result);
    return status == LG_OK ? lg_league_make(mem, result, hashes, league, &err) : status;
}

static world w, other;

static void scores_and_families(void **state)
{
    (void)state;
    lg_result result;
    lg_league l;
    build(&w, LG_MEASURE_SCORE, false);
    assert_int_equal(make(lg_mem_system(), &w, &result, &l), LG_OK);
    assert_int_equal(l.cases, 6);
    assert_int_equal(l.unscored, 0);
    assert_int_equal(l.family_count, 2);
    assert_string_equal(l.families[1], "summer");
    assert_true(l.rows[0].families[0] == 25 && l.rows[0].families[1] == 50); /* 2 and 4 of 8 EUR */
    assert_true(l.rows[0].rank.mean == 37.5 && l.rows[1].rank.mean == -25);
    assert_true(l.rows[0].saving_EUR_per_day == 1.5 && l.rows[1].saving_EUR_per_day == -1);
    assert_int_equal(l.rows[0].rank.rank, 1);
    assert_int_equal(l.rows[1].rank.rank, 2);
    assert_int_equal(l.pairs[0 * 3 + 1].winner, 1);
    lg_league_fini(&l);
    lg_result_fini(&result);
}

static void savings_of_a_day(void **state)
{
    (void)state;
    lg_result result;
    lg_league l;
    build(&w, LG_MEASURE_SAVING, false);
    assert_int_equal(make(lg_mem_system(), &w, &result, &l), LG_OK);
    assert_true(l.rows[0].families[0] == 1 && l.rows[0].families[1] == 2);
    assert_true(l.rows[1].rank.mean == -1);
    lg_league_fini(&l);
    lg_result_fini(&result);
}

static void one_source_is_one_line(void **state)
{
    (void)state;
    lg_result result;
    lg_league l;
    build(&w, LG_MEASURE_SCORE, false);
    assert_int_equal(make(lg_mem_system(), &w, &result, &l), LG_OK);
    assert_int_equal(l.rows[2].rank.same_as, 0);
    assert_int_equal(l.rows[2].rank.rank, 1);
    assert_true(l.rows[2].score == l.rows[0].score);
    assert_memory_equal(&l.rows[2].rating, &l.rows[0].rating, sizeof l.rows[0].rating);
    assert_int_equal(l.rows[2].place, 1);
    assert_int_equal(l.rows[1].place, 2); /* not 3: who is there twice is one */
    assert_int_equal(l.rows[0].games, GAMES);
    lg_league_fini(&l);
    lg_result_fini(&result);
}

static void a_case_without_a_bound_does_not_count(void **state)
{
    (void)state;
    lg_result result;
    lg_league l;
    lg_seat_figures none[SEATS];
    build(&w, LG_MEASURE_SCORE, false);
    memcpy(none, w.reference, sizeof none);
    none[0].has_bound = none[1].has_bound = false;
    lg_figures unbound = {.seats = none, .seat_count = SEATS};
    const lg_figures *references[] = {&unbound, &unbound};
    w.games[0].references = references;
    assert_int_equal(make(lg_mem_system(), &w, &result, &l), LG_OK);
    assert_int_equal(l.unscored, 1);
    assert_true(isnan(l.values[0]));
    assert_int_equal(l.rows[0].rank.cases, 5);
    assert_int_equal(l.rows[1].rank.rank, 1); /* five cases say nothing */
    lg_league_fini(&l);
    lg_result_fini(&result);
}

static void the_ladder_goes_by_names_of_jobs(void **state)
{
    (void)state;
    lg_result results[2];
    lg_league leagues[2];
    build(&w, LG_MEASURE_SCORE, false);
    build(&other, LG_MEASURE_SCORE, true);
    assert_int_equal(make(lg_mem_system(), &w, &results[0], &leagues[0]), LG_OK);
    assert_int_equal(make(lg_mem_system(), &other, &results[1], &leagues[1]), LG_OK);
    for (int i = 0; i < 3; i++)
        assert_memory_equal(&leagues[0].rows[i].rating, &leagues[1].rows[i].rating,
                            sizeof(lg_rating));
    for (int i = 0; i < 2; i++) {
        lg_league_fini(&leagues[i]);
        lg_result_fini(&results[i]);
    }
}

static int sweep(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_result result;
    lg_league l;
    lg_status status = make(mem, &w, &result, &l);
    lg_league_fini(&l);
    lg_result_fini(&result);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void without_memory(void **state)
{
    (void)state;
    build(&w, LG_MEASURE_SCORE, false);
    assert_true(lg_sweep_allocations(sweep, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_and_families),
        cmocka_unit_test(savings_of_a_day),
        cmocka_unit_test(one_source_is_one_line),
        cmocka_unit_test(a_case_without_a_bound_does_not_count),
        cmocka_unit_test(the_ladder_goes_by_names_of_jobs),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
