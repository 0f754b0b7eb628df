/* When a car is there. A session with a time of day comes every day; one that reaches over midnight
 * has begun the day before, also before the first day of a run. A session with a date comes once. A
 * car takes part in the slots that lie wholly within its stay, so no slot ever has two cars, and no
 * car charges before it is there or after it has left. Sessions are kept in the order of their
 * beginnings, so that those that meet stand side by side. */
#include "device.h"

#include "lunagrid/calendar.h"

#include <stdio.h>
#include <stdlib.h>

#define MINUTE_MS 60000.0

/* "18:00" or "2024-06-03T18:00", for messages. */
static void time_text(const ev_session *session, char *out, size_t size)
{
    int minute = (int)(lg_cal_in_day(session->plug_in_ms) / 60000);
    if (session->daily) {
        snprintf(out, size, "%02d:%02d", minute / 60, minute % 60);
        return;
    }
    lg_cal_date date = lg_cal_date_of(lg_cal_day(session->plug_in_ms));
    snprintf(out, size, "%04lld-%02d-%02dT%02d:%02d", (long long)date.year, date.month, date.day,
             minute / 60, minute % 60);
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
    char text[400], mine[64];
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
    return LG_OK;
}

/* Daily sessions first, each sort by its beginning. */
static int by_start(const void *a, const void *b)
{
    const ev_session *x = a, *y = b;
    if (x->daily != y->daily)
        return x->daily ? -1 : 1;
    if (x->plug_in_ms != y->plug_in_ms)
        return x->plug_in_ms < y->plug_in_ms ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static int32_t refuse_overlap(const ev_device *ev, const ev_session *a, const ev_session *b)
{
    const ev_session *first = a->number < b->number ? a : b, *second = first == a ? b : a;
    char text[400], one[64], other[64];
    time_text(first, one, sizeof one);
    time_text(second, other, sizeof other);
    snprintf(text, sizeof text,
             "sessions[%u] (plug_in_time %s, %g minutes) and sessions[%u] (%s, %g minutes) "
             "overlap; a charger takes one car at a time",
             first->number, one, (double)first->duration_ms / MINUTE_MS, second->number, other,
             (double)second->duration_ms / MINUTE_MS);
    return refuse(ev, text);
}

/* The daily session, of @p count that do not meet each other, that meets a stay of @p one; NULL:
 * none. Of those that begin before the stay only the last can reach into it. */
static const ev_session *daily_meeting(const ev_session *daily, uint32_t count,
                                       const ev_session *one)
{
    int64_t from = lg_cal_in_day(one->plug_in_ms);
    uint32_t low = 0, high = count; /* to the first that begins at `from` or later */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (daily[middle].plug_in_ms < from)
            low = middle + 1;
        else
            high = middle;
    }
    if (count == 0)
        return NULL;
    const ev_session *next = &daily[low % count], *last = &daily[(low + count - 1) % count];
    int64_t next_ms = next->plug_in_ms + (low == count ? LG_CAL_DAY_MS : 0);
    int64_t last_ms = last->plug_in_ms - (low == 0 ? LG_CAL_DAY_MS : 0);
    if (next_ms < from + one->duration_ms)
        return next;
    return last_ms + last->duration_ms > from ? last : NULL;
}

/* Sorted, sessions of one sort that meet are neighbours: the first two that do are. */
static int32_t check_overlaps(const ev_device *ev)
{
    const ev_session *s = ev->sessions;
    uint32_t daily = 0;
    while (daily < ev->session_count && s[daily].daily)
        daily++;
    for (uint32_t i = 1; i < ev->session_count; i++)
        if (i != daily && s[i].plug_in_ms < s[i - 1].plug_in_ms + s[i - 1].duration_ms)
            return refuse_overlap(ev, &s[i - 1], &s[i]);
    if (daily > 1 && /* the last one over midnight into the first of the next day */
        s[0].plug_in_ms + LG_CAL_DAY_MS < s[daily - 1].plug_in_ms + s[daily - 1].duration_ms)
        return refuse_overlap(ev, &s[0], &s[daily - 1]);
    for (uint32_t i = daily; i < ev->session_count; i++) {
        const ev_session *other = daily_meeting(s, daily, &s[i]);
        if (other)
            return refuse_overlap(ev, other, &s[i]);
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
        session->number = i + 1;
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
    qsort(ev->sessions, count, sizeof *ev->sessions, by_start);
    return check_overlaps(ev);
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
