/* Decimals of the wire are read exactly, down to the ninth place. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "coordination/number.h"

static void decimals_are_exact(void **state)
{
    static const struct {
        const char *text;
        int64_t nano;
    } cases[] = {
        {"0", 0},
        {"-0.0", 0},
        {"1", 1000000000},
        {"0.170", 170000000},
        {"-0.40", -400000000},
        {"6.9", 6900000000},
        {"1e3", 1000000000000},
        {"1.5E-3", 1500000},
        {"0.30000000000000004", 300000000},
        {"0.0000000005", 1},
        {"-0.0000000005", -1},
        {"0.00000000049999999999999999999999999999999999", 0},
        {"5.06001208287193911111111111111111111111111111", 5060012083},
        {"9000000000", INT64_C(9000000000000000000)},
        {"1e-400", 0},
        {"0e999999", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t nano = 42;
        assert_true(lg_coord_number_read(cases[i].text, &nano));
        assert_true(nano == cases[i].nano);
    }
}

static void what_is_no_number_err(void **state)
{
    static const char *const cases[] = {"",           "-",
                                        ".5",         "abc",
                                        "9000000001", "1e10",
                                        "-1e400",     "1e99999999999",
                                        "1x",         "123456789012345678901234567890",
                                        "NaN"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t nano;
        assert_false(lg_coord_number_read(cases[i], &nano));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(what_is_no_number_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
