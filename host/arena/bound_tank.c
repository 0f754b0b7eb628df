/* A tank in the program. With E what is bought in a slot, at most P, H what is in the tank, at most
 * C, before and after, and h = H / C:
 *
 *   H' <= H + gain E - fall w - (taken - less h) + free       what is over may be thrown away
 *   w  >= E + P h - P,  w >= 0
 *
 *   free <= F E / P,  free <= F (1 - h')                      what could not be made is lacking
 * only of who buys P and has nothing left
 *
 * w is below E h, for (P - E)(1 - h) >= 0; so the tank gets more than it would by gain - fall h,
 * and never less: the product of two unknowns is no part of a linear program. Where E or h is 0 or
 * at its most the two are the same. Coefficients are rounded to where the tank gets more. */
#include "arena/bound_parts.h"

#include <inttypes.h>
#include "base/num.h"
#include "grid/unit.h"

#define ONE LG_ONE_PPB
/* A kWh makes no more than this, in ppb. */
#define GAIN_MAX (20 * ONE)
/* A tank that one slot fills so many times over is as if its content did not matter. */
#define TIMES_MAX 1000

static bool is_energy(int64_t uwh)
{
    return uwh >= 0 && uwh <= LG_BOUND_UWH_MAX;
}

lg_status lg__bound_tank_check(const lg_bound_tank *tank, uint32_t index, uint32_t slots,
                               lg_err *err)
{
    if (!is_energy(tank->capacity_uwh) || tank->capacity_uwh == 0 || tank->initial_uwh < 0 ||
        tank->initial_uwh > tank->capacity_uwh || tank->valued_from_uwh < 0 ||
        tank->valued_from_uwh > tank->capacity_uwh)
        return lg_fail(err, LG_INVALID,
                       "bound: capacity of tank %" PRIu32
                       " is outside 0..1,000,000 kWh, or what it begins with outside its capacity",
                       index);
    for (uint32_t t = 0; t < slots; t++) {
        const lg_bound_tank_slot *s = &tank->slots[t];
        if (!is_energy(s->most_uwh) || !is_energy(s->taken_uwh) || !is_energy(s->less_uwh) ||
            !is_energy(s->free_uwh) || s->gain_ppb < 0 || s->gain_ppb > GAIN_MAX ||
            s->fall_ppb < 0 || s->fall_ppb > s->gain_ppb)
            return lg_fail(err, LG_INVALID,
                           "bound: what tank %" PRIu32 " takes or gains in slot %" PRIu32
                           " is out of its range",
                           index, t);
    }
    return LG_OK;
}

/* @p part of @p whole, in ppb. */
static int64_t share(int64_t part_uwh, int64_t whole_uwh, bool up)
{
    return (int64_t)(((__int128)part_uwh * ONE + (up ? whole_uwh - 1 : 0)) / whole_uwh);
}

/* Whether a part of a whole is no odd coefficient. */
static bool is_fine(int64_t part_uwh, int64_t whole_uwh)
{
    return whole_uwh > 0 && part_uwh / TIMES_MAX < whole_uwh;
}

/* Whether how full it is makes a difference to what it gains in slot t. */
static bool is_bent(const lg_bound_tank *tank, uint32_t t)
{
    return tank->slots[t].fall_ppb > 0 && is_fine(tank->slots[t].most_uwh, tank->capacity_uwh);
}

typedef struct rows {
    uint32_t content, bend, lack_bought, lack_empty;
} rows;

static rows add_rows(lg_lp *lp, const lg_bound_tank *tank, uint32_t t)
{
    const lg_bound_tank_slot *s = &tank->slots[t];
    int64_t before = t == 0 ? tank->initial_uwh : 0; /* later it is a column */
    __int128 less = (__int128)s->less_uwh * before / tank->capacity_uwh + (before > 0);
    __int128 bend = (__int128)share(s->most_uwh, tank->capacity_uwh, false) * before / ONE;
    rows r = {.bend = LG__NO_ROW, .lack_bought = LG__NO_ROW};
    r.content = lg_lp_row_add(lp, LG_LP_LESS, before + (int64_t)less - s->taken_uwh);
    if (is_bent(tank, t))
        r.bend = lg_lp_row_add(lp, LG_LP_MORE, (int64_t)bend - s->most_uwh);
    if (s->free_uwh > 0 && is_fine(s->free_uwh, s->most_uwh) &&
        is_fine(s->free_uwh, tank->capacity_uwh)) {
        r.lack_bought = lg_lp_row_add(lp, LG_LP_LESS, 0);
        r.lack_empty = lg_lp_row_add(lp, LG_LP_LESS, s->free_uwh);
    }
    return r;
}

static void add_flows(lg_lp *lp, const lg_bound_tank *tank, uint32_t t, rows r)
{
    const lg_bound_tank_slot *s = &tank->slots[t];
    lg_lp_column_add(lp, 0, s->most_uwh); /* E */
    lg_lp_entry_add(lp, lg__bought_row(t), -ONE);
    lg_lp_entry_add(lp, r.content, -s->gain_ppb);
    if (r.lack_bought != LG__NO_ROW)
        lg_lp_entry_add(lp, r.lack_bought, -share(s->free_uwh, s->most_uwh, true));
    if (r.bend != LG__NO_ROW) {
        lg_lp_entry_add(lp, r.bend, -ONE);
        lg_lp_column_add(lp, 0, s->most_uwh); /* w */
        lg_lp_entry_add(lp, r.content, s->fall_ppb);
        lg_lp_entry_add(lp, r.bend, ONE);
    }
    if (s->free_uwh > 0) {
        lg_lp_column_add(lp, 0, s->free_uwh);
        lg_lp_entry_add(lp, r.content, -ONE);
        if (r.lack_bought != LG__NO_ROW) {
            lg_lp_entry_add(lp, r.lack_bought, ONE);
            lg_lp_entry_add(lp, r.lack_empty, ONE);
        }
    }
}

void lg__bound_tank_add(lg_lp *lp, const lg_bound_tank *tank, uint32_t slots, uint32_t end_row)
{
    rows now = add_rows(lp, tank, 0);
    for (uint32_t t = 0; t < slots && !lp->failed; t++) {
        bool last = t + 1 == slots;
        rows next = last ? now : add_rows(lp, tank, t + 1);
        add_flows(lp, tank, t, now);
        lg_lp_column_add(lp, 0, tank->capacity_uwh); /* H' */
        lg_lp_entry_add(lp, now.content, ONE);
        if (now.lack_bought != LG__NO_ROW)
            lg_lp_entry_add(lp, now.lack_empty,
                            share(tank->slots[t].free_uwh, tank->capacity_uwh, false));
        if (!last) {
            lg_lp_entry_add(lp, next.content,
                            -ONE - share(tank->slots[t + 1].less_uwh, tank->capacity_uwh, true));
            if (next.bend != LG__NO_ROW)
                lg_lp_entry_add(lp, next.bend,
                                -share(tank->slots[t + 1].most_uwh, tank->capacity_uwh, false));
        } else if (tank->valued) {
            lg_lp_entry_add(lp, end_row, ONE);
        }
        now = next;
    }
}
