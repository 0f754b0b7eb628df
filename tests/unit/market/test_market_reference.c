/* The numbers of the reference, written out by hand: pay-as-bid order, clearing vectors, who pays
 * what. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "town.h"

/** One market without a fee; the first @p bids assets are loads, the others PV. */
static void one_market(town *t, lg_match_rule match, uint32_t bids, uint32_t offers)
{
    town_init(t, match);
    town_area(t, LG_NONE, 0);
    for (uint32_t i = 0; i < bids; i++)
        town_asset(t, 0, LG_ROLE_CONSUMER);
    for (uint32_t i = 0; i < offers; i++)
        town_asset(t, 0, LG_ROLE_PRODUCER);
}

/* Offers are walked dearest first, bids dearest first, among equals the later one first. */
static void pay_as_bid_places_dear_offers_first(void **state)
{
    (void)state;
    enum { B0, B1, B2, B3, S0, S1, S2, S3 };
    town t;
    one_market(&t, LG_PAY_AS_BID, 4, 4);
    town_open(&t);
    town_bid(&t, B0, 1, 20);
    town_bid(&t, B1, 1, 25);
    town_bid(&t, B2, 2, 25);
    town_bid(&t, B3, 1, 15);
    town_offer(&t, S0, 1, 10);
    town_offer(&t, S1, 1, 22);
    town_offer(&t, S2, 0.5, 22);
    town_offer(&t, S3, 1, 5);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 6);
    town_expect(&t, 0, S2, B2, 0.5, 25);
    town_expect(&t, 1, S1, B2, 1, 25);
    town_expect(&t, 2, S0, B2, 0.5, 25);
    town_expect(&t, 3, S0, B1, 0.5, 25);
    town_expect(&t, 4, S3, B1, 0.5, 25);
    town_expect(&t, 5, S3, B0, 0.5, 20);
    assert_int_equal(t.trades[2].trade.bid_left_uwh, 0);
    assert_int_equal(t.trades[2].trade.offer_left_uwh, town_uwh(0.5));
    town_fini(&t);
}

typedef struct vector {
    double offers[7], bids[7];
    uint32_t count;
    double rate, kwh;
} vector;

static void clears_at(const vector *v)
{
    town t;
    one_market(&t, LG_PAY_AS_CLEAR, v->count, v->count);
    town_open(&t);
    for (uint32_t i = 0; i < v->count; i++) {
        town_bid(&t, i, 1, v->bids[i]);
        town_offer(&t, v->count + i, 1, v->offers[i]);
    }
    town_ticks(&t, 1);
    int64_t energy = 0;
    for (uint32_t i = 0; i < t.trade_count; i++) {
        energy += t.trades[i].trade.energy_uwh;
        assert_int_equal(t.trades[i].legs[0].rate_uct, town_uct(v->rate));
    }
    assert_int_equal(energy, town_uwh(v->kwh));
    town_fini(&t);
}

static void pay_as_clear_meets_the_vectors(void **state)
{
    (void)state;
    static const vector vectors[] = {
        {{1, 2, 3, 4, 5, 6, 7}, {1, 2, 3, 4, 5, 6, 7}, 7, 4, 4},
        {{8, 9, 10, 11, 12, 13, 14}, {8, 9, 10, 11, 12, 13, 14}, 7, 11, 4},
        {{2, 3, 3, 5, 6, 7, 8}, {1, 2, 3, 4, 5, 6, 7}, 7, 5, 3},
        {{10, 10, 10, 10, 10, 10, 10}, {1, 2, 3, 4, 10, 10, 10}, 7, 10, 3},
        {{1, 2, 5, 5, 5, 6, 7}, {5, 5, 5, 5, 5, 5, 5}, 7, 5, 5},
        {{1.1, 2.2, 3.3}, {3.3, 2.2, 1.1}, 3, 2.2, 2},
        {{5, 6}, {4, 3}, 2, 0, 0}, /* the curves do not meet */
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        clears_at(&vectors[i]);
}

/** Bids 30, 20, 10 and offers 5, 15, 25 of 1 kWh in one market. */
static void three_and_three(town *t)
{
    town_open(t);
    for (uint32_t i = 0; i < 3; i++) {
        town_bid(t, i, 1, 30 - 10 * (double)i);
        town_offer(t, 3 + i, 1, 5 + 10 * (double)i);
    }
    town_ticks(t, 1);
    assert_int_equal(t->trade_count, 2);
}

static void pay_as_clear_has_one_price(void **state)
{
    (void)state;
    town t;
    one_market(&t, LG_PAY_AS_CLEAR, 3, 3);
    three_and_three(&t);
    town_expect(&t, 0, 3, 0, 1, 20);
    town_expect(&t, 1, 4, 1, 1, 20);
    town_fini(&t);
}

/* The original charges each buyer its own bid. */
static void pay_as_clear_compat_charges_the_bid(void **state)
{
    (void)state;
    town t;
    one_market(&t, LG_PAY_AS_CLEAR, 3, 3);
    t.rules.compat_gsy = true;
    t.rules.keep_age = false;
    three_and_three(&t);
    town_expect(&t, 0, 3, 0, 1, 30);
    town_expect(&t, 1, 4, 1, 1, 20);
    town_fini(&t);
}

/* 10 % of what the seller gets: 20 = 18.181818 + 1.818182. */
static void pay_as_clear_with_percentage(void **state)
{
    (void)state;
    town t;
    one_market(&t, LG_PAY_AS_CLEAR, 3, 3);
    t.rules.fee_kind = LG_FEE_PERCENTAGE;
    t.areas[0].fee_ppb = 100000000;
    three_and_three(&t);
    for (uint32_t i = 0; i < 2; i++) {
        town_expect(&t, i, 3 + i, i, 1, 20);
        assert_int_equal(t.trades[i].trade.fees_uct, 1818182);
        assert_int_equal(t.trades[i].trade.earned_uct, 18181818);
    }
    town_fini(&t);
}

/* A buyer below the market pays the clearing rate and the fees that its bid has left behind. */
static void pay_as_clear_adds_the_fees_of_the_buyers_way(void **state)
{
    (void)state;
    enum { OWN_LOAD, PV_10, PV_15, HOME_LOAD };
    town t;
    town_init(&t, LG_PAY_AS_CLEAR);
    uint32_t grid = town_area(&t, LG_NONE, 2);
    uint32_t home = town_area(&t, grid, 1);
    t.areas[home].bid_age = 0;
    t.areas[home].offer_age = 5;
    town_asset(&t, grid, LG_ROLE_CONSUMER);
    town_asset(&t, grid, LG_ROLE_PRODUCER);
    town_asset(&t, grid, LG_ROLE_PRODUCER);
    town_asset(&t, home, LG_ROLE_CONSUMER);
    town_open(&t);
    town_bid(&t, HOME_LOAD, 1, 30); /* 29 in the grid */
    town_bid(&t, OWN_LOAD, 1, 20);
    town_offer(&t, PV_10, 1, 10); /* 12 in the grid */
    town_offer(&t, PV_15, 1, 15); /* 17 */
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 2);
    town_expect(&t, 0, PV_10, HOME_LOAD, 1, 21);
    town_expect_rates(&t, 0, 2, (double[]){21, 20});
    assert_int_equal(t.trades[0].trade.earned_uct, town_uct(18));
    town_expect(&t, 1, PV_15, OWN_LOAD, 1, 20);
    assert_int_equal(t.trades[1].trade.earned_uct, town_uct(18));
    town_fini(&t);
}

enum { GRID, N1, N2, HOUSE_1, HOUSE_2 };
enum { LOAD, PV };

/** Grid over two neighbourhoods over a house each; a load in the one, PV in the other. */
static void two_neighbourhoods(town *t, lg_match_rule match, lg_fee_kind kind, double grid,
                               double n)
{
    town_init(t, match);
    t->rules.fee_kind = kind;
    town_area(t, LG_NONE, grid);
    town_area(t, GRID, n);
    town_area(t, GRID, n);
    town_area(t, N1, 0);
    town_area(t, N2, 0);
    town_asset(t, HOUSE_1, LG_ROLE_CONSUMER);
    town_asset(t, HOUSE_2, LG_ROLE_PRODUCER);
    town_open(t);
    town_bid(t, LOAD, 0.2, 30);
    town_offer(t, PV, 0.2, 10);
}

static void fees_along_the_path(lg_match_rule match, lg_fee_kind kind, double grid, double n,
                                uint32_t tick, uint32_t market, const double *ct, double grid_ct,
                                double n_ct)
{
    town t;
    two_neighbourhoods(&t, match, kind, grid, n);
    assert_int_equal(town_first_trade(&t), tick);
    assert_int_equal(t.trades[0].trade.market, market);
    town_expect(&t, 0, PV, LOAD, 0.2, ct[0]);
    town_expect_rates(&t, 0, 5, ct);
    assert_int_equal(t.trades[0].trade.earned_uct, town_uct(0.2 * ct[4]));
    assert_int_equal(t.trades[0].trade.rounding_uct, 0);
    town_close(&t);
    assert_int_equal(lg_market_fees_uct(t.market, GRID), town_uct(0.2 * grid_ct));
    assert_int_equal(lg_market_fees_uct(t.market, N1), town_uct(0.2 * n_ct));
    assert_int_equal(lg_market_fees_uct(t.market, N2), town_uct(0.2 * n_ct));
    assert_int_equal(lg_market_fees_uct(t.market, HOUSE_1), 0);
    town_fini(&t);
}

/* The buyer pays its bid, every market takes its fee, the seller gets the rest. */
static void constant_fees_pay_as_bid(void **state)
{
    (void)state;
    fees_along_the_path(LG_PAY_AS_BID, LG_FEE_CONSTANT, 2, 1, 4, GRID,
                        (double[]){30, 30, 29, 27, 26}, 2, 1);
}

static void percentage_fees_pay_as_bid(void **state)
{
    (void)state;
    fees_along_the_path(LG_PAY_AS_BID, LG_FEE_PERCENTAGE, 10, 5, 4, GRID,
                        (double[]){30, 30, 28.75, 26.25, 25}, 2.5, 1.25);
}

static void percentage_fees_pay_as_clear(void **state)
{
    (void)state;
    fees_along_the_path(LG_PAY_AS_CLEAR, LG_FEE_PERCENTAGE, 10, 5, 4, GRID,
                        (double[]){30, 30, 28.75, 26.25, 25}, 2.5, 1.25);
}

enum { ZERO_GRID, ZERO_H1, ZERO_H2 };

/** Fees of 10 % everywhere; a load pays 20 in one home, PV asks 0 in the other. */
static void free_sun(town *t, lg_match_rule match, bool compat)
{
    town_init(t, match);
    t->rules.fee_kind = LG_FEE_PERCENTAGE;
    t->rules.compat_gsy = compat;
    t->rules.keep_age = !compat;
    town_area(t, LG_NONE, 10);
    town_area(t, ZERO_GRID, 10);
    town_area(t, ZERO_GRID, 10);
    town_asset(t, ZERO_H1, LG_ROLE_CONSUMER);
    town_asset(t, ZERO_H2, LG_ROLE_PRODUCER);
    town_open(t);
    town_bid(t, LOAD, 0.2, 20);
    town_offer(t, PV, 0.2, 0);
    assert_int_not_equal(town_first_trade(t), LG_NONE);
    assert_int_equal(t->trades[0].trade.market, ZERO_GRID);
}

/* supply_tax is 0, demand_tax 0.1: the revenue is 20 / 1.1 in every market on the seller's side,
 * and each takes a tenth of it. */
static void percentage_fees_of_a_free_offer_compat(void **state)
{
    (void)state;
    static const lg_match_rule rules[] = {LG_PAY_AS_BID, LG_PAY_AS_CLEAR};
    for (int i = 0; i < 2; i++) {
        town t;
        free_sun(&t, rules[i], true);
        town_expect_rates(&t, 0, 3, (double[]){20, 18.181818, 18.181818});
        for (int leg = 0; leg < 3; leg++)
            assert_int_equal(t.trades[0].legs[leg].fee_rate_uct, 1818182);
        assert_int_equal(t.trades[0].trade.fees_uct, 3 * 363636);
        assert_int_equal(t.trades[0].trade.earned_uct, 3272727);
        town_fini(&t);
    }
}

/* Outside compat the seller bears the fees of its way as at any other rate: nothing is unpaid. */
static void percentage_fees_of_a_free_offer(void **state)
{
    (void)state;
    town t;
    free_sun(&t, LG_PAY_AS_BID, false);
    town_expect_rates(&t, 0, 3, (double[]){20, 18.461538, 16.923076});
    assert_in_range(t.trades[0].trade.rounding_uct + 3, 0, 6);
    town_fini(&t);
}

/* The offer travels all the way: 2 + 2 ticks up, 2 and 3 down. */
static void constant_fees_one_sided(void **state)
{
    (void)state;
    fees_along_the_path(LG_ONE_SIDED, LG_FEE_CONSTANT, 2, 1, 9, HOUSE_1,
                        (double[]){14, 14, 13, 11, 10}, 2, 1);
}

static void percentage_fees_one_sided(void **state)
{
    (void)state;
    fees_along_the_path(LG_ONE_SIDED, LG_FEE_PERCENTAGE, 10, 5, 9, HOUSE_1,
                        (double[]){12, 12, 11.5, 10.5, 10}, 1, 0.5);
}

/* The exchange knows no bound of a percentage (9.7): an offer bears it, a bid has not that much. */
static void percentage_fees_above_100(void **state)
{
    (void)state;
    fees_along_the_path(LG_ONE_SIDED, LG_FEE_PERCENTAGE, 150, 20, 9, HOUSE_1,
                        (double[]){29, 29, 27, 12, 10}, 15, 2);
    town t;
    two_neighbourhoods(&t, LG_PAY_AS_BID, LG_FEE_PERCENTAGE, 0, 150);
    assert_int_equal(town_first_trade(&t), LG_NONE);
    town_fini(&t);
}

static void fees_above_the_spread_stop_all_trade(void **state)
{
    (void)state;
    town t;
    two_neighbourhoods(&t, LG_PAY_AS_BID, LG_FEE_CONSTANT, 10, 5.000001);
    assert_int_equal(town_first_trade(&t), LG_NONE);
    town_fini(&t);
    two_neighbourhoods(&t, LG_PAY_AS_BID, LG_FEE_CONSTANT, 10, 5);
    assert_int_equal(town_first_trade(&t), 4);
    town_fini(&t);
}

/* 0.333333333 kWh at 10.000001 ct, fee 1.234567 ct: one micro-cent is left over and is accounted
 * for. */
static void what_rounding_leaves_is_kept(void **state)
{
    (void)state;
    town t;
    one_market(&t, LG_PAY_AS_BID, 1, 1);
    t.areas[0].fee_uct = 1234567;
    town_open(&t);
    town_bid(&t, 0, 0.333333333, 10.000001);
    town_offer(&t, 1, 0.333333333, 5);
    town_ticks(&t, 1);
    assert_int_equal(t.trade_count, 1);
    const lg_trade *trade = &t.trades[0].trade;
    assert_int_equal(trade->paid_uct, 3333334);
    assert_int_equal(trade->fees_uct, 411522);
    assert_int_equal(trade->earned_uct, 2921811);
    assert_int_equal(trade->rounding_uct, 1);
    assert_int_equal(lg_market_position(t.market, 0)->paid_uct, 3333334);
    assert_int_equal(lg_market_position(t.market, 1)->earned_uct, 2921811);
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pay_as_bid_places_dear_offers_first),
        cmocka_unit_test(pay_as_clear_meets_the_vectors),
        cmocka_unit_test(pay_as_clear_has_one_price),
        cmocka_unit_test(pay_as_clear_compat_charges_the_bid),
        cmocka_unit_test(pay_as_clear_with_percentage),
        cmocka_unit_test(pay_as_clear_adds_the_fees_of_the_buyers_way),
        cmocka_unit_test(constant_fees_pay_as_bid),
        cmocka_unit_test(percentage_fees_pay_as_bid),
        cmocka_unit_test(percentage_fees_pay_as_clear),
        cmocka_unit_test(percentage_fees_of_a_free_offer_compat),
        cmocka_unit_test(percentage_fees_of_a_free_offer),
        cmocka_unit_test(constant_fees_one_sided),
        cmocka_unit_test(percentage_fees_one_sided),
        cmocka_unit_test(percentage_fees_above_100),
        cmocka_unit_test(fees_above_the_spread_stop_all_trade),
        cmocka_unit_test(what_rounding_leaves_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
