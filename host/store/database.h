/* host/store/database.h — the SQLite file of a run: made aside, moved into place, filled in
 * transactions */
#ifndef LG_STORE_DATABASE_H
#define LG_STORE_DATABASE_H

#include <sqlite3.h>
#include "base/mem.h"
#include "base/status.h"

/** PRAGMA application_id of the file, "LUNA": by it lunagrid knows its own results. */
#define LG__DATABASE_MARK 0x4c554e41

/** PRAGMA user_version: of the tables and views. */
#define LG__DATABASE_VERSION 4

/** Statements that run often and are kept prepared. */
typedef enum lg__sql {
    LG__SQL_TRADE,
    LG__SQL_SLOT,
    LG__SQL_MARKET_SLOT,
    LG__SQL_CLEARING,
    LG__SQL_ORDER,
    LG__SQL_FEE,
    LG__SQL_ASSET_SLOT,
    LG__SQL_EVENT,
    LG__SQL_LOG,
    LG__SQL_VERSION,
    LG__SQL_SOURCE,
    LG__SQL_SETTLEMENT_TRADE,
    LG__SQL_DEVIATION,
    LG__SQL_SETTLEMENT,
    LG__SQL_INTRADAY_ORDER,
    LG__SQL_INTRADAY_TRADE,
    LG__SQL_INTRADAY_BALANCE,
    LG__SQL_GRIDPOOL,
    LG__SQL_RESOURCE,
    LG__SQL_SIGNALLED,
    LG__SQL_SIGNAL,
    LG__SQL_SIGNAL_POINT,
    LG__SQL_SIGNAL_TARGET,
    LG__SQL_REPORTED,
    LG__SQL_EARNING,
    LG__SQL_MICRO_COMPONENT,
    LG__SQL_MICRO_ASSET,
    LG__SQL_MICRO_COMMAND,
    LG__SQL_COUNT
} lg__sql;

/** One value of a row. */
typedef struct lg__cell {
    char type; /* 'i' integer, 'd' double (NaN: NULL), 't' text (NULL: NULL) */
    union {
        int64_t i;
        double d;
        const char *t;
    } as;
} lg__cell;

#define LG__INT(value)                                                                             \
    {                                                                                              \
        .type = 'i', .as.i = (int64_t)(value)                                                      \
    }
/** A number, or NULL unless @p known. */
#define LG__INT_IF(known, value)                                                                   \
    {                                                                                              \
        .type = (known) ? 'i' : 't', .as.i = (known) ? (int64_t)(value) : 0                        \
    }
#define LG__REAL(value)                                                                            \
    {                                                                                              \
        .type = 'd', .as.d = (value)                                                               \
    }
#define LG__TEXT(value)                                                                            \
    {                                                                                              \
        .type = 't', .as.t = (value)                                                               \
    }

typedef struct lg__database {
    lg_mem *mem;
    sqlite3 *handle;
    char *path;  /* where the file is in the end */
    char *fresh; /* where it is made */
    sqlite3_stmt *statements[LG__SQL_COUNT];
} lg__database;

/**
 * Makes an empty database with the schema beside its final place, inside an open transaction.
 * Refused when another run is writing there. What lies at the final place is not touched.
 * @return LG_OK; LG_STORE; LG_MEMORY. Unless LG_OK, lg__database_close() is still due.
 */
lg_status lg__database_create(lg__database *db, lg_mem *mem, const char *folder,
                              lg_err *err) LG_CHECKED;
/** Commits, moves the file into place, opens it there and begins the first transaction. */
lg_status lg__database_place(lg__database *db, lg_err *err) LG_CHECKED;
/** Ends the transaction and begins the next. A reader that is in the way delays it to the next
 * call. */
lg_status lg__database_commit(lg__database *db, lg_err *err) LG_CHECKED;
/** Ends the transaction for good, waiting some seconds for readers. */
lg_status lg__database_end(lg__database *db, lg_err *err) LG_CHECKED;
/** Closes; an open transaction is rolled back, a file that was never placed is removed. */
void lg__database_close(lg__database *db);

/** Prepares a statement for a few rows; finalize it with sqlite3_finalize(). */
lg_status lg__database_prepare(lg__database *db, const char *sql, sqlite3_stmt **out,
                               lg_err *err) LG_CHECKED;
/** Runs @p sql, which gives no rows. */
lg_status lg__database_run(lg__database *db, const char *sql, lg_err *err) LG_CHECKED;
/** Binds @p cells from the first parameter on and runs the statement once. Texts are borrowed. */
lg_status lg__database_row(lg__database *db, sqlite3_stmt *statement, lg_err *err,
                           const lg__cell *cells, int count) LG_CHECKED;

/** LG__ROW(db, statement, err, LG__INT(1), LG__TEXT("x")) */
#define LG__ROW(db, statement, err, ...)                                                           \
    lg__database_row((db), (statement), (err), (const lg__cell[]){__VA_ARGS__},                    \
                     (int)(sizeof((const lg__cell[]){__VA_ARGS__}) / sizeof(lg__cell)))

#endif
