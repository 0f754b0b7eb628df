/* include/lunagrid/calendar.h — what a device model asks of a time: day, hour, weekday, season
 *
 * Times are milliseconds since 1970 UTC; a day begins at midnight UTC, and no zone is ever asked.
 */
#ifndef LUNAGRID_CALENDAR_H
#define LUNAGRID_CALENDAR_H

#include <stdint.h>
#include "lunagrid/detmath.h"

#define LG_CAL_HOUR_MS INT64_C(3600000)
#define LG_CAL_DAY_MS  INT64_C(86400000)
/** Mean length of a year of the Gregorian calendar, in days. */
#define LG_CAL_YEAR_DAYS 365.2425

/** Days since 1970-01-01; negative before. */
static inline int64_t lg_cal_day(int64_t time_ms)
{
    int64_t day = time_ms / LG_CAL_DAY_MS;
    return time_ms % LG_CAL_DAY_MS < 0 ? day - 1 : day;
}

/** Milliseconds since the last midnight, 0 .. LG_CAL_DAY_MS - 1. */
static inline int64_t lg_cal_in_day(int64_t time_ms)
{
    return time_ms - lg_cal_day(time_ms) * LG_CAL_DAY_MS;
}

/** Hour of the day with its fraction, 0 <= h < 24. */
static inline double lg_cal_hour(int64_t time_ms)
{
    return (double)lg_cal_in_day(time_ms) / (double)LG_CAL_HOUR_MS;
}

/** Weeks since the Monday before 1970-01-01 (a Thursday). */
static inline int64_t lg_cal_week(int64_t day)
{
    int64_t shifted = day + 3;
    return shifted >= 0 ? shifted / 7 : (shifted - 6) / 7;
}

/** 0 = Monday .. 6 = Sunday, of a day as lg_cal_day() counts them. */
static inline int lg_cal_weekday(int64_t day)
{
    return (int)(day + 3 - 7 * lg_cal_week(day));
}

/** A date of the Gregorian calendar: month 1 .. 12, day 1 .. 31. */
typedef struct lg_cal_date {
    int64_t year;
    int month, day;
} lg_cal_date;

/** The date of a day as lg_cal_day() counts them. Years begin in March and in cycles of 400, so
 * that the leap day is the last of its year. */
static inline lg_cal_date lg_cal_date_of(int64_t day)
{
    int64_t since = day + 719468; /* 0000-03-01 */
    int64_t cycle = (since >= 0 ? since : since - 146096) / 146097;
    int64_t in_cycle = since - cycle * 146097;
    int64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153; /* 0: March */
    lg_cal_date date = {
        .year = year + cycle * 400 + (month >= 10),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(in_year - (153 * month + 2) / 5 + 1),
    };
    return date;
}

/** Part of the year that has passed at @p day, 0 <= y < 1; within a day of the calendar's. */
static inline double lg_cal_season(int64_t day)
{
    double years = (double)day / LG_CAL_YEAR_DAYS;
    return years - lg_det_floor(years);
}

#endif
