/* Things are found by id, listed in the order they came, and given back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include "coordination/table.h"
#include "support/failing_mem.h"

enum { MANY = 300 };

static int fill(lg_mem *mem, void *ctx)
{
    lg_coord_table table;
    char id[16];
    bool done = true;
    (void)ctx;
    lg_coord_table_init(&table, mem);
    for (int i = 0; i < 20 && done; i++) {
        snprintf(id, sizeof id, "thing-%d", i);
        lg_coord_item *item = lg_coord_item_new(mem, sizeof *item, id);
        done = item && lg_coord_table_add(&table, item);
        if (!done)
            lg_coord_item_free(item);
    }
    lg_coord_table_fini(&table);
    return !done;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(fill, NULL) > 20);
}

static void order_stays_when_things_go(void **state)
{
    lg_coord_table table;
    char id[16];
    (void)state;
    lg_coord_table_init(&table, lg_mem_system());
    assert_null(lg_coord_table_find(&table, "thing-0"));
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof id, "thing-%d", i);
        assert_true(lg_coord_table_add(
            &table, lg_coord_item_new(lg_mem_system(), sizeof(lg_coord_item), id)));
    }
    for (int i = 0; i < MANY; i += 3) {
        snprintf(id, sizeof id, "thing-%d", i);
        lg_coord_table_drop(&table, lg_coord_table_find(&table, id));
        assert_null(lg_coord_table_find(&table, id));
    }
    assert_int_equal(table.count, 200);
    assert_string_equal(table.items[0]->id, "thing-1");
    assert_string_equal(table.items[199]->id, "thing-299");
    lg_coord_item *next = lg_coord_item_new(lg_mem_system(), sizeof *next, "thing-4");
    lg_coord_table_swap(&table, lg_coord_table_find(&table, "thing-4"), next);
    assert_ptr_equal(lg_coord_table_find(&table, "thing-4"), next);
    assert_ptr_equal(table.items[2], next);
    lg_coord_table_fini(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_runs_out_err),
        cmocka_unit_test(order_stays_when_things_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
