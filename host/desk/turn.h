/* host/desk/turn.h — the one place where the world changes: collect, apply, match, publish
 *
 * A turn is one tick. Participants are called in an order drawn from the seed; what they send is
 * applied in that order once all of them have run; those that wait for answers go on; only then
 * orders travel and match. So a run is a function of site, rules, seed and what the participants
 * do.
 */
#ifndef LG_DESK_TURN_H
#define LG_DESK_TURN_H

#include "base/hash.h"
#include "desk/desk.h"
#include "grid/event.h"

/** What a participant is called for. */
typedef enum lg_call {
    LG_CALL_START,        /* once, before the first slot */
    LG_CALL_MARKET_CYCLE, /* a slot has opened */
    LG_CALL_TICK,         /* at 10 % .. 90 % of a slot, or every tick if it asked for that */
    LG_CALL_FINISH,       /* once, after the last slot */
} lg_call;

/** When a call happens. */
typedef struct lg_moment {
    uint32_t slot, tick;
    int64_t slot_start_ms, now_ms;
    double slot_completion;      /* 0 .. 1 */
    bool tenth;                  /* this tick begins a tenth of the slot */
    double market_maker_rate_ct; /* of the slot; NaN when the scenario names none */
    double feed_in_tariff_rate_ct;
} lg_moment;

/** What is new in logs of the intraday market since participants were told last: entries [from,
 * until) of each. */
typedef struct lg_grown {
    uint64_t orders_from, orders_until;
    uint64_t trades_from, trades_until; /* public ones */
} lg_grown;

/** Someone who commands a desk: a script, later a remote client. */
typedef struct lg_participant {
    void *self;
    lg_desk *desk;
    uint32_t version; /* what it sends from here on is stamped with, see lg_desk_set_version() */
    bool every_tick;  /* wants LG_CALL_TICK at every tick, not at tenths only */
    /** Runs the callback. @return true when it waits for the answers to what it has sent so far */
    bool (*call)(void *self, lg_call call, const lg_moment *moment);
    /** Goes on after its batch was applied (answers: lg_desk_answers). @return as call */
    bool (*resume)(void *self);
    /** The batch sent when the callback ended has been applied; to hand out refusals. May be NULL.
     */
    void (*answered)(void *self);
    /** One of its assets traded; called after the tick's matching, in order. May be NULL. */
    void (*trade)(void *self, const lg_trade *trade);
    /** Logs of the intraday market have grown; called after the tick's matching. May be NULL. */
    void (*traded)(void *self, const lg_grown *grown);
    /** There is news of the coordination; called after the tick's matching, behind traded(). May be
     * NULL. */
    void (*coordinated)(void *self);
    /** A scheduled event has happened: to an area, or to an asset or to itself. Called when the
     * slot has opened, before LG_CALL_MARKET_CYCLE. May be NULL. */
    void (*event)(void *self, const lg_event *event, const lg_moment *moment);

    /* For whoever works elsewhere, such as a worker process: told of several things at once, all of
     * them work side by side. What they send counts in the same order. All may be NULL. */
    /** The call that comes: call() follows, after begin() of everybody. */
    void (*begin)(void *self, lg_call call, const lg_moment *moment);
    /** Likewise: resume() follows. */
    void (*begin_resume)(void *self);
    /** trade() and event() of this moment are over: their callbacks have to be done when this
     * returns. */
    void (*flush)(void *self);
} lg_participant;

/** Who listens to what has happened. Functions may be NULL. A status other than LG_OK ends the run.
 */
typedef struct lg_listener {
    void *ctx;
    lg_status (*trade)(void *ctx, const lg_trade *trade);
    lg_status (*cleared)(void *ctx, uint32_t area, uint32_t slot, uint32_t tick, int64_t rate_uct,
                         int64_t energy_uwh);
    /** Each command after it was applied; only when the turn was asked to tell (orders are many).
     */
    lg_status (*command)(void *ctx, const lg_desk *desk, const lg_command *command,
                         const lg_answer *answer, uint32_t slot, uint32_t tick);
    /** A scheduled event, before @p slot opens. */
    lg_status (*event)(void *ctx, const lg_event *event, uint32_t slot);
    /** The settlement market of a slot has closed. */
    lg_status (*settled)(void *ctx, const lg_settled *settled);
    /** A slot has closed: statistics of the market are those of @p slot. */
    lg_status (*slot)(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest chain);
} lg_listener;

typedef struct lg_turn lg_turn;

/** NULL when exhausted. The market is made here so that its sink is the turn; borrowed by others.
 */
lg_turn *lg_turn_new(lg_mem *mem, const lg_site *site, const lg_rules *rules);
void lg_turn_free(lg_turn *turn);
lg_market *lg_turn_market(lg_turn *turn);
/** The intraday market @p trading, which outlives the turn, goes with it: requests of desks are
 * done with their batches, its clock goes on with the ticks, and what happens at it counts in the
 * digest. Before anybody joins. */
void lg_turn_set_trading(lg_turn *turn, lg_trading *trading);
lg_trading *lg_turn_trading(lg_turn *turn);
/** The microgrids of the run, borrowed: requests of desks are done with their batches. */
void lg_turn_set_microgrids(lg_turn *turn, const lg_desk_microgrids *microgrids);
/** A request from outside acts between two ticks; it counts in the digest. */
lg_trading_done lg_turn_ask(lg_turn *turn, const lg_trading_ask *ask);
/** The coordination @p scene, which outlives the turn, goes with it: acts of desks are done with
 * their batches and count in the digest, and its clock goes on with the ticks. Before anybody
 * joins. */
void lg_turn_set_scene(lg_turn *turn, lg_scene *scene);
lg_scene *lg_turn_scene(lg_turn *turn);
/** What resources have used in slot @p slot, one a resource; counts in the digest. LG_OK; LG_MEMORY
 */
lg_status lg_turn_measure_resources(lg_turn *turn, uint32_t slot, const int64_t *energies_uwh,
                                    uint32_t count) LG_CHECKED;
/** The settlement markets; NULL when the rules have none. */
const lg_settling *lg_turn_settling(const lg_turn *turn);

/** Copied; participants are called by index in a seeded rotation. */
lg_status lg_turn_join(lg_turn *turn, const lg_participant *participant) LG_CHECKED;
/** @p desk sees what a participant's desk sees, but nobody is called for it and nothing of it is
 * applied: for those who look on. It must not outlive the turn. */
void lg_turn_show(lg_turn *turn, lg_desk *desk);
/** Copied; listeners are told in the order they were added. @p commands: also tell each command. */
lg_status lg_turn_listen(lg_turn *turn, const lg_listener *listener, bool commands) LG_CHECKED;

/** Calls everybody with LG_CALL_START or LG_CALL_FINISH; what is sent then is refused as CLOSED.
 * Settlement markets that are still open are closed before the latter. */
lg_status lg_turn_start(lg_turn *turn, const lg_moment *moment) LG_CHECKED;
lg_status lg_turn_finish(lg_turn *turn, const lg_moment *moment) LG_CHECKED;

/**
 * A scheduled event happens between two slots, at @p moment, that of the slot which opens next:
 * switches are set in the market, listeners are told, and participants once the slot has opened.
 * What a change changes has been changed by the caller. @p event is copied; its texts must live
 * until the slot has opened. @return LG_OK; LG_UNSUPPORTED the root cannot be cut off; LG_MEMORY;
 * of a listener
 */
lg_status lg_turn_event(lg_turn *turn, const lg_event *event, const lg_moment *moment) LG_CHECKED;
/**
 * Participant @p index hands over to @p heir, which has the same desk, between two slots: the old
 * one is called with LG_CALL_FINISH, the new one with LG_CALL_START. @return LG_OK; LG_MEMORY; of a
 * listener
 */
lg_status lg_turn_replace(lg_turn *turn, uint32_t index, const lg_participant *heir,
                          const lg_moment *moment) LG_CHECKED;

/**
 * @p participant takes the place of number @p index at the same desk, between two ticks; nobody is
 * called. What is in the batch of the desk stays.
 */
void lg_turn_reseat(lg_turn *turn, uint32_t index, const lg_participant *participant);

/** Trades of @p asset are told to participant @p index from now on, between two ticks: rights were
 * held or given back. */
void lg_turn_tell_trades_to(lg_turn *turn, uint32_t asset, uint32_t index);
/** How many have joined; they are numbered in that order. */
uint32_t lg_turn_count(const lg_turn *turn);

/** What @p bytes say comes from outside and acts before the next tick: it counts in the digest. */
void lg_turn_outside(lg_turn *turn, const void *bytes, size_t size);

/** What a slot leaves between a gridpool and the intraday market: @p figures count in the digest.
 */
void lg_turn_balance(lg_turn *turn, const int64_t *figures, uint32_t count);

/** What @p asset, a load or producer, has used or made in past slot @p slot was measured by the
 * host itself; as LG_CMD_SET_ENERGY_MEASUREMENT. @return LG_OK; LG_MEMORY */
lg_status lg_turn_measure_asset(lg_turn *turn, uint32_t asset, uint32_t slot,
                                int64_t energy_uwh) LG_CHECKED;
/** Whether forecasts of owners wait for slots to come. */
bool lg_turn_has_forecasts(const lg_turn *turn);
/**
 * Puts what the owner of @p asset has forecast for @p slot in the place of what its device plans;
 * before lg_turn_open_slot(), slots in order. @return whether there was a forecast
 */
bool lg_turn_forecast(lg_turn *turn, uint32_t asset, uint32_t slot, lg_caps *caps);

/**
 * Opens @p moment's slot with @p caps (one an asset; borrowed until the slot has closed). With
 * settlement markets, the one whose time is over is closed, then that of the slot before this one
 * is opened.
 */
lg_status lg_turn_open_slot(lg_turn *turn, const lg_moment *moment, const lg_caps *caps) LG_CHECKED;
/** One tick: tick 0 calls for MARKET_CYCLE, later ones for TICK where due; then the markets run. */
lg_status lg_turn_tick(lg_turn *turn, const lg_moment *moment) LG_CHECKED;
lg_status lg_turn_close_slot(lg_turn *turn) LG_CHECKED;

/** Digest of everything so far: commands as applied, trades, slots, and with an intraday market its
 * requests, changes of orders, trades and balances. */
lg_digest lg_turn_digest(const lg_turn *turn);
/** Stands for what has happened since the last slot closed: after which tick two runs differ, when
 * the digests of a slot do. */
uint64_t lg_turn_mark(const lg_turn *turn);

#endif
