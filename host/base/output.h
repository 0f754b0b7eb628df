/* host/base/output.h — files that are made anew: never through a link, never half */
#ifndef LG_BASE_OUTPUT_H
#define LG_BASE_OUTPUT_H

#include <stddef.h>
#include "base/mem.h"

/**
 * Makes an empty file @p path for writing where none lies. A link of that name is none of ours and
 * is not followed.
 * @return the descriptor; -1: errno says why (EEXIST: something lies there)
 */
int lg_output_create(const char *path);
/** The same, but what lies there, a link or a pipe included, is removed first. */
int lg_output_create_fresh(const char *path);
/** Writes all of @p data. @return 0, or the reason as errno has it */
int lg_output_write(int fd, const void *data, size_t size);
/**
 * Makes @p path hold exactly @p data: written to path.part, brought to the disk, then renamed. What
 * was there before stays until then, and stays when anything fails; a link is replaced, not what it
 * points to.
 * @return 0, or the reason as errno has it
 */
int lg_output_replace(lg_mem *mem, const char *path, const void *data, size_t size);

#endif
