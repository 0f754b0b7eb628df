/* The lists hold what the published API numbers them with; words lead back to numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "microgrid/kind.h"

static void test_words_and_back(void **state)
{
    (void)state;
    for (int i = 0; i <= LG_CATEGORY_STEAM_BOILER; i++)
        assert_int_equal(lg_category_of(lg_category_word((lg_category)i)), i);
    assert_int_equal(lg_category_of("heater"), -1);
    assert_string_equal(lg_category_word((lg_category)99), "?");
    assert_int_equal(lg_component_type_of(LG_CATEGORY_INVERTER, "hybrid"), LG_INVERTER_HYBRID);
    assert_int_equal(lg_component_type_of(LG_CATEGORY_BATTERY, "na_ion"), LG_BATTERY_NA_ION);
    assert_int_equal(lg_component_type_of(LG_CATEGORY_EV_CHARGER, "dc"), LG_EV_CHARGER_DC);
    assert_int_equal(lg_component_type_of(LG_CATEGORY_METER, "dc"), -1);
    assert_string_equal(lg_component_type_word(LG_CATEGORY_METER, 1), "");
    assert_string_equal(lg_component_type_word(LG_CATEGORY_INVERTER, 2), "pv");
}

static void test_who_takes_power(void **state)
{
    (void)state;
    assert_true(lg_category_takes_power(LG_CATEGORY_INVERTER));
    assert_true(lg_category_takes_power(LG_CATEGORY_CHP));
    assert_false(lg_category_takes_power(LG_CATEGORY_BATTERY));
    assert_false(lg_category_takes_power(LG_CATEGORY_METER));
}

static void test_the_older_numbers(void **state)
{
    static const struct {
        lg_metric metric;
        uint32_t older;
    } cases[] = {
        {LG_METRIC_AC_POWER_ACTIVE, 26},    {LG_METRIC_BATTERY_CAPACITY, 101},
        {LG_METRIC_BATTERY_SOC_PCT, 102},   {LG_METRIC_AC_ENERGY_REACTIVE_PHASE_2, 69},
        {LG_METRIC_SENSOR_IRRADIANCE, 167},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(lg_metric_to_v1(cases[i].metric), cases[i].older);
        assert_int_equal(lg_metric_from_v1(cases[i].older), cases[i].metric);
    }
    assert_int_equal(lg_metric_from_v1(100), LG_METRIC_UNSPECIFIED);
    for (uint32_t i = 1; i < 200; i++) { /* each has one of its own, and finds back */
        uint32_t older = lg_metric_to_v1((lg_metric)i);
        if (older)
            assert_int_equal(lg_metric_from_v1(older), i);
        assert_int_equal(lg_metric_of(lg_metric_name((lg_metric)i)), older ? (int)i : -1);
    }
    assert_string_equal(lg_metric_unit(LG_METRIC_AC_POWER_REACTIVE), "VAr");
    assert_string_equal(lg_state_name(LG_STATE_RELAY_CLOSED), "RELAY_CLOSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_back),
        cmocka_unit_test(test_who_takes_power),
        cmocka_unit_test(test_the_older_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
