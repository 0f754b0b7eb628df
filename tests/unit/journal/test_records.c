/* Shows that each record reads back as it was written, and that a payload with a byte less or more
 * is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "journal/records.h"
#include "support/failing_mem.h"

typedef lg_status reader(const void *payload, size_t size, lg_arena *arena);

static lg_status read_words(const void *payload, size_t size, lg_arena *arena)
{
    lg_journal_words words;
    lg_status status = lg_journal_unpack_words(payload, size, arena, lg_mem_system(), &words);
    if (status == LG_OK)
        lg_journal_words_fini(&words, lg_mem_system());
    return status;
}

static lg_status read_input(const void *payload, size_t size, lg_arena *arena)
{
    lg_journal_input input;
    return lg_journal_unpack_input(payload, size, arena, &input);
}

static lg_status read_act(const void *payload, size_t size, lg_arena *arena)
{
    lg_journal_act act;
    return lg_journal_unpack_act(payload, size, arena, &act);
}

static lg_status read_fork(const void *payload, size_t size, lg_arena *arena)
{
    lg_journal_fork fork;
    return lg_journal_unpack_fork(payload, size, arena, &fork);
}

static lg_status read_slot(const void *payload, size_t size, lg_arena *arena)
{
    lg_journal_slot slot;
    return lg_journal_unpack_slot(payload, size, arena, &slot);
}

static lg_status read_end(const void *payload, size_t size, lg_arena *arena)
{
    (void)arena;
    lg_journal_end end;
    return lg_journal_unpack_end(payload, size, &end);
}

/* One byte less, from every length, and one more is no such record; words may end after a pair. */
static void is_strict(lg_text *payload, reader *read, lg_arena *arena)
{
    assert_int_equal(read(payload->data, payload->length, arena), LG_OK);
    for (size_t size = read == read_words; size < payload->length; size++)
        assert_int_equal(read(payload->data, size, arena), LG_INVALID);
    lg_text_char(payload, 0);
    assert_int_equal(read(payload->data, payload->length, arena), LG_INVALID);
    lg_text_clear(payload);
}

static void each_is_read_strictly(void **state)
{
    (void)state;
    lg_text payload;
    lg_arena arena;
    lg_text_init(&payload, lg_mem_system());
    lg_arena_init(&arena, lg_mem_system(), 4096);
    lg_journal_pack_word(&payload, "engine", "0.1.0");
    is_strict(&payload, read_words, &arena);
    lg_journal_input input = {.path = "a.lua", .size = 3, .content = "x\0y"};
    lg_sha256("x\0y", 3, input.sha256);
    lg_journal_pack_input(&payload, &input);
    is_strict(&payload, read_input, &arena);
    lg_journal_act act = {.slot = 3, .tick = 4, .bytes = "abc", .size = 3};
    lg_journal_pack_act(&payload, &act);
    is_strict(&payload, read_act, &arena);
    const uint32_t marks[] = {1, 2, 3};
    lg_journal_slot slot = {.slot = 1, .digest = {2, 3}, .marks = marks, .mark_count = 3};
    lg_journal_pack_slot(&payload, &slot);
    is_strict(&payload, read_slot, &arena);
    lg_journal_end end = {.finished = 1, .slots = 96, .digest = {4, 5}};
    lg_journal_pack_end(&payload, &end);
    is_strict(&payload, read_end, &arena);
    lg_journal_fork fork = {.slot = 8, .run = "runs/r"};
    lg_journal_pack_fork(&payload, &fork);
    is_strict(&payload, read_fork, &arena);
    lg_arena_drop(&arena);
    lg_text_fini(&payload);
}

static void inputs_say_what_was_kept(void **state)
{
    (void)state;
    lg_text payload;
    lg_arena arena;
    lg_journal_input back, kept = {.path = "a", .size = 3, .content = "x\0y"};
    lg_journal_input large = {.path = "b", .size = 5000000}, seen = {.path = "c"};
    lg_sha256("x\0y", 3, kept.sha256);
    lg_sha256("z", 1, large.sha256);
    lg_text_init(&payload, lg_mem_system());
    lg_arena_init(&arena, lg_mem_system(), 4096);
    lg_journal_pack_input(&payload, &kept);
    assert_int_equal(lg_journal_unpack_input(payload.data, payload.length, &arena, &back), LG_OK);
    assert_memory_equal(back.content, "x\0y", 4); /* with an end behind it */
    assert_string_equal(back.sha256, kept.sha256);
    lg_text_clear(&payload);
    lg_journal_pack_input(&payload, &large);
    assert_int_equal(lg_journal_unpack_input(payload.data, payload.length, &arena, &back), LG_OK);
    assert_null(back.content);
    assert_true(back.size == 5000000);
    lg_text_clear(&payload);
    lg_journal_pack_input(&payload, &seen);
    assert_int_equal(lg_journal_unpack_input(payload.data, payload.length, &arena, &back), LG_OK);
    assert_string_equal(back.sha256, "");
    assert_string_equal(back.path, "c");
    lg_arena_drop(&arena);
    lg_text_fini(&payload);
}

static int read_all(lg_mem *mem, void *ctx)
{
    lg_text *payloads = ctx;
    lg_journal_words words = {0};
    lg_journal_input input;
    lg_journal_slot slot;
    lg_arena arena;
    lg_arena_init(&arena, mem, 64);
    lg_status status =
        lg_journal_unpack_words(payloads[0].data, payloads[0].length, &arena, mem, &words);
    if (status == LG_OK)
        status = lg_journal_unpack_input(payloads[1].data, payloads[1].length, &arena, &input);
    if (status == LG_OK)
        status = lg_journal_unpack_slot(payloads[2].data, payloads[2].length, &arena, &slot);
    lg_journal_words_fini(&words, mem);
    lg_arena_drop(&arena);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void exhausted_memory_is_said(void **state)
{
    (void)state;
    lg_text payloads[3];
    lg_journal_input input = {.path = "a", .size = 3, .content = "x\0y"};
    lg_journal_slot slot = {.slot = 1};
    lg_sha256("x\0y", 3, input.sha256);
    for (int i = 0; i < 3; i++)
        lg_text_init(&payloads[i], lg_mem_system());
    lg_journal_pack_word(&payloads[0], "engine", "0.1.0");
    lg_journal_pack_word(&payloads[0], "engine", "0.1.1");
    lg_journal_pack_input(&payloads[1], &input);
    lg_journal_pack_slot(&payloads[2], &slot);
    assert_true(lg_sweep_allocations(read_all, payloads) > 3);
    for (int i = 0; i < 3; i++)
        lg_text_fini(&payloads[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_read_strictly),
        cmocka_unit_test(inputs_say_what_was_kept),
        cmocka_unit_test(exhausted_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
