/* host/scenario/csv.h — CSV files of measured values: a time column and value columns */
#ifndef LG_SCENARIO_CSV_H
#define LG_SCENARIO_CSV_H

#include "base/diag.h"
#include "base/mem.h"
#include "base/status.h"

/** One value column: its name without the unit, the unit of the header ("" when it states none). */
typedef struct lg__csv_column {
    const char *name, *unit;
} lg__csv_column;

/**
 * A file, read and its time column checked: rows are step_ms apart without gap. Values are read
 * column by column when they are asked for, so a column nobody uses may hold anything.
 */
typedef struct lg__csv {
    lg_mem *mem;
    char *file; /* path it was read from */
    char *data; /* the content; cells end in NUL */
    size_t size, capacity;
    lg__csv_column *columns;
    uint32_t column_count;
    uint32_t *cells; /* offset of the cell of row r, column c at r * column_count + c */
    uint32_t row_count, row_capacity;
    int64_t start_ms, step_ms;
    int64_t period_ms;  /* a day when the times are HH:MM, else 0 */
    bool decimal_comma; /* cells are not separated by commas, so 0,5 is a number */
    char sha256[65];
    struct lg__csv *next;
} lg__csv;

/**
 * Reads @p path; problems go to @p diag with file and row (the header is row 1).
 * @return LG_OK; LG_SCENARIO it cannot be used, the reasons are in diag; LG_MEMORY. Unless LG_OK,
 * *out is NULL.
 */
lg_status lg__csv_read(lg_mem *mem, const char *path, lg_diag *diag, lg__csv **out) LG_CHECKED;
void lg__csv_free(lg__csv *csv);
/** Reads the whole of csv->file, with a NUL behind. @return as lg__csv_read() */
lg_status lg__csv_load(lg__csv *csv, lg_diag *diag) LG_CHECKED;

/** Column of that name or of that whole header; UINT32_MAX when there is none. */
uint32_t lg__csv_find(const lg__csv *csv, const char *name);

/**
 * The value of one cell. @return whether it is a finite number; if not, *why is a sentence about it
 */
bool lg__csv_value(const lg__csv *csv, uint32_t row, uint32_t column, double *value,
                   const char **why);

/** How a time is written. */
typedef enum lg__time_form {
    LG__TIME_NONE,  /* no time */
    LG__TIME_DAY,   /* HH:MM or HH:MM:SS; milliseconds of the day */
    LG__TIME_EPOCH, /* seconds since 1970 UTC */
    LG__TIME_ISO,
} lg__time_form;

/** Reads a time in any of the forms; *ms is set unless it is none. */
lg__time_form lg__csv_time(const char *text, int64_t *ms);

/** Reads a plain decimal number; the whole text must be one. */
bool lg__number_parse(const char *text, double *value);

#endif
