/* host/app/seats.h — the agents of a scenario at their desks */
#ifndef LG_APP_SEATS_H
#define LG_APP_SEATS_H

#include "app/notes.h"
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
    /** The script of agent @p seat is given up; to be kept with the inputs of the run,
     * because a clock may have decided it (lg_stopped). May be NULL. */
    void (*stopped)(void *ctx, uint32_t seat, const lg_stopped *how);
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
    uint32_t version; /* from 1 */
    uint64_t faults, memory;
} lg_seat_view;

/** How many seats there are: agents of the scenario. */
uint32_t lg_seats_count(const lg_seats *seats);
/** Seat @p index, in the scenario's order. */
lg_seat_view lg_seats_view(const lg_seats *seats, uint32_t index);

/** What scripts may see of devices. */
lg_device_view lg_seats_devices(const lg_seats *seats);

/**
 * Seats whose script was given up since the last slot are taken over by the template strategies of
 * their assets; call between two slots. @p tell makes an event of it. @return as lg_turn_replace(),
 * or of @p tell
 */
lg_status lg_seats_take_over(lg_seats *seats, const lg_moment *moment,
                             lg_status (*tell)(void *ctx, uint32_t seat, const char *detail),
                             void *ctx) LG_CHECKED;
/** How many scripts were given up, and whose was the first. */
lg_run_given_up lg_seats_given_up(const lg_seats *seats);

/** What the results keep of the agents, in order, and behind them of the scripts that events give
 * them; valid until the seats are closed. */
const lg_run_agent *lg_seats_agents(const lg_seats *seats, uint32_t *count);

#endif
