/* When a car is there. A session with a time of day comes every day; one that reaches over midnight
 * has begun the day before, also before the first day of a run. A session with a date comes once. A
 * car takes part in the slots that lie wholly within its stay, so no slot ever has two cars, and no
 * car charges before it is there or after it has left. */
#include "device.h"

#include "lunagrid/calendar.h"

#include <stdio.h>

#define MINUTE_MS 60000.0

/* "18:00" or "2024-06-03 18:00", for messages. */
static void time_text(const ev_session *session, char *out, size_t size)
{
    int64_t minute = lg_cal_in_day(session->plug_in_ms) / 60000;
    int used = 0;
    if (!session->daily)
        used = snprintf(out, size, "day %lld since 1970, ",
                        (long long)lg_cal_day(session->plug_in_ms));
    snprintf(out + used, size - (size_t)used, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
}

/* Whether [a, a + a_ms) and [b, b + b_ms) meet. */
static bool meet(int64_t a, int64_t a_ms, int64_t b, int64_t b_ms)
{
    return a < b + b_ms && b < a + a_ms;
}

/* Daily sessions are at most a day long, so of one that meets a stay, the stay of the day before
 * its start, of that day, or of a day until its end does. */
static bool overlap(const ev_session *a, const ev_session *b)
{
    if (a->daily && !b->daily)
        return overlap(b, a);
    if (!b->daily)
        return meet(a->plug_in_ms, a->duration_ms, b->plug_in_ms, b->duration_ms);
    int64_t from = a->plug_in_ms;
    int64_t last = lg_cal_day(from + a->duration_ms);
    for (int64_t day = lg_cal_day(from) - 1; day <= last; day++)
        if (meet(from, a->duration_ms, day * LG_CAL_DAY_MS + b->plug_in_ms, b->duration_ms))
            return true;
    return false;
}

static int32_t refuse(const ev_device *ev, const char *sentence)
{
    ev->host->refuse(ev->host->ctx, sentence);
    return LG_INVALID;
}

/* How many slots lie wholly within the session. */
static int64_t slots_of(const ev_session *session, const lg_device_info *info)
{
    int64_t slot_ms = (int64_t)info->slot_s * 1000;
    int64_t since = session->plug_in_ms - info->start_ms;
    int64_t into = ((since % slot_ms) + slot_ms) % slot_ms;
    int64_t wait = into ? slot_ms - into : 0;
    return session->duration_ms > wait ? (session->duration_ms - wait) / slot_ms : 0;
}

/* What is asked for may be more than the charger can give; nobody is charged for that later. */
static void warn_if_too_short(const ev_device *ev, uint32_t index, const lg_device_info *info)
{
    const ev_session *session = &ev->sessions[index];
    double possible = (double)slots_of(session, info) * info->slot_s / 3600 * ev->max_power_kW;
    double lacking = (session->required_kWh - session->initial_kWh) / ev->efficiency;
    if (lacking <= possible + 1e-9)
        return;
    char text[300];
    snprintf(
        text, sizeof text,
        "%.100s: sessions[%u] needs %.3f kWh until the car leaves, but in its slots no more than "
        "%.3f kWh can be charged at %g kW",
        info->name, index + 1, lacking, possible, ev->max_power_kW);
    ev->host->log(ev->host->ctx, LG_LOG_WARN, text);
}

static int32_t check(const ev_device *ev, uint32_t index, const lg_device_info *info)
{
    const ev_session *session = &ev->sessions[index];
    char text[400], mine[64], other[64];
    time_text(session, mine, sizeof mine);
    if (session->daily && session->duration_ms > LG_CAL_DAY_MS) {
        snprintf(text, sizeof text,
                 "sessions[%u] comes every day at %s and lasts %g minutes, more than a day",
                 index + 1, mine, (double)session->duration_ms / MINUTE_MS);
        return refuse(ev, text);
    }
    if (slots_of(session, info) == 0) {
        snprintf(text, sizeof text,
                 "sessions[%u] at %s lasts %g minutes: no slot of %g minutes lies wholly within it",
                 index + 1, mine, (double)session->duration_ms / MINUTE_MS, info->slot_s / 60.0);
        return refuse(ev, text);
    }
    for (uint32_t i = 0; i < index; i++) {
        if (!overlap(&ev->sessions[i], session))
            continue;
        time_text(&ev->sessions[i], other, sizeof other);
        snprintf(text, sizeof text,
                 "sessions[%u] (plug_in_time %s, %g minutes) and sessions[%u] (%s, %g minutes) "
                 "overlap; a charger takes one car at a time",
                 i + 1, other, (double)ev->sessions[i].duration_ms / MINUTE_MS, index + 1, mine,
                 (double)session->duration_ms / MINUTE_MS);
        return refuse(ev, text);
    }
    return LG_OK;
}

int32_t ev_sessions_read(ev_device *ev, const lg_device_info *info)
{
    const lg_value *rows = lg_value_at(info, OPTION_SESSIONS);
    uint32_t count = (uint32_t)(rows->list_count / COLUMN_COUNT);
    if (count == 0)
        return refuse(ev, "sessions is empty, expected at least one: {plug_in_time = \"18:00\", "
                          "duration_minutes = 600}");
    ev->sessions = ev->host->alloc(ev->host->ctx, count * sizeof *ev->sessions);
    if (!ev->sessions)
        return LG_MEMORY;
    ev->session_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const double *cell = rows->list + (size_t)i * COLUMN_COUNT;
        ev_session *session = &ev->sessions[i];
        session->plug_in_ms = (int64_t)cell[COLUMN_PLUG_IN];
        session->daily = cell[COLUMN_PLUG_IN] < LG_OPTION_TIME_DATE;
        session->duration_ms = (int64_t)(cell[COLUMN_DURATION] * MINUTE_MS + 0.5);
        session->capacity_kWh = ev_whole_uwh(cell[COLUMN_CAPACITY]);
        session->initial_kWh = ev_whole_uwh(session->capacity_kWh * cell[COLUMN_INITIAL_SOC] / 100);
        session->required_kWh = ev_whole_uwh(session->capacity_kWh * cell[COLUMN_MIN_SOC] / 100);
        int32_t status = check(ev, i, info);
        if (status != LG_OK)
            return status;
        warn_if_too_short(ev, i, info);
    }
    return LG_OK;
}

ev_stay ev_sessions_at(const ev_device *ev, int64_t start_ms, int64_t end_ms)
{
    int64_t midnight = lg_cal_day(start_ms) * LG_CAL_DAY_MS;
    for (uint32_t i = 0; i < ev->session_count; i++) {
        const ev_session *session = &ev->sessions[i];
        int64_t from = session->plug_in_ms + (session->daily ? midnight : 0);
        if (session->daily && from > start_ms)
            from -= LG_CAL_DAY_MS; /* since yesterday */
        if (from <= start_ms && end_ms <= from + session->duration_ms)
            return (ev_stay){session, from, from + session->duration_ms};
    }
    return (ev_stay){NULL, 0, 0};
}
