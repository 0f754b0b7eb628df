/*
 * One table. WAL with synchronous=FULL: a commit is one append and one fsync, and readers look at
 * the file while it is written. The first statement of a writer takes the lock that it keeps, so
 * that a second server is refused at its start.
 */
#include "store/acts.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* PRAGMA application_id, "LUNC". */
#define MARK      0x4c554e43
#define MARK_TEXT "1280659011"

/* What brings a file from version i to i + 1: lines are added here and never changed. */
static const char *const migrations[] = {
    "CREATE TABLE acts (seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, who TEXT NOT NULL,"
    " what TEXT NOT NULL, word1 TEXT NOT NULL, word2 TEXT NOT NULL, word3 TEXT NOT NULL,"
    " body TEXT NOT NULL) STRICT;"
    "CREATE VIEW acts_view AS SELECT seq,"
    " strftime('%Y-%m-%dT%H:%M:%fZ', at_us / 1000000.0, 'unixepoch') AS at,"
    " who, what, word1, word2, word3, body FROM acts;"
    "PRAGMA application_id = " MARK_TEXT ";",
};

enum { VERSION = sizeof migrations / sizeof *migrations, LOCK_WAIT_MS = 1000 };

struct lg_acts {
    lg_mem *mem;
    sqlite3 *handle;
    char *path; /* for errors */
    sqlite3_stmt *add;
    int64_t count;
};

static lg_status failed(const lg_acts *acts, lg_err *err)
{
    int code = sqlite3_errcode(acts->handle) & 0xff;
    if (code == SQLITE_NOMEM)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return lg_fail(err, LG_STORE, "cannot write %s: another server is writing it", acts->path);
    return lg_fail(err, LG_STORE, "cannot write %s: %s", acts->path, sqlite3_errmsg(acts->handle));
}

static lg_status run(lg_acts *acts, const char *sql, lg_err *err)
{
    return sqlite3_exec(acts->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? LG_OK
                                                                          : failed(acts, err);
}

static lg_status number(lg_acts *acts, const char *sql, int64_t *out, lg_err *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(acts->handle, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        lg_status status = failed(acts, err);
        sqlite3_finalize(statement);
        return status;
    }
    *out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return LG_OK;
}

/* Ours and not from the future, or empty. */
static lg_status check(lg_acts *acts, int64_t *version, lg_err *err)
{
    int64_t mark = 0, tables = 0;
    lg_status status = number(acts, "PRAGMA application_id", &mark, err);
    if (status == LG_OK)
        status = number(acts, "PRAGMA user_version", version, err);
    if (status == LG_OK)
        status = number(acts, "SELECT count(*) FROM sqlite_master", &tables, err);
    if (status != LG_OK)
        return status;
    if (tables && mark != MARK)
        return lg_fail(err, LG_STORE, "%s is no journal of a coordination server", acts->path);
    if (*version > VERSION)
        return lg_fail(err, LG_STORE, "%s is of a later version of lunagrid", acts->path);
    return LG_OK;
}

static lg_status migrate(lg_acts *acts, lg_err *err)
{
    int64_t version = 0;
    char sql[64];
    lg_status status = run(acts, "BEGIN IMMEDIATE", err);
    if (status == LG_OK)
        status = check(acts, &version, err);
    for (; status == LG_OK && version < VERSION; version++)
        status = run(acts, migrations[version], err);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d; COMMIT", (int)VERSION);
    return status == LG_OK ? run(acts, sql, err) : status;
}

static lg_status set_up(lg_acts *acts, const char *path, lg_err *err)
{
    static const char add[] = "INSERT INTO acts VALUES (NULL,?,?,?,?,?,?,?)";
    /* secrets are in it: a new file is its owner's alone, and SQLite's side files are as it is */
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0)
        close(fd);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path ? path : ":memory:", &acts->handle, flags, NULL) != SQLITE_OK)
        return acts->handle ? failed(acts, err) : lg_fail(err, LG_MEMORY, "out of memory");
    sqlite3_busy_timeout(acts->handle, LOCK_WAIT_MS);
    /* looked at before anything is set: another program's file stays as it is */
    int64_t version;
    lg_status status = check(acts, &version, err);
    if (status == LG_OK)
        status = run(acts,
                     "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                     "PRAGMA synchronous = FULL",
                     err);
    if (status == LG_OK)
        status = migrate(acts, err);
    if (status == LG_OK)
        status = number(acts, "SELECT count(*) FROM acts", &acts->count, err);
    if (status == LG_OK && sqlite3_prepare_v3(acts->handle, add, -1, SQLITE_PREPARE_PERSISTENT,
                                              &acts->add, NULL) != SQLITE_OK)
        status = failed(acts, err);
    return status;
}

lg_status lg_acts_open(lg_mem *mem, const char *path, lg_err *err, lg_acts **out)
{
    *out = NULL;
    lg_acts *acts = lg_mem_zalloc(mem, 1, sizeof *acts);
    if (!acts)
        return lg_fail(err, LG_MEMORY, "out of memory");
    acts->mem = mem;
    acts->path = lg_mem_strdup(mem, path ? path : "the journal in memory");
    lg_status status =
        acts->path ? set_up(acts, path, err) : lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        *out = acts;
    else
        lg_acts_close(acts);
    return status;
}

void lg_acts_close(lg_acts *acts)
{
    if (!acts)
        return;
    sqlite3_finalize(acts->add);
    sqlite3_close(acts->handle);
    lg_mem_strfree(acts->mem, acts->path);
    lg_mem_free(acts->mem, acts, sizeof *acts);
}

lg_status lg_acts_add(lg_acts *acts, const lg_act *act, lg_err *err)
{
    const char *texts[] = {act->who,      act->what,     act->words[0],
                           act->words[1], act->words[2], act->body};
    int code = sqlite3_bind_int64(acts->add, 1, act->at_us);
    for (int i = 0; i < 6 && code == SQLITE_OK; i++)
        code = sqlite3_bind_text(acts->add, i + 2, texts[i] ? texts[i] : "", -1, SQLITE_STATIC);
    if (code == SQLITE_OK && sqlite3_step(acts->add) != SQLITE_DONE)
        code = SQLITE_ERROR;
    lg_status status = code == SQLITE_OK ? LG_OK : failed(acts, err);
    sqlite3_reset(acts->add);
    acts->count += status == LG_OK;
    return status;
}

static lg_act act_of(sqlite3_stmt *row)
{
    const char *texts[6];
    for (int i = 0; i < 6; i++) {
        const char *text = (const char *)sqlite3_column_text(row, i + 1);
        texts[i] = text ? text : "";
    }
    return (lg_act){
        .at_us = sqlite3_column_int64(row, 0),
        .who = texts[0],
        .what = texts[1],
        .words = {texts[2], texts[3], texts[4]},
        .body = texts[5],
    };
}

lg_status lg_acts_each(lg_acts *acts, lg_status (*take)(void *ctx, const lg_act *act, lg_err *err),
                       void *ctx, lg_err *err)
{
    static const char all[] =
        "SELECT at_us, who, what, word1, word2, word3, body FROM acts ORDER BY seq";
    sqlite3_stmt *rows = NULL;
    lg_status status = LG_OK;
    int code = sqlite3_prepare_v2(acts->handle, all, -1, &rows, NULL);
    while (code == SQLITE_OK && status == LG_OK && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        lg_act act = act_of(rows);
        status = take(ctx, &act, err);
        code = SQLITE_OK;
    }
    if (status == LG_OK && code != SQLITE_DONE)
        status = failed(acts, err);
    sqlite3_finalize(rows);
    return status;
}

int64_t lg_acts_count(const lg_acts *acts)
{
    return acts->count;
}
