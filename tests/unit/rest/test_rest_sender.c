/* Signatures are those that receivers of others compute: HMAC-SHA256 of the very bytes, in base64.
 * The values were made with another program. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "rest/sender.h"

static void signatures_are_those_of_others(void **state)
{
    static const struct {
        const char *key, *body, *signature;
    } cases[] = {
        {"Secret123%", "{\"hello\":\"grid\"}", "+wKOd4tF10dUaGByaKwEb80nxPIiSUBgPRzxZpEfdhI="},
        {"n\xc3\xb8kkel", "{\"n\":\"Troms\xc3\xb8\"}",
         "Oye7M4V26zrFytxG0wA2LswFjD8+USNsv9UfzURMGno="},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[48];
        lg_rest_sign(cases[i].key, cases[i].body, strlen(cases[i].body), out);
        assert_string_equal(out, cases[i].signature);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(signatures_are_those_of_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
