/* Walks through the bytes of messages without unpacking them. */
#include "check.h"

#include "wire.h"

bool check_text(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint8_t first = bytes[i];
        size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        if (first == 0 || (first >= 0x80 && first < 0xc2) || first > 0xf4 || size - i <= more)
            return false;
        uint32_t letter = more == 0 ? first : first & (0x3fu >> more);
        for (size_t k = 1; k <= more; k++) {
            if ((bytes[i + k] & 0xc0) != 0x80)
                return false;
            letter = letter << 6 | (bytes[i + k] & 0x3fu);
        }
        if ((more == 2 && letter < 0x800) || (more == 3 && letter < 0x10000) || letter > 0x10ffff ||
            (letter >= 0xd800 && letter < 0xe000))
            return false;
        i += more + 1;
    }
    return true;
}

const char *check_message(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return NULL;
    wire_reader r = {bytes, bytes + size};
    while (r.at < r.end) {
        wire_field f = {0};
        if (!wire_read(&r, &f))
            return "the message cannot be read";
        if (f.wire != WIRE_BYTES)
            continue;
        const ProtobufCFieldDescriptor *known =
            protobuf_c_message_descriptor_get_field(type, f.number);
        if (!known)
            continue;
        if (known->type == PROTOBUF_C_TYPE_STRING && !check_text(f.bytes, f.size))
            return "a text of the message is not UTF-8, or has a zero in it";
        const char *wrong = NULL;
        if (known->type == PROTOBUF_C_TYPE_MESSAGE)
            wrong = check_message(known->descriptor, f.bytes, f.size);
        if (wrong)
            return wrong;
    }
    return NULL;
}

/* ---- Struct { map fields = 1 }, Value { oneof 1 .. 6 }, ListValue { repeated Value = 1 } ---- */

typedef enum shape { STRUCT, ENTRY, VALUE, LIST } shape;

static bool check_shape(shape what, const uint8_t *bytes, size_t size, int depth);

static bool check_member(shape what, const wire_field *f, int depth)
{
    bool nested = f->wire == WIRE_BYTES;
    switch (what) {
    case STRUCT:
        return f->number != 1 || (nested && check_shape(ENTRY, f->bytes, f->size, depth));
    case LIST:
        return f->number != 1 || (nested && check_shape(VALUE, f->bytes, f->size, depth + 1));
    case ENTRY:
        if (f->number == 1)
            return nested && check_text(f->bytes, f->size);
        return f->number != 2 || (nested && check_shape(VALUE, f->bytes, f->size, depth + 1));
    case VALUE:
        break;
    }
    switch (f->number) {
    case 1:
    case 4:
        return f->wire == WIRE_VARINT;
    case 2:
        return f->wire == WIRE_FIXED64;
    case 3:
        return nested && check_text(f->bytes, f->size);
    case 5:
        return nested && check_shape(STRUCT, f->bytes, f->size, depth);
    case 6:
        return nested && check_shape(LIST, f->bytes, f->size, depth);
    default:
        return true;
    }
}

static bool check_shape(shape what, const uint8_t *bytes, size_t size, int depth)
{
    if (depth > CHECK_DEPTH_MAX || size == 0)
        return size == 0;
    wire_reader r = {bytes, bytes + size};
    while (r.at < r.end) {
        wire_field f = {0};
        if (!wire_read(&r, &f) || !check_member(what, &f, depth))
            return false;
    }
    return true;
}

bool check_struct(const uint8_t *bytes, size_t size)
{
    return check_shape(STRUCT, bytes, size, 0);
}
