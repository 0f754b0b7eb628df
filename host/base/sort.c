/* A handful is inserted one by one; more make a heap, whose largest goes to the end again and
 * again. */
#include "base/sort.h"

#include <string.h>
#include "base/status.h"

enum { INSERTION_MAX = 12 };

typedef struct list {
    char *items;
    size_t size;
    int (*compare)(const void *, const void *);
} list;

static char *at(const list *l, size_t index)
{
    return l->items + index * l->size;
}

static void insertion(const list *l, size_t count)
{
    char moved[LG_SORT_ITEM_MAX];
    for (size_t i = 1; i < count; i++) {
        size_t place = i;
        while (place > 0 && l->compare(at(l, place - 1), at(l, i)) > 0)
            place--;
        if (place == i)
            continue;
        memcpy(moved, at(l, i), l->size);
        memmove(at(l, place + 1), at(l, place), (i - place) * l->size);
        memcpy(at(l, place), moved, l->size);
    }
}

/* Puts @p item where it belongs in the heap of @p count whose root is free: the hole goes down to
 * a leaf by one comparison a level, and up from there, which is seldom far. */
static void sift(const list *l, size_t root, size_t count, const char *item)
{
    size_t hole = root, child;
    while ((child = 2 * hole + 1) < count) {
        if (child + 1 < count && l->compare(at(l, child), at(l, child + 1)) < 0)
            child++;
        memcpy(at(l, hole), at(l, child), l->size);
        hole = child;
    }
    while (hole > root) {
        size_t parent = (hole - 1) / 2;
        if (l->compare(at(l, parent), item) >= 0)
            break;
        memcpy(at(l, hole), at(l, parent), l->size);
        hole = parent;
    }
    memcpy(at(l, hole), item, l->size);
}

static void heap(const list *l, size_t count)
{
    char item[LG_SORT_ITEM_MAX];
    for (size_t root = count / 2; root-- > 0;) {
        memcpy(item, at(l, root), l->size);
        sift(l, root, count, item);
    }
    while (--count > 0) {
        memcpy(item, at(l, count), l->size);
        memcpy(at(l, count), at(l, 0), l->size);
        sift(l, 0, count, item);
    }
}

void lg_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    const list l = {items, size, compare};
    LG_ASSERT(size <= LG_SORT_ITEM_MAX);
    if (count <= INSERTION_MAX)
        insertion(&l, count);
    else
        heap(&l, count);
}
