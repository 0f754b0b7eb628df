/* The file is made as run.sqlite.new, with its schema and everything that is known before the first
 * slot, and only then renamed to run.sqlite: an existing result stays until its successor stands.
 *
 * Choices, with their reasons (figures: tests/bench/bench_store.c):
 *  - A rollback journal (TRUNCATE), not WAL: appending touches few old pages, so the journal is
 * small; the result is one file that can be copied at any time between transactions, also out of a
 * folder that its reader may not write to. OFF and MEMORY are not possible: a process killed within
 * a commit would leave a file that cannot be read.
 *  - synchronous=OFF: what the kernel was given survives the end of the process, also kill -9. Only
 * a power cut may damage the file, and results can be computed again.
 *  - A reader may look at any time. When it is in the way of a commit, the run goes on and commits
 * later. The write lock is held from the first to the last slot, which tells a second run in the
 * same folder. SQLite allocates for itself; the room's own memory comes through lg_mem. */
#include "store/database.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "base/text.h"
#include "store/schema.h"

enum { READER_WAIT_MS = 10000 };

#define TEXT_OF(value)       #value
#define TEXT_OF_MACRO(macro) TEXT_OF(macro)
#define MARK_TEXT            TEXT_OF_MACRO(LG__DATABASE_MARK)
#define VERSION_TEXT         TEXT_OF_MACRO(LG__DATABASE_VERSION)

/* A statement CREATE VIEW, within a longer text. */
typedef struct lg__view {
    const char *name, *sql;
    int name_length, sql_length;
} lg__view;

static const char *const sql_of[LG__SQL_COUNT] = {
    [LG__SQL_TRADE] = "INSERT INTO trades VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [LG__SQL_SLOT] = "INSERT INTO slots VALUES (?,?,?,?,?,?,?,?)",
    [LG__SQL_MARKET_SLOT] = "INSERT INTO market_slots VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [LG__SQL_CLEARING] = "INSERT INTO clearings VALUES (?,?,?,?,?)",
    [LG__SQL_ORDER] = "INSERT INTO orders VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [LG__SQL_FEE] = "INSERT INTO fees VALUES (?,?,?,?)",
    [LG__SQL_ASSET_SLOT] = "INSERT INTO asset_slots VALUES (?,?,?,?,?,?,?)",
    [LG__SQL_EVENT] = "INSERT INTO events VALUES (NULL,?,?,?,?,?||?)",
    [LG__SQL_LOG] = "INSERT INTO log VALUES (NULL,?,?,?,?,?)",
    [LG__SQL_VERSION] = "INSERT INTO versions VALUES (NULL,?,?,?,?,?,?,?,?)",
    [LG__SQL_SOURCE] = "INSERT OR IGNORE INTO sources VALUES (?,?,?,?,?)",
    [LG__SQL_SETTLEMENT_TRADE] =
        "INSERT INTO settlement_trades VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [LG__SQL_DEVIATION] = "INSERT INTO deviations VALUES (?,?,?,?,?,?,?)",
    [LG__SQL_INTRADAY_ORDER] =
        "INSERT OR REPLACE INTO intraday_orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [LG__SQL_INTRADAY_TRADE] = "INSERT INTO intraday_trades VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
    [LG__SQL_INTRADAY_BALANCE] = "INSERT INTO intraday_balances VALUES (?,?,?,?,?,?,?,?)",
    [LG__SQL_GRIDPOOL] = "INSERT INTO gridpools VALUES (?,?,?)",
    [LG__SQL_RESOURCE] = "INSERT INTO coordination_resources VALUES (?,?,?,?,?)",
    [LG__SQL_SIGNALLED] = "INSERT INTO coordination_slots VALUES (?,?,?,?,?,?,?)",
    [LG__SQL_SIGNAL] = "INSERT INTO coordination_events VALUES (?,?,?,?)",
    [LG__SQL_SIGNAL_POINT] = "INSERT INTO coordination_points VALUES (?,?,?,?)",
    [LG__SQL_SIGNAL_TARGET] = "INSERT INTO coordination_targets VALUES (?,?,?,?)",
    [LG__SQL_REPORTED] = "INSERT INTO coordination_reports VALUES (?,?,?,?,?,?,?)",
    [LG__SQL_EARNING] = "INSERT INTO coordination_earnings VALUES (?,?,?,?,?)",
    [LG__SQL_MICRO_COMPONENT] =
        "INSERT OR REPLACE INTO microgrid_components VALUES (?,?,?,?,?,?,?,?,?,?,?)",
    [LG__SQL_MICRO_ASSET] = "INSERT OR REPLACE INTO microgrid_assets VALUES (?,?,?,?,?,?,?,?)",
    [LG__SQL_MICRO_COMMAND] = "INSERT INTO microgrid_commands VALUES (NULL,?,?,?,?,?,?,?)",
    [LG__SQL_SETTLEMENT] = "INSERT INTO settlement_slots VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
};

/* Says what SQLite could not do in the words of the operating system where it has any. SQLite keeps
 * the system's reason for some calls only; right after the others it is still in errno. */
static lg_status failed(lg__database *db, lg_err *err)
{
    int left = errno;
    int code = sqlite3_errcode(db->handle);
    int kept = sqlite3_system_errno(db->handle);
    int cause = kept ? kept : left;
    bool io = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
    if ((code & 0xff) == SQLITE_NOMEM)
        return lg_fail(err, LG_MEMORY, "out of memory while writing %s", db->path);
    if ((code & 0xff) == SQLITE_FULL)
        return lg_fail(err, LG_STORE, "cannot write %s: %s", db->path, strerror(ENOSPC));
    return lg_fail(err, LG_STORE, "cannot write %s: %s", db->path,
                   io && cause ? strerror(cause) : sqlite3_errmsg(db->handle));
}

lg_status lg__database_run(lg__database *db, const char *sql, lg_err *err)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? LG_OK : failed(db, err);
}

lg_status lg__database_prepare(lg__database *db, const char *sql, sqlite3_stmt **out, lg_err *err)
{
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    return code == SQLITE_OK ? LG_OK : failed(db, err);
}

lg_status lg__database_row(lg__database *db, sqlite3_stmt *statement, lg_err *err,
                           const lg__cell *cells, int count)
{
    int code = SQLITE_OK;
    for (int i = 0; i < count && code == SQLITE_OK; i++) {
        if (cells[i].type == 'i')
            code = sqlite3_bind_int64(statement, i + 1, cells[i].as.i);
        else if (cells[i].type == 'd')
            code = sqlite3_bind_double(statement, i + 1, cells[i].as.d);
        else
            code = sqlite3_bind_text(statement, i + 1, cells[i].as.t, -1, SQLITE_STATIC);
    }
    if (code == SQLITE_OK && sqlite3_step(statement) != SQLITE_DONE)
        code = SQLITE_ERROR;
    lg_status status = code == SQLITE_OK ? LG_OK : failed(db, err);
    sqlite3_reset(statement);
    return status;
}

static char *join(lg_mem *mem, const char *folder, const char *name)
{
    lg_text path;
    lg_text_init(&path, mem);
    lg_text_format(&path, "%s/%s", folder, name);
    char *copy = path.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&path));
    lg_text_fini(&path);
    return copy;
}

/* Removes @p path and, first, the side files that SQLite would take for its journals. */
static void remove_with(const char *path, bool itself)
{
    static const char *const suffixes[] = {"-journal", "-wal", "-shm"};
    char side[4096];
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        int length = snprintf(side, sizeof side, "%s%s", path, suffixes[i]);
        if (length > 0 && (size_t)length < sizeof side)
            unlink(side);
    }
    if (itself)
        unlink(path);
}

/* A run that is being written holds the write lock of its file; anything else there may be
 * replaced. */
static lg_status refuse_other_writer(lg__database *db, lg_err *err)
{
    sqlite3 *other = NULL;
    int code = sqlite3_open_v2(db->path, &other, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_close(other);
    if (code == SQLITE_BUSY)
        return lg_fail(err, LG_STORE, "cannot write %s: another run is writing it", db->path);
    return LG_OK;
}

static lg_status open_file(lg__database *db, const char *path, const char *pragmas, lg_err *err)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(path, &db->handle, flags, NULL);
    if (!db->handle)
        return lg_fail(err, LG_MEMORY, "out of memory while opening %s", path);
    sqlite3_extended_result_codes(db->handle, 1);
    if (code != SQLITE_OK)
        return failed(db, err);
    return lg__database_run(db, pragmas, err);
}

/* One statement of lg__views_sql; *rest is left behind it. False after the last. */
static bool next_view(const char **rest, lg__view *view)
{
    static const char begin[] = "\nCREATE VIEW ";
    const char *line = strstr(*rest, begin);
    const char *end = line ? strstr(line, ";\n") : NULL;
    if (!end)
        return false;
    *view = (lg__view){
        .sql = line + 1, .sql_length = (int)(end - line - 1), .name = line + strlen(begin)};
    view->name_length = (int)strcspn(view->name, " ");
    *rest = end;
    return true;
}

/* Writes the rows that CREATE VIEW would write. That statement makes SQLite read the text of each
 * view twice, and whoever opens a file that has them reads them once more: together a fifth of what
 * a day of a few homes costs, and a run asks none of them. So they come as rows, and last. */
static lg_status write_views(lg__database *db, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    const char *rest = lg__views_sql;
    lg__view view;
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    lg_status status = lg__database_run(db, "PRAGMA writable_schema = ON", err);
    if (status == LG_OK)
        status = lg__database_prepare(
            db, "INSERT INTO sqlite_master VALUES ('view', ?1, ?1, 0, ?2)", &row, err);
    while (status == LG_OK && next_view(&rest, &view)) {
        int code = sqlite3_bind_text(row, 1, view.name, view.name_length, SQLITE_STATIC);
        if (code == SQLITE_OK)
            code = sqlite3_bind_text(row, 2, view.sql, view.sql_length, SQLITE_STATIC);
        if (code != SQLITE_OK || sqlite3_step(row) != SQLITE_DONE)
            status = failed(db, err);
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    return status == LG_OK ? lg__database_run(db, "PRAGMA writable_schema = OFF", err) : status;
}

lg_status lg__database_create(lg__database *db, lg_mem *mem, const char *folder, lg_err *err)
{
    *db = (lg__database){.mem = mem};
    db->path = join(mem, folder, "run.sqlite");
    db->fresh = join(mem, folder, "run.sqlite.new");
    if (!db->path || !db->fresh)
        return lg_fail(err, LG_MEMORY, "out of memory while opening the results");
    lg_status status = refuse_other_writer(db, err);
    if (status != LG_OK) {
        lg_mem_strfree(mem, db->fresh);
        db->fresh = NULL;
        return status;
    }
    remove_with(db->fresh, true);
    int fd = lg_output_create(db->fresh); /* SQLite would follow a link and forget the reason */
    if (fd < 0)
        return lg_fail(err, LG_STORE, "cannot write %s: %s", db->path, strerror(errno));
    close(fd);
    status = open_file(db, db->fresh,
                       "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF;"
                       "PRAGMA synchronous = OFF; BEGIN IMMEDIATE;"
                       "PRAGMA user_version = " VERSION_TEXT ";"
                       "PRAGMA application_id = " MARK_TEXT,
                       err);
    return status == LG_OK ? lg__database_run(db, lg__schema_sql, err) : status;
}

lg_status lg__database_place(lg__database *db, lg_err *err)
{
    lg_status status = lg__database_run(db, "COMMIT", err);
    if (status != LG_OK)
        return status;
    sqlite3_close(db->handle);
    db->handle = NULL;
    remove_with(db->path, false); /* a journal left by a killed run must not meet the new file */
    if (rename(db->fresh, db->path))
        return lg_fail(err, LG_STORE, "cannot write %s: %s", db->path, strerror(errno));
    lg_mem_strfree(db->mem, db->fresh);
    db->fresh = NULL;
    status = open_file(db, db->path,
                       "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF;"
                       "PRAGMA cache_size = -2048; BEGIN IMMEDIATE",
                       err);
    if (status == LG_OK)
        status = write_views(db, err);
    if (status == LG_OK)
        status = lg__database_commit(db, err);
    for (int i = 0; i < LG__SQL_COUNT && status == LG_OK; i++)
        status = lg__database_prepare(db, sql_of[i], &db->statements[i], err);
    return status;
}

lg_status lg__database_commit(lg__database *db, lg_err *err)
{
    int code = sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL);
    if ((code & 0xff) == SQLITE_BUSY)
        return LG_OK;
    return code == SQLITE_OK ? lg__database_run(db, "BEGIN IMMEDIATE", err) : failed(db, err);
}

lg_status lg__database_end(lg__database *db, lg_err *err)
{
    sqlite3_busy_timeout(db->handle, READER_WAIT_MS);
    lg_status status = lg__database_run(db, "COMMIT", err);
    if (status == LG_OK) /* takes the empty journal away; no loss when a reader prevents it */
        sqlite3_exec(db->handle, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    return status;
}

void lg__database_close(lg__database *db)
{
    for (int i = 0; i < LG__SQL_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->handle);
    if (db->fresh)
        remove_with(db->fresh, true);
    lg_mem_strfree(db->mem, db->fresh);
    lg_mem_strfree(db->mem, db->path);
    *db = (lg__database){.mem = db->mem};
}
