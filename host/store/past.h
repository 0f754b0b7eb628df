/* host/store/past.h — the results of a run that was, read back: questions in SQL, answers row by
 * row
 *
 * A failure is kept: after the first one questions have no rows, and lg_past_status() tells it. So
 * a reader asks all it wants to know and looks once.
 */
#ifndef LG_STORE_PAST_H
#define LG_STORE_PAST_H

#include "base/mem.h"
#include "base/status.h"
#include "grid/site.h"

/** The results of one run, open for reading. */
typedef struct lg_past lg_past;

/** An answer: the caller's storage, filled by lg_past_ask(). */
typedef struct lg_past_rows {
    lg_past *past;
    struct sqlite3_stmt *statement; /* NULL: no more rows */
} lg_past_rows;

/**
 * Opens @p path, a results folder or its run.sqlite. A run that is still going on may be read, as
 * may one that was killed; nothing is changed.
 * @return LG_OK; LG_STORE it cannot be read or is no result of lunagrid (err says which);
 * LG_MEMORY. Unless LG_OK, *out is NULL.
 */
lg_status lg_past_open(lg_mem *mem, const char *path, lg_err *err, lg_past **out) LG_CHECKED;
/** NULL is fine. */
void lg_past_close(lg_past *past);
/** The file; valid until it is closed. */
const char *lg_past_file(const lg_past *past);
/** What failed first. LG_OK when nothing has; LG_STORE or LG_MEMORY with the reason in @p err. */
lg_status lg_past_status(const lg_past *past, lg_err *err) LG_CHECKED;

/** Asks @p sql, whose parameters are the @p count whole numbers of @p values. The first row comes
 * with lg_past_next(). */
void lg_past_ask(lg_past *past, lg_past_rows *rows, const char *sql, const int64_t *values,
                 int count);
/** The next row; false, and everything given back, when there is none. */
bool lg_past_next(lg_past_rows *rows);
/** Gives an answer back before its last row. */
void lg_past_drop(lg_past_rows *rows);

/* A column of the row, from 0 on. Texts are valid until the next row. */
bool lg_past_is_null(const lg_past_rows *rows, int column);
int64_t lg_past_int(const lg_past_rows *rows, int column);      /* NULL reads 0 */
double lg_past_real(const lg_past_rows *rows, int column);      /* NULL reads NaN */
const char *lg_past_text(const lg_past_rows *rows, int column); /* NULL reads "" */

/** How many columns an answer has, and what column @p column is called; valid as long as it. 0
 * columns after a failure. */
int lg_past_columns(const lg_past_rows *rows);
const char *lg_past_name(const lg_past_rows *rows, int column);

/**
 * Asks for the utility's rates slot by slot, and the fees between it and market @p area: columns
 * slot, asks_uct and pays_uct where the utility is (NULL: it has none), the sum of fees from the
 * market up to the root and the market's own, in micro-cents per kWh or, unless the run's fees are
 * @p constant, parts per billion.
 */
void lg_past_ask_utility(lg_past *past, lg_past_rows *rows, int64_t area, bool constant);

/** Whether the file has the table @p name: older ones lack the younger tables. */
bool lg_past_has(lg_past *past, const char *name);

/**
 * The tree of the run in @p arena: names, parents, depths, fees and members of areas; names, areas
 * and roles of assets. All else is 0. Look at lg_past_status() before using it.
 */
void lg_past_site(lg_past *past, lg_arena *arena, lg_site *site);

#endif
