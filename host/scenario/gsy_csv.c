/*
 * A profile in a CSV file of that exchange: a time and a value a row, with `,` or `;` between. Rows
 * that begin with no time and have no number behind it are headers. Where `;` separates, a comma is
 * a decimal one. What may be read as two numbers, or as none, is told with its row: no value is
 * ever guessed.
 */
#include "scenario/gsy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/input.h"
#include "scenario/csv.h"

enum { CELLS_MAX = 64 };

/* A file while it is read. */
typedef struct table {
    lg__gsy *g;
    const char *label;
    const lg_conf *item; /* that names the file */
    lg__gsy_points *points;
    char separator;
    uint32_t row, columns; /* of the last header */
    bool commas, dots;     /* decimal ones that came so far */
} table;

static bool wrong(const table *t, const char *cell, const char *why)
{
    lg__problem(t->g->r, t->item, t->label, t->item->key, "%s:%u: \"%.40s\" %s", t->points->path,
                t->row, cell, why);
    return false;
}

/* The first two rows say it: a `;` in either separates all cells. */
static char separator_of(const char *text)
{
    const char *first = strchr(text, '\n');
    const char *second = first ? strchr(first + 1, '\n') : NULL;
    const char *semicolon = strchr(text, ';');
    return semicolon && (!second || semicolon < second) ? ';' : ',';
}

/* Cuts @p row at separators outside of quotes. @return how many cells, at most CELLS_MAX */
static uint32_t cut(char *row, char separator, char **cells)
{
    uint32_t count = 1;
    bool quoted = false;
    cells[0] = row;
    for (char *p = row; *p && count < CELLS_MAX; p++) {
        quoted ^= *p == '"';
        if (*p != separator || quoted)
            continue;
        *p = 0;
        cells[count++] = p + 1;
    }
    for (uint32_t i = 0; i < count; i++)
        cells[i] = lg__gsy_trim(cells[i]);
    return count;
}

/* The number of a cell, which it may be changed for; false: it is none. */
static bool read_number(table *t, const char *cell, double *value)
{
    char plain[64];
    size_t length = strlen(cell);
    const char *comma = strchr(cell, ',');
    if (length >= sizeof plain)
        return false;
    memcpy(plain, cell, length + 1);
    if (comma && t->separator == ';' && !strchr(cell, '.'))
        plain[comma - cell] = '.';
    if (!lg__number_parse(plain, value) || !isfinite(*value))
        return false;
    t->commas |= comma != NULL;
    t->dots |= strchr(cell, '.') != NULL;
    return true;
}

/* Whether cells behind the second one that no header announced hold something: the decimals of a
 * comma that was taken for a separator, as likely as not. */
static bool has_more(const table *t, char *const *cells, uint32_t count)
{
    for (uint32_t i = t->columns > 2 ? t->columns : 2; i < count; i++)
        if (*cells[i])
            return true;
    return false;
}

static bool read_row(table *t, char *row)
{
    char *cells[CELLS_MAX];
    uint32_t count = cut(row, t->separator, cells);
    const char *second = count > 1 ? cells[1] : "";
    double value;
    int64_t ms;
    bool number = read_number(t, second, &value);
    if (!number && lg__gsy_time_read(cells[0], &ms) == LG__GSY_TIME_NONE) {
        if (count > 1)
            t->columns = count;
        return true;
    }
    if (!number)
        return wrong(t, second,
                     "is no number; expected one without thousands separators, and with a decimal "
                     "point unless ; separates the cells");
    if (!lg__gsy_points_time(t->points, cells[0], &ms))
        return wrong(t, cells[0],
                     "is no time; expected HH:mm or YYYY-MM-DDTHH:mm, the same form in all rows");
    if (has_more(t, cells, count))
        return wrong(t, second,
                     "is followed by more than the header has; expected a time and a value a row "
                     "(with decimal commas, ; has to separate them)");
    if (t->commas && t->dots)
        return wrong(t, second, "and other rows: decimal commas and points in one file");
    return lg__gsy_points_add(t->g, t->points, ms, value);
}

static bool read_rows(table *t, char *text, size_t size)
{
    char *next;
    if (strlen(text) != size) {
        t->row = 0;
        for (const char *p = text; p; p = strchr(p + 1, '\n'))
            t->row++;
        return wrong(t, "\\0", "is in it: no text file");
    }
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    t->separator = separator_of(text);
    for (char *row = text; row; row = next) {
        next = strchr(row, '\n');
        if (next)
            *next++ = 0;
        t->row++;
        if (!read_row(t, row))
            return false;
    }
    return true;
}

bool lg__gsy_points_csv(lg__gsy *g, const char *label, const lg_conf *item, lg__gsy_points *points)
{
    table t = {.g = g, .label = label, .item = item, .points = points};
    size_t size = 0;
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
    char *text = lg__file_read(g->r, points->path, &size);
    bool fine = text && read_rows(&t, text, size);
    if (text)
        lg_mem_free(g->r->mem, text, size + 1);
    return fine;
}
