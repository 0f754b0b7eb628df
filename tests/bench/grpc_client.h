/* tests/bench/grpc_client.h — clients of a gRPC server, as many as are measured, in one process */
#ifndef TESTS_BENCH_GRPC_CLIENT_H
#define TESTS_BENCH_GRPC_CLIENT_H

#include <nghttp2/nghttp2.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { CLIENTS_MAX = 32 };

/** A connection. What goes wrong ends the process. */
typedef struct client client;
struct client {
    nghttp2_session *session;
    int fd;
    uint64_t done, messages;  /* calls that were answered; frames of streams */
    void (*after)(client *c); /* a call was answered; NULL: nothing follows */
    void (*heard)(client *c); /* a frame of a stream; NULL: it is counted only */
    uint32_t side;            /* of whoever orders */
    uint8_t body[256];
    size_t length;
};

int64_t now_us(clockid_t which);
void fail(const char *what);

void connect_to(client *c, int port);
void hang_up(client *c);
/** What the next call sends. */
void put_message(client *c, const ProtobufCMessage *message);
void call(client *c, const char *path);
/** Sends what there is, and reads what comes within @p ms. */
void turn(client *clients, int count, int ms);

#endif
