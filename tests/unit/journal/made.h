/* tests/unit/journal/made.h — folders and journals for the tests of the room */
#ifndef LG_TEST_JOURNAL_MADE_H
#define LG_TEST_JOURNAL_MADE_H

#include <stddef.h>
#include "base/mem.h"

/** An empty folder of its own, and a file in it; valid until the next call of the same function. */
const char *made_folder(void);
const char *made_path(const char *folder, const char *name);
/** Writes a file whole. */
void made_write(const char *path, const void *bytes, size_t size);
/** Reads one; *size is how much it has. Free with free(). */
unsigned char *made_read(const char *path, size_t *size);
/** Removes the folder with the files in it. */
void made_remove(const char *folder);

/**
 * Writes folder/run.journal: a header, a plugin, two inputs (one kept by its hash only), slots 0
 * and 1 with two marks each, an act in slot 1 before its tick 1, the end. 0, or 1 when memory was
 * exhausted and that was said properly.
 */
int made_journal(lg_mem *mem, const char *folder);

#endif
