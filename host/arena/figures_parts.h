/* host/arena/figures_parts.h — what the files that read figures share */
#ifndef LG_ARENA_FIGURES_PARTS_H
#define LG_ARENA_FIGURES_PARTS_H

#include "arena/figures.h"
#include "scenario/scenario.h"
#include "store/past.h"

/** The results of a game while they are read; borrowed. */
typedef struct lg__figures_reading {
    lg_mem *mem;
    lg_past *past;
    const lg_site *site;
    const uint32_t *seat_of_asset;  /* LG_NONE: nobody's of ours */
    const uint32_t *member_of_area; /* LG_NONE: it lies in no home */
} lg__figures_reading;

/** The utility's rates at a door in every slot: fees of the path added and taken off. */
typedef struct lg__door {
    int64_t *buy_uct, *sell_uct; /* one a slot */
} lg__door;

/** The doors of a game; made when they are asked for. */
typedef struct lg__doors {
    const lg__figures_reading *reading;
    uint32_t count; /* slots */
    uint32_t utility;
    bool percentage;                        /* fees are parts of the rate */
    int64_t *maker_uct, *feed_in_uct, *fee; /* one a slot */
    lg__door *of_area;
    lg__door best; /* of lg__doors_best() */
} lg__doors;

/** lg__doors_close() in every case. @return false: exhausted. What cannot be asked is in
 * lg_past_status(). */
bool lg__doors_open(lg__doors *doors, const lg__figures_reading *reading) LG_CHECKED;
void lg__doors_close(lg__doors *doors);
/** The door of the home of @p asset, or of its market when it is in none; NULL: exhausted. */
const lg__door *lg__doors_of(lg__doors *doors, uint32_t asset);
/** The door of the home @p area, which lies in a market; NULL: exhausted. */
const lg__door *lg__doors_of_home(lg__doors *doors, uint32_t area);
/** The best rates that the assets of @p seat have at any of their doors; valid until the next call.
 * NULL: exhausted. */
const lg__door *lg__doors_best(lg__doors *doors, uint32_t seat);

/** Fills what batteries of seats held at the start and at the end, and what the game cost all
 * members with the value of the difference. @return false: exhausted */
bool lg__figures_stored(lg__doors *doors, lg_figures *figures) LG_CHECKED;
/** Fills what the seat's stored energy is worth, and its cost. @return false: exhausted */
bool lg__figures_cost(lg__doors *doors, uint32_t seat, lg_seat_figures *figures) LG_CHECKED;
/**
 * Fills the least cost that the seat could have had; has_bound stays false where it has assets that
 * are not modelled. @p scenario is that of the game. @return false: exhausted
 */
bool lg__figures_bound(lg__doors *doors, const lg_scenario *scenario,
                       const lg_driver *const *drivers, uint32_t seat,
                       lg_seat_figures *figures) LG_CHECKED;
/** Adds up what the members' trades were worth. @return false: exhausted */
bool lg__figures_welfare(lg__doors *doors, lg_welfare *welfare) LG_CHECKED;

#endif
