/* Lists and ranges of a sweep: what they hold, in which order combinations come, and what is
 * refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/sweep_axes.h"
#include "support/failing_mem.h"

static lg_status read_values(lg_axes *axes, const char *key, const char *values, lg_err *err)
{
    lg_setting setting = {key, values};
    const lg_pairs pairs = {&setting, 1, 1};
    return lg_axes_read(lg_mem_system(), &pairs, axes, err);
}

/* Values of one axis, with | between them. */
static void assert_values(const char *values, const char *expected)
{
    char found[512] = "";
    lg_axes axes;
    lg_err err = {.text = ""};
    lg_status status = read_values(&axes, "x", values, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, LG_OK);
    for (uint32_t i = 0; i < axes.items[0].count; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i ? "|" : "",
                 axes.items[0].values[i]);
    assert_string_equal(found, expected);
    lg_axes_fini(&axes);
}

static void test_values(void **state)
{
    (void)state;
    assert_values("0,1,2,4", "0|1|2|4");
    assert_values("pay_as_bid,pay_as_clear", "pay_as_bid|pay_as_clear");
    assert_values("1..4", "1|2|3|4");
    assert_values("1..2,7,9..8", "1|2|7|9|8");
    assert_values("0..1..0.25", "0|0.25|0.5|0.75|1");
    assert_values("0..1..0.1", "0|0.1|0.2|0.3|0.4|0.5|0.6|0.7|0.8|0.9|1");
    assert_values("4..0..-2", "4|2|0");
    assert_values("-1..1", "-1|0|1");
    assert_values("0..5..2", "0|2|4"); /* the end is not met */
    assert_values("3..3", "3");
    assert_values("\"a,b\",c", "a,b|c");
    assert_values("\"1..3\"", "1..3");
    assert_values("\"say \"\"so\"\"\"", "say \"so\"");
    assert_values("\"\"", "");
    assert_values(" a ,b", " a |b");
    assert_values("../data/x.csv,./y..z", "../data/x.csv|./y..z"); /* no numbers, no range */
}

static void assert_refused(const char *key, const char *values, lg_status status, const char *words)
{
    lg_axes axes;
    lg_err err = {.text = ""};
    assert_int_equal(read_values(&axes, key, values, &err), status);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    lg_axes_fini(&axes);
}

static void test_values_err(void **state)
{
    (void)state;
    assert_refused("fee", "1,,2", LG_INVALID, "--set fee has an empty value");
    assert_refused("fee", "", LG_INVALID, "empty value");
    assert_refused("fee", "1,", LG_INVALID, "empty value");
    assert_refused("fee", "1..0..1", LG_INVALID, "leads away");
    assert_refused("fee", "0..1..0", LG_INVALID, "leads away");
    assert_refused("fee", "\"a", LG_INVALID, "not closed");
    assert_refused("fee", "\"a\"b", LG_INVALID, "not closed");
    assert_refused("fee", "2,1,2", LG_INVALID, "--set fee has the value 2 twice");
    assert_refused("fee", "1..2,2", LG_INVALID, "twice");
    assert_refused("fee", "0..10000", LG_LIMIT, "more than 10000 values");
    assert_refused("fee", "-900000000000..900000000000..0.000001", LG_LIMIT, "10000");
    assert_refused("seed", "1,x", LG_INVALID, "--set seed expects whole numbers");
    assert_refused("seed", "-1", LG_INVALID, "got \"-1\"");
    assert_refused("seed", "9007199254740992", LG_INVALID, "2^53 - 1");
}

static void test_combinations(void **state)
{
    lg_setting settings[] = {{"a", "1,2"}, {"seed", "3..5"}, {"b", "x,y,z"}};
    const lg_pairs pairs = {settings, 3, 3};
    lg_axes axes;
    (void)state;
    assert_int_equal(lg_axes_read(lg_mem_system(), &pairs, &axes, NULL), LG_OK);
    assert_int_equal(axes.count, 2);
    assert_int_equal(axes.combinations, 6);
    assert_int_equal(axes.seed_count, 3);
    assert_int_equal(axes.seeds[2], 5);
    const char *const expected[] = {"1x", "1y", "1z", "2x", "2y", "2z"};
    for (uint32_t i = 0; i < 6; i++) {
        char found[8];
        snprintf(found, sizeof found, "%s%s", lg_axes_value(&axes, i, 0),
                 lg_axes_value(&axes, i, 1));
        assert_string_equal(found, expected[i]);
    }
    lg_axes_fini(&axes);
}

static void test_none_is_one(void **state)
{
    const lg_pairs pairs = {NULL, 0, 0};
    lg_axes axes;
    (void)state;
    assert_int_equal(lg_axes_read(lg_mem_system(), &pairs, &axes, NULL), LG_OK);
    assert_int_equal(axes.combinations, 1);
    assert_int_equal(axes.seed_count, 0);
    lg_axes_fini(&axes);
}

static void test_many_err(void **state)
{
    lg_setting twice[] = {{"a", "1"}, {"a", "2"}};
    lg_setting many[] = {{"a", "1..400"}, {"b", "1..400"}};
    const lg_pairs two = {twice, 2, 2}, far = {many, 2, 2};
    lg_axes axes;
    lg_err err;
    (void)state;
    assert_int_equal(lg_axes_read(lg_mem_system(), &two, &axes, &err), LG_INVALID);
    assert_non_null(strstr(err.text, "--set a is given twice"));
    lg_axes_fini(&axes);
    assert_int_equal(lg_axes_read(lg_mem_system(), &far, &axes, &err), LG_LIMIT);
    assert_non_null(strstr(err.text, "more than 100000 combinations"));
    lg_axes_fini(&axes);
}

static int read_all(lg_mem *mem, void *ctx)
{
    lg_setting settings[] = {{"a", "1..3"}, {"seed", "3..5"}, {"b", "x,\"y\""}};
    const lg_pairs pairs = {settings, 3, 3};
    lg_axes axes;
    (void)ctx;
    lg_status status = lg_axes_read(mem, &pairs, &axes, NULL);
    lg_axes_fini(&axes);
    assert_true(status == LG_OK || status == LG_MEMORY);
    return status == LG_MEMORY;
}

static void test_no_memory(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(read_all, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),       cmocka_unit_test(test_values_err),
        cmocka_unit_test(test_combinations), cmocka_unit_test(test_none_is_one),
        cmocka_unit_test(test_many_err),     cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
