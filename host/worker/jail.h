/* host/worker/jail.h — what a worker process gives up before it sees a script's text
 *
 * In this order: every open file but the channel, the lookout for its parent, limits of the kernel,
 * new privileges for good, being looked into, and last, by a filter, all system calls but those few
 * that memory and the channel need. A call that is not allowed ends the process.
 */
#ifndef LG_WORKER_JAIL_H
#define LG_WORKER_JAIL_H

#include <stdint.h>
#include "base/status.h"

/** The channel's descriptor in a worker: the only one it keeps. */
#define LG_JAIL_FD 3

typedef struct lg_jail {
    int64_t parent;        /* process that has to be the parent; 0: whoever it is */
    uint64_t memory_bytes; /* that may be mapped beyond what is mapped now */
} lg_jail;

/** Enters, once and for good. @return LG_OK; LG_UNSUPPORTED the kernel refuses a step, which err
 * names; LG_GONE the parent is no more */
lg_status lg_jail_enter(const lg_jail *jail, lg_err *err) LG_CHECKED;

/** Whether this build has the filter and the limit of memory: address sanitizers need more than
 * they leave. */
bool lg_jail_is_whole(void);

#endif
