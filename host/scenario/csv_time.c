/* The three forms of time that a CSV file may use. */
#include "scenario/csv.h"

#include <string.h>
#include "base/clock.h"

/* HH:MM or HH:MM:SS as milliseconds of the day. */
static bool parse_day(const char *text, int64_t *ms)
{
    int64_t parts[3] = {0};
    int count = 0;
    for (const char *p = text; count < 3; p++) {
        int digits = 0;
        for (; *p >= '0' && *p <= '9' && digits < 2; p++, digits++)
            parts[count] = parts[count] * 10 + (*p - '0');
        if (digits == 0)
            return false;
        count++;
        if (*p != ':' || count == 3) {
            *ms = parts[0] * LG_HOUR_MS + parts[1] * LG_MINUTE_MS + parts[2] * LG_SECOND_MS;
            return !*p && count >= 2 && parts[0] < 24 && parts[1] < 60 && parts[2] < 60;
        }
    }
    return false;
}

static bool parse_epoch(const char *text, int64_t *ms)
{
    int64_t seconds = 0;
    size_t length = strspn(text, "0123456789");
    if (length < 5 || length > 11 || text[length])
        return false;
    for (size_t i = 0; i < length; i++)
        seconds = seconds * 10 + (text[i] - '0');
    *ms = seconds * LG_SECOND_MS;
    return true;
}

lg__time_form lg__csv_time(const char *text, int64_t *ms)
{
    if (lg_clock_parse(text, ms))
        return LG__TIME_ISO;
    if (parse_day(text, ms))
        return LG__TIME_DAY;
    return parse_epoch(text, ms) ? LG__TIME_EPOCH : LG__TIME_NONE;
}
