/* plugins/gateway_grpc/address.h — what stands behind grpc= on the command line */
#ifndef GATEWAY_GRPC_ADDRESS_H
#define GATEWAY_GRPC_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/** HOST:PORT?tls_cert=FILE&tls_key=FILE&keys=FILE&microgrid=ID&open=yes; HOST is a number or
 * "localhost". */
typedef struct address {
    char host[64];
    uint16_t port;                               /* 0: any that is free */
    char tls_cert[512], tls_key[512], keys[512]; /* "": none */
    uint64_t microgrid;                          /* id; 0: the only one */
    bool is_open; /* others than this machine may come in without a key, or unseen by nobody */
} address;

/** @return false: @p why, of @p size letters, says what was expected */
bool address_read(const char *text, address *out, char *why, uint32_t size);
/** Whether only this machine reaches it. */
bool address_is_local(const address *a);

#endif
