/* A thin face over SQLite: what is asked is the asker's business. The file is opened for writing
 * where that is possible, only so that the journal a killed run left is rolled back; query_only
 * keeps everything else from being written. */
#include "store/past.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "store/parts.h"

struct lg_past {
    lg_mem *mem;
    sqlite3 *handle;
    char *file;
    lg_err failure; /* status LG_OK: none */
};

static void keep_failure(lg_past *past)
{
    int code = past->handle ? sqlite3_errcode(past->handle) : SQLITE_NOMEM;
    if (past->failure.status != LG_OK)
        return;
    if ((code & 0xff) == SQLITE_NOMEM)
        lg_fail(&past->failure, LG_MEMORY, "out of memory while reading %s", past->file);
    else
        lg_fail(&past->failure, LG_STORE, "cannot read %s: %s", past->file,
                sqlite3_errmsg(past->handle));
}

/* The file that @p path means; NULL when exhausted. */
static char *file_of(lg_mem *mem, const char *path)
{
    struct stat info;
    lg_text file;
    lg_text_init(&file, mem);
    lg_text_str(&file, path);
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        lg_text_str(&file, "/run.sqlite");
    char *copy = file.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&file));
    lg_text_fini(&file);
    return copy;
}

static lg_status open_file(lg_past *past, lg_err *err)
{
    struct stat info;
    if (stat(past->file, &info))
        return lg_fail(err, LG_STORE, "there are no results: %s: %s", past->file, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return lg_fail(err, LG_STORE, "%s is not a file", past->file);
    int code = sqlite3_open_v2(past->file, &past->handle,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        keep_failure(past);
        return lg_past_status(past, err);
    }
    sqlite3_busy_timeout(past->handle, 10000);
    lg_past_rows rows;
    lg_past_ask(past, &rows, "PRAGMA query_only = 1", NULL, 0);
    while (lg_past_next(&rows))
        ;
    bool ours = past->failure.status == LG_OK;
    if (ours) {
        lg_past_ask(past, &rows, "SELECT engine_version, scenario_json FROM runs", NULL, 0);
        ours = lg_past_next(&rows);
        lg_past_drop(&rows);
    }
    if (past->failure.status == LG_MEMORY)
        return lg_past_status(past, err);
    return ours ? LG_OK : lg_fail(err, LG_STORE, "%s is not a result of lunagrid", past->file);
}

lg_status lg_past_open(lg_mem *mem, const char *path, lg_err *err, lg_past **out)
{
    *out = NULL;
    lg_past *past = lg_mem_zalloc(mem, 1, sizeof *past);
    if (!past)
        return lg_fail(err, LG_MEMORY, "out of memory");
    past->mem = mem;
    past->file = file_of(mem, path);
    lg_status status = past->file ? open_file(past, err) : lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        *out = past;
    else
        lg_past_close(past);
    return status;
}

void lg_past_close(lg_past *past)
{
    if (!past)
        return;
    sqlite3_close(past->handle);
    lg_mem_strfree(past->mem, past->file);
    lg_mem_free(past->mem, past, sizeof *past);
}

const char *lg_past_file(const lg_past *past)
{
    return past->file;
}

lg_status lg_past_status(const lg_past *past, lg_err *err)
{
    const lg_err *failure = &past->failure;
    return failure->status == LG_OK ? LG_OK : lg_fail(err, failure->status, "%s", failure->text);
}

void lg_past_ask(lg_past *past, lg_past_rows *rows, const char *sql, const int64_t *values,
                 int count)
{
    *rows = (lg_past_rows){.past = past};
    if (past->failure.status != LG_OK)
        return;
    int code = sqlite3_prepare_v2(past->handle, sql, -1, &rows->statement, NULL);
    for (int i = 0; i < count && code == SQLITE_OK; i++)
        code = sqlite3_bind_int64(rows->statement, i + 1, values[i]);
    if (code == SQLITE_OK)
        return;
    keep_failure(past);
    lg_past_drop(rows);
}

void lg_past_ask_utility(lg_past *past, lg_past_rows *rows, int64_t area, bool constant)
{
    lg_past_ask(past, rows,
                "WITH RECURSIVE up(area) AS (VALUES (?1) UNION ALL SELECT a.parent FROM areas a "
                "JOIN up USING (area) WHERE a.parent IS NOT NULL), ruled AS (SELECT s.slot, "
                "up.area = ?1 AS own, coalesce((SELECT iif(?2, f.fee_uct, f.fee_ppb) FROM fees f "
                "WHERE f.area = up.area AND f.slot <= s.slot ORDER BY f.slot DESC LIMIT 1), "
                "iif(?2, a.fee_uct, a.fee_ppb)) AS fee FROM slots s CROSS JOIN up JOIN areas a ON "
                "a.area = up.area) SELECT slot, s.market_maker_uct, s.feed_in_uct, sum(fee), "
                "sum(own * fee) FROM ruled JOIN slots s USING (slot) GROUP BY slot ORDER BY slot",
                (int64_t[]){area, constant}, 2);
}

bool lg_past_next(lg_past_rows *rows)
{
    int code = rows->statement ? sqlite3_step(rows->statement) : SQLITE_DONE;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        keep_failure(rows->past);
    lg_past_drop(rows);
    return false;
}

void lg_past_drop(lg_past_rows *rows)
{
    sqlite3_finalize(rows->statement);
    rows->statement = NULL;
}

bool lg_past_is_null(const lg_past_rows *rows, int column)
{
    return sqlite3_column_type(rows->statement, column) == SQLITE_NULL;
}

int64_t lg_past_int(const lg_past_rows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

double lg_past_real(const lg_past_rows *rows, int column)
{
    return lg_past_is_null(rows, column) ? NAN : sqlite3_column_double(rows->statement, column);
}

const char *lg_past_text(const lg_past_rows *rows, int column)
{
    const unsigned char *text = sqlite3_column_text(rows->statement, column);
    if (!text && !lg_past_is_null(rows, column))
        keep_failure(rows->past);
    return text ? (const char *)text : "";
}

int lg_past_columns(const lg_past_rows *rows)
{
    return rows->statement ? sqlite3_column_count(rows->statement) : 0;
}

const char *lg_past_name(const lg_past_rows *rows, int column)
{
    const char *name = sqlite3_column_name(rows->statement, column);
    return name ? name : "";
}

bool lg_past_has(lg_past *past, const char *name)
{
    lg_past_rows rows;
    bool found = false;
    lg_past_ask(past, &rows, "SELECT name FROM sqlite_schema WHERE type = 'table'", NULL, 0);
    while (lg_past_next(&rows))
        found = found || strcmp(lg_past_text(&rows, 0), name) == 0;
    return found;
}

/* ---- the tree ---- */

static void no_memory(lg_past *past)
{
    lg_fail(&past->failure, LG_MEMORY, "out of memory while reading %s", past->file);
}

static uint32_t rows_of(lg_past *past, const char *sql)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows, sql, NULL, 0);
    uint32_t count = lg_past_next(&rows) ? (uint32_t)lg_past_int(&rows, 0) : 0;
    lg_past_drop(&rows);
    return count;
}

static const char *kept(lg_past_rows *rows, int column, lg_arena *arena)
{
    const char *text = lg_past_text(rows, column);
    const char *copy = lg_arena_text(arena, text, strlen(text));
    if (!copy)
        no_memory(rows->past);
    return copy ? copy : "";
}

static void read_areas(lg_past *past, lg_arena *arena, lg_site *site)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows,
                "SELECT name, parent, depth, member, fee_uct, fee_ppb FROM areas ORDER BY area",
                NULL, 0);
    for (uint32_t i = 0; lg_past_next(&rows) && i < site->area_count; i++)
        site->areas[i] = (lg_area){
            .name = kept(&rows, 0, arena),
            .parent = lg_past_is_null(&rows, 1) ? LG_NONE : (uint32_t)lg_past_int(&rows, 1),
            .depth = (uint32_t)lg_past_int(&rows, 2),
            .member = (uint32_t)lg_past_int(&rows, 3),
            .fee_uct = lg_past_int(&rows, 4),
            .fee_ppb = lg_past_int(&rows, 5),
        };
    lg_past_drop(&rows);
}

const char *lg__role_name(uint32_t role)
{
    static const char *const names[] = {
        [LG_ROLE_CONSUMER] = "consumer",         [LG_ROLE_PRODUCER] = "producer",
        [LG_ROLE_STORAGE] = "storage",           [LG_ROLE_BUS] = "bus",
        [LG_ROLE_MARKET_MAKER] = "market_maker", [LG_ROLE_PROSUMER] = "prosumer",
    };
    return role < sizeof names / sizeof names[0] && names[role] ? names[role] : "";
}

static uint32_t role_of(const char *word)
{
    for (uint32_t role = LG_ROLE_CONSUMER; role <= LG_ROLE_PROSUMER; role++)
        if (strcmp(lg__role_name(role), word) == 0)
            return role;
    return 0;
}

static void read_assets(lg_past *past, lg_arena *arena, lg_site *site)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows, "SELECT name, area, role FROM assets ORDER BY asset", NULL, 0);
    for (uint32_t i = 0; lg_past_next(&rows) && i < site->asset_count; i++)
        site->assets[i] = (lg_asset){
            .name = kept(&rows, 0, arena),
            .area = (uint32_t)lg_past_int(&rows, 1),
            .role = role_of(lg_past_text(&rows, 2)),
            .agent = LG_NONE,
        };
    lg_past_drop(&rows);
}

/* Somebody may have changed the file: what is followed as an index must be one. */
static bool holds(const lg_site *site)
{
    for (uint32_t i = 0; i < site->area_count; i++) {
        const lg_area *area = &site->areas[i];
        bool root = i == 0 && area->parent == LG_NONE && area->depth == 0;
        if (!area->name || area->depth > LG_DEPTH_MAX ||
            !(root || (area->parent < i && area->depth == site->areas[area->parent].depth + 1)))
            return false;
    }
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (!site->assets[i].name || site->assets[i].area >= site->area_count)
            return false;
    return site->area_count > 0;
}

void lg_past_site(lg_past *past, lg_arena *arena, lg_site *site)
{
    *site = (lg_site){
        .mem = past->mem,
        .area_count = rows_of(past, "SELECT count(*) FROM areas"),
        .asset_count = rows_of(past, "SELECT count(*) FROM assets"),
    };
    site->areas = lg_arena_alloc(arena, (site->area_count + 1) * sizeof *site->areas);
    site->assets = lg_arena_alloc(arena, (site->asset_count + 1) * sizeof *site->assets);
    if (!site->areas || !site->assets) {
        no_memory(past);
        return;
    }
    memset(site->areas, 0, (site->area_count + 1) * sizeof *site->areas);
    memset(site->assets, 0, (site->asset_count + 1) * sizeof *site->assets);
    read_areas(past, arena, site);
    read_assets(past, arena, site);
    if (past->failure.status == LG_OK && !holds(site))
        lg_fail(&past->failure, LG_STORE,
                "cannot read %s: its tree of areas does not hold together", past->file);
}
