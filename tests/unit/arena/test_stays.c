/* Stays of cars by hand, against the slots in which the plugin has a car, and their bound against
 * whatever chargers of the plugin can do in small games. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/stays.h"

#include <math.h>
#include <stdio.h>
#include "base/num.h"
#include "base/rng.h"
#include "grid/unit.h"
#include "plugin/kit.h"

#define CT      LG_CT_UCT
#define KWH     LG_KWH_UWH
#define SLOT_MS INT64_C(900000)
#define MOST    16

/* Opens @p devices chargers of these settings on 1970-01-01. */
static lg_kit *open_chargers(const char *const *settings, uint32_t devices)
{
    lg_text problems;
    lg_kit_setup setup = {.file = LG_EV_CHARGER, .settings = settings, .devices = devices};
    lg_text_init(&problems, lg_mem_system());
    lg_kit *kit = lg_kit_open(&setup, &problems);
    if (!kit)
        fail_msg("%s", lg_text_peek(&problems));
    lg_text_fini(&problems);
    return kit;
}

static uint32_t stays_of(const lg_kit *kit, uint32_t slots, lg_bound_storage *stays)
{
    const lg_stays_run run = {.start_ms = 0, .slot_ms = SLOT_MS, .slot_count = slots};
    return lg_stays(lg_kit_asset(kit, 0), &run, stays, MOST);
}

/* ---- by hand ---- */

/* 18:00 for 13 h, two days: the car of the evening before, one whole stay, and one of which 28
 * slots of 2.5 * 0.9 kWh are left when the run ends. Two micro-watt-hours a slot are rounding. */
static void daily(void **state)
{
    (void)state;
    const char *settings[] = {"sessions=64800000,780,20,90,100", NULL};
    lg_kit *kit = open_chargers(settings, 1);
    lg_bound_storage s[MOST];
    assert_int_equal(stays_of(kit, 192, s), 3);
    static const uint32_t first[] = {0, 72, 168}, end[] = {28, 124, 192};
    static const int64_t leave[] = {90 * KWH - 56, 90 * KWH - 104, 27 * KWH - 49};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(s[i].first, first[i]);
        assert_int_equal(s[i].end, end[i]);
        assert_int_equal(s[i].leave_uwh, leave[i]);
        assert_int_equal(s[i].initial_uwh, 20 * KWH);
        assert_int_equal(s[i].capacity_uwh, 100 * KWH);
        assert_int_equal(s[i].reserve_uwh, 90 * KWH);
        assert_int_equal(s[i].power_uwh, KWH * 5 / 2);
        assert_int_equal(s[i].charging_loss_ppb, LG_ONE_PPB / 10);
        assert_true(s[i].car && !s[i].sells);
    }
    const lg_stays_run run = {.slot_ms = SLOT_MS, .slot_count = 192};
    s[1].end = 7;
    assert_int_equal(lg_stays(lg_kit_asset(kit, 0), &run, s, 1), 3); /* room for one */
    assert_int_equal(s[1].end, 7);
    lg_kit_close(kit);
}

/* 06:05 to 06:50 holds two slots; 08:00 of the second day comes once, and not in a run of one. */
static void whole_slots_and_dates(void **state)
{
    (void)state;
    const char *settings[] = {"sessions=21900000,45,20,50,100,115200000,60,30,50,40",
                              "charging=bidirectional", NULL};
    lg_kit *kit = open_chargers(settings, 1);
    lg_bound_storage s[MOST];
    assert_int_equal(stays_of(kit, 96, s), 1);
    assert_int_equal(s[0].first, 25);
    assert_int_equal(s[0].end, 27);
    assert_true(s[0].sells);
    assert_int_equal(stays_of(kit, 192, s), 3);
    assert_int_equal(s[1].first, 121);
    assert_int_equal(s[2].first, 128);
    assert_int_equal(s[2].initial_uwh, 12 * KWH);
    lg_kit_close(kit);
}

/* ---- as the plugin ---- */

static uint64_t die(uint64_t set, uint64_t t, uint64_t what, uint32_t sides)
{
    return lg_rng_below(lg_rng(17, set, t, what), sides);
}

static const lg_bound_storage *stay_at(const lg_bound_storage *stays, uint32_t count, uint32_t slot)
{
    for (uint32_t i = 0; i < count; i++)
        if (stays[i].first <= slot && slot < stays[i].end)
            return &stays[i];
    return NULL;
}

/* A daily session at any minute of any length, and one with a date where nothing else is. */
static void there_when_the_plugin_has_a_car(void **state)
{
    (void)state;
    for (uint64_t set = 0; set < 40; set++) {
        char sessions[200];
        unsigned from = (unsigned)die(set, 0, 0, 1440),
                 minutes = 31 + (unsigned)die(set, 0, 1, 900);
        unsigned past = (from + minutes) % 1440;
        snprintf(sessions, sizeof sessions, "sessions=%u,%u,20,50,100,%lld,%u,35,70,60",
                 from * 60000, minutes, 86400000 + past * 60000LL,
                 31 + (unsigned)die(set, 0, 2, 400));
        lg_kit *kit = open_chargers((const char *const[]){sessions, NULL}, 1);
        lg_bound_storage s[MOST];
        uint32_t count = stays_of(kit, 288, s);
        assert_in_range(count, 3, MOST);
        for (uint32_t slot = 0; slot < 288; slot++) {
            lg_kit_plan(kit, slot);
            const lg_plan *plan = lg_fleet_plan_of(lg_kit_fleet(kit), 0);
            const lg_bound_storage *stay = stay_at(s, count, slot);
            assert_int_equal(llround(plan->capacity_kWh * 1e9), stay ? stay->capacity_uwh : 0);
            if (stay) /* nothing is bought */
                assert_int_equal(llround(plan->stored_kWh * 1e9), stay->initial_uwh);
            lg_kit_settle(kit);
        }
        lg_kit_close(kit);
    }
}

/* ---- all that chargers can do ---- */

#define STAY  4
#define WAYS  8 /* in a slot: four to buy, with or without a sale */
#define CARS  4096
#define FIRST 24 /* slot of 06:00 */

/* In the first @p count slots of the stay, each device another sequence of ways. The cost of the
 * home: what it lacks it buys, and what it has over it sells; what a car needed and did not get is
 * charged as in bills. */
static int64_t least_by_trying(lg_kit *kit, const lg_bound_slot *slots, uint32_t count)
{
    static int64_t cost_uct[CARS];
    uint32_t radix = 1;
    for (uint32_t c = 0; c < CARS; c++)
        cost_uct[c] = 0;
    for (uint32_t t = FIRST; t < FIRST + count; t++, radix *= WAYS) {
        lg_kit_plan(kit, t);
        for (uint32_t c = 0; c < CARS; c++) {
            const lg_caps *caps = lg_kit_caps(kit, c);
            uint32_t way = c / radix % WAYS;
            int64_t slot_uwh = KWH / 2;
            int64_t due = llround(lg_fleet_plan_of(lg_kit_fleet(kit), c)->due_kWh * 1e9);
            const int64_t buys[] = {0, caps->demand_uwh, lg_min64(due, caps->buy_uwh),
                                    lg_min64(due % slot_uwh, caps->buy_uwh)};
            int64_t in = way % 4 == 3 && caps->sell_uwh ? caps->buy_uwh : buys[way % 4];
            int64_t out = way / 4 ? caps->sell_uwh : 0;
            int64_t net = slots[t].demand_uwh + in - slots[t].supply_uwh - out;
            int64_t missed = lg_max64(0, caps->demand_uwh - in);
            cost_uct[c] += lg_money_uct(net, net > 0 ? slots[t].buy_uct : slots[t].sell_uct) +
                           lg_money_uct(missed, slots[t].buy_uct);
            lg_kit_trade(kit, c, in, out);
        }
        lg_kit_settle(kit);
    }
    int64_t least_uct = INT64_MAX;
    for (uint32_t c = 0; c < CARS; c++)
        least_uct = lg_min64(least_uct, cost_uct[c]);
    return least_uct;
}

static int64_t bound_of(const lg_kit *kit, const lg_bound_slot *slots, uint32_t count)
{
    lg_bound_storage stays[MOST];
    const lg_bound_input in = {.slots = slots,
                               .slot_count = FIRST + count,
                               .storages = stays,
                               .storage_count = stays_of(kit, FIRST + count, stays)};
    int64_t bound_uct = 0;
    lg_err err = {.text = ""};
    assert_int_equal(in.storage_count, 1);
    assert_int_equal(lg_bound(lg_mem_system(), &in, &bound_uct, &err), LG_OK);
    return bound_uct;
}

static lg_kit *roll_chargers(uint64_t set)
{
    char sessions[100], efficiency[40];
    unsigned initial = (unsigned)die(set, 0, 10, 60), more = (unsigned)die(set, 0, 11, 50);
    bool both = set % 2;
    if (both) /* comes with more than it needs */
        initial += more;
    snprintf(sessions, sizeof sessions, "sessions=21600000,60,%u,%u,4", initial,
             both ? initial - more : initial + more);
    snprintf(efficiency, sizeof efficiency, "charging_efficiency=0.%u",
             5 + (unsigned)die(set, 0, 12, 5));
    return open_chargers(
        (const char *const[]){sessions, efficiency, "maximum_power_rating_kW=2",
                              both ? "charging=bidirectional" : "charging=unidirectional", NULL},
        CARS);
}

/* Of a car that comes for an hour, in runs that end with its stay or before: nobody does better
 * than the bound, and somebody often as well. */
static void nobody_does_better(void **state)
{
    (void)state;
    uint32_t reached = 0;
    for (uint64_t set = 0; set < 80; set++) {
        lg_bound_slot slots[FIRST + STAY] = {{.demand_uwh = 0}};
        for (uint32_t t = FIRST; t < FIRST + STAY; t++)
            slots[t] = (lg_bound_slot){
                .demand_uwh = (int64_t)die(set, t, 0, 3) * KWH / 4,
                .supply_uwh = (int64_t)die(set, t, 1, 3) * KWH / 4,
                .buy_uct = (int64_t)(20 + die(set, t, 2, 20)) * CT,
                .sell_uct = (int64_t)die(set, t, 3, 20) * CT,
            };
        uint32_t count = set % 5 == 0 ? STAY - 1 - (uint32_t)die(set, 0, 4, 2) : STAY;
        lg_kit *kit = roll_chargers(set);
        int64_t bound_uct = bound_of(kit, slots, count);
        int64_t least_uct = least_by_trying(kit, slots, count);
        if (bound_uct > least_uct + LG_BOUND_GRAIN_UCT / 10)
            fail_msg("set %d: %lld uct, with a bound of %lld", (int)set, (long long)least_uct,
                     (long long)bound_uct);
        reached += bound_uct >= least_uct - LG_BOUND_GRAIN_UCT;
        assert_string_equal(lg_kit_faults(kit), "");
        lg_kit_close(kit);
    }
    assert_in_range(reached, 20, 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daily),
        cmocka_unit_test(whole_slots_and_dates),
        cmocka_unit_test(there_when_the_plugin_has_a_car),
        cmocka_unit_test(nobody_does_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
