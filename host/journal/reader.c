/* The head of a record has a check of its own: a length is believed before the payload is there, so
 * that a length which was changed is not taken for a record that was not finished, and with it all
 * that follows. A machine that lost its power may leave zeros where records should be; they count
 * as not written. */
#include "journal/reader.h"

#include <string.h>

#include "base/hash.h"
#include "journal/pack.h"

lg_status lg_journal_reader_init(lg_journal_reader *r, lg_mem *mem, FILE *file, const char *name,
                                 lg_err *err)
{
    unsigned char top[LG_JOURNAL_TOP];
    *r = (lg_journal_reader){.mem = mem, .file = file, .name = name};
    size_t got = fread(top, 1, sizeof top, file);
    if (got < 8 || memcmp(top, LG_JOURNAL_MAGIC, 8) != 0)
        return lg_fail(err, LG_STORE, "%s is not a journal of lunagrid", name);
    uint32_t format = got < 12 ? 0 : lg_pack_get32(top + 8);
    if (got == sizeof top && format > LG_JOURNAL_FORMAT)
        return lg_fail(err, LG_STORE,
                       "%s has format %u, of a newer lunagrid; this one (%s) reads format %d", name,
                       format, LG_VERSION, LG_JOURNAL_FORMAT);
    if (got < sizeof top || format != LG_JOURNAL_FORMAT)
        return lg_fail(err, LG_STORE, "%s is damaged: its first %d bytes do not hold together",
                       name, LG_JOURNAL_TOP);
    r->offset = LG_JOURNAL_TOP;
    r->seal = lg_hash64(0, top, sizeof top);
    return LG_OK;
}

static lg_status damaged(const lg_journal_reader *r, lg_err *err)
{
    return lg_fail(err, LG_STORE,
                   "%s is damaged in the record that begins at byte %llu; everything before it is "
                   "sound",
                   r->name, (unsigned long long)r->offset);
}

/* Whether @p bytes and everything up to the end of the file is zero; *size counts what is read. */
static bool all_zero(lg_journal_reader *r, const unsigned char *bytes, size_t count, uint64_t *size)
{
    unsigned char piece[4096];
    for (size_t i = 0; i < count; i++)
        if (bytes[i])
            return false;
    for (size_t got; (got = fread(piece, 1, sizeof piece, r->file)) > 0; *size += got)
        for (size_t i = 0; i < got; i++)
            if (piece[i])
                return false;
    return true;
}

static lg_status end(lg_journal_reader *r, lg_journal_record *record, uint64_t torn, lg_err *err)
{
    if (ferror(r->file))
        return lg_fail(err, LG_STORE, "cannot read %s", r->name);
    r->torn = torn;
    *record = (lg_journal_record){.kind = LG_JOURNAL_END_OF_FILE, .offset = r->offset};
    return LG_OK;
}

static lg_status room(lg_journal_reader *r, size_t size, lg_err *err)
{
    if (size <= r->capacity)
        return LG_OK;
    unsigned char *buffer = r->mem->resize(r->mem->ctx, r->buffer, r->capacity, size);
    if (!buffer)
        return lg_fail(err, LG_MEMORY, "out of memory while reading %s", r->name);
    r->buffer = buffer;
    r->capacity = size;
    return LG_OK;
}

lg_status lg_journal_reader_next(lg_journal_reader *r, lg_journal_record *record, lg_err *err)
{
    unsigned char head[LG_JOURNAL_HEAD];
    size_t got = fread(head, 1, sizeof head, r->file);
    uint64_t torn = got;
    if (got < sizeof head)
        return end(r, record, torn, err);
    uint32_t size = lg_pack_get32(head), kind = lg_pack_get32(head + 4);
    if ((uint32_t)lg_hash64(r->seal, head, 8) != lg_pack_get32(head + 8))
        return all_zero(r, head, sizeof head, &torn) ? end(r, record, torn, err) : damaged(r, err);
    if (size > LG_JOURNAL_PAYLOAD_MAX || kind == LG_JOURNAL_END_OF_FILE)
        return damaged(r, err);
    size_t whole = LG_JOURNAL_HEAD + (size_t)size + LG_JOURNAL_SEAL;
    lg_status status = room(r, whole < 65536 ? 65536 : whole, err);
    if (status != LG_OK)
        return status;
    memcpy(r->buffer, head, sizeof head);
    got += fread(r->buffer + sizeof head, 1, whole - sizeof head, r->file);
    torn = got;
    if (got < whole)
        return end(r, record, torn, err);
    const unsigned char *seal = r->buffer + whole - LG_JOURNAL_SEAL;
    uint64_t sum = lg_hash64(r->seal, r->buffer, whole - LG_JOURNAL_SEAL);
    if (sum != lg_pack_get64(seal))
        return all_zero(r, seal, LG_JOURNAL_SEAL, &torn) ? end(r, record, torn, err)
                                                         : damaged(r, err);
    *record = (lg_journal_record){
        .kind = (lg_journal_kind)kind,
        .payload = r->buffer + sizeof head,
        .size = size,
        .offset = r->offset,
    };
    r->offset += whole;
    r->seal = sum;
    return LG_OK;
}

void lg_journal_reader_fini(lg_journal_reader *r)
{
    lg_mem_free(r->mem, r->buffer, r->capacity);
    r->buffer = NULL;
    r->capacity = 0;
}
