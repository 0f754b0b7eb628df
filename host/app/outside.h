/* host/app/outside.h — what reaches a running world from outside, such as an operator's fee
 *
 * An act happens between two ticks and is a command of the run like any other: it counts in the
 * digest, and with the same acts at the same places a run comes out the same. So whoever records
 * runs keeps an act before it happens.
 */
#ifndef LG_APP_OUTSIDE_H
#define LG_APP_OUTSIDE_H

#include "base/status.h"
#include "script/bundle.h"

/** A tick of a run. */
typedef struct lg_place {
    uint32_t slot, tick;
} lg_place;

typedef enum lg_outside_kind {
    LG_OUTSIDE_FEE = 1,    /* the grid fee of market @p node, from the next slot on: @p number */
    LG_OUTSIDE_SCRIPT = 2, /* agent @p node runs the texts @p script from the next tick on; @p
                           number: 0, or the version that they are of and that comes back */
    LG_OUTSIDE_END = 4, /* the run ends before this tick, sooner than its scenario says; @p number
                           0: between slots, with its results finished; 1: they stay as they are */
} lg_outside_kind;

typedef struct lg_outside {
    lg_outside_kind kind;
    uint32_t slot, tick; /* the tick that is done next; set by the world */
    uint32_t node;       /* area or agent */
    int64_t number;    /* constant fees: micro-cents per kWh; percentage fees: parts per billion */
    lg_bundle *script; /* borrowed for the act; lg_bundle_write() and lg_bundle_read() keep it */
} lg_outside;

/** Keeps an act before it happens. @return LG_OK; anything else: it does not happen */
typedef struct lg_outside_keeper {
    void *ctx;
    lg_status (*keep)(void *ctx, const lg_outside *act, lg_err *err);
} lg_outside_keeper;

#endif
