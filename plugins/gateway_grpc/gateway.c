/* From open to close: which services there are, who may call them, where they are reached. */
#include "gateway.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "address.h"
#include "health.h"
#include "lunagrid/host.h"
#include "reflection.h"
#include "serve.h"

typedef struct grpc {
    const lg_gateway_host *host;
    address at;
    rpc_server *server;
    tls_server *tls;
    serve *serve;
    health health;
} grpc;

static void say(const grpc *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(const grpc *g, const char *format, ...)
{
    char sentence[400];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    g->host->say(g->host->ctx, LG_LOG_INFO, sentence);
}

static bool offer(grpc *g)
{
    const rpc_server_input input = {.ctx = g};
    g->server = rpc_server_new(&input);
    return g->server && health_add(g->server, &g->health) && reflection_add(g->server);
}

static bool begin(grpc *g, const char *where, char *why, uint32_t size)
{
    if (!address_read(where, &g->at, why, size))
        return false;
    if (!address_is_local(&g->at) && !g->at.is_open && !g->at.tls_cert[0]) {
        snprintf(why, size,
                 "%s is reached by others: that takes tls_cert, tls_key and keys, or open=yes",
                 g->at.host);
        return false;
    }
    if (g->at.tls_cert[0]) {
        g->tls = tls_server_new(g->at.tls_cert, g->at.tls_key, why, size);
        if (!g->tls)
            return false;
    }
    if (!offer(g)) {
        snprintf(why, size, "out of memory");
        return false;
    }
    g->serve = serve_open(g->host, g->server, g->tls, &g->at, why, size);
    return g->serve != NULL;
}

int32_t grpc_open(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway)
{
    char why[600] = "";
    grpc *g = calloc(1, sizeof *g);
    if (!g)
        return LG_MEMORY;
    g->host = host;
    if (!begin(g, info->address, why, sizeof why)) {
        host->refuse(host->ctx, why);
        grpc_close(g);
        return LG_INVALID;
    }
    say(g, "listens on %s:%u, %s, %s", g->at.host, serve_port(g->serve),
        g->tls ? "with TLS" : "in clear", "without keys: whoever reaches it may trade");
    *gateway = g;
    return LG_OK;
}

void grpc_close(void *gateway)
{
    grpc *g = gateway;
    serve_close(g->serve);
    tls_server_free(g->tls);
    rpc_server_free(g->server);
    free(g);
}

int32_t grpc_busy(void *gateway)
{
    const grpc *g = gateway;
    return serve_is_busy(g->serve);
}

void grpc_moment(void *gateway, uint32_t what)
{
    grpc *g = gateway;
    if (what != LG_GATEWAY_FINISH)
        return;
    g->health.is_ending = true;
    serve_end(g->serve);
}
