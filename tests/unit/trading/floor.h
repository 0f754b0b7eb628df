/* tests/unit/trading/floor.h — a small market to trade on, and its logs as text */
#ifndef LG_TEST_TRADING_FLOOR_H
#define LG_TEST_TRADING_FLOOR_H

#include "trading/trading.h"

/* Noon of 1 June 2025 UTC; the period that orders are for by default starts two hours later. */
#define NOON  INT64_C(1748779200000)
#define HOUR  INT64_C(3600000)
#define START (NOON + 2 * HOUR)

enum { NORTH, SOUTH, FLOOR_AREAS };
enum { ANN, BOB, EVE, FLOOR_POOLS }; /* gridpools with the ids 11, 12, 13 */

typedef struct trading_floor {
    lg_trading_area areas[FLOOR_AREAS];
    lg_trading_gridpool pools[FLOOR_POOLS];
    lg_trading_link links[2];
    lg_trading_rules rules;
    lg_trading *market;
    uint64_t orders, trades, shown; /* cursors of what was told last */
    char text[4096];
} trading_floor;

/** Fills the rules; a test changes them before floor_open(). */
void floor_init(trading_floor *f);
/** NORTH to SOUTH and back: so many kW. */
void floor_link(trading_floor *f, int64_t there, int64_t back);
void floor_open(trading_floor *f, lg_mem *mem);
/** Checks that everything adds up first. */
void floor_close(trading_floor *f);

/** Terms of a limit order in NORTH: kW, and EUR per MWh. */
lg_trading_terms terms_of(uint32_t side, int64_t kw, double price);
/** Creates; the order has to be taken. */
uint64_t floor_send(trading_floor *f, uint32_t pool, const lg_trading_terms *terms);
uint64_t buys(trading_floor *f, uint32_t pool, int64_t kw, double price);
uint64_t sells(trading_floor *f, uint32_t pool, int64_t kw, double price);
/** Creates; @return why not, by its word. */
const char *refused(trading_floor *f, uint32_t pool, const lg_trading_terms *terms);
/** Changes; @return why not. */
const char *changes(trading_floor *f, uint32_t pool, uint64_t id, uint32_t set,
                    const lg_trading_terms *terms);
lg_trading_order order_of(trading_floor *f, uint32_t pool, uint64_t id);

/** Changes of orders since the last call: "1 active add user 100/0; ...": id, state, reason, actor,
 * open and filled kW. */
const char *told(trading_floor *f);
/** Public trades since the last call: "100 @ 50; ..." */
const char *traded(trading_floor *f);
/** Records of the public book since the last call: "1 buy 100 @ 50; ...", by their public id. */
const char *shown(trading_floor *f);
/** A side of the public book: "100 @ 50; ..." */
const char *book(trading_floor *f, uint32_t area, uint32_t side);

#endif
