/* host/store/file.h — a text file written through a buffer, with fixed-point numbers made by hand
 */
#ifndef LG_STORE_FILE_H
#define LG_STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/status.h"

/**
 * A file on its way: it carries ".part" behind its name until lg__file_place(). Writers append many
 * pieces and look once at the end of a line or table: an error is kept and reported by
 * lg__file_check().
 */
typedef struct lg__file {
    lg_mem *mem;
    char *path, *part; /* NULL: not open */
    char *buffer;
    size_t used;
    int fd;
    bool made;   /* it exists */
    bool placed; /* it has its final name */
    int error;   /* errno of the first failure, 0: none */
} lg__file;

/** mkdir -p; @p path is changed while it works and is whole again afterwards. @return LG_OK;
 * LG_STORE
 */
lg_status lg__folder_make(char *path, lg_err *err) LG_CHECKED;

/** Creates folder/name.part. @return LG_OK; LG_STORE; LG_MEMORY; then lg__file_close() is still due
 */
lg_status lg__file_create(lg__file *file, lg_mem *mem, const char *folder, const char *name,
                          lg_err *err) LG_CHECKED;
bool lg__file_is_open(const lg__file *file);
/** LG_OK, or LG_STORE with file and reason once anything could not be written. */
lg_status lg__file_check(const lg__file *file, lg_err *err) LG_CHECKED;
/** Writes what is buffered and closes the descriptor; the name stays ".part". */
lg_status lg__file_end(lg__file *file, lg_err *err) LG_CHECKED;
/** Gives an ended file its final name. */
lg_status lg__file_place(lg__file *file, lg_err *err) LG_CHECKED;
/** Takes the final name back: it is ".part" again. Nothing for a file that was not placed. */
void lg__file_unplace(lg__file *file);
/** Closes and removes a file that shall not be, whatever its name is by now. */
void lg__file_drop(lg__file *file);
/** Gives everything back; what was written so far stays as ".part" unless it was placed. */
void lg__file_close(lg__file *file);

void lg__file_bytes(lg__file *file, const char *bytes, size_t length);
void lg__file_str(lg__file *file, const char *str);
void lg__file_char(lg__file *file, char c);
/** @p value / 10^@p decimals (0..18) as its shortest exact decimal: 1500000, 6 -> 1.5; -5, 1 ->
 * -0.5 */
void lg__file_fixed(lg__file *file, int64_t value, int decimals);
/** @p str as one CSV field, quoted where it must be. */
void lg__file_csv(lg__file *file, const char *str);

#endif
