/* tests/plugin/grpc/microgrid_world.h — the microgrid's services on a home, and a client of them */
#ifndef TESTS_PLUGIN_GRPC_MICROGRID_WORLD_H
#define TESTS_PLUGIN_GRPC_MICROGRID_WORLD_H

#include "../../../plugins/gateway_grpc/microgrid.h"
#include "ask.h"
#include "home.h"

#define HOME_NOW (INT64_C(1700000000000))

typedef struct microgrid_world {
    home *home;
    microgrid *microgrid;
    rpc_server *server;
    peer peer;
    int64_t now_ms;
    uint32_t changes;
} microgrid_world;

void world_open(microgrid_world *w, bool turbine);
void world_close(microgrid_world *w);
/** Time goes on by so much, and streams say what is new. */
void world_pass(microgrid_world *w, int64_t ms);
/** The next message of a stream; asserts that there is one. Freed with
 * protobuf_c_message_free_unpacked(). */
void *world_next(const peer_call *call, const ProtobufCMessageDescriptor *type, size_t *at);

#endif
