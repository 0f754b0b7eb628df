/* host/market/settling.h — the settlement markets of a run: what was measured against what was
 * planned
 *
 * When a slot is over, the energy of its loads and producers is measured, or drawn from the seed
 * around what was planned. The difference is the deviation: positive where energy has to be bought
 * (a load used more, a producer made less), negative where there is some to sell. It is traded in a
 * market of that slot, on the same tree with the same fees, for as many slots as the rules say.
 *
 *   plan(slot) -> ... the spot market of the slot runs and closes ... -> open(slot) -> tick* ->
 * close
 *
 * Each open slot is an engine of its own (market/market.h), so that all that an engine proves holds
 * for it. Engines are used again, so their accounts add up over the slots.
 */
#ifndef LG_MARKET_SETTLING_H
#define LG_MARKET_SETTLING_H

#include "market/market.h"
#include "market/slot_values.h"

/** The trading option of an asset whose owner sends forecasts and measurements. */
#define LG_FORECAST_STREAM "forecast_stream_enabled"

/** A deviation that is not known: nobody has measured, or the asset has no such thing. */
#define LG_NO_DEVIATION INT64_MIN

typedef struct lg_settling lg_settling;

/** A settlement market that has closed: its positions and statistics are those of the slot.
 * Borrowed: valid until the market opens for another slot. */
typedef struct lg_settled {
    uint32_t slot; /* of the energy */
    int64_t slot_start_ms;
    const lg_market *market;
    const int64_t *planned_uwh;   /* an asset: demand minus supply, forecast and traded on;
                                     LG_NO_DEVIATION: it has none */
    const int64_t *deviation_uwh; /* an asset: measured minus planned; LG_NO_DEVIATION */
} lg_settled;

/** How a market is called on the reference exchange: "Spot Market", "Settlement Market". */
const char *lg_market_type_name(lg_market_type type);

/**
 * Whether the owner of @p asset sends forecasts and measurements: a load or producer of the
 * scenario with forecast_stream_enabled.
 */
bool lg_asset_has_stream(const lg_asset *asset);

/**
 * Settlement markets for @p rules->settlement_slots slots, at least 1, on @p site; arguments are
 * borrowed as those of lg_market_new(), ids for lg_market_share_ids(). Markets are two-sided also
 * where the spot market is not. NULL when exhausted.
 */
lg_settling *lg_settling_new(lg_mem *mem, const lg_site *site, const lg_rules *rules,
                             const lg_market_sink *sink, lg_market_ids *ids);
void lg_settling_free(lg_settling *settling);

/** Notes what @p slot has been opened with in @p spot: what its measurements will be compared to.
 * What a disabled asset plans is nobody's business, and a consumer that may buy more than it needs
 * uses what it buys. */
void lg_settling_plan(lg_settling *settling, const lg_market *spot, uint32_t slot, int64_t start_ms,
                      const lg_caps *caps);

/** The market that has to make room before the slot noted last can open, for lg_settling_close();
 * false: none. */
bool lg_settling_oldest(const lg_settling *settling, bool all, uint32_t *slot);
/** Fills @p settled with the open market of @p slot. */
void lg_settling_describe(const lg_settling *settling, uint32_t slot, lg_settled *settled);
/** Closes the market of @p slot, which is open. @return as lg_market_close_slot() */
lg_status lg_settling_close(lg_settling *settling, uint32_t slot) LG_CHECKED;

/**
 * Opens the market of the slot noted last, with the fees and switches that rule in @p spot now.
 * Assets with a stream take their values out of @p measured and have no deviation without; those of
 * all others are drawn. Call after the next slot has opened in the spot market.
 * @return LG_OVERFLOW: all deviations of the run are past LG_RUN_ENERGY_MAX_UWH; LG_MEMORY.
 * Unless LG_OK no market has opened, and the run cannot go on: the next one may have its fees.
 */
lg_status lg_settling_open(lg_settling *settling, const lg_market *spot,
                           lg_slot_values *measured) LG_CHECKED;

/** Lets measurements that came for open markets count. @return as lg_settling_open() */
lg_status lg_settling_measure(lg_settling *settling, lg_slot_values *measured) LG_CHECKED;

/** One tick of all open markets, the oldest first; @p slot and @p tick are the spot market's. */
lg_status lg_settling_tick(lg_settling *settling, uint32_t slot, uint32_t tick) LG_CHECKED;

/* What one may ask. */
/** For how many slots a market stays open. */
uint32_t lg_settling_span(const lg_settling *settling);
/** How many markets are open. */
uint32_t lg_settling_count(const lg_settling *settling);
/** The open market number @p index, the oldest is 0. @return its slot */
uint32_t lg_settling_slot(const lg_settling *settling, uint32_t index);
/** The open market of @p slot; NULL when there is none. */
lg_market *lg_settling_market(const lg_settling *settling, uint32_t slot);
/** The deviation of @p asset in the open market of @p slot, trades not counted. */
int64_t lg_settling_deviation(const lg_settling *settling, uint32_t slot, uint32_t asset);
/** The part of it that is not traded yet; LG_NO_DEVIATION. */
int64_t lg_settling_unsettled(const lg_settling *settling, uint32_t slot, uint32_t asset);
/** The sum of lg_settling_deviation() over the assets of @p area and below, unknown ones left out.
 */
int64_t lg_settling_area_deviation(const lg_settling *settling, uint32_t slot, uint32_t area);
/** Number of the slot that was measured last; LG_NONE before the first. */
uint32_t lg_settling_last(const lg_settling *settling);

/* Accounts of all settlement markets that have closed, as those of the spot market. */
lg_bill lg_settling_bill(const lg_settling *settling, uint32_t asset);
lg_bill lg_settling_area_bill(const lg_settling *settling, uint32_t area);
lg_bill lg_settling_external_bill(const lg_settling *settling, uint32_t area);
int64_t lg_settling_fees_uct(const lg_settling *settling, uint32_t area);
int64_t lg_settling_rounding_uct(const lg_settling *settling, uint32_t area);

#endif
