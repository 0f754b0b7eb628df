/* Names of folders and words of rules. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/results.h"

static void assert_folder(const char *out, const char *name, const char *expected)
{
    char *folder = lg_results_folder(lg_mem_system(), out, name);
    assert_string_equal(folder, expected);
    lg_mem_strfree(lg_mem_system(), folder);
}

static void test_folder(void **state)
{
    (void)state;
    assert_folder("my/results", "street", "my/results");
    assert_folder(NULL, "street", "runs/street");
    assert_folder(NULL, "My Street 2", "runs/My Street 2");
    assert_folder(NULL, "../../etc", "runs/-.-..-etc");
    assert_folder(NULL, "a/b\\c\n", "runs/a-b-c-");
    assert_folder(NULL, "", "runs/unnamed");
}

static void test_rules(void **state)
{
    (void)state;
    lg_rules rules = {.match = LG_ONE_SIDED};
    assert_string_equal(lg_results_rule(&rules), "one_sided");
    rules.match = LG_PAY_AS_BID;
    assert_string_equal(lg_results_rule(&rules), "pay_as_bid");
    rules.match = LG_PAY_AS_CLEAR;
    assert_string_equal(lg_results_rule(&rules), "pay_as_clear");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder),
        cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
