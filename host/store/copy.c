/* Reading takes a lock that a writer may hold between two ticks: then it is refused at once. */
#include "store/copy.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static lg_status fail(sqlite3 *handle, const char *path, lg_err *err)
{
    int code = handle ? sqlite3_errcode(handle) & 0xff : SQLITE_NOMEM;
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return lg_fail(err, LG_LIMIT, "%s is being written", path);
    if (code == SQLITE_NOMEM)
        return lg_fail(err, LG_MEMORY, "out of memory while reading %s", path);
    return lg_fail(err, LG_STORE, "cannot read %s: %s", path, sqlite3_errmsg(handle));
}

static lg_status open_file(const char *database, sqlite3 **handle, lg_err *err)
{
    *handle = NULL;
    int code = sqlite3_open_v2(database, handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        return LG_OK;
    lg_status status = fail(*handle, database, err);
    sqlite3_close(*handle);
    *handle = NULL;
    return status;
}

/* ---- the whole file ---- */

static lg_status copy_to(sqlite3 *from, const char *database, const char *path, lg_err *err)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_backup *backup =
        code == SQLITE_OK ? sqlite3_backup_init(to, "main", from, "main") : NULL;
    lg_status status = LG_OK;
    if (backup) {
        code = sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
    }
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        status = lg_fail(err, LG_LIMIT, "%s is being written", database);
    else if (!backup || code != SQLITE_DONE)
        status = fail(to, path, err);
    sqlite3_close(to);
    return status;
}

lg_status lg_store_copy(const char *database, lg_err *err, FILE **out)
{
    const char *folder = getenv("TMPDIR");
    char path[512];
    sqlite3 *from;
    *out = NULL;
    snprintf(path, sizeof path, "%s/lunagrid-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0)
        return lg_fail(err, LG_STORE, "no file can be made for a copy of %s", database);
    lg_status status = open_file(database, &from, err);
    if (status == LG_OK)
        status = copy_to(from, database, path, err);
    sqlite3_close(from);
    unlink(path);
    *out = status == LG_OK ? fdopen(fd, "rb") : NULL;
    if (!*out)
        close(fd);
    return status == LG_OK && !*out ? lg_fail(err, LG_MEMORY, "out of memory") : status;
}

/* ---- one table ---- */

static void put_field(FILE *file, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, file);
        return;
    }
    putc('"', file);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', file);
        putc(*text, file);
    }
    putc('"', file);
}

static void put_line(FILE *file, sqlite3_stmt *rows, bool heading)
{
    for (int i = 0; i < sqlite3_column_count(rows); i++) {
        const char *text =
            heading ? sqlite3_column_name(rows, i) : (const char *)sqlite3_column_text(rows, i);
        if (i)
            putc(',', file);
        put_field(file, text ? text : "");
    }
    putc('\n', file);
}

static lg_status write_table(sqlite3 *handle, const char *database, const char *name, FILE *file,
                             lg_err *err)
{
    char sql[128];
    sqlite3_stmt *rows = NULL;
    snprintf(sql, sizeof sql, "SELECT * FROM %s", name);
    int code = sqlite3_prepare_v2(handle, sql, -1, &rows, NULL);
    if (code == SQLITE_OK)
        put_line(file, rows, true);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(rows);
        if (code == SQLITE_ROW)
            put_line(file, rows, false);
    }
    lg_status status = code == SQLITE_DONE ? LG_OK : fail(handle, database, err);
    sqlite3_finalize(rows);
    if (status == LG_OK && (fflush(file) != 0 || ferror(file)))
        status = lg_fail(err, LG_STORE, "%s cannot be written as CSV: the disk is full", name);
    return status;
}

lg_status lg_store_table(const char *database, const char *name, lg_err *err, FILE **out)
{
    sqlite3 *handle;
    *out = NULL;
    lg_status status = open_file(database, &handle, err);
    FILE *file = status == LG_OK ? tmpfile() : NULL;
    if (status == LG_OK && !file)
        status = lg_fail(err, LG_STORE, "no file can be made for %s", name);
    if (status == LG_OK)
        status = write_table(handle, database, name, file, err);
    sqlite3_close(handle);
    if (status == LG_OK)
        *out = file;
    else if (file)
        fclose(file);
    return status;
}
