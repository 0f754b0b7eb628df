/* host/app/schedule.h — the scheduled events of a scenario, carried out between slots */
#ifndef LG_APP_SCHEDULE_H
#define LG_APP_SCHEDULE_H

#include "app/seats.h"
#include "driver/fleet.h"
#include "scenario/scenario.h"

typedef struct lg_schedule lg_schedule;

/** What the events act upon; borrowed. */
typedef struct lg_schedule_input {
    lg_scenario *scenario; /* whose assets get other parameters */
    lg_turn *turn;
    lg_fleet *fleet;
    lg_seats *seats; /* NULL: there are none */
} lg_schedule_input;

/** The events of the scenario, none of which has happened yet. NULL: exhausted. */
lg_schedule *lg_schedule_new(lg_mem *mem, const lg_schedule_input *input);
void lg_schedule_free(lg_schedule *schedule);

/**
 * Asks the devices whether they would take what changes give them; those that would not are told in
 * @p diag with the plugin's sentence. @return LG_OK; LG_PLUGIN; LG_MEMORY
 */
lg_status lg_schedule_check(lg_mem *mem, const lg_scenario *scenario, lg_fleet *fleet,
                            lg_diag *diag) LG_CHECKED;

/**
 * Lets happen what is due when the slot of @p moment opens; call before its devices plan. Seats
 * whose script was given up are taken over first.
 *
 * An area or asset is off in a slot that starts within any interval that says so; else the last
 * event before or at its start decides, counted from midnight before the run. A change happens once
 * for every time it comes. @return LG_OK; LG_MEMORY; of a listener
 */
lg_status lg_schedule_slot(lg_schedule *schedule, const lg_moment *moment) LG_CHECKED;

/** How many events have happened, and the first of them in words: "17:00 disconnect Street". */
uint32_t lg_schedule_happened(const lg_schedule *schedule, const char **words);

#endif
