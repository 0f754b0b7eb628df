/* Allocation through one door: sizes come back as they were taken, growth keeps content, arenas
 * drop whole. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "support/failing_mem.h"

static void system_allocator(void **state)
{
    (void)state;
    lg_mem *mem = lg_mem_system();
    unsigned char *cleared = lg_mem_zalloc(mem, 10, 3);
    assert_non_null(cleared);
    for (int i = 0; i < 30; i++)
        assert_int_equal(cleared[i], 0);
    lg_mem_free(mem, cleared, 30);
    lg_mem_free(mem, NULL, 30);
    assert_ptr_equal(mem, lg_mem_system());
}

static void sizes_come_back(void **state)
{
    (void)state;
    lg_failing_mem counting;
    lg_failing_mem_init(&counting);
    void *some = lg_mem_alloc(&counting.mem, 100);
    void *nothing = lg_mem_alloc(&counting.mem, 0);
    char *text = lg_mem_strdup(&counting.mem, "street");
    assert_non_null(nothing);
    assert_string_equal(text, "street");
    assert_int_equal(counting.live_bytes, 100 + 1 + 7);
    lg_mem_free(&counting.mem, some, 100);
    lg_mem_free(&counting.mem, nothing, 0);
    lg_mem_strfree(&counting.mem, text);
    lg_mem_strfree(&counting.mem, NULL);
    assert_int_equal(counting.live_bytes, 0);
}

static void product_overflow_err(void **state)
{
    (void)state;
    assert_null(lg_mem_zalloc(lg_mem_system(), SIZE_MAX / 2, 3));
}

static void grow_doubles_and_keeps(void **state)
{
    (void)state;
    lg_failing_mem counting;
    lg_failing_mem_init(&counting);
    int *array = NULL;
    uint32_t capacity = 0;
    for (uint32_t i = 0; i < 100; i++) {
        assert_true(LG_GROW(&counting.mem, array, capacity, i + 1));
        array[i] = (int)i * 7;
    }
    assert_int_equal(capacity, 128);
    assert_int_equal(counting.calls, 6); /* 4, 8, 16, 32, 64, 128 */
    assert_int_equal(counting.live_bytes, 128 * sizeof(int));
    for (int i = 0; i < 100; i++)
        assert_int_equal(array[i], i * 7);
    lg_mem_free(&counting.mem, array, capacity * sizeof *array);
    assert_int_equal(counting.live_bytes, 0);
}

static void grow_without_memory_err(void **state)
{
    (void)state;
    lg_failing_mem failing;
    lg_failing_mem_init(&failing);
    int *array = NULL;
    uint32_t capacity = 0;
    assert_true(LG_GROW(&failing.mem, array, capacity, 4));
    array[3] = 9;
    failing.bytes_max = 20;
    assert_false(LG_GROW(&failing.mem, array, capacity, 5));
    assert_int_equal(capacity, 4);
    assert_int_equal(array[3], 9);
    lg_mem_free(&failing.mem, array, capacity * sizeof *array);
}

static void grow_past_the_counter_err(void **state)
{
    (void)state;
    uint32_t capacity = 0;
    assert_null(lg_mem_grow(lg_mem_system(), NULL, &capacity, UINT32_MAX, 1));
    assert_int_equal(capacity, 0);
}

static void arena_gives_cleared_aligned_pieces(void **state)
{
    (void)state;
    lg_failing_mem counting;
    lg_failing_mem_init(&counting);
    lg_arena arena;
    lg_arena_init(&arena, &counting.mem, 256);
    for (size_t size = 0; size < 300; size += 13) {
        unsigned char *piece = lg_arena_alloc(&arena, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(piece[i], 0);
        memset(piece, 0xff, size);
    }
    char *text = lg_arena_text(&arena, "community", 4);
    assert_string_equal(text, "comm");
    lg_arena_drop(&arena);
    assert_int_equal(counting.live_bytes, 0);
    assert_non_null(lg_arena_alloc(&arena, 10)); /* usable again */
    lg_arena_drop(&arena);
    lg_arena_drop(&arena);
    assert_int_equal(counting.live_bytes, 0);
}

static void arena_fills_blocks_before_taking_more(void **state)
{
    (void)state;
    lg_failing_mem counting;
    lg_failing_mem_init(&counting);
    lg_arena arena;
    lg_arena_init(&arena, &counting.mem, 1024);
    for (int i = 0; i < 128; i++)
        assert_non_null(lg_arena_alloc(&arena, 16));
    assert_int_equal(counting.calls, 2);
    lg_arena_drop(&arena);
}

static void arena_absurd_size_err(void **state)
{
    (void)state;
    lg_arena arena;
    lg_arena_init(&arena, lg_mem_system(), 64);
    assert_null(lg_arena_alloc(&arena, SIZE_MAX - 3));
    assert_null(arena.blocks);
}

static int use_everything(lg_mem *mem, void *ctx)
{
    (void)ctx;
    int result = 1;
    uint64_t *array = NULL;
    uint32_t capacity = 0;
    lg_arena arena;
    lg_arena_init(&arena, mem, 64);
    char *text = lg_mem_strdup(mem, "a text");
    if (!text || !LG_GROW(mem, array, capacity, 3) || !LG_GROW(mem, array, capacity, 50))
        goto out;
    for (int i = 0; i < 20; i++)
        if (!lg_arena_alloc(&arena, 30) || !lg_arena_text(&arena, "piece", 5))
            goto out;
    result = 0;
out:
    lg_arena_drop(&arena);
    lg_mem_free(mem, array, capacity * sizeof *array);
    lg_mem_strfree(mem, text);
    return result;
}

static void sweep(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(use_everything, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_allocator),
        cmocka_unit_test(sizes_come_back),
        cmocka_unit_test(product_overflow_err),
        cmocka_unit_test(grow_doubles_and_keeps),
        cmocka_unit_test(grow_without_memory_err),
        cmocka_unit_test(grow_past_the_counter_err),
        cmocka_unit_test(arena_gives_cleared_aligned_pieces),
        cmocka_unit_test(arena_fills_blocks_before_taking_more),
        cmocka_unit_test(arena_absurd_size_err),
        cmocka_unit_test(sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
