/* Shows the turn: callbacks first, then everybody's commands, then those who wait for answers, then
 * matching, then trades told; the same inputs give the same digest. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "pair.h"
#include "support/failing_mem.h"

/* A participant that trades one asset and writes down what happens to it. */
struct actor {
    lg_desk *desk;
    uint32_t asset;
    int64_t energy, rate;
    bool waits;     /* executes explicitly in the market cycle */
    bool saw_other; /* when resumed: orders of the other asset are already there */
    lg_status answer, sent;
    uint32_t ticks, trades, answered;
    uint32_t other;
    bool every;    /* sends in every tick */
    int64_t later; /* its rate from tick 4 on, when not 0 */
};

static void send(struct actor *a)
{
    lg_command c = {.kind = (uint8_t)(a->asset == 0 ? LG_CMD_BID : LG_CMD_OFFER),
                    .flags = LG_CMD_REPLACE,
                    .node = a->asset,
                    .energy_uwh = a->energy,
                    .amount = a->rate};
    a->sent = lg_desk_send(a->desk, &c);
}

static bool on_call(void *self, lg_call call, const lg_moment *moment)
{
    struct actor *a = self;
    if (call == LG_CALL_TICK)
        a->ticks++;
    if (call != LG_CALL_MARKET_CYCLE && !(a->every && call == LG_CALL_TICK))
        return false;
    if (a->later && moment->tick >= 4)
        a->rate = a->later;
    send(a);
    return a->waits && a->sent == LG_OK;
}

static bool on_resume(void *self)
{
    struct actor *a = self;
    const lg_command *commands;
    const lg_answer *answers;
    assert_int_equal(lg_desk_answers(a->desk, &commands, &answers), 1);
    a->answer = answers[0].status;
    lg_order order;
    lg_side side = a->other == 0 ? LG_BID : LG_OFFER;
    a->saw_other = lg_market_orders(lg_desk_market(a->desk), a->other, side, &order, 1) == 1;
    assert_int_equal(lg_market_trade_count(lg_desk_market(a->desk)),
                     a->trades); /* none of this slot */
    return false;
}

static void on_answered(void *self)
{
    ((struct actor *)self)->answered++;
}

static void on_trade(void *self, const lg_trade *trade)
{
    struct actor *a = self;
    assert_true(trade->buyer == a->asset || trade->seller == a->asset);
    assert_int_equal(trade->legs[0].area, 0);
    a->trades++;
}

struct stage {
    pair p;
    lg_turn *turn;
    struct actor load, pv;
};

static bool join(struct stage *s, lg_mem *mem, struct actor *a, const char *name)
{
    a->desk = lg_desk_new(mem, lg_turn_market(s->turn), a->asset, name);
    lg_participant participant = {.self = a,
                                  .desk = a->desk,
                                  .call = on_call,
                                  .resume = on_resume,
                                  .answered = on_answered,
                                  .trade = on_trade};
    return a->desk && lg_desk_grant_asset(a->desk, a->asset) == LG_OK &&
           lg_turn_join(s->turn, &participant) == LG_OK;
}

static bool set(struct stage *s, lg_mem *mem)
{
    memset(s, 0, sizeof *s);
    pair_init(&s->p);
    s->turn = lg_turn_new(mem, &s->p.site, &s->p.rules);
    s->load =
        (struct actor){.asset = 0, .other = 1, .energy = KWH(1), .rate = CT(20), .waits = true};
    s->pv = (struct actor){.asset = 1, .other = 0, .energy = KWH(2), .rate = CT(10)};
    return s->turn && join(s, mem, &s->load, "load") && join(s, mem, &s->pv, "pv");
}

static void strike(struct stage *s)
{
    lg_desk_free(s->load.desk);
    lg_desk_free(s->pv.desk);
    lg_turn_free(s->turn);
}

static lg_status play(struct stage *s, uint32_t slots)
{
    lg_moment moment = pair_moment(0, 0);
    lg_status status = lg_turn_start(s->turn, &moment);
    for (uint32_t slot = 0; slot < slots && status == LG_OK; slot++) {
        moment = pair_moment(slot, 0);
        status = lg_turn_open_slot(s->turn, &moment, s->p.caps);
        for (uint32_t tick = 0; tick < 10 && status == LG_OK; tick++) {
            moment = pair_moment(slot, tick);
            status = lg_turn_tick(s->turn, &moment);
        }
        if (status == LG_OK)
            status = lg_turn_close_slot(s->turn);
    }
    if (status == LG_OK)
        status = lg_turn_finish(s->turn, &moment);
    return status;
}

static void answers_come_after_all_batches_and_before_matching(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system()));
    assert_int_equal(play(&s, 1), LG_OK);
    assert_int_equal(s.load.answer, LG_OK);
    assert_true(s.load.saw_other);
    assert_int_equal(s.load.ticks, 9);
    assert_int_equal(s.load.trades, 1);
    assert_int_equal(s.pv.trades, 1);
    assert_int_equal(s.pv.answered, 1);
    assert_int_equal(s.load.answered, 0); /* it took its answers itself */
    const lg_account *load = lg_market_account(lg_turn_market(s.turn), 0);
    assert_int_equal(load->bill.bought_uwh, KWH(1));
    assert_int_equal(load->bill.spent_uct, CT(20));
    strike(&s);
}

static void same_inputs_same_digest_other_inputs_another(void **state)
{
    (void)state;
    lg_digest digests[3];
    for (int i = 0; i < 3; i++) {
        struct stage s;
        assert_true(set(&s, lg_mem_system()));
        if (i == 2)
            s.pv.rate = CT(11);
        assert_int_equal(play(&s, 3), LG_OK);
        digests[i] = lg_turn_digest(s.turn);
        strike(&s);
    }
    assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
    assert_memory_not_equal(&digests[0], &digests[2], sizeof digests[0]);
}

/* Compatibility runs are walked: the load's bid and the PV's offer, replaced in every tick, are
 * applied when the walk comes to them, answered once, and what was traded on the way is taken off.
 */
static void a_walked_tick_applies_everything_once(void **state)
{
    (void)state;
    lg_digest digests[2];
    for (int i = 0; i < 2; i++) {
        struct stage s;
        assert_true(set(&s, lg_mem_system()));
        lg_turn_free(s.turn);
        lg_desk_free(s.load.desk);
        lg_desk_free(s.pv.desk);
        s.p.rules.compat_gsy = true;
        s.p.rules.keep_age = false;
        s.turn = lg_turn_new(lg_mem_system(), &s.p.site, &s.p.rules);
        s.load.waits = false;
        s.load.every = s.pv.every = true;
        s.load.rate = CT(5); /* bids below the PV's 10 until tick 4 */
        s.load.later = CT(20);
        assert_true(join(&s, lg_mem_system(), &s.load, "load"));
        assert_true(join(&s, lg_mem_system(), &s.pv, "pv"));
        assert_int_equal(play(&s, 1), LG_OK);
        assert_int_equal(s.load.trades, 1);
        assert_int_equal(s.load.answered, 10);
        assert_int_equal(s.pv.answered, 10);
        const lg_account *load = lg_market_account(lg_turn_market(s.turn), 0);
        assert_int_equal(load->bill.bought_uwh, KWH(1));
        assert_int_equal(load->bill.spent_uct, CT(20));
        digests[i] = lg_turn_digest(s.turn);
        strike(&s);
    }
    assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
}

/* What an actor and a listener hear of events, in words. */
static char events_heard[400];

static void write_event(const char *who, const lg_event *event, uint32_t slot)
{
    size_t length = strlen(events_heard);
    snprintf(events_heard + length, sizeof events_heard - length, "%s:%s %s %u%s%s;", who,
             lg_event_word(event->kind), event->name, slot, *event->detail ? " " : "",
             event->detail);
}

static void on_event(void *self, const lg_event *event, const lg_moment *moment)
{
    const struct actor *a = self;
    /* the slot is open, and the market shows what has happened */
    if (event->kind == LG_EVENT_DISABLE)
        assert_false(lg_market_asset_enabled(lg_desk_market(a->desk), 1));
    write_event(a->asset == 0 ? "load" : "pv", event, moment->slot);
}

static lg_status hear_event(void *ctx, const lg_event *event, uint32_t slot)
{
    (void)ctx;
    write_event("listener", event, slot);
    return LG_OK;
}

static lg_participant actor_with_events(struct actor *a)
{
    return (lg_participant){
        .self = a, .desk = a->desk, .call = on_call, .resume = on_resume, .event = on_event};
}

/* One slot in which, before it, the PV is disabled and its rates have changed. */
static lg_status slot_with_events(struct stage *s, bool disable)
{
    lg_moment moment = pair_moment(0, 0);
    const lg_event events[] = {
        {LG_EVENT_DISABLE, LG_TARGET_ASSET, 1, "PV", "", NULL},
        {LG_EVENT_CHANGE, LG_TARGET_AREA, 0, "Home", "final_selling_rate = 2", NULL},
        {LG_EVENT_CHANGE, LG_TARGET_AGENT, 1, "pv", "script x.lua", NULL},
    };
    lg_status status = LG_OK;
    for (int i = disable ? 0 : 1; i < 3 && status == LG_OK; i++)
        status = lg_turn_event(s->turn, &events[i], &moment);
    if (status == LG_OK)
        status = lg_turn_open_slot(s->turn, &moment, s->p.caps);
    if (status == LG_OK)
        status = lg_turn_tick(s->turn, &moment);
    return status == LG_OK ? lg_turn_close_slot(s->turn) : status;
}

/* Listeners hear at once; participants when the slot is open: of areas all, of the rest who has it.
 */
static void events_are_told_and_hashed(void **state)
{
    (void)state;
    lg_digest digests[2];
    for (int disable = 0; disable < 2; disable++) {
        struct stage s;
        assert_true(set(&s, lg_mem_system()));
        lg_participant load = actor_with_events(&s.load), pv = actor_with_events(&s.pv);
        lg_moment moment = pair_moment(0, 0);
        lg_listener listener = {.event = hear_event};
        assert_int_equal(lg_turn_listen(s.turn, &listener, false), LG_OK);
        assert_int_equal(lg_turn_replace(s.turn, 0, &load, &moment), LG_OK);
        assert_int_equal(lg_turn_replace(s.turn, 1, &pv, &moment), LG_OK);
        events_heard[0] = 0;
        s.pv.energy = KWH(1);
        s.load.waits = false;
        assert_int_equal(slot_with_events(&s, disable), LG_OK);
        assert_string_equal(events_heard + (disable ? strlen("listener:disable PV 0;") : 0),
                            disable ? "listener:change Home 0 final_selling_rate = 2;"
                                      "listener:change pv 0 script x.lua;pv:disable PV 0;"
                                      "load:change Home 0 final_selling_rate = 2;"
                                      "pv:change Home 0 final_selling_rate = 2;"
                                      "pv:change pv 0 script x.lua;"
                                    : "listener:change Home 0 final_selling_rate = 2;"
                                      "listener:change pv 0 script x.lua;"
                                      "load:change Home 0 final_selling_rate = 2;"
                                      "pv:change Home 0 final_selling_rate = 2;"
                                      "pv:change pv 0 script x.lua;");
        assert_int_equal(lg_market_trade_count(lg_turn_market(s.turn)), disable ? 0 : 1);
        digests[disable] = lg_turn_digest(s.turn);
        strike(&s);
    }
    assert_memory_not_equal(&digests[0], &digests[1], sizeof digests[0]);
}

/* What an event says to people alone is not what makes runs the same. */
static void figures_of_events_are_not_hashed(void **state)
{
    (void)state;
    static const char *const figures[] = {NULL, ": 16790277 bytes", ": 16790278 bytes"};
    lg_digest digests[3];
    for (int i = 0; i < 3; i++) {
        struct stage s;
        lg_moment moment = pair_moment(0, 0);
        const lg_event event = {.kind = LG_EVENT_CHANGE,
                                .target = LG_TARGET_AGENT,
                                .node = 1,
                                .name = "pv",
                                .detail = "script x.lua",
                                .figures = figures[i]};
        assert_true(set(&s, lg_mem_system()));
        assert_int_equal(lg_turn_event(s.turn, &event, &moment), LG_OK);
        assert_int_equal(slot_with_events(&s, true), LG_OK);
        digests[i] = lg_turn_digest(s.turn);
        strike(&s);
    }
    assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
    assert_memory_equal(&digests[0], &digests[2], sizeof digests[0]);
}

/* A line of the calls a participant gets. */
static bool tell_call(void *self, lg_call call, const lg_moment *moment)
{
    static const char letters[] = {[LG_CALL_START] = 's',
                                   [LG_CALL_MARKET_CYCLE] = 'm',
                                   [LG_CALL_TICK] = 't',
                                   [LG_CALL_FINISH] = 'f'};
    struct actor *a = self;
    size_t length = strlen(events_heard);
    (void)moment;
    snprintf(events_heard + length, sizeof events_heard - length, "%s%c ",
             a->rate == CT(1) ? "heir:" : "", letters[call]);
    return false;
}

static void a_participant_hands_over(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system()));
    struct actor heir = {.asset = 0, .other = 1, .energy = KWH(1), .rate = CT(1)};
    heir.desk = s.load.desk;
    lg_participant old = {.self = &s.load, .desk = s.load.desk, .call = tell_call};
    lg_participant next = {
        .self = &heir, .desk = s.load.desk, .call = tell_call, .trade = on_trade};
    lg_moment moment = pair_moment(3, 0);
    events_heard[0] = 0;
    assert_int_equal(lg_turn_replace(s.turn, 0, &old, &moment), LG_OK);
    assert_int_equal(lg_turn_replace(s.turn, 0, &next, &moment), LG_OK);
    assert_string_equal(events_heard, "s f heir:s ");
    assert_int_equal(lg_turn_open_slot(s.turn, &moment, s.p.caps), LG_OK);
    const lg_command bid = {.kind = LG_CMD_BID, .node = 0, .energy_uwh = KWH(1), .amount = CT(20)};
    assert_int_equal(lg_desk_send(heir.desk, &bid), LG_OK);
    assert_int_equal(lg_turn_tick(s.turn, &moment), LG_OK);
    assert_string_equal(events_heard, "s f heir:s heir:m ");
    assert_int_equal(heir.trades, 1); /* told to it, not to the one before */
    assert_int_equal(s.load.trades, 0);
    strike(&s);
}

static void the_root_cannot_be_cut_off_err(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system()));
    lg_moment moment = pair_moment(0, 0);
    const lg_event cut = {LG_EVENT_DISCONNECT, LG_TARGET_AREA, 0, "Home", "", NULL};
    assert_int_equal(lg_turn_event(s.turn, &cut, &moment), LG_UNSUPPORTED);
    strike(&s);
}

static lg_status failing_listener(void *ctx, const lg_trade *trade)
{
    (void)ctx;
    (void)trade;
    return LG_STORE;
}

static void a_listener_that_cannot_store_ends_the_run_err(void **state)
{
    (void)state;
    struct stage s;
    assert_true(set(&s, lg_mem_system()));
    lg_listener listener = {.trade = failing_listener};
    assert_int_equal(lg_turn_listen(s.turn, &listener, false), LG_OK);
    assert_int_equal(play(&s, 1), LG_STORE);
    strike(&s);
}

struct heard {
    uint32_t commands, slots;
};

static lg_status hear_command(void *ctx, const lg_desk *desk, const lg_command *command,
                              const lg_answer *answer, uint32_t slot, uint32_t tick)
{
    (void)desk;
    assert_int_equal(answer->status, LG_OK);
    assert_true(command->kind == LG_CMD_BID || command->kind == LG_CMD_OFFER);
    assert_int_equal(tick, 0);
    assert_true(slot < 2);
    ((struct heard *)ctx)->commands++;
    return LG_OK;
}

static lg_status hear_slot(void *ctx, uint32_t slot, int64_t start_ms, lg_digest chain)
{
    struct heard *h = ctx;
    assert_int_equal(slot, h->slots);
    assert_int_equal(start_ms, slot * 900000);
    assert_true(chain.low != 0 || chain.high != 0);
    h->slots++;
    return LG_OK;
}

static void listeners_hear_commands_only_when_asked(void **state)
{
    (void)state;
    struct stage s;
    struct heard all = {0}, few = {0};
    assert_true(set(&s, lg_mem_system()));
    lg_listener listener = {.ctx = &all, .command = hear_command, .slot = hear_slot};
    assert_int_equal(lg_turn_listen(s.turn, &listener, true), LG_OK);
    listener.ctx = &few;
    assert_int_equal(lg_turn_listen(s.turn, &listener, false), LG_OK);
    assert_int_equal(play(&s, 2), LG_OK);
    assert_int_equal(all.commands, 4);
    assert_int_equal(few.commands, 0);
    assert_int_equal(all.slots, 2);
    assert_int_equal(few.slots, 2);
    strike(&s);
}

static int whole(lg_mem *mem, void *ctx)
{
    (void)ctx;
    struct stage s;
    int result =
        set(&s, mem) && play(&s, 1) == LG_OK && s.load.sent == LG_OK && s.pv.sent == LG_OK ? 0 : 1;
    strike(&s);
    return result;
}

static void no_allocation_failure_leaks(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(whole, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_come_after_all_batches_and_before_matching),
        cmocka_unit_test(same_inputs_same_digest_other_inputs_another),
        cmocka_unit_test(a_walked_tick_applies_everything_once),
        cmocka_unit_test(events_are_told_and_hashed),
        cmocka_unit_test(figures_of_events_are_not_hashed),
        cmocka_unit_test(a_participant_hands_over),
        cmocka_unit_test(the_root_cannot_be_cut_off_err),
        cmocka_unit_test(a_listener_that_cannot_store_ends_the_run_err),
        cmocka_unit_test(listeners_hear_commands_only_when_asked),
        cmocka_unit_test(no_allocation_failure_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
