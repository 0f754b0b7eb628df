/* When events happen: states of switches slot by slot, changes once each time they come. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/schedule.h"
#include "../market/town.h"
#include "app/moments.h"
#include "base/clock.h"
#include "grid/profile.h"
#include "support/failing_mem.h"

#include <stdio.h>
#include <string.h>

enum { GRID, STREET, HOME };
enum { LOAD, PV };
enum { EVENTS_MAX = 4 };

/* A street of one home, hour by hour, whose events the test writes. */
typedef struct stage {
    town t;
    lg_scenario scenario;
    lg_event_spec events[EVENTS_MAX];
    uint32_t street[1], home[1], load[1];
    lg_turn *turn;
    lg_schedule *schedule;
    char diary[600];
} stage;

static lg_status hear(void *ctx, const lg_event *event, uint32_t slot)
{
    stage *s = ctx;
    size_t length = strlen(s->diary);
    snprintf(s->diary + length, sizeof s->diary - length, "%u %s %s%s%s; ", slot,
             lg_event_word(event->kind), event->name, *event->detail ? " " : "", event->detail);
    return LG_OK;
}

static void build(stage *s, uint32_t hours)
{
    memset(s, 0, sizeof *s);
    town_init(&s->t, LG_PAY_AS_BID);
    s->t.rules.slot_ms = (uint32_t)LG_HOUR_MS;
    s->t.rules.tick_ms = s->t.rules.slot_ms / 60;
    town_area(&s->t, LG_NONE, 1);
    town_area(&s->t, GRID, 1);
    town_area(&s->t, STREET, 1);
    town_asset(&s->t, HOME, LG_ROLE_CONSUMER);
    town_asset(&s->t, HOME, LG_ROLE_PRODUCER);
    s->street[0] = STREET;
    s->home[0] = HOME;
    s->load[0] = LOAD;
    s->scenario.site = s->t.site;
    s->scenario.rules = s->t.rules;
    s->scenario.start_ms = INT64_C(1717372800000); /* 2024-06-03T00:00Z */
    s->scenario.slot_count = hours;
    s->scenario.events = s->events;
}

static lg_event_spec *add(stage *s, lg_event_kind kind, const char *from, const char *to)
{
    lg_event_spec *e = &s->events[s->scenario.event_count++];
    *e = (lg_event_spec){.kind = kind, .interval = to != NULL, .detail = ""};
    assert_true(lg_when_parse(from, &e->from));
    assert_true(!to || lg_when_parse(to, &e->to));
    return e;
}

static void of_street(stage *s, lg_event_spec *e)
{
    e->areas = s->street;
    e->area_count = 1;
}

static lg_status play_in(stage *s, lg_mem *mem)
{
    s->diary[0] = 0;
    s->turn = lg_turn_new(mem, &s->scenario.site, &s->scenario.rules);
    lg_schedule_input input = {.scenario = &s->scenario, .turn = s->turn};
    s->schedule = s->turn ? lg_schedule_new(mem, &input) : NULL;
    lg_listener listener = {.ctx = s, .event = hear};
    lg_status status = s->schedule ? lg_turn_listen(s->turn, &listener, false) : LG_MEMORY;
    for (uint32_t slot = 0; slot < s->scenario.slot_count && status == LG_OK; slot++) {
        lg_moment moment = {.slot = slot,
                            .slot_start_ms = s->scenario.start_ms + slot * LG_HOUR_MS};
        status = lg_schedule_slot(s->schedule, &moment);
        if (status == LG_OK)
            status = lg_turn_open_slot(s->turn, &moment, s->t.caps);
        if (status == LG_OK)
            status = lg_turn_close_slot(s->turn);
    }
    return status;
}

static void strike(stage *s)
{
    lg_schedule_free(s->schedule);
    lg_turn_free(s->turn);
    town_fini(&s->t);
}

static void expect(stage *s, const char *diary)
{
    assert_int_equal(play_in(s, lg_mem_system()), LG_OK);
    assert_string_equal(s->diary, diary);
    strike(s);
}

static void an_interval_every_day(void **state)
{
    (void)state;
    stage s;
    build(&s, 48);
    of_street(&s, add(&s, LG_EVENT_DISCONNECT, "17:00", "20:00"));
    expect(&s, "17 disconnect 1; 20 connect 1; 41 disconnect 1; 44 connect 1; ");
}

/* Over midnight it holds from the first slot on; a time between slots counts in the next. */
static void over_midnight_and_between_slots(void **state)
{
    (void)state;
    stage s;
    build(&s, 25);
    of_street(&s, add(&s, LG_EVENT_DISABLE, "21:30", "02:00"));
    expect(&s, "0 disable 1; 2 enable 1; 22 disable 1; ");
}

/* Without an interval the last event that has come decides, also that of yesterday. */
static void the_last_event_decides(void **state)
{
    (void)state;
    stage s;
    build(&s, 30);
    of_street(&s, add(&s, LG_EVENT_ENABLE, "06:00", NULL));
    of_street(&s, add(&s, LG_EVENT_DISABLE, "22:00", NULL));
    expect(&s, "22 disable 1; ");
    build(&s, 31);
    of_street(&s, add(&s, LG_EVENT_DISABLE, "22:00", NULL));
    of_street(&s, add(&s, LG_EVENT_ENABLE, "06:00", NULL));
    expect(&s, "22 disable 1; 30 enable 1; ");
}

/* A run that begins at 10:00 finds what has come since midnight; a date holds from then on. */
static void a_run_that_begins_later(void **state)
{
    (void)state;
    stage s;
    build(&s, 3);
    s.scenario.start_ms += 10 * LG_HOUR_MS;
    of_street(&s, add(&s, LG_EVENT_DISABLE, "06:00", NULL));
    of_street(&s, add(&s, LG_EVENT_DISCONNECT, "2024-06-03T11:00Z", NULL));
    of_street(&s, add(&s, LG_EVENT_ENABLE, "22:00", NULL)); /* yesterday's does not count */
    expect(&s, "0 disable 1; 1 disconnect 1; ");
}

/* In an interval nothing else counts; events at one time: the later in the file. */
static void what_beats_what(void **state)
{
    (void)state;
    stage s;
    build(&s, 24);
    of_street(&s, add(&s, LG_EVENT_DISABLE, "10:00", "14:00"));
    of_street(&s, add(&s, LG_EVENT_ENABLE, "12:00", NULL));
    of_street(&s, add(&s, LG_EVENT_DISABLE, "16:00", NULL));
    of_street(&s, add(&s, LG_EVENT_ENABLE, "16:00", NULL));
    expect(&s, "10 disable 1; 14 enable 1; ");
}

static void areas_and_assets_have_switches_of_their_own(void **state)
{
    (void)state;
    stage s;
    build(&s, 3);
    lg_event_spec *e = add(&s, LG_EVENT_DISABLE, "01:00", NULL);
    e->areas = s.home;
    e->assets = s.load;
    e->area_count = e->asset_count = 1;
    e = add(&s, LG_EVENT_ENABLE, "02:00", NULL);
    e->assets = s.load;
    e->asset_count = 1;
    assert_int_equal(play_in(&s, lg_mem_system()), LG_OK);
    assert_string_equal(s.diary, "1 disable 2; 1 disable 0; 2 enable 0; ");
    const char *words;
    assert_int_equal(lg_schedule_happened(s.schedule, &words), 3);
    assert_string_equal(words, "01:00 disable 2, 01:00 disable 0, 02:00 enable 0");
    assert_false(lg_market_enabled(lg_turn_market(s.turn), HOME));
    strike(&s);
}

/* A fee that changes every day at six: on the second day nothing is different any more. */
static void a_change_that_changes_nothing_is_none(void **state)
{
    (void)state;
    stage s;
    build(&s, 48);
    lg_event_spec *e = add(&s, LG_EVENT_CHANGE, "06:00", NULL);
    of_street(&s, e);
    e->has_fee = true;
    e->fee = town_uct(3);
    e->detail = "grid_fee_constant = 3";
    assert_int_equal(play_in(&s, lg_mem_system()), LG_OK);
    assert_string_equal(s.diary, "6 change 1 grid_fee_constant = 3; ");
    assert_int_equal(lg_market_fee_running(lg_turn_market(s.turn), STREET), town_uct(3));
    strike(&s);
}

/* Two daily changes take turns: four events in two days, and two blocks of parameters in all. */
static void changes_take_turns(void **state)
{
    (void)state;
    static const lg_option option = {.size = sizeof option, .name = "final_buying_rate"};
    static lg_params *params;
    lg_param item = {.option = &option, .value = {.size = sizeof(lg_value), .number = 35}};
    lg_change_value value[] = {{.value = {.size = sizeof(lg_value), .given = 1, .number = 20}},
                               {.value = {.size = sizeof(lg_value), .given = 1, .number = 40}}};
    lg_change change[] = {{.values = &value[0], .count = 1}, {.values = &value[1], .count = 1}};
    stage s;
    build(&s, 48);
    params = lg_mem_zalloc(lg_mem_system(), 1, sizeof *params + sizeof item);
    params->count = 1;
    params->items[0] = item;
    s.t.assets[LOAD].params = params;
    for (int i = 0; i < 2; i++) {
        lg_event_spec *e = add(&s, LG_EVENT_CHANGE, i ? "18:00" : "06:00", NULL);
        e->assets = e->changed = s.load;
        e->asset_count = e->changed_count = e->change_count = 1;
        e->changes = &change[i];
    }
    assert_int_equal(play_in(&s, lg_mem_system()), LG_OK);
    assert_string_equal(s.diary, "6 change 0; 18 change 0; 30 change 0; 42 change 0; ");
    assert_true(s.t.assets[LOAD].params->items[0].value.number == 40);
    assert_true(params->items[0].value.number == 35); /* the shared block is as it was */
    s.t.assets[LOAD].params = NULL;
    lg_mem_free(lg_mem_system(), params, sizeof *params + sizeof item);
    strike(&s);
}

static int play_once(lg_mem *mem, void *ctx)
{
    stage *s = ctx;
    lg_status status = play_in(s, mem);
    lg_schedule_free(s->schedule);
    lg_turn_free(s->turn);
    return status == LG_MEMORY ? 1 : (int)status;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    stage s;
    build(&s, 24);
    of_street(&s, add(&s, LG_EVENT_DISCONNECT, "17:00", "20:00"));
    of_street(&s, add(&s, LG_EVENT_DISABLE, "21:00", NULL));
    lg_sweep_allocations(play_once, &s);
    town_fini(&s.t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_every_day),
        cmocka_unit_test(over_midnight_and_between_slots),
        cmocka_unit_test(the_last_event_decides),
        cmocka_unit_test(a_run_that_begins_later),
        cmocka_unit_test(what_beats_what),
        cmocka_unit_test(areas_and_assets_have_switches_of_their_own),
        cmocka_unit_test(a_change_that_changes_nothing_is_none),
        cmocka_unit_test(changes_take_turns),
        cmocka_unit_test(memory_runs_out_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
