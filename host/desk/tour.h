/* host/desk/tour.h — a tick as the reference exchange walks it, from the leaves of the tree to its
 * root
 *
 * For runs of lg_rules_interleave(): an asset's commands are applied when the walk comes to it, and
 * a market is matched when it has come to everybody below. So a market in the depth may still see
 * orders that their owners, who come later, are about to replace.
 */
#ifndef LG_DESK_TOUR_H
#define LG_DESK_TOUR_H

#include "desk/desk.h"

/** A command of a desk's applied batch, waiting for the walk to come to its asset. */
struct lg__errand {
    lg_desk *desk;
    uint32_t index;     /* in the batch */
    uint32_t next;      /* of the same asset; LG_NONE ends */
    int64_t traded_uwh; /* of the command's side when the command was given */
};

struct lg__tour {
    lg_mem *mem;
    const lg_site *site;
    uint32_t *first; /* errand of an asset; LG_NONE: none. NULL until the first walk */
    struct lg__errand *errands;
    uint32_t count, capacity;
};

/** Applies one command; @p traded_uwh is what its asset has traded on its side since it was given.
 */
typedef lg_status lg__errand_function(void *ctx, lg_desk *desk, uint32_t index, int64_t traded_uwh);

void lg__tour_free(struct lg__tour *tour);
/** Takes what the desk's last batch asks of assets. @return LG_OK, LG_MEMORY */
lg_status lg__tour_take(struct lg__tour *tour, lg_desk *desk) LG_CHECKED;
/** Walks the tree once for @p tick of @p slot and leaves nothing behind. */
lg_status lg__tour_run(struct lg__tour *tour, lg_market *market, uint32_t slot, uint32_t tick,
                       lg__errand_function *apply, void *ctx) LG_CHECKED;

#endif
