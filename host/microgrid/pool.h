/* host/microgrid/pool.h — several that want the same devices: who gets what, and how it is shared
 *
 * Proposals for a pool of devices are nested like wooden dolls: whoever ranks higher says between
 * which powers those below may choose; the lowest of them that says what it wants gets it, as far
 * as it lies within what all above allow. What comes of it is shared among the devices.
 *
 * Powers in W, passive convention: positive charges or draws, negative discharges or feeds in.
 */
#ifndef LG_MICROGRID_POOL_H
#define LG_MICROGRID_POOL_H

#include "base/mem.h"
#include "microgrid/range.h"

/** How long a proposal holds unless it is made again, ms. */
#define LG_PROPOSAL_LIFETIME_MS 60000

/** What one of those who share a pool wants. */
typedef struct lg_proposal {
    uint32_t who;     /* number of the asker; the same one's newer proposal replaces its older */
    int32_t priority; /* higher ranks first; of equal ones the lower number of the asker */
    double preferred; /* W; NaN: says only what others may do */
    lg_range allowed; /* what those that rank lower may choose; -INFINITY to INFINITY: anything */
    int64_t until_ms; /* it no longer holds then */
} lg_proposal;

/** What an asker is told. */
typedef struct lg_pool_report {
    double target;     /* what the pool does; NaN: nobody wants anything */
    lg_ranges allowed; /* what this asker may choose, after all that rank higher */
} lg_pool_report;

/**
 * The power that comes of proposals at @p now_ms.
 * @param system  what the pool can do
 * @return W, within @p system or 0; NaN: nobody wants anything, or nobody's time is left
 */
double lg_pool_target(const lg_proposal *proposals, uint32_t count, const lg_ranges *system,
                      int64_t now_ms);
/** What asker @p who is told of it. */
lg_pool_report lg_pool_report_to(const lg_proposal *proposals, uint32_t count,
                                 const lg_ranges *system, int64_t now_ms, uint32_t who);

/** One device among which power is shared. */
typedef struct lg_share {
    double weight;     /* its part of the whole; 0: takes nothing that others can */
    lg_ranges allowed; /* of the device, W; 0 W is always possible */
    double power;      /* filled in */
} lg_share;

/**
 * Shares @p power by weights, each device within its own ranges: what one cannot take goes to the
 * others. One that would have to work in its gap rests, or works at the gap's end if that comes
 * nearer.
 * @return what could not be shared, of the same sign as @p power; 0: all was
 */
double lg_pool_share(lg_share *shares, uint32_t count, double power);

/**
 * The weight of a battery for lg_pool_share(): to charge the room left below its upper limit, to
 * discharge what it holds above its lower one, in Wh.
 * @param soc, lower, upper  in percent
 */
double lg_pool_battery_weight(double power, double capacity_Wh, double soc, double lower,
                              double upper);

#endif
