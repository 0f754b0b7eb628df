/* A day that repeats: 24 or 96 numbers, or day{...} with a value from a time on. */
#include "scenario/profiles.h"

#include <math.h>
#include <stdio.h>
#include "base/clock.h"

enum { DAY_MINUTES = 1440 };

/* 24 or 96 numbers from midnight on. */
const lg_profile *lg__profile_list(lg__reader *r, const char *label, const lg_option *row,
                                   const lg_conf *list)
{
    if (list->count != 24 && list->count != 96) {
        lg__problem(r, list, label, row->name,
                    "a list of %u values; expected 24 (hours) or 96 (quarter hours) of a day",
                    list->count);
        return NULL;
    }
    for (const lg_conf *item = list->first; item; item = item->next) {
        if (item->type != LG_CONF_NUMBER) {
            char got[96];
            lg__got(item, got, sizeof got);
            lg__problem(r, item, label, row->name, "expected a number in the list, got %s", got);
            return NULL;
        }
        if (!lg__profile_fits(row, item->number)) {
            lg__profile_misfit(r, item, label, row, item->number);
            return NULL;
        }
    }
    lg_profile *profile =
        lg_profile_new(r->mem, list->count, 0, LG_DAY_MS / list->count, LG_DAY_MS, row->unit);
    uint32_t i = 0;
    for (const lg_conf *item = list->first; item && profile; item = item->next)
        profile->values[i++] = item->number;
    return lg__profile_take(r, profile);
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : -100;
}

int lg__day_minute(const char *text)
{
    int hour = digit(text[0]);
    if (hour >= 0 && text[1] != ':') {
        hour = 10 * hour + digit(text[1]);
        text++;
    }
    if (hour < 0 || hour > 23 || text[1] != ':')
        return -1;
    int minute = 10 * digit(text[2]);
    if (minute < 0 || minute > 50)
        return -1;
    minute += digit(text[3]);
    return minute < 0 || text[4] ? -1 : 60 * hour + minute;
}

static int gcd(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Marks the minutes at which a value starts; false after a problem. */
static bool day_points(lg__reader *r, const char *label, const lg_option *row, const lg_conf *day,
                       double *minutes, int *step)
{
    bool fine = true;
    *step = DAY_MINUTES;
    for (const lg_conf *item = day->first; item; item = item->next) {
        int minute = lg__day_minute(item->key);
        if (minute < 0) {
            lg__problem(r, item, label, row->name,
                        "\"%.40s\" is no time of day; expected [\"HH:MM\"] = value", item->key);
            fine = false;
        } else if (item->type != LG_CONF_NUMBER) {
            char got[96];
            lg__got(item, got, sizeof got);
            lg__problem(r, item, label, row->name, "expected a number at %s, got %s", item->key,
                        got);
            fine = false;
        } else if (!lg__profile_fits(row, item->number)) {
            lg__profile_misfit(r, item, label, row, item->number);
            fine = false;
        } else {
            minutes[minute] = item->number;
            *step = gcd(*step, minute);
        }
    }
    return fine;
}

/* day{["00:00"] = 20, ["06:30"] = 35}: each value holds until the next, the last one over midnight.
 */
const lg_profile *lg__profile_day(lg__reader *r, const char *label, const lg_option *row,
                                  const lg_conf *day)
{
    double minutes[DAY_MINUTES];
    int step;
    for (int i = 0; i < DAY_MINUTES; i++)
        minutes[i] = NAN;
    if (day->type != LG_CONF_TABLE || day->count == 0) {
        lg__problem(r, day, label, row->name, "day expects [\"HH:MM\"] = value, at least once");
        return NULL;
    }
    if (!day_points(r, label, row, day, minutes, &step))
        return NULL;
    uint32_t count = (uint32_t)(DAY_MINUTES / step);
    lg_profile *profile =
        lg_profile_new(r->mem, count, 0, step * LG_MINUTE_MS, LG_DAY_MS, row->unit);
    double now = NAN;
    for (int i = 0; i < DAY_MINUTES; i++) /* the last value of the day holds at its start */
        now = isnan(minutes[i]) ? now : minutes[i];
    for (uint32_t i = 0; i < count && profile; i++) {
        double point = minutes[(int)i * step];
        now = isnan(point) ? now : point;
        profile->values[i] = now;
    }
    return lg__profile_take(r, profile);
}
