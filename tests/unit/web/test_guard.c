/* who guesses tokens is not heard for a while */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include "web/address.h"
#include "web/guard.h"

#define S INT64_C(1000000000)

static lg_web_guard guard;

static int fresh(void **state)
{
    (void)state;
    memset(&guard, 0, sizeof guard);
    return 0;
}

static lg_web_guess comes(const char *from, const char *token, bool right, int64_t at_s)
{
    lg_web_address address;
    lg_err err;
    assert_int_equal(lg_web_address_read(from, &address, &err), LG_OK);
    return lg_web_guard_judge(&guard, (const struct sockaddr *)&address.socket, token, right,
                              at_s * S);
}

/* So many wrong ones, all different. @return what the last was told */
static lg_web_guess guess(const char *from, int count, int64_t at_s)
{
    lg_web_guess last = LG_WEB_RIGHT;
    for (int i = 0; i < count; i++) {
        char token[24];
        snprintf(token, sizeof token, "guess %d", i);
        last = comes(from, token, false, at_s);
    }
    return last;
}

static void test_ten_a_minute(void **state)
{
    (void)state;
    assert_int_equal(guess("10.0.0.1:1", 10, 100), LG_WEB_WRONG);
    assert_int_equal(comes("10.0.0.1:9", "eleventh", false, 100), LG_WEB_TOO_MANY);
    assert_int_equal(comes("10.0.0.1:9", "good", true, 159), LG_WEB_TOO_MANY);
    assert_int_equal(comes("10.0.0.2:9", "good", true, 159), LG_WEB_RIGHT);
    assert_int_equal(comes("10.0.0.1:9", "good", true, 160), LG_WEB_RIGHT);
    assert_int_equal(guard.wrong, 11);
}

static void test_who_was_right_before_is_not_locked_out(void **state)
{
    (void)state;
    assert_int_equal(comes("127.0.0.1:5", "good", true, 1), LG_WEB_RIGHT);
    assert_int_equal(guess("127.0.0.1:6", 50, 2), LG_WEB_TOO_MANY);
    assert_int_equal(comes("127.0.0.1:5", "good", true, 3), LG_WEB_RIGHT);
    assert_int_equal(comes("127.0.0.1:6", "other", false, 3), LG_WEB_TOO_MANY);
}

static void test_the_same_again_is_no_guess(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(comes("127.0.0.1:5", "of a host that was", false, i / 2), LG_WEB_WRONG);
    assert_int_equal(comes("127.0.0.1:5", "good", true, 50), LG_WEB_RIGHT);
}

static void test_half_of_an_address_is_enough(void **state)
{
    (void)state;
    for (int i = 0; i < 11; i++) {
        char from[40], token[24];
        snprintf(from, sizeof from, "[2001:db8::%d:1]:80", i + 1);
        snprintf(token, sizeof token, "%d", i);
        assert_int_equal(comes(from, token, false, 5), i < 10 ? LG_WEB_WRONG : LG_WEB_TOO_MANY);
    }
    assert_int_equal(comes("[2001:db8:0:1::1]:80", "x", false, 5), LG_WEB_WRONG);
    assert_int_equal(guess("9.8.7.6:5", 10, 5), LG_WEB_WRONG); /* the same through IPv6 */
    assert_int_equal(comes("[::ffff:9.8.7.6]:80", "x", false, 5), LG_WEB_TOO_MANY);
}

/* Many addresses push out the ones that were heard longest ago, and the table stays as it is. */
static void test_more_addresses_than_places(void **state)
{
    (void)state;
    assert_int_equal(guess("10.1.0.1:1", 11, 1), LG_WEB_TOO_MANY);
    for (int i = 0; i < LG_WEB_GUESSERS_MAX; i++) {
        char from[40];
        snprintf(from, sizeof from, "10.2.0.%d:1", i);
        assert_int_equal(comes(from, "x", false, 2 + i), LG_WEB_WRONG);
    }
    assert_int_equal(comes("10.1.0.1:1", "x", false, 40), LG_WEB_WRONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_ten_a_minute, fresh),
        cmocka_unit_test_setup(test_who_was_right_before_is_not_locked_out, fresh),
        cmocka_unit_test_setup(test_the_same_again_is_no_guess, fresh),
        cmocka_unit_test_setup(test_half_of_an_address_is_enough, fresh),
        cmocka_unit_test_setup(test_more_addresses_than_places, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
