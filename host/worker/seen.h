/* host/worker/seen.h — what a worker has been told of the market, until its callback ends or waits
 */
#ifndef LG_WORKER_SEEN_H
#define LG_WORKER_SEEN_H

#include "base/mem.h"
#include "script/sight.h"

typedef struct lg_seen {
    lg_mem *mem;
    lg_arena arena; /* of answers that were asked for */
    struct lg__seen *entries;
    uint32_t capacity, count;
    uint32_t generation;
} lg_seen;

/** Knows nothing; lg_seen_fini() gives back what it takes. */
void lg_seen_init(lg_seen *seen, lg_mem *mem);
/** Gives everything back. */
void lg_seen_fini(lg_seen *seen);
/** Forgets everything. */
void lg_seen_clear(lg_seen *seen);
/** Notes an answer; @p bytes must stay, or are copied into seen->arena with @p copy. False when
 * exhausted. */
bool lg_seen_put(lg_seen *seen, const lg_sight_key *key, const void *bytes, uint32_t size,
                 bool copy);
/** Whether the answer is known; *bytes is it, NULL for "there is none". */
bool lg_seen_find(const lg_seen *seen, const lg_sight_key *key, const void **bytes);

#endif
