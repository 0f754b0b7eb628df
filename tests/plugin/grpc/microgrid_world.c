/* A home, the services on it, and one client; no clock but that of the test. */
#include "microgrid_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void changed(void *ctx)
{
    microgrid_world *w = ctx;
    w->changes++;
}

static const char *name(void *ctx, const void *who)
{
    (void)ctx;
    (void)who;
    return "a client";
}

void world_open(microgrid_world *w, bool turbine)
{
    const rpc_server_input plain = {.ctx = NULL};
    *w = (microgrid_world){.home = home_open(HOME_NOW, turbine), .now_ms = HOME_NOW};
    const microgrid_input input = {
        .door = home_door(w->home), .ctx = w, .changed = changed, .name = name};
    w->server = rpc_server_new(&plain);
    w->microgrid = microgrid_new(&input);
    assert_true(microgrid_add(w->server, w->microgrid));
    peer_open(&w->peer, w->server, 0);
}

void world_close(microgrid_world *w)
{
    peer_close(&w->peer);
    rpc_server_free(w->server);
    microgrid_free(w->microgrid);
    home_close(w->home);
}

void world_pass(microgrid_world *w, int64_t ms)
{
    w->now_ms += ms;
    home_advance(w->home, w->now_ms);
    rpc_conn_wake(w->peer.conn);
    peer_talk(&w->peer, 0);
}

void *world_next(const peer_call *call, const ProtobufCMessageDescriptor *type, size_t *at)
{
    assert_true(call->length <= sizeof call->body);
    void *message = message_at(type, call->body, call->length, at);
    assert_non_null(message);
    return message;
}
