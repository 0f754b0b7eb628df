/* plugins/gateway_grpc/keys.h — who may call: keys, signatures, rights
 *
 * A file has a line for each key, words apart by blanks, # begins a comment:
 *
 *     KEY SECRET GRIDPOOLS RIGHTS
 *
 * KEY as clients send it, or sha256: and the 64 hexadecimal digits of its hash. SECRET signs each
 * call (HMAC-SHA-256); - means that calls come without a signature. GRIDPOOLS are numbers with
 * commas between them, * for all, - for none. RIGHTS are read, trade, control, with commas between
 * them; trade and control, which is of the microgrid, include reading.
 */
#ifndef GATEWAY_GRPC_KEYS_H
#define GATEWAY_GRPC_KEYS_H

#include "rpc.h"

typedef struct keys keys;

enum {
    KEYS_WINDOW_S = 60, /* a signature is no older, and no further ahead, than so many seconds */
    KEYS_NONCES_MAX = 1 << 20, /* calls that are remembered so long */
};

/** Reads a file. NULL: @p why says the line and what was expected. */
keys *keys_open(const char *path, char *why, uint32_t size);
void keys_free(keys *k);
/** How many keys there are, and how many of them sign. */
void keys_count(const keys *k, uint32_t *count, uint32_t *signing);

/** Which key it is, from 1 on, in the order of the file. */
uint32_t keys_number(const keys *k, const void *who);

/** Headers of a call that say who calls; NULL: not sent. */
typedef struct keys_claim {
    const char *key, *ts, *nonce, *sig;
    const char *method; /* without its service */
} keys_claim;

/**
 * Who it is, at @p wall_ms of the machine's clock. A nonce is good once. @return RPC_OK: *who, for
 * keys_may(); else RPC_UNAUTHENTICATED or RPC_RESOURCE_EXHAUSTED, in words in *why
 */
rpc_code keys_admit(keys *k, const keys_claim *claim, int64_t wall_ms, const void **who,
                    const char **why);
/** Whether @p who has the rights (TRADING_MAY_..., MICROGRID_MAY_...), for @p gridpool. */
bool keys_has(const void *who, uint32_t rights);
bool keys_may(const void *who, uint64_t gridpool, uint32_t rights);

#endif
