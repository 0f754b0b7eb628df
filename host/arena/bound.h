/* host/arena/bound.h — the least a seat could have paid, had it known everything
 *
 * One linear program over the whole horizon: demand, production, prices and what the others would
 * trade are known for all slots, and losses, power and capacity of the storages are those of the
 * plugins. The least cost (lg_seat_cost_uct of score.h) is the bound: score 100.
 *
 * Why no script can do better, as long as the others trade within the band:
 *   - In each slot the seat buys from the utility at buy_uct, and from others at most
 *     local_buy_uwh at no less than local_buy_uct; it sells to the utility at sell_uct, and to
 *     others at most local_sell_uwh at no more than local_sell_uct. Every trade of a script is one
 *     of these, or is among its own assets, which the program may do free of charge.
 *   - What an asset may do in a slot is what its plugin allows or more: a storage charges at most
 *     its power and its room, and sells at most its power and what is above the reserve, both as
 *     they were when the slot began; a tank buys at most its power. Only storages both buy and sell
 *     in a slot.
 *   - Demand that is not bought is charged at buy_uct by the store, or more (unserved_surcharge),
 *     so it is bought here.
 *   - What is stored at the end has the value of score.h, for baseline, script and bound alike.
 * A script that is offered better than the band (others that sell below local_buy_uct, say) can
 * score above 100, and that is shown as it is. Take the band from the rates at which the others did
 * or would trade; when nothing is known: from 0 (plus fees) to the utility's rate. Quantities
 * of others' batteries count likewise: their power, in the slots in which they traded with others.
 *
 * The same integer on every machine: the solver's floating-point result is not used. Its dual
 * values are rounded to a thousandth of a micro-cent, and the bound they prove (weak duality: any
 * dual values prove one) is computed in integers. A solver that ends at other dual values of the
 * same optimum changes it by less than 0.0001 ct in a home's week. It is then rounded down
 * (outward: the cheaper bill) to LG_BOUND_GRAIN_UCT; the steps lie a tenth of a grain below the
 * multiples, so that an optimum that is a multiple, as in round scenarios, does not stand on an
 * edge. So the bound is at most 0.001 ct above and 0.009 ct below what is proved.
 */
#ifndef LG_ARENA_BOUND_H
#define LG_ARENA_BOUND_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include "arena/score.h"
#include "base/mem.h"
#include "base/status.h"
#include "grid/unit.h"

/** Bounds are multiples of this: 0.01 ct. */
#define LG_BOUND_GRAIN_UCT INT64_C(10000)
/** Most energy of one figure (a slot's demand, a capacity): 1,000,000 kWh. */
#define LG_BOUND_UWH_MAX      INT64_C(1000000000000000)
#define LG_BOUND_SLOTS_MAX    40000
#define LG_BOUND_STORAGES_MAX 1000
#define LG_BOUND_TANKS_MAX    1000

/** One slot of a seat. Energies >= 0; rates per kWh, 0..LG_RATE_MAX_UCT, as the seat pays or gets
 * them (fees included or taken off; a sale that fees would make negative is 0: nobody has to sell).
 */
typedef struct lg_bound_slot {
    int64_t demand_uwh;     /* of all own assets that cannot wait: loads, meters */
    int64_t supply_uwh;     /* of all own producers; what is not sold is worth nothing */
    int64_t buy_uct;        /* from the utility */
    int64_t sell_uct;       /* to the utility */
    int64_t local_buy_uwh;  /* what others can sell */
    int64_t local_buy_uct;  /* and the lowest rate at which they may */
    int64_t local_sell_uwh; /* what others can take */
    int64_t local_sell_uct; /* and the highest rate at which they may */
} lg_bound_slot;

/** A battery, or the stay of one car (a stay each). Fractions in parts per billion. */
typedef struct lg_bound_storage {
    uint32_t first, end; /* slots in which it is there: first <= slot < end; a battery: 0, count */
    int64_t capacity_uwh;
    int64_t power_uwh; /* most it buys, and most it sells, in a slot, at its terminals */
    int64_t initial_uwh;
    int64_t reserve_uwh; /* nothing below it is sold: min_allowed_soc, a car's min_soc_percent */
    int64_t charging_loss_ppb;    /* of what is bought: 5 % is 50,000,000; a car: 1 - efficiency */
    int64_t discharging_loss_ppb; /* on top of what is sold; a car: 0 */
    int64_t self_discharge_uwh;   /* in a slot: self_discharge_per_day * hours / 24 * capacity */
    bool loses_below_reserve; /* keeps_discharging_loss = false: the loss of a sale need not be kept
                               */
    bool sells;               /* false: a car that only charges */
    bool car; /* what it has at the end is worth nothing; false: a battery, valued as in score.h */
    /** What a car has at the end of slot `end - 1` at least, or as much as can be charged until
     * then: its min_soc_percent; of a stay that reaches over the end of the run, what cannot wait
     * for later. 0 for a battery. */
    int64_t leave_uwh;
} lg_bound_storage;

/** What a tank does in one slot. Energies >= 0; fractions in parts per billion. Content may count
 * otherwise than what is bought: heat, hydrogen. */
typedef struct lg_bound_tank_slot {
    int64_t most_uwh;  /* that it buys */
    int64_t taken_uwh; /* out of an empty tank, at least */
    int64_t less_uwh;  /* a full one gives so much less, and one in between its part of it */
    int64_t free_uwh;  /* of it so much may be lacking and costs nothing: it could not be made */
    int64_t gain_ppb;  /* content that a kWh makes in an empty tank, at most */
    int64_t fall_ppb;  /* and so much less in a full one; in between at least its part less */
} lg_bound_tank_slot;

/** A tank that is filled when energy is cheap and gives what is taken: of a heat pump, of an
 * electrolyser. What is taken and not there is bought, or charged at buy_uct at least. */
typedef struct lg_bound_tank {
    int64_t capacity_uwh, initial_uwh; /* content */
    bool valued; /* its content at the end is valued with that of batteries (score.h) ... */
    int64_t valued_from_uwh;         /* ... against this at the start */
    const lg_bound_tank_slot *slots; /* one for each of the input's */
} lg_bound_tank;

/** A parameter in kWh, whose range the scenario has checked, in micro-watt-hours. */
static inline int64_t lg_bound_uwh(double kwh)
{
    return llround(kwh * (double)LG_KWH_UWH);
}

typedef struct lg_bound_input {
    const lg_bound_slot *slots;
    uint32_t slot_count; /* 1..LG_BOUND_SLOTS_MAX */
    const lg_bound_storage *storages;
    uint32_t storage_count;
    const lg_bound_tank *tanks;
    uint32_t tank_count;
    lg_stored_rates stored; /* lg_stored_rates_of() of the slots */
    /** An asset of the seat that the program has no model for (a generator with costs, a device of
     * a plugin); NULL: there is none. */
    const char *unmodelled;
} lg_bound_input;

/**
 * The bound of one seat.
 * @param bound_uct  a cost as of lg_seat_cost_uct(), a multiple of LG_BOUND_GRAIN_UCT
 * @return LG_OK; LG_UNSUPPORTED not computable: an unmodelled asset, or the solver found no proof
 *         within 0.02 ct (err says which); LG_INVALID a figure is out of its range (err names slot
 *         or storage); LG_IO the solver's library is not there: that says nothing of the bound, so
 *         do not count it as "not computable"; LG_MEMORY. Unless LG_OK *bound_uct is as it was.
 */
lg_status lg_bound(lg_mem *mem, const lg_bound_input *input, int64_t *bound_uct,
                   lg_err *err) LG_CHECKED;

#endif
