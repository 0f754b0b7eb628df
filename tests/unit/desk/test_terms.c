/* Orders with requirements on their way through the desk: copied into the batch, kept with its
 * answers, given to the market or left out, and part of the digest. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "desk/room.h"
#include "desk/turn.h"
#include "pair.h"
#include "support/failing_mem.h"

static int32_t nothing(const lg_match_book *book)
{
    (void)book;
    return LG_OK;
}

static const lg_matching rule = {.size = sizeof rule,
                                 .flags = LG_MATCHING_ATTRIBUTES,
                                 .name = "nothing",
                                 .help = "of a test",
                                 .match = nothing};
static lg_match_counts counts;
static const lg_matcher matcher = {.rule = &rule, .counts = &counts};

static void pair_with_rule(pair *p)
{
    pair_init(p);
    p->rules.match = LG_BY_PLUGIN;
    p->rules.matcher = &matcher;
    p->rules.dof = true;
}

/* Terms of one requirement, of the PV (asset 1) or another place. */
typedef struct draft {
    uint32_t place;
    char word[8];
    const char *types[1];
    lg_requirement requirement;
    lg_terms terms;
} draft;

static const lg_terms *terms_of(draft *d, uint32_t place, int64_t rate)
{
    *d = (draft){.place = place, .word = "PV"};
    d->types[0] = d->word;
    d->requirement = (lg_requirement){.size = sizeof d->requirement,
                                      .partners = {&d->place, 1, sizeof d->place},
                                      .energy_types = {d->types, 1, sizeof *d->types},
                                      .energy_uwh = LG_MATCH_UNLIMITED,
                                      .rate_uct = rate};
    d->terms = (lg_terms){.requirement_count = 1, .requirements = &d->requirement};
    return &d->terms;
}

/* One bid with terms through a batch. */
static lg_answer bid(lg_desk *desk, const lg_terms *terms)
{
    lg_command command = {
        .kind = LG_CMD_BID, .flags = LG_CMD_REPLACE, .energy_uwh = KWH(1), .amount = CT(20)};
    lg_answer answer;
    assert_int_equal(lg_desk_add_terms(desk, terms, &command.terms), LG_OK);
    assert_int_equal(command.terms, 1);
    assert_int_equal(lg_desk_send(desk, &command), LG_OK);
    assert_int_equal(lg__desk_flip(desk), LG_OK);
    const lg_command *commands;
    const lg_answer *answers;
    assert_int_equal(lg_desk_answers(desk, &commands, &answers), 1);
    lg__apply(desk, commands, &answer);
    return answer;
}

static void copied_applied_and_answered(void **state)
{
    (void)state;
    pair p;
    draft d;
    pair_with_rule(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    assert_int_equal(lg_desk_grant_asset(desk, 0), LG_OK);
    assert_int_equal(lg_market_open_slot(market, 0, 0, p.caps), LG_OK);
    const lg_terms *terms = terms_of(&d, 1, CT(5));
    lg_answer answer = bid(desk, terms);
    assert_int_equal(answer.status, LG_OK);
    assert_int_equal(answer.stripped, 0);
    memset(&d, 0, sizeof d); /* the desk has its own */
    const lg_terms *kept = lg_desk_terms(desk, 1);
    assert_int_equal(*(const uint32_t *)kept->requirements[0].partners.items, 1);
    assert_string_equal(*(const char *const *)kept->requirements[0].energy_types.items, "PV");
    assert_null(lg_desk_terms(desk, 0));
    assert_null(lg_desk_terms(desk, 2));
    /* a place that does not exist: nothing changes, the order before stays */
    lg_answer wrong = bid(desk, terms_of(&d, 3, CT(5)));
    lg_order order;
    assert_int_equal(wrong.status, LG_INVALID);
    assert_int_equal(lg_market_orders(market, 0, LG_BID, &order, 1), 1);
    assert_int_equal(order.id, answer.order_id);
    lg_desk_free(desk);
    lg_market_free(market);
}

static void left_out_where_nobody_looks(void **state)
{
    (void)state;
    pair p;
    draft d;
    pair_init(&p);
    p.rules.dof = true;
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    assert_int_equal(lg_desk_grant_asset(desk, 0), LG_OK);
    assert_int_equal(lg_market_open_slot(market, 0, 0, p.caps), LG_OK);
    lg_answer answer = bid(desk, terms_of(&d, 1, CT(5)));
    assert_int_equal(answer.status, LG_OK);
    assert_int_equal(answer.stripped, 1);
    lg_desk_free(desk);
    lg_market_free(market);
}

static void as_many_terms_as_commands_err(void **state)
{
    (void)state;
    pair p;
    draft d;
    uint64_t number;
    pair_with_rule(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    const lg_terms *terms = terms_of(&d, 1, CT(5));
    for (uint32_t i = 0; i < LG_DESK_COMMANDS_MIN; i++)
        assert_int_equal(lg_desk_add_terms(desk, terms, &number), LG_OK);
    assert_int_equal(lg_desk_add_terms(desk, terms, &number), LG_LIMIT);
    lg_desk_free(desk);
    lg_market_free(market);
}

/* Sends one bid with the draft's terms in the first slot. */
typedef struct sender {
    lg_desk *desk;
    draft draft;
    bool sent;
} sender;

static bool on_call(void *self, lg_call call, const lg_moment *moment)
{
    sender *s = self;
    lg_command command = {.kind = LG_CMD_BID, .energy_uwh = KWH(1), .amount = CT(20)};
    (void)moment;
    if (call == LG_CALL_MARKET_CYCLE)
        s->sent = lg_desk_add_terms(s->desk, &s->draft.terms, &command.terms) == LG_OK &&
                  lg_desk_send(s->desk, &command) == LG_OK;
    return false;
}

/* @return the digest of a slot; of nothing when memory runs out */
static lg_digest digest_of(lg_mem *mem, uint32_t place, int64_t rate, bool *done)
{
    pair p;
    sender s;
    lg_digest digest = {0};
    pair_with_rule(&p);
    terms_of(&s.draft, place, rate);
    lg_turn *turn = lg_turn_new(mem, &p.site, &p.rules);
    s.desk = turn ? lg_desk_new(mem, lg_turn_market(turn), 0, "Ada") : NULL;
    lg_participant participant = {.self = &s, .desk = s.desk, .call = on_call};
    lg_moment moment = pair_moment(0, 0);
    *done = s.desk && lg_desk_grant_asset(s.desk, 0) == LG_OK &&
            lg_turn_join(turn, &participant) == LG_OK &&
            lg_turn_open_slot(turn, &moment, p.caps) == LG_OK &&
            lg_turn_tick(turn, &moment) == LG_OK && s.sent && lg_turn_close_slot(turn) == LG_OK;
    if (*done)
        digest = lg_turn_digest(turn);
    lg_desk_free(s.desk);
    lg_turn_free(turn);
    return digest;
}

static void terms_count_in_the_digest(void **state)
{
    (void)state;
    bool done;
    lg_digest first = digest_of(lg_mem_system(), 1, CT(5), &done);
    lg_digest again = digest_of(lg_mem_system(), 1, CT(5), &done);
    lg_digest place = digest_of(lg_mem_system(), LG_MATCH_AREA, CT(5), &done);
    lg_digest rate = digest_of(lg_mem_system(), 1, CT(6), &done);
    assert_true(done);
    assert_memory_equal(&first, &again, sizeof first);
    assert_memory_not_equal(&first, &place, sizeof first);
    assert_memory_not_equal(&first, &rate, sizeof first);
}

static int a_slot(lg_mem *mem, void *ctx)
{
    bool done;
    (void)ctx;
    digest_of(mem, 1, CT(5), &done);
    return !done;
}

static void no_allocation_failure_leaks(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(a_slot, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copied_applied_and_answered),
        cmocka_unit_test(left_out_where_nobody_looks),
        cmocka_unit_test(as_many_terms_as_commands_err),
        cmocka_unit_test(terms_count_in_the_digest),
        cmocka_unit_test(no_allocation_failure_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
