/* host/app/sweep_parts.h — a sweep at work, for the files that make its games, play and tell them
 */
#ifndef LG_APP_SWEEP_PARTS_H
#define LG_APP_SWEEP_PARTS_H

#include <limits.h>

#include "app/jobs.h"
#include "app/setup.h"
#include "app/sweep.h"

enum { LG__SWEEP_PROBLEMS_SHOWN = 20 };

typedef struct lg__sweeping {
    lg_mem *mem;
    const lg_args *args;
    lg_err *err;
    lg_axes axes;
    lg_setup setup;
    lg_arena arena;
    char file[PATH_MAX];  /* of the scenario; absolute */
    char root[PATH_MAX];  /* all files of the games lie below it */
    char *name;           /* of the scenario */
    const char **scripts; /* one an agent of the command line: absolute, or LG_GAME_SHIPPED... */
    const lg_seat_role *roles;
    lg_game *games; /* one a combination */
    uint32_t game_count;
    const uint64_t *seeds;
    uint32_t seed_count;
    uint64_t own_seed; /* when none was given */
    uint32_t problems;
    const char *warned[LG__SWEEP_PROBLEMS_SHOWN];
    uint32_t warned_count;
    lg_text first_problems; /* of the first combination with the seats as --agent has them */
    lg_loop *loop;
    lg_jobs *jobs;
    char *folder;
    uint32_t *indices; /* in the pool, of combination and seed */
    bool progress, stopped;
} lg__sweeping;

lg_status lg__sweep_exhausted(const lg__sweeping *s);
/** Reads and checks all combinations, and makes a game of each (sweep_games.c); what is wrong is
 * told. @return LG_OK; LG_SCENARIO; LG_IO; LG_INVALID; LG_MEMORY */
lg_status lg__sweep_prepare(lg__sweeping *s) LG_CHECKED;
/** Gives back what the games hold; also after a failed lg__sweep_prepare(). */
void lg__sweep_drop(lg__sweeping *s);

#endif
