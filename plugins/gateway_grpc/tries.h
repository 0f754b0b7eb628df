/* plugins/gateway_grpc/tries.h — addresses that have sent wrong keys lately */
#ifndef GATEWAY_GRPC_TRIES_H
#define GATEWAY_GRPC_TRIES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TRIES_MAX = 10,              /* wrong keys from one address, */
    TRIES_WINDOW_MS = 60 * 1000, /* in so long; then none is looked at until that is over */
    TRIES_ADDRESSES = 256,       /* that are remembered; of more the oldest are forgotten */
};

typedef struct try_row {
    uint8_t address[16];
    int64_t from_ms; /* of the first */
    uint32_t count;  /* 0: the row is free */
} try_row;

typedef struct tries {
    try_row rows[TRIES_ADDRESSES];
} tries;

/** Whether no more keys of that address are to be looked at, now. */
bool tries_spent(const tries *t, const uint8_t address[16], int64_t now_ms);
/** It has sent a wrong one. */
void tries_note(tries *t, const uint8_t address[16], int64_t now_ms);

#endif
