/* The bell curve of the reference exchange to the last digit; a year of sun and clouds that is
 * plausible; one weather for all panels of a site. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define YEAR_2024_MS INT64_C(1704067200000)
#define JUNE_MS      INT64_C(1717372800000) /* 2024-06-03 */

static const char *plugin_file;

static lg_kit *open_pv(const char *const *settings, const lg_kit_setup *more, lg_text *problems)
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

/* Slots of a quarter of an hour from midnight: 12:15 is 49, 08:00 is 32. */
static void bell_of_the_reference(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit = open_pv(NULL, NULL, &problems);
    assert_non_null(kit);
    assert_true(supply_kWh(kit, 31) == 0);
    assert_true(supply_kWh(kit, 32) == 0.2152);
    assert_true(supply_kWh(kit, 49) == 1.25);
    assert_int_equal(lg_kit_caps(kit, 0)->sell_uwh, 1250000000);
    assert_int_equal(lg_kit_caps(kit, 0)->supply_uwh, 1250000000);
    assert_true(supply_kWh(kit, 66) > 0); /* 16:30 is the last */
    assert_true(supply_kWh(kit, 67) == 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    kit = open_pv((const char *const[]){"panel_count=3", NULL}, NULL, &problems);
    assert_true(fabs(supply_kWh(kit, 32) - 3 * 0.2152) <
                1e-12); /* each panel rounded, then three */
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void profile_holds_from_the_start_of_a_slot(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit_setup half_days = {.slot_s = 3600};
    const char *settings[] = {"power_profile=0,1000,3000,0", "panel_count=2", NULL};
    lg_kit *kit = open_pv(settings, &half_days, &problems);
    assert_non_null(kit);
    assert_true(supply_kWh(kit, 5) == 0);
    assert_true(supply_kWh(kit, 6) == 2);
    assert_true(supply_kWh(kit, 12) == 6);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* kWh that 1 kW makes in the year 2024. */
static double year_kWh(double latitude_deg, uint64_t seed, const char *azimuth)
{
    lg_text problems;
    lg_kit_setup year = {.start_ms = YEAR_2024_MS, .seed = seed, .latitude_deg = latitude_deg};
    const char *settings[] = {"model=clear_sky", "capacity_kW=1", azimuth, NULL};
    lg_kit *kit = open_pv(settings, &year, &problems);
    assert_non_null(kit);
    double sum_kWh = 0;
    for (uint32_t slot = 0; slot < 366 * 96; slot++)
        sum_kWh += supply_kWh(kit, slot);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    return sum_kWh;
}

/* What roofs are known to make: 850 to 1250 kWh a kW in the middle of Europe, more further south.
 */
static void a_year_of_sun_and_clouds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        double north = year_kWh(52.5, seed, NULL);
        print_message("seed %d: %.0f kWh a kW at 52.5 degrees\n", (int)seed, north);
        assert_in_range((uint64_t)north, 850, 1250);
    }
    double south = year_kWh(52.5, 1, NULL), east = year_kWh(52.5, 1, "azimuth=90");
    assert_true(east < south * 0.95 && east > south * 0.6);
    assert_true(year_kWh(40, 1, NULL) > south);
    double mirrored = year_kWh(-52.5, 1, NULL);
    assert_true(mirrored > 850 && mirrored < 1250);
}

/* Two panels that differ in nothing but their seed make the same, and nights are dark. */
static void one_weather_for_a_site(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit_setup two = {.start_ms = JUNE_MS, .latitude_deg = 52.5, .devices = 2, .seed = 7};
    const char *settings[] = {"model=clear_sky", NULL};
    lg_kit *kit = open_pv(settings, &two, &problems);
    assert_non_null(kit);
    double changes = 0, before = 0;
    for (uint32_t slot = 0; slot < 7 * 96; slot++) {
        double own = supply_kWh(kit, slot);
        assert_true(own == lg_fleet_plan_of(lg_kit_fleet(kit), 1)->supply_kWh);
        assert_true(own <= 1.25);
        if (slot % 96 < 8)
            assert_true(own == 0);
        changes += fabs(own - before);
        before = own;
    }
    assert_true(changes > 7 * 2 * 0.8); /* up and down every day, and clouds in between */
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* The square of a half wave from 05:00 to 19:00: 1 at noon, 1/2 at 08:30 and 15:30. */
static void predefined_days(void **state)
{
    static const char *const days[] = {"cloud_coverage=sunny", "cloud_coverage=partial",
                                       "cloud_coverage=cloudy"};
    static const double noon[] = {1, 1, 0.2}, at_0830[] = {0.5, 0.5 * 0.475, 0.1};
    (void)state;
    for (int i = 0; i < 3; i++) {
        lg_text problems;
        const char *settings[] = {days[i], "capacity_kW=4", "panel_count=2", NULL};
        lg_kit *kit = open_pv(settings, NULL, &problems);
        assert_non_null(kit);
        double day = 0;
        for (uint32_t slot = 0; slot < 96; slot++)
            day += supply_kWh(kit, slot);
        assert_true(fabs(supply_kWh(kit, 48) - 2 * noon[i]) < 1e-12);
        assert_true(fabs(supply_kWh(kit, 34) - 2 * at_0830[i]) < 1e-9);
        assert_true(supply_kWh(kit, 20) == 0 && supply_kWh(kit, 21) > 0);
        assert_true(supply_kWh(kit, 75) > 0 && supply_kWh(kit, 76) == 0);
        assert_true(supply_kWh(kit, 48 + 96) == supply_kWh(kit, 48)); /* every day the same */
        print_message("%s: %.2f kWh a kW\n", days[i], day / 8);
        assert_true(i > 0 || fabs(day / 8 - 7) < 1e-9); /* 7 kWh a kW when sunny */
        assert_true(i != 2 || fabs(day / 8 - 1.4) < 1e-9);
        assert_true(i != 1 || (day / 8 > 4 && day / 8 < 5.5));
        lg_kit_close(kit);
        lg_text_fini(&problems);
    }
}

static void refusals_err(void **state)
{
    (void)state;
    static const struct {
        const char *settings[4], *sentence;
    } cases[] = {
        {{"model=profile"}, "model \"profile\" needs power_profile"},
        {{"model=gaussian", "power_profile=5"}, "power_profile goes with model \"profile\" only"},
        {{"sampling=mean"}, "sampling goes with power_profile only"},
        {{"power_profile=5", "capacity_kW=3"}, "capacity_kW has no effect on a power_profile"},
        {{"cloud_coverage=cloudy", "model=gaussian"},
         "cloud_coverage goes with model \"predefined\" only"},
        {{"tilt=20"}, "tilt, azimuth and performance_ratio go with model \"clear_sky\" only"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_text problems;
        assert_null(open_pv(cases[i].settings, NULL, &problems));
        assert_non_null(strstr(lg_text_peek(&problems), cases[i].sentence));
        lg_text_fini(&problems);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bell_of_the_reference),
        cmocka_unit_test(profile_holds_from_the_start_of_a_slot),
        cmocka_unit_test(a_year_of_sun_and_clouds),
        cmocka_unit_test(one_weather_for_a_site),
        cmocka_unit_test(predefined_days),
        cmocka_unit_test(refusals_err),
    };
    plugin_file = argc > 1 ? argv[1] : "pv.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
