/* host/app/scratch.h — a folder for results that nobody is to see */
#ifndef LG_APP_SCRATCH_H
#define LG_APP_SCRATCH_H

#include "base/mem.h"
#include "base/status.h"

/**
 * Makes an empty folder in TMPDIR, or /tmp; @p purpose is in its name. *path is for
 * lg_scratch_remove(); NULL unless LG_OK. @return LG_OK; LG_IO, err names the folder; LG_MEMORY
 */
lg_status lg_scratch_make(lg_mem *mem, const char *purpose, char **path, lg_err *err) LG_CHECKED;
/** Removes the folder with its files and gives back @p path; NULL is fine. */
void lg_scratch_remove(lg_mem *mem, char *path);

#endif
