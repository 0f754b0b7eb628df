/* host/base/sort.h — sorting that needs nothing but the items
 *
 * qsort() of the C library asks the system how much memory there is, and may take some. A process
 * that may not ask is ended by that (worker/jail.h), so what runs for scripts sorts with this.
 */
#ifndef LG_BASE_SORT_H
#define LG_BASE_SORT_H

#include <stddef.h>

/** The most bytes an item may have. */
#define LG_SORT_ITEM_MAX 64

/**
 * Sorts @p count items of @p size bytes in their place, ascending by @p compare, which answers as
 * for qsort(). Items that compare equal come out in any order, though in the same one each time.
 * No memory, no system call; n log n comparisons at worst.
 */
void lg_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
