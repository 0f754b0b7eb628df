/* host/nats/queue.h — jobs that wait for a worker, and how they ended
 *
 * Jobs lie in a work-queue stream, under the version they are for, once each: a job is handed to
 * one worker at a time and stays until a worker has said that it is over. One that is not heard of
 * for a while is handed to the next.
 */
#ifndef LG_NATS_QUEUE_H
#define LG_NATS_QUEUE_H

#include <stdbool.h>
#include "nats/link.h"

/** Makes the streams where there are none. @return LG_OK; LG_IO; LG_MEMORY */
lg_status lg_queue_open(lg_link *link, lg_err *err) LG_CHECKED;

/** Adds a job, unless it waits or is played already. @p name: letters and digits. @return LG_OK;
 * LG_IO; LG_MEMORY */
lg_status lg_queue_add(lg_link *link, const char *engine, const char *name, const char *text,
                       size_t size, lg_err *err) LG_CHECKED;

/** Who might play jobs for a version. */
typedef struct lg_queue_workers {
    uint32_t waiting; /* workers that ask for a job at this moment */
    uint32_t busy;    /* jobs that are being played */
    char others[120]; /* versions that others play for, with commas; "" */
} lg_queue_workers;
lg_status lg_queue_look(lg_link *link, const char *engine, lg_queue_workers *workers,
                        lg_err *err) LG_CHECKED;

/* ---- ends ---- */

/** What came of a job in a worker's hands. */
typedef enum lg_end {
    LG_END_STORED,  /* its game is an object */
    LG_END_FAILED,  /* it could not be played; it is over */
    LG_END_REFUSED, /* that worker cannot play it; another may */
    LG_END_DIFFERS, /* its game was an object already, and is another one */
} lg_end;

typedef struct lg_queue_end {
    char name[65];
    lg_end end;
    char worker[65];
    char reason[512];
} lg_queue_end;

/** Tells everybody. @return LG_OK; LG_IO; LG_MEMORY */
lg_status lg_queue_tell(lg_link *link, const lg_queue_end *end, lg_err *err) LG_CHECKED;
/** The number behind the last end that was told. */
lg_status lg_queue_mark(lg_link *link, uint64_t *next, lg_err *err) LG_CHECKED;
/** The first end from @p *next on, and moves it. @return LG_OK, *found: there was one; LG_IO;
 * LG_MEMORY */
lg_status lg_queue_hear(lg_link *link, uint64_t *next, bool *found, lg_queue_end *end,
                        lg_err *err) LG_CHECKED;

/* ---- for workers ---- */

typedef struct lg_pull lg_pull;
/** A job that was handed to us. */
typedef struct lg_task {
    char name[65];
    const char *text; /* with a NUL behind it; lives as long as the task */
    size_t size;
    uint32_t handed; /* how often it was handed to somebody, this time included */
    void *message;   /* private */
} lg_task;

/** Asks for jobs of @p engine; one that is not heard of for @p patience_ms goes to the next worker.
 * @return LG_OK; LG_IO; LG_MEMORY. Unless LG_OK, *out is NULL. */
lg_status lg_pull_open(lg_link *link, const char *engine, uint32_t patience_ms, lg_err *err,
                       lg_pull **out) LG_CHECKED;
/** NULL is fine. */
void lg_pull_close(lg_pull *pull);
/** Waits up to @p wait_ms for a job. @return LG_OK, *found: there is one, to be given to
 * lg_task_fini(); LG_IO; LG_MEMORY */
lg_status lg_pull_next(lg_pull *pull, uint32_t wait_ms, bool *found, lg_task *task,
                       lg_err *err) LG_CHECKED;

/** Says that we are at it; twice within the patience, at least. */
void lg_task_working(lg_pull *pull, lg_task *task);
/** It is over, and leaves the queue. @return LG_OK; LG_IO it will come again; LG_MEMORY */
lg_status lg_task_over(lg_pull *pull, lg_task *task, lg_err *err) LG_CHECKED;
/** Gives it back, for whoever asks in @p delay_ms or later. */
void lg_task_return(lg_pull *pull, lg_task *task, uint32_t delay_ms);
void lg_task_fini(lg_pull *pull, lg_task *task);

#endif
