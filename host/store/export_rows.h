/* host/store/export_rows.h — the rows of a query as files */
#ifndef LG_STORE_EXPORT_ROWS_H
#define LG_STORE_EXPORT_ROWS_H

#include <sqlite3.h>
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"

/** Rows of a query on their way into a folder. */
typedef struct lg__export {
    lg_mem *mem;
    sqlite3 *db;
    const char *database; /* its name, for errors */
    const char *folder;
    lg_text *scratch; /* room for a piece of a line */
} lg__export;

/** Why SQLite did not do what it was asked. @return LG_STORE, LG_MEMORY */
lg_status lg__export_failed(const lg__export *e, lg_err *err);

/** The whole of @p sql as one CSV file, names of columns first. */
lg_status lg__export_csv(const lg__export *e, const char *name, const char *sql,
                         lg_err *err) LG_CHECKED;
/** The same as a JSON list of objects, a line each. */
lg_status lg__export_json(const lg__export *e, const char *name, const char *sql,
                          lg_err *err) LG_CHECKED;
/**
 * Many files: the first column of each row names its file, folders included; rows of a file stand
 * together. CSV with the names of the other columns as heading; columns without a name have none. A
 * row whose second column is NULL only makes the file. Cells of a file in .json are written as they
 * are.
 */
lg_status lg__export_files(const lg__export *e, const char *sql, lg_err *err) LG_CHECKED;

#endif
