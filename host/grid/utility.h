/* host/grid/utility.h — what the utility's rates are where somebody trades: with the fees between
 */
#ifndef LG_GRID_UTILITY_H
#define LG_GRID_UTILITY_H

#include <stdbool.h>
#include <stdint.h>

/** What a kWh from the utility costs, and what an order of the utility for one is worth;
 * micro-cents. LG_UTILITY_NONE: it has no such rate. */
typedef struct lg_utility_rates {
    int64_t asks_uct, pays_uct;
} lg_utility_rates;
#define LG_UTILITY_NONE INT64_MIN

/**
 * The rates as they are seen in a market, where prices have its own fee in them.
 * @param own       where the utility is
 * @param constant  fees are micro-cents per kWh; else parts per billion of the rate
 * @param fee       of the market
 * @param sum       of the fees of all markets from that one up to the root
 */
lg_utility_rates lg_utility_seen(lg_utility_rates own, bool constant, int64_t fee, int64_t sum);

#endif
