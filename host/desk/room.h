/* host/desk/room.h — what the files of this room share: the desk's inside and the applying of
 * commands */
#ifndef LG_DESK_ROOM_H
#define LG_DESK_ROOM_H

#include "base/hash.h"
#include "desk/desk.h"
#include "market/settling.h"

/** One bit a node, only as wide as from the lowest to the highest node granted: homes stand side by
 * side. */
struct lg__rights {
    uint64_t *words;
    uint32_t first, count; /* words[0] holds nodes from first * 64 on */
};

/** Assets, or markets, that a desk commands. */
struct lg__grants {
    struct lg__rights rights;
    struct lg__rights withheld; /* those that are held; they are among the rights */
    uint32_t *all;              /* in the order they were granted */
    uint32_t count, capacity;
    uint32_t held; /* how many are */
};

void lg__grants_fini(struct lg__grants *grants, lg_mem *mem);

struct lg__batch {
    lg_command *commands;
    uint32_t count, capacity;
    lg_slot_value *values; /* of the commands that carry some */
    uint32_t value_count, value_capacity;
    lg_terms *terms; /* of commands that have any, their texts and lists in the arena */
    uint32_t term_count, term_capacity;
    uint32_t term_bytes; /* as they count for lg_desk_limits */
    lg_arena arena;
};

/** What commands reach beside the spot market: one a run, kept by the turn (venue.c). */
struct lg__venue {
    lg_market *spot;
    lg_settling *settling; /* NULL: there are no settlement markets */
    lg_slot_values *forecasts, *measured;
    lg_market_ids ids;                    /* of all engines, when there are several */
    lg_board *board;                      /* NULL: there is none */
    lg_trading *trading;                  /* the run's, likewise */
    lg_scene *scene;                      /* likewise */
    const lg_desk_microgrids *microgrids; /* NULL: the run has none */
    uint32_t slot;                        /* running; LG_NONE before the first */
    uint32_t tick;                        /* of the slot */
};

typedef lg_status lg__settled_told(void *ctx, const lg_settled *settled);

/** False when exhausted; lg__venue_fini() in any case, for a cleared venue too. */
bool lg__venue_init(struct lg__venue *venue, lg_mem *mem, lg_market *spot, const lg_rules *rules,
                    const lg_market_sink *sink);
void lg__venue_fini(struct lg__venue *venue);
/** Lets measurements count, then closes the settlement market whose time is over, or all of them;
 * each is told then. What counts goes into @p chain. */
lg_status lg__venue_settle(struct lg__venue *venue, bool all, lg_chain *chain,
                           lg__settled_told *told, void *ctx) LG_CHECKED;
/** After the spot market of @p slot has opened and lg__venue_settle() has made room. */
lg_status lg__venue_open_slot(struct lg__venue *venue, uint32_t slot, int64_t start_ms,
                              const lg_caps *caps, lg_chain *chain) LG_CHECKED;
/** Replaces @p caps by what was forecast for @p slot. @return whether anything was */
bool lg__venue_forecast(struct lg__venue *venue, uint32_t asset, uint32_t slot, lg_caps *caps);

/** Posts that wait for the next tick. */
struct lg__pinning {
    lg_post **posts;
    uint32_t count, capacity;
    uint32_t elsewhere; /* that the same participant has handed in at another desk */
};

/** Requests for the intraday market, and acts in the coordination: as batches, one is filled, the
 * other was applied last. */
struct lg__asking {
    lg_trading_ask *asks;
    lg_trading_done *dones;
    uint32_t count, capacity, done_capacity;
    lg_scene_act *acts;
    lg_scene_done *acted;
    uint32_t act_count, act_capacity, acted_capacity;
    lg_arena arena; /* what both borrow */
    struct lg__micro {
        lg_micro_ask ask;
        lg_microgrid_range range;
    } * micros;
    uint32_t micro_count, micro_capacity;
};

struct lg_desk {
    lg_mem *mem;
    lg_market *market;
    const struct lg__venue *venue; /* NULL: it takes part in no turn */
    char *name;
    uint32_t index, version;
    bool narrow; /* lg_desk_narrow() */
    struct lg__grants assets, markets;
    uint32_t holds; /* changes of what is held */
    lg_desk_watcher watcher;
    struct lg__batch batch[2]; /* one is filled, the other was applied last */
    int filling;
    struct lg__asking asking[2];
    uint32_t part; /* in the coordination */
    uint32_t *gridpools;
    uint32_t gridpool_count, gridpool_capacity;
    uint32_t microgrid; /* LG_NONE: it has none */
    struct lg__pinning pinning;
    const lg_board *board;            /* NULL: that of the venue */
    const lg_trading_rules *intraday; /* NULL: those of the venue's market */
    lg_answer *answers;
    uint32_t answer_capacity;
    lg_desk_counts counts;
    lg_desk_refusal *refusals; /* NULL before the first */
    uint32_t refusal_count;
};

/** Turns the filled batch into the applied one and makes room for its answers. LG_MEMORY: nothing
 * changed. */
lg_status lg__desk_flip(lg_desk *desk) LG_CHECKED;

/** Whether a command is addressed to an asset there is, in the spot market. */
bool lg__is_errand(const lg_site *site, const lg_command *command);

/** Adds a command as applied, and a trade, to the digest (digest.c). */
void lg__chain_command(lg_chain *chain, const lg_desk *desk, const lg_command *command,
                       const lg_answer *answer);
void lg__chain_trade(lg_chain *chain, const lg_trade *trade);
void lg__chain_post(lg_chain *chain, const lg_post *post);
/** From now on changes of orders and trades of @p trading count in the digest. */
void lg__chain_intraday(lg_chain *chain, lg_trading *trading);

/** Requests for the intraday market (asking.c): made ready by lg__desk_flip(), and done. */
void lg__asking_init(lg_desk *desk);
void lg__asking_fini(lg_desk *desk);
bool lg__asking_flip(lg_desk *desk); /* false: exhausted, nothing changed */
lg_status lg__asking_apply(lg_desk *desk, lg_chain *chain) LG_CHECKED;
/** Does the acts in the coordination (acting.c). */
lg_status lg__acting_apply(lg_desk *desk, lg_chain *chain) LG_CHECKED;
/** Applies one command of @p desk to the market. Rights are checked here, whoever sends. */
void lg__apply(lg_desk *desk, const lg_command *command, lg_answer *answer);

#endif
