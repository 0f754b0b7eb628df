/* host/app/arrange.h — the games of a match as jobs: found, checked, and given to a pool */
#ifndef LG_APP_ARRANGE_H
#define LG_APP_ARRANGE_H

#include "app/jobs.h"
#include "app/setup.h"
#include "arena/contest.h"

/** One game of a match, and the games its seats are compared with. */
typedef struct lg_arranged_game {
    uint32_t scenario, seed; /* indices into the match's */
    const uint32_t *lineup;  /* an entrant a seat */
    uint32_t job;            /* in the pool */
    uint32_t *reference;     /* a seat: job of the game it is compared with; may be its own */
} lg_arranged_game;

typedef struct lg_arranged {
    lg_mem *mem;
    lg_arena arena;
    char *root; /* where paths of jobs begin; absolute */
    lg_lineups lineups;
    const char **hashes;  /* by entrant: SHA-256 of its script; "" */
    const char **sources; /* of a league, by entrant: hash of all that it plays by (sources.h) */
    lg_game inputs;       /* files and plugins of all jobs together */
    lg_arranged_game *games;
    uint32_t count, capacity;
} lg_arranged;

/**
 * Finds scenarios, scripts and the folder they have in common. Seeds must be there.
 * lg_arranged_fini() in every case.
 * @param diag  takes problems of the match, with their places
 * @return LG_OK; LG_SCENARIO; LG_IO; LG_LIMIT, LG_INVALID of lg_lineups_make(); LG_MEMORY
 */
lg_status lg_arrange_open(lg_mem *mem, const lg_contest *match, lg_setup *setup, lg_diag *diag,
                          lg_arranged *arranged, lg_err *err) LG_CHECKED;

/**
 * Makes a job of every game, and of those that its seats are compared with.
 * @param jobs  takes them; NULL: all are only checked
 * @return LG_OK; LG_SCENARIO problems of a scenario or seat are in @p diag; LG_INVALID; LG_IO;
 * LG_MEMORY
 */
lg_status lg_arrange_jobs(lg_arranged *arranged, const lg_contest *match, lg_setup *setup,
                          lg_jobs *jobs, lg_diag *diag, lg_err *err) LG_CHECKED;
void lg_arranged_fini(lg_arranged *arranged);

#endif
