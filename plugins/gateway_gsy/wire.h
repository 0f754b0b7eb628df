/* plugins/gateway_gsy/wire.h — one connection to Redis: commands out, replies in, both in order
 *
 * Nothing blocks: what cannot be sent is kept until the descriptor takes it. The first word that
 * it is broken comes from the host's loop, never from within a call.
 */
#ifndef GATEWAY_GSY_WIRE_H
#define GATEWAY_GSY_WIRE_H

#include <hiredis/hiredis.h>

#include "address.h"
#include "lunagrid/gateway.h"
#include "tls.h"

typedef struct wire wire;

typedef struct wire_input {
    const lg_gateway_host *host;
    const redis_address *address;
    const tls_settings *tls; /* NULL: plain */
    uint32_t attempt;        /* from 0 on: of the addresses that a name has, another one is tried */
    void (*reply)(void *ctx, const redisReply *reply);
    /** It is broken: once, and it is to be closed then. */
    void (*broken)(void *ctx, const char *why);
    void *ctx;
} wire_input;

/** Begins to connect. NULL: @p why, of @p size bytes, says why not. */
wire *wire_open(const wire_input *input, char *why, size_t size);
/** Also from within what it calls. NULL is fine. */
void wire_close(wire *w);

/** Sends a command; it is written by wire_flush(), or when the loop comes round. @return false: it
 * is broken, or memory is exhausted */
bool wire_send(wire *w, int count, const char *const *words, const size_t *lengths);
/** Writes what it can now. */
void wire_flush(wire *w);

#endif
