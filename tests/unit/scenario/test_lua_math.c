/* math of a scenario: our functions, not those of the C library, and close to what they should be.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include "base/detmath.h"
#include "fixture.h"

static void scenarios_have_ours(void **state)
{
    (void)state;
    char expected[160];
    snprintf(expected, sizeof expected, "%.17g %.17g %.17g %.17g", lg_det_exp(0.3), lg_det_sin(2.5),
             lg_det_log(7) / lg_det_log(3), lg_det_pow(1.1, 0.7));
    lg_scenario *s = fixture_read_text(
        "x.lua", "return scenario { name = string.format('%.17g %.17g %.17g %.17g',\n"
                 "  math.exp(0.3), math.sin(2.5), math.log(7, 3), math.pow(1.1, 0.7)),\n"
                 "  grid = area { name = 'G', load { name = 'L', avg_power_W = 1 } } }");
    assert_string_equal(s->name, expected);
    lg_scenario_free(s);
}

static void near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-13 * fmax(1, fabs(expected)));
}

static void values(void **state)
{
    (void)state;
    near(lg_det_log(10), 2.302585092994045684);
    near(lg_det_log(1e-300), -690.7755278982137);
    assert_true(lg_det_log(1) == 0 && lg_det_log(0) == -HUGE_VAL && isnan(lg_det_log(-1)));
    near(lg_det_atan2(1, 1), 0.785398163397448310);
    near(lg_det_atan2(-3, -4), -2.498091544796508852);
    assert_true(lg_det_atan2(2, 0) == LG_PI / 2 && lg_det_atan2(0, 0) == 0);
    assert_true(lg_det_pow(2, 10) == 1024 && lg_det_pow(-2, -3) == -0.125);
    near(lg_det_pow(2, 0.5), 1.414213562373095049);
    assert_true(isnan(lg_det_pow(-2, 0.5)) && isnan(lg_det_pow(2, (double)NAN)));
}

static void random_is_not_for_scenarios_err(void **state)
{
    (void)state;
    fixture_refuse_text(
        "x.lua", "return scenario { name = tostring(math.random()) }",
        "x.lua:1: math.random is not for scenarios, which are the same at every reading; "
        "what is drawn comes from the seed, in the drivers\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenarios_have_ours),
        cmocka_unit_test(values),
        cmocka_unit_test(random_is_not_for_scenarios_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
