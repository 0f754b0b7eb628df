/* The integer proof: the optimum when the solver is right, never above it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "arena/lp.h"

#include <math.h>

#define CT  INT64_C(1000000)
#define KWH INT64_C(1000000000)
#define ONE INT64_C(1000000000)

static lg_status solve(lg_lp *lp, int64_t *least_uct, lg_err *err)
{
    double found_uct = 0;
    assert_false(lp->failed);
    lg_status status = lg_lp_solve(lp, least_uct, &found_uct, err);
    if (status == LG_OK)
        assert_true(fabs(found_uct - (double)*least_uct) < 10);
    lg_lp_fini(lp);
    return status;
}

/* 3 kWh at least out of 2 at 5 ct and as many as wanted at 7: 17 ct. */
static void cheapest_first(void **state)
{
    (void)state;
    lg_lp lp;
    int64_t least_uct = 0;
    lg_err err;
    lg_lp_init(&lp, lg_mem_system());
    uint32_t need = lg_lp_row_add(&lp, LG_LP_MORE, 3 * KWH);
    lg_lp_column_add(&lp, 5 * CT, 2 * KWH);
    lg_lp_entry_add(&lp, need, ONE);
    lg_lp_column_add(&lp, 7 * CT, 100 * KWH);
    lg_lp_entry_add(&lp, need, ONE);
    assert_int_equal(solve(&lp, &least_uct, &err), LG_OK);
    assert_in_range(least_uct, 17 * CT - 1, 17 * CT);
}

/* 1 kWh of 80 % has to be had, so 1.25 at 10 ct; and 2 of at most 3 kWh sold at 4 ct: 12.5 - 8. */
static void losses_and_sales(void **state)
{
    (void)state;
    lg_lp lp;
    int64_t least_uct = 0;
    lg_err err;
    lg_lp_init(&lp, lg_mem_system());
    uint32_t kept = lg_lp_row_add(&lp, LG_LP_EQUAL, KWH);
    uint32_t sold = lg_lp_row_add(&lp, LG_LP_LESS, 2 * KWH);
    lg_lp_column_add(&lp, 10 * CT, 5 * KWH);
    lg_lp_entry_add(&lp, kept, ONE * 8 / 10);
    lg_lp_column_add(&lp, -4 * CT, 3 * KWH);
    lg_lp_entry_add(&lp, sold, ONE);
    assert_int_equal(solve(&lp, &least_uct, &err), LG_OK);
    assert_in_range(least_uct, 4500000 - 1, 4500000);
}

static void no_solution_err(void **state)
{
    (void)state;
    lg_lp lp;
    int64_t least_uct = 77;
    lg_err err = {.text = ""};
    lg_lp_init(&lp, lg_mem_system());
    uint32_t need = lg_lp_row_add(&lp, LG_LP_EQUAL, 3 * KWH);
    lg_lp_column_add(&lp, CT, KWH);
    lg_lp_entry_add(&lp, need, ONE);
    assert_int_equal(solve(&lp, &least_uct, &err), LG_UNSUPPORTED);
    assert_int_equal(least_uct, 77);
    assert_string_not_equal(err.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cheapest_first),
        cmocka_unit_test(losses_and_sales),
        cmocka_unit_test(no_solution_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
