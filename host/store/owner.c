/* Whose folder is it? A run replaces and removes files by name, so it looks first whether they are
 * results at all. The database tells: its header carries the mark of lunagrid, and files older than
 * the mark have the table of runs. Looking changes nothing: the header is read as bytes, and SQLite
 * opens the file as immutable, so that it neither rolls back the journal of a killed run nor makes
 * side files. The schema that it is asked for was committed before the first slot. */
#include "store/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { HEADER_SIZE = 100, MARK_AT = 68 };

static lg_status no_memory(lg_err *err)
{
    return lg_fail(err, LG_MEMORY, "out of memory while opening the results");
}

static bool lies_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

/* Reads the header; @p length is how much of it there is. A pipe of that name must not block. */
static int read_header(const char *path, unsigned char header[HEADER_SIZE], size_t *length)
{
    int cause = 0;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    *length = 0;
    if (fd < 0)
        return errno == ENOENT ? 0 : errno; /* a link to nowhere is a file without content */
    while (*length < HEADER_SIZE && !cause) {
        ssize_t n = read(fd, header + *length, HEADER_SIZE - *length);
        if (n > 0)
            *length += (size_t)n;
        else if (n == 0)
            break;
        else if (errno != EINTR)
            cause = errno;
    }
    close(fd);
    return cause;
}

/* Whether the file has the table of runs as versions without the mark made it. */
static lg_status has_runs(lg_mem *mem, const char *path, bool *out, lg_err *err)
{
    static const char hex[] = "0123456789abcdef";
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    sqlite3 *db = NULL;
    sqlite3_stmt *ask = NULL;
    lg_text uri;
    lg_text_init(&uri, mem);
    lg_text_str(&uri, "file:");
    for (const char *p = path; *p; p++) {
        unsigned char c = (unsigned char)*p;
        lg_text_format(&uri, "%%%c%c", hex[c >> 4], hex[c & 15]);
    }
    lg_text_str(&uri, "?immutable=1");
    int code = uri.failed ? SQLITE_NOMEM : sqlite3_open_v2(lg_text_peek(&uri), &db, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(db, "SELECT engine_version FROM runs", -1, &ask, NULL);
    sqlite3_finalize(ask);
    sqlite3_close(db);
    lg_text_fini(&uri);
    *out = code == SQLITE_OK;
    return code == SQLITE_NOMEM ? no_memory(err) : LG_OK;
}

static lg_status check_database(lg_mem *mem, const char *path, lg_err *err)
{
    unsigned char header[HEADER_SIZE];
    size_t length;
    bool ours = false;
    lg_status status = LG_OK;
    int cause = read_header(path, header, &length);
    if (cause)
        return lg_fail(err, LG_STORE, "cannot write %s: %s", path, strerror(cause));
    if (length == HEADER_SIZE && memcmp(header, "SQLite format 3", 16) == 0) {
        const unsigned char *m = header + MARK_AT;
        uint32_t mark =
            (uint32_t)m[0] << 24 | (uint32_t)m[1] << 16 | (uint32_t)m[2] << 8 | (uint32_t)m[3];
        ours = mark == LG__DATABASE_MARK;
        if (mark == 0)
            status = has_runs(mem, path, &ours, err);
    }
    if (status != LG_OK || ours)
        return status;
    return lg_fail(err, LG_STORE,
                   "%s is not a result of lunagrid; choose another folder with --out", path);
}

lg_status lg__owner_check(lg_mem *mem, const char *folder, bool ours, lg_err *err)
{
    static const char *const names[] = {"run.sqlite", "summary.json", "trades.csv",
                                        "market_slots.csv", "bills.csv"};
    lg_text path;
    lg_status status = LG_OK;
    lg_text_init(&path, mem);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lg_text_clear(&path);
        lg_text_format(&path, "%s/%s", folder, names[i]);
        if (path.failed) {
            status = no_memory(err);
            break;
        }
        if (!lies_there(lg_text_peek(&path)))
            continue;
        if (i == 0)
            status = check_database(mem, lg_text_peek(&path), err);
        else if (!ours)
            status = lg_fail(err, LG_STORE,
                             "%s lies there without a run.sqlite of lunagrid; choose another "
                             "folder with --out",
                             lg_text_peek(&path));
        break;
    }
    lg_text_fini(&path);
    return status;
}
