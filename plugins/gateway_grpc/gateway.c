/* From open to close: which services there are, who may call them, where they are reached. */
#include "gateway.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "health.h"
#include "keys.h"
#include "lunagrid/host.h"
#include "microgrid.h"
#include "reflection.h"
#include "serve.h"
#include "trading.h"
#include "tries.h"

typedef struct grpc {
    const lg_gateway_host *host;
    address at;
    rpc_server *server;
    tls_server *tls;
    serve *serve;
    health health;
    keys *keys;           /* NULL: everybody may come in */
    tries tries;          /* of keys */
    trading *trading;     /* NULL: there is no intraday market */
    microgrid *microgrid; /* NULL: there is no microgrid */
    char caller[32];      /* for the microgrid: who commands now */
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

/* ---- who may do what ---- */

static rpc_code admit(void *ctx, rpc_call *call, const rpc_method *method, const char **why)
{
    grpc *g = ctx;
    rpc_peer *peer = rpc_peer_of(call);
    int64_t now_ms = g->host->wall_ms(g->host->ctx);
    const keys_claim claim = {
        .key = rpc_header(call, "key"),
        .ts = rpc_header(call, "ts"),
        .nonce = rpc_header(call, "nonce"),
        .sig = rpc_header(call, "sig"),
        .method = strrchr(method->path, '/') + 1,
    };
    const void *who;
    if (method->right == 0)
        return RPC_OK;
    if (!peer->known && tries_spent(&g->tries, peer->address, now_ms)) {
        *why = "too many wrong keys came from this address: again in a minute";
        return RPC_RESOURCE_EXHAUSTED;
    }
    rpc_code code = keys_admit(g->keys, &claim, now_ms, &who, why);
    if (code == RPC_UNAUTHENTICATED && claim.key)
        tries_note(&g->tries, peer->address, now_ms);
    if (code != RPC_OK)
        return code;
    peer->known = true;
    rpc_set_who(call, who);
    if (keys_has(who, method->right & ~RPC_KNOWN))
        return RPC_OK;
    *why = "this key has no right to that";
    return RPC_PERMISSION_DENIED;
}

static bool may(void *ctx, const void *who, uint64_t gridpool, uint32_t right)
{
    const grpc *g = ctx;
    return !g->keys || keys_may(who, gridpool, right);
}

static const char *name_of(void *ctx, const void *who)
{
    grpc *g = ctx;
    if (!g->keys)
        return "grpc";
    snprintf(g->caller, sizeof g->caller, "grpc, key %u", keys_number(g->keys, who));
    return g->caller;
}

static void changed(void *ctx)
{
    const grpc *g = ctx;
    serve_wake(g->serve);
}

/* ---- life ---- */

static bool offer_trading(grpc *g)
{
    const lg_trading_door *door = g->host->abi_minor >= 3 ? g->host->trading : NULL;
    const trading_input input = {.door = door, .ctx = g, .changed = changed, .may = may};
    if (!door)
        return true;
    g->trading = trading_new(&input);
    return g->trading && trading_add(g->server, g->trading);
}

/* The microgrid that the address names, or the only one. @return false: it names none */
static bool choose_microgrid(const grpc *g, const lg_microgrid_door **out, char *why, uint32_t size)
{
    const lg_gateway_host *host = g->host;
    const lg_microgrid_door *door;
    uint32_t count = 0;
    *out = NULL;
    while (host->abi_minor >= 4 && host->microgrid &&
           (door = host->microgrid(host->ctx, count)) != NULL) {
        lg_microgrid_site site = {.size = sizeof site};
        door->site(door->ctx, &site);
        if (!g->at.microgrid || g->at.microgrid == site.id)
            *out = door;
        count++;
    }
    if (g->at.microgrid && !*out)
        snprintf(why, size, "microgrid=%llu: the scenario has no microgrid of that id",
                 (unsigned long long)g->at.microgrid);
    else if (!g->at.microgrid && count > 1)
        snprintf(why, size, "the scenario has %u microgrids: say which one by microgrid=ID", count);
    else
        return true;
    return false;
}

static bool offer_microgrid(grpc *g, const lg_microgrid_door *door)
{
    const microgrid_input input = {.door = door, .ctx = g, .changed = changed, .name = name_of};
    if (!door)
        return true;
    g->microgrid = microgrid_new(&input);
    return g->microgrid && microgrid_add(g->server, g->microgrid);
}

static bool offer(grpc *g, const lg_microgrid_door *door)
{
    const rpc_server_input input = {.ctx = g, .admit = g->keys ? admit : NULL};
    g->server = rpc_server_new(&input);
    return g->server && health_add(g->server, &g->health) && reflection_add(g->server) &&
           offer_trading(g) && offer_microgrid(g, door);
}

/* What the address says, but for the place itself. */
static bool prepare(grpc *g, const char *where, char *why, uint32_t size)
{
    const lg_microgrid_door *door;
    if (!address_read(where, &g->at, why, size) || !choose_microgrid(g, &door, why, size))
        return false;
    if (!address_is_local(&g->at) && !g->at.is_open && (!g->at.tls_cert[0] || !g->at.keys[0])) {
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
    if (g->at.keys[0]) {
        g->keys = keys_open(g->at.keys, why, size);
        if (!g->keys)
            return false;
    }
    if (!offer(g, door)) {
        snprintf(why, size, "out of memory");
        return false;
    }
    return true;
}

static int32_t begin(grpc *g, const char *where, char *why, uint32_t size)
{
    if (!prepare(g, where, why, size))
        return LG_INVALID;
    g->serve = serve_open(g->host, g->server, g->tls, &g->at, why, size);
    return g->serve ? LG_OK : LG_IO;
}

static void welcome(const grpc *g)
{
    uint32_t count = 0, signing = 0;
    char who[100] = "without keys: whoever reaches it may do everything";
    if (g->keys) {
        keys_count(g->keys, &count, &signing);
        snprintf(who, sizeof who, "for %u keys, %u of which sign their calls", count, signing);
    }
    say(g, "listens on %s:%u, %s, %s%s", g->at.host, serve_port(g->serve),
        g->tls ? "with TLS" : "in clear", who,
        g->trading || g->microgrid
            ? ""
            : "; the scenario has neither an intraday market nor a microgrid: there is nothing to "
              "trade and nothing to command");
}

int32_t grpc_open(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway)
{
    char why[600] = "";
    grpc *g = calloc(1, sizeof *g);
    if (!g)
        return LG_MEMORY;
    g->host = host;
    int32_t status = begin(g, info->address, why, sizeof why);
    if (status != LG_OK) {
        host->refuse(host->ctx, why);
        grpc_close(g);
        return status;
    }
    welcome(g);
    *gateway = g;
    return LG_OK;
}

void grpc_close(void *gateway)
{
    grpc *g = gateway;
    serve_close(g->serve);
    tls_server_free(g->tls);
    rpc_server_free(g->server);
    trading_free(g->trading);
    microgrid_free(g->microgrid);
    keys_free(g->keys);
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
    if (what != LG_GATEWAY_FINISH) {
        serve_wake(g->serve); /* time has gone on: windows end */
        return;
    }
    g->health.is_ending = true;
    serve_end(g->serve);
}

void grpc_traded(void *gateway)
{
    const grpc *g = gateway;
    serve_wake(g->serve);
}

void grpc_measured(void *gateway)
{
    const grpc *g = gateway;
    serve_wake(g->serve);
}
