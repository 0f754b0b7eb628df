/* The service under its two names, and what all of it uses. */
#include "microgrid.h"

#include <stdio.h>
#include <stdlib.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_parts.h"

/* ---- answers ---- */

static rpc_code code_of(uint32_t kind)
{
    switch (kind) {
    case LG_MICROGRID_KIND_FINE:
        return RPC_OK;
    case LG_MICROGRID_KIND_ARGUMENT:
        return RPC_INVALID_ARGUMENT;
    case LG_MICROGRID_KIND_MISSING:
        return RPC_NOT_FOUND;
    case LG_MICROGRID_KIND_RANGE:
        return RPC_OUT_OF_RANGE;
    case LG_MICROGRID_KIND_STATE:
    case LG_MICROGRID_KIND_REJECTED:
        return RPC_FAILED_PRECONDITION;
    case LG_MICROGRID_KIND_OFFERED:
        return RPC_UNIMPLEMENTED;
    case LG_MICROGRID_KIND_FULL:
        return RPC_RESOURCE_EXHAUSTED;
    case LG_MICROGRID_KIND_AWAY:
        return RPC_UNAVAILABLE;
    default:
        return RPC_INTERNAL;
    }
}

void microgrid_refuse(rpc_call *call, const lg_microgrid_answer *answer)
{
    char text[300];
    snprintf(text, sizeof text, "%s: %s", answer->word, answer->words);
    rpc_end(call, code_of(answer->kind), text);
}

void microgrid_refuse_why(rpc_call *call, uint32_t why)
{
    static const struct {
        const char *word, *words;
        uint32_t kind;
    } known[] = {
#define X(name, word, sentence, kind) {word, sentence, LG_MICROGRID_KIND_##kind},
        LG_MICROGRID_WHY_MAP(X)
#undef X
    };
    const lg_microgrid_answer answer = {
        .kind = known[why].kind, .word = known[why].word, .words = known[why].words};
    microgrid_refuse(call, &answer);
}

void microgrid_reply(rpc_call *call, maker *m, const ProtobufCMessage *message)
{
    if (m->full)
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "the answer takes too much memory");
    else
        rpc_reply(call, message);
    arena_reset(m->arena);
}

void microgrid_done(rpc_call *call, const lg_microgrid_answer *answer)
{
    const microgrid *g = rpc_self(call);
    Google__Protobuf__Empty nothing = GOOGLE__PROTOBUF__EMPTY__INIT;
    if (answer->why == LG_MICROGRID_OK_WHY)
        rpc_reply(call, &nothing.base);
    else
        microgrid_refuse(call, answer);
    g->input.changed(g->input.ctx);
}

const char *microgrid_who(const rpc_call *call)
{
    const microgrid *g = rpc_self(call);
    return g->input.name ? g->input.name(g->input.ctx, rpc_who(call)) : "";
}

Google__Protobuf__Timestamp *microgrid_moment(const microgrid *g, maker *m, int64_t ms)
{
    lg_microgrid_clock clock = {.size = sizeof clock};
    g->input.door->clock(g->input.door->ctx, &clock);
    return make_moment(m, lg_microgrid_client_ms(&clock, ms));
}

bool microgrid_lists(const uint64_t *ids, size_t count, uint64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return count == 0;
}

/* ---- the table ---- */

/* Messages of the two versions are the same bytes, so those of one do for both. */
#define METHODS(version)                                                                           \
    LOOK(version, "GetMicrogrid", google__protobuf__empty, microgrid_get),                         \
        LOOK(version, "ListElectricalComponents", mg18__list_electrical_components_request,        \
             microgrid_list_components),                                                           \
        LOOK(version, "ListElectricalComponentConnections",                                        \
             mg18__list_electrical_component_connections_request, microgrid_list_connections),     \
        LOOK(version, "ListSensors", mg18__list_sensor_request, microgrid_list_sensors),           \
        STREAM(version, "ReceiveElectricalComponentTelemetryStream", MICROGRID_MAY_READ,           \
               mg18__receive_electrical_component_telemetry_stream_request,                        \
               microgrid_stream_component, microgrid_stream_more),                                 \
        STREAM(version, "ReceiveSensorTelemetryStream", MICROGRID_MAY_READ,                        \
               mg18__receive_sensor_telemetry_stream_request, microgrid_stream_sensor,             \
               microgrid_stream_more),                                                             \
        STREAM(version, "SetElectricalComponentPower", MICROGRID_MAY_CONTROL,                      \
               mg18__set_electrical_component_power_request, microgrid_set_power,                  \
               microgrid_power_more),                                                              \
        COMMAND(version, "AugmentElectricalComponentBounds",                                       \
                mg18__augment_electrical_component_bounds_request, microgrid_augment),             \
        COMMAND(version, "ClearElectricalComponentBounds",                                         \
                mg18__clear_electrical_component_bounds_request, microgrid_clear),                 \
        COMMAND(version, "StartElectricalComponent", mg18__start_electrical_component_request,     \
                microgrid_start),                                                                  \
        COMMAND(version, "PutElectricalComponentInStandby",                                        \
                mg18__put_electrical_component_in_standby_request, microgrid_standby),             \
        COMMAND(version, "StopElectricalComponent", mg18__stop_electrical_component_request,       \
                microgrid_stop),                                                                   \
        COMMAND(version, "AckElectricalComponentError",                                            \
                mg18__ack_electrical_component_error_request, microgrid_acknowledge)

#define PATH(version, name) "/frequenz.api.microgrid." version ".Microgrid/" name
#define CALL(version, name, needs, message, function)                                              \
    .path = PATH(version, name), .right = needs, .request = &message##__descriptor,                \
    .handle = function
#define LOOK(version, name, message, function)                                                     \
    {                                                                                              \
        CALL(version, name, MICROGRID_MAY_READ, message, function)                                 \
    }
#define COMMAND(version, name, message, function)                                                  \
    {                                                                                              \
        CALL(version, name, MICROGRID_MAY_CONTROL, message, function)                              \
    }
#define STREAM(version, name, needs, message, function, next)                                      \
    {                                                                                              \
        CALL(version, name, needs, message, function), .flags = RPC_STREAM, .more = next,          \
                                                       .gone = microgrid_stream_gone               \
    }

static const rpc_method methods[] = {METHODS("v1alpha18"), METHODS("v1alpha19")};

/* ---- life ---- */

microgrid *microgrid_new(const microgrid_input *input)
{
    microgrid *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->input = *input;
    arena_init(&g->made, MICROGRID_MADE_MAX);
    g->packed = calloc(MICROGRID_CACHE, sizeof *g->packed);
    if (g->packed)
        return g;
    free(g);
    return NULL;
}

void microgrid_free(microgrid *g)
{
    if (!g)
        return;
    for (uint32_t i = 0; i < MICROGRID_CACHE; i++)
        free(g->packed[i].bytes);
    free(g->packed);
    arena_free(&g->made);
    free(g);
}

bool microgrid_add(rpc_server *server, microgrid *g)
{
    return rpc_server_add(server, methods, sizeof methods / sizeof *methods, g) &&
           microgrid15_add(server, g);
}
