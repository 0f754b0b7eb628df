/* host/arena/score.h — what a game was worth: to a seat, to the community, to a grid operator
 *
 * Pure functions on integers of the store: energy in micro-watt-hours (_uwh), money in micro-cents
 * (_uct; as a rate: per kWh). Ratios and scores are doubles; NaN says that there is nothing to
 * divide by, and is printed as null. Sums that leave int64 are impossible in a run that ended
 * (LG_OVERFLOW ends it before); they assert.
 */
#ifndef LG_ARENA_SCORE_H
#define LG_ARENA_SCORE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/status.h"

/* ---- a seat ---- */

/**
 * What a kWh in the batteries of a seat is worth at the end, compared with the start: what is there
 * less has to be bought back at missing_uct, what is there more can be sold at extra_uct. With
 * missing >= extra neither emptying nor filling a battery at the end pays, whatever its losses.
 */
typedef struct lg_stored_rates {
    int64_t missing_uct; /* mean over the slots of what the utility takes, fees included */
    int64_t extra_uct;   /* mean of what it pays, fees taken off; not above the other */
} lg_stored_rates;

/** The rates out of those of the slots: means, to the nearest micro-cent; 0 for no slots. A mean to
 * sell that is above the mean to buy is cut to it. */
lg_stored_rates lg_stored_rates_of(const int64_t *buy_uct, const int64_t *sell_uct, uint32_t count);

/**
 * The change of all that the seat's storages hold, in money: extra_uct for each kWh more, minus
 * missing_uct for each kWh less. Cars that come and go are not storages of the seat.
 * @param start_uwh  in all storages of the seat together before the first slot
 * @param end_uwh    after the last one
 */
int64_t lg_stored_value_uct(lg_stored_rates rates, int64_t start_uwh, int64_t end_uwh);

/**
 * What a seat's game cost: bill minus the value of the stored energy's change. The bill is that of
 * the store (spent - earned + unserved + settlement + imbalance, fees included): energy that nobody
 * served is charged as if the utility had sold it, so that not buying never pays. Negative: the
 * seat earned. Baseline, script and bound are all this figure.
 */
int64_t lg_seat_cost_uct(int64_t bill_uct, lg_stored_rates rates, int64_t start_uwh,
                         int64_t end_uwh);

/** Less room than this between baseline and bound (1 ct) gives no score: the bound is known to
 * LG_BOUND_GRAIN_UCT (0.01 ct), which is then never more than one point. */
#define LG_SCORE_ROOM_MIN_UCT INT64_C(1000000)
/** A score counts as this at least, and at most, in means and ranks, so that one lost game, or one
 * rival who gave everything away, cannot outweigh a season; what is shown is the score itself. */
#define LG_SCORE_COUNTED_MIN (-100.0)
#define LG_SCORE_COUNTED_MAX 100.0

typedef enum lg_scored {
    LG_SCORED_YES,
    LG_SCORED_NO_BOUND, /* the bound of this seat cannot be computed (bound.h says when) */
    LG_SCORED_NO_ROOM,  /* baseline and bound are nearer than LG_SCORE_ROOM_MIN_UCT */
} lg_scored;

/** "yes", "no_bound", "no_room". */
const char *lg_scored_name(lg_scored scored);

typedef struct lg_seat_score {
    lg_scored scored;
    int64_t saving_uct; /* cost of the baseline - cost of the script; negative: it did worse */
    int64_t room_uct;   /* cost of the baseline - bound; 0 without one */
    double score;       /* 100 * saving / room: 0 baseline, 100 bound. NaN unless LG_SCORED_YES */
    double counted;     /* the same within LG_SCORE_COUNTED_MIN and _MAX */
} lg_seat_score;

/**
 * The score of a seat out of three costs (lg_seat_cost_uct). A score above 100 is given as it is:
 * the bound holds as long as others trade within the band it was computed for (bound.h), and who
 * was offered better than that had more than the bound could know of.
 * @param bound_uct  NULL: not computable
 */
lg_seat_score lg_score_seat(int64_t baseline_uct, int64_t cost_uct, const int64_t *bound_uct);

/* ---- the community ---- */

/** One side of a trade or both, as far as they are members of the community. */
typedef struct lg_surplus_trade {
    int64_t energy_uwh;
    int64_t paid_uct;        /* by the buyer, fees included (money, not a rate) */
    int64_t earned_uct;      /* by the seller */
    int64_t fees_uct;        /* what of paid_uct went to operators of the community's markets */
    int64_t utility_buy_uct; /* rate of the utility for the buyer, with fees */
    int64_t feed_in_uct;     /* rate of the utility for the seller, after fees */
    bool buyer_inside, seller_inside;
} lg_surplus_trade;

/**
 * Welfare: gains from trade against the utility (the textbook surplus, e.g. Mas-Colell, Whinston
 * and Green, Microeconomic Theory, 1995, chapter 10, with the utility's rates as what a kWh is
 * worth to a buyer and costs a seller). Money of the whole game:
 *
 *   consumer = sum over bought of energy * utility_buy_uct - paid_uct
 *   producer = sum over sold of earned_uct - energy * feed_in_uct
 *   fees     = sum of fees_uct: a transfer to the operators, not a loss
 *   total    = consumer + producer + fees
 *
 * Begins as {0}.
 */
typedef struct lg_welfare {
    int64_t consumer_uct, producer_uct, fees_uct, total_uct;
} lg_welfare;

/** Adds one trade; a side that is outside has no surplus here. */
void lg_welfare_add(lg_welfare *welfare, const lg_surplus_trade *trade);

/**
 * Gini coefficient of amounts that may be negative: 0 all the same, 1 one has every gain and one
 * every loss. Raffinetti, Siletti and Vernizzi, "On the Gini coefficient normalization when
 * attributes with negative values are considered", Statistical Methods & Applications 24 (2015):
 *
 *   G = sum_i sum_j |y_i - y_j| / (2 (n - 1) sum_i |y_i|)
 *
 * For amounts that are all >= 0 it is the classical one times n / (n - 1), which then reaches 1. 0
 * when all are 0 or there is but one; NaN for none. Integers up to the one division.
 * @return LG_OK; LG_MEMORY
 */
lg_status lg_gini(lg_mem *mem, const int64_t *amounts_uct, uint32_t count, double *gini) LG_CHECKED;

/** What a finished game says of its community. Borrowed during the call. */
typedef struct lg_community_input {
    int64_t produced_uwh, consumed_own_uwh, demanded_uwh; /* as in the store's `community` */
    int64_t unserved_uwh;                                 /* of all members */
    const int64_t *import_uwh, *export_uwh; /* through the community's door, an energy a slot */
    uint32_t slot_count;
    uint32_t slot_s;            /* seconds of a slot, > 0 */
    const int64_t *savings_uct; /* a saving a member or seat, for the Gini coefficient */
    uint32_t saving_count;
    lg_welfare welfare;
} lg_community_input;

typedef struct lg_community_score {
    lg_welfare welfare;
    double self_sufficiency; /* consumed_own / demanded, 0..1; NaN when nothing was demanded */
    double self_consumption; /* consumed_own / produced, 0..1; NaN when nothing was produced */
    int64_t peak_import_uwh; /* largest import - export of a slot, 0 at least */
    uint32_t peak_slot;      /* the first slot of that import; 0 when there was none */
    double peak_import_kW;   /* mean power of that slot */
    double savings_gini;
    int64_t unserved_uwh;
    double unserved_share; /* unserved / demanded; NaN when nothing was demanded */
} lg_community_score;

/**
 * All terms. Self-sufficiency and self-consumption as in Luthander, Widén, Nilsson and Palm,
 * "Photovoltaic self-consumption in buildings: A review", Applied Energy 142 (2015): used on the
 * spot (or by way of the community's storages) as a part of the demand, and of the production.
 * @return LG_OK; LG_MEMORY
 */
lg_status lg_score_community(lg_mem *mem, const lg_community_input *input,
                             lg_community_score *score) LG_CHECKED;

/* ---- a grid operator ---- */

/** One game of an operator, and the same game with the scenario's own tariff. */
typedef struct lg_operator_input {
    int64_t peak_uwh, reference_peak_uwh; /* peak import of a slot of the markets it manages */
    int64_t revenue_uct;                  /* grid fees of its markets */
    int64_t required_uct; /* what they have to bring: by the scenario, else the reference's fees */
    int64_t cost_uct, reference_cost_uct; /* sum of the members' costs (lg_seat_cost_uct) */
    int64_t reference_spent_uct; /* what members paid there before earnings, the scale of costs */
} lg_operator_input;

typedef struct lg_operator_score {
    int64_t peak_reduction_uwh;    /* reference - game; negative: the peak grew */
    double peak_reduction;         /* as a part of the reference's peak; 0 when both are 0 */
    double revenue_adequacy;       /* revenue / required; 1 when nothing is required */
    int64_t revenue_shortfall_uct; /* max(0, required - revenue) */
    int64_t community_cost_uct;    /* cost - reference cost: what the tariff cost the members */
    double community_cost;         /* as a part of what they paid in the reference */
    double score;                  /* below */
} lg_operator_score;

/**
 * The operator's terms and their sum in points, 0 for the reference tariff:
 *   score = 100 * (peak_reduction - max(0, 1 - revenue_adequacy) - community_cost)
 * A point is one percent: of the peak, of the required revenue that is missing, of what the members
 * paid. Revenue above what is required earns nothing (cost recovery, not profit: the aim of network
 * tariffs in Directive (EU) 2019/944 and Regulation (EU) 2019/943, article 18), and what members
 * paid for it counts against it. NaN when a term has nothing to be compared with (a peak or a cost
 * where the reference has none).
 */
lg_operator_score lg_score_operator(const lg_operator_input *input);

#endif
