/* host/app/world.h — a scenario brought to life: devices, markets, agents and results, advanced
 * tick by tick
 *
 * The world knows no wall clock, no terminal and no signal: whoever drives it (a run at full speed,
 * a paced one, a replay) decides when a tick is done, never what it does. What reaches it from
 * outside does so between two ticks.
 */
#ifndef LG_APP_WORLD_H
#define LG_APP_WORLD_H

#include "app/clients.h"
#include "app/microgrids.h"
#include "app/notes.h"
#include "app/outside.h"
#include "app/report.h"
#include "app/seats.h"
#include "app/setup.h"

typedef struct lg_world lg_world;

/** What a world is made of; borrowed and must outlive it. */
typedef struct lg_world_input {
    lg_setup *setup;    /* with the scenario read; events give its assets other parameters */
    lg_notes *notes;    /* what scripts and devices say; its place is kept up to date */
    const char *folder; /* of the results */
    bool ours;          /* the folder is known to be that of this run */
    bool csv;
    bool keep_open;        /* as in lg_store_input */
    const char *isolation; /* of all scripts: "process", "worker"; NULL: as agents say */
    lg_outside_keeper keeper;
} lg_world_input;

/**
 * Opens devices, markets and agents; nobody has been called yet, and the folder of the results is
 * as it was. Problems of the scenario and of scripts are printed to stderr.
 * @return LG_OK; LG_SCENARIO; LG_SCRIPT; LG_PLUGIN; LG_IO; LG_MEMORY. err has a sentence, or is
 * empty when all has been said. Unless LG_OK, *out is NULL.
 */
lg_status lg_world_open(lg_mem *mem, const lg_world_input *input, lg_err *err,
                        lg_world **out) LG_CHECKED;
/**
 * Begins the results, in place of those of an earlier run: once, when all else that could keep the
 * run from starting is open, and before lg_world_start(). @return as lg_store_open()
 */
lg_status lg_world_begin(lg_world *world, lg_err *err) LG_CHECKED;
/** Results that were not finished stay readable and say so. NULL is fine. */
void lg_world_close(lg_world *world);

/** The tick that lg_world_tick() does next; slot is the scenario's slot_count after the last. */
lg_place lg_world_next(const lg_world *world);
/** Slots that are closed. */
uint32_t lg_world_slots_done(const lg_world *world);

/** Calls everybody's on_start; once, before the first tick. @return as lg_world_tick() */
lg_status lg_world_start(lg_world *world) LG_CHECKED;
/** How long silent workers may keep slots waiting: lg_seats_set_patience(). */
void lg_world_set_patience(lg_world *world, double seconds);
/** Whether what is tried in a worker is waited for: lg_seats_set_later(). */
void lg_world_set_later(lg_world *world, bool later);
void lg_world_drop_trial(lg_world *world, uint32_t seat);
/**
 * Does the next tick. With the first of a slot the slot opens: events, plans of devices, markets;
 * with its last it closes and energy flows.
 * @return LG_OK; LG_STORE (lg_world_error() says what); LG_PLUGIN; LG_LIMIT; LG_MEMORY
 */
lg_status lg_world_tick(lg_world *world) LG_CHECKED;
/** When the next step of a microgrid is over, in ms since the start of the run; INT64_MAX: not
 * before the next tick, which does what is left, or there are none. */
int64_t lg_world_step_ms(const lg_world *world);
/** Does that step. */
void lg_world_step(lg_world *world);
/**
 * Tries out what a reload of agent @p seat would do, without a trace in the run: lg_seats_try() as
 * the world stands. @return as that; LG_UNKNOWN no such agent
 */
lg_status lg_world_try(lg_world *world, uint32_t seat, const char *file, lg_bundle *given,
                       lg_bundle **out, lg_err *err) LG_CHECKED;
/**
 * Something from outside acts before the next tick. It is kept first, and what was kept and is
 * refused then is refused again when it comes from the record. What ends a run leaves it to the
 * caller to do no more ticks.
 * @return LG_OK; LG_UNKNOWN no such node, or it was left already; LG_RATE, LG_UNSUPPORTED of a fee;
 * LG_SCRIPT, LG_INVALID of a script, the version at work stays; of the keeper; LG_MEMORY
 */
lg_status lg_world_act(lg_world *world, const lg_outside *act, lg_err *err) LG_CHECKED;
/**
 * Calls everybody's on_finish, and finishes and closes the results; once, between slots. A run with
 * fewer slots than the scenario says so in them. @return as lg_world_tick(), err has a sentence
 */
lg_status lg_world_finish(lg_world *world, lg_err *err) LG_CHECKED;

/** Digest of everything up to the end of the last slot that is closed. */
lg_digest lg_world_digest(const lg_world *world);
/** The value of a Lua expression as JSON, as things stand after the tick done last. @return as
 * lg_probe() */
lg_status lg_world_eval(lg_world *world, const char *expression, lg_text *out,
                        lg_err *err) LG_CHECKED;
/** Who sits where, and the spot market; for those who look on. */
const lg_seats *lg_world_seats(const lg_world *world);
const lg_market *lg_world_market(const lg_world *world);
/** The settlement markets; NULL when the scenario has none. */
const lg_settling *lg_world_settling(const lg_world *world);
/** What it was made with. */
lg_mem *lg_world_mem(const lg_world *world);
const char *lg_world_scripts(const lg_world *world);
/** The course so far, and the bottom lines of the homes so far: valid until the next call. */
const lg_course *lg_world_course(const lg_world *world);
const lg_member_result *lg_world_members(const lg_world *world, uint32_t *count);

/** Remote clients; what changes them are acts. */
lg_clients *lg_world_clients(lg_world *world);
/** The turn; who looks at the intraday market goes through it, and changes it by acts alone. */
lg_turn *lg_world_turn(const lg_world *world);
/** What came of the request of the last act of kind LG_OUTSIDE_TRADING. */
lg_trading_done lg_world_asked(const lg_world *world);
/** The microgrids, which acts alone change; NULL: there are none. */
const lg_microgrids *lg_world_microgrids(const lg_world *world);
/** What came of the request of the last act of kind LG_OUTSIDE_MICROGRID. */
lg_micro_done lg_world_micro_asked(const lg_world *world);
/** The tick that runs or was done last; before the first, that one. */
lg_moment lg_world_moment(const lg_world *world);
/** What the device of @p asset has planned for the running slot; NULL before the first. */
const lg_plan *lg_world_plan(const lg_world *world, uint32_t asset);
/** Copied: it is told what happens, after the results are, and must not change anything. LG_OK;
 * LG_LIMIT too many before lg_world_begin(); LG_MEMORY */
lg_status lg_world_listen(lg_world *world, const lg_listener *listener) LG_CHECKED;
/** Bottom lines of the members so far, one each, in order: at their best between two slots. Valid
 * until the next call. */
const lg_member_result *lg_world_bills(lg_world *world);

/** What to say about a status of lg_world_start() and lg_world_tick(). */
const char *lg_world_error(const lg_world *world, lg_status status);
/** Fills what the world knows of a report, after lg_world_finish(); borrowed from the world. */
void lg_world_report(const lg_world *world, lg_report *report);

#endif
