/* Shows that bytes are the same on every machine, and that what is not there reads as nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "journal/pack.h"
#include "support/failing_mem.h"

static void numbers_are_little_endian(void **state)
{
    (void)state;
    lg_text out;
    lg_text_init(&out, lg_mem_system());
    lg_pack_u32(&out, 0x01020304);
    lg_pack_u64(&out, UINT64_C(0x1112131415161718));
    lg_pack_str(&out, "ab");
    lg_pack_str(&out, NULL);
    static const unsigned char wanted[] = {4,    3, 2, 1, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12,
                                           0x11, 2, 0, 0, 0,    'a',  'b',  0,    0,    0,    0};
    assert_int_equal(out.length, sizeof wanted);
    assert_memory_equal(out.data, wanted, sizeof wanted);
    lg_unpack in = lg_unpack_of(out.data, out.length);
    lg_arena arena;
    bool exhausted = false;
    lg_arena_init(&arena, lg_mem_system(), 256);
    assert_int_equal(lg_unpack_u32(&in), 0x01020304);
    assert_true(lg_unpack_u64(&in) == UINT64_C(0x1112131415161718));
    assert_string_equal(lg_unpack_str(&in, &arena, &exhausted), "ab");
    assert_string_equal(lg_unpack_str(&in, &arena, &exhausted), "");
    assert_false(in.bad || in.left || exhausted);
    lg_arena_drop(&arena);
    lg_text_fini(&out);
}

static void what_is_not_there_reads_as_nothing_err(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {5, 0, 0, 0, 'a', 'b'};
    size_t size;
    lg_unpack in = lg_unpack_of(bytes, sizeof bytes);
    assert_null(lg_unpack_bytes(&in, &size));
    assert_int_equal(size, 0);
    assert_true(in.bad);
    assert_int_equal(lg_unpack_u32(&in), 0); /* although there are bytes left */
    in = lg_unpack_of(bytes, 3);
    assert_int_equal(lg_unpack_u32(&in), 0);
    assert_true(in.bad);
}

static void a_text_with_a_zero_inside_is_bad_err(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {2, 0, 0, 0, 0, 'b'};
    bool exhausted = false;
    lg_arena arena;
    lg_arena_init(&arena, lg_mem_system(), 256);
    lg_unpack in = lg_unpack_of(bytes, sizeof bytes);
    assert_string_equal(lg_unpack_str(&in, &arena, &exhausted), "");
    assert_true(in.bad && !exhausted);
    lg_arena_drop(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_little_endian),
        cmocka_unit_test(what_is_not_there_reads_as_nothing_err),
        cmocka_unit_test(a_text_with_a_zero_inside_is_bad_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
