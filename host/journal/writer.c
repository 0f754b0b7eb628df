/* Bytes are only ever appended. The seal of a record counts in that of the next one, so a journal
 * holds together from its first byte to its last, and none can be exchanged unseen. */
#include "journal/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/output.h"
#include "base/text.h"
#include "journal/pack.h"

enum { FLUSH_AT = 1 << 20 };

struct lg_journal {
    lg_mem *mem;
    char *path, *part; /* part: NULL once it has its name */
    int fd;
    int error;     /* errno of the first failure */
    uint64_t seal; /* of the last record added */
    uint64_t size; /* bytes of the file that are whole records */
    lg_text waiting;
};

static lg_status failed(const lg_journal *j, lg_err *err)
{
    return lg_fail(err, LG_STORE, "cannot write %s: %s", j->path, strerror(j->error));
}

static lg_journal *new_journal(lg_mem *mem, const char *folder)
{
    lg_journal *j = lg_mem_zalloc(mem, 1, sizeof *j);
    lg_text path;
    if (!j)
        return NULL;
    j->mem = mem;
    j->fd = -1;
    lg_text_init(&j->waiting, mem);
    lg_text_init(&path, mem);
    lg_text_format(&path, "%s/" LG_JOURNAL_NAME, folder);
    j->path = path.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&path));
    lg_text_str(&path, ".part");
    j->part = path.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&path));
    lg_text_fini(&path);
    if (j->path && j->part)
        return j;
    lg_journal_close(j);
    return NULL;
}

/* Whether run.journal may be replaced: a file that begins as ours do, or an empty one. */
static bool may_replace(const char *path)
{
    char magic[8];
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT;
    ssize_t got = read(fd, magic, sizeof magic);
    close(fd);
    return got == 0 || (got == sizeof magic && memcmp(magic, LG_JOURNAL_MAGIC, 8) == 0);
}

lg_status lg_journal_create(lg_mem *mem, const char *folder, lg_err *err, lg_journal **out)
{
    unsigned char top[LG_JOURNAL_TOP] = LG_JOURNAL_MAGIC;
    lg_journal *j = new_journal(mem, folder);
    lg_status status = LG_OK;
    *out = NULL;
    if (!j)
        return lg_fail(err, LG_MEMORY, "out of memory while opening the journal");
    lg_pack_put32(top + 8, LG_JOURNAL_FORMAT);
    lg_text_bytes(&j->waiting, (const char *)top, sizeof top);
    j->seal = lg_hash64(0, top, sizeof top);
    if (!may_replace(j->path)) {
        status =
            lg_fail(err, LG_STORE,
                    "%s is not a journal of lunagrid; choose another folder with --out", j->path);
    } else if ((j->fd = lg_output_create_fresh(j->part)) < 0) {
        j->error = errno;
        status = failed(j, err);
    } else if (j->waiting.failed) {
        status = lg_fail(err, LG_MEMORY, "out of memory while opening the journal");
    }
    if (status == LG_OK)
        *out = j;
    else
        lg_journal_close(j);
    return status;
}

lg_status lg_journal_place(lg_journal *j, lg_err *err)
{
    lg_status status = lg_journal_flush(j, err);
    if (status != LG_OK)
        return status;
    if (rename(j->part, j->path)) {
        j->error = errno;
        return failed(j, err);
    }
    lg_mem_strfree(j->mem, j->part);
    j->part = NULL;
    return LG_OK;
}

lg_status lg_journal_go_on(lg_mem *mem, const char *folder, uint64_t offset, uint64_t seal,
                           lg_err *err, lg_journal **out)
{
    lg_journal *j = new_journal(mem, folder);
    *out = NULL;
    if (!j)
        return lg_fail(err, LG_MEMORY, "out of memory while opening the journal");
    lg_mem_strfree(mem, j->part);
    j->part = NULL;
    j->seal = seal;
    j->size = offset;
    j->fd = open(j->path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (j->fd < 0 || ftruncate(j->fd, (off_t)offset) != 0 ||
        lseek(j->fd, (off_t)offset, SEEK_SET) < 0) {
        j->error = errno;
        lg_status status = failed(j, err);
        lg_journal_close(j);
        return status;
    }
    *out = j;
    return LG_OK;
}

lg_status lg_journal_add(lg_journal *j, lg_journal_kind kind, const void *payload, size_t size,
                         lg_err *err)
{
    if (j->error)
        return failed(j, err);
    if (size > LG_JOURNAL_PAYLOAD_MAX)
        return lg_fail(err, LG_LIMIT, "%s: a record of %zu bytes; at most %d fit", j->path, size,
                       LG_JOURNAL_PAYLOAD_MAX);
    unsigned char head[LG_JOURNAL_HEAD], seal[LG_JOURNAL_SEAL];
    lg_text *out = &j->waiting;
    size_t before = out->length;
    lg_pack_put32(head, (uint32_t)size);
    lg_pack_put32(head + 4, (uint32_t)kind);
    lg_pack_put32(head + 8, (uint32_t)lg_hash64(j->seal, head, 8));
    lg_text_bytes(out, (const char *)head, sizeof head);
    if (size)
        lg_text_bytes(out, payload, size);
    if (!out->failed) {
        uint64_t sum = lg_hash64(j->seal, out->data + before, LG_JOURNAL_HEAD + size);
        lg_pack_put64(seal, sum);
        lg_text_bytes(out, (const char *)seal, sizeof seal);
        if (!out->failed)
            j->seal = sum;
    }
    if (out->failed) {
        out->length = before;
        out->failed = false;
        return lg_fail(err, LG_MEMORY, "out of memory for the journal");
    }
    return out->length < FLUSH_AT ? LG_OK : lg_journal_flush(j, err);
}

lg_status lg_journal_flush(lg_journal *j, lg_err *err)
{
    if (j->error)
        return failed(j, err);
    if (!j->waiting.length)
        return LG_OK;
    j->error = lg_output_write(j->fd, j->waiting.data, j->waiting.length);
    if (j->error) { /* half a record would be read as torn; where it stays, it is read so */
        int cut = ftruncate(j->fd, (off_t)j->size);
        (void)cut;
        return failed(j, err);
    }
    j->size += j->waiting.length;
    lg_text_clear(&j->waiting);
    return LG_OK;
}

lg_status lg_journal_to_disk(lg_journal *j, lg_err *err)
{
    lg_status status = lg_journal_flush(j, err);
    if (status == LG_OK && fdatasync(j->fd) != 0) {
        j->error = errno; /* and never again: what it would say then is not known */
        status = failed(j, err);
    }
    return status;
}

void lg_journal_close(lg_journal *j)
{
    if (!j)
        return;
    if (j->fd >= 0) {
        close(j->fd);
        if (j->part)
            unlink(j->part);
    }
    lg_text_fini(&j->waiting);
    lg_mem_strfree(j->mem, j->part);
    lg_mem_strfree(j->mem, j->path);
    lg_mem_free(j->mem, j, sizeof *j);
}
