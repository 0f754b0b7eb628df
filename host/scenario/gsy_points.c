/*
 * The points of a profile as that exchange's files have them. A dictionary has hours, times of day
 * or dates as keys; as a text it may be written with either quote or none, as Python prints it. CSV
 * files are read by gsy_csv.c.
 */
#include "scenario/gsy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "scenario/csv.h"

bool lg__gsy_points_add(lg__gsy *g, lg__gsy_points *points, int64_t ms, double value)
{
    if (!LG_GROW(g->r->mem, points->items, points->capacity, points->count + 1))
        return lg__exhausted(g->r);
    points->items[points->count] =
        (lg__gsy_point){.ms = ms, .value = value, .index = points->count};
    points->count++;
    return true;
}

lg__gsy_time lg__gsy_time_read(const char *key, int64_t *ms)
{
    double hour;
    if (lg__number_parse(key, &hour) && hour >= 0 && hour < 24) {
        *ms = (int64_t)(hour * (double)LG_HOUR_MS);
        return LG__GSY_TIME_DAY;
    }
    lg__time_form form = lg__csv_time(key, ms);
    return form == LG__TIME_DAY   ? LG__GSY_TIME_DAY
           : form == LG__TIME_ISO ? LG__GSY_TIME_DATE
                                  : LG__GSY_TIME_NONE;
}

bool lg__gsy_points_time(lg__gsy_points *points, const char *key, int64_t *ms)
{
    lg__gsy_time form = lg__gsy_time_read(key, ms);
    bool date = form == LG__GSY_TIME_DATE;
    if (form == LG__GSY_TIME_NONE || (points->count && points->absolute != date))
        return false; /* one form a profile */
    points->absolute = date;
    return true;
}

char *lg__gsy_trim(char *text)
{
    while (isspace((unsigned char)*text) || *text == '\'' || *text == '"')
        text++;
    char *end = text + strlen(text);
    while (end > text && (isspace((unsigned char)end[-1]) || end[-1] == '\'' || end[-1] == '"'))
        *--end = 0;
    return text;
}

static bool no_time(lg__gsy *g, const lg_conf *at, const char *label, const char *word)
{
    lg__problem(g->r, at, label, at->key,
                "\"%.40s\" is no time; expected an hour, HH:mm or YYYY-MM-DDTHH:mm, the same "
                "form throughout",
                word);
    return false;
}

/* "0:00" and "00:00" are one time: as there the last one counts. */
static void tell_twice(lg__gsy *g, const char *label, const lg_conf *table, const lg_conf *item,
                       const lg__gsy_points *points, int64_t ms)
{
    for (uint32_t i = 0; i < points->count; i++)
        if (points->items[i].ms == ms) {
            lg__warning(g->r, item, label, table->key,
                        "\"%.40s\" is a time that has a value already; the later one counts",
                        item->key);
            return;
        }
}

static bool read_dictionary(lg__gsy *g, const char *label, const lg_conf *table,
                            lg__gsy_points *points)
{
    for (const lg_conf *item = table->first; item; item = item->next) {
        int64_t ms;
        double value;
        if (!lg__gsy_number(item, &value)) {
            char got[96];
            lg__got(item, got, sizeof got);
            lg__problem(g->r, item, label, table->key, "expected a number at %.40s, got %s",
                        item->key, got);
            return false;
        }
        if (!lg__gsy_points_time(points, item->key, &ms))
            return no_time(g, table, label, item->key);
        tell_twice(g, label, table, item, points, ms);
        if (!lg__gsy_points_add(g, points, ms, value))
            return false;
    }
    return true;
}

/* "{0: 10, '06:30': 20}" */
static bool read_text(lg__gsy *g, const char *label, const lg_conf *item, lg__gsy_points *points)
{
    char *copy = lg_arena_text(&g->r->scratch, item->text, strlen(item->text)), *rest = NULL;
    if (!copy)
        return lg__exhausted(g->r);
    char *begin = lg__gsy_trim(copy), *end = begin + strlen(begin) - 1; /* a { is in it */
    bool framed = *begin == '{' && *end == '}';
    *end = 0;
    for (char *pair = strtok_r(begin + framed, ",", &rest); pair || !framed;
         pair = strtok_r(NULL, ",", &rest)) {
        char *colon = framed ? strrchr(pair, ':') : NULL; /* times hold colons too */
        double value;
        int64_t ms;
        if (!colon) {
            lg__problem(g->r, item, label, item->key, "expected {time: value, ...}, got \"%.60s\"",
                        item->text);
            return false;
        }
        *colon = 0;
        if (!lg__number_parse(lg__gsy_trim(colon + 1), &value)) {
            lg__problem(g->r, item, label, item->key, "\"%.40s\" is no number",
                        lg__gsy_trim(colon + 1));
            return false;
        }
        if (!lg__gsy_points_time(points, lg__gsy_trim(pair), &ms))
            return no_time(g, item, label, lg__gsy_trim(pair));
        if (!lg__gsy_points_add(g, points, ms, value))
            return false;
    }
    return true;
}

/* Equal times stay in the order in which they were read. */
static int by_time(const void *a, const void *b)
{
    const lg__gsy_point *x = a, *y = b;
    if (x->ms != y->ms)
        return x->ms < y->ms ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Sorts; of equal times the last one stays. */
static void order(lg__gsy_points *points)
{
    lg__gsy_point *items = points->items;
    uint32_t kept = 0;
    qsort(items, points->count, sizeof *items, by_time);
    for (uint32_t i = 0; i < points->count; i++) {
        if (kept && items[kept - 1].ms == items[i].ms)
            kept--;
        items[kept++] = items[i];
    }
    points->count = kept;
}

/* Dates within one day are times of day: such a profile repeats. */
static void settle(lg__gsy_points *points)
{
    order(points);
    lg__gsy_point *items = points->items;
    points->daily = !points->absolute || items[points->count - 1].ms - items[0].ms < LG_DAY_MS;
    if (!points->daily || !points->absolute)
        return;
    for (uint32_t i = 0; i < points->count; i++)
        items[i].ms = (items[i].ms % LG_DAY_MS + LG_DAY_MS) % LG_DAY_MS;
    order(points);
}

static lg__gsy_points *new_points(lg__gsy *g, const char *path)
{
    lg__gsy_points *points = lg_arena_alloc(&g->r->scratch, sizeof *points);
    if (!points) {
        lg__exhausted(g->r);
        return NULL;
    }
    points->path = path;
    points->next = g->files;
    g->files = points;
    return points;
}

lg__gsy_points *lg__gsy_points_read(lg__gsy *g, const char *label, const lg_conf *item)
{
    const char *path = NULL;
    bool text = item->type == LG_CONF_TEXT && strchr(item->text, '{');
    if (item->type == LG_CONF_TEXT && !text) {
        path = lg__path_near(g->r, item->text);
        if (!path)
            return NULL;
        for (lg__gsy_points *known = g->files; known; known = known->next)
            if (known->path && strcmp(known->path, path) == 0)
                return known->fine ? known : NULL; /* what is wrong with it has been told */
    }
    lg__gsy_points *points = new_points(g, path);
    if (!points)
        return NULL;
    bool fine = text   ? read_text(g, label, item, points)
                : path ? lg__gsy_points_csv(g, label, item, points)
                       : read_dictionary(g, label, item, points);
    if (!fine)
        return NULL;
    if (points->count == 0) {
        lg__problem(g->r, item, label, item->key, "the profile%s%s holds no value", path ? " " : "",
                    path ? path : "");
        return NULL;
    }
    settle(points);
    points->fine = true;
    return points;
}

void lg__gsy_points_fini(lg__gsy *g)
{
    for (lg__gsy_points *points = g->files; points; points = points->next)
        lg_mem_free(g->r->mem, points->items, points->capacity * sizeof *points->items);
    g->files = NULL;
}
