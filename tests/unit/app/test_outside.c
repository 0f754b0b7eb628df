/* Shows that an act from outside reads back from its bytes, and that other bytes are none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/outside.h"

static void an_act_reads_back(void **state)
{
    (void)state;
    lg_outside fee = {.kind = LG_OUTSIDE_FEE, .node = 3, .number = -1500000}, back;
    lg_text bytes;
    lg_text_init(&bytes, lg_mem_system());
    fee.bytes = "a\0b";
    fee.size = 3;
    lg_outside_pack(&fee, &bytes);
    assert_int_equal(lg_outside_unpack(lg_mem_system(), bytes.data, bytes.length, &back), LG_OK);
    assert_int_equal(back.kind, LG_OUTSIDE_FEE);
    assert_int_equal(back.node, 3);
    assert_int_equal(back.number, -1500000);
    assert_int_equal(back.size, 3);
    assert_memory_equal(back.bytes, "a\0b", 3);
    for (size_t size = 0; size < bytes.length; size++)
        assert_int_equal(lg_outside_unpack(lg_mem_system(), bytes.data, size, &back), LG_INVALID);
    lg_text_char(&bytes, 0);
    assert_int_equal(lg_outside_unpack(lg_mem_system(), bytes.data, bytes.length, &back),
                     LG_INVALID);
    lg_text_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_act_reads_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
