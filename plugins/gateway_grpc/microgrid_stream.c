/* Streams of samples. Each knows the number of the sample that it sent last and sends what is
 * newer: who is slow misses some and holds nobody up. A sample is packed once for all streams that
 * want the same of it. */
#include <stdlib.h>
#include <string.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_parts.h"

/* ---- packed samples ---- */

static bool is_same(const microgrid_watch *a, const microgrid_watch *b)
{
    return a->told == b->told && a->id == b->id && a->form == b->form &&
           a->filter.all == b->filter.all &&
           memcmp(a->filter.bits, b->filter.bits, sizeof a->filter.bits) == 0;
}

static size_t place_of(const microgrid_watch *w)
{
    uint64_t mark = w->id * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)w->form;
    for (size_t i = 0; i < sizeof w->filter.bits / sizeof *w->filter.bits; i++)
        mark = (mark ^ w->filter.bits[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mark >> 32) % MICROGRID_CACHE;
}

static ProtobufCMessage *make(const microgrid *g, maker *m, const microgrid_watch *w,
                              const lg_microgrid_sample *sample)
{
    switch (w->form) {
    case MICROGRID_COMPONENT:
        return microgrid_make_telemetry(g, m, sample, &w->filter);
    case MICROGRID_SENSOR:
        return microgrid_make_sensor_telemetry(g, m, sample, &w->filter);
    default:
        return microgrid15_make_data(g, m, w->category, sample);
    }
}

/* The bytes of @p sample as @p of, which has its number, wants it. NULL: memory */
static const microgrid_packed *pack(microgrid *g, const microgrid_watch *of,
                                    const lg_microgrid_sample *sample)
{
    microgrid_packed *p = &g->packed[place_of(of)];
    maker m = {.arena = &g->made};
    if (is_same(&p->of, of))
        return p;
    const ProtobufCMessage *message = make(g, &m, of, sample);
    size_t size = message ? protobuf_c_message_get_packed_size(message) : 0;
    if (message && size > p->capacity) {
        uint8_t *grown = realloc(p->bytes, size);
        if (grown) {
            p->bytes = grown;
            p->capacity = size;
        }
    }
    bool fits = message && size <= p->capacity;
    if (fits) {
        p->size = size > 0 ? protobuf_c_message_pack(message, p->bytes) : 0;
        p->of = *of;
    }
    arena_reset(&g->made);
    return fits ? p : NULL;
}

/* ---- streams ---- */

bool microgrid_stream_more(rpc_call *call)
{
    microgrid *g = rpc_self(call);
    microgrid_watch *w = rpc_kept(call);
    lg_microgrid_sample sample = {.size = sizeof sample};
    if (!g->input.door->latest(g->input.door->ctx, w->id, &sample) || sample.number == w->told)
        return false;
    w->told = sample.number;
    const microgrid_packed *p = pack(g, w, &sample);
    if (p)
        (void)rpc_send_packed(call, p->bytes, p->size);
    else
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
    return false;
}

void microgrid_stream_gone(rpc_call *call)
{
    free(rpc_kept(call));
}

void microgrid_stream_begin(rpc_call *call, const microgrid_watch *watch)
{
    microgrid_watch *kept = malloc(sizeof *kept);
    if (!kept) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
        return;
    }
    *kept = *watch;
    rpc_keep(call, kept);
}

static void begin(rpc_call *call, microgrid_watch *w, const Fc__Metrics__Metric *metrics,
                  size_t count)
{
    const microgrid *g = rpc_self(call);
    lg_microgrid_component row = {.size = sizeof row};
    if (!g->input.door->find(g->input.door->ctx, w->id, &row) ||
        (row.category == 0) != (w->form == MICROGRID_SENSOR)) {
        rpc_end(call, RPC_NOT_FOUND,
                w->form == MICROGRID_SENSOR
                    ? "sensor_id: there is no such sensor"
                    : "electrical_component_id: there is no such component");
        return;
    }
    if (!w->filter.all && count == 0) {
        rpc_end(call, RPC_INVALID_ARGUMENT,
                "filter.metrics: a filter names a metric at least; without one all are sent");
        return;
    }
    for (size_t i = 0; i < count; i++)
        if ((uint32_t)metrics[i] < MICROGRID_METRICS)
            w->filter.bits[metrics[i] / 64] |= UINT64_C(1) << (metrics[i] % 64);
    microgrid_stream_begin(call, w);
}

void microgrid_stream_component(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__ReceiveElectricalComponentTelemetryStreamRequest *request = (const void *)message;
    microgrid_watch w = {.form = MICROGRID_COMPONENT,
                         .id = request->electrical_component_id,
                         .filter = {.all = !request->filter}};
    begin(call, &w, request->filter ? request->filter->metrics : NULL,
          request->filter ? request->filter->n_metrics : 0);
}

void microgrid_stream_sensor(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__ReceiveSensorTelemetryStreamRequest *request = (const void *)message;
    microgrid_watch w = {
        .form = MICROGRID_SENSOR, .id = request->sensor_id, .filter = {.all = !request->filter}};
    begin(call, &w, request->filter ? request->filter->metrics : NULL,
          request->filter ? request->filter->n_metrics : 0);
}
