/* Blocks are freed with their size, so that a counting allocator needs no headers of its own. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void *system_resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

lg_mem *lg_mem_system(void)
{
    static lg_mem system = {.resize = system_resize, .ctx = NULL};
    return &system;
}

void *lg_mem_alloc(lg_mem *mem, size_t size)
{
    return mem->resize(mem->ctx, NULL, 0, size ? size : 1);
}

void *lg_mem_zalloc(lg_mem *mem, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *ptr = lg_mem_alloc(mem, total);
    if (ptr)
        memset(ptr, 0, total ? total : 1);
    return ptr;
}

void lg_mem_free(lg_mem *mem, void *ptr, size_t size)
{
    if (ptr)
        mem->resize(mem->ctx, ptr, size ? size : 1, 0);
}

char *lg_mem_strdup(lg_mem *mem, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = lg_mem_alloc(mem, size);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}

void lg_mem_strfree(lg_mem *mem, char *text)
{
    if (text)
        lg_mem_free(mem, text, strlen(text) + 1);
}

void *lg_mem_grow(lg_mem *mem, void *array, uint32_t *capacity, uint32_t need, size_t element_size)
{
    uint32_t target = *capacity ? *capacity : 4;
    while (target < need) {
        if (target > UINT32_MAX / 2)
            return NULL;
        target *= 2;
    }
    void *grown =
        mem->resize(mem->ctx, array, *capacity * element_size, (size_t)target * element_size);
    if (grown)
        *capacity = target;
    return grown;
}

struct lg_arena_block {
    struct lg_arena_block *next;
    size_t size, used; /* bytes of data[] */
    _Alignas(16) unsigned char data[];
};

void lg_arena_init(lg_arena *arena, lg_mem *mem, size_t block_size)
{
    *arena = (lg_arena){.mem = mem, .blocks = NULL, .block_size = block_size};
}

void *lg_arena_alloc(lg_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL; /* rounding up must not wrap */
    size_t need = (size + 15) & ~(size_t)15;
    struct lg_arena_block *block = arena->blocks;
    if (!block || block->size - block->used < need) {
        size_t room = need > arena->block_size ? need : arena->block_size;
        block = lg_mem_alloc(arena->mem, sizeof *block + room);
        if (!block)
            return NULL;
        block->size = room;
        block->used = 0;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *ptr = block->data + block->used;
    block->used += need;
    memset(ptr, 0, need);
    return ptr;
}

char *lg_arena_text(lg_arena *arena, const char *text, size_t length)
{
    char *copy = lg_arena_alloc(arena, length + 1);
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

void lg_arena_drop(lg_arena *arena)
{
    while (arena->blocks) {
        struct lg_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        lg_mem_free(arena->mem, block, sizeof *block + block->size);
    }
}
