/* host/base/hash.h — the chained hash of a run, and the identity of a text */
#ifndef LG_BASE_HASH_H
#define LG_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/mem.h"

/** 128 bits, printed as 32 lower-case hexadecimal digits. */
typedef struct lg_digest {
    uint64_t high, low;
} lg_digest;

/**
 * A chain over events: every slot's events are hashed (XXH3, 128 bits) together with the digest of
 * the slot before. It shows whether two runs did the same; it is no proof against a forger.
 */
typedef struct lg_chain lg_chain;

/** A chain that starts from @p seed; NULL when exhausted. */
lg_chain *lg_chain_new(lg_mem *mem, uint64_t seed);
void lg_chain_free(lg_chain *chain);
/** Adds @p size bytes of an event in its canonical little-endian form. */
void lg_chain_add(lg_chain *chain, const void *bytes, size_t size);
/** Ends a link (a slot) and returns the digest of everything so far. */
lg_digest lg_chain_link(lg_chain *chain);

/** The digest that everything since the last link would have if it ended here; ends nothing. */
uint64_t lg_chain_peek(lg_chain *chain);

/** 64 bits of @p size bytes (XXH3), another for every @p seed. */
uint64_t lg_hash64(uint64_t seed, const void *bytes, size_t size);

/** "0123…" into @p out (33 bytes with the end). */
void lg_digest_format(lg_digest digest, char out[33]);

/** SHA-256 of @p bytes as 64 hexadecimal digits into @p out (65 bytes): the identity of a source
 * text. */
void lg_sha256(const void *bytes, size_t size, char out[65]);
/** The same of all that @p file has from where it stands; *size is how much that was. @return
 * false: reading failed */
bool lg_sha256_file(FILE *file, char out[65], uint64_t *size);

#endif
