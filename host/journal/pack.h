/* host/journal/pack.h — numbers and texts as bytes that are the same on every machine
 *
 * Little-endian; a text or other bytes are a length (32 bits) and as many bytes.
 */
#ifndef LG_JOURNAL_PACK_H
#define LG_JOURNAL_PACK_H

#include "base/text.h"

/* Each appends; what did not fit into memory is in out->failed. */
void lg_pack_u32(lg_text *out, uint32_t value);
void lg_pack_u64(lg_text *out, uint64_t value);
void lg_pack_bytes(lg_text *out, const void *bytes, size_t size); /* size below 2^32 */
void lg_pack_str(lg_text *out, const char *str);                  /* NULL is packed as "" */

/** Packed bytes on the way to be read: once something is not there, everything further reads 0 or
 * nothing, and `bad` says so. So a reader takes all it wants and looks once. */
typedef struct lg_unpack {
    const unsigned char *at;
    size_t left;
    bool bad;
} lg_unpack;

/** Begins to read @p size bytes, which must stay. */
lg_unpack lg_unpack_of(const void *bytes, size_t size);
uint32_t lg_unpack_u32(lg_unpack *in);
uint64_t lg_unpack_u64(lg_unpack *in);
/** The bytes where they lie; NULL and 0 when they are not all there. */
const char *lg_unpack_bytes(lg_unpack *in, size_t *size);
/** A text in @p arena, with an end; one with a zero byte inside is bad. "" when bad or exhausted
 * (*exhausted is then set). */
const char *lg_unpack_str(lg_unpack *in, lg_arena *arena, bool *exhausted);

/** The four bytes and the eight bytes at @p bytes as a number. */
uint32_t lg_pack_get32(const unsigned char *bytes);
uint64_t lg_pack_get64(const unsigned char *bytes);
void lg_pack_put32(unsigned char *bytes, uint32_t value);
void lg_pack_put64(unsigned char *bytes, uint64_t value);

#endif
