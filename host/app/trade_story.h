/* host/app/trade_story.h — all that is known of one trade of a past run, for whoever tells of it */
#ifndef LG_APP_TRADE_STORY_H
#define LG_APP_TRADE_STORY_H

#include "market/market.h"
#include "store/past.h"

/** One trade and what surrounds it; names live in the arena. */
typedef struct lg_trade_story {
    lg_past *past; /* borrowed */
    lg_arena arena;
    lg_site site;
    lg_rules rules;
    const char *scenario, *rule; /* rule: the word of the scenario, or the name of a plugin's */
    int64_t slot_count, tick_ms;
    lg_trade trade;   /* its legs are those below */
    int64_t rate_uct; /* what the buyer paid a kWh, all fees included */
    lg_leg legs[2 * LG_DEPTH_MAX + 2];
    bool knows_utility;
    int64_t market_maker_uct, feed_in_uct; /* of the slot, grid fees not included */
} lg_trade_story;

/**
 * Reads trade @p id. @return LG_OK; LG_UNKNOWN there is no such trade (err says which there are);
 * LG_STORE the file cannot be read or does not hold together; LG_MEMORY. lg_trade_story_fini() in
 * every case.
 */
lg_status lg_trade_story_read(lg_mem *mem, lg_past *past, int64_t id, lg_trade_story *story,
                              lg_err *err) LG_CHECKED;
void lg_trade_story_fini(lg_trade_story *story);

/** The fee that ruled the market of @p area for the trade, of the spot or of the settlement market:
 * micro-cents per kWh, or parts
 * per billion with percentages. Look at lg_past_status() afterwards. */
int64_t lg_trade_story_fee(lg_trade_story *story, uint32_t area);

#endif
