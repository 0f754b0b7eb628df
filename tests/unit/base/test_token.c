/* Secrets that let their bearers in. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "base/token.h"

static void each_is_another(void **state)
{
    (void)state;
    char one[LG_TOKEN_SIZE], other[LG_TOKEN_SIZE];
    assert_true(lg_token_new(one));
    assert_true(lg_token_new(other));
    assert_int_equal(strlen(one), LG_TOKEN_SIZE - 1);
    assert_memory_equal(one, "lg_", 3);
    assert_int_equal(
        strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        LG_TOKEN_SIZE - 1);
    assert_string_not_equal(one, other);
}

static void the_same_is_every_byte(void **state)
{
    (void)state;
    assert_true(lg_token_same("lg_abc", "lg_abc", 6));
    assert_false(lg_token_same("lg_abc", "lg_abd", 6));
    assert_false(lg_token_same("xg_abc", "lg_abc", 6));
    assert_true(lg_token_same("lg_abc", "lg_abd", 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_another),
        cmocka_unit_test(the_same_is_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
