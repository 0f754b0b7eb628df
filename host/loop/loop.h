/* host/loop/loop.h — the one event loop: signals, timers, and a round between two pieces of work
 *
 * The run is never driven by the loop: it does its work tick by tick and lets the loop look at the
 * outside world in between, or wait there until the next tick is due. So nothing here can change
 * what a run computes, only when, and whether it goes on.
 */
#ifndef LG_LOOP_LOOP_H
#define LG_LOOP_LOOP_H

#include "base/mem.h"
#include "base/status.h"

/** Rounds asked for sooner than this after the last one are skipped: they would only cost time. */
#define LG_LOOP_ROUND_MS 4

typedef struct lg_loop lg_loop;

/** A loop without watches; NULL when exhausted or when the system offers no way to wait for events.
 */
lg_loop *lg_loop_new(lg_mem *mem);
/** Takes every watch back: signals do what they did before. NULL is fine. */
void lg_loop_free(lg_loop *loop);

/**
 * Calls @p heard from a later round whenever the process gets signal @p number. The third signal in
 * a row that no round has looked at takes its usual course: what hangs can be ended.
 * @return LG_OK; LG_INVALID the system refuses to watch it; LG_MEMORY
 */
lg_status lg_loop_on_signal(lg_loop *loop, int number, void (*heard)(void *ctx, int number),
                            void *ctx) LG_CHECKED;

/**
 * Calls @p due from a round every @p interval_ms milliseconds (at least 1); late calls do not pile
 * up.
 * @return LG_OK; LG_INVALID the interval is 0; LG_MEMORY
 */
lg_status lg_loop_every(lg_loop *loop, uint32_t interval_ms, void (*due)(void *ctx),
                        void *ctx) LG_CHECKED;

/** Handles what has happened, without waiting; cheap enough to be asked after every tick. */
void lg_loop_round(lg_loop *loop);
/** As lg_loop_round(), but never skipped. */
void lg_loop_round_now(lg_loop *loop);

/** Nanoseconds of a clock that only goes forward, and stands still while the machine sleeps. */
int64_t lg_loop_now_ns(void);
/** Far enough in the future to be never. */
#define LG_LOOP_NEVER INT64_MAX
/** Waits until something has happened and was handled, or the clock shows @p until_ns: whoever
 * waits for more asks again. */
void lg_loop_wait(lg_loop *loop, int64_t until_ns);

#endif
