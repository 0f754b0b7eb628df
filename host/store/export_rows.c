/* One statement, read row by row; a file is open at a time. Numbers are written as the shortest
 * text that reads back as the same number, so equal runs give equal files. */
#include "store/export_rows.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "store/file.h"

lg_status lg__export_failed(const lg__export *e, lg_err *err)
{
    if (sqlite3_errcode(e->db) == SQLITE_NOMEM)
        return lg_fail(err, LG_MEMORY, "out of memory while reading %s", e->database);
    return lg_fail(err, LG_STORE, "cannot read %s: %s", e->database, sqlite3_errmsg(e->db));
}

static lg_status prepare(const lg__export *e, const char *sql, sqlite3_stmt **out, lg_err *err)
{
    if (sqlite3_prepare_v2(e->db, sql, -1, out, NULL) == SQLITE_OK)
        return LG_OK;
    return lg__export_failed(e, err);
}

/* Creates e->folder/name with the folders that @p name has. */
static lg_status create(const lg__export *e, const char *name, lg__file *file, lg_err *err)
{
    lg_text path;
    lg_status status = LG_OK;
    lg_text_init(&path, e->mem);
    lg_text_format(&path, "%s/%s", e->folder, name);
    if (path.failed) {
        status = lg_fail(err, LG_MEMORY, "out of memory while writing %s", name);
    } else if (access(lg_text_peek(&path), F_OK) == 0) {
        status = lg_fail(err, LG_STORE, "two things would be in %s", lg_text_peek(&path));
    } else {
        char *slash = strrchr(path.data, '/');
        *slash = 0;
        status = lg__folder_make(path.data, err);
    }
    lg_text_fini(&path);
    return status == LG_OK ? lg__file_create(file, e->mem, e->folder, name, err) : status;
}

/* Writes out what is open, if anything is. */
static lg_status finish(lg__file *file, lg_err *err)
{
    if (!lg__file_is_open(file))
        return LG_OK;
    lg_status status = lg__file_end(file, err);
    if (status == LG_OK)
        status = lg__file_place(file, err);
    lg__file_close(file);
    return status;
}

/* Writes what was put into the scratch. */
static void take_scratch(const lg__export *e, lg__file *file)
{
    if (e->scratch->failed)
        file->error = ENOMEM;
    lg__file_bytes(file, lg_text_peek(e->scratch), e->scratch->length);
}

/* A cell as text; "" for NULL. */
static void cell(const lg__export *e, lg__file *file, sqlite3_stmt *row, int column, bool csv)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
        return;
    case SQLITE_INTEGER:
        lg__file_fixed(file, sqlite3_column_int64(row, column), 0);
        return;
    case SQLITE_FLOAT:
        lg_text_clear(e->scratch);
        lg_text_double(e->scratch, sqlite3_column_double(row, column));
        take_scratch(e, file);
        return;
    default: {
        const char *text = (const char *)sqlite3_column_text(row, column);
        if (csv)
            lg__file_csv(file, text ? text : "");
        else
            lg__file_str(file, text ? text : "");
    }
    }
}

/* The names of the columns from @p first on as a line; unnamed ones have none. */
static void heading(lg__file *file, sqlite3_stmt *row, int first)
{
    bool begun = false;
    for (int i = first; i < sqlite3_column_count(row); i++) {
        const char *name = sqlite3_column_name(row, i);
        if (!name || !*name)
            continue;
        if (begun)
            lg__file_char(file, ',');
        lg__file_csv(file, name);
        begun = true;
    }
    lg__file_char(file, '\n');
}

static void line(const lg__export *e, lg__file *file, sqlite3_stmt *row, int first)
{
    for (int i = first; i < sqlite3_column_count(row); i++) {
        if (i > first)
            lg__file_char(file, ',');
        cell(e, file, row, i, true);
    }
    lg__file_char(file, '\n');
}

static void object(const lg__export *e, lg__file *file, sqlite3_stmt *row)
{
    lg_text *text = e->scratch;
    lg_text_clear(text);
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        lg_text_str(text, i ? ", " : "{");
        lg_text_json(text, sqlite3_column_name(row, i));
        lg_text_str(text, ": ");
        int type = sqlite3_column_type(row, i);
        if (type == SQLITE_INTEGER)
            lg_text_int(text, sqlite3_column_int64(row, i));
        else if (type == SQLITE_FLOAT)
            lg_text_double(text, sqlite3_column_double(row, i));
        else if (type == SQLITE_TEXT)
            lg_text_json(text, (const char *)sqlite3_column_text(row, i));
        else
            lg_text_str(text, "null");
    }
    lg_text_char(text, '}');
    take_scratch(e, file);
}

static lg_status one_file(const lg__export *e, const char *name, const char *sql, bool csv,
                          lg_err *err)
{
    lg__file file = {.fd = -1};
    sqlite3_stmt *row = NULL;
    lg_status status = prepare(e, sql, &row, err);
    if (status == LG_OK)
        status = create(e, name, &file, err);
    if (status == LG_OK && csv)
        heading(&file, row, 0);
    int code = SQLITE_DONE;
    uint64_t count = 0;
    while (status == LG_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
        if (csv) {
            line(e, &file, row, 0);
        } else {
            lg__file_str(&file, count ? ",\n " : "[");
            object(e, &file, row);
        }
        count++;
        status = lg__file_check(&file, err);
    }
    if (status == LG_OK && !csv)
        lg__file_str(&file, count ? "]\n" : "[]\n");
    if (status == LG_OK && code != SQLITE_DONE)
        status = lg__export_failed(e, err);
    if (status == LG_OK)
        status = finish(&file, err);
    lg__file_close(&file);
    sqlite3_finalize(row);
    return status;
}

lg_status lg__export_csv(const lg__export *e, const char *name, const char *sql, lg_err *err)
{
    return one_file(e, name, sql, true, err);
}

lg_status lg__export_json(const lg__export *e, const char *name, const char *sql, lg_err *err)
{
    return one_file(e, name, sql, false, err);
}

static bool is_json(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

/* The file of this row is open afterwards, with its heading when it is new. */
static lg_status turn_to(const lg__export *e, const char *name, lg__file *file, lg_text *open,
                         sqlite3_stmt *row, lg_err *err)
{
    if (lg__file_is_open(file) && strcmp(lg_text_peek(open), name) == 0)
        return LG_OK;
    lg_status status = finish(file, err);
    lg_text_clear(open);
    lg_text_str(open, name);
    if (status == LG_OK && open->failed)
        status = lg_fail(err, LG_MEMORY, "out of memory while writing %s", name);
    if (status == LG_OK)
        status = create(e, name, file, err);
    if (status == LG_OK && !is_json(name))
        heading(file, row, 1);
    return status;
}

lg_status lg__export_files(const lg__export *e, const char *sql, lg_err *err)
{
    lg__file file = {.fd = -1};
    sqlite3_stmt *row = NULL;
    lg_text open;
    lg_text_init(&open, e->mem);
    lg_status status = prepare(e, sql, &row, err);
    int code = SQLITE_DONE;
    while (status == LG_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(row, 0);
        if (!name)
            code = SQLITE_NOMEM;
        else
            status = turn_to(e, name, &file, &open, row, err);
        if (!name || status != LG_OK)
            break;
        if (is_json(name)) {
            for (int i = 1; i < sqlite3_column_count(row); i++)
                cell(e, &file, row, i, false);
            lg__file_char(&file, '\n');
        } else if (sqlite3_column_type(row, 1) != SQLITE_NULL) {
            line(e, &file, row, 1);
        }
        status = lg__file_check(&file, err);
    }
    if (status == LG_OK && code != SQLITE_DONE)
        status = lg__export_failed(e, err);
    if (status == LG_OK)
        status = finish(&file, err);
    lg__file_close(&file);
    lg_text_fini(&open);
    sqlite3_finalize(row);
    return status;
}
