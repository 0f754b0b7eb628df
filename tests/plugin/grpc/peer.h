/* tests/plugin/grpc/peer.h — a client in the same process: calls, or frames made by hand */
#ifndef TESTS_PLUGIN_GRPC_PEER_H
#define TESTS_PLUGIN_GRPC_PEER_H

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../plugins/gateway_grpc/rpc.h"

/** What has come back of a call. */
typedef struct peer_call {
    int32_t id;
    char http[8], status[8], text[512];
    uint8_t body[4096]; /* the beginning of it */
    uint8_t *whole;     /* all of it, when it is set beforehand; of so many bytes */
    size_t whole_size;
    size_t length; /* all of it */
    bool has_headers, is_closed;
    uint32_t reset; /* the code it was closed with */
    /* what is sent */
    const uint8_t *request;
    size_t request_length, request_at;
    bool stays_open; /* the request does not end */
} peer_call;

typedef struct peer {
    nghttp2_session *session; /* the client's */
    rpc_conn *conn;
    int64_t now_ms;
    bool alive;       /* the server still reads */
    uint32_t goaways; /* that came, and the code of the last one */
    uint32_t goaway_code;
    uint32_t pings;   /* that were answered */
    uint8_t head[17]; /* of the frame that is coming */
    uint32_t got, skip;
} peer;

/** Connects; @p window is what the server may send on a stream (0: as usual). */
void peer_open(peer *p, rpc_server *server, uint32_t window);
void peer_close(peer *p);
/** Lets the server send so much more on a stream, when its window was given. */
void peer_grant(peer *p, const peer_call *call, int32_t bytes);
/** Passes bytes to and fro until there are none; at most @p chunk at a time (0: any). */
void peer_talk(peer *p, size_t chunk);
/** Bytes as they are, to the server; what it says to them comes back. */
void peer_feed(peer *p, const void *bytes, size_t size);
/** A call, with headers beside the usual ones: name, value, ..., NULL. Not sent before peer_talk().
 */
void peer_begin(peer *p, peer_call *call, const char *path, const uint8_t *request, size_t length,
                const char *const *headers);
/** peer_begin() and peer_talk(). */
void peer_ask(peer *p, peer_call *call, const char *path, const uint8_t *request, size_t length);
void peer_reset(peer *p, const peer_call *call);

/** Writes a frame at @p out; returns its length. */
size_t frame_put(uint8_t *out, uint8_t type, uint8_t flags, uint32_t stream, const void *payload,
                 size_t size);
/** The first bytes of a client: preface and empty settings. */
size_t frame_hello(uint8_t *out);
/** A header block of a call of @p path, at @p out. */
size_t frame_headers(uint8_t *out, size_t size, const char *path);

#endif
