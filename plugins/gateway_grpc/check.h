/* plugins/gateway_grpc/check.h — what protobuf-c takes and gRPC does not
 *
 * protobuf-c keeps texts that are no UTF-8 and cuts them at a zero byte. Both are looked for in the
 * bytes, before they are unpacked.
 */
#ifndef GATEWAY_GRPC_CHECK_H
#define GATEWAY_GRPC_CHECK_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @return NULL: fine; else what is wrong with the message. The type may not contain itself. */
const char *check_message(const ProtobufCMessageDescriptor *type, const uint8_t *bytes,
                          size_t size);
/** Whether a google.protobuf.Struct is one: its bytes are kept without being unpacked. At most
 * CHECK_DEPTH_MAX levels. */
bool check_struct(const uint8_t *bytes, size_t size);
/** Whether it is UTF-8, in the shortest form, and without zero bytes. */
bool check_text(const uint8_t *bytes, size_t size);

enum { CHECK_DEPTH_MAX = 32 };

#endif
