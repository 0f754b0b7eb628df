/* Kinds of assets of the gsy-e exchange that have drivers of their own here: which keys become
 * what, which defaults are written out, and what is said where nothing here is quite the same. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include "gsy_made.h"

/* A grid of one leaf with these keys. */
static const char *one(const char *keys)
{
    char text[1024];
    snprintf(text, sizeof text, "{\"name\": \"Grid\", \"children\": [\n{\"name\": \"X\", %s}]}",
             keys);
    return gsy_make(text, NULL);
}

static void a_power_plant_is_a_diesel_generator(void **state)
{
    (void)state;
    gsy_assert_holds(one("\"type\": \"FiniteDieselGenerator\", \"max_available_power_kW\": 0.5, "
                         "\"energy_rate\": 20"),
                     "{\"name\": \"X\",\"type\": \"finite_diesel_generator\","
                     "\"max_available_power_kW\": 0.5,\"energy_rate\": 20}");
    assert_string_equal(gsy_problems(), "");
    gsy_assert_holds(one("\"strategy\": {\"type\": \"FinitePowerPlant\", \"kwargs\": {"
                         "\"max_available_power_kW\": {\"0\": 1, \"12\": 2}, \"energy_rate\": "
                         "{\"0\": 20, \"6\": 30}}}"),
                     "\"max_available_power_kW\": [1, 1,");
}

static void a_smart_meter(void **state)
{
    (void)state;
    gsy_assert_holds(one("\"type\": \"SmartMeter\", \"smart_meter_profile\": {\"0\": 400, \"12\": "
                         "-900}, \"smart_meter_profile_uuid\": null, \"final_buying_rate\": 28"),
                     "\"final_buying_rate\": 28,\"sampling\": \"start\",\"initial_buying_rate\": "
                     "0,\"initial_selling_rate\": 30,\"final_selling_rate\": 0}");
    assert_string_equal(gsy_problems(), "");
    gsy_assert_holds(one("\"type\": \"SmartMeter\", \"smart_meter_profile\": -50, "
                         "\"use_market_maker_rate\": true, \"update_interval\": 2"),
                     "{\"name\": \"X\",\"type\": \"smart_meter\",\"smart_meter_profile\": "
                     "-50,\"use_market_maker_rate\": true,\"update_interval\": 2,\"sampling\": "
                     "\"start\",\"initial_buying_rate\": 0,\"final_selling_rate\": 0}");
}

static void wind(void **state)
{
    (void)state;
    gsy_assert_holds(
        one("\"type\": \"WindTurbine\", \"power_profile\": 900, \"panel_count\": 2, "
            "\"capacity_kW\": 5"),
        "{\"name\": \"X\",\"type\": \"wind_turbine\",\"power_profile\": 900,\"turbine_count\": "
        "2,\"sampling\": \"start\",\"final_selling_rate\": 0,\"initial_selling_rate\": 30}");
    assert_string_equal(gsy_problems(), "area.json: warning: left out, for no figure depends on "
                                        "them here: capacity_kW (1)\n");
    gsy_assert_holds(one("\"type\": \"PredefinedWind\", \"capacity_kW\": 7"),
                     "\"type\": \"wind_turbine\",\"capacity_kW\": 7,\"final_selling_rate\"");
    assert_string_equal(gsy_problems(),
                        "area.json: warning: 1 asset of PredefinedPV or PredefinedWind: the "
                        "curves are lunagrid's own, not those of the exchange; for the same "
                        "energy give power_profile (W), or lay the exchange's Solar_Curve_W_*.csv "
                        "beside the scenario\n");
}

static void predefined_panels(void **state)
{
    (void)state;
    gsy_assert_holds(one("\"type\": \"PredefinedPV\", \"cloud_coverage\": 1, \"capacity_kW\": 4"),
                     "\"type\": \"pv\",\"cloud_coverage\": \"partial\",\"capacity_kW\": "
                     "4,\"model\": \"predefined\",\"final_selling_rate\"");
    gsy_assert_holds(gsy_problems(), "1 asset of PredefinedPV");
    gsy_assert_holds(one("\"strategy\": {\"type\": \"PVPredefinedStrategy\", \"kwargs\": {"
                         "\"cloud_coverage\": null, \"panel_count\": 3}}"),
                     "\"panel_count\": 3,\"model\": \"predefined\",\"cloud_coverage\": \"sunny\"");
    gsy_assert_holds(one("\"type\": \"PredefinedPV\", \"cloud_coverage\": 4"),
                     "\"cloud_coverage\": \"sunny\"");
    gsy_assert_holds(gsy_problems(),
                     "area.json:2: warning: X.cloud_coverage: 4 stands for the user's own curve, "
                     "and there is no power_profile: a sunny day is taken\n");
}

/* A profile is what the exchange's curve was meant to be: nothing to warn of. */
static void a_profile_takes_the_place_of_a_curve(void **state)
{
    (void)state;
    gsy_assert_holds(
        one("\"type\": \"PredefinedPV\", \"cloud_coverage\": 4, \"capacity_kW\": 4, "
            "\"power_profile\": 900"),
        "\"type\": \"pv\",\"power_profile\": 900,\"model\": \"profile\",\"final_selling_rate\"");
    assert_string_equal(gsy_problems(), "");
}

/* A file of the exchange, highest value 200: 4 kW make 4000 W there. */
static void a_curve_of_the_exchange_beside_the_scenario(void **state)
{
    (void)state;
    fixture_write("Solar_Curve_W_cloudy.csv", "INTERVAL;POWER(W)\n00:00;0\n06:00;50\n12:00;200\n"
                                              "18:00;0\n");
    const char *made = one("\"type\": \"PredefinedPV\", \"cloud_coverage\": 2, \"capacity_kW\": 4, "
                           "\"panel_count\": 3");
    gsy_assert_holds(made, "\"type\": \"pv\",\"panel_count\": 3,\"model\": \"profile\","
                           "\"power_profile\": [0, 0,");
    gsy_assert_holds(made, " 1000, 4000, 4000,");
    assert_string_equal(gsy_problems(),
                        "area.json: warning: 1 PredefinedPV: the curve is that of the file "
                        "Solar_Curve_W_*.csv found at the scenario, its highest value being "
                        "capacity_kW\n");
    gsy_assert_holds(one("\"type\": \"PredefinedPV\", \"cloud_coverage\": 2"),
                     " 1250, 5000, 5000,"); /* 5 kW when nothing is said */
    gsy_assert_holds(one("\"type\": \"PredefinedPV\", \"cloud_coverage\": 1"),
                     "\"model\": \"predefined\","); /* another sky's file is not taken */
}

static void rates_over_time(void **state)
{
    (void)state;
    fixture_write("rates.csv", "t;ct\n00:00;20\n12:00;25\n");
    const char *made = one("\"type\": \"LoadHours\", \"avg_power_W\": 100, \"final_buying_rate\": "
                           "{\"0\": 20, \"12\": 25}, \"initial_buying_rate\": \"rates.csv\", "
                           "\"fit_to_limit\": false, \"energy_rate_increase_per_update\": "
                           "{\"0\": 1, \"6\": 2}");
    gsy_assert_holds(made, "\"final_buying_rate\": [20, 20,");
    gsy_assert_holds(made, "\"initial_buying_rate\": [20, 20,");
    gsy_assert_holds(made, "\"energy_rate_increase_per_update\": [1, 1,");
    assert_string_equal(gsy_problems(), "");
    gsy_assert_holds(one("\"type\": \"CommercialProducer\", \"energy_rate\": {\"0\": 31, \"9\": "
                         "35}"),
                     "\"energy_rate\": [31, 31,");
}

static void clouds_that_nobody_knows_err(void **state)
{
    (void)state;
    assert_null(one("\"type\": \"PredefinedPV\", \"cloud_coverage\": 3"));
    gsy_assert_holds(gsy_problems(),
                     "area.json:2: X.cloud_coverage: expected 0 (sunny), 1 (partial), 2 "
                     "(cloudy) or 4 (the power_profile)\n");
}

static void a_meter_without_a_rate_range_err(void **state)
{
    (void)state;
    assert_null(one("\"type\": \"SmartMeter\", \"smart_meter_profile\": 5, "
                    "\"final_selling_rate\": -3"));
    gsy_assert_holds(gsy_problems(),
                     "area.json:2: X.final_selling_rate: -3 is outside of 0 to 10000 ct/kWh");
}

static int open_folder(void **state)
{
    (void)state;
    fixture_open();
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    gsy_forget();
    fixture_close();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_plant_is_a_diesel_generator),
        cmocka_unit_test(a_smart_meter),
        cmocka_unit_test(wind),
        cmocka_unit_test(predefined_panels),
        cmocka_unit_test(a_profile_takes_the_place_of_a_curve),
        cmocka_unit_test(a_curve_of_the_exchange_beside_the_scenario),
        cmocka_unit_test(rates_over_time),
        cmocka_unit_test(clouds_that_nobody_knows_err),
        cmocka_unit_test(a_meter_without_a_rate_range_err),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
