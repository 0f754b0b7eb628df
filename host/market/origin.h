/* host/market/origin.h — where the energy in each storage comes from
 *
 * First in, first out: what is sold or used is what has been there longest. Energy bought in a slot
 * is in the storage when the slot is over. All amounts are integers.
 */
#ifndef LG_MARKET_ORIGIN_H
#define LG_MARKET_ORIGIN_H

#include "market/market.h"

typedef enum lg_origin {
    LG_ORIGIN_LOCAL, /* bought from an asset in the storage's own market, or below: in its home */
    LG_ORIGIN_EXTERNAL, /* bought from anybody else, or from a bus or market maker, wherever it is
                         */
    LG_ORIGIN_UNKNOWN,  /* it was there when it was first looked at: a car that came */
    LG_ORIGIN_COUNT
} lg_origin;

/** "local", "external", "unknown". */
const char *lg_origin_name(lg_origin origin);

/** Energy of a storage by origin. */
typedef struct lg_origin_sums {
    int64_t stored_uwh[LG_ORIGIN_COUNT]; /* now */
    int64_t bought_uwh[LG_ORIGIN_COUNT]; /* since the start */
    int64_t sold_uwh[LG_ORIGIN_COUNT];   /* likewise: of what was sold, where it had come from */
} lg_origin_sums;

typedef struct lg_origins lg_origins;

/**
 * For the storages of @p site, which is borrowed. What is in a storage at its first
 * lg_origins_fit() counts as its parameter initial_energy_origin says, one of the names above; as
 * unknown without it. NULL when memory is exhausted. Free with lg_origins_free(); NULL is fine
 * there.
 */
lg_origins *lg_origins_new(lg_mem *mem, const lg_site *site);
void lg_origins_free(lg_origins *origins);

/**
 * Says what the device of @p asset holds when a slot opens. Less than is known of: the oldest has
 * gone, by losses or because its owner took it. More: it came from somewhere unknown. Nothing
 * happens for an asset that is no storage.
 * @return LG_OK; LG_MEMORY
 */
lg_status lg_origins_fit(lg_origins *origins, uint32_t asset, int64_t stored_uwh) LG_CHECKED;
/** Takes note of a trade. @return LG_OK; LG_MEMORY */
lg_status lg_origins_trade(lg_origins *origins, const lg_trade *trade) LG_CHECKED;
/** The slot is over: what was sold leaves, then what was bought arrives. @return LG_OK; LG_MEMORY
 */
lg_status lg_origins_close_slot(lg_origins *origins) LG_CHECKED;

/** The sums of @p asset; NULL when it is no storage. Valid until lg_origins_free(). */
const lg_origin_sums *lg_origins_of(const lg_origins *origins, uint32_t asset);

#endif
