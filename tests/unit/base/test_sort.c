/* Every arrangement of few items, and many of many, come out as the C library's sort leaves them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/sort.h"

typedef struct item {
    int64_t key;
    char rest[LG_SORT_ITEM_MAX - sizeof(int64_t)];
} item;

static int by_key(const void *left, const void *right)
{
    const item *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

static int by_byte(const void *left, const void *right)
{
    return *(const unsigned char *)left - *(const unsigned char *)right;
}

static void test_every_arrangement_of_bytes(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 5 * 5 * 5 * 5 * 5 * 5; code++) {
        unsigned char bytes[7];
        for (uint32_t i = 0, rest = code; i < 6; i++, rest /= 5)
            bytes[i] = (unsigned char)(rest % 5);
        bytes[6] = 99; /* behind the end */
        lg_sort(bytes, 6, 1, by_byte);
        for (int i = 1; i < 6; i++)
            assert_true(bytes[i - 1] <= bytes[i]);
        assert_int_equal(bytes[6], 99);
    }
}

/* @p distinct: how many keys there are. */
static void check(uint64_t seed, size_t count, uint64_t distinct)
{
    static item ours[3000], theirs[3000];
    for (size_t i = 0; i < count; i++) {
        ours[i].key = (int64_t)(lg_rng(seed, count, distinct, i) % distinct) - 100;
        memset(ours[i].rest, (int)ours[i].key, sizeof ours[i].rest);
    }
    memcpy(theirs, ours, sizeof ours);
    lg_sort(ours, count, sizeof *ours, by_key);
    qsort(theirs, count, sizeof *theirs, by_key);
    assert_memory_equal(ours, theirs, sizeof ours);
}

static void test_as_the_library(void **state)
{
    (void)state;
    for (size_t count = 0; count < 200; count++) {
        check(1, count, UINT64_C(1) << 40);
        check(2, count, 1 + count / 3);
        check(3, count, 1);
    }
    check(4, 3000, UINT64_C(1) << 40);
    check(5, 3000, 7);
}

static size_t comparisons;

static int counted(const void *left, const void *right)
{
    comparisons++;
    return by_key(left, right);
}

/* Ascending, descending, and organ pipes, which make some sorts slow. */
static void test_no_arrangement_is_slow(void **state)
{
    static item items[3000];
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        for (int i = 0; i < 3000; i++)
            items[i].key = kind == 0 ? i : kind == 1 ? -i : (i < 1500 ? i : 3000 - i);
        comparisons = 0;
        lg_sort(items, 3000, sizeof *items, counted);
        assert_true(comparisons < 2 * 3000 * 12);
        for (int i = 1; i < 3000; i++)
            assert_true(items[i - 1].key <= items[i].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_arrangement_of_bytes),
        cmocka_unit_test(test_as_the_library),
        cmocka_unit_test(test_no_arrangement_is_slow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
