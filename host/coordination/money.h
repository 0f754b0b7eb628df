/* coordination/money.h — what a user has earned by following price curves */
#ifndef LG_COORDINATION_MONEY_H
#define LG_COORDINATION_MONEY_H

#include "coordination/report.h"

/** Amounts count in this part of the currency: micro-cents. */
#define LG_COORD_MONEY_DECIMALS 8

/** What a location has earned in one currency. */
typedef struct lg_coord_earning {
    const lg_coord_location *location; /* as it is now */
    lg_coord_currency currency;
    int64_t active_uct, blocked_uct; /* to be paid; not before the problems are solved */
    bool lacks_meter;                /* it has no meter point */
    bool other_meter;                /* energy was reported at a meter point that is not its */
} lg_coord_earning;

typedef struct lg_coord_earnings {
    lg_coord_month month;
    lg_coord_earning *list; /* in the arena; locations in their order */
    uint32_t count;
} lg_coord_earnings;

/**
 * Works out what @p user has earned in the month of @p at_us, into @p arena: of every quarter of an
 * hour the energy reported for it times what the price curve that rules there takes off a kWh. The
 * curve published last rules, of those for the resource that say something about the quarter. A
 * curve that raises the price takes nothing. Energy fed in earns nothing. Each sum is rounded once,
 * half away from zero.
 * @return LG_COORD_DONE; LG_COORD_MEMORY
 */
lg_coord_result lg_coord_earned(const lg_coord *coord, const lg_coord_tenant *tenant,
                                const lg_coord_user *user, int64_t at_us, lg_arena *arena,
                                lg_coord_earnings *out);

#endif
