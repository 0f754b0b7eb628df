/* What is written is said in SQL: the views of the database for CSV and JSON, those of gsy.sql for
 * the layout of the gsy-e exchange. Both are read in one transaction, so a run that is being
 * written is seen at one moment. The database is opened for reading only; what gsy.sql makes is
 * temporary. */
#include "store/export.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "store/database.h"
#include "store/export_rows.h"
#include "store/file.h"
#include "store/schema.h"

/* A value of the database that a PRAGMA tells; -1 when it cannot be read. */
static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *row = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW)
        value = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return value;
}

static lg_status open_run(lg__export *e, lg_err *err)
{
    int code =
        sqlite3_open_v2(e->database, &e->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (!e->db)
        return lg_fail(err, LG_MEMORY, "out of memory while opening %s", e->database);
    if (code != SQLITE_OK || ask(e->db, "SELECT count(*) FROM sqlite_master") < 0)
        return lg__export_failed(e, err);
    if (ask(e->db, "PRAGMA application_id") != LG__DATABASE_MARK)
        return lg_fail(err, LG_STORE, "%s: not a result of lunagrid", e->database);
    int64_t version = ask(e->db, "PRAGMA user_version");
    if (version != LG__DATABASE_VERSION)
        return lg_fail(err, LG_STORE,
                       "%s: its tables are of version %lld, expected %d; run the scenario again",
                       e->database, (long long)version, LG__DATABASE_VERSION);
    if (sqlite3_exec(e->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        return lg__export_failed(e, err);
    return LG_OK;
}

/* Makes the folder, or sees that there is nothing in it. */
static lg_status open_folder(const lg__export *e, lg_err *err)
{
    char *path = lg_mem_strdup(e->mem, e->folder);
    if (!path)
        return lg_fail(err, LG_MEMORY, "out of memory while opening %s", e->folder);
    lg_status status = lg__folder_make(path, err);
    DIR *folder = status == LG_OK ? opendir(path) : NULL;
    if (status == LG_OK && !folder)
        status = lg_fail(err, LG_STORE, "cannot open folder %s: %s", path, strerror(errno));
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry && status == LG_OK;
         entry = readdir(folder))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = lg_fail(err, LG_STORE, "folder %s is not empty; remove it or name another one",
                             path);
    if (folder)
        closedir(folder);
    lg_mem_strfree(e->mem, path);
    return status;
}

/* slug(name): a name as it stands in paths. */
static void sql_slug(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *name = (const char *)sqlite3_value_text(values[0]);
    sqlite3_str *out = sqlite3_str_new(sqlite3_context_db_handle(context));
    int c;
    for (bool started = false; name && (c = lg_text_slug_next(&name, started)); started = true)
        sqlite3_str_appendchar(out, 1, (char)c);
    int length = sqlite3_str_length(out);
    char *text = sqlite3_str_finish(out);
    if (text)
        sqlite3_result_text(context, text, length, sqlite3_free);
    else
        sqlite3_result_text(context, "", 0, SQLITE_STATIC);
}

/* number(x): x as the shortest text that reads back as the same. */
static void sql_number(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_FLOAT) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    lg_text *text = sqlite3_user_data(context);
    lg_text_clear(text);
    lg_text_double(text, sqlite3_value_double(values[0]));
    if (text->failed)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text(context, lg_text_peek(text), (int)text->length, SQLITE_TRANSIENT);
}

/* Calls @p write with each name that @p sql gives. */
static lg_status each_view(const lg__export *e, const char *sql, lg_export_layout layout,
                           lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_text query, file;
    lg_text_init(&query, e->mem);
    lg_text_init(&file, e->mem);
    lg_status status = LG_OK;
    int code = sqlite3_prepare_v2(e->db, sql, -1, &row, NULL);
    while (code == SQLITE_OK && status == LG_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
        const char *view = (const char *)sqlite3_column_text(row, 0);
        int stem = (int)strlen(view) - (int)strlen("_view");
        lg_text_clear(&query);
        lg_text_clear(&file);
        lg_text_format(&query, "SELECT * FROM \"%s\"", view);
        lg_text_format(&file, "%.*s.%s", stem > 0 ? stem : 0, view,
                       layout == LG_EXPORT_CSV ? "csv" : "json");
        if (query.failed || file.failed)
            status = lg_fail(err, LG_MEMORY, "out of memory while reading %s", e->database);
        else if (layout == LG_EXPORT_GSY)
            status = lg__export_files(e, lg_text_peek(&query), err);
        else if (layout == LG_EXPORT_CSV)
            status = lg__export_csv(e, lg_text_peek(&file), lg_text_peek(&query), err);
        else
            status = lg__export_json(e, lg_text_peek(&file), lg_text_peek(&query), err);
        code = SQLITE_OK;
    }
    if (status == LG_OK && code != SQLITE_DONE)
        status = lg__export_failed(e, err);
    sqlite3_finalize(row);
    lg_text_fini(&file);
    lg_text_fini(&query);
    return status;
}

/* Makes the temporary view settlement_@p view: @p view of the database, reading @p theirs where
 * that reads @p ours. */
static bool derive(const lg__export *e, const char *view, const char *ours, const char *theirs)
{
    sqlite3_stmt *ask = NULL;
    bool done = sqlite3_prepare_v2(e->db,
                                   "SELECT 'CREATE TEMP VIEW ' || ?2 || replace(substr(sql, "
                                   "instr(sql, ' AS')), ?3, ?4) FROM sqlite_master WHERE name = ?1",
                                   -1, &ask, NULL) == SQLITE_OK;
    char name[64];
    snprintf(name, sizeof name, "settlement_%s", view);
    const char *const values[] = {view, name, ours, theirs};
    for (int i = 0; i < 4 && done; i++)
        done = sqlite3_bind_text(ask, i + 1, values[i], -1, SQLITE_STATIC) == SQLITE_OK;
    if (done)
        done = sqlite3_step(ask) == SQLITE_ROW;
    const char *sql = done ? (const char *)sqlite3_column_text(ask, 0) : NULL;
    done = sql && sqlite3_exec(e->db, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_finalize(ask);
    return done;
}

static lg_status export_gsy(const lg__export *e, lg_err *err)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    if (sqlite3_create_function(e->db, "slug", 1, flags, NULL, sql_slug, NULL, NULL) != SQLITE_OK ||
        sqlite3_create_function(e->db, "number", 1, flags, e->scratch, sql_number, NULL, NULL) !=
            SQLITE_OK ||
        !derive(e, "trade_legs", "FROM trades t", "FROM settlement_trades t") ||
        !derive(e, "trade_legs_view", "FROM trade_legs l", "FROM settlement_trade_legs l") ||
        sqlite3_exec(e->db, lg__gsy_sql, NULL, NULL, NULL) != SQLITE_OK)
        return lg__export_failed(e, err);
    return each_view(e,
                     "SELECT name FROM sqlite_temp_master WHERE type = 'view' AND name LIKE "
                     "'%\\_file%' ESCAPE '\\' ORDER BY rowid",
                     LG_EXPORT_GSY, err);
}

/* What the run did not keep, and what is missing for it. */
static void tell(const lg__export *e, const lg_export_input *input)
{
    static const struct {
        const char *column, *sentence;
        bool of_gsy; /* of that layout only */
    } notes[] = {
        {"status = 'incomplete'",
         "the run did not come to its end: bills, indicators and what comes "
         "of them are missing or are those of the slots that were done",
         false},
        {"NOT keeps_trades",
         "the run kept no trades (results.trades): whatever is made of single "
         "trades is empty",
         false},
        {"NOT keeps_orders",
         "the run kept no orders (results.orders = true keeps them): files of "
         "offers and bids are missing or empty, and so is what storages offered",
         false},
        {"NOT keeps_assets",
         "the run kept no slots of assets (results.assets = true keeps them): "
         "demand, production and charge are missing",
         false},
        {"EXISTS (SELECT * FROM json_each(scenario_json, '$.events') "
         "WHERE value -> '$.script' IS NULL)",
         "a setup of the gsy-e exchange has no scheduled events (there they are written in "
         "Python): setup_file.json has them as `events` in lunagrid's words, which `import gsy` "
         "reads and that exchange does not",
         true},
        {"EXISTS (SELECT * FROM json_each(scenario_json, '$.events') "
         "WHERE value -> '$.script' IS NOT NULL)",
         "events that give an agent another script are left out of setup_file.json: it has no "
         "scripts",
         true},
        {"market_rule NOT IN ('no_market', 'one_sided', 'pay_as_bid', 'pay_as_clear', "
         "'attributed')",
         "the gsy-e exchange has no word for the matching rule of this run: settings.json says "
         "match type 3, a matching engine outside, and its name as basic_settings.matching_rule, "
         "which `import gsy` reads and that exchange does not",
         true},
    };
    lg_text sql;
    lg_text_init(&sql, e->mem);
    for (size_t i = 0; input->note && i < sizeof notes / sizeof notes[0]; i++) {
        if (notes[i].of_gsy && input->layout != LG_EXPORT_GSY)
            continue;
        lg_text_clear(&sql);
        lg_text_format(&sql, "SELECT %s FROM runs", notes[i].column);
        if (!sql.failed && ask(e->db, lg_text_peek(&sql)) == 1)
            input->note(input->ctx, notes[i].sentence);
    }
    lg_text_fini(&sql);
}

lg_status lg_export(lg_mem *mem, const lg_export_input *input, lg_err *err)
{
    lg_text scratch;
    lg__export e = {
        .mem = mem, .database = input->database, .folder = input->folder, .scratch = &scratch};
    lg_text_init(&scratch, mem);
    lg_status status = open_run(&e, err);
    if (status == LG_OK)
        status = open_folder(&e, err);
    if (status == LG_OK)
        tell(&e, input);
    if (status == LG_OK && input->layout == LG_EXPORT_GSY)
        status = export_gsy(&e, err);
    else if (status == LG_OK)
        status = each_view(&e,
                           "SELECT name FROM sqlite_master WHERE type = 'view' AND "
                           "name LIKE '%\\_view' ESCAPE '\\' ORDER BY name",
                           input->layout, err);
    sqlite3_close(e.db);
    lg_text_fini(&scratch);
    return status;
}
