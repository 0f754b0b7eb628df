/* Derived, not drawn: names and numbers of a run must not depend on who was asked first. */
#include "base/uuid.h"

#include <string.h>
#include <xxhash.h>

lg_uuid lg_uuid_derive(uint64_t seed, const char *path)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(path, strlen(path), seed);
    XXH128_canonical_t canonical;
    lg_uuid uuid;
    XXH128_canonicalFromHash(&canonical, hash);
    memcpy(uuid.bytes, canonical.digest, 16);
    uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0f) | 0x80);
    uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

/* Whether a dash stands before byte i: groups of 4, 2, 2, 2 and 6 bytes. */
static bool dash_before(int i)
{
    return i == 4 || i == 6 || i == 8 || i == 10;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool lg_uuid_parse(const char *text, lg_uuid *uuid)
{
    if (strlen(text) != 36)
        return false;
    lg_uuid read;
    for (int i = 0; i < 16; i++) {
        if (dash_before(i) && *text++ != '-')
            return false;
        int high = digit_value(*text++), low = digit_value(*text++);
        if (high < 0 || low < 0)
            return false;
        read.bytes[i] = (uint8_t)(high * 16 + low);
    }
    *uuid = read;
    return true;
}

void lg_uuid_format(const lg_uuid *uuid, char out[37])
{
    static const char digits[] = "0123456789abcdef";
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (dash_before(i))
            *p++ = '-';
        *p++ = digits[uuid->bytes[i] >> 4];
        *p++ = digits[uuid->bytes[i] & 15];
    }
    *p = 0;
}
