/* Durations are whole milliseconds, so that deadlines are exact however long a run is. */
#include "app/pace.h"

#include <string.h>
#include "base/clock.h"

/* Longer than any run; what is shorter than a millisecond is no duration. */
#define DURATION_MAX_MS (36600 * LG_DAY_MS)

static const struct {
    const char *name;
    int64_t ms;
} units[] = {
    {"d", LG_DAY_MS}, {"h", LG_HOUR_MS}, {"m", LG_MINUTE_MS}, {"s", LG_SECOND_MS}, {"ms", 1},
};

enum { UNITS = sizeof units / sizeof units[0] };

/* Digits, perhaps with a point and up to three more, as thousandths. @return the text behind; NULL
 * when there is no such number, or one past twelve digits */
static const char *read_thousandths(const char *p, int64_t *thousandths)
{
    int whole = 0, decimals = 0;
    int64_t value = 0;
    for (; *p >= '0' && *p <= '9' && whole < 12; p++, whole++)
        value = value * 10 + (*p - '0');
    if (whole && *p == '.' && p[1] >= '0' && p[1] <= '9')
        for (p++; *p >= '0' && *p <= '9' && decimals < 3; p++, decimals++)
            value = value * 10 + (*p - '0');
    for (; decimals < 3; decimals++)
        value *= 10;
    *thousandths = value;
    return whole ? p : NULL;
}

/* The duration that ends at @p end. */
static bool read_duration(const char *text, const char *end, int64_t *ms)
{
    int64_t thousandths;
    const char *unit = read_thousandths(text, &thousandths);
    if (!unit)
        return false;
    for (int i = 0; i < UNITS; i++) {
        size_t length = strlen(units[i].name);
        if ((size_t)(end - unit) != length || memcmp(unit, units[i].name, length) != 0)
            continue;
        if (thousandths / 1000 > DURATION_MAX_MS / units[i].ms)
            return false;
        *ms = thousandths * units[i].ms / 1000;
        return *ms >= 1 && *ms <= DURATION_MAX_MS;
    }
    return false;
}

/* "60x": a minute of simulated time in a second. */
static bool read_factor(const char *text, lg_pace *pace)
{
    int64_t thousandths;
    const char *x = read_thousandths(text, &thousandths);
    if (!x || strcmp(x, "x") != 0 || thousandths < 1 || thousandths > DURATION_MAX_MS)
        return false;
    *pace = (lg_pace){.simulated_ms = thousandths, .real_ms = 1000};
    return true;
}

lg_status lg_pace_read(const char *text, lg_pace *pace, lg_err *err)
{
    const char *equals = strchr(text, '=');
    lg_pace read = {0};
    if (strcmp(text, "full") == 0) {
        *pace = read;
        return LG_OK;
    }
    if (strcmp(text, "real") == 0) {
        *pace = (lg_pace){.simulated_ms = 1000, .real_ms = 1000};
        return LG_OK;
    }
    if (equals ? read_duration(text, equals, &read.simulated_ms) &&
                     read_duration(equals + 1, equals + strlen(equals), &read.real_ms)
               : read_factor(text, &read)) {
        *pace = read;
        return LG_OK;
    }
    return lg_fail(err, LG_INVALID, "a pace is " LG_PACE_FORMS ", not \"%.60s\"", text);
}

void lg_pace_duration(lg_text *out, int64_t ms)
{
    int unit = 0;
    while (unit < UNITS - 1 && ms % units[unit].ms)
        unit++;
    lg_text_int(out, ms / units[unit].ms);
    lg_text_str(out, units[unit].name);
}

void lg_pace_text(lg_text *out, lg_pace pace)
{
    if (pace.simulated_ms == 0) {
        lg_text_str(out, "full");
    } else if (pace.simulated_ms == pace.real_ms) {
        lg_text_str(out, "real");
    } else {
        lg_pace_duration(out, pace.simulated_ms);
        lg_text_char(out, '=');
        lg_pace_duration(out, pace.real_ms);
    }
}
