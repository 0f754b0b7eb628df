/* host/base/mem.h — the one door to the allocator */
#ifndef LG_BASE_MEM_H
#define LG_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

/**
 * An allocator. @p resize behaves like realloc with the old size told: new_size 0 frees and returns
 * NULL, ptr NULL allocates; NULL for a failure, the old block then stays. Tests hand in one that
 * counts, limits or fails.
 */
typedef struct lg_mem {
    void *(*resize)(void *ctx, void *ptr, size_t old_size, size_t new_size);
    void *ctx;
} lg_mem;

/** The C library's allocator. Lives for ever. */
lg_mem *lg_mem_system(void);

/** @p size bytes, not cleared; NULL when exhausted. */
void *lg_mem_alloc(lg_mem *mem, size_t size);
/** @p count elements of @p size bytes, cleared; NULL when exhausted or the product overflows. */
void *lg_mem_zalloc(lg_mem *mem, size_t count, size_t size);
/** Gives back @p size bytes; NULL is fine. */
void lg_mem_free(lg_mem *mem, void *ptr, size_t size);
/** A copy of @p text with its end; free with lg_mem_strfree(). NULL when exhausted. */
char *lg_mem_strdup(lg_mem *mem, const char *text);
void lg_mem_strfree(lg_mem *mem, char *text);

/**
 * Makes room for at least @p need elements in a growing array, doubling its capacity.
 * @return the array (moved perhaps), with *capacity updated; NULL when exhausted, the old array
 * stays.
 */
void *lg_mem_grow(lg_mem *mem, void *array, uint32_t *capacity, uint32_t need, size_t element_size);

/** LG_GROW(mem, array, capacity, need): true when @p array has room for @p need elements. */
#define LG_GROW(mem, array, capacity, need)                                                        \
    ((need) <= (capacity) || __extension__({                                                       \
         void *lg_grown_ = lg_mem_grow((mem), (array), &(capacity), (need), sizeof *(array));      \
         if (lg_grown_)                                                                            \
             (array) = lg_grown_;                                                                  \
         lg_grown_ != NULL;                                                                        \
     }))

/** A region that is filled piece by piece and dropped whole; begins with lg_arena_init(). */
typedef struct lg_arena {
    lg_mem *mem;
    struct lg_arena_block *blocks;
    size_t block_size;
} lg_arena;

/** Prepares an empty arena that takes memory in blocks of @p block_size bytes. */
void lg_arena_init(lg_arena *arena, lg_mem *mem, size_t block_size);
/** @p size cleared bytes, aligned for any type, until the arena is dropped; NULL when exhausted. */
void *lg_arena_alloc(lg_arena *arena, size_t size);
/** A copy of @p length bytes of @p text, with an end added. */
char *lg_arena_text(lg_arena *arena, const char *text, size_t length);
/** Gives everything back; the arena is empty and usable again. */
void lg_arena_drop(lg_arena *arena);

#endif
