/* The bound by hand, against all that a seat could do in small games, and against the best of
 * larger ones. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/bound.h"

#include <string.h>
#include "base/num.h"
#include "base/rng.h"
#include "grid/unit.h"
#include "support/failing_mem.h"

#define CT    LG_CT_UCT
#define KWH   LG_KWH_UWH
#define GRAIN LG_BOUND_GRAIN_UCT
#define PPB   (LG_ONE_PPB / 100) /* a percent */

static const lg_stored_rates worthless = {.missing_uct = 0, .extra_uct = 0};

static int64_t bound(const lg_bound_slot *slots, uint32_t slot_count,
                     const lg_bound_storage *storages, uint32_t storage_count,
                     lg_stored_rates stored)
{
    lg_bound_input in = {.slots = slots,
                         .slot_count = slot_count,
                         .storages = storages,
                         .storage_count = storage_count,
                         .stored = stored};
    int64_t bound_uct = 0;
    lg_err err = {.text = ""};
    lg_status status = lg_bound(lg_mem_system(), &in, &bound_uct, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, LG_OK);
    assert_int_equal(bound_uct % GRAIN, 0);
    return bound_uct;
}

/* ---- by hand ---- */

/* 1 of 3 kWh is own, 2 more at 30 ct; then 2 of 3 kWh are left for 8 ct: 60 - 16. */
static void without_storages(void **state)
{
    (void)state;
    lg_bound_slot s[] = {
        {.demand_uwh = 3 * KWH, .supply_uwh = KWH, .buy_uct = 30 * CT, .sell_uct = 8 * CT},
        {.demand_uwh = KWH, .supply_uwh = 3 * KWH, .buy_uct = 30 * CT, .sell_uct = 8 * CT},
    };
    assert_int_equal(bound(s, 2, NULL, 0, worthless), 44 * CT);
    /* half a kWh of others at 12, and one to them at 20: 6 + 45 - 20 - 8 */
    s[0].local_buy_uwh = KWH / 2;
    s[0].local_buy_uct = 12 * CT;
    s[1].local_sell_uwh = KWH;
    s[1].local_sell_uct = 20 * CT;
    assert_int_equal(bound(s, 2, NULL, 0, worthless), 23 * CT);
    s[0].local_buy_uct = 31 * CT; /* nobody has to trade with others */
    s[1].local_sell_uct = 7 * CT;
    assert_int_equal(bound(s, 2, NULL, 0, worthless), 44 * CT);
}

static lg_bound_storage battery(int64_t capacity_uwh, int64_t initial_uwh, uint32_t slots)
{
    return (lg_bound_storage){.end = slots,
                              .capacity_uwh = capacity_uwh,
                              .power_uwh = capacity_uwh,
                              .initial_uwh = initial_uwh,
                              .sells = true};
}

/* 1 kWh bought at 10 for one that costs 30. With 20 % lost on the way in and 25 % on top of what
 * comes out it takes 1.25 / 0.8 = 1.5625 kWh: 15.625 ct, rounded down to 15.62. */
static void cheap_now_for_dear_later(void **state)
{
    (void)state;
    lg_bound_slot s[] = {{.buy_uct = 10 * CT}, {.demand_uwh = KWH, .buy_uct = 30 * CT}};
    lg_bound_storage b = battery(2 * KWH, 0, 2);
    assert_int_equal(bound(s, 2, &b, 1, worthless), 10 * CT);
    b.charging_loss_ppb = 20 * PPB;
    b.discharging_loss_ppb = 25 * PPB;
    assert_int_equal(bound(s, 2, &b, 1, worthless), 15620000);
    b.power_uwh = KWH / 2; /* half a kWh in, 0.4 / 1.25 = 0.32 out: 5 + 0.68 * 30 */
    assert_int_equal(bound(s, 2, &b, 1, worthless), 25400000);
    b.reserve_uwh = b.initial_uwh = KWH; /* what lies there is not touched */
    assert_int_equal(bound(s, 2, &b, 1, worthless), 25400000);
}

/* Full: what is bought in a slot needs the room there was before. Half full: both go, 5 - 25. */
static void nothing_goes_through_a_full_battery(void **state)
{
    (void)state;
    lg_bound_slot s = {.buy_uct = 50 * CT,
                       .local_buy_uwh = KWH,
                       .local_buy_uct = 5 * CT,
                       .local_sell_uwh = KWH,
                       .local_sell_uct = 25 * CT};
    lg_stored_rates stored = {.missing_uct = 20 * CT};
    lg_bound_storage b = battery(KWH, KWH, 1);
    assert_int_equal(bound(&s, 1, &b, 1, stored), -5 * CT); /* sold at 25, 20 less in it */
    b.capacity_uwh = b.power_uwh = 2 * KWH;
    assert_int_equal(bound(&s, 1, &b, 1, stored), -20 * CT);
}

/* Of 1 kWh bought 0.8 arrive. A battery has no more room than what it lacks: 1 kWh for 10 ct,
 * worth 16. A car takes 1.25, and 12.5 ct. */
static void room_before_and_after_the_loss(void **state)
{
    (void)state;
    lg_bound_slot s = {.buy_uct = 10 * CT};
    lg_stored_rates stored = {.missing_uct = 20 * CT, .extra_uct = 20 * CT};
    lg_bound_storage b = battery(KWH, 0, 1);
    b.charging_loss_ppb = 20 * PPB;
    b.power_uwh = 9 * KWH;
    assert_int_equal(bound(&s, 1, &b, 1, stored), -6 * CT);
    b.car = true;
    b.leave_uwh = KWH;
    assert_int_equal(bound(&s, 1, &b, 1, stored), 12500000);
}

/* 1 kWh for 10 ct, of which 0.7 remain: a dual value of 100 / 7 proves a little less than 10 ct,
 * which is on the grid nevertheless. */
static void round_results_are_round(void **state)
{
    (void)state;
    lg_bound_slot s[] = {{.buy_uct = 10 * CT}, {.demand_uwh = KWH * 7 / 10, .buy_uct = 30 * CT}};
    lg_bound_storage b = battery(2 * KWH, 0, 2);
    b.charging_loss_ppb = 30 * PPB;
    assert_int_equal(bound(s, 2, &b, 1, worthless), 10 * CT);
}

/* A kWh of the battery for one of 30 ct: 20 less in it. What is left over is worth 8, less than 10.
 */
static void the_end_is_valued_as_in_scores(void **state)
{
    (void)state;
    lg_bound_slot s = {.demand_uwh = KWH, .buy_uct = 30 * CT};
    lg_stored_rates stored = {.missing_uct = 20 * CT, .extra_uct = 8 * CT};
    lg_bound_storage b[] = {battery(2 * KWH, KWH, 1), battery(2 * KWH, 0, 1)};
    assert_int_equal(bound(&s, 1, b, 1, stored), 20 * CT);
    s.buy_uct = 10 * CT;
    assert_int_equal(bound(&s, 1, b, 1, stored), 10 * CT);
    s.supply_uwh = 4 * KWH; /* 1 used, 1 and 2 stored in both, 8 each */
    assert_int_equal(bound(&s, 1, b, 2, stored), -24 * CT);
}

/* A car of slots 1 and 2 that needs 0.8 kWh at 80 %: 1 kWh at 10 ct, or half of it in each. */
static void a_car(void **state)
{
    (void)state;
    lg_bound_slot s[] = {
        {.buy_uct = CT}, {.buy_uct = 30 * CT}, {.buy_uct = 10 * CT}, {.buy_uct = CT}};
    lg_bound_storage c = {.first = 1,
                          .end = 3,
                          .capacity_uwh = 50 * KWH,
                          .power_uwh = KWH,
                          .initial_uwh = 10 * KWH,
                          .leave_uwh = 10 * KWH + KWH * 8 / 10,
                          .charging_loss_ppb = 20 * PPB,
                          .car = true};
    assert_int_equal(bound(s, 4, &c, 1, worthless), 10 * CT);
    c.power_uwh = KWH / 2;
    assert_int_equal(bound(s, 4, &c, 1, worthless), 20 * CT);
    c.power_uwh = KWH / 4; /* the stay is too short: as much as it takes */
    assert_int_equal(bound(s, 4, &c, 1, worthless), 10 * CT);
    /* what it brought above its minimum goes out at 30, where there is demand for half a kWh */
    c.leave_uwh = c.reserve_uwh = 9 * KWH;
    c.sells = true;
    c.power_uwh = KWH;
    s[1].demand_uwh = KWH / 2;
    assert_int_equal(bound(s, 4, &c, 1, worthless), 0);
}

/* 0.1 kWh of 1, 0.3 lost at most: empty for sure, which costs 2 ct; the program believes in 1 / 13
 * kWh. */
static void self_discharge_is_widened(void **state)
{
    (void)state;
    lg_bound_slot s = {.buy_uct = 30 * CT};
    lg_bound_storage b = battery(KWH, KWH / 10, 1);
    b.power_uwh = 0;
    b.self_discharge_uwh = KWH * 3 / 10;
    lg_stored_rates stored = {.missing_uct = 20 * CT};
    assert_int_equal(bound(&s, 1, &b, 1, stored), 460000); /* 20 * (0.1 - 1 / 13) = 0.4615 */
    /* what cannot run dry, since nothing below the reserve is sold, is exact */
    b.initial_uwh = b.reserve_uwh = KWH / 2;
    assert_int_equal(bound(&s, 1, &b, 1, stored), 6 * CT);
}

/* ---- all that a seat could do ---- */

/* The least that buying @p in and selling @p out costs in a slot: as much as pays is own. */
static int64_t trade_uct(const lg_bound_slot *s, int64_t in, int64_t out, int64_t own)
{
    int64_t buy = in - own, sell = out - own;
    bool near = s->local_buy_uct<s->buy_uct, better = s->local_sell_uct> s->sell_uct;
    int64_t from_near = near ? lg_min64(buy, s->local_buy_uwh) : 0;
    int64_t to_near = better ? lg_min64(sell, s->local_sell_uwh) : 0;
    return lg_money_uct(from_near, s->local_buy_uct) + lg_money_uct(buy - from_near, s->buy_uct) -
           lg_money_uct(to_near, s->local_sell_uct) - lg_money_uct(sell - to_near, s->sell_uct);
}

static int64_t slot_uct(const lg_bound_slot *s, int64_t in, int64_t out)
{
    int64_t most = lg_min64(in, out), least_uct = INT64_MAX;
    const int64_t corners[] = {0, most, in - s->local_buy_uwh, out - s->local_sell_uwh};
    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++)
        if (corners[i] >= 0 && corners[i] <= most)
            least_uct = lg_min64(least_uct, trade_uct(s, in, out, corners[i]));
    return least_uct;
}

static int64_t room_of(const lg_bound_storage *b, int64_t stored)
{
    int64_t room = b->capacity_uwh - stored;
    return b->car ? (int64_t)((__int128)room * LG_ONE_PPB / (LG_ONE_PPB - b->charging_loss_ppb))
                  : room;
}

static int64_t sale_of(const lg_bound_storage *b, int64_t stored)
{
    int64_t above = lg_max64(0, stored - b->reserve_uwh);
    int64_t loss = b->loses_below_reserve ? 0 : b->discharging_loss_ppb;
    return b->sells ? (int64_t)((__int128)above * LG_ONE_PPB / (LG_ONE_PPB + loss)) : 0;
}

/* One slot of plugins/storage or of a car in plugins/ev_charger. */
static int64_t settled(const lg_bound_storage *b, int64_t stored, int64_t in, int64_t out)
{
    int64_t after = stored + in - out - lg_fraction_of(in, b->charging_loss_ppb) -
                    lg_fraction_of(out, b->discharging_loss_ppb) - b->self_discharge_uwh;
    return lg_max64(0, lg_min64(after, b->capacity_uwh));
}

typedef struct game {
    const lg_bound_slot *slots;
    uint32_t slot_count;
    const lg_bound_storage *storage;
    lg_stored_rates stored;
} game;

#define STEPS 4

/* The least cost from slot @p t on, over quarters of what is possible in each slot, both ways. */
static int64_t least_by_trying(const game *g, uint32_t t, int64_t stored)
{
    const lg_bound_storage *b = g->storage;
    if (t == g->slot_count && b->car) /* what it lacks cannot be bought later */
        return stored >= b->leave_uwh ? 0 : INT64_MAX / 2;
    if (t == g->slot_count)
        return -lg_stored_value_uct(g->stored, b->initial_uwh, stored);
    int64_t in_most = lg_min64(b->power_uwh, room_of(b, stored));
    int64_t out_most = lg_min64(b->power_uwh, sale_of(b, stored)), least_uct = INT64_MAX;
    for (int64_t i = 0; i <= STEPS; i++)
        for (int64_t o = 0; o <= STEPS; o++) {
            int64_t in = in_most * i / STEPS, out = out_most * o / STEPS;
            int64_t now_uct =
                slot_uct(&g->slots[t], g->slots[t].demand_uwh + in, g->slots[t].supply_uwh + out);
            int64_t later_uct = least_by_trying(g, t + 1, settled(b, stored, in, out));
            least_uct = lg_min64(least_uct, now_uct + later_uct);
        }
    return least_uct;
}

static uint64_t die(uint64_t set, uint64_t t, uint64_t what, uint32_t sides)
{
    return lg_rng_below(lg_rng(11, set, t, what), sides);
}

static void roll_slots(lg_bound_slot *slots, uint32_t count, uint64_t set)
{
    for (uint32_t t = 0; t < count; t++)
        slots[t] = (lg_bound_slot){
            .demand_uwh = (int64_t)die(set, t, 0, 4) * KWH,
            .supply_uwh = (int64_t)die(set, t, 1, 4) * KWH,
            .buy_uct = (int64_t)(20 + die(set, t, 2, 20)) * CT,
            .sell_uct = (int64_t)die(set, t, 3, 12) * CT,
            .local_buy_uwh = (int64_t)die(set, t, 4, 3) * KWH,
            .local_buy_uct = (int64_t)(5 + die(set, t, 5, 30)) * CT,
            .local_sell_uwh = (int64_t)die(set, t, 6, 3) * KWH,
            .local_sell_uct = (int64_t)die(set, t, 7, 35) * CT,
        };
}

static lg_stored_rates rates_of(const lg_bound_slot *slots, uint32_t count)
{
    int64_t buy[192], sell[192];
    for (uint32_t t = 0; t < count; t++) {
        buy[t] = slots[t].buy_uct;
        sell[t] = slots[t].sell_uct;
    }
    return lg_stored_rates_of(buy, sell, count);
}

static lg_bound_storage roll_storage(uint64_t set, uint32_t slots)
{
    bool car = set % 4 == 3;
    lg_bound_storage b = {
        .end = slots,
        .capacity_uwh = (int64_t)(2 + die(set, 0, 20, 3)) * KWH,
        .power_uwh = (int64_t)(1 + die(set, 0, 21, 3)) * KWH,
        .charging_loss_ppb = (int64_t)die(set, 0, 23, 3) * 10 * PPB,
        .discharging_loss_ppb = car ? 0 : (int64_t)die(set, 0, 24, 3) * 12 * PPB,
        .self_discharge_uwh = car ? 0 : (int64_t)die(set, 0, 25, 3) * KWH / 5,
        .loses_below_reserve = !car && die(set, 0, 26, 2),
        .sells = die(set, 0, 27, 5) > 0,
        .car = car,
    };
    b.reserve_uwh = (int64_t)die(set, 0, 28, 3) * KWH / 2;
    b.initial_uwh = b.reserve_uwh + (int64_t)die(set, 0, 22, 2) * KWH;
    return b;
}

/* 300 small games with losses, reserves, self-discharge, cars: whatever is tried costs no less. And
 * the bound is no empty promise: where no rule is widened the best that was tried is often the
 * bound. */
static void nobody_does_better(void **state)
{
    (void)state;
    uint32_t reached = 0;
    for (uint64_t set = 0; set < 300; set++) {
        lg_bound_slot slots[3];
        roll_slots(slots, 3, set);
        lg_bound_storage b = roll_storage(set, 3);
        game g = {.slots = slots, .slot_count = 3, .storage = &b, .stored = rates_of(slots, 3)};
        int64_t least_uct = least_by_trying(&g, 0, b.initial_uwh);
        int64_t bound_uct = bound(slots, 3, &b, 1, g.stored);
        assert_true(bound_uct <= least_uct + GRAIN / 10);
        reached += bound_uct >= least_uct - GRAIN;
    }
    assert_in_range(reached, 100, 300);
}

/* ---- the best of larger games ---- */

#define SLOTS 48
#define FULL  6

/* Without losses and with nothing to gain from buying and selling in one slot, the best is in whole
 * kWh: all ways from one state of charge to another, from the last slot back. */
static int64_t best(const lg_bound_slot *slots, const lg_bound_storage *b, lg_stored_rates stored)
{
    int64_t now[FULL + 1], later[FULL + 1];
    for (int64_t s = 0; s <= FULL; s++)
        later[s] = -lg_stored_value_uct(stored, b->initial_uwh, s * KWH);
    for (uint32_t t = SLOTS; t-- > 0;) {
        for (int64_t s = 0; s <= FULL; s++) {
            now[s] = INT64_MAX / 2;
            for (int64_t in = 0; in <= FULL - s && in * KWH <= b->power_uwh; in++)
                for (int64_t out = 0; out * KWH <= lg_min64(b->power_uwh, sale_of(b, s * KWH));
                     out++)
                    now[s] =
                        lg_min64(now[s], later[s + in - out] +
                                             slot_uct(&slots[t], slots[t].demand_uwh + in * KWH,
                                                      slots[t].supply_uwh + out * KWH));
        }
        memcpy(later, now, sizeof now);
    }
    return later[b->initial_uwh / KWH];
}

static void the_best_of_two_days_is_the_bound(void **state)
{
    (void)state;
    for (uint64_t set = 1000; set < 1040; set++) {
        lg_bound_slot slots[SLOTS];
        roll_slots(slots, SLOTS, set);
        for (int t = 0; t < SLOTS; t++)
            slots[t].local_sell_uct = lg_min64(slots[t].local_sell_uct,
                                               lg_min64(slots[t].local_buy_uct, slots[t].buy_uct));
        for (int t = 0; t < SLOTS; t++)
            slots[t].sell_uct = lg_min64(slots[t].sell_uct, slots[t].local_buy_uct);
        lg_bound_storage b = battery(FULL * KWH, 2 * KWH, SLOTS);
        b.reserve_uwh = KWH;
        b.power_uwh = 2 * KWH;
        lg_stored_rates stored = rates_of(slots, SLOTS);
        int64_t best_uct = best(slots, &b, stored), bound_uct = bound(slots, SLOTS, &b, 1, stored);
        assert_true(bound_uct <= best_uct + GRAIN / 10);
        assert_true(bound_uct >= best_uct - GRAIN);
    }
}

/* ---- two days of a home with a car ---- */

#define QUARTERS 192

/* Bounds are found at all: the solver's dual values have to be those of the whole program. */
static void a_home_with_a_car_has_a_bound(void **state)
{
    (void)state;
    for (uint64_t set = 2000; set < 2040; set++) {
        lg_bound_slot slots[QUARTERS];
        for (uint32_t t = 0; t < QUARTERS; t++) {
            bool evening = t % 96 >= 20 && t % 96 < 36, night = t % 96 >= 24 && t % 96 < 72;
            slots[t] = (lg_bound_slot){
                .demand_uwh = (int64_t)(20 + die(set, t, 0, 400)) * KWH / 1000,
                .supply_uwh = night ? 0 : (int64_t)die(set, t, 1, 1500) * KWH / 1000,
                .buy_uct = (evening ? 47 : 35) * CT,
                .sell_uct = (evening ? 3 : 9) * CT,
                .local_buy_uwh = (int64_t)die(set, t, 4, 9000) * KWH / 1000,
                .local_buy_uct = (int64_t)(11 + die(set, t, 5, 24)) * CT,
                .local_sell_uwh = (int64_t)die(set, t, 6, 9000) * KWH / 1000,
                .local_sell_uct = (int64_t)(11 + die(set, t, 7, 24)) * CT,
            };
        }
        lg_bound_storage b[3] = {battery(8 * KWH, KWH * 24 / 10, QUARTERS)};
        b[0].power_uwh = KWH;
        b[0].reserve_uwh = KWH * 8 / 10;
        b[0].charging_loss_ppb = b[0].discharging_loss_ppb = 4 * PPB;
        for (uint32_t i = 1; i < 3; i++)
            b[i] = (lg_bound_storage){.first = 96 * i - 76,
                                      .end = 96 * i - 22,
                                      .capacity_uwh = 50 * KWH,
                                      .power_uwh = KWH * 185 / 100,
                                      .initial_uwh = 36 * KWH,
                                      .reserve_uwh = 50 * KWH,
                                      .leave_uwh = 50 * KWH - 108,
                                      .charging_loss_ppb = 10 * PPB,
                                      .car = true};
        bound(slots, QUARTERS, b, 3, rates_of(slots, QUARTERS));
    }
}

/* ---- what is refused ---- */

static void refuse(const lg_bound_input *in, lg_status status, const char *text)
{
    int64_t bound_uct = 77;
    lg_err err = {.text = ""};
    assert_int_equal(lg_bound(lg_mem_system(), in, &bound_uct, &err), status);
    assert_non_null(strstr(err.text, text));
    assert_int_equal(bound_uct, 77);
}

static void not_computable_err(void **state)
{
    (void)state;
    lg_bound_slot s[] = {{.buy_uct = CT}, {.buy_uct = CT}};
    lg_bound_storage b[] = {battery(KWH, 0, 2), battery(KWH, 0, 2)};
    lg_bound_input in = {.slots = s, .slot_count = 2, .storages = b, .storage_count = 2};
    in.unmodelled = "heat_pump Cellar";
    refuse(&in, LG_UNSUPPORTED, "heat_pump Cellar");
    in.unmodelled = NULL;
    s[1].buy_uct = -1;
    refuse(&in, LG_INVALID, "rate of slot 1");
    s[1].buy_uct = CT;
    s[0].supply_uwh = LG_BOUND_UWH_MAX + 1;
    refuse(&in, LG_INVALID, "energy of slot 0");
    s[0].supply_uwh = 0;
    b[1].end = 3;
    refuse(&in, LG_INVALID, "storage 1");
    b[1].end = 2;
    b[0].initial_uwh = 2 * KWH;
    refuse(&in, LG_INVALID, "storage 0");
    b[0].initial_uwh = 0;
    b[1].charging_loss_ppb = LG_ONE_PPB + 1;
    refuse(&in, LG_INVALID, "loss of storage 1");
    b[1].charging_loss_ppb = 0;
    in.stored.extra_uct = 1;
    refuse(&in, LG_INVALID, "extra <= missing");
    in.stored.extra_uct = 0;
    in.slot_count = 0;
    refuse(&in, LG_INVALID, "0 slots");
}

static int bound_or_no_memory(lg_mem *mem, void *ctx)
{
    int64_t bound_uct;
    lg_err err;
    return lg_bound(mem, ctx, &bound_uct, &err) == LG_MEMORY;
}

static void memory_err(void **state)
{
    (void)state;
    lg_bound_slot s[] = {{.buy_uct = CT}, {.demand_uwh = KWH, .buy_uct = 3 * CT}};
    lg_bound_storage b = battery(KWH, 0, 2);
    lg_bound_input in = {.slots = s, .slot_count = 2, .storages = &b, .storage_count = 1};
    assert_true(lg_sweep_allocations(bound_or_no_memory, &in) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_storages),
        cmocka_unit_test(cheap_now_for_dear_later),
        cmocka_unit_test(nothing_goes_through_a_full_battery),
        cmocka_unit_test(room_before_and_after_the_loss),
        cmocka_unit_test(round_results_are_round),
        cmocka_unit_test(the_end_is_valued_as_in_scores),
        cmocka_unit_test(a_car),
        cmocka_unit_test(self_discharge_is_widened),
        cmocka_unit_test(nobody_does_better),
        cmocka_unit_test(the_best_of_two_days_is_the_bound),
        cmocka_unit_test(a_home_with_a_car_has_a_bound),
        cmocka_unit_test(not_computable_err),
        cmocka_unit_test(memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
