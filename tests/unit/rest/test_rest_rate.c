/* 200 at once, then 50 a second. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "rest/rate.h"

static void a_bucket_empties_and_fills(void **state)
{
    const int64_t second = 1000000000;
    lg_rest_bucket bucket = {0};
    uint32_t wait_s = 0, got = 0;
    (void)state;
    while (lg_rest_rate_take(&bucket, second, &wait_s))
        got++;
    assert_int_equal(got, 200);
    assert_int_equal(wait_s, 1);
    for (got = 0; lg_rest_rate_take(&bucket, 2 * second, &wait_s);)
        got++;
    assert_int_equal(got, 50);
    for (got = 0; lg_rest_rate_take(&bucket, 100 * second, &wait_s);)
        got++;
    assert_int_equal(got, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_bucket_empties_and_fills)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
