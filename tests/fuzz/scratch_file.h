/* tests/fuzz/scratch_file.h — bytes as a file, for what reads files only */
#ifndef LG_FUZZ_SCRATCH_FILE_H
#define LG_FUZZ_SCRATCH_FILE_H

#include <stddef.h>
#include <stdint.h>

/**
 * Writes @p bytes as the file @p name in a folder of this process that is removed at its end.
 * @return the path, valid until the next call
 */
const char *scratch_file(const char *name, const uint8_t *bytes, size_t size);

#endif
