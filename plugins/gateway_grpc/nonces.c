/* A table of hashes; it is swept of what is over when it is half full, and grows if that is not
 * enough. */
#include "nonces.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 1024 };

struct nonce_row {
    uint64_t hash[2];
    int64_t until_s; /* 0: free */
};

bool nonces_open(nonces *n, uint32_t max)
{
    *n = (nonces){.capacity = FIRST, .max = max, .rows = calloc(FIRST, sizeof *n->rows)};
    return n->rows != NULL;
}

void nonces_close(nonces *n)
{
    free(n->rows);
    *n = (nonces){0};
}

static nonce_row *place(const nonces *n, const uint64_t hash[2])
{
    for (uint64_t at = hash[0];; at++) {
        nonce_row *row = &n->rows[at & (n->capacity - 1)];
        if (row->until_s == 0 || memcmp(row->hash, hash, sizeof row->hash) == 0)
            return row;
    }
}

/* Leaves out what is over. @return false: memory */
static bool move(nonces *n, uint32_t capacity, int64_t now_s)
{
    nonces moved = {.capacity = capacity, .max = n->max};
    moved.rows = calloc(capacity, sizeof *moved.rows);
    if (!moved.rows)
        return false;
    for (uint32_t i = 0; i < n->capacity; i++)
        if (n->rows[i].until_s >= now_s && n->rows[i].until_s != 0) {
            *place(&moved, n->rows[i].hash) = n->rows[i];
            moved.used++;
        }
    free(n->rows);
    *n = moved;
    return true;
}

static bool make_room(nonces *n, int64_t now_s)
{
    if (n->used < n->capacity / 2)
        return true;
    if (!move(n, n->capacity, now_s))
        return false;
    if (n->used < n->capacity / 4) /* or the next sweep would be too soon */
        return true;
    if (n->capacity < n->max)
        return move(n, n->capacity * 2, now_s);
    return n->used < n->capacity / 2;
}

nonces_result nonces_add(nonces *n, uint64_t owner, const char *nonce, int64_t until_s,
                         int64_t now_s)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    uint64_t hash[2];
    if (!make_room(n, now_s))
        return NONCES_FULL;
    SHA256((const unsigned char *)nonce, strlen(nonce), digest);
    memcpy(hash, digest, sizeof hash);
    hash[1] ^= owner;
    nonce_row *row = place(n, hash);
    if (row->until_s != 0 && row->until_s >= now_s)
        return NONCES_SEEN;
    n->used += row->until_s == 0;
    *row = (nonce_row){.hash = {hash[0], hash[1]}, .until_s = until_s};
    return NONCES_NEW;
}
