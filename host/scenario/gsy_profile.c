/*
 * What a profile of that exchange is worth in each slot of the run. The value at the very start of
 * a slot rules it, else the last one before. A profile within one day repeats; before its first
 * value the run's first day is 0. In a longer one a slot without a value takes the first value at
 * the same weekday and time; when there is none either, it goes on with the last value since the
 * slot before, else with what that slot had. A run that begins outside of the dates begins with 0:
 * a profile from Tuesday to Saturday is 0 on a run's Monday.
 */
#include "scenario/gsy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

/* Minutes of a week; where it begins does not matter, only what is equal. */
static int64_t week_ms(int64_t ms)
{
    return (ms % (7 * LG_DAY_MS) + 7 * LG_DAY_MS) % (7 * LG_DAY_MS);
}

static int by_ms(const void *key, const void *item)
{
    int64_t ms = *(const int64_t *)key, other = ((const lg__gsy_point *)item)->ms;
    return ms < other ? -1 : ms > other;
}

static const lg__gsy_point *at(const lg__gsy_point *items, uint32_t count, int64_t ms)
{
    return bsearch(&ms, items, count, sizeof *items, by_ms);
}

static int by_week(const void *a, const void *b)
{
    const lg__gsy_point *x = a, *y = b;
    if (x->ms != y->ms)
        return x->ms < y->ms ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* The points as times of a week, the first of equal ones only; *count of them. */
static lg__gsy_point *make_week(lg__gsy *g, const lg__gsy_points *points, uint32_t *count)
{
    lg__gsy_point *week = lg_arena_alloc(&g->r->scratch, points->count * sizeof *week);
    *count = 0;
    if (!week) {
        lg__exhausted(g->r);
        return NULL;
    }
    for (uint32_t i = 0; i < points->count; i++)
        week[i] = (lg__gsy_point){week_ms(points->items[i].ms), points->items[i].value,
                                  points->items[i].index};
    qsort(week, points->count, sizeof *week, by_week);
    for (uint32_t i = 0; i < points->count; i++)
        if (*count == 0 || week[*count - 1].ms != week[i].ms)
            week[(*count)++] = week[i];
    return week;
}

/* The last of @p items at or before @p ms, if it is less than @p age old; NULL: there is none. */
static const lg__gsy_point *before(const lg__gsy_point *items, uint32_t count, int64_t ms,
                                   int64_t age)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (items[middle].ms <= ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low && ms - items[low - 1].ms < age ? &items[low - 1] : NULL;
}

/* As before(), in a cycle of @p period: behind its end it begins again. */
static const lg__gsy_point *before_in(const lg__gsy_point *items, uint32_t count, int64_t ms,
                                      int64_t age, int64_t period)
{
    int64_t time = (ms % period + period) % period;
    const lg__gsy_point *point = before(items, count, time, age);
    return point ? point : before(items, count, time + period, age);
}

/* What rules from @p ms on: the value of that very time, that of its weekday, else the last one
 * that came after the slot before began. NULL: nothing new. */
static const lg__gsy_point *rules(const lg__gsy_points *points, const lg__gsy_point *week,
                                  uint32_t week_count, int64_t ms, int64_t slot_ms)
{
    if (points->daily)
        return before_in(points->items, points->count, ms, slot_ms, LG_DAY_MS);
    const lg__gsy_point *point = at(points->items, points->count, ms);
    if (!point)
        point = at(week, week_count, week_ms(ms));
    if (!point)
        point = before(points->items, points->count, ms, slot_ms);
    return point ? point : before_in(week, week_count, ms, slot_ms, 7 * LG_DAY_MS);
}

/* What rules the first slot, where no slot is before: of a profile that repeats what its day has
 * up to then, of dates what they have if the run begins among them. */
static const lg__gsy_point *begins(const lg__gsy_points *points, const lg__gsy_point *week,
                                   uint32_t week_count, int64_t ms)
{
    const lg__gsy_point *items = points->items;
    if (points->daily)
        return before(items, points->count, (ms % LG_DAY_MS + LG_DAY_MS) % LG_DAY_MS, LG_DAY_MS);
    const lg__gsy_point *point = rules(points, week, week_count, ms, 1);
    return point || ms > items[points->count - 1].ms ? point
                                                     : before(items, points->count, ms, INT64_MAX);
}

/* The values of the run's slots, at least of one day when the profile repeats. *reached: one of
 * the profile's is among them. */
static double *values_of(lg__gsy *g, const lg__gsy_points *points, uint32_t count, bool *reached)
{
    double *values = lg_arena_alloc(&g->r->scratch, count * sizeof *values), now = 0;
    uint32_t week_count = 0;
    lg__gsy_point *week = points->daily ? NULL : make_week(g, points, &week_count);
    if (!values || (!week && !points->daily)) {
        lg__exhausted(g->r);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        int64_t ms = g->settings.start_ms + i * g->settings.slot_ms;
        const lg__gsy_point *point = i ? rules(points, week, week_count, ms, g->settings.slot_ms)
                                       : begins(points, week, week_count, ms);
        now = point ? point->value : now;
        *reached |= point != NULL;
        values[i] = now;
    }
    return values;
}

static bool repeats(const double *values, uint32_t count, uint32_t period)
{
    for (uint32_t i = period; i < count; i++)
        if (values[i] != values[i - period])
            return false;
    return true;
}

/* A list of 24 or 96 values when the slots lie so, else {"day": {"HH:MM": value}}. */
static lg_conf *make_day(lg__gsy *g, const double *values, uint32_t period, const char *key,
                         int line)
{
    int64_t first = (g->settings.start_ms % LG_DAY_MS + LG_DAY_MS) % LG_DAY_MS;
    bool list = first == 0 && (period == 24 || period == 96);
    lg_conf *day =
        list ? lg__conf_new(g->r->arena, LG_CONF_LIST, key, line) : lg__gsy_table(g, "day", line);
    lg_conf **tail = day ? &day->first : NULL;
    for (uint32_t i = 0; i < period && day; i++) {
        int64_t minute = (first + i * g->settings.slot_ms) % LG_DAY_MS / LG_MINUTE_MS;
        char name[16];
        int length =
            snprintf(name, sizeof name, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
        const char *text = list ? NULL : lg_arena_text(g->r->arena, name, (size_t)length);
        lg_conf *item = lg__conf_new(g->r->arena, LG_CONF_NUMBER, text, line);
        if (!item || (!list && !text)) {
            lg__exhausted(g->r);
            return NULL;
        }
        item->number = values[i];
        tail = lg__conf_append(day, tail, item);
    }
    if (!day)
        lg__exhausted(g->r);
    if (!day || list)
        return day;
    lg_conf *table = lg__gsy_table(g, key, line);
    if (table)
        lg__conf_put(table, day);
    return table;
}

/* {"series": {"start": ..., "step_minutes": ..., "values": [...]}} */
static lg_conf *make_series(lg__gsy *g, const double *values, uint32_t count, const char *key,
                            int line)
{
    lg_conf *table = lg__gsy_table(g, key, line), *series = lg__gsy_table(g, "series", line);
    lg_conf *list = lg__conf_new(g->r->arena, LG_CONF_LIST, "values", line);
    char start[32];
    if (!table || !series || !list) {
        lg__exhausted(g->r);
        return NULL;
    }
    lg_clock_format_slot(g->settings.start_ms, start);
    strcat(start, "Z");
    lg__gsy_put_text(g, series, "start", start, line);
    lg__gsy_put_number(g, series, "step_minutes", (double)g->settings.slot_ms / LG_MINUTE_MS, line);
    lg__conf_put(series, list);
    lg__conf_put(table, series);
    lg_conf **tail = &list->first;
    for (uint32_t i = 0; i < count; i++) {
        lg_conf *item = lg__conf_new(g->r->arena, LG_CONF_NUMBER, NULL, line);
        if (!item) {
            lg__exhausted(g->r);
            return NULL;
        }
        item->number = values[i];
        tail = lg__conf_append(list, tail, item);
    }
    return table;
}

static lg_conf *make_number(lg__gsy *g, double value, const char *key, int line)
{
    lg_conf *item = lg__conf_new(g->r->arena, LG_CONF_NUMBER, key, line);
    if (item)
        item->number = value;
    else
        lg__exhausted(g->r);
    return item;
}

/* Nothing of the profile is in the run. */
static void tell_unreached(lg__gsy *g, const char *label, const lg_conf *item,
                           const lg__gsy_points *points)
{
    char first[32], last[32], start[32];
    lg_clock_format_slot(points->items[0].ms, first);
    lg_clock_format_slot(points->items[points->count - 1].ms, last);
    lg_clock_format_slot(g->settings.start_ms, start);
    lg__warning(g->r, item, label, item->key,
                "has no value for any slot of the run, which starts at %s: its %u values are of "
                "%s to %s, and it is 0 all the time",
                start, points->count, first, last);
}

lg_conf *lg__gsy_profile(lg__gsy *g, const char *label, const lg_conf *item, const char *key)
{
    double plain;
    if (lg__gsy_number(item, &plain))
        return make_number(g, plain, key, item->line);
    if (item->type != LG_CONF_TEXT && item->type != LG_CONF_TABLE) {
        char got[96];
        lg__got(item, got, sizeof got);
        lg__problem(g->r, item, label, item->key,
                    "expected a number, {time: value} or the path of a CSV file, got %s", got);
        return NULL;
    }
    const lg__gsy_points *points = lg__gsy_points_read(g, label, item);
    if (!points)
        return NULL;
    bool whole_day = LG_DAY_MS % g->settings.slot_ms == 0;
    uint32_t period = whole_day ? (uint32_t)(LG_DAY_MS / g->settings.slot_ms) : g->slots;
    uint32_t count = points->daily && period > g->slots ? period : g->slots;
    bool reached = false;
    const double *values = values_of(g, points, count, &reached);
    if (!values)
        return NULL;
    if (!reached && !points->daily)
        tell_unreached(g, label, item, points);
    if (repeats(values, count, 1))
        return make_number(g, values[0], key, item->line);
    if (points->daily && whole_day && repeats(values, count, period))
        return make_day(g, values, period, key, item->line);
    return make_series(g, values, count, key, item->line);
}
