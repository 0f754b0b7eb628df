/* host/market/market.h — all markets of a site in one engine
 *
 * Every area runs one market a slot. An order is one record, however many markets see it: where it
 * is visible, since when and at what rate follows from the tree, the ages and the fees. Life of a
 * slot:
 *
 *   lg_market_open_slot -> (lg_market_place / cancel ..., lg_market_tick)* -> lg_market_close_slot
 *
 * Within a tick all orders are placed first; lg_market_tick() then lets orders travel and matches
 * every market, the lowest level first, the children of an area in an order drawn from the seed for
 * every tick. All amounts are integers (grid/unit.h). Nothing here does I/O, reads a clock or knows
 * a script.
 */
#ifndef LG_MARKET_MARKET_H
#define LG_MARKET_MARKET_H

#include "base/status.h"
#include "grid/site.h"
#include "market/rules.h"

typedef struct lg_market lg_market;

typedef enum lg_side { LG_BID, LG_OFFER } lg_side;

/** Most open orders of an asset on one side. */
#define LG_ORDERS_MAX 128

/** An open order as its owner sees it. */
typedef struct lg_order {
    uint64_t id; /* unique in the run, rising; a changed order gets a new one */
    uint32_t asset;
    lg_side side;
    int64_t energy_uwh; /* not yet traded, > 0 */
    int64_t rate_uct;   /* what the asset asked or bid, fees not included */
    uint32_t tick;      /* when it was placed or last changed */
} lg_order;

/** What came of placing an order. */
typedef struct lg_placed {
    uint64_t id;         /* of the new order when LG_OK */
    int64_t asked_uwh;   /* the energy asked for */
    int64_t allowed_uwh; /* the most that would have been accepted: set for LG_ENERGY */
} lg_placed;

/** One market's part in a trade: the same energy, local parties, the rate seen there. */
typedef struct lg_leg {
    uint32_t area; /* whose market */
    int64_t
        rate_uct; /* what the local buyer pays, micro-cents per kWh, this market's fee included */
    int64_t fee_rate_uct; /* this market's fee part of it */
    int64_t price_uct;    /* money of rate_uct */
    int64_t fee_uct;      /* money of the fee; the local seller gets price_uct - fee_uct */
} lg_leg;

/** A trade from the seller's to the buyer's asset. Borrowed: valid during the sink's call. */
typedef struct lg_trade {
    uint64_t id; /* rising from 1 */
    lg_market_type type;
    uint32_t slot, tick; /* of the energy; of a past slot the ticks count on behind its last */
    int64_t slot_start_ms;
    int64_t time_ms;        /* of the tick */
    uint32_t market;        /* area whose market matched the two */
    uint32_t seller, buyer; /* assets */
    uint64_t offer_id,
        bid_id; /* 0: none (one-sided purchases keep the limit order's id as bid_id) */
    int64_t offer_left_uwh, bid_left_uwh; /* what stays open of either */
    int64_t offer_rate_uct, bid_rate_uct; /* the original rates of the two orders */
    int64_t energy_uwh;
    int64_t paid_uct;   /* by the buyer */
    int64_t earned_uct; /* by the seller */
    int64_t fees_uct;   /* by all markets on the path */
    /* paid = earned + fees + rounding, always. It is a few micro-cents, but for compat with
     * percentage fees and an offer at 0 ct, where nobody pays the fees on the seller's way. */
    int64_t rounding_uct;
    const lg_leg *legs; /* from the seller's market to the buyer's */
    uint32_t leg_count;
} lg_trade;

/**
 * The money of a trade, market by market: what lg_market_tick() does with each, and whoever
 * explains one later. Pure arithmetic.
 *
 * @param buyer_rate_uct  what the buyer pays a kWh, all fees included
 * @param trade  energy_uwh, offer_rate_uct, market and leg_count are given; paid, fees, earned and
 *               rounding and the pointer to the legs are filled in
 * @param legs   area and, in fee_rate_uct, the market's fee (micro-cents per kWh, or parts per
 *               billion with percentages) are given, from the seller's market to the buyer's; all
 *               else is filled in
 */
void lg_market_legs(const lg_rules *rules, int64_t buyer_rate_uct, lg_trade *trade, lg_leg *legs);

/** Where the market tells what happened, at once and in order. Functions may be NULL. */
typedef struct lg_market_sink {
    void *ctx;
    void (*trade)(void *ctx, const lg_trade *trade);
    /** A clearing of a market in a pay-as-clear tick: its rate and the energy traded at it. */
    void (*cleared)(void *ctx, uint32_t area, uint32_t slot, uint32_t tick, int64_t rate_uct,
                    int64_t energy_uwh);
} lg_market_sink;

/** What an asset may trade in a slot; from its driver. LG_UNLIMITED_UWH: no limit. */
typedef struct lg_caps {
    int64_t buy_uwh, sell_uwh; /* tradable */
    int64_t demand_uwh;        /* must be bought, else it is unserved: loads; of a storage what its
                                * owner needs soon; 0 for buses */
    int64_t supply_uwh;        /* counted as production possible: PV; 0 for storages and buses */
    int64_t used_uwh;          /* storage: taken out by its owner since the slot before */
} lg_caps;

/**
 * What counts as demand of a slot: a consumer's need, and what it bought beyond it because it could
 * use it (a tank that was filled); of a storage what its owner took out, not what it bought.
 */
int64_t lg_caps_demand(const lg_caps *caps, uint32_t role, int64_t bought_uwh);

/** A figure of each side, by name or by lg_side: x_uwh[LG_BID] is the buying one. */
#define LG__BOTH_SIDES(type, both, buy, sell)                                                      \
    union {                                                                                        \
        struct {                                                                                   \
            type buy, sell;                                                                        \
        };                                                                                         \
        type both[2];                                                                              \
    }

/** Where an asset stands in the running slot. */
typedef struct lg_position {
    LG__BOTH_SIDES(int64_t, cap_uwh, buy_uwh, sell_uwh);                     /* of the slot */
    LG__BOTH_SIDES(int64_t, traded_uwh, bought_uwh, sold_uwh);               /* so far */
    LG__BOTH_SIDES(int64_t, offered_uwh, offered_buy_uwh, offered_sell_uwh); /* in open orders */
    int64_t paid_uct, earned_uct; /* money of those trades */
} lg_position;

/** Cumulative account of an asset, or of an area as a party of its parent's market (13.3 of the
 * reference). */
typedef struct lg_bill {
    int64_t bought_uwh, sold_uwh;
    int64_t spent_uct;      /* price minus local fee, as buyer */
    int64_t earned_uct;     /* price minus local fee, as seller */
    int64_t market_fee_uct; /* local fees of its purchases */
} lg_bill;
/** Adds @p row to @p sum. */
void lg_bill_add(lg_bill *sum, const lg_bill *row);

/** Account of an asset, beyond its local market too: what indicators and savings need. Closed slots
 * only. */
typedef struct lg_account {
    lg_bill bill;
    int64_t fees_path_uct; /* fees of all markets of its purchases */
    int64_t demand_uwh;    /* of all closed slots */
    int64_t supply_uwh;
    int64_t unserved_uwh; /* demand that was not bought */
    int64_t unsold_uwh;   /* supply that was not sold */
} lg_account;

/** What a market did in one slot. Rates of its trades with fees included, unweighted, as the
 * reference has it. */
typedef struct lg_market_stats {
    uint32_t slot;
    uint32_t trade_count;
    int64_t min_rate_uct, max_rate_uct, avg_rate_uct, median_rate_uct; /* 0 without trades */
    int64_t energy_uwh;
    int64_t volume_uct; /* sum of prices */
    int64_t fee_revenue_uct;
    int64_t import_uwh, export_uwh; /* bought from and sold to the parent's market */
    int64_t fee_uct, fee_ppb;       /* the fee that ruled the slot */
} lg_market_stats;

/** Most that an area took from, and gave to, its parent's market in one slot since the start. */
typedef struct lg_peak {
    int64_t import_uwh, export_uwh;
} lg_peak;

/** Cumulative indicators of an area (13.4 of the reference); energy in micro-watt-hours. A prosumer
 * counts as a consumer with what it needs and buys, as a producer with what it sells; an asset that
 * the site calls uncounted is neither. */
typedef struct lg_kpi {
    int64_t produced_uwh, consumed_own_uwh, demanded_uwh, buffer_uwh;
    double self_sufficiency,
        self_consumption; /* 0..1; NaN where nothing was demanded or produced */
} lg_kpi;

/**
 * An engine for @p site under @p rules; both are borrowed and must outlive it. @p sink is copied.
 * NULL when memory is exhausted. Free with lg_market_free().
 */
lg_market *lg_market_new(lg_mem *mem, const lg_site *site, const lg_rules *rules,
                         const lg_market_sink *sink);
void lg_market_free(lg_market *market);

/** What all trades of a run may add up to, and all plans, so that no sum over any part of it can
 * leave int64: 4.6 TWh, and of money a quarter of that, since bills add up several sums of it. */
#define LG_RUN_ENERGY_MAX_UWH (INT64_MAX / 2)
#define LG_RUN_MONEY_MAX_UCT  (INT64_MAX / 8)

/** The last ids that were given to an order and to a trade, and what the run adds up to; engines of
 * a run share them. */
typedef struct lg_market_ids {
    uint64_t order, trade;
    int64_t traded_uwh, traded_uct; /* all trades: energy; price and fees */
    int64_t demand_uwh, supply_uwh; /* all plans */
    int64_t deviation_uwh;          /* all that was measured, whatever its sign */
} lg_market_ids;

/** Takes ids from @p ids from now on, which must outlive the engine; before the first order. */
void lg_market_share_ids(lg_market *market, lg_market_ids *ids);

/**
 * Opens the markets of slot @p slot; fees configured now rule it to its end. @p caps has one entry
 * an asset and is borrowed until the slot has closed. Call after lg_market_close_slot() of the slot
 * before.
 * @return LG_OVERFLOW: with these plans the run is past LG_RUN_ENERGY_MAX_UWH
 */
lg_status lg_market_open_slot(lg_market *market, uint32_t slot, int64_t start_ms,
                              const lg_caps *caps) LG_CHECKED;

/**
 * Opens the markets of a slot that is over, @p first_tick ticks behind its start: lg_market_tick()
 * goes on from there. Otherwise as lg_market_open_slot().
 */
lg_status lg_market_open_past(lg_market *market, uint32_t slot, int64_t start_ms,
                              uint32_t first_tick, const lg_caps *caps) LG_CHECKED;

/**
 * Changes what @p asset may trade in the open slot, trades done included. Its open orders of a side
 * on which they would be too much now are withdrawn.
 */
void lg_market_set_caps(lg_market *market, uint32_t asset, int64_t buy_uwh, int64_t sell_uwh);

/**
 * Places an order of @p asset for this slot.
 *
 * @param energy_uwh  1 .. LG_UNLIMITED_UWH; with the asset's other open orders of the side within
 * its caps
 * @param rate_uct    0 .. LG_RATE_MAX_UCT
 * @param replace     all open orders of the asset on that side are withdrawn in the same step
 * @return LG_OK; LG_CLOSED no slot is open; LG_ENERGY (placed->allowed_uwh says how much); LG_RATE;
 *         LG_INVALID energy not positive; LG_UNSUPPORTED the asset has no such side (in settlement
 *         markets every asset has both); LG_LIMIT
 *         LG_ORDERS_MAX orders are open, or 2^30 were placed in the slot; LG_MEMORY.
 *         Unless LG_OK nothing has changed.
 */
lg_status lg_market_place(lg_market *market, uint32_t asset, lg_side side, int64_t energy_uwh,
                          int64_t rate_uct, bool replace, lg_placed *placed) LG_CHECKED;

/** What an order requires and what it is, beside energy and rate. Lists are lg_match_order's. */
typedef struct lg_terms {
    const char *energy_type; /* of an offer; NULL: what the asset's kind makes */
    uint32_t requirement_count;
    /* rates as the buyer pays them, grid fees included; energies at most that of the order count */
    const lg_requirement *requirements;
} lg_terms;

/** Most requirements of an order, most partners and energy types in one, longest energy type. */
#define LG_REQUIREMENTS_MAX 16
#define LG_PARTNERS_MAX     64
#define LG_ENERGY_TYPES_MAX 16
#define LG_ENERGY_TYPE_MAX  32

/** A deep copy of @p terms in @p arena. @return LG_OK; LG_MEMORY */
lg_status lg_terms_copy(lg_arena *arena, const lg_terms *terms, lg_terms *copy) LG_CHECKED;

/** Whether orders may carry terms here: the matching rule looks at them and the rules allow it. */
bool lg_market_takes_terms(const lg_market *market);
/** Whether the limits above are kept and all places exist. */
bool lg_market_terms_valid(const lg_market *market, const lg_terms *terms);
/**
 * Gives @p terms (copied) to order @p id of @p asset, just placed; it keeps them until it is
 * changed or gone. Only where lg_market_takes_terms(). @return LG_OK; LG_GONE no such order;
 * LG_INVALID they are not lg_market_terms_valid(); LG_MEMORY
 */
lg_status lg_market_set_terms(lg_market *market, uint32_t asset, lg_side side, uint64_t id,
                              const lg_terms *terms) LG_CHECKED;

/** Withdraws order @p id of @p asset, or all of the side when id is 0. @return LG_OK; LG_GONE no
 * such order */
lg_status lg_market_cancel(lg_market *market, uint32_t asset, lg_side side, uint64_t id,
                           uint32_t *cancelled) LG_CHECKED;

/** Lets orders travel and matches. @p tick counts from 0 in the slot. LG_MEMORY leaves trades done
 * so far. */
lg_status lg_market_tick(lg_market *market, uint32_t tick) LG_CHECKED;

/** What the rule of a plugin has done so far; all 0 with a rule of the engine's own. */
lg_match_counts lg_market_match_counts(const lg_market *market);
/** Refusals of all kinds. */
static inline uint64_t lg_match_refused(const lg_match_counts *counts)
{
    uint64_t sum = 0;
    for (int i = 0; i < LG_MATCH_REFUSAL_COUNT; i++)
        sum += counts->refused[i];
    return sum;
}

/**
 * The same in pieces, where lg_rules_interleave() asks for it: a beginning, then every asset and
 * every area once, what is below an area before the area; then the end. Orders of an asset are
 * placed and withdrawn after its own piece.
 */
void lg_market_tick_begin(lg_market *market, uint32_t tick);
lg_status lg_market_tick_asset(lg_market *market, uint32_t asset) LG_CHECKED;
lg_status lg_market_tick_area(lg_market *market, uint32_t area) LG_CHECKED;
lg_status lg_market_tick_end(lg_market *market) LG_CHECKED;

/**
 * Ends the slot: open orders die, statistics and indicators are brought up to date, sums are proven
 * zero (asserts otherwise).
 */
lg_status lg_market_close_slot(lg_market *market) LG_CHECKED;

/** Sets the fee that rules the slots opened from now on. @return LG_OK; LG_RATE negative or too
 * large; LG_UNSUPPORTED the run's fees are of the other kind */
lg_status lg_market_set_fee_constant(lg_market *market, uint32_t area, int64_t fee_uct) LG_CHECKED;
lg_status lg_market_set_fee_percentage(lg_market *market, uint32_t area,
                                       int64_t fee_ppb) LG_CHECKED;

/**
 * Switches that scheduled events set; they rule the slots opened from now on.
 *
 * A disconnected area is an island: it and the markets below it go on trading, but no order travels
 * to its parent's market or comes from there. A disabled area or asset trades nothing: all assets
 * below have caps of 0, while their demand and supply count on as unserved and unsold.
 * @return LG_OK; LG_MEMORY nothing has changed; set_connected also LG_UNSUPPORTED: the root has
 *         nothing to be connected to
 */
lg_status lg_market_set_connected(lg_market *market, uint32_t area, bool connected) LG_CHECKED;
lg_status lg_market_set_enabled(lg_market *market, uint32_t area, bool enabled) LG_CHECKED;
lg_status lg_market_set_asset_enabled(lg_market *market, uint32_t asset, bool enabled) LG_CHECKED;

/* What one may ask at any time; pointers are valid until the engine is freed, contents until it
 * runs on. */
const lg_rules *lg_market_rules(const lg_market *market);
const lg_site *lg_market_site(const lg_market *market);
const lg_position *lg_market_position(const lg_market *market, uint32_t asset);
const lg_account *lg_market_account(const lg_market *market, uint32_t asset);
/** The row of @p area as a party in its parent's market. */
const lg_bill *lg_market_area_bill(const lg_market *market, uint32_t area);
/** What @p area itself bought from (as seller inside: import) and sold to its children, mirrored.
 */
const lg_bill *lg_market_external_bill(const lg_market *market, uint32_t area);
/** Sum of the rows of the direct children of @p area. */
lg_bill lg_market_accumulated_bill(const lg_market *market, uint32_t area);
/** Fees earned by @p area's market since the start, and its rounding account. */
int64_t lg_market_fees_uct(const lg_market *market, uint32_t area);
int64_t lg_market_rounding_uct(const lg_market *market, uint32_t area);
/** Statistics of the last closed slot; NULL before the first. */
const lg_market_stats *lg_market_last_stats(const lg_market *market, uint32_t area);
/** The peaks of the closed slots. */
lg_peak lg_market_peak(const lg_market *market, uint32_t area);
lg_kpi lg_market_kpi(const lg_market *market, uint32_t area);
/** Sets the two shares of indicators from their energies; NaN where there is next to none. */
void lg_kpi_shares(lg_kpi *kpi);
/** Fee of the running slot (frozen when it opened), and the configured one that rules the next. */
int64_t lg_market_fee_running(const lg_market *market, uint32_t area);
int64_t lg_market_fee_next(const lg_market *market, uint32_t area);
/** Whether @p area is connected to its parent's market in the running slot. */
bool lg_market_connected(const lg_market *market, uint32_t area);
/** Whether an area or an asset may trade in the running slot: neither it nor an area above it is
 * disabled. */
bool lg_market_enabled(const lg_market *market, uint32_t area);
bool lg_market_asset_enabled(const lg_market *market, uint32_t asset);
/** Copies open orders of @p asset, oldest first, at most @p max. @return how many there are */
uint32_t lg_market_orders(const lg_market *market, uint32_t asset, lg_side side, lg_order *orders,
                          uint32_t max);
/** Number of orders placed or changed since the start, and of trades. */
uint64_t lg_market_order_count(const lg_market *market);
uint64_t lg_market_trade_count(const lg_market *market);

#endif
