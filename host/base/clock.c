/* Civil-date arithmetic after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days from
 * a March-based year), so that no C library zone or locale is ever asked. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

lg_date lg_date_of(int64_t time_ms)
{
    int64_t days = time_ms / LG_DAY_MS;
    int64_t rest = time_ms % LG_DAY_MS;
    if (rest < 0) {
        rest += LG_DAY_MS;
        days--;
    }
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    lg_date date = {
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .month = (int)(mp < 10 ? mp + 3 : mp - 9),
        .hour = (int)(rest / LG_HOUR_MS),
        .minute = (int)(rest / LG_MINUTE_MS % 60),
        .second = (int)(rest / LG_SECOND_MS % 60),
        .milli = (int)(rest % 1000),
    };
    date.year = (int)(yoe + era * 400 + (date.month <= 2));
    date.weekday = (int)(((days + 3) % 7 + 7) % 7); /* day 0 was a Thursday */
    date.day_of_year = (int)(days - days_from_civil(date.year, 1, 1) + 1);
    return date;
}

int64_t lg_date_ms(const lg_date *date)
{
    return days_from_civil(date->year, date->month, date->day) * LG_DAY_MS +
           date->hour * LG_HOUR_MS + date->minute * LG_MINUTE_MS + date->second * LG_SECOND_MS +
           date->milli;
}

/* Reads exactly @p digits digits. */
static bool number(const char **p, int digits, int *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++, (*p)++) {
        if (**p < '0' || **p > '9')
            return false;
        *out = *out * 10 + (**p - '0');
    }
    return true;
}

static bool letter(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static bool zone(const char **p, int64_t *offset_ms)
{
    *offset_ms = 0;
    if (**p == 0 || letter(p, 'Z'))
        return true;
    int sign = **p == '-' ? -1 : 1, hours, minutes = 0;
    if (**p != '+' && **p != '-')
        return false;
    (*p)++;
    if (!number(p, 2, &hours))
        return false;
    bool more = letter(p, ':') || **p;
    if (more && !number(p, 2, &minutes))
        return false;
    *offset_ms = sign * (hours * LG_HOUR_MS + minutes * LG_MINUTE_MS);
    return hours < 24 && minutes < 60;
}

static bool valid_day(const lg_date *d)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (d->month < 1 || d->month > 12 || d->day < 1 || d->day > days[d->month - 1])
        return false;
    bool leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;
    return d->month != 2 || d->day < 29 || leap;
}

bool lg_clock_parse(const char *text, int64_t *time_ms)
{
    lg_date d = {0};
    const char *p = text;
    int64_t offset_ms = 0;
    if (!number(&p, 4, &d.year) || !letter(&p, '-') || !number(&p, 2, &d.month) ||
        !letter(&p, '-') || !number(&p, 2, &d.day) || !valid_day(&d))
        return false;
    if (letter(&p, 'T') || letter(&p, ' ')) {
        if (!number(&p, 2, &d.hour) || !letter(&p, ':') || !number(&p, 2, &d.minute))
            return false;
        if (letter(&p, ':') &&
            (!number(&p, 2, &d.second) || (letter(&p, '.') && !number(&p, 3, &d.milli))))
            return false;
        if (!zone(&p, &offset_ms))
            return false;
    }
    if (*p || d.hour > 23 || d.minute > 59 || d.second > 59)
        return false;
    *time_ms = lg_date_ms(&d) - offset_ms;
    return true;
}

void lg_clock_format(int64_t time_ms, char out[32])
{
    lg_date d = lg_date_of(time_ms);
    snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02u+00:00", (unsigned)d.year % 10000u,
             (unsigned)d.month % 100u, (unsigned)d.day % 100u, (unsigned)d.hour % 100u,
             (unsigned)d.minute % 100u, (unsigned)d.second % 100u);
}

void lg_clock_format_slot(int64_t time_ms, char out[32])
{
    lg_clock_format(time_ms, out);
    out[16] = 0;
}
