/* addresses to listen at, and what a Host header may say there */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include "web/address.h"

static const struct sockaddr *at(const char *text)
{
    static lg_web_address address;
    lg_err err;
    assert_int_equal(lg_web_address_read(text, &address, &err), LG_OK);
    return (const struct sockaddr *)&address.socket;
}

static void test_forms(void **state)
{
    static const char *const forms[][2] = {
        {"", "127.0.0.1:8420"},
        {"9000", "127.0.0.1:9000"},
        {":9000", "127.0.0.1:9000"},
        {"localhost:1", "127.0.0.1:1"},
        {"0.0.0.0:80", "0.0.0.0:80"},
        {"[::1]:8420", "[::1]:8420"},
        {"[2001:db8::1]:5", "[2001:db8::1]:5"},
        {"10.1.2.3:65535", "10.1.2.3:65535"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char text[LG_WEB_ADDRESS_TEXT_MAX];
        lg_web_address_text(at(forms[i][0]), text);
        assert_string_equal(text, forms[i][1]);
    }
}

static void test_what_is_no_address_err(void **state)
{
    static const char *const wrong[] = {
        "here:80",      "127.0.0.1",    "127.0.0.1:",   "127.0.0.1:65536", "127.0.0.1:8x",
        "::1:80",       "[::1]",        "[::1:80",      "[]:80",           ":",
        "256.0.0.1:80", "127.0.0.1:-1", " 127.0.0.1:80"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lg_web_address address;
        lg_err err;
        assert_int_equal(lg_web_address_read(wrong[i], &address, &err), LG_INVALID);
        assert_non_null(strstr(err.text, wrong[i]));
    }
}

static void test_loopback(void **state)
{
    (void)state;
    assert_true(lg_web_address_is_loopback(at("127.0.0.1:1")));
    assert_true(lg_web_address_is_loopback(at("127.9.9.9:1")));
    assert_true(lg_web_address_is_loopback(at("[::1]:1")));
    assert_false(lg_web_address_is_loopback(at("0.0.0.0:1")));
    assert_false(lg_web_address_is_loopback(at("[::]:1")));
    assert_false(lg_web_address_is_loopback(at("10.0.0.1:1")));
}

static void test_hosts(void **state)
{
    static const struct {
        const char *local, *host;
        bool is;
    } rows[] = {
        {"127.0.0.1:8420", "127.0.0.1:8420", true},
        {"127.0.0.1:8420", "localhost:8420", true},
        {"127.0.0.1:8420", "LOCALHOST:8420", true},
        {"127.0.0.1:8420", "[::1]:8420", true},
        {"127.0.0.1:8420", "127.0.0.1", false},
        {"127.0.0.1:8420", "127.0.0.1:84200", false},
        {"127.0.0.1:8420", "127.0.0.2:8420", false},
        {"127.0.0.1:8420", "evil.example:8420", false},
        {"127.0.0.1:8420", "localhost.evil.example:8420", false},
        {"127.0.0.1:8420", "localhost:8420.evil.example", false},
        {"127.0.0.1:8420", "", false},
        {"127.0.0.1:8420", ":8420", false},
        {"127.0.0.1:80", "localhost", true},
        {"127.0.0.1:80", "[::1]", true},
        {"10.0.0.7:8420", "10.0.0.7:8420", true},
        {"10.0.0.7:8420", "localhost:8420", false},
        {"10.0.0.7:8420", "127.0.0.1:8420", false},
        {"[2001:db8::1]:5", "[2001:0db8:0::1]:5", true},
        {"[2001:db8::1]:5", "[2001:db8::2]:5", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(lg_web_address_is_host(at(rows[i].local), rows[i].host), rows[i].is);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_what_is_no_address_err),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
