/* Durations of ISO 8601. Years and months are added to the calendar date, the rest to the time. */
#include "base/clock.h"
#include "coordination/openadr.h"

enum { FOREVER_MONTHS = 9999 * 12 };

/* Digits at *@p text; -1: none, or more than anybody needs. */
static int64_t digits(const char **text)
{
    int64_t value = 0;
    const char *start = *text;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        value = value * 10 + (**text - '0');
        if (value > 1000000000)
            return -1;
    }
    return *text > start ? value : -1;
}

static bool fraction(const char **text, int64_t *us)
{
    int64_t place = LG_COORD_SECOND_US / 10;
    if (**text != '.')
        return true;
    const char *start = ++*text;
    for (; **text >= '0' && **text <= '9'; ++*text, place /= 10)
        *us += (**text - '0') * place;
    return *text > start && **text == 'S';
}

/* Fields in the order of @p letters, each at most once. */
static bool fields(const char **text, const char *letters, lg_oadr_span *span, bool time)
{
    bool any = false;
    while (**text >= '0' && **text <= '9') {
        int64_t value = digits(text), part = 0;
        if (value < 0 || (time && !fraction(text, &part)))
            return false;
        while (*letters && *letters != **text)
            letters++;
        if (!*letters)
            return false;
        int64_t day = 24 * LG_COORD_HOUR_US;
        if (!time && (**text == 'Y' || **text == 'M'))
            span->months += value * (**text == 'Y' ? 12 : 1);
        else
            span->us += part + value * (**text == 'W'   ? 7 * day
                                        : **text == 'D' ? day
                                        : **text == 'H' ? LG_COORD_HOUR_US
                                        : **text == 'M' ? LG_COORD_MINUTE_US
                                                        : LG_COORD_SECOND_US);
        letters++;
        ++*text;
        any = true;
    }
    return any;
}

bool lg_oadr_span_read(const char *text, lg_oadr_span *span)
{
    *span = (lg_oadr_span){.sign = *text == '-' ? -1 : 1};
    text += *text == '-';
    if (*text++ != 'P')
        return false;
    bool date = fields(&text, "YMWD", span, false), time = true;
    if (!date && *text != 'T')
        return false;
    if (*text == 'T') {
        text++;
        time = fields(&text, "HMS", span, true);
    }
    return time && !*text;
}

int64_t lg_oadr_span_after(int64_t us, const lg_oadr_span *span)
{
    if (us == INT64_MAX || (span->sign > 0 && span->months >= FOREVER_MONTHS))
        return INT64_MAX;
    lg_date date = lg_date_of(us / 1000);
    int64_t month = date.year * 12 + date.month - 1 + span->sign * span->months;
    if (month < 12 || month >= 9999 * 12)
        return month < 12 ? 0 : INT64_MAX;
    date.year = (int)(month / 12);
    date.month = (int)(month % 12) + 1;
    while (lg_date_of(lg_date_ms(&date)).month != date.month)
        date.day--; /* 31 January and a month: the last day of February */
    return lg_date_ms(&date) * 1000 + us % 1000 + span->sign * span->us;
}
