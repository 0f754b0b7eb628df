/* A home, the services on it, and one client; no clock but that of the test. */
#include "microgrid_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"

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

int64_t world_ms(const Google__Protobuf__Timestamp *at)
{
    return at->seconds * 1000 + at->nanos / 1000000;
}

/* ---- telemetry ---- */

void world_watch(microgrid_world *w, peer_call *call, uint64_t id, const uint32_t *metrics,
                 size_t count)
{
    Mg18__ReceiveElectricalComponentTelemetryStreamRequest request =
        MG18__RECEIVE_ELECTRICAL_COMPONENT_TELEMETRY_STREAM_REQUEST__INIT;
    Mg18__ReceiveElectricalComponentTelemetryStreamRequest__ComponentTelemetryStreamFilter filter =
        MG18__RECEIVE_ELECTRICAL_COMPONENT_TELEMETRY_STREAM_REQUEST__COMPONENT_TELEMETRY_STREAM_FILTER__INIT;
    Fc__Metrics__Metric wanted[8];
    for (size_t i = 0; i < count; i++)
        wanted[i] = (Fc__Metrics__Metric)metrics[i];
    filter.n_metrics = count;
    filter.metrics = wanted;
    request.electrical_component_id = id;
    request.filter = metrics ? &filter : NULL;
    ask(&w->peer, call,
        "/frequenz.api.microgrid.v1alpha18.Microgrid/ReceiveElectricalComponentTelemetryStream",
        &request.base);
}

telemetry *world_telemetry(const peer_call *call, size_t *at)
{
    return world_next(
        call, &mg18__receive_electrical_component_telemetry_stream_response__descriptor, at);
}

const Fc__Metrics__MetricSample *world_sample(const telemetry *got, uint32_t metric)
{
    for (size_t i = 0; i < got->telemetry->n_metric_samples; i++)
        if ((uint32_t)got->telemetry->metric_samples[i]->metric == metric)
            return got->telemetry->metric_samples[i];
    fail_msg("there is no sample of metric %u", metric);
    return NULL;
}
