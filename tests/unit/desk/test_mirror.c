/* A batch that is carried over from a desk in another process: the same there and here, and nothing
 * in it is trusted. And participants that work elsewhere: all of them begin before one is waited
 * for, which changes nothing of the run. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "desk/mirror.h"
#include "pair.h"

typedef struct two {
    pair p;
    lg_market *market;
    lg_desk *here, *there;
} two;

static void open_two(two *t)
{
    pair_init(&t->p);
    t->market = lg_market_new(lg_mem_system(), &t->p.site, &t->p.rules, NULL);
    t->here = lg_desk_new(lg_mem_system(), t->market, 0, "Ada");
    t->there = lg_desk_new(lg_mem_system(), NULL, 0, "Ada");
    lg_desk *desks[] = {t->here, t->there};
    for (int i = 0; i < 2; i++)
        for (uint32_t asset = 0; asset < 3; asset++)
            assert_int_equal(lg_desk_grant_asset(desks[i], asset), LG_OK);
}

static void close_two(two *t)
{
    lg_desk_free(t->here);
    lg_desk_free(t->there);
    lg_market_free(t->market);
}

static void what_is_carried_over_is_the_same(void **state)
{
    two t;
    lg_desk_mark mark = {0};
    uint64_t number;
    const lg_terms terms = {.energy_type = "PV"};
    const lg_slot_value values[] = {{.slot = 4, .energy_uwh = 7}, {.slot = 5, .energy_uwh = 8}};
    const lg_command bid = {.kind = LG_CMD_BID, .energy_uwh = KWH(1), .amount = CT(9)};
    lg_command offer = {.kind = LG_CMD_OFFER, .node = 1, .energy_uwh = KWH(1), .amount = CT(9)};
    const lg_command forecast = {.kind = LG_CMD_SET_ENERGY_FORECAST};
    (void)state;
    open_two(&t);
    assert_int_equal(lg_desk_send(t.there, &bid), LG_OK);
    assert_int_equal(lg_desk_send_values(t.there, &forecast, values, 2), LG_OK);
    lg_desk_truncate(t.there,
                     (lg_desk_mark){.commands = 1}); /* a fault: its values stay behind, as here */
    assert_int_equal(lg_desk_send_values(t.there, &forecast, values, 2), LG_OK);
    for (int part = 0; part < 2; part++) {
        if (part) {
            assert_int_equal(lg_desk_add_terms(t.there, &terms, &number), LG_OK);
            offer.terms = number;
            assert_int_equal(lg_desk_send(t.there, &offer), LG_OK);
        }
        const lg_desk_part behind = lg_desk_part_behind(t.there, &mark);
        assert_int_equal(behind.count.commands, part ? 1 : 2);
        assert_int_equal(behind.count.values, part ? 0 : 4);
        assert_int_equal(lg_desk_append(t.here, &behind), LG_OK);
        mark.commands += behind.count.commands;
        mark.values += behind.count.values;
        mark.terms += behind.count.terms;
    }
    const lg_desk_mark none = {0};
    const lg_desk_part a = lg_desk_part_behind(t.here, &none),
                       b = lg_desk_part_behind(t.there, &none);
    assert_memory_equal(&a.count, &b.count, sizeof a.count);
    assert_memory_equal(a.commands, b.commands, 3 * sizeof *a.commands);
    assert_memory_equal(a.values, b.values, 4 * sizeof *a.values);
    assert_string_equal(a.terms[0].energy_type, "PV");
    close_two(&t);
}

static void answers_go_the_other_way(void **state)
{
    two t;
    const lg_command bid = {.kind = LG_CMD_BID, .energy_uwh = KWH(1), .amount = CT(9)};
    const lg_answer answers[] = {{.status = LG_OK, .order_id = 3}, {.status = LG_ENERGY}};
    const lg_command *commands;
    const lg_answer *got;
    (void)state;
    open_two(&t);
    assert_int_equal(lg_desk_send(t.there, &bid), LG_OK);
    assert_int_equal(lg_desk_send(t.there, &bid), LG_OK);
    assert_int_equal(lg_desk_applied(t.there, answers, 1), LG_INVALID);
    assert_int_equal(lg_desk_applied(t.there, answers, 2), LG_OK);
    assert_int_equal(lg_desk_pending(t.there), 0);
    assert_int_equal(lg_desk_answers(t.there, &commands, &got), 2);
    assert_int_equal(got[0].order_id, 3);
    assert_int_equal(lg_desk_counts_of(t.there).refused, 1);
    close_two(&t);
}

static void what_no_command_may_say_err(void **state)
{
    static const lg_slot_value values[] = {{.slot = 5}, {.slot = 5}, {.slot = 6}};
    static const lg_command rows[] = {
        {.kind = LG_CMD_COUNT},
        {.kind = 255},
        {.kind = LG_CMD_BID, .flags = 4},
        {.kind = LG_CMD_BID, .reserved = 1},
        {.kind = LG_CMD_BID, .node = 3},
        {.kind = LG_CMD_BID, .node = UINT32_MAX},
        {.kind = LG_CMD_GRID_FEES, .node = 1},
        {.kind = LG_CMD_BID, .energy_uwh = INT64_MAX},
        {.kind = LG_CMD_BID, .energy_uwh = INT64_MIN},
        {.kind = LG_CMD_BID, .amount = INT64_MIN},
        {.kind = LG_CMD_BID, .terms = 1},
        {.kind = LG_CMD_UPDATE_OFFER, .terms = UINT64_MAX},
        {.kind = LG_CMD_SET_ENERGY_FORECAST, .amount = 4},
        {.kind = LG_CMD_SET_ENERGY_FORECAST, .amount = -1},
        {.kind = LG_CMD_SET_ENERGY_FORECAST, .amount = 1, .order_id = 3},
        {.kind = LG_CMD_SET_ENERGY_FORECAST, .amount = 1, .order_id = UINT64_MAX},
        {.kind = LG_CMD_SET_ENERGY_FORECAST, .amount = 2}, /* a slot twice */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        two t;
        open_two(&t);
        const lg_command pair_of[] = {{.kind = LG_CMD_BID, .energy_uwh = 1}, rows[i]};
        const lg_desk_part part = {
            .commands = pair_of, .values = values, .count = {.commands = 2, .values = 3}};
        if (lg_desk_append(t.here, &part) != LG_INVALID)
            fail_msg("row %zu was taken", i);
        assert_int_equal(lg_desk_pending(t.here), 0); /* the fine one before it neither */
        close_two(&t);
    }
}

static void a_batch_has_an_end_err(void **state)
{
    static lg_command many[LG_DESK_COMMANDS_MIN + 1];
    two t;
    (void)state;
    open_two(&t);
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        many[i] = (lg_command){.kind = LG_CMD_BID, .energy_uwh = 1};
    lg_desk_part part = {.commands = many, .count = {.commands = LG_DESK_COMMANDS_MIN + 1}};
    assert_int_equal(lg_desk_append(t.here, &part), LG_LIMIT);
    assert_int_equal(lg_desk_pending(t.here), 0);
    part.count.values = LG_DESK_VALUES_MAX + 1;
    assert_int_equal(lg_desk_append(t.here, &part), LG_LIMIT);
    close_two(&t);
}

/* ---- those who work elsewhere ---- */

static char course[256];

typedef struct actor {
    char name;
    lg_desk *desk;
    uint32_t asset;
    bool waits;
} actor;

static void note(const actor *a, char what)
{
    size_t used = strlen(course);
    snprintf(course + used, sizeof course - used, "%c%c ", a->name, what);
}

static void on_begin(void *self, lg_call call, const lg_moment *moment)
{
    (void)moment;
    if (call == LG_CALL_MARKET_CYCLE)
        note(self, 'b');
}

static bool on_call(void *self, lg_call call, const lg_moment *moment)
{
    actor *a = self;
    (void)moment;
    if (call != LG_CALL_MARKET_CYCLE)
        return false;
    note(a, 'c');
    const lg_command c = {.kind = (uint8_t)(a->asset ? LG_CMD_OFFER : LG_CMD_BID),
                          .node = a->asset,
                          .energy_uwh = KWH(1),
                          .amount = CT(10)};
    assert_int_equal(lg_desk_send(a->desk, &c), LG_OK);
    return a->waits;
}

static void on_begin_resume(void *self)
{
    note(self, 'B');
}

static bool on_resume(void *self)
{
    note(self, 'r');
    return false;
}

static void on_trade(void *self, const lg_trade *trade)
{
    (void)trade;
    note(self, 't');
}

static void on_flush(void *self)
{
    if (strchr(course, 't'))
        note(self, 'f');
}

static lg_digest run(bool apart)
{
    pair p;
    pair_init(&p);
    lg_turn *turn = lg_turn_new(lg_mem_system(), &p.site, &p.rules);
    actor actors[] = {{.name = '0', .asset = 0, .waits = true}, {.name = '1', .asset = 1}};
    course[0] = '\0';
    for (uint32_t i = 0; i < 2; i++) {
        actor *a = &actors[i];
        a->desk = lg_desk_new(lg_mem_system(), lg_turn_market(turn), i, "actor");
        assert_int_equal(lg_desk_grant_asset(a->desk, i), LG_OK);
        lg_participant participant = {
            .self = a, .desk = a->desk, .call = on_call, .resume = on_resume, .trade = on_trade};
        if (apart) {
            participant.begin = on_begin;
            participant.begin_resume = on_begin_resume;
            participant.flush = on_flush;
        }
        assert_int_equal(lg_turn_join(turn, &participant), LG_OK);
    }
    lg_moment moment = pair_moment(0, 0);
    assert_int_equal(lg_turn_open_slot(turn, &moment, p.caps), LG_OK);
    assert_int_equal(lg_turn_tick(turn, &moment), LG_OK);
    assert_int_equal(lg_turn_close_slot(turn), LG_OK);
    lg_digest digest = lg_turn_digest(turn);
    for (uint32_t i = 0; i < 2; i++)
        lg_desk_free(actors[i].desk);
    lg_turn_free(turn);
    return digest;
}

static void those_elsewhere_begin_together(void **state)
{
    (void)state;
    lg_digest here = run(false);
    char order = course[0]; /* who is called first is drawn */
    char expected[64];
    char other = order == '0' ? '1' : '0';
    snprintf(expected, sizeof expected, "%cc %cc 0r 0t 1t ", order, other);
    assert_string_equal(course, expected);
    lg_digest apart = run(true);
    snprintf(expected, sizeof expected, "%cb %cb %cc %cc 0B 0r 0t 1t 0f 1f ", order, other, order,
             other);
    assert_string_equal(course, expected);
    assert_int_equal(here.low, apart.low);
    assert_int_equal(here.high, apart.high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_carried_over_is_the_same),
        cmocka_unit_test(answers_go_the_other_way),
        cmocka_unit_test(what_no_command_may_say_err),
        cmocka_unit_test(a_batch_has_an_end_err),
        cmocka_unit_test(those_elsewhere_begin_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
