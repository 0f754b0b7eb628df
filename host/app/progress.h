/* host/app/progress.h — one line on a terminal that says how far a run is */
#ifndef LG_APP_PROGRESS_H
#define LG_APP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lg_progress {
    bool on, drawn;
    uint32_t done, total; /* slots */
    double start_s;
    /* Says how it goes on in place of slots a second and the time left. @return false: let them
     * stand */
    bool (*tell)(void *ctx, char *out, size_t size);
    void *ctx;
} lg_progress;

/** Seconds of a clock that only goes forward; for people, never for results. */
double lg_progress_now(void);

/** Starts the clock. Draws only when stderr is a terminal that can, and not @p quiet. */
void lg_progress_start(lg_progress *progress, uint32_t total, bool quiet);
/** Draws the line as things stand; the shape of a timer of the loop, @p progress is an lg_progress.
 */
void lg_progress_draw(void *progress);
/** Removes the line, so that something else can be printed. */
void lg_progress_clear(lg_progress *progress);

/** Whether @p descriptor is a terminal and colours are not forbidden by NO_COLOR or TERM=dumb. */
bool lg_progress_colours(int descriptor);

#endif
