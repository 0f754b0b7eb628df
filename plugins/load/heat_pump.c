/* A heat pump: follows the cold. The outside temperature of a site has a season, warm and cold
 * spells of some days that all homes feel alike (drawn from the site's seed), and a night that is
 * colder than the day. Heat is needed below 15.5 degrees, and the colder it is, the less heat a kWh
 * of current makes. The heating part is divided by its own mean over the year, so a year sums to
 * annual_kWh whatever its weather. 15 % goes into hot water, mostly in the morning and in the
 * evening.
 *
 * A year here is 365.2425 days counted from 1970: within a day of the calendar's. */
#include "device.h"

#include "lunagrid/calendar.h"
#include "lunagrid/draw.h"

enum { DRAW_SPELL = 11, DRAW_WEEKS, DRAW_RUN };

#define WATER_PART 0.15

/* Hot water over the day, mean 1. */
static const double water[24] = {0.2, 0.2, 0.2, 0.2, 0.4, 1.4, 2.6, 2.4, 1.6, 1.0, 0.8, 0.8,
                                 1.0, 0.8, 0.6, 0.6, 0.8, 1.2, 1.8, 2.0, 1.6, 1.0, 0.6, 0.2};

/* Temperature of the middle of a day, without the difference of day and night. */
static double day_C(uint64_t site_seed, int south, double days)
{
    double years = days / LG_CAL_YEAR_DAYS + (south ? 0.5 : 0);
    double spell = lg_draw_smooth(site_seed, DRAW_SPELL, days / 3) - 0.5;
    double weeks = lg_draw_smooth(site_seed, DRAW_WEEKS, days / 11) - 0.5;
    return 9.5 - 9.0 * lg_det_cos(2 * LG_PI * (years - 0.055)) + 8 * spell + 6 * weeks;
}

/* Difference from the day's mean; coldest at five in the morning. */
static double hour_C(double hour)
{
    return -3.5 * lg_det_cos(2 * LG_PI * (hour - 5) / 24);
}

/* Current needed for heating at an outside temperature, without a unit. */
static double heating(double outside_C)
{
    double factor = 3.0 + 0.06 * outside_C;
    if (outside_C >= 15.5)
        return 0;
    return (15.5 - outside_C) / (factor < 1.8 ? 1.8 : factor);
}

/* Mean of heating() over the year that @p day lies in. */
static double year_mean(uint64_t site_seed, int south, int64_t year)
{
    double hours_C[24], sum = 0;
    int64_t first = (int64_t)lg_det_floor((double)year * LG_CAL_YEAR_DAYS);
    int64_t end = (int64_t)lg_det_floor((double)(year + 1) * LG_CAL_YEAR_DAYS);
    for (int h = 0; h < 24; h++)
        hours_C[h] = hour_C(h + 0.5);
    for (int64_t day = first; day < end; day++)
        for (int h = 0; h < 24; h += 2)
            sum += heating(day_C(site_seed, south, (double)day + (h + 1) / 24.0) +
                           (hours_C[h] + hours_C[h + 1]) / 2);
    return sum / (double)(12 * (end - first));
}

/* heating() over its mean, the same for all homes of a site: so the last answers are kept beside
 * all inputs they were made from, as driver.h allows; the mean takes thousands of steps. */
static double heating_share(uint64_t site_seed, int south, int64_t middle_ms)
{
    static _Thread_local struct {
        uint64_t site_seed;
        int64_t middle_ms, year;
        double share, mean;
        int south;
    } last = {.middle_ms = INT64_MIN, .year = INT64_MIN};
    int same_site = last.site_seed == site_seed && last.south == south;
    if (same_site && last.middle_ms == middle_ms)
        return last.share;
    double days = (double)middle_ms / (double)LG_CAL_DAY_MS;
    int64_t year = (int64_t)lg_det_floor(lg_det_floor(days) / LG_CAL_YEAR_DAYS);
    if (!same_site || last.year != year) {
        last.mean = year_mean(site_seed, south, year);
        last.year = year;
    }
    last.site_seed = site_seed;
    last.south = south;
    last.middle_ms = middle_ms;
    last.share =
        heating(day_C(site_seed, south, days) + hour_C(lg_cal_hour(middle_ms))) / last.mean;
    return last.share;
}

double load_heat_pump_W(const load_device *load, int64_t middle_ms)
{
    double heat = heating_share(load->site_seed, load->south, middle_ms);
    double share = (1 - WATER_PART) * heat + WATER_PART * water[(int)lg_cal_hour(middle_ms)];
    double half_hours = (double)middle_ms / (double)(LG_CAL_HOUR_MS / 2);
    return load->mean_W * share * (0.5 + lg_draw_smooth(load->seed, DRAW_RUN, half_hours));
}
