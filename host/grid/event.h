/* host/grid/event.h — what happens to a site by schedule, between two slots */
#ifndef LG_GRID_EVENT_H
#define LG_GRID_EVENT_H

#include <stdint.h>

/** The kinds of events, with the word that scenarios, scripts and results have for each. */
#define LG_EVENT_MAP(X)                                                                            \
    X(DISABLE, "disable")                                                                          \
    X(ENABLE, "enable")                                                                            \
    X(DISCONNECT, "disconnect")                                                                    \
    X(CONNECT, "connect")                                                                          \
    X(CHANGE, "change")

typedef enum lg_event_kind {
#define X(name, word) LG_EVENT_##name,
    LG_EVENT_MAP(X)
#undef X
        LG_EVENT_COUNT
} lg_event_kind;

/** What an event is about. */
typedef enum lg_event_target { LG_TARGET_AREA, LG_TARGET_ASSET, LG_TARGET_AGENT } lg_event_target;

typedef struct lg_event {
    lg_event_kind kind;
    lg_event_target target;
    uint32_t node;      /* area, asset or agent */
    const char *name;   /* of it */
    const char *detail; /* CHANGE: "capacity_kW = 8"; else "" */
    /** What follows it for people, or NULL: figures that may not be the same in the next run. They
     * do not count in the digest, and scripts are not told. */
    const char *figures;
} lg_event;

/** "disable" for LG_EVENT_DISABLE. */
const char *lg_event_word(lg_event_kind kind);

#endif
