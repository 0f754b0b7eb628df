/* host/app/awaits.h — whose answers the next tick waits for, and for how long
 *
 * A client that was told something may answer or be silent; which of both it does cannot be seen.
 * So a silence is waited out for as long as the client's own answers give reason to, and at most
 * for a time that is named. It knows nothing of clients but their numbers, and its clock is handed
 * in.
 *
 *   told -> heard            an answer: how long it took is learned
 *   told -> given up         it was silent, or is late
 *   told -> given up -> told -> heard
 *                            an answer to the last, or the late one to the one before: that it was
 *                            late is believed of what came sooner than half of the quickest answer,
 *                            and no more when nothing else follows
 */
#ifndef LG_APP_AWAITS_H
#define LG_APP_AWAITS_H

#include <stdbool.h>
#include "base/mem.h"

/** Kinds of what clients are told; each has habits of its own. */
#define LG_AWAIT_KINDS 8
/** So many of the last answers to a kind are remembered. */
#define LG_AWAIT_ANSWERS 8
/** A silence is waited out for so many times the longest of them, and at least so long. */
#define LG_AWAIT_PATIENCE   4
#define LG_AWAIT_SILENCE_NS INT64_C(200000000)
/** Of who has answered all of the last events, at least so many, it is no silence but a machine
 * with much to do: then at least such a part of the time that is named. */
#define LG_AWAIT_STEADY      3
#define LG_AWAIT_STEADY_PART 4
/** So long a client has at least to send the next batch when it has the answer to the one before;
 * at most so long when its own last ones took more than half of that. */
#define LG_AWAIT_MORE_NS      INT64_C(30000000)
#define LG_AWAIT_MORE_MOST_NS INT64_C(500000000)
/** What somebody has sent stays so long behind another one's silence before a tick may pass. */
#define LG_AWAIT_HELD_NS INT64_C(3000000000)

/** What a client's last answers to one kind took, in microseconds, and how often it has let one
 * pass before the first of them; of the last 32 events those that it let pass, the last one in the
 * lowest bit. */
typedef struct lg_await_habit {
    uint32_t took_us[LG_AWAIT_ANSWERS];
    uint8_t count, next, silent;
    uint32_t passed;
} lg_await_habit;

typedef struct lg_await {
    bool expected, more; /* more: of what it has sent; waited for only a moment */
    bool late;           /* it has not answered the event before the last one either */
    bool credited;       /* what came last was taken for the answer to that one */
    uint8_t kind, late_kind;
    uint32_t took_us;         /* of what was credited: after the last event */
    int64_t told_ns, late_ns; /* when it was told of them; told_ns 0: it has answered */
    int64_t done_ns;          /* when all that it sent was answered; 0: it was told more since */
    uint32_t gap_us;          /* from there to its next batch: the longest, fading */
    lg_await_habit habits[LG_AWAIT_KINDS];
} lg_await;

/** Prepared by lg_awaits_init(); read freely. */
typedef struct lg_awaits {
    lg_mem *mem;
    int64_t (*now_ns)(void);
    int64_t most_ns; /* a silence lasts at most so long; 0: nobody is waited for */
    lg_await *items; /* one a client */
    uint32_t capacity;
    uint32_t expected; /* clients */
    uint32_t mores;    /* of them, who may send more */
    int64_t wait_ns;   /* since when it waits; 0: it does not */
    int64_t more_ns;   /* until then more is waited for */
    int64_t held_ns;   /* since when something that was sent waits for a tick; 0: nothing does */
} lg_awaits;

/** Nobody is waited for longer than @p most_ns by @p now_ns, a clock that only goes forward; 0: for
 * nobody at all. */
void lg_awaits_init(lg_awaits *a, lg_mem *mem, int64_t most_ns, int64_t (*now_ns)(void));
/** Gives back what it has. */
void lg_awaits_fini(lg_awaits *a);

/** It was told something of @p kind, below LG_AWAIT_KINDS, that it may answer. Without memory
 * nobody waits for it. */
void lg_awaits_told(lg_awaits *a, uint32_t client, uint32_t kind);
/** All that it sent was answered: it may send more. */
void lg_awaits_more(lg_awaits *a, uint32_t client);
/** It has sent something that waits for the tick (@p held), or goes. */
void lg_awaits_heard(lg_awaits *a, uint32_t client, bool held);
/** Nothing is waited for, and nothing is learned: nobody hears it. */
void lg_awaits_drop(lg_awaits *a, uint32_t client);
/** A tick was done: nothing is held any more. */
void lg_awaits_ticked(lg_awaits *a);

/** Whether @p client is waited for. */
bool lg_awaits_has(const lg_awaits *a, uint32_t client);
/** How long its silence is waited out. */
int64_t lg_awaits_patience_ns(const lg_awaits *a, uint32_t client);
/**
 * Whether the next tick waits: until *until_ns at the latest, when it is to be asked again.
 * @p given_up is called for each client whose time is over. @p quiet: nobody is told anything in
 * the next tick and nothing closes with it, so that it may pass when something has been held too
 * long; those who are waited for still are.
 */
bool lg_awaits_wait(lg_awaits *a, bool quiet, int64_t *until_ns,
                    void (*given_up)(void *ctx, uint32_t client, int64_t waited_ns), void *ctx);

#endif
