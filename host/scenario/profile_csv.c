/*
 * A column of a CSV file as a profile. A file is read once, however many columns are used; a column
 * is converted from its own unit, which header or scenario state, to the one the option wants.
 */
#include "scenario/profiles.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { CELL_PROBLEMS_MAX = 3 };

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
static uint32_t find_column(lg__reader *r, const char *label, const lg_conf *at, const lg__csv *csv,
                            const lg__field *field)
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
    if (row->type == LG__KEY_FREE) /* only its reader knows what the number is */
        return 1;
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

static bool is_unit(const char *unit)
{
#define X(number, name, sign)                                                                      \
    if (*(sign) && strcmp(unit, (sign)) == 0)                                                      \
        return true;
    LG_UNIT_MAP(X)
#undef X
    return false;
}

static bool read_column(lg__reader *r, const lg__csv *csv, uint32_t column, const char *unit,
                        double factor, const lg_option *row, lg_profile *profile)
{
    uint32_t problems = 0;
    for (uint32_t i = 0; i < csv->row_count; i++) {
        double value = 0;
        const char *why = NULL;
        char sentence[160];
        if (!lg__csv_value(csv, i, column, &value, &why)) {
            snprintf(sentence, sizeof sentence, "\"%.40s\": %s",
                     csv->data + csv->cells[(size_t)i * csv->column_count + column], why);
        } else if (!lg__profile_fits(row, value * factor)) {
            snprintf(sentence, sizeof sentence, "%.40s%s%.20s is outside of %.12g to %.12g%s%.20s",
                     csv->data + csv->cells[(size_t)i * csv->column_count + column],
                     *unit ? " " : "", unit, row->min / factor, row->max / factor, *unit ? " " : "",
                     unit);
        } else {
            profile->values[i] = value * factor;
            continue;
        }
        if (problems++ < CELL_PROBLEMS_MAX)
            lg_diag_error(r->diag, csv->file, (int)i + 2, csv->columns[column].name, "%s",
                          sentence);
    }
    if (problems > CELL_PROBLEMS_MAX)
        lg_diag_error(r->diag, csv->file, 0, csv->columns[column].name, "has %u such values more",
                      problems - CELL_PROBLEMS_MAX);
    return problems == 0;
}

bool lg__profile_remember(lg__reader *r, const lg_profile *profile, const char *label,
                          const lg_option *row, const lg_conf *at, const char *source)
{
    if (profile->period_ms)
        return true;
    for (uint32_t i = r->span_count; i > 0 && i + 8 > r->span_count; i--)
        if (r->spans[i - 1].profile == profile)
            return true;
    if (!LG_GROW(r->mem, r->spans, r->span_capacity, r->span_count + 1))
        return lg__exhausted(r);
    r->spans[r->span_count++] = (lg__span){
        .profile = profile, .label = label, .key = row->name, .source = source, .line = at->line};
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

const lg_profile *lg__profile_column(lg__reader *r, const char *label, const lg_option *row,
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
    const char *file = lg__field_of(fields, rows, "file")->value.text;
    const lg__csv *csv = lg__profiles_csv(r, file);
    if (!csv) {
        if (!r->exhausted)
            lg__problem(r, lg__field_of(fields, rows, "file")->item, label, row->name,
                        "the file \"%.200s\" cannot be used%s", file, lg__path_tried(r, file));
        return NULL;
    }
    uint32_t column = find_column(r, label, table, csv, lg__field_of(fields, rows, "column"));
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
                    "column %.60s of %s is in %.20s%s; expected %s", csv->columns[column].name,
                    csv->file, *unit ? unit : "no unit",
                    *unit && !is_unit(unit) ? ", which is no unit here" : "",
                    row->unit >= LG_UNIT_W && row->unit <= LG_UNIT_KWH ? "W, kW or kWh"
                                                                       : lg__unit_sign(row->unit));
        return NULL;
    }
    lg_profile *profile = lg_profile_new(r->mem, csv->row_count, csv->start_ms, csv->step_ms,
                                         csv->period_ms, row->unit);
    if (profile && !read_column(r, csv, column, unit, factor, row, profile)) {
        lg_profile_free(profile);
        return NULL;
    }
    const lg_profile *taken = lg__profile_take(r, profile);
    return taken && lg__profile_remember(r, taken, label, row, table, csv->file) ? taken : NULL;
}
