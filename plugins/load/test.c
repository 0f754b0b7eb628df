/* Hours and profiles to the last digit; the built-in shapes look as they should and sum to their
 * year. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

#define YEAR_2024_MS INT64_C(1704067200000) /* a Monday */

static const char *plugin_file;

static lg_kit *open_load(const char *const *settings, const lg_kit_setup *more, lg_text *problems)
{
    lg_kit_setup setup = more ? *more : (lg_kit_setup){0};
    setup.file = plugin_file;
    setup.settings = settings;
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static double demand_kWh(lg_kit *kit, uint32_t slot)
{
    lg_kit_plan(kit, slot);
    return lg_fleet_plan_of(lg_kit_fleet(kit), 0)->demand_kWh;
}

static void power_in_its_hours(void **state)
{
    (void)state;
    lg_text problems;
    const char *settings[] = {"avg_power_W=200", "hrs_of_day=12,13", NULL};
    lg_kit *kit = open_load(settings, NULL, &problems);
    assert_non_null(kit);
    assert_true(demand_kWh(kit, 47) == 0);
    assert_true(demand_kWh(kit, 48) == 0.05);
    assert_int_equal(lg_kit_caps(kit, 0)->buy_uwh, 50000000);
    assert_int_equal(lg_kit_caps(kit, 0)->demand_uwh, 50000000);
    assert_true(demand_kWh(kit, 55) == 0.05);
    assert_true(demand_kWh(kit, 56) == 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    kit = open_load((const char *const[]){"avg_power_W=200", NULL}, NULL, &problems);
    for (uint32_t slot = 0; slot < 96; slot++)
        assert_true(demand_kWh(kit, slot) == 0.05);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* 24 values in hour steps, slots of two hours: the first value of two, or their mean. */
static void sampling_of_a_profile(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit_setup long_slots = {.slot_s = 7200};
    const char *steps = "daily_load_profile=100,300,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0";
    const char *start[] = {steps, NULL}, *mean[] = {steps, "sampling=mean", NULL};
    lg_kit *kit = open_load(start, &long_slots, &problems);
    assert_non_null(kit);
    assert_true(demand_kWh(kit, 0) == 0.2);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    kit = open_load(mean, &long_slots, &problems);
    assert_non_null(kit);
    assert_true(demand_kWh(kit, 0) == 0.4);
    assert_true(demand_kWh(kit, 12) == 0.4); /* the next day again */
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

typedef struct shape_year {
    double sum_kWh, winter_kWh, summer_kWh; /* winter: January and December; summer: June, July */
    double hours_kWh[24], weekend_noon_kWh, weekday_noon_kWh;
    double night_kWh, most_kWh; /* of a slot */
    uint32_t idle_slots;
} shape_year;

static void count_slot(shape_year *year, uint32_t slot, double kWh)
{
    uint32_t day = slot / 96, hour = slot % 96 / 4;
    year->sum_kWh += kWh;
    year->hours_kWh[hour] += kWh;
    if (day < 31 || day >= 335)
        year->winter_kWh += kWh;
    if (day >= 152 && day < 213)
        year->summer_kWh += kWh;
    if (hour == 11 && day % 7 >= 5)
        year->weekend_noon_kWh += kWh;
    if (hour == 11 && day % 7 < 5)
        year->weekday_noon_kWh += kWh;
    if (kWh > year->most_kWh)
        year->most_kWh = kWh;
    year->idle_slots += kWh == 0;
}

/* Slots of 365 days from 2024-01-01. */
static shape_year play_year(const char *const *settings, uint64_t seed, double latitude_deg)
{
    lg_text problems;
    lg_kit_setup setup = {.start_ms = YEAR_2024_MS, .seed = seed, .latitude_deg = latitude_deg};
    lg_kit *kit = open_load(settings, &setup, &problems);
    assert_non_null(kit);
    shape_year year = {0};
    for (uint32_t slot = 0; slot < 365 * 96; slot++)
        count_slot(&year, slot, demand_kWh(kit, slot));
    lg_kit_close(kit);
    lg_text_fini(&problems);
    return year;
}

/* Within 3 % of annual_kWh for every one of ten seeds. */
static void assert_annual(const char *const *settings, double annual_kWh)
{
    double worst = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        double off = fabs(play_year(settings, seed, 52.5).sum_kWh / annual_kWh - 1);
        worst = off > worst ? off : worst;
    }
    print_message("%s: at most %.2f %% off\n", settings[0], worst * 100);
    assert_true(worst < 0.03);
}

static void household(void **state)
{
    (void)state;
    const char *settings[] = {"shape=household", "annual_kWh=3200", NULL};
    assert_annual(settings, 3200);
    shape_year year = play_year(settings, 1, 52.5);
    assert_true(year.hours_kWh[19] > 3 * year.hours_kWh[3]);
    assert_true(year.hours_kWh[8] > 1.2 * year.hours_kWh[5]);
    assert_true(year.weekend_noon_kWh / 104 > 1.2 * year.weekday_noon_kWh / 261);
    assert_true(year.winter_kWh > 1.1 * year.summer_kWh);
    assert_true(play_year(settings, 1, -35).winter_kWh < year.winter_kWh);
    assert_int_equal(year.idle_slots, 0);
}

static void heat_pump(void **state)
{
    (void)state;
    const char *settings[] = {"shape=heat_pump", "annual_kWh=4500", NULL};
    assert_annual(settings, 4500);
    shape_year year = play_year(settings, 1, 52.5);
    assert_true(year.winter_kWh > 3 * year.summer_kWh);
    assert_true(year.hours_kWh[4] > year.hours_kWh[14]); /* the night is colder */
    shape_year south = play_year(settings, 1, -35);
    assert_true(south.summer_kWh > 3 * south.winter_kWh);
}

static void ev(void **state)
{
    (void)state;
    const char *settings[] = {"shape=ev", "annual_kWh=2400", "charging_power_kW=7.4", NULL};
    assert_annual(settings, 2400);
    shape_year year = play_year(settings, 1, 52.5);
    assert_true(fabs(year.most_kWh - 7.4 / 4) < 1e-9);
    assert_true(year.hours_kWh[9] == 0 && year.hours_kWh[15] == 0);
    assert_true(year.hours_kWh[19] > 0.2 * year.sum_kWh);
    assert_true(year.idle_slots > 365 * 96 * 9 / 10);
    const char *slow[] = {"shape=ev", "annual_kWh=10000", "charging_power_kW=3.7", NULL};
    assert_annual(slow, 10000); /* seven and a half hours every night, past midnight */
    assert_true(play_year(slow, 1, 52.5).hours_kWh[1] > 0);
}

/* Neighbours are not copies of one another. */
static void homes_differ(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit_setup two = {.devices = 2};
    lg_kit *kit = open_load((const char *const[]){"shape=household", NULL}, &two, &problems);
    assert_non_null(kit);
    double difference = 0, sum = 0;
    for (uint32_t slot = 0; slot < 96; slot++) {
        double one = demand_kWh(kit, slot);
        double other = lg_fleet_plan_of(lg_kit_fleet(kit), 1)->demand_kWh;
        difference += fabs(one - other);
        sum += one;
    }
    assert_true(difference > 0.2 * sum);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void refusals_err(void **state)
{
    (void)state;
    static const struct {
        const char *settings[4], *sentence;
    } cases[] = {
        {{NULL}, "one of avg_power_W, daily_load_profile and shape must be given"},
        {{"avg_power_W=5", "shape=ev"}, "only one of avg_power_W, daily_load_profile and shape"},
        {{"avg_power_W=5", "hrs_of_day=1.5"}, "whole hours from 0 to 23"},
        {{"shape=ev", "hrs_of_day=1"}, "hrs_of_day goes with avg_power_W only"},
        {{"avg_power_W=5", "sampling=mean"}, "sampling goes with daily_load_profile only"},
        {{"avg_power_W=5", "annual_kWh=9"}, "annual_kWh goes with a shape only"},
        {{"shape=household", "charging_power_kW=9"}, "charging_power_kW goes with shape = \"ev\""},
        {{"shape=ev", "annual_kWh=20000"}, "more than 10 hours on every day"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_text problems;
        assert_null(open_load(cases[i].settings, NULL, &problems));
        if (!strstr(lg_text_peek(&problems), cases[i].sentence))
            fail_msg("\"%s\", expected \"%s\"", lg_text_peek(&problems), cases[i].sentence);
        lg_text_fini(&problems);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_in_its_hours),
        cmocka_unit_test(sampling_of_a_profile),
        cmocka_unit_test(household),
        cmocka_unit_test(heat_pump),
        cmocka_unit_test(ev),
        cmocka_unit_test(homes_differ),
        cmocka_unit_test(refusals_err),
    };
    plugin_file = argc > 1 ? argv[1] : "load.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
