/* host/app/remote_worker.h — plays jobs that a NATS server hands out, and stores their games there
 */
#ifndef LG_APP_REMOTE_WORKER_H
#define LG_APP_REMOTE_WORKER_H

#include "base/mem.h"
#include "base/status.h"

/** How long a worker may be silent, in seconds, before its jobs go to others. */
#define LG_WORKER_PATIENCE_S 30
/** How long a game may take, in seconds. */
#define LG_WORKER_LIMIT_S 3600

typedef struct lg_worker_input {
    const char *url;     /* of the server (nats/link.h) */
    const char *name;    /* in what is told; NULL: the machine's and the process's number */
    const char *scratch; /* folder to play in; NULL: a temporary one, removed at the end */
    uint32_t parallel;   /* games at the same time; 0: one a processor */
    uint32_t patience_s; /* 0: LG_WORKER_PATIENCE_S */
    uint32_t limit_s;    /* a game that takes longer has failed; 0: LG_WORKER_LIMIT_S */
    bool drain;          /* end when no job is left */
    bool quiet;          /* no line a job on stdout */
} lg_worker_input;

/**
 * Works until a signal (SIGINT, SIGTERM) ends it; what is being played then goes to others at once.
 * A server that goes away is waited for.
 * @return LG_OK; LG_IO no server or no folder; LG_INVALID a game that it has played is stored
 * already, and differs; LG_MEMORY
 */
lg_status lg_worker_work(lg_mem *mem, const lg_worker_input *input, lg_err *err) LG_CHECKED;

#endif
