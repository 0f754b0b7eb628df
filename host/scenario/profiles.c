/*
 * A value over time from a number, a list of a day, day{...} or a column of a CSV file, converted to the
 * unit its row wants. Equal profiles are one: a thousand homes with the same tariff share it.
 */
#include "scenario/profiles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/hash.h"

enum { CELL_PROBLEMS_MAX = 3, DAY_MINUTES = 1440 };

/* --- equal profiles are one ------------------------------------------------------------------ */

static bool equal(const lg_profile *a, const lg_profile *b)
{
    return a->count == b->count && a->unit == b->unit && a->start_ms == b->start_ms &&
           a->step_ms == b->step_ms && a->period_ms == b->period_ms &&
           memcmp(a->values, b->values, a->count * sizeof(double)) == 0;
}

static uint64_t hash_of(const lg_profile *p)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ p->unit ^ ((uint64_t)p->start_ms << 8);
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t bits;
        memcpy(&bits, &p->values[i], sizeof bits);
        hash = (hash ^ bits) * UINT64_C(0x100000001b3);
        hash ^= hash >> 29;
    }
    return hash;
}

/* Doubles the table and enters all profiles anew. */
static bool grow_slots(lg__reader *r)
{
    uint32_t count = r->profile_slot_count ? 2 * r->profile_slot_count : 64;
    uint32_t *slots = lg_arena_alloc(&r->scratch, count * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < r->scenario->profile_count; i++) {
        uint64_t at = hash_of(r->scenario->profiles[i]);
        while (slots[at & (count - 1)])
            at++;
        slots[at & (count - 1)] = i + 1;
    }
    r->profile_slots = slots;
    r->profile_slot_count = count;
    return true;
}

/* Gives @p profile to the scenario, or drops it for an equal one. NULL: exhausted, it is freed. */
static const lg_profile *take(lg__reader *r, lg_profile *profile)
{
    lg_scenario *s = r->scenario;
    if (!profile)
        goto exhausted;
    if (2 * (s->profile_count + 1) > r->profile_slot_count && !grow_slots(r))
        goto exhausted;
    uint64_t at = hash_of(profile);
    uint32_t mask = r->profile_slot_count - 1;
    for (; r->profile_slots[at & mask]; at++) {
        lg_profile *other = s->profiles[r->profile_slots[at & mask] - 1];
        if (equal(other, profile)) {
            lg_profile_free(profile);
            return other;
        }
    }
    if (!LG_GROW(r->mem, s->profiles, s->profile_capacity, s->profile_count + 1))
        goto exhausted;
    s->profiles[s->profile_count++] = profile;
    r->profile_slots[at & mask] = s->profile_count;
    return profile;
exhausted:
    lg_profile_free(profile);
    lg__exhausted(r);
    return NULL;
}

const lg_profile *lg__profile_constant(lg__reader *r, double value, uint32_t unit)
{
    return take(r, lg_profile_constant(r->mem, value, unit));
}

/* --- a repeating day ------------------------------------------------------------------------- */

static bool in_range(const lg_option *row, double value)
{
    return isfinite(value) &&
           !(row->min < row->max && (value < row->min || value > row->max));
}

/* Reports a value out of range; `key` is the row's name or the time within a day. */
static void out_of_range(lg__reader *r, const lg_conf *at, const char *label, const lg_option *row,
                         double value)
{
    const char *sign = lg__unit_sign(row->unit);
    lg__problem(r, at, label, row->name, "%.15g is outside of %.15g to %.15g%s%s", value, row->min,
                row->max, *sign ? " " : "", sign);
}

/* 24 or 96 numbers from midnight on. */
static const lg_profile *from_list(lg__reader *r, const char *label, const lg_option *row,
                                   const lg_conf *list)
{
    if (list->count != 24 && list->count != 96) {
        lg__problem(r, list, label, row->name,
                    "a list of %u values; expected 24 (hours) or 96 (quarter hours) of a day",
                    list->count);
        return NULL;
    }
    for (const lg_conf *item = list->first; item; item = item->next) {
        if (item->type != LG_CONF_NUMBER) {
            char got[96];
            lg__got(item, got, sizeof got);
            lg__problem(r, item, label, row->name, "expected a number in the list, got %s", got);
            return NULL;
        }
        if (!in_range(row, item->number)) {
            out_of_range(r, item, label, row, item->number);
            return NULL;
        }
    }
    lg_profile *profile =
        lg_profile_new(r->mem, list->count, 0, LG_DAY_MS / list->count, LG_DAY_MS, row->unit);
    uint32_t i = 0;
    for (const lg_conf *item = list->first; item && profile; item = item->next)
        profile->values[i++] = item->number;
    return take(r, profile);
}

/* "06:30" or "6:30" as minutes of the day, -1 for anything else. */
static int day_minute(const char *text)
{
    unsigned hour, minute;
    int used = 0;
    if (sscanf(text, "%2u:%2u%n", &hour, &minute, &used) != 2 || text[used] || hour > 23 ||
        minute > 59 || (used != 4 && used != 5))
        return -1;
    return (int)(hour * 60 + minute);
}

static int gcd(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Marks the minutes at which a value starts; false after a problem. */
static bool day_points(lg__reader *r, const char *label, const lg_option *row, const lg_conf *day,
                       double *minutes, int *step)
{
    bool fine = true;
    *step = DAY_MINUTES;
    for (const lg_conf *item = day->first; item; item = item->next) {
        int minute = day_minute(item->key);
        if (minute < 0) {
            lg__problem(r, item, label, row->name,
                        "\"%.40s\" is no time of day; expected [\"HH:MM\"] = value", item->key);
            fine = false;
        } else if (item->type != LG_CONF_NUMBER) {
            char got[96];
            lg__got(item, got, sizeof got);
            lg__problem(r, item, label, row->name, "expected a number at %s, got %s", item->key,
                        got);
            fine = false;
        } else if (!in_range(row, item->number)) {
            out_of_range(r, item, label, row, item->number);
            fine = false;
        } else {
            minutes[minute] = item->number;
            *step = gcd(*step, minute);
        }
    }
    return fine;
}

/* day{["00:00"] = 20, ["06:30"] = 35}: each value holds until the next, the last one over midnight. */
static const lg_profile *from_day(lg__reader *r, const char *label, const lg_option *row,
                                  const lg_conf *day)
{
    double minutes[DAY_MINUTES];
    int step;
    for (int i = 0; i < DAY_MINUTES; i++)
        minutes[i] = NAN;
    if (day->type != LG_CONF_TABLE || day->count == 0) {
        lg__problem(r, day, label, row->name, "day expects [\"HH:MM\"] = value, at least once");
        return NULL;
    }
    if (!day_points(r, label, row, day, minutes, &step))
        return NULL;
    uint32_t count = (uint32_t)(DAY_MINUTES / step);
    lg_profile *profile =
        lg_profile_new(r->mem, count, 0, step * LG_MINUTE_MS, LG_DAY_MS, row->unit);
    double now = NAN;
    for (int i = 0; i < DAY_MINUTES; i++) /* the last value of the day holds at its start */
        now = isnan(minutes[i]) ? now : minutes[i];
    for (uint32_t i = 0; i < count && profile; i++) {
        double point = minutes[(int)i * step];
        now = isnan(point) ? now : point;
        profile->values[i] = now;
    }
    return take(r, profile);
}

/* --- a column of a file ---------------------------------------------------------------------- */

const lg__csv *lg__profiles_csv(lg__reader *r, const char *file)
{
    const char *path = lg__path_near(r, file);
    if (!path)
        return NULL;
    for (lg__csv *csv = r->files; csv; csv = csv->next)
        if (strcmp(csv->file, path) == 0)
            return csv->size ? csv : NULL;
    lg__csv *csv;
    lg_status status = lg__csv_read(r->mem, path, r->diag, &csv);
    if (status == LG_MEMORY) {
        lg__exhausted(r);
        return NULL;
    }
    if (status != LG_OK) { /* an empty one stands for it, so that its problems are told once */
        csv = lg_mem_zalloc(r->mem, 1, sizeof *csv);
        if (csv) {
            csv->mem = r->mem;
            csv->file = lg_mem_strdup(r->mem, path);
        }
        if (!csv || !csv->file) {
            lg__csv_free(csv);
            lg__exhausted(r);
            return NULL;
        }
    }
    csv->next = r->files;
    r->files = csv;
    return csv->size ? csv : NULL;
}

void lg__profiles_fini(lg__reader *r)
{
    while (r->files) {
        lg__csv *csv = r->files;
        r->files = csv->next;
        lg__csv_free(csv);
    }
}

/* The column that is meant; UINT32_MAX after a problem. */
static uint32_t find_column(lg__reader *r, const char *label, const lg_conf *at,
                            const lg__csv *csv, const lg__field *field)
{
    if (!field->item) {
        if (csv->column_count == 1)
            return 0;
        lg__problem(r, at, label, "csv.column",
                    "%s has %u value columns; say which one, like column = \"%s\"", csv->file,
                    csv->column_count, csv->columns[0].name);
        return UINT32_MAX;
    }
    uint32_t column = lg__csv_find(csv, field->value.text);
    if (column != UINT32_MAX)
        return column;
    const char **names = lg_arena_alloc(&r->scratch, csv->column_count * sizeof *names);
    if (!names) {
        lg__exhausted(r);
        return UINT32_MAX;
    }
    for (uint32_t i = 0; i < csv->column_count; i++)
        names[i] = csv->columns[i].name;
    char near[96];
    lg__near_miss(field->value.text, names, csv->column_count, near, sizeof near);
    lg__problem(r, field->item, label, "csv.column", "%s has no column \"%.60s\"%s", csv->file,
                field->value.text, near);
    return UINT32_MAX;
}

static bool same_unit(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* The unit of the values, from the header or the scenario; NULL after a problem. */
static const char *find_unit(lg__reader *r, const char *label, const lg_conf *at,
                             const lg__csv *csv, uint32_t column, const lg__field *said,
                             const lg_option *row)
{
    const lg__csv_column *c = &csv->columns[column];
    const char *unit = said->item ? said->value.text : "";
    if (*unit && *c->unit && !same_unit(unit, c->unit)) {
        lg__problem(r, said->item, label, "csv.unit",
                    "\"%.20s\", but the header of %s says %.20s for column %.60s", unit, csv->file,
                    c->unit, c->name);
        return NULL;
    }
    if (*unit)
        return unit;
    if (*c->unit || row->unit == LG_UNIT_NONE)
        return c->unit;
    const char *sign = lg__unit_sign(row->unit);
    lg__problem(r, at, label, "csv.unit",
                "column %.60s of %s states no unit; write \"%.60s [%s]\" in its header or "
                "unit = \"%s\" here",
                c->name, csv->file, c->name, sign, sign);
    return NULL;
}

/* Factor from @p unit to that of @p row for values over @p step_ms; 0 when they do not fit. */
static double unit_factor(const char *unit, const lg_option *row, int64_t step_ms)
{
    double step_h = (double)step_ms / (double)LG_HOUR_MS, watts, wanted;
    if (same_unit(unit, lg__unit_sign(row->unit)))
        return 1;
    watts = same_unit(unit, "W")     ? 1
            : same_unit(unit, "kW")  ? 1000
            : same_unit(unit, "kWh") ? 1000 / step_h
                                     : 0;
    wanted = row->unit == LG_UNIT_W     ? 1
             : row->unit == LG_UNIT_KW  ? 1000
             : row->unit == LG_UNIT_KWH ? 1000 / step_h
                                        : 0;
    return wanted > 0 ? watts / wanted : 0;
}

static bool read_column(lg__reader *r, const lg__csv *csv, uint32_t column, double factor,
                        const lg_option *row, lg_profile *profile)
{
    uint32_t problems = 0;
    for (uint32_t i = 0; i < csv->row_count; i++) {
        double value = 0;
        const char *why = NULL;
        char sentence[160];
        if (!lg__csv_value(csv, i, column, &value, &why)) {
            snprintf(sentence, sizeof sentence, "\"%.40s\": %s",
                     csv->data + csv->cells[(size_t)i * csv->column_count + column], why);
        } else if (!in_range(row, value * factor)) {
            snprintf(sentence, sizeof sentence, "%.15g is outside of %.15g to %.15g %s",
                     value * factor, row->min, row->max, lg__unit_sign(row->unit));
        } else {
            profile->values[i] = value * factor;
            continue;
        }
        if (problems++ < CELL_PROBLEMS_MAX)
            lg_diag_error(r->diag, csv->file, (int)i + 2, csv->columns[column].name, "%s",
                          sentence);
    }
    if (problems > CELL_PROBLEMS_MAX)
        lg_diag_error(r->diag, csv->file, 0, csv->columns[column].name,
                      "has %u such values more", problems - CELL_PROBLEMS_MAX);
    return problems == 0;
}

/* A series is checked against the run later, when its start and length are known. */
static bool remember_span(lg__reader *r, const lg_profile *profile, const char *label,
                          const lg_option *row, const lg_conf *at, const lg__csv *csv)
{
    if (profile->period_ms)
        return true;
    for (uint32_t i = r->span_count; i > 0 && i + 8 > r->span_count; i--)
        if (r->spans[i - 1].profile == profile)
            return true;
    if (!LG_GROW(r->mem, r->spans, r->span_capacity, r->span_count + 1))
        return lg__exhausted(r);
    r->spans[r->span_count++] = (lg__span){.profile = profile,
                                           .label = label,
                                           .key = row->name,
                                           .source = csv->file,
                                           .line = at->line};
    return true;
}

static bool check_content(lg__reader *r, const char *label, const lg__csv *csv,
                          const lg__field *sha256, lg_conf *table)
{
    if (sha256->item && strcmp(sha256->value.text, csv->sha256) != 0) {
        lg__problem(r, sha256->item, label, "csv.sha256",
                    "%s has changed: its content is not the one that is expected here", csv->file);
        return false;
    }
    if (sha256->item)
        return true;
    lg_conf *item = lg__conf_new(r->arena, LG_CONF_TEXT, "sha256", 0);
    if (item)
        item->text = lg_arena_text(r->arena, csv->sha256, 64);
    if (!item || !item->text)
        return lg__exhausted(r);
    lg__conf_put(table, item);
    return true;
}

static const lg_profile *from_csv(lg__reader *r, const char *label, const lg_option *row,
                                  lg_conf *table)
{
    const lg__rows *rows = &r->rows[LG__CSV];
    lg__field fields[8];
    LG_ASSERT(rows->count <= 8);
    if (table->type != LG_CONF_TABLE) {
        lg__problem(r, table, label, row->name, "csv expects file = \"...\"");
        return NULL;
    }
    if (!lg__check(r, label, table, rows, fields))
        return NULL;
    const lg__csv *csv = lg__profiles_csv(r, lg__field_of(fields, rows, "file")->value.text);
    if (!csv) {
        if (!r->exhausted)
            lg__problem(r, lg__field_of(fields, rows, "file")->item, label, row->name,
                        "the file \"%.200s\" cannot be used",
                        lg__field_of(fields, rows, "file")->value.text);
        return NULL;
    }
    uint32_t column =
        find_column(r, label, table, csv, lg__field_of(fields, rows, "column"));
    if (column == UINT32_MAX ||
        !check_content(r, label, csv, lg__field_of(fields, rows, "sha256"), table))
        return NULL;
    lg__field *said = lg__field_of(fields, rows, "unit");
    const char *unit = find_unit(r, label, table, csv, column, said, row);
    if (!unit)
        return NULL;
    double factor = unit_factor(unit, row, csv->step_ms);
    if (factor == 0) {
        lg__problem(r, said->item ? said->item : table, label, row->name,
                    "column %.60s of %s is in %.20s; expected %s%s", csv->columns[column].name,
                    csv->file, *unit ? unit : "no unit", lg__unit_sign(row->unit),
                    row->unit >= LG_UNIT_W && row->unit <= LG_UNIT_KWH ? " (or W, kW, kWh)" : "");
        return NULL;
    }
    lg_profile *profile = lg_profile_new(r->mem, csv->row_count, csv->start_ms, csv->step_ms,
                                         csv->period_ms, row->unit);
    if (profile && !read_column(r, csv, column, factor, row, profile)) {
        lg_profile_free(profile);
        return NULL;
    }
    const lg_profile *taken = take(r, profile);
    return taken && remember_span(r, taken, label, row, table, csv) ? taken : NULL;
}

const lg_profile *lg__profile_read(lg__reader *r, const char *label, const lg_option *row,
                                   lg_conf *item)
{
    char expected[160], got[96];
    lg_conf *inner = item->type == LG_CONF_TABLE && item->count == 1 ? item->first : NULL;
    switch (item->type) {
    case LG_CONF_NUMBER:
        if (in_range(row, item->number))
            return lg__profile_constant(r, item->number, row->unit);
        out_of_range(r, item, label, row, item->number);
        return NULL;
    case LG_CONF_LIST:
        return from_list(r, label, row, item);
    default:
        if (inner && strcmp(inner->key, "csv") == 0)
            return from_csv(r, label, row, inner);
        if (inner && strcmp(inner->key, "day") == 0)
            return from_day(r, label, row, inner);
        lg__expected(row, expected, sizeof expected);
        lg__got(item, got, sizeof got);
        lg__problem(r, item, label, row->name, "expected %s, got %s", expected, got);
        return NULL;
    }
}

void lg__profiles_cover(lg__reader *r)
{
    const lg_scenario *s = r->scenario;
    int64_t end = s->start_ms + (int64_t)s->slot_count * s->rules.slot_ms;
    for (uint32_t i = 0; i < r->span_count; i++) {
        const lg__span *span = &r->spans[i];
        int64_t first = span->profile->start_ms;
        int64_t last = first + (int64_t)span->profile->count * span->profile->step_ms;
        if (first <= s->start_ms && last >= end)
            continue;
        char from[32], to[32], run_from[32], run_to[32];
        lg_clock_format_slot(first, from);
        lg_clock_format_slot(last, to);
        lg_clock_format_slot(s->start_ms, run_from);
        lg_clock_format_slot(end, run_to);
        lg_conf at = {.line = span->line};
        lg__problem(r, &at, span->label, span->key,
                    "%s goes from %s to %s, but the run from %s to %s", span->source, from, to,
                    run_from, run_to);
    }
}
