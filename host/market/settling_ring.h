/* host/market/settling_ring.h — the settlement markets of a run as they lie in memory; of
 * settling.c and settling_bills.c, nobody else includes it
 *
 * A ring of engines: the market of slot s is round s modulo the length of the ring, so the round
 * that a slot needs is the one whose time is over.
 */
#ifndef LG_MARKET_SETTLING_RING_H
#define LG_MARKET_SETTLING_RING_H

#include "market/settling.h"

struct lg__round {
    lg_market *market;
    lg_caps *caps;
    int64_t *planned_uwh, *deviation_uwh;
    uint32_t slot;
    int64_t start_ms;
    bool open;
};

struct lg_settling {
    lg_mem *mem;
    const lg_site *site;
    lg_rules rules;
    struct lg__round *rounds;
    uint32_t round_count, open_count;
    uint8_t *kind;         /* an asset */
    int64_t *planned_uwh;  /* of the slot noted last; NO_PLAN: it trades without limit */
    uint32_t planned_slot; /* LG_NONE before the first */
    int64_t planned_start_ms;
    uint32_t last_slot; /* measured last */
    lg_market_ids *run;
};

#endif
