/* Small events are gathered in a buffer: XXH3 is fastest on long inputs. */
#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/status.h"

enum { CHAIN_BUFFER = 32 * 1024 };

struct lg_chain {
    lg_mem *mem;
    XXH3_state_t *state;
    size_t used;
    unsigned char buffer[CHAIN_BUFFER];
};

lg_chain *lg_chain_new(lg_mem *mem, uint64_t seed)
{
    lg_chain *chain = lg_mem_alloc(mem, sizeof *chain);
    if (!chain)
        return NULL;
    chain->mem = mem;
    chain->used = 0;
    chain->state = XXH3_createState();
    if (!chain->state || XXH3_128bits_reset_withSeed(chain->state, seed) != XXH_OK) {
        lg_chain_free(chain);
        return NULL;
    }
    return chain;
}

void lg_chain_free(lg_chain *chain)
{
    if (!chain)
        return;
    XXH3_freeState(chain->state);
    lg_mem_free(chain->mem, chain, sizeof *chain);
}

static void flush(lg_chain *chain)
{
    XXH3_128bits_update(chain->state, chain->buffer, chain->used);
    chain->used = 0;
}

void lg_chain_add(lg_chain *chain, const void *bytes, size_t size)
{
    if (size > CHAIN_BUFFER - chain->used)
        flush(chain);
    if (size > CHAIN_BUFFER) {
        XXH3_128bits_update(chain->state, bytes, size);
        return;
    }
    memcpy(chain->buffer + chain->used, bytes, size);
    chain->used += size;
}

lg_digest lg_chain_link(lg_chain *chain)
{
    flush(chain);
    XXH128_hash_t hash = XXH3_128bits_digest(chain->state);
    lg_digest digest = {.high = hash.high64, .low = hash.low64};
    LG_ASSERT(XXH3_128bits_reset_withSeed(chain->state, 0) == XXH_OK);
    lg_chain_add(chain, &digest, sizeof digest);
    return digest;
}

uint64_t lg_chain_peek(lg_chain *chain)
{
    flush(chain); /* pieces do not matter */
    return XXH3_128bits_digest(chain->state).low64;
}

uint64_t lg_hash64(uint64_t seed, const void *bytes, size_t size)
{
    return XXH3_64bits_withSeed(bytes, size, seed);
}

void lg_digest_format(lg_digest digest, char out[33])
{
    snprintf(out, 33, "%016llx%016llx", (unsigned long long)digest.high,
             (unsigned long long)digest.low);
}

static void format_sha256(const unsigned char digest[32], char out[65])
{
    static const char hex[] = "0123456789abcdef";
    for (unsigned int i = 0; i < 32; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[64] = 0;
}

/* What a machine's openssl.cnf says is not for a run, and reading it takes longer than most hashes.
 */
static void prepare(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

void lg_sha256(const void *bytes, size_t size, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    prepare();
    LG_ASSERT(EVP_Digest(bytes, size, digest, &length, EVP_sha256(), NULL) == 1 && length == 32);
    format_sha256(digest, out);
}

bool lg_sha256_file(FILE *file, char out[65], uint64_t *size)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char piece[16384];
    prepare();
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool fine = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;
    *size = 0;
    for (size_t got; fine && (got = fread(piece, 1, sizeof piece, file)) > 0; *size += got)
        fine = EVP_DigestUpdate(ctx, piece, got) == 1;
    fine = fine && !ferror(file) && EVP_DigestFinal_ex(ctx, digest, NULL) == 1;
    if (fine)
        format_sha256(digest, out);
    EVP_MD_CTX_free(ctx);
    return fine;
}
