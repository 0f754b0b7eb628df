/* plugins/gateway_grpc/tls.h — TLS for a connection, without a socket of its own */
#ifndef GATEWAY_GRPC_TLS_H
#define GATEWAY_GRPC_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tls_server tls_server;
typedef struct tls_link tls_link;

/** A certificate with its chain and its key, in PEM. NULL: @p why says why not. */
tls_server *tls_server_new(const char *cert, const char *key, char *why, uint32_t size);
void tls_server_free(tls_server *server);

/** NULL: out of memory. */
tls_link *tls_new(tls_server *server);
void tls_free(tls_link *t);
/** Bytes that came. @return false: out of memory */
bool tls_feed(tls_link *t, const uint8_t *bytes, size_t size);
/** What they say. @return bytes; 0: nothing yet; -1: the connection is over */
int tls_read(tls_link *t, uint8_t *out, size_t size);
/** Says something: all of it, or nothing. @return false: the connection is over */
bool tls_write(tls_link *t, const uint8_t *bytes, size_t size);
/** Bytes that are to go. @return how many */
size_t tls_take(tls_link *t, uint8_t *out, size_t size);
/** Whether both sides have agreed on HTTP/2: nothing is said before. */
bool tls_is_ready(const tls_link *t);

#endif
