/* Tags, lengths, numbers. */
#include "wire.h"

static bool read_varint(wire_reader *r, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 70 && r->at < r->end; shift += 7) {
        uint8_t byte = *r->at++;
        if (shift < 64)
            *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool skip(wire_reader *r, uint64_t size)
{
    if (size > (uint64_t)(r->end - r->at))
        return false;
    r->at += size;
    return true;
}

bool wire_read(wire_reader *r, wire_field *f)
{
    uint64_t tag;
    if (!read_varint(r, &tag) || tag >> 3 == 0 || tag >> 3 > UINT32_C(0x1fffffff))
        return false;
    f->number = (uint32_t)(tag >> 3);
    f->wire = (uint32_t)(tag & 7);
    switch (f->wire) {
    case WIRE_VARINT:
        return read_varint(r, &f->value);
    case WIRE_FIXED64:
        return skip(r, 8);
    case WIRE_FIXED32:
        return skip(r, 4);
    case WIRE_BYTES:
        if (!read_varint(r, &f->value))
            return false;
        f->bytes = r->at;
        f->size = (size_t)f->value;
        return skip(r, f->value);
    default:
        return false; /* groups are gone since long */
    }
}
