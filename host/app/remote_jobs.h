/* host/app/remote_jobs.h — jobs that workers elsewhere play: given to a NATS server, and their
 * games fetched from it
 *
 * The pool of app/jobs.h uses it; nobody else does. A job's input files go before it, each once
 * and named by its SHA-256.
 */
#ifndef LG_APP_REMOTE_JOBS_H
#define LG_APP_REMOTE_JOBS_H

#include "base/mem.h"
#include "base/status.h"

typedef struct lg_remote lg_remote;

/** How a job ended. */
typedef enum lg_remote_end {
    LG_REMOTE_FETCHED,  /* its game is in its folder */
    LG_REMOTE_FAILED,   /* it could not be played, or its game not be fetched */
    LG_REMOTE_DISPUTED, /* a second worker has played it, and differently; may come after the end */
} lg_remote_end;

typedef struct lg_remote_input {
    const char *url;    /* of the server (nats/link.h) */
    const char *folder; /* NAME.json and NAME/ lie in it; absolute */
    const char *root;   /* where paths of jobs begin; absolute */
    /** From a round. @p reason: a sentence, or "" */
    void (*ended)(void *ctx, const char *name, lg_remote_end end, const char *reason);
    void *ctx;
} lg_remote_input;

/** Connects. @return LG_OK; LG_IO (err says why); LG_MEMORY. Unless LG_OK, *out is NULL. */
lg_status lg_remote_open(lg_mem *mem, const lg_remote_input *input, lg_err *err,
                         lg_remote **out) LG_CHECKED;
/** Jobs that wait stay with the server, and are played. NULL is fine. */
void lg_remote_close(lg_remote *remote);

/** Gives job NAME.json to the workers, or only waits for it when it was given before; one whose
 * game is stored already is over in the next round.
 * @return LG_OK; LG_INVALID a file is not what the job names; LG_IO; LG_MEMORY */
lg_status lg_remote_add(lg_remote *remote, const char *name, lg_err *err) LG_CHECKED;

/** Hears what has ended and fetches it. While nobody plays, and when a worker refuses to, says so
 * on stderr. @return LG_OK; LG_IO the server was away for a minute; LG_MEMORY */
lg_status lg_remote_round(lg_remote *remote, lg_err *err) LG_CHECKED;

#endif
