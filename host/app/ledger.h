/* host/app/ledger.h — what a member pays, and what it would have paid without a local market
 *
 * Pure arithmetic on integers; app/members.c walks the site and feeds it. Energies in
 * micro-watt-hours, rates in micro-cents per kWh, money in micro-cents.
 */
#ifndef LG_APP_LEDGER_H
#define LG_APP_LEDGER_H

#include <stdbool.h>
#include "market/market.h"

/** The utility's rates at a member's door in one slot: fees of the path included. */
typedef struct lg_door_rates {
    int64_t buy_uct;      /* what a kWh from the utility costs: market maker rate + fees */
    int64_t sell_uct;     /* what a kWh to the utility brings: feed-in tariff - fees, at least 0;
                           * percentage fees are counted from what the seller gets */
    int64_t unserved_uct; /* what a kWh costs that was needed and not bought: buy + surcharge */
} lg_door_rates;

/** What a member needs and makes in one slot, its storages idle. */
typedef struct lg_member_slot {
    int64_t demand_uwh, supply_uwh;
    int64_t unserved_uwh; /* demand of its loads that was not bought */
} lg_member_slot;

/** Sums of one member since the start. */
typedef struct lg_member_line {
    int64_t demand_uwh, supply_uwh, unserved_uwh;
    int64_t unserved_uct;
    int64_t base_bill_uct; /* bill without a local market; negative: it would earn */
    int64_t imbalance_uct; /* of deviations that the settlement market left */
} lg_member_line;

/**
 * Rates at a door. @p fee_sum is the sum over the markets from the member's parent up to the
 * utility's: micro-cents per kWh, or parts per billion of the rate when the fees are percentages.
 */
lg_door_rates lg_ledger_door(int64_t market_maker_uct, int64_t feed_in_uct, int64_t surcharge_uct,
                             lg_fee_kind kind, int64_t fee_sum);

/**
 * Adds one slot: demand and supply are netted behind the member's own meter, the rest is the
 * utility's. @p run_uct is all that lines of the run were charged, whatever its sign.
 * @return false, and the line as it was, when that would be past LG_RUN_MONEY_MAX_UCT
 */
bool lg_ledger_add(lg_member_line *line, const lg_member_slot *slot, const lg_door_rates *door,
                   int64_t *run_uct) LG_CHECKED;

/** What was measured of a member's slot, once its settlement market has closed. Above 0: bought. */
typedef struct lg_member_deviation {
    int64_t planned_uwh;   /* demand minus supply that the slot was opened with */
    int64_t deviation_uwh; /* measured minus planned */
    int64_t left_uwh;      /* of it, nobody settled: the utility does, at the door's rates */
} lg_member_deviation;

/**
 * Adds what was measured of a slot that lg_ledger_add() has added as planned: without a local
 * market the member had bought or sold what was measured, with one it owes what is left.
 * @return as lg_ledger_add()
 */
bool lg_ledger_settle(lg_member_line *line, const lg_member_deviation *deviation,
                      const lg_door_rates *door, int64_t *run_uct) LG_CHECKED;

/**
 * The bill at the boundary of a member: what it paid its parent's market, minus what it earned
 * there, plus the fees of its own markets, plus what its unserved demand is charged.
 * @param row       the member as a party of its parent's market
 * @param own_fees  fees its own markets (and those below) have taken from its assets
 */
int64_t lg_ledger_bill(const lg_bill *row, int64_t own_fees, const lg_member_line *line);

/** What was saved in percent of the bill without a local market; NaN when that is not above 0,
 * or so little that it is 0.00 EUR. */
double lg_ledger_saved_percent(int64_t bill_uct, int64_t base_bill_uct);

#endif
