/* Ten wrong keys a minute from one address, whatever other addresses do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "tries.h"

static const uint8_t here[16] = {[15] = 1}, there[16] = {[15] = 2};

static void test_ten_a_minute(void **state)
{
    static tries t;
    (void)state;
    for (int i = 0; i < TRIES_MAX; i++) {
        assert_false(tries_spent(&t, here, 1000 + i));
        tries_note(&t, here, 1000 + i);
    }
    assert_true(tries_spent(&t, here, 2000));
    assert_false(tries_spent(&t, there, 2000));
    assert_true(tries_spent(&t, here, 1000 + TRIES_WINDOW_MS - 1));
    assert_false(tries_spent(&t, here, 1000 + TRIES_WINDOW_MS));
    tries_note(&t, here, 1000 + TRIES_WINDOW_MS);
    assert_false(tries_spent(&t, here, 1000 + TRIES_WINDOW_MS));
}

/* More addresses than are remembered: the oldest gives way, the newest stays. */
static void test_many_addresses(void **state)
{
    static tries t;
    uint8_t address[16] = {0};
    (void)state;
    for (int i = 0; i < TRIES_MAX; i++)
        tries_note(&t, here, 0);
    for (uint32_t i = 0; i < 2 * TRIES_ADDRESSES; i++) {
        address[0] = (uint8_t)(i >> 8);
        address[1] = (uint8_t)i;
        address[2] = 1;
        tries_note(&t, address, 1 + i);
    }
    assert_false(tries_spent(&t, here, 600));
    for (int i = 1; i < TRIES_MAX; i++)
        tries_note(&t, address, 601);
    assert_true(tries_spent(&t, address, 602));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_a_minute),
        cmocka_unit_test(test_many_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
