/* tests/unit/market/town.h — builds a small site and trades in it, for tests of the market room
 *
 * Areas are added in breadth-first order and assets in the order of their areas, as a site wants
 * them. Amounts are given as kWh and ct/kWh and are exact at six decimals and less.
 */
#ifndef LG_TEST_MARKET_TOWN_H
#define LG_TEST_MARKET_TOWN_H

#include "market/market.h"

enum { TOWN_AREAS = 16, TOWN_ASSETS = 32, TOWN_TRADES = 64 };

/** A trade with its legs copied. */
typedef struct town_trade {
    lg_trade trade;
    lg_leg legs[2 * LG_DEPTH_MAX + 2];
} town_trade;

typedef struct town {
    lg_site site;
    lg_area areas[TOWN_AREAS];
    lg_asset assets[TOWN_ASSETS];
    lg_caps caps[TOWN_ASSETS];
    lg_rules rules;
    lg_market *market; /* made by the first town_open() */
    uint32_t slot, tick;
    town_trade trades[TOWN_TRADES]; /* of the running slot */
    uint32_t trade_count;
} town;

/** An empty town; 15-minute slots of 60 ticks, constant fees, orders keep their age, no tolerance.
 */
void town_init(town *t, lg_match_rule match);
/** Ends the test: frees the market. */
void town_fini(town *t);

/** An area with both ages 2 under @p parent (LG_NONE: the root), fee in ct/kWh, or in percent if
 * such are ruled. */
uint32_t town_area(town *t, uint32_t parent, double fee);
/** An asset without limits in the running or any slot. */
uint32_t town_asset(town *t, uint32_t area, uint32_t role);

/** Opens slot 0 with a new market, or the next slot after town_close(). */
void town_open(town *t);
void town_close(town *t);
/** Runs the next @p count ticks. */
void town_ticks(town *t, uint32_t count);
/** Runs ticks until something is traded and @return that tick; LG_NONE when nothing is in the slot.
 */
uint32_t town_first_trade(town *t);

/** Places an order that must be taken. @return its id */
uint64_t town_bid(town *t, uint32_t asset, double kwh, double ct);
uint64_t town_offer(town *t, uint32_t asset, double kwh, double ct);
/** The same, all open orders of that side being replaced. */
uint64_t town_rebid(town *t, uint32_t asset, double kwh, double ct);
uint64_t town_reoffer(town *t, uint32_t asset, double kwh, double ct);
/** Places an order, whatever comes of it. */
lg_status town_try(town *t, uint32_t asset, lg_side side, double kwh, double ct, bool replace,
                   lg_placed *placed);

/** The trade number @p index of the slot is between these two, and the buyer pays @p ct a kWh. */
void town_expect(const town *t, uint32_t index, uint32_t seller, uint32_t buyer, double kwh,
                 double ct);
/** The legs of a trade show these rates, named from the buyer's market to the seller's. */
void town_expect_rates(const town *t, uint32_t index, uint32_t count, const double *ct);

/** kWh and ct as the integers inside. */
int64_t town_uwh(double kwh);
int64_t town_uct(double ct);

#endif
