/* include/lunagrid/status.h — the one list of what can come of a request */
#ifndef LUNAGRID_STATUS_H
#define LUNAGRID_STATUS_H

#include <stdint.h>

/*
 * Three classes. REFUSED: nothing changed, the asker may fix it. BROKEN: this device or script is
 * set aside, the host lives. FATAL: the run ends with a clear message.
 *
 *        name         sentence for people                                    class
 */
#define LG_STATUS_MAP(X)                                                                           \
    X(OK, "done", LG_FINE)                                                                         \
    X(INVALID, "the request is not well formed", LG_REFUSED)                                       \
    X(UNKNOWN, "there is nothing of that name", LG_REFUSED)                                        \
    X(FOREIGN, "this asset or market is not yours to command", LG_REFUSED)                         \
    X(UNSUPPORTED, "this kind of asset or market does not take that command", LG_REFUSED)          \
    X(CLOSED, "the market of this slot has closed", LG_REFUSED)                                    \
    X(ENERGY, "more energy than the asset needs or has", LG_REFUSED)                               \
    X(RATE, "the rate is outside what the market accepts", LG_REFUSED)                             \
    X(LIMIT, "a limit is reached", LG_REFUSED)                                                     \
    X(GONE, "the order or device no longer exists", LG_REFUSED)                                    \
    X(SCENARIO, "the scenario has errors", LG_REFUSED)                                             \
    X(SCRIPT, "the script failed", LG_BROKEN)                                                      \
    X(PLUGIN, "the plugin or device misbehaved", LG_BROKEN)                                        \
    X(MEMORY, "out of memory", LG_FATAL)                                                           \
    X(IO, "a file could not be read or written", LG_FATAL)                                         \
    X(STORE, "the results could not be written", LG_FATAL)                                         \
    X(BUG, "an internal check failed", LG_FATAL)                                                   \
    X(OVERFLOW, "all energy or money of the run is past 4.6 TWh or 11.5 thousand million euro",    \
      LG_FATAL)

typedef enum lg_status {
#define X(name, text, cls) LG_##name,
    LG_STATUS_MAP(X)
#undef X
        LG_STATUS_COUNT
} lg_status;

typedef enum lg_status_class { LG_FINE, LG_REFUSED, LG_BROKEN, LG_FATAL } lg_status_class;

/** What a function that returns lg_status must not be called without looking at. */
#define LG_CHECKED __attribute__((warn_unused_result))

#endif
