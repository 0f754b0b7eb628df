/* coordination/table.h — things with an id, found by it and listed in the order they came */
#ifndef LG_COORDINATION_TABLE_H
#define LG_COORDINATION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"

/** What every thing begins with. It lives in an arena of its own together with its texts. */
typedef struct lg_coord_item {
    lg_arena arena;
    const char *id;
    uint64_t number; /* grows in the order of the table */
    int64_t created_us, modified_us;
    struct lg_coord_item *chain; /* of the table */
} lg_coord_item;

typedef struct lg_coord_table {
    lg_mem *mem;
    lg_coord_item **items; /* oldest first */
    uint32_t count, capacity;
    lg_coord_item **slots;
    uint32_t slot_count; /* a power of two, 0 before the first item */
    uint64_t numbers;
} lg_coord_table;

/** A cleared thing of @p size bytes, which begin with its item; NULL when exhausted. */
void *lg_coord_item_new(lg_mem *mem, size_t size, const char *id);
/** Gives a thing back that no table holds. NULL is fine. */
void lg_coord_item_free(lg_coord_item *item);
/** A copy of @p text in the thing's arena; NULL stays NULL. *@p failed is set when exhausted. */
const char *lg_coord_item_text(lg_coord_item *item, const char *text, bool *failed);

/** An empty table. */
void lg_coord_table_init(lg_coord_table *table, lg_mem *mem);
/** Gives back the table and what it holds. */
void lg_coord_table_fini(lg_coord_table *table);
/** NULL: none of that id. Ids are compared byte by byte. */
void *lg_coord_table_find(const lg_coord_table *table, const char *id);
/** Takes @p item in, whose id is new. @return false: exhausted, and it is still the caller's */
bool lg_coord_table_add(lg_coord_table *table, lg_coord_item *item);
/** Takes @p item out and gives it back. */
void lg_coord_table_drop(lg_coord_table *table, lg_coord_item *item);
/** Puts @p next in the place of @p item, which has the same id and is given back. */
void lg_coord_table_swap(lg_coord_table *table, lg_coord_item *item, lg_coord_item *next);

#endif
