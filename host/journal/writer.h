/* host/journal/writer.h — records on their way into run.journal
 *
 * What lg_journal_flush() has taken survives the end of the process, however that comes; a journal
 * that is brought to the disk survives the end of the machine too. After the first failure nothing
 * more is written, and what was half written is taken back.
 */
#ifndef LG_JOURNAL_WRITER_H
#define LG_JOURNAL_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/mem.h"
#include "base/status.h"
#include "journal/format.h"

typedef struct lg_journal lg_journal;

/**
 * Makes an empty journal beside that of an earlier run: folder/run.journal.part. A run.journal that
 * is not lunagrid's is refused.
 * @return LG_OK; LG_STORE (err names file and reason); LG_MEMORY. Unless LG_OK, *out is NULL.
 */
lg_status lg_journal_create(lg_mem *mem, const char *folder, lg_err *err,
                            lg_journal **out) LG_CHECKED;
/** Flushes, and the journal takes the place of the earlier one. @return LG_OK; LG_STORE */
lg_status lg_journal_place(lg_journal *journal, lg_err *err) LG_CHECKED;
/**
 * Opens folder/run.journal to go on behind its record that ends at @p offset with @p seal (as a
 * reader says); what lies behind is cut off.
 * @return LG_OK; LG_STORE; LG_MEMORY. Unless LG_OK, *out is NULL.
 */
lg_status lg_journal_go_on(lg_mem *mem, const char *folder, uint64_t offset, uint64_t seal,
                           lg_err *err, lg_journal **out) LG_CHECKED;

/**
 * Adds a record; it may wait in memory for lg_journal_flush(). @p size is at most
 * LG_JOURNAL_PAYLOAD_MAX. @return LG_OK; LG_LIMIT it is larger; LG_STORE; LG_MEMORY
 */
lg_status lg_journal_add(lg_journal *journal, lg_journal_kind kind, const void *payload,
                         size_t size, lg_err *err) LG_CHECKED;
/** Hands what was added to the system. @return LG_OK; LG_STORE */
lg_status lg_journal_flush(lg_journal *journal, lg_err *err) LG_CHECKED;

/** The same, and waits for the disk: for what cannot be had again. @return LG_OK; LG_STORE */
lg_status lg_journal_to_disk(lg_journal *journal, lg_err *err) LG_CHECKED;

/** What was added and not flushed is lost; a journal that was not placed is removed. NULL is fine.
 */
void lg_journal_close(lg_journal *journal);

#endif
