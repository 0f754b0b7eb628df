/* host/app/pace.h — how much real time a stretch of simulated time takes */
#ifndef LG_APP_PACE_H
#define LG_APP_PACE_H

#include "base/status.h"
#include "base/text.h"

/** So much simulated time in so much real time; simulated_ms 0: as fast as it goes. */
typedef struct lg_pace {
    int64_t simulated_ms, real_ms;
} lg_pace;

/** What lg_pace_read() takes, for help and errors. */
#define LG_PACE_FORMS                                                                              \
    "15m=10s (simulated time = real time; units ms, s, m, h, d), real, 60x, or full"

/**
 * Reads "15m=10s", "real" (as 1x), "60x" (so many times faster than real time, up to three
 * decimals) or "full" (as fast as it goes).
 * @return LG_OK; LG_INVALID err says what was expected. Then *pace is unchanged.
 */
lg_status lg_pace_read(const char *text, lg_pace *pace, lg_err *err) LG_CHECKED;
/** The pace as lg_pace_read() takes it, in its shortest form. */
void lg_pace_text(lg_text *out, lg_pace pace);

/** A duration in whole units: "15m", "1500ms". */
void lg_pace_duration(lg_text *out, int64_t ms);

#endif
