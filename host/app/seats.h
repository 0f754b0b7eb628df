/* host/app/seats.h — the agents of a scenario at their desks */
#ifndef LG_APP_SEATS_H
#define LG_APP_SEATS_H

#include "app/notes.h"
#include "app/outside.h"
#include "driver/fleet.h"
#include "scenario/scenario.h"
#include "script/agent.h"

typedef struct lg_seats lg_seats;

/** What seats are made of; everything is borrowed and must outlive them. */
typedef struct lg_seats_input {
    const lg_scenario *scenario;
    lg_turn *turn;
    lg_fleet *fleet;
    const lg_origins *origins;
    const char *scripts_folder;
    lg_notes *notes;
    const char *isolation;   /* "process", "worker": of all scripts; NULL: as agents say */
    const lg_follow *follow; /* whether clocks count; may be NULL */
    /** The script of agent @p seat is given up for a reason that another run may not have: to be
     * kept for lg_seats_stop_at(). @p words were told of it. May be NULL. */
    void (*stopped)(void *ctx, uint32_t seat, const lg_stopped *how, const char *words);
    /** As lg_outside_keeper.unloaded. May be NULL. */
    const char *(*unloaded)(void *ctx, uint32_t seat, lg_arena *arena);
    void *ctx;
} lg_seats_input;

/**
 * Makes a desk and an agent for each entry of the scenario's agents and lets them join the turn.
 * All scripts are tried, so that every one that cannot be loaded is told in @p diag at once.
 * @return LG_OK; LG_SCRIPT some could not be loaded; LG_IO; LG_MEMORY. Unless LG_OK *out is NULL.
 */
lg_status lg_seats_open(lg_mem *mem, const lg_seats_input *input, lg_diag *diag, lg_err *err,
                        lg_seats **out) LG_CHECKED;
/** Call before the turn is freed. NULL is fine. */
void lg_seats_close(lg_seats *seats);

/**
 * The script that event @p event of the scenario gives agent @p index takes over, between two
 * slots: the one before is called with on_finish, the new one with on_start, and *done becomes
 * true. Nothing happens when it is at work already. @return as lg_turn_replace()
 */
lg_status lg_seats_change(lg_seats *seats, uint32_t event, uint32_t index, const lg_moment *moment,
                          bool *done) LG_CHECKED;

/** Who sits there now; borrowed, until the seat changes. */
typedef struct lg_seat_view {
    const char *name, *script, *hash;
    const char *instead; /* strategies that trade in its place since it was given up; NULL: it
                            is at work */
    uint32_t version, versions; /* at work, or last; how many there have been: they count from 1 */
    bool on_probation;          /* an error brings the version before back */
    bool stood_in;              /* its template strategies trade, or will from the next slot on */
    bool left;                  /* because its owner has left */
    bool has_script;            /* it has had another version than none */
    uint64_t faults, memory;
    uint64_t units, units_most; /* as lg_agent_units() */
} lg_seat_view;

/** How many seats there are: agents of the scenario. */
uint32_t lg_seats_count(const lg_seats *seats);
/** Seat @p index, in the scenario's order. */
lg_seat_view lg_seats_view(const lg_seats *seats, uint32_t index);
/** Who goes on trading when a save is refused: "v3", or the strategies in its place. */
const char *lg_seat_trader(const lg_seat_view *view, char *out, size_t size);
/** When something happens between two ticks. */
typedef struct lg_seats_when {
    lg_moment moment;    /* the market as it stands */
    uint32_t slot, tick; /* the tick that is done next */
} lg_seats_when;

/** The texts at work at a seat; borrowed until it changes. */
lg_bundle *lg_seats_bundle(const lg_seats *seats, uint32_t seat);
/** The texts of its version @p version, from 1 on; NULL: there is no such version. */
lg_bundle *lg_seats_bundle_of(const lg_seats *seats, uint32_t seat, uint32_t version);

/** Tells the results which versions the run begins with, and input.stopped() whose script was not
 * loaded. Once, when the results are open. */
void lg_seats_tell(lg_seats *seats);

/**
 * Tries out what would come of a reload of seat @p seat: the texts are read from the files of its
 * script (or, @p given: are those), looked at, loaded beside the version at work, handed a copy of
 * its state and called once on the market as it stands. Nothing of all this can be seen in the run.
 * @param file  the script is read from there; NULL: from the file it has
 * @param next  the call that comes next
 * @param out   the texts, for lg_seats_reload(); the caller's to unref
 * @return LG_OK; LG_SCRIPT, LG_IO err says file, line and why; LG_MEMORY. Unless LG_OK *out is NULL
 */
lg_status lg_seats_try(lg_seats *seats, uint32_t seat, const char *file, lg_bundle *given,
                       const lg_seats_when *when, lg_call next, lg_bundle **out,
                       lg_err *err) LG_CHECKED;
/**
 * From here on lg_seats_try() does not wait for a version in a worker: it returns LG_OK and no
 * texts as long as it is being tried, and whoever has asked asks again, between two later ticks.
 */
void lg_seats_set_later(lg_seats *seats, bool later);
/** The texts that are being tried for @p seat; NULL: none are. Borrowed until it is asked again. */
lg_bundle *lg_seats_trial(const lg_seats *seats, uint32_t seat);
/** They are others by now: the trial is forgotten. */
void lg_seats_drop_trial(lg_seats *seats, uint32_t seat);

/**
 * A version made of @p bundle takes the place of the one at work, with its state, between two
 * ticks. It is on probation for the scenario's reload_probation ticks. Orders stay; on_reload is
 * called, and in the middle of a slot on_market_cycle, as lg_agent_catch_up() says.
 * @param back  0: a new version; else the number of the one that comes back, whose texts these are
 * @return LG_OK; LG_UNKNOWN no such seat or version; LG_SCRIPT the version at work stays; LG_MEMORY
 */
lg_status lg_seats_reload(lg_seats *seats, uint32_t seat, lg_bundle *bundle, uint32_t back,
                          const lg_seats_when *when, lg_err *err) LG_CHECKED;
/** What the last reload has done: "patient.lua v6 -> v7 at 14:15 tick 3: changed quote(); kept
 * state {soc_target}". Valid until the next. */
const char *lg_seats_said(const lg_seats *seats);
/**
 * Looks after versions on probation, after each tick: one that has failed makes place for the one
 * before it, which goes on where it stood.
 */
void lg_seats_after_tick(lg_seats *seats, const lg_seats_when *when);

/** How long workers may keep a slot waiting in silence: lg_workers_set_patience(). */
void lg_seats_set_patience(lg_seats *seats, double seconds);

/**
 * A remote client takes over an asset (@p is_asset) or a market, or has given it back. As long as
 * it is held, it is to its agent one that has nothing to trade: figures read 0, and what is sent
 * for it is left out. Between two ticks. LG_MEMORY or LG_OK.
 */
lg_status lg_seats_hold(lg_seats *seats, bool is_asset, uint32_t node, bool held) LG_CHECKED;

/** What scripts may see of devices. */
lg_device_view lg_seats_devices(const lg_seats *seats);

/**
 * Agent @p act->node comes to the end that @p act, an LG_OUTSIDE_STOP, was kept of.
 * @return LG_OK; LG_UNKNOWN no such agent is at work; LG_INVALID it says none; LG_MEMORY
 */
lg_status lg_seats_stop_at(lg_seats *seats, const lg_outside *act, lg_err *err) LG_CHECKED;
/**
 * Seats whose script was given up since the last slot are taken over by the template strategies of
 * their assets, or start afresh in one of the next slots, as often as restarts of their agent says;
 * call between two slots. @p tell makes an event of it: detail and figures as in
 * lg_event. @return as lg_turn_replace(), or of @p tell
 */
lg_status lg_seats_take_over(lg_seats *seats, const lg_moment *moment,
                             lg_status (*tell)(void *ctx, uint32_t seat, const char *detail,
                                               const char *figures),
                             void *ctx) LG_CHECKED;
/** The owner of agent @p seat has left: as if its script had been given up, but for its restarts;
 * lg_seats_reload() brings a version back. @return LG_OK; LG_UNKNOWN no such seat, or its template
 * strategies trade already */
lg_status lg_seats_leave(lg_seats *seats, uint32_t seat, lg_err *err) LG_CHECKED;
/** How many scripts were given up, and whose was the first. */
lg_run_given_up lg_seats_given_up(const lg_seats *seats);

/** Agents whose commands were refused, in order, with how many; valid until the seats are closed.
 * NULL when exhausted, with *count 0. */
const lg_run_refused *lg_seats_refused(lg_seats *seats, uint32_t *count);

/** How each agent has behaved, in order; valid until the seats are closed. NULL when exhausted,
 * with *count 0. */
const lg_run_conduct *lg_seats_conduct(lg_seats *seats, uint32_t *count);

/** What the results keep of the agents, in order, and behind them of the scripts that events give
 * them; valid until the seats are closed. */
const lg_run_agent *lg_seats_agents(const lg_seats *seats, uint32_t *count);

#endif
