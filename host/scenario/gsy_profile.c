/*
 * What a profile of that exchange is worth in each slot of the run. The value at the very start of
 * a slot rules it. A profile within one day repeats. In a longer one a slot without a value takes
 * the first value at the same weekday and time; when there is none either, it goes on with the
 * value of the slot before it, and the run begins with 0. So a profile from Tuesday to Saturday is
 * 0 on a run's Monday, whatever its dates are.
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

/* The values of the run's slots, at least of one day when the profile repeats. */
static double *values_of(lg__gsy *g, const lg__gsy_points *points, uint32_t count)
{
    double *values = lg_arena_alloc(&g->r->scratch, count * sizeof *values), now = 0;
    uint32_t week_count = 0;
    lg__gsy_point *week = points->daily ? NULL : make_week(g, points, &week_count);
    if (!values) {
        lg__exhausted(g->r);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        int64_t ms = g->settings.start_ms + i * g->settings.slot_ms;
        int64_t key = points->daily ? (ms % LG_DAY_MS + LG_DAY_MS) % LG_DAY_MS : ms;
        const lg__gsy_point *point = at(points->items, points->count, key);
        if (!point && week)
            point = at(week, week_count, week_ms(ms));
        now = point ? point->value : now;
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

lg_conf *lg__gsy_profile(lg__gsy *g, const char *label, const lg_conf *item, const char *key)
{
    double plain;
    char *after = NULL;
    if (item->type == LG_CONF_NUMBER)
        return make_number(g, item->number, key, item->line);
    if (item->type == LG_CONF_TEXT && item->text[0]) {
        plain = strtod(item->text, &after);
        if (!*after)
            return make_number(g, plain, key, item->line);
    }
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
    const double *values = values_of(g, points, count);
    if (!values)
        return NULL;
    if (repeats(values, count, 1))
        return make_number(g, values[0], key, item->line);
    if (points->daily && whole_day && repeats(values, count, period))
        return make_day(g, values, period, key, item->line);
    return make_series(g, values, count, key, item->line);
}
