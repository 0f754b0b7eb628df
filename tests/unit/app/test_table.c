/* Aligned columns: widths in characters, cut cells, numbers, colours, hostile names. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include "app/table.h"
#include "support/failing_mem.h"

static const lg_column columns[] = {
    {.title = "home", .left = true, .width_max = 6},
    {.title = "bill", .unit = "EUR"},
};

static void test_alignment(void **state)
{
    (void)state;
    lg_table table;
    lg_text out;
    lg_text_init(&out, lg_mem_system());
    lg_table_init(&table, lg_mem_system(), columns, 2);
    lg_table_cell(&table, LG_PLAIN, "Zoë");
    lg_table_number(&table, LG_PLAIN, 12.345, 2);
    lg_table_cell(&table, LG_PLAIN, "Müllerin");
    lg_table_number(&table, LG_PLAIN, -0.001, 2);
    lg_table_cell(&table, LG_PLAIN, "a\033[2Jb");
    lg_table_number(&table, LG_PLAIN, NAN, 2);
    lg_table_print(&table, false, " ", &out);
    assert_string_equal(lg_text_peek(&out), " home     bill\n"
                                            "           EUR\n"
                                            " Zoë     12.35\n"
                                            " Mülle…   0.00\n"
                                            " a?[2Jb      -\n");
    lg_table_fini(&table);
    lg_text_fini(&out);
}

static void test_colours(void **state)
{
    (void)state;
    lg_text out;
    lg_text_init(&out, lg_mem_system());
    lg_table_style(&out, true, LG_RED, "x");
    lg_table_style(&out, true, LG_PLAIN, "y");
    lg_table_style(&out, false, LG_RED, "z");
    assert_string_equal(lg_text_peek(&out), "\033[31mx\033[0myz");
    lg_text_fini(&out);
}

static int fill_and_print(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_table table;
    lg_text out;
    lg_text_init(&out, mem);
    lg_table_init(&table, mem, columns, 2);
    for (int i = 0; i < 20; i++) {
        lg_table_cell(&table, LG_PLAIN, "name");
        lg_table_number(&table, LG_PLAIN, i, 2);
    }
    lg_table_print(&table, false, "", &out);
    bool failed = table.failed || out.failed;
    lg_table_fini(&table);
    lg_text_fini(&out);
    return failed;
}

static void test_memory_err(void **state)
{
    (void)state;
    lg_sweep_allocations(fill_and_print, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
