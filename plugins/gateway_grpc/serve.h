/* plugins/gateway_grpc/serve.h — the sockets of a gRPC server, on the host's loop */
#ifndef GATEWAY_GRPC_SERVE_H
#define GATEWAY_GRPC_SERVE_H

#include "address.h"
#include "lunagrid/gateway.h"
#include "rpc.h"
#include "tls.h"

typedef struct serve serve;

/** Listens. @p host, @p server and @p tls, which may be NULL, stay the caller's until
 * serve_close(). NULL: @p why says why not. */
serve *serve_open(const lg_gateway_host *host, rpc_server *server, tls_server *tls,
                  const address *at, char *why, uint32_t size);
void serve_close(serve *s);
/** The port that it listens on. */
uint16_t serve_port(const serve *s);
/** Streams may have something to say: they are asked, soon and not more often than is good. */
void serve_wake(serve *s);
/** Says good bye to all clients; calls that are open end. */
void serve_end(serve *s);
/** Whether something is still on its way out. */
bool serve_is_busy(const serve *s);

#endif
