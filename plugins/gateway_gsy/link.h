/* plugins/gateway_gsy/link.h — the two connections to Redis: one that listens, one that speaks
 *
 * A link that breaks is made again, after a wait that doubles up to LINK_WAIT_MAX_MS. What is
 * published while there is none is lost, as it is for everybody who does not listen.
 */
#ifndef GATEWAY_GSY_LINK_H
#define GATEWAY_GSY_LINK_H

#include <stdbool.h>
#include "lunagrid/gateway.h"

enum {
    LINK_WAIT_MS = 100,
    LINK_WAIT_MAX_MS = 5000,
    LINK_ANSWER_MS = 5000,       /* a server that does not answer is tried again */
    LINK_MESSAGE_MAX = 1 << 20,  /* bytes of a message that is listened to */
    LINK_WAITING_MAX = 64 << 20, /* bytes on their way out; past it the link is made anew */
};

typedef struct redis_link redis_link;

typedef struct link_input {
    const lg_gateway_host *host;
    const char *address;
    /** What is listened to, told by calls of @p listen_to; after each time it was made. */
    void (*channels)(void *ctx, redis_link *l);
    void (*message)(void *ctx, const char *channel, const char *bytes, size_t size);
    /** A message about @p client was heard by so many; LG_GATEWAY_NONE: about nobody. */
    void (*heard)(void *ctx, uint32_t client, uint32_t listeners);
    void *ctx;
} link_input;

/** Begins to connect. NULL: the address is none, or memory is exhausted; host->refuse was called.
 */
redis_link *link_open(const link_input *input);
/** NULL is fine. */
void link_close(redis_link *l);

/** Listens to a channel from now on; from within input.channels. */
void link_listen(redis_link *l, const char *channel);
/** Publishes; @p client as in link_input.heard. */
void link_publish(redis_link *l, const char *channel, const char *bytes, size_t size,
                  uint32_t client);
/** Writes out what it can now. */
void link_flush(redis_link *l);
/** Whether something is on its way that may still arrive. */
bool link_is_busy(const redis_link *l);

#endif
