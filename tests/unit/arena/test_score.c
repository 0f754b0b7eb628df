/* Every formula of score.h on figures worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/score.h"

#include <math.h>
#include "support/failing_mem.h"

#define CT  INT64_C(1000000)
#define EUR INT64_C(100000000)
#define KWH INT64_C(1000000000)

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-12)

/* 30 and 33 ct make 31.5; 8 and 9 make 8.5; three of 1, 1 and 2 uct make 1.33, which is 1. */
static void stored_rates_are_means(void **state)
{
    (void)state;
    lg_stored_rates r = lg_stored_rates_of((const int64_t[]){30 * CT, 33 * CT},
                                           (const int64_t[]){8 * CT, 9 * CT}, 2);
    assert_int_equal(r.missing_uct, 31500000);
    assert_int_equal(r.extra_uct, 8500000);
    r = lg_stored_rates_of((const int64_t[]){1, 1, 2}, (const int64_t[]){1, 2, 2}, 3);
    assert_int_equal(r.missing_uct, 1);
    assert_int_equal(r.extra_uct, 1); /* 1.67 is 2, but never above the other */
    r = lg_stored_rates_of(NULL, NULL, 0);
    assert_int_equal(r.missing_uct, 0);
}

/* Half a kWh more at 8 ct is 4 ct; two less at 30 ct are 60 ct. */
static void stored_energy_has_a_value(void **state)
{
    (void)state;
    lg_stored_rates r = {.missing_uct = 30 * CT, .extra_uct = 8 * CT};
    assert_int_equal(lg_stored_value_uct(r, 2 * KWH, 5 * KWH / 2), 4 * CT);
    assert_int_equal(lg_stored_value_uct(r, 5 * KWH, 3 * KWH), -60 * CT);
    assert_int_equal(lg_stored_value_uct(r, KWH, KWH), 0);
    assert_int_equal(lg_seat_cost_uct(EUR, r, 2 * KWH, 5 * KWH / 2), 96 * CT);
    assert_int_equal(lg_seat_cost_uct(EUR, r, 5 * KWH, 3 * KWH), 160 * CT);
}

static lg_seat_score seat(int64_t baseline_uct, int64_t cost_uct, int64_t bound_uct)
{
    return lg_score_seat(baseline_uct, cost_uct, &bound_uct);
}

/* Between 10 EUR and 6 EUR. */
static void baseline_is_0_and_bound_100(void **state)
{
    (void)state;
    assert_true(seat(10 * EUR, 10 * EUR, 6 * EUR).score == 0);
    assert_true(seat(10 * EUR, 6 * EUR, 6 * EUR).score == 100);
    assert_true(seat(10 * EUR, 7 * EUR, 6 * EUR).score == 75);
    lg_seat_score lucky = seat(10 * EUR, 5 * EUR, 6 * EUR); /* better than the band */
    assert_true(lucky.score == 125 && lucky.counted == LG_SCORE_COUNTED_MAX);
    lg_seat_score worse = seat(10 * EUR, 18 * EUR, 6 * EUR);
    assert_int_equal(worse.saving_uct, -8 * EUR);
    assert_int_equal(worse.room_uct, 4 * EUR);
    assert_true(worse.score == -200);
    assert_true(worse.counted == LG_SCORE_COUNTED_MIN);
    assert_true(seat(-2 * EUR, -3 * EUR, -4 * EUR).score == 50); /* who earns has bills below 0 */
    assert_string_equal(lg_scored_name(worse.scored), "yes");
}

static void no_room_no_score(void **state)
{
    (void)state;
    lg_seat_score s = seat(EUR, EUR - 5 * CT, EUR - CT + 1);
    assert_int_equal(s.scored, LG_SCORED_NO_ROOM);
    assert_int_equal(s.saving_uct, 5 * CT);
    assert_true(isnan(s.score) && isnan(s.counted));
    assert_int_equal(seat(EUR, EUR, EUR - CT).scored, LG_SCORED_YES);
    assert_int_equal(seat(EUR, EUR, 2 * EUR).scored, LG_SCORED_NO_ROOM);
    s = lg_score_seat(EUR, EUR / 2, NULL);
    assert_int_equal(s.scored, LG_SCORED_NO_BOUND);
    assert_int_equal(s.saving_uct, EUR / 2);
    assert_true(isnan(s.score));
    assert_string_equal(lg_scored_name(s.scored), "no_bound");
    assert_string_equal(lg_scored_name(LG_SCORED_NO_ROOM), "no_room");
}

/* 2 kWh at 20 ct plus 2 ct of fees: paid 44, earned 40. The buyer would have paid 60, the seller
 * got 16: surplus 16 and 24, fees 4, and 2 kWh * (30 - 8) ct = 44 in all. */
static void welfare_is_what_the_utility_would_have_kept(void **state)
{
    (void)state;
    lg_surplus_trade t = {.energy_uwh = 2 * KWH,
                          .paid_uct = 44 * CT,
                          .earned_uct = 40 * CT,
                          .fees_uct = 4 * CT,
                          .utility_buy_uct = 30 * CT,
                          .feed_in_uct = 8 * CT,
                          .buyer_inside = true,
                          .seller_inside = true};
    lg_welfare w = {0};
    lg_welfare_add(&w, &t);
    assert_int_equal(w.consumer_uct, 16 * CT);
    assert_int_equal(w.producer_uct, 24 * CT);
    assert_int_equal(w.fees_uct, 4 * CT);
    assert_int_equal(w.total_uct, 44 * CT);
    t.seller_inside = false; /* the utility sells: at its own rate nobody gains */
    t.paid_uct = 60 * CT;
    t.fees_uct = 0;
    lg_welfare_add(&w, &t);
    assert_int_equal(w.total_uct, 44 * CT);
    t.buyer_inside = false; /* between others: none of ours */
    lg_welfare_add(&w, &t);
    assert_int_equal(w.total_uct, 44 * CT);
}

static double gini(const int64_t *amounts, uint32_t count)
{
    double g = -1;
    assert_int_equal(lg_gini(lg_mem_system(), amounts, count, &g), LG_OK);
    return g;
}

/* 1, 2, 3: pairs differ by 1, 1, 2, both ways 8; 2 * 2 * 6 = 24. Losses: 3, 0, -1: pairs 3, 4, 1,
 * both ways 16; 2 * 2 * 4 = 16, since one has all gains and one all losses. */
static void gini_of_gains_and_losses(void **state)
{
    (void)state;
    assert_near(gini((const int64_t[]){3, 1, 2}, 3), 8.0 / 24);
    assert_near(gini((const int64_t[]){5, 5, 5, 5}, 4), 0);
    assert_near(gini((const int64_t[]){0, 0, 7, 0}, 4), 1);
    assert_near(gini((const int64_t[]){0, 3, -1}, 3), 1);
    assert_near(gini((const int64_t[]){-2, -2}, 2), 0);
    /* 4, 2, -2: 2, 6, 4, both ways 24; 2 * 2 * 8 = 32 */
    assert_near(gini((const int64_t[]){-2, 4, 2}, 3), 0.75);
    assert_near(gini((const int64_t[]){0, 0}, 2), 0);
    assert_near(gini((const int64_t[]){9}, 1), 0);
    assert_true(isnan(gini(NULL, 0)));
    int64_t most = INT64_MAX / 2;
    assert_near(gini((const int64_t[]){most, -most}, 2), 1);
}

/* 10 kWh made, 6 of them used on the spot, 24 needed; imports net 1, 3, 2.5 kWh a quarter. */
static void a_community(void **state)
{
    (void)state;
    const int64_t import[] = {KWH, 3 * KWH, 3 * KWH, 3 * KWH}, export[] = {0, 0, KWH / 2, 0};
    const int64_t savings[] = {1 * CT, 2 * CT, 3 * CT};
    lg_community_input in = {.produced_uwh = 10 * KWH,
                             .consumed_own_uwh = 6 * KWH,
                             .demanded_uwh = 24 * KWH,
                             .unserved_uwh = 3 * KWH,
                             .import_uwh = import,
                             .export_uwh = export,
                             .slot_count = 4,
                             .slot_s = 900,
                             .savings_uct = savings,
                             .saving_count = 3,
                             .welfare = {.total_uct = 5}};
    lg_community_score s;
    assert_int_equal(lg_score_community(lg_mem_system(), &in, &s), LG_OK);
    assert_near(s.self_sufficiency, 0.25);
    assert_near(s.self_consumption, 0.6);
    assert_int_equal(s.peak_import_uwh, 3 * KWH);
    assert_int_equal(s.peak_slot, 1);
    assert_near(s.peak_import_kW, 12);
    assert_near(s.savings_gini, 1.0 / 3);
    assert_int_equal(s.unserved_uwh, 3 * KWH);
    assert_near(s.unserved_share, 0.125);
    assert_int_equal(s.welfare.total_uct, 5);
    in.produced_uwh = in.consumed_own_uwh = in.demanded_uwh = 0;
    in.slot_count = 0;
    assert_int_equal(lg_score_community(lg_mem_system(), &in, &s), LG_OK);
    assert_true(isnan(s.self_sufficiency) && isnan(s.self_consumption) && isnan(s.unserved_share));
    assert_int_equal(s.peak_import_uwh, 0);
}

/* The peak falls from 10 to 8 kWh (20 points), 9 of 12 EUR come in (25 points lost), and members
 * pay 5 EUR more of 50 (10 points lost). */
static void an_operator(void **state)
{
    (void)state;
    lg_operator_input in = {.peak_uwh = 8 * KWH,
                            .reference_peak_uwh = 10 * KWH,
                            .revenue_uct = 9 * EUR,
                            .required_uct = 12 * EUR,
                            .cost_uct = 45 * EUR,
                            .reference_cost_uct = 40 * EUR,
                            .reference_spent_uct = 50 * EUR};
    lg_operator_score s = lg_score_operator(&in);
    assert_int_equal(s.peak_reduction_uwh, 2 * KWH);
    assert_near(s.peak_reduction, 0.2);
    assert_near(s.revenue_adequacy, 0.75);
    assert_int_equal(s.revenue_shortfall_uct, 3 * EUR);
    assert_int_equal(s.community_cost_uct, 5 * EUR);
    assert_near(s.community_cost, 0.1);
    assert_near(s.score, -15);
    in.revenue_uct = 24 * EUR; /* twice what is required earns nothing */
    in.cost_uct = 38 * EUR;
    s = lg_score_operator(&in);
    assert_near(s.revenue_adequacy, 2);
    assert_int_equal(s.revenue_shortfall_uct, 0);
    assert_near(s.score, 24);
}

static void the_reference_tariff_is_0(void **state)
{
    (void)state;
    lg_operator_input in = {.peak_uwh = KWH,
                            .reference_peak_uwh = KWH,
                            .revenue_uct = EUR,
                            .required_uct = EUR,
                            .cost_uct = 7 * EUR,
                            .reference_cost_uct = 7 * EUR,
                            .reference_spent_uct = 9 * EUR};
    assert_true(lg_score_operator(&in).score == 0);
    lg_operator_input empty = {0};
    assert_true(lg_score_operator(&empty).score == 0);
    empty.peak_uwh = KWH; /* a peak where there was none */
    assert_true(isnan(lg_score_operator(&empty).score));
}

static int community_or_no_memory(lg_mem *mem, void *ctx)
{
    lg_community_score s;
    lg_community_input in = {.slot_s = 900, .savings_uct = ctx, .saving_count = 2};
    return lg_score_community(mem, &in, &s) == LG_MEMORY;
}

static void memory_err(void **state)
{
    (void)state;
    int64_t savings[] = {1, 2};
    assert_int_equal(lg_sweep_allocations(community_or_no_memory, savings), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_rates_are_means),
        cmocka_unit_test(stored_energy_has_a_value),
        cmocka_unit_test(baseline_is_0_and_bound_100),
        cmocka_unit_test(no_room_no_score),
        cmocka_unit_test(welfare_is_what_the_utility_would_have_kept),
        cmocka_unit_test(gini_of_gains_and_losses),
        cmocka_unit_test(a_community),
        cmocka_unit_test(an_operator),
        cmocka_unit_test(the_reference_tariff_is_0),
        cmocka_unit_test(memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
