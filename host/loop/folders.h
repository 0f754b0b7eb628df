/* host/loop/folders.h — tells what is written in folders
 *
 * Folders are watched, not files: an editor may write a file in place, or write another one and
 * give it the name, and in both cases the same name is told.
 */
#ifndef LG_LOOP_FOLDERS_H
#define LG_LOOP_FOLDERS_H

#include "loop/loop.h"

typedef struct lg_folders lg_folders;

/**
 * @p changed is called from rounds of the loop with the folder as it was added and the name of an
 * entry that was written, made, moved there or removed; with a NULL name when anything in the
 * folder may have changed, and with both NULL when anything anywhere may have. A folder that is
 * removed and made again is watched again within a second.
 * @return LG_OK; LG_LIMIT the system has no watches left; LG_MEMORY. Unless LG_OK *out is NULL.
 */
lg_status lg_folders_new(lg_mem *mem, lg_loop *loop,
                         void (*changed)(void *ctx, const char *folder, const char *name),
                         void *ctx, lg_err *err, lg_folders **out) LG_CHECKED;
/** Before the loop is freed. NULL is fine. */
void lg_folders_free(lg_folders *folders);

/** Watches @p folder too; once more is fine. @return LG_OK; LG_LIMIT the system has no watches
 * left; LG_IO it cannot be watched; LG_MEMORY */
lg_status lg_folders_add(lg_folders *folders, const char *folder, lg_err *err) LG_CHECKED;

#endif
