/*
 * The file is held whole, its cells ended in place; a table of offsets leads to them. Times are
 * read once, values when a column is asked for. Rows are numbered as an editor does: the header is
 * row 1.
 */
#include "scenario/csv.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/hash.h"

enum { PROBLEMS_MAX = 5, COLUMNS_MAX = 10000 };

typedef struct reading {
    lg__csv *csv;
    lg_diag *diag;
    char separator;
    uint32_t problems;
    bool exhausted;
    char *p, *end; /* what is not yet read */
    uint32_t line;
    lg__time_form form;
    int64_t last_ms;
    const char *last_text; /* in the data, which stays */
    uint32_t last_line;
    uint32_t step_rows[2]; /* whose times say how far apart rows are */
} reading;

static void problem(reading *in, uint32_t row, const char *key, const char *sentence)
{
    if (in->problems++ < PROBLEMS_MAX)
        lg_diag_error(in->diag, in->csv->file, (int)row, key, "%s", sentence);
}

/*
 * Ends the next cell in place and returns it; *last: the line ends behind it. Quotes around a cell
 * go, a doubled one inside becomes one; a cell does not go over a line's end.
 */
static char *next_cell(reading *in, bool *last)
{
    char *cell = in->p, *to = in->p;
    bool quoted = *in->p == '"', holds_nul = false;
    if (quoted)
        in->p++;
    for (; in->p < in->end && *in->p != '\n'; in->p++) {
        if (quoted && *in->p == '"') {
            if (in->p[1] != '"') {
                quoted = false;
                continue;
            }
            in->p++;
        } else if (!quoted && *in->p == in->separator) {
            break;
        }
        holds_nul = holds_nul || !*in->p;
        *to++ = *in->p;
    }
    if (holds_nul) /* what stands behind it would be passed over in silence */
        problem(in, in->line, "", "a cell holds a NUL byte; expected text");
    if (quoted)
        problem(in, in->line, "", "a quote is not closed in its row; expected a second \"");
    *last = in->p >= in->end || *in->p == '\n';
    in->p++;
    if (*last && to > cell && to[-1] == '\r')
        to--;
    *to = 0;
    return cell;
}

/* Most frequent of , ; and tab in the header. */
static char find_separator(const reading *in)
{
    uint32_t counts[3] = {0};
    static const char candidates[] = ",;\t";
    for (const char *p = in->p; p < in->end && *p != '\n'; p++)
        for (int i = 0; i < 3; i++)
            counts[i] += *p == candidates[i];
    int best = counts[1] > counts[0] ? 1 : 0;
    return candidates[counts[2] > counts[best] ? 2 : best];
}

static char *trimmed(char *text)
{
    while (*text == ' ')
        text++;
    for (size_t length = strlen(text); length && text[length - 1] == ' ';)
        text[--length] = 0;
    return text;
}

/* "name [kW]" or "name (kWh)" into its two parts. */
static lg__csv_column split_header(char *header)
{
    lg__csv_column column = {.name = trimmed(header), .unit = ""};
    char *name = trimmed(header);
    size_t length = strlen(name);
    char close = length ? name[length - 1] : 0;
    char *open = close == ']' ? strrchr(name, '[') : close == ')' ? strrchr(name, '(') : NULL;
    if (open && open > name) {
        name[length - 1] = 0;
        *open = 0;
        column.unit = trimmed(open + 1);
        column.name = trimmed(name);
    }
    return column;
}

/* A first row that holds data would be lost as names. Columns may be called 1, 2, 3, though. */
static void refuse_data(reading *in, const char *time, const char *cell)
{
    int64_t ms;
    double value;
    const char *row = NULL;
    char sentence[200];
    if (in->problems)
        return;
    if (lg__csv_time(time, &ms) != LG__TIME_NONE)
        row = time;
    else if (lg__number_parse(cell, &value) &&
             (strpbrk(cell, ".eE-+") || (*time >= '0' && *time <= '9')))
        row = cell;
    if (!row)
        return;
    snprintf(sentence, sizeof sentence,
             "the first row holds values (\"%.40s\"), not names; expected a header like "
             "time,Home 1 [kW]",
             row);
    problem(in, 1, "", sentence);
}

static bool read_header(reading *in)
{
    lg__csv *csv = in->csv;
    uint32_t capacity = 0, count = 0;
    lg__csv_column *columns = NULL;
    bool last = false;
    const char *time = trimmed(next_cell(in, &last)); /* whatever the column is called */
    while (!last && count < COLUMNS_MAX) {
        char *cell = next_cell(in, &last);
        refuse_data(in, time, cell);
        lg__csv_column column = split_header(cell);
        if (!LG_GROW(csv->mem, columns, capacity, count + 1)) {
            in->exhausted = true;
            break;
        }
        columns[count++] = column;
    }
    if (count && !in->exhausted) {
        csv->columns = lg_mem_zalloc(csv->mem, count, sizeof *columns);
        in->exhausted = !csv->columns;
        if (csv->columns) {
            memcpy(csv->columns, columns, count * sizeof *columns);
            csv->column_count = count;
        }
    }
    lg_mem_free(csv->mem, columns, capacity * sizeof *columns);
    if (count == 0 && !in->exhausted)
        problem(in, 1, "",
                "the header names no value column; expected a time column and values, "
                "separated by , or ;");
    return count && !in->exhausted && !in->problems;
}

static void check_header(reading *in)
{
    const lg__csv *csv = in->csv;
    for (uint32_t i = 0; i < csv->column_count; i++) {
        if (!*csv->columns[i].name)
            problem(in, 1, "", "a column has no name");
        for (uint32_t k = 0; k < i && csv->column_count <= 2000; k++)
            if (*csv->columns[i].name && strcmp(csv->columns[k].name, csv->columns[i].name) == 0) {
                problem(in, 1, csv->columns[i].name, "two columns have this name");
                break;
            }
    }
}

/* The time of the row that was just entered, against the one before it. */
static void check_time(reading *in, const char *text)
{
    lg__csv *csv = in->csv;
    const char *before = in->last_text; /* both times as the file has them, in its own zone */
    char sentence[200];
    int64_t ms;
    lg__time_form form = lg__csv_time(text, &ms);
    if (form == LG__TIME_NONE || (in->form != LG__TIME_NONE && form != in->form)) {
        snprintf(sentence, sizeof sentence, "\"%.40s\" is %s", text,
                 form == LG__TIME_NONE ? "no time; expected ISO 8601, epoch seconds or HH:MM"
                                       : "written in another form than the times above");
        problem(in, in->line, "time", sentence);
        return;
    }
    bool first = in->form == LG__TIME_NONE;
    in->form = form;
    int64_t step = ms - in->last_ms;
    if (first) {
        csv->start_ms = ms;
    } else if (step == 0) {
        snprintf(sentence, sizeof sentence, "duplicate: %.40s stands in row %u too", text,
                 in->last_line);
        problem(in, in->line, "time", sentence);
    } else if (step < 0) {
        snprintf(sentence, sizeof sentence, "out of order: %.40s comes behind %.40s", text, before);
        problem(in, in->line, "time", sentence);
        return; /* the later time stays the one to compare with */
    } else if (csv->step_ms == 0) {
        csv->step_ms = step;
        in->step_rows[0] = in->last_line;
        in->step_rows[1] = in->line;
    } else if (step != csv->step_ms) {
        snprintf(sentence, sizeof sentence,
                 "%s: %.40s follows %.40s, but rows %u and %u are %.6g minutes apart",
                 step > csv->step_ms ? "gap" : "irregular", text, before, in->step_rows[0],
                 in->step_rows[1], (double)csv->step_ms / (double)LG_MINUTE_MS);
        problem(in, in->line, "time", sentence);
    }
    in->last_ms = ms;
    in->last_text = text;
    in->last_line = in->line;
}

/* The time of a row that is wrong otherwise: it counts, so that the next row is not called a gap,
 * but nothing more is said of the row. */
static void skip_time(reading *in, const char *text)
{
    int64_t ms;
    lg__time_form form = lg__csv_time(text, &ms);
    if (form == LG__TIME_NONE || form != in->form || ms <= in->last_ms)
        return;
    if (in->csv->step_ms == 0)
        in->csv->step_ms = ms - in->last_ms;
    in->last_ms = ms;
    in->last_text = text;
    in->last_line = in->line;
}

static void read_row(reading *in)
{
    lg__csv *csv = in->csv;
    bool last = false;
    size_t at = (size_t)csv->row_count * csv->column_count;
    char *time = trimmed(next_cell(in, &last));
    if (last && !*time) {
        problem(in, in->line, "", "the row is empty");
        return;
    }
    uint32_t count = 0;
    for (; !last; count++) {
        char *cell = next_cell(in, &last);
        if (count < csv->column_count)
            csv->cells[at + count] = (uint32_t)(cell - csv->data);
    }
    if (count != csv->column_count) {
        char sentence[120];
        snprintf(sentence, sizeof sentence, "%u cells in this row, %u in the header", count + 1,
                 csv->column_count + 1);
        problem(in, in->line, "", sentence);
        skip_time(in, time);
        return;
    }
    check_time(in, time);
    csv->row_count++;
}

static bool read_rows(reading *in)
{
    lg__csv *csv = in->csv;
    uint32_t lines = 0;
    while (in->end > in->p && (in->end[-1] == '\n' || in->end[-1] == '\r'))
        *--in->end = 0; /* empty lines at the end are nobody's row */
    for (const char *p = in->p; p < in->end; p++)
        lines += *p == '\n';
    csv->row_capacity = lines + 1;
    csv->cells =
        lg_mem_zalloc(csv->mem, (size_t)csv->row_capacity * csv->column_count, sizeof *csv->cells);
    if (!csv->cells) {
        in->exhausted = true;
        return false;
    }
    while (in->p < in->end) {
        in->line++;
        read_row(in);
    }
    return true;
}

/* "06:00 to 18:00" */
static int put_span(char *out, size_t size, int64_t from_ms, int64_t to_ms)
{
    int from = (int)(from_ms / LG_MINUTE_MS), to = (int)(to_ms / LG_MINUTE_MS);
    return snprintf(out, size, "%02d:%02d to %02d:%02d", from / 60, from % 60, to / 60, to % 60);
}

static void tell_day(reading *in)
{
    const lg__csv *csv = in->csv;
    char there[32], needed[32], sentence[200];
    put_span(there, sizeof there, csv->start_ms,
             csv->start_ms + csv->step_ms * (csv->row_count - 1));
    put_span(needed, sizeof needed, 0, LG_DAY_MS - csv->step_ms);
    bool fits = LG_DAY_MS % csv->step_ms == 0;
    snprintf(sentence, sizeof sentence,
             "%u rows go from %s, %.6g minutes apart: a day repeats, so %s%s", csv->row_count,
             there, (double)csv->step_ms / (double)LG_MINUTE_MS,
             fits ? "they must go from " : "they must be as far apart over midnight",
             fits ? needed : "");
    problem(in, 0, "time", sentence);
}

/* What only the whole says: enough rows, a day that is whole. */
static void check_whole(reading *in)
{
    lg__csv *csv = in->csv;
    if (in->problems)
        return;
    if (csv->row_count < 2) {
        problem(in, 0, "", "has fewer than two rows of values; for a constant write a number");
        return;
    }
    if (in->form != LG__TIME_DAY)
        return;
    csv->period_ms = LG_DAY_MS;
    if (csv->start_ms != 0 || csv->step_ms * csv->row_count != LG_DAY_MS)
        tell_day(in);
}

static void read_all(reading *in)
{
    lg__csv *csv = in->csv;
    lg_sha256(csv->data, csv->size, csv->sha256);
    in->p = csv->data;
    in->end = csv->data + csv->size;
    in->line = 1;
    if (csv->size >= 3 && memcmp(in->p, "\xef\xbb\xbf", 3) == 0)
        in->p += 3;
    in->separator = find_separator(in);
    csv->decimal_comma = in->separator != ',';
    if (!read_header(in))
        return;
    check_header(in);
    if (!read_rows(in))
        return;
    check_whole(in);
    if (in->problems > PROBLEMS_MAX)
        lg_diag_error(in->diag, csv->file, 0, "", "has %u problems more",
                      in->problems - PROBLEMS_MAX);
}

lg_status lg__csv_read(lg_mem *mem, const char *path, lg_diag *diag, lg__csv **out)
{
    *out = NULL;
    lg__csv *csv = lg_mem_zalloc(mem, 1, sizeof *csv);
    if (!csv)
        return LG_MEMORY;
    csv->mem = mem;
    csv->file = lg_mem_strdup(mem, path);
    reading in = {.csv = csv, .diag = diag};
    lg_status status = csv->file ? lg__csv_load(csv, diag) : LG_MEMORY;
    if (status == LG_OK) {
        read_all(&in);
        status = in.exhausted ? LG_MEMORY : in.problems ? LG_SCENARIO : LG_OK;
    }
    if (status == LG_OK)
        *out = csv;
    else
        lg__csv_free(csv);
    return status;
}
