/* plugins/gateway_grpc/guard.h — what a peer may do to a connection without asking for anything
 *
 * Pings, settings, priorities, empty data, window updates, unknown frames cost work and carry no
 * request: a million of them is an attack that nghttp2 1.52 does not count. They are counted here,
 * on the bytes themselves, since nghttp2 does not tell of all of them.
 */
#ifndef GATEWAY_GRPC_GUARD_H
#define GATEWAY_GRPC_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GUARD_BURST = 1000, /* frames at once, */
    GUARD_RATE = 100,   /* and so many a second from then on */
};

typedef struct guard {
    uint32_t skip;   /* bytes until the next frame */
    uint8_t head[9]; /* of a frame */
    uint8_t got;
    int32_t tokens;  /* frames that are still allowed */
    uint32_t credit; /* window updates that what we sent allows */
    int64_t full_ms; /* when tokens were given last */
} guard;

/** The first bytes are the preface. */
void guard_init(guard *g, int64_t now_ms);
/** Looks at bytes before anybody else does. @return false: enough */
bool guard_look(guard *g, const uint8_t *bytes, size_t size, int64_t now_ms);
/** Data was sent: window updates are to be expected. */
void guard_sent_data(guard *g);

#endif
