/* A home: low at night, a peak in the morning and a higher one in the evening; at weekends the
 * morning comes later and noon is busy; a little more in winter. Each home has its own habits (its
 * day is shifted by up to three quarters of an hour), better and worse days, a level that wanders
 * over the half hours and short bursts of use by quarter hours. Every factor has mean 1, so that a
 * year sums to annual_kWh. */
#include "device.h"

#include "lunagrid/calendar.h"
#include "lunagrid/draw.h"

enum { DRAW_HABIT = 1, DRAW_DAY, DRAW_LEVEL, DRAW_BURST };

/* In hundredths of the mean over a week, for the middle of each hour; rows sum to 2340 and 2550. */
static const double weekday[24] = {55,  45, 40, 38, 40, 50,  90,  130, 115, 90,  82,  90,
                                   105, 95, 80, 78, 92, 130, 180, 195, 175, 150, 115, 80};
static const double weekend[24] = {65,  52,  45,  41,  40,  43,  55,  80,  115, 140, 140, 145,
                                   150, 135, 120, 110, 115, 140, 170, 180, 150, 135, 105, 79};

static double curve(const double *row, double hour)
{
    double position = hour - 0.5;
    if (position < 0)
        position += 24;
    else if (position >= 24)
        position -= 24;
    int from = (int)position, to = from == 23 ? 0 : from + 1;
    return (row[from] + (row[to] - row[from]) * (position - from)) / 100;
}

static double season(int64_t day, int south)
{
    double swing = 0.12 * lg_det_cos(2 * LG_PI * (lg_cal_season(day) - 0.04));
    return south ? 1 - swing : 1 + swing;
}

double load_household_W(const load_device *load, int64_t middle_ms)
{
    int64_t day = lg_cal_day(middle_ms);
    double habit_h = 1.5 * (lg_draw_unit(load->seed, DRAW_HABIT, 0) - 0.5);
    double hour = lg_cal_hour(middle_ms) + habit_h;
    if (hour < 0)
        hour += 24;
    else if (hour >= 24)
        hour -= 24;
    double half_hours = (double)middle_ms / (double)(LG_CAL_HOUR_MS / 2);
    double burst = lg_draw_unit(load->seed, DRAW_BURST, middle_ms / (LG_CAL_HOUR_MS / 4));
    double factor = curve(lg_cal_weekday(day) < 5 ? weekday : weekend, hour);
    factor *= season(day, load->south);
    factor *= 0.8 + 0.4 * lg_draw_unit(load->seed, DRAW_DAY, day);
    factor *= 0.35 + 1.3 * lg_draw_smooth(load->seed, DRAW_LEVEL, half_hours);
    factor *= 0.7 + 1.2 * burst * burst * burst;
    return load->mean_W * factor;
}
