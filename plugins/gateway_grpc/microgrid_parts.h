/* plugins/gateway_grpc/microgrid_parts.h — what the files of the microgrid's services share */
#ifndef GATEWAY_GRPC_MICROGRID_PARTS_H
#define GATEWAY_GRPC_MICROGRID_PARTS_H

#include "lunagrid/component.h"
#include "make.h"
#include "microgrid.h"

enum {
    MICROGRID_MADE_MAX = 4 * 1024 * 1024, /* of one message, unpacked */
    MICROGRID_IDS_MAX = 4096,             /* that a request names */
    MICROGRID_CACHE = 4096,               /* samples that are kept packed; a power of two */
    MICROGRID_METRICS = 256,              /* numbers of metrics that a filter tells apart */
};

/** What a stream is of. */
typedef enum microgrid_form {
    MICROGRID_COMPONENT, /* v1alpha18 and v1alpha19 */
    MICROGRID_SENSOR,
    MICROGRID_OLDER, /* 0.15: either */
} microgrid_form;

/** Metrics that a stream wants. */
typedef struct microgrid_filter {
    bool all;
    uint64_t bits[MICROGRID_METRICS / 64];
} microgrid_filter;

/** A stream of samples. */
typedef struct microgrid_watch {
    microgrid_form form;
    uint32_t category; /* of what is watched */
    uint64_t id;
    uint64_t told; /* number of the sample that was sent last; 0: none */
    microgrid_filter filter;
} microgrid_watch;

/** A sample as many streams send it. */
typedef struct microgrid_packed {
    microgrid_watch of; /* told: its number; 0: there is none */
    uint8_t *bytes;
    size_t size, capacity;
} microgrid_packed;

struct microgrid {
    microgrid_input input;
    arena made; /* of the message that is being sent */
    microgrid_packed *packed;
};

/* microgrid.c */
/** Ends a call with what the microgrid has said. */
void microgrid_refuse(rpc_call *call, const lg_microgrid_answer *answer);
void microgrid_refuse_why(rpc_call *call, uint32_t why);
/** Sends a message that was made and ends the call; NULL: there was no room for it. */
void microgrid_reply(rpc_call *call, maker *m, const ProtobufCMessage *message);
/** Ends the call with an empty message, or with what the microgrid has said; something may have
 * changed. */
void microgrid_done(rpc_call *call, const lg_microgrid_answer *answer);
/** How who calls is called. */
const char *microgrid_who(const rpc_call *call);
/** A moment of the run, as clients are told. */
Google__Protobuf__Timestamp *microgrid_moment(const microgrid *g, maker *m, int64_t ms);
/** Whether a list that was asked for has @p id; an empty one has all. */
bool microgrid_lists(const uint64_t *ids, size_t count, uint64_t id);

/* microgrid_list.c */
void microgrid_get(rpc_call *call, const ProtobufCMessage *request);
void microgrid_list_components(rpc_call *call, const ProtobufCMessage *request);
void microgrid_list_connections(rpc_call *call, const ProtobufCMessage *request);
void microgrid_list_sensors(rpc_call *call, const ProtobufCMessage *request);

/* microgrid_out.c: what is made stands in the arena. */
/** Fc__Metrics__Bounds: an end that there is not is left out. */
void *microgrid_bounds(maker *m, const lg_microgrid_range *range);
ProtobufCMessage *microgrid_make_telemetry(const microgrid *g, maker *m,
                                           const lg_microgrid_sample *sample,
                                           const microgrid_filter *filter);
ProtobufCMessage *microgrid_make_sensor_telemetry(const microgrid *g, maker *m,
                                                  const lg_microgrid_sample *sample,
                                                  const microgrid_filter *filter);

/* microgrid_stream.c */
void microgrid_stream_component(rpc_call *call, const ProtobufCMessage *request);
void microgrid_stream_sensor(rpc_call *call, const ProtobufCMessage *request);
/** Begins a stream of @p watch, which is copied. */
void microgrid_stream_begin(rpc_call *call, const microgrid_watch *watch);
bool microgrid_stream_more(rpc_call *call);
/** Frees what the call keeps. */
void microgrid_stream_gone(rpc_call *call);

/* microgrid_command.c */
void microgrid_set_power(rpc_call *call, const ProtobufCMessage *request);
bool microgrid_power_more(rpc_call *call);
void microgrid_augment(rpc_call *call, const ProtobufCMessage *request);
void microgrid_clear(rpc_call *call, const ProtobufCMessage *request);
/** LG_MICROGRID_START and so on. */
void microgrid_act(rpc_call *call, uint64_t id, uint32_t action);
void microgrid_start(rpc_call *call, const ProtobufCMessage *request);
void microgrid_standby(rpc_call *call, const ProtobufCMessage *request);
void microgrid_stop(rpc_call *call, const ProtobufCMessage *request);
void microgrid_acknowledge(rpc_call *call, const ProtobufCMessage *request);

/* microgrid15.c, microgrid15_out.c: API 0.15 */
bool microgrid15_add(rpc_server *server, microgrid *m);
ProtobufCMessage *microgrid15_make_data(const microgrid *g, maker *m, uint32_t category,
                                        const lg_microgrid_sample *sample);

#endif
