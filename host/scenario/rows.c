/*
 * Options that are times, or a list of small tables (LG_OPTION_ROWS). Each table is checked against
 * the columns as an object against its rows, so that unknown keys, ranges and missing values are
 * told as everywhere else, with the line and the number of the table.
 */
#include "scenario/reader.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { COLUMNS_MAX = 32 }; /* of what the loader lets in */

bool lg__check_time(lg__field *field)
{
    int64_t ms;
    const lg_conf *item = field->item;
    if (item->type != LG_CONF_TEXT)
        return false;
    int minute = lg__day_minute(item->text);
    if (minute >= 0) {
        field->value.number = (double)(minute * LG_MINUTE_MS);
        return true;
    }
    if (!lg_clock_parse(item->text, &ms) || (double)ms < LG_OPTION_TIME_DATE)
        return false;
    field->value.number = (double)ms;
    return true;
}

/* One table of the list into @p cells. */
static bool check_row(lg__reader *r, const char *label, lg_conf *table, const lg_option *row,
                      double *cells)
{
    const lg_option *columns[COLUMNS_MAX];
    lg__field fields[COLUMNS_MAX];
    lg__rows rows = {.items = columns, .count = row->columns.count};
    LG_ASSERT(rows.count <= COLUMNS_MAX);
    for (uint32_t i = 0; i < rows.count; i++)
        columns[i] = lg__column(row, i);
    if (!lg__check(r, label, table, &rows, fields))
        return false;
    for (uint32_t i = 0; i < rows.count; i++)
        cells[i] = fields[i].value.number;
    return true;
}

bool lg__check_rows(lg__reader *r, const char *label, lg__field *field, bool *wrong_type)
{
    lg_conf *item = field->item;
    uint32_t width = field->row->columns.count, n = 0;
    bool fine = true;
    *wrong_type = item->type != LG_CONF_LIST && !(item->type == LG_CONF_TABLE && item->count == 0);
    if (*wrong_type)
        return false;
    double *cells = lg_arena_alloc(r->arena, ((size_t)item->count * width + 1) * sizeof *cells);
    if (!cells)
        return lg__exhausted(r);
    for (lg_conf *each = item->first; each; each = each->next, n++) {
        char name[LG__NAME_MAX + 128];
        snprintf(name, sizeof name, "%.*s.%.60s[%u]", LG__NAME_MAX, label ? label : "",
                 field->row->name, n + 1);
        if (each->type == LG_CONF_TABLE) {
            fine &= check_row(r, name, each, field->row, cells + (size_t)n * width);
            continue;
        }
        char got[96];
        lg__got(each, got, sizeof got);
        lg__problem(r, each, name, NULL, "expected a table, got %s", got);
        fine = false;
    }
    field->value.list = cells;
    field->value.list_count = (uint64_t)n * width;
    return fine;
}
