/* plugins/gateway_grpc/arena.h — memory of one request, dropped whole, with an end to it */
#ifndef GATEWAY_GRPC_ARENA_H
#define GATEWAY_GRPC_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct arena arena;
typedef struct arena_block arena_block;

struct arena {
    arena_block *blocks; /* the newest first */
    size_t used;         /* of the newest */
    size_t total, max;
    bool full;                    /* something did not fit since the last reset */
    ProtobufCAllocator allocator; /* for protobuf-c; frees nothing */
};

void arena_init(arena *a, size_t max);
/** NULL: it is full, or the machine's memory is. */
void *arena_alloc(arena *a, size_t size);
/** All that was given is gone; a first block stays for the next request. */
void arena_reset(arena *a);
void arena_free(arena *a);

#endif
