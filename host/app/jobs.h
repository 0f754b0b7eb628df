/* host/app/jobs.h — a pool that plays jobs: here, some at the same time, each in a process of its
 * own; or by workers elsewhere that are reached through NATS
 *
 * Matches, leagues, sweeps and workers all play by it. What a child does is `lunagrid game`, so
 * nothing that a game does to its process can reach another one, or us.
 */
#ifndef LG_APP_JOBS_H
#define LG_APP_JOBS_H

#include "arena/game.h"
#include "loop/loop.h"

typedef struct lg_jobs lg_jobs;

typedef enum lg_job_state {
    LG_JOB_WAITING,
    LG_JOB_PLAYING,
    LG_JOB_PLAYED,
    LG_JOB_THERE,  /* it was played before */
    LG_JOB_FAILED, /* it could not be played, more than once if its process was lost */
} lg_job_state;

/** A job of the pool; texts live as long as the pool. */
typedef struct lg_job {
    char name[LG_GAME_NAME_SIZE];
    const char *folder; /* of its game, absolute; there when PLAYED or THERE */
    lg_job_state state;
    uint32_t tries;      /* processes that were started for it; 0: not by us */
    const char *reason;  /* of FAILED: what it said last; else "" */
    bool again;          /* it was there, and was played once more */
    const char *differs; /* of such a one: how the game.json that was there differed; "" */
} lg_job;

typedef struct lg_jobs_input {
    lg_loop *loop;      /* outlives the pool */
    const char *folder; /* jobs lie below it: NAME.json, and the folder NAME of the game */
    const char *root;   /* where paths of jobs begin */
    uint32_t parallel;  /* children at the same time; 0: one a processor */
    uint32_t limit_s;   /* a child that takes longer is killed, and its job has failed; 0: none */
    const char *nats;   /* URL of the server whose workers play (nats/link.h); NULL: we do */
    bool anew; /* games that are there are played once more, compared, and replaced: nothing is
                  believed; not with nats */
    bool hold; /* nothing is played: app/print_jobs.h says how it would be */
    /** A job has come to its end: PLAYED, THERE or FAILED. From a round of the loop, or from
     * lg_jobs_add(). Jobs may be added in here. May be NULL. */
    void (*done)(void *ctx, uint32_t index, const lg_job *job);
    void *ctx;
} lg_jobs_input;

/** An empty pool; makes its folder. @return LG_OK; LG_IO; LG_MEMORY. Unless LG_OK, *out is NULL. */
lg_status lg_jobs_open(lg_mem *mem, const lg_jobs_input *input, lg_err *err,
                       lg_jobs **out) LG_CHECKED;
/** Kills what plays; games that were whole stay. NULL is fine. */
void lg_jobs_close(lg_jobs *jobs);

/**
 * Adds a job, whose file is written, also over one of that name that says something else; a job
 * that was added is not added again. It begins when a child is free.
 * @param index  its number in the pool
 * @return LG_OK; LG_IO; LG_MEMORY
 */
lg_status lg_jobs_add(lg_jobs *jobs, const lg_game *game, uint32_t *index, lg_err *err) LG_CHECKED;
/** The same of a job whose file is @p text, in its one form (lg_game_print()), named @p name.
 * @p root: where its own paths begin, absolute; NULL: as those of the pool */
lg_status lg_jobs_add_text(lg_jobs *jobs, const char *name, const char *text, size_t size,
                           const char *root, uint32_t *index, lg_err *err) LG_CHECKED;
/** A job that has come to its end is looked at, and played, anew; any other goes on. */
void lg_jobs_again(lg_jobs *jobs, uint32_t index);

/** How many jobs there are, and how many have come to their end. */
uint32_t lg_jobs_count(const lg_jobs *jobs);
uint32_t lg_jobs_done(const lg_jobs *jobs);
const lg_job *lg_jobs_at(const lg_jobs *jobs, uint32_t index);

enum { LG_JOB_WORDS = 9, LG_JOB_WORD_OUT = 6, LG_JOB_PATH_MAX = 4096 };
/** The words of the command that plays a job, NULL at their end; LG_JOB_WORD_OUT is its folder.
 * @param file takes the path of its
 * file; the others live as long as the pool */
void lg_jobs_words(const lg_jobs *jobs, uint32_t index, char file[LG_JOB_PATH_MAX],
                   const char *words[LG_JOB_WORDS]);

/** Kills children that take longer than the limit; their end is heard in a round of the loop.
 * lg_jobs_wait() does so by itself. */
void lg_jobs_watch(lg_jobs *jobs);

/** Waits until all have come to their end or @p stop, which may be NULL, says so.
 * @return LG_OK; LG_IO no child can be started, or the NATS server is gone for too long; LG_INVALID
 * workers have played the same job differently; LG_LIMIT it was stopped; LG_MEMORY */
lg_status lg_jobs_wait(lg_jobs *jobs, bool (*stop)(void *ctx), void *ctx, lg_err *err) LG_CHECKED;

#endif
