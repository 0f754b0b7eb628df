/* Shows the waiting list of energies by slot: taken in order, replaced, bounded, nothing half-done.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "market/slot_values.h"
#include "support/failing_mem.h"

static lg_status put(lg_slot_values *v, uint32_t asset, uint32_t slot, int64_t energy)
{
    const lg_slot_value one = {.slot = slot, .energy_uwh = energy};
    return lg_slot_values_put(v, asset, &one, 1);
}

static void values_wait_for_their_slot(void **state)
{
    (void)state;
    lg_slot_values *v = lg_slot_values_new(lg_mem_system(), 3);
    const lg_slot_value list[] = {{.slot = 9, .energy_uwh = 900}, {.slot = 4, .energy_uwh = 400}};
    int64_t energy;
    assert_false(lg_slot_values_take(v, 1, 4, &energy)); /* nothing was ever put */
    assert_int_equal(lg_slot_values_put(v, 1, list, 2), LG_OK);
    assert_int_equal(put(v, 2, 4, 44), LG_OK);
    assert_int_equal(lg_slot_values_count(v), 3);
    assert_false(lg_slot_values_take(v, 0, 4, &energy));
    assert_false(lg_slot_values_take(v, 1, 3, &energy));
    assert_true(lg_slot_values_take(v, 1, 4, &energy));
    assert_int_equal(energy, 400);
    assert_false(lg_slot_values_take(v, 1, 4, &energy)); /* it is gone */
    assert_int_equal(put(v, 1, 9, 901), LG_OK);          /* in the place of 900 */
    assert_int_equal(lg_slot_values_count(v), 2);
    assert_true(lg_slot_values_take(v, 1, 9, &energy));
    assert_int_equal(energy, 901);
    assert_false(lg_slot_values_take(v, 2, 5, &energy)); /* slot 4 is over: forgotten */
    assert_int_equal(lg_slot_values_count(v), 0);
    lg_slot_values_free(v);
}

static void more_than_the_most_is_refused_whole_err(void **state)
{
    (void)state;
    static lg_slot_value list[LG_SLOT_VALUES_MAX + 1];
    lg_slot_values *v = lg_slot_values_new(lg_mem_system(), 1);
    int64_t energy;
    for (uint32_t i = 0; i <= LG_SLOT_VALUES_MAX; i++)
        list[i] = (lg_slot_value){.slot = 10 + i, .energy_uwh = i};
    assert_int_equal(lg_slot_values_put(v, 0, list, LG_SLOT_VALUES_MAX + 1), LG_LIMIT);
    assert_int_equal(lg_slot_values_count(v), 0);
    assert_int_equal(lg_slot_values_put(v, 0, list, LG_SLOT_VALUES_MAX), LG_OK);
    assert_int_equal(put(v, 0, 5, 1), LG_LIMIT);
    assert_int_equal(lg_slot_values_put(v, 0, list, LG_SLOT_VALUES_MAX), LG_OK); /* the same */
    assert_true(lg_slot_values_take(v, 0, 10, &energy));
    assert_int_equal(put(v, 0, 11, 77), LG_OK);
    assert_int_equal(lg_slot_values_count(v), LG_SLOT_VALUES_MAX - 1);
    lg_slot_values_free(v);
}

static int fill(lg_mem *mem, void *ctx)
{
    (void)ctx;
    const lg_slot_value list[] = {{.slot = 1}, {.slot = 2}, {.slot = 3}};
    lg_slot_values *v = lg_slot_values_new(mem, 2);
    lg_status status = v ? lg_slot_values_put(v, 1, list, 3) : LG_MEMORY;
    if (v && status != LG_OK)
        assert_int_equal(lg_slot_values_count(v), 0);
    lg_slot_values_free(v);
    return status == LG_OK ? 0 : 1;
}

static void no_allocation_failure_leaks(void **state)
{
    (void)state;
    assert_int_equal(lg_sweep_allocations(fill, NULL), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_wait_for_their_slot),
        cmocka_unit_test(more_than_the_most_is_refused_whole_err),
        cmocka_unit_test(no_allocation_failure_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
