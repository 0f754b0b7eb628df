/* The program of one seat. In each slot, with b what a storage buys, x what it sells, s what it
 * holds afterwards, and what goes from own producers and storages to own consumers and storages:
 *
 *   utility + local + own = demand + sum of b          what is bought
 *   feed-in + local + own <= supply + sum of x         what is sold; the rest of supply is unused
 *   s = s_before + (1 - charging_loss) b - (1 + discharging_loss) x - self_discharge + relief
 *   b + s_before <= capacity                           plan() of plugins/storage; a car takes what
 *                                                      fits in after the loss
 *   (1 + discharging_loss) x <= s_before - floor
 *
 * Two rules of the plugins are not convex and are widened, which can only lower the bound:
 *   - Self-discharge takes no more than there is. relief gives it back, at most
 *     self_discharge * (1 - s / capacity): all of it when the storage ends empty, as it should be,
 * but a part of it before. It is there only from the slot on in which the storage can be empty.
 *   - Below the reserve nothing is sold. s can be there after self-discharge, and after a sale
 * whose loss need not be kept; floor is the least it can be: the reserve minus both. */
#include "arena/bound_parts.h"

#include <inttypes.h>
#include <math.h>
#include "base/num.h"
#include "grid/unit.h"

#define ONE LG_ONE_PPB
/* The solver's optimum and the proved one may differ by this: beyond, the proof is no good. */
#define GAP_MAX_UCT (2 * LG_BOUND_GRAIN_UCT)

/* ---- what may be asked ---- */

static bool is_energy(int64_t uwh)
{
    return uwh >= 0 && uwh <= LG_BOUND_UWH_MAX;
}

static bool is_rate(int64_t uct)
{
    return uct >= 0 && uct <= LG_RATE_MAX_UCT;
}

static bool is_fraction(int64_t ppb)
{
    return ppb >= 0 && ppb <= ONE;
}

static lg_status check_slot(const lg_bound_slot *s, uint32_t slot, lg_err *err)
{
    if (!is_energy(s->demand_uwh) || !is_energy(s->supply_uwh) || !is_energy(s->local_buy_uwh) ||
        !is_energy(s->local_sell_uwh))
        return lg_fail(err, LG_INVALID,
                       "bound: an energy of slot %" PRIu32 " is outside 0..1,000,000 kWh", slot);
    if (!is_rate(s->buy_uct) || !is_rate(s->sell_uct) || !is_rate(s->local_buy_uct) ||
        !is_rate(s->local_sell_uct))
        return lg_fail(err, LG_INVALID,
                       "bound: a rate of slot %" PRIu32 " is outside 0..10,000 ct/kWh", slot);
    return LG_OK;
}

static lg_status check_storage(const lg_bound_storage *b, uint32_t index, uint32_t slots,
                               lg_err *err)
{
    if (b->first >= b->end || b->end > slots)
        return lg_fail(err, LG_INVALID,
                       "bound: storage %" PRIu32 " is there from slot %" PRIu32
                       " to before %" PRIu32 ", expected some of 0..%" PRIu32,
                       index, b->first, b->end, slots);
    if (!is_energy(b->capacity_uwh) || b->capacity_uwh == 0 || !is_energy(b->power_uwh) ||
        !is_energy(b->self_discharge_uwh))
        return lg_fail(err, LG_INVALID,
                       "bound: capacity, power or self-discharge of storage %" PRIu32
                       " is outside 0..1,000,000 kWh",
                       index);
    if (b->initial_uwh < 0 || b->initial_uwh > b->capacity_uwh || b->reserve_uwh < 0 ||
        b->reserve_uwh > b->capacity_uwh || b->leave_uwh < 0 || b->leave_uwh > b->capacity_uwh)
        return lg_fail(err, LG_INVALID,
                       "bound: what storage %" PRIu32
                       " begins with, keeps or leaves with is outside 0..its capacity",
                       index);
    if (!is_fraction(b->charging_loss_ppb) || !is_fraction(b->discharging_loss_ppb))
        return lg_fail(err, LG_INVALID, "bound: a loss of storage %" PRIu32 " is outside 0..1",
                       index);
    return LG_OK;
}

static lg_status check(const lg_bound_input *in, lg_err *err)
{
    if (in->unmodelled)
        return lg_fail(err, LG_UNSUPPORTED, "the bound has no model for %s", in->unmodelled);
    if (in->slot_count < 1 || in->slot_count > LG_BOUND_SLOTS_MAX)
        return lg_fail(err, LG_INVALID, "bound: %" PRIu32 " slots, expected 1..%d", in->slot_count,
                       LG_BOUND_SLOTS_MAX);
    if (in->storage_count > LG_BOUND_STORAGES_MAX)
        return lg_fail(err, LG_INVALID, "bound: %" PRIu32 " storages, expected up to %d",
                       in->storage_count, LG_BOUND_STORAGES_MAX);
    if (in->tank_count > LG_BOUND_TANKS_MAX)
        return lg_fail(err, LG_INVALID, "bound: %" PRIu32 " tanks, expected up to %d",
                       in->tank_count, LG_BOUND_TANKS_MAX);
    if (!is_rate(in->stored.missing_uct) || !is_rate(in->stored.extra_uct) ||
        in->stored.extra_uct > in->stored.missing_uct)
        return lg_fail(err, LG_INVALID,
                       "bound: the rates of stored energy are not 0 <= extra <= missing");
    lg_status status = LG_OK;
    for (uint32_t t = 0; t < in->slot_count && status == LG_OK; t++)
        status = check_slot(&in->slots[t], t, err);
    for (uint32_t i = 0; i < in->storage_count && status == LG_OK; i++)
        status = check_storage(&in->storages[i], i, in->slot_count, err);
    for (uint32_t i = 0; i < in->tank_count && status == LG_OK; i++)
        status = lg__bound_tank_check(&in->tanks[i], i, in->slot_count, err);
    return status;
}

/* ---- the program ---- */

/* Rows: of slot t the balances 2t (bought) and 2t + 1 (sold); then the end's; then the storages'.
 */
typedef struct program {
    lg_lp lp;
    const lg_bound_input *in;
    int64_t *bought_most, *sold_most; /* in a slot, storages included */
    uint32_t end_row;
    bool valued; /* there is an end_row: the seat has batteries, or a tank like one */
} program;

static void find_most(program *p)
{
    for (uint32_t t = 0; t < p->in->slot_count; t++) {
        p->bought_most[t] = p->in->slots[t].demand_uwh;
        p->sold_most[t] = p->in->slots[t].supply_uwh;
    }
    for (uint32_t i = 0; i < p->in->storage_count; i++) {
        const lg_bound_storage *b = &p->in->storages[i];
        for (uint32_t t = b->first; t < b->end; t++) {
            p->bought_most[t] += b->power_uwh;
            p->sold_most[t] += b->sells ? b->power_uwh : 0;
        }
    }
    for (uint32_t i = 0; i < p->in->tank_count; i++)
        for (uint32_t t = 0; t < p->in->slot_count; t++)
            p->bought_most[t] += p->in->tanks[i].slots[t].most_uwh;
}

/* One way for energy to go: in the rows of what is bought, of what is sold, or both. */
static void add_way(program *p, int64_t cost_uct, int64_t most_uwh, uint32_t row, uint32_t other)
{
    if (most_uwh <= 0)
        return;
    lg_lp_column_add(&p->lp, cost_uct, most_uwh);
    lg_lp_entry_add(&p->lp, row, ONE);
    if (other != row)
        lg_lp_entry_add(&p->lp, other, ONE);
}

/* Local trade that is no better than the utility's is left out. */
static void add_slot(program *p, uint32_t t)
{
    const lg_bound_slot *s = &p->in->slots[t];
    uint32_t bought = lg__bought_row(t), sold = bought + 1;
    int64_t in = p->bought_most[t], out = p->sold_most[t];
    add_way(p, s->buy_uct, in, bought, bought);
    if (s->local_buy_uct < s->buy_uct)
        add_way(p, s->local_buy_uct, lg_min64(in, s->local_buy_uwh), bought, bought);
    add_way(p, 0, lg_min64(in, out), bought, sold);
    if (s->sell_uct > 0)
        add_way(p, -s->sell_uct, out, sold, sold);
    if (s->local_sell_uct > s->sell_uct)
        add_way(p, -s->local_sell_uct, lg_min64(out, s->local_sell_uwh), sold, sold);
}

/* The rows of a storage in one slot; LG__NO_ROW where it has none. */
typedef struct rows {
    uint32_t content, room, floor, relief;
} rows;

/* Whether sales can lead below the reserve, and how far one does at most. */
static int64_t sink(const lg_bound_storage *b)
{
    if (!b->loses_below_reserve || b->discharging_loss_ppb == 0)
        return 0;
    return lg_fraction_of(b->power_uwh, b->discharging_loss_ppb) + 1;
}

/* What it holds before slot t at least, if a step could lead below 0. */
static int64_t lowest(const lg_bound_storage *b, uint32_t t)
{
    __int128 drained = (__int128)b->self_discharge_uwh * (t - b->first);
    __int128 most = b->capacity_uwh + 1;
    return lg_min64(b->reserve_uwh, b->initial_uwh) - sink(b) -
           (int64_t)(drained < most ? drained : most);
}

/* What a step can take more than there is. */
static int64_t relief_most(const lg_bound_storage *b, uint32_t t)
{
    return lowest(b, t + 1) < 0 ? b->self_discharge_uwh + sink(b) : 0;
}

static rows add_rows(program *p, const lg_bound_storage *b, uint32_t t)
{
    bool begins = t == b->first;
    int64_t before = begins ? b->initial_uwh : 0;
    int64_t floor = lg_max64(0, lowest(b, t));
    int64_t relief = relief_most(b, t);
    rows r = {.room = LG__NO_ROW, .floor = LG__NO_ROW, .relief = LG__NO_ROW};
    r.content = lg_lp_row_add(&p->lp, LG_LP_EQUAL, before - b->self_discharge_uwh);
    r.room = lg_lp_row_add(&p->lp, LG_LP_LESS, b->capacity_uwh - before);
    if (b->sells)
        r.floor = lg_lp_row_add(&p->lp, LG_LP_LESS, before - floor);
    if (relief > 0)
        r.relief = lg_lp_row_add(&p->lp, LG_LP_LESS, relief);
    return r;
}

static void add_flows(program *p, const lg_bound_storage *b, uint32_t t, rows r)
{
    lg_lp *lp = &p->lp;
    int64_t kept = ONE - b->charging_loss_ppb, taken = ONE + b->discharging_loss_ppb;
    lg_lp_column_add(lp, 0, b->power_uwh);
    lg_lp_entry_add(lp, 2 * t, -ONE);
    lg_lp_entry_add(lp, r.content, -kept);
    lg_lp_entry_add(lp, r.room, b->car ? kept : ONE);
    if (b->sells) {
        lg_lp_column_add(lp, 0, b->power_uwh);
        lg_lp_entry_add(lp, 2 * t + 1, -ONE);
        lg_lp_entry_add(lp, r.content, taken);
        lg_lp_entry_add(lp, r.floor, b->loses_below_reserve ? ONE : taken);
    }
    if (r.relief != LG__NO_ROW) {
        lg_lp_column_add(lp, 0, relief_most(b, t));
        lg_lp_entry_add(lp, r.content, -ONE);
        lg_lp_entry_add(lp, r.relief, ONE);
    }
}

/* What it holds after slot t, which the next slot's rows begin with. */
static uint32_t add_content(program *p, const lg_bound_storage *b, uint32_t t, rows r, rows next)
{
    lg_lp *lp = &p->lp;
    uint32_t column = lg_lp_column_add(lp, 0, b->capacity_uwh);
    lg_lp_entry_add(lp, r.content, ONE);
    if (r.relief != LG__NO_ROW) /* cut: gives more relief, not less */
        lg_lp_entry_add(lp, r.relief,
                        (int64_t)((__int128)relief_most(b, t) * ONE / b->capacity_uwh));
    if (t + 1 == b->end)
        return column;
    lg_lp_entry_add(lp, next.content, -ONE);
    lg_lp_entry_add(lp, next.room, ONE);
    if (b->sells)
        lg_lp_entry_add(lp, next.floor, -ONE);
    return column;
}

/* What a car can leave with at most. */
static int64_t reachable(const lg_bound_storage *b)
{
    int64_t a_slot = (int64_t)((__int128)b->power_uwh * (ONE - b->charging_loss_ppb) / ONE);
    __int128 all = b->initial_uwh + (__int128)a_slot * (b->end - b->first) -
                   (__int128)b->self_discharge_uwh * (b->end - b->first);
    return all < 0 ? 0 : all < b->leave_uwh ? (int64_t)all : b->leave_uwh;
}

static void add_storage(program *p, const lg_bound_storage *b)
{
    uint32_t leave_row = b->car ? lg_lp_row_add(&p->lp, LG_LP_MORE, reachable(b)) : LG__NO_ROW;
    rows now = add_rows(p, b, b->first);
    for (uint32_t t = b->first; t < b->end && !p->lp.failed; t++) {
        rows next = t + 1 < b->end ? add_rows(p, b, t + 1) : now;
        add_flows(p, b, t, now);
        add_content(p, b, t, now, next);
        now = next;
    }
    lg_lp_entry_add(&p->lp, b->car ? leave_row : p->end_row, ONE); /* of the last content */
}

/* All batteries together: what they end with = what they began with + extra - missing. */
static void add_end(program *p)
{
    int64_t initial = 0, room = 0;
    for (uint32_t i = 0; i < p->in->storage_count; i++) {
        const lg_bound_storage *b = &p->in->storages[i];
        initial += b->car ? 0 : b->initial_uwh;
        room += b->car ? 0 : b->capacity_uwh - b->initial_uwh;
        p->valued = p->valued || !b->car;
    }
    for (uint32_t i = 0; i < p->in->tank_count; i++) {
        const lg_bound_tank *k = &p->in->tanks[i];
        initial += k->valued ? k->valued_from_uwh : 0;
        room += k->valued ? k->capacity_uwh - k->valued_from_uwh : 0;
        p->valued = p->valued || k->valued;
    }
    if (!p->valued)
        return;
    p->end_row = lg_lp_row_add(&p->lp, LG_LP_EQUAL, initial);
    lg_lp_column_add(&p->lp, -p->in->stored.extra_uct, room);
    lg_lp_entry_add(&p->lp, p->end_row, -ONE);
    lg_lp_column_add(&p->lp, p->in->stored.missing_uct, initial);
    lg_lp_entry_add(&p->lp, p->end_row, ONE);
}

static void build(program *p)
{
    find_most(p);
    for (uint32_t t = 0; t < p->in->slot_count; t++) {
        lg_lp_row_add(&p->lp, LG_LP_EQUAL, p->in->slots[t].demand_uwh);
        lg_lp_row_add(&p->lp, LG_LP_LESS, p->in->slots[t].supply_uwh);
    }
    for (uint32_t t = 0; t < p->in->slot_count && !p->lp.failed; t++)
        add_slot(p, t);
    add_end(p);
    for (uint32_t i = 0; i < p->in->storage_count && !p->lp.failed; i++)
        add_storage(p, &p->in->storages[i]);
    for (uint32_t i = 0; i < p->in->tank_count && !p->lp.failed; i++)
        lg__bound_tank_add(&p->lp, &p->in->tanks[i], p->in->slot_count, p->end_row);
}

/* Down to a grain; the steps are a tenth of one below the multiples. */
static int64_t rounded(int64_t least_uct)
{
    int64_t from = lg_add(least_uct, LG_BOUND_GRAIN_UCT / 10);
    int64_t past = from % LG_BOUND_GRAIN_UCT;
    return from - (past < 0 ? past + LG_BOUND_GRAIN_UCT : past);
}

lg_status lg_bound(lg_mem *mem, const lg_bound_input *in, int64_t *bound_uct, lg_err *err)
{
    lg_status status = check(in, err);
    if (status != LG_OK)
        return status;
    program p = {.in = in};
    size_t size = in->slot_count * sizeof(int64_t);
    lg_lp_init(&p.lp, mem);
    p.bought_most = lg_mem_alloc(mem, size);
    p.sold_most = lg_mem_alloc(mem, size);
    status = LG_MEMORY;
    if (!p.bought_most || !p.sold_most)
        goto out;
    build(&p);
    int64_t least_uct = 0;
    double found_uct = 0;
    status = lg_lp_solve(&p.lp, &least_uct, &found_uct, err);
    if (status != LG_OK)
        goto out;
    double gap = found_uct - (double)least_uct;
    if (fabs(gap) > GAP_MAX_UCT + 1e-9 * fabs(found_uct))
        status =
            lg_fail(err, LG_UNSUPPORTED, "the solver's cost and the proved one are %g ct apart",
                    gap / (double)LG_CT_UCT);
    else
        *bound_uct = rounded(least_uct);
out:
    if (status == LG_MEMORY)
        lg_fail(err, status, "no memory for the bound of a seat");
    lg_mem_free(mem, p.bought_most, size);
    lg_mem_free(mem, p.sold_most, size);
    lg_lp_fini(&p.lp);
    return status;
}
