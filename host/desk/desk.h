/* host/desk/desk.h — the door of one participant: identity, rights, the batch it is filling */
#ifndef LG_DESK_DESK_H
#define LG_DESK_DESK_H

#include "coordination/scene.h"
#include "microgrid/ask.h"
#include "desk/board.h"
#include "desk/command.h"
#include "market/settling.h"
#include "trading/ask.h"

/** Most commands a desk may send in one batch, per asset or market it commands, and at least. */
#define LG_DESK_COMMANDS_PER_NODE 16
#define LG_DESK_COMMANDS_MIN      256
/** Most energies of single slots in one batch, of all its commands together: this, with more for
 * each asset or market it commands, but never more than LG_DESK_VALUES_MAX. */
#define LG_DESK_VALUES_MIN      (1u << 17)
#define LG_DESK_VALUES_PER_NODE 4096u
#define LG_DESK_VALUES_MAX      (1u << 20)
/** Likewise bytes of what the orders of a batch require: 4 for a partner, 5 and its letters for an
 * energy type, 24 for a requirement, 32 for an order. */
#define LG_DESK_TERMS_MIN      (4u << 20)
#define LG_DESK_TERMS_PER_NODE (16u << 10)
#define LG_DESK_TERMS_MAX      (64u << 20)

typedef struct lg_desk lg_desk;

/**
 * A door for the participant @p name with number @p index; it commands the assets and markets
 * granted with lg_desk_grant_*(). NULL when exhausted.
 */
lg_desk *lg_desk_new(lg_mem *mem, lg_market *market, uint32_t index, const char *name);
void lg_desk_free(lg_desk *desk);

/** Gives the right to command. LG_MEMORY or LG_OK. */
lg_status lg_desk_grant_asset(lg_desk *desk, uint32_t asset) LG_CHECKED;
lg_status lg_desk_grant_market(lg_desk *desk, uint32_t area) LG_CHECKED;

/**
 * Holds the right to command a node that was granted, or gives it back. Meanwhile the desk keeps it
 * in its lists, but commands to it are refused, which counts as nobody's fault. What was not
 * granted stays as it is. LG_MEMORY or LG_OK.
 */
lg_status lg_desk_hold_asset(lg_desk *desk, uint32_t asset, bool held) LG_CHECKED;
lg_status lg_desk_hold_market(lg_desk *desk, uint32_t area, bool held) LG_CHECKED;
/** Where the number of assets stands that are held now; as long as the desk. */
const uint32_t *lg_desk_held_assets(const lg_desk *desk);
/** How often something was held or given back: what is held is the same as long as this is. */
uint32_t lg_desk_holds(const lg_desk *desk);
/** Whether it was granted, held or not. */
bool lg_desk_owns_asset(const lg_desk *desk, uint32_t asset);
bool lg_desk_owns_market(const lg_desk *desk, uint32_t area);

/** Whether the node that @p command is addressed to is held: its refusal is nobody's fault. */
bool lg_desk_is_held(const lg_desk *desk, const lg_command *command);

/** Who it is, its place among the desks, and the market it trades in. */
const char *lg_desk_name(const lg_desk *desk);
uint32_t lg_desk_index(const lg_desk *desk);
lg_market *lg_desk_market(const lg_desk *desk);
/** The market that @p command means by its time_slot: the spot market or an open settlement market;
 * NULL when there is none. */
lg_market *lg_desk_market_of(const lg_desk *desk, const lg_command *command);
/** The settlement markets of the run; NULL when there are none. Known once the desk has joined. */
const lg_settling *lg_desk_settling(const lg_desk *desk);
/** The assets and markets it was granted, in that order; those that are held are among them. */
const uint32_t *lg_desk_assets(const lg_desk *desk, uint32_t *count);
const uint32_t *lg_desk_markets(const lg_desk *desk, uint32_t *count);
/** Whether it may command them now. */
bool lg_desk_commands_asset(const lg_desk *desk, uint32_t asset);
bool lg_desk_commands_market(const lg_desk *desk, uint32_t area);
/** From now on it sees statistics and bills of its own surroundings only. */
void lg_desk_narrow(lg_desk *desk);
/** Whether it may see statistics and bills of the market of @p area: unless it is narrow, of all;
 * else of those that one of its assets lies below, that it commands, or that lie below one of
 * these. */
bool lg_desk_sees(const lg_desk *desk, uint32_t area);

/** What one batch of it may hold. */
typedef struct lg_desk_limits {
    uint64_t commands;
    uint32_t values; /* energies of single slots */
    uint32_t terms;  /* bytes */
} lg_desk_limits;
lg_desk_limits lg_desk_limits_of(const lg_desk *desk);

/**
 * Adds @p command to the batch; nothing happens until the turn applies it.
 * @return LG_OK; LG_LIMIT the batch is full; LG_MEMORY
 */
lg_status lg_desk_send(lg_desk *desk, const lg_command *command) LG_CHECKED;
/**
 * The same with the energies that a SET_* command carries, each slot once; copied. They are in the
 * order of their slots.
 * @return as lg_desk_send(); LG_LIMIT also past lg_desk_limits.values
 */
lg_status lg_desk_send_values(lg_desk *desk, const lg_command *command, const lg_slot_value *values,
                              uint32_t count) LG_CHECKED;
/** The energies of a command of the batch that was applied last. */
const lg_slot_value *lg_desk_values(const lg_desk *desk, const lg_command *command,
                                    uint32_t *count);
/**
 * Copies @p terms into the batch that is being filled, for the field `terms` of a command of it.
 * @return LG_OK; LG_LIMIT as many terms as commands are possible, or lg_desk_limits.terms;
 * LG_MEMORY
 */
lg_status lg_desk_add_terms(lg_desk *desk, const lg_terms *terms, uint64_t *number) LG_CHECKED;
/** Terms number @p number of the batch applied last; NULL for 0. */
const lg_terms *lg_desk_terms(const lg_desk *desk, uint64_t number);
/** Number of commands in the batch that has not been applied yet. */
uint32_t lg_desk_pending(const lg_desk *desk);

/** How much is in the batch that is being filled, and how many posts wait for the board. */
typedef struct lg_desk_mark {
    uint32_t commands, values, terms, posts;
    uint32_t asks;   /* of the intraday market */
    uint32_t acts;   /* in the coordination */
    uint32_t micros; /* of microgrids */
} lg_desk_mark;
lg_desk_mark lg_desk_mark_of(const lg_desk *desk);
/** Forgets the commands and posts behind @p mark (after a fault). */
void lg_desk_truncate(lg_desk *desk, lg_desk_mark mark);
/** Makes the batch as it was at @p mark: what was sent on trial leaves no trace. */
void lg_desk_rewind(lg_desk *desk, lg_desk_mark mark);

/** The board of the run; NULL: there is none. */
const lg_board *lg_desk_board(const lg_desk *desk);
/** For a desk that takes part in no turn of this process. */
void lg_desk_set_board(lg_desk *desk, const lg_board *board);
/**
 * Hands in a post, which is copied; the board has it from the next tick on. Its author is the
 * desk's.
 * @return LG_OK; LG_UNSUPPORTED there is no board; LG_INVALID as lg_post_is_valid(); LG_LIMIT
 * LG_BOARD_POSTS_PER_TICK are waiting; LG_MEMORY
 */
lg_status lg_desk_post(lg_desk *desk, const lg_post *post) LG_CHECKED;
/** The posts that wait, in order; valid until one is added or they are pinned up. */
const lg_post *const *lg_desk_posts(const lg_desk *desk, uint32_t *count);
/** In all @p count posts wait, wherever they are; none: also those that were handed in here are on
 * the board. */
void lg_desk_set_posts(lg_desk *desk, uint32_t count);

/** Most requests to the intraday market of a desk from one tick, or wait, to the next. */
#define LG_DESK_ASKS_MAX 4096

/** Gives the right to trade for a gridpool, by index. LG_MEMORY or LG_OK. */
lg_status lg_desk_grant_gridpool(lg_desk *desk, uint32_t gridpool) LG_CHECKED;
/** Those it was granted, in that order. */
const uint32_t *lg_desk_gridpools(const lg_desk *desk, uint32_t *count);
/** The intraday market of the run; NULL: there is none. Known once the desk has joined. */
const lg_trading *lg_desk_trading(const lg_desk *desk);
/** What that market is made of, also where it is in another process; NULL: there is none. */
const lg_trading_rules *lg_desk_intraday(const lg_desk *desk);
/** For a desk that takes part in no turn of this process. @p rules outlive it. */
void lg_desk_set_intraday(lg_desk *desk, const lg_trading_rules *rules);
/** The next change of an order of one of its gridpools, of all of them in the order in which they
 * happened. @return false: there is none before @p until; else *cursor has moved behind it */
bool lg_desk_next_order(const lg_desk *desk, uint64_t *cursor, uint64_t until,
                        lg_trading_order *out);
/**
 * Adds a request for the intraday market to the batch; copied, texts too.
 * @return LG_OK; LG_UNSUPPORTED there is no such market; LG_FOREIGN it does not trade for that
 * gridpool; LG_LIMIT there are too many; LG_MEMORY
 */
lg_status lg_desk_ask(lg_desk *desk, const lg_trading_ask *ask) LG_CHECKED;
/** What came of the requests of the batch applied last, in order; valid until the next one is. */
const lg_trading_done *lg_desk_dones(const lg_desk *desk, uint32_t *count);
/** Those requests; as many, and as long valid. */
const lg_trading_ask *lg_desk_asks(const lg_desk *desk);

/** Most acts in the coordination of a desk from one tick, or wait, to the next. */
#define LG_DESK_ACTS_MAX 4096

/** The coordination of the run; NULL: there is none. Known once the desk has joined. */
const lg_scene *lg_desk_scene(const lg_desk *desk);
/** The part it plays there: LG_SCENE_OPERATOR, the number of an aggregator, LG_SCENE_NOBODY. */
void lg_desk_cast(lg_desk *desk, uint32_t part);
uint32_t lg_desk_plays(const lg_desk *desk);
/**
 * Adds an act in the coordination to the batch; copied, and its part is that of the desk.
 * @return LG_OK; LG_UNSUPPORTED there is none; LG_FOREIGN it plays no part; LG_LIMIT there are too
 * many; LG_MEMORY
 */
lg_status lg_desk_act(lg_desk *desk, const lg_scene_act *act) LG_CHECKED;
/** What came of the acts of the batch applied last, in order; valid until the next one is. */
const lg_scene_done *lg_desk_acted(const lg_desk *desk, uint32_t *count);
/** What desks see of the microgrids of a run and ask of them: functions of whoever has them. */
typedef struct lg_desk_microgrids {
    void *ctx;
    /** Component, or connection, @p index from 0 on. @return false: there are not so many */
    bool (*component)(void *ctx, uint32_t microgrid, uint32_t index, lg_microgrid_component *out);
    bool (*connection)(void *ctx, uint32_t microgrid, uint32_t index, lg_microgrid_connection *out);
    /** What component @p id said last; borrowed until the next call. @return false: nothing yet */
    bool (*latest)(void *ctx, uint32_t microgrid, uint64_t id, lg_microgrid_sample *out);
    uint32_t (*bounds)(void *ctx, uint32_t microgrid, uint64_t id, uint32_t metric,
                       lg_microgrid_range *out, uint32_t max);
    /** Asset @p nth, from 0 on, of those that component @p id stands behind, or hangs from what
     * does. @return false: there are not so many */
    bool (*behind)(void *ctx, uint32_t microgrid, uint64_t id, uint32_t nth, uint32_t *asset);
    lg_micro_done (*ask)(void *ctx, const lg_micro_ask *ask);
} lg_desk_microgrids;
/** Most requests to microgrids of a desk in one batch. */
#define LG_DESK_MICROS_MAX 1024

/** The desk may measure and command microgrid @p microgrid of the run: one of its assets is backed
 * there. The first one counts. */
void lg_desk_grant_microgrid(lg_desk *desk, uint32_t microgrid);
/** What it sees, and of which microgrid; NULL: it has none, or is in no turn of this process. */
const lg_desk_microgrids *lg_desk_microgrids_of(const lg_desk *desk, uint32_t *microgrid);
/**
 * Adds a request to the batch; it is about the desk's microgrid, and acts when the batch is
 * applied. One range is copied, texts are left out. @return LG_OK; LG_UNSUPPORTED it has no
 * microgrid; LG_FOREIGN the component stands behind assets of others only; LG_LIMIT; LG_MEMORY
 */
lg_status lg_desk_ask_microgrid(lg_desk *desk, const lg_micro_ask *ask) LG_CHECKED;

/** What is sent from here on is from version @p version of its participant. */
void lg_desk_set_version(lg_desk *desk, uint32_t version);

/** The batch applied last and its answers, in order; valid until the next one is applied. */
uint32_t lg_desk_answers(const lg_desk *desk, const lg_command **commands,
                         const lg_answer **answers);

/** Who looks on while the commands of a desk are applied, one by one: what the market is in between
 * nobody can ask later. Functions may be NULL and change nothing. */
typedef struct lg_desk_watcher {
    void *ctx;
    /** Command @p index of the batch is about to be applied. */
    void (*before)(void *ctx, uint32_t index, const lg_command *command);
    /** It was. */
    void (*after)(void *ctx, uint32_t index, const lg_command *command, const lg_answer *answer);
} lg_desk_watcher;
/** Copied; there is one at most. */
void lg_desk_watch(lg_desk *desk, const lg_desk_watcher *watcher);

/** Commands applied and refused since the start, and for which reason. */
typedef struct lg_desk_counts {
    uint64_t commands, refused;
    uint64_t refused_as[LG_STATUS_COUNT]; /* by status; together they are refused */
} lg_desk_counts;
lg_desk_counts lg_desk_counts_of(const lg_desk *desk);

/** So many of a desk's refused commands are kept; further ones are counted only. */
#define LG_DESK_REFUSALS_MAX 100

/** A command that was refused, with when and why. */
typedef struct lg_desk_refusal {
    uint32_t slot, tick; /* LG_NONE: before the first slot */
    uint32_t node;       /* asset, or area of a command to a market; may be none there is */
    lg_status status;
    int64_t energy_uwh, amount; /* as in the command; of orders what was wanted */
    int64_t asked, allowed;     /* as in the answer */
    uint8_t kind;               /* lg_command_kind */
    bool of_market;             /* the command was to a market */
} lg_desk_refusal;
/** The first LG_DESK_REFUSALS_MAX of them, in order; valid until the next is applied. */
const lg_desk_refusal *lg_desk_refusals(const lg_desk *desk, uint32_t *count);

#endif
