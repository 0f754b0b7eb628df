/* Problems are gathered with their places, printed in order and counted even when they cannot be
 * kept. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/diag.h"
#include "support/failing_mem.h"

static void printed(void **state)
{
    (void)state;
    lg_diag diag;
    lg_text out;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&out, lg_mem_system());
    lg_diag_error(&diag, "scenario.lua", 12, "slot_minuts", "unknown key; did you mean \"%s\"?",
                  "slot_minutes");
    lg_diag_warn(&diag, "load.csv", 0, "", "%d rows", 3);
    lg_diag_error(&diag, "a.json", 7, NULL, "expected a number");
    lg_diag_print(&diag, &out);
    assert_string_equal(
        lg_text_peek(&out),
        "scenario.lua:12: slot_minuts: unknown key; did you mean \"slot_minutes\"?\n"
        "load.csv: warning: 3 rows\n"
        "a.json:7: expected a number\n");
    assert_int_equal(diag.errors, 2);
    assert_int_equal(diag.warnings, 1);
    lg_diag_fini(&diag);
    assert_int_equal(diag.count, 0);
    lg_text_fini(&out);
}

static void more_than_are_kept(void **state)
{
    (void)state;
    lg_diag diag;
    lg_text out;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&out, lg_mem_system());
    for (int i = 0; i < LG_DIAG_MAX + 17; i++)
        lg_diag_error(&diag, "f", i, "", "problem");
    assert_int_equal(diag.count, LG_DIAG_MAX);
    assert_int_equal(diag.errors, LG_DIAG_MAX + 17);
    lg_diag_print(&diag, &out);
    assert_non_null(strstr(lg_text_peek(&out), "... and 17 more\n"));
    lg_diag_fini(&diag);
    lg_text_fini(&out);
}

static void long_sentence(void **state)
{
    (void)state;
    char longer[2000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_diag_error(&diag, "f", 1, "k", "%s", longer);
    assert_int_equal(strlen(diag.problems[0].text), 511);
    lg_diag_fini(&diag);
}

/* Whatever could not be kept, the errors are counted: a file never passes by luck. */
static int gather(lg_mem *mem, void *ctx)
{
    lg_failing_mem *failing = mem->ctx;
    (void)ctx;
    lg_diag diag;
    lg_text out;
    lg_diag_init(&diag, mem);
    lg_text_init(&out, mem);
    for (int i = 0; i < 9; i++)
        lg_diag_error(&diag, "file", i, "key", "sentence %d", i);
    assert_int_equal(diag.errors, 9);
    lg_diag_print(&diag, &out);
    int short_of_memory = failing->fail_at && failing->calls >= failing->fail_at;
    lg_text_fini(&out);
    lg_diag_fini(&diag);
    return short_of_memory;
}

static void sweep(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(gather, NULL) > 27);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed),
        cmocka_unit_test(more_than_are_kept),
        cmocka_unit_test(long_sentence),
        cmocka_unit_test(sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
