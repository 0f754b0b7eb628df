/* A table with open places, forgotten whole by counting its generations. */
#include "worker/seen.h"

#include <string.h>

struct lg__seen {
    lg_sight_key key;
    uint32_t generation;
    const void *bytes;
};

enum { FIRST_CAPACITY = 256, ARENA_BLOCK = 32 << 10 };

void lg_seen_init(lg_seen *seen, lg_mem *mem)
{
    *seen = (lg_seen){.mem = mem, .generation = 1};
    lg_arena_init(&seen->arena, mem, ARENA_BLOCK);
}

void lg_seen_fini(lg_seen *seen)
{
    lg_mem_free(seen->mem, seen->entries, seen->capacity * sizeof *seen->entries);
    lg_arena_drop(&seen->arena);
}

void lg_seen_clear(lg_seen *seen)
{
    if (seen->arena.blocks)
        lg_arena_drop(&seen->arena);
    seen->count = 0;
    if (++seen->generation)
        return;
    if (seen->entries)
        memset(seen->entries, 0, seen->capacity * sizeof *seen->entries);
    seen->generation = 1;
}

/* The place of the key, or the free one where it belongs. There is always a free one. */
static struct lg__seen *place_of(const lg_seen *seen, const lg_sight_key *key)
{
    uint64_t hash = (key->row + UINT64_C(31) * key->a) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= (key->b + UINT64_C(7919) * key->c) * UINT64_C(0xc2b2ae3d27d4eb4f);
    uint32_t at = (uint32_t)(hash >> 32) & (seen->capacity - 1);
    while (seen->entries[at].generation == seen->generation &&
           memcmp(&seen->entries[at].key, key, sizeof *key) != 0)
        at = (at + 1) & (seen->capacity - 1);
    return &seen->entries[at];
}

static bool widen(lg_seen *seen)
{
    lg_seen wider = *seen;
    wider.capacity = seen->capacity ? 2 * seen->capacity : FIRST_CAPACITY;
    wider.entries = lg_mem_zalloc(seen->mem, wider.capacity, sizeof *wider.entries);
    if (!wider.entries)
        return false;
    for (uint32_t i = 0; i < seen->capacity; i++)
        if (seen->entries[i].generation == seen->generation)
            *place_of(&wider, &seen->entries[i].key) = seen->entries[i];
    lg_mem_free(seen->mem, seen->entries, seen->capacity * sizeof *seen->entries);
    *seen = wider;
    return true;
}

bool lg_seen_put(lg_seen *seen, const lg_sight_key *key, const void *bytes, uint32_t size,
                 bool copy)
{
    uint32_t whole = lg_sight_size(key->row);
    if (2 * (seen->count + 1) > seen->capacity && !widen(seen))
        return false;
    if (size && (copy || size < whole)) { /* the rest of a list that is not full is zero */
        void *kept = lg_arena_alloc(&seen->arena, whole > size ? whole : size);
        if (!kept)
            return false;
        bytes = memcpy(kept, bytes, size);
    }
    struct lg__seen *place = place_of(seen, key);
    seen->count += place->generation != seen->generation;
    *place = (struct lg__seen){
        .key = *key, .generation = seen->generation, .bytes = size ? bytes : NULL};
    return true;
}

bool lg_seen_find(const lg_seen *seen, const lg_sight_key *key, const void **bytes)
{
    if (!seen->capacity)
        return false;
    const struct lg__seen *place = place_of(seen, key);
    *bytes = place->bytes;
    return place->generation == seen->generation;
}
