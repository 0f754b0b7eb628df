/* host/loop/watch.h — descriptors and alarms of somebody who talks to the outside, such as a
 * gateway
 *
 * Everything is told from a round of the loop, so between two pieces of work.
 */
#ifndef LG_LOOP_WATCH_H
#define LG_LOOP_WATCH_H

#include "loop/loop.h"

/** What a descriptor is ready for, or is to be watched for. */
enum { LG_WATCH_READ = 1, LG_WATCH_WRITE = 2 };

/** A descriptor, or a time, that is waited for. */
typedef struct lg_watch_point lg_watch_point;

/**
 * Watches @p fd, which stays the caller's and open until lg_watch_point_free(), for nothing yet.
 * NULL when exhausted or when the system cannot watch it.
 */
lg_watch_point *lg_watch_fd(lg_loop *loop, int fd, void (*ready)(void *ctx, unsigned what),
                            void *ctx);
/** From now on it is watched for @p what, bits of LG_WATCH_READ and LG_WATCH_WRITE; 0: for nothing.
 * @return LG_OK; LG_MEMORY */
lg_status lg_watch_for(lg_watch_point *point, unsigned what) LG_CHECKED;
/** An alarm that is not set. NULL when exhausted. */
lg_watch_point *lg_watch_alarm(lg_loop *loop, void (*due)(void *ctx), void *ctx);
/** It rings once, @p ms milliseconds from now; set again before that, only at the new time.
 * @return LG_OK; LG_MEMORY */
lg_status lg_watch_set(lg_watch_point *alarm, uint32_t ms) LG_CHECKED;
/** Also from within what it calls. NULL is fine. */
void lg_watch_point_free(lg_watch_point *point);

#endif
