/* Markets matched by the rule of a plugin: what the rule is shown, what its recommendations cost,
 * which are refused, and what sets it aside. Figures are worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "grid/unit.h"
#include "puppet.h"
#include "support/failing_mem.h"

#include <stdio.h>
#include <string.h>

enum { LOAD_A, LOAD_B, PV_A, PV_B, BATTERY };

/* Two loads, two panels and a battery in one market without a fee. */
static void one_market(puppet *p, town *t, int32_t (*act)(puppet *, const lg_match_book *))
{
    puppet_init(p, t, act);
    town_area(t, LG_NONE, 0);
    town_asset(t, 0, LG_ROLE_CONSUMER);
    town_asset(t, 0, LG_ROLE_CONSUMER);
    town_asset(t, 0, LG_ROLE_PRODUCER);
    town_asset(t, 0, LG_ROLE_PRODUCER);
    town_asset(t, 0, LG_ROLE_STORAGE);
    town_open(t);
}

static int32_t nothing(puppet *p, const lg_match_book *book)
{
    (void)p;
    (void)book;
    return LG_OK;
}

static void shown_sorted_and_only_what_crosses(void **state)
{
    (void)state;
    puppet p;
    town t;
    one_market(&p, &t, nothing);
    uint64_t first = town_bid(&t, LOAD_A, 1, 20);
    town_bid(&t, LOAD_B, 2, 25);
    uint64_t second = town_bid(&t, LOAD_B, 3, 20);
    town_bid(&t, LOAD_A, 1, 4); /* below every offer */
    town_offer(&t, PV_A, 4, 21);
    town_offer(&t, PV_B, 5, 5);
    town_offer(&t, PV_B, 1, 26); /* above every bid */
    town_ticks(&t, 1);
    assert_int_equal(p.calls, 1);
    assert_int_equal(p.enters, 1);
    assert_int_equal(p.leaves, 1);
    assert_int_equal(p.bid_count, 3);
    assert_int_equal(p.offer_count, 2);
    assert_int_equal(p.bids[0].rate_uct, town_uct(25));
    assert_int_equal(p.bids[0].energy_uwh, town_uwh(2));
    assert_int_equal(p.bids[1].id, first); /* the earlier of two equal ones */
    assert_int_equal(p.bids[2].id, second);
    assert_int_equal(p.bids[2].asset, LOAD_B);
    assert_null(p.bids[0].energy_type);
    assert_int_equal(p.offers[0].rate_uct, town_uct(5));
    assert_string_equal(p.offers[0].energy_type, "odd"); /* PV_B */
    assert_string_equal(p.offers[1].energy_type, "even");
    assert_int_equal(p.offers[1].party, PV_A);
    town_ticks(&t, 3); /* nothing new: not asked again */
    assert_int_equal(p.calls, 1);
    assert_int_equal(lg_market_match_counts(t.market).calls, 1);
    town_fini(&t);
}

/* 2 kWh at 30 and 1 kWh at 20 against 1 kWh at 10 and 2 kWh at 14, each pair at the mean. */
static void trades_at_the_recommended_rate(void **state)
{
    (void)state;
    puppet p;
    town t;
    one_market(&p, &t, puppet_mean);
    town_bid(&t, LOAD_A, 2, 30);
    town_bid(&t, LOAD_B, 1, 20);
    town_offer(&t, PV_A, 1, 10);
    town_offer(&t, PV_B, 2, 14);
    town_ticks(&t, 1);
    /* what the first round recommends of more than is left is refused, and had in the second */
    assert_int_equal(t.trade_count, 3);
    town_expect(&t, 0, PV_A, LOAD_A, 1, 20);
    town_expect(&t, 1, PV_B, LOAD_B, 1, 17);
    town_expect(&t, 2, PV_B, LOAD_A, 1, 22);
    lg_match_counts counts = lg_market_match_counts(t.market);
    assert_int_equal(counts.calls, 2);
    assert_int_equal(counts.recommended, 5);
    assert_int_equal(counts.refused[LG_MATCH_ENERGY_REFUSED], 1);
    assert_int_equal(counts.refused[LG_MATCH_GONE_REFUSED], 1);
    assert_false(counts.aside);
    assert_null(strstr(p.heard, "aside"));
    town_fini(&t);
}

/* Seller in House 2 asks 10, buyer in House 1 pays up to 30; they meet in Grid. */
static void far_apart(puppet *p, town *t, lg_fee_kind kind, double grid, double n)
{
    enum { GRID, N1, N2, HOUSE_1, HOUSE_2 };
    puppet_init(p, t, puppet_mean);
    t->rules.fee_kind = kind;
    town_area(t, LG_NONE, grid);
    town_area(t, GRID, n);
    town_area(t, GRID, n);
    town_area(t, N1, 0);
    town_area(t, N2, 0);
    town_asset(t, HOUSE_1, LG_ROLE_CONSUMER);
    town_asset(t, HOUSE_2, LG_ROLE_PRODUCER);
    town_open(t);
    town_bid(t, 0, 1, 30);
    town_offer(t, 1, 1, 10);
    assert_int_equal(town_first_trade(t), 4);
}

static void fees_of_the_way_are_added(void **state)
{
    (void)state;
    puppet p;
    town t;
    /* in Grid the offer costs 10 + 1 + 2 = 13, the bid is worth 30 - 1 = 29: they trade at 21 */
    far_apart(&p, &t, LG_FEE_CONSTANT, 2, 1);
    assert_int_equal(p.offers[0].rate_uct, town_uct(13));
    assert_int_equal(p.bids[0].rate_uct, town_uct(29));
    town_expect(&t, 0, 1, 0, 1, 22);
    town_expect_rates(&t, 0, 5, (const double[]){22, 22, 21, 19, 18});
    town_close(&t);
    town_fini(&t);
    /* 10 * 1.15 = 11.5 and 30 * 0.95 = 28.5: the mean is 20, of which the buyer sees 20 * 30 / 28.5
     */
    far_apart(&p, &t, LG_FEE_PERCENTAGE, 10, 5);
    assert_int_equal(p.offers[0].rate_uct, town_uct(11.5));
    assert_int_equal(p.bids[0].rate_uct, town_uct(28.5));
    assert_int_equal(t.trades[0].trade.paid_uct, 21052632);
    town_close(&t);
    town_fini(&t);
}

static void refuse_one(puppet *p, town *t, lg_match match, lg_match_refusal why)
{
    match.size = sizeof match;
    match.requirement = LG_MATCH_NONE;
    p->match = match;
    uint64_t before = lg_market_match_counts(t->market).refused[why];
    town_rebid(t, LOAD_B, 1, 15); /* something has changed, so the market is looked at */
    town_ticks(t, 1);
    lg_match_counts counts = lg_market_match_counts(t->market);
    assert_int_equal(counts.refused[why], before + 1);
    assert_int_equal(t->trade_count, 0);
    assert_false(counts.aside);
}

static void what_may_not_trade_is_refused_err(void **state)
{
    (void)state;
    puppet p;
    town t;
    one_market(&p, &t, puppet_one);
    town_bid(&t, LOAD_A, 1, 20);
    town_bid(&t, BATTERY, 1, 18);
    town_offer(&t, PV_A, 2, 10);
    town_offer(&t, BATTERY, 1, 12);
    int64_t kwh = town_uwh(1), ct = town_uct(1);
    /* bids: 0 LOAD_A, 1 BATTERY, 2 LOAD_B; offers: 0 PV_A, 1 BATTERY */
    refuse_one(&p, &t, (lg_match){.energy_uwh = 0, .rate_uct = 15 * ct}, LG_MATCH_ENERGY_REFUSED);
    refuse_one(&p, &t, (lg_match){.energy_uwh = -1, .rate_uct = 15 * ct}, LG_MATCH_ENERGY_REFUSED);
    refuse_one(&p, &t, (lg_match){.energy_uwh = kwh + 1, .rate_uct = 15 * ct},
               LG_MATCH_ENERGY_REFUSED);
    refuse_one(&p, &t, (lg_match){.energy_uwh = kwh, .rate_uct = 20 * ct + 1},
               LG_MATCH_RATE_REFUSED);
    refuse_one(&p, &t, (lg_match){.energy_uwh = kwh, .rate_uct = 10 * ct - 1},
               LG_MATCH_RATE_REFUSED);
    refuse_one(&p, &t, (lg_match){.energy_uwh = kwh, .rate_uct = INT64_MIN}, LG_MATCH_RATE_REFUSED);
    refuse_one(&p, &t, (lg_match){.bid = 1, .offer = 1, .energy_uwh = kwh, .rate_uct = 15 * ct},
               LG_MATCH_PARTY_REFUSED);
    assert_string_equal(
        p.heard,
        "matching rule \"puppet\" recommends energy that is not positive, or more than the two "
        "orders have in \"0\": 0 kWh at 15 ct/kWh, of the bid of \"0\" (1 kWh, 20 ct/kWh) and the "
        "offer of \"2\" (2 kWh, 10 ct/kWh); this and others like it are refused\n"
        "matching rule \"puppet\" recommends a rate above the bid's or below the offer's in \"0\": "
        "1 kWh at 20.000001 ct/kWh, of the bid of \"0\" (1 kWh, 20 ct/kWh) and the offer of \"2\" "
        "(2 kWh, 10 ct/kWh); this and others like it are refused\n"
        "matching rule \"puppet\" recommends two orders of the same party in \"0\": 1 kWh at 15 "
        "ct/kWh, of the bid of \"4\" (1 kWh, 18 ct/kWh) and the offer of \"4\" (1 kWh, 12 ct/kWh); "
        "this and others like it are refused\n");
    town_close(&t);
    town_fini(&t);
}

static int32_t fails_with_a_reason(puppet *p, const lg_match_book *book)
{
    (void)p;
    book->refuse(book->ctx, "the oracle\nis silent");
    return LG_INVALID;
}

static int32_t fails_oddly(puppet *p, const lg_match_book *book)
{
    (void)p;
    (void)book;
    return -5;
}

static int32_t stops_when_told(puppet *p, const lg_match_book *book)
{
    int32_t status = LG_OK;
    while (status == LG_OK)
        status = book->recommend(book->ctx, &p->match);
    assert_int_equal(status, LG_LIMIT);
    return LG_OK;
}

static int32_t never_stops(puppet *p, const lg_match_book *book)
{
    for (;;) /* left in the middle by the host */
        if (book->recommend(book->ctx, &p->match) == LG_GONE)
            return LG_OK;
}

static int32_t crumbs(puppet *p, const lg_match_book *book)
{
    p->match.energy_uwh = 1;
    p->match.rate_uct = lg_match_at(&book->bids, 0)->rate_uct;
    return book->recommend(book->ctx, &p->match);
}

static int32_t wants_too_much(puppet *p, const lg_match_book *book)
{
    (void)p;
    return book->alloc(book->ctx, UINT64_C(1) << 40) ? LG_OK : LG_MEMORY;
}

/* Makes room for a trade that is none, in what it is shown. */
static int32_t writes_the_energy(puppet *p, const lg_match_book *book)
{
    ((lg_match_order *)(uintptr_t)lg_match_at(&book->bids, 0))->energy_uwh *= 2;
    ((lg_match_order *)(uintptr_t)lg_match_at(&book->offers, 0))->energy_uwh *= 2;
    p->match.energy_uwh = lg_match_at(&book->bids, 0)->energy_uwh;
    p->match.rate_uct = lg_match_at(&book->bids, 0)->rate_uct;
    return book->recommend(book->ctx, &p->match);
}

static int32_t claims_requirements(puppet *p, const lg_match_book *book)
{
    ((lg_match_order *)(uintptr_t)lg_match_at(&book->bids, 0))->requirements.count = 7;
    p->match.requirement = 6;
    p->match.energy_uwh = 1;
    p->match.rate_uct = lg_match_at(&book->bids, 0)->rate_uct;
    return book->recommend(book->ctx, &p->match);
}

static int32_t widens_the_tolerance(puppet *p, const lg_match_book *book)
{
    ((lg_match_book *)(uintptr_t)book)->rate_tolerance_uct = LG_RATE_MAX_UCT;
    ((lg_match_book *)(uintptr_t)book)->name = NULL;
    p->match.energy_uwh = 1;
    p->match.rate_uct = 2 * lg_match_at(&book->bids, 0)->rate_uct;
    return book->recommend(book->ctx, &p->match);
}

/* One bid and one offer that cross; the rule is set aside for @p why and asked no more. */
static void set_aside(int32_t (*act)(puppet *, const lg_match_book *), lg_match match,
                      const char *left, const char *why)
{
    puppet p;
    town t;
    char sentence[400];
    one_market(&p, &t, act);
    p.match = match;
    p.left = left;
    town_bid(&t, LOAD_A, 1, 20);
    town_offer(&t, PV_A, 1, 10);
    town_ticks(&t, 1);
    assert_true(lg_market_match_counts(t.market).aside);
    snprintf(sentence, sizeof sentence,
             "matching rule \"puppet\" is set aside in slot 0, tick 0, market \"0\": %s; nothing "
             "trades from here on\n",
             why);
    assert_string_equal(p.heard, sentence);
    uint32_t calls = p.calls, trades = t.trade_count;
    assert_int_equal(p.leaves, p.calls);
    town_bid(&t, LOAD_B, 1, 20);
    town_ticks(&t, 1);
    assert_int_equal(p.calls, calls);
    assert_int_equal(t.trade_count, trades);
    town_close(&t); /* and the books are in order */
    town_fini(&t);
}

static void misbehaving_rules_are_set_aside_err(void **state)
{
    (void)state;
    static const char missing[] = "it recommends an order or a requirement that does not exist, or "
                                  "a lg_match of a wrong size";
    static const char many[] = "it recommends more than 24 pairs of 1 bids and 1 offers with 0 "
                               "requirements";
    lg_match good = {.size = sizeof good, .requirement = LG_MATCH_NONE, .energy_uwh = 1};
    lg_match match = good;
    match.bid = 1;
    set_aside(puppet_one, match, NULL, missing);
    match = good;
    match.offer = UINT32_MAX;
    set_aside(puppet_one, match, NULL, missing);
    match = good;
    match.requirement = 0;
    set_aside(puppet_one, match, NULL, missing);
    match = good;
    match.size = 8;
    set_aside(puppet_one, match, NULL, missing);
    set_aside(stops_when_told, good, NULL, many);
    set_aside(never_stops, good, NULL, many);
    set_aside(fails_with_a_reason, good, NULL, "the oracle is silent");
    set_aside(fails_oddly, good, NULL, "it fails with a status that does not exist");
    set_aside(wants_too_much, good, NULL, "out of memory");
    set_aside(nothing, good, "it changes the mode", "it changes the mode");
    static const char writes[] = "it writes into the book that it is shown";
    set_aside(writes_the_energy, good, NULL, writes);
    set_aside(claims_requirements, good, NULL, writes);
    set_aside(widens_the_tolerance, good, NULL, writes);
}

/* Where an order may go is the owner's word: a list of partners that is written over is noticed. */
static int32_t writes_a_partner(puppet *p, const lg_match_book *book)
{
    const lg_requirement *r = lg_requirement_at(lg_match_at(&book->bids, 0), 0);
    *(uint32_t *)(uintptr_t)r->partners.items = PV_A;
    p->match.energy_uwh = 1;
    p->match.rate_uct = lg_match_at(&book->bids, 0)->rate_uct;
    return book->recommend(book->ctx, &p->match);
}

static int32_t writes_a_rate(puppet *p, const lg_match_book *book)
{
    const lg_match_order *bid = lg_match_at(&book->bids, 0);
    ((lg_requirement *)(uintptr_t)lg_requirement_at(bid, 0))->rate_uct = bid->rate_uct;
    p->match.energy_uwh = 1;
    p->match.rate_uct = bid->rate_uct;
    return book->recommend(book->ctx, &p->match);
}

static void requirements_are_not_written_over_err(void **state)
{
    (void)state;
    int32_t (*const acts[])(puppet *, const lg_match_book *) = {writes_a_partner, writes_a_rate};
    for (size_t i = 0; i < 2; i++) {
        puppet p;
        town t;
        uint32_t place = PV_B;
        one_market(&p, &t, acts[i]);
        const lg_requirement of_bid = {.size = sizeof of_bid,
                                       .partners = {&place, 1, sizeof place},
                                       .energy_uwh = LG_MATCH_UNLIMITED,
                                       .rate_uct = town_uct(15)};
        const lg_terms terms = {.requirement_count = 1, .requirements = &of_bid};
        uint64_t id = town_bid(&t, LOAD_A, 1, 20);
        assert_int_equal(lg_market_set_terms(t.market, LOAD_A, LG_BID, id, &terms), LG_OK);
        town_offer(&t, PV_A, 1, 10);
        town_ticks(&t, 1);
        assert_int_equal(t.trade_count, 0);
        assert_non_null(strstr(p.heard, "it writes into the book that it is shown"));
        town_close(&t);
        town_fini(&t);
    }
}

/* A crumb a call: twenty-four calls a tick for two orders, and on in the next. */
static void who_is_not_done_goes_on_in_the_next_tick(void **state)
{
    (void)state;
    puppet p;
    town t;
    one_market(&p, &t, crumbs);
    town_bid(&t, LOAD_A, 1, 20);
    town_offer(&t, PV_A, 1, 10);
    town_ticks(&t, 2);
    assert_int_equal(t.trade_count, 48);
    assert_int_equal(p.calls, 48);
    lg_match_counts counts = lg_market_match_counts(t.market);
    assert_false(counts.aside);
    assert_int_equal(counts.unfinished, 2);
    assert_string_equal(p.heard,
                        "matching rule \"puppet\" is not done in slot 0, tick 0, market "
                        "\"0\": it was called 24 times and would trade on; what is left is "
                        "shown to it in the next tick (this is told once)\n");
    town_close(&t);
    town_fini(&t);
}

/* A slot of fees, partial fills and requirements under @p mem. */
static int a_slot(lg_mem *mem, void *ctx)
{
    town *t = ctx;
    lg_placed placed;
    lg_market *market = lg_market_new(mem, &t->site, &t->rules, NULL);
    if (!market)
        return 1;
    uint32_t partner = LG_MATCH_AREA;
    const char *types[] = {"odd", "even"};
    const lg_requirement requirement = {.size = sizeof requirement,
                                        .partners = {&partner, 1, sizeof partner},
                                        .energy_types = {types, 2, sizeof *types},
                                        .energy_uwh = LG_MATCH_UNLIMITED,
                                        .rate_uct = LG_MATCH_UNLIMITED};
    const lg_terms terms = {.requirement_count = 1, .requirements = &requirement};
    lg_status status = lg_market_open_slot(market, 0, 0, t->caps);
    for (uint32_t i = 0; status == LG_OK && i < 12; i++) {
        lg_side side = i % 2 ? LG_OFFER : LG_BID;
        uint32_t asset = i % 2 ? PV_A : LOAD_A;
        status = lg_market_place(market, asset, side, town_uwh(i % 2 ? 0.2 : 0.3),
                                 town_uct(i % 2 ? 10 : 30), false, &placed);
        if (status == LG_OK && side == LG_BID)
            status = lg_market_set_terms(market, asset, side, placed.id, &terms);
    }
    for (uint32_t tick = 0; status == LG_OK && tick < 4; tick++)
        status = lg_market_tick(market, tick);
    if (status == LG_OK)
        status = lg_market_close_slot(market);
    if (status == LG_OK)
        assert_int_equal(lg_market_position(market, PV_A)->sold_uwh, town_uwh(1.2));
    else
        assert_int_equal(status, LG_MEMORY);
    lg_market_free(market);
    return status != LG_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    puppet p;
    town t;
    one_market(&p, &t, puppet_all);
    assert_true(lg_sweep_allocations(a_slot, &t) > 10);
    town_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shown_sorted_and_only_what_crosses),
        cmocka_unit_test(trades_at_the_recommended_rate),
        cmocka_unit_test(fees_of_the_way_are_added),
        cmocka_unit_test(what_may_not_trade_is_refused_err),
        cmocka_unit_test(misbehaving_rules_are_set_aside_err),
        cmocka_unit_test(requirements_are_not_written_over_err),
        cmocka_unit_test(who_is_not_done_goes_on_in_the_next_tick),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
