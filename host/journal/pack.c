/* Bytes are put one by one where they belong; compilers make one move of it. */
#include "journal/pack.h"

#include <string.h>

uint32_t lg_pack_get32(const unsigned char *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

uint64_t lg_pack_get64(const unsigned char *b)
{
    return lg_pack_get32(b) | (uint64_t)lg_pack_get32(b + 4) << 32;
}

void lg_pack_put32(unsigned char *b, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        b[i] = (unsigned char)(value >> 8 * i);
}

void lg_pack_put64(unsigned char *b, uint64_t value)
{
    lg_pack_put32(b, (uint32_t)value);
    lg_pack_put32(b + 4, (uint32_t)(value >> 32));
}

void lg_pack_u32(lg_text *out, uint32_t value)
{
    unsigned char bytes[4];
    lg_pack_put32(bytes, value);
    lg_text_bytes(out, (const char *)bytes, sizeof bytes);
}

void lg_pack_u64(lg_text *out, uint64_t value)
{
    unsigned char bytes[8];
    lg_pack_put64(bytes, value);
    lg_text_bytes(out, (const char *)bytes, sizeof bytes);
}

void lg_pack_bytes(lg_text *out, const void *bytes, size_t size)
{
    lg_pack_u32(out, (uint32_t)size);
    if (size)
        lg_text_bytes(out, bytes, size);
}

void lg_pack_str(lg_text *out, const char *str)
{
    lg_pack_bytes(out, str, str ? strlen(str) : 0);
}

lg_unpack lg_unpack_of(const void *bytes, size_t size)
{
    return (lg_unpack){.at = bytes, .left = size};
}

static const unsigned char *take(lg_unpack *in, size_t size)
{
    const unsigned char *at = in->at;
    if (in->bad || in->left < size) {
        in->bad = true;
        return NULL;
    }
    in->at += size;
    in->left -= size;
    return at;
}

uint32_t lg_unpack_u32(lg_unpack *in)
{
    const unsigned char *bytes = take(in, 4);
    return bytes ? lg_pack_get32(bytes) : 0;
}

uint64_t lg_unpack_u64(lg_unpack *in)
{
    const unsigned char *bytes = take(in, 8);
    return bytes ? lg_pack_get64(bytes) : 0;
}

const char *lg_unpack_bytes(lg_unpack *in, size_t *size)
{
    size_t wanted = lg_unpack_u32(in);
    const unsigned char *bytes = take(in, wanted);
    *size = bytes ? wanted : 0;
    return (const char *)bytes;
}

const char *lg_unpack_str(lg_unpack *in, lg_arena *arena, bool *exhausted)
{
    size_t size;
    const char *bytes = lg_unpack_bytes(in, &size);
    if (!bytes || memchr(bytes, 0, size)) {
        in->bad = true;
        return "";
    }
    const char *copy = lg_arena_text(arena, bytes, size);
    *exhausted = *exhausted || !copy;
    return copy ? copy : "";
}
