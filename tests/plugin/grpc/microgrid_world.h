/* tests/plugin/grpc/microgrid_world.h — the microgrid's services on a home, and a client of them */
#ifndef TESTS_PLUGIN_GRPC_MICROGRID_WORLD_H
#define TESTS_PLUGIN_GRPC_MICROGRID_WORLD_H

#include "../../../plugins/gateway_grpc/microgrid.h"
#include "ask.h"
#include "home.h"

/* as in microgrid.pb-c.h of v1alpha18, which is made in the build */
typedef struct Google__Protobuf__Timestamp Google__Protobuf__Timestamp;
typedef struct Fc__Metrics__MetricSample Fc__Metrics__MetricSample;
typedef struct Mg18__ReceiveElectricalComponentTelemetryStreamResponse telemetry;

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

/** Milliseconds since 1970. */
int64_t world_ms(const Google__Protobuf__Timestamp *at);

/** Begins a stream of telemetry, v1alpha18; without @p metrics without a filter. */
void world_watch(microgrid_world *w, peer_call *call, uint64_t id, const uint32_t *metrics,
                 size_t count);
/** As world_next(). */
telemetry *world_telemetry(const peer_call *call, size_t *at);
/** The sample of a metric; asserts that there is one. */
const Fc__Metrics__MetricSample *world_sample(const telemetry *got, uint32_t metric);

#endif
