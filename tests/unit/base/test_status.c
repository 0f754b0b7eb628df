/* Every status has a name, a sentence and a class; a failure carries its sentence, cut if it must
 * be. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/status.h"

static void names_and_classes(void **state)
{
    (void)state;
    assert_string_equal(lg_status_name(LG_OK), "OK");
    assert_string_equal(lg_status_text(LG_OK), "done");
    assert_int_equal(lg_status_class_of(LG_OK), LG_FINE);
    assert_string_equal(lg_status_name(LG_ENERGY), "ENERGY");
    assert_string_equal(lg_status_text(LG_ENERGY), "more energy than the asset needs or has");
    assert_int_equal(lg_status_class_of(LG_ENERGY), LG_REFUSED);
    assert_int_equal(lg_status_class_of(LG_SCRIPT), LG_BROKEN);
    assert_int_equal(lg_status_class_of(LG_STORE), LG_FATAL);
}

static void every_status_is_described(void **state)
{
    (void)state;
    for (int i = 0; i < LG_STATUS_COUNT; i++) {
        assert_true(strlen(lg_status_name((lg_status)i)) > 1);
        assert_true(strlen(lg_status_text((lg_status)i)) > 3);
    }
}

static void no_status_err(void **state)
{
    (void)state;
    assert_string_equal(lg_status_name(LG_STATUS_COUNT), "?");
    assert_string_equal(lg_status_text((lg_status)-1), "?");
    assert_int_equal(lg_status_class_of((lg_status)9999), LG_FATAL);
}

static void fail_fills_the_detail(void **state)
{
    (void)state;
    lg_err err = {0};
    assert_int_equal(lg_fail(&err, LG_LIMIT, "%d orders, at most %d", 12, 10), LG_LIMIT);
    assert_int_equal(err.status, LG_LIMIT);
    assert_string_equal(err.text, "12 orders, at most 10");
    assert_int_equal(lg_fail(NULL, LG_IO, "nobody listens"), LG_IO);
}

static void fail_cuts_a_long_sentence(void **state)
{
    (void)state;
    char longer[1000];
    lg_err err = {0};
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    assert_int_equal(lg_fail(&err, LG_BUG, "%s", longer), LG_BUG);
    assert_int_equal(strlen(err.text), LG_ERR_TEXT_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_classes),
        cmocka_unit_test(every_status_is_described),
        cmocka_unit_test(no_status_err),
        cmocka_unit_test(fail_fills_the_detail),
        cmocka_unit_test(fail_cuts_a_long_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
