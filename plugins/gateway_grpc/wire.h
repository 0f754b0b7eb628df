/* plugins/gateway_grpc/wire.h — the fields of a message of protobuf, one after the other */
#ifndef GATEWAY_GRPC_WIRE_H
#define GATEWAY_GRPC_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/** A field as it stands in the bytes. */
typedef struct wire_field {
    uint32_t number, wire;
    uint64_t value;       /* of WIRE_VARINT */
    const uint8_t *bytes; /* of WIRE_BYTES, and */
    size_t size;
} wire_field;

typedef struct wire_reader {
    const uint8_t *at, *end;
} wire_reader;

/** The next field. @return false: there is none, or the rest is no message */
bool wire_read(wire_reader *r, wire_field *out);

#endif
