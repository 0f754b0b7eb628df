/* host/worker/workers.h — scripts of others, each in a process of its own
 *
 * A worker is this program again, started with the hidden word LG_WORKER_COMMAND and nothing but a
 * socket to its host. It gives up what a process may do (jail.h), then loads the script and serves
 * its callbacks. Here an agent is made of it that the turn cannot tell from one that runs in the
 * host: the same results, the same hash.
 *
 *     begin() --call, and what the script will ask for--> worker
 *             <--questions about the market-- --answers-->   (as often as it takes)
 *     call()  <--lines, commands, figures: DONE--
 *
 * A worker that dies, says what cannot be, or is late is ended. Its callback has sent nothing then,
 * and the script was given up: LG_STOP_WORKER of lg_stopped says where, for whoever repeats the
 * run. Late is who has used budget.seconds_per_call and seconds_grace more of processor time in a
 * callback, or budget.patience times as long by the clock; for loading it is seconds_at_load.
 */
#ifndef LG_WORKER_WORKERS_H
#define LG_WORKER_WORKERS_H

#include "script/remote.h"

#define LG_WORKER_COMMAND "--worker"
/** Processor time for the process to start, and to compile texts; seconds. */
#define LG_WORKER_START_S 1.0

typedef struct lg_workers lg_workers;

/** No workers yet. @p program is executed for each, NULL: this program. NULL: exhausted. */
lg_workers *lg_workers_new(lg_mem *mem, const char *program);
/** After the agents that are run by it. NULL is fine. */
void lg_workers_free(lg_workers *workers);
/** For lg_agent_input.remote; lives as long as @p workers. */
const lg_remote *lg_workers_remote(lg_workers *workers);

/**
 * From here on a worker that has been asked and neither runs nor says anything, since it was
 * stopped or sleeps, may keep each slot waiting for that many seconds in all; then it is lost. 0,
 * as at first: only budget.patience counts. What a worker lacks because others have the
 * processor is not counted. It is looked at LG_WORKER_LOOK_MS apart.
 */
void lg_workers_set_patience(lg_workers *workers, double seconds);
#define LG_WORKER_LOOK_MS 10

/** Questions that were answered while callbacks waited for them, and exchanges, since the start. */
typedef struct lg_workers_counts {
    uint64_t exchanges, questions, spawned, lost;
} lg_workers_counts;
lg_workers_counts lg_workers_counts_of(const lg_workers *workers);
/** Process of the worker of @p self, an lg_agent's of ours; 0: it has none any more. For tests. */
int64_t lg_workers_pid(const lg_workers *workers, uint32_t index);

/** What the program does when its first word is LG_WORKER_COMMAND: serves its host until that is
 * gone. @return the exit code */
int lg_worker_main(int argc, char **argv);

#endif
