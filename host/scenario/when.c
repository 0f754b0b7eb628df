/* Times of events, of which no result but the slot they fall into depends. */
#include "scenario/when.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

bool lg_when_parse(const char *text, lg_when *when)
{
    unsigned hour, minute;
    int colon = 0, used = 0;
    if (sscanf(text, "%2u%n:%2u%n", &hour, &colon, &minute, &used) == 2 && used == colon + 3 &&
        !text[used]) {
        when->daily = true;
        when->ms = (int64_t)hour * LG_HOUR_MS + minute * LG_MINUTE_MS;
        if (when->ms == LG_DAY_MS)
            when->ms = 0;
        return minute < 60 && hour * 60 + minute <= 1440;
    }
    when->daily = false;
    return lg_clock_parse(text, &when->ms);
}

int64_t lg_when_midnight(int64_t time_ms)
{
    int64_t in_day = time_ms % LG_DAY_MS;
    return time_ms - (in_day < 0 ? in_day + LG_DAY_MS : in_day);
}

int64_t lg_when_last(const lg_when *when, int64_t from_ms, int64_t now_ms)
{
    int64_t at = when->ms;
    if (when->daily) {
        at += lg_when_midnight(now_ms);
        if (at > now_ms)
            at -= LG_DAY_MS;
    }
    return at >= from_ms && at <= now_ms ? at : INT64_MIN;
}

bool lg_when_between(const lg_when *from, const lg_when *to, int64_t now_ms)
{
    int64_t now = from->daily ? now_ms - lg_when_midnight(now_ms) : now_ms;
    if (from->daily && to->ms <= from->ms)
        return now >= from->ms || now < to->ms;
    return now >= from->ms && now < to->ms;
}
