/* Which addresses everybody can reach: a callback to any other is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "web/post.h"

static bool is_public(const char *text)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *four = (struct sockaddr_in *)&address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address;
    bool v6 = strchr(text, ':') != NULL;
    address.ss_family = v6 ? AF_INET6 : AF_INET;
    assert_int_equal(
        inet_pton(address.ss_family, text, v6 ? (void *)&six->sin6_addr : (void *)&four->sin_addr),
        1);
    return lg_web_is_public_address((const struct sockaddr *)&address);
}

static void addresses_of_everybody(void **state)
{
    static const char *const cases[] = {
        "8.8.8.8",      "1.1.1.1",      "172.15.255.255", "172.32.0.1",
        "100.63.0.1",   "100.128.0.1",  "192.167.1.1",    "223.255.255.254",
        "2606:4700::1", "2a00:1450::1", "::ffff:8.8.8.8", "2002:808:808::1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(is_public(cases[i]));
}

static void addresses_of_somebody_err(void **state)
{
    static const char *const cases[] = {
        "0.0.0.0",     "10.1.2.3",         "100.64.0.1",      "127.0.0.1",
        "127.255.0.1", "169.254.169.254",  "172.16.0.1",      "172.31.255.255",
        "192.168.1.1", "192.0.2.1",        "198.18.0.1",      "198.51.100.1",
        "203.0.113.1", "224.0.0.1",        "255.255.255.255", "::",
        "::1",         "fe80::1",          "fc00::1",         "fd12::1",
        "ff02::1",     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2001:db8::1", "2001:0:1::1",      "2002:7f00:1::1",  "::127.0.0.1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_false(is_public(cases[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_everybody),
        cmocka_unit_test(addresses_of_somebody_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
