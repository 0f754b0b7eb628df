/* host/base/uuid.h — identities that travel: given by the scenario or derived from seed and path */
#ifndef LG_BASE_UUID_H
#define LG_BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

typedef struct lg_uuid {
    uint8_t bytes[16];
} lg_uuid;

/** A version 8 UUID (RFC 9562) made from @p seed and @p path: the same for the same inputs, for
 * ever. */
lg_uuid lg_uuid_derive(uint64_t seed, const char *path);
/** Reads the 36-character form, either case. @return whether it was one */
bool lg_uuid_parse(const char *text, lg_uuid *uuid);
/** The 36-character form in lower case into @p out (37 bytes). */
void lg_uuid_format(const lg_uuid *uuid, char out[37]);

#endif
