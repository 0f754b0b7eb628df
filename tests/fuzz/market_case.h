/* tests/fuzz/market_case.h — a small site, rules and a list of operations, read from any bytes
 *
 * Every sequence of bytes is a valid case, also the empty one; where it ends, zeros follow. The
 * numbers are chosen so that equal rates, equal energies and exhausted caps are frequent.
 */
#ifndef LG_FUZZ_MARKET_CASE_H
#define LG_FUZZ_MARKET_CASE_H

#include <stdio.h>
#include "market/market.h"

enum {
    MARKET_CASE_AREAS = 12,
    MARKET_CASE_ASSETS = 16,
    MARKET_CASE_SLOTS = 4, /* different sets of caps; later slots repeat them */
    MARKET_CASE_OPS = 400,
};

typedef enum market_op_kind {
    OP_PLACE,
    OP_CANCEL,
    OP_TICK,
    OP_SLOT,
    OP_FEE,
    OP_SWITCH
} market_op_kind;

/** One thing to do; which fields are read depends on the kind. */
typedef struct market_op {
    market_op_kind kind;
    uint32_t target; /* asset, or area of a fee or switch */
    lg_side side;
    int64_t energy_uwh;
    int64_t rate_uct; /* or the fee */
    bool replace;     /* a switch: turned on */
    uint32_t which;   /* the n-th open order is cancelled; 0: all; a switch: 0 the connection of an
                         area, 1 the area, 2 an asset */
} market_op;

/** Refers to itself: lives where it was filled. */
typedef struct market_case {
    lg_site site;
    lg_area areas[MARKET_CASE_AREAS];
    lg_asset assets[MARKET_CASE_ASSETS];
    lg_rules rules;
    lg_caps caps[MARKET_CASE_SLOTS][MARKET_CASE_ASSETS];
    market_op ops[MARKET_CASE_OPS];
    uint32_t op_count;
} market_case;

/** Fills @p c from @p size bytes. */
void market_case_decode(market_case *c, const uint8_t *bytes, size_t size);
/** Writes the case for people to read. */
void market_case_print(const market_case *c, FILE *out);

/** Whether the naive market's `frozen` is off: see naive_market.h. For the whole process. */
extern bool market_case_live;

/**
 * Runs the case through the engine and the naive market and compares after every operation.
 * @return whether they agree; the first difference is written to @p out, which may be NULL
 */
bool market_case_agree(const market_case *c, FILE *out);
/** Leaves out operations one by one as long as the two still disagree. */
void market_case_minimise(market_case *c);

#endif
