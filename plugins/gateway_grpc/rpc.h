/* plugins/gateway_grpc/rpc.h — a gRPC server as a machine: bytes in, bytes out
 *
 * It has no socket and no clock: whoever does feeds what came from a client, takes what is to go
 * to it, and says what time it is (milliseconds of any clock that only goes forwards). HTTP/2 is
 * nghttp2's; what lies on it, and what a peer may not do, is here.
 *
 * A service is a table of methods with a function each. Functions are called while bytes are fed;
 * they answer at once, or keep the call and answer later, until gone() says that it is over.
 */
#ifndef GATEWAY_GRPC_RPC_H
#define GATEWAY_GRPC_RPC_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Status codes of gRPC, by their numbers. */
typedef enum rpc_code {
    RPC_OK = 0,
    RPC_CANCELLED = 1,
    RPC_UNKNOWN = 2,
    RPC_INVALID_ARGUMENT = 3,
    RPC_DEADLINE_EXCEEDED = 4,
    RPC_NOT_FOUND = 5,
    RPC_ALREADY_EXISTS = 6,
    RPC_PERMISSION_DENIED = 7,
    RPC_RESOURCE_EXHAUSTED = 8,
    RPC_FAILED_PRECONDITION = 9,
    RPC_ABORTED = 10,
    RPC_OUT_OF_RANGE = 11,
    RPC_UNIMPLEMENTED = 12,
    RPC_INTERNAL = 13,
    RPC_UNAVAILABLE = 14,
    RPC_DATA_LOSS = 15,
    RPC_UNAUTHENTICATED = 16,
} rpc_code;

enum {
    RPC_MESSAGE_MAX = 256 * 1024,       /* bytes of a request, unless the server says more */
    RPC_UNPACKED_MAX = 8 * 1024 * 1024, /* a request takes, unpacked */
    RPC_BUFFERED_MAX = 4 * 1024 * 1024, /* unfinished requests of one connection */
    RPC_QUEUE_MARK = 32 * 1024,       /* a stream with so many bytes waiting is asked for no more */
    RPC_QUEUE_MAX = 224 * 1024,       /* and one with so many is ended; the whole stream stays under
                                         256 KiB */
    RPC_ANSWER_MAX = 4 * 1024 * 1024, /* of a call that has one answer: what clients take at most */
    RPC_STREAMS_MAX = 2048,           /* calls at a time on one connection */
    RPC_HEADERS_MAX = 16 * 1024,
    RPC_HEADER_FIELDS_MAX = 64,
    RPC_BODY_MS = 10 * 1000,  /* a request that is not complete after so long is given up */
    RPC_STALL_MS = 20 * 1000, /* a call that is over and not taken after so long is reset */
};

typedef struct rpc_server rpc_server;
typedef struct rpc_conn rpc_conn;
typedef struct rpc_call rpc_call;

enum {
    RPC_STREAM = 1, /* many answers to one request */
    RPC_CHAT = 2,   /* many answers to many requests */
};

/** A right that everybody has who is known. */
#define RPC_KNOWN (UINT32_C(1) << 31)

/** One method. */
typedef struct rpc_method {
    const char *path; /* "/package.Service/Method" */
    uint32_t flags;
    uint32_t right; /* what the client needs, in words of who admits clients; 0: nothing */
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *older; /* what else the request may be; NULL: nothing */
    /** A request, which lives until this returns. Of RPC_CHAT: one of them; NULL: that was all. */
    void (*handle)(rpc_call *call, const ProtobufCMessage *request);
    /** Of streams, may be NULL: there is room, and something may be new. @return there is more */
    bool (*more)(rpc_call *call);
    /** May be NULL: the call is over, because of who has called or of rpc_end(). */
    void (*gone)(rpc_call *call);
} rpc_method;

/** What a server is made of. */
typedef struct rpc_server_input {
    uint32_t message_max; /* bytes of a request; 0: RPC_MESSAGE_MAX */
    void *ctx;
    /** NULL: everybody may call everything. Looks at a call before it begins; what it gives
     * rpc_set_who() stays with the call. @return RPC_OK, or why not, in words in *why */
    rpc_code (*admit)(void *ctx, rpc_call *call, const rpc_method *method, const char **why);
} rpc_server_input;

/** NULL: out of memory. */
rpc_server *rpc_server_new(const rpc_server_input *input);
void rpc_server_free(rpc_server *server);
/** Methods, which stay the caller's, of a service whose state is @p self. @return false: memory */
bool rpc_server_add(rpc_server *server, const rpc_method *methods, size_t count, void *self);
/** The method of @p path, NULL: none. */
const rpc_method *rpc_server_find(const rpc_server *server, const char *path);

/** Who is at the other end, and what is known of that one. */
typedef struct rpc_peer {
    uint8_t address[16]; /* IPv6, or IPv4 as it is written there */
    bool known;          /* for who admits calls: it has been admitted before */
} rpc_peer;

/** One client's connection. NULL: out of memory. */
rpc_conn *rpc_conn_new(rpc_server *server, int64_t now_ms);
/** Its peer, all zeros at first; lives as long as the connection. */
rpc_peer *rpc_conn_peer(rpc_conn *conn);
/** All its calls are over. */
void rpc_conn_free(rpc_conn *conn);
/** Bytes from the client. @return false: the connection is over when its output is taken */
bool rpc_conn_feed(rpc_conn *conn, const uint8_t *bytes, size_t size, int64_t now_ms);
/** Takes what is to go to the client, at most @p size bytes. @return how many; 0: nothing now */
size_t rpc_conn_take(rpc_conn *conn, uint8_t *bytes, size_t size);
/** Something may be new: streams with room are asked. */
void rpc_conn_wake(rpc_conn *conn);
/** When rpc_conn_tick() is due; INT64_MAX: never. May be earlier than need be. */
int64_t rpc_conn_due_ms(const rpc_conn *conn);
void rpc_conn_tick(rpc_conn *conn, int64_t now_ms);
/** No more calls: the client is told twice, as is usual, so that none gets lost on the way. */
void rpc_conn_drain(rpc_conn *conn);
/** Drained: all calls that are still open end as UNAVAILABLE. */
void rpc_conn_end_calls(rpc_conn *conn);
/** Nothing more will come or go. */
bool rpc_conn_is_over(const rpc_conn *conn);
/** Calls that are open, and bytes that they hold. */
size_t rpc_conn_calls(const rpc_conn *conn);
size_t rpc_conn_bytes(const rpc_conn *conn);

/* ---- for functions of methods ---- */

/** The @p self of its service. */
void *rpc_self(const rpc_call *call);
/** The function's own, from call to call: NULL at first. */
void *rpc_kept(const rpc_call *call);
void rpc_keep(rpc_call *call, void *kept);
/** Who calls, as the server's admit() has said. */
const void *rpc_who(const rpc_call *call);
void rpc_set_who(rpc_call *call, const void *who);
/** The other end of its connection. */
rpc_peer *rpc_peer_of(rpc_call *call);
/** A header, NULL: it was not sent. The first of that name, names in small letters. */
const char *rpc_header(const rpc_call *call, const char *name);
int64_t rpc_now_ms(const rpc_call *call);

/** Sends a message. @return false: it could not be, and the call is over */
bool rpc_send(rpc_call *call, const ProtobufCMessage *message);
/** The same of bytes that are packed already. */
bool rpc_send_packed(rpc_call *call, const uint8_t *bytes, size_t size);
/** Sends it and ends the call as OK. */
void rpc_reply(rpc_call *call, const ProtobufCMessage *message);
/** Ends the call; @p text, which may be NULL, is copied. */
void rpc_end(rpc_call *call, rpc_code code, const char *text);

#endif
