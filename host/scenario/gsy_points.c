/*
 * The points of a profile as that exchange's files have them. A CSV file has two columns with `,`
 * or `;` between; rows whose second cell is no number are headers. A dictionary has hours, times of
 * day or dates as keys; as a text it may be written with either quote or none, as Python prints it.
 */
#include "scenario/gsy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/input.h"
#include "scenario/csv.h"

static bool add(lg__gsy *g, lg__gsy_points *points, int64_t ms, double value)
{
    if (!LG_GROW(g->r->mem, points->items, points->capacity, points->count + 1))
        return lg__exhausted(g->r);
    points->items[points->count] =
        (lg__gsy_point){.ms = ms, .value = value, .index = points->count};
    points->count++;
    return true;
}

/* A key: an hour, a time of day or a date. */
static bool read_time(lg__gsy_points *points, const char *key, int64_t *ms)
{
    double hour;
    bool date = false;
    if (lg__number_parse(key, &hour) && hour >= 0 && hour < 24) {
        *ms = (int64_t)(hour * (double)LG_HOUR_MS);
    } else {
        lg__time_form form = lg__csv_time(key, ms);
        if (form != LG__TIME_DAY && form != LG__TIME_ISO)
            return false;
        date = form == LG__TIME_ISO;
    }
    if (points->count && points->absolute != date)
        return false; /* one form a profile */
    points->absolute = date;
    return true;
}

/* Cuts blanks and quotes off both ends. */
static char *trim(char *text)
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

static bool read_dictionary(lg__gsy *g, const char *label, const lg_conf *table,
                            lg__gsy_points *points)
{
    for (const lg_conf *item = table->first; item; item = item->next) {
        int64_t ms;
        if (item->type != LG_CONF_NUMBER) {
            char got[96];
            lg__got(item, got, sizeof got);
            lg__problem(g->r, item, label, table->key, "expected a number at %.40s, got %s",
                        item->key, got);
            return false;
        }
        if (!read_time(points, item->key, &ms))
            return no_time(g, table, label, item->key);
        if (!add(g, points, ms, item->number))
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
    char *begin = trim(copy), *end = begin + strlen(begin) - 1; /* a { is in it */
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
        if (!lg__number_parse(trim(colon + 1), &value)) {
            lg__problem(g->r, item, label, item->key, "\"%.40s\" is no number", trim(colon + 1));
            return false;
        }
        if (!read_time(points, trim(pair), &ms))
            return no_time(g, item, label, trim(pair));
        if (!add(g, points, ms, value))
            return false;
    }
    return true;
}

/* One row; a row without a number in its second cell is a header. */
static bool read_row(lg__gsy *g, const char *label, const lg_conf *item, char *row, uint32_t number,
                     lg__gsy_points *points)
{
    char *separator = strpbrk(row, ",;");
    double value;
    int64_t ms;
    if (!separator)
        return true;
    *separator = 0;
    char *second = trim(separator + 1), *third = strpbrk(second, ",;");
    if (third)
        *third = 0;
    if (!lg__number_parse(trim(second), &value))
        return true;
    char *time = trim(row);
    if (!read_time(points, time, &ms)) {
        lg__problem(g->r, item, label, item->key,
                    "%s:%u: \"%.40s\" is no time; expected HH:mm or YYYY-MM-DDTHH:mm, the same "
                    "form in all rows",
                    points->path, number, time);
        return false;
    }
    return add(g, points, ms, value);
}

static bool read_csv(lg__gsy *g, const char *label, const lg_conf *item, lg__gsy_points *points)
{
    size_t size = 0;
    uint32_t number = 0;
    const char *why;
    FILE *file = lg_input_open(points->path, &why);
    if (!file) {
        lg__problem(g->r, item, label, item->key,
                    "the file %s cannot be read; paths are looked for beside the scenario, then in "
                    "the working directory",
                    points->path);
        return false;
    }
    fclose(file);
    char *text = lg__file_read(g->r, points->path, &size), *rest = NULL;
    bool fine = text != NULL;
    char *from = text;
    if (text && size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        from += 3;
    while (fine && from && *from) {
        rest = strchr(from, '\n');
        if (rest)
            *rest++ = 0;
        fine = read_row(g, label, item, from, ++number, points);
        from = rest;
    }
    if (text)
        lg_mem_free(g->r->mem, text, size + 1);
    return fine;
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
                : path ? read_csv(g, label, item, points)
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
