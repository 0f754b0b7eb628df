/* plugins/gateway_grpc/make.h — messages that are made in an arena: all or nothing of each */
#ifndef GATEWAY_GRPC_MAKE_H
#define GATEWAY_GRPC_MAKE_H

#include "arena.h"

/* as in google/protobuf/timestamp.pb-c.h, which is made in the build */
typedef struct Google__Protobuf__Timestamp Google__Protobuf__Timestamp;

typedef struct maker {
    arena *arena;
    bool full; /* something did not fit: nothing of the message is to be used */
} maker;

/** A message with nothing in it. When there is no room it is none of its own, and may still be
 * written to. */
void *make_room(maker *m, const ProtobufCMessageDescriptor *type);
#define MAKE(m, type, name) ((type *)make_room((m), &name##__descriptor))

/** NULL: there is no room. */
void *make_bytes(maker *m, size_t size);
/** @p ms since 1970. */
Google__Protobuf__Timestamp *make_moment(maker *m, int64_t ms);

/** A copy; when there is no room an empty text. */
char *make_text(maker *m, const char *text);

/** Pointers to messages, as many as come. */
typedef struct make_rows {
    void **at;
    size_t count, room;
} make_rows;

void make_row(maker *m, make_rows *rows, void *row);

#endif
