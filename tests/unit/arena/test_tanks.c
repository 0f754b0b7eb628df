/* Tanks of a bound against whatever heat pumps and electrolysers of the plugins can do in small
 * games: nobody does better, and somebody nearly as well; and by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/tanks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/num.h"
#include "base/rng.h"
#include "grid/unit.h"
#include "plugin/kit.h"

#define CT     LG_CT_UCT
#define KWH    LG_KWH_UWH
#define SLOT_S 21600 /* four values of a day are four slots */
#define SLOTS  4
#define WAYS                                                                                       \
    8 /* in a slot: nothing, what the home has over, and six from the need to all that fits */
#define MANY           4096
#define POINT_HYDROGEN 1

static const lg_stays_run run = {.start_ms = 0, .slot_ms = SLOT_S * 1000, .slot_count = SLOTS};

static lg_kit *open_devices(const char *file, const char *const *settings, uint32_t devices)
{
    lg_text problems;
    lg_kit_setup setup = {.file = file, .settings = settings, .devices = devices, .slot_s = SLOT_S};
    lg_text_init(&problems, lg_mem_system());
    lg_kit *kit = lg_kit_open(&setup, &problems);
    if (!kit)
        fail_msg("%s", lg_text_peek(&problems));
    lg_text_fini(&problems);
    return kit;
}

static int64_t bound_of(const lg_kit *kit, const char *driver, const lg_bound_slot *slots,
                        lg_stored_rates stored)
{
    lg_bound_tank_slot tank_slots[SLOTS];
    lg_bound_tank tank;
    assert_true(lg_tank_of(lg_kit_asset(kit, 0), driver, &run, tank_slots, &tank));
    const lg_bound_input in = {
        .slots = slots, .slot_count = SLOTS, .tanks = &tank, .tank_count = 1, .stored = stored};
    int64_t bound_uct = 0;
    lg_err err = {.text = ""};
    lg_status status = lg_bound(lg_mem_system(), &in, &bound_uct, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, LG_OK);
    return bound_uct;
}

/* ---- by hand ---- */

static const lg_stored_rates even = {.missing_uct = 20 * CT, .extra_uct = 10 * CT};

/* 0.02 kg are a kWh. 2 of 3 kWh are in the store; each slot takes one, and only the last is dear:
 * one is bought before, at 10. The store ends 1 kWh lower than the first slot has left it: 20. */
static void hydrogen_by_hand(void **state)
{
    (void)state;
    const char *settings[] = {"discharge_profile=0.02", "hydrogen_capacity_kg=0.06",
                              "initial_hydrogen_kg=0.04", "maximum_power_rating_kW=1", NULL};
    lg_kit *kit = open_devices(LG_ELECTROLYZER, settings, 1);
    lg_bound_slot s[SLOTS] = {
        {.buy_uct = 25 * CT}, {.buy_uct = 25 * CT}, {.buy_uct = 30 * CT}, {.buy_uct = 40 * CT}};
    lg_bound_tank_slot tank_slots[SLOTS];
    lg_bound_tank tank;
    assert_true(lg_tank_of(lg_kit_asset(kit, 0), "electrolyzer", &run, tank_slots, &tank));
    assert_int_equal(tank.capacity_uwh, 3 * KWH);
    assert_int_equal(tank.initial_uwh, 2 * KWH);
    assert_int_equal(tank.valued_from_uwh, KWH);
    assert_int_equal(tank_slots[3].taken_uwh, KWH);
    assert_int_equal(tank_slots[3].most_uwh, 6 * KWH);
    /* 4 are taken, 2 bought at 25 in the first two slots, 1 less at the end */
    assert_int_equal(bound_of(kit, "electrolyzer", s, even), 2 * 25 * CT + 20 * CT);
    s[0].supply_uwh = 5 * KWH; /* 2 fit into it: nothing is bought, 20 for the last; 2 are lost */
    assert_int_equal(bound_of(kit, "electrolyzer", s, even), 20 * CT);
    lg_kit_close(kit);
}

/* At 10 degrees outside a tank of 50 degrees has COP 3.28, one of 60 has 2.83. A kW of heat takes 6
 * kWh a slot; the tank, 86 l, holds 0.999989 more. */
static void heat_by_hand(void **state)
{
    (void)state;
    const char *settings[] = {"heat_demand_kW_profile=1",
                              "tank_volume_l=86",
                              "min_temp_C=50",
                              "max_temp_C=60",
                              "source_temp_C_profile=10",
                              NULL};
    lg_kit *kit = open_devices(LG_HEAT_PUMP, settings, 1);
    lg_bound_tank_slot s[SLOTS];
    lg_bound_tank tank;
    assert_true(lg_tank_of(lg_kit_asset(kit, 0), "heat_pump", &run, s, &tank));
    assert_int_equal(tank.capacity_uwh, 999988889);
    assert_int_equal(tank.initial_uwh, 0);
    assert_false(tank.valued);
    assert_int_equal(s[1].taken_uwh, 6 * KWH - 10);
    assert_in_range(s[1].most_uwh, 2473494000, 2473500000); /* 6.999989 / 2.83 */
    assert_int_equal(s[1].less_uwh, 0);
    assert_int_equal(s[1].free_uwh, 0);
    assert_in_range(s[1].gain_ppb, 3280000000, 3280000001);
    assert_in_range(s[1].fall_ppb, 449999998, 450000000);
    /* the same prices: nothing is gained by buying ahead, 24 kWh of heat at COP 3.28 */
    lg_bound_slot slots[SLOTS];
    for (uint32_t t = 0; t < SLOTS; t++)
        slots[t] = (lg_bound_slot){.buy_uct = 32800000};
    int64_t bound_uct = bound_of(kit, "heat_pump", slots, even);
    assert_in_range(bound_uct, 240 * CT - 20000, 240 * CT);
    lg_kit_close(kit);
}

/* A profile of a day that says nothing about a slot: no bound. */
static void silent_profiles_err(void **state)
{
    (void)state;
    const char *settings[] = {"consumption_kWh_profile=1", NULL};
    lg_kit *kit = open_devices(LG_HEAT_PUMP, settings, 1);
    lg_bound_tank_slot s[SLOTS];
    lg_bound_tank tank;
    const lg_asset *asset = lg_kit_asset(kit, 0);
    assert_true(lg_tank_of(asset, "heat_pump", &run, s, &tank));
    lg_profile *told = (lg_profile *)lg_site_param(asset, "consumption_kWh_profile")->value.profile;
    told->values[0] = (double)NAN;
    assert_false(lg_tank_of(asset, "heat_pump", &run, s, &tank));
    lg_kit_close(kit);
}

/* ---- all that devices can do ---- */

static uint64_t die(uint64_t set, uint64_t t, uint64_t what, uint32_t sides)
{
    return lg_rng_below(lg_rng(23, set, t, what), sides);
}

static int64_t way_of(uint32_t way, int64_t need_uwh, int64_t most_uwh, int64_t over_uwh)
{
    if (way < 2)
        return way == 0 ? 0 : lg_max64(0, lg_min64(over_uwh, most_uwh));
    return need_uwh + (most_uwh - need_uwh) * (int64_t)(way - 2) / 5;
}

/* Every fifth cannot make in a slot all that may be taken in it. */
static bool is_weak(uint64_t set)
{
    return set % 5 == 4;
}

/* Each device another sequence of ways; what it needed and did not get is charged as in bills. */
static int64_t least_by_trying(lg_kit *kit, const lg_bound_slot *slots, bool hydrogen)
{
    static int64_t cost_uct[MANY], start_uwh[MANY];
    uint32_t radix = 1;
    memset(cost_uct, 0, sizeof cost_uct);
    for (uint32_t t = 0; t < SLOTS; t++, radix *= WAYS) {
        lg_kit_plan(kit, t);
        for (uint32_t c = 0; c < MANY; c++) {
            const lg_plan *plan = lg_fleet_plan_of(lg_kit_fleet(kit), c);
            int64_t need = llround(plan->need_kWh * 1e9);
            int64_t over = slots[t].supply_uwh - slots[t].demand_uwh;
            int64_t in = way_of(c / radix % WAYS, need, lg_kit_caps(kit, c)->buy_uwh, over);
            int64_t net = slots[t].demand_uwh + in - slots[t].supply_uwh;
            if (t == 0)
                start_uwh[c] = llround(plan->stored_kWh * 1e9);
            cost_uct[c] += lg_money_uct(net, net > 0 ? slots[t].buy_uct : slots[t].sell_uct) +
                           lg_money_uct(lg_max64(0, need - in), slots[t].buy_uct);
            lg_kit_trade(kit, c, in, 0);
        }
        lg_kit_settle(kit);
    }
    lg_fleet_poll(lg_kit_fleet(kit), 0);
    int64_t least_uct = INT64_MAX;
    for (uint32_t c = 0; c < MANY; c++) {
        double kg = hydrogen ? lg_fleet_reading(lg_kit_fleet(kit), c, POINT_HYDROGEN).value : 0;
        if (hydrogen)
            cost_uct[c] -= lg_stored_value_uct(even, start_uwh[c], llround(kg * 50e9));
        least_uct = lg_min64(least_uct, cost_uct[c]);
    }
    return least_uct;
}

static lg_kit *roll_pumps(uint64_t set)
{
    char demand[100], source[100], volume[40], initial[40], power[40];
    bool current = set % 3 == 0;
    const char *ground = set % 2 ? "source_type=ground" : "source_type=air";
    /* now and then more than the pump can make, and a source within 15 K of the tank */
    int warm = set % 7 == 0 ? 40 : 0;
    snprintf(demand, sizeof demand,
             current ? "consumption_kWh_profile=%g,%g,%g,%g" : "heat_demand_kW_profile=%g,%g,%g,%g",
             (double)die(set, 0, 0, 10) / 10, (double)die(set, 1, 0, 10) / 10,
             (double)die(set, 2, 0, 10) / 10, (double)die(set, 3, 0, 10) / 10);
    snprintf(source, sizeof source, "source_temp_C_profile=%d,%d,%d,%d",
             warm + (int)die(set, 0, 1, 20) - 10, warm + (int)die(set, 1, 1, 20) - 10,
             warm + (int)die(set, 2, 1, 20) - 10, warm + (int)die(set, 3, 1, 20) - 10);
    snprintf(volume, sizeof volume, "tank_volume_l=%u", 50 + (unsigned)die(set, 0, 2, 200));
    snprintf(initial, sizeof initial, "initial_temp_C=%u", 50 + (unsigned)die(set, 0, 3, 16));
    snprintf(power, sizeof power, "maximum_power_rating_kW=%g",
             (is_weak(set) ? 0.1 : 1.2) + (double)die(set, 0, 4, 7) / 10);
    return open_devices(LG_HEAT_PUMP,
                        (const char *const[]){demand, source, volume, initial, power, ground, NULL},
                        MANY);
}

static lg_kit *roll_electrolyzers(uint64_t set)
{
    char taken[100], power[40], initial[40];
    snprintf(taken, sizeof taken, "discharge_profile=%g,%g,%g,%g", (double)die(set, 0, 0, 5) / 50,
             (double)die(set, 1, 0, 5) / 50, (double)die(set, 2, 0, 5) / 50,
             (double)die(set, 3, 0, 5) / 50);
    snprintf(power, sizeof power, "maximum_power_rating_kW=%g",
             (is_weak(set) ? 0.2 : 0.7) + (double)die(set, 0, 1, 7) / 10);
    snprintf(initial, sizeof initial, "initial_hydrogen_kg=0.0%u", (unsigned)die(set, 0, 2, 10));
    return open_devices(
        LG_ELECTROLYZER,
        (const char *const[]){taken, power, initial, "hydrogen_capacity_kg=0.1", NULL}, MANY);
}

static void nobody_does_better(void **state)
{
    (void)state;
    double room = 0, apart = 0;
    for (uint64_t set = 0; set < 60; set++) {
        lg_bound_slot slots[SLOTS];
        bool hydrogen = set % 4 == 3;
        for (uint32_t t = 0; t < SLOTS; t++)
            slots[t] = (lg_bound_slot){
                .demand_uwh = (int64_t)die(set, t, 5, 3) * KWH / 2,
                .supply_uwh = (int64_t)die(set, t, 6, 4) * KWH,
                .buy_uct = (int64_t)(20 + die(set, t, 7, 30)) * CT,
                .sell_uct = (int64_t)die(set, t, 8, 20) * CT,
            };
        lg_kit *kit = hydrogen ? roll_electrolyzers(set) : roll_pumps(set);
        int64_t bound_uct = bound_of(kit, hydrogen ? "electrolyzer" : "heat_pump", slots, even);
        int64_t least_uct = least_by_trying(kit, slots, hydrogen);
        if (bound_uct > least_uct + LG_BOUND_GRAIN_UCT / 10)
            fail_msg("set %d: %lld uct, with a bound of %lld", (int)set, (long long)least_uct,
                     (long long)bound_uct);
        if (!is_weak(set)) { /* what cannot be made is known less well */
            room += fabs((double)least_uct);
            apart += (double)(least_uct - bound_uct);
        }
        assert_string_equal(lg_kit_faults(kit), "");
        lg_kit_close(kit);
    }
    if (apart > 0.08 * room) /* ways are few: an eighth of what fits each */
        fail_msg("the best are %.1f %% above their bounds", 100 * apart / room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hydrogen_by_hand),
        cmocka_unit_test(heat_by_hand),
        cmocka_unit_test(silent_profiles_err),
        cmocka_unit_test(nobody_does_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
