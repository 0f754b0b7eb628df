/* Intervals against an independent implementation, their coverage, and what a rank is. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/rank.h"

#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "support/failing_mem.h"

static lg_rank_pair against_zero(const double *differences, uint32_t cases, uint64_t seed,
                                 uint32_t resamples)
{
    double values[2 * 32] = {0};
    lg_rank_pair pair;
    lg_err err;
    memcpy(values, differences, cases * sizeof *values);
    lg_rank_input in = {
        .entrants = 2, .cases = cases, .values = values, .seed = seed, .resamples = resamples};
    assert_int_equal(lg_rank_compare(lg_mem_system(), &in, 0, 1, &pair, &err), LG_OK);
    return pair;
}

static void expect(const double *differences, uint32_t cases, double low, double high, int winner)
{
    lg_rank_pair pair = against_zero(differences, cases, 42, 0);
    assert_int_equal(pair.cases, cases);
    assert_true(fabs(pair.low - low) < 1e-12 && fabs(pair.high - high) < 1e-12);
    assert_int_equal(pair.winner, winner);
}

/* 9999 resamples by a script that shares nothing but the definition of lg_rng(), Student's quantile
 * by integration of its density. */
static void intervals_of_another_implementation(void **state)
{
    (void)state;
    expect((const double[]){3, 1, 4, 1, 5, 9, 2, 6}, 8, 1.875, 6.25, 1);
    expect((const double[]){3, -1, 4, -1, 5, -9, 2, 6}, 8, -3.375, 4.375, 0);
    expect((const double[]){-1, -2, -3, -4, -5, -6}, 6, -32.0 / 6, -10.0 / 6, -1);
    expect((const double[]){-0.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 12, 47.5 / 12, 8.75, 1);
}

/* Of data whose true mean is 0 about 5 % are called different; 1,000 sets of 10 normal draws. */
static void chance_alone_wins_rarely(void **state)
{
    (void)state;
    int wrong = 0;
    for (uint64_t set = 0; set < 1000; set++) {
        double d[10];
        for (uint64_t i = 0; i < 10; i++)
            d[i] = lg_rng_normal(lg_rng(7, set, i, 0), lg_rng(7, set, i, 1));
        wrong += against_zero(d, 10, set, 999).winner != 0;
    }
    assert_in_range(wrong, 30, 70);
}

static void few_cases_prove_nothing(void **state)
{
    (void)state;
    const double all_won[] = {5, 6, 7, 8, 9, 10};
    lg_rank_pair pair = against_zero(all_won, 5, 1, 0);
    assert_true(pair.low > 0);
    assert_int_equal(pair.winner, 0);
    assert_int_equal(against_zero(all_won, 6, 1, 0).winner, 1);
    pair = against_zero(all_won, 1, 1, 0);
    assert_true(pair.mean == 5 && isnan(pair.low) && isnan(pair.high));
    pair = against_zero(all_won, 0, 1, 0);
    assert_true(isnan(pair.mean));
}

/* Cases differ by far more than entrants; pairs see through that. b beats c by 1 in each case, a
 * beats b by as much as it loses to it, and d is bad. */
#define CASES 8
static void fill(double values[4][CASES])
{
    for (int c = 0; c < CASES; c++) {
        double case_value = 1000.0 * c;
        values[0][c] = case_value + (c % 2 ? 3 : -3);
        values[1][c] = case_value;
        values[2][c] = case_value - 1;
        values[3][c] = case_value - 50 - c;
    }
}

static void ranks_are_shared(void **state)
{
    (void)state;
    double values[4][CASES];
    fill(values);
    lg_rank_input in = {.entrants = 4, .cases = CASES, .values = values[0], .seed = 3};
    lg_rank r[4];
    lg_err err;
    assert_int_equal(lg_rank_all(lg_mem_system(), &in, r, &err), LG_OK);
    assert_int_equal(r[0].rank, 1);
    assert_int_equal(r[1].rank, 1);
    assert_int_equal(r[2].rank, 3); /* b is better, a may not be */
    assert_int_equal(r[3].rank, 4);
    assert_int_equal(r[3].better, 3);
    assert_true(r[1].mean == 3500);
    /* b is ahead of the field by (0 + 1 + 50 + c) / 4 and half of +-3: 13.625 on average */
    assert_true(fabs(r[1].lead - 13.625) < 1e-9);
    assert_true(r[1].lead_low < r[1].lead && r[1].lead < r[1].lead_high);
    uint32_t order[4];
    lg_rank_order(r, 4, order);
    assert_int_equal(order[3], 3);
    assert_int_equal(order[2], 2);
    assert_int_equal(order[0], 0); /* as far ahead as b: as entered */
}

/* Nobody stands below one of a worse rank, and within a rank nobody is better: a is ahead of b
 * and c on average, but not for sure; b is for sure ahead of c, which is behind it in every case.
 */
static void ranks_follow_the_leads(void **state)
{
    (void)state;
    double values[4][CASES];
    for (int c = 0; c < CASES; c++) {
        values[0][c] = c % 2 ? 90 : -70;
        values[1][c] = 4;
        values[2][c] = 3;
        values[3][c] = c % 3 ? 1 : 5;
    }
    lg_rank_input in = {.entrants = 4, .cases = CASES, .values = values[0]};
    lg_rank r[4];
    lg_err err;
    assert_int_equal(lg_rank_all(lg_mem_system(), &in, r, &err), LG_OK);
    assert_true(r[0].mean > r[1].mean && r[1].mean > r[2].mean && r[2].mean > r[3].mean);
    assert_int_equal(r[0].rank, 1);
    assert_int_equal(r[1].rank, 1);
    assert_int_equal(r[2].rank, 3); /* by b, though a is not sure to be better */
    assert_int_equal(r[2].better, 1);
    assert_int_equal(r[3].rank, 3); /* below c, and neither is sure to be better */
}

/* The same source again changes nobody's line, and neither does the order of entrants. */
static void the_same_source_counts_once(void **state)
{
    (void)state;
    double values[6][CASES];
    fill(values);
    memcpy(values[4], values[3], sizeof values[3]);
    for (int c = 0; c < CASES; c++)
        values[5][c] = values[1][c] + 1e6; /* lucky: not looked at */
    const char *hashes[] = {"a", "b", "c", "d", "e", "b"};
    lg_rank_input in = {.entrants = 5, .cases = CASES, .values = values[0], .hashes = hashes};
    lg_rank once[5], twice[6];
    lg_err err;
    assert_int_equal(lg_rank_all(lg_mem_system(), &in, once, &err), LG_OK);
    in.entrants = 6;
    assert_int_equal(lg_rank_all(lg_mem_system(), &in, twice, &err), LG_OK);
    for (int e = 0; e < 5; e++) {
        assert_int_equal(twice[e].rank, once[e].rank);
        assert_true(twice[e].lead == once[e].lead && twice[e].lead_low == once[e].lead_low);
        assert_int_equal(twice[e].same_as, e);
    }
    assert_int_equal(twice[5].same_as, 1);
    assert_int_equal(twice[5].rank, once[1].rank);
    assert_true(twice[5].mean == once[1].mean);
    /* nor does one that comes early: b, b with luck, c, d */
    double early[4][CASES];
    memcpy(early[0], values[1], sizeof early[0]);
    memcpy(early[1], values[5], sizeof early[1]);
    memcpy(early[2], values[2], 2 * sizeof early[2]);
    in = (lg_rank_input){.entrants = 4,
                         .cases = CASES,
                         .values = early[0],
                         .hashes = (const char *[]){"b", "b", "c", "d"}};
    assert_int_equal(lg_rank_all(lg_mem_system(), &in, once, &err), LG_OK);
    assert_int_equal(once[1].rank, 1);
    assert_int_equal(once[2].rank, 2);
    assert_int_equal(once[3].rank, 3);
    uint32_t same_as[6];
    lg_rank_same(hashes, 6, same_as);
    assert_int_equal(same_as[5], 1);
    assert_int_equal(same_as[4], 4);
}

/* Who did not play a case is compared over the others; who played nothing has no rank. */
static void missing_cases(void **state)
{
    (void)state;
    double values[4][CASES];
    fill(values);
    values[2][0] = NAN;
    for (int c = 0; c < CASES; c++)
        values[0][c] = NAN;
    lg_rank_input in = {.entrants = 4, .cases = CASES, .values = values[0]};
    lg_rank r[4];
    lg_rank_pair pair;
    lg_err err;
    assert_int_equal(lg_rank_all(lg_mem_system(), &in, r, &err), LG_OK);
    assert_int_equal(r[0].rank, 0);
    assert_true(isnan(r[0].mean) && isnan(r[0].lead));
    assert_int_equal(r[1].rank, 1);
    assert_int_equal(r[2].cases, CASES - 1);
    assert_int_equal(r[2].rank, 2);
    assert_int_equal(r[3].rank, 3);
    assert_int_equal(lg_rank_compare(lg_mem_system(), &in, 1, 2, &pair, &err), LG_OK);
    assert_int_equal(pair.cases, CASES - 1);
    assert_true(pair.low == 1 && pair.high == 1);
    uint32_t order[4];
    lg_rank_order(r, 4, order);
    assert_int_equal(order[3], 0); /* below all that have a rank */
    values[3][2] = INFINITY;
    assert_int_equal(lg_rank_all(lg_mem_system(), &in, r, &err), LG_INVALID);
    assert_non_null(strstr(err.text, "entrant 3 in case 2"));
}

static int rank_or_no_memory(lg_mem *mem, void *ctx)
{
    lg_rank r[4];
    lg_err err;
    lg_rank_input in = {.entrants = 4, .cases = CASES, .values = ctx, .resamples = 99};
    return lg_rank_all(mem, &in, r, &err) == LG_MEMORY;
}

static void memory_err(void **state)
{
    (void)state;
    double values[4][CASES];
    fill(values);
    assert_int_equal(lg_sweep_allocations(rank_or_no_memory, values), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_of_another_implementation),
        cmocka_unit_test(chance_alone_wins_rarely),
        cmocka_unit_test(few_cases_prove_nothing),
        cmocka_unit_test(ranks_are_shared),
        cmocka_unit_test(ranks_follow_the_leads),
        cmocka_unit_test(the_same_source_counts_once),
        cmocka_unit_test(missing_cases),
        cmocka_unit_test(memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
