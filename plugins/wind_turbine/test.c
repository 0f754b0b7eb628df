/* Power by a profile, wind through the power curve, and a year of the built-in wind. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

#define YEAR_2024_MS INT64_C(1704067200000)

static const char *plugin_file;

static lg_kit *open_turbine(const char *const *settings, const lg_kit_setup *more,
                            lg_text *problems)
{
    lg_kit_setup setup = more ? *more : (lg_kit_setup){0};
    setup.file = plugin_file;
    setup.settings = settings;
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static double supply_kWh(lg_kit *kit, uint32_t slot)
{
    lg_kit_plan(kit, slot);
    return lg_fleet_plan_of(lg_kit_fleet(kit), 0)->supply_kWh;
}

static void power_by_a_profile(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"power_profile=0,800", "turbine_count=3", NULL};
    lg_kit *kit = open_turbine(settings, NULL, &problems);
    assert_non_null(kit);
    assert_true(supply_kWh(kit, 47) == 0);
    assert_true(fabs(supply_kWh(kit, 48) - 0.6) < 1e-12); /* 0.8 kW, a quarter hour, three */
    assert_int_equal(lg_kit_caps(kit, 0)->supply_uwh, 600000000);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* Eight parts of a day: 2.9, 3, 6, 9, 11.9, 12, 24.9 and 25 m/s; (v^3 - 27) / 1701 in between. */
static void wind_through_the_power_curve(void **state)
{
    static const double share[] = {0, 0, 189.0 / 1701, 702.0 / 1701, 1658.159 / 1701, 1, 1, 0};
    (void)state;
    lg_text problems;
    const char *settings[] = {"wind_speed_profile=2.9,3,6,9,11.9,12,24.9,25", "capacity_kW=8",
                              NULL};
    lg_kit *kit = open_turbine(settings, NULL, &problems);
    assert_non_null(kit);
    for (uint32_t i = 0; i < 8; i++)
        assert_true(fabs(supply_kWh(kit, i * 12) - 2 * share[i]) < 1e-9);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* kWh that 1 kW makes from @p first for @p slots quarter hours. */
static double make_kWh(uint64_t seed, double latitude_deg, uint32_t first, uint32_t slots)
{
    lg_text problems;
    lg_kit_setup year = {.start_ms = YEAR_2024_MS, .seed = seed, .latitude_deg = latitude_deg};
    lg_kit *kit = open_turbine((const char *const[]){"capacity_kW=1", NULL}, &year, &problems);
    assert_non_null(kit);
    double sum_kWh = 0;
    for (uint32_t slot = first; slot < first + slots; slot++)
        sum_kWh += supply_kWh(kit, slot);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    return sum_kWh;
}

/* What turbines inland are known to make: 1500 to 2600 kWh a kW; winter brings more. */
static void a_year_of_wind(void **state)
{
    (void)state;
    enum { DAY = 96 };
    double winter = 0, summer = 0;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        double year = make_kWh(seed, 52.5, 0, 366 * DAY);
        print_message("seed %d: %.0f kWh a kW\n", (int)seed, year);
        assert_in_range((uint64_t)year, 1500, 2600);
        winter += make_kWh(seed, 52.5, 0, 60 * DAY);
        summer += make_kWh(seed, 52.5, 160 * DAY, 60 * DAY);
    }
    assert_true(winter > 1.2 * summer);
    assert_true(make_kWh(1, -52.5, 0, 60 * DAY) < make_kWh(1, 52.5, 0, 60 * DAY));
}

/* Two turbines that differ in nothing but their seed stand in the same wind. */
static void one_wind_for_a_site(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit_setup two = {.start_ms = YEAR_2024_MS, .devices = 2, .seed = 7};
    lg_kit *kit = open_turbine(NULL, &two, &problems);
    assert_non_null(kit);
    for (uint32_t slot = 0; slot < 96; slot++) {
        double own = supply_kWh(kit, slot);
        assert_true(own == lg_fleet_plan_of(lg_kit_fleet(kit), 1)->supply_kWh);
        assert_true(own >= 0 && own <= 1.25);
    }
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void refusals_err(void **state)
{
    (void)state;
    static const struct {
        const char *settings[4], *sentence;
    } cases[] = {
        {{"power_profile=5", "wind_speed_profile=6"},
         "only one of power_profile and wind_speed_profile may be given"},
        {{"power_profile=5", "capacity_kW=3"}, "capacity_kW has no effect on a power_profile"},
        {{"sampling=mean"}, "sampling goes with a profile only"},
        {{"wind_speed_profile=-1"}, "wind_speed_profile"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_text problems;
        assert_null(open_turbine(cases[i].settings, NULL, &problems));
        assert_non_null(strstr(lg_text_peek(&problems), cases[i].sentence));
        lg_text_fini(&problems);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_by_a_profile), cmocka_unit_test(wind_through_the_power_curve),
        cmocka_unit_test(a_year_of_wind),     cmocka_unit_test(one_wind_for_a_site),
        cmocka_unit_test(refusals_err),
    };
    plugin_file = argc > 1 ? argv[1] : "wind_turbine.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
