/* plugins/gateway_grpc/nonces.h — calls that were made, as long as they could be made again */
#ifndef GATEWAY_GRPC_NONCES_H
#define GATEWAY_GRPC_NONCES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct nonce_row nonce_row;

typedef struct nonces {
    nonce_row *rows; /* open addressing; a power of two of them */
    uint32_t capacity, used, max;
} nonces;

typedef enum nonces_result { NONCES_NEW, NONCES_SEEN, NONCES_FULL } nonces_result;

/** At most @p max, a power of two, are kept at a time. @return false: memory */
bool nonces_open(nonces *n, uint32_t max);
void nonces_close(nonces *n);
/** Remembers @p nonce of @p owner until @p until_s; all times in seconds of one clock. */
nonces_result nonces_add(nonces *n, uint64_t owner, const char *nonce, int64_t until_s,
                         int64_t now_s);

#endif
