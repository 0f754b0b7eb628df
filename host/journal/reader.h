/* host/journal/reader.h — run.journal read record by record, and believed only as far as it is
 * sealed
 *
 * A process that is killed leaves whole records and perhaps the beginning of one more: that is
 * where such a journal ends, and the reader says so. Anything else that does not fit together is
 * damage, and is refused with its place.
 */
#ifndef LG_JOURNAL_READER_H
#define LG_JOURNAL_READER_H

#include <stddef.h>
#include <stdio.h>
#include "base/mem.h"
#include "base/status.h"
#include "journal/format.h"

typedef struct lg_journal_reader {
    lg_mem *mem;
    FILE *file;       /* borrowed */
    const char *name; /* of the file, for messages; borrowed */
    uint64_t offset;  /* bytes of whole records so far, with what is before the first */
    uint64_t seal;    /* of the last one */
    uint64_t torn;    /* at the end: bytes of a record that was not finished */
    unsigned char *buffer;
    size_t capacity;
} lg_journal_reader;

/** A record; the payload is valid until the next one is read. */
typedef struct lg_journal_record {
    lg_journal_kind kind;
    const unsigned char *payload;
    size_t size;
    uint64_t offset; /* where it begins */
} lg_journal_record;

/**
 * Begins to read @p file from its first byte.
 * @return LG_OK; LG_STORE it is no journal, or of a newer lunagrid. lg_journal_reader_fini() in
 * every case.
 */
lg_status lg_journal_reader_init(lg_journal_reader *reader, lg_mem *mem, FILE *file,
                                 const char *name, lg_err *err) LG_CHECKED;
/**
 * Reads the next record; behind the last one its kind is LG_JOURNAL_END_OF_FILE.
 * @return LG_OK; LG_STORE damage (err has its place), or the file cannot be read; LG_MEMORY
 */
lg_status lg_journal_reader_next(lg_journal_reader *reader, lg_journal_record *record,
                                 lg_err *err) LG_CHECKED;
void lg_journal_reader_fini(lg_journal_reader *reader);

#endif
