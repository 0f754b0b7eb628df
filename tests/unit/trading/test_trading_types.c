/* Order types and execution options: what rests, what trades, at which price, and what is told. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "floor.h"

static trading_floor f;

static int open_floor(void **state)
{
    (void)state;
    floor_init(&f);
    floor_open(&f, lg_mem_system());
    return 0;
}

static int close_floor(void **state)
{
    (void)state;
    floor_close(&f);
    return 0;
}

static lg_trading_terms with(uint32_t side, int64_t kw, double price, uint32_t execution)
{
    lg_trading_terms terms = terms_of(side, kw, price);
    terms.execution = execution;
    return terms;
}

static void a_limit_order_trades_at_the_price_of_the_one_that_rests(void **state)
{
    (void)state;
    sells(&f, ANN, 300, 50);
    buys(&f, BOB, 200, 55);
    assert_string_equal("200 @ 50", traded(&f));
    assert_string_equal("1 active add user 300/0; 2 active add user 200/0; "
                        "1 active partial_execution system 100/200; "
                        "2 filled full_execution system 0/200",
                        told(&f));
    assert_string_equal("1 sell 300 @ 50; 1 sell 100 @ 50", shown(&f));
    lg_trading_position bob = lg_trading_position_of(f.market, BOB, NORTH, START, 15);
    assert_int_equal(200, bob.bought);
    assert_int_equal(250000000, bob.paid_uct); /* 0.05 MWh at 50 EUR are 2.50 EUR */
    assert_int_equal(-50000000000, lg_trading_net_uwh(f.market, BOB, NORTH, START, START + HOUR));
}

static void the_better_price_goes_first_then_the_older(void **state)
{
    (void)state;
    sells(&f, ANN, 100, 51);
    sells(&f, ANN, 100, 50);
    sells(&f, EVE, 100, 50);
    sells(&f, ANN, 100, 49.5);
    buys(&f, BOB, 350, 51);
    assert_string_equal("100 @ 49.5; 100 @ 50; 100 @ 50; 50 @ 51", traded(&f));
    assert_string_equal("50 @ 51", book(&f, NORTH, LG_TRADING_SELL));
    assert_string_equal("", book(&f, NORTH, LG_TRADING_BUY));
}

static void what_does_not_cross_rests(void **state)
{
    (void)state;
    sells(&f, ANN, 100, 50);
    buys(&f, BOB, 100, 49.99);
    buys(&f, BOB, 100, -20);
    assert_string_equal("", traded(&f));
    assert_string_equal("100 @ 49.99; 100 @ -20", book(&f, NORTH, LG_TRADING_BUY));
}

static void fill_or_kill_is_whole_or_nothing(void **state)
{
    (void)state;
    sells(&f, ANN, 100, 50);
    lg_trading_terms much = with(LG_TRADING_BUY, 200, 50, LG_TRADING_FOK);
    lg_trading_terms enough = with(LG_TRADING_BUY, 100, 50, LG_TRADING_FOK);
    told(&f);
    floor_send(&f, BOB, &much);
    assert_string_equal("2 active add user 200/0; 2 canceled reject system 200/0", told(&f));
    assert_string_equal("", traded(&f));
    floor_send(&f, BOB, &enough);
    assert_string_equal("100 @ 50", traded(&f));
}

static void immediate_or_cancel_takes_what_there_is(void **state)
{
    (void)state;
    sells(&f, ANN, 100, 50);
    lg_trading_terms much = with(LG_TRADING_BUY, 300, 50, LG_TRADING_IOC);
    told(&f);
    floor_send(&f, BOB, &much);
    assert_string_equal("2 active add user 300/0; 1 filled full_execution system 0/100; "
                        "2 active partial_execution system 200/100; "
                        "2 canceled delete system 200/100",
                        told(&f));
    floor_send(&f, BOB, &much);
    assert_string_equal("3 active add user 300/0; 3 canceled delete system 300/0", told(&f));
    assert_string_equal("", book(&f, NORTH, LG_TRADING_BUY));
}

static void all_or_none_rests_and_is_passed_over(void **state)
{
    (void)state;
    lg_trading_terms whole = with(LG_TRADING_SELL, 300, 50, LG_TRADING_AON);
    floor_send(&f, ANN, &whole);
    sells(&f, EVE, 100, 51);
    buys(&f, BOB, 100, 52); /* too little for the first, so it takes the second */
    assert_string_equal("100 @ 51", traded(&f));
    buys(&f, BOB, 300, 50);
    assert_string_equal("300 @ 50", traded(&f));
}

static void all_or_none_is_filled_by_several_that_come_later(void **state)
{
    (void)state;
    lg_trading_terms whole = with(LG_TRADING_BUY, 300, 50, LG_TRADING_AON);
    floor_send(&f, ANN, &whole);
    sells(&f, BOB, 200, 49);
    assert_string_equal("", traded(&f));
    assert_string_equal("200 @ 49", book(&f, NORTH, LG_TRADING_SELL));
    sells(&f, EVE, 200, 48);
    /* the buyer stood there first: its price, and of the sellers the cheaper goes first */
    assert_string_equal("200 @ 50; 100 @ 50", traded(&f));
    assert_string_equal("100 @ 49", book(&f, NORTH, LG_TRADING_SELL));
}

static lg_trading_terms iceberg(uint32_t side, int64_t kw, double price, int64_t display,
                                double delta)
{
    lg_trading_terms terms = terms_of(side, kw, price);
    terms.type = LG_TRADING_ICEBERG;
    terms.display = display;
    terms.peak_delta = (int64_t)(delta * 1000);
    return terms;
}

static void an_iceberg_shows_slices_which_stand_behind_others(void **state)
{
    (void)state;
    lg_trading_terms berg = iceberg(LG_TRADING_SELL, 500, 50, 200, 0);
    floor_send(&f, ANN, &berg);
    sells(&f, EVE, 100, 50);
    assert_string_equal("200 @ 50; 100 @ 50", book(&f, NORTH, LG_TRADING_SELL));
    told(&f), shown(&f);
    buys(&f, BOB, 250, 50);
    assert_string_equal("3 active add user 250/0; 1 active partial_execution system 300/200; "
                        "1 active iceberg_slice_add system 300/200; "
                        "3 active partial_execution system 50/200; "
                        "2 active partial_execution system 50/50; "
                        "3 filled full_execution system 0/250",
                        told(&f));
    assert_string_equal("1 sell 0 @ 50; 3 sell 200 @ 50; 2 sell 50 @ 50", shown(&f));
    assert_string_equal("50 @ 50; 200 @ 50", book(&f, NORTH, LG_TRADING_SELL));
    buys(&f, BOB, 350, 50);
    assert_string_equal("200 @ 50; 50 @ 50; 50 @ 50; 200 @ 50; 100 @ 50", traded(&f));
    assert_string_equal("", book(&f, NORTH, LG_TRADING_SELL));
}

static void slices_of_an_iceberg_get_worse_by_its_peak_price_delta(void **state)
{
    (void)state;
    lg_trading_terms berg = iceberg(LG_TRADING_BUY, 300, 50, 100, 0.5);
    floor_send(&f, ANN, &berg);
    sells(&f, BOB, 250, 49.5);
    assert_string_equal("100 @ 50; 100 @ 49.5", traded(&f));
    assert_string_equal("100 @ 49", book(&f, NORTH, LG_TRADING_BUY));
    assert_string_equal("50 @ 49.5", book(&f, NORTH, LG_TRADING_SELL));
}

static void fill_or_kill_counts_the_slices_within_its_limit(void **state)
{
    (void)state;
    lg_trading_terms berg = iceberg(LG_TRADING_SELL, 300, 50, 100, 1);
    lg_trading_terms kill = with(LG_TRADING_BUY, 300, 51, LG_TRADING_FOK);
    floor_send(&f, ANN, &berg);
    floor_send(&f, BOB, &kill);
    assert_string_equal("", traded(&f));
    kill.quantity = 200;
    floor_send(&f, BOB, &kill);
    assert_string_equal("100 @ 50; 100 @ 51", traded(&f));
}

/* What a plain order gets of the same book: the first slice, then what is better than the next. */
static void whole_orders_take_the_better_price_before_the_next_slice(void **state)
{
    (void)state;
    static const uint32_t executions[] = {0, LG_TRADING_IOC, LG_TRADING_FOK, LG_TRADING_AON};
    lg_trading_terms berg = iceberg(LG_TRADING_SELL, 1000, 50, 200, 10);
    for (int i = 0; i < 4; i++) {
        lg_trading_terms buy = with(LG_TRADING_BUY, 1000, 90, executions[i]);
        floor_send(&f, ANN, &berg);
        sells(&f, EVE, 1000, 51);
        floor_send(&f, BOB, &buy);
        assert_string_equal("200 @ 50; 800 @ 51", traded(&f));
        assert_string_equal("200 @ 51; 200 @ 60", book(&f, NORTH, LG_TRADING_SELL));
        lg_trading_cancel_all(f.market, ANN);
        lg_trading_cancel_all(f.market, EVE);
    }
}

static void whole_orders_take_what_is_shown_before_what_is_hidden(void **state)
{
    (void)state;
    lg_trading_terms berg = iceberg(LG_TRADING_SELL, 500, 50, 200, 0);
    lg_trading_terms kill = with(LG_TRADING_BUY, 700, 50, LG_TRADING_FOK);
    floor_send(&f, ANN, &berg);
    floor_send(&f, ANN, &berg);
    sells(&f, EVE, 100, 50);
    floor_send(&f, BOB, &kill);
    assert_string_equal("200 @ 50; 200 @ 50; 100 @ 50; 200 @ 50", traded(&f));
    assert_string_equal("200 @ 50; 100 @ 50", book(&f, NORTH, LG_TRADING_SELL));
}

/* Slices at the dearest price there is stay there. */
static void whole_orders_find_the_slices_at_the_end_of_prices(void **state)
{
    (void)state;
    double dearest = LG_TRADING_PRICE_MAX / 1000.0 - 1;
    lg_trading_terms berg = iceberg(LG_TRADING_SELL, 300, dearest, 100, 10);
    lg_trading_terms kill = with(LG_TRADING_BUY, 300, dearest, LG_TRADING_FOK);
    floor_send(&f, ANN, &berg);
    traded(&f);
    floor_send(&f, BOB, &kill);
    assert_int_equal(300, lg_trading_position_of(f.market, BOB, NORTH, START, 15).bought);
}

/* An order is refused for what it would meet of its own, not for less or more. */
static void slices_do_not_hide_an_order_of_ones_own(void **state)
{
    (void)state;
    lg_trading_terms berg = iceberg(LG_TRADING_SELL, 1000, 50, 200, 10);
    lg_trading_terms buy = terms_of(LG_TRADING_BUY, 1000, 90);
    floor_send(&f, ANN, &berg);
    sells(&f, BOB, 1000, 51);
    assert_string_equal("self_trade", refused(&f, BOB, &buy));
}

static void a_stop_sleeps_until_it_is_touched(void **state)
{
    (void)state;
    lg_trading_terms stop = terms_of(LG_TRADING_BUY, 100, 60);
    stop.type = LG_TRADING_STOP_LIMIT;
    stop.stop_price = 55000;
    floor_send(&f, BOB, &stop);
    assert_string_equal("1 hibernate add user 100/0", told(&f));
    sells(&f, ANN, 100, 54);
    buys(&f, EVE, 100, 54);
    assert_string_equal("", book(&f, NORTH, LG_TRADING_BUY));
    told(&f), shown(&f);
    sells(&f, ANN, 100, 55);
    buys(&f, EVE, 100, 55);
    assert_string_equal("4 active add user 100/0; 5 active add user 100/0; "
                        "4 filled full_execution system 0/100; "
                        "5 filled full_execution system 0/100; 1 active add system 100/0",
                        told(&f));
    assert_string_equal("100 @ 60", book(&f, NORTH, LG_TRADING_BUY));
    stop.price = 50000; /* the last price has touched it already */
    floor_send(&f, BOB, &stop);
    assert_string_equal("6 active add user 100/0", told(&f));
}

static void stops_wake_each_other_in_the_order_they_came(void **state)
{
    (void)state;
    lg_trading_terms stop = terms_of(LG_TRADING_SELL, 100, 40);
    stop.type = LG_TRADING_STOP_LIMIT;
    stop.stop_price = 45000;
    floor_send(&f, EVE, &stop); /* woken by the second one's trade */
    stop.stop_price = 50000;
    floor_send(&f, EVE, &stop);
    stop.stop_price = 51000; /* touched later in price, but came last */
    stop.quantity = 200;
    floor_send(&f, EVE, &stop);
    buys(&f, ANN, 100, 50);
    buys(&f, ANN, 100, 45);
    buys(&f, ANN, 300, 42);
    told(&f);
    sells(&f, BOB, 100, 50);
    assert_string_equal("100 @ 50; 100 @ 45; 200 @ 42; 100 @ 42", traded(&f));
}

static void agreements_meet_their_like_and_nobody_sees_them(void **state)
{
    (void)state;
    lg_trading_terms deal = terms_of(LG_TRADING_SELL, 1000, 47);
    deal.type = LG_TRADING_PREARRANGED;
    assert_string_equal("tag", refused(&f, ANN, &deal));
    deal.tag = "contract 7";
    floor_send(&f, ANN, &deal);
    buys(&f, EVE, 1000, 60); /* pays more, but is not meant */
    deal.side = LG_TRADING_BUY;
    deal.tag = "contract 8";
    floor_send(&f, BOB, &deal);
    deal.tag = "contract 7";
    floor_send(&f, BOB, &deal);
    assert_string_equal("1 active add user 1000/0; 2 active add user 1000/0; "
                        "3 active add user 1000/0; 4 active add user 1000/0; "
                        "1 filled full_execution system 0/1000; "
                        "4 filled full_execution system 0/1000",
                        told(&f));
    assert_string_equal("", traded(&f));
    assert_string_equal("1 buy 1000 @ 60", shown(&f));
    lg_trading_trade trade;
    uint64_t cursor = 1;
    assert_int_equal(LG_TRADING_READ, lg_trading_read_trade(f.market, BOB, &cursor, &trade));
    assert_int_equal(47000, trade.price);
    assert_string_equal("contract 7", trade.tag);
}

/* It takes the other side of what was traded, no more, at once, and never rests. */
static void a_balance_order_closes_a_position(void **state)
{
    (void)state;
    lg_trading_terms close = terms_of(LG_TRADING_BUY, 300, 60);
    close.type = LG_TRADING_BALANCE;
    assert_string_equal("balance", refused(&f, ANN, &close)); /* there is none */
    buys(&f, BOB, 200, 50);
    sells(&f, ANN, 200, 50);
    assert_string_equal("200 @ 50", traded(&f));
    assert_string_equal("balance", refused(&f, ANN, &close)); /* more than it is */
    close.quantity = 200;
    assert_string_equal("balance", refused(&f, BOB, &close)); /* of the wrong side */
    sells(&f, BOB, 150, 55);
    told(&f);
    floor_send(&f, ANN, &close);
    assert_string_equal("4 active add user 200/0; 3 filled full_execution system 0/150; "
                        "4 active partial_execution system 50/150; 4 canceled delete system 50/150",
                        told(&f));
    assert_string_equal("", book(&f, NORTH, LG_TRADING_BUY));
    assert_string_equal("balance", refused(&f, ANN, &close));
    close.quantity = 50;
    close.execution = LG_TRADING_FOK;
    sells(&f, EVE, 100, 60);
    floor_send(&f, ANN, &close);
    lg_trading_position p = lg_trading_position_of(f.market, ANN, NORTH, START, 15);
    assert_int_equal(p.sold, p.bought);
}

static void a_block_is_all_or_none(void **state)
{
    (void)state;
    lg_trading_terms block = terms_of(LG_TRADING_BUY, 200, 50);
    block.type = LG_TRADING_BLOCK;
    uint64_t id = floor_send(&f, ANN, &block);
    assert_int_equal(order_of(&f, ANN, id).terms.execution, LG_TRADING_AON);
    assert_string_equal("200 @ 50", book(&f, NORTH, LG_TRADING_BUY));
    sells(&f, BOB, 100, 50);
    assert_string_equal("", traded(&f));
    sells(&f, BOB, 100, 50);
    assert_string_equal("100 @ 50; 100 @ 50", traded(&f));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_floor, close_floor)
    const struct CMUnitTest tests[] = {
        CASE(a_limit_order_trades_at_the_price_of_the_one_that_rests),
        CASE(the_better_price_goes_first_then_the_older),
        CASE(what_does_not_cross_rests),
        CASE(fill_or_kill_is_whole_or_nothing),
        CASE(immediate_or_cancel_takes_what_there_is),
        CASE(all_or_none_rests_and_is_passed_over),
        CASE(all_or_none_is_filled_by_several_that_come_later),
        CASE(an_iceberg_shows_slices_which_stand_behind_others),
        CASE(slices_of_an_iceberg_get_worse_by_its_peak_price_delta),
        CASE(whole_orders_take_the_better_price_before_the_next_slice),
        CASE(whole_orders_take_what_is_shown_before_what_is_hidden),
        CASE(whole_orders_find_the_slices_at_the_end_of_prices),
        CASE(slices_do_not_hide_an_order_of_ones_own),
        CASE(fill_or_kill_counts_the_slices_within_its_limit),
        CASE(a_stop_sleeps_until_it_is_touched),
        CASE(stops_wake_each_other_in_the_order_they_came),
        CASE(agreements_meet_their_like_and_nobody_sees_them),
        CASE(a_balance_order_closes_a_position),
        CASE(a_block_is_all_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
