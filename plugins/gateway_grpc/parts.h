/* plugins/gateway_grpc/parts.h — what the files of the gRPC machine share */
#ifndef GATEWAY_GRPC_PARTS_H
#define GATEWAY_GRPC_PARTS_H

#include <nghttp2/nghttp2.h>

#include "arena.h"
#include "guard.h"
#include "rpc.h"

typedef struct method_row {
    const rpc_method *method;
    void *self;
} method_row;

struct rpc_server {
    rpc_server_input input;
    method_row *rows; /* by path */
    size_t count;
    arena unpacked; /* of the request that is being handled */
};

/** Bytes that grow at the end and are taken from the front. */
typedef struct queue {
    uint8_t *bytes;
    size_t head, length, capacity;
} queue;

struct rpc_call {
    rpc_conn *conn;
    rpc_call *before, *after; /* in conn->first ... */
    int32_t id;
    const method_row *row; /* NULL: no such method */
    const void *who;
    void *kept;
    int64_t deadline_ms; /* INT64_MAX: none */
    int64_t given_up_ms; /* when the request must be complete, later: when the answer is taken */

    /* what was sent */
    char *headers; /* name, 0, value, 0, ... */
    uint32_t headers_length, headers_capacity;
    uint32_t fields, header_bytes;
    bool is_post, has_grpc_type, too_much;
    const char *trouble; /* of a header: the text of its error, and */
    rpc_code trouble_code;
    bool has_encoding; /* other than identity */

    /* the request */
    uint8_t prefix[5];
    uint8_t prefix_length;
    queue request;
    uint32_t wanted; /* bytes of it */
    uint32_t messages;

    /* the answer */
    queue answer;
    char *text; /* of the status, encoded; NULL: none */
    rpc_code code;
    bool started;  /* its headers were submitted */
    bool ended;    /* its status is known */
    bool over;     /* the method's function has been told so, or never knew of it */
    bool sent;     /* its last frame was */
    bool closed;   /* the client will send nothing more */
    bool starved;  /* its stream has more to say when there is room */
    bool deferred; /* waits for rpc_send() or rpc_end() */
    bool began;    /* its function knows of it */
};

struct rpc_conn {
    rpc_server *server;
    nghttp2_session *session;
    guard guard;
    rpc_peer peer;
    int64_t now_ms, due_ms;
    rpc_call *first;
    size_t calls;
    size_t buffered;     /* bytes of requests that are not complete */
    const uint8_t *left; /* taken from nghttp2, and not yet by who sends it */
    size_t left_length;
    uint32_t resets; /* of ours, lately */
    int64_t resets_from_ms;
    bool starved; /* a call is */
    bool over, draining, second_notice;
};

/* queue */
bool queue_add(queue *q, const void *bytes, size_t size);
void queue_take(queue *q, size_t size);
void queue_free(queue *q);

/* call.c */
rpc_call *call_new(rpc_conn *conn, int32_t id);
/** The stream is closed: gone() is called, if it was not, and the call freed. */
void call_free(rpc_call *call);
/** One header; false: there are too many. */
bool call_header(rpc_call *call, const char *name, size_t name_length, const char *value,
                 size_t value_length);
/** All headers are there. */
void call_begin(rpc_call *call);
/** Bytes of its body. */
void call_body(rpc_call *call, const uint8_t *bytes, size_t size);
/** The client has sent all. */
void call_finish(rpc_call *call);
/** Asks the stream for more, as far as there is room. */
void call_pump(rpc_call *call);
/** Tells the method's function that the call is over. */
void call_over(rpc_call *call);

/* answer.c */
/** Submits the headers of the answer. */
void answer_start(rpc_call *call);
ssize_t answer_read(nghttp2_session *session, int32_t id, uint8_t *out, size_t size,
                    uint32_t *flags, nghttp2_data_source *source, void *conn);
/** An answer in HTTP's terms, for what is no gRPC. */
void answer_http(rpc_call *call, const char *status);

#endif
