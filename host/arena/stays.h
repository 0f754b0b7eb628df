/* host/arena/stays.h — when the cars of a charger are there, as storages of a bound
 *
 * What plugins/ev_charger makes of the charger's sessions, told ahead: a stay is a storage that
 * comes with what the car brings and has to leave with what it needs.
 */
#ifndef LG_ARENA_STAYS_H
#define LG_ARENA_STAYS_H

#include <stdint.h>
#include "arena/bound.h"
#include "grid/site.h"

/** The time of a run. */
typedef struct lg_stays_run {
    int64_t start_ms; /* of the first slot, since 1970 UTC */
    int64_t slot_ms;
    uint32_t slot_count;
} lg_stays_run;

/**
 * The stays of @p charger, an asset of the driver ev_charger, in the slots of @p run: those of the
 * first session, then of the next; none without a whole slot.
 * @param stays  takes the first @p most of them
 * @return how many there are, which may be more; UINT32_MAX at most
 */
uint32_t lg_stays(const lg_asset *charger, const lg_stays_run *run, lg_bound_storage *stays,
                  uint32_t most);

#endif
