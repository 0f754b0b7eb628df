/* Shows what commands reach beside the spot market: orders go to the slot they name, forecasts take
 * the place of plans, measurements open deviations, and all of it counts in the digest. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include "pair.h"
#include "support/failing_mem.h"

enum { LOAD, PV, BATTERY, SLOTS_MAX = 8 };

/* Who commands everything, and sends a written batch at the start of some slot. */
struct actor {
    lg_desk *desk;
    struct {
        uint32_t slot;
        lg_command command;
        lg_slot_value values[2];
        uint32_t value_count;
        lg_answer answer;
    } script[24];
    uint32_t count;
    bool failed;
};

struct stage {
    pair p;
    lg_turn *turn;
    struct actor actor;
    uint32_t settled, trades, settlement_trades;
    int64_t left_uwh[SLOTS_MAX]; /* of the load, when its market closed */
};

static const lg_params *streamed(void)
{
    static const lg_option option = {.name = LG_FORECAST_STREAM, .type = LG_OPTION_BOOL};
    static union {
        lg_params params;
        char room[sizeof(lg_params) + sizeof(lg_param)];
    } block;
    block.params.count = 1;
    block.params.items[0] = (lg_param){.option = &option, .value.number = 1};
    return &block.params;
}

static bool on_call(void *self, lg_call call, const lg_moment *moment)
{
    struct actor *a = self;
    if (call != LG_CALL_MARKET_CYCLE)
        return false;
    bool sent = false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->script[i].slot != moment->slot)
            continue;
        const lg_command *c = &a->script[i].command;
        lg_status status =
            a->script[i].value_count
                ? lg_desk_send_values(a->desk, c, a->script[i].values, a->script[i].value_count)
                : lg_desk_send(a->desk, c);
        a->failed = a->failed || status != LG_OK;
        sent = true;
    }
    return sent;
}

static bool on_resume(void *self)
{
    struct actor *a = self;
    const lg_command *commands;
    const lg_answer *answers;
    uint32_t count = lg_desk_answers(a->desk, &commands, &answers);
    for (uint32_t i = 0, k = 0; i < a->count && k < count; i++)
        if (a->script[i].command.kind == commands[k].kind &&
            a->script[i].command.time_slot == commands[k].time_slot &&
            a->script[i].answer.status == LG_BUG)
            a->script[i].answer = answers[k++];
    return false;
}

static lg_status on_trade(void *ctx, const lg_trade *trade)
{
    struct stage *s = ctx;
    s->trades += trade->type == LG_MARKET_SPOT;
    s->settlement_trades += trade->type == LG_MARKET_SETTLEMENT;
    return LG_OK;
}

static lg_status on_settled(void *ctx, const lg_settled *settled)
{
    struct stage *s = ctx;
    const lg_position *p = lg_market_position(settled->market, LOAD);
    assert_int_equal(settled->slot, s->settled);
    assert_int_equal(settled->slot_start_ms, (int64_t)settled->slot * 900000);
    if (settled->deviation_uwh[LOAD] != LG_NO_DEVIATION)
        s->left_uwh[s->settled] = settled->deviation_uwh[LOAD] - p->bought_uwh + p->sold_uwh;
    s->settled++;
    return LG_OK;
}

static bool set(struct stage *s, lg_mem *mem, uint32_t span)
{
    memset(s, 0, sizeof *s);
    pair_init(&s->p);
    s->p.rules.settlement_slots = span;
    s->p.assets[LOAD].params = s->p.assets[PV].params = streamed();
    s->turn = lg_turn_new(mem, &s->p.site, &s->p.rules);
    if (!s->turn)
        return false;
    s->actor.desk = lg_desk_new(mem, lg_turn_market(s->turn), 0, "all");
    lg_participant participant = {
        .self = &s->actor, .desk = s->actor.desk, .call = on_call, .resume = on_resume};
    lg_listener listener = {.ctx = s, .trade = on_trade, .settled = on_settled};
    bool fine = s->actor.desk != NULL;
    for (uint32_t i = 0; i < 3 && fine; i++)
        fine = lg_desk_grant_asset(s->actor.desk, i) == LG_OK;
    return fine && lg_turn_join(s->turn, &participant) == LG_OK &&
           lg_turn_listen(s->turn, &listener, false) == LG_OK;
}

static void strike(struct stage *s)
{
    lg_desk_free(s->actor.desk);
    lg_turn_free(s->turn);
}

/* An order in slot @p slot for the market of slot @p of; -1: the spot market. */
static uint32_t order(struct stage *s, uint32_t slot, lg_command_kind kind, uint32_t asset, int of,
                      double kwh, double ct)
{
    uint32_t at = s->actor.count++;
    s->actor.script[at].slot = slot;
    s->actor.script[at].answer.status = LG_BUG;
    s->actor.script[at].command = (lg_command){.kind = (uint8_t)kind,
                                               .flags = LG_CMD_REPLACE,
                                               .node = asset,
                                               .energy_uwh = KWH(kwh),
                                               .amount = CT(ct),
                                               .time_slot = (uint32_t)(of + 1)};
    return at;
}

static uint32_t say(struct stage *s, uint32_t slot, lg_command_kind kind, uint32_t asset,
                    uint32_t of, double kwh)
{
    uint32_t at = s->actor.count++;
    s->actor.script[at].slot = slot;
    s->actor.script[at].answer.status = LG_BUG;
    s->actor.script[at].command = (lg_command){.kind = (uint8_t)kind, .node = asset};
    s->actor.script[at].values[0] = (lg_slot_value){.slot = of, .energy_uwh = KWH(kwh)};
    s->actor.script[at].value_count = 1;
    return at;
}

static lg_status play(struct stage *s, uint32_t slots)
{
    lg_moment moment = pair_moment(0, 0);
    lg_status status = lg_turn_start(s->turn, &moment);
    for (uint32_t slot = 0; slot < slots && status == LG_OK; slot++) {
        lg_caps caps[3];
        memcpy(caps, s->p.caps, sizeof caps);
        for (uint32_t i = 0; i < 3; i++)
            lg_turn_forecast(s->turn, i, slot, &caps[i]);
        moment = pair_moment(slot, 0);
        status = lg_turn_open_slot(s->turn, &moment, caps);
        for (uint32_t tick = 0; tick < 10 && status == LG_OK; tick++) {
            moment = pair_moment(slot, tick);
            status = lg_turn_tick(s->turn, &moment);
        }
        if (status == LG_OK)
            status = lg_turn_close_slot(s->turn);
    }
    return status == LG_OK ? lg_turn_finish(s->turn, &moment) : status;
}

static lg_status answer(const struct stage *s, uint32_t at)
{
    return s->actor.script[at].answer.status;
}

/* The load used 1.25 kWh instead of 1, the PV made 2.5 instead of 2. */
static void measure_slot_0(struct stage *s)
{
    say(s, 0, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 0, 1.25);
    say(s, 0, LG_CMD_SET_ENERGY_MEASUREMENT, PV, 0, 2.5);
}

static void orders_go_to_the_slot_they_name(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system(), 2));
    measure_slot_0(&s);
    uint32_t early = order(&s, 0, LG_CMD_BID, LOAD, 0, 1, 20); /* the running slot: spot */
    uint32_t bid = order(&s, 1, LG_CMD_BID, LOAD, 0, 0.25, 20);
    uint32_t list = order(&s, 1, LG_CMD_LIST_BIDS, LOAD, 0, 0, 0);
    uint32_t none = order(&s, 1, LG_CMD_UPDATE_OFFER, PV, 0, 0.1, 5);
    uint32_t update = order(&s, 1, LG_CMD_UPDATE_BID, LOAD, 0, 0.2, 21);
    uint32_t deleted = order(&s, 1, LG_CMD_DELETE_BID, LOAD, 0, 0, 0);
    uint32_t offer = order(&s, 2, LG_CMD_OFFER, PV, 0, 0.5, 5);
    uint32_t again = order(&s, 2, LG_CMD_BID, LOAD, 0, 0.25, 20);
    assert_int_equal(play(&s, 3), LG_OK);
    assert_false(s.actor.failed);
    const uint32_t fine[] = {0, 1, early, bid, list, update, deleted, offer, again};
    for (uint32_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        assert_int_equal(answer(&s, fine[i]), LG_OK);
    assert_int_equal(answer(&s, none), LG_GONE);
    assert_int_equal(s.actor.script[deleted].answer.count, 1);
    assert_int_equal(s.trades, 0); /* nobody offers in the spot market */
    assert_int_equal(s.settlement_trades, 1);
    assert_int_equal(s.settled, 2); /* slots 0 and 1; slot 2 ended with the run */
    assert_int_equal(s.left_uwh[0], 0);
    const lg_settling *settling = lg_turn_settling(s.turn);
    assert_int_equal(lg_settling_bill(settling, LOAD).spent_uct, CT(5)); /* 0.25 kWh at 20 ct */
    assert_int_equal(lg_market_account(lg_turn_market(s.turn), LOAD)->bill.bought_uwh, 0);
    strike(&s);
}

/* A market of one slot closes at the change of slot at which a measurement sent in it counts: it is
 * on the books all the same, unsettled. */
static void the_last_word_counts_before_the_market_closes(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system(), 1));
    uint32_t late = say(&s, 1, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 0, 1.25);
    uint32_t too_late = say(&s, 2, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 0, 1.5);
    uint32_t last = say(&s, 3, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 2, 0.75);
    assert_int_equal(play(&s, 4), LG_OK);
    assert_int_equal(answer(&s, late), LG_OK);
    assert_int_equal(answer(&s, too_late), LG_CLOSED);
    assert_int_equal(answer(&s, last), LG_OK);
    assert_int_equal(s.settled, 3);
    assert_int_equal(s.left_uwh[0], KWH(0.25));
    assert_int_equal(s.left_uwh[1], 0);
    assert_int_equal(s.left_uwh[2], KWH(-0.25)); /* before the run ends, too */
    strike(&s);
}

static void slots_without_a_market_are_closed_err(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system(), 1));
    uint32_t to_come = order(&s, 0, LG_CMD_BID, LOAD, 1, 1, 20);
    uint32_t never = order(&s, 0, LG_CMD_BID, LOAD, (int)(LG_NONE - 1), 1, 20);
    uint32_t over = order(&s, 2, LG_CMD_BID, LOAD, 0, 0.1, 20);
    uint32_t listed = order(&s, 2, LG_CMD_LIST_OFFERS, PV, 0, 0, 0);
    uint32_t gone = order(&s, 2, LG_CMD_DELETE_OFFER, PV, 0, 0, 0);
    uint32_t updated = order(&s, 2, LG_CMD_UPDATE_BID, LOAD, 0, 0.1, 20);
    uint32_t unknown = order(&s, 2, LG_CMD_OFFER, LOAD, 1, 0.1, 20); /* open, not measured */
    assert_int_equal(play(&s, 3), LG_OK);
    assert_int_equal(answer(&s, to_come), LG_CLOSED);
    assert_int_equal(answer(&s, never), LG_CLOSED);
    assert_int_equal(answer(&s, over), LG_CLOSED);
    assert_int_equal(answer(&s, listed), LG_CLOSED);
    assert_int_equal(answer(&s, gone), LG_CLOSED);
    assert_int_equal(answer(&s, updated), LG_CLOSED);
    assert_int_equal(answer(&s, unknown), LG_ENERGY);
    strike(&s);
}

static void a_forecast_takes_the_place_of_the_plan(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system(), 0)); /* also without settlement markets */
    uint32_t load = say(&s, 0, LG_CMD_SET_ENERGY_FORECAST, LOAD, 1, 0.4);
    uint32_t pv = say(&s, 0, LG_CMD_SET_ENERGY_FORECAST, PV, 1, 0);
    uint32_t twice = say(&s, 0, LG_CMD_SET_ENERGY_FORECAST, LOAD, 1, 0.3); /* the last one counts */
    uint32_t more = order(&s, 1, LG_CMD_BID, LOAD, -1, 0.31, 20);
    uint32_t sun = order(&s, 1, LG_CMD_OFFER, PV, -1, 0.1, 20);
    uint32_t plan = order(&s, 2, LG_CMD_BID, LOAD, -1, 1, 20);
    assert_int_equal(play(&s, 3), LG_OK);
    assert_int_equal(answer(&s, load), LG_OK);
    assert_int_equal(answer(&s, pv), LG_OK);
    assert_int_equal(answer(&s, twice), LG_OK);
    assert_int_equal(answer(&s, more), LG_ENERGY);
    assert_int_equal(s.actor.script[more].answer.allowed, KWH(0.3));
    assert_int_equal(answer(&s, sun), LG_ENERGY);
    assert_int_equal(answer(&s, plan), LG_OK); /* slot 2 is as its device says */
    const lg_account *account = lg_market_account(lg_turn_market(s.turn), LOAD);
    assert_int_equal(account->demand_uwh, KWH(2.3)); /* 1, 0.3 and 1 kWh */
    assert_false(lg_turn_has_forecasts(s.turn));
    strike(&s);
}

static void what_cannot_be_said_is_refused_err(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system(), 2));
    uint32_t battery = say(&s, 0, LG_CMD_SET_ENERGY_FORECAST, BATTERY, 1, 1);
    uint32_t running = say(&s, 1, LG_CMD_SET_ENERGY_FORECAST, LOAD, 1, 1);
    uint32_t negative = say(&s, 1, LG_CMD_SET_ENERGY_FORECAST, LOAD, 2, -0.5);
    uint32_t to_come = say(&s, 1, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 2, 1);
    uint32_t late = say(&s, 3, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 0, 1);
    uint32_t just = say(&s, 3, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 1, 1);
    assert_int_equal(play(&s, 4), LG_OK);
    assert_int_equal(answer(&s, battery), LG_UNSUPPORTED);
    assert_int_equal(answer(&s, running), LG_CLOSED);
    assert_int_equal(s.actor.script[running].answer.asked, 1);
    assert_int_equal(answer(&s, negative), LG_INVALID);
    assert_int_equal(answer(&s, to_come), LG_CLOSED);
    assert_int_equal(answer(&s, late), LG_CLOSED); /* its market closed when slot 3 opened */
    assert_int_equal(answer(&s, just), LG_OK);
    strike(&s);
    assert_true(set(&s, lg_mem_system(), 0));
    uint32_t off = say(&s, 1, LG_CMD_SET_ENERGY_MEASUREMENT, LOAD, 0, 1);
    assert_int_equal(play(&s, 2), LG_OK);
    assert_int_equal(answer(&s, off), LG_UNSUPPORTED);
    assert_null(lg_turn_settling(s.turn));
    strike(&s);
}

/* One run in which the PV's second measurement is @p kwh. */
static lg_digest digest_of(uint32_t span, double kwh, int of)
{
    struct stage s;
    assert_true(set(&s, lg_mem_system(), span));
    order(&s, 1, LG_CMD_BID, LOAD, of, 0.1, 20);
    if (kwh > 0)
        say(&s, 1, LG_CMD_SET_ENERGY_MEASUREMENT, PV, 1, kwh);
    assert_int_equal(play(&s, 3), LG_OK);
    lg_digest digest = lg_turn_digest(s.turn);
    strike(&s);
    return digest;
}

static void what_is_measured_and_where_one_bids_counts_in_the_digest(void **state)
{
    (void)state;
    lg_digest one = digest_of(2, 2, -1), same = digest_of(2, 2, -1), other = digest_of(2, 2.1, -1);
    lg_digest elsewhere = digest_of(2, 2, 0);
    assert_memory_equal(&one, &same, sizeof one);
    assert_memory_not_equal(&one, &other, sizeof one);
    assert_memory_not_equal(&one, &elsewhere, sizeof one);
}

static int whole(lg_mem *mem, void *ctx)
{
    (void)ctx;
    struct stage s;
    bool fine = set(&s, mem, 2);
    if (fine) {
        measure_slot_0(&s);
        order(&s, 1, LG_CMD_BID, LOAD, 0, 0.25, 20);
        order(&s, 1, LG_CMD_OFFER, PV, 0, 0.5, 5);
        fine = play(&s, 2) == LG_OK && !s.actor.failed;
    }
    strike(&s);
    return fine ? 0 : 1;
}

static void no_allocation_failure_leaks(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(whole, NULL) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_go_to_the_slot_they_name),
        cmocka_unit_test(the_last_word_counts_before_the_market_closes),
        cmocka_unit_test(slots_without_a_market_are_closed_err),
        cmocka_unit_test(a_forecast_takes_the_place_of_the_plan),
        cmocka_unit_test(what_cannot_be_said_is_refused_err),
        cmocka_unit_test(what_is_measured_and_where_one_bids_counts_in_the_digest),
        cmocka_unit_test(no_allocation_failure_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
