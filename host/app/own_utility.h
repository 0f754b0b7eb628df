/* host/app/own_utility.h — a bus or market maker inside a home is still the utility beyond its door
 *
 * Without a market under compat = "gsy-e" every home has a bus of its own (scenario/base_case.c),
 * and what it trades with that never reaches the row of the home in its parent's market. Here it is
 * added up trade by trade, to be put where it belongs.
 */
#ifndef LG_APP_OWN_UTILITY_H
#define LG_APP_OWN_UTILITY_H

#include <stdbool.h>
#include "market/market.h"

/** What a home's own utility changes in the home's figures. */
typedef struct lg_own_utility {
    int64_t bought_uwh, sold_uwh; /* by the home, beyond what its row in the parent's market says */
    int64_t bill_uct;             /* what the utility got for it less what it paid */
    lg_kpi counted;               /* what the home's indicators count as own and is the utility's */
} lg_own_utility;

/** Whether @p asset is the utility: a bus or a market maker. */
bool lg_is_utility(const lg_asset *asset);
/** Counts a trade whose seller is a utility in the home; @p within: its buyer lies in it, too. */
void lg_own_utility_sells(lg_own_utility *own, const lg_trade *trade, const lg_asset *seller,
                          const lg_asset *buyer, bool within);
/** Counts a trade whose buyer is one. A trade may be both. */
void lg_own_utility_buys(lg_own_utility *own, const lg_trade *trade, const lg_asset *seller,
                         const lg_asset *buyer, bool within);
/** The indicators of a home without what is its utility's. */
lg_kpi lg_own_utility_kpi(const lg_own_utility *own, lg_kpi kpi);

#endif
