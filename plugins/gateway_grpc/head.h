/* plugins/gateway_grpc/head.h — texts in the headers of gRPC */
#ifndef GATEWAY_GRPC_HEAD_H
#define GATEWAY_GRPC_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** `grpc-timeout`: 1 to 8 digits and a unit, H M S m u n. Rounded up. @return ms; -1: malformed */
int64_t head_timeout_ms(const char *text);
/** Whether a content-type says gRPC with messages of protobuf. */
bool head_is_grpc(const char *text);
/** `grpc-message`: what is not printable ASCII, and %, as %XX. Cut at a whole character so that it
 * fits @p size, the end included. @return its length */
size_t head_percent(const char *text, char *out, size_t size);

#endif
