/* Chains of a power of two; the list is ordered by number, so that a thing is found in it by
 * halving. */
#include "coordination/table.h"

#include <string.h>
#include "base/hash.h"
#include "base/status.h"

enum { ARENA_BLOCK = 256, SLOTS_MIN = 16 };

void *lg_coord_item_new(lg_mem *mem, size_t size, const char *id)
{
    lg_arena arena;
    lg_arena_init(&arena, mem, ARENA_BLOCK);
    lg_coord_item *item = lg_arena_alloc(&arena, size);
    const char *copy = item ? lg_arena_text(&arena, id, strlen(id)) : NULL;
    if (!copy) {
        lg_arena_drop(&arena);
        return NULL;
    }
    item->arena = arena;
    item->id = copy;
    return item;
}

void lg_coord_item_free(lg_coord_item *item)
{
    if (!item)
        return;
    lg_arena arena = item->arena;
    lg_arena_drop(&arena);
}

const char *lg_coord_item_text(lg_coord_item *item, const char *text, bool *failed)
{
    const char *copy = text ? lg_arena_text(&item->arena, text, strlen(text)) : NULL;
    *failed |= text && !copy;
    return copy;
}

void lg_coord_table_init(lg_coord_table *table, lg_mem *mem)
{
    *table = (lg_coord_table){.mem = mem};
}

void lg_coord_table_fini(lg_coord_table *table)
{
    for (uint32_t i = 0; i < table->count; i++)
        lg_coord_item_free(table->items[i]);
    lg_mem_free(table->mem, table->items, table->capacity * sizeof *table->items);
    lg_mem_free(table->mem, table->slots, table->slot_count * sizeof *table->slots);
    lg_coord_table_init(table, table->mem);
}

static lg_coord_item **slot_of(const lg_coord_table *table, const char *id)
{
    return &table->slots[lg_hash64(0, id, strlen(id)) & (table->slot_count - 1)];
}

void *lg_coord_table_find(const lg_coord_table *table, const char *id)
{
    if (!table->slot_count)
        return NULL;
    lg_coord_item *item = *slot_of(table, id);
    while (item && strcmp(item->id, id) != 0)
        item = item->chain;
    return item;
}

static void link_item(lg_coord_table *table, lg_coord_item *item)
{
    lg_coord_item **slot = slot_of(table, item->id);
    item->chain = *slot;
    *slot = item;
}

static void unlink_item(lg_coord_table *table, lg_coord_item *item)
{
    lg_coord_item **at = slot_of(table, item->id);
    while (*at != item)
        at = &(*at)->chain;
    *at = item->chain;
}

static bool widen(lg_coord_table *table)
{
    uint32_t count = table->slot_count ? table->slot_count * 2 : SLOTS_MIN;
    lg_coord_item **slots = lg_mem_zalloc(table->mem, count, sizeof *slots);
    if (!slots)
        return false;
    lg_mem_free(table->mem, table->slots, table->slot_count * sizeof *slots);
    table->slots = slots;
    table->slot_count = count;
    for (uint32_t i = 0; i < table->count; i++)
        link_item(table, table->items[i]);
    return true;
}

bool lg_coord_table_add(lg_coord_table *table, lg_coord_item *item)
{
    if (!LG_GROW(table->mem, table->items, table->capacity, table->count + 1) ||
        (table->count >= table->slot_count && !widen(table)))
        return false;
    item->number = ++table->numbers;
    table->items[table->count++] = item;
    link_item(table, item);
    return true;
}

static uint32_t index_of(const lg_coord_table *table, const lg_coord_item *item)
{
    uint32_t low = 0, high = table->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (table->items[middle]->number <= item->number)
            low = middle;
        else
            high = middle;
    }
    LG_ASSERT(table->count && table->items[low] == item);
    return low;
}

void lg_coord_table_drop(lg_coord_table *table, lg_coord_item *item)
{
    uint32_t at = index_of(table, item);
    unlink_item(table, item);
    memmove(&table->items[at], &table->items[at + 1],
            (table->count - at - 1) * sizeof *table->items);
    table->count--;
    lg_coord_item_free(item);
}

void lg_coord_table_swap(lg_coord_table *table, lg_coord_item *item, lg_coord_item *next)
{
    uint32_t at = index_of(table, item);
    unlink_item(table, item);
    next->number = item->number;
    next->created_us = item->created_us;
    table->items[at] = next;
    link_item(table, next);
    lg_coord_item_free(item);
}
