/* Derived, not drawn: names and numbers of a run must not depend on who was asked first. */
#include "base/uuid.h"

#include <ctype.h>
#include <stdio.h>
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

bool lg_uuid_parse(const char *text, lg_uuid *uuid)
{
    if (strlen(text) != 36)
        return false;
    for (int i = 0, byte = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text[i] == '-') || (!dash && !isxdigit((unsigned char)text[i])))
            return false;
        if (dash)
            continue;
        unsigned value;
        if (sscanf((const char[]){text[i], text[i + 1], 0}, "%x", &value) != 1 ||
            !isxdigit((unsigned char)text[i + 1]))
            return false;
        uuid->bytes[byte++] = (uint8_t)value;
        i++;
    }
    return true;
}

void lg_uuid_format(const lg_uuid *uuid, char out[37])
{
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        snprintf(p, 3, "%02x", uuid->bytes[i]);
        p += 2;
    }
}
