/* Summer time of the European Union: from the last Sunday of March to the last of October, changed
 * everywhere at 01:00 UTC (directive 2000/84/EC). */
#include "coordination/time.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"

struct lg_coord_zone {
    const char *name;
    int32_t offset_s; /* in winter */
    bool summer;
};

static const lg_coord_zone zones[] = {
    {"UTC", 0, false},
    {"Europe/London", 0, true},
    {"Europe/Lisbon", 0, true},
    {"Europe/Oslo", 3600, true},
    {"Europe/Stockholm", 3600, true},
    {"Europe/Copenhagen", 3600, true},
    {"Europe/Berlin", 3600, true},
    {"Europe/Amsterdam", 3600, true},
    {"Europe/Zurich", 3600, true},
    {"Europe/Vienna", 3600, true},
    {"Europe/Helsinki", 7200, true},
};

/* ---- moments ---- */

/* @p count digits at @p *text; -1: they are none. */
static int digits(const char **text, int count)
{
    int value = 0;
    for (; count > 0; count--, ++*text) {
        if (**text < '0' || **text > '9')
            return -1;
        value = value * 10 + (**text - '0');
    }
    return value;
}

static bool sign(const char **text, char expected)
{
    bool there = **text == expected;
    *text += there;
    return there;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool read_date(const char **text, lg_date *date)
{
    date->year = digits(text, 4);
    if (date->year < 1 || !sign(text, '-'))
        return false;
    date->month = digits(text, 2);
    if (date->month < 1 || date->month > 12 || !sign(text, '-'))
        return false;
    date->day = digits(text, 2);
    return date->day >= 1 && date->day <= days_in(date->year, date->month);
}

static bool read_time(const char **text, lg_date *date)
{
    if (!sign(text, 'T') && !sign(text, 't'))
        return false;
    date->hour = digits(text, 2);
    if (date->hour < 0 || date->hour > 23 || !sign(text, ':'))
        return false;
    date->minute = digits(text, 2);
    if (date->minute < 0 || date->minute > 59 || !sign(text, ':'))
        return false;
    date->second = digits(text, 2);
    return date->second >= 0 && date->second <= 59;
}

static bool read_fraction(const char **text, int64_t *us)
{
    int64_t place = LG_COORD_SECOND_US / 10;
    if (!sign(text, '.'))
        return true;
    if (**text < '0' || **text > '9')
        return false;
    for (; **text >= '0' && **text <= '9'; ++*text, place /= 10)
        *us += (**text - '0') * place;
    return true;
}

static bool read_offset(const char **text, int64_t *us)
{
    if (sign(text, 'Z') || sign(text, 'z'))
        return true;
    int direction = **text == '+' ? 1 : **text == '-' ? -1 : 0;
    if (!direction)
        return false;
    ++*text;
    int hours = digits(text, 2);
    if (hours < 0 || hours > 23 || !sign(text, ':'))
        return false;
    int minutes = digits(text, 2);
    *us -= direction * (hours * LG_COORD_HOUR_US + minutes * LG_COORD_MINUTE_US);
    return minutes >= 0 && minutes <= 59;
}

bool lg_coord_time_read(const char *text, int64_t *us)
{
    lg_date date = {.year = 0};
    if (!read_date(&text, &date) || !read_time(&text, &date))
        return false;
    int64_t result = lg_date_ms(&date) * 1000;
    if (!read_fraction(&text, &result) || !read_offset(&text, &result) || *text)
        return false;
    *us = result;
    return true;
}

static void put_time(int64_t us, bool fraction, char out[32])
{
    int64_t rest = us % LG_COORD_SECOND_US;
    rest += rest < 0 ? LG_COORD_SECOND_US : 0;
    lg_date d = lg_date_of((us - rest) / 1000);
    char decimals[8] = "";
    if (fraction || rest)
        snprintf(decimals, sizeof decimals, ".%06u", (unsigned)rest % 1000000);
    snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02u%sZ", (unsigned)d.year % 10000,
             (unsigned)d.month % 100, (unsigned)d.day % 100, (unsigned)d.hour % 100,
             (unsigned)d.minute % 100, (unsigned)d.second % 100, decimals);
}

void lg_coord_time_text(int64_t us, char out[32])
{
    put_time(us, false, out);
}

void lg_coord_stamp_text(int64_t us, char out[32])
{
    put_time(us, true, out);
}

bool lg_coord_resolution_read(const char *text, uint32_t *seconds)
{
    bool hour = strcmp(text, "01:00:00") == 0, quarter = strcmp(text, "00:15:00") == 0;
    *seconds = hour ? 3600 : 900;
    return hour || quarter;
}

const char *lg_coord_resolution_text(uint32_t seconds)
{
    return seconds == 3600 ? "01:00:00" : "00:15:00";
}

/* ---- zones ---- */

const lg_coord_zone *lg_coord_zone_find(const char *name)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (strcmp(zones[i].name, name) == 0)
            return &zones[i];
    return NULL;
}

/* 01:00 UTC of the last Sunday of a month of 31 days. */
static int64_t change_us(int year, int month)
{
    lg_date last = {.year = year, .month = month, .day = 31, .hour = 1};
    int64_t ms = lg_date_ms(&last);
    int since_sunday = (lg_date_of(ms).weekday + 1) % 7;
    return (ms - since_sunday * LG_DAY_MS) * 1000;
}

int32_t lg_coord_zone_offset_s(const lg_coord_zone *zone, int64_t us)
{
    int year = lg_date_of(us / 1000).year;
    bool summer = zone->summer && us >= change_us(year, 3) && us < change_us(year, 10);
    return zone->offset_s + (summer ? 3600 : 0);
}

int64_t lg_coord_zone_midnight(const lg_coord_zone *zone, int year, int month, int day)
{
    lg_date date = {.year = year, .month = month, .day = 1};
    int64_t us = (lg_date_ms(&date) + (day - 1) * LG_DAY_MS) * 1000;
    us -= zone->offset_s * LG_COORD_SECOND_US;
    /* in winter time; no clock is changed between the two, which are an hour apart at midnight */
    return us - (lg_coord_zone_offset_s(zone, us - 1) - zone->offset_s) * LG_COORD_SECOND_US;
}

lg_coord_month lg_coord_month_of(const lg_coord_zone *zone, int64_t us)
{
    int64_t local_ms = us / 1000 + lg_coord_zone_offset_s(zone, us) * LG_SECOND_MS;
    lg_date date = lg_date_of(local_ms);
    int days = days_in(date.year, date.month);
    lg_coord_month month = {
        .from_us = lg_coord_zone_midnight(zone, date.year, date.month, 1),
        .to_us = lg_coord_zone_midnight(zone, date.year, date.month, days + 1),
    };
    unsigned year = (unsigned)date.year % 10000, which = (unsigned)date.month % 100;
    snprintf(month.first, sizeof month.first, "%04u-%02u-01", year, which);
    snprintf(month.last, sizeof month.last, "%04u-%02u-%02u", year, which, (unsigned)days % 100);
    return month;
}
