/* host/app/table.h — columns of text, aligned for people */
#ifndef LG_APP_TABLE_H
#define LG_APP_TABLE_H

#include <stdbool.h>
#include "base/text.h"

#define LG_TABLE_COLUMNS_MAX 12

/** How a column looks. */
typedef struct lg_column {
    const char *title;
    const char *unit;   /* second line of the head; NULL: none */
    uint32_t width_max; /* longer cells are cut and end in … ; 0: never */
    bool left;          /* words; numbers go to the right */
} lg_column;

/** A table under construction: cells row by row. */
typedef struct lg_table {
    lg_mem *mem;
    const lg_column *columns;
    uint32_t column_count;
    lg_text cells;    /* one after the other, each with its end */
    uint32_t *styles; /* one a cell */
    uint32_t cell_count, capacity;
    bool failed;
} lg_table;

/** Colours of cells and words; they are printed only where colours are wanted. */
enum { LG_PLAIN, LG_BOLD, LG_DIM, LG_GREEN, LG_RED };

/** An empty table; @p columns is borrowed. */
void lg_table_init(lg_table *table, lg_mem *mem, const lg_column *columns, uint32_t column_count);
/** Gives back what the cells took. */
void lg_table_fini(lg_table *table);
/** Adds the next cell; control characters are shown as ?. */
void lg_table_cell(lg_table *table, uint32_t style, const char *text);
/** A number with @p decimals; "-" for NaN. */
void lg_table_number(lg_table *table, uint32_t style, double value, int decimals);
/** The same in green above 0 and red below. */
void lg_table_signed(lg_table *table, double value, int decimals);
/** Prints head and rows, each line after @p indent. */
void lg_table_print(const lg_table *table, bool colours, const char *indent, lg_text *out);

/** Appends @p text in @p style. */
void lg_table_style(lg_text *out, bool colours, uint32_t style, const char *text);
/** Appends at most @p max characters of @p text (0: all), control characters as ?. */
void lg_table_cut(lg_text *out, const char *text, uint32_t max);
/** Columns a UTF-8 text takes on a terminal, every character counted as one. */
uint32_t lg_table_width(const char *text);

#endif
