/* host/app/watch.h — scripts that are saved while the market runs are reloaded */
#ifndef LG_APP_WATCH_H
#define LG_APP_WATCH_H

#include "app/reload.h"
#include "loop/loop.h"

/** So long nothing must have been written before files are looked at. */
#define LG_WATCH_SETTLE_MS 25
/** Reloads that are due take at most about this long between two ticks; the others wait for the
 * next. One reload is never cut. */
#define LG_WATCH_PAUSE_MS 3

typedef struct lg_watch lg_watch;

/** Borrowed; must outlive the watch. */
typedef struct lg_watch_input {
    lg_world *world;
    lg_loop *loop;
    lg_notes *notes;
} lg_watch_input;

/**
 * Watches the folders of the scripts of all agents and of what they require. A file that has other
 * content than before, and is not empty, means a reload of every agent that it is a part of; a line
 * says what came of it. @return LG_OK; LG_LIMIT, LG_IO, LG_MEMORY. Unless LG_OK *out is NULL.
 */
lg_status lg_watch_open(lg_mem *mem, const lg_watch_input *input, lg_err *err,
                        lg_watch **out) LG_CHECKED;
/** Before the world and the loop. NULL is fine. */
void lg_watch_close(lg_watch *watch);

/** Does reloads that are due, after each round of the loop; between two ticks. @return LG_OK, or
 * what ends the run: LG_MEMORY, LG_STORE */
lg_status lg_watch_look(lg_watch *watch, lg_err *err) LG_CHECKED;

#endif
