/* Blocks that double; a message that unpacks to more than it may is refused by the next one. */
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { FIRST = 16 * 1024 };

struct arena_block {
    arena_block *next;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static void *give(void *ctx, size_t size)
{
    return arena_alloc(ctx, size);
}

static void keep(void *ctx, void *pointer)
{
    (void)ctx;
    (void)pointer;
}

void arena_init(arena *a, size_t max)
{
    *a = (arena){.max = max, .allocator = {.alloc = give, .free = keep, .allocator_data = a}};
}

static bool grow(arena *a, size_t size)
{
    size_t wanted = a->blocks ? a->blocks->size * 2 : FIRST;
    if (wanted < size)
        wanted = size;
    if (a->total + size > a->max)
        return false;
    if (wanted > a->max - a->total)
        wanted = a->max - a->total;
    arena_block *block = malloc(sizeof *block + wanted);
    if (!block)
        return false;
    *block = (arena_block){.next = a->blocks, .size = wanted};
    a->blocks = block;
    a->used = 0;
    a->total += wanted;
    return true;
}

void *arena_alloc(arena *a, size_t size)
{
    size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    if (size > a->max || ((!a->blocks || a->blocks->size - a->used < size) && !grow(a, size))) {
        a->full = true;
        return NULL;
    }
    void *given = a->blocks->bytes + a->used;
    a->used += size;
    return given;
}

void arena_reset(arena *a)
{
    while (a->blocks && a->blocks->next) {
        arena_block *next = a->blocks->next;
        a->total -= a->blocks->size;
        free(a->blocks);
        a->blocks = next;
    }
    a->used = 0;
    a->full = false;
}

void arena_free(arena *a)
{
    arena_reset(a);
    free(a->blocks);
    a->blocks = NULL;
    a->total = 0;
}
